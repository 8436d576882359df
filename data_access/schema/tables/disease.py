"""The leukaemia: response, MRD, relapse, and what is done about it."""

from data_access.schema.columns import SPECIMENS, date, key, of_row, patient, table

RESPONSE_ASSESSMENT = table(
    "response_assessment",
    "A disease assessment.",
    key("response_assessment_id", "Key of the assessment."),
    patient(),
    date("Date of the assessment."),
    of_row(
        "response",
        "code",
        "Response: complete remission, with incomplete recovery, leukaemia-free marrow, none, relapse, not evaluable.",
        changed=2,
        required=True,
        values={
            "CR": (
                "CR",
                (
                    "complete remission: fewer than 5 % marrow blasts, no extramedullary disease, neutrophils of at "
                    "least 1,000 and platelets of at least 100,000 per microlitre"
                ),
            ),
            "CRi": ("CRi", "as CR, but one of the two blood counts not recovered (CRh, partial recovery, included)"),
            "MLFS": (
                "MLFS",
                (
                    "morphologic leukaemia-free state: marrow without blasts but hypoplastic or aplastic, no remission "
                    "unless the dashboard is set so"
                ),
            ),
            "NR": ("No remission", "no remission: leukaemia has not gone since treatment"),
            "RELAPSE": ("Relapse", "leukaemia is back after a remission"),
            "NE": ("Not evaluable", "assessed, but not evaluable"),
        },
    ),
    of_row("blasts_pct", "number", "Marrow blasts, in percent.", low=0),
    of_row("extramedullary", "yes_no", "Extramedullary disease at this assessment."),
    unique=("patient_id", "date"),
    short="ra",
)

MRD_ASSESSMENT = table(
    "mrd_assessment",
    "An assay of measurable residual disease.",
    key("mrd_assessment_id", "Key of the assay."),
    patient(),
    date("Date of the sample."),
    of_row("specimen", "code", "Bone marrow or peripheral blood.", required=True, values=SPECIMENS),
    of_row(
        "method",
        "code",
        "Flow cytometry, PCR of IG/TR, PCR of a fusion transcript, sequencing, or digital PCR.",
        changed=2,
        required=True,
        values={
            "flow": ("Flow cytometry", "flow cytometry"),
            "pcr_igtr": ("PCR IG/TR", "PCR of immunoglobulin or T-cell receptor rearrangements"),
            "pcr_fusion": ("PCR fusion", "PCR of a fusion transcript such as BCR::ABL1"),
            "ngs": ("NGS", "next-generation sequencing"),
            "dpcr": ("Digital PCR", "digital PCR, droplet digital PCR included, whatever its target"),
        },
    ),
    of_row(
        "result",
        "code",
        "Result of the assay.",
        required=True,
        values={
            "negative": "nothing detected, counts as negative only with a sensitivity that reaches the cut",
            "positive": "detected, with its level",
            "positive_not_quantifiable": (
                "Positive, not quantifiable",
                "detected, too little to be measured, without a level",
            ),
            "failed": "assay without a result",
        },
    ),
    of_row("level", "number", "Measured level, as a fraction of cells (0.0001 is 0.01 %).", low=0),
    of_row("sensitivity", "number", "Sensitivity that this assay reached, as a fraction (0.0001 is 0.01 %).", low=0),
    unique=("patient_id", "date", "specimen", "method"),
    short="mrd",
)


def antigen(name):
    """What became of a target on the relapsed leukaemia."""
    return {
        "positive": (f"{name}-positive", f"{name} on the leukaemia"),
        "negative": (f"{name}-negative", f"{name} lost"),
        "lineage_switch": "relapse as myeloid or another lineage",
        "unknown": (f"{name} unknown", "not examined, or without a result"),
    }


