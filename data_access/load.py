"""Load a CSV bundle into a cohort database, all of it or nothing.

`python -m data_access.load BUNDLE [--database-url URL]`; BUNDLE is a folder or a ZIP file of it, without --database-url
the variable DATABASE_URL counts. `python -m data_access.load SOURCE --from READER --mapping FILE` converts another
format first (docs/import.md). Everything is checked before anything is replaced: an SQLite file is written aside and
moved into place, PostgreSQL swaps the rows in one transaction. The version before is kept: --rollback brings it back,
--purge-previous removes it for good.

Exit codes: 0 done, or identical to what is loaded; 1 the bundle has errors; 2 the command line is wrong; 3 --confirm is
needed; 4 the database or a file could not be read or written.
"""

import argparse
import errno
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from data_access.audit import audited, record, user_name
from data_access.bundle.origin import Origin
from data_access.bundle.problems import ERROR, BundleRefused, DatabaseProblem, Problems
from data_access.bundle.progress import Progress, bar, silent
from data_access.bundle.report import book_lines, counted, summary, write_problems
from data_access.bundle.set_aside import right_rows
from data_access.bundle.source import opened
from data_access.bundle.stage import DiscardedStaging, Staged, stage
from data_access.options import parsed
from data_access.private import AnyFolder, UnnamedFolder
from data_access.reading.connection import parse_url, said_in_sentences
from data_access.schema.tables import SCHEMA_VERSION
from data_access.targets.file_target import FileTarget
from data_access.targets.held import LoadedVersion, NeedsConfirmation, reasons
from data_access.targets.history import dataset_of, entry_of
from data_access.targets.server_target import ServerTarget

DONE, REFUSED, UNCONFIRMED, BROKEN = 0, 1, 3, 4
DISK_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@dataclass(frozen=True)
class Loaded:
    """What was loaded (or checked): rows per table and the hash of the content; warnings; whether it was there already;
    why it would have to be confirmed; how many rows were put aside."""

    rows: dict[str, int]
    content_sha256: str
    problems: Problems = field(default_factory=Problems, compare=False)
    identical: bool = field(default=False, compare=False)
    reasons: tuple[str, ...] = field(default=(), compare=False)
    set_aside: int = field(default=0, compare=False)

    @property
    def version(self) -> str:
        return self.content_sha256[:12]


def load_bundle(
    bundle: AnyFolder,
    url: str,
    *,
    cautious: bool = False,
    origin: Origin | None = None,
    found: Problems | None = None,
    progress: Progress = silent,
    announce: Callable[[Loaded], None] | None = None,
) -> Loaded:
    """Load a bundle (folder or ZIP file) into the database at `url`, replacing what it held.

    A bundle that a reader converted from another format comes with its `origin` and the problems it has `found` itself.
    announce: told what will be loaded just before anything is replaced; when it raises, nothing is.

    Raises BundleRefused with every problem of the bundle, NeedsConfirmation when it is `cautious` and would replace a
    later or much larger version, DatabaseProblem when the database cannot be written; in all three cases the database
    is as it was before.
    """
    target = _target(url)
    place: Any  # of the target's own kind: what its turn takes
    with opened(_as_folder(bundle)) as folder, said_in_sentences(), target.staging() as place:
        staged = _staged(folder, place, origin, found, progress)
        with target.turn() as turn:
            if (outcome := _outcome(turn.held, staged)).identical:
                return outcome
            if outcome.reasons and cautious:
                raise NeedsConfirmation(list(outcome.reasons))
            if announce:
                announce(outcome)
            dataset = dataset_of(staged)
            turn.replace_with(place, dataset, entry_of(staged, dataset), progress)
    progress("loaded", 1.0)
    return outcome


def check_bundle(
    bundle: AnyFolder,
    url: str | None = None,
    *,
    origin: Origin | None = None,
    found: Problems | None = None,
    progress: Progress = silent,
) -> Loaded:
    """Everything that load_bundle checks, without loading; without `url` nothing is compared with what is loaded."""
    with opened(_as_folder(bundle)) as folder:
        staged = _staged(folder, DiscardedStaging(), origin, found, progress)
    with said_in_sentences():
        return _outcome(_target(url).held() if url else None, staged)


def rollback(url: str) -> LoadedVersion:
    """Exchange the loaded version and the one before; doing it again goes forward. Raises DatabaseProblem: none."""
    with said_in_sentences():
        return _target(url).rollback()


def purge_previous(url: str) -> None:
    """Remove the version that the last import replaced, and what the database still holds of removed rows."""
    with said_in_sentences():
        _target(url).purge_previous()


def _as_folder(bundle: AnyFolder | str) -> AnyFolder:
    return bundle if isinstance(bundle, UnnamedFolder) else Path(bundle)


def _target(url: str) -> FileTarget | ServerTarget:
    target = parse_url(url)
    kinds: dict[str, type[FileTarget] | type[ServerTarget]] = {"sqlite": FileTarget, "postgresql": ServerTarget}
    if target.get_backend_name() not in kinds:
        raise DatabaseProblem("The database must be SQLite or PostgreSQL, got: another kind.")
    return kinds[target.get_backend_name()](target)


def _staged(folder: AnyFolder, place, origin: Origin | None, found: Problems | None, progress: Progress) -> Staged:
    staged = stage(folder, place, origin=origin or Origin({}), found=found or Problems(), progress=progress)
    if staged.problems.count(ERROR):
        raise BundleRefused(staged.problems)
    return staged


