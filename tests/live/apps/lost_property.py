"""Lost property: Flask-SocketIO's handlers for every namespace."""
# mypy: ignore-errors

from flask import Flask, request
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, namespaces="*")


@socketio.on("lost", namespace="*")
def on_lost(thing):
    return request.namespace, thing


if __name__ == "__main__":
    socketio.run(app)
