"""Text from the wire, made fit to be shown: short, and something that can be sent to a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from votekit.trace.notation import Notation

LONGEST = 200
"""Characters of one name or message that a panel shows."""
NOTATION = Notation(name_limit=40)
"""Writes names in the plain-text forms of the panels."""


def shown(text: str, limit: int = LONGEST) -> str:
    """Shorten text, and put � for lone surrogates, which no UTF-8 message carries."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join("�" if "\ud800" <= c <= "\udfff" else c for c in cut)


def known(text: str, notation: Notation) -> str:
    """Return text, or the words for it if it is a session id."""
    return notation.sid(text) if text in notation.sids else text


def named(name: str, notation: Notation) -> str:
    """Write a name that came over the wire, which may be a session id."""
    return notation.sid(name) if name in notation.sids else notation.client(name)


def grouped(count: float) -> str:
    """Write a count so that it can be read from afar: ``10,000``, ``1.5``."""
    return f"{count:,}" if isinstance(count, int) else f"{count:,.12g}"


def plural(count: float, thing: str) -> str:
    """Count things: ``1 vote``, ``2 votes``."""
    return f"{grouped(count)} {thing}{'' if count == 1 else 's'}"


def in_percent(share: float) -> str:
    """Write a share in percent; some is never ``0%``, and not all never ``100%``."""
    written = f"{share:.0%}"
    if written == "0%" and share > 0:
        return "<1%"
    return ">99%" if written == "100%" and share < 1 else written


def listed(names: Iterable[str]) -> str:
    """Write names as a list of words; nobody where there are none."""
    return ", ".join(map(NOTATION.client, names)) or "nobody"


# -- for readers without a kernel: HTML that needs nothing else, and obeys nothing from the wire --

TABLE = "border-collapse:collapse;color:inherit;background:transparent"
CELL = (
    "padding:0.25em 0.75em;text-align:left;color:inherit;background:transparent;"
    "border-bottom:1px solid currentColor"
)


def html_table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Make a table; captions and heads are text, the cells after the first one of a row HTML.

    Parameters
    ----------
    caption, heads : str, iterable of str
        Text.
    rows : iterable of iterable of str
        The first cell of a row is text and heads the row; the others are HTML.
    """
    head = "".join(f'<th scope="col" style="{CELL}">{escape(text)}</th>' for text in heads)
    body = ""
    for name, *cells in rows:
        data = "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells)
        body += f'<tr><th scope="row" style="{CELL}">{escape(name)}</th>{data}</tr>'
    return (
        f'<table style="{TABLE}"><caption style="text-align:left;color:inherit">'
        f"{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def html_lines(lines: Iterable[str]) -> str:
    """Make a paragraph of each line of text that is not empty."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def html_pre(text: str) -> str:
    """Make preformatted text."""
    return f'<pre style="color:inherit;background:transparent">{escape(text)}</pre>'


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
