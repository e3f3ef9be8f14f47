"""The command line's `understand`: its options; bot/interpreting.py, which loads the engine, does the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.flow import WorkingDays

DEFAULT_CONFIG = Path(__file__).parents[1] / "config.toml"


def register(app: typer.Typer, names: Mapping[str, str], make: Callable[..., WorkingDays]) -> None:
    """Adds the command. names: intents as people call them; make: the calendar's class, as for the Almanac."""

    @app.command()
    def understand(
        text: Annotated[str | None, typer.Argument(help="一句话；- 为从标准输入读，一行一句，句内换行写⏎")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="一行一个 JSON 对象")] = False,
        now: Annotated[str, typer.Option(help="业务时间，如 2026-11-23T10:00:00+08:00；默认现在")] = "",
        speaker: Annotated[str, typer.Option("--as", help="当作这个账号说的")] = "",
        config: Annotated[Path, typer.Option("--config", help="配置文件")] = DEFAULT_CONFIG,
    ) -> None:
        """看机器人怎么理解一句话：分词、候选、要素和依据；什么都不改。"""
        from bot import interpreting

        interpreting.interpret(text, as_json, now, speaker, config, names, make)
