"""Settings: every fault is one line that names the key, and no secret is ever shown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from bot import config, scheduler
from bot.anonymous import memory
from bot.config import Config, WeCom
from bot.errors import ConfigError

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config.toml"
DOCUMENT = ROOT / "docs" / "settings.md"
SECRETS = {"secret": "s3cr3t-value", "token": "t0k3n-value", "encoding_aes_key": "k" * 43}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(config.PREFIX):
            monkeypatch.delenv(name)


def _file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _fault(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    line = str(caught.value)
    assert "\n" not in line
    return line


def _settings(section: type[BaseModel] = Config, prefix: str = "") -> Iterator[tuple[str, type[BaseModel], str]]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _settings(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", section, name


def test_the_shipped_file_holds_every_setting_at_its_default(tmp_path: Path) -> None:
    assert config.load(SHIPPED).model_dump() == config.load(_file(tmp_path, "")).model_dump()
    text = SHIPPED.read_text(encoding="utf-8")
    for key, _, name in _settings():
        assert re.search(rf"^{name} = ", text, re.MULTILINE), f"{key} is not in config.toml"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, "[server]\nport = 1\nhost = '0.0.0.0'\n")
    monkeypatch.setenv("JIANDU_SERVER__PORT", "2")
    known = config.load(path)
    assert (known.server.port, known.server.host) == (2, "0.0.0.0")


def test_a_list_in_the_environment_is_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANDU_ANONYMITY__FLUSH_HOURS", "[7, 19]")
    assert config.load(_file(tmp_path, "")).anonymity.flush_hours == (7, 19)
    monkeypatch.setenv("JIANDU_ANONYMITY__FLUSH_HOURS", "7, 19")
    assert "flush_hours" in _fault(_file(tmp_path, "")) or "anonymity" in _fault(_file(tmp_path, ""))


def test_keys_of_systems_come_from_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "not-to-be-shown-to-anybody"
    fault = _fault(_file(tmp_path, f'[ingest]\nkeys = {{ erp = "{key}" }}\n'))
    assert "JIANDU_INGEST__KEYS" in fault and key not in fault
    monkeypatch.setenv("JIANDU_INGEST__KEYS", f'{{"erp": "{key}"}}')
    assert config.load(_file(tmp_path, "")).ingest.keys == {"erp": key}
    assert key not in repr(config.load(_file(tmp_path, "")))
    monkeypatch.setenv("JIANDU_INGEST__KEYS", '{"erp": "short"}')
    assert "ingest.keys" in _fault(_file(tmp_path, "")) and "short" not in _fault(_file(tmp_path, "")).replace(
        "too_short", ""
    )


def test_hours_and_switches_come_as_people_write_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANDU_POLICY__QUIET_START", "21:30")
    monkeypatch.setenv("JIANDU_POLICY__PEER_CARDS", "false")
    known = config.load(_file(tmp_path, '[policy]\nquiet_end = "07:00:00"\nlunch_start = 11:45:00\n'))
    policy = known.policy
    assert [t.isoformat() for t in (policy.quiet_start, policy.quiet_end, policy.lunch_start)] == [
        "21:30:00", "07:00:00", "11:45:00",
    ]  # fmt: skip
    assert policy.peer_cards is False


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[server]\nprot = 1", "server.prot"),
        ("[servr]\nport = 1", "servr"),
        ("[server]\nport = 70000", "server.port"),
        ("[server]\nport = 'x'", "server.port"),
        ("[server]\ncallback_path = 'callback'", "server.callback_path"),
        ("[wecom]\nencoding_aes_key = 'short'", "wecom.encoding_aes_key"),
        (f"[wecom]\nencoding_aes_key = '{'!' * 43}'", "wecom.encoding_aes_key"),
        ("[wecom]\nreplay_window_seconds = -1", "wecom.replay_window_seconds"),
        ("[wecom]\nreplay_window_seconds = 604800", "wecom.replay_window_seconds"),
        ("[server]\nadmin_port = -2", "server.admin_port"),
        ("[server]\ntrusted_proxies = ['the proxy']", "server.trusted_proxies"),
        ("[policy]\nquiet_start = '25:00'", "policy.quiet_start"),
        ("[policy]\nconversation_minutes = 0", "policy.conversation_minutes"),
        ("[log]\nlevel = 'LOUD'", "log.level"),
        ("[anonymity]\nreading = 'aloud'", "anonymity.reading"),
        ("[rehearsal]\nenabled = 'perhaps'", "rehearsal.enabled"),
        ("[server\nport = 1", "config.toml"),
    ],
)
def test_a_fault_in_the_file_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    assert _fault(_file(tmp_path, text)).startswith(f"{key}: ")


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("JIANDU_SERVER__PROT", "1", "server.prot"),
        ("JIANDU_SERVER__PORT", "x", "server.port"),
        ("JIANDU_SERVR__PORT", "1", "JIANDU_SERVR__PORT"),
        ("JIANDU_PORT", "1", "JIANDU_PORT"),
        ("JIANDU_SERVER", "1", "JIANDU_SERVER"),
        ("JIANDU_WECOM__AGENT_ID", "abc", "wecom.agent_id"),
    ],
)
def test_a_fault_in_the_environment_names_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str
) -> None:
    monkeypatch.setenv(name, value)
    assert _fault(_file(tmp_path, "")).startswith(f"{key}: ")


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert _fault(tmp_path / "nothing.toml").endswith("no such file")


def test_no_secret_is_ever_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in SECRETS.items():
        monkeypatch.setenv(f"JIANDU_WECOM__{key.upper()}", value)
    monkeypatch.setenv("JIANDU_STORE__URL", "postgresql+psycopg://u:pa55word@127.0.0.1/x")
    known = config.load(_file(tmp_path, ""))
    for shown in (repr(known), str(known), repr(known.wecom), f"{known.store}"):
        assert not any(value in shown for value in (*SECRETS.values(), "pa55word"))
    assert known.wecom.secret == SECRETS["secret"]
    with pytest.raises(ValidationError, match="frozen"):
        known.server.port = 1  # type: ignore[misc]


@pytest.mark.parametrize("source", ["file", "environment"])
def test_a_faulty_secret_is_not_shown_in_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    short = "not-43-characters-long"
    text = ""
    if source == "file":
        text = f"[wecom]\nencoding_aes_key = '{short}'\n"
    else:
        monkeypatch.setenv("JIANDU_WECOM__ENCODING_AES_KEY", short)
    assert short not in _fault(_file(tmp_path, text))
    broken = f"[wecom]\nsecret = '{short}\n"
    assert short not in _fault(_file(tmp_path, broken))


def test_what_serving_needs_is_named(tmp_path: Path) -> None:
    assert config.load(_file(tmp_path, "")).wecom.missing() == [
        "wecom.corp_id", "wecom.agent_id", "wecom.secret", "wecom.token", "wecom.encoding_aes_key",
    ]  # fmt: skip


def _documented() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \| ([^|]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert len({key for key, _, _ in rows}) == len(rows)
    return {key: (kind.strip(), default.strip().strip("`")) for key, kind, default in rows}


def _default(section: type[BaseModel], name: str) -> str:
    value = section.model_fields[name].get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return str(list(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _kind(section: type[BaseModel], name: str) -> str:
    annotation = section.model_fields[name].annotation
    names = {int: "integer", str: "text", bool: "true/false", Path: "path"}
    if annotation in names:
        return names[annotation]
    text = str(annotation)
    if "Literal" in text:
        return " / ".join(re.findall(r"'(\w+)'", text))
    if text.startswith("dict"):
        return "table of lists" if "tuple" in text else "table of texts"
    if "tuple" in text:
        return "list of paths" if "Path" in text else "list of texts" if "str" in text else "list of integers"
    return "time of day"


def test_the_document_lists_every_setting_as_it_is() -> None:
    documented = _documented()
    assert list(documented) == [key for key, _, _ in _settings()]
    for key, section, name in _settings():
        assert documented[key] == (_kind(section, name), _default(section, name) or "(empty)"), key


def test_what_was_heard_is_remembered_for_longer_than_it_could_be_replayed() -> None:
    """A timestamp may lie a window ahead, so a recorded callback is taken for two of them."""
    longest = WeCom(replay_window_seconds=86400).replay_window_seconds
    assert 2 * longest < scheduler.REMEMBER.total_seconds()
    assert 2 * WeCom().replay_window_seconds <= memory.REPEATS_LAST


@pytest.mark.parametrize(
    "text", ["ingest = 5", "ingest = []", "x = " + "[" * 3000, "x = " + "{a=" * 3000, "[ingest]\nkeys = 5"]
)
def test_a_file_that_is_no_configuration_is_one_line_too(tmp_path: Path, text: str) -> None:
    assert _fault(_file(tmp_path, text))
