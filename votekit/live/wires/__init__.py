"""How packets get from one end to the other, the one part of a live server to be exchanged."""

from __future__ import annotations

from typing import Any, Protocol

import requests

from votekit.live.probe.wire_client import CountedEngine


class Wire(Protocol):
    """What carries the packets between one server and its clients.

    Attributes
    ----------
    engine : type
        The class of a named client's Engine.IO end.
    """

    engine: type[CountedEngine]

    @property
    def url(self) -> str:
        """Where the server answers."""

    def open(self) -> None:
        """Carry packets from now on."""

    def get(self, path: str, **options: Any) -> requests.Response:
        """Fetch a page of the app."""

    def keep_place(self) -> Any:
        """Return what the wire that follows goes on with, so that nobody finds the door shut."""

    def fence(self, seconds: float) -> bool:
        """Wait until everybody who isn't counted has read what was sent to them.

        Returns
        -------
        bool
            Whether they sent nothing meanwhile.
        """

    def close(self, seconds: float, *, everybody: bool) -> list[str]:
        """End every connection, and whatever runs for one; leave the app fit to be served again.

        Parameters
        ----------
        seconds : float
            How long it may take in all.
        everybody : bool
            Tell foreign clients too that they are to leave, which means never to come back.

        Returns
        -------
        list of str
            What could not be ended.
        """
