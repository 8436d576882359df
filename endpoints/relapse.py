"""Relapse in detail: by level, site, cause of death without it, after a warning sign, and what follows it."""

from dataclasses import dataclass, replace

import pandas as pd

from endpoints.b_cell_aplasia import CONFIRM_DAYS, judge_samples
from endpoints.catalogue import CIR, DEATH, IN_FIRST_REMISSION, LAST_CONTACT, NRM, RELAPSE, TRANSPLANT
from endpoints.milestones import SAME_RELAPSE_DAYS, after, counted_relapses
from endpoints.mrd import POSITIVE, classify
from endpoints.patient_dates import days_since, earliest, of_patient
from endpoints.rules import DAYS_PER_MONTH
from endpoints.status import Class
from endpoints.study import Study
from endpoints.time_to_event import Derived, Requirement, Source, TimeToEvent, derive_tte

LEVELS = {
    "morphologic": "Morphologic relapse",
    "extramedullary": "Extramedullary relapse",
    "molecular": "Molecular relapse",
    "unknown": "Relapse, level unknown",
}
CAUSES = {
    "infection": "Infection",
    "crs_icans_hlh": "CRS, ICANS or HLH",
    "transplant_gvhd": "Transplant or GVHD",
    "other": "Other cause",
    "unknown": "Cause unknown",
}
CD19 = (
    Class("positive", "CD19-positive"),
    Class("negative", "CD19-negative"),
    Class("lineage_switch", "Lineage switch"),
    Class("unknown", "CD19 unknown"),
)
SITES = (
    Class("marrow", "Bone marrow only"),
    Class("cns", "CNS involved"),
    Class("other_site", "Other extramedullary"),
    Class("unknown", "Site not recorded"),
)


@dataclass(frozen=True)
class Sign:
    """A warning sign and the relapse that may follow it."""

    code: str
    label: str
    endpoint: TimeToEvent


def _split(codes: dict[str, str], prefix: str, colour: str) -> tuple[Source, ...]:
    return tuple(
        Source(
            f"{colour}_{code}",
            f"{prefix}{code.upper()}",
            words[0].lower() + words[1:] if words[1].islower() else words,
            None,
        )
        for code, words in codes.items()
    )


BY_LEVEL = replace(
    CIR,
    paramcd="CIRLVL",
    param="Cumulative incidence of relapse by level",
    over="From first remission: relapse by its level (a relapse without a row: unknown); death in "
    "remission competes. Molecular relapse counts when the rule is switched on.",
    events=_split(LEVELS, "LVL", "level"),
)
NRM_CAUSES = replace(
    NRM,
    paramcd="NRMCAUSE",
    param="Non-relapse mortality by cause",
    over=NRM.over + " Here by the recorded cause.",
    events=_split(CAUSES, "CAUSE", "cause"),
)
ABBREVIATIONS = {
    NRM_CAUSES.paramcd: "CRS: cytokine release syndrome; ICANS: immune effector cell-associated neurotoxicity "
    "syndrome; HLH: haemophagocytic lymphohistiocytosis; GVHD: graft-versus-host disease",
    "SITES": "CNS: central nervous system",
}
OS_RELAPSE = TimeToEvent(
    "OSREL",
    "Overall survival from relapse",
    "From relapse after first remission: death from any cause; alive patients are censored at last contact. Salvage "
    "transplant comes after relapse and is never a fixed group.",
    events=(DEATH,),
    censor=LAST_CONTACT,
    origin="RELDT",
    requires=(Requirement("RELDT", "no relapse"),),
)


def _after(paramcd: str, param: str, origin: str, words: str, otherwise: str) -> TimeToEvent:
    return TimeToEvent(
        paramcd,
        param,
        f"{words} Among all who had it: relapse; death and allogeneic transplant in remission compete.",
        events=(RELAPSE,),
        competing=(DEATH, TRANSPLANT),
        origin=origin,
        requires=(IN_FIRST_REMISSION, Requirement(origin, otherwise)),
    )


SIGNS = (
    Sign(
        "bca",
        "Loss of B-cell aplasia",
        _after(
            "CIRBCA",
            "Relapse after loss of B-cell aplasia",
            "SIGNBCADT",
            "From B-cell recovery under the chosen rule (samples only; with confirmation, from the confirming sample).",
            "no loss of aplasia before relapse or transplant",
        ),
    ),
    Sign(
        "mrd",
        "MRD positivity",
        _after(
            "CIRMRD",
            "Relapse after MRD positivity",
            "SIGNMRDDT",
            "From the first assay that is positive at the chosen cut, in remission.",
            "never MRD-positive in remission",
        ),
    ),
)
SIGN = {sign.code: sign for sign in SIGNS}


