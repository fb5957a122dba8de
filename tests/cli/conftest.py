"""`votekit lab` as a learner starts it, and small lessons for it to bring."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from votekit.cli import places

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["stored\n"]}


@pytest.fixture(autouse=True)
def _a_users_own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `votekit lab` remembers out of the home of whoever runs the tests."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a folder of four lessons as they are shipped: with outputs."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in ("00_start_here", "04_the_live_vote", "05_rooms", "lecture"):
        code = {"cell_type": "code", "id": "b", "metadata": {}, "source": [f"print({name!r})"]}
        cells = [
            {
                "cell_type": "markdown",
                "id": "a",
                "metadata": {},
                "source": [f"first edition {name}"],
            },
            code | {"outputs": [OUTPUT], "execution_count": 1},
        ]
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Give the path of the learner's folder, which is not there yet."""
    return tmp_path / "my course" / places.FOLDER


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
