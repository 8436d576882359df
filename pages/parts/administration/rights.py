"""Who may do what: the roles, and what is granted to whom."""

from pathlib import Path

import pandas as pd
import streamlit as st

from analyses.cohort import Cohort
from pages.parts.access.grants import AccessFile, Grant
from pages.parts.access.roles import PAGES, RIGHTS, ROLES, may_open
from pages.parts.server.exposure import settings
from pages.parts.server.settings import LOCAL, WrongSettings
from pages.parts.tables import draw_list

ROWS = 18
NOBODY_SIGNS_IN = "Nobody signs in: whoever uses this machine sees everything. Another machine is not answered."


def draw(_cohort: Cohort) -> None:
    """The declaration as a table, and the access file as it is now."""
    st.caption("Roles: what each may do, and the pages it opens")
    draw_list(roles_table(), "Roles", ROWS)
    st.caption("Granted now")
    if settings().sign_in == LOCAL:
        st.text(NOBODY_SIGNS_IN)
        return
    try:
        draw_list(grants_table(AccessFile(Path(settings().access)).grants()), "Grants", ROWS)
    except WrongSettings as problem:
        st.text(str(problem))


def roles_table() -> pd.DataFrame:
    """role, rights, pages: in words."""
    rows = [
        {
            "role": role,
            "rights": "; ".join(words for right, words in RIGHTS.items() if right in rights),
            "pages": ", ".join(page.replace("_", " ") for page in PAGES if may_open(rights, page)),
        }
        for role, rights in ROLES.items()
    ]
    return pd.DataFrame(rows)


def grants_table(grants: tuple[Grant, ...]) -> pd.DataFrame:
    """who, roles, sites: in the order in which they are tried."""
    rows = [
        {
            "who": f"user {grant.user}" if grant.user else f"group {grant.group}",
            "roles": ", ".join(grant.roles),
            "sites": "all" if grant.sites is None else ", ".join(grant.sites),
        }
        for grant in grants
    ]
    return pd.DataFrame(rows, columns=["who", "roles", "sites"])
