"""Client managers that share their clients with other processes through a message queue."""

from __future__ import annotations

import queue
import threading

import pytest
import socketio
from flask import Flask
from flask_socketio import SocketIO, emit


class Queued(socketio.PubSubManager):
    """Processes that share this list of queues share their clients."""

    def __init__(self, everybody):
        super().__init__()
        self.everybody = everybody
        self.mine: queue.Queue = queue.Queue()
        everybody.append(self.mine)

    def _publish(self, data):
        for each in self.everybody:
            each.put(data)

    def _listen(self):
        while True:
            yield self.mine.get()


@pytest.fixture(params=["threading", "gevent"])
def cluster(request):
    pytest.importorskip(request.param, reason="gevent is not installed")
    everybody: list[queue.Queue] = []
    app = Flask("cluster")
    mine = SocketIO(app, async_mode=request.param, client_manager=Queued(everybody))
    mine.on("vote")(lambda choice: emit("heard", choice, broadcast=True))
    return app, socketio.Server(async_mode="threading", client_manager=Queued(everybody))


def test_emits_of_other_processes_are_heard_once_after_each_serve(serve, cluster):
    app, elsewhere = cluster
    for times in range(3):
        live = serve(app)
        ana, ben = live.clients("ana", "ben")
        ana.emit("vote", times)
        elsewhere.emit("notice", times)
        for client in (ana, ben):
            client.wait_for("notice", timeout=50)
        assert f"notice {times} (outside any handler: another process)" in str(live.settle())
        for client in (ana, ben):
            assert client.heard("notice") == client.heard("heard") == [(times,)]
        threads = {t.name for t in threading.enumerate()}
        assert live.stop() == []
        assert len(threads) > threading.active_count()


@pytest.mark.parametrize("cluster", ["threading"], indirect=True)
def test_a_queue_that_is_gone_is_named_by_stop(serve, cluster):
    app, _ = cluster
    manager = app.extensions["socketio"].server.manager
    live = serve(app)
    live.client("ana")
    manager.everybody.clear()
    assert live.stop() == ["message_queue"]
    again = serve(app)
    ana = again.client("ana")
    manager.everybody.append(manager.mine)
    ana.emit("vote", 1)
    again.settle()
    assert ana.heard("heard") == [(1,)]
    assert again.stop() == []
    manager._publish({})  # the first one sees that it has to end
