"""Real interrupts at random instants, in a plain process and in a kernel: no after-effect.

``VOTEKIT_REPEAT=2000`` sends that many to each.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

HERE = Path(__file__).parent

PATIENCE = 60


def told(late: list[float]) -> str:
    """Say how late interrupts came up: one in two, one in ten, the latest."""
    late = sorted(late)
    half, most = late[len(late) // 2], late[len(late) * 9 // 10]
    return (
        f"{len(late)} interrupts; came up after {half:.3f} s (median), {most:.3f} s (nine in ten), "
        f"{late[-1]:.3f} s (the latest)"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends a process there")
def test_a_process_that_is_interrupted_goes_on(repeat):
    times = len(repeat(20))
    done = subprocess.run(
        [sys.executable, str(HERE / "storm.py"), str(times)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE + 5 * times,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    print(told(json.loads(done.stdout)))  # noqa: T201  (pytest -rP shows it)


@pytest.fixture
def kernel() -> Iterator[Any]:
    manager, client = start_new_kernel(cwd=str(HERE))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: Any, code: str, begun: Callable[[], object] = bool) -> dict[str, Any]:
    """Run a cell to its end and return the reply; `begun` is called when it displays something."""
    asked = client.execute(code, user_expressions={"late": "learner.came_up"})
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE)
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != asked:
            continue
        assert kind != "stream", content
        if kind == "display_data":
            begun()
        elif kind == "status" and content["execution_state"] == "idle":
            break
    while (reply := client.get_shell_msg(timeout=PATIENCE))["parent_header"]["msg_id"] != asked:
        pass
    return reply["content"]


def test_a_kernel_that_is_interrupted_goes_on(kernel, repeat):
    manager, client = kernel
    chance, pressed, late = random.Random(7), [], []

    def press() -> None:
        pressed.append(time.time())
        manager.interrupt_kernel()
        asyncio.get_event_loop().close()  # made for this thread, and then left to the collector

    def begun() -> None:
        buttons.append(threading.Timer(chance.uniform(0, 0.06), press))
        buttons[-1].start()

    buttons: list[threading.Timer] = []
    assert run(client, "from storm import Learner; learner = Learner(7)")["status"] == "ok"
    for n in repeat(20):
        reply = run(client, "learner.play(lambda: display('begun'))", begun)
        buttons[-1].join(PATIENCE)
        assert reply["status"] == "error", f"interrupt {n}: {reply}"
        assert reply["ename"] == "KeyboardInterrupt", f"interrupt {n}: {reply}"
        reply = run(client, "learner.look()")
        assert reply["status"] == "ok", f"after interrupt {n}: {reply}"
        came_up = reply["user_expressions"]["late"]["data"]["text/plain"]
        late.append(float(came_up) - pressed[-1])
    assert run(client, "assert learner.live.stop() == []")["status"] == "ok"
    print(told(late))  # noqa: T201  (pytest -rP shows it)
