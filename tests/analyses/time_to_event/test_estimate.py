"""pages/parts/estimate on the twelve: events, months, groups, who is left out; against direct calls of the estimators.

Rows are recounted from the derived ADTTE frames with plain loops, not with the code under test.
"""

from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from itertools import product

import numpy as np
import pandas as pd
import pytest
from analyses.status.rates import mrd, response

from analyses.course.overview import flow, follow_up, headline, infusions
from analyses.result import percent
from analyses.time_to_event.estimate import LAST_KNOWN, by_group, compare, compared_by, result_words, ungrouped
from charts.theme import colour_of
from endpoints.catalogue import BCA, BCACI, CATALOGUE, CIR, CIRCD19, EFS, NRM, OS, TTHSCT
from endpoints.cohort import ALL_PATIENTS, FILTER, choose_groups, keep, levels_of, membership
from endpoints.mrd import CLASSES as MRD_CLASSES
from endpoints.mrd_course import REEMERGENCE, REEMERGENCE_ANY
from endpoints.relapse import OS_RELAPSE
from endpoints.response import BEST, RESPONSES
from endpoints.rules import Rules
from endpoints.study import derive_study
from endpoints.time_to_event import derive_tte
from endpoints.visits import VISITS
from estimators.aalen_johansen import aalen_johansen
from estimators.follow_up import reverse_kaplan_meier
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from estimators.logrank import logrank
from pages.parts.data.study import Loaded, canonical, viewer
from pages.parts.session.sidebar import Cohort
from tests.literal import patient, tables_of
from tests.pages.twelve import AGES, CUTOFF, PATIENTS

DAYS_IN_A_MONTH = 30.4375
MONTHS = (3, 6, 12, 24, 36)
INFUSED_ENDPOINTS = [e for e in CATALOGUE if "enrolled" not in e.populations]


def derived(rules, patients):
    """Kept by content: other tests put other patients under the same names."""
    return _derived(rules, patients, repr([MANY[name] for name in patients]))


@lru_cache
def _derived(rules, patients, content):
    version = f"{len(patients)} literal patients {sha256(content.encode()).hexdigest()}"
    loaded = Loaded("Literal", CUTOFF, version, "tests", True, viewer(), tables_of(*(MANY[name] for name in patients)))
    return loaded, derive_study(loaded.tables, rules, CUTOFF)


def cohort(by=None, filters=None, patients=tuple(AGES), **rules) -> Cohort:
    """Literal patients (the twelve) as choose_cohort() gives them, without a screen."""
    rules = Rules(**rules)
    loaded, study = derived(rules, patients)
    everybody = study.adsl if rules.population == "enrolled" else study.adsl[study.adsl["TRTSDT"].notna()]
    adsl = keep(everybody, filters or {})
    grouping = FILTER[by] if by else None
    groups = choose_groups(levels_of(grouping, study.adsl)) if by else (ALL_PATIENTS,)
    nobody = pd.DataFrame({"reason": pd.Series(dtype="str"), "n": pd.Series(dtype="int64")})
    return Cohort(
        loaded,
        study,
        rules,
        filters or {},
        {},
        grouping,
        groups,
        membership(adsl, grouping, groups),
        nobody,
        adsl,
        len(adsl),
        len(everybody),
        canonical(rules=str(rules), by=by, filters=filters),
    )


EARLY = patient("E01", responses={28: "CR"}, relapses=[dict(day=40)])
LATE = tuple(patient(f"L{n:02d}", responses={60: "CR", 400: "CR"}) for n in range(4))
MANY = {one["patient"][0]["patient_id"]: one for one in (*PATIENTS, EARLY, *LATE)}


