"""An endpoint per compared group, on the twelve: events, months, numbers at risk, who is left out.

Rows are recounted from the derived ADTTE frames with plain loops; estimates against direct calls of the estimators.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analyses.cohort import compared_by, ungrouped
from analyses.result import MEDIAN, PROBABILITY, Refusal
from analyses.time_to_event.compare import compare
from analyses.time_to_event.curve import steps
from analyses.time_to_event.estimate import arm_of, estimate_endpoint
from analyses.time_to_event.subgroups import month_by_subgroup
from analyses.words import LAST_KNOWN
from endpoints.catalogue import BCA, BCACI, CATALOGUE, CIR, CIRCD19, EFS, NRM, OS, TTHSCT
from endpoints.mrd_course import REEMERGENCE, REEMERGENCE_ANY
from endpoints.relapse import OS_RELAPSE
from endpoints.time_to_event import derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from estimators.logrank import logrank
from estimators.reasons import FEW_PATIENTS
from figures.figure import figure_of
from figures.numbers import worded
from tests.analyses.cohorts import DAYS_PER_MONTH, cohort, cohort_of, labels, members_of, note, notes, row
from tests.literal import patient

MONTHS = (3, 6, 12, 24, 36)
INFUSED_ENDPOINTS = [e for e in CATALOGUE if "enrolled" not in e.populations]
EARLY = patient("E01", responses={28: "CR"}, relapses=[dict(day=40)])
LATE = tuple(patient(f"L{n:02d}", responses={60: "CR", 400: "CR"}) for n in range(4))


def recounted(cohort, endpoint, code=None):
    """(days, CNSR, cause, entry) per patient of the cohort (or of one group), counted one by one."""
    inside = members_of(cohort, code)
    derived = derive_tte(cohort.whole.course, endpoint, cohort.rules)
    rows = [r for r in derived.rows.itertuples() if r.USUBJID in inside]
    return (
        np.array([(r.ADT - r.STARTDT).days for r in rows]),
        [r.CNSR for r in rows],
        [r.CAUSE for r in rows],
        np.array([r.ENTRY for r in rows]),
    )


def probabilities(result, outcome, strata="all"):
    table = result.numbers
    rows = table[(table["outcome"] == outcome) & (table["strata"] == strata) & (table["measure"] == PROBABILITY)]
    assert tuple(rows["months"]) == MONTHS
    return rows["estimate"].to_numpy()


def in_months(values):
    return np.array(values) * DAYS_PER_MONTH


# Events and months ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", [e for e in CATALOGUE if not e.entry and not e.competing], ids=lambda e: e.paramcd)
@pytest.mark.parametrize("by", ["", "product"])
def test_kaplan_meier_of_a_group_is_kaplan_meier_of_its_rows_with_cnsr_0_as_event(endpoint, by):
    chosen = cohort(by)
    result = estimate_endpoint(chosen, endpoint, kaplan_meier)
    for group in chosen.groups:
        days, cnsr, _, _ = recounted(chosen, endpoint, group.code)
        curve = kaplan_meier(days, [c == 0 for c in cnsr])
        direct = estimates_at(curve, in_months(MONTHS))["estimate"]
        np.testing.assert_array_equal(probabilities(result, endpoint.paramcd, group.code), direct)
        median, read = row(result, strata=group.code, months=None), quantile(curve)
        np.testing.assert_allclose(
            median[["estimate", "conf_low", "conf_high"]].astype(float),
            np.array([read.value, read.low, read.high]) / DAYS_PER_MONTH,
        )
        assert median["measure"] == MEDIAN and median["n"] == len(days) and median["n_event"] == cnsr.count(0)
        for month in MONTHS:
            assert row(result, strata=group.code, months=month)["n_event"] == sum(
                d <= month * DAYS_PER_MONTH and c == 0 for d, c in zip(days, cnsr, strict=True)
            )


@pytest.mark.parametrize("endpoint", [CIR, CIRCD19, NRM], ids=lambda e: e.paramcd)
def test_incidence_is_aalen_johansen_with_one_outcome_per_declared_cause(endpoint):
    chosen = cohort()
    result = estimate_endpoint(chosen, endpoint, aalen_johansen)
    days, _, cause, _ = recounted(chosen, endpoint)
    direct = aalen_johansen(days, cause, len(endpoint.causes))
    codes = list(dict.fromkeys(source.code for source in endpoint.causes))
    assert [outcome.code for outcome in result.outcomes] == codes
    for place, code in enumerate(codes, start=1):
        read = estimates_at(direct[direct["outcome"] == place].drop(columns="outcome"), in_months(MONTHS))
        np.testing.assert_array_equal(probabilities(result, code), read["estimate"])
        for month in MONTHS:
            assert row(result, outcome=code, months=month)["n_event"] == sum(
                d <= month * DAYS_PER_MONTH and c > 0 and endpoint.causes[c - 1].code == code
                for d, c in zip(days, cause, strict=True)
            )


def test_two_sources_of_loss_are_one_outcome():
    result = estimate_endpoint(cohort(), BCACI, aalen_johansen)
    assert labels(result.outcomes) == [
        "Loss of B-cell aplasia",
        "Relapse not counted as loss",
        "Allogeneic transplant",
        "New therapy",
        "Death",
    ]


@pytest.mark.parametrize(
    ("endpoint", "estimator", "since"),
    [(BCA, kaplan_meier, "the first usable B-cell sample"), (TTHSCT, aalen_johansen, "first remission")],
)
def test_delayed_entry_begins_where_enough_are_at_risk_and_says_so(endpoint, estimator, since):
    # Day 28 in all but P08 (day 30): half of the patients are under observation from day 28 on.
    chosen = cohort()
    result = estimate_endpoint(chosen, endpoint, estimator)
    assert result.curve["time"].min() == 28
    assert note(result, "starts") == (
        f"Time at risk starts at {since}. A curve starts when 10 patients (or half the group) are at risk: "
        "Cohort, day 28. Patients with an event before that day, in n but not in the curve: 0."
    )
    days, cnsr, cause, entry = recounted(chosen, endpoint)
    direct = (
        kaplan_meier(days, [c == 0 for c in cnsr], entry, start=28)
        if estimator is kaplan_meier
        else aalen_johansen(days, cause, 4, entry, start=28).query("outcome == 1").drop(columns="outcome")
    )
    np.testing.assert_array_equal(
        probabilities(result, result.outcomes[0].code), estimates_at(direct, in_months(MONTHS))["estimate"]
    )


def test_an_event_before_the_beginning_is_counted_in_words_and_not_drawn():
    """One patient in remission from day 28 who relapses on day 40, four in remission from day 60 on: half is three."""
    result = estimate_endpoint(cohort_of(EARLY, *LATE), TTHSCT, aalen_johansen)
    assert result.n == 5 and "Cohort, day 60." in note(result, "starts")
    assert note(result, "starts").endswith("Patients with an event before that day, in n but not in the curve: 1.")
    assert result.curve["time"].min() == 60 and not result.curve["estimate"].any()
    early = result.numbers[result.numbers["months"] == 3]
    assert set(early["n"]) == {5} and set(early["n_risk"]) == {4} and set(early["n_event"]) == {0}


def test_numbers_at_risk_are_a_count_of_the_rows():
    chosen = cohort("sex")
    result = estimate_endpoint(chosen, EFS, kaplan_meier, "24")
    for group in chosen.groups:
        days, cnsr, _, _ = recounted(chosen, EFS, group.code)
        risk = result.risk[result.risk["strata"] == group.code]
        assert risk["time"].tolist() == [0, 3, 6, 9, 12, 15, 18, 21, 24]
        for under in risk.itertuples():
            month = under.time * DAYS_PER_MONTH
            assert under.n_risk == sum(d >= month for d in days)
            assert under.n_event == sum(d <= month and c == 0 for d, c in zip(days, cnsr, strict=True))
            assert under.n_censor == sum(d <= month and c == 1 for d, c in zip(days, cnsr, strict=True))


@pytest.mark.parametrize(("months", "end"), [("12", 12), ("36", 36), ("all", 36)])
def test_the_axis_ends_where_asked_or_in_the_year_in_which_the_last_leaves(months, end):
    assert estimate_endpoint(cohort(), OS, kaplan_meier, months).x_max == end  # the last leaves at 25.0 months


def test_a_curve_that_goes_on_is_drawn_to_the_edge_and_one_that_ends_is_not():
    short = steps(estimate_endpoint(cohort(), OS, kaplan_meier, "12"), 1.0)
    assert short["time"].max() == 12 and short["estimate"].iloc[-1] == pytest.approx(9 / 14)
    long = steps(estimate_endpoint(cohort(), OS, kaplan_meier, "36"), 1.0)
    assert long["time"].max() == pytest.approx(760 / DAYS_PER_MONTH)


# Who is in, who is out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "by"),
    list(product(CATALOGUE, ("", "product", "prior_transplant"))),
    ids=lambda x: getattr(x, "paramcd", x or "all"),
)
def test_patients_and_left_out_add_up_to_the_cohort(endpoint, by):
    chosen = cohort(by)
    result = estimate_endpoint(chosen, endpoint, aalen_johansen if endpoint.competing else kaplan_meier)
    assert result.n + result.left_out["n"].sum() == chosen.n == 10
    assert result.n == len(result.patients) == result.patients["USUBJID"].nunique()


@pytest.mark.parametrize("filters", [{"sex": ("male",)}, {"age": (0, 20)}, {"centre": ("C04",)}])
@pytest.mark.parametrize("endpoint", [OS, BCA, CIR], ids=lambda e: e.paramcd)
def test_left_out_follows_the_filters(endpoint, filters):
    chosen = cohort(filters=filters)
    result = estimate_endpoint(chosen, endpoint, aalen_johansen if endpoint.competing else kaplan_meier)
    assert result.n + result.left_out["n"].sum() == chosen.n < 10


@pytest.mark.parametrize("endpoint", [OS, EFS], ids=lambda e: e.paramcd)
def test_all_twelve_enrolled_are_in_what_is_defined_for_them(endpoint):
    result = estimate_endpoint(cohort(population="enrolled"), endpoint, kaplan_meier)
    assert result.n == 12 and not result.left_out["n"].sum()


def test_every_endpoint_says_what_its_curves_end_with():
    declared = {e.censor.date for e in (*CATALOGUE, REEMERGENCE, REEMERGENCE_ANY, OS_RELAPSE)}
    assert declared == {*LAST_KNOWN, "LSTCNTDT"}  # by default: last follow-up


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [(OS, "last follow-up"), (EFS, "last assessment or event"), (BCA, "last B-cell sample or event")],
)
def test_a_month_beyond_follow_up_names_what_ended_it_in_the_table_and_in_the_forest(endpoint, words):
    result = estimate_endpoint(cohort(), endpoint, kaplan_meier)
    last = result.patients["AVAL"].max() / DAYS_PER_MONTH
    expected = f"not estimable: {words} at {last:.1f} months"
    table = worded(result)
    assert table.loc[table["months"] == 36, "reason"].tolist() == [expected]
    assert worded(month_by_subgroup(cohort(), endpoint, 36))["reason"].iloc[0] == expected


@pytest.mark.parametrize("endpoint", INFUSED_ENDPOINTS, ids=lambda e: e.paramcd)
def test_what_is_not_defined_for_the_enrolled_is_refused_with_everybody_left_out(endpoint):
    result = estimate_endpoint(cohort(population="enrolled"), endpoint, kaplan_meier)
    assert isinstance(result, Refusal) and result.n == 0 and result.left_out["n"].sum() == 12
    sentence = f"{endpoint.param} is defined for infused patients only. Choose the population Infused."
    assert [one.text for one in result.notes] == [sentence]


# Groups -----------------------------------------------------------------------------------------------------------


def test_a_group_that_the_filters_emptied_is_said_and_not_estimated():
    chosen = cohort("product", {"age": (0, 25)})
    result = estimate_endpoint(chosen, OS, kaplan_meier)
    assert set(result.numbers["strata"]) == set(result.curve["strata"]) == {"TISA"} == {g.code for g in result.strata}
    assert chosen.emptied == ("brexucabtagene autoleucel",)
    captions = figure_of(result, "Overall survival", code="os").method_lines()
    assert "brexucabtagene autoleucel: no patients." in captions


def test_a_group_without_patients_of_the_endpoint_is_said_and_not_estimated():
    """The disease of P04 and P05 was refractory; neither came into remission."""
    chosen = cohort("disease_status", {"centre": ("C01", "C02")})
    result = estimate_endpoint(chosen, CIR, aalen_johansen)
    assert {"Refractory: no patients."} <= set(notes(result, "no_patients"))
    assert members_of(chosen, "refractory") == {"P04", "P05"}
    assert "refractory" not in set(result.numbers["strata"]) | set(result.curve["strata"])
    assert "refractory" not in {group.code for group in result.strata}


def test_a_filter_changes_no_colour_of_a_group():
    everybody, few = (estimate_endpoint(cohort("product", f), OS, kaplan_meier).strata for f in ({}, {"age": (0, 25)}))
    assert few and set(few) < set(everybody)  # who is left looks as before; who is gone stands in no legend


def test_groups_with_common_patients_are_not_tested_and_not_compared():
    chosen = cohort("product")
    twice = pd.concat([chosen.members, pd.DataFrame({"USUBJID": ["P01"], "GROUP": ["BREXU"]})], ignore_index=True)
    found = estimate_endpoint(replace(chosen, members=twice), OS, kaplan_meier)
    assert found.test is None and found.comparison is None


def test_the_log_rank_test_is_of_the_rows_once_the_groups_are_large_enough():
    """The same ten patients five times under other names: five times as many in each group."""
    chosen = cohort("product")
    rows = derive_tte(chosen.whole.course, OS, chosen.rules).rows
    names = chosen.members.set_index("USUBJID")["GROUP"]
    many = pd.concat([rows.assign(USUBJID=rows["USUBJID"] + str(copy)) for copy in range(5)], ignore_index=True)
    code = many["USUBJID"].str[:3].map(names)
    many = many[code.notna()].assign(CODE=code.dropna(), GROUP=code.dropna())
    arms = [arm_of(group, many[many["CODE"] == group.code], OS, kaplan_meier) for group in chosen.groups]
    test = compare(arms, OS)
    direct = logrank(many["AVAL"].to_numpy(), (many["CNSR"] == 0).to_numpy(), many["CODE"].to_numpy())
    assert test.p_value == direct.p_value and 0 < test.p_value < 1 and not test.reason


def test_small_groups_have_no_p_value_and_one_group_has_no_test():
    small = estimate_endpoint(cohort("product"), OS, kaplan_meier)
    assert np.isnan(small.test.p_value) and small.test.reason == FEW_PATIENTS
    assert note(small, "test") == (
        "Log-rank test: no p-value: fewer than 10 patients in brexucabtagene autoleucel (4), tisagenlecleucel (6)."
    )
    alone = estimate_endpoint(cohort(), OS, kaplan_meier)
    assert alone.test is None and not notes(alone, "test")


def test_another_comparison_leaves_the_cohort_as_it_is():
    chosen = cohort("product")
    other = compared_by(chosen, "prior_transplant")
    assert [g.code for g in other.groups] == ["allogeneic", "autologous", "no", "unknown"]
    assert other.patients is chosen.patients
    # P02, P04 and P08 say yes without a kind; P06 says nothing
    assert other.members["GROUP"].value_counts().to_dict() == {"no": 6, "unknown": 3}
    assert other.left_out_levels[["code", "n"]].to_numpy().tolist() == [["missing", 1]]
    assert [g.code for g in chosen.groups] == ["BREXU", "TISA"]


def test_a_cohort_that_compares_nothing_has_every_filtered_patient_in_one_group():
    chosen = cohort("product", {"age": (0, 20)})
    alone = ungrouped(chosen)
    assert labels(alone.groups) == ["Cohort"] and alone.by is None and alone.emptied == ()
    assert members_of(alone) == set(chosen.patients["USUBJID"]) == {"P01", "P02", "P03", "P04", "P05"}
    assert not len(alone.left_out_levels) and alone.not_by == "Product"


# Notes ------------------------------------------------------------------------------------------------------------


def test_notes_count_the_patients_of_the_figure_not_of_the_dataset():
    # Never aplastic: P09 (45 years). Without it nobody is; CD19 of relapses: P02 positive, P07 negative, P08 unknown.
    def of(endpoint, estimator, code, **filters):
        return note(estimate_endpoint(cohort(filters=filters), endpoint, estimator), code)

    assert of(BCA, kaplan_meier, "never_aplastic").endswith(": 1.")
    assert of(BCA, kaplan_meier, "never_aplastic", age=(0, 40)).endswith(": 0.")
    words = of(CIR, aalen_johansen, "cd19", sex=("male",))
    assert "positive 1/1" in words and "negative 0/1" in words and words.endswith("unknown in 1.")


def test_cd19_shares_are_of_each_compared_group():
    # TISA: P02 positive; BREXU: P07 negative, P08 unknown.
    brexu, tisa = notes(estimate_endpoint(cohort("product"), CIR, aalen_johansen), "cd19")
    assert tisa.startswith("tisagenlecleucel: ") and brexu.startswith("brexucabtagene autoleucel: ")
    assert "positive 1/1" in tisa and "negative 0/1" in tisa and tisa.endswith("unknown in 0.")
    assert "positive 0/1" in brexu and "negative 1/1" in brexu and brexu.endswith("unknown in 1.")


def test_a_test_of_competing_outcomes_names_its_outcome():
    words = note(estimate_endpoint(cohort("product"), CIR, aalen_johansen), "test")
    assert words.startswith("Gray's test for relapse: no p-value: fewer than 10 patients")
    late = estimate_endpoint(cohort("product"), TTHSCT, aalen_johansen)
    assert note(late, "no_test") == "No test is shown: Gray's test is not defined for delayed entry."
