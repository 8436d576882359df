"""Access scope: verified frames narrowed to the patients of some sites.

A narrowed read could never be compared with the content hash, so everything is read and verified once, and narrowed
afterwards. That is a barrier of this application; docs/deployment.md says how to have one of the database.
"""

from collections.abc import Collection, Mapping

import pandas as pd


def narrowed(tables: Mapping[str, pd.DataFrame], sites: Collection[str]) -> dict[str, pd.DataFrame]:
    """The rows of the patients of these sites, and what names no patient."""
    patients = tables["patient"]
    patients = patients[patients["site_code"].isin(list(sites))]
    known = patients["patient_id"]
    own = {
        name: rows[rows["patient_id"].isin(known)].reset_index(drop=True)
        for name, rows in tables.items()
        if "patient_id" in rows and name != "patient"
    }
    return dict(tables) | own | {"patient": patients.reset_index(drop=True)}
