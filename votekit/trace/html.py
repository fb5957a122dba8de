"""HTML for readers without a kernel: it needs nothing else, and obeys nothing from the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from votekit.trace.palette import GREY

_TABLE = "border-collapse:collapse;color:inherit;background:transparent"
_CAPTION = "caption-side:top;text-align:left;color:inherit"
_ROW = "background:transparent"
"""Over JupyterLab's stripes."""
_CELL = (
    "padding:0.25em 0.75em;text-align:left;color:inherit;background:transparent;"
    f"border-bottom:1px solid {GREY.anywhere}"
)
_LONG_WORD = re.compile(
    r"\S{12}(?=\w|[^\w\s\u0300-\u1fff\u20d0-\u20ff\ufe00-\ufe2f"
    r"\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff])"
)
"""As much of a longer word as stands together: a letter with its accents, a flag, a skin's tone."""
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_RIGHT_TO_LEFT = re.compile(f'([{_RTL}](?:[^"\\\\{{}}\\[\\]:,]*[{_RTL}])?)')
"""From the first letter to the last one, but not across the punctuation of a payload."""


def html_table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Make a table; captions and heads are text, the cells after the first one of a row HTML.

    Parameters
    ----------
    caption, heads : str, iterable of str
        Text.
    rows : iterable of iterable of str
        The first cell of a row is text and heads the row; the others are HTML.
    """
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(text)}</th>' for text in heads)
    body = ""
    for name, *cells in rows:
        data = "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells)
        body += f'<tr style="{_ROW}"><th scope="row" style="{_CELL}">{escape(name)}</th>{data}</tr>'
    return (
        f'<table style="{_TABLE}"><caption style="{_CAPTION}">'
        f'{escape(caption)}</caption><thead><tr style="{_ROW}">{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def html_lines(lines: Iterable[str]) -> str:
    """Make a paragraph of each line of text that is not empty."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def html_aside(text: str) -> str:
    """Make a quiet paragraph: what is said of the page, and not of what happened."""
    return f"<p><small>{escape(text)}</small></p>"


def html_text(text: str) -> str:
    """Write text as HTML; what reads from right to left does not turn around what is beside it."""
    return "".join(
        f"<bdi>{_breakable(piece)}</bdi>" if number % 2 else _breakable(piece)
        for number, piece in enumerate(_RIGHT_TO_LEFT.split(text))
    )


def _breakable(text: str) -> str:
    """Write text as HTML in which long words may be broken, as no style does that Lab leaves in."""
    return "<wbr>".join(map(escape, _LONG_WORD.sub(r"\g<0>\n", text).split("\n")))


def html_pre(text: str) -> str:
    """Make preformatted text."""
    return f'<pre style="color:inherit;background:transparent">{escape(text)}</pre>'
