"""Every lesson in the real JupyterLab: it shows what is stored, and asks no other host."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

LESSONS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))


ROOM = """() => {
    const { node } = window.jupyterapp.shell.currentWidget.content;
    return node.querySelector(".jp-WindowedPanel-outer, .jp-NotebookPanel-notebook")
        ?.clientHeight ?? node.clientHeight;
}"""
"""How high the part of the page is that a notebook is seen in."""
AT_END = """(row) => [...row.querySelectorAll(".votekit-messages")].every(
    (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 24
)"""
"""Whether the newest message is in sight, in panels that are shown for the second time, too."""
ROWS = {
    "04_live_vote": ["panels", "election", "sid", "mended"],
    "05_rooms": ["panels", "leak", "mended"],
}
"""Cells that show panels in a row."""


@pytest.mark.parametrize("lesson", ROWS)
def test_panels_in_a_row_are_whole_on_a_small_screen(
    lab: Any, lab_page: Any, shot: Callable[..., None], lesson: str
) -> None:
    lab_page.page.set_viewport_size({"width": 1280, "height": 768})
    lab_page.open(lab.url_of(f"{lesson}.ipynb"))
    lab_page.run_all()
    for cell in ROWS[lesson]:
        row = lab_page.output(cell).locator(".widget-hbox")
        row.locator(".votekit").last.wait_for()
        assert row.locator(".votekit").count() == len(("ana", "ben", "chi"))
        tops = row.locator(".votekit").evaluate_all(
            "(panels) => panels.map((panel) => panel.getBoundingClientRect().top)"
        )
        assert len(set(tops)) == 1
        assert row.bounding_box()["height"] < lab_page.page.evaluate(ROOM)
        lab_page.page.wait_for_function(AT_END, arg=row.element_handle())
        shot(lab_page.page, f"{lesson}-{cell}")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_runs_as_it_is_stored(
    lab: Any, lab_page: Any, said: Callable[..., Any], lesson: Path
) -> None:
    stored = json.loads(lesson.read_text(encoding="utf-8"))
    lab_page.open(lab.url_of(lesson.name))
    lab_page.run_all()
    assert lab_page.troubles() == []
    assert said(lab_page.cells()) == said(stored["cells"])
    assert lab_page.pop_ups() == []
    assert lab_page.alerts == []
    assert lab_page.failures == []
    assert lab_page.hosts() == {"127.0.0.1"}
