"""Filters, counts beside their options, and groups: only pre-infusion variables, missing a level of its own."""

import pandas as pd
import pytest

from endpoints.cohort import (
    ALL_PATIENTS,
    FILTER,
    FILTERS,
    GROUPINGS,
    Chosen,
    Level,
    choose_groups,
    count_levels,
    keep,
    levels_of,
    membership,
    membership_of_chosen,
    n_in_several,
)
from tests.endpoints.reading import cohort
from tests.literal import patient

AFTER_INFUSION = {"RMSDT", "RELDT", "HSCTDT", "NEWTHDT", "BCALOSDT", "DTHDT", "DTHCAUS", "LSTCNTDT", "MANUFOUT"}
CENTRES = tuple(Level(f"C{n}", f"C{n}") for n in range(8))


@pytest.fixture(scope="module")
def adsl():
    """Four patients: 10 female C01 TISA; 30 male C02 BREXU; age and sex missing C01 TISA; 60 female C01 TISA."""
    return cohort(
        patient("P1", birth_month="2014-01", sex="female", site_code="C01", course=dict(blasts_pct_before=4.9)),
        patient(
            "P2",
            birth_month="1994-01",
            sex="male",
            site_code="C02",
            product="BREXU",
            course=dict(blasts_pct_before=5.0, disease_status_before="unknown", extramedullary=True),
        ),
        patient("P3", infused=400, site_code="C01", prior_transplant=True),
        patient("P4", birth_month="1964-01", sex="female", site_code="C01", prior_transplant=False),
    ).adsl


def kept(adsl, **choices):
    return [int(one[1:]) for one in keep(adsl, choices)["USUBJID"]]


def counts(adsl, code, **choices):
    found = count_levels(adsl, FILTER[code], choices, levels_of(FILTER[code], adsl))
    return dict(zip(found["code"], found["n"], strict=True))


# Filters


def test_without_a_choice_everybody_is_kept(adsl):
    assert kept(adsl) == kept(adsl, sex=(), product=[]) == [1, 2, 3, 4]


def test_choices_of_one_filter_widen_and_filters_narrow_each_other(adsl):
    assert kept(adsl, sex=["female", "male"]) == [1, 2, 4]
    assert kept(adsl, sex=["female"], prior_transplant=["no"]) == [4]


def test_missing_is_a_level_of_its_own_and_never_no(adsl):
    assert kept(adsl, sex=["missing"]) == [3]
    assert kept(adsl, prior_transplant=["no"]) == [4]
    assert kept(adsl, prior_transplant=["missing"]) == [1, 2]


def test_recorded_as_unknown_is_not_missing(adsl):
    assert kept(adsl, disease_status=["unknown"]) == [2]
    assert kept(adsl, disease_status=["missing"]) == [1, 3, 4]


@pytest.mark.parametrize("one", FILTERS, ids=lambda f: f.code)
def test_every_filter_has_a_column_and_every_patient_exactly_one_of_its_levels(adsl, one):
    if one.is_range:
        assert adsl[one.column].dropna().between(one.low, one.high).all()
    else:
        assert sum(counts(adsl, one.code).values()) == len(adsl)
        assert levels_of(one, adsl)[-1].code == "missing"


def test_a_range_keeps_both_ends_and_no_unknown_age(adsl):
    assert kept(adsl, age=(10, 30)) == [1, 2]
    assert kept(adsl, age=(11, 29)) == []
    assert kept(adsl, age=(30, 100)) == [2, 4]


def test_the_full_range_keeps_unknown_ages(adsl):
    assert kept(adsl, age=(0, 100)) == [1, 2, 3, 4]


def test_disease_burden_is_cut_at_5_percent_and_the_cut_is_editable():
    one = patient("P1", course=dict(blasts_pct_before=5.0))
    two = patient("P1", course=dict(blasts_pct_before=4.9))
    assert cohort(one, two, patient("P1")).adsl["BURDENGR"].tolist() == ["high", "low", "missing"]
    assert cohort(one, two, burden_cut=25).adsl["BURDENGR"].tolist() == ["low", "low"]


def test_product_attributes_are_filters(adsl):
    assert kept(adsl, product=["BREXU"]) == kept(adsl, costimulation=["CD28"]) == [2]
    assert kept(adsl, target=["CD19"], specificity=["mono"], cell_source=["autologous"]) == [1, 2, 3, 4]


def test_infusion_year_is_that_of_day_0(adsl):
    assert kept(adsl, year=["2024"]) == [1, 2, 4]
    assert kept(adsl, year=["2025"]) == [3]


