"""The comparison of an endpoint adjusted for declared covariates, or weighted by them: an option of its figure."""

from analyses.cohort import Cohort
from analyses.time_to_event.adjusted import adjusted
from analyses.time_to_event.weighted import balance, weighted
from endpoints.covariates import MRD_WORDS, WORDS
from endpoints.time_to_event import TimeToEvent
from estimators import cox, fine_gray, treatment_weights, weighted_curve
from figures import pictures
from figures.effects import model_forest
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort, endpoint: TimeToEvent, model: str) -> None:
    """model: adjusted or weighted."""
    covariates = choose_option("covariates", explain=WORDS)
    missing = choose_option("missing_covariates")
    if model == "weighted":
        _draw_weighted(cohort, endpoint, covariates, missing)
        return
    with_mrd = choose_option("mrd_covariate", explain=MRD_WORDS) == "yes"
    rows = choose_option("model_rows")
    found = adjusted(cohort, endpoint, covariates, missing, with_mrd)
    show(
        figure_of(
            found,
            f"{endpoint.param}: adjusted",
            *model_forest(found, f"Hazard ratio, {endpoint.param[0].lower()}{endpoint.param[1:]}", rows == "all"),
            definition=f"{endpoint.definition} {WORDS} {MRD_WORDS if with_mrd else ''}".strip(),
            method=(cox, fine_gray if endpoint.competing else None, treatment_weights),
            code=f"{endpoint.paramcd.lower()}_adjusted",
        )
    )


def _draw_weighted(cohort: Cohort, endpoint: TimeToEvent, covariates: str, missing: str) -> None:
    found = weighted(cohort, endpoint, choose_option("survival_months"), covariates, missing)
    charts = pictures.incidences(found) if endpoint.competing else pictures.curves(found, endpoint.param)
    show(
        figure_of(
            found,
            f"{endpoint.param}: weighted",
            *charts,
            definition=f"{endpoint.definition} {WORDS}",
            method=(weighted_curve, treatment_weights),
            code=f"{endpoint.paramcd.lower()}_weighted",
        )
    )
    found_balance = balance(cohort, endpoint, covariates, missing)
    show(
        figure_of(
            found_balance,
            f"{endpoint.param}: balance before and after weighting",
            definition=WORDS,
            method=treatment_weights,
            code=f"{endpoint.paramcd.lower()}_balance",
        )
    )
