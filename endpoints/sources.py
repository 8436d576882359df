"""What the endpoints are made of: the events with their dates, who must have had what before, and the shared words."""

from dataclasses import replace

from endpoints.reasons import NO_REMISSION, NO_SAMPLE, TRANSPLANTED_BEFORE
from endpoints.time_to_event import Requirement, Source

DEATH = Source("death", "DTHDT", "death", "DTHDESC", "DTHCD")
RELAPSE = Source("relapse", "RELDT", "relapse", "RELDESC", "RELCD")
FAILURE = Source("failure", "FAILDT", "treatment failure", "FAILDESC", "FAILCD")
NOT_INFUSED = Source("failure", "NOTINFDT", "never infused", "NOTINFWD", "NOTINFRS")
TRANSPLANT = Source("transplant", "HSCTDT", "allogeneic transplant")
TRANSPLANT_IN_REMISSION = Source("transplant", "HSCTRMDT", "allogeneic transplant in remission", "HSCTDESC", "HSCTDNCD")
TRANSPLANT_IN_DOUBT = Source("transplant_in_doubt", "HSCTNRDT", "transplant, status in doubt")
NEW_THERAPY = Source("new_therapy", "NEWTHDT", "new therapy", "NEWTHKND", "NEWTHCD")
LAST_CONTACT = Source("contact", "LSTCNTDT", "last contact")
DEATH_IN_REMISSION = replace(DEATH, words="death in remission")
IN_FIRST_REMISSION = Requirement("RMSDT", NO_REMISSION)
NOT_TRANSPLANTED_BEFORE = Requirement("RMSNTXDT", TRANSPLANTED_BEFORE)
SAMPLED = Requirement("BCAFSTDT", NO_SAMPLE)

REMISSION_WORDS = (
    "First remission: first CR or CRi from day 14 on, before new therapy (an assessment on its day was before it); "
    "MLFS only when the rule says so."
)
SAME_DAY_WORDS = "A relapse on the day of death counts as relapse."
NR_WORDS = "NR after a remission without RELAPSE is no event."
DOUBT_WORDS = (
    "An allogeneic transplant recorded as not in remission, after first remission and without relapse before it "
    "(status in doubt), ends observation on its day."
)
CAUSE_WORDS = "A missing cause of death counts as unknown."
ENROLLED_WORDS = (
    "Where everybody enrolled is analysed, time counts from enrolment, else apheresis, of the first course; without "
    "either date a patient is left out."
)
