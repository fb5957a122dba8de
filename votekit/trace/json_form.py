"""A story as JSON, for those who keep or send it: one event a line, in a format with a number.

Another votekit may read it, an older or a newer one. So a reader ignores the fields that it does
not know, and the number is raised only where a reader that ignored something would tell what did
not happen. A file may come from anybody: it is checked field by field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, NoReturn

from votekit.trace.event import NOTHING, Event, Kind
from votekit.trace.packed import hashable, named, packed, unpacked

KIND = "votekit story"
FORMAT = 1
Check = tuple[Callable[[Any], bool], str]
"""Whether a value may stand in a field, and what does, in words."""


# -- writing ---------------------------------------------------------------------------------------


def written(events: Iterable[Event], *, arrived: bool, **story: Any) -> str:
    """Write a story.

    Parameters
    ----------
    events : iterable of Event
        What happened, in the story's order.
    arrived : bool
        Whether that is the order of arrival.
    **story : object
        All else that the story has.

    Returns
    -------
    str
        JSON in ASCII, the same for equal stories.

    Raises
    ------
    TypeError
        If there is something that no wire carries; it says where.
    """
    head = _line({"kind": KIND, "format": FORMAT, "arrived": arrived, **_listed(story)})
    lines = []
    for number, event in enumerate(events):
        try:
            lines.append(_line(_of_event(event)))
        except TypeError as error:
            raise TypeError(f"to_json() cannot write events[{number}]: {error}") from None
    told = ",\n".join(lines)
    return f'{head[:-1]}, "events": [\n{told}\n]}}\n'


def _line(values: Mapping[str, Any]) -> str:
    plain, special = packed(values)
    return json.dumps(plain | ({"special": special} if special else {}), allow_nan=False)


def _listed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
    }


def _of_event(event: Event) -> dict[str, Any]:
    """Return the fields of an event that say more than nothing does."""
    if not hashable(event.room):
        raise TypeError(f"the room is a {type(event.room).__name__}")
    nothing = Event(event.seq, event.kind)
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    return {
        name: list(value) if name == "args" else value
        for name, value in values.items()
        if name in _REQUIRED or value != getattr(nothing, name)
    }


# -- reading ---------------------------------------------------------------------------------------


def read(text: str) -> tuple[bool, dict[str, Any]]:
    """Read a story.

    Parameters
    ----------
    text : str
        What `written` returned, as far as one can trust where it comes from.

    Returns
    -------
    bool
        Whether the story is in order of arrival.
    dict of str to object
        All that it has.

    Raises
    ------
    TypeError
        If it is no text.
    ValueError
        If it is no story, or none that this votekit can read.
    """
    if not isinstance(text, str):
        raise TypeError(f"from_json() takes the text of a story, not a {type(text).__name__}")
    document = _parsed(text)
    events = document.pop("events", None)
    if not isinstance(events, list):
        said = f"events is {named(events)}, not a list"
        raise ValueError(f"no story can be read from this: {said}")  # noqa: TRY004  (of a file)
    told = []
    for number, values in enumerate(events):
        try:
            told.append(_event(values))
        except ValueError as error:
            raise ValueError(f"no story can be read from this: events[{number}]: {error}") from None
    try:
        story = _fields(document, _STORY)
    except ValueError as error:
        raise ValueError(f"no story can be read from this: {error}") from None
    return story.pop("arrived", False), {**story, "events": tuple(told)}


def _parsed(text: str) -> dict[str, Any]:
    """Read JSON, and see that it says it is a story, in a format that is known."""
    try:
        document = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("this is not a story: no story is nested so deep") from None
    except ValueError as error:
        raise ValueError(f"this is not a story, since it is not JSON: {error}") from None
    kind = document.get("kind") if isinstance(document, dict) else None
    if kind != KIND:
        said = f"its kind is {kind[:40]!r}" if isinstance(kind, str) else "it names no kind"
        raise ValueError(f"this is not a story that this votekit knows: {said}, not {KIND!r}")
    number = document.get("format")
    if type(number) is not int or number < 1:
        raise ValueError(f"this is not a story: its format is {_shown(number)}, not 1 or more")
    if number > FORMAT:
        raise ValueError(
            f"written by a newer votekit; its format is {_shown(number)}, and this votekit reads "
            f"{FORMAT}: update votekit"
        )
    return dict(document)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _event(values: object) -> Event:
    if not isinstance(values, dict):
        raise ValueError(f"it is {named(values)}, not an object")  # noqa: TRY004  (of a file)
    found = _fields(values, _EVENT)
    if missing := [name for name in _REQUIRED if name not in found]:
        raise ValueError(f"there is no {missing[0]}")
    try:
        found["kind"] = Kind(found["kind"])
    except ValueError:
        raise ValueError(
            f"kind is {_shown(found['kind'])}, which this votekit does not know; written by a "
            "newer votekit?"
        ) from None
    found["args"] = tuple(found.get("args", ()))
    found["detail"] = MappingProxyType(found["detail"]) if found.get("detail") else NOTHING
    return Event(**found)


def _fields(values: dict[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return those of the fields that are known, each of the type that it has to be of."""
    special = values.get("special", [])
    values = unpacked({key: values[key] for key in values if key != "special"}, special)
    for name in checks.keys() & values.keys():
        fits, meant = checks[name]
        if not fits(values[name]):
            raise ValueError(f"{name} is {named(values[name])}, not {meant}")
    return {name: values[name] for name in checks if name in values}


def _shown(value: object) -> str:
    return repr(value)[:40] if isinstance(value, str | int) else named(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_integer(value: object) -> bool:
    return type(value) is int


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _names(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value))


_REQUIRED = ("seq", "kind")
_EVENT: Mapping[str, Check] = {
    "seq": (_is_integer, "an integer"),
    "kind": (_is_text, "a text"),
    "client": (lambda value: value is None or _is_text(value), "a text or null"),
    "name": (_is_text, "a text"),
    "args": (lambda value: isinstance(value, list), "a list"),
    "namespace": (_is_text, "a text"),
    "room": (hashable, "a text, a number, true or false, null, bytes or a tuple of such"),
    "cause": (lambda value: value is None or _is_integer(value), "an integer or null"),
    "detail": (_names, "an object"),
}
_STORY: Mapping[str, Check] = {
    "arrived": (lambda value: isinstance(value, bool), "true or false"),
    "sids": (
        lambda value: _names(value) and all(map(_is_text, value.values())),
        "an object with a text for each session id",
    ),
    "clients": (_are_texts, "a list of texts"),
    "dropped": (_is_integer, "an integer"),
    "notes": (_are_texts, "a list of texts"),
    "chosen": (_are_texts, "a list of texts"),
    "left_out": (_is_integer, "an integer"),
}
