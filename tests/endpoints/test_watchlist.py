"""The watchlist: each deciding sentence of each rule on a literal patient. Days count from day 0; the cut-off is
named."""

import pandas as pd
import pytest

from endpoints.board import at_visit, derive_boards
from endpoints.due import derive_due, derive_registry
from endpoints.schedule import ASSESSMENT, SCHEDULE, schedule_words
from endpoints.watch.rules import WATCH, WATCHLIST, derive_watchlist
from tests.literal import date, patient, study_of

CR = {28: "CR"}


def immunoglobulin(one, *samples, ivig=()):
    """The patient with IgG samples (day, mg/dL, on replacement) and doses."""
    name = one["patient"][0]["patient_id"]
    rows = [dict(patient_id=name, date=d, igg_mg_dl=v, on_replacement=r) for d, v, r in samples]
    return one | {"immunoglobulin": rows, "ivig": [dict(patient_id=name, date=d) for d in ivig]}


def mrd(day, result, level=None, **more):
    return dict(day=day, result=result, level=level, sensitivity=1e-5) | more


def b_cells(day, percent):
    return dict(day=day, cd19_pct_lymphocytes=percent)


def found(rule, *people, cutoff=400, is_open=True, **rules):
    """{patient: kind} of the findings of one rule, open or closed."""
    rows = derive_watchlist(study_of(*people, cutoff=cutoff, **rules)).rows
    rows = rows[(rows["RULECD"] == rule) & (rows["CLOSEDT"].isna() == is_open)]
    return dict(zip(rows["USUBJID"], rows["KIND"], strict=True))


def row(rule, one, cutoff=400, **rules):
    rows = derive_watchlist(study_of(one, cutoff=cutoff, **rules)).rows
    [only] = rows[rows["RULECD"] == rule].to_dict("records")
    return only


def not_evaluated(rule, *people, cutoff=400):
    rows = derive_watchlist(study_of(*people, cutoff=cutoff)).unevaluated
    return dict(
        zip(rows.loc[rows["RULECD"] == rule, "USUBJID"], rows.loc[rows["RULECD"] == rule, "REASONCD"], strict=True)
    )


# 1. MRD detectable in remission ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assays", "kind"),
    [
        ([mrd(28, "negative"), mrd(90, "positive", 1e-6)], "reemerged"),  # far below the display cut
        ([mrd(28, "positive", 1e-4), mrd(90, "positive", 1e-4)], "persistent"),
        ([mrd(28, "positive", 1e-5), mrd(90, "positive", 1e-4)], "rising"),  # 1 log exactly
        ([mrd(28, "positive", 2e-5), mrd(90, "positive", 1e-4)], "persistent"),  # less than 1 log
        ([mrd(28, "positive", 1e-5, method="ngs"), mrd(90, "positive", 1e-3)], "persistent"),  # another method
        ([mrd(28, "positive_not_quantifiable")], "persistent"),
        ([mrd(28, "positive", 1e-3), mrd(90, "failed")], "persistent"),  # a failed assay says nothing
        ([mrd(28, "positive", 1e-3), mrd(90, "negative")], None),  # the latest one decides
        ([mrd(90, "negative", specimen="PB"), mrd(90, "positive", 1e-4)], "persistent"),  # of one day: marrow
    ],
)
def test_the_latest_assay_in_remission_is_detectable_at_any_level(assays, kind):
    assert found("mrd", patient("P1", responses=CR, mrd=assays)).get("P1") == kind


def test_mrd_outside_remission_is_no_finding():
    assert found("mrd", patient("P1", responses={28: "NR"}, mrd=[mrd(28, "positive", 1e-2)])) == {}


@pytest.mark.parametrize(
    ("end", "closed_by"),
    [
        (dict(relapses=[dict(day=200)]), "relapse"),
        (dict(transplants=[dict(day=200)]), "transplant"),
        (dict(therapies=[dict(day=200, kind="blinatumomab")]), "new_therapy"),
        (dict(death=200), "death"),
    ],
)
def test_findings_in_remission_close_at_relapse_transplant_new_therapy_and_death(end, closed_by):
    one = patient("P1", responses=CR, mrd=[mrd(90, "positive", 1e-4)], b_cells=[b_cells(100, 9.0)], **end)
    for rule in ("mrd", "b_cells"):
        assert found(rule, one) == {} and row(rule, one)["CLOSEDBY"] == closed_by
        assert row(rule, one)["CLOSEDT"] == date(200)


