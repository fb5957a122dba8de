"""What docs/front-ends.md says of versions and of the part for a kernel that has Jupyter is so."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "front-ends.md"
IN_A_KERNEL = ("trace", "live", "panels")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def small() -> list[str]:
    """Return the requirements of the line that installs what a kernel needs."""
    text = PAGE.read_text(encoding="utf-8")
    line = re.search(r'^    pip install (".*)$', text, flags=re.MULTILINE)
    assert line is not None
    return re.findall(r'"(.*?)"', line[1])


def needed(requirements: Iterable[str]) -> set[str]:
    """Return the distributions that these requirements bring, by what is installed here."""
    found = set[str]()
    waiting = [Requirement(each) for each in requirements]
    while waiting:
        requirement = waiting.pop()
        found.add(canonicalize_name(requirement.name))
        for each in map(Requirement, metadata.requires(requirement.name) or []):
            extras = [{"extra": extra} for extra in (requirement.extras or {""})]
            wanted = each.marker is None or any(map(each.marker.evaluate, extras))
            if wanted and canonicalize_name(each.name) not in found:
                waiting.append(each)
    return found


def imported(folders: Iterable[Path]) -> Iterator[str]:
    """Yield the packages of others that the kit's files import."""
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield (node.module or "").partition(".")[0]


def test_what_a_kernel_needs_is_asked_for_as_in_pyproject(
    project: dict[str, Any], small: list[str]
) -> None:
    assert small
    assert set(small) <= set(project["dependencies"])


def test_what_the_kit_imports_in_a_kernel_comes_with_the_small_part(small: list[str]) -> None:
    own = set(imported(ROOT / "votekit" / name for name in IN_A_KERNEL))
    others = own - set(sys.stdlib_module_names) - {"votekit"}
    homes = metadata.packages_distributions()
    brought = needed(small)
    assert {"flask", "socketio", "anywidget"} <= others
    assert [
        name for name in others if not {canonicalize_name(home) for home in homes[name]} & brought
    ] == []


def test_the_small_part_is_without_jupyterlab_and_the_tests_tools(small: list[str]) -> None:
    assert not needed(small) & {"jupyterlab", "jupyter-server", "notebook", "nbval", "pytest"}


def test_the_page_names_the_lowest_versions_that_pyproject_allows(project: dict[str, Any]) -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    lowest = {
        requirement.name: specifier.version
        for requirement in map(Requirement, project["dependencies"])
        for specifier in requirement.specifier
        if specifier.operator == ">="
    }
    assert dict(rows) == {name: lowest[name] for name in ("ipykernel", "ipywidgets")}


def test_continuous_integration_runs_the_lowest_versions() -> None:
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert 'uv pip install --system --resolution lowest-direct -e ".[test]"' in text


@pytest.mark.parametrize("name", ["README.md", "docs/front-ends.md"])
def test_the_wheel_that_is_written_down_is_of_this_version(
    name: str, project: dict[str, Any]
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"votekit_live-([\d.]+)-py3", text)) == {project["version"]}


def test_what_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert "docs/front-ends.md" in links
    assert [link for link in links if not (ROOT / link).is_file()] == []
