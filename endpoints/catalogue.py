"""The time-to-event catalogue: declarations only, to be read by a haematologist. Definitions: clinical protocol.

Two strategies for one event (follow through transplant, censor at transplant) are two entries with two PARAMCDs.
"""

from dataclasses import replace

from endpoints.b_cell_aplasia import COMPLETED_WORDS, CONFIRMED_WORDS
from endpoints.failure import FAILURE_WORDS
from endpoints.new_therapy import THERAPY_WORDS
from endpoints.relapse_events import RELAPSE_WORDS
from endpoints.sources import (
    CAUSE_WORDS,
    DEATH,
    DEATH_IN_REMISSION,
    DOUBT_WORDS,
    ENROLLED_WORDS,
    FAILURE,
    IN_FIRST_REMISSION,
    LAST_CONTACT,
    NEW_THERAPY,
    NOT_INFUSED,
    NOT_TRANSPLANTED_BEFORE,
    NR_WORDS,
    RELAPSE,
    REMISSION_WORDS,
    SAME_DAY_WORDS,
    SAMPLED,
    TRANSPLANT,
    TRANSPLANT_IN_DOUBT,
    TRANSPLANT_IN_REMISSION,
)
from endpoints.time_to_event import Source, TimeToEvent

AT_ASSESSMENT = "censored at the last evaluable response or MRD assessment"


def _as_one(events: tuple[Source, ...]) -> tuple[Source, ...]:
    """Several events as one outcome: where something competes, the parts would be outcomes of their own."""
    return tuple(replace(source, code="failure") for source in events)


OS = TimeToEvent(
    "OS",
    "Overall survival",
    f"Death from any cause; alive patients are censored at last contact. {ENROLLED_WORDS}",
    events=(DEATH,),
    censor=LAST_CONTACT,
    populations=("infused", "enrolled"),
)

EFS = TimeToEvent(
    "EFS",
    "Event-free survival",
    f"Treatment failure, relapse or death, followed through transplant and new therapy; {AT_ASSESSMENT}. "
    f"{FAILURE_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS} {THERAPY_WORDS} {ENROLLED_WORDS} Never infused is a "
    "failure on that date.",
    events=(FAILURE, NOT_INFUSED, RELAPSE, DEATH),
    populations=("infused", "enrolled"),
)

EFSC = replace(
    EFS,
    paramcd="EFSC",
    param="Event-free survival, censored at transplant or new therapy",
    definition="Treatment failure, relapse or death; censored at the earlier of allogeneic transplant and new therapy, "
    f"else at the last evaluable response or MRD assessment. {FAILURE_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} "
    f"{NR_WORDS} {THERAPY_WORDS}",
    events=(FAILURE, RELAPSE, DEATH),
    censored_at=(TRANSPLANT, NEW_THERAPY),
    populations=("infused",),
)

EFSCT = replace(
    EFSC,
    paramcd="EFSCT",
    param="Event-free survival, censored at transplant only",
    definition="Treatment failure, relapse or death; censored at allogeneic transplant, else at the last evaluable "
    f"response or MRD assessment. {FAILURE_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS} {THERAPY_WORDS}",
    censored_at=(TRANSPLANT,),
)

EFSBTX = replace(
    EFSCT,
    paramcd="EFSBTX",
    param="Failure before transplant",
    definition="Treatment failure, relapse or death, allogeneic transplant competing; without either "
    f"{AT_ASSESSMENT}. {FAILURE_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS} {THERAPY_WORDS}",
    events=_as_one(EFSCT.events),
    competing=EFSCT.censored_at,
    censored_at=(),
)

RFS = TimeToEvent(
    "RFS",
    "Relapse-free survival",
    f"From first remission: relapse or death, followed through transplant and new therapy; {AT_ASSESSMENT}. "
    f"{DOUBT_WORDS} {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS}",
    events=(RELAPSE, DEATH),
    censored_at=(TRANSPLANT_IN_DOUBT,),
    origin="RMSDT",
    requires=(IN_FIRST_REMISSION,),
)

