"""New therapy: what ends the story of the infused product."""

import pandas as pd

from endpoints.patient_dates import after, days_since
from endpoints.rules import Rules

BRIDGING_DAYS = 60
BRIDGING = ("blinatumomab", "inotuzumab")
CONTINUED = ("tki", "maintenance")  # count only when switched on, whether begun in remission or before it
AUTOLOGOUS, CAR_T = "autologous_transplant", "car_t"
THERAPY_WORDS = (
    "New therapy: chemotherapy, blinatumomab, inotuzumab, DLI, autologous transplant, any later CAR-T (re-infusion "
    "included), other. TKI and maintenance count only when the rule says so, whether begun in remission or before it."
)


def derive_new_therapies(tables: dict[str, pd.DataFrame], day0: pd.Series, rules: Rules) -> pd.DataFrame:
    """Therapy starts after day 0 that count as new therapy: PT, date, kind (code)."""
    started = after(tables["subsequent_therapy"], day0).astype({"kind": "str"})
    transplants = after(tables["transplant"], day0)
    if rules.maintenance == "no":
        started = started[~started["kind"].isin(CONTINUED)]
    if rules.bridging == "yes":
        started = started[~_is_bridging(started, transplants)]
    autologous = transplants[transplants["kind"] == "autologous"].assign(kind=AUTOLOGOUS)
    courses = tables["treatment_course"]
    infused = courses[courses["infusion_date"].notna()]
    later = after(infused.assign(date=infused["infusion_date"], kind=CAR_T), day0)
    columns = ["PT", "date", "kind"]
    return pd.concat([started[columns], autologous[columns], later[columns]], ignore_index=True)


def _is_bridging(started: pd.DataFrame, transplants: pd.DataFrame) -> pd.Series:
    """Blinatumomab or inotuzumab begun at most 60 days before an allogeneic transplant: bridging to it."""
    allogeneic = transplants.loc[transplants["kind"] == "allogeneic", ["PT", "date"]]
    rows = started.loc[started["kind"].isin(BRIDGING), ["PT", "date"]].rename_axis("row").reset_index()
    pairs = rows.merge(allogeneic, on="PT", suffixes=("", "_transplant"))
    lag = days_since(pairs["date_transplant"], pairs["date"])
    return pd.Series(started.index.isin(pairs.loc[lag.between(0, BRIDGING_DAYS), "row"]), index=started.index)
