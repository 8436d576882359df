"""Response by everybody's definition on literal patients: who responds under which, who differs, and why."""

from analyses.status.definitions import by_definition, differing_rows
from analyses.status.mrd import mrd
from analyses.status.response import response
from endpoints.response import BEST
from endpoints.visits import VISIT
from figures.numbers import worded
from tests.analyses.cohorts import cohort_of, note, notes, reasons
from tests.literal import DAY0, date, patient

HIGH = [dict(day=30, result="positive", level=0.02, sensitivity=1e-4)]
PEOPLE = (
    patient("CR", responses={28: "CR", 91: "CR"}, last_contact=400),
    patient("CRI", responses={28: "CRi", 91: "CRi"}, last_contact=400),
    patient("ONCE", responses={28: "CR"}, last_contact=400),
    patient("MLFS", responses={28: "MLFS"}, last_contact=400),
    patient("MRD", responses={28: "CR", 91: "CR"}, mrd=HIGH, last_contact=400),
    patient("NR", responses={28: "NR"}, last_contact=400),
)


def found(**rules):
    return by_definition(cohort_of(*PEOPLE, cutoff=date(1000), **rules))


def test_responders_per_definition_are_counted_over_the_same_patients():
    rates = found().rates
    assert rates.set_index("outcome")["n_event"].to_dict() == {
        "eliana": 4,
        "eliana_confirmed": 3,
        "fda": 3,
        "eln2024": 4,  # of two assessments of MRD only the first stands beside 2 %: the later CR is clear
        "cibmtr": 2,
        "mlfs": 5,
    }
    assert set(rates["n"]) == {6}


def test_who_differs_is_named_with_the_reason():
    rows = differing_rows(cohort_of(*PEOPLE, cutoff=date(1000)))
    told = {(row.USUBJID, row.DEFINITION): row.REASON for row in rows.itertuples()}
    assert told == {
        ("CRI", "FDA"): "CRi is not counted",
        ("CRI", "CIBMTR"): "CRi is not counted",
        ("ONCE", "ELIANA, confirmed"): "not confirmed 28 days or more after onset",
        ("ONCE", "CIBMTR"): "not confirmed 28 days or more after onset",
        ("MLFS", "With MLFS counted"): "MLFS is counted",
    }
    words = note(found(), "differ")
    assert words.startswith("3 of 6 patients differ from ELIANA, best.") and "FDA: 1 CRi is not counted" in words


def test_a_single_remission_beside_high_mrd_is_no_response_by_eln():
    one = patient("A", responses={28: "CR"}, mrd=HIGH, last_contact=400)
    rows = differing_rows(cohort_of(one, cutoff=date(1000)))
    assert ("ELN 2024", "MRD of 1 % or more within 7 days of every remission") in set(
        zip(rows["DEFINITION"], rows["REASON"], strict=True)
    )


def test_the_table_has_definitions_first_and_then_only_reasons_that_occur():
    table = worded(found())
    assert table["outcome"].tolist()[:2] == ["ELIANA, best", "ELIANA, confirmed"]
    assert (table["n"].iloc[6:] > 0).all() and "FDA: CRi is not counted" in set(table["outcome"])


def test_who_is_not_yet_due_is_left_out_and_what_columns_cannot_say_is_told():
    late = patient("LATE", responses={28: "CR"}, last_contact=60)
    result = by_definition(cohort_of(*PEOPLE[:1], late, cutoff=DAY0.normalize() + (date(60) - DAY0)))
    assert result.n == 0 and reasons(result) == {"not yet due": 2}
    assert "Not in our columns and so not asked: the counts themselves" in note(found(), "cannot_say")


def test_mrd_of_one_percent_beside_a_remission_is_counted_on_response_and_mrd():
    chosen = cohort_of(*PEOPLE, cutoff=date(1000))
    beginning = "In 1 patient shown, a CR or CRi stands beside MRD of 1 % or more within 7 days of it"
    for result in (by_definition(chosen), response(chosen, BEST), mrd(chosen, VISIT["D28"])):
        assert note(result, "mrd_in_remission").startswith(beginning)
    ruled = cohort_of(*PEOPLE, cutoff=date(1000), mrd_failure="yes")
    assert note(response(ruled, BEST), "mrd_in_remission").endswith("counts as no remission (rule in force).")
    assert not notes(response(cohort_of(*PEOPLE[:3], cutoff=date(1000)), BEST), "mrd_in_remission")
