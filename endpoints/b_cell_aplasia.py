"""B-cell aplasia (BCA), the functional marker of persistence: which sample is above the chosen threshold, since when.

There is no agreed threshold, so the rule is declared, chosen and printed (Nat Biomed Eng 2025 cohort; Cincinnati).
"""

import pandas as pd

from endpoints.patient_dates import days_since, earliest, first_of, latest, of_patient, on_or_before
from endpoints.rules import Rules

BLOOD, MARROW = "PB", "BM"
CONFIRM_DAYS = 7
BLOOD_PERCENT, COUNT_PER_UL = 3, 100  # the thresholds that the rules name
FIRST_SAMPLE_DAY = 14
CONFIRMED_RULE = "pct1_abs100_confirmed"
NEVER_APLASTIC, BY_SAMPLE = "never_aplastic", "by_sample"
LOSS_WORDS = {NEVER_APLASTIC: "never aplastic, first sample above the threshold", BY_SAMPLE: "B cells above threshold"}
COMPLETED_WORDS = (
    "B-cell count and percentage are computed from each other where lymphocytes are known; a sample below the limit "
    "of the assay is below the threshold, whatever value stands beside it."
)
CONFIRMED_WORDS = (
    "With a rule that asks for confirmation, loss is the first of two consecutive samples above the threshold at "
    "least 7 days apart, a sample below between them resets it, and an unconfirmed last sample above the threshold "
    "(suspected loss) is censored at that sample, also when relapse, transplant, new therapy or death follows; only a "
    "CD19-positive relapse that counts as loss is a loss all the same, at the relapse."
)


def complete_values(samples: pd.DataFrame) -> pd.DataFrame:
    """Of lymphocytes/uL, CD19 % and CD19/uL two give the third."""
    lymphocytes = samples["lymphocytes_per_ul"]
    count = samples["cd19_per_ul"].fillna(lymphocytes * samples["cd19_pct_lymphocytes"] / 100)
    percent = samples["cd19_pct_lymphocytes"].fillna(100 * count / lymphocytes.where(lymphocytes > 0))
    return samples.assign(cd19_per_ul=count, cd19_pct_lymphocytes=percent)


def needs_confirmation(rules: Rules) -> bool:
    """Whether a loss must be confirmed: the rule asks for it, and the switch does not take the first sample."""
    return rules.bca_rule == CONFIRMED_RULE and rules.bca_confirm == "yes"


def judge_samples(samples: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Samples that the rule can judge, values completed, with OVER (bool: above the threshold) and COMPLETED (bool:
    a computed value decides it). Values the rule does not use make a sample unusable; `below_limit` means B cells
    below detection.
    """
    complete = complete_values(samples)
    usable, over = _verdict(complete, rules)
    usable_as_read, over_as_read = _verdict(samples, rules)
    decided = (usable != usable_as_read) | (over != over_as_read)
    return complete.assign(OVER=over, COMPLETED=decided)[usable]


def _verdict(samples: pd.DataFrame, rules: Rules) -> tuple[pd.Series, pd.Series]:
    """Per sample whether the rule can judge it, and whether it is above the threshold."""
    blood, marrow = samples["specimen"] == BLOOD, samples["specimen"] == MARROW
    percent, count = samples["cd19_pct_lymphocytes"], samples["cd19_per_ul"]
    in_marrow = samples["normal_b_pct_marrow"]
    below = samples["below_limit"].astype("boolean").fillna(False).astype(bool)
    if rules.bca_rule == "pct3_marrow1":
        usable = (blood & percent.notna()) | (marrow & in_marrow.notna()) | below
        over = (blood & (percent >= BLOOD_PERCENT)) | (marrow & (in_marrow >= 1))
    elif rules.bca_rule == CONFIRMED_RULE:
        usable = blood & (percent.notna() | count.notna() | below)
        over = blood & ((percent > 1) | (count > COUNT_PER_UL))
    else:
        usable = blood & (count.notna() | below)
        over = blood & (count >= rules.bca_count)
    return usable, over & ~below


def judged_days(samples: pd.DataFrame, course: pd.DataFrame, rules: Rules, last_day: int | None = None) -> pd.DataFrame:
    """PT date OVER COMPLETED of every day with a usable sample in first remission, from day 14 to `last_day`, in order.

    Samples before first remission are ignored (they may count leukaemia), as are those after relapse, transplant, new
    therapy or death: what they say is no longer the index product's. Blood and marrow of one day are one sample.
    """
    judged = judge_samples(samples, rules)
    judged = judged[judged["date"] >= of_patient(course["RMSDT"], judged)]
    ady = days_since(judged["date"], of_patient(course["TRTSDT"], judged))
    ends = first_of(course["RELDT"], course["HSCTDT"], course["NEWTHDT"], course["DTHDT"])
    in_time = (ady >= FIRST_SAMPLE_DAY) if last_day is None else ady.between(FIRST_SAMPLE_DAY, last_day)
    judged = judged[in_time & on_or_before(judged["date"], of_patient(ends, judged))]
    return judged.groupby(["PT", "date"], as_index=False)[["OVER", "COMPLETED"]].any().sort_values(["PT", "date"])


def derive_aplasia(samples: pd.DataFrame, course: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """BCAFSTDT first usable sample, BCALOSDT first sample above the threshold, BCASUSDT suspected loss, BCACENDT where
    observation without event ends, NEVERAP, and code and words of the loss."""
    n = len(course)
    per_day = judged_days(samples, course, rules)
    confirmed, suspected = losses_of(per_day, needs_confirmation(rules))
    loss, first, last = earliest(confirmed, n), earliest(per_day, n), latest(per_day, n)
    never = loss.notna() & (loss == first)
    code = pd.Series(BY_SAMPLE, index=course.index).mask(never, NEVER_APLASTIC).where(loss.notna()).astype("str")
    return {
        "BCAFSTDT": first,
        "BCALOSDT": loss,
        "BCASUSDT": earliest(suspected, n).where(loss.isna()),
        "BCACENDT": last,
        "NEVERAP": never,
        "BCACD": code,
        "BCADESC": code.map(LOSS_WORDS),
    }


def losses_of(per_day: pd.DataFrame, needs_confirmation: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples that are a loss, and those that open a last run which nothing confirms.

    Confirmed: the first of two samples above the threshold at least 7 days apart with none below between (a run of
    samples above it lasting 7 days or more counts from its first).
    """
    over = per_day[per_day["OVER"]]
    if not needs_confirmation:
        return over, over.iloc[:0]
    new_patient = per_day["PT"] != per_day["PT"].shift()
    run = (new_patient | (per_day["OVER"] != per_day["OVER"].shift())).cumsum()
    runs = (
        per_day.assign(run=run)
        .groupby("run")
        .agg(PT=("PT", "first"), date=("date", "min"), end=("date", "max"), OVER=("OVER", "first"))
        .reset_index(drop=True)
    )
    is_last = runs["PT"] != runs["PT"].shift(-1)
    lasting = (runs["end"] - runs["date"]) >= pd.Timedelta(days=CONFIRM_DAYS)
    return runs[runs["OVER"] & lasting], runs[runs["OVER"] & ~lasting & is_last]
