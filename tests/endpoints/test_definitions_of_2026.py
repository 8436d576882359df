"""Response by everybody's definition, MLFS and MRD of 1 % as rules, the cuts of MRD, escape by target, deaths."""

import pytest

from endpoints.counted_response import derive_mrd_in_remission
from endpoints.deaths import BY_CAUSE, derive_deaths, derive_deaths_by_cause
from endpoints.dictionary import LABELS
from endpoints.mrd import Assays
from endpoints.relapse import BY_ESCAPE, NRM_CAUSES, derive_detail, derive_escape, derive_relapses
from endpoints.response import BEST, RESPONSE, derive_response, under_rules
from endpoints.response_definitions import CLASSES, DEFINITIONS, REASON_WORDS, derive_by_definition
from endpoints.rules import Rules
from endpoints.study import derive_study
from endpoints.time_to_event import EVENT
from tests.endpoints.reading import cohort, day, milestone, mrds, outcome, response, responses
from tests.literal import PRODUCTS, date, patient, study_of, tables_of


def responded(assessed, **more):
    return patient("P1", responses=assessed, **more)


def high(day, level=0.02, **more):
    return dict(day=day, result="positive", level=level, sensitivity=1e-4) | more


# By everybody's definition


def by_definition(*patients, **choices):
    """{definition: [class, ...]} and {definition: [reason, ...]}."""
    rows = derive_by_definition(cohort(*patients, **choices))
    return (
        {d.code: rows.loc[rows["DEFINITION"] == d.code, name].tolist() for d in DEFINITIONS}
        for name in ("AVALC", "REASONCD")
    )


EVERYBODY = (
    responded({28: "CR", 60: "CR"}),
    responded({28: "CRi", 60: "CRi"}),
    responded({28: "CR"}),
    responded({28: "CR", 60: "CR"}, mrd=[high(30), high(60)]),
    responded({28: "MLFS", 60: "NR"}),
    responded({28: "NR"}),
    responded({28: "CR"}, infused=900),
    patient("P1", infused=None, not_infused=-10),
)


def test_the_same_patients_under_every_definition():
    found, _ = by_definition(*EVERYBODY)
    yes, no = "met", "not_met"
    assert {code: classes[:6] for code, classes in found.items()} == {
        "eliana": [yes, yes, yes, yes, no, no],
        "eliana_confirmed": [yes, yes, no, yes, no, no],
        "fda": [yes, no, yes, yes, no, no],
        "eln2024": [yes, yes, yes, no, no, no],
        "cibmtr": [yes, no, no, yes, no, no],
        "mlfs": [yes, yes, yes, yes, yes, no],
    }
    assert {tuple(classes[6:]) for classes in found.values()} == {("not_due", "not_infused")}


def test_who_differs_from_the_reference_and_why():
    _, reasons = by_definition(*EVERYBODY)
    assert {code: why[:6] for code, why in reasons.items()} == {
        "eliana": ["same"] * 6,
        "eliana_confirmed": ["same", "same", "unconfirmed", "same", "same", "same"],
        "fda": ["same", "cri", "same", "same", "same", "same"],
        "eln2024": ["same", "same", "same", "high_mrd", "same", "same"],
        "cibmtr": ["same", "cri", "unconfirmed", "same", "same", "same"],
        "mlfs": ["same", "same", "same", "same", "mlfs", "same"],
    }
    assert {why for codes in reasons.values() for why in codes} <= set(REASON_WORDS)


def test_a_later_remission_with_low_mrd_counts_for_eln():
    found, _ = by_definition(responded({28: "CR", 60: "CR"}, mrd=[high(28), high(60, 0.009)]))
    assert found["eln2024"] == ["met"]


def test_the_table_does_not_change_with_the_rules_on_mlfs_and_mrd():
    default, _ = by_definition(*EVERYBODY)
    changed, _ = by_definition(*EVERYBODY, mlfs="yes", mrd_failure="yes")
    assert changed == default


def test_every_patient_has_a_row_per_definition_with_a_declared_class():
    rows = derive_by_definition(cohort(*EVERYBODY))
    assert len(rows) == len(EVERYBODY) * len(DEFINITIONS)
    assert set(rows["AVALC"]) <= {c.code for c in CLASSES} and set(rows) <= set(LABELS)