def derive_detail(study: Study, endpoint: TimeToEvent) -> Derived:
    """ADTTE of one of this file's endpoints, whose dates are split from the milestones here."""
    return derive_tte(_course(study), endpoint, study.rules)


def _course(study: Study) -> pd.DataFrame:
    course = study.course
    cause = study.adsl["DTHCAUS"].fillna("unknown").where(study.adsl["DTHCAUS"].isin(list(CAUSES)), "unknown")
    dates = {f"LVL{code.upper()}": course["RELDT"].where(course["RELLVL"] == code) for code in LEVELS}
    dates |= {f"CAUSE{code.upper()}": course["DTHNLDT"].where(cause == code) for code in CAUSES}
    return course.assign(**dates, SIGNBCADT=known_recovery(study), SIGNMRDDT=_mrd_positive(study))


def known_recovery(study: Study) -> pd.Series:
    """The day on which loss of aplasia is known, samples only: the confirming sample where the rule asks for one."""
    course, loss = study.course, study.course["BCALOSDT"]
    if study.rules.bca_rule != "pct1_abs100_confirmed":
        return loss
    judged = judge_samples(study.tables["b_cell_assessment"], study.rules)
    over = judged[judged["OVER"]]
    confirming = over[over["date"] >= of_patient(loss, over) + pd.Timedelta(days=CONFIRM_DAYS)]
    return earliest(confirming, len(course)).where(loss.notna())


def _mrd_positive(study: Study) -> pd.Series:
    course = study.course
    rows = after(study.tables["mrd_assessment"], course["TRTSDT"])
    rows = rows[
        (classify(rows, study.rules) == POSITIVE.code)
        & (rows["date"] >= of_patient(course["RMSDT"], rows))
        & ~(rows["date"] >= of_patient(course["RELDT"], rows))
        & ~(rows["date"] >= of_patient(course["HSCTDT"], rows))
    ]
    return earliest(rows, len(course))


def derive_relapses(study: Study) -> pd.DataFrame:
    """One row per patient with a relapse after first remission: SITE is a code of SITES. Days from infusion,
    months from remission; NEXT: the first new therapy on or after the day of relapse."""
    course, n = study.course, len(study.course)
    rows = counted_relapses(study.tables["relapse"], study.rules)
    lag = days_since(rows["date"], of_patient(course["RELDT"], rows))
    rows = (
        rows[lag.between(0, SAME_RELAPSE_DAYS)]
        .sort_values("date")
        .drop_duplicates("PT")
        .set_index("PT")
        .reindex(range(n))
    )
    therapies = study.tables["subsequent_therapy"]
    later = therapies[therapies["date"] >= of_patient(course["RELDT"], therapies)]
    following = later.sort_values(["date", "kind"]).drop_duplicates("PT").set_index("PT").reindex(range(n))
    found = pd.DataFrame(
        {
            **{name: study.adsl[name] for name in ("USUBJID", "SITEID", "PRODLABEL")},
            "RELDT": course["RELDT"],
            "RELADY": days_since(course["RELDT"], course["TRTSDT"]).astype("Int32"),
            "RELMO": (days_since(course["RELDT"], course["RMSDT"]) / DAYS_PER_MONTH).round(1),
            "RELLVL": course["RELLVL"],
            "RELCD19": course["RELCD19"],
            "SITES": rows["sites"].astype("str"),
            "SITE": _site(rows),
            "NEXTDT": following["date"],
            "NEXT": following["kind"].astype("str"),
            "HSCTSVDT": course["HSCTSVDT"],
            "DTHDT": course["DTHDT"],
            "LSTCNTDT": course["LSTCNTDT"],
        }
    )
    return found[found["RELDT"].notna()].sort_values(["RELDT", "USUBJID"], ignore_index=True)


def _site(rows: pd.DataFrame) -> pd.Series:
    """CNS is named first; marrow only when nothing else is."""
    sites, level = rows["sites"].astype("str").str.lower().fillna(""), rows["level"].astype("str")
    cns = rows["cns"].astype("boolean").fillna(False).astype(bool) | sites.str.contains("cns", regex=False)
    marrow = sites.str.strip() == "bone marrow"
    other = ~marrow & ((sites != "") | (level == "extramedullary"))
    return pd.Series("unknown", index=rows.index).mask(other, "other_site").mask(marrow, "marrow").mask(cns, "cns")
