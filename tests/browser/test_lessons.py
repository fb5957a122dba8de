"""Every lesson in the real JupyterLab: it shows what is stored, and asks no other host."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

LESSONS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))


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