RFSC = replace(
    RFS,
    paramcd="RFSC",
    param="Relapse-free survival, censored at transplant or new therapy",
    definition="From first remission: relapse or death; censored at the earlier of allogeneic transplant and new "
    f"therapy, else at the last evaluable response or MRD assessment. {REMISSION_WORDS} {RELAPSE_WORDS} "
    f"{SAME_DAY_WORDS} {NR_WORDS} {THERAPY_WORDS}",
    censored_at=(TRANSPLANT, NEW_THERAPY),
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
)

RFSCT = replace(
    RFSC,
    paramcd="RFSCT",
    param="Relapse-free survival, censored at transplant only",
    definition="From first remission: relapse or death; censored at allogeneic transplant, else at the last evaluable "
    f"response or MRD assessment. {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS}",
    censored_at=(TRANSPLANT,),
)

RFSBTX = replace(
    RFSCT,
    paramcd="RFSBTX",
    param="Relapse or death before transplant",
    definition=f"From first remission: relapse or death, allogeneic transplant competing; without either "
    f"{AT_ASSESSMENT}. {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS}",
    events=_as_one(RFSCT.events),
    competing=RFSCT.censored_at,
    censored_at=(),
)

DOR = TimeToEvent(
    "DOR",
    "Duration of remission",
    "From first remission: relapse, or death from leukaemia or unknown cause; other deaths are censored (protocol "
    f"style), all others are {AT_ASSESSMENT}. {CAUSE_WORDS} {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS}",
    events=(RELAPSE, replace(DEATH, date="DTHLUDT", words="death from leukaemia or unknown cause")),
    censored_at=(replace(DEATH, date="DTHOTHDT", words="death from another cause"),),
    origin="RMSDT",
    requires=(IN_FIRST_REMISSION,),
)

CIR = TimeToEvent(
    "CIR",
    "Cumulative incidence of relapse",
    f"From first remission: relapse; death in remission competes; without either {AT_ASSESSMENT}. {DOUBT_WORDS} "
    f"{REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS}",
    events=(RELAPSE,),
    competing=(DEATH_IN_REMISSION,),
    censored_at=(TRANSPLANT_IN_DOUBT,),
    origin="RMSDT",
    requires=(IN_FIRST_REMISSION,),
)

CIRCT = replace(
    CIR,
    paramcd="CIRCT",
    param="Cumulative incidence of relapse, censored at transplant",
    definition="From first remission: relapse, death in remission competing; censored at allogeneic transplant, else "
    f"at the last evaluable response or MRD assessment. {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS}",
    censored_at=(TRANSPLANT,),
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
)

CIRBTX = replace(
    CIRCT,
    paramcd="CIRBTX",
    param="Relapse before transplant",
    definition="From first remission: relapse, death in remission and allogeneic transplant competing; without any of "
    f"these {AT_ASSESSMENT}. {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS} {NR_WORDS}",
    competing=(*CIR.competing, TRANSPLANT),
    censored_at=(),
)

CIRCD19 = replace(
    CIR,
    paramcd="CIRCD19",
    param="Cumulative incidence of relapse by CD19 status",
    definition="From first remission: relapse by CD19 status of the blasts (unknown shown apart); death in remission "
    f"competes; without either {AT_ASSESSMENT}. {DOUBT_WORDS} {REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS}",
    events=(
        Source("relapse_cd19_positive", "RELPOSDT", "CD19-positive relapse", "RELDESC", "RELCD"),
        Source("relapse_cd19_negative", "RELNEGDT", "CD19-negative relapse", "RELDESC", "RELCD"),
        Source("relapse_lineage_switch", "RELLSDT", "lineage switch", "RELDESC", "RELCD"),
        Source("relapse_unknown", "RELUNKDT", "relapse, CD19 unknown", "RELDESC", "RELCD"),
    ),
)

NRM = TimeToEvent(
    "NRM",
    "Non-relapse mortality",
    "Death with neither relapse nor treatment failure before, whatever its cause (EBMT Handbook 2024, 6.2); failure "
    f"and relapse compete; without any of these {AT_ASSESSMENT}. {SAME_DAY_WORDS} {FAILURE_WORDS} {RELAPSE_WORDS} "
    f"{THERAPY_WORDS}",
    events=(replace(DEATH, date="DTHNRDT", words="non-relapse death"),),
    competing=(FAILURE, RELAPSE),
)

