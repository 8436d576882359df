CREATE TABLE dataset (
    dataset_id TEXT COLLATE "C" NOT NULL CONSTRAINT ck_dataset_dataset_id CHECK (dataset_id IN ('cohort')),
    title TEXT COLLATE "C" NOT NULL,
    data_cutoff DATE NOT NULL,
    schema_version INTEGER NOT NULL CONSTRAINT ck_dataset_schema_version CHECK (schema_version >= 1),
    imported_at TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    content_sha256 TEXT COLLATE "C" NOT NULL,
    synthetic BOOLEAN NOT NULL CONSTRAINT ck_dataset_synthetic CHECK (synthetic IN (true, false)),
    CONSTRAINT pk_dataset PRIMARY KEY (dataset_id)
)

CREATE TABLE product (
    product_code TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    target_antigens TEXT COLLATE "C" CONSTRAINT ck_product_target_antigens CHECK (target_antigens IN ('CD19', 'CD22', 'CD19+CD22')),
    specificity TEXT COLLATE "C" CONSTRAINT ck_product_specificity CHECK (specificity IN ('mono', 'multi')),
    cell_source TEXT COLLATE "C" CONSTRAINT ck_product_cell_source CHECK (cell_source IN ('autologous', 'allogeneic')),
    costimulatory_domain TEXT COLLATE "C" CONSTRAINT ck_product_costimulatory_domain CHECK (costimulatory_domain IN ('4-1BB', 'CD28', 'other')),
    status TEXT COLLATE "C" CONSTRAINT ck_product_status CHECK (status IN ('approved', 'investigational')),
    CONSTRAINT pk_product PRIMARY KEY (product_code)
)

CREATE TABLE patient (
    patient_id TEXT COLLATE "C" NOT NULL,
    site_code TEXT COLLATE "C",
    sex TEXT COLLATE "C" CONSTRAINT ck_patient_sex CHECK (sex IN ('female', 'male')),
    birth_month TEXT COLLATE "C",
    diagnosis_date DATE,
    cytogenetic_group TEXT COLLATE "C" CONSTRAINT ck_patient_cytogenetic_group CHECK (cytogenetic_group IN ('ph_positive', 'ph_like', 'kmt2a', 'hypodiploid', 'iamp21', 'tp53', 'other', 'normal', 'unknown')),
    down_syndrome BOOLEAN CONSTRAINT ck_patient_down_syndrome CHECK (down_syndrome IN (true, false)),
    prior_lines INTEGER CONSTRAINT ck_patient_prior_lines CHECK (prior_lines >= 0),
    prior_relapses INTEGER CONSTRAINT ck_patient_prior_relapses CHECK (prior_relapses >= 0),
    prior_blinatumomab BOOLEAN CONSTRAINT ck_patient_prior_blinatumomab CHECK (prior_blinatumomab IN (true, false)),
    prior_inotuzumab BOOLEAN CONSTRAINT ck_patient_prior_inotuzumab CHECK (prior_inotuzumab IN (true, false)),
    prior_transplant BOOLEAN CONSTRAINT ck_patient_prior_transplant CHECK (prior_transplant IN (true, false)),
    prior_car_t BOOLEAN CONSTRAINT ck_patient_prior_car_t CHECK (prior_car_t IN (true, false)),
    followed_elsewhere BOOLEAN CONSTRAINT ck_patient_followed_elsewhere CHECK (followed_elsewhere IN (true, false)),
    last_contact_date DATE,
    vital_status TEXT COLLATE "C" CONSTRAINT ck_patient_vital_status CHECK (vital_status IN ('alive', 'dead')),
    death_date DATE,
    cause_of_death TEXT COLLATE "C" CONSTRAINT ck_patient_cause_of_death CHECK (cause_of_death IN ('leukaemia', 'crs_icans_hlh', 'infection', 'transplant_gvhd', 'other', 'unknown')),
    CONSTRAINT pk_patient PRIMARY KEY (patient_id)
)

