"""What a filter is, and the levels that are declared in more than one place."""

from dataclasses import dataclass

from endpoints.codes import MISSING, MISSING_WORDS


@dataclass(frozen=True)
class Level:
    """One option of a filter, one possible group: its code (URL, files) and its words."""

    code: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A declared filter over one column. `levels` None: the levels are those found in the data.

    `label_column` names the ADSL column with the words of data-found levels; `is_range`: whole numbers from `low` to
    `high`, in `unit`; `part_of`: the filter whose control it stands in, of which one condition at a time is chosen;
    `is_outcome`: it chooses by what happened after infusion, and never compares; `help`: what its levels mean.
    """

    code: str
    label: str
    column: str
    section: str
    levels: tuple[Level, ...] | None = None
    label_column: str | None = None
    is_range: bool = False
    low: int = 0
    high: int = 100
    unit: str = ""
    part_of: str = ""
    is_outcome: bool = False
    help: str = ""

    @property
    def control(self) -> str:
        """The code of the filter whose control it stands in: mostly its own."""
        return self.part_of or self.code


def with_missing(*pairs: tuple[str, str]) -> tuple[Level, ...]:
    """Levels from (code, words), and missing as a level of its own."""
    return (*(Level(code, label) for code, label in pairs), Level(MISSING, MISSING_WORDS))


YES_NO = with_missing(("yes", "Yes"), ("no", "No"))
AGE_GROUPS = with_missing(
    ("under_3", "< 3 years"),
    ("3_9", "3-9 years"),
    ("10_17", "10-17 years"),
    ("18_25", "18-25 years"),
    ("26_39", "26-39 years"),
    ("40_59", "40-59 years"),
    ("60_plus", "≥ 60 years"),
)
AGE_GROUP_STARTS = (0, 3, 10, 18, 26, 40, 60)
