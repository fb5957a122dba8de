"""Apps of every shape that Flask-SocketIO and python-socketio show, run by `serve` as they are.

Each lives in `apps/`, as a script that says nothing about votekit.
"""

from __future__ import annotations

import json
import runpy
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from socketio.exceptions import ConnectionError as Refused

import votekit

APPS = Path(__file__).with_name("apps")


def load(name):
    """Run the script as `import` would, so that every test has a fresh app."""
    return runpy.run_path(str(APPS / f"{name}.py"), run_name=name)


def read(live, path="/"):
    with urllib.request.urlopen(live.url + path, timeout=50) as response:  # noqa: S310
        return response.read().decode()


# -- Flask-SocketIO ----------------------------------------------------------------------------


def test_an_endless_task_started_on_connect_is_heard_and_ends_with_the_server(serve):
    live = serve(load("front_desk")["app"])
    ana, ben = live.clients("ana", "ben")
    for client in (ana, ben):
        client.wait_for("strike", timeout=50)
        client.wait_for("strike", timeout=50)
    assert ana.heard("welcome") == [({"floor": 0},)]
    assert "note: background task strike is still running" in str(live.settle())
    assert live.stop() == []


def test_every_emit_of_an_endless_task_is_counted(serve):
    live = serve(load("front_desk")["app"])
    ana = live.client("ana")
    ana.wait_for("strike", timeout=50)
    live.settle()
    hours = [hour["hour"] for (hour,) in ana.heard("strike")]
    rows = [e for e in live.story if e.kind is votekit.Kind.DELIVER and e.name == "strike"]
    assert hours == list(range(1, len(hours) + 1))
    assert len(rows) >= len(hours)
    assert all("strike" in e.detail["outside"] for e in rows)


def test_rooms_sessions_and_return_values(serve):
    live = serve(load("front_desk")["app"])
    ana, ben = live.clients("ana", "ben")
    assert ana.call("check_in", {"floor": "first"}) == ("checked in", 1)
    assert ana.call("check_in", {"floor": "second"}) == ("checked in", 2)
    assert ben.call("check_in", {"floor": "first"}) == ("checked in", 1)
    ana.emit("check_out", {"floor": "second"})
    live.settle()
    ana.emit("announce", {"floor": "second", "text": "quiet please"})
    live.settle()
    ana.emit("evacuate", {"floor": "first"})
    live.settle()
    ben.emit("announce", {"floor": "first", "text": "anybody?"})
    live.settle()
    told = [("leave the floor",)]
    assert (ana.heard("announcement"), ben.heard("announcement")) == (told, told)


def test_a_catch_all_handler_gets_the_event_and_its_arguments(serve):
    live = serve(load("front_desk")["app"])
    ana = live.client("ana")
    ana.emit("umbrella", ("black", 2))
    assert "nobody handles" not in str(live.settle())
    assert ana.heard("lost and found") == [("umbrella", "black", 2)]


def test_an_acknowledgement_in_a_copied_request_context_can_disconnect(serve):
    made = load("front_desk")
    live = serve(made["app"])
    ana = live.client("ana")
    ana.emit("goodbye")
    live.settle()
    assert not ana.connected
    assert len(made["gone"]) == 1


def test_pages_of_the_app_are_served_beside_its_sockets(serve):
    assert "In threading mode." in read(serve(load("front_desk")["app"]))


def test_a_class_based_namespace_of_flask_socketio(serve):
    live = serve(load("notice_board")["app"])
    ana, ben = live.clients("ana", "ben", namespaces=["/board"])
    ben.emit("watch", "todo", namespace="/board")
    live.settle()
    assert ana.call("pin", ("todo", "buy chalk"), namespace="/board") == 1
    live.settle()
    assert ana.heard("empty board") == [()]
    assert ben.heard("pinned") == [({"column": "todo", "text": "buy chalk"},)]
    assert ana.heard("pinned") == []
    assert ana.heard("count") == ben.heard("count") == [(1,)]


def test_an_app_factory_with_a_blueprint(serve):
    made = load("workshop")
    live = serve(made["create_app"]("saw"))
    ana, ben = live.clients("ana", "ben")
    ana.emit("borrow", "drill")
    live.settle()
    assert ana.heard("borrowed") == ben.heard("borrowed") == [(["drill", "saw"],)]
    assert read(live, "/tools") == "saw"


def test_the_second_app_of_a_factory_has_the_same_handlers(serve):
    made = load("workshop")
    serve(made["create_app"]("saw")).stop()
    live = serve(made["create_app"]("file"))
    ana = live.client("ana")
    ana.emit("borrow", "drill")
    live.settle()
    assert ana.heard("borrowed") == [(["drill", "file"],)]


