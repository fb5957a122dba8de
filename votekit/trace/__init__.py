"""What happened and how it reads: events, the log, stories and matrices; no sockets, no widgets."""

from __future__ import annotations

from votekit.trace.difference import Difference
from votekit.trace.event import Event, Kind
from votekit.trace.log import Log
from votekit.trace.matrix import Matrix
from votekit.trace.story import Story

__all__ = ["Difference", "Event", "Kind", "Log", "Matrix", "Story"]
