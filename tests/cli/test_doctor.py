"""`votekit doctor` says what is wrong and gives the one line that mends it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
import socketio

from votekit import frontend
from votekit.cli import checks, main
from votekit.cli.doctor import doctor
from votekit.cli.report import Finding, Report, Status
from votekit.cli.roundtrip import RENEW, round_trip

CHECKOUT = Path(__file__).resolve().parents[2]


def installed(**versions: str) -> Callable[[str], str]:
    """Stand in for `importlib.metadata.version` in an environment with these distributions."""

    def version_of(name: str) -> str:
        try:
            return versions[name.replace("-", "_")]
        except KeyError:
            raise metadata.PackageNotFoundError(name) from None

    return version_of


def test_a_version_in_the_tested_range_is_well() -> None:
    (finding,) = checks.dependencies(["flask-socketio<6,>=5.4"], installed(flask_socketio="5.6.1"))
    assert finding == Finding(Status.OK, "flask-socketio", "5.6.1 (tested: <6,>=5.4)")


@pytest.mark.parametrize("version", ["5.3.6", "6.0.0"])
def test_a_version_outside_the_tested_range_gets_the_line_that_mends_it(version: str) -> None:
    (finding,) = checks.dependencies(["flask-socketio<6,>=5.4"], installed(flask_socketio=version))
    assert finding.status is Status.BAD
    assert finding.fix == 'python -m pip install "flask-socketio<6,>=5.4"'


def test_a_missing_dependency_gets_the_line_that_installs_it_with_its_extra() -> None:
    (finding,) = checks.dependencies(["python-socketio[client]<6,>=5.12"], installed())
    assert finding.detail.startswith("missing")
    assert finding.fix == 'python -m pip install "python-socketio[client]<6,>=5.12"'


def test_what_only_an_extra_asks_for_is_passed_over() -> None:
    assert checks.dependencies(['ruff<1; extra == "test"'], installed()) == []


def test_a_requirement_for_another_python_is_passed_over() -> None:
    assert checks.dependencies(['tomli; python_version < "3"'], installed()) == []


def test_a_python_that_is_too_old_is_named() -> None:
    finding = checks.python(">=3.99")
    assert finding.status is Status.BAD
    assert "Python >=3.99" in finding.fix


def test_the_unrelated_distribution_of_the_same_import_name_is_named() -> None:
    (finding,) = checks.namesake(installed(votekit="3.2.0"))
    assert "3.2.0" in finding.detail
    assert finding.fix.startswith("python -m pip uninstall votekit ")
    assert checks.namesake(installed(votekit_live="0.1.0")) == []


def test_a_kit_that_was_never_installed_is_named() -> None:
    assert checks.distribution(installed()).fix.startswith("python -m pip install -e .")
    assert checks.distribution(installed(votekit_live="0.1.0")).detail == "0.1.0"


def test_a_proxy_that_swallows_this_machines_own_pages_is_named_without_its_password() -> None:
    address = {"http": "http://ana:secret@proxy:3128"}
    (finding,) = checks.proxy(lambda: address, lambda host: host != "127.0.0.1")
    assert finding.detail.startswith("http://proxy:3128 is asked")
    assert "NO_PROXY" in finding.fix
    assert "127.0.0.1,localhost" in finding.fix


def test_a_proxy_that_leaves_this_machine_alone_is_well() -> None:
    assert checks.proxy(lambda: {"http": "http://proxy:3128"}, lambda host: True) == []
    assert checks.proxy(dict, lambda host: False) == []


@pytest.mark.parametrize(
    "program, here",
    [
        (sys.executable, "here"),
        (str(Path(sys.executable).with_name("python3")), "here"),
        ("python", "here"),
        (str(Path("/elsewhere/bin/python")), "elsewhere"),
        ("julia", "elsewhere"),
    ],
)
def test_a_kernel_of_this_environment_is_told_from_another_ones(program: str, here: str) -> None:
    assert checks.runs_here(program) is (here == "here")


def test_a_kernel_of_another_environment_gets_the_line_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["/elsewhere/bin/python"], "display_name": "x", "language": "x"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = checks.kernel()
    assert finding.status is Status.BAD
    assert finding.fix.startswith("python -m ipykernel install --")


def test_a_vote_gets_through_over_both_transports() -> None:
    findings = round_trip()
    assert [finding.what for finding in findings] == ["vote by websocket", "vote by polling"]
    for finding in findings:
        assert finding.status is Status.OK
        assert finding.detail.startswith("heard by both in ")


@pytest.mark.parametrize(
    "error, fix",
    [
        (OSError("no answer\nand more"), "mend the proxy first"),
        (socketio.exceptions.ConnectionError("no answer"), "mend the proxy first"),
        (AttributeError("no answer"), RENEW),
    ],
)
def test_a_vote_that_fails_says_why_in_one_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception, fix: str
) -> None:
    def refuse(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("votekit.live.serve", refuse)
    (finding,) = round_trip("mend the proxy first")
    assert finding.detail == f"{type(error).__name__}: no answer"
    assert finding.fix == fix


def test_a_front_end_that_was_not_built_gets_the_line_that_builds_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(frontend, "BUNDLE", tmp_path / "socket.io.js")
    finding = checks.front_end()
    assert finding.status is Status.BAD
    assert finding.fix == frontend.mend()
    frontend.BUNDLE.touch()
    assert checks.front_end() == Finding(Status.OK, "front end", "built")


def test_missing_lessons_get_the_line_that_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("votekit.cli.places.lessons_in", lambda _folder: [])
    finding = checks.lessons()
    assert finding.detail == "missing"
    assert "fresh copy of the project" in finding.fix


def test_the_report_is_one_screen_of_marks_and_words() -> None:
    report = Report(
        (
            Finding(Status.OK, "flask", "3.1.3 (tested: <4,>=3.0)"),
            Finding(Status.BAD, "flask-socketio", "missing", 'python -m pip install "x"'),
        )
    )
    assert repr(report) == (
        "ok  flask           3.1.3 (tested: <4,>=3.0)\n"
        "!!  flask-socketio  missing\n"
        '                    fix: python -m pip install "x"\n'
        "\n"
        "1 thing to mend: the lines marked !!."
    )


def test_everything_the_report_calls_bad_has_a_fix_of_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _name: ["flask>=99", "nosuch>=1"])
    report = doctor()
    assert {"flask", "nosuch"} <= {finding.what for finding in report.bad}
    assert all(finding.fix and "\n" not in finding.fix for finding in report.bad)


def test_the_report_fits_on_one_screen() -> None:
    assert len(str(doctor()).splitlines()) <= 40


@pytest.mark.parametrize("status, code", [(Status.OK, 0), (Status.BAD, 1)])
def test_the_exit_status_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], status: Status, code: int
) -> None:
    report = Report((Finding(status, "flask", "3.1.3", "mend it"),))
    monkeypatch.setattr("votekit.cli.doctor.doctor", lambda: report)
    assert main(["doctor"]) == code
    assert capsys.readouterr().out == f"{report}\n"


@pytest.mark.parametrize("module", ["flask_socketio", "socketio", "packaging", "jupyter_client"])
def test_the_doctor_still_speaks_where_a_dependency_does_not_load(module: str) -> None:
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from votekit.cli import main; sys.exit(main(['doctor']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 1
    assert done.stderr == ""
    findings = [line for line in done.stdout.splitlines() if line.startswith("!!")]
    assert any(module in line for line in findings)
    assert len(set(findings)) == len(findings)
    assert "fix: " in done.stdout


def test_a_kit_that_another_package_hides_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("votekit.__getattr__")
    (finding,) = round_trip()
    assert finding.detail.startswith("ImportError: cannot import name 'serve' from 'votekit'")
    assert finding.fix == RENEW


def test_a_dependency_that_fails_to_load_is_told_beside_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def kernel() -> Finding:
        raise ImportError("DLL load failed while importing _zmq")

    monkeypatch.setattr("votekit.cli.checks.kernel", kernel)
    report = str(doctor())
    assert "DLL load failed" in report
    assert "flask-socketio" in report
