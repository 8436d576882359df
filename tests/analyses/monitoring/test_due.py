"""What is due next of one patient, and what is asked for no more."""

from analyses.monitoring.due import asked_no_more
from tests.analyses.cohorts import cohort


def test_a_living_patient_of_whom_visits_are_asked_no_more_has_a_sentence_with_the_day():
    """A list with one contact in two years read as if nothing had to be done until then."""
    told = {name: asked_no_more(cohort(), name) for name in ("P01", "P02", "P07")}
    assert told["P01"] == ""  # in remission: everything is asked for
    assert told["P02"] == ""  # dead
    assert told["P07"] == (  # relapse on day 180
        "No longer asked for: MRD, Marrow (response), B cells, IgG since 2024-06-29 "
        "(after relapse, treatment failure, transplant or new therapy, a second infusion included)."
    )
