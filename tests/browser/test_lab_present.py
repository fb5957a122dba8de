"""``votekit lab --present`` on the wall of a lecture room: what is to be read from the last row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from packaging.version import Version

from votekit.cli import present

pytestmark = pytest.mark.browser

SIZES = {"projector": (1280, 768), "full-hd": (1920, 1080)}
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
PANELS = """
from flask import Flask
from flask_socketio import SocketIO
import votekit

live = votekit.serve(SocketIO(Flask("hall"), async_mode="threading"))
panels = [votekit.VotePanel(each, ["python", "javascript"]) for each in live.clients("a", "b", "c")]
print("before")
display(*panels)
print("after")
"""
SHOWN = """() => {
    const size = (selector) =>
        parseFloat(getComputedStyle(document.querySelector(`.jp-Notebook ${selector}`)).fontSize);
    const notebook = document.querySelector(".jp-WindowedPanel-outer");
    return {
        code: size(".cm-content"),
        prose: size(".jp-MarkdownOutput p"),
        picture: size(".jp-OutputArea-output table"),
        prompts: [...document.querySelectorAll(".jp-InputPrompt")]
            .filter((each) => each.scrollWidth > each.clientWidth).length,
        beyond: notebook.scrollWidth - notebook.clientWidth,
        drawn: [...document.querySelectorAll(".jp-OutputArea-output table")]
            .map((each) => each.getBoundingClientRect().right)
            .filter((right) => right > innerWidth).length,
    };
}"""
BOXES = "(panels) => panels.map((each) => each.getBoundingClientRect().toJSON())"
BLANK = """() => {
    const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
    const cells = content.widgets.filter((cell) => cell.model.type === "code");
    const blank = (cell) => cell.model.executionCount === null && !cell.model.outputs.length;
    return cells.every(blank) && sessionContext.session.kernel.status === "idle";
}"""
RUN_ONE = """(index) => {
    const { commands, shell } = window.jupyterapp;
    shell.currentWidget.content.activeCellIndex = index;
    return commands.execute("notebook:run-cell").then(() => null);
}"""


class Hall:
    """A running ``votekit lab --present``."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def url_of(self, name: str) -> str:
        """Return the address of a notebook, in a workspace of its own."""
        parts = urlsplit(self.url)
        mode = parts.path.split("/")[1]
        return parts._replace(path=f"/{mode}/workspaces/{Path(name).stem}/tree/{name}").geturl()

    def write(self, name: str, *sources: str) -> str:
        """Write a notebook of code cells; return its address."""
        cells = [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "source": source,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(sources)
        ]
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": KERNEL}}
        (self.folder / name).write_text(json.dumps(content | {"cells": cells}), encoding="utf-8")
        return self.url_of(name)


@pytest.fixture(scope="module")
def hall(
    tmp_path_factory: pytest.TempPathFactory, chromium: str, start_lab: Callable[..., Any]
) -> Iterator[Hall]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("course")
    running = start_lab(home, folder, "--present", "--", "--LabApp.expose_app_in_browser=True")
    try:
        yield Hall(running.url(), folder / "votekit-lessons")
    finally:
        running.end()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lesson", ["00_start_here", "04_live_vote", "05_rooms"])
def test_a_lesson_is_large_and_alone_and_fits(
    hall: Hall, lab_page: Any, shot: Callable[..., None], lesson: str, size: str
) -> None:
    width, height = SIZES[size]
    page = lab_page.page
    page.set_viewport_size({"width": width, "height": height})
    lab_page.open(hall.url_of(f"{lesson}.ipynb"))
    lab_page.run_all()
    assert lab_page.troubles() == []
    page.locator(".jp-OutputArea-output table").first.wait_for()
    for part in (".jp-FileBrowser", ".jp-StatusBar-Widget", ".jp-cell-toolbar"):
        assert not page.locator(part).locator("visible=true").count(), part
    shown = page.evaluate(SHOWN)
    shot(page, f"present-{lesson}-{size}")
    # A wall of 1280 pixels has 70 letters of code in a line, and no line is wider than that.
    assert min(shown["code"], shown["prose"], shown["picture"]) > 0.9 * (10 + 0.007 * width)
    assert shown["code"] >= 18
    assert shown["prompts"] == 0
    assert shown["beyond"] <= 0
    assert shown["drawn"] == 0
    assert lab_page.pop_ups() == []
    assert lab_page.hosts() == {"127.0.0.1"}


@pytest.mark.parametrize("size", SIZES)
def test_panels_stand_in_a_row_between_what_is_said_before_and_after(
    hall: Hall, lab_page: Any, shot: Callable[..., None], size: str
) -> None:
    width, height = SIZES[size]
    page = lab_page.page
    page.set_viewport_size({"width": width, "height": height})
    lab_page.open(hall.write("row.ipynb", PANELS))
    lab_page.run_all()
    page.locator(".votekit").nth(2).wait_for()
    shot(page, f"present-row-{size}")
    boxes = page.locator(".votekit").evaluate_all(BOXES)
    before, after = page.locator(".jp-RenderedText pre").evaluate_all(BOXES)
    assert len({box["top"] for box in boxes}) == 1
    assert boxes[0]["width"] == pytest.approx(boxes[1]["width"], abs=1)
    assert boxes[1]["width"] == pytest.approx(boxes[2]["width"], abs=1)
    assert boxes[0]["right"] < boxes[1]["left"] < boxes[1]["right"] < boxes[2]["left"]
    assert boxes[2]["right"] <= width
    assert before["bottom"] <= boxes[0]["top"]
    assert after["top"] >= boxes[0]["bottom"]


@pytest.mark.parametrize("where", ["a cell's editor", "the notebook"])
def test_one_key_resets_a_lesson_without_a_question(hall: Hall, lab_page: Any, where: str) -> None:
    page = lab_page.page
    lab_page.open(hall.write("reset.ipynb", "x = 1", "'x' in globals()"))
    lab_page.run_all()
    assert lab_page.text("cell-1") == "True"
    page.locator(".jp-Cell .cm-content").first.click()
    if where == "the notebook":
        page.keyboard.press("Escape")
    page.keyboard.press(present.KEY)
    if Version(version("jupyterlab")) < Version("4.3"):
        page.locator(".jp-Dialog").wait_for()
        page.keyboard.press("Enter")
    page.wait_for_function(BLANK)
    assert lab_page.pop_ups() == []
    page.evaluate(RUN_ONE, 1)
    assert lab_page.text("cell-1") == "False"
