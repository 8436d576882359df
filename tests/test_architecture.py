"""The rooms, who may import whom, and what a page may do: held by reading the code, not by running it.

Rooms, pages and files are found by listing: a newcomer is held to the rules by being there.
"""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {  # room -> what it may import besides itself and the standard library
    "data_access": {"sqlalchemy", "alembic", "psycopg", "pyreadstat", "python_calamine", "pyarrow", "pandas", "numpy"},
    "endpoints": {"pandas", "numpy"},
    "estimators": {"numpy", "pandas", "scipy"},
    "analyses": {"numpy", "pandas", "endpoints", "estimators"},
    "charts": {"altair", "numpy", "pandas"},
    "figures": {"numpy", "pandas", "vl_convert", "pptx", "xlsxwriter", "analyses", "charts", "endpoints"},
    "pages": {
        *("streamlit", "starlette", "vl_convert", "pandas", "numpy"),
        *("data_access", "endpoints", "estimators", "analyses", "charts", "figures"),
    },
    "sample_data": {"numpy", "pandas", "data_access"},
}
DOORS = {  # what is run with python -m, or writes files by the one rule of the house, may import more than its room
    "figures/report.py": {"data_access"},
    "figures/export.py": {"data_access"},
    "figures/reporting/catalogue.py": {"estimators"},  # names the methods of its figures, as pages do
}
COMPUTING = ("data_access", "endpoints", "estimators", "analyses", "charts", "figures", "pages")

LAYOUT = {"title", "columns", "tabs", "container", "expander", "divider", "text", "caption", "header"}
WIDGETS = {
    *("badge", "button", "checkbox", "info", "markdown", "multiselect", "number_input", "pills", "popover", "radio"),
    *("segmented_control", "selectbox", "sidebar", "slider", "stop", "text_input", "toggle", "write"),
}
MEMORY = {"query_params", "session_state"}
CACHE = {"cache_data", "cache_resource"}
DRAWING = {
    *("code", "column_config", "context", "dataframe", "error", "fragment", "html", "image", "info"),
    *("markdown", "metric", "popover", "segmented_control", "spinner", "table", "vega_lite_chart"),
}
TABLE = {"column_config", "dataframe"}
GUARD = {"Page", "error", "fragment", "navigation", "rerun", "spinner", "stop"}
PLACES = {  # the longest beginning of a path under pages/ that fits -> the st.* it may use
    "": LAYOUT,
    "parts/": LAYOUT | {"button"},
    "parts/component": {"components"},
    "parts/overview/tiles": LAYOUT | {"button", "markdown"},
    "parts/download": LAYOUT | {"download_button", "error"},
    "parts/session/": LAYOUT
    | WIDGETS
    | MEMORY
    | {"download_button", "error", "file_uploader", "fragment", "progress", "rerun"}
    | {"spinner", "switch_page"},
    "parts/access/": LAYOUT
    | {"button", "context", "fragment", "login", "logout", "rerun", "sidebar", "stop", "user", "warning"},
    "parts/data/": LAYOUT | GUARD | CACHE,
    "parts/style/": {"html"},
    "parts/glossary": {"html"},
    "parts/server/": {"error", "stop", "warning"},
    "parts/show": LAYOUT | DRAWING,
    "parts/tables": TABLE,
    "parts/published": LAYOUT | TABLE,
}
FRAME_WORK = {  # what a frame is asked where numbers are made
    *("agg", "apply", "crosstab", "cumsum", "groupby", "join", "mean", "median", "melt", "merge", "merge_asof"),
    *("nunique", "pivot", "pivot_table", "quantile", "std", "sum", "value_counts"),
}
SEARCHES = {  # what a text is asked to find something in it
    *("contains", "endswith", "extract", "extractall", "find", "findall", "fullmatch", "match"),
    *("partition", "rfind", "rpartition", "rsplit", "search", "split", "startswith"),
}
DRAWERS_FOR_EVERYTHING = {"utils", "util", "common", "core", "services", "helpers", "misc"}
LONGEST_FILE, LONGEST_PAGE, LONGEST_CONTENTS, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 60, 45, 40, 10


def files(*rooms: str) -> list[Path]:
    """Every Python file of the rooms that are there."""
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