def test_levels_found_in_the_data_are_sorted_with_their_words_and_missing_last(adsl):
    assert levels_of(FILTER["product"], adsl) == (
        Level("BREXU", "brexucabtagene autoleucel"),
        Level("TISA", "tisagenlecleucel"),
        Level("missing", "Missing"),
    )
    assert [x.code for x in levels_of(FILTER["centre"], adsl)] == ["C01", "C02", "missing"]


def test_filters_and_groups_are_pre_infusion_variables_only():
    assert not {f.column for f in FILTERS} & AFTER_INFUSION
    assert [f.code for f in FILTERS if f not in GROUPINGS] == ["age", "blasts"]


# Counts beside the options


def test_counts_stand_under_the_other_filters_not_under_their_own(adsl):
    assert counts(adsl, "sex") == {"female": 2, "male": 1, "missing": 1}
    assert counts(adsl, "sex", sex=["male"]) == {"female": 2, "male": 1, "missing": 1}
    assert counts(adsl, "sex", centre=["C01"]) == {"female": 2, "male": 0, "missing": 1}


def test_counts_of_an_empty_cohort_are_all_zero(adsl):
    assert set(counts(adsl, "sex", centre=["C99"]).values()) == {0}


# Groups


def test_up_to_6_levels_are_all_compared_each_with_its_own_style():
    assert [(g.code, g.style) for g in choose_groups(CENTRES[:6])] == [(f"C{n}", n) for n in range(6)]


def test_of_more_than_6_levels_the_first_6_are_compared_and_the_others_never_pooled():
    assert [g.code for g in choose_groups(CENTRES)] == ["C0", "C1", "C2", "C3", "C4", "C5"]
    adsl = pd.DataFrame({"USUBJID": ["P1", "P2", "P3"], "SITEID": ["C0", "C6", "C7"]})
    assert membership(adsl, FILTER["centre"], choose_groups(CENTRES))["USUBJID"].tolist() == ["P1"]


def test_the_user_picks_up_to_6_levels_in_declared_order():
    assert [g.code for g in choose_groups(CENTRES, ("C7", "C0"))] == ["C0", "C7"]
    assert len(choose_groups(CENTRES, tuple(x.code for x in CENTRES))) == 6


def test_the_style_follows_the_declared_level_whatever_is_left():
    assert {g.code: g.style for g in choose_groups(CENTRES, ("C2", "C4"))} == {"C2": 2, "C4": 4}


def test_two_picked_levels_never_share_a_style():
    groups = choose_groups(CENTRES, ("C0", "C6", "C1"))
    assert len({g.style for g in groups}) == 3


def test_without_compare_by_everybody_is_one_group(adsl):
    members = membership(adsl, None, (ALL_PATIENTS,))
    assert (len(members), set(members["GROUP"])) == (4, {"all"})


def test_membership_keeps_missing_as_a_group(adsl):
    groups = choose_groups(levels_of(FILTER["sex"], adsl))
    assert dict(membership(adsl, FILTER["sex"], groups)["GROUP"].value_counts()) == {
        "female": 2,
        "male": 1,
        "missing": 1,
    }


def test_patients_in_several_groups_are_counted_once_each():
    members = pd.DataFrame({"USUBJID": ["P1", "P1", "P1", "P2"], "GROUP": ["a", "b", "c", "a"]})
    assert n_in_several(members) == 1
    assert n_in_several(members.drop(index=[1, 2])) == 0


def test_chosen_cohorts_are_groups_that_may_share_patients_and_leave_some_out(adsl):
    chosen = (Chosen("s0", "Women", {"sex": ("female",)}), Chosen("s1", "Everybody", {}))
    groups, members = membership_of_chosen(adsl, chosen)
    assert [(group.code, group.label) for group in groups] == [("s0", "Women"), ("s1", "Everybody")]
    assert dict(members["GROUP"].value_counts()) == {"s0": 2, "s1": 4} and n_in_several(members) == 2


def test_the_words_of_a_level_are_printable_and_stay_apart():
    adsl = pd.DataFrame({"SITEID": ["A\x01", "A\x02", "A\u2028", "A\u200dB", "Ж"]}, dtype="str")
    labels = [level.label for level in levels_of(FILTER["centre"], adsl)]
    assert labels == ["A\u2401", "A\u2402", "A\u200dB", "A\\u2028", "Ж", "Missing"]
    names = pd.DataFrame({"PRODUCT": ["A\x85", "A\x7f"], "PRODLABEL": ["one name", "one name"]}, dtype="str")
    assert [x.label for x in levels_of(FILTER["product"], names)][:2] == ["one name (A\\u007f)", "one name (A\\u0085)"]
