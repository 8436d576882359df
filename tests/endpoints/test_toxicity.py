"""CRS and ICANS: one literal patient per rule. Grades are read on one scale; "no row" is not "grade 0"."""

import pytest

from endpoints.dictionary import LABELS
from endpoints.toxicity import BEFORE_ONSET, CLASSES, CRS, NO_END, RESOLVED, TOXICITIES, TOXICITY, derive_toxicity
from tests.endpoints.reading import cohort, day
from tests.literal import patient

SCALES = CRS.scales


def toxicity(*patients, kind="CRS", scale="ASTCT", **choices):
    """The rows of the patients, in the order given."""
    return derive_toxicity(cohort(*patients, **choices), TOXICITY[kind], scale)


def row(one, **choices):
    """The row of one infused patient."""
    return toxicity(one, **choices).iloc[0]


def crs(day_, grade=None, **columns):
    return dict(day=day_, grade=grade) | columns


def with_crs(*events, crs_assessed=True, **columns):
    return patient("P1", events=events, course=dict(crs_assessed=crs_assessed), **columns)


@pytest.mark.parametrize("grade", [1, 2, 3, 4, 5])
def test_the_recorded_grade_is_the_class(grade):
    assert row(with_crs(crs(3, grade)))["AVALC"] == f"grade_{grade}"


@pytest.mark.parametrize(
    ("assessed", "expected"), [(True, "none_recorded"), (False, "not_assessed"), (None, "not_assessed")]
)
def test_no_row_is_none_only_where_the_course_says_that_it_was_looked_for(assessed, expected):
    assert row(with_crs(crs_assessed=assessed))["AVALC"] == expected


@pytest.mark.parametrize("assessed", [True, False, None])
def test_a_recorded_episode_counts_whatever_the_course_says(assessed):
    assert row(with_crs(crs(3, 2), crs_assessed=assessed))["AVALC"] == "grade_2"


def test_crs_and_icans_are_assessed_and_recorded_apart():
    one = patient("P1", events=[crs(3, 4), crs(5, 2, kind="ICANS")], course=dict(crs_assessed=True))
    assert row(one)["AVALC"] == "grade_4" and row(one, kind="ICANS")["AVALC"] == "grade_2"
    only_crs = with_crs(crs(3, 4))
    assert row(only_crs, kind="ICANS")["AVALC"] == "not_assessed"


def test_the_highest_grade_of_several_episodes_counts_and_brings_its_dates():
    found = row(with_crs(crs(2, 1, resolution_date=4), crs(9, 3, resolution_date=15), crs(20, 2)))
    assert (found["AVALC"], found["ASTDY"], found["ADURN"]) == ("grade_3", 9, 6)
    assert (day(found["ASTDT"]), day(found["AENDT"]), found["AENDESC"]) == (9, 15, RESOLVED)


def test_of_episodes_of_one_grade_the_first_counts():
    found = row(with_crs(crs(12, 2, resolution_date=20), crs(3, 2, resolution_date=4)))
    assert (found["ASTDY"], found["ADURN"]) == (3, 1)


def test_a_grade_that_is_not_recorded_is_a_class_of_its_own_unless_another_episode_has_one():
    assert row(with_crs(crs(3)))["AVALC"] == "grade_unknown"
    found = row(with_crs(crs(3), crs(8, 1)))
    assert (found["AVALC"], found["ASTDY"]) == ("grade_1", 8)


def test_a_patient_graded_on_two_scales_stands_on_each_with_its_own_grade():
    one = with_crs(crs(3, 4, scale="Penn"), crs(3, 2, scale="ASTCT"))
    assert [row(one, scale=scale)["AVALC"] for scale in SCALES] == ["grade_2", "grade_4", "other_scale"]
    assert [row(one, scale=scale)["SCALE"] for scale in SCALES[:2]] == ["ASTCT", "Penn"]


def test_a_patient_without_an_episode_has_no_scale_and_stands_on_every_one():
    found = [row(with_crs(), scale=scale) for scale in SCALES]
    assert {r["AVALC"] for r in found} == {"none_recorded"} and all(r["SCALE"] != r["SCALE"] for r in found)


def test_an_episode_without_a_scale_is_on_none():
    assert {row(with_crs(crs(3, 2, scale=None)), scale=scale)["AVALC"] for scale in SCALES} == {"no_scale"}
    assert row(with_crs(crs(3, 2, scale=None), crs(9, 1, scale="Penn")))["AVALC"] == "other_scale"


def test_patients_on_no_scale_shown_are_not_in_the_figure_and_all_others_are():
    assert {c.code for c in CLASSES if not c.counts} == {"other_scale", "no_scale"}


@pytest.mark.parametrize(("onset", "expected"), [(-1, "none_recorded"), (0, "grade_2"), (1, "grade_2")])
def test_an_episode_belongs_to_the_course_from_day_0_on(onset, expected):
    assert row(with_crs(crs(onset, 2)))["AVALC"] == expected


