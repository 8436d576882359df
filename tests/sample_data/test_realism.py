"""What the simulated patients look like, counted here without any code of the app."""

import numpy as np
import pandas as pd
import pytest

from sample_data.parameters import PRODUCTS

MONTH = 30.4375
PUBLISHED = {  # remission by day 100, event-free and alive at 12 months
    "TISA": (0.84, 0.52, 0.78),  # CIBMTR 2020, ELIANA
    "BREXU": (0.75, 0.40, 0.63),  # ZUMA-3, ROCCA
    "OBE": (0.77, 0.44, 0.61),  # FELIX
    "CD1922": (0.87, 0.32, 0.60),  # AMELIA
}
TEN_POINTS = 0.10


def first_date(rows, ids):
    return pd.to_datetime(rows.groupby("patient_id")["date"].min()).reindex(ids)


def survival(days, event, at):
    """Kaplan-Meier by hand: one factor per distinct day of death."""
    result = 1.0
    for day in np.unique(days[event]):
        if day <= at:
            result *= 1 - (event & (days == day)).sum() / (days >= day).sum()
    return result


@pytest.fixture(scope="session")
def infused(block):
    """One row per infused patient of the 5,000: day 0, first remission, relapse, death, failure, last contact."""
    courses = block["treatment_course"]
    given = courses[courses["infusion_date"] != ""].drop_duplicates("patient_id").set_index("patient_id")
    patient = block["patient"].set_index("patient_id").reindex(given.index)
    response, relapse = block["response_assessment"], block["relapse"]
    day0 = pd.to_datetime(given["infusion_date"])
    infusion = given["infusion_date"].reindex(relapse["patient_id"]).fillna("9").to_numpy()
    after = relapse[relapse["date"].to_numpy() > infusion]
    after = after[after["level"] != "molecular"]
    told = pd.concat([after[["patient_id", "date"]], response[response["response"] == "RELAPSE"]])
    frame = pd.DataFrame(
        {
            "product": given["product_code"],
            "blasts": pd.to_numeric(given["blasts_pct_before"]),
            "day0": day0,
            "remission": first_date(response[response["response"].isin(["CR", "CRi"])], given.index),
            "no_remission": first_date(response[response["response"] == "NR"], given.index),
            "relapse": first_date(told, given.index),
            "death": pd.to_datetime(patient["death_date"].replace("", None)),
            "last": pd.to_datetime(patient["last_contact_date"].replace("", None)).fillna(day0),
            "cd19": after.sort_values("date")
            .drop_duplicates("patient_id")
            .set_index("patient_id")["cd19_status"]
            .reindex(given.index),
        }
    )
    return frame.assign(by100=(frame["remission"] - day0).dt.days <= 100)


def days_to(group, date):
    return (date.fillna(group["last"]) - group["day0"]).dt.days.to_numpy()


@pytest.mark.parametrize("product", PUBLISHED)
def test_remission_by_day_100_is_near_the_published_share(infused, product):
    due = infused[(infused["product"] == product) & (infused["day0"] <= "2026-06-22")]
    assert due["by100"].mean() == pytest.approx(PUBLISHED[product][0], abs=TEN_POINTS)


@pytest.mark.parametrize("product", PUBLISHED)
def test_event_free_survival_at_12_months_is_near_the_published_figure(infused, product):
    group = infused[infused["product"] == product]
    failed = group["no_remission"].where(~group["by100"])
    event = pd.concat([failed, group["relapse"], group["death"]], axis=1).min(axis=1)
    found = survival(days_to(group, event), event.notna().to_numpy(), 12 * MONTH)
    assert found == pytest.approx(PUBLISHED[product][1], abs=TEN_POINTS)


@pytest.mark.parametrize("product", PUBLISHED)
def test_overall_survival_at_12_months_is_near_the_published_figure(infused, product):
    group = infused[infused["product"] == product]
    found = survival(days_to(group, group["death"]), group["death"].notna().to_numpy(), 12 * MONTH)
    assert found == pytest.approx(PUBLISHED[product][2], abs=TEN_POINTS)


def test_never_infused_share_is_near_the_declared_one(block):
    courses = block["treatment_course"]
    first = courses[courses["course_number"] == "1"].set_index("patient_id")
    infused_ever = courses[courses["infusion_date"] != ""]["patient_id"].unique()
    never = (first["not_infused_date"] != "") & ~first.index.isin(infused_ever)
    for product in PRODUCTS:
        share = never[first["product_code"] == product.code].mean()
        assert share == pytest.approx(product.never_infused, abs=0.05), product.code


def test_high_burden_lowers_remission(infused):
    due = infused[infused["day0"] <= "2026-06-22"]
    assert due[due["blasts"] < 5]["by100"].mean() > due[due["blasts"] >= 50]["by100"].mean() + 0.1


