"""What a stand-in WeCom is told before it starts; the defaults are a fixed sample corp and app."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

HENGXIN = Path(__file__).resolve().parent / "hengxin"


@dataclass(frozen=True)
class Settings:
    """One corp with one self-built app. The credentials are invented and open nothing anywhere else.

    Times are real seconds. `strict` also refuses what the real platform merely cuts on display (wecom.md 3.3:
    "advised" lengths), so that a text that nobody would see whole is found by a test and not by a reader.
    """

    corp_id: str = "wwsandbox00000001"
    agent_id: int = 1000002
    secret: str = field(default="sandbox-secret-of-the-sample-app-0000000001", repr=False)
    token: str = field(default="SandboxToken2026", repr=False)
    aes_key: str = field(default="c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveDE", repr=False)
    callback: str = "http://127.0.0.1:8080/wecom/callback"
    clock_url: str = ""  # empty: /rehearsal/clock beside the callback
    org: Path = HENGXIN
    host: str = "127.0.0.1"
    port: int = 8090
    app_name: str = "监督小助手"
    strict: bool = True
    readers: tuple[str, ...] = (
        "hx_jiwei",
        "hx_zhuren",
        "hx_zuzhang",
    )  # anonymous reports in chat
    token_seconds: float = 7200
    callback_timeout: float = 5.0
    repeats: int = 3  # after the first delivery, so 4 in all (wecom.md 1.6)
    repeat_seconds: float = 5.0  # from one attempt's start to the next; the real spacing is not documented
    repeat_on_status: bool = True  # also repeat after a status other than 200 (two official pages disagree)
    member_limit: bool = True  # 30/min and 1000/h for one member (wecom.md 4.1)
    tokens_replace: bool = False  # whether a new token kills the older ones (wecom.md 3.1, a doubt)

    def bot_environment(self, store: Path) -> dict[str, str]:
        """What a bot is told to rehearse against this stand-in, with its data in the SQLite file `store`."""
        keys = store.with_name("demo-keys")
        return {
            "WECOM__CORP_ID": self.corp_id, "WECOM__AGENT_ID": str(self.agent_id), "WECOM__SECRET": self.secret,
            "WECOM__TOKEN": self.token, "WECOM__ENCODING_AES_KEY": self.aes_key,
            "WECOM__API_BASE": f"http://127.0.0.1:{self.port}", "REHEARSAL__ENABLED": "true",
            "STORE__URL": f"sqlite:///{store}", "FILES__DIRECTORY": str(store.with_name("demo-files")),
            "LOG__LEVEL": "WARNING", "ANONYMITY__READING": "chat", "ANONYMITY__FLUSH_SECONDS": "20",
            "ANONYMITY__FILE": str(store.with_name("demo-anonymous.db")),
            "ANONYMITY__DESK_KEY_FILE": str(store.with_name("demo-desk-key")),
            "ANONYMITY__PEPPER_FILE": str(store.with_name("demo-pepper")),
            "ANONYMITY__READING_KEYS": json.dumps([str(keys / f"{name}.json") for name in self.readers]),
        }  # fmt: skip


Sample = Settings
