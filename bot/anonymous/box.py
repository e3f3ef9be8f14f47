"""What the flows may do with sealed reports: read them with the bot's reading keys, and answer their mailboxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.anonymous.batch import Batch
from bot.sealing import contents, envelope
from bot.sealing.contents import PICTURES, Part
from bot.sealing.pairs import Pair
from storage.vault import Sealed, Vault

PICTURE = "图片（请用离线阅读工具查看）"


@dataclass(frozen=True, slots=True)
class Box:
    """keys: the reading keys that this process holds, by officer; none with `reading="offline"`.

    Each is used for its own officer only, so that nobody is shown what was not sealed to him.
    """

    vault: Vault
    batch: Batch
    keys: Mapping[str, Sequence[Pair]] = field(default_factory=dict, repr=False)

    def read(self, lead: str, officer: str) -> list[str] | None:
        """The parts of the report that became this lead, oldest first; None when there is none, or not for him.

        A picture's place is taken by words: shown in chat, its copy would lie with the platform for good.
        """
        keys = self.keys.get(officer)
        report = self.vault.of_lead(lead) if keys else None
        if report is None or not keys:
            return None
        bound = contents.context("part", report.record)
        try:
            opened = [envelope.open_(keys, part.sealed, bound) for part in self.vault.parts(report.record)]
        except envelope.Unsealable:
            return None
        parts = [Part.from_bytes(part) for part in opened]
        return [PICTURE if part.kind in PICTURES else part.text for part in parts]

    def answered_since(self, day: date) -> list[str]:
        """The public tags of the reports whose mailboxes got words on or after `day`."""
        return self.vault.answered_since(day)

    def answer(self, lead: str, words: str, day: date) -> bool:
        """Leave words for the reporter, sealed to his mailbox; he finds them after the next batch. False: no report."""
        report = self.vault.of_lead(lead)
        if report is None:
            return False
        bound = contents.context("reply", report.record)
        sealed = envelope.seal([report.mailbox], Part.of_text(words).to_bytes(), bound)
        self.batch.add_reply(Sealed(report.record, day, sealed))
        return True
