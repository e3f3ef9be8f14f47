"""How long the four questions of chat take on many findings: `python -m bench.asking --rows 100000`.

By number, the overdue list of a unit, a filtered search by words, a quarter's figures. SQLite, one process, the very
query functions of the chat path. `--rows 1000000` makes a store of about 1.5 GB and takes a while.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bot.understanding import search_words
from storage import figures as counts
from storage import findings, fulltext, schema, searches
from storage.database import open_engine
from storage.figures import Moments
from storage.matters import Finding, FindingWords, Unit
from storage.searches import Grant, Scope, Wanted

TODAY = date(2026, 11, 23)
ALL = Scope(full=(Grant(None, None),))
UNITS = 200
_THINGS = (
    "备用金",
    "工程款",
    "采购合同",
    "废旧物资",
    "差旅费",
    "招标文件",
    "食堂采购",
    "公务用车",
    "安全隐患",
    "应收账款",
    "库存煤炭",
    "租赁合同",
)
_FAULTS = (
    "长期未清",
    "未经审批",
    "化整为零",
    "账实不符",
    "重复报销",
    "倒签",
    "超付",
    "无台账",
    "未招标",
    "先开工后立项",
)
_RARE = "围标"
_CATEGORIES = ("CW01", "CW02", "CG01", "CG02", "GC02", "YX04", "MZ03", "AQ")
_STATES = ("closed",) * 8 + ("rectifying", "registered")


def fill(session: Session, rows: int, seed: int = 1) -> None:
    """`rows` findings of the last four years in 200 units, a tenth of them open; one in 2 000 holds the rare word."""
    chance = random.Random(seed)
    codes = [f"U{at:03d}" for at in range(UNITS)]
    for code in codes:
        session.add(Unit(code=code, name=code, kind="权属企业", path=f"/G/{code}/", aliases=[], quarterly=False))
    session.flush()
    for start in range(0, rows, 5_000):
        batch = [_row(chance, at, codes) for at in range(start, min(rows, start + 5_000))]
        session.execute(insert(Finding), batch)
        session.execute(insert(FindingWords), [_words(row) for row in batch])
    session.execute(text("ANALYZE"))


def _row(chance: random.Random, at: int, codes: Sequence[str]) -> dict[str, Any]:
    registered = datetime(2023, 1, 1, 2, 0, tzinfo=UTC) + timedelta(minutes=chance.randrange(4 * 365 * 24 * 60))
    unit, state = chance.choice(codes), chance.choice(_STATES)
    rare = _RARE if chance.randrange(2_000) == 0 else ""
    desc = f"{chance.choice(_THINGS)}{chance.choice(_FAULTS)}{rare}，涉及{chance.randrange(1, 90)}笔"
    return {
        "id": at + 1, "number": f"WT-{registered.year}-{at:07d}", "state": state, "source": chance.choice(codes[:12]),
        "quarter": f"{registered.year}Q{(registered.month + 2) // 3}", "desc": desc, "raw_text": desc, "title": desc,
        "category": chance.choice(_CATEGORIES), "unit": unit, "unit_name": unit, "unit_path": f"/G/{unit}/",
        "resp_person": f"p{chance.randrange(500)}", "due": registered.date() + timedelta(chance.randrange(20, 200)),
        "closed_at": registered, "submitted_by": f"p{chance.randrange(500)}", "submitted_at": registered,
        "amount_fen": chance.randrange(10**8),
    }  # fmt: skip


def _words(row: dict[str, Any]) -> dict[str, Any]:
    words = " ".join(fulltext.token(word) for word in search_words.terms(f"{row['desc']}\n{row['unit_name']}"))
    return {"finding_id": row["id"], "words": words, "scheme": fulltext.SCHEME}


def by_number(session: Session, at: int) -> object:
    return findings.find(session, f"WT-2026-{at:07d}")


def overdue_list(session: Session, at: int) -> object:
    wanted = Wanted(units=(f"U{at % UNITS:03d}",), overdue_on=TODAY)
    return searches.count(session, wanted, ALL), searches.lines(session, wanted, ALL, 8)


def search(session: Session, at: int) -> object:
    """A year's findings of one unit with a frequent word: the search that must walk the most."""
    wanted = Wanted(units=(f"U{at % UNITS:03d}",), registered_from=date(2026, 1, 1))
    return fulltext.search(session, search_words.asked("备用金未清"), wanted, ALL)


def rare_search(session: Session, _at: int) -> object:
    return fulltext.search(session, (_RARE,), Wanted(), ALL)


def figures(session: Session, at: int) -> object:
    return counts.tally(session, Wanted(quarter=f"2026Q{at % 4 + 1}"), ALL, Moments(TODAY))


QUESTIONS: dict[str, Callable[[Session, int], object]] = {
    "by number": by_number,
    "overdue list of a unit": overdue_list,
    "search in a unit and year": search,
    "search for a rare word": rare_search,
    "figures of a quarter": figures,
}


def measure(folder: Path, rows: int, times: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of each question: median and p99."""
    engine = open_engine(f"sqlite:///{folder}/asking-{rows}.db")
    schema.upgrade(engine)
    with engine.begin() as connection, Session(bind=connection) as session:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        fill(session, rows)
        session.flush()
    found = {}
    with engine.connect().execution_options(reading=True) as connection, Session(bind=connection) as session:
        for name, ask in QUESTIONS.items():
            found[name] = _timed(session, ask, times)
    engine.dispose()
    return found


def _timed(session: Session, ask: Callable[[Session, int], object], times: int) -> tuple[float, float]:
    spent = []
    ask(session, 0)
    for at in range(times):
        session.expunge_all()
        begun = time.perf_counter()
        ask(session, at)
        spent.append((time.perf_counter() - begun) * 1000)
    spent.sort()
    return spent[len(spent) // 2], spent[min(len(spent) - 1, len(spent) * 99 // 100)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.asking", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--base", type=int, default=20_000, help="what the growth is measured from")
    parser.add_argument("--times", type=int, default=100, help="each question is asked")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiandu-asking-") as folder:
        small = measure(Path(folder), options.base, options.times)
        large = measure(Path(folder), options.rows, options.times)
    print(f"| Question | p50 at {options.rows} | p99 | p50, times that at {options.base} | p99, times that |")
    print("|---|---:|---:|---:|---:|")
    for name, (middle, late) in large.items():
        grown = f"{middle / small[name][0]:.1f} | {late / small[name][1]:.1f}"
        print(f"| {name} | {middle:.2f} ms | {late:.2f} ms | {grown} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
