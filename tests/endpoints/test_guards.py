"""What holds whatever the patients: pure, whatever the order of rows, any number of patients, no loop over them."""

import ast
import importlib
import time
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import endpoints
from data_access.schema.tables import BUNDLE_TABLES, allowed_values, columns_of
from endpoints.after_transplant import AFTER, derive_after
from endpoints.b_cell_course import derive_loss_interval, derive_samples, derive_sampling
from endpoints.board import derive_board
from endpoints.catalogue import CATALOGUE, OS
from endpoints.counted_response import derive_mrd_in_remission
from endpoints.deaths import derive_deaths, derive_deaths_by_cause
from endpoints.dynamic_landmark import derive_stack
from endpoints.exposure import EXPOSED, split_at_transplant
from endpoints.infections import INFECTIONS, derive_density, derive_infection
from endpoints.malignancies import derive_malignancies, derive_second_malignancy
from endpoints.mrd import derive_mrd
from endpoints.mrd_course import derive_levels, derive_reemergence
from endpoints.recovery import derive_by_recovery_and_mrd
from endpoints.relapse import BY_ESCAPE, BY_LEVEL, NRM_CAUSES, SIGNS, derive_detail, derive_relapses
from endpoints.response import RESPONSES, derive_response
from endpoints.response_definitions import derive_by_definition
from endpoints.rules import Rules
from endpoints.states import derive_stays
from endpoints.study import derive_study
from endpoints.time_to_event import TimeToEvent, derive_tte
from endpoints.toxicity import TOXICITIES, derive_toxicity
from endpoints.transplant import derive_interval, derive_not_in_remission, derive_salvage, derive_transplanted
from endpoints.two_by_two import derive_two_by_two
from endpoints.visits import VISITS
from tests.endpoints.reading import numbered
from tests.literal import date, patient, tables_of

SOURCES = sorted(Path(endpoints.__file__).parent.glob("*.py"))
ROW_LOOPS = {"iterrows", "itertuples", "applymap", "vectorize"}
CUTOFF = date(1000)
OF_A_STUDY = (
    derive_board,
    derive_by_definition,
    derive_deaths,
    derive_density,
    derive_interval,
    derive_levels,
    derive_loss_interval,
    derive_malignancies,
    derive_not_in_remission,
    derive_relapses,
    derive_salvage,
    derive_samples,
    derive_sampling,
    derive_stays,
    derive_transplanted,
    derive_two_by_two,
)
VARIED = tables_of(
    *numbered(
        [
            patient(
                "",
                responses={28: "CR", 91: "CRi", 300: "RELAPSE"},
                birth_month="2010-05",
                sex="female",
                mrd=[
                    dict(day=28, result="negative", sensitivity=1e-4),
                    dict(day=28, result="positive", method="ngs"),
                    dict(day=91, result="failed"),
                    dict(day=91, result="negative", specimen="PB", sensitivity=1e-5),
                ],
                b_cells=[
                    dict(day=28, cd19_pct_lymphocytes=0.0),
                    dict(day=60, cd19_pct_lymphocytes=5.0),
                    dict(day=60, specimen="BM", normal_b_pct_marrow=0.0),
                ],
                relapses=[
                    dict(day=310, cd19_status="negative"),
                    dict(day=310, level="molecular", cd19_status="positive"),
                ],
                therapies=[dict(day=320, kind="inotuzumab"), dict(day=320, kind="chemotherapy")],
                infections=[dict(day=20, organism_class="viral"), dict(day=20, organism_class="bacterial")],
                malignancies=[dict(day=390, kind="skin"), dict(day=390, kind="myeloid")],
                events=[dict(day=3, grade=2), dict(day=40, kind="ICAHT", scale="EHA_EBMT", grade=3)],
                death=400,
                cause="leukaemia",
            ),
            patient("", responses={28: "NR", 60: "NR"}, infused=20, last_contact=200, sex="male"),
            patient(
                "",
                infused=None,
                not_infused=-5,
                reason="manufacturing",
                courses=[dict(course_number=2, product_code="BREXU", enrolment_date=10, infusion_date=40)],
                responses={70: "CR"},
                transplants=[dict(day=130, donor="cord"), dict(day=230)],
            ),
            patient("", infused=None, not_infused=-5, reason="death", death=-5),
            patient("", infused=None, last_contact=30),
            patient(
                "", responses={14: "CRi"}, infused=0, therapies=[dict(day=50, kind="tki")], death=90, cause="infection"
            ),
        ]
    )
)


