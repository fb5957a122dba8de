"""Whose thread it is: only the starter's, and never one of the kit's own."""

from __future__ import annotations

import threading

from votekit.live.starts import KitThread, started


def run(thread: threading.Thread) -> threading.Thread:
    thread.start()
    thread.join(10)
    return thread


def test_the_threads_of_this_thread_and_this_block_are_collected():
    run(threading.Thread(target=int))
    with started() as threads:
        mine = run(threading.Thread(target=lambda: run(threading.Thread(target=int))))
        timer = run(threading.Timer(0, int))
        run(KitThread(target=int))
    run(threading.Thread(target=int))
    assert threads == [mine, timer]


def test_a_block_in_a_block_has_its_own():
    with started() as outer:
        with started() as inner:
            first = run(threading.Thread(target=int))
        second = run(threading.Thread(target=int))
    assert (outer, inner) == ([second], [first])
