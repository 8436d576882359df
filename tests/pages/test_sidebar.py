"""The choices, their URL, and the cohort they give: on twelve literal patients."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analyses.version import APP_VERSION
from endpoints.cohort import FILTERS, levels_of
from endpoints.rules import Rules
from endpoints.study import derive_study
from figures.labels import escape_markdown
from pages.parts.session import saved
from pages.parts.session.address import Reader, Visit, encode, url_to_adopt
from pages.parts.session.choices import defaults, filters_of, rules_of
from tests.pages.tiny import HOSTILE, loaded
from tests.pages.twelve import patients_line


def levels():
    data = loaded()
    adsl = derive_study(data.tables, Rules(), data.data_cutoff).adsl
    return {f.code: levels_of(f, adsl) for f in FILTERS}


LEVELS = levels()


def read(url):
    reader = Reader(url)
    return reader.read_filters(LEVELS), reader.problems


def tiny_page():
    from tests.pages.tiny import page

    page()


def open_app(sections=(), **query):
    app = AppTest.from_function(tiny_page, default_timeout=60)
    for code, value in ({"details": "open"} | query).items():
        app.query_params[code] = value
    for section in sections:
        app.session_state[f"open:{section}"] = True
        app.session_state[f"was_open:{section}"] = True
    return app.run()


def patients(app):
    """`n of N patients` above the page, in the infused or the enrolled population."""
    return patients_line(app)


def query(app):
    """The address without the reader's habit of `open_app`."""
    address = {code: value if isinstance(value, list) else [value] for code, value in app.query_params.items()}
    return {code: value for code, value in address.items() if code != "details"}


# The encoding -----------------------------------------------------------------------------------------------------


def test_a_fresh_visit_has_an_empty_url():
    assert encode(defaults()) == {}


def test_only_what_differs_from_the_default_stands_in_the_url_and_with_codes():
    state = defaults() | {
        "sex": ["female", "missing"],
        "age": (3, 25),
        "mrd_cut": "any",
        "by": "product",
        "mrd_visit": "D28",
    }
    assert encode(state) == {
        "mrd_cut": ["any"],
        "age": ["3-25"],
        "sex": ["female", "missing"],
        "by": ["product"],
        "mrd_visit": ["D28"],
    }


def test_a_url_gives_back_the_choices_that_made_it():
    state = defaults() | {
        "sex": ["female", "missing"],
        "age": (3, 25),
        "bca_rule": "absolute",
        "bca_count": 150.0,
        "centre": [HOSTILE, "C1"],
        "by": "centre",
        "group": ["C1", "C2"],
        "mrd_visit": "D28",
    }
    assert read(encode(state)) == (state, [])


def test_order_and_repetition_in_a_url_do_not_matter():
    assert read({"sex": ["missing", "female", "female"]})[0]["sex"] == ["female", "missing"]


def test_a_rule_that_is_not_offered_is_at_its_default_and_not_in_the_url():
    state = read({"bca_count": ["150"]})[0]
    assert rules_of(state) == Rules() and encode(state) == {}


@pytest.mark.parametrize(
    "code, text",
    [
        ("age", "25-3"),
        ("age", "0-101"),
        ("age", "-1"),
        ("age", "9" * 5000),
        ("age", "a"),
        ("mrd_cut", "1e-5"),
        ("burden_cut", "nan"),
        ("burden_cut", "inf"),
        ("burden_cut", "1" * 5000),
        ("burden_cut", "0"),
        ("by", "age"),
        ("by", ""),
        ("mrd_visit", "M4"),
        ("survival_endpoint", "'; DROP"),
        ("sex", "' OR 1=1--"),
        ("sex", ""),
        ("group", "x"),
        ("centre", "c1"),
        ("zzz", "1"),
    ],
)
def test_what_a_url_cannot_mean_is_the_default_and_one_sentence(code, text):
    state, problems = read({code: [text]})
    assert encode(state) == {}
    assert len(problems) == (0 if code == "group" else 1)


def test_the_sentence_names_the_filter_and_the_value_cut_and_on_one_line():
    problem = read({"sex": ["\x1b[31m\u202e" + "x" * 5000]})[1][0]
    assert problem.startswith("Sex has no option '") and len(problem) < 120 and problem.isprintable()


def test_what_a_repeated_single_choice_means_is_not_guessed():
    assert read({"by": ["product", "sex"]})[1] == ["Compare by cannot be 'product, sex'; the default is used."]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.one_of(st.sampled_from(sorted(defaults())), st.text(max_size=5)),
        st.lists(st.text(max_size=8), min_size=1, max_size=3),
        max_size=5,
    )
)
def test_no_url_raises_and_the_canonical_url_is_stable(url):
    state, _ = read(url)
    assert read(encode(state))[1] == [] and encode(read(encode(state))[0]) == encode(state)
    rules_of(state), filters_of(state)


# Who speaks, the URL or the session -------------------------------------------------------------------------------


HERE = Visit("a", {"sex": ["female"]})


