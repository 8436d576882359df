"""ADSL: one row per enrolled patient. TRTSDT, the first infusion of the index course, is day 0."""

import numpy as np
import pandas as pd

from endpoints.codes import MISSING, RECORDED_AS_MISSING
from endpoints.filters import AGE_GROUP_STARTS, AGE_GROUPS
from endpoints.known_tables import known_dates
from endpoints.patient_dates import earliest, latest
from endpoints.rules import Rules

NAMES = {  # what screens call the columns
    "USUBJID": "Patient",
    "SITEID": "Centre",
    "SEX": "Sex",
    "TRTSDT": "Day 0 (infusion)",
    "ENRLDT": "Enrolment",
    "APHERDT": "Apheresis",
    "MANUFOUT": "Manufacturing",
    "FAILBEF": "An earlier course failed",
    "NOTINFDT": "Not infused since",
    "NOTINFRS": "Not infused: reason code",
    "PRODUCT": "Product code",
    "PRODLABEL": "Product",
    "TARGET": "Target antigens",
    "SPECIF": "Specificity",
    "CELLSRC": "Cell source",
    "COSTIM": "Costimulatory domain",
    "DISSTAT": "Disease status before",
    "BURDEN": "Blasts before, %",
    "CNSSTAT": "CNS",
    "EMD": "Extramedullary",
    "CYTOGR": "Cytogenetics",
    "DOWNSYN": "Down syndrome",
    "PRIORTX": "Prior transplant",
    "PRIORCART": "Prior CAR-T",
    "PRIORBLI": "Prior blinatumomab",
    "PRIORINO": "Prior inotuzumab",
    "PRIORLN": "Prior lines",
    "PRIORREL": "Prior relapses",
    "BRIDGE": "Bridging therapy",
    "LYMPDEPL": "Lymphodepletion",
    "TXINTENT": "Transplant intended at infusion",
    "DTHDT": "Death",
    "DTHCAUS": "Cause of death",
    "DTHNODT": "Dead without date",
    "LSTCNTDT": "Last contact",
    "AGE": "Age, years",
    "AGEGR": "Age group",
    "AGE25": "Age ≤ 25 / > 25",
    "AGE18": "Age < 18 / ≥ 18",
    "BURDENGR": "Disease burden",
    "INFYEAR": "Infusion year",
}


def derive_adsl(tables: dict[str, pd.DataFrame], rules: Rules) -> pd.DataFrame:
    """One row per patient of the cut tables, in patient order (row position = PT)."""
    patients, courses = tables["patient"], tables["treatment_course"].sort_values(["PT", "course_number"])
    n = len(patients)
    index_course = courses[courses["infusion_date"].notna()].drop_duplicates("PT")
    first_course = courses.drop_duplicates("PT")
    course = pd.concat([index_course, first_course]).drop_duplicates("PT").set_index("PT").reindex(range(n))
    enrolment = _enrolment(courses, course, n)
    columns = {
        "USUBJID": patients["patient_id"],
        "SITEID": _level(patients["site_code"]),
        "SEX": _level(patients["sex"]),
        "TRTSDT": course["infusion_date"],
        "ENRLDT": enrolment,
        **_manufacture(courses, course, n),
        **_product(tables["product"], course),
        **_disease(patients, course),
        **_before(tables, courses, course["infusion_date"].fillna(enrolment), n),
        "BRIDGE": _level(course["bridging_therapy"]),
        "LYMPDEPL": _level(course["lymphodepletion"]),
        "TXINTENT": _yes_no(course["transplant_intended"]),
        **_death(patients),
        "LSTCNTDT": derive_last_contact(tables, n),
    }
    adsl = pd.DataFrame(columns)
    return adsl.assign(**_ages(patients, adsl), **_burden_group(adsl, rules), INFYEAR=_year(adsl["TRTSDT"]))


def _manufacture(courses: pd.DataFrame, course: pd.DataFrame, n: int) -> dict[str, pd.Series]:
    """What became of the product. FAILBEF: an earlier course was closed without infusion, and another one followed."""
    last = courses.drop_duplicates("PT", keep="last").set_index("PT")["course_number"].reindex(range(n))
    upto = course["course_number"].where(course["infusion_date"].notna(), last)
    closed = courses[courses["infusion_date"].isna() & courses["not_infused_date"].notna()]
    earlier = closed.loc[closed["course_number"] < closed["PT"].map(upto), "PT"]
    return {
        "APHERDT": earliest(courses, n, "apheresis_date"),
        "MANUFOUT": _level(course["manufacturing_outcome"]),
        "FAILBEF": pd.Series(range(n)).isin(earlier),
        "NOTINFDT": _not_infused(courses, course, n, "not_infused_date"),
        "NOTINFRS": _not_infused(courses, course, n, "not_infused_reason"),
    }


def _product(products: pd.DataFrame, course: pd.DataFrame) -> dict[str, pd.Series]:
    code = course["product_code"]
    product = products.set_index("product_code").reindex(code.astype("str")).set_index(course.index)
    return {
        "PRODUCT": _level(code),
        "PRODLABEL": product["name"].astype("str").fillna(_level(code)),
        "TARGET": _level(product["target_antigens"]),
        "SPECIF": _level(product["specificity"]),
        "CELLSRC": _level(product["cell_source"]),
        "COSTIM": _level(product["costimulatory_domain"]),
    }


def _disease(patients: pd.DataFrame, course: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "DISSTAT": _level(course["disease_status_before"]),
        "BURDEN": course["blasts_pct_before"],
        "CNSSTAT": _level(course["cns_status"]),
        "EMD": _yes_no(course["extramedullary"]),
        "CYTOGR": _level(patients["cytogenetic_group"]),
        "DOWNSYN": _yes_no(patients["down_syndrome"]),
    }


