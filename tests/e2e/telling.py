"""Talks through a rig and holds after every step who was told: each exactly once, and nobody else."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.rig import Rig, Row
from tests.e2e.stages import CONFIRM

Told = Mapping[str, tuple[str, ...]]
CARD = "[确认"  # the card that comes with every question for confirmation
_NOTICES = ("放假安排",)  # what the bot tells the office by itself on its first morning


class Telling:
    """`told` says, person by person, a part of each message that was pushed, in any order; else nobody hears a word.

    The answer itself, and the card of a confirmation that was asked for, need not be said.
    """

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.people = [row["userid"] for row in rig.ask("/api/people")]
        self.hear()

    def say(self, person: str, text: str, *parts: str, told: Told | None = None) -> str:
        return self._heard(person, text, self.rig.say(person, text), parts, told)

    def click(self, person: str, button: str, *parts: str, told: Told | None = None) -> str:
        return self._heard(person, f"[{button}]", self.rig.click(person, button), parts, told, pushed=True)

    def send(self, person: str, kind: str, name: str, data: bytes, *parts: str, told: Told | None = None) -> str:
        """A picture or file that the person picks; waits until the bot has fetched it, or refused it."""
        content = base64.b64encode(data).decode()
        answer = self.rig.ask(f"/api/send_{kind}", {"userid": person, "name": name, "data": content})
        assert answer["problem"] == "" and answer["reply"], answer
        self.fetched()
        return self._heard(person, name, answer["reply"], parts, told)

    def fetched(self) -> None:
        waiting = "SELECT count(*) FROM fetches WHERE state = 'due'"
        self.rig.until(lambda: self.rig.one(waiting) == 0 or None, "a file is still to be fetched", 20)

    def hear(self) -> dict[str, list[str]]:
        """What was pushed to whom since the last call."""
        self.rig.settle()
        new = {person: [text for text in self.rig.told(person) if not _notice(text)] for person in self.people}
        return {person: texts for person, texts in new.items() if texts}

    def _heard(
        self, person: str, said: str, answer: str, parts: tuple[str, ...], told: Told | None, *, pushed: bool = False
    ) -> str:
        missing = [part for part in parts if part not in answer]
        assert not missing, f"{person}：{said}\n没有 {missing}\n{answer}"
        heard = self.hear()
        if answer in heard.get(person, ()):
            heard[person].remove(answer)  # it came as a message, as a click's answer does
        elif pushed:
            raise AssertionError(f"{person}：{said}\n回答没有单独送达\n{answer}")
        wanted = {who: list(texts) for who, texts in (told or {}).items()}
        if CONFIRM in answer:
            wanted.setdefault(person, []).append(CARD)
        for who in {*heard, *wanted}:
            fault = _differs(heard.get(who, []), wanted.get(who, []))
            assert not fault, f"{person}：{said}\n{answer}\n{who} {fault}\n" + "\n--\n".join(heard.get(who, []))
        return answer

    def attachments(self, person: str) -> list[Row]:
        """Pictures and files that the bot sent to the person, oldest first: name, size, and the bytes as `data`."""
        entries = self.rig.messages(person)
        sent = [e["media"] for e in entries if e.get("via") == "send" and e["kind"] in ("image", "file")]
        return [{**media, "data": self._media(media["id"])} for media in sent]

    def _media(self, name: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.rig.page_port, timeout=30)
        try:
            connection.request("GET", f"/api/media/{name}")
            response = connection.getresponse()
            assert response.status == 200
            return response.read()
        finally:
            connection.close()


def _notice(text: str) -> bool:
    return any(part in text for part in _NOTICES)


def _differs(heard: list[str], wanted: list[str]) -> str:
    """What is wrong: a message too many, or one that did not come; "" when each is there once."""
    left = list(heard)
    for part in wanted:
        found = next((text for text in left if part in text), None)
        if found is None:
            return f"没有收到 {part!r}"
        left.remove(found)
    return f"多收到{len(left)}条" if left else ""


def kept(rig: Rig, sha256: str) -> Path:
    """Where a file of that digest lies under `[files] directory`."""
    return rig.folder / "files" / sha256[:2] / sha256[2:4] / sha256
