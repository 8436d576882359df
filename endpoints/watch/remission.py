"""Findings in patients in remission: MRD detectable, B cells back, the months before a transplant would be decided."""

import pandas as pd

from endpoints.b_cell_aplasia import complete_values, judged_days, losses_of
from endpoints.codes import words_of
from endpoints.mrd_course import POSITIVE_RESULTS
from endpoints.patient_dates import after, days_since, earliest, latest, of_patient, on_or_before
from endpoints.reasons import Reason
from endpoints.rules import DAYS_PER_MONTH
from endpoints.study import Study
from endpoints.watch.findings import Findings, Take, closed, in_remission, iso, naive, not_evaluated, rows_of, spelled

VALUES = {
    "cd19_pct_lymphocytes": "{:.3g} % of lymphocytes, ",
    "cd19_per_ul": "{:.3g} per µL, ",
    "normal_b_pct_marrow": "{:.3g} % of marrow cells, ",
}
METHODS = words_of("mrd_assessment.method")
ONE_LOG = 10.0
EARLY_MONTHS = 6
DECISION_DAYS = (45, 120)
NO_ASSAY = Reason("no_assay", "no usable MRD assay after infusion")
NO_SAMPLE = Reason("no_sample", "no usable B-cell sample in remission")
PRIOR_UNKNOWN = Reason("prior_unknown", "transplant before infusion not known")


def mrd_detectable(study: Study) -> Findings:
    """The latest assay of a patient in remission found something, at any level."""
    course = study.course
    ends, by = closed(course)
    rows = _usable(study, ends)
    last = rows.drop_duplicates("PT").set_index("PT").reindex(course.index)
    before = rows[rows["date"] < of_patient(last["date"], rows)]
    negative = latest(before[before["result"] == "negative"], len(course))
    lowest = _lowest_before(before, last)
    rising = (last["level"] >= ONE_LOG * lowest).fillna(False)
    kind = pd.Series("persistent", index=course.index).mask(rising, "rising").mask(negative.notna(), "reemerged")
    found = in_remission(course) & last["result"].isin(POSITIVE_RESULTS)
    return Findings(
        rows_of(
            study,
            found,
            kind=kind,
            words=lambda of: _mrd_words(of(last), of(negative), of(lowest.where(rising))),
            date=last["date"].astype("datetime64[s]"),
            ends=(ends, by),
            place=kind.map({"reemerged": 0, "rising": 1, "persistent": 2}),
        ),
        not_evaluated(study, (NO_ASSAY, in_remission(course) & ends.isna() & last["result"].isna())),
    )


def _usable(study: Study, ends: pd.Series) -> pd.DataFrame:
    """Assays with a result up to the end, the latest first; of one day marrow, then the lower sensitivity, then the
    positive one."""
    rows = after(study.tables["mrd_assessment"], study.course["TRTSDT"])
    result = rows["result"].astype("str")
    rows = rows.assign(result=result, blood=rows["specimen"] != "BM", negative=result == "negative")
    rows = rows[rows["result"].notna() & (result != "failed") & on_or_before(rows["date"], of_patient(ends, rows))]
    order = ["date", "blood", "sensitivity", "negative", "mrd_assessment_id"]
    return rows.sort_values(order, ascending=[False, True, True, True, True], na_position="last")


def _lowest_before(before: pd.DataFrame, last: pd.DataFrame) -> pd.Series:
    """The lowest level since infusion by the method of the latest assay: levels of two methods are not compared."""
    same = before["method"].astype("str") == of_patient(last["method"].astype("str"), before)
    levels = before[same & (before["result"] == "positive") & (before["level"] > 0)]
    return levels.groupby("PT")["level"].min().reindex(last.index)


def _mrd_words(last: pd.DataFrame, negative: pd.Series, lowest: pd.Series) -> pd.Series:
    level = spelled(last["level"], "level {:.1e}", "no level")
    method = last["method"].astype("str").map(METHODS).fillna("method not recorded")
    words = "MRD detected on " + iso(last["date"]) + " (" + level + ", " + method + ")"
    words = words + ("; negative on " + iso(negative)).where(negative.notna(), "; never negative since infusion")
    return words + ("; at least 1 log above " + spelled(lowest, "{:.1e}")).where(lowest.notna(), "")


def b_cell_recovery(study: Study) -> Findings:
    """B cells above the active threshold in remission, confirmed by a second sample or suspected."""
    course, n = study.course, len(study.course)
    ends, by = closed(course)
    date = course["BCALOSDT"].fillna(course["BCASUSDT"])
    per_day = judged_days(study.tables["b_cell_assessment"], course, study.rules)
    confirmed = earliest(losses_of(per_day, needs_confirmation=True)[0], n).notna()
    kind = confirmed.map({True: "confirmed", False: "suspected"})
    day = days_since(date, course["TRTSDT"])
    is_early = day < EARLY_MONTHS * DAYS_PER_MONTH
    highest = _highest_of_day(study, date)

    def words(of: Take) -> pd.Series:
        age = of(is_early).map({True: ", before 6 months", False: ""})
        never = of(course["NEVERAP"]).map({True: "; never seen below it", False: ""})
        return (
            "B cells above the threshold on "
            + iso(of(date))
            + " ("
            + _b_cell_words(of(highest))
            + ")"
            + age
            + never
            + "; "
            + of(kind)
        )

    return Findings(
        rows_of(
            study,
            in_remission(course) & date.notna(),
            kind=is_early.map({True: "early_", False: "late_"}) + kind,
            words=words,
            date=date,
            ends=(ends, by),
            place=(~is_early).astype(int),
        ),
        not_evaluated(study, (NO_SAMPLE, in_remission(course) & ends.isna() & course["BCAFSTDT"].isna())),
    )


def _highest_of_day(study: Study, date: pd.Series) -> pd.DataFrame:
    rows = complete_values(study.tables["b_cell_assessment"])
    rows = rows[rows["date"] == of_patient(date, rows)]
    return rows.groupby("PT")[list(VALUES)].max().reindex(study.course.index)


def _b_cell_words(highest: pd.DataFrame) -> pd.Series:
    """'5.2 % of lymphocytes, 61 per µL, 2 % of marrow cells' of the day, what is known of it."""
    text = sum((spelled(highest[name], form) for name, form in VALUES.items()), pd.Series("", index=highest.index))
    return text.str.removesuffix(", ")


def before_decision(study: Study) -> Findings:
    """In remission without any allogeneic transplant between day 45 and day 120."""
    course = study.course
    ends, by = closed(course)
    day = days_since(ends.fillna(study.cutoff), course["TRTSDT"])
    prior = study.adsl["PRIORTX"]
    in_time = in_remission(course) & day.between(*DECISION_DAYS)

    def words(of: Take) -> pd.Series:
        since = "In remission since " + iso(of(course["RMSDT"]))
        return since + ", no allogeneic transplant before or after infusion, day " + spelled(of(day), "{:.0f}")

    return Findings(
        rows_of(
            study,
            in_time & prior.isin(["no", "autologous"]),
            kind="in_time",
            words=words,
            date=course["TRTSDT"] + pd.Timedelta(days=DECISION_DAYS[0]),
            ends=(ends, by),
        ),
        not_evaluated(study, (PRIOR_UNKNOWN, in_time & ends.isna() & (naive(prior, course["HSCTDT"]) == "unknown"))),
    )
