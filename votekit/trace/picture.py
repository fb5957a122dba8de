"""Rows as a picture: a sequence diagram that is a table, drawn with inline styles alone.

Those are what every front end shows, JupyterLab also where it does not trust a notebook, and what
needs neither a script nor the network. So whatever changes the theme, a stored picture holds: text
has the page's own colour, and lines have hues that are seen on dark pages and on light ones.

Each participant has a column that its lifeline opens on the left, the server the last one. Whatever
is told of a client stands in that client's column, and what the server keeps, such as its rooms, in
the server's; from there an arrow goes across the columns in between. So no text crosses a lifeline,
a column is as wide as it needs, and for readers who see no drawing it is a table still.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from votekit.trace.cast import MOST_COLUMNS, Cast, cast_of
from votekit.trace.event import Kind
from votekit.trace.html import html_text
from votekit.trace.notation import Notation
from votekit.trace.palette import BLUE, GREEN, GREY, VERMILION
from votekit.trace.row import Arrow, Place, Row
from votekit.trace.text import end, plural

MOST_ROWS = 100
"""Rows that are drawn; the text tells of all."""
_MOVES = frozenset({Kind.JOIN, Kind.LEAVE})
_HUES = {Kind.EMIT: BLUE, Kind.CLIENT_ACK: BLUE, Kind.DELIVER: GREEN, Kind.ACK: GREEN}
_TROUBLE = frozenset({Kind.REFUSE, Kind.UNHANDLED, Kind.ERROR, Kind.LOST, Kind.TURNED_AWAY})
_MARKS = {Kind.JOIN: "+", Kind.LEAVE: "\u2212", Kind.CLOSE_ROOM: "\u00d7", Kind.NOBODY: "○"}
_REACHED = {Kind.NOBODY: " reached nobody"}
_LINES = {Arrow.SENDS: "solid", Arrow.ANSWERS: "dashed", Arrow.BREAKS: "dotted"}
_SILENCE = "○ heard nothing"
_BYTES = re.compile(r'("(?:[^"\\]|\\.)*(?:"|$))|<(\d+ bytes?)>')
"""String literals, which may read like what comes after: binary data."""

# JupyterLab stripes the rows of a table, aligns and pads its cells; what is not said here is Lab's.
_TABLE = (
    "border-collapse:collapse;table-layout:auto;width:auto;margin:4px 0;border:0;color:inherit;"
    "background:transparent;font-size:1em;line-height:1.4"
)
_ROW = "background:transparent;border:0"
_LIFE = f"padding:0;border:0;border-left:1px dashed {GREY.anywhere};text-align:left"
_CELL = f"{_LIFE};vertical-align:top;position:relative"
_HEAD = "padding:2px 16px 6px 0;border:0;text-align:left;vertical-align:bottom;color:inherit"
_NAME = (
    f"display:inline-block;min-width:3em;border:1px solid {GREY.anywhere};border-radius:4px;"
    "padding:1px 8px;font-weight:bold;white-space:pre-wrap"
)
_LABEL = (
    "padding:6px 8px 3px 8px;min-width:7.5em;max-width:24em;text-align:left;white-space:pre-wrap;"
)
_CHIP = f"border:1px solid {GREY.anywhere};border-radius:4px;padding:0 4px"
_SENTENCE = "padding:6px 0 0;border:0;text-align:left"
_LINES_OF_TEXT = "max-width:40em;white-space:pre-wrap"
"""So that a long note does not draw the columns apart."""
_NONE: Mapping[int, str] = MappingProxyType({})
_UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden"
"""For words that a screen reader says and a copy has, where the drawing shows it."""


def picture(
    rows: Sequence[Row],
    notation: Notation,
    *,
    clients: Sequence[str] = (),
    silent: Sequence[str] = (),
    most: int = MOST_COLUMNS,
    before: Iterable[str] = (),
    after: Iterable[str] = (),
) -> str:
    """Draw rows.

    Parameters
    ----------
    rows : sequence of Row
        What happened, in the order to tell it.
    notation : Notation
        Writes the names of the clients.
    clients : sequence of str, optional
        Who is connected, in order of joining; each has a column, even if no row has them, as long
        as there are not too many.
    silent : sequence of str, optional
        The clients that heard nothing although others did.
    most : int, optional
        How many columns of clients there are at most; see `cast_of`.
    before, after : iterable of str, optional
        Sentences to put above and below, each on one line.

    Returns
    -------
    str
        HTML: one table. Whatever came over the wire is text in it.
    """
    cast = cast_of(rows, clients, most)
    names = [end(who, notation) for who in cast.clients]
    names += [f"… {plural(cast.others, 'other')}"] if cast.others else []
    head = "".join(map(_head, [*names, Place.SERVER.value]))
    drawn = [_row(row, cast, notation) for row in rows]
    if quiet := _silence(cast, silent):
        drawn.append(_cells(cast, quiet))
    body = [
        *(_sentence(text, cast) for text in before),
        *drawn,
        *(_sentence(text, cast) for text in after),
    ]
    return (
        f'<table dir="ltr" style="{_TABLE}">{_caption("Who sent what to whom")}'
        f'<thead style="border:0"><tr style="{_ROW}">{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _caption(text: str) -> str:
    return f'<caption style="{_UNSEEN}">{html_text(text)}</caption>'


def _head(name: str) -> str:
    return f'<th scope="col" style="{_HEAD}"><span style="{_NAME}">{html_text(name)}</span></th>'


def _sentence(text: str, cast: Cast) -> str:
    inside = f'<div style="{_LINES_OF_TEXT}">{html_text(text)}</div>'
    cell = f'<td colspan="{cast.server + 1}" style="{_SENTENCE}">{inside}</td>'
    return f'\n<tr style="{_ROW}">{cell}</tr>'


def _silence(cast: Cast, silent: Sequence[str]) -> dict[int, str]:
    """Say under whose columns nothing was heard; of those who share one, how many did not."""
    quiet = {column: _SILENCE for name in silent for column in cast.columns(name)}
    if 0 < (count := sum(map(cast.shares, silent))) < cast.others:
        quiet[len(cast.clients)] = f"○ {count} of them heard nothing"
    return {column: _label(text) for column, text in quiet.items()}


def _row(row: Row, cast: Cast, notation: Notation) -> str:
    """Draw a message as an arrow, and what did not travel as a note at where it happened."""
    if row.kind in _MOVES:
        return _cells(cast, {cast.server: _told(row, f"{end(row.left, notation)} ")})
    if row.arrow is Arrow.NONE or row.kind is Kind.NOBODY:
        shared = f"{end(row.left, notation)}: " if cast.shares(row.left) else ""
        return _cells(cast, {cast.columns(row.left)[0]: _told(row, shared)})
    to_server = row.right is Place.SERVER
    client = row.left if to_server else row.right
    columns = cast.columns(client)
    shared = f"{end(client, notation)}: " if cast.shares(client) else ""
    way = f'<span style="{_UNSEEN}">{"to" if to_server else "from"} the server: </span>'
    return _cells(
        cast,
        {columns[0]: _told(row, shared, way)},
        line=f"2px {_LINES[row.arrow]} {_hue(row)}",
        begin=columns[0],
        heads=dict.fromkeys([cast.server - 1] if to_server else columns, _head_of(row)),
    )


def _is_trouble(row: Row) -> bool:
    return row.kind in _TROUBLE or row.arrow is Arrow.BREAKS


def _hue(row: Row) -> str:
    trouble = _is_trouble(row) or row.kind is Kind.NOBODY
    return (VERMILION if trouble else _HUES.get(row.kind, GREY)).anywhere


def _cells(
    cast: Cast,
    labels: Mapping[int, str],
    *,
    line: str = "",
    begin: int = 0,
    heads: Mapping[int, str] = _NONE,
) -> str:
    """Draw a row: lifelines, a label here and there, and a line from a column to the server's."""
    cells = []
    for column in range(cast.server + 1):
        inside = labels.get(column, "") + heads.get(column, "")
        style = _CELL if inside else _LIFE
        if line and begin <= column < cast.server:
            style += f";border-bottom:{line}"
        cells.append(f'<td style="{style}">{inside}</td>')
    return f'\n<tr style="{_ROW}">{"".join(cells)}</tr>'


