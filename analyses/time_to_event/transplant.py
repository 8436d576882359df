"""Who was transplanted after CAR-T, from a landmark on, and what a prior transplant says."""

from dataclasses import replace

import pandas as pd

from analyses.result import Estimates, among, fraction, kept, reasons_frame, refused, remembered
from analyses.time_to_event.estimate import by_group, compared_by
from analyses.time_to_event.landmark import classed, landmark
from analyses.time_to_event.subgroups import rate_by_subgroup
from charts.theme import series_of_groups
from endpoints.catalogue import CIR, EFS, OS, RFS
from endpoints.cohort import ALL_PATIENTS, MISSING, Group
from endpoints.exposure import TRANSPLANTED, WAITING, exposed_from, not_transplanted_before
from endpoints.transplant import DETAILS, INTERVALS, derive_interval, derive_salvage, derive_transplanted
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from estimators.quartiles import quartiles
from estimators.simon_makuch import MIN_AT_RISK
from pages.parts.session.sidebar import Cohort

OUTCOMES = {
    "os": (OS, kaplan_meier),
    "rfs": (RFS, kaplan_meier),
    "relapse": (CIR, aalen_johansen),
    "cir": (CIR, aalen_johansen),
    "efs": (EFS, kaplan_meier),
}
NUMBERS = ["outcome", "result", "n", "total", "share", "conf_low", "conf_high", "reason"]
CRUDE = (
    "Crude counts by the cut-off: patients were followed for different times, and who is transplanted differs "
    "from who is not. Observational, not causal; no test is made."
)
PRIOR_GROUPS = tuple(
    Group(level.code, level.label, style) for style, level in enumerate(INTERVALS) if level.code != MISSING
)


@remembered
def transplanted_by_subgroup(study: Cohort) -> Estimates:
    """Of those in first remission, transplanted in remission by the cut-off, per declared subgroup."""
    if study.rules.population != "infused":
        return _infused_only(study)
    course = study.study.course
    found = rate_by_subgroup(
        study, course[["USUBJID", "RMSDT", "HSCTRMDT"]], course["HSCTRMDT"].notna(), course["RMSNTXDT"].notna()
    )
    left_out = found.left_out.assign(reason="no first remission, or transplanted before it")
    return replace(found, left_out=left_out, notes=(CRUDE, *found.notes) if found.n else ())


@remembered
def transplant_details(study: Cohort) -> Estimates:
    """Donor, TBI, MRD status of the transplants in remission: n/N with interval; the day with quartiles."""
    if study.rules.population != "infused":
        return _infused_only(study)
    rows = kept(study, "HSCTRM", derive_transplanted)
    rows = rows[rows["USUBJID"].isin(study.adsl["USUBJID"])]
    words = [
        (f"{title}: {label}", rows[column] == code)
        for column, title, levels in DETAILS
        for code, label in (*levels.items(), (MISSING, "not recorded"))
        if (rows[column] == code).any()
    ]
    found = proportion([int(here.sum()) for _, here in words], [len(rows)] * len(words))
    table = found.assign(outcome=[label for label, _ in words], strata=ALL_PATIENTS.label)
    table["text"] = [
        fraction(*row)
        for row in table[["n_event", "n", "estimate", "conf_low", "conf_high"]].itertuples(index=False, name=None)
    ]
    numbers = table.rename(columns={"n_event": "n", "n": "total", "estimate": "share", "text": "result"})[NUMBERS]
    left = study.n - len(rows)
    return Estimates(
        n=len(rows),
        numbers=numbers,
        patients=rows.assign(GROUP=ALL_PATIENTS.label),
        rates=table,
        left_out=reasons_frame({"no transplant in remission": left} if left else {}),
        series=series_of_groups([(ALL_PATIENTS.label, 0)]),
        notes=(*_day_words(rows), *_not_exposed_words(study, rows)),
    )