def test_an_assay_after_the_end_does_not_close_or_open_anything():
    one = patient(
        "P1", responses=CR, mrd=[mrd(90, "negative"), mrd(250, "positive", 1e-3)], transplants=[dict(day=200)]
    )
    assert found("mrd", one) == {} and found("mrd", one, is_open=False) == {}


def test_remission_without_a_usable_assay_cannot_be_evaluated():
    assert not_evaluated("mrd", patient("P1", responses=CR, mrd=[mrd(30, "failed")])) == {"P1": "no_assay"}


def test_the_words_have_dates_level_and_method():
    words = row("mrd", patient("P1", responses=CR, mrd=[mrd(28, "negative"), mrd(90, "positive", 2e-4)]))["FINDING"]
    assert words == "MRD detected on 2024-03-31 (level 2.0e-04, Flow cytometry); negative on 2024-01-29"


# 2. B-cell recovery ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "kind"),
    [
        ([b_cells(60, 0.0), b_cells(182, 3.0), b_cells(189, 4.0)], "early_confirmed"),
        ([b_cells(60, 0.0), b_cells(183, 3.0), b_cells(190, 4.0)], "late_confirmed"),  # 6 months are 182.6 days
        ([b_cells(60, 0.0), b_cells(150, 3.0)], "early_suspected"),
        ([b_cells(60, 0.0), b_cells(150, 3.0), b_cells(156, 4.0)], "early_suspected"),  # 6 days apart
        ([b_cells(60, 0.0), b_cells(150, 2.9)], None),
    ],
)
def test_b_cells_back_in_remission_early_ones_apart(samples, kind):
    assert found("b_cells", patient("P1", responses=CR, b_cells=samples)).get("P1") == kind


def test_the_active_rule_decides_what_recovery_is():
    one = patient("P1", responses=CR, b_cells=[b_cells(60, 0.0), b_cells(150, 2.0), b_cells(160, 2.0)])
    assert found("b_cells", one) == {}
    assert found("b_cells", one, bca_rule="pct1_abs100_confirmed") == {"P1": "early_confirmed"}


def test_who_is_transplant_naive_is_told():
    samples = [b_cells(150, 9.0)]
    people = [
        patient("P1", responses=CR, b_cells=samples, prior_transplant=False),
        patient("P2", responses=CR, b_cells=samples, prior_transplant=True, prior_transplant_kind="allogeneic"),
        patient("P3", responses=CR, b_cells=samples),
        patient("P4", responses=CR, b_cells=samples, prior_transplant=True, prior_transplant_kind="autologous"),
    ]
    rows = derive_watchlist(study_of(*people, cutoff=400)).rows
    rows = rows[rows["RULECD"] == "b_cells"].set_index("USUBJID")
    assert rows["TXNAIVE"].to_dict() == {"P1": "yes", "P2": "no", "P3": "unknown", "P4": "yes"}


def test_remission_without_a_b_cell_sample_cannot_be_evaluated():
    assert not_evaluated("b_cells", patient("P1", responses=CR)) == {"P1": "no_sample"}


# 3. Overdue -----------------------------------------------------------------------------------------------------------


def overdue(assessment, one, cutoff):
    rows = derive_watchlist(study_of(one, cutoff=cutoff)).rows
    rows = rows[(rows["RULECD"] == "overdue") & (rows["ITEM"] == assessment)]
    return dict(zip(rows["USUBJID"], rows["OVERDUE"], strict=True))


@pytest.mark.parametrize(
    ("assays", "cutoff", "days"),
    [
        ([], 44, None),  # day 28: the window closes on day 45
        ([], 45, 0),
        ([], 60, 15),
        ([mrd(30, "negative")], 119, None),
        ([mrd(30, "negative")], 130, 10),  # month 3 closed on day 120
        ([mrd(30, "negative"), mrd(125, "negative")], 130, None),  # late, but done
        ([mrd(30, "negative"), mrd(100, "failed")], 130, 10),  # a failed assay is none
        ([mrd(30, "negative")], 300, 180),  # counted from the first visit that was missed
    ],
)
def test_mrd_is_overdue_when_a_window_closed_and_nothing_was_done_since_it_opened(assays, cutoff, days):
    assert overdue("mrd", patient("P1", responses=CR, mrd=assays), cutoff).get("P1") == days


