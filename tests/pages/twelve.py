"""Twelve literal patients whose headline figures can be computed by hand, in a real database under the real pages.

Ten are infused: nine on day 0 (2024-01-01), P06 on day 750; the data cut-off is day 800. Every age is unique, so that
the age slider can pick one patient.

    P01 CR to day 740, MRD-negative, B cells absent        P07 CD19-negative relapse 180, inotuzumab 190
    P02 CRi, B cells back 150, CD19+ relapse 200,          P08 relapse 250 with nothing known of it, MRD failed and
        salvage transplant 260, death 500                      not quantifiable
    P03 CR, MRD-positive, transplant in remission 80       P09 CR, B cells never absent, lost after day 50
    P04 no remission, death of leukaemia 150               P10 CR, blinatumomab in remission 150, infection death 300
    P05 death of CRS on day 20, no response assessed       P11 never infused (manufacturing), decided on day 10
    P06 CR, day 28 reached, month 3 not yet due            P12 enrolled on day 780, infusion pending
"""

import csv
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

from data_access.load import load_bundle
from data_access.manifest import write_manifest
from data_access.schema.tables import BUNDLE_TABLES, columns_of
from data_access.schema.values import to_text
from pages.parts.data import study
from pages.parts.session import tabs as tabs_module
from tests.literal import date, patient, tables_of

# Each start of an app looks through every installed package for components: half a second, the same answer each time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
# A server goes through all its objects once per version of the data, to let go of the old. Here they are those of all
# tests, by the million, and versions come by the second.
study.gc = SimpleNamespace(unfreeze=lambda: None, collect=lambda: None, freeze=lambda: None)
POLLED = local_script_runner.require_widgets_deltas


def _wait_for_the_end(runner, timeout=3):
    """Until a run has ended. Streamlit looks every millisecond, and takes the interpreter from the run each time."""
    runner._script_thread.join(timeout)
    POLLED(runner, timeout)


local_script_runner.require_widgets_deltas = _wait_for_the_end
ROOT = Path(__file__).parents[2]
WORDS_ONLY = {"glossary"}  # pages without tabs
WITHOUT_FIGURES = {"data", "administration"}  # of the database and its readers, not of a cohort
PAGES = tuple(sorted({path.stem for path in (ROOT / "pages").glob("*.py")} - WORDS_ONLY))
CUTOFF = date(800)
TITLE = "Twelve literal patients"
AGES = {
    "P01": 5,
    "P02": 8,
    "P03": 12,
    "P04": 16,
    "P05": 20,
    "P06": 24,
    "P07": 30,
    "P08": 38,
    "P09": 45,
    "P10": 62,
    "P11": 50,
    "P12": 2,
}
INFUSED = tuple(sorted(AGES))[:10]
NOBODY = ("nobody", "none overall")  # how the line of who is excluded ends where nobody is


def _mrd(day, result, sensitivity=None, level=None):
    return dict(day=day, result=result, sensitivity=sensitivity, level=level)


def _b_cells(**percent):
    return [dict(day=int(day[1:]), cd19_pct_lymphocytes=value) for day, value in percent.items()]


def _crs(day, end, grade, tocilizumab=False, steroids=False):
    return [dict(day=day, resolution_date=end, grade=grade, tocilizumab=tocilizumab, steroids=steroids)]


def _made(**columns):
    return dict(apheresis_date=-30, manufacturing_outcome="released") | columns


