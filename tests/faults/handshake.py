"""Requests as nobody's browser would send them: any Host, any Origin, any protocol, straight through a socket."""

import socket

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}


def answer(port: int, path: str, host: str | None, method="GET", address="127.0.0.1", **headers: str) -> str:
    """The whole answer to one request. Headers by name, with _ for -."""
    given = {"Host": host} if host is not None else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    with socket.create_connection((address, port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return connection.recv(65536).decode("latin-1")


def status(port: int, path: str, host: str | None, **more: str) -> int:
    return int(answer(port, path, host, **more).split(" ", 2)[1])


def shaken(port: int, host: str | None, origin: str | None = None, path="/_stcore/stream", **more: str) -> int:
    """The status of a WebSocket handshake: 101 when it is taken."""
    headers = {name.replace("-", "_"): value for name, value in UPGRADE.items()}
    return status(port, path, host, **headers, **({"Origin": origin} if origin else {}), **more)
