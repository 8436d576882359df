"""From a desk to a telephone and turned: after a resize nothing is cut or wider than the screen, legends are complete,
bars can be hit with a finger's width to spare."""

import pytest

VIEWS = (
    "/",
    "/survival?by=product",
    "/transplant?transplant_figure=incidence&by=product",
    "/b_cell_aplasia?by=age_group",
    "/response?by=product",
    "/mrd?by=centre",
    "/toxicity?by=product",
    "/relapse?by=product",
    "/overview?overview_figure=numbers",
)
SMALL = ((390, 844), (844, 390))
NARROWEST_BAR = 30  # px: the length of the bars of a figure; it was 15
LOOK = """() => {
  const wide = document.documentElement.clientWidth;
  const charts = [...document.querySelectorAll('[data-testid=stMain] [data-testid=stVegaLiteChart] svg.marks')]
    .filter(svg => svg.getClientRects().length);
  const out = (e, box, name) => {
    const r = e.getBoundingClientRect();
    return r.width && (r.left < box.left - 1.5 || r.right > box.right + 1.5) ? [name, e.textContent] : null;
  };
  const legends = svg => [...svg.querySelectorAll('.role-legend-label text')];
  return {
    page: document.documentElement.scrollWidth - wide,
    charts: charts.map(svg => svg.getBoundingClientRect()).filter(r => r.right > wide + 1 || r.left < -1).length,
    cut: charts.flatMap(svg => [...svg.querySelectorAll('text')]
      .map(e => out(e, svg.getBoundingClientRect(), 'text'))).filter(Boolean),
    short: charts.flatMap(legends).map(e => e.textContent).filter(words => words.includes('…')),
    legend: charts.flatMap(legends).length,
    plots: charts.map(svg => Math.max(0, ...[...svg.querySelectorAll('.role-frame .background, .background')]
      .map(e => e.getBoundingClientRect().width))),
  };
}"""


@pytest.fixture
def view(screen, server):
    return screen(server, width=1440, height=900)


def settled(view):
    """What is seen once it is the same twice in a row."""
    before, seen = None, view.page.evaluate(LOOK)
    while seen != before:
        view.rest()
        before, seen = seen, view.page.evaluate(LOOK)
    return seen


@pytest.mark.parametrize("path", VIEWS)
def test_after_a_resize_nothing_is_cut_and_legends_are_complete(view, path):
    view.open(path.replace("/overview", "/"))
    entries = view.page.evaluate(LOOK)["legend"]
    for width, height in SMALL:
        view.page.set_viewport_size({"width": width, "height": height})
        seen = settled(view)
        assert (seen["page"], seen["charts"], seen["cut"], seen["short"]) == (0, 0, [], []), (path, width)
        assert seen["legend"] == entries and min(seen["plots"], default=999) >= NARROWEST_BAR, (path, width, seen)
