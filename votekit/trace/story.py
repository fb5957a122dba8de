"""A story: what happened, told in causal order, as text and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Self

from votekit.trace import choice, json_form
from votekit.trace.alike import side_by_side
from votekit.trace.cast import MOST_CHOSEN, MOST_COLUMNS
from votekit.trace.difference import Difference
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
    chosen : tuple of str, optional
        The clients that it was cut down to (see `only`); empty for a whole story. Where there are
        any, events stay in the order given, which is that of the whole story.
    left_out : int, optional
        How many events were cut away.

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
    chosen: tuple[str, ...] = ()
    left_out: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", self._ordered())
        object.__setattr__(self, "sids", MappingProxyType(dict(self.sids)))
        object.__setattr__(self, "clients", tuple(self.clients))
        object.__setattr__(self, "notes", tuple(self.notes))
        object.__setattr__(self, "chosen", tuple(self.chosen))

    def _ordered(self) -> tuple[Event, ...]:
        # Causes may have been cut away, and with them what tells the order of what they caused.
        return tuple(self.events) if self.chosen else causal(self.events)

    @cached_property
    def arrived(self) -> Arrived:
        """The same story in order of arrival, in which each client heard its events."""
        return Arrived(
            self.events,
            sids=self.sids,
            clients=self.clients,
            dropped=self.dropped,
            notes=self.notes,
            chosen=self.chosen,
            left_out=self.left_out,
        )

    def only(self, *clients: str) -> Self:
        """Cut the story down to what concerns some clients.

        Parameters
        ----------
        *clients : str
            Their names.

        Returns
        -------
        Story
            With what these clients sent and heard, and what the server did with no client taking
            part that came of it or that it came of; in the same order. Its text says how much was
            left out. Session ids are all written by names still, and the notes are the same.

        Raises
        ------
        TypeError
            If no client is named, or by something else than a string.
        ValueError
            If there is no such client in the story.

        Examples
        --------
        >>> from votekit.trace import Kind
        >>> votes = [Event(n, Kind.EMIT, who, "vote") for n, who in enumerate(("ana", "ben"))]
        >>> Story(tuple(votes)).only("ben")
        only ben; 1 other event left out
        ben → server  vote
        """
        known = (*self.clients, *self.chosen, *choice.names_in(self.events))
        chosen = choice.chosen_of(clients, known)
        events = choice.concerning(self.events, chosen)
        return replace(
            self,
            events=events,
            clients=tuple(name for name in self.clients if name in chosen),
            chosen=chosen,
            left_out=self.left_out + len(self) - len(events),
        )

    def diff(self, other: Story, *, names: tuple[str, str] = ("this", "other")) -> Difference:
        """Put another story beside this one and mark the rows that differ.

        Compared are the rows as they read, with clients' names for session ids; opening sentences
        and notes are not.

        Parameters
        ----------
        other : Story
            The story to compare with.
        names : (str, str), optional
            What to call this story and the other one.

        Returns
        -------
        Difference
            Print it or show it; it is true where the stories differ.

        Raises
        ------
        TypeError
            If `other` is no story.

        Examples
        --------
        >>> Story(()).diff(Story(()), names=("yours", "expected"))
        yours and expected read the same: 0 rows
        """
        if not isinstance(other, Story):
            raise TypeError(f"diff() takes another story, not {type(other).__name__}")
        rows = self._rows([[event] for event in self], Notation(self.sids))
        others = other._rows([[event] for event in other], Notation(other.sids))
        pairs, searched = side_by_side(rows, others)
        return Difference(pairs, names, searched)

    def to_json(self) -> str:
        r"""Write the story as JSON, to keep it or to send it; `from_json` reads it.

        All of it is kept exactly: the events with their arguments, whatever a wire can carry, and
        all that makes its text. It is ASCII, so it can be written to a file in any code page.

        Raises
        ------
        TypeError
            If there is something in an event that no wire carries, such as a set; it says where.

        Examples
        --------
        >>> story = Story((), clients=("ana",))
        >>> Story.from_json(story.to_json()) == story
        True
        """
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return json_form.written(arrived=isinstance(self, Arrived), **values)

    @staticmethod
    def from_json(text: str) -> Story:
        """Read a story that `to_json` wrote; nothing in it is ever executed.

        Parameters
        ----------
        text : str
            JSON, by this votekit or another one. Fields that this one does not know are ignored.

        Returns
        -------
        Story
            In order of arrival if it was.

        Raises
        ------
        ValueError
            If this is no story, or one that only a newer votekit can read; it says why and where.
        TypeError
            If it is no text.
        """
        arrived, values = json_form.read(text)
        return Arrived(**values) if arrived else Story(**values)

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
        told = self._told
        hidden = len(told) - MOST_ROWS
        more = [f"… and {plural(hidden, 'more row')}: print(story) has them"] if hidden > 0 else []
        reached = self.matrix.reached
        return picture(
            self._rows(told[:MOST_ROWS], notation),
            notation,
            clients=self.clients,
            silent=[name for name in self.clients if name not in reached] if reached else [],
            most=min(max(MOST_COLUMNS, len(self.chosen)), MOST_CHOSEN),
            before=self._opening(),
            after=[*more, *self._closing(notation)],
        )

    @cached_property
    def _text(self) -> str:
        notation = Notation(self.sids)
        return "\n".join(
            [
                *self._opening(),
                *aligned(self._rows(self._told, notation), notation),
                *self._closing(notation),
            ]
        )

    def _opening(self) -> list[str]:
        """Say what the rows cannot: that something is missing, or that nothing happened."""
        dropped = []
        if self.dropped:
            events = "event was" if self.dropped == 1 else "events were"
            dropped = [f"{self.dropped} earlier {events} dropped"]
        if self.chosen:
            return [*dropped, choice.opening(self.chosen, self.left_out, empty=not self.events)]
        return dropped if dropped or self.events else ["nothing happened"]

    def _closing(self, notation: Notation) -> list[str]:
        """Say who heard it in another order, as where handlers race, and what else is known."""
        order = []
        if clients := heard_otherwise(self.events):
            order = [f"{some(clients)} heard these in another order; story.arrived tells it"]
        notes = [*order, *self.notes]
        return [f"note: {one_line(notation.without_sids(note))}" for note in notes]

    @cached_property
    def _told(self) -> list[tuple[Event, ...]]:
        """What has a row each; who chose some clients wants to see every one of them."""
        return [(event,) for event in self.events] if self.chosen else list(folded(self.events))

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

    def _ordered(self) -> tuple[Event, ...]:
        return by_arrival(self.events)