CREATE TABLE treatment_course (
    treatment_course_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    product_code TEXT COLLATE "C" NOT NULL,
    course_number INTEGER NOT NULL CONSTRAINT ck_treatment_course_course_number CHECK (course_number >= 1),
    enrolment_date DATE,
    apheresis_date DATE,
    manufacturing_outcome TEXT COLLATE "C" CONSTRAINT ck_treatment_course_manufacturing_outcome CHECK (manufacturing_outcome IN ('released', 'out_of_specification', 'failed', 'pending')),
    not_infused_date DATE,
    not_infused_reason TEXT COLLATE "C" CONSTRAINT ck_treatment_course_not_infused_reason CHECK (not_infused_reason IN ('manufacturing', 'death', 'progression', 'adverse_event', 'remission', 'withdrawal', 'other')),
    course_intent TEXT COLLATE "C" CONSTRAINT ck_treatment_course_course_intent CHECK (course_intent IN ('index', 'reinfusion_bca_loss', 'reinfusion_relapse', 'new_product')),
    bridging_therapy TEXT COLLATE "C" CONSTRAINT ck_treatment_course_bridging_therapy CHECK (bridging_therapy IN ('none', 'chemotherapy', 'antibody', 'steroids', 'other')),
    lymphodepletion TEXT COLLATE "C" CONSTRAINT ck_treatment_course_lymphodepletion CHECK (lymphodepletion IN ('flu_cy', 'other', 'none')),
    lymphodepletion_start DATE,
    infusion_date DATE,
    dose_cells_e6 DOUBLE PRECISION CONSTRAINT ck_treatment_course_dose_cells_e6 CHECK (dose_cells_e6 >= 0),
    dose_per_kg_e6 DOUBLE PRECISION CONSTRAINT ck_treatment_course_dose_per_kg_e6 CHECK (dose_per_kg_e6 >= 0),
    second_dose_date DATE,
    second_dose_cells_e6 DOUBLE PRECISION CONSTRAINT ck_treatment_course_second_dose_cells_e6 CHECK (second_dose_cells_e6 >= 0),
    disease_status_before TEXT COLLATE "C" CONSTRAINT ck_treatment_course_disease_status_before CHECK (disease_status_before IN ('refractory', 'relapse', 'cr_mrd_positive', 'cr_mrd_negative', 'unknown')),
    burden_date DATE,
    blasts_pct_before DOUBLE PRECISION CONSTRAINT ck_treatment_course_blasts_pct_before CHECK (blasts_pct_before >= 0),
    mrd_level_before DOUBLE PRECISION CONSTRAINT ck_treatment_course_mrd_level_before CHECK (mrd_level_before >= 0),
    cns_status TEXT COLLATE "C" CONSTRAINT ck_treatment_course_cns_status CHECK (cns_status IN ('CNS1', 'CNS2', 'CNS3')),
    extramedullary BOOLEAN CONSTRAINT ck_treatment_course_extramedullary CHECK (extramedullary IN (true, false)),
    crs_assessed BOOLEAN CONSTRAINT ck_treatment_course_crs_assessed CHECK (crs_assessed IN (true, false)),
    icans_assessed BOOLEAN CONSTRAINT ck_treatment_course_icans_assessed CHECK (icans_assessed IN (true, false)),
    CONSTRAINT pk_treatment_course PRIMARY KEY (treatment_course_id),
    CONSTRAINT uq_treatment_course UNIQUE (patient_id, course_number),
    CONSTRAINT fk_treatment_course_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id),
    CONSTRAINT fk_treatment_course_product_code FOREIGN KEY(product_code) REFERENCES product (product_code)
)

