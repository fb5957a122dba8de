"""A hotel's front desk: no mode named, an endless task from the first connect on, rooms, sessions.

The shape of Flask-SocketIO's first example.
"""
# mypy: ignore-errors

from threading import Lock

from flask import Flask, copy_current_request_context, render_template, request, session
from flask_socketio import (
    SocketIO,
    close_room,
    disconnect,
    emit,
    join_room,
    leave_room,
    rooms,
)

app = Flask(__name__)
app.config["SECRET_KEY"] = "front desk"
socketio = SocketIO(app, async_mode=None)
clock = None
clock_lock = Lock()
gone = []


def strike():
    hour = 0
    while True:
        socketio.sleep(0.01)
        hour += 1
        socketio.emit("strike", {"hour": hour})


@app.route("/")
def page():
    return render_template("desk.html", mode=socketio.async_mode)


@socketio.event
def connect():
    global clock  # noqa: PLW0603
    with clock_lock:
        if clock is None:
            clock = socketio.start_background_task(strike)
    emit("welcome", {"floor": 0})


@socketio.event
def check_in(guest):
    join_room(guest["floor"])
    session["visits"] = session.get("visits", 0) + 1
    emit("rooms", sorted(set(rooms()) - {request.sid}))
    return "checked in", session["visits"]


@socketio.event
def check_out(guest):
    leave_room(guest["floor"])


@socketio.on("announce")
def on_announce(guest):
    emit("announcement", guest["text"], to=guest["floor"])


@socketio.on("evacuate")
def on_evacuate(guest):
    emit("announcement", "leave the floor", to=guest["floor"])
    close_room(guest["floor"])


@socketio.on("*")
def anything(event, *args):
    emit("lost and found", (event, *args))


@socketio.event
def goodbye():
    @copy_current_request_context
    def leave():
        disconnect()

    emit("thank you", callback=leave)


@socketio.on("disconnect")
def on_disconnect(reason):
    gone.append(reason)


if __name__ == "__main__":
    socketio.run(app)
