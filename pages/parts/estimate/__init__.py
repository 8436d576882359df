"""Where endpoints meet estimators: the only place under pages that groups, merges and computes on frames."""

from .by_group import by_group, compared_by, one_outcome
from .notes import aplasia_notes, bca_rule, cd19_notes
from .overview import flow, follow_up, headline, infusions
from .rates import mrd, response
from .result import Estimates, patients_of, patients_with_course

__all__ = ["Estimates", "aplasia_notes", "bca_rule", "by_group", "cd19_notes", "compared_by", "flow", "follow_up",
           "headline", "infusions", "mrd", "one_outcome", "patients_of",
           "patients_with_course", "response"]