def recounted(study: Cohort, endpoint, code=None):
    """(days, CNSR, cause, entry) per patient of the cohort (or of one group), counted one by one."""
    inside = (
        set(study.adsl["USUBJID"])
        if code is None
        else {r.USUBJID for r in study.members.itertuples() if code == r.GROUP}
    )
    rows = [r for r in derive_tte(study.study.course, endpoint, study.rules).rows.itertuples() if r.USUBJID in inside]
    return (
        np.array([(r.ADT - r.STARTDT).days for r in rows]),
        [r.CNSR for r in rows],
        [r.CAUSE for r in rows],
        np.array([r.ENTRY for r in rows]),
    )


def probabilities(found, outcome, strata="All patients"):
    table = found.numbers
    here = table[(table["outcome"] == outcome) & (table["strata"] == strata) & (table["measure"] == "probability")]
    assert tuple(here["months"]) == MONTHS
    return here["estimate"].to_numpy()


# Events and months ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", [e for e in CATALOGUE if not e.entry and not e.competing], ids=lambda e: e.paramcd)
@pytest.mark.parametrize("by", [None, "product"])
def test_kaplan_meier_of_a_group_is_kaplan_meier_of_its_rows_with_cnsr_0_as_event(endpoint, by):
    study = cohort(by)
    found = by_group(study, endpoint, kaplan_meier)
    for group in study.groups[:2]:
        days, cnsr, _, _ = recounted(study, endpoint, group.code)
        curve = kaplan_meier(days, [c == 0 for c in cnsr])
        direct = estimates_at(curve, np.array(MONTHS) * DAYS_IN_A_MONTH)["estimate"]
        np.testing.assert_array_equal(probabilities(found, endpoint.param, group.label), direct)
        row = found.numbers[(found.numbers["strata"] == group.label) & found.numbers["months"].isna()].iloc[0]
        np.testing.assert_allclose(
            list(row[["estimate", "conf_low", "conf_high"]]), np.array(quantile(curve)) / DAYS_IN_A_MONTH
        )
        assert row["n"] == len(days) and row["n_event"] == cnsr.count(0)
        at = found.numbers[(found.numbers["strata"] == group.label) & found.numbers["months"].notna()]
        for row in at.itertuples():
            assert row.n_event == sum(
                d <= row.months * DAYS_IN_A_MONTH and c == 0 for d, c in zip(days, cnsr, strict=True)
            )


@pytest.mark.parametrize("endpoint", [CIR, CIRCD19, NRM], ids=lambda e: e.paramcd)
def test_incidence_is_aalen_johansen_with_one_outcome_per_declared_cause(endpoint):
    study = cohort()
    found = by_group(study, endpoint, aalen_johansen)
    days, _, cause, _ = recounted(study, endpoint)
    direct = aalen_johansen(days, cause, len(endpoint.causes))
    for place, outcome in enumerate(found.outcomes, start=1):
        at = estimates_at(
            direct[direct["outcome"] == place].drop(columns="outcome"), np.array(MONTHS) * DAYS_IN_A_MONTH
        )
        np.testing.assert_array_equal(probabilities(found, outcome.label), at["estimate"])
        codes = list(dict.fromkeys(source.code for source in endpoint.causes))
        for row in found.numbers[found.numbers["outcome"] == outcome.label].itertuples():
            assert row.n_event == sum(
                d <= row.months * DAYS_IN_A_MONTH and c > 0 and codes.index(endpoint.causes[c - 1].code) + 1 == place
                for d, c in zip(days, cause, strict=True)
            )


def test_two_sources_of_loss_are_one_outcome():
    found = by_group(cohort(), BCACI, aalen_johansen)
    assert [o.label for o in found.outcomes] == [
        "Loss of B-cell aplasia",
        "Relapse not counted as loss",
        "Allogeneic transplant",
        "New therapy",
        "Death",
    ]


