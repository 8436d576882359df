"""Every endpoint of the time-to-event table: origin, events, competing events, censoring, ends, ties, gaps."""

from fractions import Fraction

import pandas as pd
import pytest

from data_access.schema.tables import TABLE, allowed_values
from endpoints.catalogue import CATALOGUE, ENDPOINT
from endpoints.time_to_event import derive_tte
from tests.endpoints.reading import cohort, derive, milestone, milestones, outcome, outcomes, row, words
from tests.literal import patient

CR_TO_300 = {28: "CR", 300: "CR"}
RELAPSE_200 = {28: "CR", 200: "RELAPSE"}


def followed(responses=None, **more):
    return patient("P1", responses=CR_TO_300 if responses is None else responses, **more)


def therapy(day, kind="blinatumomab"):
    return dict(therapies=[dict(day=day, kind=kind)])


def transplant(day, **more):
    return dict(transplants=[dict(day=day) | more])


# OS


def test_os_counts_from_day_0_to_death_from_any_cause():
    causes = (*allowed_values(TABLE["patient"].c.cause_of_death), None)
    assert outcomes("OS", *(followed(death=400, cause=cause) for cause in causes)) == [(400, "death")] * len(causes)


def test_os_follows_through_relapse_transplant_and_new_therapy():
    one = followed(RELAPSE_200, **therapy(210), **transplant(250), death=500)
    assert outcome("OS", one) == (500, "death")


def test_os_is_censored_at_last_contact_not_at_the_last_assessment():
    assert outcome("OS", followed(last_contact=450)) == (450, "censored")


def test_a_death_on_day_0_is_an_event_on_day_0():
    assert outcomes("OS", patient("P1", death=0)) == outcomes("EFS", patient("P1", death=0)) == [(0, "death")]


# Treatment failure


def test_new_therapy_before_any_remission_is_a_failure_on_that_date():
    one = followed({28: "NE", 90: "CR"}, **therapy(40))
    assert outcome("EFS", one) == (40, "failure")
    assert (words("FAILDESC", one), words("FAILCD", one)) == (["therapy before remission"], ["therapy"])


def test_transplant_before_any_remission_is_a_failure_on_that_date():
    patients = followed({28: "NE"}, **transplant(50)), followed({28: "NR", 80: "CR"}, **transplant(50))
    assert outcomes("EFS", *patients) == [(50, "failure")] * 2


def test_an_autologous_transplant_is_not_an_allogeneic_one():
    assert milestones("HSCTDT", followed({28: "NR"}, **transplant(50, kind="autologous"))) == [None]


def test_failure_is_the_earliest_of_therapy_relapse_without_remission_and_the_last_nr():
    found = milestones(
        "FAILDT",
        followed({60: "RELAPSE"}, **therapy(40)),
        followed({60: "RELAPSE"}, **therapy(70)),
        followed({28: "NR", 60: "RELAPSE"}, **therapy(40)),
        followed({28: "NR", 60: "NR"}, **therapy(40)),
    )
    assert found == [40, 60, 28, 40]


def test_the_date_of_failure_does_not_jump_at_day_100():
    patients = (followed({28: "NR"}, **transplant(day)) for day in (99, 101))
    assert milestones("FAILDT", *patients) == [28, 28]


def test_without_therapy_or_relapse_failure_is_the_last_nr_of_day_14_to_100():
    found = milestones(
        "FAILDT",
        followed({28: "NR", 60: "NR"}),
        followed({13: "NR"}),
        followed({14: "NR"}),
        followed({100: "NR"}),
        followed({101: "NR"}),
        followed({60: "NR", 101: "NR"}),
    )
    assert found == [60, None, 14, 100, None, 60]


def test_a_remission_by_day_100_is_no_failure_by_nr():
    assert milestones("FAILDT", followed({28: "NR", 100: "CR"}), followed({28: "NR", 60: "CRi", 90: "NR"})) == [
        None,
        None,
    ]


