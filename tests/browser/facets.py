"""The facets of the sidebar as a reader uses them: by the words on the screen and by roles."""

import re


def facets(view):
    """The one element of all filters, once its script, which the browser fetches by itself, has drawn it."""
    found = view.page.get_by_test_id("stSidebar").locator(".facets")
    found.locator("input").first.wait_for(state="attached", timeout=30_000)
    return found


def facet(view, label):
    """The control of a filter, by its words."""
    return facets(view).get_by_role("group", name=label, exact=True)


def option(view, label, words):
    """The native checkbox of an option of a filter."""
    return facet(view, label).get_by_role("checkbox", name=words, exact=True)


def pick(view, label, words):
    """Check or uncheck an option; wait for the answer."""
    view.act(option(view, label, words).click)


def counts(view, label):
    """{option: n} of the options in sight."""
    rows = facet(view, label).locator(":scope > .row:visible")
    found = rows.evaluate_all(
        "rows => rows.map(r => [r.querySelector('.words').textContent, r.querySelector('.n').textContent])"
    )
    return {words: int(n) for words, n in found}


def checked(view):
    """{(filter, option)} of every checked box, in sight or not."""
    found = facets(view).evaluate(
        """root => [...root.querySelectorAll('input[type=checkbox]:checked')].map(box => [
            box.closest('.facet').querySelector('.head > span').textContent,
            box.closest('.row').querySelector('.words').textContent])"""
    )
    return {tuple(pair) for pair in found}


def open_section(view, name):
    """Open a section of filters; the section Outcome asks the server for its counts."""
    view.act(facets(view).locator("summary").filter(has_text=re.compile(f"^{name}")).click)


def type_range(view, label, low, high):
    """Type both ends of a range."""
    for end, value in (("from", low), ("to", high)):
        box = facets(view).get_by_role("spinbutton", name=re.compile(f"^{label} {end},"))
        box.fill(str(value))
        view.act(lambda box=box: box.press("Enter"))