@pytest.mark.parametrize("endpoint, estimator", [(BCA, kaplan_meier), (TTHSCT, aalen_johansen)])
def test_delayed_entry_begins_where_enough_are_at_risk_and_says_so(endpoint, estimator):
    # First remission on day 28 in all but P08 (day 30): half of the patients are under observation from day 28 on.
    study = cohort()
    found = by_group(study, endpoint, estimator)
    assert found.curve["time"].min() == pytest.approx(28 / DAYS_IN_A_MONTH)
    assert found.notes[0] == (
        "Patients are at risk from first remission on. Curves begin once 10 (or half of a group) are under "
        "observation: All patients on day 28. Patients with an event before that day, counted but not drawn: 0."
    )
    days, cnsr, cause, entry = recounted(study, endpoint)
    direct = (
        kaplan_meier(days, [c == 0 for c in cnsr], entry, start=28)
        if estimator is kaplan_meier
        else aalen_johansen(days, cause, 4, entry, start=28).query("outcome == 1").drop(columns="outcome")
    )
    np.testing.assert_array_equal(
        probabilities(found, found.numbers["outcome"].iloc[0]),
        estimates_at(direct, np.array(MONTHS) * DAYS_IN_A_MONTH)["estimate"],
    )


def test_an_event_before_the_beginning_is_counted_in_words_and_not_drawn():
    """One patient in remission from day 28 who relapses on day 40, four in remission from day 60 on: half is three."""
    study = cohort(patients=("E01", "L00", "L01", "L02", "L03"))
    found = by_group(study, TTHSCT, aalen_johansen)
    assert found.n == 5 and "All patients on day 60." in found.notes[0]
    assert found.notes[0].endswith("Patients with an event before that day, counted but not drawn: 1.")
    assert found.curve["time"].min() == pytest.approx(60 / DAYS_IN_A_MONTH) and not found.curve["estimate"].any()
    early = found.numbers[found.numbers["months"] == 3]
    assert set(early["n"]) == {5} and set(early["n_risk"]) == {4}


def test_numbers_at_risk_are_a_count_of_the_rows():
    study = cohort("sex")
    found = by_group(study, EFS, kaplan_meier, "24")
    for group in study.groups:
        days, cnsr, _, _ = recounted(study, EFS, group.code)
        for row in found.risk[found.risk["strata"] == group.label].itertuples():
            at = row.time * DAYS_IN_A_MONTH
            assert row.n_risk == sum(d >= at for d in days)
            assert row.n_event == sum(d <= at and c == 0 for d, c in zip(days, cnsr, strict=True))
            assert row.n_censor == sum(d <= at and c == 1 for d, c in zip(days, cnsr, strict=True))


@pytest.mark.parametrize("months, end", [("12", 12), ("36", 36), ("all", 36)])
def test_the_axis_ends_where_asked_or_in_the_year_in_which_the_last_leaves(months, end):
    assert by_group(cohort(), OS, kaplan_meier, months).x_max == end  # the last leaves at 25.0 months


def test_a_curve_that_goes_on_is_drawn_to_the_edge_and_one_that_ends_is_not():
    short = by_group(cohort(), OS, kaplan_meier, "12").curve
    assert short["time"].max() == 12 and short["estimate"].iloc[-1] == pytest.approx(9 / 14)
    assert by_group(cohort(), OS, kaplan_meier, "36").curve["time"].max() == pytest.approx(760 / DAYS_IN_A_MONTH)


# Who is in, who is out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint, by",
    list(product(CATALOGUE, (None, "product", "prior_transplant"))),
    ids=lambda x: getattr(x, "paramcd", x or "all"),
)
def test_patients_and_left_out_add_up_to_the_cohort(endpoint, by):
    study = cohort(by)
    found = by_group(study, endpoint, aalen_johansen if endpoint.competing else kaplan_meier)
    assert found.n + found.left_out["n"].sum() == study.n == 10
    assert found.n == len(found.patients) == found.patients["USUBJID"].nunique()


