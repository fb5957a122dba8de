"""What handlers set off and do not wait for is told, at any remove, and holds no stop up."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from flask import Flask
from flask_socketio import SocketIO

PATIENCE = 50
IDLE = "note: a pool of threads waits for more work"


@pytest.fixture
def pool():
    with ThreadPoolExecutor(3) as made:
        yield made


class Told:
    """Serves one handler, and gives the story of one event that it handles."""

    def __init__(self, serve):
        self.serve, self.served = serve, []

    def __call__(self, handler, transport="websocket"):
        app = Flask(f"set off {len(self.served)}")
        socketio = SocketIO(app, async_mode="threading")
        socketio.on("go")(lambda: handler(socketio) and None)
        self.served.append(self.serve(app))
        self.live().client("ana", transports=transport).emit("go")
        return self.live().settle()

    def live(self):
        return self.served[-1]


@pytest.fixture
def told(serve):
    return Told(serve)


def notes(story):
    return [line for line in str(story).splitlines() if line.startswith("note: ")]


def quick_stop(live):
    begun = time.monotonic()
    left = live.stop()
    return left, time.monotonic() - begun < 1.5


# -- threads ---------------------------------------------------------------------------------------


def idle(gate, name="inner"):
    """Start a thread that idles."""
    threading.Thread(target=gate.wait, args=(PATIENCE,), name=name, daemon=True).start()


def run(thread):
    """Let a thread run to its end."""
    thread.start()
    thread.join(PATIENCE)


def of_a_thread(_socketio, gate):
    run(threading.Thread(target=idle, args=(gate,), name="outer"))


def of_a_thread_of_a_thread(_socketio, gate):
    run(threading.Thread(target=of_a_thread, args=(None, gate), name="outermost"))


def of_a_task(socketio, gate):
    socketio.start_background_task(idle, gate).join(PATIENCE)


def of_a_timer(_socketio, gate):
    run(threading.Timer(0, idle, [gate]))


def of_a_pools_work(_socketio, gate):
    with ThreadPoolExecutor() as pool:
        pool.submit(idle, gate)


@pytest.mark.parametrize(
    "set_off",
    [of_a_thread, of_a_thread_of_a_thread, of_a_task, of_a_timer, of_a_pools_work],
)
def test_a_thread_is_named_at_any_remove(told, gate, set_off, transport):
    story = told(lambda socketio: set_off(socketio, gate), transport)
    assert notes(story) == ["note: thread inner is still running"]


def test_a_timer_of_a_timer_is_named_by_what_it_will_call(told):
    def later():
        """Never come."""

    timer = threading.Timer(3600, later)
    story = told(lambda _s: run(threading.Timer(0, timer.start)))
    assert notes(story) == ["note: timer later is still running"]
    timer.cancel()
    timer.join(PATIENCE)
    assert notes(told.live().settle()) == []


def test_what_a_thread_of_a_thread_emits_and_raises_is_told(told):
    def inner(socketio):
        socketio.emit("hello")
        raise KeyError("inner")

    def outer(socketio):
        run(threading.Thread(target=inner, args=(socketio,), name="inner"))

    story = str(told(lambda socketio: run(threading.Thread(target=outer, args=(socketio,)))))
    assert "hello (outside any handler: thread inner)" in story
    assert "error in inner, line " in story


def test_threads_that_are_called_alike_are_counted(told, gate):
    story = told(lambda _s: [idle(gate, "same") for _ in range(3)])
    assert notes(story) == ["note: thread same is still running (3 of them)"]


def test_a_thread_that_a_clients_handler_started_is_named(told, gate):
    told(lambda socketio: socketio.emit("hello"))
    live = told.live()
    ben = live.client("ben")
    ben.on("hello", lambda: idle(gate, "mine"))
    live._clients.by_name["ana"].emit("go")
    assert notes(live.settle()) == ["note: thread mine is still running"]


def test_a_thread_that_does_not_start_is_not_named(told, monkeypatch):
    def handler(_socketio):
        thread = threading.Thread(target=int)
        with monkeypatch.context() as patched:
            patched.setattr("threading._start_new_thread", refuse)
            with pytest.raises(RuntimeError):
                thread.start()

    def refuse(*_args):
        raise RuntimeError("can't start new thread")

    assert notes(told(handler)) == []


# -- pools -----------------------------------------------------------------------------------------


def test_an_idle_pool_is_named_once_and_holds_up_no_stop(told, pool, transport):
    together = threading.Barrier(3).wait
    story = told(lambda _s: wait([pool.submit(together, PATIENCE) for _ in range(3)]), transport)
    assert notes(story) == [IDLE]
    assert notes(told.live().settle()) == [IDLE]
    assert quick_stop(told.live()) == ([], True)


def test_a_pool_that_is_shut_down_or_let_go_is_not_named(told):
    def with_block(_socketio):
        with ThreadPoolExecutor() as pool:
            assert list(pool.map(abs, [-1, 2])) == [1, 2]

    def let_go(_socketio):
        ThreadPoolExecutor().submit(int).result(PATIENCE)

    def shut_down(_socketio):
        pool = ThreadPoolExecutor()
        pool.submit(int).result(PATIENCE)
        pool.shutdown(wait=False)

    for handler in (with_block, let_go, shut_down):
        assert notes(told(handler)) == []


def test_a_pool_that_nobody_used_in_a_handler_is_not_named(told, pool):
    pool.submit(int).result(PATIENCE)
    assert notes(told(lambda _s: None)) == []


def test_what_a_pool_still_does_is_named_and_a_stop_names_it(told, pool, gate):
    def resize():
        gate.wait(PATIENCE)

    story = told(lambda _s: [pool.submit(resize) for _ in range(4)])  # one of them waits its turn
    assert notes(story) == ["note: pool task resize is still running (4 of them)"]
    assert told.live().stop() == ["pool task resize"]
    gate.set()
    assert told.live().stop() == []


def test_what_is_cancelled_is_not_named(told, gate):
    with ThreadPoolExecutor(1) as pool:
        story = told(
            lambda _s: [pool.submit(gate.wait, PATIENCE), pool.submit(int).cancel(), gate.set()]
        )
        assert "pool task int" not in str(story)


def test_what_a_pool_emits_is_told_by_what_it_does(told, pool):
    def announce(socketio):
        socketio.emit("hello")

    story = told(lambda socketio: pool.submit(announce, socketio).result(PATIENCE))
    assert "hello (outside any handler: pool task announce)" in str(story)


# -- errors of a pool ------------------------------------------------------------------------------


def fail(*_args):
    raise KeyError("in the pool")


AT = f"error in fail, line {fail.__code__.co_firstlineno + 1}: KeyError"


def a_submit(pool):
    wait([pool.submit(fail)])


def a_map(pool):
    pool.map(fail, [1])


def a_method(pool):
    wait([pool.submit(Failing().fail)])


class Failing:
    fail = staticmethod(fail)


@pytest.mark.parametrize("give", [a_submit, a_map, a_method])
def test_an_error_that_nobody_asks_for_is_told_where_it_was(told, give, transport):
    def handler(_socketio):
        with ThreadPoolExecutor() as pool:
            give(pool)

    assert str(told(handler, transport)).splitlines() == [
        "ana    → server  go",
        f"server           {AT}",
    ]
    (error,) = told.live().errors
    assert (error.detail["where"], error.detail["message"]) == ("task", "'in the pool'")


def test_one_exception_raised_twice_in_one_thread_is_told_twice(told):
    constant = KeyError("constant")

    def again():
        raise constant

    with ThreadPoolExecutor(1) as pool:
        told(lambda _s: wait([pool.submit(again)]))
        told.live().client("ben").emit("go")
        assert str(told.live().settle()).count("error in again") == 1
    assert len(told.live().errors) == 2


def test_what_a_pool_does_may_stop_the_server(told, pool):
    stopped = []

    def stop():
        begun = time.monotonic()
        stopped.append((told.live().stop(), time.monotonic() - begun < 1.5))

    futures = []
    told(lambda _s: futures.append(pool.submit(stop)))
    wait(futures)
    assert stopped == [([], True)]


def test_an_error_that_comes_after_the_handler_is_told_as_well(told, pool, gate):
    def late():
        gate.wait(PATIENCE)
        fail()

    futures = []
    story = told(lambda _s: futures.append(pool.submit(late)))
    assert "error" not in str(story)
    gate.set()
    wait(futures)
    assert AT in str(told.live().settle())


def test_an_error_that_the_handler_lets_up_is_told_once_as_its_own(told, pool):
    story = told(lambda _s: pool.submit(fail).result(PATIENCE))
    assert str(story).count("KeyError") == 1
    assert told.live().errors[0].detail["where"] == "server"


def test_an_error_that_the_handler_takes_is_its_own_affair(told, pool):
    async def in_a_loop():
        with pytest.raises(KeyError):
            await asyncio.get_running_loop().run_in_executor(pool, fail)

    def handler(_socketio):
        with pytest.raises(KeyError):
            pool.submit(fail).result(PATIENCE)
        assert isinstance(pool.submit(fail).exception(PATIENCE), KeyError)
        asyncio.run(in_a_loop())

    story = told(handler)
    assert "error" not in str(story)


def test_waiting_too_short_for_a_result_is_no_asking(told, pool, gate):
    def late():
        gate.wait(PATIENCE)
        fail()

    def handler(_socketio):
        future = pool.submit(late)
        with pytest.raises(TimeoutError):
            future.result(0.001)
        gate.set()
        wait([future])

    assert AT in str(told(handler))


def test_a_pool_that_takes_no_more_raises_as_ever(told):
    pool = ThreadPoolExecutor()
    pool.shutdown()
    story = told(lambda _s: pool.submit(int))
    assert "RuntimeError" in str(story)
    assert notes(story) == []
