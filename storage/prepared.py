"""Statements of every turn's path: compiled once for each kind of database, then run on the driver's own cursor.

SQLAlchemy composes, checks and types them, once. What it does at each execution besides (a context, a result with its
metadata, a dozen events) takes about twenty times as long as SQLite needs for the statement (docs/performance.md), so
here it is left out: parameters are still bound, values still pass through their column types, failures still come as
`sqlalchemy.exc.DBAPIError` with hidden parameters, and who listens for statements on the engine hears these too.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Delete, Float, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import CompoundSelect
from sqlalchemy.types import TypeEngine

_CONNECTION = "connection"  # in a session's info: the one that it runs on from its beginning to its end
_POINT = "turn"
Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Convert = Callable[[Any], Any]


class Told(NamedTuple):
    """What listeners hear of an execution, under the name that SQLAlchemy's own context has for it."""

    compiled_parameters: list[Mapping[str, Any]]


class Done(NamedTuple):
    """What a write came to: how many rows, and the primary key of the inserted one (None for the others)."""

    rows: int
    key: int | None


class _Plan:
    """A statement in one dialect's words, with what turns values into the driver's and back."""

    def __init__(self, statement: Statement, dialect: Dialect, given: Sequence[str]) -> None:
        inserts = isinstance(statement, Insert)
        compiled = statement.compile(dialect=dialect, column_keys=list(given) if inserts else None)
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError("a list that is expanded at each execution cannot be prepared")
        self.text = str(compiled)
        self.names = tuple(compiled.positiontup or ()) if compiled.positional else None
        self._converts = {name: to for name, bound in compiled.binds.items() if (to := _to_driver(bound, dialect))}
        self._fixed = {name: self._as_driver(name, value) for name, value in _own_values(compiled).items()}
        self.back: tuple[Convert | None, ...] = ()
        self.row: Any = None
        if isinstance(statement, Select | CompoundSelect):
            columns = statement.selected_columns
            self.row = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]
            self.back = tuple(_from_driver(column.type, dialect) for column in columns)
        self.plain = not any(self.back)

    def _as_driver(self, name: str, value: Any) -> Any:
        convert = self._converts.get(name)
        return convert(value) if convert else value

    def arguments(self, given: Mapping[str, Any]) -> Any:
        values = {**self._fixed, **given}
        for name, convert in self._converts.items():
            if name in given:
                values[name] = convert(given[name])
        return values if self.names is None else tuple([values[name] for name in self.names])

    def made(self, raw: Sequence[Any]) -> Any:
        if self.plain:
            return self.row._make(raw)
        return self.row._make([back(value) if back else value for back, value in zip(self.back, raw, strict=True)])


def settle(session: Session) -> None:
    """Begin the session's transaction, and let every statement find its connection at once.

    Only for a session that ends with this transaction: another one may run on another connection.
    """
    session.info[_CONNECTION] = session.connection()


def set_point(connection: Connection) -> None:
    """A savepoint in plain words; who listens for savepoints on the engine hears of it. Raises DBAPIError."""
    connection.engine.dispatch.savepoint(connection, _POINT)
    say(connection, f"SAVEPOINT {_POINT}")


def release_point(connection: Connection) -> None:
    """What was written since `set_point` stays."""
    connection.engine.dispatch.release_savepoint(connection, _POINT, None)
    say(connection, f"RELEASE SAVEPOINT {_POINT}")


def undo_point(connection: Connection) -> None:
    """What was written since `set_point` is undone."""
    connection.engine.dispatch.rollback_savepoint(connection, _POINT, None)
    say(connection, f"ROLLBACK TO SAVEPOINT {_POINT}")
    say(connection, f"RELEASE SAVEPOINT {_POINT}")


def say(connection: Connection, text: str) -> None:
    """A statement without parameters, in our own words. Raises DBAPIError."""
    cursor: Any = None
    try:
        cursor = connection.connection.cursor()
        cursor.execute(text)
        cursor.close()
    except Exception as error:
        raise _wrapped(connection, cursor, text, error) from error


