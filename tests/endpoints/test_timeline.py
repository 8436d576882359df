"""The timeline of literal patients: every lane, its values and limits, what is not said, and the day axis."""

import pandas as pd
import pytest

from endpoints.b_cell_aplasia import judge_samples
from endpoints.timeline import COLUMNS, b_cell_lines, derive_timeline, first_day
from tests.literal import date, patient, study_of


def timeline(one, **choices):
    return derive_timeline(study_of(one, **choices), "P1")


def lane(rows, name, *columns):
    """The rows of a lane as tuples; missing values as None."""
    rows = rows.loc[rows["LANE"] == name, list(columns)].astype(object)
    return [tuple(row) for row in rows.where(rows.notna(), None).itertuples(index=False)]


def with_rows(one, **tables):
    """The patient with rows of tables that have no shorter way of writing."""
    return one | {name: [row | {"patient_id": "P1"} for row in rows] for name, rows in tables.items()}


def test_infusions_of_all_courses_and_the_split_dose_stand_on_their_days():
    rows = timeline(
        patient(
            "P1",
            course=dict(apheresis_date=-30, dose_cells_e6=10.0, second_dose_date=10, second_dose_cells_e6=100.0),
            courses=[dict(product_code="BREXU", course_number=2, infusion_date=200)],
        )
    )
    assert lane(rows, "infusion", "ADY", "KIND", "SHORT") == [
        (-40, "enrolment", ""),
        (-30, "apheresis", ""),
        (0, "infusion", "TISA"),
        (10, "second dose", "dose 2"),
        (200, "infusion", "BREXU"),
    ]
    assert lane(rows, "infusion", "WORDS")[3] == ("second dose (course 1, TISA), 100 × 10⁶ cells",)


def test_a_response_is_labelled_where_it_changes():
    rows = timeline(patient("P1", responses={28: "CRi", 60: "CR", 91: "CR", 200: "RELAPSE"}))
    assert lane(rows, "response", "ADY", "AVALC", "SHORT") == [
        (28, "CRi", "CRi"),
        (60, "CR", "CR"),
        (91, "CR", ""),
        (200, "relapsed", "RELAPSE"),
    ]


def test_mrd_has_level_sensitivity_method_and_class():
    assays = [
        dict(day=28, result="negative", sensitivity=1e-5, method="ngs"),
        dict(day=60, result="negative"),
        dict(day=91, result="positive", level=1e-3, sensitivity=1e-4),
        dict(day=120, result="positive_not_quantifiable", sensitivity=1e-5),
        dict(day=150, result="failed"),
    ]
    rows = timeline(patient("P1", mrd=assays))
    assert lane(rows, "mrd", "ADY", "KIND", "VALUE", "LIMIT", "DETECTED", "AVALC") == [
        (28, "ngs", None, 1e-5, False, "negative"),
        (60, "flow", None, None, False, "indeterminate"),
        (91, "flow", 1e-3, 1e-4, True, "positive"),
        (120, "flow", None, 1e-5, True, "indeterminate"),
        (150, "flow", None, None, None, "failed"),
    ]
    assert "MRD negative, sensitivity not stated, flow, BM" in lane(rows, "mrd", "WORDS")[1][0]


SAMPLES = [
    dict(day=28, cd19_pct_lymphocytes=0.0, lymphocytes_per_ul=500.0),
    dict(day=91, cd19_pct_lymphocytes=2.0, lymphocytes_per_ul=1000.0),
    dict(day=120, cd19_per_ul=150.0, lymphocytes_per_ul=1500.0),
    dict(day=150, below_limit=True),
    dict(day=160, specimen="BM", normal_b_pct_marrow=1.5),
]


