"""An observatory: Flask without Flask-SocketIO, a server made for the Admin UI, a task by a route.

The shape of python-socketio's WSGI examples.
"""
# mypy: ignore-errors

import socketio
from flask import Flask

sio = socketio.Server(async_mode=None, cors_allowed_origins=["https://admin.socket.io"])
admin = sio.instrument(auth={"username": "admin", "password": "stars"})

app = Flask(__name__)
app.wsgi_app = socketio.WSGIApp(sio, app.wsgi_app)
sky = None


def watch():
    while True:
        sio.sleep(0.01)
        sio.emit("sighting", {"what": "star"})


@app.route("/")
def page():
    global sky  # noqa: PLW0603
    if sky is None:
        sky = sio.start_background_task(watch)
    return f"{sio.async_mode} mode"


@sio.event
def connect(sid, environ):
    sio.emit("clear sky", to=sid)


@sio.event
def report(sid, message):
    sio.emit("reported", message, skip_sid=sid)


@sio.event
def ping_it(sid):
    sio.emit("pong_it", room=sid)


if __name__ == "__main__":
    app.run(threaded=True)
