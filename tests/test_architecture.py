"""The rooms, who may import whom, and what a page may do: held by reading the code, not by running it."""

import ast
import statistics
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "data_access": {"sqlalchemy", "alembic", "psycopg", "pyreadstat", "pandas", "numpy"},
    "endpoints": {"pandas", "numpy"},
    "estimators": {"numpy", "pandas", "scipy"},
    "charts": {"altair", "numpy", "pandas"},
    "pages": {
        "streamlit",
        "starlette",
        "vl_convert",
        "pandas",
        "numpy",
        "data_access",
        "endpoints",
        "estimators",
        "charts",
    },
}
LAYOUT = {"title", "columns", "tabs", "container", "expander", "divider", "text", "caption", "subheader"}
FRAME_WORK = {"groupby", "merge", "pivot", "pivot_table", "agg", "crosstab", "join", "apply"}
PAGES = sorted((ROOT / "pages").glob("*.py"))
LONGEST_PAGE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 60, 40, 10


def python_files(*rooms):
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text("utf-8"))


def imported(path):
    """Top-level names of what a file imports, with the file's own room for relative imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            yield ".".join([*package, *filter(None, [node.module])])


def calls_of(path, owner):
    """Names f of all `owner.f(...)` or `owner.f` in the file."""
    return {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner
    }


@pytest.mark.parametrize("path", python_files(*ROOMS), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path):
    room = path.relative_to(ROOT).parts[0]
    allowed = ROOMS[room] | {room} | set(sys.stdlib_module_names)
    foreign = {name for name in imported(path) if name.split(".")[0] not in allowed}
    assert not foreign, f"{room} must import only {sorted(ROOMS[room])} and the standard library, got: {foreign}"


@pytest.mark.parametrize("path", python_files(*ROOMS), ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_imports_a_page(path):
    screens = {f"pages.{page.stem}" for page in PAGES}
    assert not screens & set(imported(path))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_only_lays_out(page):
    assert calls_of(page, "st") <= LAYOUT, f"a page may call {sorted(LAYOUT)}; data and inputs go through parts"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_asks_loads_and_chooses_first(page):
    body = tree(page).body
    question = ast.get_docstring(tree(page))
    assert question and question.rstrip().endswith("?"), "the docstring is the page's clinical question"
    code = [ast.unparse(node) for node in body[1:] if not isinstance(node, (ast.Import, ast.ImportFrom))]
    assert code[0].startswith("st.title(")
    assert "choose_cohort(load_study())" in code[1], "a page can be run without dashboard.py: it guards itself"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_is_short(page):
    assert len(page.read_text("utf-8").splitlines()) <= LONGEST_PAGE


@pytest.mark.parametrize(
    "path", [p for p in python_files("pages") if p.parent.name != "estimate"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_frames_are_worked_on_only_in_estimate(path):
    used = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)} & FRAME_WORK
    used -= {"join"} if not _joins_frames(path) else set()
    assert not used, f"only parts/estimate groups, merges or computes on frames, got: {used}"


def _joins_frames(path):
    """`", ".join(...)` is text; anything else called join is a frame's."""
    joins = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "join"]
    return any(not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)) for node in joins)


def test_only_sidebar_reads_and_writes_the_url_and_the_session():
    users = {p.name for p in python_files("pages") if calls_of(p, "st") & {"query_params", "session_state"}}
    assert users <= {"sidebar.py"}, f"only sidebar.py may touch st.query_params and st.session_state, got: {users}"


def test_only_parts_cache():
    for page in PAGES:
        assert not calls_of(page, "st") & {"cache_data", "cache_resource"}


def test_there_is_no_drawer_for_everything():
    names = {part for path in python_files(*ROOMS) for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not names & {"utils", "common", "core", "services", "helpers", "misc"}


def functions():
    for path in python_files(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                doc = node.body[0] if ast.get_docstring(node) else None
                lines = node.end_lineno - node.lineno + 1 - (doc.end_lineno - doc.lineno + 1 if doc else 0)
                yield f"{path.relative_to(ROOT)}:{node.name}", lines


def test_functions_stay_short():
    lengths = dict(functions())
    longest = max(lengths, key=lengths.get)
    assert lengths[longest] <= LONGEST_FUNCTION, f"{longest} has {lengths[longest]} lines"
    assert statistics.median(lengths.values()) <= MEDIAN_FUNCTION


def test_dashboard_is_a_table_of_contents():
    path = ROOT / "dashboard.py"
    assert len(path.read_text("utf-8").splitlines()) <= 45
    assert calls_of(path, "st") <= {"set_page_config", "navigation", "Page", "App"}


def test_magic_is_off():
    assert "magicEnabled = false" in (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