@pytest.mark.parametrize("filters", [{"sex": ("male",)}, {"age": (0, 20)}, {"centre": ("C04",)}])
@pytest.mark.parametrize("endpoint", [OS, BCA, CIR], ids=lambda e: e.paramcd)
def test_left_out_follows_the_filters(endpoint, filters):
    study = cohort(filters=filters)
    found = by_group(study, endpoint, aalen_johansen if endpoint.competing else kaplan_meier)
    assert found.n + found.left_out["n"].sum() == study.n < 10


@pytest.mark.parametrize("endpoint", [OS, EFS], ids=lambda e: e.paramcd)
def test_all_twelve_enrolled_are_in_what_is_defined_for_them(endpoint):
    found = by_group(cohort(population="enrolled"), endpoint, kaplan_meier)
    assert found.n == 12 and not found.left_out["n"].sum()


def test_every_endpoint_says_what_its_curves_end_with():
    declared = {e.censor.date for e in (*CATALOGUE, REEMERGENCE, REEMERGENCE_ANY, OS_RELAPSE)}
    assert declared == set(LAST_KNOWN)


@pytest.mark.parametrize("endpoint", INFUSED_ENDPOINTS, ids=lambda e: e.paramcd)
def test_what_is_not_defined_for_the_enrolled_is_refused_with_everybody_left_out(endpoint):
    found = by_group(cohort(population="enrolled"), endpoint, kaplan_meier)
    assert found.n == 0 and found.left_out["n"].sum() == 12 and found.curve is None
    assert found.notes == (f"{endpoint.param} is defined for infused patients only. Choose the population Infused.",)


@pytest.mark.parametrize("endpoint", RESPONSES, ids=lambda e: e.paramcd)
@pytest.mark.parametrize("population, n", [("infused", 10), ("enrolled", 12)])
def test_classes_of_a_response_and_the_not_yet_due_add_up(endpoint, population, n):
    found = response(cohort(population=population), endpoint)
    assert found.n + found.left_out["n"].sum() == n and found.curve["n"].sum() == found.n == len(found.patients)


@pytest.mark.parametrize("visit", VISITS, ids=lambda v: v.code)
def test_classes_of_mrd_and_the_not_yet_due_add_up(visit):
    found = mrd(cohort("product"), visit)
    assert found.n + found.left_out["n"].sum() == 10 and found.curve["n"].sum() == found.n == len(found.patients)


def test_every_class_and_every_cause_has_a_colour():
    classes = [c for endpoint in RESPONSES for c in endpoint.classes] + list(MRD_CLASSES)
    assert all(colour_of(c.code) for c in classes)
    assert all(colour_of(source.code) for endpoint in CATALOGUE for source in endpoint.causes)


# Groups -----------------------------------------------------------------------------------------------------------


def test_a_group_without_patients_is_said_and_not_estimated():
    found = by_group(cohort("product", {"age": (0, 25)}), OS, kaplan_meier)
    assert set(found.numbers["strata"]) == set(found.curve["strata"]) == {"tisagenlecleucel"}
    assert "brexucabtagene autoleucel: no patients." in found.notes


def test_a_filter_changes_no_colour_of_a_group():
    all_, few = (by_group(cohort("product", f), OS, kaplan_meier).series for f in ({}, {"age": (0, 25)}))
    assert few and set(few) < set(all_)  # who is left looks as before; who is gone stands in no legend


def test_a_test_over_groups_with_common_patients_is_refused():
    study = cohort("product")
    twice = pd.concat([study.members, pd.DataFrame({"USUBJID": ["P01"], "GROUP": ["BREXU"]})], ignore_index=True)
    with pytest.raises(ValueError, match="groups without common patients; 1 are in more than one"):
        by_group(replace(study, members=twice), OS, kaplan_meier)


