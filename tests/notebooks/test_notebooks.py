"""Every committed notebook keeps the rules of the house; and the rules find who breaks them."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

Notebook = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
GLOSSARY = "00_start_here.ipynb"
TERMS = {
    "event",
    "handler",
    "emit",
    "acknowledgement",
    "broadcast",
    "room",
    "namespace",
    "session id",
    "transport",
    "upgrade",
    "fan-out",
    "conflation",
    "at-most-once",
    "story",
}
VARIES = "nbval-ignore-output"
MAY_VARY = {
    # Names this machine's versions and how long a vote took.
    (GLOSSARY, "doctor"),
}
"""The only cells whose output nbval may ignore. They store none, so that no machine's is kept."""
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # JupyterLab adds this machine's Python version when it saves.
    "language_info": {"name": "python"},
}
MOST_CELLS, MOST_TERMS, MOST_LINES = 25, 3, 10
UNSEEN = ("widgets.Output(", "Output()", "clear_output", "update_display", "NBVAL_")
"""What nbval does not show, or steers it where only a tag may."""
NOT_FOR_THE_LEARNER = {
    r"\.stop\(": "stops the server; after Run All everything is live",
    r"\.(tick|say)\(": "guesses for the learner",
}
"""What no cell does, since learners do it, or not, as they like."""
OF_ONE_RUN = {
    "an object's address": r"\b0x[0-9a-fA-F]{6,}",
    "a host or a port": r"127\.0\.0\.1|localhost|::1\b|\w:\d{4,5}\b",
    "a time": r"\b\d\d:\d\d:\d\d\b|\b\d+(\.\d+)? ?[mµ]s\b",
    "a session id": r"(?<![\w-])[\w-]{16}AA[\w-]{2}(?![\w-])",
    "a path of this machine": r"(?<!\w)/(home|root|tmp|usr|opt|var|work|Users|private)/|[A-Z]:\\",
}
"""What differs from run to run, or from machine to machine, and so is in no stored output."""


