"""The plausibility rules, declared by subject. ERROR: the record cannot be true, nothing is loaded. WARN: it is loaded
as it is, listed and counted, and the hint says how the app takes it.
"""

from data_access.bundle.identifiers import DIRECT_IDENTIFIERS, RESERVED, SPELLINGS
from data_access.bundle.plausibility import dates, mrd, response, samples, toxicity, treatment

RULES = (
    *DIRECT_IDENTIFIERS,
    *SPELLINGS,
    *RESERVED,
    *dates.BIRTH,
    *dates.COURSE_ORDER,
    *dates.DEATH,
    *dates.CUTOFF,
    *dates.BEFORE_INFUSION,
    *treatment.COURSES,
    *treatment.DOSES,
    *response.RESPONSE,
    *response.RELAPSE,
    *response.TRANSPLANT,
    *mrd.LEVELS,
    *mrd.SENSITIVITIES,
    *samples.PERCENTAGES,
    *samples.BELOW_LIMIT,
    *toxicity.EPISODES,
)
