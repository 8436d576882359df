"""Relapse: its date, the molecular switch, CD19 status; RELAPSE without remission is a treatment failure."""

import pytest

from tests.endpoints.reading import milestone, milestones, outcome, outcomes, row, word, words
from tests.literal import patient

CR_28 = {28: "CR"}


def relapsed(*rows, **more):
    """A patient in remission on day 28 with relapse rows."""
    return patient("P1", **{"responses": CR_28} | more, relapses=rows)


def test_relapse_is_the_earlier_of_a_relapse_row_and_a_relapse_assessment():
    found = milestones(
        "RELDT",
        relapsed(dict(day=200), responses={28: "CR", 190: "RELAPSE"}),
        relapsed(dict(day=180), responses={28: "CR", 190: "RELAPSE"}),
        relapsed(dict(day=300), dict(day=250)),
    )
    assert found == [190, 180, 250]


def test_relapse_is_after_first_remission():
    assert milestones("RELDT", relapsed(dict(day=20)), relapsed(dict(day=28)), relapsed(dict(day=29))) == [
        None,
        None,
        29,
    ]


def test_a_relapse_before_infusion_is_not_the_relapse():
    one = relapsed(dict(day=-100))
    assert milestone("RELDT", one) is None
    assert outcome("EFS", one) == (28, "censored")


def test_without_a_row_level_and_cd19_status_are_unknown():
    one = patient("P1", responses={28: "CR", 190: "RELAPSE"})
    assert (word("RELLVL", one), word("RELCD19", one)) == ("unknown", "unknown")
    assert milestone("RELUNKDT", one) == 190


def test_level_and_cd19_status_are_those_of_the_row_within_30_days():
    near, far = (
        relapsed(dict(day=day, level="extramedullary", cd19_status="negative"), responses={28: "CR", 100: "RELAPSE"})
        for day in (130, 131)
    )
    assert words("RELLVL", near, far) == ["extramedullary", "unknown"]
    assert words("RELCD19", near, far) == ["negative", "unknown"]
    assert milestones("RELNEGDT", near, far) == [100, None]


def test_a_relapse_row_without_cd19_status_is_unknown():
    assert word("RELCD19", relapsed(dict(day=100))) == "unknown"


def test_nobody_without_relapse_has_a_level_or_a_cd19_status():
    assert words("RELLVL", relapsed()) == words("RELCD19", relapsed()) == words("RELDESC", relapsed()) == [None]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("positive", "relapse_cd19_positive"),
        ("negative", "relapse_cd19_negative"),
        ("lineage_switch", "relapse_lineage_switch"),
        ("unknown", "relapse_unknown"),
        (None, "relapse_unknown"),
    ],
)
def test_incidence_by_cd19_status_counts_each_status_apart_and_unknown_too(status, code):
    one = relapsed(dict(day=100, cd19_status=status))
    assert outcome("CIRCD19", one) == (72, code)
    assert outcome("CIR", one) == (72, "relapse")


def test_the_words_of_a_relapse_name_level_and_cd19_status():
    one = relapsed(dict(day=100, level="morphologic", cd19_status="lineage_switch"))
    assert row("CIR", one)["EVNTDESC"] == "relapse: morphologic, CD19 lineage switch"


# Molecular relapse, the global switch

MOLECULAR = relapsed(
    dict(day=100, level="molecular", cd19_status="positive"),
    dict(day=150, cd19_status="negative"),
    responses={28: "CR", 200: "CR"},
)


def test_molecular_relapse_does_not_count_by_default():
    assert (milestone("RELDT", MOLECULAR), word("RELLVL", MOLECULAR), word("RELCD19", MOLECULAR)) == (
        150,
        "morphologic",
        "negative",
    )


def test_the_switch_re_dates_relapse_with_its_level_and_cd19_status():
    assert milestone("RELDT", MOLECULAR, molecular="yes") == 100
    assert (word("RELLVL", MOLECULAR, molecular="yes"), word("RELCD19", MOLECULAR, molecular="yes")) == (
        "molecular",
        "positive",
    )


@pytest.mark.parametrize(
    ("paramcd", "off", "on"),
    [
        ("EFS", 150, 100),
        ("RFS", 122, 72),
        ("DOR", 122, 72),
        ("CIR", 122, 72),
        ("TTHSCT", 150, 100),
        ("NRM", 150, 100),
        ("NRMC", 150, 100),
    ],
)
def test_the_switch_re_dates_relapse_in_every_endpoint(paramcd, off, on):
    assert outcome(paramcd, MOLECULAR) == (off, "relapse")
    assert outcome(paramcd, MOLECULAR, molecular="yes") == (on, "relapse")


def test_the_switch_re_dates_relapse_in_the_in_remission_test_of_transplant():
    one = relapsed(dict(day=100, level="molecular"), transplants=[dict(day=120)])
    assert (milestone("HSCTRMDT", one), milestone("HSCTSVDT", one)) == (120, None)
    assert (milestone("HSCTRMDT", one, molecular="yes"), milestone("HSCTSVDT", one, molecular="yes")) == (None, 120)


def test_molecular_is_never_derived_from_mrd_rows():
    one = relapsed(mrd=[dict(day=100, result="positive", level=0.5)])
    assert milestone("RELDT", one, molecular="yes") is None


def test_a_molecular_row_without_remission_is_no_failure_even_when_switched_on():
    one = relapsed(dict(day=60, level="molecular"), responses={})
    assert milestone("FAILDT", one) is None
    assert milestone("FAILDT", one, molecular="yes") is None


# RELAPSE without an earlier remission

WITHOUT = patient("P1", responses={28: "NE", 60: "RELAPSE"})


def test_relapse_without_an_earlier_remission_is_a_treatment_failure_on_that_date():
    assert (milestone("FAILDT", WITHOUT), word("FAILDESC", WITHOUT)) == (60, "relapse without remission")
    assert outcome("EFS", WITHOUT) == (60, "failure")
    assert outcome("NRM", WITHOUT) == (60, "failure")


def test_relapse_without_an_earlier_remission_is_not_in_rfs_or_cir():
    assert outcome("RFS", WITHOUT) == outcome("CIR", WITHOUT) == "no first remission"
    assert milestone("RELDT", WITHOUT) is None


def test_a_relapse_before_the_first_remission_is_a_failure_that_the_remission_does_not_undo():
    one = patient("P1", responses={20: "RELAPSE", 28: "CR", 90: "CR"})
    assert outcomes("EFS", one) == [(20, "failure")]
    assert outcomes("CIR", one) == [(62, "censored")]
