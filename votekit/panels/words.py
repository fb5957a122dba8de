"""Text from the wire, made fit to be shown: short, and something that can be sent to a page."""

from __future__ import annotations

from votekit.trace.notation import Notation, cut, one_line

LONGEST = 200
"""Characters of one name or message that a panel shows."""


def shown(text: str, limit: int = LONGEST) -> str:
    """Shorten text, and put � for lone surrogates, which no UTF-8 message carries."""
    return "".join("�" if "\ud800" <= c <= "\udfff" else c for c in cut(text, limit))


def known(text: str, notation: Notation) -> str:
    """Return text, shortened, with the words for the session ids in it."""
    return notation.without_sids(shown(text))


def named(name: str, notation: Notation) -> str:
    """Write a name that came over the wire, which may be a session id."""
    short = cut(name)
    written = notation.without_sids(short)
    return one_line(written) if written != short else notation.client(name)


def in_percent(share: float) -> str:
    """Write a share in percent; some is never ``0%``, and not all never ``100%``."""
    written = f"{share:.0%}"
    if written == "0%" and share > 0:
        return "<1%"
    return ">99%" if written == "100%" and share < 1 else written
