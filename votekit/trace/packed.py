"""Any value that a wire carries as plain JSON, and back, exactly.

A payload may look like anything, so no mark inside it could be told from a payload that has the
same mark. What JSON has not is therefore listed beside the value, by its path, as Socket.IO does
with attachments; and nothing here calls itself for each level of a payload, however deep.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Path = tuple["Path", str | int] | None
"""Where a value is: the path of what it is in, and its key or position there."""

_DEEPEST = 64
"""Levels that one JSON value has; decoders give up at some hundreds, or at less in a browser."""
_BIGGEST_INTEGER_BITS = 256
"""Longer integers are written as text: Python neither writes nor reads thousands of digits."""
_BETWEEN_SURROGATES = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")
"""Where JSON would make one character of two."""
_MOST_TUPLES = 8
"""Levels of tuples that a room or a key may have."""
_FLOATS = {repr(value): value for value in (math.nan, math.inf, -math.inf)}
_NAMES: Mapping[type, str] = {
    type(None): "null",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
Checked = TypeVar("Checked")


# -- writing ---------------------------------------------------------------------------------------


def packed(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[list[Any]]]:
    """Make plain JSON of a mapping, and list what JSON has not.

    Parameters
    ----------
    fields : mapping of str to object
        Its values are what JSON has, or bytes, tuples, dictionaries with other keys than strings,
        numbers and texts of any kind.

    Returns
    -------
    dict
        JSON, no deeper than some levels.
    list of list
        For each value that is something else, in the order in which they are met: the name of what
        it is and its path. A path begins with a name of `fields`, or with the position in this list
        of a value that was too deep.

    Raises
    ------
    TypeError
        If a value is of another type.
    """
    root: dict[str, Any] = {}
    special: list[list[Any]] = []
    to_write: list[tuple[Any, Any, str | int, Path, int]] = [
        (value, root, name, (None, name), 0) for name, value in reversed([*fields.items()])
    ]
    root.update(dict.fromkeys(fields))
    while to_write:
        value, place, key, path, depth = to_write.pop()
        if depth == _DEEPEST and isinstance(value, Mapping | list | tuple):
            entry: list[Any] = ["deep", _steps(path), None]
            place, key, path, depth = entry, 2, (None, len(special)), 0
            special.append(entry)
        kind, plain = _plain(value, path)
        if kind is not None:
            special.append([kind, _steps(path)])
        if isinstance(plain, dict):
            place[key] = dict.fromkeys(plain)
            parts: Iterable[tuple[str | int, Any]] = plain.items()
        elif isinstance(plain, list):
            place[key] = [None] * len(plain)
            parts = enumerate(plain)
        else:
            place[key] = plain
            continue
        to_write += [
            (part, place[key], name, (path, name), depth + 1) for name, part in reversed([*parts])
        ]
    return root, special


def _plain(value: Any, path: Path) -> tuple[str | None, Any]:  # noqa: C901, PLR0911  (a table)
    """Return what stands for a value in JSON, its parts as they are; and its kind, if special."""
    match value:
        case None | bool():
            return None, value
        case str():
            parts = [] if value.isascii() else _BETWEEN_SURROGATES.split(value)
            return ("text", parts) if len(parts) > 1 else (None, value)
        case int():
            small = value.bit_length() <= _BIGGEST_INTEGER_BITS
            return (None, value) if small else ("int", hex(value))
        case float():
            return (None, value) if math.isfinite(value) else ("float", float.__repr__(value))
        case bytes() | bytearray() | memoryview():
            return "bytes", base64.b64encode(value).decode("ascii")
        case Mapping():
            if not all(map(hashable, value)):
                raise TypeError(f"there is a key at {_written(path)} that JSON cannot keep")
            if all(isinstance(key, str) and _plain(key, path)[0] is None for key in value):
                return None, dict(value)
            return "dict", [[key, part] for key, part in value.items()]
        case list():
            return None, value
        case tuple():
            return "tuple", list(value)
        case _:
            kind = type(value).__name__
            raise TypeError(f"there is a {kind} at {_written(path)}, which JSON cannot keep")


def _written(path: Path) -> str:
    return "".join(f"[{step!r}]" for step in _steps(path))[:200]


def _steps(path: Path) -> list[str | int]:
    steps = []
    while path is not None:
        path, step = path
        steps.append(step)
    return steps[::-1]


# -- reading ---------------------------------------------------------------------------------------


def unpacked(root: dict[str, Any], special: object) -> dict[str, Any]:
    """Put back what JSON has not.

    Parameters
    ----------
    root : dict
        JSON; it is changed.
    special : object
        The list that `packed` returned, as far as one can trust where it comes from.

    Returns
    -------
    dict
        The values.

    Raises
    ------
    ValueError
        If this is no such list, or doesn't fit the JSON.
    """
    if not isinstance(special, list):
        raise ValueError(f"special is {named(special)}, not a list")  # noqa: TRY004  (of a file)
    # What is inside comes after what it is inside of.
    for position in reversed(range(len(special))):
        try:
            _put_back(root, special, position)
        except ValueError as error:
            raise ValueError(f"special[{position}]: {error}") from None
    return root


def _put_back(root: dict[str, Any], special: list[Any], position: int) -> None:
    match special[position]:
        case ["deep", [*path], value]:
            place, key = _found(root, special, position, path)
            place[key] = value
        case [str(kind), [*path]] if kind in _RESTORE:
            place, key = _found(root, special, position, path)
            place[key] = _RESTORE[kind](place[key])
        case [str(kind), *_] if kind not in {"deep", *_RESTORE}:
            raise ValueError(f"votekit knows no value {kind[:40]!r}; a newer one may")
        case _:
            raise ValueError("this is not the name of a kind of value, and a path")


def _found(
    root: dict[str, Any], special: list[Any], position: int, path: list[Any]
) -> tuple[Any, Any]:
    """Follow a path; return what holds the value at its end, and its key there."""
    place: Any = root
    if path and _is_position(path[0], position):  # only in what comes earlier: so no circle is made
        place, path = special[path[0]], [2, *path[1:]]
    for step in path[:-1]:
        place = place[step] if _has(place, step) else None
    if not path or not _has(place, path[-1]):
        raise ValueError("its path leads nowhere")
    return place, path[-1]


def _has(place: object, step: object) -> bool:
    if isinstance(place, dict):
        return isinstance(step, str) and step in place
    return isinstance(place, list) and _is_position(step, len(place))


def _is_position(step: object, length: int) -> bool:
    return type(step) is int and 0 <= step < length


def _bytes(value: object) -> bytes:
    return base64.b64decode(_checked(value, str), validate=True)


def _integer(value: object) -> int:
    return int(_checked(value, str), 16)


def _float(value: object) -> float:
    if (text := _checked(value, str)) not in _FLOATS:
        raise ValueError(f"{text[:40]!r} is no number")
    return _FLOATS[text]


def _text(value: object) -> str:
    return "".join(_checked(part, str) for part in _checked(value, list))


def _dict(value: object) -> dict[Any, Any]:
    pairs = [_checked(pair, list) for pair in _checked(value, list)]
    if not all(len(pair) == len(("key", "value")) and hashable(pair[0]) for pair in pairs):
        raise ValueError("these are no pairs of a key and a value")
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key is there twice")
    return made


def _tuple(value: object) -> tuple[Any, ...]:
    return tuple(_checked(value, list))


_RESTORE: Mapping[str, Callable[[object], Any]] = {
    "bytes": _bytes,
    "int": _integer,
    "float": _float,
    "text": _text,
    "dict": _dict,
    "tuple": _tuple,
}
"""Make a value of what stands for it in JSON."""


def _checked(value: object, kind: type[Checked]) -> Checked:
    if not isinstance(value, kind):
        raise ValueError(f"there is {named(value)}, not {_NAMES[kind]}")  # noqa: TRY004  (of a file)
    return value


# -- both ------------------------------------------------------------------------------------------


def hashable(value: object, levels: int = _MOST_TUPLES) -> bool:
    """Whether a value can be a room or a key: a scalar, bytes or a tuple of such.

    Python's hashes call themselves, and one of a tuple that is deep enough ends the process.
    """
    if isinstance(value, tuple):
        return levels > 0 and all(hashable(part, levels - 1) for part in value)
    return value is None or isinstance(value, str | int | float | bytes)


def named(value: object) -> str:
    """Name the type of a value as people who read JSON call it."""
    return _NAMES.get(type(value), type(value).__name__)