def test_eliana_is_best_and_confirmed_response_of_those_due_for_both():
    study = cohort(*EVERYBODY)
    found, _ = by_definition(*EVERYBODY)
    for code, paramcd in (("eliana", "BOR3M"), ("eliana_confirmed", "CONFRM")):
        status = derive_response(study, RESPONSE[paramcd])["AVALC"]
        assert [c == "met" for c in found[code]] == status.isin(["CR", "CRi"]).tolist()


# MLFS


def test_mlfs_is_no_remission_unless_the_rule_says_so():
    one = responded({28: "MLFS", 91: "MLFS"})
    assert (response("BOR3M", one), response("STATM3", one), milestone("RMSDT", one)) == ("MLFS", "MLFS", None)
    assert outcome("RFS", one) == "no first remission"
    assert milestone("RMSDT", one, mlfs="yes") == 28
    assert response("CONFRM", one, mlfs="yes") == "MLFS"
    assert outcome("RFS", one, mlfs="yes") == (63, "censored")


def test_mlfs_stands_between_remission_and_no_remission_in_best_response():
    assert responses("BOR3M", responded({28: "NR", 60: "MLFS"}), responded({28: "MLFS", 60: "CRi"})) == ["MLFS", "CRi"]


def test_rates_count_mlfs_where_the_rule_counts_it():
    assert [r.classes for r in under_rules(BEST, Rules()).rates] == [("CR", "CRi"), ("CR",)]
    assert [r.classes for r in under_rules(BEST, Rules(mlfs="yes")).rates] == [("CR", "CRi", "MLFS"), ("CR",)]


def test_mlfs_is_an_assessment_of_the_disease():
    assert milestone("LDADT", responded({28: "CR", 200: "MLFS"})) == 200


# MRD of 1 % or more in remission


@pytest.mark.parametrize(("when", "level", "counts"), [(35, 0.01, False), (36, 0.01, True), (28, 0.0099, True)])
def test_mrd_of_1_percent_within_7_days_is_no_remission_when_the_rule_says_so(when, level, counts):
    one = responded({28: "CR"}, mrd=[high(when, level)])
    assert milestone("RMSDT", one) == 28
    assert milestone("RMSDT", one, mrd_failure="yes") == (28 if counts else None)
    assert response("BOR3M", one, mrd_failure="yes") == ("CR" if counts else "no_remission")


def test_remissions_beside_high_mrd_are_counted_whatever_the_rule():
    study = cohort(responded({28: "CR", 60: "CRi"}, mrd=[high(30)]), responded({28: "NR"}, mrd=[high(28)]))
    rows = derive_mrd_in_remission(study.tables, study.adsl)
    assert [(one, day(when)) for one, when in rows.to_numpy()] == [("P0001", 28)]


# Cuts of MRD


def test_any_quantifiable_asks_for_a_number():
    assays = [
        dict(result="positive", level=1e-6),
        dict(result="positive"),
        dict(result="positive_not_quantifiable", sensitivity=1e-5),
        dict(result="negative", sensitivity=1e-4),
        dict(result="negative", sensitivity=1e-3),
        dict(result="failed"),
    ]
    found = mrds("D28", *(responded({28: "CR"}, mrd=[dict(day=28) | a]) for a in assays), mrd_cut="quantifiable")
    assert found == ["positive", "indeterminate", "indeterminate", "negative", "indeterminate", "failed"]


def test_digital_pcr_is_a_method_of_its_own():
    one = responded({28: "CR"}, mrd=[dict(day=28, result="negative", sensitivity=1e-5, method="dpcr")])
    study = cohort(one)
    assert len(Assays(method="dpcr").of(study).tables["mrd_assessment"]) == 1
    assert len(Assays(method="pcr").of(study).tables["mrd_assessment"]) == 0
    assert Assays(method="dpcr").words == ", digital PCR only"


# Escape by target

DUAL = PRODUCTS[0] | dict(product_code="DUAL", name="dual", target_antigens="CD19+CD22", specificity="multi")
CD22 = PRODUCTS[0] | dict(product_code="CD22", name="cd22", target_antigens="CD22")


