"""The one error that the command line shows its user."""

from __future__ import annotations

from pathlib import Path


class Complaint(Exception):
    """Why a command cannot go on, in one line that says what to do about it."""


def about(path: Path, error: OSError, what_to_do: str) -> Complaint:
    """Say in one line which file the system refused, why, and what to do.

    Parameters
    ----------
    path : Path
        The file or folder that was being used.
    error : OSError
        The system's refusal.
    what_to_do : str
        A sentence for the user.
    """
    reason = error.strerror or type(error).__name__
    return Complaint(f"cannot use {path} ({reason}). {what_to_do}")