def test_a_remission_after_day_100_does_not_undo_the_failure():
    one = followed({28: "NR", 101: "CR", 300: "CR"})
    assert outcome("EFS", one) == (28, "failure")
    assert outcome("RFS", one) == (199, "censored")


def test_failure_by_nr_counts_whether_or_not_day_100_is_reached():
    one = followed({28: "NR", 60: "CR"})
    assert outcome("EFS", one, cutoff=59) == (28, "failure")
    assert outcome("EFS", one, cutoff=60) == (60, "censored")


def test_a_therapy_or_relapse_after_day_100_does_not_postpone_a_failure_documented_by_then():
    assert milestones("FAILDT", followed({28: "NR"}, **therapy(120)), followed({28: "NR", 120: "RELAPSE"})) == [28, 28]


def test_a_therapy_after_day_100_before_any_remission_and_without_nr_is_a_failure_on_its_date():
    assert milestone("FAILDT", followed({}, **therapy(120))) == 120


def test_without_evaluable_assessment_there_is_no_failure_and_death_counts():
    assert outcomes("EFS", followed({28: "NE"}, death=80), followed({}, death=80)) == [(80, "death")] * 2


def test_without_evaluable_assessment_and_alive_is_censored_on_day_0():
    found = row("EFS", followed({28: "NE"}, last_contact=500))
    assert (found["AVAL"], found["CNSR"], found["CNSDTDSC"]) == (0, 1, "day 0: no evaluable response or MRD assessment")


def test_an_mrd_assay_before_infusion_says_nothing_about_remission_after_it():
    one = followed({}, mrd=[dict(day=-10, result="positive")])
    assert row("EFS", one)["CNSDTDSC"] == "day 0: no evaluable response or MRD assessment"


def test_the_second_convention_puts_failure_on_day_0():
    found = row("EFS", followed({28: "NR", 60: "NR"}), failure="day0")
    assert (found["AVAL"], found["CNSR"], found["EVNTDESC"]) == (0, 0, "treatment failure: no remission by day 100")


@pytest.mark.parametrize("paramcd", ["EFS", "EFSC", "EFSCT", "NRM"])
def test_the_convention_moves_every_kind_of_failure_in_every_endpoint_with_failure(paramcd):
    patients = (followed({28: "NE"}, **therapy(40)), followed({60: "RELAPSE"}), followed({28: "NR"}))
    assert outcomes(paramcd, *patients) == [(40, "failure"), (60, "failure"), (28, "failure")]
    assert outcomes(paramcd, *patients, failure="day0") == [(0, "failure")] * 3


def test_the_convention_moves_nothing_but_failure():
    assert outcome("EFS", followed(RELAPSE_200), failure="day0") == (200, "relapse")


def test_therapy_in_remission_is_no_failure():
    assert milestones("FAILDT", followed(**therapy(100)), followed(**transplant(90))) == [None, None]


def test_therapy_or_transplant_on_the_day_of_first_remission_is_in_remission_and_no_failure():
    assert milestones("FAILDT", followed(**therapy(28)), followed(**transplant(28))) == [None, None]
    assert outcomes("EFS", followed(**therapy(28)), followed(**transplant(28))) == [(300, "censored")] * 2


# EFS, EFSC, EFSCT


def test_efs_counts_failure_relapse_and_death_whichever_is_first():
    assert outcomes("EFS", followed({28: "NR"}, death=80), followed(RELAPSE_200, death=250), followed(death=310)) == [
        (28, "failure"),
        (200, "relapse"),
        (310, "death"),
    ]


def test_efs_follows_through_transplant_and_new_therapy():
    assert (
        outcomes("EFS", followed(RELAPSE_200, **transplant(90)), followed(RELAPSE_200, **therapy(90)))
        == [(200, "relapse")] * 2
    )