@pytest.mark.parametrize(
    ("product", "cd19", "cd22", "escape"),
    [
        ("TISA", "positive", None, "kept"),
        ("TISA", "negative", "positive", "cd19_lost"),
        ("TISA", "unknown", "negative", "unknown"),
        ("TISA", "positive", "negative", "kept"),
        ("CD22", "negative", "positive", "kept"),
        ("CD22", None, "negative", "cd22_lost"),
        ("DUAL", "negative", "negative", "both_lost"),
        ("DUAL", "negative", "positive", "cd19_lost"),
        ("DUAL", None, "negative", "cd22_lost"),
        ("DUAL", "positive", "positive", "kept"),
        ("DUAL", "positive", None, "unknown"),
        ("DUAL", "lineage_switch", "negative", "lineage_switch"),
    ],
)
def test_escape_is_what_was_lost_of_what_the_product_targets(product, cd19, cd22, escape):
    one = patient(
        "P1", product=product, responses={28: "CR"}, relapses=[dict(day=200, cd19_status=cd19, cd22_status=cd22)]
    )
    study = derive_study(tables_of(one, products=(*PRODUCTS, DUAL, CD22)), Rules(), date(1000))
    assert derive_escape(study).tolist() == [escape]
    assert derive_relapses(study)["ESCAPE"].tolist() == [escape]
    assert derive_detail(study, BY_ESCAPE).rows["EVNTCD"].tolist() == [f"escape_{escape}"]


# Deaths


def test_non_relapse_mortality_by_cause_has_every_cause():
    causes = ("leukaemia", "iec_hs", "crs_icans_hlh", None)
    study = cohort(*(responded({28: "CR", 200: "CR"}, death=210, cause=cause) for cause in causes))
    found = derive_detail(study, NRM_CAUSES).rows["EVNTCD"].tolist()
    assert found == ["cause_leukaemia", "cause_iec_hs", "cause_crs_icans_hlh", "cause_unknown"]


def test_deaths_by_cause_are_all_deaths_from_day_0():
    study = study_of(responded({28: "CR", 100: "RELAPSE"}, death=210, cause="infection"))
    found = derive_deaths_by_cause(study).rows.iloc[0]
    assert (found["AVAL"], found["CNSR"], found["EVNTCD"]) == (210, EVENT, "cause_infection")
    assert BY_CAUSE.censor.code == "contact"


def test_the_sheet_of_deaths_within_a_year_has_day_cause_relapse_before_and_product():
    study = cohort(
        responded({28: "CR", 100: "RELAPSE"}, death=100, cause="leukaemia"),
        responded({28: "NR"}, death=365),
        responded({28: "CR"}, death=366, cause="infection"),
        responded({28: "CR"}),
    )
    rows = derive_deaths(study)
    names = ["USUBJID", "DTHDY", "CAUSE", "RELBEFORE", "FAILBEFORE", "PRODUCT"]
    assert rows[names].to_numpy().tolist() == [
        ["P0001", 100, "leukaemia", True, False, "TISA"],
        ["P0002", 365, "unknown", False, True, "TISA"],
    ]
    assert len(derive_deaths(study, within=None)) == 3
    assert set(rows) <= set(LABELS)


# A registry without visits


def test_without_visits_a_patient_without_an_event_is_censored_on_day_0_unless_the_last_status_counts():
    free, relapsed = patient("P1", last_contact=700), patient("P1", relapses=[dict(day=200)], last_contact=700)
    assert outcome("EFS", free) == (0, "censored")
    assert outcome("EFS", free, last_status="yes") == (700, "censored")
    assert outcome("EFS", relapsed, last_status="yes") == outcome("EFS", relapsed)
    assert outcome("OS", free, last_status="yes") == outcome("OS", free)


def test_the_last_status_extends_observation_and_never_shortens_it():
    seen = responded({28: "CR", 90: "CR"}, last_contact=60)
    assert outcome("EFS", seen, last_status="yes") == outcome("EFS", seen) == (90, "censored")
    later = responded({28: "CR", 90: "CR"}, last_contact=400)
    assert [outcome("RFS", later, last_status=choice) for choice in ("no", "yes")] == [
        (62, "censored"),
        (372, "censored"),
    ]
    assert outcome("EFS", patient("P1", last_contact=-5), last_status="yes") == (0, "censored")
    assert outcome("EFS", later, last_status="yes", cutoff=300) != (400, "censored")


def test_the_rule_of_the_last_status_stands_in_every_title():
    [(rule, value)] = Rules(last_status="yes").changed()
    assert f"{rule.label}: {rule.words(value)}" == "Status at last follow-up is an assessment: Yes"
