"""The channel-neutral values that cross the boundary: what came in, what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot import papers
from bot.papers import CONTROL as CONTROL
from bot.papers import Cell as Cell
from bot.papers import Chart as Chart
from bot.papers import ChartKind as ChartKind
from bot.papers import Document as Document
from bot.papers import Form as Form
from bot.papers import Paragraph as Paragraph
from bot.papers import Series as Series
from bot.papers import Shade as Shade
from bot.papers import Sheet as Sheet
from bot.papers import Table as Table
from bot.papers import Workbook as Workbook
from bot.papers import bare as bare
from bot.papers import document as document
from bot.papers import document_body as document_body
from bot.papers import safe as safe


class Kind(StrEnum):
    """What an inbound callback is, in our words (wecom.md 1.7, 1.8)."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    FILE = "file"
    ENTER = "enter"  # enter_agent: the member opened the app
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    MENU_CLICK = "menu_click"  # Event=click; event_key is the menu key
    CARD_CLICK = "card_click"  # template_card_event; event_key is the button's key
    CARD_MENU = "card_menu"  # template_card_menu_event
    CONTACT_CHANGE = "contact_change"
    OTHER = "other"  # anything else; `wire_kind` names it


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a message; fetched by `media_id` within 3 days (wecom.md 3.6)."""

    media_id: str = field(repr=False)
    name: str = field(default="", repr=False)
    format: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One callback, verified and parsed. Its repr shows no text, so it may stand in a traceback.

    `key` is the durable dedup key: `MsgId`, or for events the wider key of wecom.md 1.6.
    `at` is the platform's CreateTime, aware UTC. `person` is the userid as WeCom sent it ("sys" for corp events).
    `selected` maps a card's question key to the chosen option ids.
    """

    kind: Kind
    person: str
    key: str
    at: datetime
    text: str = field(default="", repr=False)
    event_key: str = field(default="", repr=False)
    task_id: str = ""
    response_code: str = field(default="", repr=False)
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    media: Media | None = field(default=None, repr=False)
    wire_kind: str = ""  # MsgType, or Event for events, or Event/ChangeType, as sent
    agent_id: int | None = None
    details: Mapping[str, str] = field(default_factory=dict, repr=False)  # e.g. UserID of a contact change


class Style(StrEnum):
    """How strong a button looks; the strong one is never dangerous (voice.md)."""

    STRONG = "strong"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card. Clicking it says `key` on the person's behalf, as if it had been typed."""

    text: str
    key: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select list or of a vote."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Select:
    """A question with options: a drop-down of a `choices` card, or the check box of a `vote` card."""

    key: str
    title: str
    options: tuple[Choice, ...]
    many: bool = False


class CardKind(StrEnum):
    NOTICE = "notice"  # wire: text_notice (needs `url`)
    BUTTONS = "buttons"  # wire: button_interaction
    VOTE = "vote"  # wire: vote_interaction, exactly one Select
    CHOICES = "choices"  # wire: multiple_interaction, 1-3 Selects


@dataclass(frozen=True, slots=True)
class Card:
    """A card in our words; `bot/wecom/cards.py` cuts it to the wire's limits (wecom.md 3.3).

    title: the thing to do. desc: one line under it. facts: at most six (label, value) pairs.
    note: a longer paragraph (`sub_title_text`). quote: one above it (`quote_area`). url: where a tap on a NOTICE leads.
    task_id is given by the engine; a flow leaves it empty.
    submit_text/submit_key: the one button of VOTE and CHOICES cards.
    """

    kind: CardKind
    title: str
    desc: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    buttons: tuple[Button, ...] = ()
    selects: tuple[Select, ...] = ()
    submit_text: str = "提交"
    submit_key: str = "submit"
    url: str = ""
    task_id: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text; longer than the wire allows is split at line ends by the channel."""

    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Markdown:
    """The small markdown subset of wecom.md 3.2."""

    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextCard:
    """A link with a title and a few lines."""

    title: str
    description: str = field(repr=False)
    url: str
    button: str = "详情"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or picture to send: `path` is where it lies on our disk, `name` what the person sees."""

    path: str
    name: str
    image: bool = False


@dataclass(frozen=True, slots=True)
class CardUpdate:
    """Close the card that was sent under `task_id`: its button becomes the dead text `text`."""

    task_id: str
    text: str


Outgoing = Text | Markdown | TextCard | Card | Attachment | Workbook | Chart | Document | CardUpdate

_NAMES: dict[type, str] = {
    Text: "text", Markdown: "markdown", TextCard: "textcard", Card: "card", Attachment: "attachment",
    Workbook: "workbook", Chart: "chart", Document: "document", CardUpdate: "card_update",
}  # fmt: skip


def pack(message: Outgoing) -> tuple[str, dict[str, Any]]:
    """The outbox's form of a message: its kind and a JSON-ready body. Cards are written out: `asdict` copies deeply."""
    if isinstance(message, Card):
        return "card", _card_body(message)
    if isinstance(message, Workbook):
        return "workbook", papers.book_body(message)
    if isinstance(message, Chart):
        return "chart", papers.chart_body(message)
    if isinstance(message, Document):
        return "document", papers.document_body(message)
    return _NAMES[type(message)], {name: getattr(message, name) for name in message.__slots__}


def _card_body(card: Card) -> dict[str, Any]:
    body: dict[str, Any] = {name: getattr(card, name) for name in card.__slots__}
    if not card.quote:
        del body["quote"]  # a process of the former version, still running beside this one, does not know it
    body["kind"] = card.kind.value
    body["facts"] = [list(fact) for fact in card.facts]
    body["buttons"] = [{"text": b.text, "key": b.key, "style": b.style.value} for b in card.buttons]
    body["selects"] = [
        {"key": s.key, "title": s.title, "options": [{"id": o.id, "text": o.text} for o in s.options], "many": s.many}
        for s in card.selects
    ]
    return body


def unpack(kind: str, body: Mapping[str, Any]) -> Outgoing:
    """The inverse of `pack`. Raises KeyError for a kind that no version knows."""
    simple: dict[str, type[Text | Markdown | TextCard | Attachment | CardUpdate]] = {
        "text": Text, "markdown": Markdown, "textcard": TextCard,
        "attachment": Attachment, "card_update": CardUpdate,
    }  # fmt: skip
    if kind == "workbook":
        return papers.book(body)
    if kind == "chart":
        return papers.chart(body)
    if kind == "document":
        return papers.document(body)
    if kind != "card":
        return simple[kind](**body)
    known = dict(body)
    known["kind"] = CardKind(known["kind"])
    known["facts"] = tuple((str(k), str(v)) for k, v in known["facts"])
    known["buttons"] = tuple(Button(b["text"], b["key"], Style(b["style"])) for b in known["buttons"])
    known["selects"] = tuple(
        Select(s["key"], s["title"], tuple(Choice(**o) for o in s["options"]), s["many"]) for s in known["selects"]
    )
    return Card(**known)
