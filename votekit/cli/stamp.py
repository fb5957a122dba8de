"""What a copied lesson is made from, written into the copy itself, so that it may be carried away.

A copy has no outputs, and in its metadata the digest of its sources as they were copied. Whoever
opens it later, wherever it lies, can tell by that whether its sources were changed since.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

KIT = "votekit"
COPIED = "copied"


def digest(lesson: bytes) -> str | None:
    """Return what a notebook's sources hash to, or None where it is no notebook that can be read.

    Outputs, counts, ids and metadata do not count: running a lesson changes them, and so does
    looking at it. Neither do empty cells: running the last cell appends one.

    Parameters
    ----------
    lesson : bytes
        The notebook's file.
    """
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in _read(lesson)["cells"]]
        sources = json.dumps([cell for cell in cells if cell[1].strip()]).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return hashlib.sha256(sources).hexdigest()


def copied(lesson: bytes) -> str | None:
    """Return the digest that a copy was stamped with, or None if it has none.

    Parameters
    ----------
    lesson : bytes
        The notebook's file.
    """
    try:
        found = _read(lesson)["metadata"][KIT][COPIED]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def ran(lesson: bytes) -> bool:
    """Say whether a notebook has outputs or counts: somebody has run it.

    Parameters
    ----------
    lesson : bytes
        The notebook's file. What cannot be read was not run.
    """
    try:
        cells = _read(lesson)["cells"]
        return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def stamped(lesson: bytes) -> bytes:
    """Return a notebook with the digest of its present sources, and else as it is.

    Parameters
    ----------
    lesson : bytes
        The notebook's file, whose `digest` is not None.
    """
    return _write(_with_stamp(lesson))


def blank(lesson: bytes) -> bytes:
    """Return a notebook to be copied: stamped, and as if nobody had run it.

    Parameters
    ----------
    lesson : bytes
        The notebook's file, whose `digest` is not None.
    """
    notebook = _with_stamp(lesson)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return _write(notebook)


def _with_stamp(lesson: bytes) -> Any:
    notebook = _read(lesson)
    notebook.setdefault("metadata", {})[KIT] = {COPIED: digest(lesson)}
    return notebook


def _read(lesson: bytes) -> Any:
    return json.loads(lesson)


def _write(notebook: Any) -> bytes:
    # Escaped, since an output may hold half a character, which UTF-8 has no bytes for.
    return (json.dumps(notebook, indent=1, sort_keys=True) + "\n").encode()
