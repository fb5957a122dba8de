"""Two stories side by side, what differs marked: as text and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from votekit.trace.alike import Pair
from votekit.trace.html import html_lines, html_table, html_text
from votekit.trace.notation import Notation, one_line
from votekit.trace.row import Row
from votekit.trace.text import aligned, end, padded, plural, width

Part = Pair | int
"""What is shown: two rows side by side, or how many rows alike are not."""

_NOTATION = Notation()
_NAME_LIMIT = 24
_AROUND = 3
"""Rows alike that are shown on each side of what differs."""
_MOST_SHOWN = 200
"""Pairs of rows that are shown."""
_NOT_SEARCHED = (
    "too many rows are alike to search for all that go together; "
    "the last ones stand side by side as they come"
)
_ROW = "font-family:monospace;white-space:pre-wrap"
_APART = f"{_ROW};background-color:rgba(128,128,128,0.2)"
"""A grey that is seen on light and on dark; marks and words say the same."""


@dataclass(frozen=True, repr=False)
class Difference:
    """What two stories tell differently, row by row; `Story.diff` makes it.

    Its length is the number of rows that only one of them has, so it is true where they differ.

    Parameters
    ----------
    pairs : tuple of (Row or None, Row or None)
        The rows of both stories, in order, side by side; None where there is none.
    names : (str, str), optional
        What the stories are called.
    searched : bool, optional
        Whether all of them were searched for rows that are alike; where so many are that this would
        take long, the last ones stand side by side as they come.

    Examples
    --------
    >>> from votekit.trace import Event, Kind, Story
    >>> vote = Event(0, Kind.EMIT, "ana", "vote", ("python",))
    >>> answer = Event(1, Kind.ACK, "ana", "vote", cause=0)
    >>> Story((vote,)).diff(Story((vote, answer)), names=("yours", "expected"))
    0 rows only in yours (-), 1 row only in expected (+)
                ana    → server  vote "python"
    + expected  server ⇢ ana     answers vote
    """

    pairs: tuple[Pair, ...]
    names: tuple[str, str] = ("this", "other")
    searched: bool = True

    @property
    def same(self) -> bool:
        """Whether both stories read the same."""
        return len(self) == 0

    def __len__(self) -> int:
        return sum(self._only())

    def _only(self) -> list[int]:
        """Count the rows that only the one story has, and those that only the other has."""
        apart = [pair for pair in self.pairs if _differs(pair)]
        return [sum(pair[side] is not None for pair in apart) for side in (0, 1)]

    def _called(self) -> list[str]:
        return [one_line(name, _NAME_LIMIT) for name in self.names]

    def _summary(self) -> str:
        one, other = self._called()
        if self.same:
            return f"{one} and {other} read the same: {plural(len(self.pairs), 'row')}"
        here, there = (plural(count, "row") for count in self._only())
        return f"{here} only in {one} (-), {there} only in {other} (+)"

    def _closing(self, hidden: int) -> list[str]:
        """Say what is not shown, and where no better comparison was looked for."""
        return [
            *([f"{plural(hidden, 'more difference')} left out"] if hidden else []),
            *([] if self.searched else [_NOT_SEARCHED]),
        ]

    def __repr__(self) -> str:
        if self.same:
            return self._summary()
        shown, hidden = _shown(self.pairs)
        marks = [f"{mark} {name}" for mark, name in zip("-+", self._called(), strict=True)]
        lines = list(_lines(shown, marks))
        written = iter(aligned((row for _, row in lines if isinstance(row, Row)), _NOTATION))
        columns = max(map(width, marks))
        told = [
            f"{padded(mark, columns)}  {next(written) if isinstance(row, Row) else _folded(row)}"
            for mark, row in lines
        ]
        return "\n".join([self._summary(), *told, *(f"note: {s}" for s in self._closing(hidden))])

    def _repr_html_(self) -> str:
        """Give Jupyter a table that reads without colours, by eye and by screen reader."""
        if self.same:
            return html_lines([self._summary()])
        shown, hidden = _shown(self.pairs)
        one, other = self._called()
        rows = [_cells(part, one, other) for part in shown]
        table = html_table(self._summary(), ("compared", one, other), rows)
        return table + html_lines(self._closing(hidden))


def _differs(part: Part) -> bool:
    return isinstance(part, tuple) and part[0] != part[1]


def _shown(pairs: Sequence[Pair]) -> tuple[list[Part], int]:
    """Choose what differs, and a little of what is alike around it; count what is too much."""
    parts: list[Part] = []
    for differs, group in groupby(pairs, _differs):
        run = list(group)
        before = _AROUND if parts else 0
        after = _AROUND if run[-1] is not pairs[-1] else 0
        if not differs and len(run) > before + 1 + after:
            parts += [*run[:before], len(run) - before - after, *run[len(run) - after :]]
        else:
            parts += run
    return parts[:_MOST_SHOWN], sum(map(_differs, parts[_MOST_SHOWN:]))


def _lines(parts: Iterable[Part], marks: Sequence[str]) -> Iterator[tuple[str, Row | int]]:
    """Put what stands side by side one below the other, with the mark of its story before it."""
    for part in parts:
        if not isinstance(part, tuple):
            yield "", part
        elif _differs(part):
            marked = zip(marks, part, strict=True)
            yield from ((mark, row) for mark, row in marked if row is not None)
        elif part[0] is not None:
            yield "", part[0]


def _cells(part: Part, one: str, other: str) -> tuple[str, str, str]:
    """Write a row of the table: a mark with words, and what the two stories have."""
    if not isinstance(part, tuple):
        return _folded(part), "", ""
    here, there = part
    if here == there:
        said = "= same"
    elif there is None:
        said = f"- only in {one}"
    elif here is None:
        said = f"+ only in {other}"
    else:
        said = "≠ differs"
    style = _APART if _differs(part) else _ROW
    return said, _cell(here, style), _cell(there, style)


def _cell(row: Row | None, style: str) -> str:
    if row is None:
        return ""
    words = (
        end(row.left, _NOTATION),
        f" {row.arrow} ",
        end(row.right, _NOTATION),
        "  ",
        row.subject,
        row.what.removeprefix(row.subject),
        f" {row.aside}",
    )
    told = "".join(map(html_text, words)).rstrip()
    return f'<span dir="ltr" style="{style}">{told}</span>'


def _folded(count: int) -> str:
    return f"… {plural(count, 'row')} alike"
