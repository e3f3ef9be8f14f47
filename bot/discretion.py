"""What the engine itself keeps of talks about leads: hidden under the safe's key, shown again when it is needed.

An open talk, the answer kept for a repeat, and a message that waits to be sent would otherwise hold a lead's words, and
say who spoke of which lead, in clear beside the sealed lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flow import HIDDEN, Flow, LeadSafe
from storage.conversations import Talk

LEAD = "XS-"  # how a lead's number begins (contract.md)


@dataclass(frozen=True, slots=True)
class Discretion:
    """Which talks are about leads, by the flows that have them."""

    flows: frozenset[str]
    steps: frozenset[str]

    @classmethod
    def of(cls, flows: Sequence[Flow]) -> Discretion:
        secret = [flow for flow in flows if flow.secret]
        return cls(frozenset(flow.name for flow in secret), frozenset(step for flow in secret for step in flow.steps))

    def needs(self, frames: Sequence[Mapping[str, Any]]) -> bool:
        """Whether one of these open questions is a lead's.

        A flow that is no secret itself may ask its steps too, behind a name of its own and a dot: `alert.lead_confirm`.
        """
        return any(frame["flow"] in self.flows or frame["step"].rpartition(".")[2] in self.steps for frame in frames)

    def is_about_leads(self, flow: str, talk: Talk, words: str) -> bool:
        """Whether an answer is: by its flow, by what it asks, or because a lead's number stands in it."""
        return flow in self.flows or LEAD in words or self.needs(talk.frames)

    def close(self, talk: Talk, safe: LeadSafe) -> None:
        """Before the talk is stored."""
        lapsed = talk.recent.get("lapsed") or ()
        if self.needs([*talk.frames, *lapsed]) or LEAD in repr((talk.frames, talk.recent)):
            hidden = safe.hide({"frames": talk.frames, "recent": talk.recent})
            talk.frames, talk.recent = ([{HIDDEN: hidden}], {}) if talk.frames else ([], {HIDDEN: hidden})


def open_talk(talk: Talk, safe: LeadSafe) -> None:
    """After it was read. One whose key is gone is as if nothing had been said."""
    hidden = next((frame[HIDDEN] for frame in talk.frames if HIDDEN in frame), talk.recent.get(HIDDEN))
    if hidden is None:
        return
    try:
        shown = safe.show(hidden)
    except ValueError:
        shown = {"frames": [], "recent": {}}
    talk.frames, talk.recent = shown["frames"], shown["recent"]


def hidden_words(words: str, safe: LeadSafe) -> str:
    """An answer as it is kept for a repeat."""
    return HIDDEN + safe.hide(words)


def text_body(words: str, safe: LeadSafe | None) -> dict[str, Any]:
    """The body of a text that is owed; hidden where a safe is given."""
    body = {"content": words}
    return {HIDDEN: safe.hide(body)} if safe is not None else body


def shown_words(kept: str, safe: LeadSafe) -> str:
    """The answer that was kept; "" when its key is gone."""
    if not kept.startswith(HIDDEN):
        return kept
    try:
        return str(safe.show(kept.removeprefix(HIDDEN)))
    except ValueError:
        return ""


def shown_body(body: Mapping[str, Any], safe: LeadSafe) -> Mapping[str, Any]:
    """A waiting message's body. Raises ValueError when its key is gone."""
    if HIDDEN not in body:
        return body
    return {**safe.show(body[HIDDEN]), **{name: value for name, value in body.items() if name != HIDDEN}}
