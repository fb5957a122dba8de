"""Which folder the learner's lessons are in, and in which others there is work of theirs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from votekit.cli import files, record, stamp
from votekit.cli.complaint import Complaint

FOLDER = "votekit-lessons"
KEPT = ".votekit"
"""What belongs to a folder of lessons beside them, such as the settings of its JupyterLab."""
ENOUGH = 2
"""So many lessons make a folder of lessons; one alone may lie anywhere."""
REMEMBERED = 20


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


def home(here: Path, source: Path) -> Path:
    """Return the folder for the copies: `here` if it holds lessons already, else one inside it.

    Parameters
    ----------
    here : Path
        The folder that the learner means.
    source : Path
        The folder of the shipped lessons.
    """
    return here if _holds_lessons(here, source) else here / FOLDER


def _holds_lessons(here: Path, source: Path) -> bool:
    # A kit's own lessons are never brought up to date, though another kit may be the one that runs.
    if any((root / "__init__.py").is_file() for root in (here.parent, here.parent / "votekit")):
        return False
    if here.name == FOLDER or (here / KEPT).is_dir() or (here / record.RECORD).is_file():
        return True
    found = (name for name in lessons_in(source) if _is_copy(here / name, source / name))
    return sum(1 for _ in zip(range(ENOUGH), found, strict=False)) == ENOUGH


def _is_copy(mine: Path, lesson: Path) -> bool:
    try:
        content = mine.read_bytes()
    except OSError:
        return False
    known = stamp.digest(content) == stamp.digest(lesson.read_bytes())
    return known or stamp.copied(content) is not None


def elsewhere(folder: Path) -> Path | None:
    """Return the folder that was opened last of those, beside this one, that have work in them.

    Parameters
    ----------
    folder : Path
        The folder that is opened now; it is remembered.
    """
    here = os.path.normcase(folder.absolute())
    known = [place for place in _recall() if os.path.normcase(place) != here]
    with suppress(OSError, Complaint):  # where nothing can be kept, the lessons open all the same
        book = _book()
        book.parent.mkdir(parents=True, exist_ok=True)
        places = [str(folder.absolute()), *known][:REMEMBERED]
        files.write(book, (json.dumps(places, indent=1) + "\n").encode())
    return next((Path(place) for place in known if _worked_in(Path(place))), None)


def _worked_in(folder: Path) -> bool:
    """Say whether a lesson there was run or edited; a folder that is out of reach has none."""
    return any(
        stamp.ran(content) or stamp.digest(content) != stamp.copied(content)
        for content in _copies_in(folder)
    )


def _copies_in(folder: Path) -> Iterator[bytes]:
    with suppress(OSError):
        for name in lessons_in(folder):
            yield (folder / name).read_bytes()


def _recall() -> list[str]:
    try:
        places = json.loads(_book().read_bytes())
    except (OSError, ValueError):
        return []
    return [place for place in places if isinstance(place, str)] if isinstance(places, list) else []


def _book() -> Path:
    """Return the file that remembers, in the folder of this user's Jupyter for what is no setting.

    A search of the disk instead would take long, and make some systems ask whether it may.
    """
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "votekit" / "lessons.json"
