"""The conventions that decide a case, by their number: one literal patient each, and the sentence where it decides."""

import pytest

from endpoints import dictionary
from endpoints.b_cell_course import derive_sampling
from endpoints.catalogue import ENDPOINT
from endpoints.cohort import PRIOR_WORDS
from endpoints.dynamic_landmark import derive_at_landmark
from endpoints.exposure import EXPOSED, exposed_from
from endpoints.flow import ENROLLED_AGAIN, INFUSED, PENDING, derive_flow
from endpoints.response import (
    BEST,
    CONFIRMED,
    ENROLLED_DUE,
    RESPONSE,
    RESPONSES,
    STATUS_D28,
    STATUS_M3,
    derive_early,
    derive_remission_then_nr,
    derive_response,
)
from endpoints.states import DEFINITION as STATES_DEFINITION
from endpoints.states import STATES, derive_stays
from endpoints.transplant import INTERVAL_WORDS, derive_salvage
from tests.endpoints.reading import (
    adsl,
    cohort,
    milestone,
    milestones,
    outcome,
    outcomes,
    reason_out,
    response,
    responses,
    row,
    word,
)
from tests.literal import patient

CONFIRMED_RULE = dict(bca_rule="pct1_abs100_confirmed")
FOLLOWERS = {
    "nothing": {},
    "death": dict(death=700),
    "relapse": dict(relapses=[dict(day=400, cd19_status="negative")]),
    "transplant": dict(transplants=[dict(day=400)]),
    "therapy": dict(therapies=[dict(day=400, kind="blinatumomab")]),
}


def remitted(responses=None, **more):
    return patient("P1", responses=responses or {28: "CR"}, **more)


def percent(day, value, **more):
    return dict(day=day, cd19_pct_lymphocytes=float(value)) | more


# 1. The confirmed rule


@pytest.mark.parametrize("later", FOLLOWERS.values(), ids=FOLLOWERS)
def test_1_an_unconfirmed_last_sample_is_censored_there_whatever_follows(later):
    one = remitted(b_cells=[percent(60, 0), percent(150, 5)], **later)
    for paramcd in ("BCA", "BCACI"):
        found = row(paramcd, one, **CONFIRMED_RULE)
        assert (found["AVAL"], found["CNSR"], found["CNSCD"]) == (150, 1, "suspected")
    assert milestone("BCASUSDT", one, **CONFIRMED_RULE) == 150


def test_1_a_cd19_positive_relapse_that_counts_as_loss_is_a_loss_all_the_same():
    one = remitted(b_cells=[percent(60, 0), percent(150, 5)], relapses=[dict(day=400, cd19_status="positive")])
    assert outcome("BCA", one, **CONFIRMED_RULE) == (400, "loss")
    assert milestones("BCALDT", one, **CONFIRMED_RULE) == [400]
    assert outcome("BCA", one, **CONFIRMED_RULE, bca_relapse="no") == (150, "censored")


def test_1_the_switch_takes_the_first_sample():
    one = remitted(b_cells=[percent(60, 0), percent(150, 5)], death=700)
    assert outcome("BCA", one, **CONFIRMED_RULE, bca_confirm="no") == (150, "loss")


# 2. Count and percentage from each other


def test_2_a_computed_value_decides_and_is_counted():
    one = remitted(b_cells=[percent(60, 0), percent(90, 5, lymphocytes_per_ul=2000.0)])
    assert milestone("BCALOSDT", one, bca_rule="absolute") == 90
    found = derive_sampling(cohort(one, bca_rule="absolute")).iloc[0]
    assert (found["SAMPLES"], found["COMPLETED"]) == (1, 1)
    found = derive_sampling(cohort(one)).iloc[0]
    assert (found["SAMPLES"], found["COMPLETED"], found["GAP"]) == (2, 0, 30)


# 3. A dated row beats a "no"


def test_3_a_transplant_row_before_day_0_beats_a_no():
    one = patient("P1", prior_transplant=False, transplants=[dict(day=-300)])
    assert adsl(one)["PRIORTX"] == "allogeneic"


def test_3_an_earlier_infusion_beats_a_no():
    earlier = dict(course_number=2, product_code="BREXU", infusion_date=-400)
    assert adsl(patient("P1", prior_car_t=False, courses=[earlier]))["PRIORCART"] == "yes"
    assert adsl(patient("P1", prior_car_t=False))["PRIORCART"] == "no"


# 4. A RELAPSE assessment near a relapse row


