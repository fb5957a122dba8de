"""The folder that the learner means is found, and another one with work in it is not forgotten."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from votekit.cli import copies, main, places
from votekit.cli.furnish import Launch
from votekit.cli.places import FOLDER, KEPT


def edit(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("first edition", "my own words"), encoding="utf-8")


def test_it_is_a_folder_in_the_current_one(source: Path, tmp_path: Path) -> None:
    assert places.home(tmp_path, source) == tmp_path / FOLDER


def test_started_inside_its_folder_it_uses_that_folder(source: Path, mine: Path) -> None:
    assert places.home(mine.parent, source) == mine
    assert places.home(mine, source) == mine
    copies.bring(source, mine)
    assert places.home(mine, source) == mine


@pytest.mark.parametrize("left", ["the lessons alone", "the settings alone"])
def test_a_folder_of_another_name_is_recognised(
    source: Path, mine: Path, tmp_path: Path, left: str
) -> None:
    copies.bring(source, mine)
    renamed = mine.rename(tmp_path / "week 3")
    if left == "the settings alone":
        (renamed / KEPT).mkdir()
        for name in places.lessons_in(renamed):
            (renamed / name).unlink()
    assert places.home(renamed, source) == renamed


def test_one_lesson_alone_may_lie_anywhere(source: Path, mine: Path, tmp_path: Path) -> None:
    copies.bring(source, mine)
    shutil.copy(mine / "05_rooms.ipynb", tmp_path)
    assert places.home(tmp_path, source) == tmp_path / FOLDER
    shutil.copy(mine / "lecture.ipynb", tmp_path)
    assert places.home(tmp_path, source) == tmp_path


@pytest.mark.parametrize("package", ["votekit", "."], ids=["a checkout", "a wheel"])
def test_lessons_of_a_kit_are_never_taken_for_copies(
    source: Path, tmp_path: Path, package: str
) -> None:
    notebooks = tmp_path / "kit" / "notebooks"
    shutil.copytree(source, notebooks)
    assert places.home(notebooks, source) == notebooks
    (notebooks.parent / package).mkdir(exist_ok=True)
    (notebooks.parent / package / "__init__.py").touch()
    assert places.home(notebooks, source) == notebooks / FOLDER


def test_another_folder_is_named_if_there_is_work_in_it(
    source: Path, mine: Path, tmp_path: Path
) -> None:
    copies.bring(source, mine)
    other = tmp_path / "other" / FOLDER
    assert places.elsewhere(mine) is None
    copies.bring(source, other)
    assert places.elsewhere(other) is None
    edit(mine / "05_rooms.ipynb")
    assert places.elsewhere(other) == mine
    assert places.elsewhere(other) == mine
    assert places.elsewhere(mine) is None


def test_a_lesson_that_was_run_is_work(source: Path, mine: Path, tmp_path: Path) -> None:
    copies.bring(source, mine)
    places.elsewhere(mine)
    shutil.copy(source / "05_rooms.ipynb", mine)  # with its outputs
    assert places.elsewhere(tmp_path) == mine


def test_of_several_folders_the_one_opened_last_is_named(source: Path, tmp_path: Path) -> None:
    for number in range(places.REMEMBERED + 5):
        folder = tmp_path / str(number)
        copies.bring(source, folder)
        edit(folder / "05_rooms.ipynb")
        places.elsewhere(folder)
    (tmp_path / str(number)).rename(tmp_path / "taken away")
    assert places.elsewhere(tmp_path) == tmp_path / str(number - 1)


@pytest.mark.parametrize("content", ["not JSON", "{}", "[1, null]", "\udcff"])
def test_a_broken_memory_remembers_nothing(tmp_path: Path, content: str) -> None:
    book = tmp_path / "data" / "votekit" / "lessons.json"
    book.parent.mkdir(parents=True)
    book.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert places.elsewhere(tmp_path) is None


def test_where_nothing_can_be_remembered_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    assert places.elsewhere(tmp_path) is None


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Launch]:
    """Let `votekit lab` do all but serve; give what it would have served."""
    launches: list[Launch] = []
    monkeypatch.setattr("votekit.cli.jupyter.serve", lambda launch, _words: launches.append(launch))
    return launches


def test_a_folder_may_be_named(
    tmp_path: Path, launched: list[Launch], capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "my stick"
    stick.mkdir()
    for folder in (stick, stick / FOLDER):
        assert main(["lab", str(folder)]) == 0
    assert [launch.folder for launch in launched] == [stick / FOLDER] * 2
    assert launched[0].kept == stick / FOLDER / KEPT / "settings"
    assert "another folder" not in capsys.readouterr().out


def test_older_work_is_said_in_one_line_that_can_be_typed(
    tmp_path: Path,
    launched: list[Launch],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    older, now = tmp_path / "last week", tmp_path / "now"
    for folder in (older, now):
        folder.mkdir()
        monkeypatch.chdir(folder)
        assert main(["lab"]) == 0
        lesson = older / FOLDER / "00_start_here.ipynb"
        lesson.write_text(lesson.read_text(encoding="utf-8").replace("Start", "Begin"), "utf-8")
    *_, line = capsys.readouterr().out.splitlines()
    assert "another folder" in line
    words = shlex.split(line.partition("To open it: votekit ")[2])
    assert main(words) == 0
    assert launched[-1].folder == older / FOLDER


def test_a_folder_that_is_not_there_is_said_and_not_made(
    tmp_path: Path, launched: list[Launch], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", str(tmp_path / "mispelt")]) == 1
    assert "there is no folder" in capsys.readouterr().err
    assert not (tmp_path / "mispelt").exists()
    assert launched == []


def test_the_kits_own_lessons_take_no_folder(
    tmp_path: Path, launched: list[Launch], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", "--here", os.curdir]) == 1
    assert "takes no folder" in capsys.readouterr().err
    assert launched == []


def test_a_lecture_rooms_settings_are_kept_apart(
    tmp_path: Path, launched: list[Launch], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", "--present", str(tmp_path)]) == 0
    assert launched[0].kept == tmp_path / FOLDER / KEPT / "present"
    assert "F8 in the page resets a lesson" in capsys.readouterr().out
