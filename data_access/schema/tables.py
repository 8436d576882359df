"""Every table and column of a cohort database, declared once: type, allowed values, meaning, dated_by.

SELECTs, import checks, frame dtypes, the data dictionary, the REDCap form and the sample data follow from these
declarations. A new column is declared here; with `since` the next schema version, older bundles may be without it.
"""

from data_access.schema.columns import (
    METADATA,
    TYPES,
    allowed_values,
    columns_of,
    dated_by,
    is_level,
    key_of,
    kind_of,
    labels_of,
    meanings_of,
    natural_key_of,
    reference_of,
    short_of,
    since,
)
from data_access.schema.columns import column as _column
from data_access.schema.columns import table as _table

__all__ = [
    "BUNDLE_TABLES",
    "DATASET",
    "METADATA",
    "PATIENT",
    "PRODUCT",
    "SCHEMA_VERSION",
    "TABLE",
    "TABLES",
    "TYPES",
    "allowed_values",
    "columns_of",
    "dated_by",
    "is_level",
    "key_of",
    "kind_of",
    "labels_of",
    "meanings_of",
    "natural_key_of",
    "reference_of",
    "short_of",
    "since",
]

SCHEMA_VERSION = 2


def _key(name, meaning, dated_by=("date",)):
    """Keys must not lead back to a patient: a sample number of the laboratory would."""
    return _column(
        name, "id", f"{meaning[:-1]}: invented, unique, no number of another system.", key=True, dated_by=dated_by
    )


def _patient(dated_by=("date",)):
    return _column(
        "patient_id",
        "pseudonym",
        "Pseudonym of the patient.",
        required=True,
        refers="patient.patient_id",
        dated_by=dated_by,
    )


_SPECIMENS = {"BM": ("Bone marrow", "bone marrow"), "PB": ("Peripheral blood", "peripheral blood")}


def _antigen(name):
    """What became of a target on the relapsed leukaemia."""
    return {
        "positive": f"{name} on the leukaemia",
        "negative": f"{name} lost",
        "lineage_switch": "relapse as myeloid or another lineage",
        "unknown": "not examined, or without a result",
    }


def _date(meaning):
    return _column("date", "date", meaning, required=True, dated_by=("date",))


def _of_row(name, kind, meaning, **options):
    """A column whose value is known from the date of its row."""
    return _column(name, kind, meaning, dated_by=("date",), **options)


DATASET = _table(
    "dataset",
    "The cohort database itself.",
    _column(
        "dataset_id",
        "code",
        "Always 'cohort', so that there is never a second row.",
        key=True,
        values={"cohort": "the one row"},
    ),
    _column("title", "text", "Name of the cohort as shown on every screen.", required=True),
    _column(
        "data_cutoff", "date", "Data cut-off: the 'today' of every analysis; later dates never count.", required=True
    ),
    _column("schema_version", "integer", "Version of this schema.", required=True, low=1),
    _column("imported_at", "timestamp", "When the bundle was loaded (ISO 8601, UTC).", required=True),
    _column("source", "text", "Where the data come from, in words.", required=True),
    _column(
        "content_sha256",
        "text",
        "SHA-256 over the canonical export of all tables; its first 12 digits are the dataset version.",
        required=True,
    ),
    _column("synthetic", "yes_no", "Whether the patients are invented.", required=True),
)

