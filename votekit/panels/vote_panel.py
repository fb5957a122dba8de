"""The panel that votes and shows the tally."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from votekit.live import Client
from votekit.panels.arguments import checked_names
from votekit.panels.client_panel import ClientPanel
from votekit.panels.panel import NotUnderstood, chosen, noticed, page
from votekit.panels.tally import Ballot
from votekit.panels.words import in_percent, known, named, shown
from votekit.trace import Event
from votekit.trace.html import html_lines, html_table
from votekit.trace.notation import NOTATION, Notation
from votekit.trace.text import grouped, padded, plural, width

MOST_OPTIONS = 12


class VotePanel(ClientPanel):
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
        self.options = checked_names(options, "option", MOST_OPTIONS)
        self.event = event
        name = client.name if isinstance(client, Client) else ""
        self._ballot = Ballot(name, self.options, event, tally, self._notation)
        super().__init__(client)

    def _add(self, event: Event) -> None:
        super()._add(event)
        if not self._is_a_namesakes(event):
            self._ballot.add(event)

    def _act(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"type": "vote", "option": number}:
                self._emit(self.event, chosen(number, self.options))
            case _:
                raise NotUnderstood

    def _state(self) -> dict[str, Any]:
        ballot = self._ballot
        tally = ballot.tally
        counts = tally.counts if tally else [None] * len(self.options)
        shares = tally.shares if tally else [0.0] * len(self.options)
        return {
            "label": f"Vote of {shown(self.client.name)}",
            "name": shown(self.client.name),
            "standing": self._standing,
            "options": [
                {
                    "name": shown(known(option, self._notation)),
                    "mine": ballot.voted and ballot.choice == option,
                    "count": "·" if count is None else grouped(count),
                    "percent": "" if count is None else in_percent(share),
                    "share": round(share, 4),
                }
                for option, count, share in zip(self.options, counts, shares, strict=True)
            ],
            "summary": _summary(ballot, self._notation),
            "aside": self._aside(),
            "notice": self._complaint or ballot.trouble,
        }

    def _aside(self) -> str:
        """Tell what was voted for, where no option can be marked."""
        ballot = self._ballot
        if not ballot.voted or ballot.choice in self.options:
            return ""
        choice = ballot.choice
        sent = self._notation.payload(choice if isinstance(choice, tuple) else (choice,))
        return f"sent {shown(sent) or 'nothing'}, which is no option here"

    def _text(self, state: Mapping[str, Any]) -> str:
        rows = [
            (named(option, self._notation), told["count"], told["percent"], told["mine"])
            for option, told in zip(self.options, state["options"], strict=True)
        ]
        wide = [max(width(row[column]) for row in rows) for column in range(3)]
        lines = [
            f"{padded(name, wide[0])}  {count:>{wide[1]}}  {percent:>{wide[2]}}"
            f"{'  ← your choice' if mine else ''}".rstrip()
            for name, count, percent, mine in rows
        ]
        return "\n".join([_head(self.client, state), *lines, *_foot(state)])

    def _html(self, state: Mapping[str, Any]) -> str:
        heads = ("option", "share of the votes", "votes", "percent")
        rows = (
            (
                told["name"] + (" ✓ your choice" if told["mine"] else ""),
                _bar(told["share"]),
                escape(told["count"]),
                escape(told["percent"]),
            )
            for told in state["options"]
        )
        caption = f"{state['name']}: {state['standing']['words']}"
        return html_table(caption, heads, rows) + html_lines(_foot(state))


def _summary(ballot: Ballot, notation: Notation) -> str:
    tally = ballot.tally
    if tally is None:
        return "no tally understood yet" if ballot.heard else "no tally heard yet"
    votes = plural(tally.total, "vote")
    others = (f"{shown(named(name, notation))} {grouped(count)}" for name, count in tally.others)
    told = ", ".join(others)
    return f"{votes}, other options included: {shown(told)}" if told else votes


def _head(client: Client, state: Mapping[str, Any]) -> str:
    return f"{NOTATION.client(client.name)}: {state['standing']['words']}"


def _foot(state: Mapping[str, Any]) -> list[str]:
    return [line for line in (state["summary"], state["aside"], *noticed(state)) if line]


def _bar(share: float) -> str:
    """Draw a bar that a page shows without any script."""
    return (
        '<div style="width:12em;border:1px solid currentColor">'
        f'<div style="width:{share:.0%};height:1em;background:#0072B2"></div></div>'
    )
