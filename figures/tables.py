"""The tables of a figure by kind, each made when it is first asked for: a screen shows most figures without them."""

from collections.abc import Callable, Iterator, Mapping

import pandas as pd


class Tables(Mapping[str, pd.DataFrame]):
    """{kind: table} of {kind: what makes it}; a table is made once."""

    def __init__(self, makers: Mapping[str, Callable[[], pd.DataFrame]]):
        self._makers = dict(makers)
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, kind: str) -> pd.DataFrame:
        if kind not in self._made:
            self._made[kind] = self._makers[kind]()
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
