"""Our `Card` into WeCom's `template_card`, cut to the wire's limits (wecom.md 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.messages import Button, Card, CardKind, Select, Style

_TITLE, _DESC, _NOTE = 36, 44, 160  # characters; longer text is cut on display anyway
_FACTS, _LABEL, _VALUE = 6, 5, 30
_BUTTONS, _BUTTON = 6, 10
_SELECTS, _OPTIONS, _VOTES = 3, 10, 20
_SELECT_TITLE, _OPTION, _VOTE = 13, 16, 11
_KEY_BYTES, _ID_BYTES, _URL_BYTES = 1024, 128, 2048
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_STYLES = {Style.STRONG: 1, Style.PLAIN: 2, Style.DANGER: 4}


class CardError(ValueError):
    """A card that no cutting can make valid. The message names the block, never its content."""


def wire_card(card: Card) -> dict[str, Any]:
    """The JSON of `template_card`. Long words are shortened; what must be exact (keys, ids) raises CardError."""
    if not card.title.strip() and not card.note.strip():
        raise CardError("main_title")
    body: dict[str, Any] = {"main_title": {"title": _short(card.title, _TITLE)}}
    if card.desc:
        body["main_title"]["desc"] = _short(card.desc, _DESC)
    if card.task_id or card.kind is not CardKind.NOTICE:
        body["task_id"] = _task_id(card.task_id)
    match card.kind:
        case CardKind.NOTICE:
            return {"card_type": "text_notice", **body, **_lines(card), "card_action": _action(card.url)}
        case CardKind.BUTTONS:
            action = {"card_action": _action(card.url)} if card.url else {}
            body |= {**_lines(card), **action, "button_list": _buttons(card.buttons)}
            return {"card_type": "button_interaction", **body}
        case CardKind.VOTE:
            return {"card_type": "vote_interaction", **body, "checkbox": _vote(card.selects), **_submit(card)}
        case CardKind.CHOICES:
            selects = [_select(s) for s in card.selects[:_SELECTS]]
            if not selects:
                raise CardError("select_list")
            return {"card_type": "multiple_interaction", **body, "select_list": selects, **_submit(card)}


def plain_text(card: Card) -> str:
    """The card in words, for where no card can be shown."""
    facts = (f"{label}：{value}" for label, value in card.facts)
    return "\n".join(line for line in (card.title, card.desc, card.quote, card.note, *facts) if line.strip())


def _lines(card: Card) -> dict[str, Any]:
    facts = [
        {"keyname": label.strip()[:_LABEL], "value": _short(value, _VALUE) or "—"}
        for label, value in card.facts
        if label.strip()
    ]
    lines: dict[str, Any] = {"horizontal_content_list": facts[:_FACTS]} if facts else {}
    if card.quote.strip():
        lines["quote_area"] = {"type": 0, "quote_text": _short(card.quote, _NOTE)}
    if card.note.strip():
        lines["sub_title_text"] = _short(card.note, _NOTE)
    return lines


def _buttons(buttons: Iterable[Button]) -> list[dict[str, Any]]:
    shown = list(buttons)[:_BUTTONS]
    _unique((b.key for b in shown), _KEY_BYTES, "button_list")
    return [
        {"type": 0, "text": _label(b.text, _BUTTON, "button_list"), "style": _STYLES[b.style], "key": b.key}
        for b in shown
    ]


def _vote(selects: tuple[Select, ...]) -> dict[str, Any]:
    if len(selects) != 1:
        raise CardError("checkbox")
    return {
        "question_key": _exact(selects[0].key, _KEY_BYTES, "checkbox"),
        "mode": int(selects[0].many),
        "option_list": _options(selects[0], _VOTES, _VOTE, "checkbox"),
    }


def _select(select: Select) -> dict[str, Any]:
    return {
        "question_key": _exact(select.key, _KEY_BYTES, "select_list"),
        "title": _short(select.title, _SELECT_TITLE),
        "option_list": _options(select, _OPTIONS, _OPTION, "select_list"),
    }


def _options(select: Select, most: int, length: int, block: str) -> list[dict[str, str]]:
    """Options are never left out silently: somebody may need just the one that is missing."""
    if len(select.options) > most:
        raise CardError(block)
    _unique((o.id for o in select.options), _ID_BYTES, block)
    return [{"id": o.id, "text": _label(o.text, length, block)} for o in select.options]


def _submit(card: Card) -> dict[str, Any]:
    key = _exact(card.submit_key, _KEY_BYTES, "submit_button")
    return {"submit_button": {"text": _label(card.submit_text, _BUTTON, "submit_button"), "key": key}}


def _action(url: str) -> dict[str, Any]:
    if not url.startswith(("https://", "http://")):
        raise CardError("card_action")
    return {"type": 1, "url": _exact(url, _URL_BYTES, "card_action")}


def _task_id(task_id: str) -> str:
    if not _TASK_ID.fullmatch(task_id):
        raise CardError("task_id")
    return task_id


def _unique(keys: Iterable[str], limit: int, block: str) -> None:
    seen = [_exact(key, limit, block) for key in keys]
    if not seen or len(set(seen)) != len(seen):
        raise CardError(block)


def _exact(value: str, limit: int, block: str) -> str:
    """A key that comes back to us in a click: cutting it would change what the click says."""
    if not value or len(value.encode("utf-8", "replace")) > limit:
        raise CardError(block)
    return value


def _label(text: str, limit: int, block: str) -> str:
    if not text.strip():
        raise CardError(block)
    return _short(text, limit)


def _short(text: str, limit: int) -> str:
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
