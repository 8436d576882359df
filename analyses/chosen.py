"""What a choice is in words, and which of its groups have patients."""

from collections.abc import Mapping

import pandas as pd

from endpoints.cohort import FILTER, Filter, Group, Level


def filled(
    groups: tuple[Group, ...], by: Filter | None, patients: pd.DataFrame
) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """The groups that the filters left patients in, and the labels of the others; all of them when none is left."""
    codes = set(patients[by.column].astype(str)) if by else {group.code for group in groups}
    filled = tuple(group for group in groups if group.code in codes)
    return (filled or groups), tuple(group.label for group in groups if filled and group not in filled)


def filter_words(filters: Mapping[str, tuple], levels: Mapping[str, tuple[Level, ...]]) -> dict[str, str]:
    """{code of the filter: its value in words}."""
    return {code: _value_words(FILTER[code], value, levels) for code, value in filters.items()}


def _value_words(filter_: Filter, value: tuple, levels: Mapping[str, tuple[Level, ...]]) -> str:
    if filter_.is_range:
        return f"{value[0]}-{value[1]} {filter_.unit}"
    return ", ".join(level.label for level in levels[filter_.code] if level.code in value)
