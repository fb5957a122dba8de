"""The real ``votekit lab`` with a real Chromium on it, for tests of what a learner sees."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Locator, Page

PATIENCE = 60.0
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # What asks for another host is recorded, and gets nothing.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PANEL = "window.jupyterapp?.shell?.currentWidget"
CELLS = f"""() => {PANEL}.content.widgets
    .filter((cell) => cell.model.type === "code")
    .map((cell) => ({{
        id: cell.model.id,
        count: cell.model.executionCount,
        outputs: cell.model.outputs.toJSON(),
    }}))"""
RUN_ALL = """() => {
    const { commands } = window.jupyterapp;
    window.ranAll = null;
    commands.execute("notebook:clear-all-cell-outputs");
    commands.execute("notebook:run-all-cells").then(
        () => { window.ranAll = "done"; },
        (reason) => { window.ranAll = String(reason); },
    );
}"""

READ_TABLE = """(table) => ({
    caption: table.caption.textContent,
    cells: [...table.querySelectorAll("th, td")].map((cell) => cell.textContent),
    elements: [...new Set([...table.querySelectorAll("*")].map((each) => each.localName))],
})"""


@dataclass(frozen=True)
class Drawing:
    """A diagram as it is drawn: its caption, what its cells say, and its elements."""

    caption: str
    cells: list[str]
    elements: list[str]


@dataclass(frozen=True)
class Lab:
    """A running ``votekit lab --no-browser``: the address it printed, and its lessons' folder."""

    url: str
    folder: Path

    def url_of(self, notebook: str) -> str:
        """Return the address of another notebook in the folder, in a workspace of its own."""
        parts = urlsplit(self.url)
        workspace = Path(notebook).stem
        return parts._replace(path=f"/lab/workspaces/{workspace}/tree/{notebook}").geturl()


class LabPage:
    """One notebook, open in JupyterLab, and everything that its page asked for."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self._context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        self._context.set_default_timeout(PATIENCE * 1000)
        self.requested: list[str] = []
        self.alerts: list[str] = []
        self.failures: list[str] = []
        self._context.on("request", lambda request: self.requested.append(request.url))
        self._context.on("weberror", lambda error: self.failures.append(str(error.error)))
        self.page: Page = self._context.new_page()
        # Playwright itself tells of a WebSocket only once its host has answered.
        network = self._context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.webSocketCreated", lambda made: self.requested.append(made["url"]))
        self.page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()

    def open(self, url: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.page.goto(url)
        self.page.wait_for_function(f"{PANEL}?.sessionContext?.session?.kernel?.status === 'idle'")
        self.page.evaluate("window.jupyterapp.restored.then(() => null)")

    def run_all(self) -> None:
        """Run every cell, from empty outputs on, and wait until the last one has finished."""
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function("window.ranAll !== null")
        assert self.page.evaluate("window.ranAll") == "done"

    def cells(self) -> list[dict[str, Any]]:
        """Return ``id``, ``count`` and ``outputs`` of each code cell, as the page holds them."""
        cells: list[dict[str, Any]] = self.page.evaluate(CELLS)
        return cells

    def troubles(self) -> list[str]:
        """Name the code cells that did not finish, or that show an error or an error stream."""
        found = []
        for cell in self.cells():
            kinds = {output.get("name", output["output_type"]) for output in cell["outputs"]}
            if cell["count"] is None:
                found.append(f"{cell['id']} did not run")
            found += [f"{cell['id']} shows {kind}" for kind in kinds & {"error", "stderr"}]
        return found

    def output(self, cell: str) -> Locator:
        """Scroll to a code cell and return its output area."""
        index = self.page.evaluate(
            f"""async (id) => {{
                const notebook = {PANEL}.content;
                const index = notebook.widgets.findIndex((cell) => cell.model.id === id);
                await notebook.scrollToItem(index, "center");
                return index;
            }}""",
            cell,
        )
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{index}'] .jp-OutputArea")

    def text(self, cell: str) -> str:
        """Wait for the text or table that a cell shows, and return it as it is read."""
        area = self.output(cell).locator(".jp-OutputArea-output")
        # JupyterLab renders a cell a little after it has come into view; before, it has no text.
        self.page.wait_for_function("(area) => area.innerText.trim()", arg=area.element_handle())
        return area.inner_text()

    def diagram(self, cell: str) -> Drawing:
        """Wait for the diagram that a cell shows, and read it."""
        return Drawing(**self.table(cell).evaluate(READ_TABLE))

    def table(self, cell: str) -> Locator:
        """Wait for the table that a cell shows, such as a diagram, and return it."""
        table = self.output(cell).locator("table").first
        table.wait_for()
        return table

    def panel(self, cell: str) -> Locator:
        """Wait for the panel that a cell shows, and return it."""
        panel = self.output(cell).locator(".votekit")
        panel.wait_for()
        return panel

    def pop_ups(self) -> list[str]:
        """Return the text of everything that lies over the page."""
        return self.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()

    def hosts(self) -> set[str | None]:
        """Return the hosts that the page asked for anything, WebSockets included."""
        inside = ("data", "blob", "about")
        parts = map(urlsplit, self.requested)
        return {part.hostname for part in parts if part.scheme not in inside}

    def close(self) -> None:
        """Close the page."""
        self._context.close()


@pytest.fixture(scope="module")
def lab(
    tmp_path_factory: pytest.TempPathFactory, chromium: str, start_lab: Callable[..., Any]
) -> Iterator[Lab]:
    """Start ``votekit lab`` once for a file of tests, as a user without settings."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("course")
    running = start_lab(home, folder, "--", "--LabApp.expose_app_in_browser=True")
    try:
        yield Lab(running.url(), folder / "votekit-lessons")
    finally:
        running.end()


