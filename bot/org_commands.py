"""`run.py org export`: organisation and people as the table that `org import` reads (contract.md, Commands)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Never

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import config as settings
from bot import store_faults
from bot.clock import CHINA, business_now
from bot.errors import ConfigError
from bot.messages import Form, Sheet
from storage import events, people, units
from storage.database import open_engine
from storage.matters import Post

Table = list[tuple[str, ...]]
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "单位": ("编码", "名称", "上级编码", "类型", "别名", "监督类型", "季度报送"),
    "人员": ("账号", "姓名", "单位编码", "角色", "职务", "起", "止"),
}
_WIDTHS = (16, 18, 14, 24, 24, 14, 12)

app = typer.Typer(help="组织和人员", no_args_is_help=True)


@app.command("export")
def export(
    path: Annotated[Path, typer.Argument(help="一个 .xlsx，或一个文件夹（写入 单位.csv 与 人员.csv）")],
    config: Annotated[Path, typer.Option("--config", help="配置文件")] = Path(__file__).parents[1] / "config.toml",
) -> None:
    """导出组织和人员：列与导入相同，原样导回没有差异；已停用的单位和已结束的任职不导出。"""
    try:
        engine = open_engine(settings.load(config).store.url)
        try:
            found = _exported(engine, path)
        finally:
            engine.dispose()
    except ConfigError as error:
        _fail(str(error), 2)
    except SQLAlchemyError as error:
        _fail(store_faults.line(error), 1)
    except OSError as error:
        _fail(f"{path}: {error.strerror or type(error).__name__}", 1)
    typer.echo(f"已导出单位{len(found['单位'])}行、人员{len(found['人员'])}行：{path}")


def _exported(engine: Engine, path: Path) -> dict[str, Table]:
    with engine.begin() as connection, Session(bind=connection) as session:
        found = tables(session)
        after = {"report": "organisation", "count": sum(len(rows) for rows in found.values())}
        entry = events.Entry(business_now(session), "system", "exported")
        events.append(session, entry, "organisation", None, after)
        session.flush()
        _write(path, found)
    return found


def _fail(line: str, code: int) -> Never:
    typer.echo(line, err=True)
    raise typer.Exit(code)


def tables(session: Session) -> dict[str, Table]:
    """The rows under `HEADINGS`, as words: units in being in the tree's order, and appointments that have not ended."""
    today = business_now(session).astimezone(CHINA).date()
    present = units.all_units(session, today)
    codes = {unit.code for unit in present}
    told: Table = [
        (
            unit.code, unit.name, unit.parent or "", unit.kind, "、".join(unit.aliases), unit.supervision_type or "",
            "是" if unit.quarterly else "否",
        )
        for unit in present
    ]  # fmt: skip
    held = [post for post in people.all_posts(session) if post.valid_to is None or post.valid_to >= today]
    names = {person.userid: person.name for person in people.all_people(session)}
    return {"单位": told, "人员": list(_people([post for post in held if post.unit in codes], names))}


def _people(posts: Sequence[Post], names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """A line a person, unit, title and term, with all roles of it."""
    roles: dict[tuple[str, ...], list[str]] = {}
    for post in posts:
        start, end = (day.isoformat() if day is not None else "" for day in (post.valid_from, post.valid_to))
        roles.setdefault((post.userid, post.unit, post.title, start, end), []).append(post.role)
    for (userid, unit, title, start, end), held in roles.items():
        yield userid, names[userid], unit, "、".join(held), title, start, end


def _write(path: Path, found: Mapping[str, Table]) -> None:
    if path.suffix.lower() == ".xlsx":
        forms = (Form.TEXT,) * len(_WIDTHS)
        from bot import workbooks

        workbooks.write(path, (Sheet(name, HEADINGS[name], rows, _WIDTHS, forms) for name, rows in found.items()))
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, rows in found.items():
        with (path / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([HEADINGS[name], *rows])
