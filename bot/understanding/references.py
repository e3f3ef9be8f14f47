"""What a matter is called without its number: 这条, 刚才那个, 上面第二条, 最后一条 (domain.md P10)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.understanding import numerals
from bot.understanding.lazily import lazy

_HINT = frozenset("这那该本此刚方上第头最末倒前")
_N = rf"(?:\d{{1,2}}|[{numerals.CHARS}]{{1,3}})"
_WHERE = r"(?:上一?页(?:里|中)?|上面|上边|前面|清单|列表|单子|名单|刚才|刚刚)?(?:里面?|中|上)?的?"
_REF = lazy(
    rf"(?P<back>{_WHERE}倒数第(?P<b>{_N})[条个件项])"
    rf"|(?P<end>{_WHERE}(?:最后|最末|末尾|最下面|最底下)(?:的)?(?:那|这)?一?[条个件项](?:问题)?)"
    rf"|(?P<head>{_WHERE}(?:头一|打头(?:的)?(?:那|这)?|最上面(?:的)?(?:那|这)?一?)[条个件项](?:问题)?)"
    rf"|(?P<nth>{_WHERE}第\s?(?P<n>{_N})\s?[条个件项](?:问题)?)"
    r"|(?P<last>(?:我|咱们?)?(?:刚才|刚刚|方才|刚)(?:说|提|看|查|聊|讲|发|问|列|提到|说到)?(?:过|到)?(?:的)?(?:那|这)(?:一)?[条个件项](?:问题)?|上一[条个件](?:问题)?|上[条件](?:问题)?)"
    rf"|(?P<these>(?:上面|前面|以上|上述)?(?:这|那)(?:几|两|三|四|五|六|七|八|些|\d{{1,2}}|[{numerals.CHARS}]{{1,3}})(?:[条个件项]|(?<=些))(?:问题|都)?)"
    r"|(?P<this>(?:就|还是)?(?:上面|前面|上边|上述|以上)?(?:这|那)(?:一)?[条个件项](?:问题|事项|任务)?|该(?:问题|条|件|项|事项)|本(?:条|问题|事项)|此(?:条|问题|事项|件)|(?:这|那)(?:问题|事儿?))"
)
# 第二个节点, 这条路, 上一个季度, 那个供应商: something else is meant.
_OTHER = lazy(
    r"\s?(?:节点|阶段|季度|月|工作日|佐证|附件|方(?!案|便)|次|年|周|星期|步|路|线(?!索)|河|街|船|规定|款|制度(?!\s*[:是为])|人|供应商|项目|合同|单位|公司|部门|领导|经理|时候|意思|样|系统|机器人|功能|流程|表|文件|账|钱|数|价|设备|车|厂|数字|金额|字段|日期|时间|星|礼拜|半年|东西|办法|理由|原因|情况|材料|方案|方式|回执|码|号码)"
)
_BEFORE = lazy(
    r"(?:^|[\s,。;:!?、]|把|将|对|对于|给|关于|就|请|那|帮我|麻烦|先|和|与|跟|及|到|入|至"
    r"|退回|打回|驳回|同意|通过|催办?|催一?下|交办|派单|登记|受理|撤回|撤销|撤掉|重启|抽查|督办|申请|延期|验收|销号|补正|留痕|升级|看|查|看看|查看|收到|改派|答复|佐证|并案|是|回复|取消)$"
)
# What is ordered or told of it stands right behind, or right before.
_ORDER = r"退|打回|驳|不(?:予|同意|通过|批|准|能|行|给|属|认|合格|要)|通过|同意|准|可以|予以|给|先|已|都|也|我们|要|想|请|让|由|就|直接|尽快|赶紧|销|申请|延|宽|验|核销|交办|交给|交由|转给|派|分给|指派|改派|牵头|责任|催|盯|转|撤|删|作废|登|受理|补|缺|并|合|归|重启|重开|重新|异议|有异议|提|申诉|没这|说得|跟|和|与|留痕|抽|督办|挂牌|摘牌|列|升|重点|流转|办理|操作|历史|变更|修改|取消|整改|改|弄|搞|办|完|进|收到|知道|过了|合格|没问题|材料|资料|佐证|附件|照片|谁|到哪|怎么样|咋样|啥|什么|详细|展开|分|加|增加|建议|提醒|类别|严重|金额|时限|期限|单位|描述|持续|录|报|来不及|弄不完|再|往后|推|晚|缓|反映|制度\s*[:是为]"
_ACTING = lazy(rf"\s?(?:号|问题|的|呢|,|:|\s)*(?:{_ORDER})")
# 那个我们今天去…: a mere 那个 that opens a message is a matter only before an order of its own.
_LOOSE = lazy(r"(?:那|这)(?:一)?个$")
_PLAIN_ORDER = lazy(
    r"\s?(?:就|先|还是|直接|也|可以)?(?:退|打回|驳|不予|不同意|不通过|不能销|通过|同意|准予|予以|销|申请|延|宽限|验收|交办|交给|交由|派给|分给|改派|牵头|责任|催|盯|转|撤|删|作废|登记|受理|补正|并|重启|重开|有异议|留痕|抽查|重点督办|挂牌|摘牌|列为|升级|整改|弄完|办完|改完|已(?:经)?(?:完成|整改|改|办)|完成了|收到|过了|合格|什么(?:情况|进展)|到哪|怎么样|咋样|再给|再宽|往后|推迟|类别|严重程度|时限|责任单位)"
)
_ENDS = lazy(r"[\s。,!?吧了呢啊]*(?:$|[,。;])")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a matter is meant without its number. value: "this", "these", "last", or its place in the list, -1 for its last."""

    start: int
    end: int
    value: str | int
    acting: bool = False


