"""Panels: what happens on the wire, as widgets that follow it."""

from __future__ import annotations

from votekit.panels.guess_panel import Guess
from votekit.panels.guess_score import GuessScore
from votekit.panels.predict_panel import Predict
from votekit.panels.prediction import Score
from votekit.panels.room_panel import RoomPanel
from votekit.panels.traffic_panel import TrafficPanel
from votekit.panels.vote_panel import VotePanel

__all__ = [
    "Guess",
    "GuessScore",
    "Predict",
    "RoomPanel",
    "Score",
    "TrafficPanel",
    "VotePanel",
]
