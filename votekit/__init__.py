"""votekit: learn the real-time web with Flask-SocketIO, on a server that really runs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from votekit.cli.doctor import doctor
    from votekit.live import (
        Client,
        HandlerError,
        LiveServer,
        NotHandled,
        NotSettled,
        StaleClient,
        serve,
    )
    from votekit.panels import Guess, Predict, RoomPanel, TrafficPanel, VotePanel
    from votekit.trace import Event, Kind, Log, Matrix, Story

__all__ = [
    "Client",
    "Event",
    "Guess",
    "HandlerError",
    "Kind",
    "LiveServer",
    "Log",
    "Matrix",
    "NotHandled",
    "NotSettled",
    "Predict",
    "RoomPanel",
    "StaleClient",
    "Story",
    "TrafficPanel",
    "VotePanel",
    "doctor",
    "serve",
]

_HOMES = {
    "votekit.cli.doctor": ["doctor"],
    "votekit.live": [
        "Client",
        "HandlerError",
        "LiveServer",
        "NotHandled",
        "NotSettled",
        "StaleClient",
        "serve",
    ],
    "votekit.panels": ["Guess", "Predict", "RoomPanel", "TrafficPanel", "VotePanel"],
    "votekit.trace": ["Event", "Kind", "Log", "Matrix", "Story"],
}
"""Everything loads when it is first used, so that `doctor` can tell what is missing."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
