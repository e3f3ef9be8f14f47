"""How connections are opened."""

from __future__ import annotations

import os
import socket

from storage.database import open_engine
from tests.stores import Databases


def test_a_server_that_vanished_is_given_up(databases: Databases) -> None:
    """A whole machine gone says nothing: without these the system waits for two hours, and every turn with it."""
    engine = open_engine(databases.url("postgresql"))
    with engine.connect() as connection:
        assert connection.connection.driver_connection is not None
        with socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno())) as line:
            idle, between, times, unheard = (
                line.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT,
                )
            )  # fmt: skip
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    engine.dispose()
    assert idle + between * times <= 20 and 0 < unheard <= 20_000
