"""Rows as the source of a Mermaid sequence diagram, which JupyterLab draws."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from votekit.trace.notation import Notation, one_line
from votekit.trace.row import Arrow, End, Place, Row
from votekit.trace.text import end

PAYLOAD_LIMIT = 32
NAME_LIMIT = 24
MOST_ROWS = 60
_MOST_PARTICIPANTS = 24
_NOTE_COLUMNS = 60

_ALT_TEXT = "accTitle: Who sent what to whom"
"""JupyterLab draws an image; this becomes its alternative text."""
_ARROWS = {Arrow.SENDS: "->>", Arrow.ANSWERS: "-->>", Arrow.BREAKS: "-x"}
_SAFE_MARKS = frozenset(" .,:!?'\"=+/()[]{}-_…→⇢✗·")
"""Marks that Mermaid takes as they are after a colon. Escaping them as well would be as safe,
but Mermaid reserves room for the escape's characters, so payloads would tear actors apart."""
_NOT_SAFE = frozenset("ﬂ¶")
"""Letters that Mermaid's own placeholders for entities consist of."""
_KEYWORD = re.compile(r"\bend\b|wrap|style|classdef", re.IGNORECASE)
"""``end`` closes a block, ``wrap:`` asks for wrapping, and a label that has ``style`` or
``classDef`` loses its last semicolon."""


def sequence_diagram(
    rows: Sequence[Row],
    notation: Notation,
    *,
    hidden: int = 0,
    clients: Sequence[str] = (),
    silent: Iterable[str] = (),
    before: Iterable[str] = (),
    after: Iterable[str] = (),
) -> str:
    """Write the source of a sequence diagram.

    No colours are set, so the frontend's dark or light theme holds; arrows differ in shape.

    Parameters
    ----------
    rows : sequence of Row
        What happened, in the order to tell it; more than `MOST_ROWS` are hard to read.
    notation : Notation
        Writes the clients' names; choose short limits for it and for the rows.
    hidden : int, optional
        How many rows follow that are not drawn.
    clients : sequence of str, optional
        Who is connected, in order of joining. They are drawn, even if no row has them, as
        long as the diagram has no more than 24 participants.
    silent : iterable of str, optional
        The clients that heard nothing although others did.
    before, after : iterable of str, optional
        Sentences to put above and below.
    """
    names, left_out = _participants(rows, clients)
    ids: dict[End, str] = {Place.SERVER: "p0"}
    ids.update((name, f"p{number}") for number, name in enumerate(names, start=1))
    everybody = f"p0,p{len(names)}" if names else "p0"
    if any(Place.SOMEBODY in {row.left, row.right} for row in rows):
        ids[Place.SOMEBODY] = f"p{len(names) + 1}"

    def note(sentence: str) -> str:
        return f"Note over {everybody}: {_wrapped(sentence)}"

    lines = [f"participant {key} as {_alias(end(who, notation))}" for who, key in ids.items()]
    lines += [note(sentence) for sentence in before]
    lines += [_statement(row, ids) for row in rows]
    lines += [f"Note over {ids[name]}: heard nothing" for name in silent if name in ids]
    if hidden:
        lines.append(note(f"… {_more(hidden, 'row')} in the text"))
    if left_out:
        lines.append(note(f"… {_more(left_out, 'client')} connected"))
    lines += [note(sentence) for sentence in after]
    return "\n    ".join(["sequenceDiagram", _ALT_TEXT, *lines])


def label(text: str) -> str:
    """Write text so that Mermaid shows it as it is and nothing in it is an instruction."""
    return _entities(text, _SAFE_MARKS)


def _alias(text: str) -> str:
    return _entities(text, frozenset(" "))


def _entities(text: str, safe: frozenset[str]) -> str:
    broken = {match.start() for match in _KEYWORD.finditer(text)}
    return "".join(
        character if index not in broken and _is_safe(character, safe) else f"#{ord(character)};"
        for index, character in enumerate(text)
    )


def _is_safe(character: str, safe: frozenset[str]) -> bool:
    return (character.isalnum() and character not in _NOT_SAFE) or character in safe


def _wrapped(sentence: str) -> str:
    return "<br/>".join(map(label, textwrap.wrap(one_line(sentence), _NOTE_COLUMNS)))


def _more(count: int, thing: str) -> str:
    return f"{count} more {thing}{'' if count == 1 else 's'}"


def _participants(rows: Sequence[Row], clients: Sequence[str]) -> tuple[list[str], int]:
    """Choose who is drawn, in order of joining, and count the connected who are not."""
    seen = dict.fromkeys(who for row in rows for who in (row.left, row.right))
    needed = [who for who in seen if isinstance(who, str)]
    room_left = max(_MOST_PARTICIPANTS - len(needed), 0)
    idle = [name for name in dict.fromkeys(clients) if name not in seen]
    drawn = {*needed, *idle[:room_left]}
    ordered = [name for name in dict.fromkeys([*clients, *needed]) if name in drawn]
    return ordered, len(idle[room_left:])


def _statement(row: Row, ids: dict[End, str]) -> str:
    what = label(row.what)
    if row.right is Place.NOBODY:
        what += " reached nobody"
    text = "<br/>".join([what, label(row.aside)] if row.aside else [what])
    if row.right is None or row.right is Place.NOBODY:
        return f"Note over {ids[row.left]}: {text}"
    return f"{ids[row.left]}{_ARROWS[row.arrow]}{ids[row.right]}: {text}"