def _before(tables: dict[str, pd.DataFrame], courses: pd.DataFrame, day0: pd.Series, n: int) -> dict[str, pd.Series]:
    """What came before day 0 (never infused: before enrolment)."""
    patients = tables["patient"]
    return {
        "PRIORTX": _prior_transplant(patients, tables["transplant"], day0, n),
        "PRIORCART": _prior_car_t(patients, courses, day0, n),
        "PRIORBLI": _yes_no(patients["prior_blinatumomab"]),
        "PRIORINO": _yes_no(patients["prior_inotuzumab"]),
        "PRIORLN": patients["prior_lines"].astype("float64"),
        "PRIORREL": patients["prior_relapses"].astype("float64"),
    }


def _death(patients: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "DTHDT": patients["death_date"],
        "DTHCAUS": patients["cause_of_death"].astype("str"),
        "DTHNODT": patients["death_date"].isna() & (patients["vital_status"] == "dead"),
    }


def derive_last_contact(tables: dict[str, pd.DataFrame], n: int) -> pd.Series:
    """Latest date over every table of the patient: registries over-estimate survival when they ignore late visits."""
    dates = [latest(rows, n, date) for rows in tables.values() for date in known_dates(rows)]
    return pd.concat(dates, axis=1).max(axis=1).astype("datetime64[s]")


def _enrolment(courses: pd.DataFrame, course: pd.DataFrame, n: int) -> pd.Series:
    """Enrolment, else apheresis, of the first course up to the index course that has either: a failed first product
    stays in time."""
    upto = courses[courses["course_number"] <= courses["PT"].map(course["course_number"])]
    dated = upto.assign(start=upto["enrolment_date"].fillna(upto["apheresis_date"])).dropna(subset="start")
    return dated.drop_duplicates("PT").set_index("PT")["start"].reindex(range(n)).astype("datetime64[s]")


def _not_infused(courses: pd.DataFrame, course: pd.DataFrame, n: int, column: str) -> pd.Series:
    """Never infused = no course infused and the last one closed; an open last course is pending."""
    last = courses.drop_duplicates("PT", keep="last").set_index("PT").reindex(range(n))
    closed = course["infusion_date"].isna() & last["not_infused_date"].notna()
    values = last[column] if column.endswith("date") else last[column].astype("str")
    return values.where(closed)


def _prior_transplant(patients: pd.DataFrame, transplants: pd.DataFrame, day0: pd.Series, n: int) -> pd.Series:
    """allogeneic, autologous (only), no, unknown (yes, of unknown kind), missing. A dated row beats a "no"; the kind is
    the recorded one or that of any row, allogeneic where there is one."""
    recorded = patients["prior_transplant"].astype("boolean")
    kind = patients["prior_transplant_kind"].astype("str").where(recorded.fillna(True).astype(bool))
    dated = {
        name: earliest(transplants[transplants["kind"] == name], n) < day0 for name in ("allogeneic", "autologous")
    }
    answer = recorded.map({True: "unknown", False: "no"}).astype("str").fillna(MISSING)
    for name in ("autologous", "allogeneic"):
        answer = answer.mask(dated[name] | (kind == name), name)
    return answer


def _prior_car_t(patients: pd.DataFrame, courses: pd.DataFrame, day0: pd.Series, n: int) -> pd.Series:
    """The recorded answer; an infusion dated before day 0 beats it."""
    dated = earliest(courses, n, "infusion_date") < day0
    return _yes_no(patients["prior_car_t"].astype("boolean").mask(dated, True))


def _ages(patients: pd.DataFrame, adsl: pd.DataFrame) -> dict[str, pd.Series]:
    """AGE in completed years at infusion (never infused: at enrolment), from the birth month: no birth day is kept."""
    at = adsl["TRTSDT"].fillna(adsl["ENRLDT"])
    born = pd.to_datetime(patients["birth_month"].astype("str") + "-01", format="%Y-%m-%d", errors="coerce")
    months = (at.dt.year - born.dt.year) * 12 + (at.dt.month - born.dt.month)
    age = np.floor(months / 12)
    codes = [level.code for level in AGE_GROUPS[:-1]]
    return {
        "AGE": age,
        "AGEGR": _binned(age, AGE_GROUP_STARTS, codes),
        "AGE25": _binned(age, (0, 26), ["to_25", "over_25"]),
        "AGE18": _binned(age, (0, 18), ["under_18", "from_18"]),
    }


def _binned(values: pd.Series, starts: tuple[int, ...], codes: list[str]) -> pd.Series:
    bins = pd.cut(values, [*starts, np.inf], right=False, labels=codes)
    return _level(bins)


def _burden_group(adsl: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    high = (adsl["BURDEN"] >= rules.burden_cut).map({True: "high", False: "low"})
    return {"BURDENGR": high.where(adsl["BURDEN"].notna(), MISSING)}


def _year(dates: pd.Series) -> pd.Series:
    return dates.dt.year.astype("Int32").astype("str").where(dates.notna(), MISSING)


def _level(values: pd.Series) -> pd.Series:
    """Text codes with `missing` as a level of its own: never "no". A value of the data that is spelt like that reserved
    code is another level, not pooled with it."""
    text = values.astype("str")
    return text.mask(text == MISSING, RECORDED_AS_MISSING).where(values.notna(), MISSING)


def _yes_no(values: pd.Series) -> pd.Series:
    return _level(values.astype("boolean").map({True: "yes", False: "no"}))