def code(notebook: Notebook) -> list[Notebook]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def markdown(notebook: Notebook) -> str:
    return "\n".join(c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown")


def texts(cell: Notebook) -> Iterator[str]:
    """Yield everything that a cell's stored outputs say."""
    for output in cell["outputs"]:
        yield output.get("text", "")
        for kind, said in output.get("data", {}).items():
            if not kind.startswith("image/"):
                yield said if isinstance(said, str) else json.dumps(said)


def glossary(notebook: Notebook) -> dict[str, str]:
    """Return the terms of the glossary's table, and what each row says."""
    _, _, section = markdown(notebook).partition("## Glossary")
    rows = re.findall(r"^\| *([^|]+?) *\| *(.+?) *\|$", section.partition("\n## ")[0], re.MULTILINE)
    return {term: meaning for term, meaning in rows[2:] if meaning.strip()}


def introduced(notebook: Notebook) -> set[str]:
    """Return the glossary's terms that a lesson prints in bold, which is how it introduces one."""
    bold = {word.lower().strip(" .,:") for word in re.findall(r"\*\*(.+?)\*\*", markdown(notebook))}
    return {term for term in TERMS if bold & {term, f"{term}s"}}


def too_many_terms(lessons: dict[str, Notebook]) -> list[str]:
    """Name the lessons that introduce more than three terms that no earlier lesson has."""
    found, known = [], set[str]()
    for name in sorted(set(lessons) - {GLOSSARY}):
        new = introduced(lessons[name]) - known
        known |= new
        if len(new) > MOST_TERMS:
            found.append(f"{name} introduces {len(new)} terms: {', '.join(sorted(new))}")
    return found


def faults(name: str, notebook: Notebook) -> list[str]:
    """Say in which ways one notebook breaks the rules that hold for every notebook."""
    found = [*_faults_of_the_whole(name, notebook)]
    for number, cell in enumerate(code(notebook), start=1):
        who = f"cell {cell.get('id')}"
        found += [f"{who}: {fault}" for fault in _faults_of_a_cell(name, number, cell)]
    return found


def _faults_of_the_whole(name: str, notebook: Notebook) -> Iterator[str]:
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"is no valid notebook: {error.message}"
    if not re.fullmatch(r"(\d\d_[a-z]+(_[a-z]+)*|lecture)\.ipynb", name):
        yield "is not called NN_name.ipynb"
    if notebook["metadata"] != METADATA:
        yield f"has other metadata than {METADATA}"
    if len(notebook["cells"]) > MOST_CELLS:
        yield f"has {len(notebook['cells'])} cells; {MOST_CELLS} are the most"
    yield from _told_too_early(notebook)
    if any(set(cell["metadata"]) - {"tags"} for cell in notebook["cells"]):
        yield "has cell metadata other than tags"


def _faults_of_a_cell(name: str, number: int, cell: Notebook) -> Iterator[str]:
    if not cell["source"].strip():
        yield "is empty"
    if cell["execution_count"] != number:
        yield f"was not run as number {number}"
    yield from (f"uses {word}" for word in UNSEEN if word in cell["source"])
    yield from (
        why for pattern, why in NOT_FOR_THE_LEARNER.items() if re.search(pattern, cell["source"])
    )
    yield from _long_functions(cell["source"])
    tags = set(cell["metadata"].get("tags", ()))
    if tags - {VARIES}:
        yield f"has the tags {sorted(tags - {VARIES})}"
    if VARIES in tags and (name, cell.get("id")) not in MAY_VARY:
        yield f"has the tag {VARIES} but is not in the list"
    if VARIES in tags and cell["outputs"]:
        yield "stores an output that varies"
    yield from map("stores {}".format, _faults_of_outputs(cell))


def _told_too_early(notebook: Notebook) -> Iterator[str]:
    """Name what explains a result in the open, below a cell that tells whether a guess is right."""
    for cell, after in pairwise(notebook["cells"]):
        explains = after["cell_type"] == "markdown" and not after["source"].startswith("<details>")
        if cell["cell_type"] == "code" and ".score(" in cell["source"] and explains:
            yield f"cell {after['id']}: tells the answer to who has not guessed yet"


def _long_functions(source: str) -> Iterator[str]:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            length = sum(bool(line.strip()) for line in lines[node.lineno - 1 : node.end_lineno])
            if length > MOST_LINES:
                yield f"has a function of {length} lines, {node.name}; {MOST_LINES} are the most"


def _faults_of_outputs(cell: Notebook) -> Iterator[str]:
    for output in cell["outputs"]:
        if output["output_type"] == "error" or output.get("name") == "stderr":
            yield "an error"
        if any("widget-state" in kind for kind in output.get("data", {})):
            yield "the state of widgets"
    for said in texts(cell):
        for what, pattern in OF_ONE_RUN.items():
            if shown := re.search(pattern, said):
                yield f"{what}: {shown[0]}"


def read(path: Path) -> Notebook:
    notebook: Notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    return notebook


@pytest.fixture
def first() -> Notebook:
    """Copy the first lesson, to be broken."""
    return copy.deepcopy(read(FOLDER / GLOSSARY))


def test_there_are_notebooks():
    assert GLOSSARY in [path.name for path in PATHS]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_rules(path):
    assert faults(path.name, read(path)) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_with_the_bytes_that_jupyter_writes(path):
    stored = path.read_bytes().decode("utf-8")
    assert stored == nbformat.writes(read(path)) + "\n"


def test_every_cell_that_may_vary_is_there():
    cells = {(path.name, cell["id"]) for path in PATHS for cell in code(read(path))}
    assert cells >= MAY_VARY


def test_the_glossary_defines_every_term_in_one_line():
    assert set(glossary(read(FOLDER / GLOSSARY))) == TERMS


def test_a_lesson_introduces_three_terms_at_most():
    assert too_many_terms({path.name: read(path) for path in PATHS}) == []


def _prose(words: str) -> Notebook:
    cell: Notebook = nbformat.v4.new_markdown_cell(words)
    return cell


def _store(text: str) -> Callable[[Notebook], None]:
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return lambda notebook: code(notebook)[0]["outputs"].append(nbformat.from_dict(output))


def _write(source: str) -> Callable[[Notebook], None]:
    return lambda notebook: code(notebook)[0].update(source=source)


def _tag(tag: str, number: int = 0) -> Callable[[Notebook], None]:
    return lambda notebook: code(notebook)[number]["metadata"].update(tags=[tag])


@pytest.mark.parametrize(
    "spoil, fault",
    [
        (lambda notebook: notebook.pop("nbformat_minor"), "is no valid notebook"),
        (lambda notebook: notebook["metadata"].pop("kernelspec"), "other metadata"),
        (lambda notebook: notebook["metadata"].update(widgets={}), "other metadata"),
        (
            lambda notebook: notebook["metadata"]["language_info"].update(version="3.11.7"),
            "other metadata",
        ),
        (lambda notebook: notebook["cells"].extend(map(_prose, "ab")), "26 cells"),
        (lambda notebook: notebook["cells"][0]["metadata"].update(time=1), "cell metadata"),
        (lambda notebook: code(notebook)[2].update(execution_count=None), "not run as number 3"),
        (lambda notebook: code(notebook)[2].update(execution_count=7), "not run as number 3"),
        (lambda notebook: code(notebook)[0]["outputs"].append({
            "output_type": "error", "ename": "KeyError", "evalue": "", "traceback": []
        }), "stores an error"),
        (lambda notebook: code(notebook)[0]["outputs"].append({
            "output_type": "stream", "name": "stderr", "text": "careful"
        }), "stores an error"),
        (_write("  "), "is empty"),
        (_write("from IPython.display import clear_output"), "uses clear_output"),
        (_write("panel = widgets.Output()"), "uses widgets.Output("),
        (_write("# NBVAL_SKIP"), "uses NBVAL_"),
        (_write("live.stop()  # an empty list"), "stops the server"),
        (_write("predict.tick('ana')"), "guesses for the learner"),
        (_write("guess.say(5)"), "guesses for the learner"),
        (lambda notebook: notebook["cells"][1].update(source="guess.score(1)"), "has not guessed"),
        (_write("def wall():\n\n" + "    pass\n" * 10), "has a function of 11 lines, wall"),
        (_tag("raises-exception"), "raises-exception"),
        (_tag("nbval-skip"), "nbval-skip"),
        (_tag(VARIES), "not in the list"),
        (_store("<object at 0x7f3a1c0d2e50>"), "an object's address"),
        (_store("http://127.0.0.1:43817"), "a host or a port"),
        (_store("(Running on example.org:5000)"), "a host or a port"),
        (_store("12:30:59"), "a time"),
        (_store("took 12.5 ms"), "a time"),
        (_store("QZ-4J1_9dYyKtP0wAAAB"), "a session id"),
        (_store("/home/ana/votekit-lessons"), "a path of this machine"),
        (_store(r"C:\Users\ana"), "a path of this machine"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found(first, spoil, fault):
    spoil(first)
    assert fault in "\n".join(faults(GLOSSARY, first))


@pytest.mark.parametrize("name", ["1_a.ipynb", "01 events.ipynb", "01_Events.ipynb", "x.ipynb"])
def test_a_name_that_no_lesson_has_is_found(first, name):
    assert "is not called NN_name.ipynb" in faults(name, first)


def test_an_output_that_varies_is_found_where_it_is_stored(first):
    spoilt = next(cell for cell in code(first) if (GLOSSARY, cell["id"]) in MAY_VARY)
    spoilt["outputs"].append({"output_type": "stream", "name": "stdout", "text": "ok  Python"})
    assert "cell doctor: stores an output that varies" in faults(GLOSSARY, first)


def test_a_fourth_new_term_is_found_and_a_known_one_is_not_new():
    def lesson(words: str) -> Notebook:
        return {"cells": [{"cell_type": "markdown", "source": words}]}

    three = lesson("An **event** has a **handler**, and we **emit**.")
    assert too_many_terms({"01_a.ipynb": three}) == []
    four = lesson("**Event**, **rooms**, **transport**, **upgrade** and **fan-out**")
    assert too_many_terms({"01_a.ipynb": three, "02_b.ipynb": four}) == [
        "02_b.ipynb introduces 4 terms: fan-out, room, transport, upgrade"
    ]


def test_a_term_without_a_meaning_is_not_defined(first):
    cell = next(c for c in first["cells"] if c["source"].startswith("## Glossary"))
    cell["source"] = re.sub(r"\| room \|.*\|", "| room | |", cell["source"])
    assert TERMS - set(glossary(first)) == {"room"}