@pytest.mark.parametrize(
    ("assessed", "expected"), [(170, 170), (230, 200), (231, 200)], ids=["before", "within 30", "after"]
)
def test_4_an_assessment_within_30_days_of_a_row_is_that_relapse(assessed, expected):
    one = remitted({28: "CR", assessed: "RELAPSE"}, relapses=[dict(day=200, cd19_status="negative", cns=True)])
    assert (milestone("RELDT", one), word("RELCD19", one)) == (expected, "negative")


@pytest.mark.parametrize(("assessed", "relapse"), [(170, None), (230, None), (231, 231), (169, 169)])
def test_4_neither_counts_when_the_row_is_molecular_and_the_switch_is_off(assessed, relapse):
    one = remitted({28: "CR", assessed: "RELAPSE", 300: "CR"}, relapses=[dict(day=200, level="molecular")])
    assert milestone("RELDT", one) == relapse
    assert milestone("RELDT", one, molecular="yes") == min(assessed, 200)


def test_4_an_assessment_near_a_row_that_counts_too_counts():
    rows = [dict(day=200, level="molecular"), dict(day=215, level="morphologic")]
    assert milestone("RELDT", remitted({28: "CR", 205: "RELAPSE"}, relapses=rows)) == 205


def test_4_an_assessment_that_does_not_count_decides_no_visit():
    one = remitted({28: "CR", 80: "CR", 91: "RELAPSE"}, relapses=[dict(day=95, level="molecular")])
    assert response("STATM3", one) == "CR"
    assert response("STATM3", one, molecular="yes") == "relapsed"


# 5. Several rows of one day


def test_5_rows_of_one_day_are_one_event_and_what_any_knows_is_known():
    rows = [
        dict(day=200, level="extramedullary", cd19_status="negative", cns=True),
        dict(day=200, level="morphologic", cd22_status="positive"),
        dict(day=200, level="molecular", cd19_status="positive"),
    ]
    one = remitted(relapses=rows)
    known = [word(name, one) for name in ("RELLVL", "RELCD19", "RELCD22", "RELCNS")]
    assert known == ["morphologic", "negative", "positive", True]
    assert outcome("CIRCD19", one) == (172, "relapse_cd19_negative")


def test_5_the_highest_level_of_a_day_counts_also_with_molecular_relapse_off():
    one = remitted(relapses=[dict(day=200, level="molecular", cd19_status="negative"), dict(day=200)])
    assert (milestone("RELDT", one), word("RELLVL", one), word("RELCD19", one)) == (200, "morphologic", "negative")


# 6. CR and then NR; a new therapy between two CRs


def test_6_nr_after_a_remission_is_no_event_and_is_counted():
    one, other = remitted({28: "CR", 90: "NR", 200: "NR"}), remitted({28: "CR", 90: "RELAPSE", 200: "NR"})
    assert outcomes("EFS", one) == [(200, "censored")]
    assert milestone("RELDT", one) is None
    assert derive_remission_then_nr(cohort(one, other)).tolist() == ["P0001"]


def test_6_a_new_therapy_between_two_remissions_ends_confirmation():
    between = remitted({28: "CR", 60: "CR"}, therapies=[dict(day=40, kind="dli")])
    on_the_day = remitted({28: "CR", 60: "CR"}, therapies=[dict(day=60, kind="dli")])
    transplanted = remitted({28: "CR", 60: "CR"}, transplants=[dict(day=40)])
    assert responses("CONFRM", between, on_the_day, transplanted) == ["unconfirmed", "CR", "CR"]


# 7. Relapse and death on one day

SAME_DAY = remitted({28: "CR", 200: "CR"}, relapses=[dict(day=250)], death=250, cause="infection")


@pytest.mark.parametrize(
    ("paramcd", "day"), [("EFS", 250), ("RFS", 222), ("DOR", 222), ("CIR", 222), ("NRM", 250), ("NRMC", 250)]
)
def test_7_relapse_and_death_on_one_day_are_a_relapse_in_every_endpoint(paramcd, day):
    assert outcome(paramcd, SAME_DAY) == (day, "relapse")


def test_7_the_relapse_on_the_day_of_death_is_a_move_of_the_states():
    stays = derive_stays(cohort(SAME_DAY))
    codes = [state.code for state in STATES]
    moves = [(codes[a], codes[b], int(stop)) for a, b, stop in stays[["STATE", "TO", "STOP"]].to_numpy()]
    assert moves[-2:] == [("state_unknown", "state_relapsed", 249), ("state_relapsed", "state_dead", 250)]


# 8. A transplant recorded as not in remission between two remissions

DOUBT = remitted({28: "CR", 150: "CR"}, transplants=[dict(day=100, disease_status="not_in_remission")])


