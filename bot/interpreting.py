"""`run.py understand`: what the bot makes of a message, and why. Reads the store where there is one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Never

import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import config as settings
from bot import lexicon
from bot.almanac import Almanac
from bot.clock import CHINA, business_now, real_now
from bot.errors import ConfigError
from bot.flow import WorkingDays
from bot.understanding import back
from bot.understanding.engine import Understanding
from bot.understanding.explaining import Explained, explain, plain
from bot.understanding.meaning import Lexicon, Meaning
from storage import people
from storage.database import open_reader

BREAK = "⏎"  # a line break inside a message, where a message is a line
STDIN = "-"
_NO_STORE = "understand: 没有可读的数据库（{}），不认识单位和人名"


@dataclass(frozen=True, slots=True)
class _Listener:
    """The engine for one speaker at one moment. unit: his own, "" when nobody is named."""

    engine: Understanding
    now: datetime
    roles: frozenset[str] = frozenset()
    unit: str = ""


def interpret(
    text: str | None, as_json: bool, now: str, speaker: str, config: Path,
    names: Mapping[str, str], make: Callable[..., WorkingDays],
) -> None:  # fmt: skip
    """Prints what is understood. names: intents as people call them; make: the calendar's class, as for the Almanac."""
    said = _messages(text)
    listener = _listener(config, _moment(now), speaker.strip(), make)
    listener.engine.load()
    for message in said:
        typer.echo(_json(listener, message, names) if as_json else _page(listener, message, names))


def _fail(line: str) -> Never:
    typer.echo(line, err=True)
    raise typer.Exit(2)


def _moment(said: str) -> datetime | None:
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        _fail("--now: must be an ISO moment such as 2026-11-23T10:00:00+08:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _messages(text: str | None) -> Iterator[str]:
    """Checked before the store is opened; standard input is read as it comes."""
    if text is None and sys.stdin.isatty():
        _fail("understand: 后面写一句话，或写 - 从标准输入读")
    if text is None or text == STDIN:
        return _lines()
    if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
        _fail("understand: 这句话不是 UTF-8")
    return iter([text.replace(BREAK, "\n")])


def _lines() -> Iterator[str]:
    for at, line in enumerate(sys.stdin.buffer, start=1):
        try:
            said = line.decode("utf-8-sig" if at == 1 else "utf-8")
        except UnicodeDecodeError:
            _fail(f"understand: 第{at}行不是 UTF-8")
        yield said.rstrip("\r\n").replace(BREAK, "\n")


def _listener(path: Path, now: datetime | None, speaker: str, make: Callable[..., WorkingDays]) -> _Listener:
    try:
        known = settings.load(path)
    except ConfigError as error:
        _fail(str(error))
    almanac = Almanac(known.policy, make)
    try:
        engine = open_reader(known.store.url)
        with engine.connect().execution_options(reading=True) as connection, Session(connection) as session:
            return _informed(session, almanac, now, speaker)
    except (SQLAlchemyError, OSError, ImportError) as error:
        why = "还没有建立" if isinstance(error, FileNotFoundError) else type(error).__name__
        if speaker:
            _fail(f"--as: 没有可读的数据库（{why}），查不到账号")
        typer.echo(_NO_STORE.format(why), err=True)
    moment = now or real_now()
    almanac.official(moment.astimezone(CHINA).date())
    return _Listener(Understanding(Lexicon(), almanac.is_workday), moment)


def _informed(session: Session, almanac: Almanac, now: datetime | None, speaker: str) -> _Listener:
    moment = now or business_now(session)
    day = moment.astimezone(CHINA).date()
    almanac.look(session, moment)
    engine = Understanding(lexicon.load(session, day), almanac.is_workday)
    if not speaker:
        return _Listener(engine, moment)
    actor = people.actor(session, speaker, day)
    if not actor.known:
        _fail(f"--as: 没有这个账号：{speaker}")
    return _Listener(engine, moment, lexicon.roles(session, day).get(speaker, frozenset()), actor.unit_name)


def _json(listener: _Listener, message: str, names: Mapping[str, str]) -> str:
    meaning = listener.engine.understand(message, now=listener.now, roles=listener.roles)
    row = {"intent": meaning.intent, "slots": plain(meaning.slots), "ask": back.ask(meaning, names)}
    return json.dumps(row, ensure_ascii=False)


def _page(listener: _Listener, message: str, names: Mapping[str, str]) -> str:
    seen = explain(listener.engine, message, now=listener.now, roles=listener.roles)
    lines = [
        f"原文　{message.replace(chr(10), BREAK)}",
        f"分词　{' / '.join(seen.tokens)}",
        f"意图　{_named(seen.meaning.intent, names)}　{_certainty(seen.meaning)}",
        f"候选　{_candidates(seen, names)}",
        f"相似　{_liked(seen, names)}",
        f"命中　{' '.join(seen.facts) or '无'}",
        f"依据　{'；'.join(seen.meaning.why) or '无'}",
        *_slots(listener, seen.meaning),
        f"反问　{back.ask(seen.meaning, names) or '不用问'}",
    ]
    return "\n".join(lines) + "\n"


def _named(intent: str, names: Mapping[str, str]) -> str:
    return f"{intent}（{names[intent]}）" if intent in names else intent


def _certainty(meaning: Meaning) -> str:
    return f"{'明说' if meaning.explicit else '推断'} {meaning.confidence:.2f}"


def _candidates(seen: Explained, names: Mapping[str, str]) -> str:
    """By weight as the rules weigh them, where they did; otherwise what a gate or a fixed wording decided."""
    if seen.weighed:
        return "，".join(f"{_named(intent, names)} {weight:g}" for intent, weight in seen.weighed)
    return "，".join(f"{_named(intent, names)} {score:g}" for intent, score in seen.meaning.options) or "无"


def _liked(seen: Explained, names: Mapping[str, str]) -> str:
    """With what speaks for each: characters and @concepts; U, P, N, D, A: a unit, a person, a number, a day, money."""
    return "，".join(f"{_named(intent, names)} {score:+g}「{text}」" for intent, score, text in seen.liked)


def _slots(listener: _Listener, meaning: Meaning) -> list[str]:
    if not meaning.slots:
        return ["要素　无"]
    out: list[str] = []
    for key, value in meaning.slots.items():
        said = json.dumps(plain(value), ensure_ascii=False)
        own = f"（{listener.unit}）" if value == "SELF" and listener.unit else ""
        head = "　　　" if out else "要素　"
        out.append(f"{head}{key} = {said}{own}")
    return out
