"""What the synthetic cohort is calibrated to: one declared row of parameters per product.

Proportions are fractions, times are days or months as named. Every figure names the study it leans on; the
citations stand in the published benchmarks of this project. Parameters are not estimates: they were tuned until the
simulated cohort shows about the published figure (12-month survival, remission rate ...), and describe no real patient.
"""

from dataclasses import dataclass, fields

import numpy as np

DAYS_PER_MONTH = 30.4375
DATA_CUTOFF = np.datetime64("2026-09-30", "D")
SITES = ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08")
SITE_WEIGHTS = (0.22, 0.18, 0.15, 0.12, 0.11, 0.09, 0.08, 0.05)


# By organism: share with one by day 100, and how many a year afterwards (our choice). With the deadly ones and those of
# adults the cohort comes to CIBMTR 2025: 14.1 % bacterial, 11.6 % viral, 1.3 % fungal, 29 % any.
INFECTIONS = {
    "bacterial": (0.127, 0.09),
    "viral": (0.105, 0.12),
    "fungal": (0.013, 0.01),
    "other": (0.018, 0.01),
    "": (0.03, 0.03),
}


@dataclass(frozen=True)
class Product:
    """A product as its label and its trials describe it. `patients` counts a cohort of 600."""

    code: str
    name: str
    target_antigens: str
    specificity: str
    cell_source: str
    costimulatory_domain: str
    status: str
    patients: int
    enrols_from: str
    age: tuple[float, float, float, float]  # youngest, oldest (years), shape of a beta distribution
    infants: float  # share under 3 years, most of them KMT2A-rearranged
    prior_transplant: float
    never_infused: float  # share of the enrolled who never receive the cells
    never_because: tuple[float, float, float, float]  # manufacturing, death, progression, adverse event
    vein_to_vein: float  # median days from enrolment to infusion
    remission: float  # CR or CRi found at about day 28
    late_remission: float  # of the others: first remission at day 40-130
    incomplete: float  # of remissions: CRi at first
    mrd_negative: float  # of remissions: MRD-negative at about day 28
    aplasia_long: float  # of remissions: B-cell aplasia for years
    aplasia_months: float  # of the others: median months of aplasia
    relapse_rate: float  # monthly hazard of relapse just after remission
    relapse_decline: float  # months in which that hazard falls to 37 %
    cd19_negative: float  # share of that hazard
    lineage_switch: float  # share of that hazard
    transplant: float  # of remissions: planned transplant in remission
    transplant_day: float  # its median day after infusion
    early_death: float  # dead before the day-28 assessment
    death_in_remission: float  # monthly hazard without transplant
    failure_survival: float  # median months of life after relapse or no remission
    salvaged: float  # of relapses: second remission
    crs_any: float
    crs_severe: float
    icans_any: float
    icans_severe: float
    dose_e6_per_kg: float  # median first dose; 0: flat split dose
    dose_most_e6: float  # largest first dose


