"""Panels: what happens on the wire, as widgets that follow it."""

from __future__ import annotations

from votekit.panels.predict_panel import Predict
from votekit.panels.prediction import Score
from votekit.panels.room_panel import RoomPanel
from votekit.panels.traffic_panel import TrafficPanel
from votekit.panels.vote_panel import VotePanel

__all__ = ["Predict", "RoomPanel", "Score", "TrafficPanel", "VotePanel"]
