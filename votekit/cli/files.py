"""The learner's files: written whole or not at all, and what to do where the system refuses."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from votekit.cli.complaint import Complaint, about

ELSEWHERE = "Run `votekit lab` in a folder of your own."
CARRY = "Copy the lessons into a folder of your own and run `votekit lab` there: nothing was lost."
HELD = "Close the program that has it open, and run the command again: nothing was lost."
SHARING = {5, 32, 33}
"""How Windows says that another program holds a file."""


def own(folder: Path) -> None:
    """Make a folder if there is none, and see that files can be written in it.

    Parameters
    ----------
    folder : Path
        The learner's folder.

    Raises
    ------
    Complaint
        If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise about(folder, error, ELSEWHERE) from error
    if not os.access(folder, os.W_OK):
        raise Complaint(f"cannot write in {folder}. {CARRY}")


def read(path: Path) -> bytes | None:
    """Return what the learner's file holds, which must be writable: Jupyter is going to save it.

    Parameters
    ----------
    path : Path
        The file; None is returned if there is none.

    Raises
    ------
    Complaint
        If it cannot be read or written.
    """
    if not path.exists():
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise about(path, error, "Make it readable or move it away.") from error
    if not os.access(path, os.W_OK):
        raise Complaint(f"cannot write {path}. Make it writable or move it away.")
    return content


def write(path: Path, content: bytes) -> None:
    """Put a whole file in place, or none of it.

    Parameters
    ----------
    path : Path
        The file; what was there is replaced.
    content : bytes
        What it is to hold.

    Raises
    ------
    Complaint
        If it cannot be written.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise about(path, error, _what_to_do(error)) from error


def move_aside(path: Path) -> Path:
    """Rename the learner's file, and return the name that it has now.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    Complaint
        If it cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.stem}.mine-{number}{path.suffix}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        raise about(path, error, _what_to_do(error)) from error
    return aside


def _what_to_do(error: OSError) -> str:
    return HELD if getattr(error, "winerror", None) in SHARING else ELSEWHERE
