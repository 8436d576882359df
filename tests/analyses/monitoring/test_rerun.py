"""A re-run at an earlier cut-off gives, on every tab, the numbers of the same bundle cut back to that date and
imported."""

import csv
from dataclasses import replace

import pandas as pd
import pytest

from analyses.cohort import Choice, CohortData, choose
from analyses.monitoring.watchlist import findings, rows_of_cohort
from data_access.load import load_bundle
from data_access.manifest import write_manifest
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from data_access.schema.tables import BUNDLE_TABLES, columns_of
from data_access.schema.values import to_text
from endpoints.known_tables import DATED_BY, ROW_DATE
from figures.numbers import worded
from tests.analyses.cohorts import cohort_of, sample
from tests.every_tab import draw, every_tab
from tests.literal import patient
from tests.truncated import truncated

EARLIER = pd.Timestamp("2024-03-31")


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> CohortData:
    """The sample cut back to EARLIER, written as a bundle, imported, and read as the app reads it."""
    folder = tmp_path_factory.mktemp("truncated")
    known = truncated(sample().tables, EARLIER)
    for table in BUNDLE_TABLES:
        frame = known[table.name]
        columns = columns_of(table)
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            texts = [to_text(column, frame[column.name]) for column in columns]
            csv.writer(file, lineterminator="\r\n").writerows([[c.name for c in columns], *zip(*texts, strict=True)])
    write_manifest(folder, sample().title, EARLIER.date(), sample().source, synthetic=True)
    url = f"sqlite:///{folder}/truncated.db"
    load_bundle(folder, url)
    with connect(open_engine(url)) as connection:
        dataset, tables = dataset_row(connection), fetch_tables(connection, "all")
    return CohortData(dataset.title, EARLIER, dataset.version, dataset.source, dataset.synthetic, "all", tables)


def test_every_number_of_every_tab_is_that_of_the_import_of_that_day(imported):
    rerun = choose(replace(sample(), data_cutoff=EARLIER), Choice(by="sex"))
    then = choose(imported, Choice(by="sex"))
    assert rerun.n == then.n > 200
    compared = 0
    for page, tab in every_tab():
        if page == "data_quality" and tab.code == "rules":
            continue  # asks the rows of the whole database, not those known at a cut-off
        ours, theirs = (draw(tab, chosen, with_specs=False).results for chosen in (rerun, then))
        for one, other in zip(ours, theirs, strict=True):
            compared += len(one.numbers)
            pd.testing.assert_frame_equal(worded(one), worded(other), obj=f"{page} {tab.code}")
            assert (one.n, one.left_out.to_dict("list")) == (other.n, other.left_out.to_dict("list")), (page, tab.code)
    assert compared > 1000


def test_the_watchlist_of_that_day_is_the_rerun_row_by_row(imported):
    rerun = findings(choose(replace(sample(), data_cutoff=EARLIER))).rows
    pd.testing.assert_frame_equal(rerun, findings(choose(imported)).rows)


def test_the_dates_that_values_are_known_from_are_those_of_the_schema():
    for table in BUNDLE_TABLES:
        if table.name not in DATED_BY:
            continue
        own = {
            column.name: tuple(column.info["dated_by"])
            for column in columns_of(table)
            if column.info["dated_by"] and not any("." in name for name in column.info["dated_by"])
        }
        row_date = (ROW_DATE.get(table.name, ""),)
        start = ("enrolment_date", "apheresis_date", "infusion_date")
        assert DATED_BY[table.name] == {name: dates for name, dates in own.items() if dates not in (row_date, start)}


def test_what_was_not_there_before_is_new_and_what_changed_its_kind_is_not():
    samples = [dict(day=60, cd19_pct_lymphocytes=0.0), *(dict(day=d, cd19_pct_lymphocytes=9.0) for d in (150, 170))]
    assays = [dict(day=30, result="negative", sensitivity=1e-5), dict(day=165, result="positive", level=1e-3)]
    one = patient("P1", responses={28: "CR"}, b_cells=samples, mrd=assays, last_contact=200)
    cohort = cohort_of(one, cutoff=pd.Timestamp("2024-01-01") + pd.Timedelta(days=200))
    new = rows_of_cohort(cohort, since=40).set_index("RULECD")["ISNEW"]
    assert (new["mrd"], new["b_cells"]) == ("yes", "no")  # suspected on day 160, confirmed since
    assert set(rows_of_cohort(cohort)["ISNEW"]) == {""}