def test_login_and_server_side_sessions_are_shared_by_routes_and_handlers(
    serve, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for extension in ("flask_login", "flask_session", "cachelib"):
        pytest.importorskip(extension, reason=f"{extension} comes with votekit-live[test]")
    live = serve(load("members")["app"])
    with pytest.raises(Refused):
        live.client("eve")

    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    name = urllib.parse.urlencode({"name": "ana"}).encode()
    browser.open(f"{live.url}/login", data=name, timeout=50).close()
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)

    ana = live.client("ana", headers={"Cookie": cookies})
    ana.emit("buy", 3)
    live.settle()
    assert ana.heard("card") == [({"member": "ana", "points": 3},)]
    with browser.open(f"{live.url}/card", timeout=50) as card:
        assert json.load(card) == {"member": "ana", "points": 3}
    ana.emit("log out")
    live.settle()
    assert ana.heard("card")[-1] == ({"member": "nobody", "points": 3},)


# -- python-socketio ---------------------------------------------------------------------------


@pytest.fixture
def kitchen(serve):
    return serve(load("kitchen")["app"])


def cook(live, name, **connect):
    return live.client(name, auth={"apron": "white", "name": name}, **connect)


def test_a_plain_wsgi_app_with_a_server_is_called_app(kitchen):
    assert kitchen.name == "app"


def test_static_files_of_a_plain_wsgi_app(kitchen):
    assert read(kitchen, "/notes") == "Notes are kept here.\n"
    with pytest.raises(urllib.error.HTTPError, match="404") as answer:
        read(kitchen, "/nowhere")
    answer.value.close()


def test_auth_is_given_to_a_handler_with_a_sid_which_may_refuse(kitchen):
    with pytest.raises(Refused, match="aprons are white"):
        kitchen.client("eve", auth={"apron": "black"})
    assert cook(kitchen, "ana").connected


def test_a_tuple_is_several_arguments_and_a_list_is_one(kitchen):
    assert cook(kitchen, "ana").heard("menu") == [("soup", ["bread", "butter"], {"price": 4})]


def test_sessions_rooms_and_several_return_values_by_sid(kitchen):
    ana, ben = cook(kitchen, "ana"), cook(kitchen, "ben")
    for client in (ana, ben):
        client.emit("stand", "pass")
    kitchen.settle()
    assert ana.call("order", ("soup", 2)) == ("soup", 2)
    assert ana.call("order", "tea") == ("tea", 3)
    kitchen.settle()
    assert ana.heard("message") == ben.heard("message") == [(["pass"],)]
    assert ana.heard("ordered") == []
    assert ben.heard("ordered") == [({"dish": dish, "by": "ana"},) for dish in ("soup", "tea")]
    ben.emit("walk", "pass")
    kitchen.settle()
    ana.emit("close", "pass")
    text = str(kitchen.settle())
    assert "pass" in text
    ana.call("order", "cake")
    kitchen.settle()
    assert len(ben.heard("ordered")) == 2


def test_a_handler_may_ask_the_client_and_wait_for_its_answer(kitchen):
    ana = cook(kitchen, "ana")
    ana.on("how is it", lambda dish: f"{dish} is fine")
    assert ana.call("taste", "soup") == "soup is fine"


def test_a_handler_may_disconnect_by_sid(kitchen):
    ana = cook(kitchen, "ana")
    ana.emit("go_home")
    kitchen.settle()
    assert not ana.connected


def test_a_catch_all_handler_with_a_sid(kitchen):
    ana = cook(kitchen, "ana")
    ana.emit("spoon", 1)
    kitchen.settle()
    assert ana.heard("what is") == [(["spoon", 1],)]


def test_a_class_based_namespace_of_python_socketio(kitchen):
    ana = cook(kitchen, "ana", namespaces=["/cellar"])
    assert ana.call("fetch", "red", namespace="/cellar") == (2, "red")
    kitchen.settle()
    assert ana.heard("fetched") == [("red",)]


def test_catch_all_namespaces(serve):
    live = serve(load("haunted_house")["app"])
    ana = live.client("ana", namespaces=["/", "/attic"])
    ana.emit("knock", 3, namespace="/attic")
    text = str(live.settle())
    assert ana.heard("who is there") == [(3, "/attic")]
    assert ana.call("rattle", (1, 2), namespace="/attic") == ("rattle", "/attic", 1, 2)
    assert "nobody handles" not in text + str(live.settle())


def test_catch_all_namespaces_of_flask_socketio(serve):
    live = serve(load("lost_property")["app"])
    ana = live.client("ana", namespaces=["/bus", "/tram"])
    for namespace in ("/bus", "/tram"):
        assert ana.call("lost", "umbrella", namespace=namespace) == (namespace, "umbrella")