def test_8_its_class_is_the_same_on_every_page():
    assert response("STATM3", remitted({28: "CR"}, transplants=[dict(day=80, disease_status="not_in_remission")])) == (
        "transplant_in_doubt"
    )
    assert derive_salvage(cohort(DOUBT))["WHYCD"].tolist() == ["transplant_in_doubt"]


@pytest.mark.parametrize(("paramcd", "day"), [("RFS", 72), ("CIR", 72), ("CIRCD19", 72), ("TTHSCT", 100)])
def test_8_it_ends_observation_on_its_day(paramcd, day):
    found = row(paramcd, DOUBT)
    assert (found["AVAL"], found["CNSR"], found["CNSCD"]) == (day, 1, "transplant_in_doubt")


def test_8_it_ends_observation_of_aplasia_and_is_no_exposure():
    one = remitted(
        {28: "CR", 150: "CR"},
        b_cells=[percent(60, 0), percent(150, 0)],
        transplants=[dict(day=100, disease_status="not_in_remission")],
    )
    assert (row("BCA", one)["AVAL"], row("BCA", one)["CNSCD"]) == (100, "transplant")
    assert exposed_from(cohort(one).course).isna().all()
    assert set(derive_at_landmark(cohort(one), EXPOSED["os"], 120).rows["ARM"]) == {"waiting"}


# 9. What stands before what on one day, and which assessment is taken


def test_9_an_assessment_on_the_day_of_a_therapy_or_transplant_was_before_it():
    therapy, transplant = dict(therapies=[dict(day=28, kind="dli")]), dict(transplants=[dict(day=28)])
    assert milestones("RMSDT", remitted(**therapy), remitted(**transplant)) == [28, 28]
    assert responses("BOR3M", remitted(**therapy), remitted(**transplant)) == ["CR", "CR"]


def test_9_a_transplant_on_the_day_of_first_remission_is_in_remission():
    assert milestone("HSCTRMDT", remitted(transplants=[dict(day=28)])) == 28


def test_9_of_assessments_equally_near_the_earlier_one():
    assert response("STATM3", remitted({28: "CR", 81: "CRi", 101: "CR"})) == "CRi"


def test_9_an_evaluable_assessment_in_the_window_beats_ne():
    assert response("STATM3", remitted({28: "CR", 91: "NE", 118: "CRi"})) == "CRi"
    assert response("STATM3", remitted({28: "CR", 91: "NE"})) == "NE"


# 10. Autologous transplant after infusion is new therapy

AUTOLOGOUS = dict(transplants=[dict(day=60, kind="autologous")])


def test_10_an_autologous_transplant_is_new_therapy():
    one = remitted({28: "CR", 300: "CR"}, b_cells=[percent(40, 0), percent(90, 0)], **AUTOLOGOUS)
    assert (milestone("NEWTHDT", one), word("NEWTHCD", one), milestone("HSCTDT", one)) == (
        60,
        "autologous_transplant",
        None,
    )
    assert row("BCA", one)["CNSCD"] == "new_therapy"
    assert outcome("EFSC", one) == (60, "censored")
    assert response("BOR3M", remitted({28: "CRi", 70: "CR"}, **AUTOLOGOUS)) == "CRi"


def test_10_before_remission_it_is_a_failure():
    assert outcome("EFS", remitted({28: "NE", 70: "CR"}, **AUTOLOGOUS)) == (60, "failure")


# 11. A remission needs day 14


def test_11_a_cr_on_day_10_alone_is_no_remission_anywhere_and_is_counted():
    one, other = remitted({10: "CR"}), remitted({10: "CR", 40: "CR"})
    assert responses("BOR3M", one, other) == ["not_assessed", "CR"]
    assert response("CONFRM", remitted({10: "CR", 60: "NR"})) == "no_remission"
    assert outcome("RFS", one) == "no first remission"
    assert derive_early(cohort(one, other)).tolist() == ["P0001"]


# 12. Never infused

FAILED_FIRST = dict(infusion_date=None, not_infused_date=-60, not_infused_reason="manufacturing")
FAILED_FIRST |= dict(manufacturing_outcome="failed")
AGAIN = dict(product_code="BREXU", course_number=2, enrolment_date=-50)
PENDING_AGAIN = patient("P1", infused=None, course=FAILED_FIRST, courses=[AGAIN], last_contact=60)


def test_12_the_never_infused_are_due_from_enrolment_and_a_second_enrolment_is_pending_again():
    never = patient("P1", infused=None, not_infused=-10, reason="manufacturing")
    assert responses("BOR3M", never, PENDING_AGAIN, population="enrolled") == ["not_infused", "not_due"]


