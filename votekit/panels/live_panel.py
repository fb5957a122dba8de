"""A panel of a live server."""

from __future__ import annotations

from votekit.live import LiveServer
from votekit.panels.arguments import must_be
from votekit.panels.panel import Panel


class LivePanel(Panel):
    """A panel of a live server.

    Parameters
    ----------
    live : LiveServer
        What `votekit.serve` returned.
    """

    def __init__(self, live: LiveServer) -> None:
        must_be(LiveServer, live, "a server, as votekit.serve() returns it")
        self.live = live
        super().__init__(live.log)

    @property
    def _standing(self) -> dict[str, str]:
        if self.live.stopped:
            return {"shape": "ended", "words": "server stopped; serve again, then run this again"}
        return {"shape": "connected", "words": "server running"}
