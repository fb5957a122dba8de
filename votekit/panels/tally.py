"""What a vote panel knows: a pure function of events."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from votekit.panels.last_emit import LastEmit
from votekit.panels.notice import Notice
from votekit.trace import Event, Kind, detail
from votekit.trace.notation import NOTATION, Notation
from votekit.trace.text import plural

Number = int | float

LARGEST = 10**15
"""A count beyond it is no count of votes, and no page could show it exactly."""
REMEMBERED = 200
"""Tallies that may still turn out to be lost on the way."""


class NotATally(ValueError):
    """What came cannot be read as counts of the options; the message says why."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes per option.

    Parameters
    ----------
    counts : tuple of number
        Votes for each option, in their order.
    others : tuple of (str, number)
        What the tally counts besides the options.
    """

    counts: tuple[Number, ...]
    others: tuple[tuple[str, Number], ...] = ()

    @property
    def total(self) -> Number:
        """All votes, those for others included."""
        return sum(self.counts) + sum(count for _, count in self.others)

    @property
    def shares(self) -> tuple[float, ...]:
        """Each option's part of the total, from 0 to 1."""
        total = self.total
        return tuple(count / total if total else 0.0 for count in self.counts)


def tally_of(args: Sequence[Any], options: Sequence[str], notation: Notation = NOTATION) -> Tally:
    """Read the arguments of a tally event.

    Parameters
    ----------
    args : sequence
        Either ``{option: n}``, where an option that is missing has no votes yet; or one list; or
        one argument per option (a tuple that the server emitted). The last two are in the order
        of the options.
    options : sequence of str
        The options.
    notation : Notation, optional
        Writes what cannot be read.

    Returns
    -------
    Tally
        The counts.

    Raises
    ------
    NotATally
        It is none of these.

    Examples
    --------
    >>> tally_of(({"python": 3},), ["python", "javascript"]).counts
    (3, 0)
    >>> tally_of((3, 1), ["python", "javascript"]).counts
    (3, 1)
    """
    match args:
        case [Mapping() as counts]:
            return _by_name(counts, options, notation)
        case [list() | tuple() as counts]:
            return _in_order(counts, options, notation)
        case _:
            return _in_order(args, options, notation)


def _by_name(counts: Mapping[str, Any], options: Sequence[str], notation: Notation) -> Tally:
    if counts and not any(option in counts for option in options):
        raise NotATally("it counts none of the options")
    others = (
        (name, count) for name, count in counts.items() if name not in options and _countable(count)
    )
    return Tally(
        tuple(_count(counts.get(option, 0), notation) for option in options), tuple(others)
    )


def _in_order(counts: Sequence[Any], options: Sequence[str], notation: Notation) -> Tally:
    if len(counts) != len(options):
        have, want = plural(len(counts), "value"), plural(len(options), "option")
        raise NotATally(f"it has {have} for {want}")
    return Tally(tuple(_count(count, notation) for count in counts))


def _count(value: object, notation: Notation) -> Number:
    if not _countable(value):
        raise NotATally(f"{notation.payload((value,))} is no number of votes")
    return value


def _countable(value: object) -> TypeGuard[Number]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= LARGEST and math.isfinite(value)


class Ballot:
    """What one client has voted and heard, event by event, in log order.

    Parameters
    ----------
    client : str
        Whose.
    options : sequence of str
        What can be voted for.
    event, tally : str
        The event that votes, and the one that tells the counts.
    notation : Notation, optional
        Writes what went wrong.
    """

    def __init__(
        self,
        client: str,
        options: Sequence[str],
        event: str,
        tally: str,
        notation: Notation = NOTATION,
    ) -> None:
        self._client, self._options, self._tally = client, tuple(options), tally
        self._notation = notation
        self._last_vote = LastEmit(client, (event,), notation)
        self._tallies: OrderedDict[int, Tally | str] = OrderedDict()

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        if event.namespace != "/":
            return
        self._last_vote.add(event)
        if event.kind is Kind.LOST:
            lost = detail.lost_seq(event)
            if lost is not None:
                self._tallies.pop(lost, None)
        elif (event.kind, event.client, event.name) == (Kind.DELIVER, self._client, self._tally):
            self._tallies[event.seq] = self._read(event)
            if len(self._tallies) > REMEMBERED:
                self._tallies.popitem(last=False)

    def _read(self, event: Event) -> Tally | str:
        try:
            return tally_of(event.args, self._options, self._notation)
        except NotATally as why:
            return f"a tally came that this panel cannot read: {why}"

    @property
    def tally(self) -> Tally | None:
        """The newest tally that reached the client and could be read."""
        return next((t for t in reversed(self._tallies.values()) if isinstance(t, Tally)), None)

    @property
    def heard(self) -> bool:
        """Whether any tally reached the client, readable or not."""
        return bool(self._tallies)

    @property
    def choice(self) -> Any:
        """What the client voted for last; None while it has not."""
        if self._last_vote.event is None:
            return None
        args = self._last_vote.event.args
        return args[0] if len(args) == 1 else args

    @property
    def voted(self) -> bool:
        """Whether the client has voted at all."""
        return self._last_vote.event is not None

    @property
    def trouble(self) -> Notice:
        """What went wrong with the last vote, or with the last tally."""
        if why := self._last_vote.trouble:
            return Notice(f"after the last vote: {why.words}", why.message)
        newest = next(reversed(self._tallies.values()), None)
        return Notice(newest if isinstance(newest, str) else "")