def test_the_log_rank_test_is_of_the_rows_once_the_groups_are_large_enough():
    """The same ten patients five times under other names: five times as many in each group."""
    study = cohort("product")
    rows = derive_tte(study.study.course, OS, study.rules).rows
    names = study.members.set_index("USUBJID")["GROUP"]
    many = pd.concat([rows.assign(USUBJID=rows["USUBJID"] + str(copy)) for copy in range(5)], ignore_index=True)
    many["CODE"] = many["GROUP"] = many["USUBJID"].str[:3].map(names)
    test = compare(many, OS, kaplan_meier, study)
    direct = logrank(many["AVAL"].to_numpy(), (many["CNSR"] == 0).to_numpy(), many["GROUP"].to_numpy())
    assert test.p_value == direct.p_value and 0 < test.p_value < 1 and not test.reason


def test_small_groups_have_no_p_value_and_one_group_has_no_test():
    small = by_group(cohort("product"), OS, kaplan_meier)
    assert np.isnan(small.test.p_value) and small.test.reason.startswith("no p-value: fewer than 10 patients")
    assert by_group(cohort(), OS, kaplan_meier).test is None


def test_another_comparison_leaves_the_cohort_as_it_is():
    study = cohort("product")
    other = compared_by(study, "prior_transplant")
    assert [g.code for g in other.groups] == ["yes", "no"] and other.adsl is study.adsl
    assert other.members["GROUP"].value_counts().to_dict() == {"no": 6, "yes": 3}
    assert other.left_out_levels.to_numpy().tolist() == [["with missing prior transplant", 1]]  # P06
    assert [g.code for g in study.groups][:2] == ["BREXU", "TISA"]


# Overview ---------------------------------------------------------------------------------------------------------


def test_the_headline_repeats_what_the_pages_estimate():
    study = cohort("product")
    headline = headline(study).numbers.set_index(["outcome", "strata"])
    for endpoint, estimator, month, label in (
        (OS, kaplan_meier, 12, "Alive at 12 months (OS)"),
        (BCA, kaplan_meier, 6, "B-cell aplasia at 6 months, of remissions"),
        (CIR, aalen_johansen, 12, "Relapse by 12 months from remission"),
    ):
        numbers = by_group(study, endpoint, estimator).numbers
        here = numbers[(numbers["months"] == month) & (numbers["outcome"] == numbers["outcome"].iloc[0])]
        for row in here.itertuples():
            np.testing.assert_equal(table.loc[(label, row.strata), "estimate"], row.estimate)
            assert table.loc[(label, row.strata), "n_event"] == row.n_event
    best = response(study, BEST).rates
    best = best[best["outcome"] == "CR + CRi"].set_index("strata")["estimate"]
    named = table.loc["Best response CR + CRi within 3 months", "estimate"]
    pd.testing.assert_series_equal(named, best, check_names=False)


def test_follow_up_is_the_reverse_kaplan_meier_of_overall_survival():
    found = follow_up(cohort())
    days, cnsr, _, _ = recounted(cohort(), OS)
    direct = quantile(reverse_kaplan_meier(days, [c == 0 for c in cnsr]))[0] / DAYS_IN_A_MONTH
    assert found.numbers["estimate"].iloc[0] == pytest.approx(direct) == pytest.approx(600 / DAYS_IN_A_MONTH)


def test_a_cohort_that_compares_nothing_has_every_filtered_patient_in_one_group():
    study = cohort("product", {"age": (0, 20)})
    alone = ungrouped(study)
    assert [g.label for g in alone.groups] == ["All patients"] and alone.by is None and alone.emptied == ()
    assert set(alone.members["USUBJID"]) == set(study.adsl["USUBJID"]) == {"P01", "P02", "P03", "P04", "P05"}
    assert not len(alone.left_out_levels)


