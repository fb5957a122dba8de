"""`votekit lab` as a learner starts it: a process of its own in an empty folder."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@dataclass
class Lab:
    """A running ``votekit lab --no-browser``, its output read line by line."""

    process: subprocess.Popen[str]
    config: Path
    lines: queue.Queue[str | None]
    output: list[str] = field(default_factory=list)

    def url(self) -> str:
        """Wait until it prints its address."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - monotonic()))
            except queue.Empty:
                break
            if line is None:
                break
            self.output.append(line)
            if found := re.search(r"JupyterLab: (http://\S+)", line):
                return found[1]
        pytest.fail(f"votekit lab printed no address but:\n{''.join(self.output)}")

    def stop(self, number: signal.Signals) -> tuple[int, str]:
        """Send it a signal; return its exit status and all that it printed."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        while (line := self.lines.get(timeout=PATIENCE)) is not None:
            self.output.append(line)
        return status, "".join(self.output)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """Start ``votekit lab`` in a folder with a space in its name, as a user without settings."""
    started: list[Lab] = []
    home, folder = tmp_path / "home", tmp_path / "my course"
    home.mkdir()
    folder.mkdir()

    def start(*words: str) -> Lab:
        environment = os.environ | {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONUNBUFFERED": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "votekit.cli", "lab", "--no-browser", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_read, args=(process, lines), daemon=True).start()
        started.append(Lab(process, home / "config", lines))
        return started[-1]

    yield start
    for each in started:
        each.process.terminate()
        try:
            each.process.wait(PATIENCE)
        finally:
            each.process.kill()


def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.put(line)
    lines.put(None)
