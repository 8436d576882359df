"""What becomes of the patients after day 0, from the states to what the centres see of them, each as a day."""

from dataclasses import dataclass

import numpy as np

from sample_data.baseline import Baseline
from sample_data.parameters import DAYS_PER_MONTH, by_product
from sample_data.states import FOR_OTHER, draw_states
from sample_data.streams import CUTOFF, NEVER, Draw, choose, only, pick, rare, whole
from sample_data.way import Way

CD19 = ("positive", "negative", "lineage_switch")
CAUSE = (
    "leukaemia",
    "crs",
    "icans",
    "iec_hs",
    "infection",
    "transplant_gvhd",
    "second_malignancy",
    "cardiorespiratory",
    "haemorrhage",
    "other",
    "unknown",
    "crs_icans_hlh",
)
LEUKAEMIA, CRS, ICANS, IEC_HS, INFECTION, GVHD, SECOND_MALIGNANCY = range(7)
NOT_TOLD_APART = CAUSE.index("crs_icans_hlh")
CAUSE_SHARES = {  # our choice; infection so that few die of it by day 100 (CIBMTR 2025: 0.2 %)
    "early": (0.10, 0.24, 0.10, 0.18, 0.08, 0.0, 0.0, 0.10, 0.09, 0.06, 0.05),
    "leukaemic": (0.84, 0.0, 0.0, 0.005, 0.06, 0.02, 0.0, 0.01, 0.02, 0.015, 0.03),
    "grafted": (0.0, 0.0, 0.0, 0.0, 0.28, 0.58, 0.0, 0.05, 0.0, 0.04, 0.05),
    "in remission": (0.0, 0.0, 0.0, 0.02, 0.40, 0.0, 0.07, 0.13, 0.04, 0.21, 0.13),
}
THERAPY = ("chemotherapy", "blinatumomab", "inotuzumab", "dli", "tki", "maintenance", "other")
DLI = THERAPY.index("dli")


@dataclass(frozen=True)
class Fate:
    """Days; NEVER when it does not happen or is never seen."""

    day0: np.ndarray
    remission: np.ndarray  # latent: the next marrow finds it
    mlfs: np.ndarray  # a marrow before it has no blasts, but is hypoplastic
    incomplete: np.ndarray  # CRi at first
    mrd_positive: np.ndarray  # at about day 28, in remission
    loss: np.ndarray  # B cells are back
    b_cells_from: np.ndarray  # days after infusion from which B cells are looked at
    intended: np.ndarray  # a transplant, at infusion
    transplant: np.ndarray  # in remission
    transplant_why: np.ndarray  # position in WHY_TRANSPLANT
    early_transplant: np.ndarray  # without any remission
    relapse: np.ndarray
    cd19: np.ndarray  # position in CD19
    mrd_return: np.ndarray
    preempted: np.ndarray  # therapy for MRD in remission
    preempted_by: np.ndarray  # position in THERAPY
    reinfusion: np.ndarray  # for loss of aplasia
    rescue: np.ndarray  # therapy after relapse or without remission
    rescue_by: np.ndarray  # position in THERAPY; -1: a further CAR-T course
    second_remission: np.ndarray
    salvage_transplant: np.ndarray
    second_malignancy: np.ndarray
    death: np.ndarray
    cause: np.ndarray  # position in CAUSE
    elsewhere: np.ndarray  # followed by another centre
    seen_until: np.ndarray  # last day of clinical follow-up
    known_until: np.ndarray  # last day on which being alive is documented

    @property
    def last_row(self) -> np.ndarray:
        """The last day on which a centre may write something down of the living."""
        return np.minimum(self.seen_until, self.death - 1)


def draw_failure_survival(draw: Draw, base: Baseline, no_remission, switch, second) -> np.ndarray:
    """Months from relapse or failure to death; a second remission holds for good in under half."""
    n = len(second)
    median = by_product("failure_survival", base.product) * np.where(no_remission, 0.8, 1) * np.where(switch, 0.5, 1)
    quick = median / np.log(2) * draw("quick death").exponential(size=n)
    later = second + 1 + draw("slow death").exponential(18 / np.log(2), n)
    slow = np.where(rare(draw("cured by rescue"), n, 0.45), np.inf, later)
    return np.where(np.isfinite(second), slow, quick)


def draw_cause(rng: np.random.Generator, early, leukaemic, grafted) -> np.ndarray:
    """Position in CAUSE."""
    by = {name: np.array(shares) for name, shares in CAUSE_SHARES.items()}
    quiet = np.where(grafted[:, None], by["grafted"], by["in remission"])
    return choose(rng, np.where(early[:, None], by["early"], np.where(leukaemic[:, None], by["leukaemic"], quiet)))


