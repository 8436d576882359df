"""Every sentence that an answer line can be: declared once, printed in docs/answers.md, filled in by answer.py
(`python -m figures.sentences > docs/answers.md`).

`{what}` is the subject (an endpoint, a rate), `{when}` a month and what it counts from. The first interval of a line
says that it is a 95 % confidence interval; the others are read like it.
"""

from dataclasses import dataclass

from figures.directions import EXAMPLES


@dataclass(frozen=True)
class Sentence:
    """One answer line: when it is said, its words with places, and an example of it filled in."""

    code: str
    when: str
    words: str
    example: str


SENTENCES = (
    Sentence(
        "one",
        "one number of one group",
        "{when}{what}: {value}{median}.",
        "At 12 months from infusion, overall survival: 76 % (95 % CI 72-80); median 41.2 months (35.0 to not reached).",
    ),
    Sentence(
        "several",
        "one group, several outcomes beside one another",
        "{when}{values}{more}.",
        "At 12 months from first remission, relapse: 33 % (95 % CI 28-38); death in remission: 6 % (4-9).",
    ),
    Sentence(
        "stacked",
        "events stacked up to a whole",
        "{when}{what}: {values}{more}.",
        "At 12 months from infusion, death by cause: 29 % in all; leukaemia 18 % (95 % CI 15-22); infection 2 % (1-4).",
    ),
    Sentence(
        "two",
        "two groups, their difference can be given",
        "{when}{what}: {value_one} for {one}, {value_other} for {other}; {difference}, {evidence}{ratio}. Not "
        "adjusted.",
        "At 12 months from infusion, overall survival: 78 % (95 % CI 72-83) for Female, 74 % (68-79) for Male; Male is "
        "4 percentage points lower than Female (12 lower to 4 higher), no evidence of a difference; hazard ratio 1.15 "
        "(0.88 to 1.51), higher for Male. Not adjusted.",
    ),
    Sentence(
        "two_without",
        "two groups, their difference cannot be given",
        "{when}{what}: {value_one} for {one}, {value_other} for {other}; no difference can be given{why}. Not "
        "adjusted.",
        "At 12 months from infusion, overall survival: 76 % (95 % CI 72-80) for Yes, not estimable for No; no "
        "difference can be given: last follow-up at 9.2 months. Not adjusted.",
    ),
    Sentence(
        "many",
        "more than two groups: the range and the test",
        "{when}{what}: from {lowest} for {low} to {highest} for {high} over {n}; {test}. Not adjusted.",
        "At 12 months from infusion, overall survival: from 49 % (95 % CI 28-66) for Product A to 82 % (76-87) for "
        "Product B over 5 groups; log-rank p < 0.001, evidence of a difference. Not adjusted.",
    ),
    Sentence(
        "against",
        "MRD-negative and MRD-positive among other groups",
        "{when}{what}: {values}; {test}. Not adjusted.",
        "At 12 months from the landmark, event-free survival from day 45: 60 % (95 % CI 54-65) for MRD-negative, 40 % "
        "(28-52) for MRD-positive; log-rank p < 0.001, evidence of a difference (corrected for all pairs, Holm). Not "
        "adjusted.",
    ),
    Sentence(
        "alone",
        "several groups, only one of them has a number",
        "{when}{what}: {value} for {group}; no number for the other groups ({why}).",
        "At 12 months from infusion, overall survival: 76 % (95 % CI 72-80) for Female; no number for the other groups "
        "(not estimable: last follow-up at 9.2 months).",
    ),
    Sentence(
        "none",
        "no number can be given",
        "{what}: no number can be given ({why}).",
        "Overall survival: no number can be given (not estimable: last follow-up at 2.1 months).",
    ),
    Sentence(
        "subgroups",
        "one number per subgroup",
        "{what}: {value} of everybody; subgroups of 10 or more from {lowest} ({low}) to {highest} ({high}). Not "
        "adjusted.",
        "Overall survival at 12 months: n = 509, 76 % (95 % CI 72-80) of everybody; subgroups of 10 or more from 49 % "
        "(Product: A) to 85 % (Age: 3-9). Not adjusted.",
    ),
    Sentence(
        "days",
        "days of one group",
        "{values}.",
        "Onset: median day 3 (middle half 2 to 5), n = 369; duration: median 5 days (middle half 3 to 8), n = 339.",
    ),
    Sentence(
        "days_by_group",
        "days of several groups",
        "{what}: median from {lowest} ({low}) to {highest} ({high}) days. Not tested.",
        "Onset: median from 3 (Product A) to 4 (Product B) days. Not tested.",
    ),
    Sentence(
        "days_alike",
        "days of several groups with one median",
        "{what}: median {days} in every group. Not tested.",
        "Onset, days from infusion: median 4 in every group. Not tested.",
    ),
    Sentence(
        "largest",
        "the largest class of each group",
        "{when}the most frequent: {values}.",
        "At 12 months from infusion, the most frequent: dead 24 % (95 % CI 20-28) for Product A; in remission 31 % "
        "(25-38) for Product B.",
    ),
    Sentence(
        "periods",
        "counts per calendar period",
        "{n} infusions from {first} to {last}; most in {period} ({most}).",
        "509 infusions from 2017 Q2 to 2026 Q3; most in 2022 Q1 (24).",
    ),
    Sentence(
        "baseline",
        "Table 1 of one group",
        "{n} patients; {values}.",
        "509 patients; age, years: median 12 (middle half 6 to 21); sex: female 45 %.",
    ),
    Sentence(
        "balance",
        "Table 1 of several groups",
        "{n} patients in {groups} groups; they differ most in {what} (standardised difference {difference}).",
        "509 patients in 5 groups; they differ most in age, years (standardised difference 1.90).",
    ),
    Sentence(
        "flow",
        "the way to month 3",
        "{first_n} {first}; {last}: {last_n} ({share} % of the {first}).",
        "600 enrolled; status known at month 3: 435 (72 % of the enrolled).",
    ),
    Sentence(
        "findings",
        "counts of the watchlist",
        "{n} of {of} patients have {findings} open findings.",
        "211 of 509 patients have 419 open findings.",
    ),
    Sentence(
        "listed",
        "a list of patients with what is said of them",
        "{n} of {of} patients {what}{in_all}{order}.",
        "63 of 509 patients have an assessment overdue, 74 in all; the longest overdue first.",
    ),
    Sentence(
        "plausible", "plausibility rules", "{rows} rows break {rules} of {of} rules.", "140 rows break 12 of 96 rules."
    ),
    Sentence(
        "missing",
        "what is missing of the variables of a page",
        "Most often missing: {what}, {share} % of {of}.",
        "Most often missing: MRD sensitivity (of negative assays), 4 % of 1827.",
    ),
    Sentence(
        "cell",
        "a rate per row and column: of everybody, or where most is missing",
        "{what}: {place}{value}{beside}.",
        "Done in the window, of all due (ended or treated before included): 350/478, 73 % (95 % CI 69-77); of those "
        "not ended or treated before: 350/403, 87 % (83-90).",
    ),
    Sentence(
        "visits",
        "a rate per assessment and visit: the first assessment at the three visits that most were due at",
        "{what}: {row} {values}.",
        "Done in the window, of those not ended or treated before: MRD 88 % (95 % CI 85-91) at day 28, 87 % (83-90) at "
        "month 3, 84 % (80-88) at month 6.",
    ),
    Sentence(
        "funnel",
        "centres between control limits",
        "{inner} of {n} centres lie beyond the 95 % control limits around {expected} % ({of}), {outer} of them beyond "
        "the 99.8 % limits.",
        "2 of 8 centres lie beyond the 95 % control limits around 72 % (the cohort's own share), 1 of them beyond the "
        "99.8 % limits.",
    ),
    Sentence(
        "funnel_within",
        "all centres between control limits",
        "All {n} centres lie within the 95 % control limits around {expected} % ({of}).",
        "All 8 centres lie within the 95 % control limits around 72 % (the cohort's own share).",
    ),
    Sentence(
        "lanes",
        "one lane per patient",
        "{n} patients, {on} of them alive at last contact.",
        "509 patients, 319 of them alive at last contact.",
    ),
    Sentence(
        "board",
        "the outcome board",
        "Alive at 12 months: {survival}{levels}; completeness of follow-up {complete} %. This is no ranking.",
        "Alive at 12 months: n = 509, 71 % (95 % CI 67-75); by centre from 61 % to 79 %, n 25 to 120; completeness of "
        "follow-up 90 %. This is no ranking.",
    ),
    Sentence(
        "rows",
        "a table of patients",
        "{n} of {of} patients are in this table{order}.",
        "35 of 509 patients are in this table, the earliest transplant first.",
    ),
)
BY_CODE = {one.code: one for one in SENTENCES}