def test_efs_is_censored_at_the_last_evaluable_response_or_mrd_assessment():
    phoned = followed(last_contact=700, contacts=[650])
    assayed = followed(mrd=[dict(day=400, result="negative"), dict(day=450, result="failed")], last_contact=700)
    not_evaluable = followed({28: "CR", 300: "CR", 350: "NE"}, last_contact=700)
    assert outcomes("EFS", phoned, assayed, not_evaluable) == [(300, "censored"), (400, "censored"), (300, "censored")]
    assert row("EFS", phoned)["CNSDTDSC"] == "last evaluable response or MRD assessment"


def test_deaths_and_relapses_after_a_gap_still_count():
    assert outcomes("EFS", followed({28: "CR"}, death=900), followed({28: "CR"}, relapses=[dict(day=800)])) == [
        (900, "death"),
        (800, "relapse"),
    ]


def test_efsc_is_censored_at_the_earlier_of_transplant_and_new_therapy():
    found = outcomes(
        "EFSC",
        followed(RELAPSE_200, **transplant(90), **therapy(120)),
        followed(RELAPSE_200, **transplant(120), **therapy(90)),
        followed(RELAPSE_200),
    )
    assert found == [(90, "censored"), (90, "censored"), (200, "relapse")]


def test_efsc_says_what_censored_it():
    assert row("EFSC", followed(RELAPSE_200, **transplant(90)))["CNSDTDSC"] == "allogeneic transplant"
    assert row("EFSC", followed(RELAPSE_200, **therapy(90, "dli")))["CNSDTDSC"] == "new therapy: DLI"


def test_efsc_is_censored_at_the_transplant_whether_or_not_anything_follows():
    for later in ({}, {200: "RELAPSE"}):
        found = row("EFSC", followed({28: "CR", 80: "CR"} | later, **transplant(90)))
        assert (found["AVAL"], found["CNSDTDSC"]) == (90, "allogeneic transplant")


def test_efsc_keeps_a_failure_by_therapy_before_remission_as_an_event():
    assert (
        outcomes("EFSC", followed({28: "NE"}, **therapy(40)), followed({28: "NE"}, **transplant(40)))
        == [(40, "failure")] * 2
    )


@pytest.mark.parametrize("paramcd", ["EFSC", "EFSCT", "RFSC"])
def test_an_event_on_the_day_of_transplant_counts(paramcd):
    later = 28 if paramcd == "RFSC" else 0
    assert outcome(paramcd, followed(RELAPSE_200, **transplant(200))) == (200 - later, "relapse")
    assert outcome(paramcd, followed(death=310, **transplant(310))) == (310 - later, "death")


def test_the_transplant_only_variant_follows_through_new_therapy():
    found = outcomes("EFSCT", followed(RELAPSE_200, **therapy(90)), followed(RELAPSE_200, **transplant(90)))
    assert found == [(200, "relapse"), (90, "censored")]


# RFS, RFSC, DOR


def test_rfs_counts_from_first_remission_to_relapse_or_death():
    found = outcomes("RFS", followed(RELAPSE_200), followed(death=310), followed(), followed({28: "NR"}, death=80))
    assert found == [(172, "relapse"), (282, "death"), (272, "censored"), "no first remission"]


def test_rfs_follows_through_transplant_and_rfsc_does_not():
    one = followed(RELAPSE_200, **transplant(90))
    assert (outcome("RFS", one), outcome("RFSC", one)) == ((172, "relapse"), (62, "censored"))
    one = followed(RELAPSE_200, **therapy(90))
    assert (outcome("RFS", one), outcome("RFSC", one)) == ((172, "relapse"), (62, "censored"))


def test_dor_counts_relapse_and_death_from_leukaemia_or_unknown_cause():
    found = outcomes(
        "DOR",
        followed(RELAPSE_200),
        followed(death=290, cause="leukaemia"),
        followed(death=290, cause="unknown"),
        followed(death=290),
    )
    assert found == [(172, "relapse"), (262, "death"), (262, "death"), (262, "death")]


