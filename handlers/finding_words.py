"""How a finding that is being told is read back: the confirmation, the short card, a correction, the office's card."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.messages import Button, Card, CardKind, Style
from handlers import choosing, texts
from handlers.finding_draft import LEAD_NATURES, Correction, Item
from handlers.rules import categories, quarters, wording
from handlers.rules.moments import as_date

S8_NOTE = "涉及{who}，本条将按受限可见登记（仅来源监督主体、办公室主任、纪检监察机构可见）。确认？"
S8_WHO = {"top_leader": "单位主要负责人", "team_member": "单位班子成员"}
S19_NOTE = "苗头性问题：不纳入整改率；将在90天后提醒复看。"
LEAD_NOTE = "内容涉嫌违纪违法，是否转为问题线索？回复“转线索”改按线索报告。"
QUESTIONS = {
    "unit": "责任单位是哪家？（不清楚可回“待定”）",
    "desc": "具体是什么问题？（一两句即可）",
}
LABELS = {
    "unit": "责任单位", "desc": "问题描述", "title": "标题", "found_at": "发现时间", "found_quarter": "发现时间",
    "amount_yuan": "金额",
    "amount_text": "金额", "category": "类别", "severity": "严重程度", "person": "责任人", "basis": "依据",
    "requirement": "整改建议", "due": "建议时限", "nature": "性质",
}  # fmt: skip


def confirmation(items: list[Item], source: dict[str, Any], today: date, pictures: int) -> str:
    """The whole of what was understood (contract.md, Confirmation)."""
    kind = "自查" if source.get("self_check") else wording.supervision_type_name(source["type"])
    ends = [f"来源：{source['name']}（{kind}）"]
    if pictures:
        ends.append(f"佐证：图片或文件{pictures}份")
    lines = _one(items[0], today, ends) if len(items) == 1 else [*_several(items, today), "；".join(ends)]
    return "\n".join(["请确认：", *lines, texts.CONFIRM_OR_FIX])


def _one(item: Item, today: date, ends: list[str]) -> list[str]:
    """Few lines, for a phone (voice.md): what it is, then when and how much, then what else was said."""
    facts = [f"金额：{money(item)}"] if money(item) else []
    facts.append(f"发现时间：{found(item, today)}")
    more = [f"{LABELS[field]}：{item[field]}" for field in ("basis", "person", "requirement") if item.get(field)]
    if (due := as_date(item.get("due"))) is not None:
        more.append(f"建议时限：{wording.day(due, today)}（交办时确定）")
    if item.get("rect_type"):
        more.append(f"整改类型：{wording.rect_type_name(item['rect_type'])}")
    second = ["；".join(more)] if more else []
    return [head(item), item["desc"], "；".join([*facts, *ends]), *second, *notes(item, today)]


def _several(items: list[Item], today: date) -> list[str]:
    lines = [f"共{len(items)}条，逐条登记："]
    for at, item in enumerate(items, start=1):
        amount = f"｜{money(item)}" if money(item) else ""
        lines.append(f"{at}. {head(item)}{amount}\n   {item['desc']}")
        lines += [f"   {note}" for note in notes(item, today)]
    days = list(dict.fromkeys(found(item, today) for item in items))
    return [*lines, f"发现时间：{'；'.join(days)}"]


def head(item: Item) -> str:
    unit = item.get("unit_name") or "责任单位待定"
    return "｜".join([unit, categories.name_of(item.get("category") or "QT"), wording.severity_name(severity(item))])


def severity(item: Item) -> str:
    value = str(item.get("severity") or "general")
    return value if value in wording.SEVERITIES else "general"


def money(item: Item) -> str:
    if item.get("amount_fen") is not None:
        return wording.money_fen(item["amount_fen"])
    if item.get("amount_text"):
        return f"{item['amount_text']}（未计入合计，可稍后补）"
    return ""


def found(item: Item, today: date) -> str:
    day = as_date(item.get("found_at"))
    if day is None:
        return f"{quarters.short_name(item['quarter'])}（具体日期未填，可说“发现时间9月15日”）"
    return texts.echoed(day, today)


def notes(item: Item, today: date) -> list[str]:
    lines = []
    if item["quarter"] < quarters.quarter_of(today):
        lines.append(f"属{quarters.short_name(item['quarter'])}，按补报登记。")
    if item.get("repeat"):
        other = f"，关联{item['repeat_of']}" if item.get("repeat_of") else ""
        again = "如系原问题反弹，也可请监督办公室重启原问题。" if other else ""
        lines.append(f"标记：疑似重复发生{other}。{again}")
    if item.get("similar"):
        lines.append(str(item["similar"]["line"]))
    if item.get("nature") == "tendency":
        lines.append(S19_NOTE)
    if item.get("lead_hint") or item.get("nature") in LEAD_NATURES:
        lines.append(LEAD_NOTE)
    if item.get("focus"):
        lines.append(f"标签：{item['focus']}")
    elif item.get("tags"):
        lines.append(f"建议标签：{'、'.join(item['tags'])}，是否采纳？采纳请回复“采纳标签”。")
    if item.get("level"):
        lines.append(S8_NOTE.format(who=S8_WHO[item["level"]]))
    return lines


def shown(item: Item, field: str, today: date) -> str:
    """One field as people read it."""
    if field == "unit":
        return str(item.get("unit_name") or "")
    if field.startswith("amount"):
        return money(item)
    if field in ("found_at", "found_quarter"):
        return found(item, today) if item.get("quarter") else ""
    if field == "category":
        return categories.name_of(item.get("category") or "QT")
    if field == "severity":
        return wording.severity_name(severity(item))
    if field == "nature":
        return wording.nature_name(str(item.get("nature") or ""))
    day = as_date(item.get(field)) if field == "due" else None
    return wording.day(day, today) if day else str(item.get(field) or "")


def changed(before: Item, after: Item, change: Correction, today: date) -> str:
    """`已改：责任单位 恒信物流 → 恒信能源。`"""
    old, new = shown(before, change.field, today), shown(after, change.field, today)
    which = f"第{change.index + 1}条" if change.index is not None else ""
    arrow = f"{old} → {new}" if old and len(old) <= 40 and change.field != "desc" else new
    return f"已改{which}：{LABELS.get(change.field, '')} {arrow}。".replace("。。", "。")


def card(items: list[Item], today: date) -> Card:
    """The short card after the confirmation; everything on it stands in the text too."""
    first = items[0]
    facts = [("责任单位", first.get("unit_name") or "待定")]
    if len(items) > 1:
        facts = [("条数", f"{len(items)}条"), *facts]
    else:
        facts.append(("类别", categories.name_of(first.get("category") or "QT")))
        if money(first):
            facts.append(("金额", money(first)))
        facts.append(("发现时间", found(first, today).split("（具体")[0]))
    return Card(CardKind.BUTTONS, "确认登记问题", facts=tuple(facts[:4]), buttons=confirm_buttons())


def confirm_buttons() -> tuple[Button, ...]:
    return (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))


def office_card(number: str, item: Item, source_name: str, registered: bool, today: date) -> Card:
    """What the office hears of a new finding; a restricted one is only named by its number."""
    title = f"{'待交办' if registered else '待登记'} {number}"
    facts = [("来源", source_name)]
    if not item.get("level"):
        facts = [
            ("事项", choosing.short(item.get("title") or item.get("desc") or "待补")),
            ("责任单位", item.get("unit_name") or "待定"),
            ("类别", categories.name_of(item.get("category") or "QT")),
            *facts,
            ("发现时间", found(item, today).split("（具体")[0]),
        ]
    buttons: tuple[Button, ...] = (Button("交办", f"交办 {number}", Style.STRONG), Button("查看", f"查 {number}"))
    if not registered:
        buttons = (
            Button("登记", f"登记 {number}", Style.STRONG),
            Button("交办", f"交办 {number}"),
            Button("退回补正", f"{number}退回补正"),
            Button("查看", f"查 {number}"),
        )
    desc = "受限可见" if item.get("level") else ""
    return Card(CardKind.BUTTONS, title, desc=desc, facts=tuple(facts), buttons=buttons)