TESTS = (
    ("curves", "log-rank p < 0.001, evidence of a difference"),
    ("outcomes that compete", "Gray's test p = 0.214, no evidence of a difference"),
    ("rates", "chi-square p = 0.007, evidence of a difference"),
    ("too few for a test of curves", "log-rank: no p-value: fewer than 10 patients in Product B (7)"),
    ("too few for a test of rates", "chi-square: no p-value: an expected count is below 5"),
    ("groups that no test is declared for: classes at a visit, estimands, patients in several groups", "not tested"),
)


INTERVAL = "\ue000"  # where a value's interval begins, until the line is whole


def with_interval(value: str) -> str:
    """A value as people write it ('67 % (63-71)'), whose interval a line can name."""
    return value.replace("(", f"({INTERVAL}", 1) if "(no interval" not in value else value


def unnamed(words: str) -> str:
    """Words beside an answer line, which has named the interval."""
    return words.replace(INTERVAL, "")


def sentence(code: str, **parts: object) -> str:
    """The words of a declared sentence with its places filled in, beginning with a capital. The first interval says
    what it is."""
    words = BY_CODE[code].words.format(**parts).replace(INTERVAL, "95 % CI ", 1).replace(INTERVAL, "")
    first = words.split(" ")[0]
    return f"{words[:1].upper()}{words[1:]}" if first[1:].islower() or len(first) == 1 else words  # qPCR stays


def document() -> str:
    """docs/answers.md: every sentence with an example."""
    head = [
        "# What an answer line can say",
        "",
        "Above every figure stands one sentence, made from the same numbers as picture and table. These are all there",
        "are; a figure whose analysis words its finding (the hazard ratio of an exposure over time) says that note.",
        "",
        "| when | sentence | example |",
        "| --- | --- | --- |",
    ]
    lines = [f"| {one.when} | {one.words} | {one.example} |" for one in SENTENCES]
    two = _table("Of two groups the words say which is higher, and for whom a hazard:", EXAMPLES)
    return "\n".join([*head, *lines, *two, *_table("`{test}` says, of more than two groups:", TESTS), ""])


def _table(what: str, rows: tuple[tuple[str, str], ...]) -> list[str]:
    return ["", what, "", "| of | words |", "| --- | --- |", *(f"| {of} | {words} |" for of, words in rows)]


if __name__ == "__main__":
    print(document(), end="")
