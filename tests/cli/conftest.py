"""`votekit lab` as a learner starts it: a process of its own in an empty folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def lab(tmp_path: Path, start_lab: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Start ``votekit lab`` in a folder with a space in its name, as a user without settings."""
    started: list[Any] = []
    home, folder = tmp_path / "home", tmp_path / "my course"
    home.mkdir()
    folder.mkdir()

    def start(*words: str) -> Any:
        started.append(start_lab(home, folder, *words))
        return started[-1]

    yield start
    for each in started:
        each.end()
