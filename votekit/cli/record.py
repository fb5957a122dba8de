"""The record that the kit's first versions kept beside the lessons: read, and written no more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from votekit.cli import stamp

RECORD = ".votekit-lessons.json"


def read(folder: Path) -> Mapping[str, object]:
    """Return the digest that was recorded for each lesson; a broken record knows of none.

    Parameters
    ----------
    folder : Path
        A folder of lessons.
    """
    try:
        content = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def copied(recorded: object, mine: bytes, shipped: bytes) -> str | None:
    """Return the digest, as `stamp` has it, of what a copy was made from, if the record tells.

    The record has one of outputs and metadata too. So it tells of a copy that was never run, and of
    one that was made from the lesson as it is shipped now.

    Parameters
    ----------
    recorded : object
        What the record has for this lesson; None if nothing.
    mine : bytes
        The learner's copy.
    shipped : bytes
        The lesson as it is shipped.
    """
    for lesson in (mine, shipped):
        if recorded == _digest(lesson):
            return stamp.digest(lesson)
    return None


def _digest(lesson: bytes) -> str | None:
    try:
        cells = json.dumps(json.loads(lesson)["cells"], sort_keys=True)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return hashlib.sha256(cells.encode()).hexdigest()