class Prepared:
    """One statement, to be made at import. Parameters are the names of its `bindparam`s, or an insert's columns.

    As with `Session.execute`, what the session has pending is flushed first. Raises DBAPIError; KeyError for a
    parameter that is missing; ValueError where the statement holds a list that is expanded (`IN`).
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._plans: dict[tuple[str, tuple[str, ...]], _Plan] = {}

    def all(self, session: Session, given: Mapping[str, Any]) -> list[Any]:
        """The rows, as named tuples in the order of the statement's columns."""
        plan, cursor = self._execute(session, given)
        rows = cursor.fetchall()
        cursor.close()
        return [plan.made(raw) for raw in rows]

    def first(self, session: Session, given: Mapping[str, Any]) -> Any:
        """The first row as a named tuple, or None."""
        plan, cursor = self._execute(session, given)
        raw = cursor.fetchone()
        cursor.close()
        return None if raw is None else plan.made(raw)

    def scalar(self, session: Session, given: Mapping[str, Any]) -> Any:
        """The first column of the first row, or None."""
        row = self.first(session, given)
        return None if row is None else row[0]

    def run(self, session: Session, given: Mapping[str, Any]) -> Done:
        """For inserts, updates and deletes."""
        _, cursor = self._execute(session, given)
        key = None
        if isinstance(self.statement, Insert):
            returned = cursor.fetchone() if cursor.description else None
            key = returned[0] if returned else getattr(cursor, "lastrowid", None)
        done = Done(cursor.rowcount, key)
        cursor.close()
        return done

    def many(self, session: Session, given: Sequence[Mapping[str, Any]]) -> None:
        """For the same write with several values, which all have the same names."""
        if given:
            _, cursor = self._execute(session, given[0], given)
            cursor.close()

    def _execute(
        self, session: Session, given: Mapping[str, Any], several: Sequence[Mapping[str, Any]] = ()
    ) -> tuple[_Plan, Any]:
        if session.autoflush:
            session.flush()
        settled: Connection | None = None if session.in_nested_transaction() else session.info.get(_CONNECTION)
        connection = settled or session.connection()  # which begins a savepoint, if that is what was asked for
        plan = self._plan(connection.dialect, tuple(given))
        arguments = [plan.arguments(one) for one in several] if several else plan.arguments(given)
        listeners, cursor = connection.engine.dispatch, None
        try:
            cursor = connection.connection.cursor()
            if before := listeners.before_cursor_execute:
                before(connection, cursor, plan.text, arguments, Told(list(several) or [given]), bool(several))
            if several:
                cursor.executemany(plan.text, arguments)
            else:
                cursor.execute(plan.text, arguments)
        except Exception as error:
            raise _wrapped(connection, cursor, plan.text, error) from error
        if after := listeners.after_cursor_execute:
            after(connection, cursor, plan.text, arguments, Told(list(several) or [given]), bool(several))
        return plan, cursor

    def _plan(self, dialect: Dialect, given: tuple[str, ...]) -> _Plan:
        """Made once for each dialect, and of an insert for each set of columns: two threads at once make the same."""
        known = (dialect.name, given if isinstance(self.statement, Insert) else ())
        plan = self._plans.get(known)
        if plan is None:
            plan = self._plans[known] = _Plan(self.statement, dialect, given)
        return plan


def _to_driver(bound: BindParameter[Any], dialect: Dialect) -> Convert | None:
    return bound.type.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Float):  # every driver gives it as one; SQLAlchemy would ask for the driver's own type
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _own_values(compiled: SQLCompiler) -> dict[str, Any]:
    """The values that the statement brings itself: constants, and the defaults of an insert's other columns."""
    own = {name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required}
    for column in compiled.insert_prefetch:
        default: Any = column.default
        if default is None or not default.is_scalar:
            raise ValueError(f"{column}: only a constant default can be prepared")
        own[column.key] = default.arg
    return own


def _wrapped(connection: Connection, cursor: Any, text: str, error: Exception) -> Exception:
    """The failure as SQLAlchemy tells it, without a value; a connection that is lost is marked so."""
    dialect, driver = connection.dialect, connection.connection.driver_connection
    base = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    lost = dialect.is_disconnect(error, driver, cursor)
    told = DBAPIError.instance(
        text, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    if lost:
        connection.invalidate(error)
    return told if isinstance(told, Exception) else error
