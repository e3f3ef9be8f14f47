"""`run.py check`: everything that is looked at in an installation, in the order in which it is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import doctor, premises
from bot.almanac import Almanac
from bot.clock import CHINA, real_now
from bot.config import Config
from bot.doctor import Remark
from bot.wecom.transport import Account


def look(config: Config, file: Path, engine: Engine, almanac: Almanac, app: Account, url: str = "") -> list[Remark]:
    """A line for each thing that was looked at. file: where the settings stand; url: the callback, to be knocked at.

    What stands in the store is looked at where it answers, WeCom is asked where its secrets are there.
    """
    found = [Remark(True, "配置", f"{file.name} 可读"), *premises.look(config, file)]
    found += doctor.look_at_credentials(config)
    store = list(doctor.look_at_store(engine))
    found += store
    if all(remark.ok is not False for remark in store):
        with Session(engine) as session:
            found += _look_inside(session, config, almanac)
    if not config.wecom.missing():
        found += asyncio.run(premises.ask(config, app, url))
    return found


def _look_inside(session: Session, config: Config, almanac: Almanac) -> list[Remark]:
    now = real_now()
    today = now.astimezone(CHINA).date()
    uncertain = almanac.look(session, now).uncertain_years(today.year, today.year + 1)
    return [
        *doctor.look_at_content(session, today, uncertain),
        *premises.look_at_clock(session),
        *doctor.look_at_desk_key(session, config.anonymity.desk_key_file),
    ]
