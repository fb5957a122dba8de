"""The lessons as HTML, for readers without a kernel: every panel has its static form."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

LESSONS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))


def tables(lesson: Path) -> list[dict[str, Any]]:
    """Return what is stored of each story, panel and matrix, by kind of content.

    What would only point at a widget of a kernel that is gone is not stored.
    """
    notebook = nbformat.read(lesson, as_version=4)
    outputs = [o.get("data", {}) for cell in notebook.cells for o in cell.get("outputs", [])]
    return [data for data in outputs if "text/html" in data]


class Words(HTMLParser):
    """Collects what is read on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.read: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        """Take the text between two tags."""
        self.read += data.split()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_story_panel_and_matrix_of_a_lesson_is_in_its_html(lesson: Path) -> None:
    html, _ = HTMLExporter().from_filename(str(lesson))
    page = " ".join(Words(html).read)
    for shown in tables(lesson):
        assert set(shown) == {"text/html", "text/plain"}
        assert " ".join(Words("".join(shown["text/html"])).read) in page


def test_lessons_have_pictures_and_panels() -> None:
    assert sum(len(tables(lesson)) for lesson in LESSONS) >= 24
