"""A line to a database that is cut at one word: before the server hears it, or before we hear what it says to that."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress


class Line:
    """Joins `port` of 127.0.0.1 to the server while it is entered. passes: whether the word still arrives there."""

    def __init__(self, host: str, port: int, *, passes: bool) -> None:
        self._target, self._passes = (host, port), passes
        self._word: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Line:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def cut_at(self, word: bytes) -> None:
        """The next connection that says it is cut; the others go on."""
        self._word = word

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(ours,), daemon=True).start()

    def _carry(self, ours: socket.socket) -> None:
        with ours, socket.create_connection(self._target) as theirs, suppress(OSError):
            while True:
                for one in select.select([ours, theirs], [], [])[0]:
                    data = one.recv(65536)
                    if one is ours and self._word is not None and self._word in data:
                        self._word = None
                        if self._passes:
                            theirs.sendall(data)
                            theirs.recv(65536)  # it is done there before we hang up
                        return
                    if not data:
                        return
                    (theirs if one is ours else ours).sendall(data)