@pytest.mark.parametrize(
    ("cause", "in_words"),
    [("crs", "CRS"), ("infection", "infection"), ("transplant_gvhd", "transplant or GVHD"), ("other", "other cause")],
)
def test_dor_censors_other_deaths(cause, in_words):
    found = row("DOR", followed({28: "CR", 290: "CR"}, death=290, cause=cause))
    assert (found["AVAL"], found["CNSR"], found["CNSCD"], found["DETAILCD"]) == (262, 1, "death", cause)
    assert found["CNSDTDSC"] == f"death from another cause: {in_words}"


# CIR, NRM


def test_cir_death_in_remission_competes():
    found = outcomes("CIR", followed(RELAPSE_200, death=250), followed(death=310), followed())
    assert found == [(172, "relapse"), (282, "death"), (272, "censored")]
    assert row("CIR", followed(death=310))["CNSR"] == 2


def test_cir_follows_through_transplant_and_new_therapy():
    assert (
        outcomes("CIR", followed(RELAPSE_200, **transplant(90)), followed(RELAPSE_200, **therapy(90)))
        == [(172, "relapse")] * 2
    )


def test_nrm_is_death_with_neither_relapse_nor_failure_before_whatever_its_cause():
    causes = ("infection", "unknown", None, "leukaemia")
    assert outcomes("NRM", *(followed(death=310, cause=cause) for cause in causes)) == [(310, "death")] * 4


def test_the_cause_specific_variant_lets_leukaemia_deaths_compete():
    patients = [followed(death=310, cause=cause) for cause in ("infection", "unknown", None, "leukaemia")]
    assert outcomes("NRMC", *patients) == [(310, "death")] * 3 + [(310, "death_leukaemia")]


def test_relapse_failure_and_leukaemia_death_compete_with_the_cause_specific_variant():
    found = derive(
        "NRMC",
        followed(RELAPSE_200, death=250, cause="infection"),
        followed({28: "NR"}, death=80, cause="infection"),
        followed(death=310, cause="leukaemia"),
    ).rows
    assert (found["AVAL"].tolist(), found["CNSR"].tolist()) == ([200, 28, 310], [2, 2, 2])


def test_relapse_and_failure_compete_with_nrm():
    found = derive(
        "NRM",
        followed(RELAPSE_200, death=250, cause="infection"),
        followed({28: "NR"}, death=80, cause="infection"),
        followed(death=310, cause="leukaemia"),
    ).rows
    assert (found["AVAL"].tolist(), found["CNSR"].tolist()) == ([200, 28, 310], [2, 2, 0])


def test_nrm_without_event_is_censored_at_the_last_assessment():
    assert outcome("NRM", followed(last_contact=800)) == (300, "censored")


# The identity

IDENTITY = (
    followed(),
    followed({28: "CR", 60: "CR"}),
    followed({28: "NR"}),
    followed({28: "NR", 90: "NR"}, death=95),
    followed(RELAPSE_200),
    followed({28: "CR", 60: "RELAPSE"}, death=70, cause="leukaemia"),
    followed({28: "CR"}, death=60, cause="infection"),
    followed({28: "CR"}, death=90, cause="leukaemia"),
    followed({}, death=12, cause="crs_icans_hlh"),
    followed({60: "NR"}, **therapy(60)),
    followed({}),
    followed({60: "CR"}),
    followed({28: "CR", 200: "CR"}, **transplant(80), death=260, cause="transplant_gvhd"),
    followed({28: "CR", 95: "CR"}, death=400),
    followed({28: "NR", 150: "CR", 200: "RELAPSE"}),
)


def survival(rows):
    """1 - Kaplan-Meier after each distinct event time, exact, straight from the product of conditional survival."""
    probability, curve = Fraction(1), {}
    for time in sorted(set(rows.loc[rows["CAUSE"] > 0, "AVAL"])):
        at_risk, events = int((rows["AVAL"] >= time).sum()), int(((rows["AVAL"] == time) & (rows["CAUSE"] > 0)).sum())
        probability *= 1 - Fraction(events, at_risk)
        curve[time] = 1 - probability
    return curve