def test_12_the_first_failure_is_kept_in_the_flow():
    infused_again = patient("P1", course=FAILED_FIRST, courses=[AGAIN | dict(infusion_date=5)], infused=None)
    study = cohort(PENDING_AGAIN, infused_again, patient("P1"))
    flow = derive_flow(study.adsl, derive_response(study, RESPONSE["STATM3"])).set_index("stage")["n"]
    assert flow[[ENROLLED_AGAIN, PENDING, INFUSED]].tolist() == [2, 1, 2]


def test_12_the_enrolled_origin_is_the_first_course():
    one = patient("P1", course=FAILED_FIRST, courses=[AGAIN | dict(infusion_date=5)], infused=None, death=100)
    assert outcome("OS", one, population="enrolled") == (140, "death")


def test_12_without_enrolment_and_apheresis_date_a_patient_is_left_out_everywhere():
    one = patient("P1", enrolled=None, responses={28: "CR", 91: "CR"}, death=400)
    for paramcd in ("OS", "EFS"):
        assert reason_out(paramcd, one, population="enrolled") == "no date of enrolment or apheresis"
    for endpoint in RESPONSES:
        assert response(endpoint.paramcd, one, population="enrolled") == "no_start"
        assert response(endpoint.paramcd, one) != "no_start"


# 13. Below the limit beside a value; a missing cause


def test_13_below_the_limit_stands_against_the_value_beside_it():
    assert milestone("BCALOSDT", remitted(b_cells=[percent(60, 9, below_limit=True)])) is None


def test_13_a_missing_cause_of_death_counts_as_unknown():
    one = remitted(death=290)
    assert (outcome("DOR", one), outcome("NRMC", one)) == ((262, "death"), (290, "death"))
    assert row("DOR", one)["DETAILCD"] == "unknown"


# 14. Confirmation at any later day


def test_14_confirmation_at_any_later_day_before_relapse_death_or_new_therapy():
    late = remitted({28: "CR", 400: "CR"})
    relapsed = remitted({28: "CR", 400: "CR"}, relapses=[dict(day=100)])
    treated = remitted({28: "CR", 400: "CR"}, therapies=[dict(day=100, kind="other")])
    assert responses("CONFRM", late, relapsed, treated) == ["CR", "unconfirmed", "unconfirmed"]


# Each stands in the definition that is shown with the figure it decides

STANDS = [
    (1, "an unconfirmed last sample", [ENDPOINT["BCA"].definition, ENDPOINT["BCACI"].definition]),
    (2, "computed from each other", [ENDPOINT["BCA"].definition]),
    (3, "dated transplant", [PRIOR_WORDS, INTERVAL_WORDS]),
    (4, "within 30 days of a row", [ENDPOINT[code].definition for code in ("EFS", "RFS", "CIR", "NRM", "DOR")]),
    (5, "Rows of one day are one event", [ENDPOINT[code].definition for code in ("EFS", "RFS", "CIR", "CIRCD19")]),
    (6, "NR after a remission without RELAPSE is no event", [ENDPOINT[code].definition for code in ("EFS", "CIR")]),
    (7, "on the day of death", [*(ENDPOINT[c].definition for c in ("EFS", "CIR", "NRM")), STATES_DEFINITION]),
    (8, "status in doubt", [ENDPOINT[code].definition for code in ("RFS", "CIR", "TTHSCT")]),
    (9, "was before it", [BEST.definition, STATUS_M3.definition, STATUS_D28.definition]),
    (10, "autologous transplant", [ENDPOINT[code].definition for code in ("EFS", "EFSC", "BCA", "TTHSCT")]),
    (11, "needs day 14", [BEST.definition, CONFIRMED.definition]),
    (12, "second enrolment", [ENROLLED_DUE]),
    (12, "of the first course", [ENDPOINT["OS"].definition, ENDPOINT["EFS"].definition]),
    (13, "below the limit", [ENDPOINT["BCA"].definition]),
    (13, "missing cause of death counts as unknown", [ENDPOINT["DOR"].definition, ENDPOINT["NRMC"].definition]),
    (14, "before relapse, death or new therapy", [CONFIRMED.definition]),
]


@pytest.mark.parametrize(("number", "words", "definitions"), STANDS, ids=lambda value: str(value)[:30])
def test_the_convention_stands_in_the_definition_it_decides(number, words, definitions):
    assert all(words in definition for definition in definitions), number


def test_the_columns_of_the_conventions_have_names():
    assert {"BCALDT", "HSCTNRDT", "DTHNRDT", "FAILBEF"} <= set(dictionary.LABELS)
