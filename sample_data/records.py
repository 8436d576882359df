"""What the centres write down: for every table the function that makes its rows."""

from sample_data.disease import mrd_assessment_rows, relapse_rows, response_assessment_rows
from sample_data.harm import adverse_event_rows, infection_rows, second_malignancy_rows
from sample_data.patients import patient_rows, treatment_course_rows
from sample_data.samples import (
    b_cell_assessment_rows,
    car_persistence_rows,
    contact_rows,
    immunoglobulin_rows,
    ivig_rows,
)
from sample_data.therapy import subsequent_therapy_rows, transplant_rows

ROWS = {
    "patient": patient_rows,
    "treatment_course": treatment_course_rows,
    "response_assessment": response_assessment_rows,
    "mrd_assessment": mrd_assessment_rows,
    "b_cell_assessment": b_cell_assessment_rows,
    "immunoglobulin": immunoglobulin_rows,
    "ivig": ivig_rows,
    "contact": contact_rows,
    "car_persistence": car_persistence_rows,
    "relapse": relapse_rows,
    "transplant": transplant_rows,
    "subsequent_therapy": subsequent_therapy_rows,
    "adverse_event": adverse_event_rows,
    "infection": infection_rows,
    "second_malignancy": second_malignancy_rows,
}
