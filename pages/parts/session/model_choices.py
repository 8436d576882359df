"""What a reader chooses of adjusted, weighted and sensitivity analyses: code, label, default, options."""

from endpoints.covariates import MISSING_OPTIONS, SET_OPTIONS
from endpoints.rules import YES_NO, Option

MODEL_CHOICES = (
    (
        "model",
        "Comparison",
        "unadjusted",
        (Option("unadjusted", "Unadjusted"), Option("adjusted", "Adjusted"), Option("weighted", "Weighted")),
    ),
    ("covariates", "Covariates", "burden", SET_OPTIONS),
    ("missing_covariates", "Missing covariates", "level", MISSING_OPTIONS),
    ("mrd_covariate", "MRD over time as covariate", "no", YES_NO),
    ("model_rows", "Rows", "groups", (Option("groups", "Compared groups"), Option("all", "All covariates"))),
    (
        "censored_at",
        "Without event censored at",
        "assessment",
        (Option("assessment", "Last assessment"), Option("contact", "Last contact (sensitivity)")),
    ),
    (
        "transplant_question",
        "Analysis",
        "landmarks",
        (Option("landmarks", "Landmarks"), Option("trials", "Sequential trials")),
    ),
)
