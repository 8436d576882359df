"""The words of a code are the same for whoever fills in a form and whoever reads a figure."""

import pytest

from data_access.schema.tables import TABLE, labels_of
from endpoints.codes import WORDS


@pytest.mark.parametrize("place", sorted(WORDS))
def test_the_endpoints_say_the_words_that_the_tables_declare(place):
    table, column = place.split(".")
    assert list(WORDS[place].items()) == list(labels_of(TABLE[table].columns[column]).items())
