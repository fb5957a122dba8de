"""A notebook can be run again in the kernel it ran in, cell by cell or whole, and left any time."""

from __future__ import annotations

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

Run = Callable[[Iterable[Any]], list[str]]

every_notebook = pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem
)


class Kernel:
    """One kernel, and the trouble that cells had in it."""

    def __init__(self, folder: Path) -> None:
        self.manager: KernelManager
        self.manager, self.client = start_new_kernel(startup_timeout=PATIENCE, cwd=str(folder))

    def run(self, cells: Iterable[Any]) -> list[str]:
        """Run cells in turn; return what was an error or was written to the error stream."""
        troubles: list[str] = []
        for cell in cells:

            def listen(message: Any, who: str = cell.id) -> None:
                kind, content = message["msg_type"], message["content"]
                if kind == "error":
                    troubles.append(f"{who}: {content['ename']}: {content['evalue']}")
                if kind == "stream" and content["name"] == "stderr":
                    troubles.append(f"{who}: {content['text']}")

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


@every_notebook
def test_a_notebook_runs_twice_in_one_kernel(path, kernel):
    assert kernel.run([*code(path), *code(path)]) == []


@every_notebook
def test_each_cell_runs_twice_in_a_row(path, kernel):
    assert kernel.run(cell for cell in code(path) for _ in range(2)) == []


@every_notebook
def test_a_kernel_that_never_stopped_its_server_ends_by_itself(path, kernel):
    left_running = [cell for cell in code(path) if ".stop()" not in cell.source]
    assert left_running != code(path), "the notebook stops what it served"
    assert kernel.run(left_running) == []
    assert kernel.ends_by_itself()


def test_the_watch_for_trouble_sees_an_error_and_a_warning(kernel):
    cells = [
        nbformat.v4.new_code_cell("import sys; print('careful', file=sys.stderr)", id="warns"),
        nbformat.v4.new_code_cell("1 / 0", id="raises"),
    ]
    warns, raises = kernel.run(cells)
    assert warns.startswith("warns: careful")
    assert raises.startswith("raises: ZeroDivisionError")
