"""A notice board: class-based namespaces of Flask-SocketIO, no mode named."""
# mypy: ignore-errors

from flask import Flask, session
from flask_socketio import Namespace, SocketIO, emit, join_room

app = Flask(__name__)
app.config["SECRET_KEY"] = "notice board"
socketio = SocketIO(app)


class Board(Namespace):
    def on_connect(self):
        session["pinned"] = 0
        emit("empty board")

    def on_disconnect(self):
        session.clear()

    def on_watch(self, column):
        join_room(column)

    def on_pin(self, column, text):
        session["pinned"] += 1
        emit("pinned", {"column": column, "text": text}, to=column)
        self.emit("count", session["pinned"])
        return session["pinned"]


socketio.on_namespace(Board("/board"))


if __name__ == "__main__":
    socketio.run(app)
