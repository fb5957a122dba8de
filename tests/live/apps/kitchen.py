"""A kitchen: a plain `socketio.WSGIApp` with static files, handlers that take a sid, no Flask."""
# mypy: ignore-errors

from pathlib import Path

import socketio

sio = socketio.Server()
app = socketio.WSGIApp(
    sio,
    static_files={
        "/notes": {
            "content_type": "text/plain",
            "filename": str(Path(__file__).with_name("static") / "notes.txt"),
        }
    },
)


@sio.event
def connect(sid, environ, auth):
    if not auth or auth.get("apron") != "white":
        raise socketio.exceptions.ConnectionRefusedError("aprons are white", 7)
    sio.save_session(sid, {"cook": auth["name"], "dishes": 0})
    sio.emit("menu", ("soup", ["bread", "butter"], {"price": 4}), to=sid)


@sio.event
def order(sid, dish, count=1):
    with sio.session(sid) as session:
        session["dishes"] += count
        total = session["dishes"]
    sio.emit("ordered", {"dish": dish, "by": session["cook"]}, room="pass", skip_sid=sid)
    return dish, total


@sio.event
def stand(sid, place):
    sio.enter_room(sid, place)
    sio.send(sorted(set(sio.rooms(sid)) - {sid}), to=sid)


@sio.event
def walk(sid, place):
    sio.leave_room(sid, place)


@sio.event
def close(sid, place):
    sio.close_room(place)


@sio.on("taste")
def ask(sid, dish):
    return sio.call("how is it", dish, to=sid, timeout=20)


@sio.on("*")
def other(event, sid, data):
    sio.emit("what is", [event, data], to=sid)


@sio.event
def go_home(sid):
    sio.disconnect(sid)


class Cellar(socketio.Namespace):
    def on_fetch(self, sid, bottle):
        self.enter_room(sid, bottle)
        self.emit("fetched", bottle, room=bottle)
        return len(self.rooms(sid)), bottle


sio.register_namespace(Cellar("/cellar"))


if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("", 5000, app).serve_forever()
