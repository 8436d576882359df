"""Files in the shapes of public ones: rows per table and the books of every dataset equal a count by hand."""

import pytest

from tests.data_access.public_shapes import SHAPES, checked
from tests.data_access.redcap_shapes import REDCAP_SHAPES

PATIENTS = 24
ALL = SHAPES | REDCAP_SHAPES
OF_THE_READER = (
    "left-out",
    "left-out-with-values",
    "equal-with-differences",
    "never-comes",
    "not-read",
    "nothing-taken",
)
SAID = (*OF_THE_READER, "not-assessed-since-infusion")


@pytest.mark.parametrize("name", ALL)
def test_a_file_in_a_public_shape_is_taken_whole_and_counted(name, tmp_path):
    shape = ALL[name](tmp_path / "data", PATIENTS)
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
