"""Whom a number counts, and why it is not the number of the same words on another screen: each sentence stands here,
and a figure says it beside who is excluded.

Five screens speak of month 3 and four of relapse. Every one of them asks a question of its own.
"""

from analyses.result import Note
from endpoints.response import BEST, BEST_DAYS, CONFIRMED, CONFIRMED_DUE_DAY, ResponseEndpoint
from endpoints.visits import M3, Visit

CODE = "counted"


def counted(words: str) -> Note:
    """The sentence as what a figure says of itself, on an image, too."""
    return Note(CODE, words, True)


def _reached(day: int) -> str:
    return f"Everybody who has reached day {day} counts"


AT_A_GLANCE = counted(
    f"At month 3 everybody who has reached day {M3.last} counts: patients who died, relapsed or were not assessed are "
    "not in remission, patients who were not tested are not MRD-negative."
)
AT_A_GLANCE_WITHOUT_MRD = counted(
    f"At month 3 everybody who has reached day {M3.last} counts: patients who died, relapsed or were not assessed are "
    "not in remission."
)
BEST_RESPONSE = counted(
    f"{_reached(BEST_DAYS[1])}, with the best response by then even if it was lost again; status at month 3 asks who "
    "is still in remission."
)
CONFIRMED_REMISSION = counted(
    f"{_reached(CONFIRMED_DUE_DAY)}; only a remission seen again 28 days or more later is one, so fewer than in best "
    "response."
)
BY_DEFINITION = counted(
    f"{_reached(CONFIRMED_DUE_DAY)}, the same patients under every definition; best response by itself counts from day "
    f"{BEST_DAYS[1]} on, and so more patients."
)
TRANSITIONS = counted(
    f"{_reached(M3.last)}, each beside the status at day 28; all rows together are the status at month 3."
)
KNOWN_STATUS = counted(
    "A known status is a result, or death, relapse, new therapy or transplant before it; rates at month 3 are of "
    "everybody due, known or not."
)
ASKED = counted(
    "Patients who died, relapsed or were treated before are not asked any more; the follow-up board also gives the "
    "share of everybody due."
)
FROM_LANDMARKS = counted(
    "Each row or panel: only patients in remission, without the event and followed beyond its day; rates at a visit "
    "are of everybody due."
)
FIRST_YEAR_KNOWN = counted(
    "Only patients whose first year is known; the survival curve also counts those who were followed for less."
)
EVERY_RELAPSE = counted(
    "Every relapse counts, from first remission, also after transplant or new therapy; page Transplant counts "
    "only relapse before these, from infusion, and so less."
)
THREE_WAYS = counted(
    "Only the first answers the question of the page's first curve; the other two treat a transplant otherwise."
)
IN_A_STATE = counted(
    "Shown is where patients are at that time: those who died after a relapse are among the dead, so relapse by itself "
    "(page Relapse) is another number."
)
GROWS = "so the number at risk grows at first"
OF_ENDPOINT = {
    **dict.fromkeys(("CIR", "CIRCD19", "CIRLVL", "CIRESC"), EVERY_RELAPSE),
    "TTHSCT": counted(
        f"Patients enter at first remission, {GROWS}; only relapse before transplant and new therapy counts here, from "
        "infusion, while page Relapse counts every relapse from first remission."
    ),
    **dict.fromkeys(
        ("BCA", "BCACI"),
        counted(
            f"Patients enter at their first usable B-cell sample in remission, {GROWS}; those who relapse, are "
            "transplanted or treated leave the curve, and stay in the figures of visits."
        ),
    ),
    **dict.fromkeys(
        ("MRDRE", "MRDREANY"),
        counted(
            "Only relapse before MRD is back, transplant and new therapy counts here, from MRD-negative remission; "
            "page Relapse counts every relapse, from first remission."
        ),
    ),
    **dict.fromkeys(
        ("CIRBCA", "CIRMRD"),
        counted(
            "Only patients who had the sign, from its day, and only relapse before transplant; page Relapse counts "
            "every relapse, from first remission."
        ),
    ),
    **dict.fromkeys(
        ("NRM", "NRMC", "NRMCAUSE"),
        counted(
            "Relapse and failure end the risk of death without them, from infusion; page Relapse counts relapse from "
            "first remission."
        ),
    ),
}


def counted_in(paramcd: str) -> tuple[Note, ...]:
    """Of the whole figure of an endpoint, however it is censored."""
    code = paramcd.removesuffix("LC")
    return (OF_ENDPOINT[code],) if code in OF_ENDPOINT else ()


def counted_in_response(endpoint: ResponseEndpoint) -> Note:
    """Of a declared response definition."""
    if endpoint.visit:
        return at_visit(endpoint.visit)
    return {BEST.paramcd: BEST_RESPONSE, CONFIRMED.paramcd: CONFIRMED_REMISSION}[endpoint.paramcd]


def at_visit(visit: Visit) -> Note:
    """Of a status of response."""
    words = (
        f"{_reached(visit.last)}: patients who died, relapsed, had another therapy or were not assessed are not in CR "
        "or CRi, whatever their best response was."
    )
    return counted(words)


def with_mrd(visit: Visit) -> Note:
    """Of MRD at a visit."""
    words = (
        f"{_reached(visit.last)}: not tested, failed and indeterminate are not MRD-negative; died, relapsed and "
        "transplanted mean before the assay (page Response: before the assessment)."
    )
    return counted(words)


def with_b_cells(reached: str) -> Note:
    """Of B cells at a visit ("day 225"), or at all of them ("the end of the window")."""
    words = (
        f"Everybody in first remission who has reached {reached} counts, also those who relapsed, were transplanted or "
        "were not sampled; the curve of ongoing aplasia leaves them out from then on."
    )
    return counted(words)


def on_board(visit: Visit) -> Note:
    """Of whom an assessment was done."""
    words = (
        f"Done in the window is any such assessment on day {visit.first}-{visit.last}, also after relapse or "
        "treatment; pages Response and MRD count what came first, so their classes differ."
    )
    return counted(words)


def from_landmark(day: int) -> Note:
    """Of a comparison from a landmark day on."""
    words = (
        f"Compared are only patients in remission, without the event and followed beyond day {day}; rates at a visit "
        "are of everybody due."
    )
    return counted(words)