def test_notes_count_the_patients_of_the_figure_not_of_the_dataset():
    # Never aplastic: P09 (45 years). Without it nobody is; CD19 of relapses: P02 positive, P07 negative, P08 unknown.
    def notes(endpoint, estimator, **filters):
        return by_group(cohort(filters=filters), endpoint, estimator).notes

    assert any(x.startswith("Never aplastic") and x.endswith(": 1.") for x in notes(BCA, kaplan_meier))
    assert any(x.startswith("Never aplastic") and x.endswith(": 0.") for x in notes(BCA, kaplan_meier, age=(0, 40)))
    assert any(
        "positive 1/1" in x and "negative 0/1" in x and x.endswith("unknown in 1.")
        for x in notes(CIR, aalen_johansen, sex=("male",))
    )


def test_cd19_shares_are_of_each_compared_group():
    # TISA: P02 positive; BREXU: P07 negative, P08 unknown.
    notes = [x for x in by_group(cohort("product"), CIR, aalen_johansen).notes if "CD19" in x]
    (tisa,) = [x for x in notes if x.startswith("tisagenlecleucel: ")]
    (brexu,) = [x for x in notes if x.startswith("brexucabtagene autoleucel: ")]
    assert "positive 1/1" in tisa and "negative 0/1" in tisa and tisa.endswith("unknown in 0.")
    assert "positive 0/1" in brexu and "negative 1/1" in brexu and brexu.endswith("unknown in 1.")


def test_a_test_of_competing_outcomes_names_its_outcome():
    notes = by_group(cohort("product"), CIR, aalen_johansen).notes
    assert any(x.startswith("Gray's test for relapse: no p-value: fewer than 10 patients") for x in notes)
    notes = by_group(cohort("product"), TTHSCT, aalen_johansen).notes
    assert "No test is shown: Gray's test is not defined for delayed entry." in notes


@pytest.mark.parametrize(
    "estimate_, words",
    [
        (0.0, "0 % (0-1)"),
        (0.001, "< 1 % (0-1)"),
        (0.0049, "< 1 % (0-1)"),
        (0.005, "< 1 % (0-1)"),
        (0.006, "1 % (0-1)"),
        (0.994, "99 % (0-1)"),
        (0.995, "> 99 % (0-1)"),
        (1.0, "100 % (0-1)"),
    ],
)
def test_a_percentage_is_0_or_100_only_where_it_is(estimate_, words):
    assert percent(estimate_, 0.0, 0.012) == words


def test_the_flow_counts_every_filtered_patient_whatever_the_population():
    for population in ("infused", "enrolled"):
        found = flow(cohort(population=population, filters={"centre": ("C01",)}))
        n = found.numbers.set_index("stage")["n"]
        assert found.n == 4 and n["Infused"] == 3 and n["Never infused, none released: manufacturing failure"] == 1
        assert n["Enrolled"] == n["Infused"] + n["Not infused yet (pending)"] + n.filter(like="Never infused").sum()


def test_infusions_are_counted_once_per_patient_and_group():
    found = infusions(cohort("product"))
    table = found.numbers.pivot(index="period", columns="strata", values="n")
    assert table["tisagenlecleucel"].sum() == 6 and table["brexucabtagene autoleucel"].sum() == 4
    assert len(table) == 9 and table.loc["2026 Q1", "tisagenlecleucel"] == 1


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((0.9, 0.8, 0.95), "90 % (80-95)"),
        ((1.0, 1.0, 1.0), "100 % (no interval)"),
        ((0.0, 0.0, 0.0), "0 % (no interval)"),
        ((1.0, 0.2, 1.0), "100 % (20-100)"),
    ],
)
def test_limits_that_are_the_estimate_itself_are_no_interval(limits, words):
    assert percent(*limits) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((14.9, 4.7, float("nan")), "14.9 (4.7 to not reached)"),
        ((float("nan"), 4.7, float("nan")), "not reached (4.7 to not reached)"),
        ((float("nan"),) * 3, "not reached"),
    ],
)
def test_a_median_without_limits_is_said_once(values, words):
    row = dict(zip(("estimate", "conf_low", "conf_high"), values, strict=True), measure="median, months", reason="")
    assert result_words(row) == words
