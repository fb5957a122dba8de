"""The panel that votes and shows the tally."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import islice
from typing import Any, TypedDict

from votekit.live import Client
from votekit.panels.arguments import checked_names, must_be
from votekit.panels.assets import page
from votekit.panels.client_panel import CLIENT, ClientPanel
from votekit.panels.near_miss import NearMiss
from votekit.panels.notice import Notice
from votekit.panels.panel import NotUnderstood, PanelState, chosen, noticed
from votekit.panels.tally import Ballot
from votekit.panels.words import in_percent, known, named, shown
from votekit.trace.html import html_lines, html_table
from votekit.trace.notation import NOTATION, Notation
from votekit.trace.session_ids import SessionIds
from votekit.trace.text import grouped, padded, plural, width

MOST_OPTIONS = 12
MOST_OTHERS = 100
"""More options that a tally counts would not fit in a line."""


class OptionState(TypedDict):
    """One option: its bar is as long as its share, from 0 to 1; ``count`` and ``percent`` are text.

    ``mine``: it is what the client voted for last.
    """

    name: str
    mine: bool
    count: str
    percent: str
    share: float


class VoteState(PanelState):
    """What the page of a vote panel gets."""

    options: list[OptionState]
    summary: str
    aside: str


class VotePanel(ClientPanel[VoteState]):
    """A button and a bar for each option.

    A click emits ``event`` with the option. The bars show the newest ``tally`` event that this
    client received, whoever voted: ``{option: n}``, one list, or one argument per option in
    their order, as ``emit("voting bar", (result1, result2))`` sends them.

    Parameters
    ----------
    client : Client
        Who votes.
    options : iterable of str
        What can be voted for, at most 12.
    event, tally : str
        The event that votes, and the one that tells the counts.

    Attributes
    ----------
    client : Client
        Who votes.
    options : tuple of str
        What can be voted for.

    Raises
    ------
    TypeError, ValueError
        The options are not 1 to 12 different strings.

    Examples
    --------
    >>> VotePanel(ana, ["python", "javascript"])
    ana: connected
    python      ·
    javascript  ·
    no tally heard yet
    """

    _esm = page("vote")

    def __init__(
        self,
        client: Client,
        options: Iterable[str],
        *,
        event: str = "vote",
        tally: str = "voting bar",
    ) -> None:
        must_be(Client, client, CLIENT)
        self.options = checked_names(options, "option", MOST_OPTIONS)
        self._event = event
        sids = SessionIds()
        self._notation = sids.notation
        self._ballot = Ballot(client.name, self.options, event, tally, sids.notation)
        self._near_miss = NearMiss(tally, sids.notation)
        super().__init__(
            client,
            own=[self._ballot, self._near_miss],
            everybody=[sids],
            notation=sids.notation,
        )

    def _act(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"type": "vote", "option": number}:
                self._emit(self._event, chosen(number, self.options))
            case _:
                raise NotUnderstood

    def _content(self) -> VoteState:
        ballot = self._ballot
        return {
            "label": f"Vote of {shown(self.client.name)}",
            "name": shown(self.client.name),
            "standing": self._standing,
            "options": [self._option(number) for number in range(len(self.options))],
            "summary": _summary(ballot, self._notation) + self._instead(),
            "aside": self._aside(),
            "notice": self._notice,
        }

    def _trouble(self) -> Notice:
        return self._ballot.trouble or super()._trouble()

    def _instead(self) -> str:
        """Tell what the server emitted, where it is nearly what this panel listens for."""
        return "" if self._ballot.heard else shown(self._near_miss.words)

    def _option(self, number: int) -> OptionState:
        ballot, option = self._ballot, self.options[number]
        tally = ballot.tally
        return {
            "name": shown(known(option, self._notation)),
            "mine": ballot.voted and ballot.choice == option,
            "count": grouped(tally.counts[number]) if tally else "·",
            "percent": in_percent(tally.shares[number]) if tally else "",
            "share": round(tally.shares[number], 4) if tally else 0.0,
        }

    def _aside(self) -> str:
        """Tell what was voted for, where no option can be marked."""
        ballot = self._ballot
        if not ballot.voted or ballot.choice in self.options:
            return ""
        choice = ballot.choice
        sent = self._notation.payload(choice if isinstance(choice, tuple) else (choice,))
        return f"sent {shown(sent) or 'nothing'}, which is no option here"

    def _text(self, state: VoteState) -> str:
        rows = [
            (named(name, self._notation), option["count"], option["percent"])
            for name, option in zip(self.options, state["options"], strict=True)
        ]
        wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"{padded(name, wide[0])}  {count:>{wide[1]}}  {percent:>{wide[2]}}"
            f"{'  ← your choice' if option['mine'] else ''}".rstrip()
            for (name, count, percent), option in zip(rows, state["options"], strict=True)
        ]
        return "\n".join([_head(self.client, state), *lines, *_foot(state)])

    def _html(self, state: VoteState) -> str:
        heads = ("option", "share of the votes", "votes", "percent")
        rows = (
            (
                option["name"] + (" ← your choice" if option["mine"] else ""),
                _bar(option["share"]),
                escape(option["count"]),
                escape(option["percent"]),
            )
            for option in state["options"]
        )
        caption = f"{state['name']}: {state['standing']['words']}"
        return html_table(caption, heads, rows) + html_lines(_foot(state))


def _summary(ballot: Ballot, notation: Notation) -> str:
    tally = ballot.tally
    if tally is None:
        return "no tally understood yet" if ballot.heard else "no tally heard yet"
    votes = plural(tally.total, "vote")
    others = (f"{shown(named(name, notation))} {grouped(count)}" for name, count in tally.others)
    counted = ", ".join(islice(others, MOST_OTHERS))
    return f"{votes}, other options included: {shown(counted)}" if counted else votes


def _head(client: Client, state: VoteState) -> str:
    return f"{NOTATION.client(client.name)}: {state['standing']['words']}"


def _foot(state: VoteState) -> list[str]:
    return [line for line in (state["summary"], state["aside"], *noticed(state)) if line]


def _bar(share: float) -> str:
    """Draw a bar that a page shows without any script."""
    return (
        '<div style="width:12em;border:1px solid currentColor">'
        f'<div style="width:{share:.0%};height:1em;background:#0072B2"></div></div>'
    )