def test_cd19_status_of_relapses_after_tisagenlecleucel_is_near_the_published_split(infused):
    status = infused[(infused["product"] == "TISA") & infused["relapse"].notna()]["cd19"].dropna()
    known = status[status.isin(["positive", "negative", "lineage_switch"])].value_counts(normalize=True)
    assert known["negative"] == pytest.approx(0.68, abs=0.07)  # ELIANA, 15 of 22
    assert 0.02 < known["lineage_switch"] < 0.12
    assert {"unknown", ""} & set(status)


def test_cd19_negative_relapse_is_rare_after_the_bispecific_product(infused):
    shares = infused[infused["relapse"].notna()].groupby("product")["cd19"].agg(lambda s: (s == "negative").mean())
    assert shares["CD1922"] < 0.15 < shares["TISA"]


def test_mrd_is_detected_before_many_relapses(block, infused):
    relapsed = infused[infused["relapse"].notna() & infused["remission"].notna()]
    assay = block["mrd_assessment"].merge(relapsed[["remission", "relapse"]], left_on="patient_id", right_index=True)
    at = pd.to_datetime(assay["date"])
    before = assay[(at >= assay["remission"]) & (at < assay["relapse"]) & (assay["result"] == "positive")]
    assert 0.2 < before["patient_id"].nunique() / len(relapsed) < 0.8


def test_first_b_cell_sample_in_remission_shows_aplasia_in_most(block, infused):
    sample = block["b_cell_assessment"].merge(infused[["remission", "day0"]], left_on="patient_id", right_index=True)
    sample = sample[pd.to_datetime(sample["date"]) >= sample["remission"]].drop_duplicates("patient_id")
    percent = pd.to_numeric(sample["cd19_pct_lymphocytes"])
    assert 0.01 < (percent >= 3).mean() < 0.10


def test_some_infants_have_kmt2a(block):
    patient = block["patient"][(block["patient"]["birth_month"] != "") & (block["patient"]["diagnosis_date"] != "")]
    age = pd.to_datetime(patient["diagnosis_date"]).dt.year - patient["birth_month"].str[:4].astype(int)
    kmt2a = patient["cytogenetic_group"] == "kmt2a"
    assert kmt2a[age <= 1].mean() > 3 * kmt2a[age > 3].mean()


def test_only_the_split_dose_product_has_a_second_dose_and_only_autologous_ones_apheresis(block):
    courses = block["treatment_course"][block["treatment_course"]["course_intent"] == "index"]
    assert set(courses[courses["second_dose_date"] != ""]["product_code"]) == {"OBE"}
    assert set(courses[courses["apheresis_date"] != ""]["product_code"]) == {p.code for p in PRODUCTS} - {"ALLO"}


def test_grade_5_belongs_to_patients_who_died(block):
    fatal = block["adverse_event"][block["adverse_event"]["grade"] == "5"]["patient_id"]
    assert len(fatal) > 5
    assert (block["patient"].set_index("patient_id")["death_date"].reindex(fatal) != "").all()


def test_every_kind_of_record_that_a_check_flags_is_there(committed):
    response, assay, event = (committed[t] for t in ("response_assessment", "mrd_assessment", "adverse_event"))
    blasts = pd.to_numeric(response["blasts_pct"])
    assert (response["response"].isin(["CR", "CRi"]) & (blasts >= 5)).any()
    assert ((assay["result"] == "negative") & (assay["sensitivity"] == "")).any()
    assert ((event["resolution_date"] != "") & (event["resolution_date"] < event["onset_date"])).any()
    remission = response[response["response"].isin(["CR", "CRi"])].groupby("patient_id")["date"].min()
    relapse = response[response["response"] == "RELAPSE"]
    assert (remission.reindex(relapse["patient_id"]).fillna("9").to_numpy() > relapse["date"]).any()


def test_the_cohort_has_recent_pending_lost_and_reinfused_patients(committed):
    courses, patient = committed["treatment_course"], committed["patient"]
    waiting = courses[(courses["infusion_date"] == "") & (courses["not_infused_date"] == "")]
    assert len(waiting) >= 5
    assert (courses["infusion_date"] > "2026-06-22").sum() >= 10
    assert (
        (patient["vital_status"] == "alive")
        & (patient["last_contact_date"] < "2025-09-30")
        & (patient["last_contact_date"] != "")
    ).sum() >= 10
    assert set(courses["course_intent"]) == {"index", "reinfusion_bca_loss", "reinfusion_relapse", "new_product"}


def test_ids_are_pseudonyms_with_a_letter_in_front(committed):
    assert committed["patient"]["patient_id"].str.fullmatch(r"P\d{5}").all()
