"""Schema version 2: MLFS, digital PCR, CD22 at relapse, why a transplant was done and whether it was intended, causes
of death told apart, IEC-HS and ICAHT, infections, second malignancies. No row of version 1 changes.
"""

from data_access.schema.changes import Column, add_column, allow_codes, create_table

revision, down_revision = "0002", "0001"

CODES = {
    ("patient", "cause_of_death"): (
        "leukaemia",
        "crs",
        "icans",
        "iec_hs",
        "infection",
        "transplant_gvhd",
        "second_malignancy",
        "cardiorespiratory",
        "haemorrhage",
        "other",
        "unknown",
        "crs_icans_hlh",
    ),
    ("response_assessment", "response"): ("CR", "CRi", "MLFS", "NR", "RELAPSE", "NE"),
    ("mrd_assessment", "method"): ("flow", "pcr_igtr", "pcr_fusion", "ngs", "dpcr"),
    ("adverse_event", "kind"): ("CRS", "ICANS", "IEC_HS", "ICAHT"),
    ("adverse_event", "scale"): ("ASTCT", "Penn", "CTCAE", "EHA_EBMT"),
}
COLUMNS = (
    ("patient", Column("prior_transplant_kind", "text", ("allogeneic", "autologous"))),
    ("treatment_course", Column("iec_hs_assessed", "yes_no")),
    ("treatment_course", Column("icaht_assessed", "yes_no")),
    ("treatment_course", Column("transplant_intended", "yes_no")),
    ("relapse", Column("cd22_status", "text", ("positive", "negative", "lineage_switch", "unknown"))),
    ("transplant", Column("reason", "text", ("planned", "mrd", "b_cell_recovery", "other"))),
)
INFECTION = (
    Column("onset_date", "date", required=True),
    Column("organism_class", "text", ("bacterial", "viral", "fungal", "other")),
    Column("grade", "integer", limits=(1, 5)),
    Column("site", "text"),
)
SECOND_MALIGNANCY = (
    Column("diagnosis_date", "date", required=True),
    Column("kind", "text", ("myeloid", "lymphoid", "solid", "skin", "other")),
    Column("t_cell_origin", "yes_no"),
    Column("transgene_tested", "yes_no"),
    Column("transgene_found", "yes_no"),
)


def upgrade() -> None:
    for place, codes in CODES.items():
        allow_codes(*place, codes)
    for table, column in COLUMNS:
        add_column(table, column)
    create_table("infection", INFECTION, ("patient_id", "onset_date", "organism_class", "site"))
    create_table("second_malignancy", SECOND_MALIGNANCY, ("patient_id", "diagnosis_date", "kind"))
