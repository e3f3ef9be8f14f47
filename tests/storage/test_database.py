"""How connections are opened."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from storage import mariadb_socket
from storage.database import PEER_GONE, open_engine
from tests.stores import Databases


@pytest.mark.parametrize("name", ["postgresql", "mariadb"])
def test_a_server_that_vanished_is_given_up(databases: Databases, name: str) -> None:
    """A whole machine gone says nothing: without these the system waits for two hours, and every turn with it."""
    engine = open_engine(databases.url(name))
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        number = driver.fileno() if name == "postgresql" else driver._sock.fileno()
        with socket.socket(fileno=os.dup(number)) as line:
            idle, between, times, unheard = (
                line.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT,
                )
            )  # fmt: skip
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    engine.dispose()
    assert idle + between * times <= 20 and 0 < unheard <= 20_000


def test_nobody_listens() -> None:
    """Said as the driver says it: a store out of reach is no fault of the program."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        engine = create_engine(f"mysql+pymysql://root@127.0.0.1:{taken.getsockname()[1]}/x")
        mariadb_socket.watch(engine, PEER_GONE)
        with pytest.raises(OperationalError, match="2003"):
            engine.connect()
    engine.dispose()