each_file = each(files(*ROOMS))
each_screen = each(sorted((ROOT / "pages").glob("*.py")))
each_file_of_pages = each(files("pages"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def n_lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def imported(path: Path) -> Iterator[str]:
    """Dotted names of what a file imports, with the file's own room for relative imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*package, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def asked_of(path: Path, owner: str) -> set[str]:
    """The names x of all `owner.x` in a file."""
    return {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner
    }


@each_file
def test_a_room_imports_only_what_it_may(path):
    room = name_of(path).split("/")[0]
    may = ROOMS[room] | DOORS.get(name_of(path), set()) | {room} | set(sys.stdlib_module_names)
    foreign = {name for name in imported(path) if name.split(".")[0] not in may}
    assert not foreign, f"{room} must import only {sorted(ROOMS[room])} and the standard library, got: {foreign}"


@each_file
def test_nobody_imports_a_page(path):
    screens = {f"pages.{screen.stem}" for screen in (ROOT / "pages").glob("*.py")}
    assert not screens & set(imported(path))


def test_every_folder_with_code_is_a_room():
    folders = {path.parent.name for path in ROOT.glob("*/*.py")} - {"tests"}
    assert folders <= set(ROOMS), "a new room stands in ROOMS, with what it may import"


@each_file_of_pages
def test_a_file_under_pages_uses_only_the_streamlit_of_its_place(path):
    inside = path.relative_to(ROOT / "pages").as_posix()
    place = max((place for place in PLACES if inside.startswith(place)), key=len)
    beyond = asked_of(path, "st") - PLACES[place]
    assert not beyond, f"pages/{place} may use st.{sorted(PLACES[place])}, got: {beyond}"


@each_file_of_pages
def test_streamlit_has_one_name(path):
    """Under another name the test above would not see what is used of it."""
    names = [
        alias.asname
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "streamlit"
    ]
    froms = {alias.name for n in _imports_from(path, "streamlit") for alias in n.names}
    assert set(names) <= {"st"} and froms <= {"config"}


def _imports_from(path: Path, module: str) -> list[ast.ImportFrom]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.module == module]


@each_screen
def test_g12_a_page_asks_loads_and_chooses_first(path):
    body = tree(path).body
    question = ast.get_docstring(tree(path))
    assert question and question.rstrip().endswith("?"), "the docstring is the page's clinical question"
    code = [ast.unparse(node) for node in body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert code[0].startswith("begin_page(")
    assert "choose_cohort(load_study())" in code[1], "a page can be run without dashboard.py: it guards itself"


@each_screen
def test_a_page_is_short(path):
    assert n_lines(path) <= LONGEST_PAGE


@each_file_of_pages
def test_no_number_is_made_under_pages(path):
    """Frames are grouped, merged and computed on in analyses; a page's file draws what it is given."""
    asked = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)} & FRAME_WORK
    asked -= set() if _joins_frames(path) else {"join"}
    assert not asked, f"nothing under pages groups, merges or sums, got: {asked}"
    sums = [ast.unparse(node) for node in ast.walk(tree(path)) if _is_arithmetic_on_a_column(node)]
    assert not sums, f"nothing under pages computes on columns, got: {sums}"


@each(files("analyses"))
def test_no_number_is_found_by_searching_words(path):
    """Groups, outcomes, reasons and notes are told apart by code: a word is printed, never searched or taken apart."""
    calls = {node.func.attr for node in ast.walk(tree(path)) if _calls_a_method(node)}
    assert not calls & SEARCHES, f"results are found by code, got: {calls & SEARCHES}"


def _calls_a_method(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


@pytest.mark.parametrize("room, foreign", [("analyses", {"streamlit", "altair"}), ("figures", {"streamlit"})])
def test_results_and_figures_know_no_screen(room, foreign):
    """Also by way of a module of their own: a nightly report or a test against R loads neither."""
    loaded = "import importlib, pathlib, sys\n" + "\n".join(
        f"importlib.import_module({name_of(path).removesuffix('.py').replace('/', '.')!r})"
        for path in files(room)
        if path.name not in ("__init__.py", "render.py")
    )
    script = f"{loaded}\nprint(*sorted({foreign!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, text=True, capture_output=True)
    assert done.stdout.split() == []


def _joins_frames(path: Path) -> bool:
    """`", ".join(...)` is text; anything else called join is a frame's."""
    joins = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "join"]
    return any(not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)) for node in joins)


def _is_arithmetic_on_a_column(node: ast.AST) -> bool:
    """`frame["n"] / frame["total"]`, also where a column is asked something first: `frame["n"].max() - 1`."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow)
        and any(_is_column(side) for side in (node.left, node.right))
        and not any(_is_text(side) for side in (node.left, node.right))
    )


def _is_column(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and _is_column(node.func.value)
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant | ast.List)
        and not (isinstance(node.slice, ast.Constant) and not isinstance(node.slice.value, str))
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_only_the_session_reads_and_writes_the_url_and_its_state():
    users = {name_of(path) for path in files("pages") if asked_of(path, "st") & MEMORY}
    assert not [user for user in users if not user.startswith("pages/parts/session/")]


@each_file
def test_there_is_no_drawer_for_everything(path):
    assert not set(path.relative_to(ROOT).with_suffix("").parts) & DRAWERS_FOR_EVERYTHING


@each(files(*COMPUTING))
def test_a_file_is_short(path):
    assert n_lines(path) <= LONGEST_FILE, "a file above 300 lines is two files"


def functions() -> Iterator[tuple[str, int]]:
    """Every function with its lines, the docstring aside."""
    for path in files(*COMPUTING):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = node.body[0] if ast.get_docstring(node) else None
                lines = node.end_lineno - node.lineno + 1 - (doc.end_lineno - doc.lineno + 1 if doc else 0)
                yield f"{name_of(path)}:{node.name}", lines


def test_functions_stay_short():
    lengths = dict(functions())
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FUNCTION


def test_dashboard_is_a_table_of_contents():
    path = ROOT / "dashboard.py"
    assert n_lines(path) <= LONGEST_CONTENTS
    assert asked_of(path, "st") <= {"set_page_config", "navigation", "Page", "App"}


def test_every_page_stands_in_the_table_of_contents():
    contents = (ROOT / "dashboard.py").read_text("utf-8")
    assert [p.name for p in (ROOT / "pages").glob("*.py") if f'"pages/{p.name}"' not in contents] == []


def test_magic_is_off():
    assert "magicEnabled = false" in (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
