"""CRS, ICANS, ICAHT and IEC-HS on one grading scale: how severe, when and for how long, and how treated."""

from analyses.cohort import Cohort
from analyses.status.toxicity import ANY, SEVERE_OF_ASSESSED, toxicity_days, toxicity_grades, toxicity_treatment
from endpoints.toxicity import (
    EARLY_ICAHT,
    IEC_HS,
    LATE_ICAHT,
    PUBLISHED_AS,
    SCALE_LABELS,
    TOXICITY,
    Toxicity,
    episode_definition,
    grade_definition,
    treatment_definition,
)
from estimators.proportion import proportion
from estimators.quartiles import quartiles
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.published import beside_published
from pages.parts.session.options import choose_option
from pages.parts.show import show

PUBLISHED_GRADES = (("any", ANY), ("ge3", SEVERE_OF_ASSESSED))


def draw_grades(cohort: Cohort) -> None:
    """The maximum grade, any grade and grade >= 3."""
    _draw_grades(cohort, *_choose())


def draw_icaht(cohort: Cohort) -> None:
    """Haematotoxicity, early and late."""
    scale = choose_option("icaht_scale")
    for toxicity in (EARLY_ICAHT, LATE_ICAHT):
        _draw_grades(cohort, *_named(toxicity, scale))


def draw_iec_hs(cohort: Cohort) -> None:
    """The haemophagocytic syndrome: how severe, and when."""
    chosen = _named(IEC_HS, choose_option("iec_hs_scale"))
    _draw_grades(cohort, *chosen)
    _draw_days(cohort, *chosen)


def _draw_grades(cohort: Cohort, toxicity: Toxicity, scale: str, name: str, code: str) -> None:
    found = toxicity_grades(cohort, toxicity, scale)
    metrics = {f"{metric}_{g}": rate.code for metric in PUBLISHED_AS[toxicity.paramcd] for g, rate in PUBLISHED_GRADES}
    rates = beside_published(
        found,
        rate_pictures.rates(found),
        metrics,
        "intervals",
        lambda p: f"{SCALE_LABELS[scale]} scale" in p.note,
        f"not said to be graded on the {SCALE_LABELS[scale]} scale",
    )
    show(
        figure_of(
            found,
            f"{name}: maximum grade",
            *rate_pictures.shares(found),
            *rates,
            definition=grade_definition(toxicity, scale),
            method=proportion,
            code=f"{code}_grade",
        )
    )


def draw_days(cohort: Cohort) -> None:
    """Onset and duration of the worst episode."""
    _draw_days(cohort, *_choose())


def _draw_days(cohort: Cohort, toxicity: Toxicity, scale: str, name: str, code: str) -> None:
    found = toxicity_days(cohort, toxicity, scale)
    show(
        figure_of(
            found,
            f"{name}: onset and duration",
            *rate_pictures.day_ranges(found),
            definition=episode_definition(toxicity, scale),
            method=quartiles,
            code=f"{code}_days",
        )
    )


def draw_treatment(cohort: Cohort) -> None:
    """Tocilizumab and steroids."""
    toxicity, scale, name, code = _choose()
    found = toxicity_treatment(cohort, toxicity, scale)
    show(
        figure_of(
            found,
            f"{name}: tocilizumab and steroids",
            *rate_pictures.rates(found),
            definition=treatment_definition(toxicity, scale),
            method=proportion,
            code=f"{code}_treatment",
        )
    )


def _choose() -> tuple[Toxicity, str, str, str]:
    """Toxicity, scale, their name on the screen and in files."""
    return _named(TOXICITY[choose_option("toxicity")], choose_option("toxicity_scale"))


def _named(toxicity: Toxicity, scale: str) -> tuple[Toxicity, str, str, str]:
    label = toxicity.label[0].upper() + toxicity.label[1:]
    return toxicity, scale, f"{label}, {SCALE_LABELS[scale]} scale", f"{toxicity.paramcd}_{scale}".lower()
