"""The learner's copies of the shipped lessons: brought, updated, and never written over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from votekit.cli import files, record, stamp
from votekit.cli.complaint import Complaint
from votekit.cli.places import lessons_in


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
    BROKEN = "broken"
    """It is no notebook any more: left alone, and said."""
    FRESH = "fresh"
    """The learner asked for a fresh copy: one that is theirs is moved aside."""


LEFT_ALONE = {Change.EDITED, Change.OUTDATED, Change.BROKEN}


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


def decide(lesson: bytes, mine: bytes | None, recorded: object) -> Change:
    """Say what is to happen to one lesson.

    Parameters
    ----------
    lesson : bytes
        The lesson as it is shipped.
    mine : bytes or None
        The learner's copy, if there is one.
    recorded : object
        What the record of the kit's first versions has for it, if anything.
    """
    if mine is None:
        return Change.NEW
    shipped, sources = stamp.digest(lesson), stamp.digest(mine)
    if sources is None:
        return Change.BROKEN
    if sources == shipped:
        return Change.SAME
    copied = stamp.copied(mine) or record.copied(recorded, mine, lesson)
    if sources == copied:
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
    """Copy the shipped lessons into the learner's folder, without outputs and never over an edit.

    An edit is a change to a lesson's sources (see `stamp`): one that was merely run follows a newer
    lesson. A newer lesson is likewise one whose sources differ.

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
    files.own(folder)
    recorded = record.read(folder)
    changes: dict[str, Change] = {}
    aside = None
    for name in names:
        path, lesson = folder / name, (source / name).read_bytes()
        mine = files.read(path)
        change = decide(lesson, mine, recorded.get(name))
        if name == renewed and change is not Change.NEW:
            if change in LEFT_ALONE:
                aside = files.move_aside(path)
            change = Change.FRESH
        if change not in LEFT_ALONE and change is not Change.SAME:
            files.write(path, stamp.blank(lesson))
        elif change is Change.SAME and mine and stamp.copied(mine) != stamp.digest(lesson):
            # A copy of the kit's first versions, or one that lost its stamp.
            files.write(path, stamp.stamped(mine))
        changes[name] = change
    return Copies(folder, changes, aside)
