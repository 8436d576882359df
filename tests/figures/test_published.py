"""Published figures beside ours: marks over a curve, lines beneath a rate, the table of citations."""

import pandas as pd

from analyses.status.definitions import by_definition
from analyses.status.response import response
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.infections import infection
from charts.published import with_marks
from charts.step_curve import step_curve
from charts.theme import series_of_groups
from endpoints.benchmarks import published
from endpoints.catalogue import OS
from endpoints.response import BEST
from estimators.kaplan_meier import kaplan_meier
from figures import pictures, rate_pictures
from figures.published import NONE, RULE, Beside, _frame, _lines, _side_by_side, with_published
from pages.parts.response.by_definition import PUBLISHED as PUBLISHED_DEFINITIONS
from pages.parts.toxicity.infections import PUBLISHED as PUBLISHED_INFECTIONS
from tests.analyses.cohorts import cohort, cohort_of
from tests.literal import date, patient


def test_marks_lie_on_the_axes_of_the_chart():
    plain = step_curve(series_of_groups([("A", 0)]), "OS", 36)
    marked = with_marks(plain)
    point = marked["layer"][-3]["encoding"]
    assert point["x"]["scale"] == plain["layer"][-1]["encoding"]["x"]["scale"] and point["y"]["field"] == "estimate"
    assert marked["layer"][: len(plain["layer"])] == plain["layer"]


def test_numbers_that_would_cover_each_other_stand_side_by_side():
    row = dict(outcome="OS", time=12.0)
    rows = [
        row | dict(estimate=0.76, no=2),
        row | dict(estimate=0.79, no=7),
        row | dict(estimate=0.60, no=8),
        row | dict(estimate=0.76, no=9, time=24.0),
    ]
    assert _side_by_side(rows) == [None, "7, 2", "8", "9"]


def figure(study, metric="ORR_CR_CRi"):
    return next(p for p in published() if (p.study, p.metric) == (study, metric))


def rates(*groups):
    return pd.DataFrame(
        [
            {
                "outcome": outcome,
                "strata": group,
                "estimate": 0.5,
                "conf_low": 0.2,
                "conf_high": 0.8,
                "text": "2/4, 50 % (20-80)",
            }
            for outcome in ("CR + CRi", "CR")
            for group in groups
        ]
    )


def test_a_published_rate_has_a_line_beneath_the_group_of_its_product_and_of_no_other():
    tisa, brexu = figure("ELIANA_2018"), figure("ZUMA3_P2")
    lines = _lines(
        rates("Brexu", "Tisa"),
        {brexu: ["Brexu"], tisa: ["Tisa"]},
        {brexu: "CR + CRi", tisa: "CR + CRi"},
        {brexu: 1, tisa: 2},
    )
    assert [(line.label, line.kind) for line in lines] == [
        ("CR + CRi", "heading"),
        ("Brexu", "ours"),
        ("1: ZUMA3 P2, 2021", "published"),
        ("Tisa", "ours"),
        ("2: ELIANA 2018", "published"),
        ("CR", "heading"),
        ("Brexu", "ours"),
        ("Tisa", "ours"),
    ]
    row = _frame(lines).query("kind == 'published'").iloc[1]
    assert (row["estimate"], row["conf_low"], row["conf_high"], row["text"]) == (0.81, 0.71, 0.89, "81 % (71-89)")


def test_what_may_stand_beside_several_groups_comes_after_them_and_says_where_it_was_read():
    female_and_male = figure("FELIX_FDA", "CR_only")
    lines = _lines(
        rates("Female", "Male"), {female_and_male: ["Female", "Male"]}, {female_and_male: "CR"}, {female_and_male: 1}
    )
    assert [line.label for line in lines[3:]] == ["CR", "Female", "Male", "1: FELIX FDA, 2024 (secondary source)"]


def test_one_group_has_its_outcome_as_label_and_a_rate_without_interval_says_so():
    alone = figure("ELIANA_UPD")
    lines = _lines(rates("Cohort"), {alone: ["Cohort"]}, {alone: "CR + CRi"}, {alone: 1})
    assert [line.label for line in lines] == ["CR + CRi", "1: ELIANA UPD, 2018", "CR"]
    assert lines[1].values["text"] == "82 % (no interval)"
    assert "3-24y r/r B-ALL" in lines[1].values["WORDS"]


def beside(*figures, shown, undrawn):
    return Beside((), {one: ["all"] for one in figures}, shown, undrawn)


def test_what_stands_in_the_table_only_is_named_by_number_and_reason():
    figures = (
        figure("ELIANA_2018"),
        figure("ROCCA", "ICANS_ge3"),
        figure("CIBMTR_2020", "CRS_ge3"),
        figure("ELIANA_2018", "MRDneg_among_responders"),
        figure("FELIX", "ICANS_ge3"),
    )
    drawn = beside(*figures, shown=figures[:1], undrawn="no scale")
    sentence = "In the table only: 2, 5 (no scale); 3 (of a subgroup); 4 (of responders)."
    assert drawn.words == f"{RULE} {sentence}"
    assert drawn.table["Drawn"].tolist() == [
        "yes",
        "no: no scale",
        "no: of a subgroup",
        "no: of responders",
        "no: no scale",
    ]
    assert beside(*figures[:1], shown=figures[:1], undrawn="no scale").words == RULE
    assert beside(shown=(), undrawn="no scale").words == f"{NONE} {RULE}"