@pytest.mark.parametrize(
    "rules, expected",
    [
        (
            dict(),
            {
                "b_pct": [
                    (28, 0.0, False, "not_over"),
                    (91, 2.0, True, "not_over"),
                    (120, 10.0, True, "over"),
                    (150, None, False, "not_over"),
                ],
                "b_count": [],
                "b_marrow": [(160, 1.5, True, "over")],
            },
        ),
        (
            dict(bca_rule="absolute", bca_count=15.0),
            {
                "b_pct": [],
                "b_count": [
                    (28, 0.0, False, "not_over"),
                    (91, 20.0, True, "over"),
                    (120, 150.0, True, "over"),
                    (150, None, False, "not_over"),
                ],
                "b_marrow": [(160, 1.5, True, "")],
            },
        ),
    ],
)
def test_b_cells_stand_in_the_values_of_the_active_rule_and_marrow_apart(rules, expected):
    rows = timeline(patient("P1", responses={28: "CR"}, b_cells=SAMPLES), **rules)
    assert {name: lane(rows, name, "ADY", "VALUE", "DETECTED", "AVALC") for name in expected} == expected


@pytest.mark.parametrize("rules", [dict(), dict(bca_rule="pct1_abs100_confirmed"), dict(bca_rule="absolute")])
def test_a_sample_is_over_where_one_of_its_values_is_over_the_drawn_line(rules):
    study = study_of(patient("P1", b_cells=SAMPLES), **rules)
    rows, lines = derive_timeline(study, "P1"), b_cell_lines(study.rules)
    judged = judge_samples(study.tables["b_cell_assessment"], study.rules).set_index("date")["OVER"]
    for day in (28, 91, 120):
        drawn = rows[(rows["DATE"] == date(day)) & rows["LANE"].isin(lines)]
        over = [
            v > lines[name][0] or (v == lines[name][0] and "≥" in lines[name][1])
            for v, name in zip(drawn["VALUE"], drawn["LANE"], strict=True)
        ]
        assert judged[date(day)] == any(over)


def test_igg_says_replacement_and_ivig_has_marks_of_its_own():
    rows = timeline(
        with_rows(
            patient("P1"),
            ivig=[dict(date=40), dict(date=70)],
            immunoglobulin=[
                dict(date=30, igg_mg_dl=350.0, on_replacement=False),
                dict(date=60, igg_mg_dl=500.0, on_replacement=True),
                dict(date=90, igg_mg_dl=450.0),
            ],
        )
    )
    assert lane(rows, "igg", "ADY", "VALUE", "KIND") == [
        (30, 350.0, "no_replacement"),
        (60, 500.0, "replacement"),
        (90, 450.0, "replacement_unknown"),
    ]
    assert lane(rows, "ivig", "ADY") == [(40,), (70,)]


def test_persistence_in_another_unit_is_a_lane_of_its_own():
    rows = timeline(
        with_rows(
            patient("P1"),
            car_persistence=[
                dict(date=28, method="qpcr", detected=True, value=5000.0, unit="copies/ug DNA"),
                dict(date=28, method="flow", detected=True, value=3.0, unit="% of T cells"),
                dict(date=91, method="ddpcr", detected=False, value=0.0, unit="copies/ug DNA"),
                dict(date=120, method="qpcr", detected=True),
            ],
        )
    )
    assert lane(rows, "persistence", "ADY", "KIND", "VALUE", "DETECTED") == [
        (28, "qpcr", 5000.0, True),
        (91, "ddpcr", 0.0, False),
    ]
    assert lane(rows, "persistence_2", "ADY", "VALUE", "UNIT") == [(28, 3.0, "% of T cells")]
    assert lane(rows, "persistence_3", "ADY", "VALUE", "DETECTED") == [(120, None, True)]


def test_crs_is_a_span_with_grade_and_scale():
    rows = timeline(
        with_rows(
            patient("P1"),
            adverse_event=[
                dict(kind="CRS", grade=2, scale="ASTCT", onset_date=3, resolution_date=8, tocilizumab=True),
                dict(kind="ICANS", scale="ASTCT", onset_date=5),
            ],
        )
    )
    assert lane(rows, "crs", "ADY", "END_ADY", "VALUE", "SHORT") == [(3, 8, 2.0, "grade 2, ASTCT")]
    assert lane(rows, "crs", "WORDS") == [("CRS grade 2, ASTCT scale, tocilizumab, resolved 2024-01-09",)]
    assert lane(rows, "icans", "ADY", "END_ADY", "VALUE", "SHORT") == [(5, None, None, "grade unknown, ASTCT")]


