"""Adjusted and weighted comparisons: who is in the model, what it is adjusted for, unadjusted beside adjusted."""

import numpy as np
import pytest

from analyses.result import CAUSE_SPECIFIC, HAZARD_RATIO, PROBABILITY, SUBDISTRIBUTION
from analyses.time_to_event.adjusted import ADJUSTED, COMPARABLE, GROUPS, MRD, UNADJUSTED, WEIGHTED, adjusted
from analyses.time_to_event.design import design_of, in_common
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.weighted import balance, weighted
from endpoints.catalogue import CIR, EFS, OS, RFS
from endpoints.covariates import AS_LEVEL, LEFT_OUT, SETS
from endpoints.rules import DAYS_PER_MONTH
from endpoints.sensitivity import at_last_contact, is_asked
from estimators.cox import cox
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import cohort_of, note, reasons, sample_cohort
from tests.literal import patient

PRIOR = dict(by="prior_transplant", groups=("allogeneic", "no"))


def person(i, **columns):
    """Patients who differ in age, burden and product; every second dies."""
    death = 50 + 17 * (i % 29) if i % 2 else None
    defaults = dict(product="TISA" if i % 3 else "BREXU", birth_month=f"{2024 - 5 - (7 * i) % 40}-06")
    defaults |= dict(course=dict(blasts_pct_before=float((13 * i) % 60), burden_date=-5))
    return patient(f"P{i:03d}", **defaults | dict(last_contact=death or 700, death=death) | columns)


@pytest.fixture(scope="module")
def by_product():
    return cohort_of(*(person(i) for i in range(120)), by="product")


def test_the_unadjusted_ratio_is_the_one_of_the_unadjusted_figure(by_product):
    result = adjusted(by_product, OS)
    row = result.rows[(result.rows["model"] == UNADJUSTED.code) & (result.rows["factor"] == GROUPS)].iloc[0]
    beside = estimate_endpoint(by_product, OS, kaplan_meier).comparison.rows
    beside = beside[beside["measure"] == HAZARD_RATIO].iloc[0]
    for name in ("estimate", "conf_low", "conf_high"):
        assert row[name] == pytest.approx(beside[name], abs=1e-12)


def test_what_is_compared_is_no_covariate_and_the_adjusted_model_is_one_cox_model(by_product):
    result = adjusted(by_product, OS)
    assert set(result.rows["factor"]) == {GROUPS, "age", "burden"}
    rows = result.patients
    x = np.column_stack([rows["GROUP"] == "tisagenlecleucel", rows["AGE"] / 10, rows["BURDENGR"] == "low"]).astype(
        float
    )
    fit = cox(np.zeros(len(rows), int), rows["AVAL"], rows["CNSR"] == 0, x)
    model = result.rows[result.rows["model"] == ADJUSTED.code]
    assert model["estimate"].to_numpy() == pytest.approx(fit.hazard_ratio, rel=1e-9)
    assert note(result, "adjusted_for") == (
        "Adjusted for: Age, Disease burden. Reference levels: Disease burden: High (≥ cut-off)."
    )


def test_missing_is_a_level_or_left_out_with_its_number_and_unknown_age_is_always_left_out():
    people = [person(i, birth_month=None if i == 7 else f"{2024 - 5 - i % 30}-06") for i in range(120)]
    for i in range(1, 60, 4):
        people[i]["treatment_course"][0]["blasts_pct_before"] = None
    cohort = cohort_of(*people, by="product")
    as_level, left_out = (adjusted(cohort, OS, "burden", missing) for missing in (AS_LEVEL, LEFT_OUT))
    assert as_level.n == 119 and reasons(as_level) == {"with missing age": 1}
    assert "missing" in set(as_level.rows["strata"])
    assert left_out.n == 104 and reasons(left_out) == {"with missing age": 1, "with missing disease burden": 15}


def test_ten_events_a_coefficient_and_the_last_covariates_are_left_away():
    people = [person(i, prior_transplant=i % 5 == 0) for i in range(54)]  # 27 deaths: two coefficients
    result = adjusted(cohort_of(*people, by="product"), OS)
    assert set(result.rows["factor"]) == {GROUPS, "age"}
    assert note(result, "too_many") == (
        "Too few events for a further covariate (10 a coefficient), not adjusted for: Disease burden, Prior transplant."
    )