def _value(m: re.Match[str]) -> str | int | None:
    if m["nth"] or m["back"]:
        said = m["n"] or m["b"]
        count = int(said) if said.isdecimal() else numerals.parse_numeral(said)
        if not count or count > 50:
            return None
        return -count if m["back"] else count
    if m["end"]:
        return -1
    if m["these"]:
        return "these"
    return 1 if m["head"] else "last" if m["last"] else "this"


def find(flat: str, start: int) -> list[Reference]:
    """Every such word of the message proper, in order; one that only leads on to a noun of its own does not count."""
    if _HINT.isdisjoint(flat):
        return []
    out = []
    for m in _REF.finditer(flat, start):
        value = _value(m)
        if value is None or _OTHER.match(flat, m.end()):
            continue
        led = _BEFORE.search(flat[start : m.start()])
        if led is None:
            continue
        ordered = led[0][-1:] not in ("", " ", ",", "。", ";", ":", "!", "?", "、") and _ENDS.match(flat, m.end())
        orders = _PLAIN_ORDER if _LOOSE.search(m[0]) and value == "this" else _ACTING
        out.append(Reference(m.start(), m.end(), value, bool(ordered or orders.match(flat, m.end()))))
    return out


_SHOWS = lazy(
    r"(?:请|帮我|麻烦|给我|把|想|要|我|再|也|和|与|跟|及|、|,|\s|看看|看一下|看下|看|查看|查一下|查|说说|讲讲|详细|具体|展开|打开|说|讲|一下|发我|是什么|什么内容|呢|吧|的|啊|[?。!])*"
)


def alone(flat: str, refs: list[Reference]) -> tuple[str, dict[str, Any]] | None:
    """第二条, 第一条和第三条, 这条, 刚才那个: the whole message names what was shown and at most asks to see it."""
    if not refs or len(flat) > 24:
        return None
    start = len(flat) - len(flat.lstrip())
    rest = flat
    for ref in refs:
        rest = rest[: ref.start] + " " * (ref.end - ref.start) + rest[ref.end :]
    if not _SHOWS.fullmatch(rest[start:]):
        return None
    places = [ref.value for ref in refs if isinstance(ref.value, int)]
    if len(places) == len(refs):
        return "select", {"index": places[0]} if len(places) == 1 else {"indexes": places}
    return ("query_by_number", {"ref": refs[0].value}) if len(refs) == 1 else None


# What is not said of one matter carries no word for it.
UNPOINTED = frozenset({
    "select", "confirm", "deny", "cancel", "chitchat", "out_of_scope", "help", "submit_finding", "submit_lead", "urgent_report", "anonymous_report", "anonymous_submit",
    "anonymous_help", "anonymous_convert", "followup_receipt", "forbidden_access", "refer_out", "unknown", "declare_no_issue", "submit_quarter_info", "submit_special_report",
    "special_status", "self_check", "sub_office", "batch_intake", "delegate", "appoint", "query_stats", "query_overdue", "query_unsubmitted", "meeting", "export_report", "calendar_days",
})  # fmt: skip


def pointing(refs: list[Reference], slots: dict[str, Any]) -> dict[str, Any]:
    """With `ref` when the matter is meant without its number: "this", "these", "last", or its place in the list
    (-1: its last); several places stand in `refs`."""
    acting = [ref for ref in refs if ref.acting]
    if not acting or "number" in slots or "numbers" in slots:
        return slots
    places = [ref.value for ref in acting if isinstance(ref.value, int)]
    if len(places) > 1:
        return {**slots, "refs": places}
    meant = acting[0]
    if meant.value == "last" and "ref" in slots:
        return slots  # 撤回刚才那条 is the one that the speaker submitted last
    return {**slots, "ref": meant.value}
