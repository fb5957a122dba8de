"""How names, rooms and payloads are written: short, unambiguous, and always on one line."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that Unicode calls printable and that leave no mark on the screen."""
_MARKS_OF_ROWS = frozenset("()[]{}<>,…→⇢⇠✗○▣")
"""What rows are punctuated with, as text or as a picture; a name that has one of them is quoted."""
_LITERALS = frozenset({"true", "false", "null"})
_EVENT_WORDS = frozenset({"connect", "connected", "disconnect", "refused"})
_CLIENT_WORDS = frozenset({"server", "nobody", "somebody"})
_LONGEST_SID = 200
"""Longer strings are not looked up, which would read the whole of them; the library's have 20."""
LONGEST_NAME = 100
"""Characters of a name in a sentence."""
LONGEST_SENTENCE = 1000
"""Characters of a sentence, such as a note, that are written."""
LONGEST = 1000
"""Session ids are looked for in so many characters of a name, and beyond a payload's limit."""
_BIGGEST_INTEGER_BITS = 256
"""Longer ones are named by size: Python refuses to print very long integers."""


@dataclass(frozen=True, slots=True)
class Notation:
    """Writes the parts of a row.

    Whatever a string contains, its written form is printable and holds no line break: control,
    invisible and direction-changing characters and lone surrogates become escapes. Of a long one,
    only what may be shown is looked at.

    Parameters
    ----------
    sids : mapping of str to str, optional
        Session id to client name; a known session id is written ``<sid of ana>``, whole or inside a
        longer string.
    payload_limit, name_limit : int, optional
        The most characters that the arguments of an event, and that one name, take.
    """

    sids: Mapping[str, str] = field(default_factory=dict)
    payload_limit: int = 72
    name_limit: int = 32
    _lengths: dict[int, frozenset[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """How long session ids are, by how many there are: there are more and more."""

    def event(self, name: str) -> str:
        """Write an event's name, in quotes if it could be taken for something else."""
        seen = self._seen(name)
        _, *later = seen.split(" ")
        plain = (
            _is_plain(seen)
            and name not in _EVENT_WORDS
            and not any(_reads_as_value(word) for word in later)
        )
        return self._name(name, plain=plain)

    def client(self, name: str) -> str:
        """Write a client's name, in quotes if it could be taken for something else."""
        # Session ids are written by names of clients, so these are written as they are.
        written = _shortened(name, self.name_limit)
        plain = _is_plain(self._seen(name)) and name not in _CLIENT_WORDS
        return written if plain else f'"{written}"'

    def namespace(self, name: str) -> str:
        """Write a namespace."""
        return self._name(name, plain=_is_plain(self._seen(name)))

    def room(self, room: Hashable) -> str:
        """Write a room, with quotes around a string that looks like a number."""
        if not isinstance(room, str):
            return self.payload((room,))
        if self.knows(room):
            return self.sid(room)
        seen = self._seen(room)
        return self._name(room, plain=_is_plain(seen) and not _reads_as_value(seen))

    def knows(self, text: str) -> bool:
        """Whether this is a known session id."""
        return len(text) <= _LONGEST_SID and text in self.sids

    def sid(self, sid: str) -> str:
        """Write a known session id by the name of its client."""
        return f"<sid of {self.client(self.sids[sid])}>"

    def without_sids(self, text: str) -> str:
        """Write the session ids in a text by the names of their clients."""
        known = len(self.sids)
        if known not in self._lengths:
            self._lengths[known] = frozenset(map(len, self.sids))
        for length in self._lengths[known]:
            windows = {text[at : at + length] for at in range(len(text) - length + 1)}
            for sid in windows & self.sids.keys() if length else ():
                text = text.replace(sid, self.sid(sid))
        return text

    def quoted(self, name: str) -> str:
        """Write a name in quotes."""
        return self._name(name, plain=False)

    def word(self, text: str) -> str:
        """Write the name of a function or a class as it is."""
        return self._short(text)

    def payload(self, args: Iterable[Any]) -> str:
        """Write arguments as JSON, separated by commas, bytes as ``<5 bytes>``."""
        text = ""
        # Pieces are made one at a time and no more than fit, however large or deep the payload.
        for piece in separated(self._value(arg) for arg in args):
            text += piece
            if len(text) > self.payload_limit:
                return text[: self.payload_limit - 1] + "…"
        return text

    def _seen(self, name: str) -> str:
        """Return both ends of a long name: what is between them is not shown."""
        limit = self.name_limit
        return name if len(name) <= 2 * limit else name[:limit] + name[-limit:]

    def _name(self, name: str, *, plain: bool) -> str:
        shortened = self._short(name)
        return shortened if plain else f'"{shortened}"'

    def _short(self, text: str) -> str:
        if len(text) > LONGEST:  # of which only the two ends are written
            text = text[: LONGEST // 2] + text[-LONGEST // 2 :]
        return _shortened(self.without_sids(text), self.name_limit)

    def _value(self, value: object) -> Iterator[str]:
        match value:
            case None:
                yield "null"
            case bool():
                yield "true" if value else "false"
            case str() if self.knows(value):
                yield self.sid(value)
            case str():
                start = self.without_sids(value[: self.payload_limit + LONGEST])
                yield f'"{escaped(start[: self.payload_limit])}"'
            case int():
                bits = value.bit_length()
                small = bits <= _BIGGEST_INTEGER_BITS
                yield int.__repr__(value) if small else f"<integer of {bits} bits>"
            case float():
                yield json.dumps(value)
            case bytes() | bytearray() | memoryview():
                size = value.nbytes if isinstance(value, memoryview) else len(value)
                yield f"<{size} byte{'' if size == 1 else 's'}>"
            case Mapping():
                yield "{"
                yield from separated(self._pair(*pair) for pair in value.items())
                yield "}"
            case list() | tuple():
                yield "["
                yield from separated(self._value(item) for item in value)
                yield "]"
            case _:  # nothing that a wire carries
                yield f"<{self.word(type(value).__name__)}>"

    def _pair(self, key: object, value: object) -> Iterator[str]:
        yield from self._value(key)
        yield ": "
        yield from self._value(value)


NOTATION = Notation(name_limit=40)
"""Writes names where there is no row to be kept short: in tables, panels and scores."""


def escaped(text: str) -> str:
    """Write text so that it is printable, on one line, and could stand between quotes."""
    return "".join(map(_escape, text))


def one_line(sentence: str, limit: int = LONGEST_SENTENCE) -> str:
    """Write a sentence on one line, its quotes and backslashes left as they are.

    Of a longer one than `limit`, the beginning is written; escapes make it longer again.
    """
    return "".join(c if c in '"\\' else _escape(c) for c in cut(sentence, limit))


def separated(values: Iterable[Iterator[str]]) -> Iterator[str]:
    """Write values, each a piece at a time, with commas between them."""
    for number, value in enumerate(values):
        if number:
            yield ", "
        yield from value


def cut(text: str, limit: int = LONGEST_SENTENCE) -> str:
    """Return text, or as much of its beginning as is `limit` characters with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _escape(character: str) -> str:
    escape = _ESCAPES.get(character)
    if escape is not None:
        return escape
    if character.isprintable() and character not in _BLANKS:
        return character
    code = f"{ord(character):x}"
    return f"\\u{code:0>4}" if len(code) <= len("ffff") else f"\\U{code:0>8}"


def _is_plain(name: str) -> bool:
    """Tell whether a name can stand in a row without quotes."""
    return (
        name != ""
        and not _MARKS_OF_ROWS.intersection(name)
        and name == " ".join(name.split())
        and name == escaped(name)
    )


def _reads_as_value(word: str) -> bool:
    if word in _LITERALS:
        return True
    try:
        float(word)
    except ValueError:
        return False
    return True


def _shortened(text: str, limit: int) -> str:
    """Escape text and leave out its middle if it is long; names often differ at the end."""
    if len(text) <= limit:
        whole = escaped(text)
        if len(whole) <= limit:
            return whole
    head = _fitting(text[:limit], limit - limit // 3 - len("…"))
    tail = _fitting(text[: -limit - 1 : -1], limit // 3)
    return "".join([*head, "…", *reversed(tail)])


def _fitting(text: str, limit: int) -> list[str]:
    """Escape as many characters from the start of text as fit."""
    fitting: list[str] = []
    for character in text:
        escape = _escape(character)
        limit -= len(escape)
        if limit < 0:
            break
        fitting.append(escape)
    return fitting