@pytest.mark.parametrize(
    "end", [dict(relapses=[dict(day=90)]), dict(transplants=[dict(day=90)]), dict(death=90), dict(vital_status="dead")]
)
def test_nothing_is_asked_of_who_relapsed_was_transplanted_or_died(end):
    assert overdue("mrd", patient("P1", responses=CR, **end), 400) == {}


def test_contact_is_asked_for_yearly_from_year_3_to_15_also_after_relapse():
    one = patient("P1", responses=CR, relapses=[dict(day=90)], contacts=[700])
    assert overdue("contact", one, 1277) == {} and overdue("contact", one, 1278) == {"P1": 0}  # year 3: day 914-1278
    years = schedule_words().loc[lambda rows: rows["assessment"] == "Contact", "visit"].tolist()
    assert years == [f"Year {n}" for n in range(3, 16)]


def test_the_default_schedule_is_the_declared_one():
    assert {one.code: [visit.code for visit in one.visits][:7] for one in SCHEDULE} == {
        "mrd": ["D28", "M3", "M6", "M9", "M12", "M18", "M24"],
        "response": ["D28", "M3", "M6", "M9", "M12", "M18", "M24"],
        "b_cells": ["M1", "M2", "M3", "M6", "M9", "M12"],
        "igg": ["M1", "M2", "M3", "M6", "M12"],
        "contact": ["Y3", "Y4", "Y5", "Y6", "Y7", "Y8", "Y9"],
    }


def test_who_is_followed_elsewhere_is_marked():
    assert row("contact", patient("P1", last_contact=10, followed_elsewhere=True), 600)["ELSEWHERE"] == "yes"


# 4. Before the decision ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cutoff", "there"), [(44, False), (45, True), (120, True), (121, False)])
def test_in_remission_and_naive_between_day_45_and_120(cutoff, there):
    one = patient("P1", responses=CR, prior_transplant=False)
    assert found("decision", one, cutoff=cutoff) == ({"P1": "in_time"} if there else {})


def test_a_prior_allogeneic_transplant_is_no_such_finding_and_an_unknown_one_cannot_be_evaluated():
    prior = patient("P1", responses=CR, prior_transplant=True, prior_transplant_kind="allogeneic")
    assert found("decision", prior, cutoff=100) == {} and not_evaluated("decision", prior, cutoff=100) == {}
    assert not_evaluated("decision", patient("P2", responses=CR), cutoff=100) == {"P2": "prior_unknown"}


def test_a_transplant_in_that_time_closes_it():
    one = patient("P1", responses=CR, prior_transplant=False, transplants=[dict(day=80)])
    assert found("decision", one, cutoff=100) == {} and found("decision", one, cutoff=100, is_open=False)


# 5. IgG ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "ivig", "kind"),
    [
        ([(60, 400.0, False)], (), "low"),
        ([(60, 401.0, False)], (), None),
        ([(60, 300.0, True)], (), None),
        ([(60, 300.0, None)], (), None),
        ([(60, 300.0, False)], (30,), "after_ivig"),
        ([(60, 300.0, False)], (29,), "low"),
        ([(60, 300.0, False), (90, 700.0, False)], (), None),  # the latest one decides
    ],
)
def test_igg_is_low_and_recorded_as_not_replaced(samples, ivig, kind):
    assert found("igg", immunoglobulin(patient("P1"), *samples, ivig=ivig)).get("P1") == kind


def test_unknown_replacement_and_no_value_cannot_be_evaluated():
    people = [immunoglobulin(patient("P1"), (60, 300.0, None)), patient("P2"), immunoglobulin(patient("P3", death=80))]
    assert not_evaluated("igg", *people) == {"P1": "replacement", "P2": "no_igg"}


# 6. No contact, 7. Key fields -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cutoff", "days"), [(500, None), (501, 1)])
def test_no_contact_for_more_than_400_days(cutoff, days):
    one = patient("P1", last_contact=100)
    assert found("contact", one, cutoff=cutoff) == ({"P1": "silent"} if days else {})
    assert days is None or row("contact", one, cutoff)["OVERDUE"] == days


def test_the_dead_are_in_contact_with_nobody():
    assert found("contact", patient("P1", death=50), cutoff=900) == {}


