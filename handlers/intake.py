"""Findings from an Excel sheet (批量导入): read, shown with every line's faults, registered after 确认 (3.6 P3)."""

from __future__ import annotations

from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Kind, Style
from handlers import (
    finding_record,
    finding_source,
    finding_words,
    intake_rows,
    intake_template,
    ledger_diff,
    ledger_import,
    report_count,
    texts,
)
from handlers.intake_rows import Line
from storage import fetches, findings
from storage.models import Fetch
from storage.people import Actor

KIND = "intake"
SEND_FILE = "请发 Excel 文件（.xlsx），第一行是表头，至少有“责任单位”“问题描述”两列。没有模板回复“模板”领取。"
SENT = "模板已发给您：填好后直接发回来，先核对、您确认后才登记。"
NO_HEAD = "没有认出表头：至少要有“责任单位”“问题描述”两列。可回复“模板”领取，填好再发。"
_TEMPLATE = ("模板", "要模板", "领取模板", "发模板", "给我模板")
_ALL, _GOOD = ("全部导入", "都导入", "全部"), ("只导入无误的", "导入无误的", "跳过有误的", "只导无误的", "先导没问题的")
_SHOWN = 5


def start(turn: Turn) -> Reply:
    """`批量导入` and `发我模板`; a special report named or just registered is filled."""
    sources = finding_source.candidates(turn)
    if not sources:
        raise UserError(f"批量导入由监督部门办理。需要的话请联系{texts.office_contact(turn)}。", keep=False)
    if turn.meaning.slots.get("action") == "template":
        intake_template.send(turn)
    turn.draft.update(sources=sources, report=report_count.number_in(turn.text) or turn.recent.get("report") or "")
    if len(sources) > 1:
        return Ask(f"以哪个部门的名义导入？\n{texts.options([s['name'] for s in sources])}", "source")
    return _wait_for_file(turn, sources[0])


def take_source(turn: Turn) -> Reply:
    sources = turn.draft["sources"]
    at = texts.chosen(turn, [source["name"] for source in sources])
    if at is None:
        return Ask(f"请回复序号：\n{texts.options([s['name'] for s in sources])}", "source")
    return _wait_for_file(turn, sources[at])


def _wait_for_file(turn: Turn, source: dict[str, Any]) -> Ask:
    turn.draft["source"] = source
    if not report_count.may_file_under(turn, turn.draft["report"], source["code"]):
        turn.draft["report"] = ""
    under = f"归入 {turn.draft['report']}。" if turn.draft["report"] else ""
    lead = SENT if turn.meaning.slots.get("action") == "template" else SEND_FILE
    return Ask(f"{under}{lead}", "file")


def take_file(turn: Turn) -> Reply:
    inbound = turn.inbound
    if inbound is not None and inbound.kind is Kind.FILE and inbound.media is not None:
        turn.draft["fetch"] = turn.fetch(KIND, inbound.media, source=turn.draft["source"], report=turn.draft["report"])
        return Ask("收到，正在核对，结果马上发给您。", "decide")
    if inbound is not None and inbound.kind is Kind.IMAGE:
        return Ask("图片里的表格读不出来，请发 Excel 文件（.xlsx）。", "file")
    if turn.text.strip(" 。！") in _TEMPLATE or turn.meaning.slots.get("action") == "template":
        intake_template.send(turn)
        turn.draft["templates"] = turn.draft.get("templates", 0) + 1  # these words did come to something
        return Ask(SENT, "file")
    return Ask(SEND_FILE, "file")


def on_fetched(turn: Turn, fetch: Fetch) -> None:
    """The file was read, refused or lost: its sender hears what became of every line."""
    if fetch.state != "stored":
        turn.tell(fetch.person, f"这个文件没有收下：{fetch.error or '下载失败'}。请换一个再发。", urgent=True)
        return
    ledger = ledger_diff.find(fetch.facts.get("table", []))
    if ledger is not None:  # the exported ledger comes back: nothing new is registered from it
        ledger_import.review(turn, fetch, ledger)
        return
    lines = intake_rows.read(fetch.facts.get("table", []), turn.lexicon.units, texts.today_of(turn))
    if not lines or len(lines) > turn.policy.intake_rows:
        most = f"一次最多{turn.policy.intake_rows}条，请分几个文件发。"
        turn.tell(fetch.person, most if lines else NO_HEAD, urgent=True)
        fetches.change_facts(turn.session, fetch, {"lines": []})
        return
    left = intake_rows.unread(fetch.facts["table"])
    others = f"只读了第一张表，“{'”“'.join(left)}”没有读，请另存一个文件发来。\n" if left else ""
    _note_known(turn, fetch.person, lines)
    _note_foreign(turn, fetch.facts["source"], lines)
    kept = [[line.number, line.item, line.faults, line.notes] for line in lines]
    fetches.change_facts(turn.session, fetch, {**fetch.facts, "table": None, "lines": kept})
    text, card = _preview(lines, fetch.facts["source"]["name"], fetch.facts["report"])
    turn.tell(fetch.person, others + text, urgent=True)
    if card is not None:
        turn.tell(fetch.person, card, urgent=True)


def _note_known(turn: Turn, person: str, lines: list[Line]) -> None:
    """What he has registered before in the same words is not registered again (T1)."""
    known = findings.texts_of(turn.session, person)
    for line in lines:
        if line.raw in known:
            line.faults.append(f"与 {known[line.raw]} 相同，已登记过")


