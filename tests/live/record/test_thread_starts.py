"""Whose thread it is: only the starter's, and never one of the kit's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from flask import Flask
from flask_socketio import SocketIO

from votekit.live.record.thread_starts import KitThread, started


def run(thread: threading.Thread) -> threading.Thread:
    thread.start()
    thread.join(10)
    return thread


@contextmanager
def collecting(found: list[threading.Thread], thread: threading.Thread) -> Iterator[None]:
    assert thread.ident is None
    yield
    found.append(thread)


def test_the_threads_of_this_thread_and_this_block_are_collected():
    run(threading.Thread(target=int))
    threads: list[threading.Thread] = []
    with started(partial(collecting, threads)):
        mine = run(threading.Thread(target=lambda: run(threading.Thread(target=int))))
        timer = run(threading.Timer(0, int))
        run(KitThread(target=int))
    run(threading.Thread(target=int))
    assert threads == [mine, timer]


def test_a_block_in_a_block_has_its_own():
    outer: list[threading.Thread] = []
    inner: list[threading.Thread] = []
    with started(partial(collecting, outer)):
        with started(partial(collecting, inner)):
            first = run(threading.Thread(target=int))
        second = run(threading.Thread(target=int))
    assert (outer, inner) == ([second], [first])


def test_what_a_handlers_thread_emits_and_raises_is_told(serve, capsys):
    app, over = Flask("threads"), threading.Event()
    socketio = SocketIO(app, async_mode="threading")

    def work():
        over.wait(60)
        socketio.emit("done")
        raise KeyError("late")

    @socketio.on("go")
    def go():
        threading.Thread(target=work, name="worker").start()

    live = serve(app)
    ana = live.client("ana")
    ana.emit("go")
    assert str(live.settle()) == "ana → server  go\nnote: thread worker is still running"
    (worker,) = (thread for thread in threading.enumerate() if thread.name == "worker")
    over.set()
    worker.join(10)
    assert str(live.settle()) == (
        "server → ana  done (outside any handler: thread worker)\n"
        f"server        error in work, line {work.__code__.co_firstlineno + 3}: KeyError"
    )
    assert capsys.readouterr().err == ""
