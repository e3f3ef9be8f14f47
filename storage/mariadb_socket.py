"""Sockets to MariaDB that give a vanished server up after some 20 s: its driver has no settings for that."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import Dialect

# libpq's names of what its driver has no names for; Linux has all of these options.
_OPTIONS = {
    "keepalives_idle": "TCP_KEEPIDLE", "keepalives_interval": "TCP_KEEPINTVL", "keepalives_count": "TCP_KEEPCNT",
    "tcp_user_timeout": "TCP_USER_TIMEOUT",
}  # fmt: skip
_NO_SERVER = 2003  # CR_CONN_HOST_ERROR


def watch(engine: Engine, limits: Mapping[str, int]) -> None:
    """Every new connection of `engine` by TCP gets such a socket; one through a local socket file needs none.

    limits: by libpq's names, in its units (seconds; milliseconds for tcp_user_timeout).
    """
    event.listen(engine, "do_connect", partial(_connect, limits))


def _connect(limits: Mapping[str, int], dialect: Dialect, _record: object, given: Any, named: Mapping[str, Any]) -> Any:
    connection = dialect.loaded_dbapi.connect(*given, **named, defer_connect=True)
    if connection.unix_socket:  # by the URL or by a file of options
        return None  # SQLAlchemy's own way
    source = (connection.bind_address, 0) if connection.bind_address else None
    try:
        way = socket.create_connection((connection.host, connection.port), connection.connect_timeout, source)
    except OSError as error:
        words = f"Can't connect to MySQL server on {connection.host!r} ({error})"
        raise dialect.loaded_dbapi.OperationalError(_NO_SERVER, words) from error
    way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    way.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in limits.items():
        with contextlib.suppress(AttributeError, OSError):  # an option that this system does not have
            way.setsockopt(socket.IPPROTO_TCP, getattr(socket, _OPTIONS[name]), value)
    connection.connect(way)
    return connection
