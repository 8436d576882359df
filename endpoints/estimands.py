"""Three ways to treat a transplant on the way to failure. They answer three questions; none is the right one.

The words (treatment policy, hypothetical, while untransplanted) are those of ICH E9(R1).
"""

from dataclasses import dataclass, replace

from endpoints.catalogue import CIR, CIRBTX, CIRCT, EFS, EFSBTX, EFSCT, RFS, RFSBTX, RFSCT
from endpoints.sources import IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE
from endpoints.time_to_event import TimeToEvent

SECTION = "Three ways to treat a transplant"
METHOD = (
    "Probability of failure, the three over one another: one minus Kaplan-Meier followed through transplant, one "
    "minus Kaplan-Meier censored at transplant, cumulative incidence with transplant competing. Where death in "
    "remission competes with relapse, all three are cumulative incidences."
)
REFERENCE = (
    "ICH E9(R1) addendum on estimands, 2019. Andersen PK, Geskus RB, de Witte T, Putter H. Int J Epidemiol "
    "2012;41:861-870 (competing risks)."
)


@dataclass(frozen=True)
class Estimand:
    """One way, and in a sentence what it answers. {failed}: what has happened, {fail}: what happens."""

    code: str
    label: str
    answer: str


ESTIMANDS = (
    Estimand(
        "follow",
        "Follow through transplant",
        "the share who have {failed} by then as they were in fact treated, transplant included (treatment policy).",
    ),
    Estimand(
        "censor",
        "Censor at transplant",
        "the share who would have {failed} by then had nobody been transplanted (hypothetical: holds only if "
        "transplant is unrelated to prognosis).",
    ),
    Estimand(
        "compete",
        "Transplant competes",
        "the share who {fail} before any transplant (while untransplanted); patients transplanted first can no longer "
        "{fail}.",
    ),
)


@dataclass(frozen=True)
class Question:
    """One endpoint asked in the three ways, in the order of ESTIMANDS, of the same patients."""

    code: str
    title: str
    axis: str
    failed: str
    fail: str
    endpoints: tuple[TimeToEvent, TimeToEvent, TimeToEvent]

    def answers(self) -> tuple[str, ...]:
        """A sentence per way."""
        return tuple(f"{way.label}: {way.answer.format(failed=self.failed, fail=self.fail)}" for way in ESTIMANDS)


def _followed(endpoint: TimeToEvent, paramcd: str) -> TimeToEvent:
    """Followed through transplant, of the patients whom the other two ways can take: not transplanted before."""
    return replace(endpoint, paramcd=paramcd, requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE))


ANSWERS = tuple(f"{way.label}: " for way in ESTIMANDS)  # how the sentence of each begins
QUESTIONS = (
    Question(
        "EFS", "Treatment failure, relapse or death", "Probability of failure", "failed", "fail", (EFS, EFSCT, EFSBTX)
    ),
    Question(
        "RFS",
        "Relapse or death",
        "Probability of relapse or death",
        "relapsed or died",
        "relapse or die",
        (_followed(RFS, "RFSFT"), RFSCT, RFSBTX),
    ),
    Question(
        "CIR", "Relapse", "Probability of relapse", "relapsed", "relapse", (_followed(CIR, "CIRFT"), CIRCT, CIRBTX)
    ),
)
QUESTION = {question.code: question for question in QUESTIONS}
