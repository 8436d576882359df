"""The landmark super-model: one hazard ratio from several landmark data sets of the same patients."""

import numpy as np

from estimators.cox import cox
from estimators.exposure_effect import Effect, effect_of, gate
from estimators.inputs import numbers, same_length

SECTION = "Landmark super-model"
METHOD = (
    "Landmark super-model: the data sets of all landmarks stacked, Cox regression stratified by landmark, one hazard "
    "ratio for all; robust variance by patient; Efron's method for tied days."
)
REFERENCE = "van Houwelingen HC. Scand J Stat 2007;34:70-85. Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078."


def super_model(patient, landmark, time, event, exposed, *, window=None, conf_level=0.95) -> Effect:
    """The ratio of exposed / not exposed over the stacked landmark data sets.

    One row per patient and landmark at which the patient is at risk, arrays (n,): patient: labels; landmark: its day;
    time: days from the landmark to event or censoring, above 0; exposed: by the landmark. window: days after each
    landmark at which observation ends. n and events of the result count patients, each once per arm, and the gates of
    `exposure_effect` ask them. p_value: of the ratio (Wald, robust). ValueError: as for `cox`.
    """
    time, event, exposed = numbers("time", time), np.asarray(event, bool), np.asarray(exposed, bool)
    patient = np.asarray(patient)
    same_length(patient=patient, landmark=landmark, time=time, event=event, exposed=exposed)
    if window is not None:
        time, event = np.minimum(time, window), event & (time <= window)
    n = (len(np.unique(patient[~exposed])), len(np.unique(patient[exposed])))
    events = (len(np.unique(patient[~exposed & event])), len(np.unique(patient[exposed & event])))
    if reason := gate(n, events):
        return Effect(n, events, reason=reason)
    start = np.zeros(len(time), int)
    return effect_of(
        n, events, cox(start, time, event, exposed, strata=landmark, cluster=patient, conf_level=conf_level)
    )