PRODUCT = _table(
    "product",
    "A CAR-T product.",
    _column("product_code", "id", "Short code of the product.", key=True, level=True),
    _column(
        "name",
        "text",
        "International non-proprietary name, or the name in use for investigational products.",
        level=True,
    ),
    _column(
        "target_antigens",
        "code",
        "Antigens that the product recognises.",
        values={
            "CD19": "CD19 only",
            "CD22": "CD22 only",
            "CD19+CD22": "both, by one receptor, two receptors or two products given together",
        },
    ),
    _column(
        "specificity",
        "code",
        "Whether one or several antigens are targeted.",
        values={"mono": "one antigen", "multi": "more than one antigen"},
    ),
    _column(
        "cell_source",
        "code",
        "Whether the cells are the patient's own.",
        values={"autologous": "the patient's own cells", "allogeneic": "cells of a donor"},
    ),
    _column(
        "costimulatory_domain",
        "code",
        "Costimulatory domain of the receptor.",
        values={"4-1BB": "4-1BB (CD137)", "CD28": "CD28", "other": "another domain, or more than one"},
    ),
    _column(
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

PATIENT = _table(
    "patient",
    "A patient.",
    _column(
        "patient_id",
        "pseudonym",
        "Pseudonym with a letter in front, unique in the cohort; never a name or record number.",
        key=True,
        dated_by=_BIRTH,
    ),
    _column("site_code", "id", "Code of the treating centre.", dated_by=_ENROLLED, level=True),
    _column("sex", "code", "Sex.", values={"female": "female", "male": "male"}, dated_by=_BIRTH),
    _column("birth_month", "month", "Month of birth (YYYY-MM); no full birth date is kept.", dated_by=_BIRTH),
    _column("diagnosis_date", "date", "Date of the first diagnosis of B-ALL.", dated_by=("diagnosis_date",)),
    _column(
        "cytogenetic_group",
        "code",
        "Cytogenetic group of the leukaemia.",
        dated_by=_BIRTH,
        values={
            "ph_positive": ("Ph-positive", "BCR::ABL1, Philadelphia chromosome"),
            "ph_like": ("Ph-like", "gene expression or lesions of BCR::ABL1-like leukaemia"),
            "kmt2a": ("KMT2A", "KMT2A rearranged"),
            "hypodiploid": "fewer than 44 chromosomes",
            "iamp21": ("iAMP21", "intrachromosomal amplification of chromosome 21"),
            "tp53": ("TP53", "TP53 altered, without one of the groups before"),
            "other": "another abnormality",
            "normal": "examined, no abnormality found",
            "unknown": "not examined, or without a result",
        },
    ),
    _column("down_syndrome", "yes_no", "Down syndrome.", dated_by=_BIRTH),
    _column("prior_lines", "integer", "Lines of therapy before enrolment.", low=0, dated_by=_ENROLLED),
    _column("prior_relapses", "integer", "Relapses before enrolment.", low=0, dated_by=_ENROLLED),
    _column("prior_blinatumomab", "yes_no", "Blinatumomab before enrolment.", dated_by=_ENROLLED),
    _column("prior_inotuzumab", "yes_no", "Inotuzumab ozogamicin before enrolment.", dated_by=_ENROLLED),
    _column("prior_transplant", "yes_no", "Transplant before enrolment, of either kind.", dated_by=_ENROLLED),
    _column(
        "prior_transplant_kind",
        "code",
        "Kind of the transplant before enrolment, allogeneic where there was one of each kind.",
        dated_by=_ENROLLED,
        values={
            "allogeneic": "stem cells of a donor, also when an autologous transplant came before or after it",
            "autologous": "the patient's own stem cells and never those of a donor",
        },
        since=2,
    ),
    _column("prior_car_t", "yes_no", "CAR-T cells before the first course in this database.", dated_by=_ENROLLED),
    _column(
        "followed_elsewhere",
        "yes_no",
        "Whether another centre has taken over the follow-up.",
        dated_by=("last_contact_date",),
    ),
    _column(
        "last_contact_date",
        "date",
        "Latest date on which the patient's status was documented.",
        dated_by=("last_contact_date",),
    ),
    _column(
        "vital_status",
        "code",
        "Vital status at last contact.",
        values={"alive": "alive at last contact", "dead": "dead, with a death_date"},
        dated_by=("death_date", "last_contact_date"),
    ),
    _column("death_date", "date", "Date of death.", dated_by=_DEATH),
    _column(
        "cause_of_death",
        "code",
        "Cause of death.",
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
            "cardiorespiratory": "heart or lung failure without one of the causes before",
            "haemorrhage": "bleeding",
            "other": "another cause",
            "unknown": "cause not known, counts like leukaemia in the duration of remission",
            "crs_icans_hlh": (
                "CRS, ICANS or HLH, not told apart",
                "code of schema version 1, for deaths of which the centre does not say which of crs, icans and iec_hs",
            ),
        },
    ),
    short="pt",
)

_COURSE = ("enrolment_date", "apheresis_date", "infusion_date")
_MADE = ("lymphodepletion_start", "infusion_date", "not_infused_date")
_BURDEN = ("burden_date", "lymphodepletion_start", "infusion_date")
_INFUSED = ("infusion_date",)

TREATMENT_COURSE = _table(
    "treatment_course",
    "A course of CAR-T cells, infused or not; a re-infusion is a further course.",
    _key("treatment_course_id", "Key of the course.", _COURSE),
    _patient(_COURSE),
    _column(
        "product_code",
        "id",
        "Product planned or given in this course.",
        required=True,
        refers="product.product_code",
        dated_by=_COURSE,
        level=True,
    ),
    _column(
        "course_number",
        "integer",
        "Running number of the patient's courses, from 1.",
        required=True,
        low=1,
        dated_by=_COURSE,
    ),
    _column("enrolment_date", "date", "Date of enrolment or of the decision for CAR-T.", dated_by=("enrolment_date",)),
    _column("apheresis_date", "date", "Date of apheresis.", dated_by=("apheresis_date",)),
    _column(
        "manufacturing_outcome",
        "code",
        "Outcome of manufacturing.",
        dated_by=_MADE,
        values={
            "released": "product within its specification",
            "out_of_specification": "product made, outside its specification, infused or not",
            "failed": "no product could be made",
            "pending": "not known yet at the data cut-off",
        },
    ),
    _column("not_infused_date", "date", "Date of the decision not to infuse.", dated_by=("not_infused_date",)),
    _column(
        "not_infused_reason",
        "code",
        "Why the course was not infused.",
        dated_by=("not_infused_date",),
        values={
            "manufacturing": "no product, or none that could be given",
            "death": "death before infusion",
            "progression": "leukaemia progressed",
            "adverse_event": "adverse event or infection",
            "remission": "in remission, CAR-T no longer wanted",
            "withdrawal": "patient or family withdrew",
            "other": "another reason",
        },
    ),
    _column(
        "course_intent",
        "code",
        "Why this course was given.",
        dated_by=_COURSE,
        values={
            "index": "first treatment with CAR-T in this database, or a new attempt after a course that was not "
            "infused",
            "reinfusion_bca_loss": (
                "Re-infusion for loss of B-cell aplasia",
                "same product again for loss of B-cell aplasia",
            ),
            "reinfusion_relapse": ("Re-infusion for relapse", "same product again for relapse"),
            "new_product": "another product",
        },
    ),
    _column(
        "bridging_therapy",
        "code",
        "Bridging therapy between apheresis and lymphodepletion.",
        dated_by=_MADE,
        values={
            "none": "no bridging",
            "chemotherapy": "chemotherapy, alone or with others",
            "antibody": "blinatumomab, inotuzumab or another antibody",
            "steroids": "steroids only",
            "other": "another therapy, radiotherapy for example",
        },
    ),
    _column(
        "lymphodepletion",
        "code",
        "Lymphodepletion regimen.",
        values={
            "flu_cy": ("Fludarabine and cyclophosphamide", "fludarabine and cyclophosphamide"),
            "other": "another regimen",
            "none": "infused without lymphodepletion",
        },
        dated_by=("lymphodepletion_start", "infusion_date"),
    ),
    _column("lymphodepletion_start", "date", "First day of lymphodepletion.", dated_by=("lymphodepletion_start",)),
    _column("infusion_date", "date", "Date of the (first) infusion: day 0.", dated_by=_INFUSED),
    _column("dose_cells_e6", "number", "CAR-T cells of the first dose, in millions.", low=0, dated_by=_INFUSED),
    _column(
        "dose_per_kg_e6",
        "number",
        "CAR-T cells of the first dose per kg body weight, in millions.",
        low=0,
        dated_by=_INFUSED,
    ),
    _column(
        "second_dose_date", "date", "Date of the second part of a planned split dose.", dated_by=("second_dose_date",)
    ),
    _column(
        "second_dose_cells_e6",
        "number",
        "CAR-T cells of the second part of a planned split dose, in millions.",
        low=0,
        dated_by=("second_dose_date",),
    ),
    _column(
        "disease_status_before",
        "code",
        "Disease status before lymphodepletion.",
        dated_by=_BURDEN,
        values={
            "refractory": "no remission reached by the last therapy",
            "relapse": "relapse, not in remission again",
            "cr_mrd_positive": ("CR, MRD positive", "in remission (CR or CRi), MRD detected"),
            "cr_mrd_negative": ("CR, MRD negative", "in remission (CR or CRi), MRD not detected"),
            "unknown": "not assessed",
        },
    ),
    _column(
        "burden_date", "date", "Date of the last disease assessment before lymphodepletion.", dated_by=("burden_date",)
    ),
    _column(
        "blasts_pct_before", "number", "Marrow blasts before lymphodepletion, in percent.", low=0, dated_by=_BURDEN
    ),
    _column(
        "mrd_level_before",
        "number",
        "MRD level before lymphodepletion, as a fraction (0.0001 is 0.01 %).",
        low=0,
        dated_by=_BURDEN,
    ),
    _column(
        "cns_status",
        "code",
        "Central nervous system status before lymphodepletion.",
        values={
            "CNS1": "no blasts in the cerebrospinal fluid",
            "CNS2": "blasts in it, fewer than 5 leucocytes per microlitre",
            "CNS3": "blasts in it with 5 or more leucocytes per microlitre, or clinical signs",
        },
        dated_by=_BURDEN,
    ),
    _column("extramedullary", "yes_no", "Extramedullary disease before lymphodepletion.", dated_by=_BURDEN),
    _column(
        "crs_assessed",
        "yes_no",
        "Whether cytokine release syndrome was looked for; without it, no row says nothing.",
        dated_by=_INFUSED,
    ),
    _column(
        "icans_assessed",
        "yes_no",
        "Whether neurotoxicity was looked for; without it, no row says nothing.",
        dated_by=_INFUSED,
    ),
    _column(
        "iec_hs_assessed",
        "yes_no",
        "Whether IEC-HS was looked for; without it, no row says nothing.",
        dated_by=_INFUSED,
        since=2,
    ),
    _column(
        "icaht_assessed",
        "yes_no",
        "Whether blood counts were followed for ICAHT; without it, no row says nothing.",
        dated_by=_INFUSED,
        since=2,
    ),
    _column(
        "transplant_intended",
        "yes_no",
        "Whether an allogeneic transplant in remission was intended at infusion.",
        dated_by=_INFUSED,
        since=2,
    ),
    unique=("patient_id", "course_number"),
    short="tc",
)

RESPONSE_ASSESSMENT = _table(
    "response_assessment",
    "A disease assessment.",
    _key("response_assessment_id", "Key of the assessment."),
    _patient(),
    _date("Date of the assessment."),
    _of_row(
        "response",
        "code",
        "Response: complete remission, with incomplete recovery, leukaemia-free marrow, none, relapse, not evaluable.",
        required=True,
        values={
            "CR": (
                "Complete remission",
                (
                    "complete remission: fewer than 5 % marrow blasts, no extramedullary disease, neutrophils of at "
                    "least 1,000 and platelets of at least 100,000 per microlitre"
                ),
            ),
            "CRi": (
                "Complete remission with incomplete recovery",
                "as CR, but one of the two blood counts not recovered (CRh, partial recovery, included)",
            ),
            "MLFS": (
                "Morphologic leukaemia-free state",
                "marrow without blasts but hypoplastic or aplastic, no remission unless the dashboard is set so",
            ),
            "NR": ("No remission", "no remission: leukaemia has not gone since treatment"),
            "RELAPSE": ("Relapse", "leukaemia is back after a remission"),
            "NE": ("Not evaluable", "assessed, but not evaluable"),
        },
    ),
    _of_row("blasts_pct", "number", "Marrow blasts, in percent.", low=0),
    _of_row("extramedullary", "yes_no", "Extramedullary disease at this assessment."),
    unique=("patient_id", "date"),
    short="ra",
)

MRD_ASSESSMENT = _table(
    "mrd_assessment",
    "An assay of measurable residual disease.",
    _key("mrd_assessment_id", "Key of the assay."),
    _patient(),
    _date("Date of the sample."),
    _of_row("specimen", "code", "Bone marrow or peripheral blood.", required=True, values=_SPECIMENS),
    _of_row(
        "method",
        "code",
        "Flow cytometry, PCR of IG/TR, PCR of a fusion transcript, sequencing, or digital PCR.",
        required=True,
        values={
            "flow": ("Flow cytometry", "flow cytometry"),
            "pcr_igtr": ("PCR of IG/TR", "PCR of immunoglobulin or T-cell receptor rearrangements"),
            "pcr_fusion": ("PCR of a fusion transcript", "PCR of a fusion transcript such as BCR::ABL1"),
            "ngs": ("Sequencing", "next-generation sequencing"),
            "dpcr": ("Digital PCR", "digital PCR, droplet digital PCR included, whatever its target"),
        },
    ),
    _of_row(
        "result",
        "code",
        "Result of the assay.",
        required=True,
        values={
            "negative": "nothing detected, counts as negative only with a sensitivity that reaches the cut",
            "positive": "detected, with its level",
            "positive_not_quantifiable": "detected, too little to be measured, without a level",
            "failed": "assay without a result",
        },
    ),
    _of_row("level", "number", "Measured level, as a fraction of cells (0.0001 is 0.01 %).", low=0),
    _of_row("sensitivity", "number", "Sensitivity that this assay reached, as a fraction (0.0001 is 0.01 %).", low=0),
    unique=("patient_id", "date", "specimen", "method"),
    short="mrd",
)

B_CELL_ASSESSMENT = _table(
    "b_cell_assessment",
    "A sample in which B cells were counted.",
    _key("b_cell_assessment_id", "Key of the sample."),
    _patient(),
    _date("Date of the sample."),
    _of_row("specimen", "code", "Bone marrow or peripheral blood.", required=True, values=_SPECIMENS),
    _of_row("lymphocytes_per_ul", "number", "Lymphocytes per microlitre of blood.", low=0),
    _of_row("cd19_pct_lymphocytes", "number", "CD19-positive cells, in percent of lymphocytes.", low=0),
    _of_row("cd19_per_ul", "number", "CD19-positive cells per microlitre of blood.", low=0),
    _of_row("normal_b_pct_marrow", "number", "Normal CD19-positive B cells, in percent of marrow cells.", low=0),
    _of_row("below_limit", "yes_no", "Whether B cells were below the limit of the assay."),
    unique=("patient_id", "date", "specimen"),
    short="bc",
)

IMMUNOGLOBULIN = _table(
    "immunoglobulin",
    "A measurement of immunoglobulin G.",
    _key("immunoglobulin_id", "Key of the measurement."),
    _patient(),
    _date("Date of the sample."),
    _of_row("igg_mg_dl", "number", "Immunoglobulin G in mg/dL.", low=0),
    _of_row("on_replacement", "yes_no", "Whether the patient was on immunoglobulin replacement."),
    unique=("patient_id", "date"),
    short="ig",
)

IVIG = _table(
    "ivig",
    "A dose of immunoglobulin replacement.",
    _key("ivig_id", "Key of the dose."),
    _patient(),
    _date("Date of the dose."),
    unique=("patient_id", "date"),
    short="iv",
)

CONTACT = _table(
    "contact",
    "A documented contact with the patient.",
    _key("contact_id", "Key of the contact."),
    _patient(),
    _date("Date of the contact."),
    unique=("patient_id", "date"),
    short="co",
)

CAR_PERSISTENCE = _table(
    "car_persistence",
    "A measurement of CAR-T cells or transgene in blood.",
    _key("car_persistence_id", "Key of the measurement."),
    _patient(),
    _date("Date of the sample."),
    _of_row(
        "method",
        "code",
        "Quantitative PCR, droplet digital PCR or flow cytometry.",
        required=True,
        values={
            "qpcr": ("Quantitative PCR", "quantitative PCR of the transgene"),
            "ddpcr": ("Droplet digital PCR", "droplet digital PCR of the transgene"),
            "flow": ("Flow cytometry", "flow cytometry of CAR-T cells"),
        },
    ),
    _of_row("detected", "yes_no", "Whether CAR-T cells or transgene were detected."),
    _of_row("value", "number", "Measured value, in the unit beside it.", low=0),
    _of_row("unit", "text", "Unit of the value.", level=True),
    unique=("patient_id", "date", "method"),
    short="cp",
)

RELAPSE = _table(
    "relapse",
    "A relapse, before or after infusion.",
    _key("relapse_id", "Key of the relapse."),
    _patient(),
    _date("Date of the relapse."),
    _of_row(
        "level",
        "code",
        "Level at which the relapse was found; it decides whether the relapse counts.",
        required=True,
        values={
            "morphologic": "blasts in the marrow, with or without another site: in adults 5 % or more, in children and "
            "adolescents 25 % or more, or less with further tests (paediatric consensus, Buchmann 2022), and the "
            "centre's word counts",
            "extramedullary": "outside the marrow only, the central nervous system included",
            "molecular": "called by the centre on MRD alone, counts only when the dashboard is set so",
        },
    ),
    _of_row("cns", "yes_no", "Whether the central nervous system was involved."),
    _of_row("sites", "text", "Sites of the relapse, in words."),
    _of_row("cd19_status", "code", "CD19 on the relapsed leukaemia.", values=_antigen("CD19")),
    _of_row("cd22_status", "code", "CD22 on the relapsed leukaemia.", values=_antigen("CD22"), since=2),
    unique=("patient_id", "date", "level"),
    short="re",
)

TRANSPLANT = _table(
    "transplant",
    "A stem-cell transplant, before or after infusion.",
    _key("transplant_id", "Key of the transplant."),
    _patient(),
    _date("Date of the transplant."),
    _of_row(
        "kind",
        "code",
        "Allogeneic or autologous.",
        required=True,
        values={"allogeneic": "stem cells of a donor", "autologous": "the patient's own stem cells"},
    ),
    _of_row(
        "donor",
        "code",
        "Donor of an allogeneic transplant.",
        values={
            "matched_related": "HLA-matched relative",
            "matched_unrelated": "HLA-matched unrelated donor",
            "mismatched_unrelated": "unrelated donor with a mismatch",
            "haploidentical": "half-matched relative",
            "cord": "cord blood",
        },
    ),
    _of_row("conditioning_tbi", "yes_no", "Whether conditioning included total body irradiation."),
    _of_row(
        "disease_status",
        "code",
        "Disease status at transplant.",
        values={
            "cr_mrd_negative": ("CR, MRD negative", "in remission (CR or CRi), MRD not detected"),
            "cr_mrd_positive": ("CR, MRD positive", "in remission, MRD detected"),
            "cr_mrd_unknown": ("CR, MRD unknown", "in remission, MRD not assessed"),
            "not_in_remission": "not in remission",
        },
    ),
    _of_row(
        "reason",
        "code",
        "Why the transplant was done, for transplants after infusion.",
        values={
            "planned": "intended at infusion, whatever was found later",
            "mrd": ("MRD", "MRD still there or back"),
            "b_cell_recovery": ("B-cell recovery", "B cells back, early loss of B-cell aplasia"),
            "other": "another reason, relapse for example",
        },
        since=2,
    ),
    unique=("patient_id", "date", "kind"),
    short="tx",
)

SUBSEQUENT_THERAPY = _table(
    "subsequent_therapy",
    "The start of a therapy after infusion; a later CAR-T is a treatment course.",
    _key("subsequent_therapy_id", "Key of the therapy."),
    _patient(),
    _date("First day of the therapy."),
    _of_row(
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
            "other": "another therapy against leukaemia",
        },
    ),
    unique=("patient_id", "date", "kind"),
    short="st",
)

