"""One bot and one stand-in for a test: say, click, turn the clock, kill -9, and read what the store then holds."""

from __future__ import annotations

import http.client
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlencode

from sandbox.settings import Settings
from tests.e2e.processes import ROOT, Process, free_port, imported

HENGXIN = ROOT / "sandbox" / "hengxin"
START = "2026-11-23T10:00:00+08:00"
SAMPLE = Settings()
LEAST_TEXT = 5  # shorter words than this prove nothing when they are looked for in a log

Row = dict[str, Any]
_T = TypeVar("_T")


class Rig:
    """`bot_port` and `page_port` stay the same over restarts of the bot, as behind a real platform."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: str = START,
        rate: float = 0.0,
        org: Path = HENGXIN,
        log_level: str = "DEBUG",
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.folder, self.clock, self.rate, self.org = folder, clock, rate, org
        self.bot_port, self.page_port = free_port(), free_port()
        self.store = folder / "store.db"
        self.bot, self.sandbox = Process(folder / "bot.log"), Process(folder / "sandbox.log")
        self.said: set[str] = set()
        self._heard: dict[str, int] = {}
        self.environment = {
            "JIANDU_WECOM__CORP_ID": SAMPLE.corp_id,
            "JIANDU_WECOM__AGENT_ID": str(SAMPLE.agent_id),
            "JIANDU_WECOM__SECRET": SAMPLE.secret,
            "JIANDU_WECOM__TOKEN": SAMPLE.token,
            "JIANDU_WECOM__ENCODING_AES_KEY": SAMPLE.aes_key,
            "JIANDU_WECOM__API_BASE": f"http://127.0.0.1:{self.page_port}",
            "JIANDU_STORE__URL": f"sqlite:///{self.store}",
            "JIANDU_FILES__DIRECTORY": str(folder / "files"),
            "JIANDU_ANONYMITY__FILE": str(folder / "anonymous.db"),
            "JIANDU_ANONYMITY__PEPPER_FILE": str(folder / "pepper"),
            "JIANDU_ANONYMITY__DESK_KEY_FILE": str(folder / "desk-key"),
            "JIANDU_REHEARSAL__ENABLED": "true",
            "JIANDU_LOG__LEVEL": log_level,
            **settings,
        }

    @property
    def callback_url(self) -> str:
        return f"http://127.0.0.1:{self.bot_port}/wecom/callback"

    # -- processes ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._start_sandbox()
        shutil.copyfile(imported(self.org), self.store)
        self.start_bot()
        self.sandbox.wait_ready(self.page_port, "/api/state")

    def _start_sandbox(self) -> None:
        command = ["-m", "sandbox", "--port", str(self.page_port), "--callback", self.callback_url]
        self.sandbox.start([*command, "--org", str(self.org)], {})

    def start_bot(self, clock: str | None = None, *, wait: bool = True) -> None:
        command = [str(ROOT / "run.py"), "serve", "--host", "127.0.0.1", "--port", str(self.bot_port)]
        self.bot.start([*command, "--clock", clock or self.clock, "--clock-rate", str(self.rate)], self.environment)
        if wait:
            self.wait_ready()

    def wait_ready(self) -> None:
        self.bot.wait_ready(self.bot_port, "/readyz")

    def kill(self) -> None:
        """kill -9 of the bot."""
        self.bot.kill()

    def restart(self, clock: str | None = None) -> None:
        self.kill()
        self.start_bot(clock)

    def close(self) -> None:
        """End both and hold the promise about logs: no word of a message, no secret. Always ends both."""
        try:
            code = self.bot.stop() if self.bot.alive else 0
        finally:
            self.bot.kill()
            self.sandbox.kill()
        assert code == 0, f"the bot did not stop cleanly: {code}\n{self.bot.tail()}"
        log = self.bot.log.read_text(encoding="utf-8", errors="replace") if self.bot.log.exists() else ""
        assert [text for text in self.said if len(text) >= LEAST_TEXT and text in log] == []
        assert [name for name in ("secret", "token", "aes_key") if getattr(SAMPLE, name) in log] == []
        assert "Traceback" not in log, self.bot.tail(6000)

    # -- HTTP --------------------------------------------------------------------------------------------------------

    def call(
        self, port: int, method: str, path: str, body: Mapping[str, Any] | None = None, timeout: float = 60
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
            connection.request(method, path, data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        try:
            return response.status, json.loads(content)
        except ValueError:
            return response.status, content.decode(errors="replace")

    def ask(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Any:
        """The stand-in's control address; without a body a GET."""
        where = f"{path}?{urlencode(query)}" if query else path
        status, answer = self.call(self.page_port, "GET" if body is None else "POST", where, body)
        assert status == 200, (path, status, answer)
        return answer

    # -- people ------------------------------------------------------------------------------------------------------

    def say(self, person: str, text: str) -> str:
        """What the person reads next: the answer in the response, or the first message that is sent instead."""
        self.said.add(text)
        before = self._last_seq(person)
        answer = self.ask("/api/say", {"userid": person, "text": text})
        assert answer["problem"] == "", answer
        assert answer["status"] in ("replied", "empty"), answer
        return self._answer(person, answer, before)

    def click(self, person: str, button: str, *, force: bool = False, task_id: str = "") -> str:
        """Tap the newest live card that has this button (its text or key), or the card `task_id`."""
        card = self.card(person, button, closed=force, task_id=task_id)
        key = next(b["key"] for b in card["card"]["button_list"] if button in (b["text"], b["key"]))
        before = self._last_seq(person)
        body = {"userid": person, "task_id": card["task_id"], "key": key, "force": force}
        answer = self.ask("/api/click", body)
        assert answer["problem"] == "", answer
        return self._answer(person, answer, before)

    def card(self, person: str, button: str, *, closed: bool = False, task_id: str = "") -> Row:
        """The newest card of the person with that button; waits for it to arrive. closed: greyed ones count too."""

        def find() -> Row | None:
            for entry in reversed(self.messages(person)):
                if entry["kind"] != "template_card" or (task_id and entry["task_id"] != task_id):
                    continue
                buttons = entry["card"].get("button_list", [])
                if any(button in (b["text"], b["key"]) for b in buttons) and (closed or not entry["closed"]):
                    return entry
            return None

        return self.until(find, f"{person} has no card with the button {button}")

    def _answer(self, person: str, answer: Row, before: int) -> str:
        if answer["reply"]:
            return str(answer["reply"])

        def find() -> str | None:
            news = [e for e in self.messages(person) if e["seq"] > before and e["from"] == "app"]
            return next((words(entry) for entry in news), None)

        return self.until(find, f"{person} got no answer")

    def _last_seq(self, person: str) -> int:
        return max((entry["seq"] for entry in self.messages(person)), default=0)

    def messages(self, person: str) -> list[Row]:
        rows: list[Row] = self.ask("/api/messages", userid=person)
        return rows

    def told(self, person: str) -> list[str]:
        """The words of what was sent to the person (not in a response) since the last call."""
        news = [entry for entry in self.messages(person) if entry.get("via") == "send"]
        fresh = [entry for entry in news if entry["seq"] > self._heard.get(person, 0)]
        self._heard[person] = max((entry["seq"] for entry in news), default=0)
        return [words(entry) for entry in fresh]

    def wait_told(self, person: str, *parts: str, seconds: float = 10) -> str:
        """Some message that was sent to the person and holds all the parts; polls until it is there."""

        def find() -> str | None:
            sent = [words(entry) for entry in self.messages(person) if entry.get("via") == "send"]
            return next((text for text in reversed(sent) if all(part in text for part in parts)), None)

        return self.until(find, f"{person} was not told {parts}", seconds)

    # -- the world ---------------------------------------------------------------------------------------------------

    def turn_clock(self, moment: str, *, timeout: float = 120) -> None:
        """Turn the business clock forward (Shanghai time); returns when all is settled."""
        body = {"now": f"{moment}+08:00", "rate": self.rate}
        status, answer = self.call(self.bot_port, "POST", "/rehearsal/clock", body, timeout)
        assert status == 200, answer

    def faults(self, **switches: Any) -> None:
        """Set switches; without any, all are cleared."""
        self.ask("/faults", switches)

    def sends(self, **query: str) -> list[Row]:
        """The stand-in's record of message/send that it took, duplicates left out."""
        rows: list[Row] = self.ask("/api/record", None, api="message/send", **query)
        return [row for row in rows if row["outcome"] == "accepted"]

    def read(self, query: str, *values: object) -> list[Row]:
        """Rows of the store, read beside the running bot and without a chance to change anything."""
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def one(self, query: str, *values: object) -> Any:
        """The first column of the only row."""
        rows = self.read(query, *values)
        assert len(rows) == 1, rows
        return next(iter(rows[0].values()))

    def finding(self, number: str) -> Row:
        rows = self.read("SELECT * FROM findings WHERE number = ?", number)
        assert len(rows) == 1, (number, rows)
        return rows[0]

    def owed(self) -> int:
        """Rows that could go now and have not gone."""
        query = "SELECT count(*) AS n FROM outbox WHERE state = 'due' AND hold_until IS NULL"
        return int(self.one(query))

    def settle(self, seconds: float = 75) -> None:
        """Until nothing is owed any more (what waits for a later business hour aside); a full minute of WeCom's too."""
        self.until(lambda: self.owed() == 0 or None, "messages are still owed", seconds)

    @staticmethod
    def until(probe: Callable[[], _T | None], complaint: str, seconds: float = 10) -> _T:
        """Poll until the probe gives something."""
        deadline = time.monotonic() + seconds
        while (found := probe()) is None:
            assert time.monotonic() < deadline, complaint
            time.sleep(0.05)
        return found


def words(entry: Row) -> str:
    """What is read of one message of a chat."""
    card = entry.get("card")
    if not card:
        return str(entry.get("text", ""))
    title = card.get("main_title", {})
    facts = [f"{fact.get('keyname')}：{fact.get('value')}" for fact in card.get("horizontal_content_list", [])]
    buttons = "".join(f"[{button['text']}]" for button in card.get("button_list", []))
    parts = [title.get("title", ""), title.get("desc", ""), *facts, card.get("sub_title_text", ""), buttons]
    return "\n".join(filter(None, parts))
