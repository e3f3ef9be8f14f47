"""The channel-neutral values that cross the boundary: what came in, what goes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


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


Cell = str | int | float | date | None
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_000  # characters of a cell; Excel's own limit lies a little above


def safe(cell: Cell) -> Cell:
    """A cell as the file holds it: what a program might take for a formula begins with a single quotation mark."""
    if not isinstance(cell, str):
        return cell
    cleaned = CONTROL.sub("", cell)[:_LONGEST]
    return f"'{cleaned}" if cleaned.startswith(_DANGEROUS) else cleaned


def bare(text: str) -> str:
    """A text that comes back from such a file, without the mark that `safe` put before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text


class Form(StrEnum):
    """How the cells of a column are written. Dates and numbers are real ones wherever the cell holds such."""

    PLAIN = ""
    TEXT = "text"  # stays text when somebody types into it: numbers of matters
    DATE = "date"
    MONEY = "money"  # two decimals
    TENTHS = "tenths"  # of 万元: as many decimals as there are fen
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Shade:
    """Colours that follow the words of one column. colours: these words -> RRGGBB; on: the columns that take it."""

    column: int
    colours: Mapping[str, str]
    on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: headings, rows under them, and how wide each column is in characters.

    rows: read once, so a book that is made as it goes out may give them one by one. forms: one a column, or fewer.
    footer: stands at the foot of every printed page.
    """

    title: str
    headings: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]] = field(default=(), repr=False)
    widths: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    shade: Shade | None = None
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Workbook:
    """An Excel file to send, written only when it goes out; `name` is what the person sees, with its .xlsx.

    source: which of the flows' `books` makes the sheets as it goes out, and what that is given, JSON-ready; then
    `sheets` is what a process of the former version sends in its place.
    """

    name: str
    sheets: tuple[Sheet, ...]
    source: tuple[str, Mapping[str, Any]] | None = field(default=None, repr=False)


class ChartKind(StrEnum):
    BARS = "bars"  # one horizontal bar a label
    LINE = "line"  # the labels from left to right, a line a series
    STACKED = "stacked"  # one horizontal bar a label, of a piece a series


@dataclass(frozen=True, slots=True)
class Series:
    """Values, one a label, and how each is written; None where there is nothing to draw (a share without a whole)."""

    name: str
    values: tuple[float | None, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures, drawn only when it goes out. note: what stands below it, such as the formula.

    percent: the values are shares from 0 to 100.
    """

    name: str
    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...] = field(repr=False)
    note: str = ""
    percent: bool = False


@dataclass(frozen=True, slots=True)
class CardUpdate:
    """Close the card that was sent under `task_id`: its button becomes the dead text `text`."""

    task_id: str
    text: str


Outgoing = Text | Markdown | TextCard | Card | Attachment | Workbook | Chart | CardUpdate

_NAMES: dict[type, str] = {
    Text: "text", Markdown: "markdown", TextCard: "textcard",
    Card: "card", Attachment: "attachment", Workbook: "workbook", Chart: "chart", CardUpdate: "card_update",
}  # fmt: skip


def pack(message: Outgoing) -> tuple[str, dict[str, Any]]:
    """The outbox's form of a message: its kind and a JSON-ready body. Cards are written out: `asdict` copies deeply."""
    if isinstance(message, Card):
        return "card", _card_body(message)
    if isinstance(message, Workbook):
        return "workbook", _book_body(message)
    if isinstance(message, Chart):
        return "chart", _chart_body(message)
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


def _book_body(book: Workbook) -> dict[str, Any]:
    body: dict[str, Any] = {"name": book.name, "sheets": [_sheet_body(sheet) for sheet in book.sheets]}
    if book.source is not None:
        body["source"] = [book.source[0], dict(book.source[1])]
    return body


def _sheet_body(sheet: Sheet) -> dict[str, Any]:
    """What the former version does not know stands beside what it knows, and days as words: it writes those."""
    rows = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in sheet.rows]
    body: dict[str, Any] = {"title": sheet.title, "headings": list(sheet.headings), "rows": rows}
    body["widths"] = list(sheet.widths)
    if sheet.forms:
        body["forms"] = list(sheet.forms)
    if sheet.shade is not None:
        body["shade"] = [sheet.shade.column, dict(sheet.shade.colours), list(sheet.shade.on)]
    if sheet.footer:
        body["footer"] = sheet.footer
    return body


def _chart_body(chart: Chart) -> dict[str, Any]:
    body: dict[str, Any] = {name: getattr(chart, name) for name in chart.__slots__}
    series = [{"name": one.name, "values": list(one.values), "shown": list(one.shown)} for one in chart.series]
    return body | {"kind": chart.kind.value, "labels": list(chart.labels), "series": series}


def unpack(kind: str, body: Mapping[str, Any]) -> Outgoing:
    """The inverse of `pack`. Raises KeyError for a kind that no version knows."""
    simple: dict[str, type[Text | Markdown | TextCard | Attachment | CardUpdate]] = {
        "text": Text, "markdown": Markdown, "textcard": TextCard,
        "attachment": Attachment, "card_update": CardUpdate,
    }  # fmt: skip
    if kind == "workbook":
        source = (body["source"][0], body["source"][1]) if body.get("source") else None
        return Workbook(body["name"], tuple(_sheet(one) for one in body["sheets"]), source)
    if kind == "chart":
        return _chart(body)
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


def _sheet(body: Mapping[str, Any]) -> Sheet:
    forms = tuple(body.get("forms") or ())
    rows = tuple(tuple(_cell(cell, forms, at) for at, cell in enumerate(row)) for row in body["rows"])
    said = body.get("shade")
    shade = Shade(said[0], said[1], tuple(said[2])) if said else None
    widths = tuple(body["widths"])
    return Sheet(body["title"], tuple(body["headings"]), rows, widths, forms, shade, body.get("footer", ""))


def _cell(cell: Any, forms: tuple[str, ...], at: int) -> Cell:
    """A day of a column of days; what stands there otherwise stays as it is."""
    if not isinstance(cell, str) or at >= len(forms) or forms[at] != Form.DATE:
        return cell  # type: ignore[no-any-return]
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell


def _chart(body: Mapping[str, Any]) -> Chart:
    series = tuple(Series(one["name"], tuple(one["values"]), tuple(one["shown"])) for one in body["series"])
    known = dict(body) | {"kind": ChartKind(body["kind"]), "labels": tuple(body["labels"]), "series": series}
    return Chart(**known)
