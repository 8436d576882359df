"""Relapse in detail: by level, site, cause of death without it, after a warning sign, and what follows it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from endpoints.b_cell_aplasia import CONFIRM_DAYS, judge_samples, needs_confirmation
from endpoints.catalogue import CIR, NRM, RELAPSE_WORDS
from endpoints.codes import UNKNOWN, in_sentence, pairs_of, words_of
from endpoints.mrd import POSITIVE, classify
from endpoints.patient_dates import after, days_since, earliest, of_patient
from endpoints.reasons import Reason
from endpoints.rules import DAYS_PER_MONTH
from endpoints.sources import (
    DEATH,
    DOUBT_WORDS,
    IN_FIRST_REMISSION,
    LAST_CONTACT,
    RELAPSE,
    REMISSION_WORDS,
    SAME_DAY_WORDS,
    TRANSPLANT,
)
from endpoints.status import Class
from endpoints.study import Study
from endpoints.terms import stands_for
from endpoints.time_to_event import Derived, Requirement, Source, TimeToEvent, derive_tte

LEVELS = words_of("relapse.level") | {UNKNOWN: "Relapse, level unknown"}
CAUSES = words_of("patient.cause_of_death")
CD19 = tuple(Class(*pair) for pair in pairs_of("relapse.cd19_status"))
CD22 = tuple(Class(*pair) for pair in pairs_of("relapse.cd22_status"))
ESCAPES = (
    Class("kept", "Every target kept"),
    Class("cd19_lost", "CD19 lost"),
    Class("cd22_lost", "CD22 lost"),
    Class("both_lost", "CD19 and CD22 lost"),
    Class("lineage_switch", "Lineage switch"),
    Class(UNKNOWN, "Target status unknown"),
)
ESCAPE_WORDS = (
    "Escape by target: what the leukaemia had lost of the antigens that the product targets. A target that is known to "
    "be lost counts also where the other is unknown; every target kept needs each of them to be known."
)
SITES = (
    Class("marrow", "Bone marrow only"),
    Class("cns", "CNS involved"),
    Class("other_site", "Other extramedullary"),
    Class(UNKNOWN, "Site not recorded"),
)


@dataclass(frozen=True)
class Sign:
    """A warning sign and the relapse that may follow it."""

    code: str
    label: str
    endpoint: TimeToEvent


def _split(codes: dict[str, str], prefix: str, colour: str) -> tuple[Source, ...]:
    return tuple(Source(f"{colour}_{code}", f"{prefix}{code.upper()}", in_sentence(w)) for code, w in codes.items())


BY_LEVEL = replace(
    CIR,
    paramcd="CIRLVL",
    param="Cumulative incidence of relapse by level",
    definition="From first remission: relapse by its level (a relapse without a row: unknown); death in "
    f"remission competes. Molecular relapse counts when the rule is switched on. {DOUBT_WORDS} {REMISSION_WORDS} "
    f"{RELAPSE_WORDS} {SAME_DAY_WORDS}",
    events=_split(LEVELS, "LVL", "level"),
)
BY_ESCAPE = replace(
    CIR,
    paramcd="CIRESC",
    param="Cumulative incidence of relapse by target escape",
    definition=f"From first remission: relapse by target; death in remission competes. {ESCAPE_WORDS} {DOUBT_WORDS} "
    f"{REMISSION_WORDS} {RELAPSE_WORDS} {SAME_DAY_WORDS}",
    events=_split({c.code: c.label for c in ESCAPES}, "ESC", "escape"),
)
NRM_CAUSES = replace(
    NRM,
    paramcd="NRMCAUSE",
    param="Non-relapse mortality by cause",
    definition=NRM.definition + " Here by the recorded cause; a missing cause is unknown.",
    events=_split(CAUSES, "CAUSE", "cause"),
)
ABBREVIATIONS = {NRM_CAUSES.paramcd: stands_for("CRS", "ICANS", "IEC-HS", "HLH", "GVHD"), "SITES": stands_for("CNS")}
OS_RELAPSE = TimeToEvent(
    "OSREL",
    "Overall survival from relapse",
    "From relapse after first remission: death from any cause; alive patients are censored at last contact. Salvage "
    f"transplant comes after relapse and is never a fixed group. {RELAPSE_WORDS}",
    events=(DEATH,),
    censor=LAST_CONTACT,
    origin="RELDT",
    requires=(Requirement("RELDT", Reason("no_relapse", "no relapse")),),
)


def _after(paramcd: str, param: str, origin: str, words: str, otherwise: Reason) -> TimeToEvent:
    return TimeToEvent(
        paramcd,
        param,
        f"{words} In all patients with this sign: relapse, with death and allogeneic transplant as competing events. "
        f"{RELAPSE_WORDS} {SAME_DAY_WORDS}",
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
            Reason("no_loss", "no loss of aplasia before relapse or transplant"),
        ),
    ),
    Sign(
        "mrd",
        "MRD positivity",
        _after(
            "CIRMRD",
            "Relapse after MRD positivity",
            "SIGNMRDDT",
            "From the first assay that is positive at the chosen cut-off, in remission.",
            Reason("never_positive", "never MRD-positive in remission"),
        ),
    ),
)
SIGN = {sign.code: sign for sign in SIGNS}


def derive_detail(study: Study, endpoint: TimeToEvent) -> Derived:
    """ADTTE of one of this file's endpoints, whose dates are split from the milestones here."""
    return derive_tte(_course(study), endpoint, study.rules)


