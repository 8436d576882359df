"""Infections, second malignancies and deaths on literal patients: incidence, density, lists."""

import pytest

from analyses.status.density import infection_density
from analyses.time_to_event.deaths import death_rows, deaths_by_cause
from analyses.time_to_event.infections import ENDPOINTS, infection
from analyses.time_to_event.malignancies import malignancy_rows, second_malignancy
from estimators.person_time_rate import person_time_rate
from figures import pictures, rate_pictures
from figures.numbers import worded
from tests.analyses.cohorts import cohort_of, note, row
from tests.literal import date, patient

PEOPLE = (
    patient(
        "BACT",
        infections=[dict(day=20, organism_class="bacterial"), dict(day=150, organism_class="viral")],
        malignancies=[dict(day=300, kind="myeloid", transgene_tested=True, transgene_found=False)],
        last_contact=400,
    ),
    patient("VIRAL", infections=[dict(day=50, organism_class="viral")], death=60, cause="infection", last_contact=60),
    patient("DEAD", death=80, cause="infection", last_contact=80),
    patient("LEUK", death=200, cause="leukaemia", last_contact=200, relapses=[dict(day=150)], responses={28: "CR"}),
    patient("LATE", death=500, cause=None, last_contact=500),
)


def chosen(**rules):
    return cohort_of(*PEOPLE, cutoff=date(1000), **rules)


def risk_of(result, outcome, month):
    return row(result, outcome=outcome, months=month)["estimate"]


def test_first_infection_of_any_class_counts_each_patient_once():
    found = infection(chosen(), "any", "12")
    assert risk_of(found, "infection", 3) == pytest.approx(2 / 5)
    assert risk_of(found, "death_infection", 3) == pytest.approx(1 / 5)  # without an infection recorded before it
    assert risk_of(found, "death", 12) == pytest.approx(1 / 5)
    assert "whether somebody looked for them is not in the data" in note(found, "not_recorded")


@pytest.mark.parametrize(("code", "by_month_6"), [("bacterial", 1 / 5), ("viral", 2 / 5), ("fungal", 0.0)])
def test_a_class_has_its_own_first_infection(code, by_month_6):
    assert risk_of(infection(chosen(), code, "12"), "infection", 6) == pytest.approx(by_month_6)


def test_infection_related_mortality_is_death_of_infection_with_other_deaths_competing():
    found = infection(chosen(), "mortality", "12")
    assert risk_of(found, "death_infection", 3) == pytest.approx(2 / 5)
    assert risk_of(found, "death", 12) == pytest.approx(1 / 5)
    assert len(pictures.incidences(found)) == 2


def test_every_infection_endpoint_can_be_drawn():
    for code in ENDPOINTS:
        assert pictures.incidences(infection(chosen(), code, "12"))


def test_density_counts_infections_over_person_days_of_the_period():
    found = infection_density(chosen())
    rates = found.rows.set_index("outcome")
    days = 100 + 60 + 80 + 100 + 100
    later = 300 + 0 + 0 + 100 + 400
    assert rates.loc["any:to_100", ["n_event", "person_time"]].tolist() == [2, days]
    assert rates.loc["viral:after_100", ["n_event", "person_time"]].tolist() == [1, later]
    assert rates.loc["any:to_100", "estimate"] == pytest.approx(100 * 2 / days)
    assert rates.loc["any:to_100", "conf_high"] == person_time_rate([2], [days])["conf_high"].item()
    assert "fungal:to_100" not in rates.index  # nobody had one
    text = worded(found).set_index("outcome")["result"]
    assert text["Any, day 0-100"].startswith("2 in 440 days, 0.455 (")
    [drawn] = rate_pictures.densities(found, "Infections per 100 person-days")
    assert drawn.frame["text"].tolist() == text.tolist()
    assert (
        "3 intervals cut there" in drawn.notes[0].text
    )  # 2 in 440 days reach 1.64; 1 in 440, bacterial and viral, 1.27


def test_nobody_enrolled_only_is_a_sentence():
    for result in (
        infection(chosen(population="enrolled"), "any", "12"),
        deaths_by_cause(chosen(population="enrolled"), "12"),
    ):
        assert result.n == 0 and "infused patients only" in note(result, "refused")


def test_second_malignancy_competes_with_death_and_is_listed():
    found = second_malignancy(chosen(), "24")
    assert risk_of(found, "second_malignancy", 12) == pytest.approx((1 - 3 / 5) / 2)
    [listed] = malignancy_rows(chosen()).to_dict("records")
    assert (listed["USUBJID"], listed["ADY"], listed["KIND"]) == ("BACT", 300, "Myeloid")
    assert (listed["TCELL"], listed["TESTED"], listed["FOUND"]) == ("Not recorded", "Yes", "No")


def test_deaths_by_cause_add_up_to_death_and_a_missing_cause_is_unknown():
    found = deaths_by_cause(chosen(), "24")
    at = found.numbers[found.numbers["months"] == 24].set_index("outcome")["estimate"]
    assert at["cause_infection"] == pytest.approx(2 / 5)
    assert at["cause_leukaemia"] == pytest.approx(1 / 5)
    assert at["cause_unknown"] == pytest.approx(at.sum() - 3 / 5) and at["cause_unknown"] > 0
    assert note(found, "deaths") == "Deaths over all follow-up: 4 (Leukaemia 1, Infection 2, Cause unknown 1)."
    assert pictures.stacked(found, len(found.outcomes))


def test_the_sheet_has_deaths_within_a_year_by_day_with_relapse_before():
    rows = death_rows(chosen())
    assert rows["USUBJID"].tolist() == ["VIRAL", "DEAD", "LEUK"]
    assert rows["DTHDY"].tolist() == [60, 80, 200]
    assert rows["CAUSE"].tolist() == ["Infection", "Infection", "Leukaemia"]
    assert rows["RELBEFORE"].tolist() == [False, False, True]
    assert set(rows["PRODLABEL"]) == {"tisagenlecleucel"}