@pytest.mark.parametrize(
    "last, page, url, touched, adopted",
    [
        (None, "a", {"sex": ["male"]}, False, {"sex": ["male"]}),  # pasted link, reload
        (HERE, "a", {"sex": ["female"]}, False, None),  # nothing happened
        (HERE, "a", {}, True, None),  # a widget changed before the last URL had reached the browser
        (HERE, "b", {}, False, None),  # the menu
        (HERE, "a", {"sex": ["male"]}, False, {"sex": ["male"]}),  # Back over a filter
        (HERE, "b", {"sex": ["male"]}, False, {"sex": ["male"]}),  # Back over a page
        (HERE, "a", {}, False, {}),  # Back to the first visit
        (
            Visit("a", {"sex": ["female"]}, {"sex": ["female"]}),
            "a",
            {},
            False,
            {"sex": ["female"]},
        ),  # Back to a menu click
    ],
)
def test_who_decides_over_a_run(last, page, url, touched, adopted):
    assert url_to_adopt(last, page, url, touched) == adopted


# The screen -------------------------------------------------------------------------------------------------------


def test_the_infused_are_the_cohort_until_somebody_is_filtered():
    app = open_app()
    assert patients(app) == "10 of 10 patients" and not app.exception


def test_the_enrolled_are_everybody():
    app = open_app()
    app.selectbox(key="choice:population").select("enrolled").run()
    assert patients(app) == "12 of 12 patients" and query(app) == {"population": ["enrolled"]}
    assert any(m.value.startswith("**12 of 12 enrolled patients** (10 infused) · ") for m in app.markdown)


def test_a_filter_narrows_and_stands_in_the_url():
    app = open_app(["Patient"])
    app.multiselect(key="choice:sex").select("female").run()
    assert patients(app) == "4 of 10 patients" and query(app) == {"sex": ["female"]}
    assert any(m.value.startswith("**4 of 10 infused patients** (12 enrolled) · ") for m in app.markdown)
    app.multiselect(key="choice:sex").select("missing").run()
    assert patients(app) == "6 of 10 patients" and query(app) == {"sex": ["female", "missing"]}


def test_a_url_gives_the_cohort_and_shows_in_the_widgets():
    app = open_app(["Patient"], sex=["female"], age="0-15")
    assert patients(app) == "2 of 10 patients"
    assert app.multiselect(key="choice:sex").value == ["female"] and app.slider(key="choice:age").value == (0, 15)


def test_the_full_age_range_keeps_patients_of_unknown_age_and_a_narrower_one_does_not():
    assert patients(open_app(age="0-100")) == "10 of 10 patients"
    assert patients(open_app(age="0-99")) == "9 of 10 patients"


def test_counts_beside_a_filter_ignore_that_filter_and_follow_the_others():
    app = open_app(["Patient"], sex=["female"], product=["BREXU"])
    counts = next(m.value for m in app.sidebar.markdown if "| Female |" in m.value)
    assert counts.splitlines()[2:] == ["| Female | 2 |", "| Male | 2 |", "| Missing | 1 |"]


def test_a_chip_takes_its_filter_back():
    app = open_app(["Patient"], sex=["female"], mrd_cut="any")
    app.button(key="chip:sex").click().run()
    assert patients(app) == "10 of 10 patients" and query(app) == {"mrd_cut": ["any"]}
    assert app.multiselect(key="choice:sex").value == []
    app.button(key="chip:mrd_cut").click().run()
    assert query(app) == {}


def test_what_is_compared_is_a_chip_that_takes_the_comparison_back():
    app = open_app(by="sex", age="0-15")
    assert app.button(key="chip:by").label.startswith("Compared by\\: Sex")
    app.button(key="chip:by").click().run()
    assert query(app) == {"age": ["0-15"]} and app.selectbox(key="choice:by").value == ""


def test_reset_takes_everything_back():
    app = open_app(["Patient"], sex=["female"], age="0-15", mrd_cut="any", by="product", mrd_visit="D28")
    app.button(key="reset").click().run()
    assert query(app) == {} and patients(app) == "10 of 10 patients"
    assert app.multiselect(key="choice:sex").value == [] and app.selectbox(key="choice:mrd_visit").value == "M3"


def test_an_empty_cohort_is_a_sentence_with_the_chips_still_there():
    app = open_app(sex=["female"], age="90-100")
    assert [i.value[:11] for i in app.info] == ["No infused "] and not app.header and not app.exception
    app.button(key="reset:chips").click().run()
    assert patients(app) == "10 of 10 patients"


def test_the_groups_are_the_levels_that_anybody_has():
    app = open_app(by="product")
    assert app.dataframe[0].value.to_numpy().tolist() == [["brexucabtagene autoleucel", 5], ["tisagenlecleucel", 5]]


def test_of_more_than_six_levels_the_first_six_are_compared_until_others_are_picked():
    app = open_app(by="centre")
    assert len(app.dataframe[0].value) == 6
    app.multiselect(key="choice:group").set_value(["C2", "C7"]).run()
    assert list(app.dataframe[0].value["n"]) == [2, 1] and query(app) == {"by": ["centre"], "group": ["C2", "C7"]}