def incidences(rows, causes):
    """Aalen-Johansen incidence of each cause after each distinct event time, exact."""
    curve, before = {}, Fraction(0)
    summed = dict.fromkeys(range(1, causes + 1), Fraction(0))
    for time in sorted(set(rows.loc[rows["CAUSE"] > 0, "AVAL"])):
        at_risk = int((rows["AVAL"] >= time).sum())
        for cause in summed:
            events = int(((rows["AVAL"] == time) & (rows["CAUSE"] == cause)).sum())
            summed[cause] += (1 - before) * Fraction(events, at_risk)
        curve[time] = tuple(summed.values())
        before = sum(summed.values())
    return curve


@pytest.mark.parametrize("failure", ["last_nr", "day0"])
@pytest.mark.parametrize(("paramcd", "causes"), [("NRM", 3), ("NRMC", 4)])
def test_one_minus_efs_is_the_sum_of_incidences_of_failure_relapse_and_death_without_either(paramcd, causes, failure):
    efs = survival(derive("EFS", *IDENTITY, failure=failure).rows)
    parts = incidences(derive(paramcd, *IDENTITY, failure=failure).rows, causes)
    assert len(ENDPOINT[paramcd].causes) == causes
    assert min(parts[max(parts)]) > 0, "every cause must occur, else the identity says little"
    assert efs == {time: sum(by_cause) for time, by_cause in parts.items()}


# Every row of every endpoint

OTHER_RULES = dict(molecular="yes", failure="day0", bca_relapse="no", maintenance="yes", bca_rule="absolute")


@pytest.mark.parametrize("rules", [{}, OTHER_RULES], ids=["default rules", "other rules"])
def test_every_row_says_what_the_event_or_what_the_censoring_was(rules):
    study = cohort(*IDENTITY, followed(b_cells=[dict(day=60, cd19_pct_lymphocytes=9.0)]), **rules)
    for endpoint in CATALOGUE:
        rows = derive_tte(study.course, endpoint, study.rules).rows
        for event, end in (("EVNTDESC", "CNSDTDSC"), ("EVNTCD", "CNSCD")):
            assert (rows[event].notna() == (rows["CNSR"] != 1)).all()
            assert (rows[end].notna() == (rows["CNSR"] == 1)).all()
        assert set(rows["EVNTCD"].dropna()) <= {source.code for source in endpoint.causes}
        assert ((rows["CAUSE"] == 0) == (rows["CNSR"] == 1)).all()


def test_every_row_is_in_whole_days_from_its_start():
    study = cohort(*IDENTITY, followed(b_cells=[dict(day=60, cd19_pct_lymphocytes=9.0)]))
    for endpoint in CATALOGUE:
        rows = derive_tte(study.course, endpoint, study.rules).rows
        assert len(rows)
        assert rows["AVAL"].dtype == rows["ENTRY"].dtype == int
        assert (rows["ADT"] - rows["STARTDT"] == pd.to_timedelta(rows["AVAL"], unit="D")).all()
        assert (rows["AVAL"] > rows["ENTRY"]).all() if endpoint.entry else (rows["ENTRY"] == 0).all()


def test_every_patient_is_in_an_endpoint_or_left_out_with_a_reason_never_both():
    study = cohort(*IDENTITY, patient("P1", infused=None))
    for endpoint in CATALOGUE:
        derived = derive_tte(study.course, endpoint, study.rules)
        everybody = [*derived.rows["USUBJID"], *derived.left_out["USUBJID"]]
        assert sorted(everybody) == study.adsl["USUBJID"].tolist()
        assert derived.left_out["REASON"].notna().all()


def test_endpoints_have_their_own_code_and_say_what_they_count():
    assert len(ENDPOINT) == len(CATALOGUE)
    assert all(len(e.definition) > 20 and e.definition.endswith(".") for e in CATALOGUE)
    assert all("FELIX" not in e.definition for e in CATALOGUE)
