"""What this person can do, with one example each: the daily things of his role first, the rest when asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.flow import Flow
from handlers import parties
from storage.people import Actor

MOST = 7
CANCEL = "说错了随时改，不办了回复“取消”。"
ALL = re.compile(r"全部|所有|更多|其余|完整|剩下")
_YEAR = re.compile(r"WT-\d{4}-")
_SOURCE = ("audit_staff", "union_staff", "member_liaison", "member_head")
_FINDS = (*_SOURCE, "disc_manager", "acct_staff", "leading_group", *parties.OFFICE)
_UNIT = ("unit_liaison", "resp_person", "unit_head")
_AUDITS = ("audit_staff", "union_staff")
# Flows of which one word is enough: who may, and how it is said.
_LINES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "extension_decision": (
        (*_AUDITS, "leading_group", *parties.OFFICE), "批延期：同意延期 WT-2026-0123；不同意延期 WT-2026-0123，理由：…"
    ),
    "objection_answer": (
        (*_SOURCE, "disc_manager", "acct_staff", *parties.OFFICE),
        "答复异议：答复 WT-2026-0123 的异议：金额核实无误，异议不成立",
    ),
    "triage": (
        ("member_head", *parties.OFFICE),
        "不能登记的：0141退回补正：缺责任单位；0141不予登记，理由：…；0141并到0123",
    ),
    "suggestion": (("disc_manager",), "提醒建议：建议审计部关注0123的合同主体"),
    "spot_check": (parties.OFFICE, "抽查：抽查0123"),
    "correction": ((*_AUDITS, *parties.OFFICE), "更正登记：0123类别改为采购招标"),
    "completion": (_FINDS, "补正：补正 0141：发现时间是11月3日"),
    "withdrawal": ((*_FINDS, *_UNIT), "撤回：撤回 WT-2026-0123，理由：重复"),
    "conversion": (("member_head", *parties.OFFICE), "转线索：WT-2026-0123 转线索，理由：…"),
}  # fmt: skip
# Who he is -> what he does every day, by the flows' names; the first that fits him leads.
_DAILY: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("office_director",), ("extension_decision", "acceptance", "assign", "queries", "quarter_status",
                            "withdrawal_decision", "appointment")),
    (("office_staff", "sub_office"), ("assign", "registration", "triage", "queries", "trail", "quarter_status",
                                      "appointment")),
    (("leading_group",), ("queries", "quarter_status", "extension_decision", "trail")),
    (("disc_manager",), ("lead_submit", "suggestion", "queries", "trail", "finding_submit", "quarter")),
    (_AUDITS, ("finding_submit", "acceptance", "extension_decision", "queries", "intake", "assign", "quarter")),
    (("unit_liaison", "resp_person", "unit_head"), ("progress", "application", "extension", "queries", "evidence",
                                                    "objection", "finding_submit")),
    (("member_liaison", "member_head"), ("finding_submit", "quarter", "acceptance", "queries", "intake",
                                         "objection_answer", "special_report")),
)  # fmt: skip


def lines(actor: Actor, work: Sequence[Flow]) -> list[str]:
    """One line for each thing that this person may do, what he does every day first."""
    said = {one.name: shown(line) for one in work if (line := line_of(actor, one))}
    daily = [name for roles, names in _DAILY if actor.has(*roles) for name in names]
    return [said[name] for name in dict.fromkeys([*daily, *said]) if name in said]


def line_of(actor: Actor, flow: Flow) -> str | None:
    if flow.help is not None:
        return flow.help(actor)
    roles, line = _LINES.get(flow.name, ((), ""))
    return line if actor.has(*roles) else None


def text(actor: Actor, work: Sequence[Flow], *, whole: bool) -> str:
    """Seven lines and how many wait; or all of them."""
    said = lines(actor, work)
    if whole or len(said) <= MOST:
        return "\n".join([*said, CANCEL])
    return "\n".join([*said[:MOST], f"还有{len(said) - MOST}项，发“全部帮助”查看；不办了回复“取消”。"])


def shown(line: str) -> str:
    """What is to be said stands in quotes, so that nobody types the name before it as well; numbers are short."""
    line = _YEAR.sub("", line)
    return line if "“" in line else line.split("：", 1)[0] + "：" + "".join(f"“{one}”" for one in examples(line))


def examples(line: str) -> list[str]:
    """What is to be said, of one line: what stands in quotes, or else what follows the name, parted by semicolons."""
    quoted = re.findall("“([^”]+)”", line)
    return quoted or line.split("：", 1)[1].split("；")
