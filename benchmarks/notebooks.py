"""Strict nbval on all lessons, against nbval on as many notebooks of one cell."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import v4

from benchmarks.table import Row, seconds

LESSONS = Path(__file__).parent.parent / "notebooks"
RUNS = 3


def measure() -> Row:
    """Measure both in turn, each in one pytest process."""
    lessons = sorted(LESSONS.glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        small = [_one_cell(Path(folder), n) for n in range(len(lessons))]
        pairs = [
            (seconds(lambda: _nbval(lessons)), seconds(lambda: _nbval(small))) for _ in range(RUNS)
        ]
    return Row(
        f"strict nbval on all {len(lessons)} notebooks",
        f"nbval on {len(lessons)} notebooks of one cell",
        [kit for kit, _ in pairs],
        [other for _, other in pairs],
        "≤ 1.5",
    )


def _one_cell(folder: Path, number: int) -> Path:
    cell = v4.new_code_cell("1", execution_count=1)
    cell.outputs = [v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / f"one_cell_{number}.ipynb"
    nbformat.write(v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), path)
    return path


def _nbval(paths: list[Path]) -> None:
    options = ["-q", "--nbval", "--nbval-current-env", "-p", "no:xdist", "-o", "addopts="]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, *map(str, paths)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
