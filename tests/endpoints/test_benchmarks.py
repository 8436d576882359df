"""Published figures: read once, matched by product and age group only, responders' shares never drawn."""

import csv

import pandas as pd
import pytest

from endpoints.benchmarks import FILE, STUDY_AGES, drawable, matching, published

TISA, OBE = "tisagenlecleucel", "obecabtagene autoleucel"


def people(product, *ages):
    return pd.DataFrame({"PRODLABEL": product, "AGE": [float(a) for a in ages]})


def test_every_percentage_of_the_file_is_there_as_a_fraction():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["unit"] == "pct" and r["estimate"]]
    assert len(published()) == len(rows) > 100
    assert all(0 <= p.estimate <= 1 and (p.low is None or p.low <= p.estimate <= p.high) for p in published())
    assert {p.provenance for p in published()} <= {"V", "V2", "C"}
    assert set(STUDY_AGES) <= {p.study for p in published()} | {"PRWCC_2022"}


def test_a_figure_stands_beside_patients_of_its_product_and_age_group_only():
    found = matching(("EFS",), people(TISA, 5, 20))
    assert {(p.study, p.month) for p in found} >= {("ELIANA_2018", 12.0), ("ELIANA_3Y", 36.0), ("CIBMTR_2020", 12.0)}
    assert matching(("EFS",), people(TISA, 5, 40)) == () and matching(("EFS",), people(OBE, 5)) == ()
    assert matching(("EFS",), pd.concat([people(TISA, 5), people(OBE, 40)])) == ()
    assert matching(("EFS",), people(TISA)) == ()
    assert {p.study for p in matching(("EFS",), people(OBE, 30, 60))} == {"FELIX", "FELIX_EBMT25", "FELIX_24M"} - {
        "FELIX"
    }


def test_what_is_censored_at_transplant_stands_beside_the_censored_endpoint():
    assert [(p.study, p.estimate) for p in matching(("EFSC",), people(OBE, 30)) if p.month == 12] == [("FELIX", 0.495)]
    rfs = {(p.metric, p.estimate) for m in ("RFS", "RFSC") for p in matching((m,), people(TISA, 5)) if p.month == 36}
    assert rfs == {("RFS", 0.48), ("RFSC", 0.52)}


@pytest.mark.parametrize("metric", ["HSCT_in_remission_of_responders", "MRDneg_among_responders"])
def test_shares_of_responders_stand_in_the_table_only(metric):
    found = matching((metric,), people(TISA, 5))
    assert found and drawable(found) == ()


def test_figures_of_a_subgroup_are_not_drawn_beside_everybody():
    found = matching(("EFS",), people(TISA, 5))
    assert any(p.subgroup for p in found) and not any(p.subgroup for p in drawable(found))
