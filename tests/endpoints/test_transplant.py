"""Transplant: prior, in remission (with the recorded status overriding), salvage; time to transplant in remission."""

from tests.endpoints.reading import adsl, cohort, milestones, outcome, outcomes, row, words
from tests.literal import patient

CR_TO_300 = {28: "CR", 300: "CR"}


def transplanted(*rows, **more):
    return patient("P1", **{"responses": CR_TO_300} | more, transplants=rows)


# Prior transplant


def test_prior_transplant_is_allogeneic_autologous_only_no_of_unknown_kind_or_missing():
    recorded = [
        dict(prior_transplant=True, prior_transplant_kind="allogeneic"),
        dict(prior_transplant=True, prior_transplant_kind="autologous"),
        dict(prior_transplant=True),
        dict(prior_transplant=False),
        dict(),
        dict(prior_transplant_kind="autologous"),
    ]
    found = cohort(*(patient("P1", **columns) for columns in recorded)).adsl["PRIORTX"].tolist()
    assert found == ["allogeneic", "autologous", "unknown", "no", "missing", "autologous"]


def test_a_transplant_row_before_day_0_answers_where_the_record_is_missing():
    found = [
        transplanted(dict(day=-300)),
        transplanted(dict(day=-300, kind="autologous")),
        transplanted(dict(day=-300, kind="autologous"), dict(day=-200)),
        transplanted(dict(day=-300), prior_transplant=True, prior_transplant_kind="autologous"),
    ]
    assert cohort(*found).adsl["PRIORTX"].tolist() == ["allogeneic", "autologous", "allogeneic", "allogeneic"]


def test_a_transplant_after_day_0_is_not_a_prior_one():
    assert adsl(transplanted(dict(day=90)))["PRIORTX"] == "missing"


def test_a_prior_transplant_is_not_a_transplant_after_infusion():
    assert milestones("HSCTDT", transplanted(dict(day=-300)), transplanted(dict(day=0))) == [None, None]


# In remission


def test_transplant_in_remission_is_allogeneic_after_first_remission():
    found = milestones(
        "HSCTRMDT",
        transplanted(dict(day=27)),
        transplanted(dict(day=28)),
        transplanted(dict(day=90)),
        transplanted(dict(day=90, kind="autologous")),
        transplanted(dict(day=90), responses={28: "NR"}),
    )
    assert found == [None, 28, 90, None, None]


def test_transplant_in_remission_has_no_relapse_before():
    relapse = dict(relapses=[dict(day=80)])
    found = milestones(
        "HSCTRMDT",
        transplanted(dict(day=79), **relapse),
        transplanted(dict(day=80), **relapse),
        transplanted(dict(day=81), **relapse),
    )
    assert found == [79, None, None]


def test_a_recorded_not_in_remission_overrides():
    one = transplanted(dict(day=90, disease_status="not_in_remission"))
    assert (milestones("HSCTRMDT", one), milestones("HSCTNRDT", one)) == ([None], [90])
    assert milestones(
        "HSCTRMDT",
        *(
            transplanted(dict(day=90, disease_status=f"cr_mrd_{status}"))
            for status in ("negative", "positive", "unknown")
        ),
    ) == [90, 90, 90]


def test_salvage_is_a_transplant_after_relapse_and_stands_apart():
    one = transplanted(dict(day=120), relapses=[dict(day=80)])
    assert (milestones("HSCTSVDT", one), milestones("HSCTRMDT", one)) == ([120], [None])


def test_a_transplant_in_remission_followed_by_relapse_and_a_second_one_is_both():
    one = transplanted(dict(day=90), dict(day=250), relapses=[dict(day=200)])
    assert (milestones("HSCTRMDT", one), milestones("HSCTSVDT", one)) == ([90], [250])


def test_the_donor_is_that_of_the_first_transplant_in_remission():
    one = transplanted(dict(day=90, donor="haploidentical"), dict(day=200, donor="cord"))
    assert words("HSCTDESC", one) == ["haploidentical"]
    assert row("TTHSCT", one)["EVNTDESC"] == "allogeneic transplant in remission: haploidentical"


# Time to transplant in remission


def test_time_to_transplant_counts_from_day_0_and_enters_at_first_remission():
    found = row("TTHSCT", transplanted(dict(day=90)))
    assert (found["AVAL"], found["CNSR"], found["ENTRY"]) == (90, 0, 27)


def test_a_transplant_on_the_day_of_first_remission_is_of_a_patient_at_risk():
    found = row("TTHSCT", transplanted(dict(day=28)))
    assert (found["AVAL"], found["ENTRY"]) == (28, 27)


def test_relapse_new_therapy_and_death_compete_with_transplant():
    found = outcomes(
        "TTHSCT",
        transplanted(dict(day=120), relapses=[dict(day=80)]),
        transplanted(dict(day=120), therapies=[dict(day=80, kind="inotuzumab")]),
        transplanted(death=310),
    )
    assert found == [(80, "relapse"), (80, "new_therapy"), (310, "death")]


def test_a_transplant_on_the_day_of_new_therapy_is_a_transplant():
    assert outcome("TTHSCT", transplanted(dict(day=90), therapies=[dict(day=90, kind="other")])) == (90, "transplant")


def test_a_transplant_after_the_last_assessment_counts():
    assert outcome("TTHSCT", transplanted(dict(day=400))) == (400, "transplant")


def test_without_transplant_observation_ends_at_the_last_assessment():
    assert outcome("TTHSCT", transplanted(last_contact=900)) == (300, "censored")


def test_a_transplant_recorded_as_not_in_remission_ends_observation_without_event():
    found = row("TTHSCT", transplanted(dict(day=90, disease_status="not_in_remission")))
    assert (found["AVAL"], found["CNSR"], found["CNSDTDSC"]) == (90, 1, "transplant, status in doubt")


def test_without_first_remission_there_is_no_time_to_transplant():
    assert outcome("TTHSCT", transplanted(dict(day=90), responses={28: "NR"})) == "no first remission"
