"""What stands for the cohort itself, its products and its patients."""

from data_access.schema.columns import column, table

DATASET = table(
    "dataset",
    "The cohort database itself.",
    column(
        "dataset_id",
        "code",
        "Always 'cohort', so that there is never a second row.",
        key=True,
        values={"cohort": "the one row"},
    ),
    column("title", "text", "Name of the cohort as shown on every screen.", required=True),
    column(
        "data_cutoff", "date", "Data cut-off: the 'today' of every analysis; later dates never count.", required=True
    ),
    column("schema_version", "integer", "Version of this schema.", required=True, low=1),
    column("imported_at", "timestamp", "When the bundle was loaded (ISO 8601, UTC).", required=True),
    column("source", "text", "Where the data come from, in words.", required=True),
    column(
        "content_sha256",
        "text",
        "SHA-256 over the canonical export of all tables; its first 12 digits are the dataset version.",
        required=True,
    ),
    column("synthetic", "yes_no", "Whether the patients are invented.", required=True),
)

PRODUCT = table(
    "product",
    "A CAR-T product.",
    column("product_code", "id", "Short code of the product.", key=True, level=True),
    column(
        "name",
        "text",
        "International non-proprietary name, or the name in use for investigational products.",
        level=True,
    ),
    column(
        "target_antigens",
        "code",
        "Antigens that the product recognises.",
        values={
            "CD19": "CD19 only",
            "CD22": "CD22 only",
            "CD19+CD22": ("CD19 + CD22", "both, by one receptor, two receptors or two products given together"),
        },
    ),
    column(
        "specificity",
        "code",
        "Whether one or several antigens are targeted.",
        values={"mono": ("Monospecific", "one antigen"), "multi": ("Multispecific", "more than one antigen")},
    ),
    column(
        "cell_source",
        "code",
        "Whether the cells are the patient's own.",
        values={"autologous": "the patient's own cells", "allogeneic": "cells of a donor"},
    ),
    column(
        "costimulatory_domain",
        "code",
        "Costimulatory domain of the receptor.",
        values={"4-1BB": "4-1BB (CD137)", "CD28": "CD28", "other": "another domain, or more than one"},
    ),
    column(
        "status",
        "code",
        "Regulatory status of the product.",
        values={
            "approved": "licensed by a medicines authority",
            "investigational": "given in a trial or by compassionate use",
        },
    ),
)

_BIRTH, _DEATH = ("diagnosis_date", "treatment_course.enrolment_date"), ("death_date",)
_ENROLLED = ("treatment_course.enrolment_date", "treatment_course.apheresis_date", "treatment_course.infusion_date")

PATIENT = table(
    "patient",
    "A patient.",
    column(
        "patient_id",
        "pseudonym",
        "Pseudonym with a letter in front, unique in the cohort; never a name or record number.",
        key=True,
        dated_by=_BIRTH,
    ),
    column("site_code", "id", "Code of the treating centre.", dated_by=_ENROLLED, level=True),
    column("sex", "code", "Sex.", values={"female": "female", "male": "male"}, dated_by=_BIRTH),
    column("birth_month", "month", "Month of birth (YYYY-MM); no full birth date is kept.", dated_by=_BIRTH),
    column("diagnosis_date", "date", "Date of the first diagnosis of B-ALL.", dated_by=("diagnosis_date",)),
    column(
        "cytogenetic_group",
        "code",
        "Cytogenetic group of the leukaemia.",
        dated_by=_BIRTH,
        values={
            "ph_positive": ("Ph+", "BCR::ABL1, Philadelphia chromosome"),
            "ph_like": ("Ph-like", "gene expression or lesions of BCR::ABL1-like leukaemia"),
            "kmt2a": ("KMT2A", "KMT2A rearranged"),
            "hypodiploid": "fewer than 44 chromosomes",
            "iamp21": ("iAMP21", "intrachromosomal amplification of chromosome 21"),
            "tp53": ("TP53", "TP53 altered, without one of the groups before"),
            "other": "another abnormality",
            "normal": "examined, no abnormality found",
            "unknown": ("Unknown (as recorded)", "not examined, or without a result"),
        },
    ),
    column("down_syndrome", "yes_no", "Down syndrome.", dated_by=_BIRTH),
    column("prior_lines", "integer", "Lines of therapy before enrolment.", low=0, dated_by=_ENROLLED),
    column("prior_relapses", "integer", "Relapses before enrolment.", low=0, dated_by=_ENROLLED),
    column("prior_blinatumomab", "yes_no", "Blinatumomab before enrolment.", dated_by=_ENROLLED),
    column("prior_inotuzumab", "yes_no", "Inotuzumab ozogamicin before enrolment.", dated_by=_ENROLLED),
    column("prior_transplant", "yes_no", "Transplant before enrolment, of either kind.", dated_by=_ENROLLED),
    column(
        "prior_transplant_kind",
        "code",
        "Kind of the transplant before enrolment, allogeneic where there was one of each kind.",
        dated_by=_ENROLLED,
        values={
            "allogeneic": "stem cells of a donor, also when an autologous transplant came before or after it",
            "autologous": ("Autologous only", "the patient's own stem cells and never those of a donor"),
        },
        since=2,
    ),
    column("prior_car_t", "yes_no", "CAR-T cells before the first course in this database.", dated_by=_ENROLLED),
    column(
        "followed_elsewhere",
        "yes_no",
        "Whether another centre has taken over the follow-up.",
        dated_by=("last_contact_date",),
    ),
    column(
        "last_contact_date",
        "date",
        "Latest date on which the patient's status was documented.",
        dated_by=("last_contact_date",),
    ),
    column(
        "vital_status",
        "code",
        "Vital status at last contact.",
        values={"alive": "alive at last contact", "dead": "dead, with a death_date"},
        dated_by=("death_date", "last_contact_date"),
    ),
    column("death_date", "date", "Date of death.", dated_by=_DEATH),
    column(
        "cause_of_death",
        "code",
        "Cause of death.",
        changed=2,
        dated_by=_DEATH,
        values={
            "leukaemia": "leukaemia, relapsed or refractory",
            "crs": ("CRS", "cytokine release syndrome"),
            "icans": ("ICANS", "immune effector cell-associated neurotoxicity"),
            "iec_hs": ("IEC-HS", "immune effector cell-associated haemophagocytic lymphohistiocytosis-like syndrome"),
            "infection": "infection",
            "transplant_gvhd": (
                "Transplant or GVHD",
                "complication of a transplant, graft-versus-host disease included",
            ),
            "second_malignancy": "another cancer, after treatment",
            "cardiorespiratory": ("Heart or lung failure", "heart or lung failure without one of the causes before"),
            "haemorrhage": "bleeding",
            "other": ("Other cause", "another cause"),
            "unknown": ("Cause unknown", "cause not known, counts like leukaemia in the duration of remission"),
            "crs_icans_hlh": (
                "CRS, ICANS or HLH (not told apart)",
                "code of schema version 1, for deaths of which the centre does not say which of crs, icans and iec_hs",
            ),
        },
    ),
    short="pt",
)