RELAPSE = table(
    "relapse",
    "A relapse, before or after infusion.",
    key("relapse_id", "Key of the relapse."),
    patient(),
    date("Date of the relapse."),
    of_row(
        "level",
        "code",
        "Level at which the relapse was found; it decides whether the relapse counts.",
        required=True,
        values={
            "morphologic": (
                "Morphologic relapse",
                (
                    "blasts in the marrow, with or without another site: in adults 5 % or more, in children and "
                    "adolescents 25 % or more, or less with further tests (paediatric consensus, Buchmann 2022), and "
                    "the centre's word counts"
                ),
            ),
            "extramedullary": (
                "Extramedullary relapse",
                "outside the marrow only, the central nervous system included",
            ),
            "molecular": (
                "Molecular relapse",
                "called by the centre on MRD alone, counts only when the dashboard is set so",
            ),
        },
    ),
    of_row("cns", "yes_no", "Whether the central nervous system was involved."),
    of_row("sites", "text", "Sites of the relapse, in words."),
    of_row("cd19_status", "code", "CD19 on the relapsed leukaemia.", values=antigen("CD19")),
    of_row("cd22_status", "code", "CD22 on the relapsed leukaemia.", values=antigen("CD22"), since=2),
    unique=("patient_id", "date", "level"),
    short="re",
)

TRANSPLANT = table(
    "transplant",
    "A stem-cell transplant, before or after infusion.",
    key("transplant_id", "Key of the transplant."),
    patient(),
    date("Date of the transplant."),
    of_row(
        "kind",
        "code",
        "Allogeneic or autologous.",
        required=True,
        values={"allogeneic": "stem cells of a donor", "autologous": "the patient's own stem cells"},
    ),
    of_row(
        "donor",
        "code",
        "Donor of an allogeneic transplant.",
        values={
            "matched_related": "HLA-matched relative",
            "matched_unrelated": "HLA-matched unrelated donor",
            "mismatched_unrelated": "unrelated donor with a mismatch",
            "haploidentical": "half-matched relative",
            "cord": ("Cord blood", "cord blood"),
        },
    ),
    of_row("conditioning_tbi", "yes_no", "Whether conditioning included total body irradiation."),
    of_row(
        "disease_status",
        "code",
        "Disease status at transplant.",
        values={
            "cr_mrd_negative": ("MRD-negative", "in remission (CR or CRi), MRD not detected"),
            "cr_mrd_positive": ("MRD-positive", "in remission, MRD detected"),
            "cr_mrd_unknown": ("MRD unknown", "in remission, MRD not assessed"),
            "not_in_remission": "not in remission",
        },
    ),
    of_row(
        "reason",
        "code",
        "Why the transplant was done, for transplants after infusion.",
        values={
            "planned": ("Planned at infusion", "intended at infusion, whatever was found later"),
            "mrd": ("For MRD", "MRD still there or back"),
            "b_cell_recovery": ("For B-cell recovery", "B cells back, early loss of B-cell aplasia"),
            "other": ("For another reason", "another reason, relapse for example"),
        },
        since=2,
    ),
    unique=("patient_id", "date", "kind"),
    short="tx",
)

SUBSEQUENT_THERAPY = table(
    "subsequent_therapy",
    "The start of a therapy after infusion; a later CAR-T is a treatment course.",
    key("subsequent_therapy_id", "Key of the therapy."),
    patient(),
    date("First day of the therapy."),
    of_row(
        "kind",
        "code",
        "Kind of therapy.",
        required=True,
        values={
            "chemotherapy": "chemotherapy against leukaemia, not maintenance",
            "blinatumomab": "blinatumomab",
            "inotuzumab": "inotuzumab ozogamicin",
            "dli": ("DLI", "donor lymphocyte infusion"),
            "tki": ("TKI", "tyrosine kinase inhibitor, counts as new therapy only when the dashboard is set so"),
            "maintenance": "maintenance in remission, counts as new therapy only when the dashboard is set so",
            "other": ("Other therapy", "another therapy against leukaemia"),
        },
    ),
    unique=("patient_id", "date", "kind"),
    short="st",
)
