"""The time-to-event catalogue: declarations only, to be read by a haematologist. Definitions: clinical protocol.

Two strategies for one event (follow through transplant, censor at transplant) are two entries with two PARAMCDs.
"""

from dataclasses import replace

from endpoints.time_to_event import Requirement, Source, TimeToEvent

DEATH = Source("death", "DTHDT", "death", "DTHDESC")
RELAPSE = Source("relapse", "RELDT", "relapse", "RELDESC")
FAILURE = Source("failure", "FAILDT", "treatment failure", "FAILDESC")
NOT_INFUSED = Source("failure", "NOTINFDT", "never infused", "NOTINFRS")
TRANSPLANT = Source("transplant", "HSCTDT", "allogeneic transplant")
TRANSPLANT_IN_REMISSION = Source("transplant", "HSCTRMDT", "allogeneic transplant in remission", "HSCTDESC")
TRANSPLANT_NOT_IN_REMISSION = Source("transplant", "HSCTNRDT", "transplant recorded as not in remission")
NEW_THERAPY = Source("new_therapy", "NEWTHDT", "new therapy", "NEWTHKND")
LAST_CONTACT = Source("contact", "LSTCNTDT", "last contact")
IN_FIRST_REMISSION = Requirement("RMSDT", "no first remission")
NOT_TRANSPLANTED_BEFORE = Requirement("RMSNTXDT", "first remission only after an allogeneic transplant")
REMISSION_WORDS = "First remission: first CR or CRi from day 14 on, before new therapy."
FAILURE_WORDS = (
    "Treatment failure: new therapy or transplant before any remission, RELAPSE without remission, else "
    "the last assessment without remission on day 14-100 when there is none by day 100; a later remission "
    "does not undo it."
)
THERAPY_WORDS = "New therapy: chemotherapy, blinatumomab, inotuzumab, DLI, any later CAR-T, other."


def _as_one(events: tuple[Source, ...]) -> tuple[Source, ...]:
    """Several events as one outcome: where something competes, the parts would be outcomes of their own."""
    return tuple(replace(source, code="failure") for source in events)


OS = TimeToEvent(
    "OS",
    "Overall survival",
    "Death from any cause; alive patients are censored at last contact.",
    events=(DEATH,),
    censor=LAST_CONTACT,
    populations=("infused", "enrolled"),
)

EFS = TimeToEvent(
    "EFS",
    "Event-free survival",
    "Treatment failure, relapse or death, followed through transplant and new therapy; censored at the last evaluable "
    f"response or MRD assessment. {FAILURE_WORDS} {THERAPY_WORDS} Enrolled: never infused is a failure on that date.",
    events=(FAILURE, NOT_INFUSED, RELAPSE, DEATH),
    populations=("infused", "enrolled"),
)

EFSC = replace(
    EFS,
    paramcd="EFSC",
    param="Event-free survival, censored at transplant or new therapy",
    over="Treatment failure, relapse or death; censored at the earlier of allogeneic transplant and new therapy, else "
    "at the last evaluable response or MRD assessment. " + FAILURE_WORDS + " " + THERAPY_WORDS,
    events=(FAILURE, RELAPSE, DEATH),
    ends=(TRANSPLANT, NEW_THERAPY),
    populations=("infused",),
)

EFSCT = replace(
    EFSC,
    paramcd="EFSCT",
    param="Event-free survival, censored at transplant only",
    over="Treatment failure, relapse or death; censored at allogeneic transplant (as FELIX), else at the last "
    "evaluable response or MRD assessment. " + FAILURE_WORDS,
    ends=(TRANSPLANT,),
)

EFSBTX = replace(
    EFSCT,
    paramcd="EFSBTX",
    param="Failure before transplant",
    over="Treatment failure, relapse or death, allogeneic transplant competing; without either censored at the last "
    "evaluable response or MRD assessment. " + FAILURE_WORDS,
    events=_as_one(EFSCT.events),
    competing=EFSCT.ends,
    ends=(),
)

RFS = TimeToEvent(
    "RFS",
    "Relapse-free survival",
    "From first remission: relapse or death, followed through transplant and new therapy; censored at the last "
    f"evaluable response or MRD assessment. {REMISSION_WORDS}",
    events=(RELAPSE, DEATH),
    origin="RMSDT",
    requires=(IN_FIRST_REMISSION,),
)

RFSC = replace(
    RFS,
    paramcd="RFSC",
    param="Relapse-free survival, censored at transplant or new therapy",
    over="From first remission: relapse or death; censored at the earlier of allogeneic transplant and new therapy, "
    f"else at the last evaluable response or MRD assessment. {REMISSION_WORDS} {THERAPY_WORDS}",
    ends=(TRANSPLANT, NEW_THERAPY),
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
)

RFSCT = replace(
    RFSC,
    paramcd="RFSCT",
    param="Relapse-free survival, censored at transplant only",
    over="From first remission: relapse or death; censored at allogeneic transplant, else at the last evaluable "
    f"response or MRD assessment. {REMISSION_WORDS}",
    ends=(TRANSPLANT,),
)

RFSBTX = replace(
    RFSCT,
    paramcd="RFSBTX",
    param="Relapse or death before transplant",
    over="From first remission: relapse or death, allogeneic transplant competing; without either censored at the last "
    f"evaluable response or MRD assessment. {REMISSION_WORDS}",
    events=_as_one(RFSCT.events),
    competing=RFSCT.ends,
    ends=(),
)

