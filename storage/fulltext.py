"""Findings by the words in them: kept with every change of a finding, asked with filters and rights, ranked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.mysql import match
from sqlalchemy.orm import Session

from storage import searches
from storage.grants import Scope, Shape, granted, granted_as, shaped
from storage.matters import Finding, FindingWords
from storage.prepared import Prepared
from storage.searches import Wanted
from storage.types import table_of

Cut = Callable[[str], Sequence[str]]
CUT = "cut"  # in Session.info: how texts are cut into words; bot/turns.py puts it there
SCHEME = 1  # of the words kept; raise it when they are cut otherwise, and all are cut again
FIELDS = ("title", "desc", "basis", "requirement", "unit_name", "named_person")
CANDIDATES = 2_000  # the newest so many are ranked: ranking 54 000 takes seconds (docs/performance.md)
FEW = 6_000  # findings of a unit or a person whose words are read rather than looked up
MOST_WORDS = 12  # of a question
_LEAST_ALIKE = 2  # words that two findings must share
_LATELY = 200  # findings that another is compared with
_LONGEST = 20  # characters of a word; InnoDB takes tokens of up to 84

_WORDS = table_of(FindingWords)
_ADD = Prepared(insert(_WORDS))
_CHANGE = update(_WORDS).where(_WORDS.c.finding_id == bindparam("finding"))
_INDEX = table("finding_index", column("rowid"))  # SQLite's; docs/store.md


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of findings, the best first. every: each holds all the words; otherwise they come nearest to them.
    capped: there may be older ones that were not looked at."""

    rows: tuple[int, ...] = ()
    every: bool = True
    capped: bool = False


def token(word: str) -> str:
    """A word as all three databases keep it: ASCII, one token to each of their parsers, never shorter than MariaDB's
    `innodb_ft_min_token_size` (3) and never one of its stop words."""
    if word.isascii() and word.isalnum():
        return f"aa{word.lower()[:_LONGEST]}"
    return "w" + "".join(f"{ord(char):04x}" for char in word[:_LONGEST])


def write(session: Session, row: int, values: Mapping[str, Any]) -> None:
    """Keep the words of a finding that is being written. Without a way to cut them they are left out, and the next
    `fill` makes that good: words of an older text would find what it no longer says."""
    cut: Cut | None = session.info.get(CUT)
    if cut is None:
        session.execute(delete(_WORDS).where(_WORDS.c.finding_id == row))
        return
    kept = {"words": _joined(cut, values), "scheme": SCHEME}
    done = session.execute(_CHANGE.values(**kept), {"finding": row})
    if done.rowcount == 0:  # type: ignore[attr-defined]
        _ADD.run(session, {"finding_id": row, **kept})


def add(session: Session, row: int, values: Mapping[str, Any]) -> None:
    """The same for a finding that is new."""
    cut: Cut | None = session.info.get(CUT)
    if cut is not None:
        _ADD.run(session, {"finding_id": row, "words": _joined(cut, values), "scheme": SCHEME})


def renew(session: Session, finding: Finding) -> None:
    """Cut the words of a finding again as it stands now."""
    write(session, finding.id, {name: getattr(finding, name) for name in FIELDS})


def lacking(session: Session) -> bool:
    """Whether a finding has no words yet, or those of another scheme."""
    return bool(session.execute(select(exists(_unworded().limit(1)))).scalar())


def fill(session: Session, limit: int) -> int:
    """Cut the words of the next findings that have none, oldest first; returns of how many."""
    rows = list(session.scalars(select(Finding).where(Finding.id.in_(list(session.scalars(_unworded().limit(limit)))))))
    for finding in rows:
        renew(session, finding)
    return len(rows)


def _unworded() -> Select[tuple[int]]:
    query = select(Finding.id).outerjoin(FindingWords, FindingWords.finding_id == Finding.id)
    return query.where(or_(_WORDS.c.finding_id.is_(None), _WORDS.c.scheme != SCHEME)).order_by(Finding.id)


def _joined(cut: Cut, values: Mapping[str, Any]) -> str:
    text = "\n".join(str(values.get(name) or "") for name in FIELDS)
    return " ".join(token(word) for word in cut(text))


