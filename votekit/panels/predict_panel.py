"""The panel that asks who will hear it, and then says who did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

from votekit.live import Client, LiveServer, end_of
from votekit.live.record.interrupts import deferring
from votekit.live.record.ledger import GUEST
from votekit.panels.assets import page
from votekit.panels.live_panel import LivePanel
from votekit.panels.notice import Notice
from votekit.panels.panel import NotUnderstood, PanelState, Refused, chosen, noticed
from votekit.panels.prediction import Score, html_of, score
from votekit.panels.words import shown
from votekit.trace import Event, Kind, Story
from votekit.trace.html import html_lines, html_table
from votekit.trace.notation import NOTATION
from votekit.trace.presence import Presence


class TickState(TypedDict):
    """One client: whether it is ticked; once that is scored, how right that was, and why.

    ``number``: what the page calls it by, -1 if it can not be ticked; ``away``: not connected.
    """

    number: int
    name: str
    away: bool
    on: bool
    mark: str
    because: str


class PredictState(PanelState):
    """What the page of a prediction gets; ``nobody`` is ticked like a client."""

    clients: list[TickState]
    nobody: bool
    scored: bool
    summary: str


class Audience:
    """Who may hear something, event by event, in log order."""

    def __init__(self) -> None:
        self._presence = Presence()
        self._known: dict[str, None] = {}

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        self._presence.add(event)
        if event.kind is Kind.ACCEPT and event.client is not None:
            self._known[event.client] = None

    @property
    def known(self) -> tuple[str, ...]:
        """Every client there ever was, in order of joining; so the page numbers them."""
        return tuple(self._known)

    @property
    def present(self) -> Collection[str]:
        """Those that are connected."""
        return self._presence.present

    @property
    def asked(self) -> tuple[str, ...]:
        """Whom a prediction is about: who is here, and the named ones that have left."""
        return tuple(c for c in self._known if c in self.present or not GUEST.fullmatch(c))


class Predict(LivePanel[PredictState]):
    """Tick who will hear what happens next; then let the wire score it.

    Tick in the panel, or in code with `tick`. Run what there is to run, and hand its story to
    `score`. From then on the ticks are fixed; "predict again", or `tick`, begins anew.

    Parameters
    ----------
    live : LiveServer
        What `votekit.serve` returned.
    event : str, optional
        Count only this event; by default, whatever the server sends, answers included.

    Attributes
    ----------
    live : LiveServer
        The server.
    ticked : tuple of str or None
        Who is predicted to hear something; None while nothing is predicted.

    Examples
    --------
    >>> predict = Predict(live)
    >>> predict.tick(ana, "ben")
    >>> ana.emit("vote", "python")
    >>> predict.score(live.settle())
    2 of 3 right
    ✓ ana  you said so: it heard, because it went to everybody
    ✓ ben  you said so: it heard, because it went to everybody
    ✗ chi  you said no, but it heard, because it went to everybody
    """

    _esm = page("predict")

    def __init__(self, live: LiveServer, *, event: str | None = None) -> None:
        self._event = event
        self._audience = Audience()
        self._ticked: dict[str, None] | None = None
        self._score: Score | None = None
        super().__init__(live, self._audience)

    # -- in code -----------------------------------------------------------------------------------

    @deferring
    def tick(self, *clients: str | Client) -> None:
        """Predict that these clients, and no others, will hear something; none: nobody will.

        A score, if there is one, is forgotten.

        Parameters
        ----------
        *clients : str or Client
            Clients, or their names.

        Raises
        ------
        ValueError
            There is no such client; the message lists those there are.
        """
        names = [self._name_of(client) for client in clients]
        with self._lock:
            self._catch_up()
            self._check(names)
            self._ticked, self._score = dict.fromkeys(names), None
            self._complaint = Notice()
        self._soon()

    @property
    def ticked(self) -> tuple[str, ...] | None:
        """Who is predicted to hear something; None while nothing is predicted."""
        ticked = self._ticked
        return None if ticked is None else tuple(ticked)

    @deferring
    def score(self, story: Story) -> Score:
        """Score the prediction against what happened; from now on the ticks are fixed.

        Parameters
        ----------
        story : Story
            What happened, as `LiveServer.settle` or `LiveServer.watch` returns it.

        Returns
        -------
        Score
            Per client: what was predicted, what happened, and why.
        """
        events = getattr(story, "events", None)
        if not isinstance(events, tuple):
            raise TypeError(f"score() takes a story, such as live.settle() returns, not {story!r}")
        happened = Story(events, sids=story.sids, clients=story.clients)
        last = max((event.seq for event in events), default=-1)
        history = [event for event in self.live.log.since() if event.seq <= last]
        with self._lock:
            self._catch_up()
            scored = score(
                self.ticked,
                happened,
                clients=self._audience.asked,
                history=history,
                event=self._event,
            )
            self._score = scored
        self._soon()
        return scored

    def _name_of(self, client: str | Client) -> str:
        if not isinstance(client, Client):
            return client
        # A namesake elsewhere hears nothing of what is asked here.
        if end_of(client).ledger.log is not self.live.log:
            raise ValueError(f"{NOTATION.client(client.name)} is a client of another server")
        return client.name

    def _check(self, clients: Sequence[object]) -> None:
        asked = self._audience.asked
        for client in clients:
            if client not in asked:
                there = ", ".join(map(repr, asked)) or "none yet"
                raise ValueError(
                    f"there is no client {client!r}; there are: {there}; for nobody, tick()"
                )

    # -- the panel ---------------------------------------------------------------------------------

    def _act(self, message: Mapping[str, Any]) -> None:
        with self._lock:
            self._catch_up()
            match message:
                case {"type": "again"}:
                    self._ticked = self._score = None
                case {"type": "tick"} if self._score is not None:
                    raise Refused("this prediction is scored already; choose “predict again” first")
                case {"type": "tick", "client": number, "on": bool(on)}:
                    self._set(chosen(number, self._audience.known), on=on)
                case {"type": "tick", "nobody": bool(on)}:
                    self._ticked = {} if on else None
                case _:
                    raise NotUnderstood

    def _set(self, client: str, *, on: bool) -> None:
        ticked = dict(self._ticked or {})
        if on:
            ticked[client] = None
        else:
            ticked.pop(client, None)
        self._ticked = ticked or None

    def _content(self) -> PredictState:
        lines = {line.client: line for line in self._score.lines} if self._score else {}
        numbers = {client: number for number, client in enumerate(self._audience.known)}
        clients: list[TickState] = []
        for client in dict.fromkeys([*self._audience.asked, *lines]):
            line = lines.get(client)
            clients.append(
                {
                    "number": numbers.get(client, -1),
                    "name": shown(client),
                    "away": client not in self._audience.present,
                    "on": client in (self._ticked or {}),
                    "mark": line.mark if line else "",
                    "because": shown(line.words, 400) if line else "",
                }
            )
        return {
            "label": "Who will hear it?",
            "name": "Who will hear it?",
            "standing": self._standing,
            "clients": clients,
            "nobody": self._ticked == {},
            "scored": self._score is not None,
            "summary": self._score.summary if self._score else self._next(),
            "notice": self._notice,
        }

    def _next(self) -> str:
        """Say what to do next."""
        if self._ticked is None:
            return "tick who will hear it, or nobody; then run the next cell"
        return "run the next cell, and see who heard it"

    def _text(self, state: PredictState) -> str:
        lines = [f"{state['name']} ({state['standing']['words']})"]
        if self._score:
            lines.append(str(self._score))
        else:
            lines += [f"[{'x' if c['on'] else ' '}] {_client(c)}" for c in state["clients"]]
            lines += [f"[{'x' if state['nobody'] else ' '}] nobody", state["summary"]]
        return "\n".join([*lines, *noticed(state)])

    def _html(self, state: PredictState) -> str:
        if self._score:
            return html_of(self._score) + html_lines(noticed(state))
        ticks = [*((_client(c), c["on"]) for c in state["clients"]), ("nobody", state["nobody"])]
        rows = ((name, "ticked" if on else "·") for name, on in ticks)
        table = html_table(state["name"], ("client", "prediction"), rows)
        return table + html_lines([state["summary"], *noticed(state)])


def _client(client: TickState) -> str:
    return NOTATION.client(client["name"]) + (" (not connected)" if client["away"] else "")