NRMC = replace(
    NRM,
    paramcd="NRMC",
    param="Non-relapse mortality, cause not leukaemia",
    definition="Death with neither relapse nor treatment failure before and not from leukaemia; failure, relapse and "
    f"leukaemia death without either compete; without any of these {AT_ASSESSMENT}. {CAUSE_WORDS} {SAME_DAY_WORDS} "
    f"{FAILURE_WORDS} {RELAPSE_WORDS} {THERAPY_WORDS}",
    events=(replace(DEATH, date="DTHNRODT", words="non-relapse death, not from leukaemia"),),
    competing=(FAILURE, RELAPSE, replace(DEATH, code="death_leukaemia", date="DTHNRLDT", words="leukaemia death")),
)

TTHSCT = TimeToEvent(
    "TTHSCT",
    "Transplant in remission",
    "From infusion, entering at first remission: first allogeneic transplant in remission (one on the day of first "
    "remission is in remission); relapse, new therapy and death in remission compete; without any of these "
    f"{AT_ASSESSMENT}. {DOUBT_WORDS} {REMISSION_WORDS} {THERAPY_WORDS}",
    events=(TRANSPLANT_IN_REMISSION,),
    competing=(RELAPSE, NEW_THERAPY, DEATH_IN_REMISSION),
    censored_at=(TRANSPLANT_IN_DOUBT,),
    entry="RMSDT",
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
)

LOSS_OF_APLASIA = (
    Source("loss", "BCALOSDT", "loss of B-cell aplasia", "BCADESC", "BCACD"),
    Source("loss", "BCARELDT", "CD19-positive relapse, counted as loss", None, "RELCD"),
)
SUSPECTED_LOSS = Source("suspected", "BCASUSDT", "suspected loss: last B-cell sample above the threshold, unconfirmed")
APLASIA_ENDS = (
    Source("relapse", "BCAENDDT", "relapse not counted as loss", "RELDESC", "RELCD"),
    TRANSPLANT,
    NEW_THERAPY,
    DEATH,
)
SAMPLED_WORDS = (
    "Only patients with a usable sample from day 14 on and after first remission are included, at risk from their "
    "first: no loss can be seen before it, and counting that time would be immortal time."
)

BCA = TimeToEvent(
    "BCA",
    "Ongoing B-cell aplasia",
    "From infusion, entering at the first usable B-cell sample: loss of aplasia by the chosen rule; relapses not "
    "counted as loss, allogeneic transplant, new therapy and death are censored on their day; with none of these, "
    f"at the last B-cell sample. {SAMPLED_WORDS} {CONFIRMED_WORDS} {COMPLETED_WORDS} {THERAPY_WORDS}",
    events=LOSS_OF_APLASIA,
    censored_at=(SUSPECTED_LOSS, *APLASIA_ENDS),
    censor=Source("sample", "BCACENDT", "last B-cell sample"),
    entry="BCAFSTDT",
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, SAMPLED),
)

BCACI = replace(
    BCA,
    paramcd="BCACI",
    param="Loss of B-cell aplasia",
    definition="From infusion, entering at the first usable B-cell sample: loss of aplasia by the chosen rule; "
    "relapses not counted as loss, allogeneic transplant, new therapy and death compete; without event censored at "
    f"the last B-cell sample. {SAMPLED_WORDS} {CONFIRMED_WORDS} {COMPLETED_WORDS} {THERAPY_WORDS}",
    competing=APLASIA_ENDS,
    censored_at=(SUSPECTED_LOSS,),
)

CATALOGUE = (
    OS,
    EFS,
    EFSC,
    EFSCT,
    EFSBTX,
    RFS,
    RFSC,
    RFSCT,
    RFSBTX,
    DOR,
    CIR,
    CIRCD19,
    CIRCT,
    CIRBTX,
    NRM,
    NRMC,
    TTHSCT,
    BCA,
    BCACI,
)
ENDPOINT = {endpoint.paramcd: endpoint for endpoint in CATALOGUE}
SURVIVAL_ENDPOINTS = tuple(e for e in CATALOGUE if not e.competing)
