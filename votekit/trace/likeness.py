"""Names that were likely meant, where there is none such as was written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 200
"""Characters of a name that may be meant: to compare two takes as long as both are, multiplied."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return which of these names is likely meant by `name`; empty if none is much like it."""
    if len(name) > LONGEST:
        return ""
    short = [other for other in names if len(other) <= LONGEST]
    return next(iter(difflib.get_close_matches(name, short, 1)), "")
