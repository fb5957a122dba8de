"""The panel that shows a live server's story as it grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from votekit.live import LiveServer
from votekit.panels.assets import page
from votekit.panels.live_panel import LivePanel
from votekit.panels.panel import NotUnderstood, PanelState, noticed
from votekit.panels.traffic import Traffic
from votekit.panels.words import shown
from votekit.trace import Matrix
from votekit.trace.html import html_lines, html_pre
from votekit.trace.notation import NOTATION
from votekit.trace.text import plural

ROWS = 100
MOST_CLIENTS = 30
MOST_EVENTS = 8


class ClientState(TypedDict):
    """One client, and how often it heard each event, in the order of the events."""

    name: str
    counts: list[int]


class TrafficState(PanelState):
    """What the page of a traffic panel gets; ``hidden`` says what the table leaves out."""

    rows: list[str]
    events: list[str]
    clients: list[ClientState]
    hidden: str


class TrafficPanel(LivePanel[TrafficState]):
    """The newest rows of the story, and how often each client heard which event.

    The rows are those of `Story`, in the same order and the same words.

    Parameters
    ----------
    live : LiveServer
        What `votekit.serve` returned.
    rows : int
        How many rows are kept in view, at most 1,000.

    Attributes
    ----------
    live : LiveServer
        The server.
    """

    _esm = page("traffic")

    def __init__(self, live: LiveServer, *, rows: int = ROWS) -> None:
        if not isinstance(rows, int) or not 0 < rows <= 1000:  # noqa: PLR2004 (as documented)
            raise ValueError(f"rows is a number from 1 to 1000, not {rows!r}")
        self._traffic = Traffic(rows)
        super().__init__(live, self._traffic)

    def _act(self, message: Mapping[str, Any]) -> None:  # noqa: ARG002  (there is nothing to do)
        raise NotUnderstood

    def _content(self) -> TrafficState:
        matrix = self._traffic.matrix
        clients, events = matrix.clients[:MOST_CLIENTS], matrix.events[:MOST_EVENTS]
        return {
            "label": f"Traffic of {shown(self.live.name)}",
            "name": shown(self.live.name),
            "standing": self._standing,
            "rows": [*self._earlier(), *map(_sendable, str(self._traffic.story).splitlines())],
            "events": [shown(NOTATION.word(event)) for event in events],
            "clients": [
                {
                    "name": shown(NOTATION.client(client)),
                    "counts": [matrix[client, event] for event in events],
                }
                for client in clients
            ],
            "hidden": _hidden(matrix),
            "notice": self._notice,
        }

    def _earlier(self) -> list[str]:
        count = self._traffic.earlier
        are = "is" if count == 1 else "are"
        return [f"{plural(count, 'earlier row')} {are} in live.story"] if count else []

    def _text(self, state: TrafficState) -> str:
        lines = [
            f"{NOTATION.word(self.live.name)}: {state['standing']['words']}",
            *state["rows"],
            "",
            repr(self._traffic.matrix),
        ]
        return "\n".join([*lines, *noticed(state)])

    def _html(self, state: TrafficState) -> str:
        head = html_lines([f"{state['name']}: {state['standing']['words']}"])
        rows = html_pre("\n".join(state["rows"]))
        return head + rows + self._traffic.matrix._repr_html_()


def _sendable(line: str) -> str:
    return shown(line, 1000)


def _hidden(matrix: Matrix) -> str:
    """Say what the table leaves out."""
    more = [
        f"{len(names) - most} more {what}s"
        for names, most, what in (
            (matrix.clients, MOST_CLIENTS, "client"),
            (matrix.events, MOST_EVENTS, "event"),
        )
        if len(names) > most
    ]
    return f"and {' and '.join(more)}, in live.story.matrix" if more else ""