def _course(study: Study) -> pd.DataFrame:
    course, escape = study.course, derive_escape(study)
    cause = course["DTHCD"].where(course["DTHCD"].isin(list(CAUSES)), UNKNOWN)
    dates = {f"LVL{code.upper()}": course["RELDT"].where(course["RELLVL"] == code) for code in LEVELS}
    dates |= {f"CAUSE{code.upper()}": course["DTHNRDT"].where(cause == code) for code in CAUSES}
    dates |= {f"ESC{c.code.upper()}": course["RELDT"].where(escape == c.code) for c in ESCAPES}
    return course.assign(**dates, SIGNBCADT=known_recovery(study), SIGNMRDDT=_mrd_positive(study))


def derive_escape(study: Study) -> pd.Series:
    """Code of ESCAPES per patient with a relapse: what was lost of what the product targets; missing without one."""
    course, target = study.course, study.adsl["TARGET"].astype("str")
    targeted = {name: target.isin([name, "CD19+CD22"]) for name in ("CD19", "CD22")}
    lost = {name: targeted[name] & (course[f"REL{name}"] == "negative") for name in targeted}
    kept = {name: ~targeted[name] | (course[f"REL{name}"] == "positive") for name in targeted}
    switched = (course["RELCD19"] == "lineage_switch") | (course["RELCD22"] == "lineage_switch")
    known = targeted["CD19"] | targeted["CD22"]
    code = np.select(
        [switched, lost["CD19"] & lost["CD22"], lost["CD19"], lost["CD22"], known & kept["CD19"] & kept["CD22"]],
        ["lineage_switch", "both_lost", "cd19_lost", "cd22_lost", "kept"],
        UNKNOWN,
    )
    return pd.Series(code, index=course.index, dtype="str").where(course["RELDT"].notna())


def known_recovery(study: Study) -> pd.Series:
    """The day on which loss of aplasia is known, samples only: the confirming sample where the rule asks for one."""
    course, loss = study.course, study.course["BCALOSDT"]
    if not needs_confirmation(study.rules):
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
    """One row per patient with a relapse after first remission: SITE is a code of SITES, ESCAPE of ESCAPES. Days from
    infusion, months from remission; NEXT: the first new therapy on or after the day of relapse."""
    course, n = study.course, len(study.course)
    therapies = study.tables["subsequent_therapy"]
    later = therapies[therapies["date"] >= of_patient(course["RELDT"], therapies)]
    following = later.sort_values(["date", "kind"]).drop_duplicates("PT").set_index("PT").reindex(range(n))
    relapses = pd.DataFrame(
        {
            **{name: study.adsl[name] for name in ("USUBJID", "SITEID", "PRODLABEL")},
            "RELDT": course["RELDT"],
            "RELADY": days_since(course["RELDT"], course["TRTSDT"]).astype("Int32"),
            "RELMO": (days_since(course["RELDT"], course["RMSDT"]) / DAYS_PER_MONTH).round(1),
            **{name: course[name] for name in ("RELLVL", "RELCD19", "RELCD22")},
            "ESCAPE": derive_escape(study),
            "SITES": course["RELSITES"],
            "SITE": _site(course),
            "NEXTDT": following["date"],
            "NEXT": following["kind"].astype("str"),
            **{name: course[name] for name in ("HSCTSVDT", "DTHDT", "LSTCNTDT")},
        }
    )
    return relapses[relapses["RELDT"].notna()].sort_values(["RELDT", "USUBJID"], ignore_index=True)


def _site(course: pd.DataFrame) -> pd.Series:
    """CNS is named first; marrow only when nothing else is."""
    sites = course["RELSITES"].astype("str").str.lower().fillna("")
    cns = course["RELCNS"].fillna(False).astype(bool) | sites.str.contains("cns", regex=False)
    marrow = sites.str.strip() == "bone marrow"
    other = ~marrow & ((sites != "") | (course["RELLVL"] == "extramedullary"))
    site = pd.Series(UNKNOWN, index=course.index).mask(other, "other_site")
    return site.mask(marrow, "marrow").mask(cns, "cns")