def test_from_three_levels_on_groups_can_be_picked():
    # Infused: four women, four men, two whose sex is missing; of two products there is nothing to pick.
    app = open_app(by="sex")
    assert app.dataframe[0].value.to_numpy().tolist() == [["Female", 4], ["Male", 4], ["Missing", 2]]
    app.multiselect(key="choice:group").set_value(["male", "female"]).run()
    assert app.dataframe[0].value.to_numpy().tolist() == [["Female", 4], ["Male", 4]]
    assert app.header[0].value == "Patients by sex (n\u00a0=\u00a08)"
    assert not any(box.key == "choice:group" for box in open_app(by="product").multiselect)


def test_a_group_that_the_filters_emptied_is_not_drawn_and_keeps_the_picked_groups():
    app = open_app(by="centre", group=["C2", "C7"], sex="female")
    assert app.dataframe[0].value.to_numpy().tolist() == [["C2", 1]]
    assert query(app) == {"by": ["centre"], "group": ["C2", "C7"], "sex": ["female"]}


def test_another_comparison_forgets_the_picked_levels():
    app = open_app(by="centre", group=["C2", "C7"])
    app.selectbox(key="choice:by").select("sex").run()
    assert query(app) == {"by": ["sex"]}


def test_a_pages_choice_is_in_the_url():
    app = open_app()
    app.selectbox(key="choice:mrd_visit").select("D28").run()
    assert query(app) == {"mrd_visit": ["D28"]}


def test_what_two_figures_of_a_page_ask_for_has_one_control():
    def page():
        import streamlit as st

        from pages.parts.session.cohort import choose_cohort
        from pages.parts.session.options import choose_number, choose_option
        from tests.pages.tiny import loaded

        choose_cohort(loaded())
        asked = [
            choose_option("mrd_visit"),
            choose_option("mrd_visit"),
            choose_option("mrd_visit", [("D28", "Day 28")]),
        ]
        st.text(f"asked: {asked} {choose_number('bca_landmark')} {choose_number('bca_landmark')}")

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception and len(app.number_input) == 1
    assert [box.key for box in app.main.selectbox] == ["choice:details", "choice:mrd_visit"]
    assert app.main.text[-1].value == "asked: ['M3', 'M3', 'D28'] 183 183"
    app.selectbox(key="choice:mrd_visit").select("M6").run()
    assert app.main.text[-1].value == "asked: ['M6', 'M6', 'D28'] 183 183"


def test_the_order_of_clicks_makes_no_other_request():
    one, other = (defaults() | {"sex": sex} for sex in (["female", "male"], ["male", "female"]))
    assert filters_of(one) == filters_of(other) and encode(one) == encode(other)


def test_a_url_that_is_not_understood_is_named_as_plain_text_and_mended():
    app = open_app(sex=[f"{HOSTILE}"], zzz="1")
    said = next(t.value for t in app.text if "Part of this link could not be read." in t.value)
    assert "Sex has no option '![x](http" in said and "'zzz'" in said
    assert query(app) == {} and patients(app) == "10 of 10 patients"


def test_names_from_the_database_are_never_markdown():
    app = open_app(centre=[HOSTILE])
    chip = app.button(key="chip:centre").label
    assert "\\!\\[x\\](http\\:\u2060//" in chip and "\\:\u2060red\\[y\\]" in chip and "\\`z\\`" in chip
    assert not any(HOSTILE in m.value for m in [*app.markdown, *app.caption, *app.header, *app.title])


@pytest.mark.parametrize(
    "text, safe",
    [
        ("1. x", "\u20601. x"),
        ("- x", "\u2060- x"),
        ("# x", "\\# x"),
        ("www.x.org", "www\u2060.x.org"),
        ("a_b*c", "a\\_b\\*c"),
        ("$x$", "\\$x\\$"),
        ("n = 5 (of 7)", "n = 5 (of 7)"),
    ],
)
def test_escaped_text_keeps_its_look(text, safe):
    assert escape_markdown(text) == safe


def test_label_cut_off_and_versions_stand_on_the_screen():
    [line] = [t.value for t in open_app().text if "Data cut-off" in t.value]
    assert line.startswith("Research and service evaluation. Not a medical device.")
    assert all(part in line for part in ("2025-06-30", "0123456789ab", f"app {APP_VERSION}"))


def files_block():
    from pages.parts.session import saved

    saved.draw_files({})


def test_a_dashboard_that_takes_no_files_offers_none_for_saved_cohorts(monkeypatch):
    monkeypatch.setattr(saved, "may_try_own", lambda: False)
    shown = AppTest.from_function(files_block).run()
    assert [text.value for text in shown.text] == [saved.NO_FILES] and not shown.get("file_uploader")
    monkeypatch.setattr(saved, "may_try_own", lambda: True)
    assert AppTest.from_function(files_block).run().get("file_uploader")
