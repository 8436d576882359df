"""The facets in Chromium: every count is a recount, every choice lasts, words are text, the keyboard gets there.

The recount uses nothing of the app: the csv module and dates, in plain loops.
"""

import re
from collections import Counter

import pytest

from tests.browser.facets import checked, counts, facet, facets, open_section, option, pick, type_range
from tests.browser.test_recount import check_numbers, day, overall_survival, rows
from tests.browser.test_sidebar import go_to, patients

WIDTHS = ((1440, 900), (1024, 768), (820, 1180), (390, 844))
MOST_USED = ("Product", "Age", "Sex", "Centre", "Infusion year", "Prior transplant")
THEMES = ("light", "dark")

CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement ?? e.getRootNode().host) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const linear = x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ratio = element => {
    const pair = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  const find = node => [...node.querySelectorAll('*')].flatMap(
    e => [...(e.shadowRoot ? find(e.shadowRoot) : []), ...(e.matches('.facets') ? [e] : [])]);
  const [facets] = find(document.querySelector('[data-testid=stSidebar]'));
  const words = e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
  return [...facets.querySelectorAll('*')].filter(e => words(e) && e.getClientRects().length)
    .map(e => [e.textContent, Math.round(100 * ratio(e)) / 100]);
}"""


# The recount ------------------------------------------------------------------------------------------------------


def infused():
    """{patient: what the most used filters ask} of everybody with an infusion, from the CSV files alone."""
    names = {row["product_code"]: row["name"] for row in rows("product")}
    known, found = {row["patient_id"]: row for row in rows("patient")}, {}
    for one, course in index_courses().items():
        at, born = day(course["infusion_date"]), known[one]["birth_month"]
        found[one] = dict(
            sex=known[one]["sex"].capitalize(),
            centre=known[one]["site_code"],
            product=names[course["product_code"]],
            year=str(at.year),
            age=((at.year - int(born[:4])) * 12 + at.month - int(born[5:])) // 12 if born else None,
            start=course["infusion_date"],
            blasts=float(course["blasts_pct_before"] or "nan"),
        )
    return found


def index_courses():
    """{patient: the first course with an infusion}."""
    index = {}
    for course in rows("treatment_course"):
        before = index.get(course["patient_id"])
        if course["infusion_date"] and (before is None or course["infusion_date"] < before["infusion_date"]):
            index[course["patient_id"]] = course
    return index


def count(people, key, **chosen):
    """{value: n} of one filter under the others."""
    kept = [p for p in people.values() if all(p[name] == value for name, value in chosen.items())]
    return Counter(key(p) if callable(key) else p[key] for p in kept)


def same(shown, expected):
    """Every option in sight has the recounted n, and none of the recount is missing among a whole list."""
    assert shown and all(n == expected.get(words, 0) for words, n in shown.items()), (shown, expected)


def is_child(person):
    return None if person["age"] is None else person["age"] < 18


def is_after(row, people):
    return row["patient_id"] in people and row["date"] > people[row["patient_id"]]["start"]


@pytest.fixture(scope="module")
def people():
    return infused()


def show_sidebar(view):
    """Below 768 px the sidebar waits behind a button."""
    button = view.page.get_by_test_id("stExpandSidebarButton")
    if button.count() and button.is_visible():
        button.click()
        view.rest()


def hide_sidebar(view):
    button = view.page.get_by_test_id("stSidebarCollapseButton").locator("button")
    if view.page.viewport_size["width"] < 768:
        button.click()
        view.rest()


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_counts_and_figures_are_the_recount_and_last_over_page_reload_back_and_link(screen, server, people, size):
    view = screen(server, width=size[0], height=size[1])
    view.open("/survival")
    show_sidebar(view)
    assert all(facet(view, label).is_visible() for label in MOST_USED), "the most used stand there without a click"
    same(counts(view, "Sex"), count(people, "sex"))
    pick(view, "Sex", "Female")
    same(counts(view, "Product"), count(people, "product", sex="Female"))
    same(counts(view, "Centre"), count(people, "centre", sex="Female"))
    same(counts(view, "Infusion year"), count(people, "year", sex="Female"))
    same(counts(view, "Sex"), count(people, "sex"))
    young = count(people, is_child, sex="Female")
    same(counts(view, "Age < 18 / ≥ 18"), {"< 18 years": young[True], "≥ 18 years": young[False]})
    too_wide = facets(view).evaluate(
        "root => [...root.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > "
        "root.getBoundingClientRect().right + 1).length"
    )
    assert too_wide == 0
    hide_sidebar(view)
    women = overall_survival("female")
    check_numbers(view, women)
    show_sidebar(view)
    go_to(view, "MRD")
    view.act(view.page.go_back)
    assert (view.path, view.query) == ("/survival", "?sex=female") and checked(view) == {("Sex", "Female")}
    view.act(view.page.reload)
    assert patients(view)[0] == len(women) and checked(view) == {("Sex", "Female")}
    other = screen(server, fresh=True)
    other.open(view.path + view.query)
    assert patients(other)[0] == len(women) and checked(other) == {("Sex", "Female")}


def test_age_is_one_control_and_the_last_choice_in_it_counts(screen, server, people):
    view = screen(server)
    view.open("/survival")
    pick(view, "Age < 18 / ≥ 18", "< 18 years")
    children = count(people, is_child)[True]
    assert view.query == "?age_18=under_18" and patients(view)[0] == children
    type_range(view, "Age", 18, 25)
    inside = sum(p["age"] is not None and 18 <= p["age"] <= 25 for p in people.values())
    assert view.query == "?age=18-25" and patients(view)[0] == inside and not checked(view)
    assert view.page.get_by_role("button", name="Age: 18-25 years").count() == 1
    pick(view, "Age ≤ 25 / > 25", "> 25 years")
    assert view.query == "?age_25=over_25"
    pick(view, "Age ≤ 25 / > 25", "> 25 years")
    type_range(view, "Age", 30, 20)  # the ends in the wrong order are a range all the same
    assert view.query == "?age=20-30"
    view.act(facets(view).get_by_role("button", name="Any Age").click)
    assert view.query == "" and patients(view)[0] == len(people)


def test_a_percentage_is_a_range_too(screen, server, people):
    view = screen(server)
    view.open("/survival")
    open_section(view, "Disease")
    type_range(view, "Blasts before lymphodepletion", 5, 100)
    high = sum(p["blasts"] >= 5 for p in people.values())
    assert view.query == "?blasts=5-100" and patients(view)[0] == high > 0


def test_a_chip_taken_back_on_the_server_unchecks_and_reset_clears_all(screen, server):
    view = screen(server)
    view.open("/survival?sex=female&age=0-40&product=TISA")
    assert {label for label, _ in checked(view)} == {"Product", "Sex"}
    view.act(view.page.get_by_role("button", name="Sex: ").click)
    assert {label for label, _ in checked(view)} == {"Product"}
    view.act(view.page.get_by_role("button", name="Reset", exact=True).click)
    assert not checked(view) and view.query == ""


def test_compare_by_stands_beside_its_filter_and_at_the_top(screen, server):
    view = screen(server)
    view.open("/survival")
    view.act(facets(view).get_by_role("button", name="Compare by Product", exact=True).click)
    assert view.query == "?by=product"
    assert view.page.get_by_test_id("stSidebar").get_by_role("combobox", name=re.compile("Compare by")).count() >= 1
    pressed = facets(view).locator(".compare[aria-pressed=true]").evaluate_all("found => found.map(b => b.id)")
    assert pressed == ["compare:product"]
    assert not facets(view).get_by_role("button", name="Compare by In remission now").count()
    view.act(facets(view).get_by_role("button", name="Compare by Product", exact=True).click)
    assert view.query == ""


def test_search_finds_a_filter_and_an_option_wherever_they_stand(screen, server):
    view = screen(server)
    view.open("/survival")
    search = facets(view).get_by_role("searchbox", name="Search filters")
    for words, label, found in (("kmt2", "Cytogenetic group", "KMT2A"), ("down", "Down syndrome", "Yes")):
        search.fill(words)
        assert facet(view, label).is_visible() and not facet(view, "Centre").is_visible()
        assert option(view, label, re.compile(found)).first.is_visible() if found == "KMT2A" else True
    search.fill("xyz")
    assert facets(view).get_by_text("No filter matches.").is_visible()
    search.fill("")
    assert facet(view, "Centre").is_visible() and not facet(view, "Down syndrome").is_visible()


def test_a_section_says_how_many_of_its_filters_are_active(screen, server):
    view = screen(server)
    view.open("/survival?cns=CNS1&extramedullary=no&down=no")
    badges = (
        facets(view)
        .locator("summary")
        .evaluate_all(
            "found => found.map(s => [s.firstChild.textContent, s.querySelector('.badge:not([hidden])')?.textContent])"
        )
    )
    assert {name: words for name, words in badges if words} == {"Disease": "2 active", "Patient: more": "1 active"}


def test_outcomes_narrow_lists_and_the_curve_says_why_it_is_not_drawn(screen, server, people):
    view = screen(server)
    view.open("/patients")
    open_section(view, "Outcome")
    after = {r["patient_id"] for r in rows("transplant") if r["kind"] == "allogeneic" and is_after(r, people)}
    never = len(people.keys() - after)
    assert counts(view, "Allogeneic transplant after infusion")["None"] == never
    pick(view, "Allogeneic transplant after infusion", "None")
    assert view.query == "?transplanted=none" and patients(view)[0] == never
    go_to(view, "Survival")
    assert (
        view.query == "?transplanted=none"
        and "immortal time" in view.text()
        and "(n = 0)" in view.text().replace("\xa0", " ")
    )
    assert view.page.get_by_test_id("stMain").get_by_test_id("stVegaLiteChart").count() == 0
    view.act(view.page.get_by_role("button", name="Allogeneic transplant after infusion: ").click)
    check_numbers(view, overall_survival())


def test_the_keyboard_reaches_a_filter_sets_it_and_stays_on_it(screen, server):
    view = screen(server)
    view.open("/survival")
    focused = (
        "() => {let e = document.activeElement; while (e?.shadowRoot) e = e.shadowRoot.activeElement; return e?.id}"
    )
    facets(view).get_by_role("searchbox").focus()
    for _ in range(4):
        view.page.keyboard.press("Tab")
        if ":" in (view.page.evaluate(focused) or "") and not view.page.evaluate(focused).startswith("compare:"):
            break
    place = view.page.evaluate(focused)
    assert place.startswith("product:")
    view.act(lambda: view.page.keyboard.press("Space"))
    assert view.query == f"?product={place.removeprefix('product:')}" and view.page.evaluate(focused) == place
    view.act(lambda: view.page.keyboard.press("Space"))
    assert view.query == "" and view.page.evaluate(focused) == place


@pytest.mark.parametrize("theme", THEMES)
def test_every_word_of_the_facets_can_be_read_in_both_themes(screen, server, theme):
    view = screen(server, width=1440, height=900, scheme=theme)
    view.open("/survival?sex=female&by=product&down=no&age=3-99")
    open_section(view, "Outcome")
    assert {words: ratio for words, ratio in view.page.evaluate(CONTRAST) if ratio < 4.5} == {}
