"""A course of CAR-T cells, from enrolment to infusion."""

from data_access.schema.columns import column, key, patient, table

_COURSE = ("enrolment_date", "apheresis_date", "infusion_date")
_MADE = ("lymphodepletion_start", "infusion_date", "not_infused_date")
_BURDEN = ("burden_date", "lymphodepletion_start", "infusion_date")
_INFUSED = ("infusion_date",)

TREATMENT_COURSE = table(
    "treatment_course",
    "A course of CAR-T cells, infused or not; a re-infusion is a further course.",
    key("treatment_course_id", "Key of the course.", _COURSE),
    patient(_COURSE),
    column(
        "product_code",
        "id",
        "Product planned or given in this course.",
        required=True,
        refers="product.product_code",
        dated_by=_COURSE,
        level=True,
    ),
    column(
        "course_number",
        "integer",
        "Running number of the patient's courses, from 1.",
        required=True,
        low=1,
        dated_by=_COURSE,
    ),
    column("enrolment_date", "date", "Date of enrolment or of the decision for CAR-T.", dated_by=("enrolment_date",)),
    column("apheresis_date", "date", "Date of apheresis.", dated_by=("apheresis_date",)),
    column(
        "manufacturing_outcome",
        "code",
        "Outcome of manufacturing.",
        dated_by=_MADE,
        values={
            "released": "product within its specification",
            "out_of_specification": "product made, outside its specification, infused or not",
            "failed": ("Manufacturing failed", "no product could be made"),
            "pending": ("Manufacturing pending", "not known yet at the data cut-off"),
        },
    ),
    column("not_infused_date", "date", "Date of the decision not to infuse.", dated_by=("not_infused_date",)),
    column(
        "not_infused_reason",
        "code",
        "Why the course was not infused.",
        dated_by=("not_infused_date",),
        values={
            "manufacturing": ("Manufacturing failure", "no product, or none that could be given"),
            "death": "death before infusion",
            "progression": "leukaemia progressed",
            "adverse_event": "adverse event or infection",
            "remission": "in remission, CAR-T no longer wanted",
            "withdrawal": "patient or family withdrew",
            "other": ("Other reason", "another reason"),
        },
    ),
    column(
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
    column(
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
    column(
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
    column("lymphodepletion_start", "date", "First day of lymphodepletion.", dated_by=("lymphodepletion_start",)),
    column("infusion_date", "date", "Date of the (first) infusion: day 0.", dated_by=_INFUSED),
    column("dose_cells_e6", "number", "CAR-T cells of the first dose, in millions.", low=0, dated_by=_INFUSED),
    column(
        "dose_per_kg_e6",
        "number",
        "CAR-T cells of the first dose per kg body weight, in millions.",
        low=0,
        dated_by=_INFUSED,
    ),
    column(
        "second_dose_date", "date", "Date of the second part of a planned split dose.", dated_by=("second_dose_date",)
    ),
    column(
        "second_dose_cells_e6",
        "number",
        "CAR-T cells of the second part of a planned split dose, in millions.",
        low=0,
        dated_by=("second_dose_date",),
    ),
    column(
        "disease_status_before",
        "code",
        "Disease status before lymphodepletion.",
        dated_by=_BURDEN,
        values={
            "refractory": "no remission reached by the last therapy",
            "relapse": "relapse, not in remission again",
            "cr_mrd_positive": ("CR, MRD-positive", "in remission (CR or CRi), MRD detected"),
            "cr_mrd_negative": ("CR, MRD-negative", "in remission (CR or CRi), MRD not detected"),
            "unknown": ("Unknown (as recorded)", "not assessed"),
        },
    ),
    column(
        "burden_date", "date", "Date of the last disease assessment before lymphodepletion.", dated_by=("burden_date",)
    ),
    column("blasts_pct_before", "number", "Marrow blasts before lymphodepletion, in percent.", low=0, dated_by=_BURDEN),
    column(
        "mrd_level_before",
        "number",
        "MRD level before lymphodepletion, as a fraction (0.0001 is 0.01 %).",
        low=0,
        dated_by=_BURDEN,
    ),
    column(
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
    column("extramedullary", "yes_no", "Extramedullary disease before lymphodepletion.", dated_by=_BURDEN),
    column(
        "crs_assessed",
        "yes_no",
        "Whether cytokine release syndrome was looked for; without it, no row says nothing.",
        dated_by=_INFUSED,
    ),
    column(
        "icans_assessed",
        "yes_no",
        "Whether neurotoxicity was looked for; without it, no row says nothing.",
        dated_by=_INFUSED,
    ),
    column(
        "iec_hs_assessed",
        "yes_no",
        "Whether IEC-HS was looked for; without it, no row says nothing.",
        dated_by=_INFUSED,
        since=2,
    ),
    column(
        "icaht_assessed",
        "yes_no",
        "Whether blood counts were followed for ICAHT; without it, no row says nothing.",
        dated_by=_INFUSED,
        since=2,
    ),
    column(
        "transplant_intended",
        "yes_no",
        "Whether an allogeneic transplant in remission was intended at infusion.",
        dated_by=_INFUSED,
        since=2,
    ),
    unique=("patient_id", "course_number"),
    short="tc",
)
