"""How long aplasia lasts where loss is known only to lie between two samples, beside the curve that dates it by the
sample that shows it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.members import memoised
from analyses.refusal import infused_only
from analyses.result import PROBABILITY, Curves, Note, Outcome
from analyses.time_to_event.estimate import estimate_endpoint, stacked_up
from analyses.words import in_percent
from endpoints.b_cell_course import derive_loss_interval
from endpoints.catalogue import BCA
from endpoints.rules import DAYS_PER_MONTH
from estimators.kaplan_meier import kaplan_meier
from estimators.turnbull import Turnbull, turnbull

BETWEEN = Outcome("between", "Loss between two samples", "other")
DATED = Outcome(BCA.paramcd, "Loss dated by the sample that shows it", "death")
SHOWN = (6, 12)  # months told in words
NO_CONFIDENCE = Note(
    "no_confidence",
    "The shaded part is not a confidence interval: it is where the curve may lie, since nobody saw B cells between two "
    "samples. From infusion on, in patients who were sampled; no interval of confidence is estimable here.",
)


@memoised
@infused_only(BCA.param)
def aplasia_by_interval(cohort: Cohort, months: str) -> Curves:
    """Turnbull's estimate per compared group, with where it may lie as limits, and the usual curve of the same
    patients: two outcomes of one figure."""
    dated = estimate_endpoint(cohort, BCA, kaplan_meier, months)
    if not dated.n:
        return dated
    found = _estimates(cohort, dated)
    usual = dated.numbers[dated.numbers["measure"] == PROBABILITY]
    between = stacked_up([_numbers(code, one, usual) for code, one in found.items()])
    return replace(
        dated,
        curve=stacked_up([*(_curve(code, one, dated) for code, one in found.items()), _bare(dated.curve)]),
        numbers=stacked_up([between, usual]),
        outcomes=(BETWEEN, DATED),
        comparison=None,
        test=None,
        pairs=None,
        tested_by=None,
        notes=(_in_words(between, usual, dated), NO_CONFIDENCE, *_kept(dated)),
    )


def _bare(curve: pd.DataFrame) -> pd.DataFrame:
    """The usual curve without its band: what is shaded here is where the other one may lie. The table has both."""
    return curve.assign(conf_low=np.nan, conf_high=np.nan)


def _estimates(cohort: Cohort, dated: Curves) -> dict[str, Turnbull]:
    """Of each group with patients, by code."""
    rows = cohort.derived("BCAINTERVAL", derive_loss_interval).set_index("USUBJID")
    groups = {group.label: group.code for group in dated.strata}
    members = dated.patients.groupby("GROUP", sort=False)["USUBJID"]
    parts = {groups[label]: rows.loc[rows.index.intersection(patients)] for label, patients in members}
    return {
        group.code: turnbull(parts[group.code]["LEFT"], parts[group.code]["RIGHT"])
        for group in dated.strata
        if group.code in parts
    }


def _curve(code: str, found: Turnbull, dated: Curves) -> pd.DataFrame:
    """The steps of both heights: estimate the upper one, conf_low and conf_high what lies between."""
    steps = found.steps
    days = np.unique(np.concatenate([[0.0], steps["left"], steps["right"][np.isfinite(steps["right"])]]))
    low, high = found.at(np.nextafter(days, np.inf))
    last = dated.curve.loc[dated.curve["strata"] == code, "time"].max()
    frame = pd.DataFrame({"time": days, "estimate": (low + high) / 2, "conf_low": low, "conf_high": high})
    counts = dict.fromkeys(("n_event", "n_censor"), 0)
    frame = frame[frame["time"] <= last].assign(
        strata=code, outcome=BETWEEN.code, std_err=np.nan, final=False, **counts
    )
    return frame.assign(n_risk=_at_risk(dated, code, frame["time"].to_numpy()))


def _at_risk(dated: Curves, code: str, days: np.ndarray) -> np.ndarray:
    """Still under observation on these days, as the curve beside it counts them."""
    own = dated.curve[dated.curve["strata"] == code]
    place = np.searchsorted(own["time"].to_numpy(), days, side="left").clip(max=len(own) - 1)
    return own["n_risk"].to_numpy()[place]


def _numbers(code: str, found: Turnbull, usual: pd.DataFrame) -> pd.DataFrame:
    """Where the curve may lie at the declared months within follow-up, its middle as estimate."""
    rows = usual[usual["strata"] == code]
    low, high = found.at(rows["months"].to_numpy(float) * DAYS_PER_MONTH)
    known = (rows["reason"] == "").to_numpy()
    values = {"estimate": (low + high) / 2, "conf_low": low, "conf_high": high}
    return rows.assign(
        outcome=BETWEEN.code,
        reason_low="",
        reason_high="",
        **{name: np.where(known, value, np.nan) for name, value in values.items()},
    )


def _in_words(between: pd.DataFrame, usual: pd.DataFrame, dated: Curves) -> Note:
    """How far apart the two readings are."""
    labels = {group.code: group.label for group in dated.strata}
    told = []
    for row, plain in zip(between.to_dict("records"), usual.to_dict("records"), strict=True):
        if row["months"] not in (SHOWN if len(labels) == 1 else SHOWN[-1:]) or row["reason"]:
            continue
        low, high = in_percent(row["conf_low"]), in_percent(row["conf_high"])
        heights = f"{low} %" if low == high else f"{low} to {high} %"
        group = f"{labels[row['strata']]}, " if len(labels) > 1 else ""
        told.append(f"{group}month {row['months']:g} {heights} (dated by the sample {in_percent(plain['estimate'])} %)")
    words = f"In aplasia, loss taken as between two samples: {'; '.join(told)}." if told else "No month is reached."
    return Note("between", words)


def _kept(dated: Curves) -> tuple[Note, ...]:
    """Of what the usual figure says: the rule, who never was aplastic, how often each group was sampled."""
    return tuple(note for note in dated.notes if note.code in ("bca_rule", "never_aplastic", "suspected", "sampling"))