PRODUCTS = (
    Product(
        code="TISA",
        name="tisagenlecleucel",
        target_antigens="CD19",
        specificity="mono",
        cell_source="autologous",
        costimulatory_domain="4-1BB",
        status="approved",
        patients=250,
        enrols_from="2017-02-01",
        age=(3, 26, 1.3, 1.5),
        infants=0.07,  # ELIANA 3-24 years; infants: Ghorashian 2022 (KMT2A 29/38)
        prior_transplant=0.52,  # ELIANA 46/75; CIBMTR lower
        never_infused=0.15,  # ELIANA update 18/97; fewer in practice
        never_because=(0.44, 0.33, 0.11, 0.12),  # ELIANA update: 8 manufacturing, 10 deaths and adverse events
        vein_to_vein=42,  # ELIANA 45 days
        remission=0.84,
        late_remission=0.14,  # ELIANA 82 % within 3 months; CIBMTR 2020 85.5 %
        incomplete=0.26,  # ELIANA: CR 60 %, CRi 21 %
        mrd_negative=0.95,  # ELIANA 58/61 by day 28
        aplasia_long=0.54,
        aplasia_months=6.0,  # B-cell aplasia at 6 months 67-72 % (Nat Biomed Eng 2025)
        relapse_rate=0.062,
        relapse_decline=11,  # CIBMTR 2020 EFS 52.4 % at 12 months
        cd19_negative=0.76,
        lineage_switch=0.06,  # ELIANA: 15 of 22 relapses CD19-negative; Lamble 2023, all: 41 %
        transplant=0.16,
        transplant_day=120,  # ELIANA update 8/65 in remission
        early_death=0.015,
        death_in_remission=0.0022,
        failure_survival=6.8,
        salvaged=0.46,  # CIBMTR 2020 OS 77.2 % at 12 months, ELIANA 63 % at 36
        crs_any=0.72,
        crs_severe=0.25,  # CIBMTR 2017-2022 >= 3: 88 of 471, 18.7 %; ELIANA 46 % on Penn
        icans_any=0.26,
        icans_severe=0.08,  # CIBMTR 2017-2022 >= 3: 33 of 471
        dose_e6_per_kg=3.1,
        dose_most_e6=250,
    ),  # label: at most 2.5e8
    Product(
        code="BREXU",
        name="brexucabtagene autoleucel",
        target_antigens="CD19",
        specificity="mono",
        cell_source="autologous",
        costimulatory_domain="CD28",
        status="approved",
        patients=150,
        enrols_from="2019-01-01",
        age=(18, 80, 1.2, 1.8),
        infants=0.0,  # ZUMA-3 median 40 years
        prior_transplant=0.40,  # ZUMA-3 pooled 29/78
        never_infused=0.16,  # ZUMA-3 16/71, ROCCA 15/204
        never_because=(0.35, 0.20, 0.20, 0.25),
        vein_to_vein=29,
        remission=0.77,
        late_remission=0.12,  # ZUMA-3 phase 2 39/55 = 71 %, pooled 73 %; ROCCA higher
        incomplete=0.22,  # ZUMA-3 pooled: CR 60 % of 73 %
        mrd_negative=0.82,  # ROCCA 119/151
        aplasia_long=0.12,
        aplasia_months=4.5,  # CD28 products: B cells return early
        relapse_rate=0.088,
        relapse_decline=8,  # ROCCA PFS 48 % at 12 months of remissions
        cd19_negative=0.28,
        lineage_switch=0.03,
        transplant=0.24,
        transplant_day=73,  # ROCCA median day 73
        early_death=0.038,
        death_in_remission=0.006,
        failure_survival=6.8,
        salvaged=0.24,  # ROCCA OS 63 % at 12 months
        crs_any=0.84,
        crs_severe=0.12,  # ROCCA >= 3: 11 %
        icans_any=0.56,
        icans_severe=0.30,  # ROCCA >= 3: 32 %
        dose_e6_per_kg=1.0,
        dose_most_e6=100,
    ),  # label: at most 1e8
    Product(
        code="OBE",
        name="obecabtagene autoleucel",
        target_antigens="CD19",
        specificity="mono",
        cell_source="autologous",
        costimulatory_domain="4-1BB",
        status="approved",
        patients=120,
        enrols_from="2020-06-01",
        age=(18, 82, 1.5, 1.7),
        infants=0.0,  # FELIX median 47 years
        prior_transplant=0.44,
        never_infused=0.17,  # FELIX 26/153
        never_because=(0.32, 0.38, 0.16, 0.14),
        vein_to_vein=34,
        remission=0.81,
        late_remission=0.10,  # FELIX cohort 2A 77 %
        incomplete=0.28,  # FELIX CR 55 %, CRi 21 %
        mrd_negative=0.92,
        aplasia_long=0.38,
        aplasia_months=6.0,
        relapse_rate=0.072,
        relapse_decline=9,  # FELIX EFS 44 % at 12 months (not censored at transplant)
        cd19_negative=0.30,
        lineage_switch=0.02,
        transplant=0.21,
        transplant_day=101,  # FELIX 18/99 of remissions
        early_death=0.03,
        death_in_remission=0.007,
        failure_survival=4.6,
        salvaged=0.22,  # FELIX OS 61.1 % at 12 months
        crs_any=0.69,
        crs_severe=0.024,  # FELIX 2.4 % of 127
        icans_any=0.23,
        icans_severe=0.071,  # FELIX 7.1 % of 127
        dose_e6_per_kg=0.0,
        dose_most_e6=100,
    ),  # label: 10 or 100 million, then the rest of 410
    Product(
        code="CD1922",
        name="CD19/CD22 bispecific CAR-T cells",
        target_antigens="CD19+CD22",
        specificity="multi",
        cell_source="autologous",
        costimulatory_domain="4-1BB",
        status="investigational",
        patients=50,
        enrols_from="2017-09-01",
        age=(1, 25, 1.2, 1.8),
        infants=0.05,  # AMELIA 1-24 years
        prior_transplant=0.45,
        never_infused=0.12,
        never_because=(0.50, 0.25, 0.15, 0.10),
        vein_to_vein=38,
        remission=0.90,
        late_remission=0.08,  # AMELIA 13/15
        incomplete=0.30,
        mrd_negative=0.95,
        aplasia_long=0.05,
        aplasia_months=4.0,  # AMELIA: short persistence
        relapse_rate=0.098,
        relapse_decline=13,  # AMELIA EFS 32 % at 12 months
        cd19_negative=0.10,
        lineage_switch=0.03,  # AMELIA: few antigen-negative relapses
        transplant=0.14,
        transplant_day=110,
        early_death=0.02,
        death_in_remission=0.004,
        failure_survival=5.8,
        salvaged=0.24,  # AMELIA OS 60 % at 12 months
        crs_any=0.80,
        crs_severe=0.07,  # pooled CD22 or CD19/CD22 >= 3: 6 % (Fergusson 2023)
        icans_any=0.16,
        icans_severe=0.03,  # Fergusson 2023: any 16 %
        dose_e6_per_kg=2.0,
        dose_most_e6=200,
    ),
    Product(
        code="ALLO",
        name="universal allogeneic CD19 CAR-T cells",
        target_antigens="CD19",
        specificity="mono",
        cell_source="allogeneic",
        costimulatory_domain="4-1BB",
        status="investigational",
        patients=30,
        enrols_from="2017-06-01",
        age=(1, 65, 1.0, 1.6),
        infants=0.08,
        prior_transplant=0.55,
        never_infused=0.08,
        never_because=(0.05, 0.40, 0.35, 0.20),  # cells come from stock
        vein_to_vein=12,
        remission=0.67,
        late_remission=0.06,  # about 67 %, our choice after the first universal products
        incomplete=0.45,
        mrd_negative=0.75,
        aplasia_long=0.0,
        aplasia_months=2.2,  # rejected within weeks
        relapse_rate=0.14,
        relapse_decline=10,
        cd19_negative=0.15,
        lineage_switch=0.03,
        transplant=0.45,
        transplant_day=70,  # mostly a bridge to transplant
        early_death=0.07,
        death_in_remission=0.010,
        failure_survival=4.5,
        salvaged=0.15,
        crs_any=0.88,
        crs_severe=0.14,
        icans_any=0.36,
        icans_severe=0.03,
        dose_e6_per_kg=1.1,
        dose_most_e6=100,
    ),
)


def by_product(name: str, product: np.ndarray) -> np.ndarray:
    """The parameter `name` of each patient's product; `product` holds positions in PRODUCTS."""
    if name not in {f.name for f in fields(Product)}:
        raise ValueError(f"A product parameter must be a field of Product, got: {name!r}")
    return np.array([getattr(p, name) for p in PRODUCTS])[product]
