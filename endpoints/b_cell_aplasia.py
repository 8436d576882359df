"""B-cell aplasia (BCA), the functional marker of persistence: which sample is over the chosen rule, and since when.

No common threshold exists, so the rule is declared, chosen and printed (Nat Biomed Eng 2025 cohort; Cincinnati).
"""

import pandas as pd

from endpoints.patient_dates import days_since, earliest, first_of, latest, of_patient, on_or_before
from endpoints.rules import Rules

BLOOD, MARROW = "PB", "BM"
CONFIRM_DAYS = 7
FIRST_SAMPLE_DAY = 14


def complete_values(samples: pd.DataFrame) -> pd.DataFrame:
    """Of lymphocytes/uL, CD19 % and CD19/uL two give the third."""
    lymphocytes = samples["lymphocytes_per_ul"]
    count = samples["cd19_per_ul"].fillna(lymphocytes * samples["cd19_pct_lymphocytes"] / 100)
    percent = samples["cd19_pct_lymphocytes"].fillna(100 * count / lymphocytes.where(lymphocytes > 0))
    return samples.assign(cd19_per_ul=count, cd19_pct_lymphocytes=percent)


def judge_samples(samples: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Samples that the rule can judge, values completed, with OVER (bool). Values the rule does not use make a sample
    unusable; `below_limit` means B cells below detection.
    """
    samples = complete_values(samples)
    blood, marrow = samples["specimen"] == BLOOD, samples["specimen"] == MARROW
    percent, count = samples["cd19_pct_lymphocytes"], samples["cd19_per_ul"]
    in_marrow = samples["normal_b_pct_marrow"]
    below = samples["below_limit"].astype("boolean").fillna(False).astype(bool)
    if rules.bca_rule == "pct3_marrow1":
        usable = (blood & percent.notna()) | (marrow & in_marrow.notna()) | below
        over = (blood & (percent >= 3)) | (marrow & (in_marrow >= 1))
    elif rules.bca_rule == "pct1_abs100_confirmed":
        usable = blood & (percent.notna() | count.notna() | below)
        over = blood & ((percent > 1) | (count > 100))
    else:
        usable = blood & (count.notna() | below)
        over = blood & (count >= rules.bca_count)
    return samples.assign(OVER=over & ~below)[usable]


def derive_aplasia(samples: pd.DataFrame, course: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """BCALOSDT first sample over the rule, BCACENDT where observation without event ends, NEVERAP, suspected loss.

    Samples before first remission are ignored (they may count leukaemia), as are those after relapse, transplant, new
    therapy or death: what they say is no longer the index product's.
    """
    n = len(course)
    judged = judge_samples(samples, rules)
    judged = judged[judged["date"] >= of_patient(course["RMSDT"], judged)]
    ady = days_since(judged["date"], of_patient(course["TRTSDT"], judged))
    ends = first_of(course["RELDT"], course["HSCTDT"], course["NEWTHDT"], course["DTHDT"])
    judged = judged[(ady >= FIRST_SAMPLE_DAY) & on_or_before(judged["date"], of_patient(ends, judged))]
    per_day = judged.groupby(["PT", "date"], as_index=False)["OVER"].any().sort_values(["PT", "date"])
    confirmed, suspected = losses_of(per_day, needs_confirmation=rules.bca_rule == "pct1_abs100_confirmed")
    loss, first, last = earliest(confirmed, n), earliest(per_day, n), latest(per_day, n)
    suspicion = earliest(suspected, n).where(loss.isna())
    never = loss.notna() & (loss == first)
    words = pd.Series("B cells over the rule", index=course.index).mask(never, "never aplastic: first sample over")
    last_words = pd.Series("last B-cell sample", index=course.index).mask(
        suspicion.notna(), "unconfirmed sample over the rule (suspected loss)"
    )
    return {
        "BCAFSTDT": first,
        "BCALOSDT": loss,
        "BCASUSDT": suspicion,
        "BCACENDT": suspicion.fillna(last),
        "NEVERAP": never,
        "BCADESC": words.where(loss.notna()),
        "BCACDESC": last_words.where(first.notna()),
    }


def losses_of(per_day: pd.DataFrame, needs_confirmation: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples that are a loss, and those that open a last run which nothing confirms.

    Confirmed: the first of two samples over the rule at least 7 days apart with none below between (a run of samples
    over the rule lasting 7 days or more counts from its first).
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
