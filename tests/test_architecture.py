"""The rules of the house that a program can hold: who imports whom, file sizes, private names."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import votekit

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "votekit"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400

# What each room may import of the others, beside itself; the longest name that fits a file says in
# which room it is. `votekit` itself only hands on their public names.
LIVE = {"live", "live.record", "live.probe", "live.wires"}
MAY_IMPORT = {
    "trace": set(),
    "frontend": set(),
    "live.record": {"trace"},
    "live.probe": {"trace", "live.record"},
    "live.wires": {"trace", "live.record", "live.probe"},
    "live": {"trace", *LIVE},
    "panels": {"trace", "live", "live.record"},
    # Real clients judge a handler with no widget in sight.
    "check.expect": {"trace", "live"},
    "check.diagnose": {"trace", "live", "check.expect"},
    "check.explore": {"trace", "live"},
    "check": {"trace", "live", "panels", "check.expect", "check.diagnose", "check.explore"},
    "lessons": {"trace", "live", "panels", "check", "check.explore"},
    # A server on gevent must not load one of threads; its notebook side is in a kernel.
    "lecture": {"trace"},
    "lecture.notebook": {"trace", "live", "panels", "lecture"},
    # The doctor asks the public face, as learners do: another package may hide it.
    "cli": {"", "trace", "frontend", "live", "panels", "check", "lessons", "lecture"},
}
# The only files that may touch private names of the Socket.IO stack.
PROBES = ("votekit/live/probe/", "votekit/live/wires/", "votekit/lecture/probe.py")
STACK = {"flask_socketio", "socketio", "engineio", "simple_websocket", "werkzeug"}
NAMES_BY_TEXT = {"getattr", "setattr", "delattr", "hasattr"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in FILES}


def imports(path: Path) -> Iterator[str]:
    """Name every module from which a file imports, relative imports resolved.

    ``from votekit.live import serve`` is `votekit.live.serve`, since there is such a file.
    """
    module = module_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(relative, package)
            named = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else base for name in named)


def room_of(module: str) -> str:
    """Name the room that a module of the kit is in, ``""`` for the kit's public face."""
    parts = module.split(".")[1:]
    prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in MAY_IMPORT), "")


def rooms_imported(path: Path) -> set[str]:
    """Name the rooms of the kit from which a file imports."""
    return {room_of(module) for module in imports(path) if module.split(".")[0] == "votekit"}


def private_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find the private names that are touched on something else than the file's own objects.

    A name that the file itself assigns or defines (``self._x``, ``def _x``, ``_x: int``) is its
    own wherever it is read, so that two objects of one class may look at each other.
    """
    own = set(_defined(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = node.attr
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                continue
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in NAMES_BY_TEXT
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
        ):
            name = str(node.args[1].value)
        else:
            continue
        if is_private(name) and name not in own:
            yield node.lineno, name


def private_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find private names and modules imported from the Socket.IO stack."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in STACK:
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [
                part
                for alias in node.names
                if alias.name.split(".")[0] in STACK
                for part in alias.name.split(".")
            ]
        else:
            continue
        yield from ((node.lineno, name) for name in names if is_private(name))


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            yield node.attr


def is_private(name: str) -> bool:
    """Tell a private name from Python's own protocols and IPython's, such as `_repr_html_`."""
    return name.startswith("_") and not name.endswith("_")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    room = room_of(module_of(path))
    assert room, f"say in MAY_IMPORT what {name_of(path)} may import"
    wrong = rooms_imported(path) - MAY_IMPORT[room] - {room}
    assert not wrong, (
        f"{name_of(path)} must not import from: {', '.join(sorted(wrong)) or 'votekit'}"
    )


def test_no_room_may_import_what_may_import_it() -> None:
    TopologicalSorter({room: others - {room} for room, others in MAY_IMPORT.items()}).prepare()


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {module_of(path): {*imports(path)} & MODULES for path in FILES}
    del graph["votekit"]  # it loads what it hands on when that is first used
    TopologicalSorter(graph).prepare()  # raises a CycleError that names the circle


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_fits_in_a_head(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST, f"{name_of(path)} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_private_names_of_the_socketio_stack_are_touched_by_the_probes_only(path: Path) -> None:
    if name_of(path).startswith(PROBES):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [*private_names(tree), *private_imports(tree)]
    assert not found, f"{name_of(path)}: " + ", ".join(f"{n} (line {k})" for k, n in found)


@pytest.mark.parametrize(
    "source, expected",
    [
        ("eio._async", ["_async"]),
        ("self.server._handle_connect()", ["_handle_connect"]),
        ("getattr(server, '_trigger_event')", ["_trigger_event"]),
        ("setattr(eio, '_async', {})", ["_async"]),
        ("from socketio.base_client import _x", ["_x"]),
        ("import engineio._y", ["_y"]),
        ("self._own = 1\nother._own", []),
        ("def _own(): ...\nlive._own()", []),
        ("cls._cache\nself._seen\nx.__class__\nx._repr_html_\nx.public", []),
    ],
)
def test_the_search_for_private_names_finds_them(source: str, expected: list[str]) -> None:
    tree = ast.parse(source)
    assert [name for _, name in [*private_names(tree), *private_imports(tree)]] == expected


def test_relative_imports_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    file = tmp_path / "votekit" / "trace" / "event.py"
    file.parent.mkdir(parents=True)
    file.write_text("from ..live import serve\nfrom . import log\n")
    assert rooms_imported(file) == {"live", "trace"}


def test_every_public_name_has_a_home_and_loads_from_there() -> None:
    assert sorted(votekit._HOME_OF) == votekit.__all__
    for name in votekit.__all__:
        assert getattr(votekit, name).__name__ == name


@pytest.mark.parametrize("module", ["votekit", "votekit.cli"])
def test_importing_the_kit_loads_nothing_heavy(module: str) -> None:
    heavy = ["gevent", "eventlet", "ipywidgets", "jupyterlab", "matplotlib", "nbval", "pytest"]
    program = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == "[]\n", done.stderr
