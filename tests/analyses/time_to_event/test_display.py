"""What is printed is read from the whole curve: what is drawn of it, and how, changes no number."""

import pytest

from analyses.result import MEDIAN
from analyses.time_to_event.after_transplant import after_transplant
from analyses.time_to_event.curve import steps
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.recovery import by_recovery, recovery_landmark
from analyses.time_to_event.survival import survival
from analyses.time_to_event.time_dependent import by_transplant
from analyses.time_to_event.transplant import transplant_landmark
from endpoints.catalogue import OS
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from figures.numbers import worded
from tests.analyses.cohorts import DAYS_PER_MONTH, cohort_of, row
from tests.literal import patient

REMISSION = {28: "CR"}
# Days from where the clock starts. Of 14: four die, six are lost, and of the four who are left two die.
DEATHS, LOST, LATE_DEATHS, ALIVE = (30, 60, 90, 110), (130,) * 6, (200, 300), (600, 600)
MEDIAN_DAY = 300  # 10/14 x 3/4 is 0.54, x 2/3 is 0.36
LAST_DRAWN = 130  # from then on four are at risk


def fourteen(start, **what):
    """14 patients whose clock starts on day `start`."""
    ends = [*(dict(death=start + day) for day in (*DEATHS, *LATE_DEATHS))]
    ends += [dict(last_contact=start + day) for day in (*LOST, *ALIVE)]
    return [patient(f"F{i:02d}", responses=REMISSION, **what, **end) for i, end in enumerate(ends)]


TRANSPLANTED = dict(transplants=[dict(day=60)])
FIGURES = [
    pytest.param(after_transplant, fourteen(60, **TRANSPLANTED), ("os", "36"), "missing", 0, id="after transplant"),
    pytest.param(transplant_landmark, fourteen(90, **TRANSPLANTED), ("os", 90, "36"), "transplanted", 0, id="landmark"),
    pytest.param(by_transplant, fourteen(90, **TRANSPLANTED), ("os", 90, "36"), "transplanted", 90, id="Simon-Makuch"),
    pytest.param(by_transplant, fourteen(90), ("os", 90, "36"), "waiting", 90, id="Simon-Makuch, waiting"),
]


@pytest.mark.parametrize(("analysis", "people", "arguments", "strata", "begins"), FIGURES)
def test_a_median_beyond_the_drawn_curve_is_given(analysis, people, arguments, strata, begins):
    """begins: the day of the figure's clock on which the 14 start."""
    result = analysis(cohort_of(*people), *arguments)
    median = row(result, strata=strata, measure=MEDIAN)
    assert median["estimate"] == pytest.approx((begins + MEDIAN_DAY) / DAYS_PER_MONTH)
    assert median["n_event"] == 6 and not median["reason"]
    drawn = steps(result, 1.0)
    drawn = drawn[drawn["strata"] == strata]
    assert drawn["time"].max() == pytest.approx((begins + LAST_DRAWN) / DAYS_PER_MONTH)
    assert drawn["estimate"].min() == pytest.approx(10 / 14)
    month = row(result, strata=strata, months=12)  # between the two late deaths, or after both
    assert month["estimate"] == pytest.approx(10 / 14 * 3 / 4 * (2 / 3 if begins + 300 < 365.25 else 1))
    assert month["n_event"] == (6 if begins + 300 < 365.25 else 5) and month["n_risk"] in (2, 3)


def test_a_month_beyond_the_axis_is_in_the_table():
    people = fourteen(0)
    short, long = (survival(cohort_of(*people), OS, months, "log-log") for months in ("12", "36"))
    assert short.numbers.equals(long.numbers) and short.curve.equals(long.curve)
    assert steps(short, 1.0)["time"].max() == 12 and steps(long, 1.0)["time"].max() > 12


def test_incidences_cut_for_display_are_read_whole():
    """Two of six relapse while five are at risk, and three more later: the table has all of them."""
    sampled = dict(responses={28: "CR", 790: "CR"}, b_cells=[dict(day=40, cd19_pct_lymphocytes=0.0)])
    people = [patient(f"R{i}", relapses=[dict(day=day)], **sampled) for i, day in enumerate((191, 201, 291, 391, 491))]
    chosen = cohort_of(*people, patient("R5", **sampled))
    landmark = recovery_landmark(chosen, 91, "36", 5)
    assert steps(landmark, 0.0).query("outcome == 'relapse'")["estimate"].max() == pytest.approx(2 / 6)
    year = row(landmark, outcome="relapse", months=12)  # of the landmark: day 456
    assert (year["estimate"], year["n_event"]) == (pytest.approx(4 / 6), 4)
    before_and_after = by_recovery(chosen, 91, "36")
    assert steps(before_and_after, 0.0)["estimate"].max() == pytest.approx(2 / 6)
    year = row(before_and_after, strata="aplastic", months=12)  # from infusion
    assert (year["estimate"], year["n_event"]) == (pytest.approx(3 / 6), 3)


def test_thinned_for_the_picture_a_curve_keeps_its_numbers():
    people = [patient(f"T{i:03d}", death=1 + 3 * i) for i in range(250)]
    result = estimate_endpoint(cohort_of(*people), OS, kaplan_meier)
    drawn = pictures.curves(result, "Overall survival")[0].frame
    table = worded(result)
    for month in (3, 6, 12, 24):
        alive = sum(1 + 3 * i > month * DAYS_PER_MONTH for i in range(250)) / 250
        assert table.loc[table["months"] == month, "estimate"].item() == pytest.approx(alive)
        shown = drawn[drawn["time"] <= month].iloc[-1]["estimate"]
        assert shown == pytest.approx(alive, abs=1 / 100)