def everything(tables, **rules):
    """{name: frame} of all that the room derives."""
    study = derive_study(tables, Rules(**rules), CUTOFF)
    frames = {"ADSL": study.adsl, "course": study.course}
    frames |= {e.paramcd: derive_response(study, e) for e in RESPONSES}
    frames |= {v.code: derive_mrd(study, v) for v in VISITS}
    for endpoint in CATALOGUE:
        if study.rules.population in endpoint.populations:
            derived = derive_tte(study.course, endpoint, study.rules)
            frames |= {endpoint.paramcd: derived.rows, endpoint.paramcd + " left out": derived.left_out}
    return frames | (beyond_the_catalogue(study) if study.rules.population == "infused" else {})


def beyond_the_catalogue(study):
    """{name: frame} of the derivations for single figures."""
    frames = {
        **{f.__name__: f(study) for f in OF_A_STUDY},
        **{t.paramcd: derive_toxicity(study, t, t.scales[0]) for t in TOXICITIES},
        **{code: derive_infection(study, endpoint).rows for code, endpoint in INFECTIONS.items()},
        **{endpoint.paramcd: derive_detail(study, endpoint).rows for endpoint in (BY_LEVEL, BY_ESCAPE, NRM_CAUSES)},
        **{f"after {sign.code}": derive_detail(study, sign.endpoint).rows for sign in SIGNS},
        "MRD in remission": derive_mrd_in_remission(study.tables, study.adsl),
        "OS stack": derive_stack(study, OS),
        "CIR by MRD and recovery": derive_by_recovery_and_mrd(study).rows,
        "SPM": derive_second_malignancy(study).rows,
        "OSCAUSE": derive_deaths_by_cause(study).rows,
        "MRD again": derive_reemergence(study).rows,
    }
    for code, endpoint in EXPOSED.items():
        frames[f"exposed {code}"] = split_at_transplant(derive_tte(study.course, endpoint, study.rules), study.course)
    for code, endpoint in AFTER.items():
        frames[f"after transplant {code}"] = derive_after(study.course, endpoint, study.rules).rows
    return frames


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert_frame_equal(one[name], other[name], obj=name)


def shuffled(tables, seed):
    return {name: rows.sample(frac=1, random_state=seed) for name, rows in tables.items()}


def as_loaded(tables):
    """The same tables with declared codes as categories, as the database room hands them over."""
    loaded = {name: rows.copy() for name, rows in tables.items()}
    for table in BUNDLE_TABLES:
        for column in columns_of(table):
            if allowed_values(column):
                loaded[table.name][column.name] = pd.Categorical(
                    loaded[table.name][column.name], allowed_values(column), ordered=False
                )
    return loaded


def copies(tables, times):
    """The same patients many times over, under new ids."""
    many = {}
    for name, rows in tables.items():
        if name == "product":
            continue
        repeated = rows.loc[np.tile(rows.index, times)].reset_index(drop=True)
        suffix = pd.Series(np.repeat(np.arange(times), len(rows))).astype(str).str.zfill(5)
        many[name] = repeated.assign(patient_id=repeated["patient_id"] + "-" + suffix)
    return many | {"product": tables["product"]}


@pytest.fixture(scope="module")
def derived():
    return everything(VARIED)


def test_no_input_frame_is_changed_in_place():
    before = {name: rows.copy(deep=True) for name, rows in VARIED.items()}
    everything(VARIED, molecular="yes", bca_rule="pct1_abs100_confirmed")
    for name, rows in VARIED.items():
        assert_frame_equal(rows, before[name], obj=name)


