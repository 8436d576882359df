"""A bad network between the app and PostgreSQL: a small TCP proxy that delays, swallows or cuts what goes through."""

import contextlib
import random
import socket
import struct
import threading
import time

NO_LINGER = struct.pack("ii", 1, 0)  # close sends RST, not FIN


class Proxy:
    """Listens on a local port and passes bytes to the server's Unix socket and back.

    latency: seconds that each piece is held back in each direction; loss: share of the pieces that are held back 0.2 s
    more, as a lost packet is until it is sent again; reset_after: bytes of answers after which the connection is reset;
    swallows: accept, and answer nothing.
    """

    def __init__(self, server, latency=0.0, loss=0.0, reset_after=None, swallows=False):
        self.target = f"{server.folder}/.s.PGSQL.5432"
        self.latency, self.loss, self.reset_after, self.swallows = latency, loss, reset_after, swallows
        self.chance, self.open = random.Random(1), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database):
        """The reader's URL of a database, through the proxy."""
        return database.reader.split("@")[0] + f"@127.0.0.1:{self.listener.getsockname()[1]}/{database.name}"

    def close(self):
        for one in [self.listener, *self.open]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.open.append(client)
                if not self.swallows:
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(self.target)
                    self.open.append(server)
                    for pair in ((client, server, False), (server, client, True)):
                        threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source, target, is_answer):
        passed = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(16384):
                time.sleep(self.latency + (0.2 if self.chance.random() < self.loss else 0))
                if is_answer and self.reset_after is not None and passed + len(piece) > self.reset_after:
                    target.sendall(piece[: self.reset_after - passed])
                    target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                    target.shutdown(socket.SHUT_RD)  # or the other thread would keep it open
                    break
                target.sendall(piece)
                passed += len(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.close() if is_answer else one.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def black_hole():
    """A port that answers no connection request at all: its queue is full and nobody takes from it."""
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = waiting.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
