"""released(): a figure as whoever looks may see it. The last step before it is drawn, filed or put on an image."""

from figures.figure import Figure
from figures.release import of_sites, without_patients
from pages.parts.access.roles import PATIENTS
from pages.parts.access.trace import viewer_of_run


def released(figure: Figure) -> Figure:
    """Without what the role or the sites of the viewer do not include."""
    who = viewer_of_run()
    if not who.may(PATIENTS):
        return without_patients(figure)
    return figure if who.sites is None else of_sites(figure, who.sites)