def draw_rescue(rng: np.random.Generator, cd19, no_remission) -> np.ndarray:
    """Position in THERAPY, -1 for a further CAR-T course: blinatumomab and re-infusion need CD19."""
    with_cd19 = (0.24, 0.20, 0.22, 0.05, 0.02, 0.0, 0.07, 0.20)
    without = (0.44, 0.0, 0.27, 0.03, 0.02, 0.0, 0.12, 0.12)
    picked = choose(rng, np.where(((cd19 == 0) & ~no_remission)[:, None], with_cd19, without))
    return np.where(picked == len(THERAPY), -1, picked)


def preempt(draw: Draw, s: dict) -> dict:
    """MRD comes back before most relapses; in some, therapy for it averts the relapse."""
    n = len(s["relapse"])
    slow = rare(draw("slow return"), n, 0.65)
    lead = np.where(slow, 0.3 + draw("lead").gamma(2.0, 0.9, n), draw("short lead").uniform(0, 0.25, n))
    relapses = np.isfinite(s["relapse"])
    first = np.where(relapses, s["remission"], 0) + 0.45
    lead = np.clip(lead, 0, np.maximum(np.where(relapses, s["relapse"], 0) - first, 0))
    back = s["relapse"] - lead
    treated = relapses & (lead > 0.9) & (back > 1.3) & rare(draw("preempted"), n, 0.2)
    at = np.where(treated, back + 0.4 * lead, np.inf)
    averted = treated & rare(draw("averted"), n, 0.5)
    by = pick(draw("preempted by"), (0.18, 0.55, 0.22, 0.0, 0.0, 0.0, 0.05), n)
    return {
        **s,
        "mrd_return": back,
        "preempted": at,
        "relapse": np.where(averted, np.inf, s["relapse"]),
        "preempted_by": np.where(s["transplant"] < at, DLI, by),
    }


def after_failure(draw: Draw, base: Baseline, s: dict) -> dict:
    """Rescue, second remission, salvage transplant, death and its cause; a few die on the day of relapse."""
    n = len(s["relapse"])
    no_remission = ~np.isfinite(s["remission"])
    failure = np.where(no_remission, 0.95, s["relapse"])
    rescued = np.isfinite(failure) & rare(draw("rescued"), n, 0.82)
    wait = np.where(no_remission, 0.2, 0.1) + draw("wait").gamma(2.0, 0.3, n)
    share = by_product("salvaged", base.product) / 0.82 * np.where(no_remission, 0.6, 1)
    salvaged = rescued & rare(draw("salvaged"), n, share)
    until_second = np.where(salvaged, wait + draw("until second").uniform(1.0, 2.6, n), np.inf)
    grafted = rare(draw("salvage"), n, np.where(base.transplant < NEVER, 0.3, 0.6))
    graft = np.where(grafted, failure + until_second + draw("salvage month").uniform(1, 3, n), np.inf)
    survival = draw_failure_survival(draw, base, no_remission, s["cd19"] == 2, until_second)
    at_once = ~no_remission & rare(draw("dead at relapse"), n, 0.02)
    quiet = np.where(s["quiet_death"] < s["relapse"], s["quiet_death"], np.inf)
    failed = failure + np.where(at_once, 0, survival)
    death = np.minimum(np.minimum(s["early"], quiet), np.where(s["relapse"] > quiet, np.inf, failed))
    death = np.where(no_remission, np.minimum(s["early"], failed), death)
    grafts = np.minimum(s["transplant"], graft) < death
    early_graft = no_remission & rare(draw("early transplant"), n, 0.08)
    return {
        **s,
        "early_transplant": np.where(early_graft, draw("early transplant month").uniform(1.7, 3.7, n), np.inf),
        "rescue": np.where(rescued, failure + wait, np.inf),
        "rescue_by": draw_rescue(draw("rescue by"), s["cd19"], no_remission),
        "second": failure + until_second,
        "graft": graft,
        "second_malignancy": 2 + draw("second malignancy").exponential(1 / 0.0011, n),
        "death": death,
        "cause": draw_cause(draw("cause"), np.isfinite(s["early"]), failure <= death, grafts),
    }


def documented(base: Baseline, way: Way) -> np.ndarray:
    """Latest day on which the way to infusion itself documents the patient."""
    steps = (base.enrolment, way.apheresis, way.stopped, way.second_enrolment, way.day0)
    return np.max([np.where(day < NEVER, day, 0) for day in steps], axis=0)