def _day_words(rows: pd.DataFrame) -> tuple[str, ...]:
    if rows.empty:
        return ()
    day = quartiles(rows["HSCTDY"].to_numpy(float)).iloc[0]
    return (
        f"Day of transplant from infusion: median {day['median']:g} (quartiles {day['quartile_low']:g} to "
        f"{day['quartile_high']:g}; range {day['lowest']:g} to {day['highest']:g}; n = {day['n']}).",
    )


def _not_exposed_words(study: Cohort, rows: pd.DataFrame) -> tuple[str, ...]:
    """Transplants in remission by definition that the figures of their effect do not count."""
    course = study.study.course
    exposed = exposed_from(course[among(course["USUBJID"], rows["USUBJID"])])
    n = int(exposed.isna().sum())
    return (
        (
            f"{n} of them came after new therapy, or after a transplant recorded as not in remission: in 'Incidence' "
            "that came first, and the figures of what follows a transplant do not count them as transplanted.",
        )
        if n
        else ()
    )


@remembered
def transplant_landmark(study: Cohort, outcome: str, day: int, months: str) -> tuple[Cohort, Estimates]:
    """An outcome from day `day` on, by transplant in remission by then. Gives the cohort as it is compared, too."""
    course, endpoint, estimator = study.study.course, *OUTCOMES[outcome]
    exposed = exposed_from(course) <= course["TRTSDT"] + pd.Timedelta(days=day)
    code = exposed.map({True: TRANSPLANTED.code, False: WAITING.code})
    groups = (
        replace(WAITING, label=f"Not transplanted by day {day}"),
        replace(TRANSPLANTED, label=f"Transplanted by day {day}"),
    )
    by = classed(
        study,
        f"Transplant in remission by day {day}",
        groups,
        pd.DataFrame({"USUBJID": course["USUBJID"], "GROUP": code}),
    )
    return by, landmark(study, not_transplanted_before(endpoint), estimator, day, by, months, MIN_AT_RISK)


@remembered
def by_prior_transplant(study: Cohort, outcome: str, by: str, months: str) -> tuple[Cohort, Estimates]:
    """An outcome by prior transplant, yes / no or by the interval to the relapse after it; missing is left out."""
    endpoint, estimator = OUTCOMES[outcome]
    if by == "yes_no":
        compared = compared_by(study, "prior_transplant")
        return compared, by_group(compared, endpoint, estimator, months)
    compared = _by_interval(study)
    found = by_group(compared, endpoint, estimator, months)
    return compared, replace(found, notes=(*found.notes, _kind_words(study))) if found.n else found


def _by_interval(study: Cohort) -> Cohort:
    rows = kept(study, "PRIORTXINT", derive_interval).rename(columns={"INTERVAL": "GROUP"})
    compared = classed(
        study,
        "Months from prior transplant to relapse",
        PRIOR_GROUPS,
        rows.loc[rows["GROUP"] != MISSING, ["USUBJID", "GROUP"]],
    )
    missing = study.n - len(compared.members)
    left_out = {"with missing prior transplant": missing} if missing else {}
    return replace(compared, left_out_levels=reasons_frame(left_out))


def _kind_words(study: Cohort) -> str:
    """The published cut is of allogeneic transplants; ours is of the last one, whatever its kind."""
    rows = kept(study, "PRIORTXINT", derive_interval)
    kinds = rows.loc[among(rows["USUBJID"], study.adsl["USUBJID"]), "KIND"]
    return f"The last transplant before day 0 was autologous in {int((kinds == 'autologous').sum())} patients."


@remembered
def salvage_rows(study: Cohort) -> pd.DataFrame:
    """The salvage transplants of the filtered patients, one row each, in words."""
    rows = kept(study, "SALVAGE", derive_salvage)
    rows = rows[rows["USUBJID"].isin(study.adsl["USUBJID"])].reset_index(drop=True)
    return rows.assign(
        **{column: rows[column].replace({**levels, MISSING: "Not recorded"}) for column, _, levels in DETAILS}
    )


def _infused_only(study: Cohort) -> Estimates:
    return refused(study, "Transplant after CAR-T is defined for infused patients only. Choose the population Infused.")
