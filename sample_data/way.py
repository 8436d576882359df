"""The way from enrolment to infusion, or to the decision against it."""

from dataclasses import dataclass, replace

import numpy as np

from sample_data.baseline import Baseline
from sample_data.parameters import by_product
from sample_data.streams import CUTOFF, NEVER, Draw, choose, lognormal, only, rare, whole

OUTCOME = ("released", "out_of_specification", "failed", "pending")
RELEASED, OUT_OF_SPECIFICATION, FAILED, PENDING = range(4)
REASON = ("manufacturing", "death", "progression", "adverse_event", "remission", "withdrawal", "other")
MANUFACTURING, DEATH = 0, 1


@dataclass(frozen=True)
class Way:
    """Positions refer to OUTCOME and REASON."""

    apheresis: np.ndarray
    outcome: np.ndarray
    stopped: np.ndarray  # day of the decision not to infuse the first course
    reason: np.ndarray
    infusion: np.ndarray  # of the first course
    staged: np.ndarray  # last marrow before the lymphodepletion
    second_enrolment: np.ndarray  # new attempt after a failed manufacture
    second_infusion: np.ndarray
    death: np.ndarray  # without infusion

    @property
    def day0(self) -> np.ndarray:
        return np.minimum(self.infusion, self.second_infusion)


def draw_manufacture(rng: np.random.Generator, never, reason) -> np.ndarray:
    """Position in OUTCOME: some products are infused out of specification."""
    u = rng.random(len(never))
    infused = np.where(u < 0.95, RELEASED, OUT_OF_SPECIFICATION)
    unmade = np.where(u < 0.78, FAILED, OUT_OF_SPECIFICATION)
    stopped = np.where(u < 0.55, RELEASED, PENDING)
    return np.where(~never, infused, np.where(reason == MANUFACTURING, unmade, stopped))


def draw_reason(draw: Draw, product: np.ndarray) -> np.ndarray:
    """Position in REASON; a tenth of the leading reasons give way to the rarer ones."""
    leading = choose(draw("leading reason"), by_product("never_because", product))
    return np.where(rare(draw("rarer"), len(product), 0.1), draw("rarer reason").integers(4, 7, len(product)), leading)


def draw_death_uninfused(rng: np.random.Generator, stopped, reason) -> np.ndarray:
    """Deaths of those never infused: at once when death was the reason, else with a median of months."""
    median = np.array([150.0, 1.0, 60.0, 70.0, 900.0, 240.0, 200.0])[reason]
    later = stopped + 3 + whole(rng.exponential(median / np.log(2)))
    return only(stopped < NEVER, np.where(reason == DEATH, stopped, later))


def draw_way(draw: Draw, base: Baseline) -> Way:
    n = len(base.product)
    own = by_product("cell_source", base.product) == "autologous"
    vein_to_vein = lognormal(draw("vein to vein"), by_product("vein_to_vein", base.product), 0.22, n)
    to_infusion = np.maximum(whole(vein_to_vein), 10)
    apheresis = only(own, base.enrolment + draw("apheresis").integers(0, 1 + to_infusion // 4))
    share = by_product("never_infused", base.product) * 1.04  # some succeed at a second attempt
    never, reason = rare(draw("never"), n, share), draw_reason(draw, base.product)
    stopped = only(never, base.enrolment + whole(to_infusion * draw("stopped").uniform(0.5, 1.7, n)))
    again = never & (reason == MANUFACTURING) & own & rare(draw("again"), n, 0.2)
    second = only(again, stopped + draw("second").integers(7, 25, n))
    infusion = only(~never, base.enrolment + to_infusion)
    last_look = np.minimum(draw("staged").integers(7, 15, n), to_infusion)
    return settle(
        Way(
            only(apheresis <= stopped, apheresis),
            draw_manufacture(draw("outcome"), never, reason),
            stopped,
            reason,
            infusion,
            np.minimum(infusion, only(again, second + to_infusion)) - last_look,
            second,
            only(again, second + to_infusion),
            only(~again, draw_death_uninfused(draw("death"), stopped, reason)),
        )
    )


def settle(way: Way) -> Way:
    """What is not reached at the cut-off is pending, and has no date."""
    waiting = np.minimum(way.infusion, way.stopped) > CUTOFF
    made = (way.infusion - 9 <= CUTOFF) & (way.apheresis <= CUTOFF)
    return replace(
        way,
        apheresis=only(way.apheresis <= CUTOFF, way.apheresis),
        outcome=np.where(waiting & ~made, PENDING, way.outcome),
        stopped=only(way.stopped <= CUTOFF, way.stopped),
        infusion=only(way.infusion <= CUTOFF, way.infusion),
        second_enrolment=only(way.second_enrolment <= CUTOFF, way.second_enrolment),
        second_infusion=only(way.second_infusion <= CUTOFF, way.second_infusion),
        death=only(way.death <= CUTOFF, way.death),
    )
