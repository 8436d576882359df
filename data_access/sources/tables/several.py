"""Of several records that say one thing (the samples of a day), the one that the mapping declares."""

from decimal import Decimal, InvalidOperation

from data_access.sources.tables.compare import as_compared
from data_access.sources.tables.dataset import Dataset
from data_access.sources.tables.declared import Target

Made = list[tuple[int, dict[str, str]]]  # (index in the dataset, row of ours)


def chosen_of(made: Made, identifying: tuple[str, ...], target: Target, dataset: Dataset) -> Made:
    """One row for each value of the identifying columns, in the order in which these come first."""
    groups: dict[tuple[str, ...], Made] = {}
    for index, row in made:
        groups.setdefault(tuple(row.get(name, "") for name in identifying), []).append((index, row))
    return [_chosen(group, target, dataset) for group in groups.values()]


def _chosen(group: Made, target: Target, dataset: Dataset) -> tuple[int, dict[str, str]]:
    """Of equal ones the first of the file counts as first and as highest, the last of the file as last."""
    if not target.by:
        return group[0] if target.several == "first" else group[-1]
    ordered = sorted(group, key=lambda pair: _rank(pair[0], target.by, dataset))
    if target.several == "last":
        return ordered[-1]
    if target.several == "highest":
        return max(group, key=lambda pair: _rank(pair[0], target.by, dataset))
    given = [pair for pair in ordered if dataset.cell(pair[0], target.by) != ""]
    return (given or ordered)[0]


def _rank(index: int, variable: str, dataset: Dataset) -> tuple[bool, bool, Decimal, str]:
    """Nothing before text, text before numbers, each in its order."""
    text = dataset.cell(index, variable)
    try:
        return True, True, Decimal(as_compared(text, dataset.options.form.decimal)), ""
    except InvalidOperation:
        return text != "", False, Decimal(0), text