def _outcome(held: LoadedVersion | None, staged: Staged) -> Loaded:
    if held and (held.schema_version or 0) > SCHEMA_VERSION:
        raise DatabaseProblem(
            f"The database must have schema version {SCHEMA_VERSION} or older, got: the newer "
            f"version {held.schema_version}. Update the app."
        )
    identical = held is not None and (held.content_sha256, held.schema_version) == (
        staged.content_sha256,
        SCHEMA_VERSION,
    )
    return Loaded(
        staged.rows,
        staged.content_sha256,
        staged.problems,
        identical,
        () if identical else tuple(reasons(held, staged)),
    )


def load_source(
    source: Path,
    url: str,
    reader: str | None = None,
    mapping: Path | None = None,
    set_aside: Path | None = None,
    **options,
) -> Loaded:
    """Load a bundle, or what a reader makes one from. Raises as load_bundle does and takes its options.

    set_aside: a file that takes the rows with errors; then what is right is loaded.
    """
    with (
        _converted(source, reader, mapping) as (came, origin, found),
        right_rows(came, origin, found, set_aside) as (bundle, placed, told, n),
    ):
        return replace(load_bundle(bundle, url, origin=placed, found=told, **options), set_aside=n)


def check_source(
    source: Path,
    url: str | None,
    reader: str | None = None,
    mapping: Path | None = None,
    set_aside: Path | None = None,
    **options,
) -> Loaded:
    """Check a bundle, or what a reader makes one from; with `set_aside` what is left of it."""
    with (
        _converted(source, reader, mapping) as (came, origin, found),
        right_rows(came, origin, found, set_aside) as (bundle, placed, told, n),
    ):
        return replace(check_bundle(bundle, url, origin=placed, found=told, **options), set_aside=n)


def _converted(source: Path, reader: str | None, mapping: Path | None) -> AbstractContextManager[Any]:
    """A context that gives (bundle, its origin, problems found by the reader)."""
    if reader is None or mapping is None:
        return nullcontext((source, None, None))
    from data_access.sources.convert import converted_bundle  # its packages are of no use to anything else: 0.2 s

    return converted_bundle(source, reader, mapping)


def main(arguments: list[str] | None = None) -> int:
    try:
        options = parsed(arguments)
    except DatabaseProblem as problem:
        return _fail(problem.sentence, BROKEN)
    try:
        return _do(options)
    except DatabaseProblem as problem:
        return _fail(problem.sentence, BROKEN, "loaded" if options.source and not options.rollback else "changed")
    except OSError as error:
        full = error.errno in DISK_FULL
        return _fail(
            "The disk is full." if full else f"The files of the bundle must be readable, got: {type(error).__name__}.",
            BROKEN,
        )


def _do(options: argparse.Namespace) -> int:
    """What was asked for; the exit code."""
    if options.rollback:
        with audited("rollback"):
            return _print_rollback(rollback(options.database_url))
    code = _import(options) if options.source else DONE
    return _purge(options.database_url) if code == DONE and options.purge_previous else code


def _purge(url: str) -> int:
    try:
        with audited("purge"):
            purge_previous(url)
    except DatabaseProblem as problem:
        return _fail(problem.sentence, BROKEN, "removed")
    print("The version before is gone; it cannot be brought back.")
    return DONE


def _import(options: argparse.Namespace) -> int:
    """Check, or check and load, and say what was found; the exit code."""
    what = (options.source, options.database_url, options.reader, options.mapping, options.set_aside)
    try:
        done = (
            check_source(*what, progress=bar())
            if options.check
            else load_source(*what, cautious=not options.confirm, progress=bar(), announce=_announced)
        )
    except BundleRefused as refused:
        _write(options, refused.problems)
        return _fail(f"{counted(refused.problems)} in the bundle.", REFUSED)
    except NeedsConfirmation as needed:
        return _fail(f"{needed} Add --confirm if this is meant.", UNCONFIRMED)
    _write(options, done.problems)
    return _print_result(done, options.check)


def _announced(loaded: Loaded) -> None:
    record("import", user_name(), version=loaded.version, patients=loaded.rows.get("patient", 0))


def _write(options, problems: Problems) -> None:
    """The problems on stderr, grouped, and all of them in the file that was asked for."""
    if problems.total:
        print(summary(problems), file=sys.stderr)
    for line in book_lines(problems):
        print(line, file=sys.stderr)
    if options.problems:
        write_problems(options.problems, problems)
    elif problems.total:
        print("Every problem with file, row and value: --problems FILE.csv", file=sys.stderr)


def _fail(sentence: str, code: int, done: str = "loaded") -> int:
    print(f"Nothing was {done}. {sentence}", file=sys.stderr)
    return code


def _print_result(done: Loaded, only_checked: bool) -> int:
    for name, rows in done.rows.items():
        print(f"{name:24}{rows:>12,} rows")
    print(counted(done.problems))
    if done.set_aside:
        print(f"{done.set_aside:,} rows set aside; they are in no table, and every screen counts them.")
    if done.identical:
        print("Identical, nothing changed.")
    if only_checked:
        print(*done.reasons, "Checked; nothing was loaded.", sep="\n")
    print(f"Dataset version {done.version}")
    return UNCONFIRMED if done.reasons and only_checked else DONE


def _print_rollback(back: LoadedVersion) -> int:
    print(f"The version before is back; --rollback again goes forward.\nDataset version {back.version}")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
