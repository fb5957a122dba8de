"""The learner's copies of the shipped lessons: brought, updated, and never written over."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from votekit.cli.complaint import Complaint, about

FOLDER = "votekit-lessons"
RECORD = ".votekit-lessons.json"
ELSEWHERE = "Run `votekit lab` in a folder of your own."
HELD = "Close the program that has it open, and run the command again: nothing was lost."
SHARING = {5, 32, 33}
"""How Windows says that another program holds a file."""


class Change(StrEnum):
    """What happens to the learner's copy of one lesson."""

    NEW = "new"
    """There is none yet: copied."""
    SAME = "same"
    """It is the shipped one already."""
    UPDATED = "updated"
    """The learner left it as it was copied, and a newer one is shipped: replaced."""
    EDITED = "edited"
    """The learner changed it: left alone."""
    OUTDATED = "outdated"
    """The learner changed it and a newer one is shipped: left alone, and said."""
    FRESH = "fresh"
    """The learner asked for a fresh copy: the changed one is moved aside."""


@dataclass(frozen=True, slots=True)
class Copies:
    """A folder of lessons after `bring`.

    Parameters
    ----------
    folder : Path
        Where the copies are.
    changes : mapping of str to Change
        What happened to each lesson, by file name.
    aside : Path or None
        Where the edited copy went that a fresh one replaced.
    """

    folder: Path
    changes: Mapping[str, Change]
    aside: Path | None = None

    def named(self, change: Change) -> list[str]:
        """Return the file names of the lessons that this happened to."""
        return [name for name, happened in self.changes.items() if happened is change]


def shipped() -> Path:
    """Return the folder of the lessons that came with this package.

    In a wheel they are inside the package; in a checkout they are beside it.

    Raises
    ------
    Complaint
        If there are none.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if lessons_in(folder):
            return folder
    raise Complaint("this installation has no lessons. Run: votekit doctor")


def lessons_in(folder: Path) -> list[str]:
    """Return the file names of the lessons in a folder, in order."""
    return sorted(path.name for path in folder.glob("*.ipynb") if path.is_file())


def home(here: Path) -> Path:
    """Return the folder for the copies: `here` if it is one already, else one inside it."""
    return here if (here / RECORD).is_file() else here / FOLDER


def decide(shipped: str, mine: str | None, copied: str | None) -> Change:
    """Say what is to happen to one lesson.

    Parameters
    ----------
    shipped : str
        The digest of the lesson as it is shipped.
    mine : str or None
        The digest of the learner's copy, if there is one.
    copied : str or None
        The digest of what was last copied there, if that is known.
    """
    if mine is None:
        return Change.NEW
    if mine == shipped:
        return Change.SAME
    if mine == copied:
        return Change.UPDATED
    return Change.EDITED if copied == shipped else Change.OUTDATED


def pick(wanted: str, names: list[str]) -> str:
    """Return the one lesson that the learner means by a number or a name.

    Parameters
    ----------
    wanted : str
        Such as ``04``, ``4``, ``rooms``, ``05_rooms`` or ``05_rooms.ipynb``.
    names : list of str
        The file names to choose from.

    Raises
    ------
    Complaint
        If it fits none of them, or more than one.
    """
    stem = wanted.removesuffix(".ipynb")
    number = stem.zfill(2) if stem.isdigit() else stem
    found = [
        name
        for name in names
        if Path(name).stem == stem or number in Path(name).stem.split("_", maxsplit=1)
    ]
    if len(found) == 1:
        return found[0]
    choices = ", ".join(Path(name).stem for name in names)
    raise Complaint(f"no lesson is called {wanted!r}. There are: {choices}")


def bring(source: Path, folder: Path, fresh: str | None = None) -> Copies:
    """Copy the shipped lessons into the learner's folder, and never over an edit.

    A lesson that was run has changed too (its outputs are in the file), so it counts as edited.

    Parameters
    ----------
    source : Path
        The folder of the shipped lessons.
    folder : Path
        The learner's folder; made if missing.
    fresh : str, optional
        The lesson to replace by a fresh copy, as `pick` reads it.

    Raises
    ------
    Complaint
        If a folder or a file cannot be read or written.
    """
    names = lessons_in(source)
    renewed = None if fresh is None else pick(fresh, names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise about(folder, error, ELSEWHERE) from error
    record = _read_record(folder / RECORD)
    changes: dict[str, Change] = {}
    aside = None
    try:
        for name in names:
            lesson = (source / name).read_bytes()
            change = decide(digest(lesson), _digest_of(folder / name), record.get(name))
            if name == renewed and change in (Change.EDITED, Change.OUTDATED):
                aside = _move_aside(folder / name)
                change = Change.FRESH
            if change not in (Change.SAME, Change.EDITED, Change.OUTDATED):
                _write(folder / name, lesson)
            if change is not Change.OUTDATED:
                record[name] = digest(lesson)
            changes[name] = change
    finally:  # where one could not be written, the others are known to have been
        _write(folder / RECORD, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    return Copies(folder, changes, aside)


def digest(lesson: bytes) -> str:
    """Return what a lesson's cells hash to: their text, outputs and metadata.

    JupyterLab writes the kernel's name and version into a notebook that is merely looked at, so
    the rest of the file does not count.

    Parameters
    ----------
    lesson : bytes
        The notebook's file. What is no notebook any more is hashed as it is.
    """
    try:
        cells = json.loads(lesson)["cells"]
        lesson = json.dumps(cells, sort_keys=True).encode()
    except (ValueError, KeyError, TypeError):
        pass
    return hashlib.sha256(lesson).hexdigest()


def _digest_of(path: Path) -> str | None:
    """Digest the learner's copy, which must be writable: Jupyter is going to save it."""
    if not path.exists():
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise about(path, error, "Make it readable or move it away.") from error
    if not os.access(path, os.W_OK):
        raise Complaint(f"cannot write {path}. Make it writable or move it away.")
    return digest(content)


def _read_record(path: Path) -> dict[str, str]:
    """Read which digests were copied; a record that is broken knows of none."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return dict(content) if isinstance(content, dict) else {}


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.mine-{number}{path.suffix}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        raise about(path, error, _what_to_do(error)) from error
    return aside


def _write(path: Path, content: bytes) -> None:
    """Put a whole file in place, or none of it."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise about(path, error, _what_to_do(error)) from error


def _what_to_do(error: OSError) -> str:
    return HELD if getattr(error, "winerror", None) in SHARING else ELSEWHERE
