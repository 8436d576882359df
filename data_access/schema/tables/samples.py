"""B cells, immunoglobulins, CAR-T cells in samples, and contacts."""

from data_access.schema.columns import SPECIMENS, date, key, of_row, patient, table

B_CELL_ASSESSMENT = table(
    "b_cell_assessment",
    "A sample in which B cells were counted.",
    key("b_cell_assessment_id", "Key of the sample."),
    patient(),
    date("Date of the sample."),
    of_row("specimen", "code", "Bone marrow or peripheral blood.", required=True, values=SPECIMENS),
    of_row("lymphocytes_per_ul", "number", "Lymphocytes per microlitre of blood.", low=0),
    of_row("cd19_pct_lymphocytes", "number", "CD19-positive cells, in percent of lymphocytes.", low=0),
    of_row("cd19_per_ul", "number", "CD19-positive cells per microlitre of blood.", low=0),
    of_row("normal_b_pct_marrow", "number", "Normal CD19-positive B cells, in percent of marrow cells.", low=0),
    of_row("below_limit", "yes_no", "Whether B cells were below the limit of the assay."),
    unique=("patient_id", "date", "specimen"),
    short="bc",
)

IMMUNOGLOBULIN = table(
    "immunoglobulin",
    "A measurement of immunoglobulin G.",
    key("immunoglobulin_id", "Key of the measurement."),
    patient(),
    date("Date of the sample."),
    of_row("igg_mg_dl", "number", "Immunoglobulin G in mg/dL.", low=0),
    of_row("on_replacement", "yes_no", "Whether the patient was on immunoglobulin replacement."),
    unique=("patient_id", "date"),
    short="ig",
)

IVIG = table(
    "ivig",
    "A dose of immunoglobulin replacement.",
    key("ivig_id", "Key of the dose."),
    patient(),
    date("Date of the dose."),
    unique=("patient_id", "date"),
    short="iv",
)

CONTACT = table(
    "contact",
    "A documented contact with the patient.",
    key("contact_id", "Key of the contact."),
    patient(),
    date("Date of the contact."),
    unique=("patient_id", "date"),
    short="co",
)

CAR_PERSISTENCE = table(
    "car_persistence",
    "A measurement of CAR-T cells or transgene in blood.",
    key("car_persistence_id", "Key of the measurement."),
    patient(),
    date("Date of the sample."),
    of_row(
        "method",
        "code",
        "Quantitative PCR, droplet digital PCR or flow cytometry.",
        required=True,
        values={
            "qpcr": ("qPCR", "quantitative PCR of the transgene"),
            "ddpcr": ("ddPCR", "droplet digital PCR of the transgene"),
            "flow": ("Flow cytometry", "flow cytometry of CAR-T cells"),
        },
    ),
    of_row("detected", "yes_no", "Whether CAR-T cells or transgene were detected."),
    of_row("value", "number", "Measured value, in the unit beside it.", low=0),
    of_row("unit", "text", "Unit of the value.", level=True),
    unique=("patient_id", "date", "method"),
    short="cp",
)
