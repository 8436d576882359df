"""The words of every declared code of the database, once: other modules take them from here.

The codes are those of the database's own declaration; a test holds both together.
"""

MISSING, UNKNOWN = "missing", "unknown"  # no entry; an entry that says unknown
MISSING_WORDS = "Missing"
RECORDED_AS_MISSING = "missing (as recorded)"  # a value of the data that is spelt like the reserved code

SPECIMENS = {"BM": "Bone marrow", "PB": "Peripheral blood"}
WORDS: dict[str, dict[str, str]] = {
    "product.target_antigens": {"CD19": "CD19", "CD22": "CD22", "CD19+CD22": "CD19 + CD22"},
    "product.specificity": {"mono": "Monospecific", "multi": "Multispecific"},
    "product.cell_source": {"autologous": "Autologous", "allogeneic": "Allogeneic"},
    "product.costimulatory_domain": {"4-1BB": "4-1BB", "CD28": "CD28", "other": "Other"},
    "patient.sex": {"female": "Female", "male": "Male"},
    "patient.cytogenetic_group": {
        "ph_positive": "Ph+",
        "ph_like": "Ph-like",
        "kmt2a": "KMT2A",
        "hypodiploid": "Hypodiploid",
        "iamp21": "iAMP21",
        "tp53": "TP53",
        "other": "Other",
        "normal": "Normal",
        UNKNOWN: "Unknown (as recorded)",
    },
    "patient.prior_transplant_kind": {"allogeneic": "Allogeneic", "autologous": "Autologous only"},
    "patient.cause_of_death": {
        "leukaemia": "Leukaemia",
        "crs": "CRS",
        "icans": "ICANS",
        "iec_hs": "IEC-HS",
        "infection": "Infection",
        "transplant_gvhd": "Transplant or GVHD",
        "second_malignancy": "Second malignancy",
        "cardiorespiratory": "Heart or lung failure",
        "haemorrhage": "Haemorrhage",
        "other": "Other cause",
        UNKNOWN: "Cause unknown",
        "crs_icans_hlh": "CRS, ICANS or HLH (not told apart)",
    },
    "treatment_course.manufacturing_outcome": {
        "released": "Released",
        "out_of_specification": "Out of specification",
        "failed": "Manufacturing failed",
        "pending": "Manufacturing pending",
    },
    "treatment_course.not_infused_reason": {
        "manufacturing": "Manufacturing failure",
        "death": "Death",
        "progression": "Progression",
        "adverse_event": "Adverse event",
        "remission": "Remission",
        "withdrawal": "Withdrawal",
        "other": "Other reason",
    },
    "treatment_course.bridging_therapy": {
        "none": "None",
        "chemotherapy": "Chemotherapy",
        "antibody": "Antibody",
        "steroids": "Steroids",
        "other": "Other",
    },
    "treatment_course.lymphodepletion": {
        "flu_cy": "Fludarabine and cyclophosphamide",
        "other": "Other",
        "none": "None",
    },
    "treatment_course.disease_status_before": {
        "refractory": "Refractory",
        "relapse": "Relapse",
        "cr_mrd_positive": "CR, MRD-positive",
        "cr_mrd_negative": "CR, MRD-negative",
        UNKNOWN: "Unknown (as recorded)",
    },
    "treatment_course.cns_status": {"CNS1": "CNS1", "CNS2": "CNS2", "CNS3": "CNS3"},
    "response_assessment.response": {
        "CR": "CR",
        "CRi": "CRi",
        "MLFS": "MLFS",
        "NR": "No remission",
        "RELAPSE": "Relapse",
        "NE": "Not evaluable",
    },
    "mrd_assessment.specimen": SPECIMENS,
    "b_cell_assessment.specimen": SPECIMENS,
    "mrd_assessment.method": {
        "flow": "Flow cytometry",
        "pcr_igtr": "PCR IG/TR",
        "pcr_fusion": "PCR fusion",
        "ngs": "NGS",
        "dpcr": "Digital PCR",
    },
    "mrd_assessment.result": {
        "negative": "Negative",
        "positive": "Positive",
        "positive_not_quantifiable": "Positive, not quantifiable",
        "failed": "Failed",
    },
    "car_persistence.method": {"qpcr": "qPCR", "ddpcr": "ddPCR", "flow": "Flow cytometry"},
    "relapse.level": {
        "morphologic": "Morphologic relapse",
        "extramedullary": "Extramedullary relapse",
        "molecular": "Molecular relapse",
    },
    "relapse.cd19_status": {
        "positive": "CD19-positive",
        "negative": "CD19-negative",
        "lineage_switch": "Lineage switch",
        UNKNOWN: "CD19 unknown",
    },
    "relapse.cd22_status": {
        "positive": "CD22-positive",
        "negative": "CD22-negative",
        "lineage_switch": "Lineage switch",
        UNKNOWN: "CD22 unknown",
    },
    "transplant.kind": {"allogeneic": "Allogeneic", "autologous": "Autologous"},
    "transplant.donor": {
        "matched_related": "Matched related",
        "matched_unrelated": "Matched unrelated",
        "mismatched_unrelated": "Mismatched unrelated",
        "haploidentical": "Haploidentical",
        "cord": "Cord blood",
    },
    "transplant.disease_status": {
        "cr_mrd_negative": "MRD-negative",
        "cr_mrd_positive": "MRD-positive",
        "cr_mrd_unknown": "MRD unknown",
        "not_in_remission": "Not in remission",
    },
    "transplant.reason": {
        "planned": "Planned at infusion",
        "mrd": "For MRD",
        "b_cell_recovery": "For B-cell recovery",
        "other": "For another reason",
    },
    "subsequent_therapy.kind": {
        "chemotherapy": "Chemotherapy",
        "blinatumomab": "Blinatumomab",
        "inotuzumab": "Inotuzumab",
        "dli": "DLI",
        "tki": "TKI",
        "maintenance": "Maintenance",
        "other": "Other therapy",
    },
    "adverse_event.kind": {"CRS": "CRS", "ICANS": "ICANS", "IEC_HS": "IEC-HS", "ICAHT": "ICAHT"},
    "adverse_event.scale": {"ASTCT": "ASTCT", "Penn": "Penn", "CTCAE": "CTCAE", "EHA_EBMT": "EHA/EBMT"},
    "infection.organism_class": {
        "bacterial": "Bacterial",
        "viral": "Viral",
        "fungal": "Fungal",
        "other": "Other organism",
    },
    "second_malignancy.kind": {
        "myeloid": "Myeloid",
        "lymphoid": "Lymphoid",
        "solid": "Solid tumour",
        "skin": "Skin",
        "other": "Other",
    },
}

PROPER = ("Ph+", "Ph-like", "Penn")


def words_of(column: str) -> dict[str, str]:
    """Code -> words of a column, `table.column`, in declared order."""
    return WORDS[column]


def pairs_of(column: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of a column, in declared order."""
    return tuple(WORDS[column].items())


def in_sentence(words: str) -> str:
    """Words as they stand inside a sentence: 'Haploidentical' loses its capital, CRS, MRD-negative and Ph+ do not."""
    return words[0].lower() + words[1:] if words[1:2].islower() and words not in PROPER else words


def sentence_words(column: str) -> dict[str, str]:
    """Code -> words as they stand inside a sentence."""
    return {code: in_sentence(words) for code, words in WORDS[column].items()}
