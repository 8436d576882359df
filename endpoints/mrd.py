"""MRD: which assay speaks for a visit, and what it says at the chosen cut (ELN 2024; Hematology ASH Educ 2021)."""

from dataclasses import dataclass, replace

import pandas as pd

from endpoints.benchmarks import ngs_weight_words
from endpoints.counted_response import remission_codes
from endpoints.patient_dates import after
from endpoints.response import choose_response
from endpoints.rules import Rules
from endpoints.status import (
    DIED,
    IN_DOUBT,
    LOST,
    NOT_ASSESSED,
    NOT_DUE,
    OTHER_THERAPY,
    RELAPSED,
    THERAPY_WITHOUT_REMISSION,
    TRANSPLANTED,
    Class,
    derive_visit_status,
)
from endpoints.study import Study
from endpoints.terms import stands_for
from endpoints.visits import Visit

NEGATIVE, POSITIVE = Class("negative", "MRD-negative"), Class("positive", "MRD-positive")
INDETERMINATE, FAILED = Class("indeterminate", "Indeterminate"), Class("failed", "Assay failed")
CLASSES = (
    NEGATIVE,
    INDETERMINATE,
    POSITIVE,
    FAILED,
    *(
        replace(event, label=f"{event.label} before an assay")
        for event in (TRANSPLANTED, OTHER_THERAPY, IN_DOUBT, THERAPY_WITHOUT_REMISSION, RELAPSED, DIED)
    ),
    LOST,
    replace(NOT_ASSESSED, label="No MRD assay"),
    NOT_DUE,
)
CUT = 1e-4
METHODS = {"flow": ("flow",), "pcr": ("pcr_igtr", "pcr_fusion"), "dpcr": ("dpcr",), "ngs": ("ngs",)}
SPECIMENS = ("BM", "PB")
ASSAY_WORDS = {
    "flow": "flow cytometry",
    "pcr": "PCR",
    "dpcr": "digital PCR",
    "ngs": "NGS",
    "BM": "bone marrow",
    "PB": "peripheral blood",
}
ABBREVIATIONS = f"Abbreviations: {stands_for('MRD', 'CR', 'CRi')}."
NGS_WEIGHT = ngs_weight_words()
DEFINITION = {
    "1e-4": "Negative: negative assay with a stated sensitivity of 10⁻⁴ or better. Positive: level ≥ 10⁻⁴, or positive "
    "without a level. Indeterminate: negative with insufficient or unknown sensitivity, positive below 10⁻⁴, "
    "or not quantifiable (ELN 2024).",
    "quantifiable": "Negative: negative assay with a stated sensitivity of 10⁻⁴ or better. Positive: positive with a "
    "level, whatever it is. Indeterminate: positive without a level or not quantifiable, or negative with "
    "insufficient or unknown sensitivity (ELN 2024, second variant).",
    "any": "Every positive assay is positive, whether or not it could be quantified. Negative only at the minimum "
    "sensitivity, else indeterminate. Stricter than either variant of ELN 2024.",
}
PICK = (
    "Assay of the visit: not failed, then marrow, then nearest the nominal day, then lower sensitivity. What "
    "happened before it (death or relapse: by its day) comes first, so these classes can differ from those of the "
    "response assessment; all due patients are the denominator."
)


@dataclass(frozen=True)
class Assays:
    """Which assays speak: a method (key of METHODS) and a specimen (BM, PB); `all` is every one."""

    method: str = "all"
    specimen: str = "all"

    @property
    def words(self) -> str:
        """', flow cytometry, bone marrow only', or nothing when every assay speaks."""
        names = [ASSAY_WORDS[code] for code in (self.method, self.specimen) if code != "all"]
        return f", {', '.join(names)} only" if names else ""

    def of(self, study: Study) -> Study:
        """The study with these assays only. Milestones stay: an assay left out here still was a contact."""
        rows = study.tables["mrd_assessment"]
        rows = rows[rows["method"].astype("str").isin(METHODS[self.method])] if self.method != "all" else rows
        rows = rows[rows["specimen"].astype("str") == self.specimen] if self.specimen != "all" else rows
        return replace(study, tables=study.tables | {"mrd_assessment": rows})