CREATE TABLE response_assessment (
    response_assessment_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    response TEXT COLLATE "C" NOT NULL CONSTRAINT ck_response_assessment_response CHECK (response IN ('CR', 'CRi', 'NR', 'RELAPSE', 'NE')),
    blasts_pct DOUBLE PRECISION CONSTRAINT ck_response_assessment_blasts_pct CHECK (blasts_pct >= 0),
    extramedullary BOOLEAN CONSTRAINT ck_response_assessment_extramedullary CHECK (extramedullary IN (true, false)),
    CONSTRAINT pk_response_assessment PRIMARY KEY (response_assessment_id),
    CONSTRAINT uq_response_assessment UNIQUE (patient_id, date),
    CONSTRAINT fk_response_assessment_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE mrd_assessment (
    mrd_assessment_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    specimen TEXT COLLATE "C" NOT NULL CONSTRAINT ck_mrd_assessment_specimen CHECK (specimen IN ('BM', 'PB')),
    method TEXT COLLATE "C" NOT NULL CONSTRAINT ck_mrd_assessment_method CHECK (method IN ('flow', 'pcr_igtr', 'pcr_fusion', 'ngs')),
    result TEXT COLLATE "C" NOT NULL CONSTRAINT ck_mrd_assessment_result CHECK (result IN ('negative', 'positive', 'positive_not_quantifiable', 'failed')),
    level DOUBLE PRECISION CONSTRAINT ck_mrd_assessment_level CHECK (level >= 0),
    sensitivity DOUBLE PRECISION CONSTRAINT ck_mrd_assessment_sensitivity CHECK (sensitivity >= 0),
    CONSTRAINT pk_mrd_assessment PRIMARY KEY (mrd_assessment_id),
    CONSTRAINT uq_mrd_assessment UNIQUE (patient_id, date, specimen, method),
    CONSTRAINT fk_mrd_assessment_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE b_cell_assessment (
    b_cell_assessment_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    specimen TEXT COLLATE "C" NOT NULL CONSTRAINT ck_b_cell_assessment_specimen CHECK (specimen IN ('BM', 'PB')),
    lymphocytes_per_ul DOUBLE PRECISION CONSTRAINT ck_b_cell_assessment_lymphocytes_per_ul CHECK (lymphocytes_per_ul >= 0),
    cd19_pct_lymphocytes DOUBLE PRECISION CONSTRAINT ck_b_cell_assessment_cd19_pct_lymphocytes CHECK (cd19_pct_lymphocytes >= 0),
    cd19_per_ul DOUBLE PRECISION CONSTRAINT ck_b_cell_assessment_cd19_per_ul CHECK (cd19_per_ul >= 0),
    normal_b_pct_marrow DOUBLE PRECISION CONSTRAINT ck_b_cell_assessment_normal_b_pct_marrow CHECK (normal_b_pct_marrow >= 0),
    below_limit BOOLEAN CONSTRAINT ck_b_cell_assessment_below_limit CHECK (below_limit IN (true, false)),
    CONSTRAINT pk_b_cell_assessment PRIMARY KEY (b_cell_assessment_id),
    CONSTRAINT uq_b_cell_assessment UNIQUE (patient_id, date, specimen),
    CONSTRAINT fk_b_cell_assessment_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE immunoglobulin (
    immunoglobulin_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    igg_mg_dl DOUBLE PRECISION CONSTRAINT ck_immunoglobulin_igg_mg_dl CHECK (igg_mg_dl >= 0),
    on_replacement BOOLEAN CONSTRAINT ck_immunoglobulin_on_replacement CHECK (on_replacement IN (true, false)),
    CONSTRAINT pk_immunoglobulin PRIMARY KEY (immunoglobulin_id),
    CONSTRAINT uq_immunoglobulin UNIQUE (patient_id, date),
    CONSTRAINT fk_immunoglobulin_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE ivig (
    ivig_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    CONSTRAINT pk_ivig PRIMARY KEY (ivig_id),
    CONSTRAINT uq_ivig UNIQUE (patient_id, date),
    CONSTRAINT fk_ivig_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE contact (
    contact_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    CONSTRAINT pk_contact PRIMARY KEY (contact_id),
    CONSTRAINT uq_contact UNIQUE (patient_id, date),
    CONSTRAINT fk_contact_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE car_persistence (
    car_persistence_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    method TEXT COLLATE "C" NOT NULL CONSTRAINT ck_car_persistence_method CHECK (method IN ('qpcr', 'ddpcr', 'flow')),
    detected BOOLEAN CONSTRAINT ck_car_persistence_detected CHECK (detected IN (true, false)),
    value DOUBLE PRECISION CONSTRAINT ck_car_persistence_value CHECK (value >= 0),
    unit TEXT COLLATE "C",
    CONSTRAINT pk_car_persistence PRIMARY KEY (car_persistence_id),
    CONSTRAINT uq_car_persistence UNIQUE (patient_id, date, method),
    CONSTRAINT fk_car_persistence_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE relapse (
    relapse_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    level TEXT COLLATE "C" NOT NULL CONSTRAINT ck_relapse_level CHECK (level IN ('morphologic', 'extramedullary', 'molecular')),
    cns BOOLEAN CONSTRAINT ck_relapse_cns CHECK (cns IN (true, false)),
    sites TEXT COLLATE "C",
    cd19_status TEXT COLLATE "C" CONSTRAINT ck_relapse_cd19_status CHECK (cd19_status IN ('positive', 'negative', 'lineage_switch', 'unknown')),
    CONSTRAINT pk_relapse PRIMARY KEY (relapse_id),
    CONSTRAINT uq_relapse UNIQUE (patient_id, date, level),
    CONSTRAINT fk_relapse_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE transplant (
    transplant_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT ck_transplant_kind CHECK (kind IN ('allogeneic', 'autologous')),
    donor TEXT COLLATE "C" CONSTRAINT ck_transplant_donor CHECK (donor IN ('matched_related', 'matched_unrelated', 'mismatched_unrelated', 'haploidentical', 'cord')),
    conditioning_tbi BOOLEAN CONSTRAINT ck_transplant_conditioning_tbi CHECK (conditioning_tbi IN (true, false)),
    disease_status TEXT COLLATE "C" CONSTRAINT ck_transplant_disease_status CHECK (disease_status IN ('cr_mrd_negative', 'cr_mrd_positive', 'cr_mrd_unknown', 'not_in_remission')),
    CONSTRAINT pk_transplant PRIMARY KEY (transplant_id),
    CONSTRAINT uq_transplant UNIQUE (patient_id, date, kind),
    CONSTRAINT fk_transplant_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE subsequent_therapy (
    subsequent_therapy_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT ck_subsequent_therapy_kind CHECK (kind IN ('chemotherapy', 'blinatumomab', 'inotuzumab', 'dli', 'tki', 'maintenance', 'other')),
    CONSTRAINT pk_subsequent_therapy PRIMARY KEY (subsequent_therapy_id),
    CONSTRAINT uq_subsequent_therapy UNIQUE (patient_id, date, kind),
    CONSTRAINT fk_subsequent_therapy_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)

CREATE TABLE adverse_event (
    adverse_event_id TEXT COLLATE "C" NOT NULL,
    patient_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT ck_adverse_event_kind CHECK (kind IN ('CRS', 'ICANS')),
    grade INTEGER CONSTRAINT ck_adverse_event_grade CHECK (grade >= 1 AND grade <= 5),
    scale TEXT COLLATE "C" CONSTRAINT ck_adverse_event_scale CHECK (scale IN ('ASTCT', 'Penn', 'CTCAE')),
    onset_date DATE NOT NULL,
    resolution_date DATE,
    tocilizumab BOOLEAN CONSTRAINT ck_adverse_event_tocilizumab CHECK (tocilizumab IN (true, false)),
    steroids BOOLEAN CONSTRAINT ck_adverse_event_steroids CHECK (steroids IN (true, false)),
    CONSTRAINT pk_adverse_event PRIMARY KEY (adverse_event_id),
    CONSTRAINT uq_adverse_event UNIQUE (patient_id, kind, onset_date, scale),
    CONSTRAINT fk_adverse_event_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)
)
