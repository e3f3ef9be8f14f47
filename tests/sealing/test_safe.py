"""The office's safe, and leads by name on their way to an officer's own machine."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot import doctor
from bot.errors import ConfigError
from bot.sealing import bundle, key_store, keyring, lead_bundle
from bot.sealing.bundle import BadBundle
from bot.sealing.safe import Safe
from storage import events, leads
from storage.matters import LeadNote
from tests.sealing.test_commands import PASSPHRASE, _environment, _keys, place, run  # noqa: F401

WHO = ("jiwei", "identity", "other")
NUMBER = "XS-2026-7K3M"
DESK = Safe.new()
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_what_is_sealed_opens_only_for_its_use_and_record(tmp_path: Path) -> None:
    safe, other = Safe.at(tmp_path / "desk-key"), Safe.new()
    hidden = safe.hide({"desc": "废铁"})
    assert safe.show(hidden) == {"desc": "废铁"} and "废铁" not in hidden
    assert Safe.at(tmp_path / "desk-key").show(hidden) == {"desc": "废铁"}  # the next process
    for wrong in (hidden[:-8] + "AAAAAAA=", "s1.", "plain", "s1.%%%"):
        with pytest.raises(ValueError, match=r"hidden|sealed|base64|padding|Nonce"):
            safe.show(wrong)
    with pytest.raises(ValueError, match="hidden"):
        other.show(hidden)
    assert safe.mark("hx_a") == Safe.at(tmp_path / "desk-key").mark("hx_a") != other.mark("hx_a")
    assert len(safe.mark("hx_a")) == 32 and safe.mark("hx_a") != safe.mark("hx_b")
    assert "private" not in repr(safe)


def test_the_key_is_its_owners_alone_and_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "data" / "desk-key"
    Safe.at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(ConfigError, match=r"anonymity\.desk_key_file: others may read it"):
        Safe.at(path)
    path.unlink()
    with pytest.raises(ConfigError, match=r"anonymity\.desk_key_file: No such file"):
        Safe.at(path, create=False)


def test_leads_travel_to_the_officers_whose_key_opens_them(place: Path) -> None:  # noqa: F811
    for name, flag in (("jiwei", []), ("identity", ["--identity"]), ("other", [])):
        officer = "hx_jiwei" if name != "other" else "hx_zhuren"
        made = _keys(place, "new", officer, *flag, "--out", str(place / "stick" / f"lead-{name}.json"))
        assert made.returncode == 0, made.stderr
    ids = {name: keyring.load(place / "stick" / f"lead-{name}.json", PASSPHRASE).pair.key_id for name in WHO}
    key_store.in_store(_environment(place)["JIANDU_STORE__URL"], _seed)

    refused = _keys(place, "export", ids["jiwei"], "--leads", "--out", str(place / "stick" / "no.json"))
    assert refused.returncode == 1 and "理由" in refused.stderr and not (place / "stick" / "no.json").exists()
    shown = {}
    for name in ("jiwei", "identity"):
        file = place / "stick" / f"leads-{name}.json"
        done = _keys(place, "export", ids[name], "--leads", "--reason", "核对密钥", "--out", str(file))
        assert done.returncode == 0 and "已导出1件" in done.stdout, done.stderr
        assert "废铁" not in file.read_text() and "hx_zhigong" not in file.read_text()
        key = str(place / "stick" / f"lead-{name}.json")
        shown[name] = run("unseal", str(file), "--key", key, environment=_environment(place)).stdout
    assert "内容：库管\x1b[2J倒卖废铁".replace("\x1b", "�") in shown["jiwei"] and "hx_zhigong" not in shown["jiwei"]
    assert "理由：过磅单不全" in shown["jiwei"] and "金额：1234.50元" in shown["jiwei"]
    assert "反映人账号：hx_zhigong" in shown["identity"] and "废铁" not in shown["identity"]
    nothing = _keys(place, "export", ids["other"], "--leads", "--reason", "核对密钥", "--out", str(place / "x"))
    assert nothing.returncode == 1 and "没有加密给这个密钥的线索" in nothing.stderr
    with pytest.raises(BadBundle):
        bundle.read(place / "stick" / "leads-jiwei.json")
    url = _environment(place)["JIANDU_STORE__URL"]
    entries = key_store.in_store(url, lambda session: [(e.action, e.reason) for e in events.history(session, NUMBER)])
    assert entries[-2:] == [("lead_exported", "核对密钥")] * 2


def _seed(session: Session) -> None:
    safe = DESK  # of which `unseal` knows nothing: the officers' own keys must do
    said = {"raw_text": "库管\x1b[2J倒卖废铁", "desc": "倒卖废铁", "unit_name": "恒信能源", "amount_fen": 123450}
    leads.add(
        session, number=NUMBER, state="reported", reported_at=AT, real_name=True, reporter=safe.mark("hx_zhigong"),
        sealed=safe.seal(session, "lead", NUMBER, json.dumps(said), ["hx_jiwei"]),
        identity=safe.seal(session, "identity", NUMBER, json.dumps({"userid": "hx_zhigong"}), ["hx_jiwei"]),
    )  # fmt: skip
    row = leads.find(session, NUMBER)
    assert row is not None
    body = safe.seal(session, "note", f"{NUMBER}/reason", "过磅单不全", ["hx_jiwei"])
    session.add(LeadNote(lead_id=row.id, kind="reason", by="hx_jiwei", at=AT, body=body))
    events.add(session, at=AT, actor="reporter", matter=NUMBER, action="report_lead")
    session.flush()


def test_a_file_of_something_else_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"bundle": "leads", "version": 1}\n{"record": "XS-2026-7K3M", "envelopes": [["lead", ""]]}\n')
    assert bundle.kind_of(path) == bundle.LEADS
    with pytest.raises(BadBundle, match="第2行损坏"):
        lead_bundle.read(path)
    path.write_text("hello")
    assert bundle.kind_of(path) == ""


def test_the_doctor_says_whether_the_key_opens_the_leads(place: Path, tmp_path: Path) -> None:  # noqa: F811
    def remarks(path: Path) -> list[doctor.Remark]:
        url = _environment(place)["JIANDU_STORE__URL"]
        return key_store.in_store(url, lambda session: list(doctor.look_at_desk_key(session, path)))

    (missing,) = remarks(tmp_path / "desk-key")
    assert missing.ok is False and "desk_key_file" in missing.words
    Safe.at(tmp_path / "desk-key")
    (strange,) = remarks(tmp_path / "desk-key")
    assert strange.ok is False and "打不开最近一件线索" in strange.words
    (tmp_path / "right").write_bytes(DESK.pair.private)
    (tmp_path / "right").chmod(0o600)
    (right,) = remarks(tmp_path / "right")
    assert right.ok is True