PATIENTS = (
    patient(
        "P01",
        birth_month="2019-01",
        site_code="C01",
        sex="female",
        prior_transplant=False,
        last_contact=760,
        prior_blinatumomab=True,
        cytogenetic_group="kmt2a",
        down_syndrome=False,
        course=_made(blasts_pct_before=40.0, disease_status_before="relapse", cns_status="CNS1"),
        responses={28: "CR", 91: "CR", 365: "CR", 740: "CR"},
        mrd=[_mrd(28, "negative", 1e-5), _mrd(91, "negative", 1e-6), _mrd(183, "negative", 1e-5)],
        b_cells=_b_cells(d28=0.0, d91=0.0, d183=0.0, d400=0.5),
        events=_crs(3, 6, 1),
    ),
    patient(
        "P02",
        birth_month="2016-01",
        site_code="C01",
        sex="male",
        prior_transplant=True,
        death=500,
        cause="leukaemia",
        prior_blinatumomab=False,
        cytogenetic_group="normal",
        course=_made(blasts_pct_before=3.0, disease_status_before="relapse", cns_status="CNS1"),
        responses={28: "CRi", 91: "CRi"},
        mrd=[_mrd(28, "negative", 1e-4), _mrd(91, "positive", 1e-5, 1e-3)],
        b_cells=_b_cells(d28=0.0, d91=0.0, d150=5.0, d160=6.0),
        relapses=[dict(day=200, cd19_status="positive")],
        transplants=[dict(day=260, donor="cord")],
        events=_crs(2, 9, 3, True),
    ),
    patient(
        "P03",
        birth_month="2012-01",
        site_code="C01",
        sex="female",
        prior_transplant=False,
        last_contact=700,
        prior_car_t=False,
        course=_made(blasts_pct_before=1.0, disease_status_before="cr_mrd_positive"),
        responses={28: "CR", 100: "CR", 400: "CR"},
        mrd=[_mrd(28, "positive", 1e-5, 1e-3), _mrd(100, "negative", 1e-4)],
        b_cells=_b_cells(d28=0.0, d120=0.0),
        transplants=[dict(day=80, donor="matched_related", disease_status="cr_mrd_positive")],
    ),
    patient(
        "P04",
        birth_month="2008-01",
        site_code="C02",
        sex="male",
        prior_transplant=True,
        death=150,
        cause="leukaemia",
        prior_inotuzumab=True,
        course=_made(blasts_pct_before=80.0, disease_status_before="refractory", extramedullary=True),
        responses={28: "NR", 60: "NR"},
    ),
    patient(
        "P05",
        birth_month="2004-01",
        site_code="C02",
        sex="female",
        prior_transplant=False,
        death=20,
        cause="crs_icans_hlh",
        prior_inotuzumab=False,
        course=_made(disease_status_before="refractory"),
        events=_crs(1, None, 5, True, True),
    ),
    patient(
        "P06",
        birth_month="2002-01",
        site_code="C02",
        sex="male",
        infused=750,
        enrolled=710,
        last_contact=790,
        course=dict(apheresis_date=720, manufacturing_outcome="released", blasts_pct_before=20.0),
        responses={778: "CR"},
        mrd=[_mrd(778, "negative", 1e-4)],
    ),
    patient(
        "P07",
        product="BREXU",
        birth_month="1994-01",
        site_code="C03",
        sex="female",
        prior_transplant=False,
        last_contact=600,
        prior_car_t=True,
        course=_made(blasts_pct_before=60.0, cns_status="CNS2"),
        responses={28: "CR", 90: "CR"},
        mrd=[_mrd(28, "negative", 1e-5), _mrd(90, "negative", 1e-4)],
        b_cells=_b_cells(d28=0.0, d100=0.0, d190=0.0),
        relapses=[dict(day=180, cd19_status="negative")],
        therapies=[dict(day=190, kind="inotuzumab")],
        events=_crs(4, 8, 2),
    ),
    patient(
        "P08",
        product="BREXU",
        birth_month="1986-01",
        site_code="C03",
        sex="male",
        prior_transplant=True,
        last_contact=400,
        course=_made(),
        responses={30: "CR", 92: "CR", 250: "RELAPSE"},
        mrd=[_mrd(30, "failed"), _mrd(92, "positive_not_quantifiable", 1e-5)],
        b_cells=_b_cells(d30=0.0, d120=0.0, d200=0.0),
    ),
    patient(
        "P09",
        product="BREXU",
        birth_month="1979-01",
        site_code="C03",
        sex="female",
        prior_transplant=False,
        last_contact=50,
        course=_made(crs_assessed=True),
        responses={28: "CR"},
        mrd=[_mrd(28, "negative")],
        b_cells=_b_cells(d28=4.0),
    ),
    patient(
        "P10",
        product="BREXU",
        birth_month="1962-01",
        site_code="C04",
        prior_transplant=False,
        death=300,
        cause="infection",
        course=_made(),
        responses={28: "CR", 160: "CR"},
        mrd=[_mrd(28, "negative", 1e-4)],
        b_cells=_b_cells(d28=0.0, d100=0.0),
        therapies=[dict(day=150, kind="blinatumomab")],
    ),
    patient(
        "P11",
        product="BREXU",
        birth_month="1973-01",
        site_code="C01",
        sex="female",
        infused=None,
        not_infused=10,
        reason="manufacturing",
        last_contact=100,
        course=_made(manufacturing_outcome="failed"),
    ),
    patient(
        "P12",
        birth_month="2024-01",
        site_code="C02",
        infused=None,
        enrolled=780,
        last_contact=785,
        course=dict(manufacturing_outcome="pending"),
    ),
)


