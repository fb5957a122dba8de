"""The files of votekit/trace import one another, and never in a circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

TRACE = Path(__file__).resolve().parents[2] / "votekit" / "trace"
FILES = {path.stem: path for path in TRACE.glob("*.py") if path.stem != "__init__"}


def imported(path: Path) -> set[str]:
    """Name the files of the folder that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            package, _, stem = (node.module or "").rpartition(".")
            if package == "votekit.trace":
                names.add(stem)
            elif node.module == "votekit.trace":
                # What `__init__` hands on would hide from which file it is.
                names |= {alias.name for alias in node.names}
    return names


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {stem: imported(path) for stem, path in FILES.items()}
    assert set().union(*graph.values()) <= set(FILES)
    TopologicalSorter(graph).prepare()  # raises a CycleError that names the circle
