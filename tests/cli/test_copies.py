"""Lessons are copied without outputs, updated until edited, and never written over after that."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from votekit.cli import copies, main, places, stamp
from votekit.cli.complaint import Complaint
from votekit.cli.copies import Change

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["ran\n"]}


def code(text: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": "c", "source": text, "metadata": {}, **more}


def edit(folder: Path, name: str, text: str = "my own words") -> str:
    """Change a lesson's words as an editor does: what else is in the file stays."""
    path = folder / name
    content = json.loads(path.read_bytes())
    content["cells"][0]["source"] = text
    path.write_text(json.dumps(content))
    return path.read_text()


def run(path: Path) -> str:
    """Leave a lesson as JupyterLab does once it was run with Shift+Enter, down to the last cell."""
    content = json.loads(path.read_bytes())
    for number, cell in enumerate(content["cells"]):
        if cell["cell_type"] == "code":
            timing = {"execution": {"iopub.execute_input": "2026-01-01T00:00:00.000000Z"}}
            cell |= {"outputs": [OUTPUT], "execution_count": number, "id": f"new-{number}"}
            cell["metadata"] = {"collapsed": True, "scrolled": True, "trusted": True, **timing}
        cell["source"] = [cell["source"]] if isinstance(cell["source"], str) else cell["source"]
    content["cells"].append(code("", outputs=[], execution_count=None))
    content["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    content["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    path.write_text(json.dumps(content))
    return path.read_text()


def test_every_lesson_is_copied_into_a_new_folder(source: Path, mine: Path) -> None:
    brought = copies.bring(source, mine)
    assert brought.named(Change.NEW) == places.lessons_in(source) == places.lessons_in(mine)


def test_a_copy_is_the_lesson_without_its_outputs(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    shipped = json.loads((source / "lecture.ipynb").read_bytes())
    copy = json.loads((mine / "lecture.ipynb").read_bytes())
    assert shipped["cells"][1]["outputs"]
    shipped["cells"][1] |= {"outputs": [], "execution_count": None}
    assert copy.pop("metadata").pop(stamp.KIT)
    assert {"metadata": {}} | copy == shipped


def test_every_lesson_of_the_kit_is_copied_without_an_output(mine: Path) -> None:
    source = places.shipped()
    copies.bring(source, mine)
    for name in places.lessons_in(source):
        content = (mine / name).read_bytes()
        assert stamp.ran((source / name).read_bytes())
        assert not stamp.ran(content)
        assert stamp.copied(content) == stamp.digest((source / name).read_bytes())


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


def test_a_lesson_that_was_merely_run_follows_a_newer_lesson(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    ran = run(mine / "05_rooms.ipynb")
    assert copies.bring(source, mine).changes["05_rooms.ipynb"] is Change.SAME
    assert (mine / "05_rooms.ipynb").read_text() == ran
    edit(source, "05_rooms.ipynb", "second edition")
    assert copies.bring(source, mine).named(Change.UPDATED) == ["05_rooms.ipynb"]
    content = (mine / "05_rooms.ipynb").read_bytes()
    assert b"second edition" in content
    assert not stamp.ran(content)


def test_a_scratch_cell_is_an_edit(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    path = mine / "05_rooms.ipynb"
    content = json.loads(path.read_bytes())
    content["cells"].append(code("1 + 1", outputs=[], execution_count=None))
    path.write_text(json.dumps(content))
    kept = path.read_text()
    assert copies.bring(source, mine).changes[path.name] is Change.EDITED
    edit(source, path.name, "second edition")
    assert copies.bring(source, mine).changes[path.name] is Change.OUTDATED
    assert path.read_text() == kept


def test_a_copy_is_its_own_record_wherever_it_is_carried(
    source: Path, mine: Path, tmp_path: Path
) -> None:
    copies.bring(source, mine)
    run(mine / "00_start_here.ipynb")
    kept = edit(mine, "05_rooms.ipynb")
    stick = tmp_path / "stick"
    stick.mkdir()
    for name in places.lessons_in(mine):  # what a file manager copies that hides hidden files
        shutil.copy(mine / name, stick)
    for name in places.lessons_in(source):
        edit(source, name, "second edition")
    brought = copies.bring(source, places.home(stick, source))
    assert brought.folder == stick
    assert brought.named(Change.OUTDATED) == ["05_rooms.ipynb"]
    assert len(brought.named(Change.UPDATED)) == 3
    assert (stick / "05_rooms.ipynb").read_text() == kept


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
    assert places.lessons_in(mine) == places.lessons_in(source)


def test_a_fresh_copy_of_a_lesson_that_was_merely_run_is_fresh(source: Path, mine: Path) -> None:
    copies.bring(source, mine)
    run(mine / "04_the_live_vote.ipynb")
    brought = copies.bring(source, mine, fresh="04")
    assert brought.changes["04_the_live_vote.ipynb"] is Change.FRESH
    assert brought.aside is None
    assert not stamp.ran((mine / "04_the_live_vote.ipynb").read_bytes())


BROKEN = {
    "nothing": b"",
    "no notebook": b"[]",
    "not UTF-8": '{"cells": "caf\u00e9"}'.encode("cp1252"),
    "cut off": b'{"cells": [{"cell_type": "code"',
    "of another kind": b'{"cells": [{"cell_type": "code", "source": 3}]}',
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_notebook_any_more_is_kept_and_said(
    source: Path, mine: Path, content: bytes
) -> None:
    copies.bring(source, mine)
    path = mine / "05_rooms.ipynb"
    path.write_bytes(content)
    edit(source, "05_rooms.ipynb", "second edition")
    assert copies.bring(source, mine).named(Change.BROKEN) == ["05_rooms.ipynb"]
    assert path.read_bytes() == content
    brought = copies.bring(source, mine, fresh="05")
    assert brought.aside is not None
    assert brought.aside.read_bytes() == content
    assert b"second edition" in path.read_bytes()


def test_a_copy_that_lost_its_stamp_gets_it_back_and_keeps_its_outputs(
    source: Path, mine: Path
) -> None:
    copies.bring(source, mine)
    path = mine / "05_rooms.ipynb"
    run(path)
    content = json.loads(path.read_bytes())
    del content["metadata"][stamp.KIT]
    content["cells"][1]["outputs"].append({"half a character": "\ud83d"})
    path.write_text(json.dumps(content))
    assert copies.bring(source, mine).changes["05_rooms.ipynb"] is Change.SAME
    again = json.loads(path.read_bytes())
    assert again["metadata"].pop(stamp.KIT)
    assert again == content
    edit(source, "05_rooms.ipynb", "second edition")
    assert copies.bring(source, mine).named(Change.UPDATED) == ["05_rooms.ipynb"]


@pytest.mark.parametrize(
    "wanted", ["04", "4", "the_live_vote", "04_the_live_vote", "04_the_live_vote.ipynb"]
)
def test_a_lesson_may_be_called_by_number_or_name(source: Path, wanted: str) -> None:
    assert copies.pick(wanted, places.lessons_in(source)) == "04_the_live_vote.ipynb"


def test_a_lesson_that_does_not_exist_is_answered_with_those_that_do(source: Path) -> None:
    with pytest.raises(Complaint, match=r"no lesson is called '77'.*04_the_live_vote.*lecture"):
        copies.pick("77", places.lessons_in(source))


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


def test_a_folder_that_cannot_be_written_is_said_with_what_to_do(
    source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.bring(source, mine)
    monkeypatch.setattr(os, "access", lambda path, _mode: path != mine)
    with pytest.raises(Complaint, match=r"cannot write in .*Copy the lessons into a folder of"):
        copies.bring(source, mine)


def test_the_command_shows_a_refusal_as_one_line_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / places.FOLDER).write_text("in the way")
    assert main(["lab", "--no-browser"]) == 1
    assert capsys.readouterr().err.startswith("votekit lab: cannot use ")


def test_a_checkout_or_wheel_without_lessons_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "lessons_in", lambda _folder: [])
    with pytest.raises(Complaint, match="no lessons"):
        places.shipped()


class Sharing(PermissionError):
    """What Windows raises where another program holds a file."""

    winerror = 32


@pytest.mark.parametrize("fresh", [None, "05"], ids=["an update", "a fresh copy"])
def test_a_file_that_another_program_holds_is_named_and_nothing_is_lost(
    source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch, fresh: str | None
) -> None:
    copies.bring(source, mine)
    for name in places.lessons_in(source):
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
