"""Does the answer hang on the landmark day? The landmark analysis at several declared days, side by side."""

from analyses.cohort import Cohort
from analyses.time_to_event.after_transplant import dynamic_landmark
from analyses.time_to_event.transplant import OUTCOMES
from analyses.time_to_event.trials import sequential
from endpoints import dynamic_landmark as rule
from endpoints.covariates import WORDS as COVARIATE_WORDS
from endpoints.dynamic_landmark import STACK_METHOD
from endpoints.exposure import EXPOSED, EXPOSURE
from endpoints.trials import WORDS
from estimators import cox, logrank, sequential_trials
from estimators.super_model import super_model
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show

LAST_ROW = (
    f"{STACK_METHOD} The last row is the time-dependent hazard ratio of 'Before and after transplant', over all "
    "observation from first remission on."
)
SIDES = ("fewer events\nafter transplant", "more events\nafter transplant")


def draw(cohort: Cohort) -> None:
    """A forest of hazard ratios."""
    outcome = choose_option("transplant_outcome")
    if choose_option("transplant_question") == "trials":
        _draw_trials(cohort, outcome)
        return
    endpoint = OUTCOMES[outcome][0]
    found = dynamic_landmark(cohort, outcome)
    of = "cause-specific hazard of relapse" if endpoint.competing else endpoint.param[0].lower() + endpoint.param[1:]
    show(
        figure_of(
            found,
            f"{endpoint.param}: landmarks side by side",
            *rate_pictures.ratio_forest(found, f"Hazard ratio, transplanted / not yet, {of}", *SIDES),
            definition=f"{endpoint.definition} {EXPOSURE} {LAST_ROW}",
            method=(rule, cox, logrank, super_model),
            code=f"{outcome}_landmarks",
        )
    )


def _draw_trials(cohort: Cohort, outcome: str) -> None:
    """Every day with a transplant in remission as a trial, beside the super-model over landmarks."""
    endpoint = EXPOSED[outcome]
    found = sequential(cohort, outcome, choose_option("covariates", explain=COVARIATE_WORDS))
    show(
        figure_of(
            found,
            f"{endpoint.param}: sequential trials",
            *rate_pictures.ratio_forest(found, "Hazard ratio, transplant today / no transplant", *SIDES),
            definition=f"{endpoint.definition} {WORDS}",
            method=(sequential_trials, super_model),
            code=f"{outcome}_trials",
        )
    )