def fields(one):
    rows = derive_watchlist(study_of(one, cutoff=900)).rows
    return set(rows.loc[rows["RULECD"] == "field", "ITEM"])


KNOWN = dict(prior_transplant=False, course=dict(crs_assessed=True, icans_assessed=True))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (dict(mrd=[dict(day=30, result="negative")]), "mrd_sensitivity"),
        (dict(mrd=[dict(day=30)]), "mrd_result"),
        (dict(relapses=[dict(day=90)]), "cd19"),
        (dict(transplants=[dict(day=90)]), "transplant_status"),
        (dict(death=90), "cause"),
        (dict(vital_status="dead"), "death_date"),
    ],
)
def test_a_key_field_is_missing_where_the_course_needs_it(more, field):
    assert fields(patient("P1", **KNOWN)) == set()
    assert fields(patient("P1", **KNOWN, **more)) == {field}


def test_what_nobody_recorded_of_crs_icans_and_prior_transplant_is_a_gap():
    assert fields(patient("P1")) == {"prior_transplant", "crs", "icans"}
    assert fields(patient("P1", **(KNOWN | {"course": {}}), events=[dict(day=3, grade=1)])) == {"icans"}


def test_a_relapse_before_infusion_is_no_gap():
    assert "cd19" not in fields(patient("P1", relapses=[dict(day=-100)], **KNOWN))


# The list, the next visits, the registry ------------------------------------------------------------------------------


def test_never_infused_patients_have_no_finding_and_are_not_counted_as_not_evaluated():
    derived = derive_watchlist(study_of(patient("P1", infused=None), patient("P2"), cutoff=900))
    assert set(derived.rows["USUBJID"]) == {"P2"} and set(derived.unevaluated["USUBJID"]) <= {"P2"}


def test_no_patients_at_all_is_an_empty_list():
    derived = derive_watchlist(study_of(patient("P1", infused=None), cutoff=10))
    assert derived.rows.empty and derived.unevaluated.empty


def test_every_rule_says_its_kinds_and_recommends_nothing():
    assert list(WATCH) == ["mrd", "b_cells", "overdue", "decision", "igg", "contact", "field"]
    for rule in WATCHLIST:
        words = f"{rule.label} {rule.definition}".lower()
        assert rule.kinds and not {"should", "recommend", "must", "consider", "treat"} & set(words.split())


def test_what_is_due_next_is_the_first_open_or_coming_visit():
    study = study_of(patient("P1", responses={30: "CR"}, mrd=[mrd(30, "negative")]), cutoff=70)
    rows = derive_due(study).set_index("ASSESSCD")
    assert rows["VISIT"].to_dict() == {
        "mrd": "Month 3",
        "response": "Month 3",
        "b_cells": "Day 46-75",
        "igg": "Day 46-75",
        "contact": "Year 3",
    }
    assert rows.loc["mrd", "OPEN"] and not rows.loc["contact", "OPEN"]
    assert (rows.loc["mrd", "FROMDT"], rows.loc["mrd", "TODT"]) == (date(60), date(120))


def test_registry_dates_are_day_100_month_6_and_yearly_after_the_cut_off():
    rows = derive_registry(study_of(patient("P1"), patient("P2", death=50), cutoff=100))
    assert rows["VISIT"].tolist() == ["Month 6", *(f"Year {n}" for n in range(1, 16))]
    assert rows["DUEDT"].iloc[0] == date(183) and rows["DUEDT"].iloc[1] == date(365)


def test_the_board_counts_every_infused_patient_once_per_visit():
    people = [
        patient("P1", responses={28: "CR", 91: "CR"}),
        patient("P2", responses={28: "CR", 130: "CR"}),
        patient("P3", responses={28: "CR"}, death=80),
        patient("P4", responses={28: "CR"}, therapies=[dict(day=80, kind="blinatumomab")]),
        patient("P5", responses={28: "CR"}),
        patient("P6", infused=None),
    ]
    boards = derive_boards(study_of(*people, cutoff=200), ASSESSMENT["response"])
    board = at_visit(boards, "M3").set_index("USUBJID")["AVALC"]
    assert board.to_dict() == {"P1": "in_window", "P2": "outside", "P3": "ended", "P4": "treated", "P5": "missed"}
    assert set(boards["M12"]) == {"not_due"}
    assert isinstance(boards, pd.DataFrame) and boards["QUARTER"].tolist() == ["2024 Q1"] * 5