def draw_follow_up(draw: Draw, base: Baseline, way: Way, death) -> dict:
    """Loss to follow-up (4 % a year), follow-up elsewhere (a tenth), and the delay until a contact is on file."""
    n, start = len(death), documented(base, way)
    lost = start + 20 + whole(draw("lost").exponential(25 * 365.25, n))
    elsewhere = (way.day0 < NEVER) & rare(draw("elsewhere"), n, 0.14)
    moved = np.where(elsewhere, start + 90 + whole(draw("moved").exponential(500, n)), NEVER)
    alive_until = np.minimum(lost, CUTOFF - np.minimum(whole(draw("delay").exponential(24, n)), 160))
    known = (death <= CUTOFF) & ((death <= lost) | rare(draw("death heard of"), n, 0.3))
    death = only(known, death)
    known_until = np.maximum(np.minimum(alive_until, CUTOFF), start)
    known_until = np.where(known, death, known_until)
    lost = np.where(known & (lost < death), lost, known_until)
    return {
        "death": death,
        "elsewhere": elsewhere & (moved < known_until),
        "known_until": known_until,
        "seen_until": np.minimum(np.maximum(np.minimum(moved, lost), start), known_until),
    }


def in_order(s: dict) -> dict:
    """Only what comes before the event that ends its chance to happen."""
    end = np.minimum(s["relapse"], s["death"])
    return {
        **s,
        "transplant": np.where(s["transplant"] < end, s["transplant"], np.inf),
        "preempted": np.where(s["preempted"] < s["death"], s["preempted"], np.inf),
    }


def draw_reinfusion(draw: Draw, base: Baseline, s: dict) -> np.ndarray:
    """Month of a re-infusion of the same product because B cells came back early, in remission."""
    n = len(s["loss"])
    can = np.isin(by_product("code", base.product), ("TISA", "OBE", "CD1922")) & (s["loss"] > 1) & (s["loss"] < 9)
    chosen = can & rare(draw("reinfused"), n, 0.13)
    month = np.where(chosen, s["loss"] + draw("reinfusion").uniform(0.8, 2.5, n), np.inf)
    end = np.minimum(np.minimum(s["transplant"], s["relapse"]), np.minimum(s["preempted"], s["death"]))
    return np.where((month < end) & (s["remission"] < month), month, np.inf)


def draw_fate(draw: Draw, base: Baseline, way: Way) -> Fate:
    """The whole course after day 0, cut to what the centres see."""
    n = len(base.product)
    s = in_order(after_failure(draw, base, preempt(draw, draw_states(draw, base))))
    s["reinfusion"] = draw_reinfusion(draw, base, s)

    def day(name: str) -> np.ndarray:
        return only(way.day0 < NEVER, way.day0 + np.maximum(whole(s[name] * DAYS_PER_MONTH), 0))

    seen = draw_follow_up(draw, base, way, np.where(way.day0 < NEVER, day("death"), way.death))
    before = np.minimum(seen["seen_until"], seen["death"] - 1)

    def shown(name: str) -> np.ndarray:
        return only(day(name) <= before, day(name))

    transplant, early_transplant = shown("transplant"), shown("early_transplant")
    uninfused = np.where(rare(draw("uninfused by leukaemia"), n, 0.75), LEUKAEMIA, INFECTION)
    return Fate(
        day0=way.day0,
        remission=day("remission"),
        mlfs=s["mlfs"],
        incomplete=rare(draw("incomplete"), n, by_product("incomplete", base.product)),
        mrd_positive=s["mrd_positive"],
        loss=day("loss"),
        b_cells_from=np.where(rare(draw("b cells late"), n, 0.15), draw("b cells from").integers(100, 420, n), 0),
        intended=s["intended"],
        transplant=transplant,
        transplant_why=np.where(early_transplant < NEVER, FOR_OTHER, s["transplant_why"]),
        early_transplant=early_transplant,
        relapse=only(day("relapse") <= np.minimum(seen["seen_until"], seen["death"]), day("relapse")),
        cd19=s["cd19"],
        mrd_return=day("mrd_return"),
        preempted=shown("preempted"),
        preempted_by=s["preempted_by"],
        reinfusion=shown("reinfusion"),
        rescue=shown("rescue"),
        rescue_by=s["rescue_by"],
        second_remission=shown("second"),
        salvage_transplant=shown("graft"),
        second_malignancy=shown("second_malignancy"),
        death=seen["death"],
        cause=np.where(way.day0 < NEVER, s["cause"], uninfused),
        elsewhere=seen["elsewhere"],
        seen_until=seen["seen_until"],
        known_until=seen["known_until"],
    )