def _note_foreign(turn: Turn, source: dict[str, Any], lines: list[Line]) -> None:
    """Lines about a unit that he may not report on."""
    for line in lines:
        try:
            finding_source.check_unit(turn, source, line.item.get("unit"))
        except UserError as refusal:
            line.faults.append(refusal.wording)


def _preview(lines: list[Line], source: str, report: str) -> tuple[str, Card | None]:
    bad = [line for line in lines if line.faults]
    good = len(lines) - len(bad)
    head = f"核对完毕：共{len(lines)}条，无误{good}条" + (f"，有误{len(bad)}条：" if bad else "。")
    shown = [intake_rows.shown(line) for line in bad[:_SHOWN]]
    more = [f"另有{len(bad) - _SHOWN}条有误。"] if len(bad) > _SHOWN else []
    if not good:
        return "\n".join([head, *shown, *more, "没有可以导入的，改好后请重新发文件。"]), None
    notes = _notes(lines)
    first = next(line for line in lines if not line.faults)
    example = f"例：第{first.number}行 {finding_words.head(first.item)}｜{str(first.item['desc'])[:30]}"
    under = f"（归入 {report}）" if report else ""
    way = "改好重发，或回复“只导入无误的”。" if bad else ""
    text = "\n".join([head, *shown, *more, example, *notes, f"以{source}名义登记{under}。{way}{_confirm(bad)}"])
    buttons = [Button("确认导入", "确认", Style.STRONG)] if not bad else [Button("只导无误的", "只导入无误的")]
    facts = (("条数", f"{len(lines)}条"), ("无误", f"{good}条"), ("有误", f"{len(bad)}条"))
    return text, Card(CardKind.BUTTONS, "批量导入", facts=facts, buttons=(*buttons, Button("取消", "取消")))


def _confirm(bad: list[Line]) -> str:
    return "不导入回复“取消”。" if bad else texts.CONFIRM


def _notes(lines: list[Line]) -> list[str]:
    """What was assumed, each kind once, with how many lines it concerns."""
    counts: dict[str, int] = {}
    for line in lines:
        for note in line.notes if not line.faults else ():
            counts[note] = counts.get(note, 0) + 1
    said = [f"{note}（{count}条）" if count > 1 else note for note, count in list(counts.items())[:3]]
    return [f"说明：{'；'.join(said)}。"] if said else []


def take_decision(turn: Turn) -> Reply:
    inbound = turn.inbound
    if inbound is not None and inbound.media is not None:
        return take_file(turn)
    fetch = fetches.find(turn.session, turn.draft["fetch"])
    if fetch is None or fetch.state in ("refused", "dead", "cancelled"):
        return Ask("刚才的文件没有收下，请换一个再发。", "file")
    if fetch.facts.get("ledger"):
        return ledger_import.decide(turn, fetch)
    if fetch.state == "due" or "lines" not in fetch.facts:
        return Ask("还在核对，结果出来马上发给您，请稍候。", "decide")
    lines = [Line(number, item, "", faults, notes) for number, item, faults, notes in fetch.facts["lines"]]
    good, bad = [line for line in lines if not line.faults], [line for line in lines if line.faults]
    words = turn.text.strip(" 。！")
    if not good:
        return Ask("没有可以导入的，改好后请重新发文件。", "file")
    if bad and words not in _GOOD:
        first = "有误的不能导入。" if turn.meaning.intent == "confirm" or words in _ALL else ""
        return Ask(f"{first}请改好重发，或回复“只导入无误的”登记{len(good)}条；不导入回复“取消”。", "decide")
    if not bad and turn.meaning.intent != "confirm" and words not in (*_ALL, *_GOOD):
        return Ask(f"共{len(good)}条，还没有登记。{texts.CONFIRM}", "decide")
    return Done(_register(turn, fetch, good, bad))


def _register(turn: Turn, fetch: Fetch, good: list[Line], bad: list[Line]) -> str:
    source, report = turn.draft["source"], turn.draft["report"]
    finding_source.check_still(turn, source)
    for line in good:
        line.item["source_ref"] = report
    turn.draft.update(items=[line.item for line in good], raw=[], media=[])
    fetches.change_facts(turn.session, fetch, {"done": True, "lines": []})  # a second 确认 finds nothing to import
    said = finding_record.file_all(turn)
    left = f"\n第{'、'.join(str(line.number) for line in bad[:10])}行没有导入。" if bad else ""
    return f"{said}{left}"


def _help(actor: Actor) -> str | None:
    if not actor.has("member_liaison", "member_head", "audit_staff", "disc_manager", "union_staff", "office_staff"):
        return None
    return "批量导入：发“批量导入”，再发 Excel 文件；没有表就发“台账模板”"


FLOW = Flow(
    name="intake",
    title="批量导入",
    intents=("batch_intake",),
    start=start,
    steps={"source": take_source, "file": take_file, "decide": take_decision, ledger_import.STEP: ledger_import.take},
    on_fetched={KIND: on_fetched},
    claims=lambda meaning: meaning.intent == "submit_finding" and bool(meaning.slots.get("batch")),
    tables=(KIND,),
    takes_files=("file",),
    help=_help,
)
