"""What tests in every folder share: missing parts, counts that may be raised, a running lab.

``VOTEKIT_REQUIRE=chromium,redis,frontend`` turns the skips for missing parts into failures.
``VOTEKIT_REPEAT=200`` raises the counts of the tests that repeat themselves.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import NoReturn, Protocol

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
PARTS = frozenset({"chromium", "redis", "frontend"})
ON_THE_PATH = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)


class Missing(Protocol):
    """Skip the running test, or fail it where ``VOTEKIT_REQUIRE`` names the part."""

    def __call__(self, part: str, reason: str) -> NoReturn:
        """Take the part's name, one of `PARTS`, and why the test cannot run without it."""


def pytest_configure(config: pytest.Config) -> None:
    """Refuse settings that would silently do nothing."""
    if unknown := _required() - PARTS:
        raise pytest.UsageError(
            f"VOTEKIT_REQUIRE names {', '.join(sorted(unknown))}; "
            f"there are {', '.join(sorted(PARTS))}"
        )
    if not os.environ.get("VOTEKIT_REPEAT", "1").isdigit():
        raise pytest.UsageError("VOTEKIT_REPEAT must be a number")


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

    def end(self) -> None:
        """See that it is gone, whatever happened."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()


@pytest.fixture(scope="session")
def missing() -> Missing:
    """Say that a part is missing: ``missing("redis", "no Redis answers on …")``."""
    return _missing


@pytest.fixture(scope="session")
def repeat() -> Callable[[int], range]:
    """Repeat as often as the test says, or as ``VOTEKIT_REPEAT`` says if that is more."""

    def times(count: int) -> range:
        return range(max(count, int(os.environ.get("VOTEKIT_REPEAT", "1"))))

    return times


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of a Chromium, Chrome or Edge on this machine."""
    for candidate in _browsers():
        if candidate and Path(candidate).is_file():
            return str(candidate)
    return _missing("chromium", "no Chromium here: install one, or set CHROMIUM to its path")


@pytest.fixture(scope="session")
def frontend() -> Path:
    """Give the path of the built front end, the official JavaScript client in one script."""
    from votekit.frontend import FrontendMissing, bundle

    try:
        return bundle()
    except FrontendMissing as error:
        _missing("frontend", str(error))


@pytest.fixture(scope="session")
def start_lab() -> Callable[..., Lab]:
    """Start ``votekit lab --no-browser`` as a user without settings; its caller stops it.

    It takes the user's home, the folder to start in, and further words of the command.
    """

    def start(home: Path, folder: Path, *words: str) -> Lab:
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
        return Lab(process, home / "config", lines)

    return start


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build wheel and sdist once; give the folder that they are in."""
    pytest.importorskip("hatchling", reason="hatchling builds both; .[test] installs it")
    folder = tmp_path_factory.mktemp("packed")
    build = (
        "import sys, hatchling.build as b; b.build_sdist(sys.argv[1]); b.build_wheel(sys.argv[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return folder


def _missing(part: str, reason: str) -> NoReturn:
    if part not in PARTS:
        raise ValueError(f"{part!r} is none of {', '.join(sorted(PARTS))}")
    if part in _required():
        pytest.fail(f"VOTEKIT_REQUIRE={part}, but {reason}", pytrace=False)
    pytest.skip(reason)


def _required() -> set[str]:
    words = os.environ.get("VOTEKIT_REQUIRE", "").split(",")
    return {word.strip() for word in words if word.strip()}


def _browsers() -> Iterator[str | Path | None]:
    """Name the places where a browser may be, most particular first."""
    yield os.environ.get("CHROMIUM")
    yield from map(shutil.which, ON_THE_PATH)
    if sys.platform == "darwin":
        yield from (Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in MACOS)
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            yield from (Path(folder, place) for place in WINDOWS)
    yield _playwrights_own()


def _playwrights_own() -> str | None:
    """Ask Playwright where its own browser would be; it starts a short process for that."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.put(line)
    lines.put(None)