def _head_of(row: Row) -> str:
    """Draw the head of an arrow where a lifeline is, or a cross where nothing arrived."""
    side, other = ("right", "left") if row.right is Place.SERVER else ("left", "right")
    if row.arrow is Arrow.BREAKS:
        cross = f"position:absolute;{side}:-0.4em;bottom:-0.6em;line-height:1;font-weight:bold"
        return f'<span style="{cross}">✗</span>'
    edges = "border-top:5px solid transparent;border-bottom:5px solid transparent"
    head = f"position:absolute;{side}:0;bottom:-6px;width:0;height:0;{edges}"
    return f'<span style="{head};border-{other}:9px solid {_hue(row)}"></span>'


def _told(row: Row, who: str = "", unseen: str = "") -> str:
    """Write what a row tells: a mark, whose it is where that is not plain, and the words."""
    mark = f"<b>{_mark(row)}</b> " if _mark(row) else ""
    name = f"<b>{html_text(row.subject)}</b>" if row.subject else ""
    what = _written(row.what.removeprefix(row.subject)) + _REACHED.get(row.kind, "")
    asides = "".join(f" {_chip(html_text(aside))}" for aside in row.asides)
    edge = "" if unseen else f"border-left:4px solid {_hue(row)};margin:4px 0 0 4px;padding:2px 8px"
    return _label(unseen + mark + html_text(who) + name + what + asides, edge)


def _mark(row: Row) -> str:
    if row.arrow is Arrow.ANSWERS:
        return "⇢" if row.right is Place.SERVER else "⇠"
    return "✗" if _is_trouble(row) else _MARKS.get(row.kind, "")


def _label(inside: str, more: str = "") -> str:
    return f'<div style="{_LABEL}{more}">{inside}</div>'


def _chip(inside: str, how: str = "display:inline-block") -> str:
    return f'<span style="{_CHIP};{how}">{inside}</span>'


def _written(what: str) -> str:
    """Write words and payloads; binary data, which a payload has as ``<5 bytes>``, with a mark."""
    pieces = _BYTES.split(what)  # in turn: text, a literal or None, a size or None
    return "".join(
        _chip(f"▣ {piece}", "white-space:nowrap") if number % 3 == 2 else html_text(piece)  # noqa: PLR2004
        for number, piece in enumerate(pieces)
        if piece
    )
