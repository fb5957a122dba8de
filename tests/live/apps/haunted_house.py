"""A haunted house: handlers for every namespace, and for every event in every namespace."""
# mypy: ignore-errors

import socketio

sio = socketio.Server(namespaces="*")
app = socketio.WSGIApp(sio)


@sio.on("knock", namespace="*")
def knock(namespace, sid, times):
    sio.emit("who is there", (times, namespace), to=sid, namespace=namespace)


@sio.on("*", namespace="*")
def noise(event, namespace, sid, *args):
    return event, namespace, *args


if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("", 5000, app).serve_forever()
