"""A lead while it is being told: whom it is about, what happened, what shows it; nothing of it leaves this draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.flow import Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import finding_draft, recusals, texts
from handlers.rules import wording
from handlers.rules.moments import as_date
from handlers.rules.recusal import ABOVE, LEADER, SUPERIOR, Decision

QUESTIONS = {
    "desc": "具体是什么事？（大概时间、经过）",
    "subject": "反映的是谁？（姓名或职务，不清楚可回“不清楚”）",
    "unit": "是哪个单位的？（不清楚可回“不清楚”）",
}
_PREFIX = re.compile(
    r"^\s*(?:我?(?:要|想)?(?:实名)?(?:报告|提交|上报|移交|报)?(?:一[件条个])?(?:问题)?线[索锁所](?:一[件条个])?(?:报告单)?|"
    r"(?:我要?)?实名(?:反映|举报|情况)?(?:情况)?|反映(?:一[个下件])?(?:情况|问题)?|举报)\s*[:：,，]\s*"
)
_INTENT_ONLY = re.compile(
    r"(?:我|要|想|有|个|一|条|件|来|报告?|提交|反映|举报|实名|情况|问题|线索|下|的|点|事|不太?方便|在|群里|说|上报|跟您|您)*"
)
_TITLE = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(?:队长|副?总经理|项目经理|经理|主管|主任|部长|书记|总监|科长|会计|出纳|老总|董事长|负责人|厂长|站长|组长|班长|采购员|保管员)"
)
_EVIDENCE = re.compile(
    r"[^，。；\n]*(?:截图|照片|录音|录像|视频|凭证|合同|发票|转账记录|聊天记录|单据|证据|台账|账本|有图)[^，。；\n]*"
)
_NO_EVIDENCE = re.compile(r"没有?证据|无证据|没(?:有)?凭据|听说")
_LABELLED = re.compile(
    r"^\s*(?P<field>凭据|证据|初步证据|材料|被反映人|反映对象|对象|姓名|单位|被反映单位|时间|金额)\s*(?:是|有|为|改成|改为|[:：])\s*(?P<value>.+)$",
    re.DOTALL,
)
_FIELD = {"凭据": "evidence", "证据": "evidence", "初步证据": "evidence", "材料": "evidence", "被反映人": "subject",
          "反映对象": "subject", "对象": "subject", "姓名": "subject"}  # fmt: skip
# When it was found, not when it happened (4.8 clk_lead_report).
_FOUND = re.compile(
    r"(?:日|号|周[一二三四五六日天]|昨天|前天|今天)[^，,。；;\d]{0,10}(?:发现|查出|查到|获悉)|"
    r"(?:发现|获悉)(?:时间|日期)?(?:是|为|于|在|[:：\s])*(?:上|本|这|周|昨|前|今|\d)"
)
_CONSENT = re.compile(
    r"[，,。；;\s]*(?:我|本人)?(?P<no>不)?同意(?:让|由)?(?:监督办公?室?|办公室|监督办)?主任(?:知悉|知道|了解|知晓)(?:我|本人)?的?(?:身份|姓名|名字)?[。！!]?"
)
_CONSENTED, _NOT_CONSENTED = "同意（不同意可回“不同意主任知悉”）", "不同意（同意可回“同意主任知悉”）"
UNSURE = re.compile(r"(?:不清楚|不知道|不确定|说不准|没有|无|不详|待定|不方便说)")


def body(text: str) -> str:
    """The words without the command before them; "" when they only announce a lead."""
    rest = _PREFIX.sub("", text, count=1).strip(" \t\r\n，。；;,、：:")
    return "" if _INTENT_ONLY.fullmatch(rest) else rest


def read(turn: Turn, text: str) -> dict[str, Any]:
    """What the first message tells."""
    slots, words = turn.meaning.slots, body(_CONSENT.sub("", text))
    said = _CONSENT.sub("", str(slots.get("desc") or ""))
    lead: dict[str, Any] = {"desc": said if body(said) else words}
    put_unit(turn, lead, slots, "")
    lead["subject"] = _person(slots) or _title(words, _names(turn, lead))
    lead["evidence"] = _evidence(words)
    put_amount(lead, slots)
    lead["nature"] = str(slots.get("nature") or "")
    if slots.get("found_at") and _FOUND.search(text):
        put_found(lead, slots["found_at"], texts.today_of(turn))
    lead["real_name"] = bool(slots.get("real_name")) or text.lstrip().startswith(("实名", "我实名", "我要实名"))
    if len(words) > len(lead["desc"]) + 4:
        lead["whole"] = words
    consent = consents(text)
    if consent is not None:
        put_consent(lead, consent)
    return lead


def put_found(lead: dict[str, Any], said: Any, today: date) -> bool:
    """The day of discovery; one that has not come yet is meant of the year before, or is none."""
    day = as_date(said)
    if day is not None and day > today and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year - 1)
    if day is None or day > today:
        return False
    lead["found_at"] = day.isoformat()
    return True


def consents(text: str) -> bool | None:
    """`同意主任知悉我的身份` (2.4): whether he agrees that the director knows him; None where he says nothing of it."""
    found = _CONSENT.search(text)
    return None if found is None else found["no"] is None


def only_consent(text: str) -> bool:
    """Whether the message says nothing else."""
    return _CONSENT.fullmatch(text.strip()) is not None


def put_consent(lead: dict[str, Any], consent: bool) -> None:
    """Who lets the director know him reports under his name."""
    lead["consented"] = consent
    lead["real_name"] = bool(lead.get("real_name")) or consent


def put_amount(lead: dict[str, Any], slots: Mapping[str, Any]) -> None:
    for field in ("amount_yuan", "amount_text"):
        if slots.get(field):
            finding_draft.set_amount(lead, field, slots[field])


def put_unit(turn: Turn, lead: dict[str, Any], slots: Mapping[str, Any], text: str) -> bool:
    named = [str(slots["unit"])] if slots.get("unit") else list(turn.meaning.unit_options)
    named = named or finding_draft.units_named(turn.lexicon.units, text)
    if named == ["SELF"]:
        named = [turn.actor.unit_name]
    if len(named) > 1:
        lead["unit_options"] = named
        return True
    return bool(named) and finding_draft.set_unit(lead, named[0], turn.lexicon.units)


def _person(slots: Mapping[str, Any]) -> str:
    """The named person; words that name nobody are none."""
    said = str(slots.get("person") or "")
    return "" if said in ("大家", "他", "她", "他们", "我", "我们", "有人", "某人", "别人", "谁") else said


def _title(words: str, names: list[str]) -> str:
    """`车队队长` of 物流公司车队队长虚报油料; it is shown and can be corrected."""
    for name in names:
        words = words.replace(name, " ")
    found = _TITLE.search(words)
    return re.sub(r"^(?:一个|有个|有人|某个|某|他们|我们|公司|的)+", "", found[0]) if found else ""


def _names(turn: Turn, lead: Mapping[str, Any]) -> list[str]:
    """What the unit may be called, longest first, so that its name does not run into the title."""
    called = [
        name for unit in turn.lexicon.units if unit.code == lead.get("unit") for name in (unit.name, *unit.aliases)
    ]
    return sorted(called, key=len, reverse=True)


def _evidence(words: str) -> str:
    if _NO_EVIDENCE.search(words):
        return ""
    return "；".join(found[0].strip() for found in _EVIDENCE.finditer(words))[:200]


def labelled(text: str) -> tuple[str, str] | None:
    """`凭据：聊天截图` and the like."""
    found = _LABELLED.match(text)
    field = _FIELD.get(found["field"]) if found else None
    return (field, found["value"].strip()) if found and field else None


def missing(lead: dict[str, Any]) -> list[str]:
    """At most two: what happened and where; whom it is about is asked beside, never alone."""
    wanted = [] if lead.get("desc") else ["desc"]
    if not lead.get("unit") and not lead.get("about_open"):
        wanted.append("unit")
    if wanted == ["unit"] and not lead.get("subject"):
        wanted.append("subject")
    return wanted


def decision(turn: Turn, lead: Mapping[str, Any], text: str = "") -> Decision:
    """Who may have it, as far as it is told (S26, S41). text: words that are not in the draft yet."""
    written = "\n".join(filter(None, [*turn.draft.get("raw", ()), str(lead.get("desc") or ""), text]))
    subject = str(lead.get("subject") or turn.meaning.slots.get("person") or "")
    return recusals.decide(turn, subject, written, lead.get("unit"), turn.draft.get("meant"))


def barred(turn: Turn, lead: Mapping[str, Any], text: str) -> str:
    """What is said instead when it must not be entered here (S41), or ""."""
    found = decision(turn, lead, text)
    if found.route in (ABOVE, SUPERIOR) or turn.meaning.slots.get("sensitive_subject"):
        return f"{texts.SUPERIOR}\n{texts.NOT_KEPT}"
    return ""


def kept_from(found: Decision) -> str:
    """That those it names do not see it (S41), for the confirmation."""
    if found.route == LEADER:
        return "反映对象在线索受理链上，本条将由组长指定的回避通道受理，纪委办、监督办不可见。"
    return "您写到的受理人员看不到本条，由其上级受理。" if found.struck else ""


def confirmation(lead: dict[str, Any], today: date, note: str = "") -> str:
    """The whole of what was understood, to its reporter alone. note: who does not see it."""
    subject = lead.get("subject") or "未写明"
    lines = [
        "请确认线索（内容仅线索管理人员可见）：",
        f"反映对象：{subject}｜{lead.get('unit_name') or '单位不详'}{_found(lead, today)}",
        f"内容：{lead.get('whole') or lead['desc']}",
    ]
    proof = f"凭据：{lead.get('evidence') or '未写（可补一句“凭据：聊天截图”）'}"
    if lead.get("amount_fen") is not None:
        proof += f"；金额：{wording.money_fen(lead['amount_fen'])}"
    elif lead.get("amount_text"):
        proof += f"；金额：{lead['amount_text']}（约数，按原话记）"
    lines.append(proof)
    named = "实名反映，15个工作日内告知受理情况。" if lead.get("real_name") else ""
    if lead.get("real_name"):
        lines.append(f"监督办主任知悉您的身份：{_CONSENTED if lead.get('consented') else _NOT_CONSENTED}")
    lines += [note] if note else []
    return "\n".join([*lines, f"{named}哪里不对直接说；{texts.CONFIRM}"])


def _found(lead: Mapping[str, Any], today: date) -> str:
    """`｜11月10日 周二发现`, where it was said."""
    day = as_date(lead.get("found_at"))
    return f"｜{wording.day(day, today)}发现" if day else ""


def card() -> Card:
    """The buttons without a word of the content."""
    buttons = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
    return Card(CardKind.BUTTONS, "确认报告线索", desc="内容见上一条消息", buttons=buttons)
