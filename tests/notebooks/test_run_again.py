"""A notebook can be run again in the kernel it ran in, cell by cell or whole, and left any time."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PATIENCE = 60.0
LEAVING = 10.0
"""Seconds for a kernel to end after it was asked; the server's own limit is 2."""

NUMBER = re.compile(
    r"^(?:handlers that ran|answers|ballots|clients reached|clients that heard it): +\d+"
    r"|^(?:socketio\.)?emit\(.*",
    re.MULTILINE,
)
"""A line that tells the number that a lesson is about; in lesson 03, one of the calls, too."""
FIRST = {
    ("01_events", "vote"): ["register"],
    ("01_events", "mended"): ["replace"],
    ("04_live_vote", "election"): ["count"],
    ("04_live_vote", "mended"): ["sid", "token"],
    ("04_live_vote", "stranger"): ["mended"],
    ("05_rooms", "mended"): ["mend"],
}
"""Which cells to run before one that, later, can't show its number by itself; it says so."""
LEAST = 3
"""Cells of a lesson that tell its number."""
WHO = nbformat.v4.new_code_cell(
    "print(len(list(socketio.server.manager.get_participants('/', None))))", id="who"
)
"""Prints how many clients are connected."""

Run = Callable[[Iterable[Any]], list[str]]

every_notebook = pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem
)


class Kernel:
    """One kernel, and the trouble that cells had in it."""

    def __init__(self, folder: Path) -> None:
        self.manager: KernelManager
        self.manager, self.client = start_new_kernel(startup_timeout=PATIENCE, cwd=str(folder))
        self.printed: dict[str, str] = {}
        """What each cell printed when it ran last, by its id."""

    def run(self, cells: Iterable[Any]) -> list[str]:
        """Run cells in turn; return what was an error or was written to the error stream."""
        troubles: list[str] = []
        for cell in cells:
            self.printed[cell.id] = ""

            def listen(message: Any, who: str = cell.id) -> None:
                kind, content = message["msg_type"], message["content"]
                if kind == "error":
                    troubles.append(f"{who}: {content['ename']}: {content['evalue']}")
                if kind == "stream" and content["name"] == "stderr":
                    troubles.append(f"{who}: {content['text']}")
                elif kind == "stream":
                    self.printed[who] += content["text"]

            self.client.execute_interactive(
                cell.source, timeout=PATIENCE, allow_stdin=False, output_hook=listen
            )
        return troubles

    def ends_by_itself(self) -> bool:
        """Ask the kernel to shut down, and see whether it does without being killed."""
        self.client.shutdown()
        process = self.manager.provisioner.process  # type: ignore[union-attr]
        try:
            process.wait(LEAVING)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """End it in any case."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """Start a fresh kernel in an empty folder."""
    started = Kernel(tmp_path)
    yield started
    started.close()


def code(path: Path) -> list[Any]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def stored(cell: Any) -> str:
    """Return what a cell prints, as it is stored."""
    return "".join(output.get("text", "") for output in cell.outputs)


def numbers(printed: str) -> list[str]:
    """Return the lines that tell the number that a lesson is about."""
    return NUMBER.findall(printed)


def needed(lesson: str, name: str) -> list[str]:
    """Return the cells to run before one, and before those."""
    before = FIRST.get((lesson, name), ())
    return [each for first in before for each in (*needed(lesson, first), first)]


@every_notebook
def test_a_notebook_runs_twice_in_one_kernel(path, kernel):
    assert kernel.run([*code(path), *code(path)]) == []


@every_notebook
def test_each_cell_runs_twice_in_a_row(path, kernel):
    assert kernel.run(cell for cell in code(path) for _ in range(2)) == []


@every_notebook
def test_a_kernel_whose_server_runs_on_ends_by_itself(path, kernel):
    assert kernel.run(code(path)) == []
    assert kernel.ends_by_itself()


@every_notebook
def test_each_number_is_shown_again_at_once_and_later(path, kernel):
    cells = {cell.id: cell for cell in code(path)}
    shown = {name: numbers(stored(cell)) for name, cell in cells.items()}
    telling = [name for name in cells if shown[name]]
    assert len(telling) >= LEAST
    for name, cell in cells.items():
        for _ in range(2):
            assert kernel.run([cell]) == []
            assert (name, numbers(kernel.printed[name])) == (name, shown[name])
    for name in [*telling, *reversed(telling)]:
        assert kernel.run(cells[each] for each in (*needed(path.stem, name), name)) == []
        assert (name, numbers(kernel.printed[name])) == (name, shown[name])


@pytest.mark.parametrize("lesson, name", FIRST)
def test_a_cell_that_needs_another_one_first_says_so(lesson, name):
    cells = {cell.id: cell.source for cell in code(FOLDER / f"{lesson}.ipynb")}
    said = re.search(r"# later: first run the cells? with (.+)$", cells[name], re.MULTILINE)
    assert said is not None
    for words, first in zip(said[1].split(" and "), FIRST[lesson, name], strict=True):
        assert [key for key, source in cells.items() if f"\n{words}" in f"\n{source}"] == [first]


def test_no_guest_stays_behind(kernel):
    cells = code(FOLDER / "02_answers.ipynb")
    assert kernel.run([*cells, *(cell for cell in cells if cell.id == "guest"), WHO]) == []
    assert kernel.printed[WHO.id] == "2\n"


def test_numbers_are_found_in_what_is_printed():
    assert numbers("answers: 1 [2]\nerrors: 2\n") == ["answers: 1"]
    assert numbers("your ballots: 1\nballots: 3 (python 1)") == ["ballots: 3"]
    assert numbers('emit("hi")   1 ana\nno guess was made; it is 1') == ['emit("hi")   1 ana']


def test_the_watch_for_trouble_sees_an_error_and_a_warning(kernel):
    cells = [
        nbformat.v4.new_code_cell("import sys; print('careful', file=sys.stderr)", id="warns"),
        nbformat.v4.new_code_cell("1 / 0", id="raises"),
    ]
    warns, raises = kernel.run(cells)
    assert warns.startswith("warns: careful")
    assert raises.startswith("raises: ZeroDivisionError")
