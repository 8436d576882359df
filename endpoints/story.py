"""One patient's story: the rows of every table in time order, with the dates that were derived from them."""

import pandas as pd

from endpoints.study import Study

HIDDEN = ("patient_id", "PT", "RESPONSE", "REMISSION")
DERIVED = {
    "RMSDT": "first remission",
    "FAILDT": "treatment failure",
    "RELDT": "relapse",
    "NEWTHDT": "new therapy",
    "HSCTRMDT": "allogeneic transplant in remission",
    "HSCTNRDT": "allogeneic transplant, status in doubt (recorded as not in remission)",
    "HSCTSVDT": "salvage transplant after relapse",
    "BCALDT": "loss of B-cell aplasia (chosen rule)",
    "BCASUSDT": "suspected loss of B-cell aplasia (unconfirmed)",
    "LDADT": "last evaluable response or MRD assessment",
    "LSTCNTDT": "last contact",
}
COLUMNS = ["DATE", "ADY", "DOMAIN", "EVENT", "DETAILS"]


def derive_story(study: Study, usubjid: str) -> pd.DataFrame:
    """Columns DATE, ADY (day from day 0, negative before), DOMAIN (table), EVENT (which date), DETAILS (its values).

    A row with several dates (a course, an adverse event) stands once per date; rows without any date stand last.
    Raises KeyError for a patient who is not in the study.
    """
    position = pd.Index(study.adsl["USUBJID"]).get_loc(usubjid)
    parts = [_domain(name, rows[rows["PT"] == position]) for name, rows in study.tables.items() if "PT" in rows]
    story = pd.concat([*parts, _derived(study.course.iloc[position])], ignore_index=True)
    ady = (story["DATE"] - study.adsl["TRTSDT"].iloc[position]) / pd.Timedelta(days=1)
    story = story.assign(ADY=ady.astype("Int32"))
    return story.sort_values(["DATE", "DOMAIN"], kind="stable", na_position="last", ignore_index=True)[COLUMNS]


def _domain(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    dates = [c for c in rows.columns if pd.api.types.is_datetime64_dtype(rows[c])]
    details = [_words(row, (*HIDDEN, *dates, f"{name}_id")) for row in rows.to_dict("records")]
    rows = rows.assign(DETAILS=pd.Series(details, index=rows.index, dtype="str"))
    per_date = [_dated(name, rows.loc[rows[date].notna(), [date, "DETAILS"]], date) for date in dates]
    undated = rows.loc[rows[dates].isna().all(axis=1), ["DETAILS"]]
    return pd.concat([*per_date, undated.assign(DATE=pd.NaT, EVENT="undated", DOMAIN=name)])


def _dated(name: str, rows: pd.DataFrame, date: str) -> pd.DataFrame:
    event = name if date == "date" else date.removesuffix("_date")
    return rows.rename(columns={date: "DATE"}).assign(EVENT=event.replace("_", " "), DOMAIN=name)


def _words(row: dict, hidden: tuple[str, ...]) -> str:
    return "; ".join(
        f"{name} = {_value(value)}" for name, value in row.items() if name not in hidden and not pd.isna(value)
    )


def _value(value) -> str:
    if value is True or value is False:
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _derived(course: pd.Series) -> pd.DataFrame:
    rows = [
        {"DATE": course[column], "DOMAIN": "derived", "EVENT": words, "DETAILS": ""}
        for column, words in DERIVED.items()
        if pd.notna(course[column])
    ]
    return pd.DataFrame(rows, columns=["DATE", "DOMAIN", "EVENT", "DETAILS"])
