"""What one person may see of findings, as one condition on them (domain.md 2.3).

Written with its values for lists, which are composed for each question anyway; or with parameters, so that the same
kind of rights of other people is the same statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, false, or_, select, true

from storage.matters import Finding
from storage.proceedings import CoUnit
from storage.types import table_of

_FINDINGS, _CO_UNITS = table_of(Finding).c, table_of(CoUnit).c
_ESCAPE = "/"  # of LIKE

Values = Sequence[Sequence[Any]]  # of one need, group by group
Shape = tuple[tuple[tuple[str, tuple[int, ...]], ...], ...]  # grant by grant: its needs, and how long their groups are


@dataclass(frozen=True, slots=True)
class Grant:
    """One way in which a person may see findings: all that is said of it must hold.

    restricted, converted: True only such, False none such, None either. person: the account he has.
    own: he is responsible. submitter: he submitted it. own_unit and subordinate: of the unit at `path`;
    own_source: the unit `unit` found it. units: instead of `unit`, those that he serves. co_units: one of these
    assists. sources: one of these found it. within, below: of a unit at one of just these paths, or below one of
    those. outside: of none of these units.
    """

    restricted: bool | None
    converted: bool | None
    person: str = ""
    unit: str = ""
    path: str = ""
    own: bool = False
    own_unit: bool = False
    subordinate: bool = False
    own_source: bool = False
    submitter: bool = False
    units: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    co_units: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see: in full, and as a peer's card."""

    full: tuple[Grant, ...] = ()
    peer: tuple[Grant, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.full or self.peer)


@lru_cache(maxsize=256)
def granted(grants: tuple[Grant, ...]) -> ColumnElement[bool]:
    """Any of these ways in. Composed once for the same rights: a list asks thrice, and its reader comes again."""
    return _any_of(_needs(grant) for grant in grants)


def shaped(grants: Iterable[Grant]) -> tuple[Shape, dict[str, str]]:
    """What `granted_as` composes a condition of, and the values of its parameters."""
    needs = [_needs(grant) for grant in grants]
    shape = tuple(tuple((kind, tuple(map(len, values))) for kind, values in one) for one in needs)
    flat = (value for one in needs for _, values in one for group in values for value in group)
    return shape, {_name(at): value for at, value in enumerate(flat)}


def granted_as(shape: Shape) -> ColumnElement[bool]:
    """The condition of all grants of this shape."""
    at = count()
    return _any_of([
        [(kind, [[bindparam(_name(next(at)), type_=String()) for _ in range(length)] for length in lengths])
         for kind, lengths in needs]
        for needs in shape
    ])  # fmt: skip


def _name(at: int) -> str:
    return f"may_{at}"


def _needs(grant: Grant) -> list[tuple[str, Values]]:
    """All that must hold, by the names of `_CONDITIONS`."""
    needs: list[tuple[str, Values]] = []
    if grant.restricted is not None:
        needs.append(("restricted" if grant.restricted else "not restricted", ()))
    if grant.converted is not None:
        needs.append(("converted" if grant.converted else "not converted", ()))
    needs += [("own", [[grant.person]])] if grant.own else []
    needs += [("submitter", [[grant.person]])] if grant.submitter else []
    needs += [("own source", [[grant.unit]])] if grant.own_source else []
    needs += [("own unit", [grant.units or [grant.unit]])] if grant.own_unit else []
    needs += [("subordinate", [[_escaped(grant.path)], [grant.path]])] if grant.subordinate else []
    needs += [("within", [grant.within, [_escaped(path) for path in grant.below]])] if grant.within else []
    needs += [("sources", [grant.sources])] if grant.sources else []
    needs += [("co-units", [grant.co_units])] if grant.co_units else []
    needs += [("outside", [grant.outside])] if grant.outside else []
    return needs


def _escaped(path: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        path = path.replace(special, _ESCAPE + special)
    return path


def _below(path: Any) -> ColumnElement[bool]:
    """Of the unit at this path, or of one below it; `path` is escaped."""
    return _FINDINGS.unit_path.startswith(path, escape=_ESCAPE)


def _within(values: Values) -> ColumnElement[bool]:
    paths, above = values
    found = or_(_FINDINGS.unit_path.in_(paths), *(_below(path) for path in above))
    return and_(_FINDINGS.unit.is_not(None), found)


_CONDITIONS: Mapping[str, Callable[[Values], ColumnElement[bool]]] = {
    "restricted": lambda _: _FINDINGS.visibility == "restricted",
    "not restricted": lambda _: _FINDINGS.visibility != "restricted",
    "converted": lambda _: _FINDINGS.state == "converted_to_lead",
    "not converted": lambda _: _FINDINGS.state != "converted_to_lead",
    "own": lambda values: _FINDINGS.resp_person == values[0][0],
    "submitter": lambda values: _FINDINGS.submitted_by == values[0][0],
    "own source": lambda values: _FINDINGS.source == values[0][0],
    "own unit": lambda values: _FINDINGS.unit.in_(values[0]),
    "subordinate": lambda values: and_(_below(values[0][0]), _FINDINGS.unit_path != values[1][0]),
    "within": _within,
    "sources": lambda values: _FINDINGS.source.in_(values[0]),
    "co-units": lambda values: _FINDINGS.id.in_(select(_CO_UNITS.finding_id).where(_CO_UNITS.unit.in_(values[0]))),
    "outside": lambda values: or_(_FINDINGS.unit.is_(None), _FINDINGS.unit.not_in(values[0])),
}


def _any_of(grants: Iterable[Iterable[tuple[str, Values]]]) -> ColumnElement[bool]:
    ways = (and_(true(), *(_CONDITIONS[kind](values) for kind, values in needs)) for needs in grants)
    return or_(false(), *ways)
