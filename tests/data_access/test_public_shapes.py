"""Files in the shapes of public ones: rows per table and the books of every dataset equal a count by hand."""

import pytest

from tests.data_access.public_shapes import SHAPES, checked

PATIENTS = 24
SAID = ("left-out", "never-comes", "not-read", "nothing-taken", "not-assessed-since-infusion")


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_in_a_public_shape_is_taken_whole_and_counted(name, tmp_path):
    shape = SHAPES[name](tmp_path / "data", PATIENTS)
    done = checked(shape, tmp_path)
    assert {table: n for table, n in done.rows.items() if n and table != "product"} == shape.rows
    books = done.problems.accounts
    assert sum(account.read for account in books) == shape.read
    for account in books:
        assert account.read == account.taken + account.refused + account.n_left_out
    left = [(reason.on_purpose, n) for account in books for reason, n in account.left_out]
    assert sum(n for purpose, n in left if purpose) == shape.on_purpose
    assert sum(n for purpose, n in left if not purpose) == shape.unnamed
    told = {code: n for (_, code), n in done.problems.counts.items()}
    assert {code: told.get(code, 0) for code in SAID} == {code: shape.warnings[code] for code in SAID}
