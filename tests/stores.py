"""The three stores that tests run on: a SQLite file, and databases of our own on PostgreSQL and MariaDB."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.turns import Turns
from storage import schema
from storage.database import open_engine
from storage.types import Base
from tests.engines import open_quickly

NAMES = ("sqlite", "postgresql", "mariadb")
SERVERS = {
    "postgresql": os.environ.get("TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1/postgres"),
    "mariadb": os.environ.get("TEST_MARIADB", "mysql+pymysql://root@127.0.0.1/"),
}


@dataclass(slots=True)
class Store:
    """An empty store of the newest schema, for one test. Whatever is opened through it is closed after the test."""

    name: str
    url: str
    engines: list[Engine] = field(default_factory=list)
    doors: list[Turns] = field(default_factory=list)

    def open(self) -> Engine:
        self.engines.append(open_quickly(self.url))
        return self.engines[-1]

    def turns(self) -> Turns:
        """A process of its own, as far as the store can tell."""
        self.doors.append(Turns(self.open()))
        return self.doors[-1]

    def session(self) -> Session:
        """For arranging and looking; commit what is to stay."""
        return Session(self.engines[0] if self.engines else self.open(), expire_on_commit=False)

    def close(self) -> None:
        for turns in self.doors:
            turns.close()
        for engine in self.engines:
            engine.dispose()


class Databases:
    """One database a server for the whole run, made when first asked for and dropped at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"jiandu_test_{secrets.token_hex(5)}"
        self._made: dict[str, str] = {}

    def url(self, name: str) -> str:
        """The URL of an upgraded, empty store; skips the test where no server answers (in CI it fails)."""
        if name == "sqlite":
            return self._sqlite()
        if name not in self._made:
            url = self.blank(name, self._name)
            with _upgraded(url):
                pass
            self._made[name] = url
        _empty(self._made[name])
        return self._made[name]

    def blank(self, name: str, database: str) -> str:
        """A database without any table."""
        if name == "sqlite":
            return f"sqlite:///{self._folder}/{database}.db"
        options = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" if name == "mariadb" else ""
        try:
            _administer(name, f"CREATE DATABASE {database}{options}")
        except SQLAlchemyError as error:
            reason = f"no {name} server answers at {make_url(SERVERS[name]).host} ({type(error).__name__})"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        return make_url(SERVERS[name]).set(database=database).render_as_string(hide_password=False)

    def drop(self, name: str, database: str) -> None:
        if name != "sqlite":
            _administer(name, f"DROP DATABASE {database}{' WITH (FORCE)' if name == 'postgresql' else ''}")

    def _sqlite(self) -> str:
        template = self._folder / "template.db"
        if not template.exists():
            with _upgraded(f"sqlite:///{template}"):
                pass
        copy = self._folder / f"{secrets.token_hex(5)}.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def close(self) -> None:
        for name in self._made:
            self.drop(name, self._name)


class _upgraded:  # noqa: N801  # reads as a verb where it is used
    """An engine on a store brought to the newest schema, disposed at the end (so that SQLite folds its WAL away)."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def __enter__(self) -> Engine:
        schema.upgrade(self._engine)
        return self._engine

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


def _administer(name: str, statement: str) -> None:
    engine = create_engine(SERVERS[name], isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _empty(url: str) -> None:
    """Truncate what an earlier test filled (TRUNCATE passes the ledger's triggers by); the revision is the newest."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            quote = connection.dialect.identifier_preparer.quote
            tables = [quote(table.name) for table in Base.metadata.sorted_tables]
            full = [t for t in tables if connection.execute(text(f"SELECT 1 FROM {t} LIMIT 1")).first()]
            if full and connection.dialect.name == "postgresql":
                connection.execute(text(f"TRUNCATE {', '.join(full)} RESTART IDENTITY CASCADE"))
            elif full:
                connection.execute(text("SET FOREIGN_KEY_CHECKS=0"))
                for table in full:
                    connection.execute(text(f"TRUNCATE {table}"))
            newest = {"newest": schema.newest()}
            connection.execute(text("UPDATE alembic_version SET version_num = :newest"), newest)
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture(params=NAMES)
def store(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Store]:
    """Each of the three stores in turn."""
    opened = Store(request.param, databases.url(request.param))
    yield opened
    opened.close()


@pytest.fixture(params=NAMES[1:])
def server(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Store]:
    """The two stores on which several processes may run."""
    opened = Store(request.param, databases.url(request.param))
    yield opened
    opened.close()


@pytest.fixture
def sqlite(databases: Databases) -> Iterator[Store]:
    """SQLite alone, where the machinery is the point and not the store."""
    opened = Store("sqlite", databases.url("sqlite"))
    yield opened
    opened.close()
