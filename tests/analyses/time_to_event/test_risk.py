"""At risk: one count, from the patients of the curve, beside an estimate and under the curve; who enters later is not
at risk yet."""

import numpy as np
import pytest

from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.recovery import by_recovery
from analyses.time_to_event.time_dependent import by_transplant
from endpoints.catalogue import BCA, BCACI, CIR, OS, TTHSCT
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import DAYS_PER_MONTH, cohort, cohort_of, row, sample_cohort
from tests.literal import patient

MONTHS = (3, 6, 12, 24, 36)


def curves_of(chosen):
    """Every kind of curve with entry on another day than the origin, and two without."""
    yield estimate_endpoint(chosen, BCA, kaplan_meier)
    yield estimate_endpoint(chosen, BCACI, aalen_johansen)
    yield estimate_endpoint(chosen, TTHSCT, aalen_johansen)
    yield estimate_endpoint(chosen, OS, kaplan_meier)
    yield estimate_endpoint(chosen, CIR, aalen_johansen)
    for landmark in (0, 90):
        yield by_transplant(chosen, "os", landmark, "36")
        yield by_transplant(chosen, "relapse", landmark, "36")
        yield by_recovery(chosen, landmark or 91, "36")


@pytest.mark.parametrize("chosen", [cohort, sample_cohort])
@pytest.mark.parametrize("by", ["", "product"])
def test_the_number_at_risk_in_the_table_is_that_under_the_curve(chosen, by):
    compared = 0
    for result in curves_of(chosen(by)):
        rows = result.numbers[result.numbers["months"].isin(MONTHS)]
        for beside in rows.itertuples():
            under = result.risk[(result.risk["strata"] == beside.strata) & (result.risk["time"] == beside.months)]
            assert under["n_risk"].item() == beside.n_risk
            compared += 1
    assert compared >= 10 * len(MONTHS)


def test_who_is_transplanted_later_is_not_at_risk_yet():
    """20 in remission from day 28: 5 transplanted on day 60, 5 on day 100; at month 3 (day 91.3) 5 are at risk."""
    people = [
        patient(
            f"T{i:02d}",
            responses={28: "CR"},
            transplants=[dict(day=60 if i < 5 else 100)] if i < 10 else [],
            last_contact=700,
        )
        for i in range(20)
    ]
    for landmark in (0, 28):
        result = by_transplant(cohort_of(*people), "os", landmark, "36")
        assert row(result, strata="transplanted", months=3)["n_risk"] == 5
        assert row(result, strata="waiting", months=3)["n_risk"] == 15
        assert row(result, strata="transplanted", months=6)["n_risk"] == 10


@pytest.mark.parametrize("by", ["", "product"])
def test_the_count_is_a_recount_of_entry_and_exit(by):
    """BCA of the sample: entered before the month, not yet gone, and observed until the curve begins."""
    result = estimate_endpoint(sample_cohort(by), BCA, kaplan_meier)
    for group in result.strata:
        begins = result.curve.loc[result.curve["strata"] == group.code, "time"].iloc[0]
        rows = [r for r in result.patients.itertuples() if group.label == r.GROUP and begins <= r.AVAL]
        for month in MONTHS:
            day = month * DAYS_PER_MONTH
            beside = row(result, strata=group.code, months=month)
            assert beside["n_risk"] == sum(r.ENTRY < day <= r.AVAL for r in rows)
            assert beside["n_event"] == sum(r.CNSR == 0 and day >= r.AVAL for r in rows)


def test_before_a_group_enters_its_row_says_when_it_opens():
    """Ten enter on day 200: zeros before it would read as a group that nobody is in."""
    people = [
        patient(
            f"L{i}",
            responses={28: "CR"},
            b_cells=[dict(day=day, cd19_pct_lymphocytes=0.0) for day in (200, 500)],
            last_contact=600,
        )
        for i in range(10)
    ]
    risk = estimate_endpoint(cohort_of(*people), BCA, kaplan_meier).risk.set_index("time")
    assert risk.loc[[0, 3, 6], "n_risk"].tolist() == [0, 0, 0]
    assert risk.loc[[0, 3, 6], "opens"].tolist() == [200, 200, 200] and np.isnan(risk.loc[9, "opens"])
    assert risk.loc[9, "n_risk"] == 10