EVERY_ASSAY = Assays()


def classify(assays: pd.DataFrame, rules: Rules) -> pd.Series:
    """Class code per assay row: negative, positive, indeterminate or failed (missing result: missing)."""
    result, level, sensitivity = assays["result"].astype("str"), assays["level"], assays["sensitivity"]
    asked = float(rules.mrd_sensitivity) if rules.mrd_cut == "any" else CUT
    negative = (result == "negative") & (sensitivity <= asked)
    positive = {
        "1e-4": (result == "positive") & ((level >= CUT) | level.isna()),
        "quantifiable": (result == "positive") & (level > 0),
        "any": result.isin(["positive", "positive_not_quantifiable"]),
    }[rules.mrd_cut]
    codes = pd.Series(INDETERMINATE.code, index=assays.index, dtype="str")
    codes = codes.mask(negative, NEGATIVE.code).mask(positive, POSITIVE.code).mask(result == "failed", FAILED.code)
    return codes.where(assays["result"].notna())


def choose_assay(study: Study, visit: Visit) -> pd.DataFrame:
    """The assay that speaks for the visit, by position: ADT, AVALC (class), METHOD, SPECIMEN, LEVEL, SENSITIVITY.

    Pick: not failed > marrow > nearest day > lower sensitivity (unknown last) > earlier date > positive first.
    """
    rows = after(study.tables["mrd_assessment"], study.course["TRTSDT"])
    rows = rows[rows["ADY"].between(visit.first, visit.last) & rows["result"].notna()]
    result = rows["result"].astype("str")
    rows = rows.assign(
        AVALC=classify(rows, study.rules),
        failed=result == "failed",
        blood=rows["specimen"] != "BM",
        distance=(rows["ADY"] - visit.nominal).abs(),
        negative=result == "negative",
    )
    order = ["failed", "blood", "distance", "sensitivity", "date", "negative", "mrd_assessment_id"]
    chosen = rows.sort_values(order, na_position="last").drop_duplicates("PT").set_index("PT")
    chosen = chosen.reindex(range(len(study.course)))
    return pd.DataFrame(
        {
            "ADT": chosen["date"],
            "AVALC": chosen["AVALC"],
            "METHOD": chosen["method"].astype("str"),
            "SPECIMEN": chosen["specimen"].astype("str"),
            "LEVEL": chosen["level"],
            "SENSITIVITY": chosen["sensitivity"],
        }
    )


def derive_mrd(study: Study, visit: Visit) -> pd.DataFrame:
    """One row per enrolled patient: AVALC MRD class at the visit, RESPONSE status at it, MRDNEGRM, USABLE (bool).

    MRDNEGRM: CR/CRi at the visit and negative. USABLE: CR/CRi at the visit with an assay that did not fail.
    """
    assay = choose_assay(study, visit)
    status = derive_visit_status(study.course, visit, study.cutoff, assay)
    response = derive_visit_status(study.course, visit, study.cutoff, choose_response(study, visit))
    in_remission = response.isin(remission_codes(study.rules))
    result = status.isin([NEGATIVE.code, POSITIVE.code, INDETERMINATE.code])
    assay = assay.where(status == assay["AVALC"])
    return pd.DataFrame(
        {
            "USUBJID": study.course["USUBJID"],
            "TRTSDT": study.course["TRTSDT"],
            "PARAMCD": f"MRD{visit.code}",
            "PARAM": f"MRD status, {visit.label}",
            "ADT": assay["ADT"],
            "AVALC": status,
            "RESPONSE": response,
            "METHOD": assay["METHOD"],
            "SPECIMEN": assay["SPECIMEN"],
            "LEVEL": assay["LEVEL"],
            "SENSITIVITY": assay["SENSITIVITY"],
            "MRDNEGRM": in_remission & (status == NEGATIVE.code),
            "USABLE": in_remission & result,
        }
    )
