"""Filters by what happened after infusion: which patient is in which of their levels, and that they never compare."""

import pytest

from endpoints.cohort import FILTER, FILTERS, GROUPINGS, count_every_level, count_levels, keep
from endpoints.mrd import derive_mrd
from endpoints.outcome import OUTCOME_FILTERS, VISITS, derive_outcome
from tests.endpoints.reading import cohort, derive
from tests.literal import patient

B_CELLS = [dict(day=28, cd19_pct_lymphocytes=0.0), dict(day=400, cd19_pct_lymphocytes=0.0)]


def column(name, *patients, **rules):
    return derive_outcome(cohort(*patients, **rules))[name].tolist()


def lost_on(day):
    return [dict(day=28, cd19_pct_lymphocytes=0.0), dict(day=day, cd19_pct_lymphocytes=9.0)]


def remitted(**known):
    return patient("P", **dict(responses={28: "CR"}, last_contact=400) | known)


def test_in_remission_now_is_first_remission_without_relapse_or_death():
    people = (
        remitted(),
        remitted(relapses=[dict(day=200)]),
        remitted(death=300),
        patient("P", responses={28: "NR"}, last_contact=400),
        patient("P", infused=None, last_contact=100),
        remitted(transplants=[dict(day=100)]),
        remitted(therapies=[dict(day=100, kind="blinatumomab")]),
    )
    assert column("REMNOW", *people) == ["yes", "no", "no", "no", "no", "yes", "yes"]


def test_a_molecular_relapse_ends_remission_only_where_the_rule_counts_it():
    one = remitted(relapses=[dict(day=200, level="molecular")])
    assert column("REMNOW", one) == ["yes"] and column("REMNOW", one, molecular="yes") == ["no"]


@pytest.mark.parametrize(
    "day, months, period",
    [
        (90, 2, "m3"),
        (91, 2, "m3"),  # 91 days are 2.99 months
        (92, 3, "m6"),
        (182, 5, "m6"),
        (183, 6, "m12"),
        (365, 11, "m12"),
        (366, 12, "later"),
    ],
)
def test_loss_of_aplasia_is_dated_in_completed_months_and_falls_into_one_period(day, months, period):
    one = remitted(b_cells=lost_on(day))
    assert column("BCALOSTM", one) == [months] and column("BCALOST", one) == [period]


def test_who_kept_aplasia_and_who_cannot_be_judged_lost_it_in_no_month():
    people = (remitted(b_cells=B_CELLS), remitted(), patient("P", responses={28: "NR"}, b_cells=lost_on(90)))
    assert column("BCALOST", *people) == ["not_lost", "not_judged", "not_judged"]
    assert all(month != month for month in column("BCALOSTM", *people))


def test_losses_are_those_of_the_curve_of_aplasia():
    people = [remitted(b_cells=lost_on(day)) for day in (50, 120, 300, 500)] + [
        remitted(b_cells=lost_on(300), transplants=[dict(day=100)]),
        remitted(b_cells=B_CELLS[:1], relapses=[dict(day=200, cd19_status="positive")]),
    ]
    events = derive("BCA", *people).rows
    lost = [one in ("m3", "m6", "m12", "later") for one in column("BCALOST", *people)]
    assert dict(zip(events["USUBJID"], events["CNSR"] == 0, strict=True)) == {
        f"P{n:04d}": is_lost for n, is_lost in enumerate(lost, start=1)
    }
    assert lost == [True, True, True, True, False, True]


def test_a_transplant_is_in_remission_after_relapse_or_neither():
    people = (
        remitted(transplants=[dict(day=100)]),
        remitted(relapses=[dict(day=90)], transplants=[dict(day=100)]),
        remitted(transplants=[dict(day=20)]),
        remitted(transplants=[dict(day=100, disease_status="not_in_remission")]),
        remitted(transplants=[dict(day=100, kind="autologous")]),
        remitted(transplants=[dict(day=100), dict(day=300)], relapses=[dict(day=200)]),
        remitted(transplants=[dict(day=-100)]),
    )
    assert column("TXAFTER", *people) == ["in_remission", "salvage", "other", "other", "none", "in_remission", "none"]


def test_mrd_at_a_visit_is_what_the_mrd_page_says():
    assay = dict(day=28, result="negative", sensitivity=1e-5)
    study = cohort(remitted(mrd=[assay]), remitted(), patient("P", infused=None, not_infused=10, last_contact=100))
    for visit in VISITS:
        assert derive_outcome(study)[f"MRD{visit.code}"].tolist() == derive_mrd(study, visit)["AVALC"].tolist()
    assert derive_outcome(study)["MRDD28"].tolist()[:2] == ["negative", "not_assessed"]


def test_every_patient_has_exactly_one_level_of_every_filter_of_an_outcome():
    people = (
        remitted(b_cells=lost_on(90), mrd=[dict(day=28, result="positive", level=1e-3)]),
        remitted(death=60),
        patient("P", infused=None, not_infused=10, last_contact=100),
        patient("P", infused=None, last_contact=100),
        patient("P", death=10),
    )
    outcome = derive_outcome(cohort(*people))
    for one in OUTCOME_FILTERS:
        if one.is_range:
            assert outcome[one.column].dropna().between(one.low, one.high).all()
        else:
            assert set(outcome[one.column]) <= {level.code for level in one.levels}, one.code


def test_nothing_is_compared_by_an_outcome():
    assert all(one.is_outcome for one in OUTCOME_FILTERS) and not any(one.is_outcome for one in FILTERS)
    assert not set(GROUPINGS) & set(OUTCOME_FILTERS)
    codes = [one.code for one in (*FILTERS, *OUTCOME_FILTERS)]
    assert len(set(codes)) == len(codes) == len(FILTER)


def test_counts_of_all_filters_at_once_are_those_of_each_and_a_control_does_not_narrow_itself():
    study = cohort(
        patient("P", birth_month="2014-01", sex="female", last_contact=9),
        patient("P", birth_month="1994-01", sex="male", last_contact=9),
        patient("P", birth_month="1990-01", sex="female", last_contact=9),
    )
    levels = {code: FILTER[code].levels for code in ("sex", "age_18", "age_25", "age_group")}
    choices = {"sex": ("female",), "age": (5, 40), "age_18": ("under_18",)}
    counted = count_every_level(study.adsl, choices, levels)
    for code in levels:
        assert counted[code] == count_levels(study.adsl, FILTER[code], choices, levels[code])["n"].tolist()
    assert counted["sex"] == [1, 0, 0] and counted["age_18"] == [1, 1, 0]
    assert counted["sex"][0] == len(keep(study.adsl, choices))
