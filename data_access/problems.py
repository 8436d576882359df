"""What can be wrong with a cohort database or a CSV bundle, said in sentences without path, SQL or password."""

from dataclasses import dataclass, field

MAX_LISTED = 10_000
MAX_ECHO = 40


class DatabaseProblem(Exception):
    """The cohort database cannot be read or written; `sentence` is fit for the screen."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a bundle: where (line and column where they apply), a code, the rule and what came."""

    file: str
    line: int | None
    column: str | None
    code: str
    message: str

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{line}{column}: {self.code}: {self.message}"


@dataclass
class Problems:
    """Collects problems: all are counted, the first MAX_LISTED are kept (a wrong column has millions of cells)."""

    listed: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, file: str, code: str, message: str, *, line: int | None = None, column: str | None = None) -> None:
        self.total += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(Problem(file, line, column, code, message))

    def extend(self, others: "Problems") -> None:
        self.total += others.total
        self.listed = [*self.listed, *others.listed][:MAX_LISTED]

    def __str__(self) -> str:
        left_out = self.total - len(self.listed)
        more = [f"... and {left_out} more"] if left_out else []
        return "\n".join([*map(str, self.listed), *more])


class BundleRefused(Exception):
    """A bundle with problems: nothing was loaded; `problems` lists them all."""

    def __init__(self, problems: Problems):
        super().__init__(f"Nothing was loaded: {problems.total} problem(s) in the bundle.")
        self.problems = problems


def shown(text: str) -> str:
    """The offending cell as inert text on one line, cut to a readable length."""
    return repr(text if len(text) <= MAX_ECHO else text[:MAX_ECHO] + "...")


def masked(identifier: str) -> str:
    """An identifier of which only the first two characters are shown."""
    return repr(identifier[:2] + "***")
