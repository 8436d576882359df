"""Groups are told apart by code: two product codes with one name are two groups wherever they are drawn or counted."""

import pytest

from analyses.cohort import Choice, choose
from analyses.course.infusions import infusions
from analyses.course.overview import headline
from analyses.course.states import states
from analyses.status.baseline import baseline
from analyses.status.response import response
from analyses.time_to_event.estimands import estimands
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.survival import all_endpoints
from endpoints.catalogue import CIR, OS
from endpoints.estimands import QUESTION
from endpoints.response import BEST
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import pictures, rate_pictures
from figures.numbers import worded
from tests.analyses.cohorts import cohort_of, data_of, labels
from tests.literal import PRODUCTS, patient

ONE_NAME = tuple(product | {"name": "tisagenlecleucel"} for product in PRODUCTS)
NAMES = ["tisagenlecleucel (BREXU)", "tisagenlecleucel (TISA)"]
PEOPLE = [  # who got the one dies on day 100, who got the other lives: a sum over both would be seen
    *(patient(f"A{i:02d}", product="TISA", responses={28: "NR"}, death=100) for i in range(20)),
    *(patient(f"B{i:02d}", product="BREXU", responses={28: "CR", 400: "CR"}, last_contact=400) for i in range(20)),
]


@pytest.fixture(scope="module")
def twins():
    return cohort_of(*PEOPLE, by="product", products=ONE_NAME)


def test_two_codes_of_one_name_are_two_groups_with_the_code_beside_the_name(twins):
    assert [group.code for group in twins.groups] == ["BREXU", "TISA"] and labels(twins.groups) == NAMES
    assert twins.members["GROUP"].value_counts().to_dict() == {"BREXU": 20, "TISA": 20}


@pytest.mark.parametrize(("code", "who"), [("TISA", "A"), ("BREXU", "B")])
def test_each_of_the_two_options_of_the_filter_keeps_its_own_patients(code, who):
    chosen = choose(data_of(*PEOPLE, products=ONE_NAME), Choice(filters={"product": (code,)}))
    assert set(chosen.patients["USUBJID"].str[0]) == {who} and chosen.n == 20
    assert chosen.filter_words == {"product": f"tisagenlecleucel ({code})"}


def test_table_1_has_a_column_for_each_and_nobody_is_lost(twins):
    result = baseline(twins)
    assert result.n == 40 and not len(result.left_out)
    table = worded(result)
    assert [name for name in table if "n = " in name] == [f"{name} (n = 20)" for name in NAMES]
    in_cells = result.cells[result.cells["variable"] == "SEX"].groupby("strata")["n"].sum()
    assert in_cells.to_dict() == {"BREXU": 20, "TISA": 20}


def test_curves_tables_and_numbers_at_risk_keep_the_two_apart(twins):
    for endpoint, estimator in ((OS, kaplan_meier), (CIR, aalen_johansen)):
        result = estimate_endpoint(twins, endpoint, estimator)
        codes = {"TISA", "BREXU"} if endpoint is OS else {"BREXU"}
        assert set(result.numbers["strata"]) == set(result.curve["strata"]) == set(result.risk["strata"]) == codes
    result = estimate_endpoint(twins, OS, kaplan_meier)
    table = worded(result)
    year = table[table["months"] == 12].set_index("strata")
    assert year["estimate"].to_dict() == {NAMES[0]: 1, NAMES[1]: 0} and set(year["n"]) == {20}
    curve, risk = pictures.curves(result, "Overall survival")
    assert set(curve.frame["strata"]) == set(risk.frame["strata"]) == set(NAMES)
    assert set(risk.frame.loc[risk.frame["time"] == 0, "n_risk"]) == {20}


def test_rates_headline_panels_and_counts_keep_the_two_apart(twins):
    best = response(twins, BEST)
    rates = best.rates[best.rates["outcome"] == "orr"].set_index("strata")
    assert rates["estimate"].to_dict() == {"BREXU": 1, "TISA": 0}
    frame = rate_pictures.rates(best)[-1].frame
    assert set(frame["strata"]) == set(NAMES)
    alive = headline(twins).rows.query("outcome == 'os'").set_index("strata")["estimate"]
    assert alive.to_dict() == {"BREXU": 1, "TISA": 0}
    counts = infusions(twins).counts.groupby("strata")["n"].sum()
    assert counts.to_dict() == {"BREXU": 20, "TISA": 20}
    assert set(pictures.small_curves(all_endpoints(twins, "36"))[1].frame["strata"]) == set(NAMES)
    assert len(pictures.estimands(estimands(twins, QUESTION["EFS"], "follow", "36"), "Failure")) == 4
    dead = states(twins, 36).numbers.query("outcome == 'state_dead' and months == 12 and measure == 'probability'")
    assert dead.set_index("strata")["estimate"].to_dict() == pytest.approx({"BREXU": 0, "TISA": 1})
