"""The overview's numbers on the twelve: the headline repeats what the pages estimate; follow-up, flow, infusions."""

import numpy as np
import pandas as pd
import pytest

from analyses.course.flow import flow
from analyses.course.infusions import infusions
from analyses.course.overview import follow_up, headline
from analyses.status.response import response
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.catalogue import BCA, CIR, OS
from endpoints.response import BEST
from estimators.aalen_johansen import aalen_johansen
from estimators.follow_up import reverse_kaplan_meier
from estimators.kaplan_meier import kaplan_meier, quantile
from tests.analyses.cohorts import DAYS_PER_MONTH, cohort, row
from tests.analyses.time_to_event.test_estimate import recounted


def test_the_headline_repeats_what_the_pages_estimate():
    chosen = cohort("product")
    table = headline(chosen).rows.set_index(["outcome", "strata"])
    for endpoint, estimator, month, code in (
        (OS, kaplan_meier, 12, "os"),
        (BCA, kaplan_meier, 6, "aplasia"),
        (CIR, aalen_johansen, 12, "relapse"),
    ):
        result = estimate_endpoint(chosen, endpoint, estimator)
        for group in result.strata:
            alone = row(result, strata=group.code, outcome=result.outcomes[0].code, months=month)
            for name in ("estimate", "conf_low", "conf_high", "n", "n_event"):
                np.testing.assert_equal(table.loc[(code, group.code), name], alone[name])
    best = response(chosen, BEST)
    assert best.rate_outcomes[0].label == "CR + CRi"
    rates = best.rates[best.rates["outcome"] == best.rate_outcomes[0].code].set_index("strata")["estimate"]
    pd.testing.assert_series_equal(table.loc["best", "estimate"], rates, check_names=False)


def test_follow_up_is_the_reverse_kaplan_meier_of_overall_survival():
    days, cnsr, _, _ = recounted(cohort(), OS)
    direct = quantile(reverse_kaplan_meier(days, [c == 0 for c in cnsr])).value / DAYS_PER_MONTH
    median = row(follow_up(cohort()), measure="median")
    assert median["estimate"] == pytest.approx(direct) == pytest.approx(600 / DAYS_PER_MONTH)


def test_the_flow_counts_every_filtered_patient_whatever_the_population():
    for population in ("infused", "enrolled"):
        result = flow(cohort(population=population, filters={"centre": ("C01",)}))
        n = result.stages.set_index("stage")["n"]
        assert result.n == 4 and n["Infused"] == 3
        assert n["Never infused, no product released: manufacturing failure"] == 1
        assert n["Enrolled"] == n["Infused"] + n["Not infused yet (pending)"] + n.filter(like="Never infused").sum()


def test_infusions_are_counted_once_per_patient_and_group():
    table = infusions(cohort("product")).counts.pivot(index="period", columns="strata", values="n")
    assert table["TISA"].sum() == 6 and table["BREXU"].sum() == 4
    assert len(table) == 9 and table.loc["2026 Q1", "TISA"] == 1
