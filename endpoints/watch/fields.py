"""Findings about the record: a key field that is missing where the course needs it."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from endpoints.b_cell_course import IGG_LOW
from endpoints.patient_dates import latest, no_dates, of_patient, rows_per_patient
from endpoints.study import Study
from endpoints.watch.findings import Findings, Take, iso, not_evaluated, rows_of


@dataclass(frozen=True)
class KeyField:
    """A field that figures need. rows: those in which it should be known (PT, date), missing: which of them lack it."""

    code: str
    label: str
    rows: Callable[[Study], pd.DataFrame]
    missing: Callable[[pd.DataFrame], pd.Series]


def _after(table: str) -> Callable[[Study], pd.DataFrame]:
    def rows(study: Study) -> pd.DataFrame:
        found = study.tables[table]
        return found[found["date"] > of_patient(study.course["TRTSDT"], found)]

    return rows


def _where(rows: Callable[[Study], pd.DataFrame], condition: Callable[[pd.DataFrame], pd.Series]) -> Callable:
    def narrowed(study: Study) -> pd.DataFrame:
        found = rows(study)
        return found[condition(found).fillna(False).astype(bool)]

    return narrowed


def _lacks(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows[column].isna()


def _of_adsl(date: str, condition: Callable[[pd.DataFrame], pd.Series]) -> Callable[[Study], pd.DataFrame]:
    """One row per infused patient that the condition holds for, dated by a column."""

    def rows(study: Study) -> pd.DataFrame:
        adsl = study.adsl.assign(PT=study.adsl.index, date=study.adsl[date])
        return adsl[(adsl["TRTSDT"].notna() & condition(adsl)).to_numpy(bool)]

    return rows


def _unepisoded(kind: str) -> Callable[[Study], pd.DataFrame]:
    """Index courses of patients without an episode of the kind: only the course says whether anybody looked."""

    def rows(study: Study) -> pd.DataFrame:
        events, courses = study.tables["adverse_event"], study.tables["treatment_course"]
        with_episode = events.loc[events["kind"].astype("str") == kind, "PT"]
        index = courses[courses["infusion_date"] == of_patient(study.course["TRTSDT"], courses)]
        return index[~index["PT"].isin(with_episode)].assign(date=index["infusion_date"])

    return rows


KEY_FIELDS = (
    KeyField(
        "mrd_sensitivity",
        "Sensitivity of a negative MRD assay",
        _where(_after("mrd_assessment"), lambda rows: rows["result"].astype("str") == "negative"),
        _lacks("sensitivity"),
    ),
    KeyField("mrd_result", "Result of an MRD assay", _after("mrd_assessment"), _lacks("result")),
    KeyField("cd19", "CD19 status at relapse", _after("relapse"), _lacks("cd19_status")),
    KeyField(
        "transplant_status",
        "Disease status at allogeneic transplant",
        _where(_after("transplant"), lambda rows: rows["kind"].astype("str") == "allogeneic"),
        _lacks("disease_status"),
    ),
    KeyField(
        "replacement",
        f"Replacement at an IgG of {IGG_LOW:g} mg/dL or less",
        _where(_after("immunoglobulin"), lambda rows: rows["igg_mg_dl"] <= IGG_LOW),
        _lacks("on_replacement"),
    ),
    KeyField("cause", "Cause of death", _of_adsl("DTHDT", lambda adsl: adsl["DTHDT"].notna()), _lacks("DTHCAUS")),
    KeyField("death_date", "Date of death", _of_adsl("TRTSDT", lambda adsl: adsl["DTHNODT"]), _lacks("DTHDT")),
    KeyField(
        "prior_transplant",
        "Transplant before infusion",
        _of_adsl("TRTSDT", lambda adsl: adsl["TRTSDT"].notna()),
        lambda rows: rows["PRIORTX"] == "missing",
    ),
    KeyField("crs", "Whether CRS was assessed", _unepisoded("CRS"), _lacks("crs_assessed")),
    KeyField("icans", "Whether ICANS was assessed", _unepisoded("ICANS"), _lacks("icans_assessed")),
)


def missing_fields(study: Study) -> Findings:
    """One row per patient and key field with an entry that lacks it."""
    found = [_missing(study, place, field) for place, field in enumerate(KEY_FIELDS)]
    return Findings(pd.concat(found), not_evaluated(study))


def _missing(study: Study, place: int, field: KeyField) -> pd.DataFrame:
    n = len(study.course)
    rows = field.rows(study)
    lacking = rows[field.missing(rows).to_numpy(bool)]
    gone, asked = (pd.Series(rows_per_patient(one["PT"], n)) for one in (lacking, rows))
    date = latest(lacking, n) if len(lacking) else no_dates(n)
    found = (gone > 0) & study.course["TRTSDT"].notna()

    def words(of: Take) -> pd.Series:
        return f"{field.label}: not recorded" + _when(of(date), of(gone), of(asked))

    return rows_of(study, found, item=field.code, kind=field.code, words=words, date=date, place=place)


def _when(date: pd.Series, gone: pd.Series, asked: pd.Series) -> pd.Series:
    times = (", " + gone.astype("str") + " of " + asked.astype("str") + " entries").where(asked > 1, "")
    return (" (" + iso(date) + times + ")").where(date.notna(), "")
