"""Abbreviations that no endpoint declares: what each stands for, in the words of a clinical paper. `endpoints.glossary`
has them together with those of the endpoints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """code: as it stands on screens; words: what it stands for; more: what a reader must know of it; source."""

    code: str
    words: str
    more: str = ""
    source: str = ""


HLH = "haemophagocytic lymphohistiocytosis"
COUNTS = "neutrophils ≥ 1,000/µL, platelets ≥ 100,000/µL"
TERMS = (
    Term(
        "CI", "confidence interval", "95 %: log-log for curves and incidences, exact for proportions, unless it is said"
    ),
    Term("CAR-T", "chimeric antigen receptor T cells", "T cells made to recognise CD19, or CD19 and CD22, on B cells"),
    Term("CAR", "chimeric antigen receptor"),
    Term("ALL", "acute lymphoblastic leukaemia"),
    Term("CR", "complete remission", COUNTS, "ELN 2024"),
    Term("CRi", "complete remission with incomplete recovery of blood counts", "all of CR but one of the two counts"),
    Term("CRh", "complete remission with partial recovery of blood counts", "written as CRi here"),
    Term("MLFS", "morphologic leukaemia-free state", "no remission, unless the rule says so"),
    Term("NR", "no remission"),
    Term("NE", "not evaluable", "an assessment was made and could not be judged"),
    Term(
        "Status known",
        "a result at the visit, or what makes one needless: death, relapse, new therapy or transplant before it",
        "lost, not assessed and NE are not known",
    ),
    Term("RELAPSE", "relapse, as a response assessment records it"),
    Term(
        "ORR",
        "overall remission rate",
        "CR + CRi, exact (Clopper-Pearson) interval",
        "Maude, NEJM 2018; Laetsch, JCO 2023",
    ),
    Term(
        "MRD",
        "measurable residual disease",
        "negative needs a sensitivity of 10⁻⁴ or better",
        "ELN 2024; Hematology ASH Educ 2021",
    ),
    Term("NGS", "next-generation sequencing", "an MRD assay"),
    Term("PCR", "polymerase chain reaction", "an MRD assay"),
    Term("IG/TR", "rearranged genes of immunoglobulins and T-cell receptors", "what an MRD assay by PCR looks for"),
    Term("qPCR", "quantitative PCR"),
    Term("ddPCR", "droplet digital PCR"),
    Term("DNA", "deoxyribonucleic acid"),
    Term("BM", "bone marrow"),
    Term("PB", "peripheral blood"),
    Term("CD19", "a surface protein of B cells", "the target of most of the products"),
    Term("CD22", "a surface protein of B cells", "the second target of some products"),
    Term("CD28", "a co-stimulatory domain of CAR-T cells"),
    Term("4-1BB", "a co-stimulatory domain of CAR-T cells"),
    Term("CNS", "central nervous system"),
    Term("CNS1", "no blasts in the cerebrospinal fluid"),
    Term("CNS2", "blasts in the cerebrospinal fluid, fewer than 5 leucocytes per microlitre"),
    Term("CNS3", "blasts in the cerebrospinal fluid with 5 or more leucocytes per microlitre, or clinical signs"),
    Term("Ph+", "Philadelphia chromosome positive", "BCR::ABL1; a cytogenetic group"),
    Term(
        "Ph-like",
        "Philadelphia chromosome-like",
        "gene expression or lesions of BCR::ABL1-like leukaemia; a cytogenetic group",
    ),
    Term("KMT2A", "rearrangement of the gene KMT2A", "a cytogenetic group"),
    Term("TP53", "aberration of the gene TP53", "a cytogenetic group"),
    Term("iAMP21", "intrachromosomal amplification of chromosome 21", "a cytogenetic group"),
    Term("CRS", "cytokine release syndrome"),
    Term("ICANS", "immune effector cell-associated neurotoxicity syndrome"),
    Term("IEC-HS", f"immune effector cell-associated {HLH}-like syndrome", "by grade", "ASTCT 2023"),
    Term("HLH", HLH),
    Term(
        "ICAHT",
        "immune effector cell-associated haematotoxicity",
        "early: day 0-30, late: after it; by grade",
        "EHA/EBMT, Blood 2023;142:865",
    ),
    Term("GVHD", "graft-versus-host disease"),
    Term("DLI", "donor lymphocyte infusion"),
    Term("TBI", "total body irradiation"),
    Term("TKI", "tyrosine kinase inhibitor"),
    Term("IgG", "immunoglobulin G"),
    Term("IVIG", "intravenous immunoglobulin"),
    Term("ASTCT", "American Society for Transplantation and Cellular Therapy", "a grading scale"),
    Term("CTCAE", "Common Terminology Criteria for Adverse Events", "a grading scale"),
    Term("EHA", "European Hematology Association"),
    Term("EBMT", "European Society for Blood and Marrow Transplantation"),
    Term("CIBMTR", "Center for International Blood and Marrow Transplant Research"),
    Term("ELN", "European LeukemiaNet"),
    Term("FDA", "US Food and Drug Administration"),
    Term("EMA", "European Medicines Agency"),
    Term("ICH", "International Council for Harmonisation", "its E9 (R1) names what a trial estimates"),
    Term("ELIANA", "the trial of tisagenlecleucel in children and young adults", "", "Maude, NEJM 2018"),
    Term("NCT06343090", "a registered trial that counts MLFS as response"),
    Term(
        "transplant-naive",
        "no allogeneic transplant, neither before nor after infusion",
        "unknown where the time before infusion is not recorded",
    ),
    Term(
        "followed elsewhere",
        "recorded as followed in another hospital",
        "its findings are counted apart: what is missing here may have been done there",
    ),
    Term("SMD", "standardised mean difference", "how far two groups lie apart, in standard deviations"),
    Term("HR", "hazard ratio"),
    Term("SHR", "subdistribution hazard ratio", "", "Fine and Gray"),
    Term("ADSL", "subject-level dataset", "one row per patient", "CDISC ADaM"),
    Term("ADTTE", "time-to-event dataset", "one row per patient and endpoint", "CDISC ADaM"),
    Term("AVAL", "analysis value", "days, in our files", "CDISC ADaM"),
    Term("CNSR", "censoring flag", "0 event, 1 censored, 2 competing event", "CDISC ADaM"),
    Term("CSV", "comma-separated values", "a table as text"),
    Term("XLSX", "the file of a spreadsheet"),
    Term("SVG", "scalable vector graphics", "an image that stays sharp at any size"),
    Term("PNG", "portable network graphics", "an image of fixed size"),
    Term("UTF-8", "a coding of letters in files", "a spreadsheet offers it as CSV UTF-8"),
    Term("SHA", "secure hash algorithm", "SHA-256 tells whether a file is unchanged"),
)
PHRASES = (  # no abbreviations: explained on the glossary's page, not wherever they stand
    Term("at risk", "under observation, and without the event, just before that time"),
    Term(
        "bridging to transplant",
        "CAR-T cells given so that an allogeneic transplant in remission can follow",
        "also: blinatumomab or inotuzumab begun at most 60 days before the transplant, where that rule is on",
    ),
    Term("censored", "observation ended without the event", "at the last known date that the endpoint uses"),
    Term("competing event", "an event after which the one in question can no longer happen, or no longer counts"),
    Term("cumulative incidence", "the share who have had an event by a time, where other events compete with it"),
    Term(
        "immune escape",
        "relapse of leukaemia that has lost the target of the product",
        "CD19-negative relapse, CD22-negative relapse, lineage switch",
    ),
    Term(
        "landmark",
        "a day on which patients are grouped by what is known of them, and counted from",
        "so that nobody is counted in a group before being in it",
    ),
    Term("lineage switch", "relapse as a leukaemia of another cell line", "the target is lost with the lineage"),
    Term("Hypodiploid", "fewer than 44 chromosomes", "a cytogenetic group"),
    Term("molecular relapse", "a relapse recorded at the molecular level only", "never derived from MRD results"),
    Term("extramedullary", "outside the bone marrow", "central nervous system included"),
    Term(
        "persistence",
        "CAR-T cells are still there",
        "B-cell aplasia is its functional marker; the transgene is measured apart",
    ),
    Term(
        "treatment failure",
        "no remission",
        "new therapy, transplant or relapse without a remission before, or no response by day 100",
    ),
    Term("not reached", "the curve has not come down to one half"),
    Term("not estimable", "the data do not allow a number", "the reason stands beside it"),
    Term("infused, enrolled", "the two populations: from the first infusion on, or from enrolment on"),
)
TERM = {term.code: term for term in TERMS}


def stands_for(*codes: str) -> str:
    """'CR: complete remission; MLFS: morphologic leukaemia-free state'. KeyError for a code that is not declared."""
    return "; ".join(f"{code}: {TERM[code].words}" for code in codes)