@pytest.mark.parametrize(
    "assessed, words", [(True, "none recorded"), (False, "not assessed"), (None, "not known whether assessed")]
)
def test_no_episode_is_not_grade_0(assessed, words):
    rows = timeline(patient("P1", course=dict(crs_assessed=assessed)))
    assert lane(rows, "crs", "ADY", "VALUE", "SHORT") == [(0, None, words)]


def test_therapy_transplant_and_relapse_stand_with_their_words():
    rows = timeline(
        patient(
            "P1",
            responses={28: "CR"},
            therapies=[dict(day=210, kind="inotuzumab")],
            relapses=[dict(day=150, level="molecular"), dict(day=200, cd19_status="negative", cns=True)],
            transplants=[dict(day=260, donor="cord", conditioning_tbi=True)],
        )
    )
    assert lane(rows, "therapy", "ADY", "SHORT") == [(210, "inotuzumab")]
    assert lane(rows, "transplant", "ADY", "WORDS") == [(260, "allogeneic transplant, cord blood, with TBI")]
    assert lane(rows, "relapse", "ADY", "AVALC", "WORDS") == [
        (150, "other", "molecular relapse, CD19 unknown, not counted as relapse under the rules"),
        (200, "relapse", "morphologic relapse, CD19 negative, CNS"),
    ]


def test_a_relapse_that_only_an_assessment_tells_of_is_marked():
    rows = timeline(patient("P1", responses={28: "CR", 250: "RELAPSE"}))
    assert lane(rows, "relapse", "ADY", "KIND", "SHORT") == [(250, "assessment", "CD19 unknown")]


def test_the_last_mark_is_death_or_last_contact():
    assert lane(timeline(patient("P1", death=300, cause="infection")), "status", "ADY", "SHORT") == [
        (300, "death: infection")
    ]
    assert lane(timeline(patient("P1", last_contact=400)), "status", "ADY", "SHORT") == [(400, "last contact")]


@pytest.mark.parametrize("enrolled, first", [(-40, -40), (-400, -180), (None, -60)])
def test_the_axis_begins_at_enrolment_within_180_days(enrolled, first):
    study = study_of(patient("P1", enrolled=enrolled, transplants=[dict(day=-500), dict(day=-50)]))
    assert first_day(study.adsl.iloc[0]) == first
    rows = derive_timeline(study, "P1")
    assert lane(rows, "transplant", "ADY") == ([(-50,)] if first < -50 else [])


def test_a_patient_without_any_sample_has_events_only():
    rows = timeline(patient("P1", last_contact=100))
    assert lane(rows, "status", "ADY") == [(100,)]
    assert set(rows["LANE"]) == {"infusion", "crs", "icans", "status"}


def test_a_patient_who_was_never_infused_has_no_day_axis():
    rows = timeline(patient("P1", infused=None, not_infused=10))
    assert rows.empty and list(rows.columns) == COLUMNS


def test_rows_are_in_time_order_with_their_dates_and_of_this_patient_only():
    study = study_of(
        patient("P1", responses={28: "CR"}, last_contact=100), patient("P2", responses={28: "NR"}, death=50)
    )
    rows = derive_timeline(study, "P1")
    assert rows["ADY"].is_monotonic_increasing and lane(rows, "response", "KIND") == [("CR",)]
    assert ((rows["DATE"] - date(0)) / pd.Timedelta(days=1) == rows["ADY"]).all()


def test_what_came_after_the_cutoff_is_not_told():
    assert lane(timeline(patient("P1", responses={28: "CR", 91: "CR"}, death=95), cutoff=60), "response", "ADY") == [
        (28,)
    ]


def test_a_patient_who_is_not_in_the_study_is_refused():
    with pytest.raises(KeyError):
        derive_timeline(study_of(patient("P1")), "P9")
