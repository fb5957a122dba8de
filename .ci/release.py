"""A release, which a course can pin: is all in step with its tag, and what later ones are held to.

``python .ci/release.py record`` keeps a digest of the text that each cell of the lessons stores.
``python .ci/release.py notes v0.1.0`` prints what CHANGELOG.md says of that version, or refuses.

Stored text is stable within a minor version: who pinned 0.1 compares with what 0.1.0 stored. The
tests compare every lesson with the record while the version's first two numbers are the record's.
Pictures may be drawn anew at any time, and cells and lessons may be added.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RECORD = Path("tests", "notebooks", "released.json")
Lessons = dict[str, dict[str, str]]
"""By lesson and cell id, the digest of the text that the cell stores."""


def version(root: Path = ROOT) -> str:
    """Return the version that pyproject.toml states."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def stored(root: Path = ROOT) -> Lessons:
    """Return what the lessons store, code cell by code cell."""
    lessons: Lessons = {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = (cell for cell in cells if cell["cell_type"] == "code")
        lessons[path.name] = {cell["id"]: _digest(cell["outputs"]) for cell in code}
    return lessons


def changes(root: Path = ROOT) -> list[str]:
    """Say of each recorded cell whose text is another now, or gone; nothing of a new minor."""
    record = _record(root)
    if record is None or _minor(record["version"]) != _minor(version(root)):
        return []
    now = stored(root)
    return [
        f"{name}, cell {cell}: {'changed' if cell in now.get(name, {}) else 'gone'}"
        for name, cells in record["lessons"].items()
        for cell, digest in cells.items()
        if now.get(name, {}).get(cell) != digest
    ]


def advice(root: Path = ROOT) -> str:
    """Say what to do about `changes`."""
    major, minor = _minor(version(root))
    return (
        f"Courses pinned {major}.{minor} and compare with that text. Put it back, or make this "
        f"{major}.{int(minor) + 1}.0 in pyproject.toml and say in CHANGELOG.md what changed."
    )


def keep(root: Path = ROOT) -> None:
    """Record what the lessons store, for the version that pyproject.toml states."""
    if changed := changes(root):
        raise SystemExit("\n".join([*changed, advice(root)]))
    content = {"version": version(root), "lessons": stored(root)}
    (root / RECORD).write_text(json.dumps(content, indent=1) + "\n", "utf-8", newline="\n")


def notes(tag: str, root: Path = ROOT) -> str:
    """Return what the changelog says of the version that is tagged, if all is in step with it."""
    now = version(root)
    if tag != f"v{now}":
        raise SystemExit(
            f"The tag is {tag}, and pyproject.toml says {now}: the tag must be v{now}."
        )
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## {re.escape(now)} \(\d{{4}}-\d\d-\d\d\)\n"
    section = re.search(heading + r"(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if section is None or not section[1].strip():
        raise SystemExit(f'CHANGELOG.md says nothing under "## {now} (YYYY-MM-DD)".')
    if _record(root) != {"version": now, "lessons": stored(root)}:
        raise SystemExit(f"{RECORD.as_posix()} is of another state: python .ci/release.py record")
    return section[1].strip()


def _record(root: Path) -> dict[str, Any] | None:
    """Return what the last release stored; None before the first."""
    path = root / RECORD
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _minor(release: str) -> tuple[str, str]:
    major, minor, *_ = release.split(".")
    return major, minor


def _digest(outputs: list[dict[str, Any]]) -> str:
    # A stream may be stored in parts or whole.
    said = [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs
    ]
    return hashlib.sha256("".join("".join(text) for text in said).encode()).hexdigest()[:16]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["record"]:
            keep()
        case ["notes", tag]:
            print(notes(tag))
        case _:
            raise SystemExit(__doc__)
