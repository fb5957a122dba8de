"""A story: what happened, told in causal order, as text and as a diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from types import MappingProxyType

from votekit.trace.event import Event
from votekit.trace.fold import folded
from votekit.trace.matrix import Matrix
from votekit.trace.notation import Notation, one_line
from votekit.trace.order import by_arrival, causal, heard_otherwise
from votekit.trace.picture import MOST_ROWS, picture
from votekit.trace.row import Row, together
from votekit.trace.text import aligned, plural, some


@dataclass(frozen=True, repr=False)
class Story:
    """A frozen view of some events: print it, draw it, or go through it.

    Its text and its diagram name clients and never session ids, ports, times or addresses,
    so equal runs read the same. Compare what is read with ``str(one) == str(other)``; ``==``
    compares the events themselves, which differ between runs in ``seq`` and session ids.

    The text has arrows. Where Python writes files in an old code page, as on Windows by default,
    write it with ``Path("story.txt").write_text(str(story), encoding="utf-8")``; to redirect what a
    program prints, run it as ``python -X utf8``. Else both raise `UnicodeEncodeError`.

    Parameters
    ----------
    events : tuple of Event
        What happened, in any order. As an attribute, in causal order (see `order.causal`);
        those of `arrived` are in order of arrival. A beginning of a story is a story again:
        ``dataclasses.replace(story, events=story.events[:3])``.
    sids : mapping of str to str, optional
        Session id to client name, for every session id that payloads or rooms may contain.
    clients : tuple of str, optional
        Everybody connected at that time, in order of joining.
    dropped : int, optional
        How many earlier events the log no longer had.
    notes : tuple of str, optional
        Sentences to add at the end.

    Examples
    --------
    >>> from votekit.trace import Kind
    >>> print(Story((Event(0, Kind.EMIT, "ana", "vote", ("python",)),)))
    ana → server  vote "python"
    """

    events: tuple[Event, ...]
    _: KW_ONLY
    sids: Mapping[str, str] = field(default_factory=dict)
    clients: tuple[str, ...] = ()
    dropped: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", self._ordered(self.events))
        object.__setattr__(self, "sids", MappingProxyType(dict(self.sids)))
        object.__setattr__(self, "clients", tuple(self.clients))
        object.__setattr__(self, "notes", tuple(self.notes))

    @staticmethod
    def _ordered(events: Iterable[Event]) -> tuple[Event, ...]:
        return causal(events)

    @cached_property
    def arrived(self) -> Arrived:
        """The same story in order of arrival, in which each client heard its events."""
        return Arrived(
            self.events,
            sids=self.sids,
            clients=self.clients,
            dropped=self.dropped,
            notes=self.notes,
        )

    @cached_property
    def matrix(self) -> Matrix:
        """Who heard what, and how often."""
        return Matrix.of(self.events, self.clients)

    def _repr_html_(self) -> str:
        """Give Jupyter the picture."""
        return self._picture

    @cached_property
    def _picture(self) -> str:
        notation = Notation(self.sids)
        told = list(folded(self.events))
        hidden = len(told) - MOST_ROWS
        more = [f"… and {plural(hidden, 'more row')}: print(story) has them"] if hidden > 0 else []
        reached = self.matrix.reached
        return picture(
            self._rows(told[:MOST_ROWS], notation),
            notation,
            clients=self.clients,
            silent=[name for name in self.clients if name not in reached] if reached else [],
            before=self._opening(),
            after=[*more, *self._closing(notation)],
        )

    @cached_property
    def _text(self) -> str:
        notation = Notation(self.sids)
        return "\n".join(
            [
                *self._opening(),
                *aligned(self._rows(folded(self.events), notation), notation),
                *self._closing(notation),
            ]
        )

    def _opening(self) -> list[str]:
        """Say what the rows cannot: that something is missing, or that nothing happened."""
        if self.dropped:
            events = "event was" if self.dropped == 1 else "events were"
            return [f"{self.dropped} earlier {events} dropped"]
        return [] if self.events else ["nothing happened"]

    def _closing(self, notation: Notation) -> list[str]:
        """Say who heard it in another order, as where handlers race, and what else is known."""
        order = []
        if clients := heard_otherwise(self.events):
            order = [f"{some(clients)} heard these in another order; story.arrived tells it"]
        notes = [*order, *self.notes]
        return [f"note: {one_line(notation.without_sids(note))}" for note in notes]

    def _rows(self, told: Iterable[Sequence[Event]], notation: Notation) -> list[Row]:
        by_seq = {event.seq: event for event in self.events}
        return [together(emit, notation, by_seq.get) for emit in told]

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._text


class Arrived(Story):
    """A story whose rows are in order of arrival.

    Every client heard its events in just this order, whatever caused them; but which of two rows
    comes first may differ from run to run, where handlers race.
    """

    @staticmethod
    def _ordered(events: Iterable[Event]) -> tuple[Event, ...]:
        return by_arrival(events)
