"""A panel of a live server."""

from __future__ import annotations

from votekit.live import LiveServer
from votekit.live.server import was_replaced
from votekit.panels.arguments import must_be
from votekit.panels.panel import Model, Panel, Standing, State


class LivePanel(Panel[State]):
    """A panel of a live server.

    Parameters
    ----------
    live : LiveServer
        What `votekit.serve` returned.
    model : Model
        What takes the events.

    Attributes
    ----------
    live : LiveServer
        The server.
    """

    def __init__(self, live: LiveServer, model: Model) -> None:
        must_be(LiveServer, live, "a server, as votekit.serve() returns it")
        self.live = live
        super().__init__(live.log, model)

    @property
    def _standing(self) -> Standing:
        if was_replaced(self.live):
            return {"shape": "ended", "words": "replaced: run this cell again"}
        if self.live.stopped:
            return {"shape": "ended", "words": "server stopped; serve again, then run this again"}
        return {"shape": "connected", "words": "server running"}
