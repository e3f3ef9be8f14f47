"""Urgent reports (紧急报告): the first message is stored and pushed at once, questions come afterwards (S34)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Kind
from handlers import texts
from handlers.rules import amounts, numbering, wording
from storage import counters, units, urgents
from storage.matters import Urgent
from storage.people import Actor

SAME_EVENT = timedelta(hours=24)
TWICE = timedelta(minutes=10)
STATUTORY = "⚠ 生产安全事故须由单位负责人于1小时内向政府主管部门报告，本消息不替代法定报告。"
EMPTY = "请直接说：在哪个单位、发生了什么。有生命危险请先拨119、110或120。"
BODILY = ("发生时间", "人员伤亡情况", "已采取的措施", "现场联系人和电话")
OTHERWISE = ("发生时间", "已采取的措施", "影响范围", "现场联系人和电话")
_PREFIX = re.compile(
    r"^\s*(?:十万火急|万分紧急|紧急(?:情况|报告|上报|事件)*(?:更新|续报|补充)?|重大(?:情况|风险|事件|突发)(?:报告)?|急报|急|续报|更新)\s*[!！:：,，。]*\s*"
)
_ACCIDENT = re.compile(
    r"受伤|伤亡|死亡|身亡|重伤|坍塌|塌方|塔吊|起重|爆炸|着火|起火|火灾|中毒|触电|坠落|高坠|摔下|掉下|冒顶|被埋|泄漏|事故|出事|被困|掩埋|淹"
)
_SITE = re.compile(
    r"工地|塔吊|起重|脚手架|基坑|坍塌|塌方|冒顶|井下|作业|施工|触电|高坠|机器|设备|车间.{0,6}(?:爆炸|起火|着火)"
)
_PRIVATE = re.compile(
    r"打架|斗殴|打人|打伤|互殴|持刀|拿刀|捅|心脏病|心梗|脑梗|猝死|突发(?:疾病|急病)|发病|晕倒|跳楼|自杀|轻生|食物|食堂|上吐下泻|酒后"
    r"|车祸|交通事故|追尾|上下班|诈骗|被骗|泄漏了?(?:数据|信息|资料)|(?:数据|信息|资料|密码)泄漏|中毒(?:邮件|电脑|病毒)|(?:电脑|系统|服务器)中毒"
)
_FIRE = re.compile(r"火(?!速|急)|爆炸|燃烧|冒烟|被困|泄漏")
_OUT = re.compile(r"扑灭|熄灭|灭了|控制住")
_HURT = re.compile(
    r"(?<!无人)(?<!没有人)(?<!没人)(?:受伤|伤亡|死|重伤|昏|晕倒|没有?呼吸|心脏病|心梗|猝死|中毒|触电|坠落|摔下|掉下|被埋|砸)"
)
_NONE_HURT = re.compile(r"无人员?(?:受伤|伤亡|死亡)|没(?:有)?人(?:员)?(?:受伤|伤亡)")
_FRAUD = re.compile(r"诈骗|被骗|骗走|转走|盗刷|冒充")
_CROWD = re.compile(r"堵(?:门|路|大门|在|公司|厂)|围堵|打人|斗殴|闹事|持刀|拉横幅|聚集|跳楼")
_PRESS = re.compile(r"记者|媒体|热搜|抖音|曝光|舆情")
_HUGE = re.compile(r"过亿|上亿|亿元?|[5-9]\d{3}万|\d{5,}万")
_END = re.compile(r"(?:没(?:有)?了|就这些|结束|暂时(?:没有|无)|没有更多|稍后再?补|先这样|完了)")
_SAYS = re.compile(r"\w")  # an emoji alone tells nobody what happened
_UPDATE = re.compile(r"^\s*(?:紧急(?:情况|报告)?(?:更新|续报|补充)|续报)")


def start(turn: Turn) -> Reply:
    earlier = urgents.latest(turn.session, turn.actor.userid, turn.now - SAME_EVENT)
    if earlier is not None and (turn.meaning.slots.get("action") == "update" or _UPDATE.match(turn.text)):
        return _continue(turn, earlier)
    if not _SAYS.search(event_of(turn.text)):
        return Ask(EMPTY, "first")
    if earlier is not None and earlier.raw_text == turn.text and turn.now - earlier.at <= TWICE:
        return Done(f"这条已登记为 {earlier.number}，不再重复。有新情况发“紧急情况更新：”加内容。")
    return _report(turn)


def take_first(turn: Turn) -> Reply:
    """The event itself, after somebody only tapped 紧急报告."""
    return _report(turn) if _SAYS.search(turn.text) else Ask(EMPTY, "first")


def _report(turn: Turn) -> Ask:
    number = _store(turn)
    told = _push(turn, number, _announcement(turn, number))
    bodily = _category(turn).startswith("AQ") or _ACCIDENT.search(turn.text) or _CROWD.search(turn.text)
    wanted = [fact for fact in (BODILY if bodily else OTHERWISE) if not _known(fact, turn.text)]
    facts = wanted[:2]
    turn.draft.update(number=number, rest=wanted[2:])
    lines = [f"已登记紧急报告 {number}，并已通知{texts.OFFICE}{told}。", *advice(turn.text)]
    return Ask("\n".join([*lines, f"请补充：{'、'.join(facts)}。"]), "facts")


def event_of(text: str) -> str:
    """What happened, without the word that made it urgent."""
    return _PREFIX.sub("", text, count=1)


def _known(fact: str, text: str) -> bool:
    if fact not in ("发生时间", "人员伤亡情况"):
        return False
    if fact == "人员伤亡情况":
        return bool(
            _NONE_HURT.search(text) or re.search(r"[一二两三四五六七八九十\d]+\s*人(?:受伤|死亡|重伤|轻伤)", text)
        )
    return bool(re.search(r"\d{1,2}[点:：时]\d{0,2}|刚才|刚刚|今天上午|今天下午|凌晨", text))


def _category(turn: Turn) -> str:
    return str(turn.meaning.slots.get("category") or "")


def _store(turn: Turn) -> str:
    year = texts.today_of(turn).year
    number = numbering.serial_number(numbering.URGENT, year, counters.next_value(turn.session, f"JJ-{year}"))
    slots = turn.meaning.slots
    unit = units.find_by_name(turn.session, _unit_name(turn))
    amount: Any = slots.get("amount_yuan")
    fen = amounts.fen_of(amount)
    vague = slots.get("amount_text") or ("" if amount is None or fen is not None else f"{amount}元")
    urgents.add(
        turn.session,
        number=number, reporter=turn.actor.userid, at=turn.now, unit=unit.code if unit else None,
        unit_name=unit.name if unit else "", raw_text=turn.text, category=_category(turn)[:8],
        amount_fen=fen, amount_text=str(vague)[:60],
    )  # fmt: skip
    turn.record(number, "urgent", after={"unit": unit.code if unit else None, "category": _category(turn)})
    turn.recent["numbers"], turn.recent["submitted"] = [number], number
    return number


def _unit_name(turn: Turn) -> str:
    said = str(turn.meaning.slots.get("unit") or "")
    return turn.actor.unit_name if said == "SELF" else said


def advice(text: str) -> list[str]:
    """What cannot wait for anybody's answer: the emergency numbers, the statutory hour."""
    calls = []
    if _FIRE.search(text) and not _OUT.search(text):
        calls.append("火情、险情先拨119，先撤人")
    if _HURT.search(_NONE_HURT.sub("", text)):
        calls.append("有人受伤先拨120")
    if _FRAUD.search(text):
        calls.append("立即报警（110）并联系开户银行止付")
    if _CROWD.search(text):
        calls.append("有人身危险先拨110")
    lines = [f"⚠ {'；'.join(calls)}。"] if calls else []
    if _at_work(text):
        lines.append(STATUTORY)
    if _PRESS.search(text):
        lines.append("请先由单位指定一人对外，不要自行接受采访。")
    if _HUGE.search(text):
        lines.append("预计损失超过5000万元的，还须按重大经营风险事件另行报告。")
    return lines


