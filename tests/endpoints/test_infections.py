"""Infections: first of a class, infection-related mortality, density; second malignancies."""

import pytest

from endpoints.dictionary import LABELS
from endpoints.infections import INFECTION_MORTALITY, INFECTIONS, derive_density, derive_infection
from endpoints.malignancies import derive_malignancies, derive_second_malignancy
from endpoints.time_to_event import CENSORED, COMPETING, EVENT
from tests.endpoints.reading import cohort
from tests.literal import patient


def infected(*infections, **more):
    return patient("P1", infections=infections, **more)


def infection(day, organism="bacterial", **more):
    return dict(day=day, organism_class=organism) | more


def first(code, *patients):
    """(AVAL, CNSR, code of event or end) per patient."""
    rows = derive_infection(cohort(*patients), INFECTIONS[code]).rows
    return list(zip(rows["AVAL"], rows["CNSR"], rows["EVNTCD"].fillna(rows["CNSCD"]), strict=True))


def test_the_first_infection_counts_from_day_0_and_of_its_class_only():
    one = infected(infection(-5), infection(40, "viral"), infection(60), last_contact=300)
    assert first("any", one) == [(40, EVENT, "infection")]
    assert first("bacterial", one) == [(60, EVENT, "infection")]
    assert first("fungal", one) == [(300, CENSORED, "contact")]


def test_an_infection_on_day_0_counts():
    assert first("any", infected(infection(0))) == [(0, EVENT, "infection")]


def test_infection_related_and_other_death_compete():
    dead = [infected(death=50, cause=cause) for cause in ("infection", "leukaemia", None)]
    assert first("any", *dead) == [(50, COMPETING, "death_infection"), *[(50, COMPETING, "death")] * 2]


def test_infection_related_mortality_is_an_outcome_of_its_own():
    study = cohort(infected(infection(20), death=50, cause="infection"), infected(death=50, cause="other"))
    rows = derive_infection(study, INFECTION_MORTALITY).rows
    assert rows["CNSR"].tolist() == [EVENT, COMPETING]


def test_an_infection_without_an_organism_is_one_of_any_class_only():
    one = infected(infection(40, None), last_contact=300)
    assert [first(code, one)[0][1] for code in ("any", "bacterial", "other")] == [EVENT, CENSORED, CENSORED]


def test_density_is_infections_over_person_days_to_day_100_and_after():
    one = infected(
        infection(10), infection(100, "viral"), infection(101), infection(101, site="blood"), last_contact=250
    )
    rows = derive_density(cohort(one)).set_index(["CLASS", "PERIOD"])
    assert rows.loc[("any", "to_100"), ["N", "DAYS"]].tolist() == [2, 100]
    assert rows.loc[("any", "after_100"), ["N", "DAYS"]].tolist() == [1, 150]
    assert rows.loc[("bacterial", "after_100"), "N"] == 1 and rows.loc[("viral", "to_100"), "N"] == 1
    assert set(rows.reset_index()) <= set(LABELS)


def test_person_days_end_with_the_last_contact():
    rows = derive_density(cohort(infected(last_contact=40))).set_index(["CLASS", "PERIOD"])
    assert rows.loc[("any", "to_100"), "DAYS"] == 40 and rows.loc[("any", "after_100"), "DAYS"] == 0


def test_several_rows_of_one_day_and_class_are_one_infection():
    one = infected(infection(10), infection(10, site="lung"), infection(10, "viral"), last_contact=200)
    rows = derive_density(cohort(one)).set_index(["CLASS", "PERIOD"])
    assert [rows.loc[(code, "to_100"), "N"] for code in ("any", "bacterial", "viral")] == [1, 1, 1]


# Second malignancy


def malignant(*rows, **more):
    return patient("P1", malignancies=rows, **more)


@pytest.mark.parametrize("column", ["t_cell_origin", "transgene_tested", "transgene_found"])
def test_second_malignancies_are_listed_with_what_is_known_of_the_transgene(column):
    name = {"t_cell_origin": "TCELL", "transgene_tested": "TESTED", "transgene_found": "FOUND"}[column]
    study = cohort(malignant(dict(day=400, kind="myeloid") | {column: True}, dict(day=-90, kind="skin")))
    rows = derive_malignancies(study)
    assert (rows["ADY"].tolist(), rows["KIND"].tolist(), rows[name].tolist()) == ([400], ["myeloid"], [True])
    assert set(rows) <= set(LABELS)


def test_the_first_second_malignancy_is_the_event_and_death_competes():
    study = cohort(
        malignant(dict(day=600, kind="solid"), dict(day=400, kind="lymphoid")),
        malignant(death=500),
        malignant(last_contact=800, transplants=[dict(day=100)]),
    )
    rows = derive_second_malignancy(study).rows
    assert list(zip(rows["AVAL"], rows["CNSR"], strict=True)) == [(400, EVENT), (500, COMPETING), (800, CENSORED)]
    assert rows["DETAILCD"].tolist()[:1] == ["lymphoid"]
