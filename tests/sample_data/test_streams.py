"""Every column draws from a stream of its own: a new one, or another draw of one, changes no other column."""

import pytest

from data_access.schema.tables import TABLE
from sample_data import generate as module
from sample_data.generate import block_frames
from sample_data.streams import Draw

PATIENTS = dict(seed=11, block=0, n=240, width=5)


@pytest.fixture(scope="module")
def before():
    return block_frames(**PATIENTS)


@pytest.mark.parametrize("table", module.ROWS)
def test_a_new_column_changes_no_other_one(before, monkeypatch, table):
    rows, header = module.ROWS[table], module.header

    def with_a_column_more(cohort, draw):
        drawn = draw("remark").random(len(cohort))
        frame = rows(cohort, draw)
        return frame.assign(remark=[f"{x:.3f}" for x in drawn[frame["i"]]])

    monkeypatch.setitem(module.ROWS, table, with_a_column_more)
    monkeypatch.setattr(module, "header", lambda name: [*header(name), *(["remark"] if name == table else [])])
    after = block_frames(**PATIENTS)
    assert len(after[table]) and after[table]["remark"].notna().all()
    assert after[table].drop(columns="remark").equals(before[table])
    assert all(after[name].equals(before[name]) for name in before if name != table)


def test_another_draw_of_one_column_changes_that_column_only(before, monkeypatch):
    asked, key = set(), Draw._key
    monkeypatch.setattr(Draw, "_key", lambda draw, name: asked.add((draw.part, name)) or key(draw, name))
    block_frames(**PATIENTS)
    own = sorted(place for place in asked if place[0] in TABLE and place[1] in TABLE[place[0]].columns)
    assert len(own) > 50
    for table, column in own:
        monkeypatch.setattr(
            Draw, "_key", lambda draw, name, place=(table, column): key(draw, name) + ((draw.part, name) == place)
        )
        after = block_frames(**PATIENTS)
        assert after[table].drop(columns=column).equals(before[table].drop(columns=column)), (table, column)
        assert all(after[name].equals(before[name]) for name in before if name != table), (table, column)


def test_a_new_step_of_the_process_changes_nothing_either(before, monkeypatch):
    def asked_more(draw, name, call=Draw.__call__):
        if draw.part in ("baseline", "way", "fate", "visits"):
            call(draw, "something new").random(100)
        return call(draw, name)

    monkeypatch.setattr(Draw, "__call__", asked_more)
    after = block_frames(**PATIENTS)
    assert all(after[name].equals(before[name]) for name in before)