_ONSET, _RESOLVED = ("onset_date",), ("resolution_date", "onset_date")

ADVERSE_EVENT = _table(
    "adverse_event",
    "An episode of CRS, neurotoxicity, IEC-HS or ICAHT.",
    _key("adverse_event_id", "Key of the episode.", _ONSET),
    _patient(_ONSET),
    _column(
        "kind",
        "code",
        "Kind of toxicity.",
        required=True,
        values={
            "CRS": "cytokine release syndrome",
            "ICANS": "immune effector cell-associated neurotoxicity, earlier scales included",
            "IEC_HS": (
                "IEC-HS",
                (
                    "immune effector cell-associated haemophagocytic lymphohistiocytosis-like syndrome, graded as "
                    "ASTCT 2023"
                ),
            ),
            "ICAHT": "immune effector cell-associated haematotoxicity, graded as EHA/EBMT, one row for the early "
            "(day 0 to 30) and one for the late (after day 30)",
        },
        dated_by=_ONSET,
    ),
    _column("grade", "integer", "Highest grade of the episode on its scale.", low=1, high=5, dated_by=_RESOLVED),
    _column(
        "scale",
        "code",
        "Grading scale; grades of different scales are never pooled.",
        values={
            "ASTCT": "consensus of the American Society for Transplantation and Cellular Therapy, of 2019 for CRS and "
            "ICANS, of 2023 for IEC-HS",
            "Penn": "scale of the University of Pennsylvania, CRS only",
            "CTCAE": "Common Terminology Criteria for Adverse Events",
            "EHA_EBMT": ("EHA/EBMT", "consensus of EHA and EBMT, grades 1 to 4, ICAHT only"),
        },
        dated_by=_ONSET,
    ),
    _column("onset_date", "date", "First day of the episode.", required=True, dated_by=_ONSET),
    _column("resolution_date", "date", "Day on which the episode had resolved.", dated_by=("resolution_date",)),
    _column("tocilizumab", "yes_no", "Whether tocilizumab was given.", dated_by=_RESOLVED),
    _column("steroids", "yes_no", "Whether corticosteroids were given.", dated_by=_RESOLVED),
    unique=("patient_id", "kind", "onset_date", "scale"),
    short="ae",
)

