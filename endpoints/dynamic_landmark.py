"""The landmark analysis at several declared days, so that one lucky day cannot be picked."""

SECTION = "Dynamic landmark"
LANDMARKS = (60, 90, 120, 180)
METHOD = (
    "Dynamic landmark: on each declared day, who is in remission without event and observed beyond it is "
    "classed by transplant in remission by then; the clock restarts there, a later transplant changes nothing. "
    "Hazard ratio by Cox regression of transplanted against not yet transplanted."
)
REFERENCE = (
    "Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719. van Houwelingen HC. Scand J Stat 2007;34:70-85."
)
