"""Lessons that the kit's first versions copied: with outputs, no stamp, and a record beside."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from votekit.cli import copies, places, record, stamp
from votekit.cli.copies import Change

NAME = "05_rooms.ipynb"


@pytest.fixture
def earlier(source: Path, mine: Path) -> Path:
    """Copy the lessons as the first versions did: as they are, the digest of all cells recorded."""
    mine.mkdir(parents=True)
    recorded = {}
    for path in source.iterdir():
        lesson = path.read_bytes()
        (mine / path.name).write_bytes(lesson)
        cells = json.dumps(json.loads(lesson)["cells"], sort_keys=True).encode()
        recorded[path.name] = hashlib.sha256(cells).hexdigest()
    (mine / record.RECORD).write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")
    return mine


def change(path: Path, old: str, new: str) -> str:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    return content.replace(old, new)


def test_an_untouched_copy_follows_a_newer_lesson(source: Path, earlier: Path) -> None:
    change(source / NAME, "first edition", "second edition")
    assert copies.bring(source, earlier).named(Change.UPDATED) == [NAME]
    content = (earlier / NAME).read_bytes()
    assert b"second edition" in content
    assert not stamp.ran(content)


def test_an_edit_is_kept_and_a_newer_lesson_is_said(source: Path, earlier: Path) -> None:
    kept = change(earlier / NAME, "first edition", "my own words")
    assert copies.bring(source, earlier).changes[NAME] is Change.EDITED
    change(source / NAME, "first edition", "second edition")
    assert copies.bring(source, earlier).changes[NAME] is Change.OUTDATED
    assert (earlier / NAME).read_text(encoding="utf-8") == kept


def test_a_copy_that_was_merely_run_follows_the_lesson_after_next(
    source: Path, earlier: Path
) -> None:
    change(earlier / NAME, "stored", "ran")
    assert set(copies.bring(source, earlier).changes.values()) == {Change.SAME}
    assert "ran" in (earlier / NAME).read_text(encoding="utf-8")
    change(source / NAME, "first edition", "second edition")
    assert copies.bring(source, earlier).named(Change.UPDATED) == [NAME]


@pytest.mark.parametrize("content", [None, "not JSON", "[1, 2]", '{"05_rooms.ipynb": null}'])
def test_without_its_record_what_is_known_is_recognised_and_all_else_is_kept(
    source: Path, earlier: Path, tmp_path: Path, content: str | None
) -> None:
    kept = change(earlier / NAME, "first edition", "my own words")
    stick = earlier.rename(tmp_path / "stick")
    if content is None:
        (stick / record.RECORD).unlink()
    else:
        (stick / record.RECORD).write_text(content)
    assert places.home(stick, source) == stick
    brought = copies.bring(source, stick)
    assert brought.named(Change.OUTDATED) == [NAME]
    assert len(brought.named(Change.SAME)) == 3
    assert (stick / NAME).read_text(encoding="utf-8") == kept
