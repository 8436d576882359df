"""What a response assessment counts as under the rules, decided once for every endpoint."""

import pandas as pd

from endpoints.patient_dates import after, days_since
from endpoints.rules import Rules

REMISSION = ("CR", "CRi")
MLFS = "MLFS"
MRD_FAILURE, MRD_NEAR_DAYS = 0.01, 7  # ELN 2024: MRD of 1 % or more is failure, whatever the morphology
MRD_WORDS = (
    "MRD of 1 % or more within 7 days of a CR or CRi is failure, whatever the morphology, by ELN 2024 (Blood "
    "2024;143:1891); ELIANA and the FDA did not ask it, so it is a rule, off by default."
)


def remission_codes(rules: Rules) -> tuple[str, ...]:
    """The response codes that are a remission: CR and CRi, and MLFS when the rule says so."""
    return (*REMISSION, MLFS) if rules.mlfs == "yes" else REMISSION


def count_responses(responses: pd.DataFrame, assays: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The response table with RESPONSE, the code that counts, and REMISSION, whether that code is one.

    Under the ELN rule a CR or CRi beside MRD of 1 % or more counts as NR.
    """
    code = responses["response"].astype("str")
    if rules.mrd_failure == "yes":
        code = code.mask(beside_high_mrd(responses, assays), "NR")
    return responses.assign(RESPONSE=code, REMISSION=code.isin(remission_codes(rules)))


def beside_high_mrd(responses: pd.DataFrame, assays: pd.DataFrame) -> pd.Series:
    """True per assessment that says CR or CRi with MRD of 1 % or more within 7 days of it."""
    rows = responses.loc[responses["response"].isin(REMISSION), ["PT", "date"]].rename_axis("row").reset_index()
    high = assays.loc[(assays["result"] == "positive") & (assays["level"] >= MRD_FAILURE), ["PT", "date"]]
    pairs = rows.merge(high, on="PT", suffixes=("", "_assay"))
    near = pairs.loc[days_since(pairs["date_assay"], pairs["date"]).abs() <= MRD_NEAR_DAYS, "row"]
    return pd.Series(responses.index.isin(near), index=responses.index)


def derive_mrd_in_remission(tables: dict[str, pd.DataFrame], adsl: pd.DataFrame) -> pd.DataFrame:
    """USUBJID and ADT of every CR or CRi after day 0 with MRD of 1 % or more within 7 days: counted on the pages."""
    rows = tables["response_assessment"]
    rows = after(rows[beside_high_mrd(rows, tables["mrd_assessment"])], adsl["TRTSDT"])
    flagged = pd.DataFrame(
        {"USUBJID": adsl["USUBJID"].to_numpy()[rows["PT"].to_numpy()], "ADT": rows["date"].to_numpy()}
    )
    return flagged.sort_values(["USUBJID", "ADT"], ignore_index=True)