@pytest.fixture(scope="module")
def browser(chromium: str, missing: Callable[[str, str], NoReturn]) -> Iterator[Browser]:
    """Start Chromium once for a file of tests."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("chromium", 'nothing drives it here: pip install "votekit-live[test]"')
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
        yield started
        started.close()


@pytest.fixture
def lab_page(browser: Browser) -> Iterator[LabPage]:
    """Give a page in a browser context of its own, which shares nothing with other tests."""
    made = LabPage(browser)
    yield made
    made.close()


@pytest.fixture
def shot(tmp_path: Path) -> Callable[[Page, str], None]:
    """Save a screenshot for a person to look at, also in the folder ``VOTEKIT_SHOTS`` if set."""

    def save(page: Page, name: str) -> None:
        file = tmp_path / f"{name}.png"
        page.screenshot(path=file)
        if folder := os.environ.get("VOTEKIT_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder)

    return save


@pytest.fixture
def notebook(lab: Lab) -> Callable[..., str]:
    """Write a notebook of code cells, by id, into the folder that is served; return its name."""

    def write(name: str, **cells: str) -> str:
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {
                    "name": "python3",
                    "display_name": "Python 3 (ipykernel)",
                    "language": "python",
                },
                "language_info": {"name": "python"},
            },
            "cells": [
                {
                    "cell_type": "code",
                    "id": key,
                    "source": source,
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                }
                for key, source in cells.items()
            ],
        }
        (lab.folder / name).write_text(json.dumps(content), encoding="utf-8")
        return name

    return write


MAY_VARY = {"doctor"}


@pytest.fixture(scope="session")
def said() -> Callable[[list[dict[str, Any]]], dict[str, list[str]]]:
    """Give what each code cell shows as text; a notebook may hold a text as a list of lines."""

    def read(cells: list[dict[str, Any]]) -> dict[str, list[str]]:
        return {
            cell["id"]: [
                "".join(output.get("text") or output["data"]["text/plain"])
                for output in cell["outputs"]
            ]
            for cell in cells
            if cell["id"] not in MAY_VARY and "outputs" in cell
        }

    return read
