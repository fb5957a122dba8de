"""Runs of a notebook in fresh kernels show, byte for byte, what is stored in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
COMPARED = ("text/plain", "text/html")


def told(outputs: Iterable[Any]) -> Iterator[Any]:
    """Yield what outputs show: streams, and the kinds of output that are text.

    Two prints with slow work between them are stored as one stream or as two: both are one here.
    """
    for stream, parts in groupby(outputs, key=lambda output: output.get("name")):
        if stream:
            yield stream, "".join(part["text"] for part in parts)
        else:
            for part in parts:
                yield {kind: part.get("data", {}).get(kind) for kind in COMPARED}


def shown(notebook: Any) -> dict[str, list[Any]]:
    """Return what each cell shows."""
    return {
        cell.id: list(told(cell.outputs))
        for cell in notebook.cells
        # `test_notebooks` lists the cells that may carry the tag.
        if cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", ())
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_runs_in_fresh_kernels_are_equal(path, repeat, tmp_path):
    stored = nbformat.read(path, as_version=4)
    for _ in repeat(2):
        run = nbformat.read(path, as_version=4)
        # Where a learner runs it, no file of the project is beside it.
        where = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(run, timeout=60, kernel_name="python3", resources=where).execute()
        assert shown(run) == shown(stored)


def test_parts_of_a_stream_are_one_unless_something_stands_between():
    one, two = ({"name": "stdout", "text": text} for text in ("one\n", "two\n"))
    between = {"data": {"text/plain": "3"}}
    assert list(told([one, two])) == [("stdout", "one\ntwo\n")]
    assert len(list(told([one, between, two]))) == 3
    assert len(list(told([one, two | {"name": "stderr"}]))) == 2
