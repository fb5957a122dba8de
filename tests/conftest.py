"""What tests in every folder share: parts that may be missing, and counts that may be raised.

``VOTEKIT_REQUIRE=chromium,redis,frontend`` turns the skips for missing parts into failures.
``VOTEKIT_REPEAT=200`` raises the counts of the tests that repeat themselves.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, Protocol

import pytest

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
