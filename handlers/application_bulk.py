"""`申请销号：123、125、131`: which can go at once and which lack what, listed before anything happens (P3)."""

from __future__ import annotations

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, applying, choosing, probing, requirements, texts
from storage.matters import Finding

_BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))


def open_list(turn: Turn, numbers: list[str]) -> Reply:
    """Only what lacks nothing is applied for by the next 确认; the others are named with what they lack."""
    ready: list[Finding] = []
    held: list[str] = []
    for number in dict.fromkeys(numbers):
        why_not = _why_not(turn, number, ready)
        held += [f"{number} {why_not}"] if why_not else []
    lacking = "\n".join(held)
    if not ready:
        return Done(f"这几条现在都还不能申请：\n{lacking}\n请逐条发“编号 申请验收”补齐。")
    turn.draft["bulk"] = [finding.number for finding in ready]
    choosing.touched(turn, *ready)
    lines = "\n".join(f"{at} {finding.number} {choosing.title(finding)}" for at, finding in enumerate(ready, 1))
    more = f"\n还不能申请：\n{lacking}" if held else ""
    words = f"请确认对以下{len(ready)}条申请验收（整改中 → 待验收）：\n{lines}{more}\n{texts.CONFIRM}"
    facts = (("条数", f"{len(ready)}条"),)
    return Ask(words, "bulk", Card(CardKind.BUTTONS, title="批量申请验收", facts=facts, buttons=_BUTTONS))


def _why_not(turn: Turn, number: str, ready: list[Finding]) -> str:
    """ "" when it was put among the ready ones."""
    found = access.find_visible(turn, number)
    if found is None or found[1] != "full":
        probing.count(turn)  # domain.md 2.5, also among others
        return NOT_FOUND_OR_FORBIDDEN
    finding = found[0]
    refused = applying.refusal(turn, finding)
    if refused is not None:
        return refused.wording.removeprefix(number).strip()
    lacking = applying.missing(requirements.needed(turn, finding), applying.known(turn, finding))
    if lacking:
        return f"还缺{'、'.join(field.label for field in lacking)}"
    ready.append(finding)
    return ""


def take_confirm(turn: Turn) -> Reply:
    listed: list[str] = turn.draft["bulk"]
    said = [number for number in choosing.numbers(turn) if number in listed]
    if said and turn.meaning.intent != "confirm":
        return open_list(turn, said)
    if turn.meaning.intent != "confirm":
        return Ask("没有办理。只申请其中几条，请回复编号；" + texts.CONFIRM + "。", "bulk")
    done, held, told = [], [], []
    for number in listed:
        ready: list[Finding] = []
        why_not = _why_not(turn, number, ready)
        if why_not:
            held.append(f"{number} {why_not}")
            continue
        told += applying.carry_out(turn, ready[0], applying.known(turn, ready[0]))
        done.append(number)
    heard = choosing.told(turn, list(dict.fromkeys(told)))
    head = f"已申请验收{len(done)}条：{'、'.join(done)}，整改提醒已停。{heard}。" if done else "没有申请。"
    return Done("\n".join([head, *held]))
