"""A release is whole and in step with its tag, and keeps what courses that pinned it rely on."""

from __future__ import annotations

import importlib.util
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"


def load() -> Any:
    spec = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release = load()


class Course:
    """A project with one lesson of one cell."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "notebooks").mkdir()
        (root / "tests" / "notebooks").mkdir(parents=True)
        self.version("0.1.0")
        self.store("one\n")
        self.changelog("## 0.1.0 (2026-01-31)\n\nThe first.\n")

    def version(self, version: str) -> None:
        """Set the version in pyproject.toml."""
        (self.root / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')

    def changelog(self, text: str) -> None:
        """Write CHANGELOG.md."""
        (self.root / "CHANGELOG.md").write_text(f"# Changes\n\n{text}")

    def store(self, *parts: str, cell: str = "vote", picture: str = "<table>") -> None:
        """Have the lesson's cell print these parts, and show a picture with a text."""
        shown = {"data": {"text/plain": ["a ", "story"], "text/html": picture}}
        outputs = [*({"name": "stdout", "text": part} for part in parts), shown]
        cells = [
            {"cell_type": "markdown", "id": "words", "source": ""},
            {"cell_type": "code", "id": cell, "source": "", "outputs": outputs},
        ]
        lesson = self.root / "notebooks" / "00_start.ipynb"
        lesson.write_text(json.dumps({"cells": cells}))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


# -- stored text -----------------------------------------------------------------------------------


def test_the_lessons_store_what_they_stored_when_this_minor_version_was_released() -> None:
    assert release.changes() == [], release.advice()


def test_before_the_first_release_there_is_nothing_to_keep(course: Course) -> None:
    assert release.changes(course.root) == []


def test_a_cell_whose_text_changed_is_named_until_the_minor_version_changes(course: Course) -> None:
    release.keep(course.root)
    assert release.changes(course.root) == []
    course.store("two\n")
    course.version("0.1.1")
    assert release.changes(course.root) == ["00_start.ipynb, cell vote: changed"]
    assert "make this 0.2.0" in release.advice(course.root)
    course.version("0.2.0")
    assert release.changes(course.root) == []


def test_a_cell_or_a_lesson_that_is_gone_is_named(course: Course) -> None:
    release.keep(course.root)
    course.store("one\n", cell="count")
    assert release.changes(course.root) == ["00_start.ipynb, cell vote: gone"]
    (course.root / "notebooks" / "00_start.ipynb").unlink()
    assert release.changes(course.root) == ["00_start.ipynb, cell vote: gone"]


def test_a_picture_and_the_parts_of_a_stream_may_change(course: Course) -> None:
    release.keep(course.root)
    course.store("o", "ne\n", picture="<table class=new>")
    assert release.changes(course.root) == []


def test_a_patch_release_cannot_record_other_text_as_its_own(course: Course) -> None:
    release.keep(course.root)
    course.store("two\n")
    with pytest.raises(SystemExit, match="cell vote: changed"):
        release.keep(course.root)
    course.version("0.2.0")
    release.keep(course.root)
    assert json.loads((course.root / release.RECORD).read_text())["version"] == "0.2.0"


# -- the tag ---------------------------------------------------------------------------------------


def test_a_release_in_step_has_its_own_section_of_the_changelog_as_notes(course: Course) -> None:
    course.version("0.1.1")
    release.keep(course.root)
    course.changelog("## 0.1.1 (2026-02-28)\n\n- More.\n\n## 0.1.0 (2026-01-31)\n\nThe first.\n")
    assert release.notes("v0.1.1", course.root) == "- More."


def test_a_tag_that_is_not_the_version_is_refused(course: Course) -> None:
    release.keep(course.root)
    with pytest.raises(SystemExit, match=r"must be v0\.1\.0"):
        release.notes("v0.1.1", course.root)


@pytest.mark.parametrize("heading", ["0.1.0 (not released yet)", "0.1.1 (2026-01-31)"])
def test_a_version_without_a_dated_section_is_refused(course: Course, heading: str) -> None:
    release.keep(course.root)
    course.changelog(f"## {heading}\n\n- New.\n")
    with pytest.raises(SystemExit, match=r"CHANGELOG\.md"):
        release.notes("v0.1.0", course.root)


def test_a_release_that_was_not_recorded_is_refused(course: Course) -> None:
    with pytest.raises(SystemExit, match=r"release\.py record"):
        release.notes("v0.1.0", course.root)
    release.keep(course.root)
    course.store("two\n")
    with pytest.raises(SystemExit, match=r"release\.py record"):
        release.notes("v0.1.0", course.root)


def test_the_changelog_begins_with_the_version_at_hand() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\S+) \((not released yet|\d{4}-\d\d-\d\d)\)$", text, re.MULTILINE)
    assert first is not None
    assert first[1] == release.version()


# -- the workflow ----------------------------------------------------------------------------------


@pytest.fixture
def workflow() -> str:
    return (WORKFLOWS / "release.yml").read_text(encoding="utf-8")


@pytest.fixture
def jobs(workflow: str) -> dict[str, str]:
    parts = re.split(r"^  (\w+):\n", workflow.partition("\njobs:\n")[2], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_only_the_job_that_publishes_may_write_and_it_runs_nothing_of_the_repository(
    workflow: str, jobs: dict[str, str]
) -> None:
    assert list(jobs) == ["build", "publish"]
    assert "\npermissions:\n  contents: read\n\n" in workflow
    assert workflow.count("permissions:") == 2
    assert re.findall(r"\w+: write", workflow) == ["contents: write"]
    assert "contents: write" in jobs["publish"]
    assert "checkout" not in jobs["publish"]
    assert re.findall(r"run: (?:>-\n *)?(\w+ \w+)", jobs["publish"]) == ["gh release"]
    assert "pypi" not in workflow.lower()


def test_the_release_uses_the_actions_and_the_python_of_the_tests(workflow: str) -> None:
    tests = (WORKFLOWS / "test.yml").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"uses: (.*)@(.*)", tests))
    used = dict(re.findall(r"uses: (.*)@(.*)", workflow))
    assert all(re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for pin in used.values())
    assert pinned.items() <= used.items()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lowest = re.findall('^requires-python = ">=(.*)"', project, flags=re.MULTILINE)
    assert re.findall('python-version: "(.*)"', workflow) == lowest


def test_the_build_is_in_step_checked_whole_and_tried(jobs: dict[str, str]) -> None:
    wanted = [
        'python .ci/release.py notes "$GITHUB_REF_NAME" > notes.md',
        "bash .ci/run",
        "python -m build\n        env:\n          VOTEKIT_REQUIRE: frontend",
        "-m pip install dist/*.whl",
        "votekit doctor",
        "upload-artifact",
    ]
    places = [jobs["build"].find(each) for each in wanted]
    assert -1 not in places
    assert places == sorted(places)
    assert "needs: build" in jobs["publish"]
    assert "--notes-file notes.md dist/*" in jobs["publish"]
    assert "--verify-tag" in jobs["publish"]


def test_the_sdist_can_be_checked_as_the_checkout_is(packed: Path) -> None:
    (sdist,) = packed.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"CHANGELOG.md", ".ci/release.py", ".github/workflows/release.yml"} <= names


def test_what_comes_before_a_tag_is_written_down() -> None:
    text = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
    for each in ("python .ci/release.py record", release.RECORD.as_posix(), "CHANGELOG.md"):
        assert each in text
