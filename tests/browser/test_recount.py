"""A filter changes every number on a page to what an independent recount from the CSV files says.

The recount uses nothing of the app: the csv module, dates, and a Kaplan-Meier estimate written out by hand.
"""

import csv
import math
from datetime import date
from pathlib import Path

import pytest

from tests.browser.facets import pick
from tests.browser.test_download import download, parts
from tests.browser.test_sidebar import go_to, patients

SAMPLE = Path(__file__).parents[2] / "sample_data"
MONTH, Z = 30.4375, 1.959963984540054
DATES = {
    "diagnosis_date",
    "last_contact_date",
    "death_date",
    "enrolment_date",
    "apheresis_date",
    "not_infused_date",
    "lymphodepletion_start",
    "infusion_date",
    "second_dose_date",
    "burden_date",
    "date",
    "onset_date",
    "resolution_date",
}


def rows(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    return date.fromisoformat(text)


def overall_survival(sex=None):
    """(days, died) of every infused patient: from first infusion to death, else to the last date in any table."""
    wanted = {r["patient_id"]: r for r in rows("patient") if sex in (None, r["sex"])}
    start, last = {}, {}
    for course in rows("treatment_course"):
        if course["infusion_date"]:
            start[course["patient_id"]] = min(start.get(course["patient_id"], "9"), course["infusion_date"])
    for path in SAMPLE.glob("*.csv"):
        for row in rows(path.stem):
            if row.get("patient_id"):
                found = [row[name] for name in DATES & row.keys() if row[name]]
                last[row["patient_id"]] = max([last.get(row["patient_id"], "0"), *found])
    return [
        ((day(one["death_date"] or last[i]) - day(start[i])).days, bool(one["death_date"]))
        for i, one in wanted.items()
        if i in start
    ]


def kaplan_meier(observed):
    """Steps (day, S, low, high) at each death day, log-log interval."""
    steps, survival, variance = [], 1.0, 0.0
    for t in sorted({d for d, died in observed if died}):
        at_risk = sum(d >= t for d, _ in observed)
        deaths = sum(d == t and died for d, died in observed)
        survival *= 1 - deaths / at_risk
        variance += deaths / (at_risk * (at_risk - deaths))
        spread = Z * math.sqrt(variance) / abs(math.log(survival))
        steps.append((t, survival, survival ** math.exp(spread), survival ** math.exp(-spread)))
    return steps


def expected_row(observed, month):
    """(at risk, estimate, low, high) at a month."""
    at = month * MONTH
    _, *values = [step for step in kaplan_meier(observed) if step[0] <= at][-1]
    return sum(d >= at for d, _ in observed), *values


def expected_median(observed):
    steps = kaplan_meier(observed)
    return tuple(next((t / MONTH for t, *values in steps if values[which] < 0.5), None) for which in range(3))


def check_numbers(view, observed):
    """Every number of the figure: heading, both totals, every month, the median."""
    assert f"(n = {len(observed)})" in view.text()
    _, _, (header, *table) = parts(download(view, "CSV: numbers")[1])
    table = [dict(zip(header, row, strict=True)) for row in table]
    assert {r["n"] for r in table} == {str(len(observed))}
    months = [r for r in table if r["measure"] == "probability"]
    assert [float(r["months"]) for r in months] == [3, 6, 12, 24, 36]
    for row in months:
        at_risk, *values = expected_row(observed, float(row["months"]))
        assert float(row["n_risk"]) == at_risk
        assert int(row["n_event"]) == sum(died and d <= float(row["months"]) * MONTH for d, died in observed)
        assert [float(row[c]) for c in ("estimate", "conf_low", "conf_high")] == pytest.approx(values, abs=1e-9)
        assert row["result"] == f"{100 * values[0]:.0f} % ({100 * values[1]:.0f}-{100 * values[2]:.0f})"
    median = next(r for r in table if r["measure"] == "median, months")
    assert int(median["n_event"]) == sum(died for _, died in observed)
    for column, value in zip(("estimate", "conf_low", "conf_high"), expected_median(observed), strict=True):
        assert (median[column] == "") if value is None else float(median[column]) == pytest.approx(value, abs=1e-9)


def test_a_filter_changes_every_number_to_the_recount_and_survives(screen, server):
    everybody, women = overall_survival(), overall_survival("female")
    assert 0 < len(women) < len(everybody)
    view = screen(server)
    view.open("/survival")
    check_numbers(view, everybody)
    pick(view, "Sex", "Female")
    assert patients(view) == (len(women), len(everybody))
    check_numbers(view, women)
    go_to(view, "MRD")
    go_to(view, "Survival")
    check_numbers(view, women)
    view.act(view.page.reload)
    check_numbers(view, women)
    go_to(view, "Relapse")
    view.act(view.page.go_back)
    assert view.path == "/survival"
    check_numbers(view, women)