INFECTION = _table(
    "infection",
    "An infection after infusion.",
    _key("infection_id", "Key of the infection.", _ONSET),
    _patient(_ONSET),
    _column("onset_date", "date", "First day of the infection.", required=True, dated_by=_ONSET),
    _column(
        "organism_class",
        "code",
        "Class of the organism, empty where none was found.",
        values={"bacterial": "bacteria", "viral": "virus", "fungal": "fungus", "other": "another organism"},
        dated_by=_ONSET,
    ),
    _column("grade", "integer", "Highest grade of the infection (CTCAE, 1 to 5).", low=1, high=5, dated_by=_ONSET),
    _column("site", "text", "Site of the infection, in words.", dated_by=_ONSET),
    unique=("patient_id", "onset_date", "organism_class", "site"),
    short="inf",
    since=2,
)

_FOUND = ("diagnosis_date",)

SECOND_MALIGNANCY = _table(
    "second_malignancy",
    "Another cancer, found after infusion.",
    _key("second_malignancy_id", "Key of the cancer.", _FOUND),
    _patient(_FOUND),
    _column("diagnosis_date", "date", "Date of the diagnosis.", required=True, dated_by=_FOUND),
    _column(
        "kind",
        "code",
        "Kind of cancer.",
        values={
            "myeloid": "myelodysplastic neoplasm or myeloid leukaemia",
            "lymphoid": "lymphoma or leukaemia of lymphocytes that is not the treated one",
            "solid": "solid tumour outside the skin",
            "skin": "cancer of the skin, melanoma included",
            "other": "another cancer",
        },
        dated_by=_FOUND,
    ),
    _column("t_cell_origin", "yes_no", "Whether the cancer is of T cells.", dated_by=_FOUND),
    _column("transgene_tested", "yes_no", "Whether the tumour was tested for the transgene.", dated_by=_FOUND),
    _column("transgene_found", "yes_no", "Whether the transgene was found in the tumour.", dated_by=_FOUND),
    unique=("patient_id", "diagnosis_date", "kind"),
    short="sm",
    since=2,
)

BUNDLE_TABLES = (  # in load order: what is referred to comes first; `dataset` has no file
    PRODUCT,
    PATIENT,
    TREATMENT_COURSE,
    RESPONSE_ASSESSMENT,
    MRD_ASSESSMENT,
    B_CELL_ASSESSMENT,
    IMMUNOGLOBULIN,
    IVIG,
    CONTACT,
    CAR_PERSISTENCE,
    RELAPSE,
    TRANSPLANT,
    SUBSEQUENT_THERAPY,
    ADVERSE_EVENT,
    INFECTION,
    SECOND_MALIGNANCY,
)
TABLES = (DATASET, *BUNDLE_TABLES)
TABLE = {table.name: table for table in TABLES}
