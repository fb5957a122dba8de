"""Panels: what happens on the wire, as widgets that follow it."""

from __future__ import annotations

from .predict_panel import Predict
from .prediction import Score
from .room_panel import RoomPanel
from .traffic_panel import TrafficPanel
from .vote_panel import VotePanel

__all__ = ["Predict", "RoomPanel", "Score", "TrafficPanel", "VotePanel"]
