"""A members' page: Flask-Login and Flask-Session, shared by routes and handlers."""
# mypy: ignore-errors

import tempfile

from cachelib import FileSystemCache
from flask import Flask, jsonify, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_session import Session
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "members only"
app.config["SESSION_TYPE"] = "cachelib"
app.config["SESSION_CACHELIB"] = FileSystemCache(tempfile.mkdtemp(prefix="members-"))
login = LoginManager(app)
Session(app)
socketio = SocketIO(app, manage_session=False)


class Member(UserMixin):
    def __init__(self, name):
        self.id = name


@login.user_loader
def load(name):
    return Member(name)


def card():
    name = current_user.id if current_user.is_authenticated else "nobody"
    return {"member": name, "points": session.get("points", 0)}


@app.route("/card")
def show():
    return jsonify(card())


@app.route("/login", methods=["POST"])
def enter():
    login_user(Member(request.form["name"]))
    return "", 204


@socketio.on("connect")
def on_connect():
    return current_user.is_authenticated


@socketio.on("buy")
def on_buy(points):
    session["points"] = session.get("points", 0) + points
    emit("card", card())


@socketio.on("log out")
def on_log_out():
    logout_user()
    emit("card", card())


if __name__ == "__main__":
    socketio.run(app)
