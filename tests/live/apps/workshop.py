"""A workshop: `SocketIO` without an app, handlers and a blueprint first, then an app factory."""
# mypy: ignore-errors

from flask import Blueprint, Flask, current_app
from flask_socketio import SocketIO, emit

socketio = SocketIO()
pages = Blueprint("pages", __name__)


@pages.route("/tools")
def tools():
    return current_app.config["TOOLS"]


@socketio.on("borrow")
def on_borrow(tool):
    emit("borrowed", [tool, current_app.config["TOOLS"]], broadcast=True)


def create_app(tools="hammer"):
    app = Flask("workshop")
    app.config.update(SECRET_KEY="workshop", TOOLS=tools)
    app.register_blueprint(pages)
    socketio.init_app(app)
    return app


if __name__ == "__main__":
    socketio.run(create_app())
