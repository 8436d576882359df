"""The plausibility rules, declared by subject. ERROR: the record cannot be true, nothing is loaded. WARN: it is loaded
as it is, listed and counted, and the hint says how the app takes it.
"""

from data_access.bundle.identifiers import DIRECT_IDENTIFIERS, RESERVED, SPELLINGS
from data_access.bundle.plausibility import columns, dates, followed, mrd, response, samples, texts, toxicity, treatment

RULES = (
    *DIRECT_IDENTIFIERS,
    *SPELLINGS,
    *RESERVED,
    *texts.GARBLED,
    *texts.ONE_NAME,
    *texts.OLD_CODES,
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
    *columns.PERCENT,
    *followed.NOT_ASSESSED,
    *samples.PERCENTAGES,
    *samples.BELOW_LIMIT,
    *samples.COUNT_ONLY,
    *toxicity.EPISODES,
)
