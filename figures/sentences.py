"""Every sentence that an answer line can be: declared once, printed in docs/answers.md, filled in by answer.py
(`python -m figures.sentences > docs/answers.md`).

`{what}` is the subject (an endpoint, a rate), `{when}` a month and what it counts from.
"""

from dataclasses import dataclass


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
        "At 12 months from infusion, overall survival: 76 % (72-80); median 41.2 months (35.0 to not reached).",
    ),
    Sentence(
        "several",
        "one group, several outcomes beside one another",
        "{when}{values}{more}.",
        "At 12 months from first remission, relapse 33 % (28-38); death in remission 6 % (4-9).",
    ),
    Sentence(
        "stacked",
        "events stacked up to a whole",
        "{when}{what}: {values}{more}.",
        "At 12 months from infusion, death by cause: 29 % in all; leukaemia 18 % (15-22); infection 2 % (1-4).",
    ),
    Sentence(
        "two",
        "two groups, their difference can be given",
        "{when}{what}: {one} {value_one}, {other} {value_other}; difference {difference} percentage points, "
        "{evidence}{ratio}. Not adjusted.",
        "At 12 months from infusion, overall survival: Female 78 % (72-83), Male 74 % (68-79); difference -4 (-12 to "
        "4) percentage points, no evidence of a difference; hazard ratio 1.15 (0.88 to 1.51). Not adjusted.",
    ),
    Sentence(
        "two_without",
        "two groups, their difference cannot be given",
        "{when}{what}: {one} {value_one}, {other} {value_other}; no difference can be given{why}. Not adjusted.",
        "At 12 months from infusion, overall survival: Yes 76 % (72-80), No not estimable; no difference can be given: "
        "last follow-up at 9.2 months. Not adjusted.",
    ),
    Sentence(
        "many",
        "more than two groups: the range and the test",
        "{when}{what}: from {lowest} ({low}) to {highest} ({high}) over {n}; {test}. Not adjusted.",
        "At 12 months from infusion, overall survival: from 49 % (28-66) (Product A) to 82 % (76-87) (Product B) over "
        "5 groups; log-rank p < 0.001, evidence of a difference. Not adjusted.",
    ),
    Sentence(
        "against",
        "MRD-negative and MRD-positive among other groups",
        "{when}{what}: {values}; {test}. Not adjusted.",
        "At 12 months from the landmark, event-free survival from day 45: MRD-negative 60 % (54-65), MRD-positive 40 % "
        "(28-52); log-rank p < 0.001, evidence of a difference (corrected for all pairs, Holm). Not adjusted.",
    ),
    Sentence(
        "alone",
        "several groups, only one of them has a number",
        "{when}{what}: {value} ({group}); no number for the other groups ({why}).",
        "At 12 months from infusion, overall survival: 76 % (72-80) (Female); no number for the other groups "
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
        "Overall survival at 12 months: n = 509, 76 % (72-80) of everybody; subgroups of 10 or more from 49 % "
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
        "{when}most patients: {values}.",
        "At 12 months from infusion, most patients: All patients: dead 24 % (20-28).",
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
        "509 patients; age, years: median 12 (6-21); sex: female 45 %.",
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
        "{first_n} {first}; {last_n} {last} ({share} %).",
        "600 enrolled; 478 assessed at month 3 (80 %).",
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
        "{n} of {of} patients {what}{in_all}.",
        "63 of 509 patients have an open finding, 74 in all.",
    ),
    Sentence(
        "plausible",
        "plausibility rules",
        "{rules} of {of} rules are broken, by {rows} rows.",
        "12 of 96 rules are broken, by 140 rows.",
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
        "{what}: {place}{value}.",
        "Done in the window, of due: 350/478, 73 % (69-77).",
    ),
    Sentence(
        "visits",
        "a rate per assessment and visit: the first assessment at the three visits that most were due at",
        "{what}: {row} at {values}.",
        "Done in the window, of those not ended or treated before: MRD at day 28 88 % (85-91), month 3 87 % (83-90), "
        "month 6 84 % (80-88).",
    ),
    Sentence(
        "funnel",
        "centres between control limits",
        "{inner} of {n} centres lie beyond the 95 % limits and {outer} beyond the 99.8 % limits around {expected} % "
        "({of}).",
        "0 of 8 centres lie beyond the 95 % limits and 0 beyond the 99.8 % limits around 72 % (the cohort's own "
        "share).",
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
        "Alive at 12 months: n = 509, 71 % (67-75); by centre from 61 % to 79 %, n 25 to 120; completeness of "
        "follow-up 90 %. This is no ranking.",
    ),
    Sentence(
        "rows",
        "a table of patients",
        "{n} of {of} patients are in this table.",
        "35 of 509 patients are in this table.",
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


def sentence(code: str, **parts: object) -> str:
    """The words of a declared sentence with its places filled in, beginning with a capital."""
    words = BY_CODE[code].words.format(**parts)
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
    tests = ["", "`{test}` says, of more than two groups:", "", "| of | words |", "| --- | --- |"]
    return "\n".join([*head, *lines, *tests, *(f"| {of} | {words} |" for of, words in TESTS), ""])


if __name__ == "__main__":
    print(document(), end="")
