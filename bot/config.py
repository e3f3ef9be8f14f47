"""config.toml and the environment become one frozen, validated Config; a fault is one line naming the key."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.errors import ConfigError

PREFIX = "JIANDU_"
PASSPHRASE = "JIANDU_PASSPHRASE"  # noqa: S105  # the name of what opens a key file (bot/sealing), and no setting
AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Server(Section):
    """Where the bot listens. `callback_path` is what stands behind the domain in WeCom's console."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    callback_path: str = Field("/wecom/callback", pattern=r"^/[\w\-./]*$")
    admin_host: str = "127.0.0.1"
    admin_port: int = Field(0, ge=-1, le=65535)  # of /metrics and the rehearsal's clock; 0: `port`, -1: nowhere
    strangers_per_minute: int = Field(120, ge=0)
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one)  # raises ValueError
        return value


class WeCom(Section):
    """The self-built app's credentials (wecom.md 1.1); secrets come from the environment."""

    corp_id: str = ""
    agent_id: int = 0
    secret: str = Field("", repr=False)
    token: str = Field("", repr=False)
    encoding_aes_key: str = Field("", repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    replay_window_seconds: int = Field(600, ge=0, le=86400)  # known callbacks are remembered for longer
    daily_limit: int = Field(0, ge=0)  # wecom.md 4.1: the corp's account limit times 200; 0: not counted

    def missing(self) -> list[str]:
        """The keys that `serve` cannot do without and that are empty."""
        keys = ("corp_id", "agent_id", "secret", "token", "encoding_aes_key")
        return [f"wecom.{key}" for key in keys if not getattr(self, key)]

    @field_validator("encoding_aes_key")
    @classmethod
    def _length(cls, value: str) -> str:
        if value and not AES_KEY.fullmatch(value):
            raise ValueError("must be 43 letters, digits, + or /")
        return value


class Store(Section):
    url: str = Field("sqlite:///data/jiandu.db", repr=False)


class Cache(Section):
    url: str = Field("", repr=False, pattern=r"^$|^(redis|rediss|unix)://")


class Files(Section):
    directory: Path = Path("data/files")
    max_mb: int = Field(20, ge=1, le=20)  # wecom.md 3.6: WeCom's own limit is 20 MB


class Policy(Section):
    """What domain.md marks 〔定〕, as far as the program uses it today; one setting each."""

    quiet_start: time = time(20, 0)  # domain.md 6.7
    quiet_end: time = time(8, 0)
    lunch_start: time = time(12, 0)
    lunch_end: time = time(13, 30)
    quarter_deadline: Literal["back", "none", "forward"] = "back"  # domain.md 6.2: a quarter's end on a rest day
    conversation_minutes: int = Field(30, ge=1)  # P3
    duplicate_hours: int = Field(24, ge=0)  # T1: the same text of the same person
    immediate_days: int = Field(30, ge=1)  # domain.md 3.2 `due`
    phased_days: int = Field(180, ge=1)
    return_workdays: int = Field(10, ge=1)  # T9
    first_extension_days: int = Field(30, ge=1)  # T10
    leading_group_extension: int = Field(3, ge=2)  # T10: from this one on the leading group decides
    objection_workdays: int = Field(5, ge=1)  # S9
    ongoing_review_months: int = Field(24, ge=1)  # domain.md 3.2 `due`
    common_units: int = Field(3, ge=2)  # S37: a category in so many units is a common fault
    common_findings: int = Field(5, ge=2)  # S37: or so often in four quarters
    summary_workdays: int = Field(10, ge=1)  # S35: after the term the quarter's report is with the leading group
    similar_percent: int = Field(50, ge=0, le=100)  # domain.md 7.5: so much of a new finding's words in an earlier one
    report_workdays: int = Field(5, ge=1)  # S33: a special report is submitted within
    report_chase_workdays: int = Field(3, ge=1)  # S33: findings that lack are asked for again after
    year_start_months: tuple[int, int] = (1, 2)  # S29: first and last month in which the leading group meets
    mid_year_months: tuple[int, int] = (6, 7)
    papers_workdays: int = Field(5, ge=1)  # S30: material is due so many working days before a meeting
    minutes_workdays: int = Field(3, ge=1)  # domain.md 6.4: what was decided is entered within
    inspection_clash_days: int = Field(30, ge=1)  # S40: two bodies at one unit within so many days
    intake_rows: int = Field(500, ge=1, le=2000)  # findings of one sheet
    overdue_weekday: int = Field(1, ge=0, le=7)  # domain.md 7.1: the weekly list goes on this one (1: Monday); 0: never
    large_lines: int = Field(2000, ge=1)  # a file of more lines is made beside everything else, and announced so
    peer_cards: bool = True  # S4: other members see the harmless fields
    office_reads_leads: bool = True  # domain.md 2.4: the office's staff read a lead while it is being registered
    refused_lookups: int = Field(5, ge=1)  # domain.md 2.5
    refused_minutes: int = Field(10, ge=1)
    confirm_workdays: int = Field(2, ge=1)  # T5: a task that nobody confirmed is asked about after
    acceptance_workdays: int = Field(5, ge=1)  # domain.md 6.3: an application is decided within
    singles_a_day: int = Field(3, ge=1)  # domain.md 6.7: reminders of their own a person and day
    digest_days: int = Field(3, ge=0)  # domain.md 6.7: the digest looks so many days ahead
    cooling_workdays: int = Field(5, ge=0)  # domain.md 6.3: repeats are silent so long after progress
    raw_message_days: int = Field(180, ge=7)  # domain.md 4.6: people's own words outside the record
    ladders: dict[str, tuple[str, ...]] = {}  # domain.md 6: whole ladders in place of those of the program
    talk_year_findings: int = Field(
        10, ge=1
    )  # S46, domain.md 6.6: a talk is suggested from so many findings in four quarters
    talk_quarter_findings: int = Field(5, ge=1)  # or in this quarter
    talk_major_findings: int = Field(2, ge=1)  # or major ones in four quarters
    talk_months: int = Field(12, ge=1)  # so far back 重复发生 and 整改不力 look
    talk_repeats: int = Field(3, ge=2)  # findings of one second-level category
    talk_reopened: int = Field(1, ge=1)  # reopened within the months after 销号
    talk_overdue_workdays: int = Field(20, ge=1)  # one finding overdue for more
    talk_overdue_percent: int = Field(20, ge=0)  # an overdue rate above this, and
    talk_overdue_findings: int = Field(3, ge=1)  # at least so many overdue
    talk_returns: int = Field(2, ge=1)  # one finding returned so often
    talk_extensions: int = Field(2, ge=1)  # one finding extended so often
    talk_silent_days: int = Field(90, ge=1)  # not suggested again for the unit, except a new case
    talk_notice_workdays: int = Field(3, ge=0)  # the talked are told so early, unless it is urgent
    major_yuan: int = Field(0, ge=0)  # an amount from which "major" is suggested; 0: never (domain.md 4.2)


class Anonymity(Section):
    """Settings of the anonymous path (anonymity.md); docs/privacy.md says what they protect."""

    reading: Literal["offline", "chat"] = "offline"
    flush_hours: tuple[int, ...] = (6, 12, 18, 0)
    flush_seconds: int = Field(0, ge=0)
    reading_keys: tuple[Path, ...] = ()  # key files of kind "reading"; JIANDU_PASSPHRASE opens them
    file: Path = Path("data/anonymous.db")
    pepper_file: Path = Path("data/pepper")
    desk_key_file: Path = Path("data/desk-key")  # opens what is sealed of leads by name (docs/sealing.md)


class Ingest(Section):
    """Business systems that may warn (S58): who they are, and whose people judge what they send."""

    keys: dict[Annotated[str, Field(pattern=r"^[a-z0-9_\-]{1,32}$")], Annotated[str, Field(min_length=24)]] = Field(
        {}, repr=False
    )
    sources: dict[str, str] = {}  # source -> the code of a unit; without one the office alone judges
    per_minute: int = Field(60, ge=1)


class Log(Section):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


class Rehearsal(Section):
    enabled: bool = False


class Config(BaseSettings):
    """All settings; `docs/settings.md` lists them, and a test compares."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )
    server: Server = Server()
    wecom: WeCom = WeCom()
    store: Store = Store()
    cache: Cache = Cache()
    files: Files = Files()
    policy: Policy = Policy()
    anonymity: Anonymity = Anonymity()
    ingest: Ingest = Ingest()
    log: Log = Log()
    rehearsal: Rehearsal = Rehearsal()


def load(path: Path) -> Config:
    """The settings of `path` with the environment on top. Raises ConfigError with one line that names the key."""
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")

    class FromFile(Config):
        model_config = SettingsConfigDict(toml_file=path)

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, TomlConfigSettingsSource(settings_cls)

    _refuse_unknown_environment()
    try:
        ingest = tomllib.loads(path.read_text("utf-8")).get("ingest")
        if isinstance(ingest, dict) and ingest.get("keys"):
            raise ConfigError("ingest.keys: belongs in the environment only (JIANDU_INGEST__KEYS)")
        return FromFile()
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{key}: {first['msg']}") from None
    except RecursionError:
        raise ConfigError(f"{path.name}: nested too deeply") from None
    except ValueError as error:  # broken TOML, or a list in the environment that is not JSON
        raise ConfigError(f"{path.name}: {str(error).splitlines()[0][:160]}") from None


def _refuse_unknown_environment() -> None:
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name != PASSPHRASE:
            section = name[len(PREFIX) :].lower().split("__")[0]
            if section not in Config.model_fields or "__" not in name:
                raise ConfigError(f"{name}: unknown setting")
