"""The small pictures of the tiles: the number of a year is that of the cohort of that year."""

import pandas as pd
import pytest

from analyses.cohort import Choice, choose
from analyses.course import tiles as module
from analyses.course.overview import MONTHS
from analyses.course.tiles import YEARS, tiles
from endpoints.rules import Rules
from figures.tiles import tile_data
from tests.analyses.cohorts import sample, sample_cohort
from tests.generated import generated

READ = ["n", "estimate", "conf_low", "conf_high"]
CHOICES = (
    Choice(),
    Choice(filters={"sex": ("female",), "age": (5, 50)}, by="product"),
    Choice(rules=Rules(population="enrolled"), by="sex"),
)


def of_the_years_one_by_one(data, choice: Choice) -> pd.DataFrame:
    """YEARS of the cohorts narrowed to each year by the reader's own filter: their tiles' big numbers."""
    rows = []
    for level in data.levels(choice.rules)[module.YEAR]:
        chosen = choose(data, Choice(rules=choice.rules, filters={**choice.filters, module.YEAR: (level.code,)}))
        if level.code != "missing" and chosen.n:
            rows += [row | {"period": level.label} for row in tiles(chosen).rows.to_dict("records")]
    return pd.DataFrame(rows, columns=YEARS)


def by_year(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["n"] > 0].set_index(["outcome", "period"])[READ].sort_index()


@pytest.mark.parametrize("choice", CHOICES)
def test_the_number_of_a_year_is_the_one_of_the_cohort_of_that_year(choice):
    found = by_year(tiles(choose(sample(), choice)).years)
    assert len(found) > 20
    pd.testing.assert_frame_equal(found, by_year(of_the_years_one_by_one(sample(), choice)), check_exact=True)


@pytest.mark.parametrize("shape", ["ties", "all dead", "all censored", "late entry", "one"])
def test_so_it_is_with_ties_with_late_entry_and_with_one_patient(shape):
    data = generated(3, shape)
    found = by_year(tiles(choose(data)).years)
    assert len(found)
    pd.testing.assert_frame_equal(found, by_year(of_the_years_one_by_one(data, Choice())), check_exact=True)


def test_a_year_that_was_followed_for_too_short_a_time_has_no_estimate():
    years = tiles(sample_cohort()).years
    last = years[years["period"] == years["period"].max()]
    assert last.loc[last["outcome"] == "os", "estimate"].isna().all()
    assert last.loc[last["outcome"] == "os", "n"].item() > 0


def test_a_small_picture_says_of_which_years_and_how_many_its_ends_are():
    found = tiles(sample_cohort())
    for tile in tile_data(found):
        own = found.years[(found.years["outcome"] == tile["code"]) & found.years["estimate"].notna()]
        first, last = (own[own["period"] == end] for end in (own["period"].min(), own["period"].max()))
        told = [f"{one['period'].item()}, n\u00a0=\u00a0{one['n'].item()}" for one in (first, last)]
        assert tile["years"] == told and len(tile["points"]) == len(own)


def test_no_frame_is_made_for_a_year(monkeypatch):
    """Ten years of seven numbers are asked for with every filter: a frame of each curve cost most of the page."""
    whole = module._by_year(sample_cohort())
    made = []
    init = pd.DataFrame.__init__
    monkeypatch.setattr(pd.DataFrame, "__init__", lambda self, *a, **k: (made.append(1), init(self, *a, **k))[1])

    def frames_of(groups) -> int:
        made.clear()
        for month in MONTHS:
            module.at_month(module.replace(whole, groups=groups), month)
        return len(made)

    assert len(whole.groups) >= 10
    assert frames_of(whole.groups) == frames_of(whole.groups[:1])
