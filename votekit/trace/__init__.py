"""What happened and how it reads: events, the log, stories and matrices; no sockets, no widgets."""

from __future__ import annotations

from .event import Event, Kind
from .log import Log
from .matrix import Matrix
from .story import Story

__all__ = ["Event", "Kind", "Log", "Matrix", "Story"]