def test_a_level_without_an_event_is_left_out_and_changes_no_other_ratio():
    people = [person(i, prior_transplant=False) for i in range(120)]
    extra = [person(i, prior_transplant=True, death=None, last_contact=700) for i in range(200, 240, 2)]
    with_, without = (adjusted(cohort_of(*group, by="product"), OS) for group in ((*people, *extra), people))
    words = "of a level of prior transplant with fewer than 5 patients or no event"
    assert reasons(with_) == {words: 20}
    assert with_.rows["estimate"].to_numpy() == pytest.approx(without.rows["estimate"].to_numpy(), abs=1e-9)


def test_weights_need_every_level_in_every_group():
    people = [person(i, prior_transplant=i % 4 == 1 and i % 3 != 0) for i in range(160)]
    cohort = cohort_of(*people, by="product")
    design = design_of(cohort, OS, SETS["burden"])
    common = in_common(design)
    assert len(common.rows) < len(design.rows) and "prior_transplant" not in {c.factor for c in common.columns}
    rows = adjusted(cohort, OS).rows
    n = {
        model: rows.loc[(rows["model"] == model) & (rows["factor"] == GROUPS), "n"].sum()
        for model in set(rows["model"])
    }
    assert n[COMPARABLE.code] == n[WEIGHTED.code] < n[UNADJUSTED.code]


def test_groups_that_age_tells_apart_have_no_weights_and_it_is_said():
    people = [person(i, birth_month="2014-06" if i % 3 else "1974-06") for i in range(120)]
    cohort = cohort_of(*people, by="product")
    curves = weighted(cohort, OS, "36")
    assert curves.n == 0 and "tell the groups apart completely" in note(curves, "no_weights")
    assert balance(cohort, OS).n == 0
    row = adjusted(cohort, OS).rows.query("model == 'weighted'").iloc[0]
    assert np.isnan(row["estimate"]) and row["reason"]


def test_nothing_compared_has_ratios_of_covariates_and_no_weighted_curves():
    cohort = cohort_of(*(person(i) for i in range(120)))
    result = adjusted(cohort, OS)
    assert GROUPS not in set(result.rows["factor"]) and {m.code for m in result.models} == {"unadjusted", "adjusted"}
    assert weighted(cohort, OS, "36").n == 0


def test_weighted_curves_of_the_sample_are_balanced_and_count_patients():
    cohort = sample_cohort(**PRIOR)
    curves, table = weighted(cohort, EFS, "36"), balance(cohort, EFS)
    assert (table.rows["after"] < 0.05).all() and table.rows["before"].max() > 0.15
    first = curves.curve.drop_duplicates("strata").set_index("strata")["n_risk"]
    assert (first == curves.numbers.drop_duplicates("strata").set_index("strata")["n"]).all()
    told = note(curves, "weighted_ratio")
    assert "No / Allogeneic: weighted " in told and ", unadjusted " in told
    assert curves.n + curves.left_out["n"].sum() == cohort.n


def test_where_outcomes_compete_both_ratios_are_adjusted_and_the_curves_are_incidences():
    cohort = sample_cohort(**PRIOR)
    rows = adjusted(cohort, CIR).rows
    assert set(rows["measure"]) == {CAUSE_SPECIFIC, SUBDISTRIBUTION}
    curves = weighted(cohort, CIR, "36")
    at = curves.numbers[curves.numbers["measure"] == PROBABILITY].groupby(["strata", "months"])["estimate"].sum()
    assert curves.is_incidence and (at <= 1).all()


def test_mrd_is_a_covariate_that_changes_with_time():
    rows = adjusted(sample_cohort(**PRIOR), RFS, with_mrd=True).rows
    [mrd] = rows[rows["factor"] == MRD].to_dict("records")
    assert mrd["model"] == ADJUSTED.code and mrd["estimate"] > 1


def test_a_sensitivity_curve_is_censored_at_last_contact():
    people = [patient(f"P{i}", responses={28: "CR"}, last_contact=400, contacts=[400]) for i in range(3)]
    cohort = cohort_of(*people)
    plain, later = (estimate_endpoint(cohort, one, kaplan_meier) for one in (EFS, at_last_contact(EFS)))
    assert plain.patients["AVAL"].tolist() == [28] * 3 and later.patients["AVAL"].tolist() == [400] * 3
    assert not is_asked(OS) and is_asked(RFS)
    with pytest.raises(ValueError, match="must be censored at the last assessment"):
        at_last_contact(OS)
    assert later.curve["time"].max() > 12 * DAYS_PER_MONTH
