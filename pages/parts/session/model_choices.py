"""What a reader chooses of adjusted, weighted and sensitivity analyses."""

from endpoints.covariates import MISSING_OPTIONS, SET_OPTIONS
from endpoints.rules import YES_NO, Option
from pages.parts.session.declared import LocalChoice

MODEL_CHOICES = (
    LocalChoice(
        "model",
        "Comparison",
        "unadjusted",
        (Option("unadjusted", "Unadjusted"), Option("adjusted", "Adjusted"), Option("weighted", "Weighted")),
        plain=True,
    ),
    LocalChoice("covariates", "Covariates", "burden", SET_OPTIONS, rare=True),
    LocalChoice("missing_covariates", "Missing covariates", "level", MISSING_OPTIONS, rare=True),
    LocalChoice("mrd_covariate", "MRD over time as covariate", "no", YES_NO, rare=True),
    LocalChoice(
        "model_rows",
        "Rows",
        "groups",
        (Option("groups", "Compared groups"), Option("all", "All covariates")),
        rare=True,
    ),
    LocalChoice(
        "censored_at",
        "Without event censored at",
        "assessment",
        (Option("assessment", "Last assessment"), Option("contact", "Last contact (sensitivity)")),
        rare=True,
    ),
    LocalChoice(
        "transplant_question",
        "Analysis",
        "landmarks",
        (Option("landmarks", "Landmarks"), Option("trials", "Sequential trials")),
    ),
)
