"""What panels are made of, checked before anything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def must_be(kind: type, value: object, what: str) -> None:
    """Raise a `TypeError` that says what a panel is of, where it is of something else."""
    if not isinstance(value, kind):
        raise TypeError(f"this panel is of {what}, not of {value!r}")


def checked_names(names: object, what: str, most: int) -> tuple[str, ...]:
    """Return the names, if a panel can be made of them.

    Parameters
    ----------
    names : object
        Options or rooms; should be an iterable of strings.
    what : str
        What they are: ``"option"`` or ``"room"``.
    most : int
        How many there may be.

    Raises
    ------
    TypeError
        If it is no list of strings.
    ValueError
        If there are none, too many, or two that are equal, or one is blank.
    """
    if isinstance(names, str | bytes | Mapping) or not isinstance(names, Iterable):
        raise TypeError(f"the {what}s are a list of strings, not {names!r}")
    found: list[str] = []
    for name in names:
        if not isinstance(name, str):
            raise TypeError(
                f"a panel's {what} is a string; {name!r} is of type {type(name).__name__}"
            )
        if not name.strip():
            raise ValueError(f"a panel's {what} needs a name that can be seen; {name!r} has none")
        found.append(name)
    if not found:
        raise ValueError(f"a panel needs at least one {what}")
    if twice := [name for name in dict.fromkeys(found) if found.count(name) > 1]:
        raise ValueError(
            f"each {what} once; there is more than one of {', '.join(map(repr, twice))}"
        )
    if len(found) > most:
        raise ValueError(f"a panel has room for {most} {what}s; these are {len(found)}")
    return tuple(found)