DOR = TimeToEvent(
    "DOR",
    "Duration of remission",
    "From first remission: relapse, or death from leukaemia or unknown cause; other deaths are censored (protocol "
    "style).",
    events=(RELAPSE, Source("death", "DTHLUDT", "death from leukaemia or unknown cause", "DTHDESC")),
    ends=(Source("death", "DTHOTHDT", "death from another cause", "DTHDESC"),),
    origin="RMSDT",
    requires=(IN_FIRST_REMISSION,),
)

CIR = TimeToEvent(
    "CIR",
    "Cumulative incidence of relapse",
    "From first remission: relapse; death in remission competes.",
    events=(RELAPSE,),
    competing=(Source("death", "DTHDT", "death in remission", "DTHDESC"),),
    origin="RMSDT",
    requires=(IN_FIRST_REMISSION,),
)

CIRCT = replace(
    CIR,
    paramcd="CIRCT",
    param="Cumulative incidence of relapse, censored at transplant",
    over="From first remission: relapse, death in remission competing; censored at allogeneic transplant, else at the "
    f"last evaluable response or MRD assessment. {REMISSION_WORDS}",
    ends=(TRANSPLANT,),
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
)

CIRBTX = replace(
    CIRCT,
    paramcd="CIRBTX",
    param="Relapse before transplant",
    over="From first remission: relapse, death in remission and allogeneic transplant competing; without any of these "
    f"censored at the last evaluable response or MRD assessment. {REMISSION_WORDS}",
    competing=(*CIR.competing, TRANSPLANT),
    ends=(),
)

CIRCD19 = replace(
    CIR,
    paramcd="CIRCD19",
    param="Cumulative incidence of relapse by CD19 status",
    over="From first remission: relapse by CD19 status of the blasts (unknown shown apart); death in remission "
    "competes.",
    events=(
        Source("relapse_cd19_positive", "RELPOSDT", "CD19-positive relapse", "RELDESC"),
        Source("relapse_cd19_negative", "RELNEGDT", "CD19-negative relapse", "RELDESC"),
        Source("relapse_lineage_switch", "RELLSDT", "lineage switch", "RELDESC"),
        Source("relapse_unknown", "RELUNKDT", "relapse, CD19 unknown", "RELDESC"),
    ),
)

NRM = TimeToEvent(
    "NRM",
    "Non-relapse mortality",
    "Death with neither relapse nor treatment failure before, cause not leukaemia (unknown causes count); failure, "
    "relapse and leukaemia death without either compete. " + FAILURE_WORDS,
    events=(Source("death", "DTHNLDT", "non-relapse death", "DTHDESC"),),
    competing=(FAILURE, RELAPSE, Source("death_leukaemia", "DTHLEUDT", "leukaemia death", "DTHDESC")),
)

TTHSCT = TimeToEvent(
    "TTHSCT",
    "Transplant in remission",
    "From infusion, entering at first remission: first allogeneic transplant in remission; relapse, new therapy and "
    "death in remission compete; a transplant recorded as not in remission ends observation. " + REMISSION_WORDS,
    events=(TRANSPLANT_IN_REMISSION,),
    competing=(RELAPSE, NEW_THERAPY, replace(DEATH, words="death in remission")),
    ends=(TRANSPLANT_NOT_IN_REMISSION,),
    entry="RMSDT",
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
)

LOSS_OF_APLASIA = (
    Source("loss", "BCALOSDT", "loss of B-cell aplasia", "BCADESC"),
    Source("loss", "BCARELDT", "CD19-positive relapse, counted as loss"),
)
APLASIA_ENDS = (Source("relapse", "BCAENDDT", "relapse not counted as loss", "RELDESC"), TRANSPLANT, NEW_THERAPY, DEATH)

UNTIL_SAMPLED = (
    "Only patients with a usable sample after first remission are in it, and before the first of them no "
    "loss can be seen: that time is immortal and counts as aplasia."
)

BCA = TimeToEvent(
    "BCA",
    "Ongoing B-cell aplasia",
    "From infusion, entering at first remission: loss of aplasia by the chosen rule; relapses not counted as loss, "
    "transplant, new therapy and death are censored on their day; with none of these, at the last B-cell sample. "
    + UNTIL_SAMPLED,
    events=LOSS_OF_APLASIA,
    ends=APLASIA_ENDS,
    censor=Source("sample", "BCACENDT", "B-cell sample", "BCACDESC"),
    entry="RMSDT",
    requires=(
        IN_FIRST_REMISSION,
        NOT_TRANSPLANTED_BEFORE,
        Requirement("BCAFSTDT", "no usable B-cell sample after first remission"),
    ),
)

BCACI = replace(
    BCA,
    paramcd="BCACI",
    param="Loss of B-cell aplasia",
    over="From infusion, entering at first remission: loss of aplasia by the chosen rule; relapses not counted as "
    "loss, transplant, new therapy and death compete; without event censored at the last B-cell sample. "
    + UNTIL_SAMPLED,
    competing=APLASIA_ENDS,
    ends=(),
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
    TTHSCT,
    BCA,
    BCACI,
)
ENDPOINT = {endpoint.paramcd: endpoint for endpoint in CATALOGUE}
SURVIVAL_ENDPOINTS = tuple(e for e in CATALOGUE if not e.competing)