@pytest.mark.parametrize(("onset", "expected"), [(199, "grade_2"), (200, "none_recorded"), (205, "none_recorded")])
def test_an_episode_from_a_later_infusion_on_belongs_to_that_course(onset, expected):
    later = dict(product_code="BREXU", course_number=2, infusion_date=200, crs_assessed=False)
    assert row(with_crs(crs(onset, 2), courses=[later]))["AVALC"] == expected


def test_the_index_course_says_whether_it_was_assessed():
    failed = dict(product_code="TISA", course_number=1, enrolment_date=-90, crs_assessed=False)
    later = dict(product_code="TISA", course_number=3, infusion_date=300, crs_assessed=False)
    one = patient("P1", course=dict(course_number=2, crs_assessed=True), courses=[failed, later])
    assert row(one)["AVALC"] == "none_recorded"


@pytest.mark.parametrize(
    ("end", "days", "words"), [(7, 4, RESOLVED), (3, 0, RESOLVED), (None, None, NO_END), (2, None, BEFORE_ONSET)]
)
def test_duration_is_resolution_minus_onset_where_the_end_is_credible(end, days, words):
    found = row(with_crs(crs(3, 2, resolution_date=end)))
    assert found["AENDESC"] == words
    assert found["ADURN"] == days if days is not None else found["ADURN"] != found["ADURN"]


def test_what_comes_after_the_cutoff_is_not_known():
    found = row(with_crs(crs(3, 2, resolution_date=12)), cutoff=10)
    assert (found["AVALC"], found["AENDESC"]) == ("grade_2", NO_END) and found["ADURN"] != found["ADURN"]
    assert row(with_crs(crs(12, 2)), cutoff=10)["AVALC"] == "none_recorded"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([True], "yes"),
        ([False], "no"),
        ([None], "missing"),
        ([False, True], "yes"),
        ([None, True], "yes"),
        ([False, None], "missing"),
        ([False, False], "no"),
    ],
)
@pytest.mark.parametrize(("column", "name"), [("tocilizumab", "TOCI"), ("steroids", "STEROID")])
def test_treatment_in_any_episode_counts_and_silence_is_not_no(answers, expected, column, name):
    events = [crs(3 + n, 1, **{column: answer}) for n, answer in enumerate(answers)]
    assert row(with_crs(*events))[name] == expected


def test_treatment_of_an_episode_on_another_scale_is_not_told_here():
    one = with_crs(crs(3, 2, tocilizumab=False), crs(9, 3, scale="Penn", tocilizumab=True))
    assert [row(one, scale=scale)["TOCI"] for scale in ("ASTCT", "Penn")] == ["no", "yes"]


def test_without_an_episode_there_is_no_date_no_duration_and_no_treatment():
    found = row(with_crs())
    assert found[["SCALE", "ASTDT", "ASTDY", "AENDT", "ADURN", "AENDESC", "TOCI", "STEROID"]].isna().all()


def test_there_is_one_row_per_infused_patient():
    found = toxicity(patient("P1"), patient("P2", infused=None, not_infused=10), with_crs(crs(3, 2), crs(5, 2)))
    assert list(found["USUBJID"]) == ["P0001", "P0003"] and list(found["AVALC"]) == ["not_assessed", "grade_2"]


def test_a_scale_that_is_not_declared_is_refused_in_words():
    with pytest.raises(ValueError, match="must be one of ASTCT, Penn, CTCAE, got: 'Lee'"):
        row(with_crs(), scale="Lee")


@pytest.mark.parametrize("kind", TOXICITIES, ids=lambda t: t.paramcd)
def test_every_column_has_a_name_for_screens(kind):
    assert set(toxicity(with_crs(), kind=kind.paramcd, scale=kind.scales[0])) <= set(LABELS)


# IEC-HS and ICAHT (schema version 2)


def test_iec_hs_is_graded_as_astct_and_looked_for_apart():
    one = patient("P1", events=[crs(9, 3, kind="IEC_HS")], course=dict(iec_hs_assessed=True, crs_assessed=True))
    assert row(one, kind="IECHS")["AVALC"] == "grade_3"
    assert row(one)["AVALC"] == "none_recorded"
    assert row(patient("P1", course=dict(iec_hs_assessed=True)), kind="IECHS")["AVALC"] == "none_recorded"


@pytest.mark.parametrize(
    ("onset", "early", "late"),
    [(0, "grade_3", "none_recorded"), (30, "grade_3", "none_recorded"), (31, "none_recorded", "grade_3")],
)
def test_icaht_is_early_to_day_30_and_late_after_it(onset, early, late):
    events = [crs(onset, 3, kind="ICAHT", scale="EHA_EBMT")]
    one = patient("P1", events=events, course=dict(icaht_assessed=True))
    found = [row(one, kind=kind, scale="EHA_EBMT")["AVALC"] for kind in ("ICAHTE", "ICAHTL")]
    assert found == [early, late]


def test_early_and_late_icaht_of_one_patient_stand_apart():
    events = [crs(3, 2, kind="ICAHT", scale="EHA_EBMT"), crs(60, 4, kind="ICAHT", scale="EHA_EBMT")]
    one = patient("P1", events=events)
    assert [row(one, kind=k, scale="EHA_EBMT")["AVALC"] for k in ("ICAHTE", "ICAHTL")] == ["grade_2", "grade_4"]