# The database and the app ----------------------------------------------------------------------------------------


def write_bundle(folder: Path, *patients, cutoff=CUTOFF) -> Path:
    """The CSV bundle of literal patients."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in tables_of(*patients).items():
        declared = next(t for t in BUNDLE_TABLES if t.name == table)
        columns = [to_text(c, frame[c.name]) for c in columns_of(declared)]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[c.name for c in columns_of(declared)], *zip(*columns, strict=True)])
    write_manifest(folder, TITLE, cutoff.date(), "tests", synthetic=True)
    return folder


@contextmanager
def database(folder: Path, *patients, cutoff=CUTOFF) -> Iterator[str]:
    """Bundle, load, and DATABASE_URL pointing at it for as long as the block lasts; gives the dataset version."""
    url = f"sqlite:///{folder}/twelve.db"
    loaded = load_bundle(write_bundle(folder / "bundle", *(patients or PATIENTS), cutoff=cutoff), url)
    with app_reads(url):
        yield loaded.content_sha256[:12]


@contextmanager
def app_reads(url: str) -> Iterator[None]:
    """The app reads the database at `url`, with nothing remembered of another one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", url)
        st.cache_resource.clear()
        yield
    st.cache_resource.clear()


def open_page(page: str, **query) -> AppTest:
    """One page by itself, as a deep link opens it on a just-started server."""
    return visit(AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60), query)


