"""The data dictionary that a REDCap project exports of itself (CSV): its fields, their choices, and which identify."""

from dataclasses import dataclass, field

from data_access.bundle.problems import Problems
from data_access.private import AnyFile
from data_access.sources.files.csv_file import Form, read_csv

NAME, TYPE, LABEL = "Variable / Field Name", "Field Type", "Field Label"
CHOICES, IDENTIFIER = "Choices, Calculations, OR Slider Labels", "Identifier?"
WITH_CHOICES = ("radio", "dropdown", "checkbox")
YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}


@dataclass(frozen=True)
class Question:
    """One field: its choices, raw value -> label, and whether the project marks it as an identifier."""

    name: str
    label: str
    choices: dict[str, str]
    identifies: bool


@dataclass(frozen=True)
class Dictionary:
    """The fields of a project by name."""

    questions: dict[str, Question] = field(default_factory=dict)

    @property
    def labels(self) -> set[str]:
        return {question.label for question in self.questions.values()}

    @staticmethod
    def read(file: AnyFile, problems: Problems) -> "Dictionary | None":
        """None, and a problem, when it is no data dictionary. Projects save it with commas or semicolons."""
        if not file.is_file():
            problems.add(file.name, "no-dictionary", "the project's data dictionary must be there, got: none")
            return None
        first = file.read_text(encoding="utf-8-sig", errors="replace").partition("\n")[0]
        sheet = read_csv(file, problems, Form(separator=";" if first.count(";") > first.count(",") else ","))
        if sheet is None:
            return None
        if not {NAME, TYPE, LABEL} <= set(sheet.header):
            problems.add(file.name, "no-dictionary", "must be the data dictionary that REDCap exports of a project")
            return None
        rows = (dict(zip(sheet.header, row, strict=True)) for row in sheet.rows)
        return Dictionary({row[NAME]: _question(row) for row in rows})


def _question(row: dict[str, str]) -> Question:
    kind = row[TYPE]
    choices = _choices(row.get(CHOICES, "")) if kind in WITH_CHOICES else YES_NO.get(kind, {})
    return Question(row[NAME], row[LABEL], choices, row.get(IDENTIFIER, "").strip().lower() == "y")


def _choices(text: str) -> dict[str, str]:
    """'1, Male | 2, Female' as raw value -> label."""
    parts = (part.partition(",") for part in text.split("|") if part.strip())
    return {raw.strip(): label.strip() for raw, _, label in parts}