def test_deriving_an_endpoint_leaves_the_study_unchanged():
    study = derive_study(VARIED, Rules(), CUTOFF)
    course, adsl = study.course.copy(deep=True), study.adsl.copy(deep=True)
    for endpoint in CATALOGUE:
        derive_tte(study.course, endpoint, study.rules)
    derive_mrd(study, VISITS[0])
    assert_frame_equal(study.course, course)
    assert_frame_equal(study.adsl, adsl)


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_input_rows_give_the_same_output(derived, seed):
    same(everything(shuffled(VARIED, seed)), derived)


def test_codes_as_categories_give_the_same_output(derived):
    same(everything(as_loaded(VARIED)), derived)
    same(everything(as_loaded(VARIED), population="enrolled"), everything(VARIED, population="enrolled"))


def test_the_order_of_patients_is_that_of_their_ids(derived):
    assert derived["ADSL"]["USUBJID"].tolist() == [f"P{n:04d}" for n in range(1, 7)]


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"population": "enrolled"},
        {"bca_rule": "pct1_abs100_confirmed"},
        {"bca_rule": "absolute", "mrd_cut": "any", "failure": "day0", "molecular": "yes"},
    ],
)
def test_no_patient_at_all_works(rules):
    assert {len(frame) for frame in everything(tables_of(), **rules).values()} == {0}
    assert {len(frame) for frame in everything(as_loaded(tables_of()), **rules).values()} == {0}


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"population": "enrolled"},
        {"bca_rule": "pct1_abs100_confirmed"},
        {"bca_rule": "absolute", "mrd_cut": "any", "failure": "day0", "molecular": "yes"},
    ],
)
def test_one_patient_with_nothing_but_an_infusion_works(rules):
    frames = everything(tables_of(patient("P1")), **rules)
    assert [len(frames[name]) for name in ("ADSL", "course", "OS", "BOR3M", "M3")] == [1] * 5


def test_a_patient_without_any_treatment_course_is_not_enrolled():
    tables = tables_of(patient("P1"), patient("P2"))
    courses = tables["treatment_course"]
    frames = everything(tables | {"treatment_course": courses[courses["patient_id"] == "P1"]})
    assert frames["ADSL"]["USUBJID"].tolist() == ["P1"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_there_is_no_loop_over_patients(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    assert [node.func.attr for node in called if node.func.attr in ROW_LOOPS] == []
    by_row = [
        node
        for node in called
        if node.func.attr in ("apply", "map", "agg", "transform")
        and (any(k.arg == "axis" for k in node.keywords) or any(isinstance(a, ast.Lambda) for a in node.args))
    ]
    assert by_row == []


def test_20_000_patients_derive_in_seconds_and_like_the_few_they_are_copies_of(derived):
    many, start = copies(as_loaded(VARIED), 3334), time.process_time()
    frames = everything(many)
    seconds = time.process_time() - start
    assert len(frames["ADSL"]) == 20_004
    assert seconds < 20, f"20,004 patients took {seconds:.1f} s of processor time"
    for name in ("OS", "EFSC", "NRM", "BCACI", "TTHSCT", "BOR3M", "STATM3", "D28", "M3"):
        value = "AVAL" if "AVAL" in derived[name] else "AVALC"
        few = derived[name].set_index("USUBJID")[value]
        found = frames[name]
        assert (found[value].to_numpy() == found["USUBJID"].str[:5].map(few).to_numpy()).all()


def declared_endpoints():
    """Every TimeToEvent that a module of this room declares, alone or inside a tuple, a dict or another declaration."""
    waiting = [vars(importlib.import_module(f"endpoints.{path.stem}")) for path in SOURCES]
    found = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, TimeToEvent):
            found.append(value)
        elif isinstance(value, dict):
            waiting += [v for k, v in value.items() if not str(k).startswith("__")]
        elif isinstance(value, (tuple, list)):
            waiting += value
        elif is_dataclass(value) and not isinstance(value, type):
            waiting += [getattr(value, field.name) for field in fields(value)]
    return found


def test_no_two_endpoints_share_a_code():
    """Derived rows are kept under it: two endpoints of one code would show each other's patients."""
    by_code = {}
    for endpoint in declared_endpoints():
        assert by_code.setdefault(endpoint.paramcd, endpoint) == endpoint, endpoint.paramcd
    assert len(by_code) > 25