def open_dashboard(page: str, **query) -> AppTest:
    """The page behind dashboard.py's menu."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    return visit(app.switch_page(f"pages/{page}.py"), query)


def visit(app: AppTest, query: dict) -> AppTest:
    """The same session with another address; numbers, method and files stand open."""
    app.query_params.clear()
    for code, value in ({"details": "open"} | query).items():
        app.query_params[code] = value
    return app.run()


def note_tabs(patched: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """{choice: codes of its tabs} of the pages that run from here on: tabs are found by asking the pages."""
    offered, draw = {}, tabs_module.tabs

    def noted(cohort, code, tabs):
        offered[code] = [tab.code for tab in tabs]
        return draw(cohort, code, tabs)

    patched.setattr(tabs_module, "tabs", noted)
    return offered


# What stands on the screen ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Picture:
    """A chart as the browser gets it: its spec, the frame beside it, its words."""

    spec: str
    frame: pd.DataFrame
    alt: str


@dataclass(frozen=True, eq=False)
class Figure:
    """Everything between one heading and the next."""

    title: str
    pictures: tuple[Picture, ...]
    tables: tuple[pd.DataFrame, ...]
    captions: tuple[str, ...]
    infos: tuple[str, ...]
    method: tuple[str, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """Every sentence of the figure, wherever it stands."""
        return (*self.captions, *self.method)

    @property
    def n(self) -> int:
        """The number of patients in the heading."""
        return int(re.search(r"\(n = (\d+)\)", self.title)[1])

    @property
    def left_out(self) -> dict[str, int]:
        """{reason: n} of the only such line of the note; under a chart the same line stands."""
        [line] = [m for m in self.method if m.startswith("Excluded: ")]
        assert any(caption.startswith(line) for caption in self.captions) or not self.pictures
        words = line.removeprefix("Excluded: ").removesuffix(".")
        parts = [] if words.startswith(NOBODY) else [part.split(" ", 1) for part in words.split("; ")]
        return {reason: int(n) for n, reason in parts}


def figures(app: AppTest) -> list[Figure]:
    """The figures of the page, in reading order."""
    found = []
    for element in _leaves(app.main):
        if element.type == "header":
            found.append([plain(element.value), []])
        elif found:
            found[-1][1].append(element)
    return [_figure(title, elements) for title, elements in found]


def _leaves(block) -> Iterator:
    for child in block.children.values():
        yield from _leaves(child) if hasattr(child, "children") else (child,)


def _figure(title: str, elements: list) -> Figure:
    def of(kind):
        return tuple(e for e in elements if e.type == kind)

    words = [w for e in of("html") for w in _heard(e.proto.body)]
    return Figure(
        title,
        tuple(_picture(e.proto, w) for e, w in zip(of("vega_lite_chart"), words, strict=True)),
        tuple(e.value for e in of("dataframe")),
        tuple(line for e in of("html") if e.proto.body.startswith("<p ") for line in _lines(e.proto.body)),
        tuple(plain(e.value) for e in of("info")),
        tuple(plain(line) for e in of("markdown") for line in e.value.split("\n\n")),
    )


def _lines(body: str) -> list[str]:
    """The lines of a paragraph of answer or remarks, as letters."""
    return [html.unescape(re.sub("<[^>]*>", "", line)) for line in re.split("<br>|(?<=</p>)", body) if line]


def _heard(body: str) -> list[str]:
    """What is told of each picture to those who do not see it."""
    unseen = re.search('<div class="unseen">(.*?)</div>', body)
    return [html.unescape(words) for words in re.findall("<p>(.*?)</p>", unseen[1])] if unseen else []


def _picture(proto, words: str) -> Picture:
    content = proto.data.data or proto.datasets[0].data.data
    return Picture(proto.spec, pa.ipc.open_stream(content).read_pandas(), words)


def plain(text: str) -> str:
    """What the reader sees of escaped text."""
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "").replace("\u00a0", " ")


def patients_line(app: AppTest) -> str:
    """`n of N patients` above the page, without what they are and how many others there are."""
    line = next(m.value for m in app.markdown if "patients**" in m.value)
    return re.match(r"\*\*(\d+ of \d+) (?:infused|enrolled) patients\*\* \(\d+ \w+\) · ", line)[1] + " patients"


def number(figure: Figure, outcome: str, months=None, strata="Cohort", measure="probability") -> pd.Series:
    """The row of the table for one outcome, at a month, in one group."""
    table = figure.tables[0]
    here = table[(table["outcome"] == outcome) & (table["strata"] == strata)]
    if "measure" in here:
        here = here[here["measure"] == measure]
    if months is not None:
        here = here[here["months"] == months]
    assert len(here) == 1, f"one row must match, got: {len(here)}"
    return here.iloc[0]


def drawn_at(picture: Picture, month: float, strata: str = "Cohort") -> pd.Series:
    """The step of a curve that is drawn at a month: the last row at or before it."""
    rows = picture.frame[(picture.frame["strata"] == strata) & (picture.frame["time"] <= month)]
    return rows.iloc[-1]
