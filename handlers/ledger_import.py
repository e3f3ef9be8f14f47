"""The exported ledger sent back: its differences are shown, and applied only after 确认 (domain.md 7.6)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Kind, Style
from handlers import access, choosing, classification, entries, export_ledger, ledger_diff, settling, texts
from handlers.ledger_diff import Difference
from storage import fetches, findings, moves
from storage.matters import Finding
from storage.models import Fetch

KIND, STEP = "ledger", "ledger"
REASON = "通过台账导入"
_CAME = "收到台账，正在核对差异，马上发给您。"
_ALL = ("全部", "看全部", "全部差异")
_NOTHING = "与现有台账没有差异，不用改。"
_SAME_NAME = "（如果是要登记新问题，请先发“批量导入”）"


def is_one(turn: Turn) -> bool:
    """Whether this message is a file that is called as the export calls it."""
    inbound = turn.inbound
    if inbound is None or inbound.kind is not Kind.FILE or inbound.media is None:
        return False
    return inbound.media.name.startswith(export_ledger.NAME) and inbound.media.name.lower().endswith(".xlsx")


def begin(turn: Turn) -> Reply:
    assert turn.inbound is not None and turn.inbound.media is not None
    turn.draft["fetch"] = turn.fetch(KIND, turn.inbound.media)
    return Ask(_CAME, STEP)


def on_fetched(turn: Turn, fetch: Fetch) -> None:
    """The file was read, refused or lost."""
    if fetch.state != "stored":
        turn.tell(fetch.person, f"这个文件没有收下：{fetch.error or '下载失败'}。请换一个再发。", urgent=True)
        return
    lines = ledger_diff.find(fetch.facts.get("table") or ())
    if lines is None:
        fetches.change_facts(turn.session, fetch, {"ledger": True, "changes": {}, "before": {}, "lines": []})
        turn.tell(fetch.person, f"没有认出台账的表头，请用导出的台账改后发回。{_SAME_NAME}", urgent=True)
        return
    review(turn, fetch, lines)


def review(turn: Turn, fetch: Fetch, lines: ledger_diff.Lines) -> None:
    """Tell the sender every difference; the file's row keeps what 确认 would apply."""
    found = ledger_diff.compare(turn, lines)
    if len(found.changes) > turn.policy.intake_rows:
        fetches.change_facts(turn.session, fetch, {"ledger": True, "changes": {}, "before": {}, "lines": []})
        most = turn.policy.intake_rows
        turn.tell(fetch.person, f"改动涉及{len(found.changes)}条，一次最多{most}条，请分几个文件发。", urgent=True)
        return
    told = _lines(found)
    kept = {"ledger": True, "table": None, "changes": found.changes, "before": found.before, "lines": told}
    fetches.change_facts(turn.session, fetch, {**fetch.facts, **kept})
    turn.tell(fetch.person, _preview(found, told), urgent=True)
    if found.changes:
        facts = (("改动", f"{len(found.shown)}处"), ("问题", f"{len(found.changes)}条"))
        buttons = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
        turn.tell(fetch.person, Card(CardKind.BUTTONS, "台账修改", facts=facts, buttons=buttons), urgent=True)


def _lines(found: Difference) -> list[str]:
    closed = [f"不能通过台账修改：{line}" for line in found.closed]
    return [*found.shown, *closed, *(f"有误：{line}" for line in found.faults)]


def _preview(found: Difference, told: list[str]) -> str:
    counts = [f"改动{len(found.shown)}处（{len(found.changes)}条问题）"] if found.shown else []
    counts += [f"不能改的{len(found.closed)}处"] if found.closed else []
    counts += [f"有误{len(found.faults)}处"] if found.faults else []
    if not counts:
        return f"台账核对完毕：共{found.rows}行，{_NOTHING}"
    head = f"台账核对完毕：共{found.rows}行，{'，'.join(counts)}："
    more = [f"回复“全部”看其余{len(told) - choosing.SHOWN}处。"] if len(told) > choosing.SHOWN else []
    return "\n".join([head, *told[: choosing.SHOWN], *more, _end(found)])


def _end(found: Difference) -> str:
    if not found.changes:
        return "没有可以改的。时限、责任人等按上面括号里的说法在聊天里办理。"
    return f"只改上列改动，原文不变、逐条留痕。\n{texts.CONFIRM}"


def take(turn: Turn) -> Reply:
    """The answer to the preview, or another file."""
    if is_one(turn):
        return begin(turn)
    fetch = fetches.find(turn.session, turn.draft["fetch"])
    if fetch is None or fetch.state in ("refused", "dead", "cancelled"):
        return Done("刚才的文件没有收下，没有改动。要再试请重新发台账。")
    if fetch.state == "due" or "changes" not in fetch.facts:
        return Ask("还在核对，结果出来马上发给您，请稍候。", STEP)
    return decide(turn, fetch)


def decide(turn: Turn, fetch: Fetch) -> Reply:
    """Nothing is changed before 确认; a second 确认 finds nothing left."""
    changes: dict[str, entries.Changes] = fetch.facts["changes"]
    if turn.text.strip(" 。！") in _ALL and fetch.facts["lines"]:
        return Ask("\n".join([*fetch.facts["lines"], texts.CONFIRM if changes else "没有可以改的。"]), STEP)
    if not changes:
        return Done("没有可以改的，没有改动。")
    if turn.meaning.intent != "confirm":
        return Ask(f"台账里的改动还没有提交。{texts.CONFIRM}", STEP)
    before: dict[str, dict[str, Any]] = fetch.facts["before"]
    fetches.change_facts(turn.session, fetch, {"ledger": True, "changes": {}, "before": {}, "lines": []})
    return Done(_apply(turn, changes, before))


def _apply(turn: Turn, changes: dict[str, entries.Changes], before: dict[str, dict[str, Any]]) -> str:
    known = findings.load(turn.session, changes)
    done, left, news = 0, list[str](), defaultdict[str, list[str]](list)
    for number, said in changes.items():
        finding = known.get(number)
        if finding is None or not _still(turn, finding, before[number]):
            left.append(number)
            continue
        shown, _ = classification.apply(turn, finding, said, REASON)
        done += 1
        for person in settling.able(turn, classification.hearers(turn, finding), finding):
            news[person].append(f"{number}：{'；'.join(shown)}")
    for person, lines in news.items():
        if person != turn.actor.userid:
            turn.tell(person, _news(turn, lines))
    turn.recent["numbers"] = [number for number in changes if number not in left]
    skipped = (
        f"\n{'、'.join(left[:10])}{'等' if len(left) > 10 else ''}刚刚有人改过或您已无权，没有改。" if left else ""
    )
    return f"已按台账更正{done}条，逐条留痕。{skipped}" if done else f"没有改动。{skipped}"


def _still(turn: Turn, finding: Finding, before: dict[str, Any]) -> bool:
    """Whether he still may, and nobody has changed it since the preview."""
    moves.lock(turn.session, finding)
    if access.view_level(turn, finding) != "full" or ledger_diff.refusal(turn, finding):
        return False
    return all(entries.now(finding, field) == was for field, was in before.items())


def _news(turn: Turn, lines: list[str]) -> str:
    more = [f"另有{len(lines) - choosing.SHOWN}条，发编号可查。"] if len(lines) > choosing.SHOWN else []
    return "\n".join([f"登记内容更正（{turn.actor.name}，台账导入）：", *lines[: choosing.SHOWN], *more])