def _at_work(text: str) -> bool:
    """A production-safety accident (生产安全事故报告和调查处理条例, article 9), and nothing else that hurts people."""
    happened = _ACCIDENT.search(_NONE_HURT.sub("", text)) is not None
    if not happened or _SITE.search(text):
        return happened
    return not _PRIVATE.search(text)


def _announcement(turn: Turn, number: str) -> str:
    unit = _unit_name(turn)
    where = f"（{unit}）" if unit else ""
    at = wording.moment(turn.now, texts.today_of(turn))
    return f"⚠ 紧急报告 {number}{where}\n{turn.text}\n报告人：{_who(turn.actor)}，{at}\n请立即核实处置。"


def _who(actor: Actor) -> str:
    return f"{actor.name}（{actor.unit_name}）" if actor.unit_name else actor.name


def _push(turn: Turn, number: str, words: str) -> str:
    """Tell the office and its director now, whatever the hour; returns their names in brackets."""
    people = dict.fromkeys(texts.office_staff(turn) + texts.directors(turn))
    others = [person for person in people if person != turn.actor.userid]
    for person in others:
        turn.tell(person, words, urgent=True, matter=number)
    return f"（{texts.names(turn, others)}）" if others else ""


def take_facts(turn: Turn) -> Reply:
    report = urgents.find(turn.session, str(turn.draft["number"]))
    if report is None:
        return Done("这份紧急报告已不在进行中，请重新发“紧急：”加内容。")
    if _END.fullmatch(turn.text.strip(" 。，！!")) or turn.meaning.intent in ("confirm", "deny"):
        return Done(f"好的。{report.number} 有新情况随时发“紧急情况更新：”加内容。")
    return _continue(turn, report)


def _continue(turn: Turn, report: Urgent) -> Reply:
    """Append to the same number and push it on."""
    media = turn.inbound.media if turn.inbound is not None else None
    pictured = turn.inbound is not None and turn.inbound.kind in (Kind.IMAGE, Kind.FILE)
    if not _SAYS.search(turn.text) and not pictured:
        return Ask("请用文字说明新情况，或发现场图片。", "facts")
    words = turn.text or "现场图片或文件1份"
    at = urgents.append(turn.session, report, turn.now, turn.actor.userid, words, media.media_id if media else "")
    turn.record(report.number, "urgent_update", after={"updates": at})
    turn.recent["numbers"] = [report.number]
    told = _push(turn, report.number, f"⚠ 紧急报告 {report.number} 第{at}次补充\n{words}\n报告人：{_who(turn.actor)}")
    done = f"已补充到 {report.number}，并已通知{texts.OFFICE}{told}。"
    lines = [done, *(line for line in advice(turn.text) if line != STATUTORY)]
    rest = turn.draft.pop("rest", [])
    turn.draft["number"] = report.number
    if rest:
        return Ask("\n".join([*lines, f"请再补充：{'、'.join(rest)}。没有就回“没了”。"]), "facts")
    return Done("\n".join([*lines, "有新情况随时发“紧急情况更新：”加内容。"]))


def help_line(actor: Actor) -> str:
    return "急事：紧急：二公司塔吊出事了，一人受伤"


FLOW = Flow(
    name="urgent",
    title="紧急报告补充",
    intents=("urgent_report",),
    start=start,
    steps={"first": take_first, "facts": take_facts},
    aside=True,
    cancelled="已登记的紧急报告不受影响。",
    help=help_line,
)
