"""Lessons are copied, updated while untouched, and never written over once edited."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from votekit.cli import copies, main
from votekit.cli.complaint import Complaint
from votekit.cli.copies import Change


def notebook(text: str, **metadata: Any) -> str:
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": [text]}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in ("00_start_here", "04_the_live_vote", "05_rooms", "lecture"):
        (folder / f"{name}.ipynb").write_text(notebook(f"first edition of {name}"))
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path / "my course" / copies.FOLDER


def edit(folder: Path, name: str, text: str = "my own words") -> str:
    content = notebook(text)
    (folder / name).write_text(content)
    return content


def test_every_lesson_is_copied_into_a_new_folder(source: Path, mine: Path) -> None:
    brought = copies.bring(source, mine)
    assert brought.named(Change.NEW) == copies.lessons_in(source) == copies.lessons_in(mine)
    assert (mine / "lecture.ipynb").read_bytes() == (source / "lecture.ipynb").read_bytes()


def test_a_second_time_changes_nothing(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    before = {path.name: path.read_bytes() for path in mine.iterdir()}
    assert set(copies.bring(source, mine).changes.values()) == {Change.SAME}
    assert {path.name: path.read_bytes() for path in mine.iterdir()} == before


def test_an_untouched_copy_follows_a_newer_lesson(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    edit(source, "05_rooms.ipynb", "second edition")
    assert copies.bring(source, mine).named(Change.UPDATED) == ["05_rooms.ipynb"]
    assert "second edition" in (mine / "05_rooms.ipynb").read_text()


def test_an_edit_is_kept_and_nothing_is_said_while_no_newer_lesson_exists(
    source: Path, mine: Path
) -> None:
    copies.bring(source, mine)
    content = edit(mine, "05_rooms.ipynb")
    assert copies.bring(source, mine).changes["05_rooms.ipynb"] is Change.EDITED
    assert (mine / "05_rooms.ipynb").read_text() == content


def test_an_edit_is_kept_and_a_newer_lesson_is_said_every_time(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    content = edit(mine, "05_rooms.ipynb")
    edit(source, "05_rooms.ipynb", "second edition")
    for _ in range(2):
        assert copies.bring(source, mine).named(Change.OUTDATED) == ["05_rooms.ipynb"]
    assert (mine / "05_rooms.ipynb").read_text() == content


def test_a_lesson_that_was_only_looked_at_still_counts_as_untouched(
    source: Path, mine: Path
) -> None:
    copies.bring(source, mine)
    seen = notebook("first edition of 05_rooms", language_info={"version": "3.99"})
    (mine / "05_rooms.ipynb").write_text(seen)
    edit(source, "05_rooms.ipynb", "second edition")
    assert copies.bring(source, mine).named(Change.UPDATED) == ["05_rooms.ipynb"]


def test_a_deleted_copy_comes_back(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    (mine / "05_rooms.ipynb").unlink()
    assert copies.bring(source, mine).named(Change.NEW) == ["05_rooms.ipynb"]


def test_a_fresh_copy_moves_the_edited_one_aside(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    for number in (1, 2):
        content = edit(mine, "04_the_live_vote.ipynb", f"attempt {number}")
        brought = copies.bring(source, mine, fresh="04")
        assert brought.changes["04_the_live_vote.ipynb"] is Change.FRESH
        assert brought.aside == mine / f"04_the_live_vote.mine-{number}.ipynb"
        assert brought.aside.read_text() == content
        assert "first edition" in (mine / "04_the_live_vote.ipynb").read_text()


def test_a_fresh_copy_of_an_untouched_lesson_moves_nothing(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    brought = copies.bring(source, mine, fresh="04")
    assert brought.aside is None
    assert copies.lessons_in(mine) == copies.lessons_in(source)


def test_without_its_record_every_difference_counts_as_an_edit(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    content = edit(mine, "05_rooms.ipynb")
    for record in ("not JSON", "[1, 2]", '{"05_rooms.ipynb": null}'):
        (mine / copies.RECORD).write_text(record)
        assert copies.bring(source, mine).named(Change.OUTDATED) == ["05_rooms.ipynb"]
        assert (mine / "05_rooms.ipynb").read_text() == content


def test_a_copy_that_is_no_notebook_any_more_is_kept(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    (mine / "05_rooms.ipynb").write_text("[]")
    assert copies.bring(source, mine).named(Change.EDITED) == ["05_rooms.ipynb"]
    assert (mine / "05_rooms.ipynb").read_text() == "[]"


def test_started_inside_its_folder_it_uses_that_folder(source: Path, mine: Path) -> None:
    assert copies.home(mine.parent) == mine
    copies.bring(source, mine)
    assert copies.home(mine) == mine


@pytest.mark.parametrize(
    "wanted", ["04", "4", "the_live_vote", "04_the_live_vote", "04_the_live_vote.ipynb"]
)
def test_a_lesson_may_be_called_by_number_or_name(source: Path, wanted: str) -> None:
    assert copies.pick(wanted, copies.lessons_in(source)) == "04_the_live_vote.ipynb"


def test_a_lesson_that_does_not_exist_is_answered_with_those_that_do(source: Path) -> None:
    with pytest.raises(Complaint, match=r"no lesson is called '77'.*04_the_live_vote.*lecture"):
        copies.pick("77", copies.lessons_in(source))


def test_nothing_is_copied_for_a_lesson_that_does_not_exist(source: Path, mine: Path) -> None:
    with pytest.raises(Complaint):
        copies.bring(source, mine, fresh="77")
    assert not mine.exists()


def test_a_file_in_the_folders_place_is_named(source: Path, mine: Path) -> None:
    mine.parent.mkdir()
    mine.write_text("in the way")
    with pytest.raises(Complaint, match=r"cannot use .*votekit-lessons \(.+\)") as caught:
        copies.bring(source, mine)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [PermissionError(13, "Permission denied"), OSError(28, "No space left on device")],
)
def test_a_refused_write_is_said_in_one_line_and_leaves_no_part_of_a_file(
    source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(_path: Path, _content: bytes) -> int:
        raise error

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(Complaint, match=error.strerror) as caught:
        copies.bring(source, mine)
    assert "\n" not in str(caught.value)
    assert list(mine.iterdir()) == []


def test_a_copy_that_cannot_be_written_is_said_before_jupyter_fails_to_save_it(
    source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.bring(source, mine)
    allowed = os.access

    def refuse(path: Path, mode: int) -> bool:
        return path.name != "05_rooms.ipynb" and allowed(path, mode)

    monkeypatch.setattr(os, "access", refuse)
    with pytest.raises(Complaint, match=r"cannot write .*05_rooms\.ipynb"):
        copies.bring(source, mine)


def test_the_command_shows_a_refusal_as_one_line_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / copies.FOLDER).write_text("in the way")
    assert main(["lab", "--no-browser"]) == 1
    assert capsys.readouterr().err.startswith("votekit lab: cannot use ")


def test_a_checkout_or_wheel_without_lessons_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copies, "lessons_in", lambda _folder: [])
    with pytest.raises(Complaint, match="no lessons"):
        copies.shipped()


class Sharing(PermissionError):
    """What Windows raises where another program holds a file."""

    winerror = 32


@pytest.mark.parametrize("fresh", [None, "05"], ids=["an update", "a fresh copy"])
def test_a_file_that_another_program_holds_is_named_and_nothing_is_lost(
    source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch, fresh: str | None
) -> None:
    copies.bring(source, mine)
    for name in copies.lessons_in(source):
        edit(source, name, "second edition")
    if fresh:
        edit(mine, "05_rooms.ipynb")
    before = (mine / "05_rooms.ipynb").read_text()
    method = "rename" if fresh else "replace"
    original = getattr(Path, method)

    def held(path: Path, target: Path) -> Path:
        if "05_rooms" in path.name:
            raise Sharing(13, "The process cannot access the file")
        return original(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, method, held)
        with pytest.raises(Complaint, match=r"05_rooms.*Close the program that has it open"):
            copies.bring(source, mine, fresh)
    assert (mine / "05_rooms.ipynb").read_text() == before
    assert not list(mine.glob("*.part"))
    edit(mine, "00_start_here.ipynb")
    again = copies.bring(source, mine, fresh)
    assert again.changes["00_start_here.ipynb"] is Change.EDITED
    assert again.changes["05_rooms.ipynb"] is (Change.FRESH if fresh else Change.UPDATED)
