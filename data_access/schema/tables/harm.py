"""Toxicity, infections and second malignancies."""

from data_access.schema.columns import column, key, patient, table

_ONSET = ("onset_date",)

ADVERSE_EVENT = table(
    "adverse_event",
    "An episode of CRS, neurotoxicity, IEC-HS or ICAHT.",
    key("adverse_event_id", "Key of the episode.", _ONSET),
    patient(_ONSET),
    column(
        "kind",
        "code",
        "Kind of toxicity.",
        changed=2,
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
    column("grade", "integer", "Highest grade of the episode on its scale.", low=1, high=5, dated_by=_ONSET),
    column(
        "scale",
        "code",
        "Grading scale; grades of different scales are never pooled.",
        changed=2,
        values={
            "ASTCT": "consensus of the American Society for Transplantation and Cellular Therapy, of 2019 for CRS and "
            "ICANS, of 2023 for IEC-HS",
            "Penn": "scale of the University of Pennsylvania, CRS only",
            "CTCAE": "Common Terminology Criteria for Adverse Events",
            "EHA_EBMT": ("EHA/EBMT", "consensus of EHA and EBMT, grades 1 to 4, ICAHT only"),
        },
        dated_by=_ONSET,
    ),
    column("onset_date", "date", "First day of the episode.", required=True, dated_by=_ONSET),
    column("resolution_date", "date", "Day on which the episode had resolved.", dated_by=("resolution_date",)),
    column("tocilizumab", "yes_no", "Whether tocilizumab was given.", dated_by=_ONSET),
    column("steroids", "yes_no", "Whether corticosteroids were given.", dated_by=_ONSET),
    unique=("patient_id", "kind", "onset_date", "scale"),
    short="ae",
)

INFECTION = table(
    "infection",
    "An infection after infusion.",
    key("infection_id", "Key of the infection.", _ONSET),
    patient(_ONSET),
    column("onset_date", "date", "First day of the infection.", required=True, dated_by=_ONSET),
    column(
        "organism_class",
        "code",
        "Class of the organism, empty where none was found.",
        values={
            "bacterial": "bacteria",
            "viral": "virus",
            "fungal": "fungus",
            "other": ("Other organism", "another organism"),
        },
        dated_by=_ONSET,
    ),
    column("grade", "integer", "Highest grade of the infection (CTCAE, 1 to 5).", low=1, high=5, dated_by=_ONSET),
    column("site", "text", "Site of the infection, in words.", dated_by=_ONSET),
    unique=("patient_id", "onset_date", "organism_class", "site"),
    short="inf",
    since=2,
)

_FOUND = ("diagnosis_date",)

SECOND_MALIGNANCY = table(
    "second_malignancy",
    "Another cancer, found after infusion.",
    key("second_malignancy_id", "Key of the cancer.", _FOUND),
    patient(_FOUND),
    column("diagnosis_date", "date", "Date of the diagnosis.", required=True, dated_by=_FOUND),
    column(
        "kind",
        "code",
        "Kind of cancer.",
        values={
            "myeloid": "myelodysplastic neoplasm or myeloid leukaemia",
            "lymphoid": "lymphoma or leukaemia of lymphocytes that is not the treated one",
            "solid": ("Solid tumour", "solid tumour outside the skin"),
            "skin": "cancer of the skin, melanoma included",
            "other": "another cancer",
        },
        dated_by=_FOUND,
    ),
    column("t_cell_origin", "yes_no", "Whether the cancer is of T cells.", dated_by=_FOUND),
    column("transgene_tested", "yes_no", "Whether the tumour was tested for the transgene.", dated_by=_FOUND),
    column("transgene_found", "yes_no", "Whether the transgene was found in the tumour.", dated_by=_FOUND),
    unique=("patient_id", "diagnosis_date", "kind"),
    short="sm",
    since=2,
)