YOUNG = {"product": ("TISA",), "age": (0, 24)}


def test_marks_over_a_curve_are_the_published_figures_with_their_intervals():
    result = estimate_endpoint(cohort(filters=YOUNG), OS, kaplan_meier)
    charts = pictures.curves(result, "Overall survival")
    drawn = with_published(result, charts, {"OS": "OS"}, "curve", lambda one: one.month <= result.x_max)
    first, *others = drawn.charts
    assert set(first.frame) == {"main", "published"} and list(others) == list(charts[1:])
    assert first.frame["main"].equals(charts[0].frame)
    marks, table = first.frame["published"], drawn.table
    assert {"ELIANA 2018", "CIBMTR 2020"} <= set(table["Study"]) and set(marks["outcome"]) == {"Overall survival"}
    eliana = table[(table["Study"] == "ELIANA 2018") & (table["Month"] == 12)].iloc[0]
    assert (eliana["Published (95 % interval)"], eliana["Drawn"]) == ("76.0 % (63.0-86.0)", "yes")
    mark = marks[marks["WORDS"].str.startswith(f"{eliana['#']}: ELIANA 2018")].iloc[0]
    assert (mark["time"], mark["estimate"], mark["conf_low"], mark["conf_high"]) == (12, 0.76, 0.63, 0.86)
    assert len(marks) == (table["Drawn"] == "yes").sum()
    assert any(line.startswith(f"{eliana['#']}: ELIANA 2018") for line in first.on_image)


def test_rates_have_published_lines_beneath_the_group_of_their_product_only():
    """TISA in children and young adults, BREXU in adults: each group has its own figures beneath it."""
    result = response(cohort("product"), BEST)
    drawn = with_published(result, rate_pictures.rates(result), {"ORR_CR_CRi": "orr", "CR_only": "CR"}, "intervals")
    of = {one: codes for one, codes in drawn.found.items() if one in drawn.shown}
    assert {(one.product, *codes) for one, codes in of.items()} == {
        ("tisagenlecleucel", "TISA"),
        ("brexucabtagene autoleucel", "BREXU"),
    }
    lines = drawn.charts[-1].frame
    ours = {"tisagenlecleucel", "brexucabtagene autoleucel"}
    beneath, last = {}, ""
    for line in lines.itertuples():
        last = line.strata if line.kind == "ours" else last
        if line.kind == "published":
            beneath.setdefault(last, set()).add(int(line.WORDS.split(":")[0]))
    numbers = {one: number for number, one in enumerate(drawn.found, start=1)}
    assert beneath == {name: {numbers[one] for one in of if one.product == name} for name in ours}


def test_a_mixture_of_products_has_nothing_beside_it():
    result = response(cohort(), BEST)
    charts = rate_pictures.rates(result)
    drawn = with_published(result, charts, {"ORR_CR_CRi": "orr"}, "intervals")
    assert not drawn.found and drawn.charts is charts and drawn.words == f"{NONE} {RULE}"


def young(**columns):
    """Twelve children after tisagenlecleucel, some with an infection or low IgG."""
    return [
        patient(
            f"Y{i:02d}",
            birth_month="2014-01",
            responses={28: "CR"},
            infections=[dict(day=20 + i, organism_class="viral")] if i % 3 == 0 else [],
            last_contact=400,
            **columns,
        )
        for i in range(12)
    ]


def test_infections_stand_beside_those_of_the_registry_at_day_100():
    result = infection(cohort_of(*young(), cutoff=date(1000)), "any", "36")
    beside = with_published(
        result, pictures.incidences(result), PUBLISHED_INFECTIONS["any"], "curve", lambda p: p.month <= 36
    )
    [mark] = beside.charts[0].frame["published"].to_dict("records")
    assert (mark["time"], mark["estimate"], mark["outcome"]) == (3.3, 0.29, "Infection")
    assert beside.table["Study"].tolist() == ["CIBMTR INF 2025"] and beside.table["Drawn"].tolist() == ["yes"]


def test_every_published_infection_has_a_figure_that_asks_for_it():
    asked = {metric for metrics in PUBLISHED_INFECTIONS.values() for metric in metrics}
    assert asked == {p.metric for p in published() if "infection" in p.metric.lower()}


def test_by_definition_the_published_responses_stand_under_the_definition_they_used():
    result = by_definition(cohort_of(*young(), cutoff=date(1000)))
    beside = with_published(result, rate_pictures.rates(result), PUBLISHED_DEFINITIONS, "intervals")
    keys = beside.charts[-1].frame["key"]
    assert any(key.startswith("ELIANA, best\t") and key.endswith("\t") for key in keys)
    assert any(key.startswith("FDA\t") and key.endswith("\t") for key in keys)
