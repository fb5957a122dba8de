"""What a stranger gets: the files that describe the project agree, and the wheel is whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
START = "python -m pip install -e . && votekit lab"
TEST = 'python -m pip install -e ".[test]" && pytest'
# Written so that this file does not hold what it looks for.
ELSEWHERE = re.compile(
    "|".join(
        [
            r"/(?:root|work|tmp)/\w",
            # ana is the learner of the examples.
            r"/(?:home|Users)/(?!ana\b)\w+/",
            r"[A-Za-z]:\\{1,2}Users\\{1,2}(?!ana\b)\w",
            r"registry\.npmjs" + r"\.org",
            r"files\.python" + r"hosted\.org",
            r"pypi\.org" + r"/simple",
        ]
    )
)


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def ranges(requirements: list[str]) -> dict[str, str]:
    parsed = map(Requirement, requirements)
    return {canonicalize_name(each.name): str(each.specifier) for each in parsed}


def test_the_conda_environment_asks_for_what_pyproject_asks_for(project: dict[str, Any]) -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    asked = re.findall(r"^  - ([a-z][^:\s]*)$", text, flags=re.MULTILINE)
    conda = ranges(["python" + project["requires-python"], *project["dependencies"]])
    assert ranges([each for each in asked if each not in ("conda-forge", "pip")]) == conda
    assert re.findall(r"^      - (.*)$", text, flags=re.MULTILINE) == ["-e .[test]"]


def test_every_dependency_has_a_lowest_and_a_highest_version(project: dict[str, Any]) -> None:
    tested = project["dependencies"] + project["optional-dependencies"]["test"]
    for name, specifier in ranges(tested).items():
        assert re.fullmatch(r"<[\d.]+,>=[\d.]+", specifier), f"{name}{specifier}"


def test_the_dependencies_are_in_order(project: dict[str, Any]) -> None:
    for group in (project["dependencies"], project["optional-dependencies"]["test"]):
        names = [Requirement(each).name for each in group]
        assert names == sorted(names)


def test_the_readme_holds_the_two_commands() -> None:
    lines = [line.strip() for line in (ROOT / "README.md").read_text("utf-8").splitlines()]
    assert START in lines
    assert TEST in lines


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    assert TEST in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_workflow_pins_its_actions_and_may_only_read() -> None:
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    actions = re.findall(r"uses: (.*)", text)
    assert actions
    assert [each for each in actions if not re.search(r"@[0-9a-f]{40} # v\d", each)] == []
    assert re.findall(r"^permissions:\n  (.*)$", text, flags=re.MULTILINE) == ["contents: read"]
    assert text.count("permissions:") == 1
    assert f"run: {TEST}\n" in text


def test_the_licence_is_mit(project: dict[str, Any]) -> None:
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")


def test_no_file_names_a_machine_or_a_registry() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so there is no list of its files")
    listing = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or b"\0" in path.read_bytes():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := ELSEWHERE.search(line):
                found.append(f"{name}:{number}: {match[0]}")
    assert found == []


def test_the_wheel_holds_the_package_its_lessons_and_nothing_of_a_learners(packed: Path) -> None:
    (wheel,) = packed.glob("votekit_live-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = [name for name in names if name.endswith("/METADATA")]
        (commands,) = [name for name in names if name.endswith("/entry_points.txt")]
        described = archive.read(metadata).decode()
        started = archive.read(commands).decode()
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "votekit").rglob("*.py")
        if "__pycache__" not in path.parts and path.name != "hatch_build.py"
    }
    lessons = {f"votekit/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert sources | lessons <= names
    assert not [name for name in names if ".ipynb_checkpoints" in name or "__pycache__" in name]
    assert {name.split("/")[0] for name in names} == {"votekit", metadata.split("/")[0]}
    assert "\nName: votekit-live\n" in described
    assert "\nLicense-Expression: MIT\n" in described
    assert "\nRequires-Python: >=3.11\n" in described
    assert "votekit = votekit.cli:main" in started


def test_wheel_and_sdist_hold_what_draws_the_panels(packed: Path) -> None:
    (wheel,) = packed.glob("*.whl")
    (sdist,) = packed.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    page = (ROOT / "votekit" / "panels" / "page").iterdir()
    drawn = {path.relative_to(ROOT).as_posix() for path in page}
    assert drawn
    assert drawn <= in_wheel
    assert drawn <= in_sdist