def search(session: Session, words: Iterable[str], wanted: Wanted, scope: Scope, limit: int = CANDIDATES) -> Found:
    """The findings with these words among those wanted that the viewer may read in full, the best first.

    Where none holds all the words, those with at least a third of them. Only the newest CANDIDATES are ranked.
    """
    tokens = tuple(dict.fromkeys(token(word) for word in words))[:MOST_WORDS]
    if not tokens or not scope.full:
        return Found()
    few = _few(session, wanted, scope)

    def candidates(*, every: bool) -> list[int]:
        if few is None:
            return _candidates(session, tokens, wanted, scope, every=every)
        said = all if every else any
        return sorted((row for row, held in few.items() if said(one in held for one in tokens)), reverse=True)[
            :CANDIDATES
        ]

    rows = candidates(every=True)
    every = bool(rows) or len(tokens) == 1
    if not every:
        rows = candidates(every=False)
    ranked = _ranked(session, tokens, rows, 0 if every else (len(tokens) + 2) // 3)
    return Found(tuple(ranked[:limit]), every, len(rows) == CANDIDATES)


def _few(session: Session, wanted: Wanted, scope: Scope) -> dict[int, frozenset[str]] | None:
    """The words of each finding wanted, where a unit or a person leaves few of them: an index of words would go through
    what all the others have of a frequent one."""
    if not (wanted.units or wanted.people or wanted.submitted_by):
        return None
    query = select(_WORDS.c.finding_id, _WORDS.c.words).join(Finding, Finding.id == _WORDS.c.finding_id)
    query = query.where(*searches.conditions(wanted), granted(scope.full)).limit(FEW + 1)
    found = {row: frozenset(words.split()) for row, words in session.execute(query)}
    return found if len(found) <= FEW else None


def _candidates(session: Session, tokens: Sequence[str], wanted: Wanted, scope: Scope, *, every: bool) -> list[int]:
    """The newest with every one of the words, or with any."""
    hits, row, holds = _hits(session.get_bind().dialect.name, tokens, every=every)
    query = select(Finding.id).select_from(hits).join(Finding, Finding.id == row)
    query = query.where(holds, *searches.conditions(wanted), granted(scope.full))
    return list(session.scalars(query.order_by(row.desc()).limit(CANDIDATES)))


def _hits(dialect: str, tokens: Sequence[str], *, every: bool) -> tuple[Any, ColumnElement[int], ColumnElement[bool]]:
    """Where the words are looked up, the finding's row there, the condition. Tokens hold letters and digits only."""
    if dialect == "sqlite":
        said = (" " if every else " OR ").join(f'"{one}"' for one in tokens)
        return _INDEX, _INDEX.c.rowid, literal_column("finding_index").op("MATCH", is_comparison=True)(said)
    if dialect == "postgresql":  # materialized: "newest first" would walk all findings for a rare word
        simple: ColumnElement[Any] = literal_column("'simple'::regconfig")
        asked = func.to_tsquery(simple, (" & " if every else " | ").join(tokens))
        holds = func.to_tsvector(simple, _WORDS.c.words).op("@@", is_comparison=True)(asked)
        hits = select(_WORDS.c.finding_id).where(holds).cte("hits").prefix_with("MATERIALIZED")
        return hits, hits.c.finding_id, literal_column("true")
    said = " ".join(f"+{one}" if every else one for one in tokens)
    return _WORDS, _WORDS.c.finding_id, match(_WORDS.c.words, against=said).in_boolean_mode()


def _ranked(session: Session, tokens: Sequence[str], rows: Sequence[int], least: int) -> list[int]:
    """By BM25 among the candidates, the newer first among equals; the same on every database. least: words held."""
    counted = {row: (Counter(text), len(text)) for row, text in _texts(session, rows)}
    if not counted:
        return []
    usual = sum(size for _, size in counted.values()) / len(counted)
    held = Counter(one for count, _ in counted.values() for one in tokens if count[one])
    weight = {one: math.log(1 + (len(counted) - held[one] + 0.5) / (held[one] + 0.5)) for one in tokens}

    def score(row: int) -> float:
        count, size = counted[row]
        return sum(weight[one] * count[one] * 2.2 / (count[one] + 1.2 * (0.25 + 0.75 * size / usual)) for one in tokens)

    kept = [row for row in counted if sum(1 for one in tokens if counted[row][0][one]) >= least]
    return sorted(kept, key=lambda row: (-score(row), -row))


def _texts(session: Session, rows: Sequence[int]) -> Iterable[tuple[int, list[str]]]:
    for start in range(0, len(rows), 500):
        query = select(_WORDS.c.finding_id, _WORDS.c.words).where(_WORDS.c.finding_id.in_(rows[start : start + 500]))
        for row, words in session.execute(query):
            yield row, words.split()


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier finding with many of the same words. share: of the asked text's words, in percent."""

    number: str
    state: str
    share: int
    words: tuple[str, ...]


@lru_cache(maxsize=256)
def _alike(shape: Shape) -> Prepared:
    """Composed once for the same kind of rights: every finding that is submitted asks, some of them twice."""
    findings = table_of(Finding)
    query = select(findings.c.number, findings.c.state, _WORDS.c.words)
    query = query.select_from(findings.join(_WORDS, _WORDS.c.finding_id == findings.c.id))
    query = query.where(findings.c.unit == bindparam("of_unit"), findings.c.category == bindparam("of_category"))
    query = query.where(granted_as(shape), *(findings.c.state != state for state in searches.GONE))
    return Prepared(query.order_by(findings.c.id.desc()).limit(_LATELY))


def alike(session: Session, desc: str, unit: str, category: str, scope: Scope) -> Alike | None:
    """The finding of this unit and category whose words hold most of `desc`, as far as the viewer may read it in full;
    only the newest (`_LATELY`) are looked at, and what ended without an acceptance is left out."""
    cut: Cut | None = session.info.get(CUT)
    said = {token(word): word for word in cut(desc) if not word.isdecimal()} if cut else {}
    if len(said) < _LEAST_ALIKE or not scope.full:
        return None
    best: Alike | None = None
    shape, values = shaped(scope.full)
    for number, state, words in _alike(shape).all(session, {"of_unit": unit, "of_category": category, **values}):
        shared = said.keys() & set(words.split())
        share = 100 * len(shared) // len(said)
        if len(shared) >= _LEAST_ALIKE and (best is None or share > best.share):
            best = Alike(number, state, share, tuple(word for one, word in said.items() if one in shared))
    return best
