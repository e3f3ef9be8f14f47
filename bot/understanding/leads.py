"""What is said of a lead by its number on its way (domain.md 3.5): steps, terms, looks; and the four elements (S43)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding import describe
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_DEGREE = r"(?:没有|无|未造成|较小|一般|较大|重大|巨大|轻微|较轻|较重|严重|特别严重|很大)"
_IS = r"(?:程度|轻重|大小|方面)?(?:为|是|属于?|:|达到|造成)?\s*"
_NATURES = (
    ("duty_illegal", r"职务违法|利益输送|以权谋私|徇私"),
    ("crime", r"(?:涉嫌)?(?:职务)?犯罪|受贿|贪污|挪用公款|职务侵占"),
    ("illegal_invest", r"违规(?:经营)?投资|违规经营|投资损失"),
    ("discipline", r"违纪|违反(?:党)?纪律|八项规定"),
    ("breach_rule", r"违规(?!经营|投资|追责|责任)|违反(?:公司|集团|内部)?(?:制度|规定)"),
    ("mgmt", r"(?:一般)?管理(?:性)?(?:问题|不规范|不到位)|工作(?:疏漏|失误)"),
)
_LEVELS = {
    "没有": "none",
    "无": "none",
    "未造成": "none",
    "较小": "small",
    "一般": "small",
    "较大": "large",
    "很大": "large",
    "重大": "major",
    "巨大": "major",
    "严重": "major",
    "特别严重": "major",
}
_GRAVITIES = {
    "轻微": "minor",
    "较轻": "minor",
    "较小": "minor",
    "一般": "general",
    "较重": "serious",
    "较大": "serious",
    "严重": "grave",
    "特别严重": "grave",
    "重大": "grave",
}
_TARGETS = (
    ("disc", r"纪检|纪委|监委|派驻|案管"),
    ("acct", r"追责|责任追究(?:部|部门|机构)|违规经营投资责任追究"),
    ("external", r"公安|检察|司法|上级(?:纪|机关)"),
)
_RESULTS = (
    ("tolerated", r"容错免责|予以容错"),
    (
        "disciplined",
        r"党内(?:严重)?警告|撤销党内职务|留党察看|开除党籍|(?:政务)?(?:警告|记过|记大过|降级|撤职)处分?|党纪|政务处分|处分",
    ),
    ("handed_up", r"移送(?:司法|公安|检察|上级)|移交(?:司法|公安|检察|上级)"),
    ("accountable", r"违规追责(?!那边|部门)|追责处理|已追责|扣减(?:薪酬|绩效)|禁入限制"),
    ("organised", r"组织处理|调离|免职|诫勉|停职|降职|调整岗位"),
    ("admonished", r"谈话提醒|批评教育|提醒谈话|责令检查"),
    ("rectify", r"转(?:为)?(?:问题)?整改|按问题整改"),
    ("unfounded", r"失实|不属实|查无实据|没有(?:发现)?(?:这|此)?(?:问题|事)|澄清"),
)
_TERMS = (
    ("flash", r"快报"), ("realtime", r"实时报告"), ("inquiry_report", r"(?:函询|谈话)?情况报告"), ("verify", r"核查(?!终结|办结|属实|不实)"),
    ("inquiry", r"函询(?:回复|材料|件)?|回函"), ("prelim", r"初核报告|初核|初步核实"),
)  # fmt: skip
_DONE = r"(?:已|已经|都)?(?:报|上报|报送|提交|报了|回复|回了|收到|完成|写好|交)(?:了|送|过|出|完)*[\s。!]*$"
_PARTS = (
    ("case", r"(?:适用)?情形"), ("basis", r"(?:决策)?(?:程序)?依据|决策程序|程序"), ("gain", r"(?:有无)?(?:谋私|私利)(?:情况)?"), ("approver", r"(?:批准|审批)(?:机构|单位|机关|人)"),
)  # fmt: skip
_MAY_SEE = r"(?:同意|批准|准许|允许|授权|收回|撤销|取消|不再)[^。;]{0,16}承办人?[^。;]{0,10}(?:查看|看|知悉|了解|知道)[^。;]{0,18}(?:反映人|举报人)"
_REGISTER = r"^[^,。;:一-龥]{0,20}(?:这?[条件](?:问题)?线索)?(?:予以|可以|请|帮我)?登记(?:一?下|备查|入账|在册)?[\s。!]*$|^(?:请|帮我|把|现|予以|\s)*登记(?:一?下)?(?:问题)?(?:线索)?[^一-龥,。;:]{0,20}[\s。!]*$"
_TOLERANCE = lazy(r"容错|三个区分")
_ON_ONE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (intent, lazy(pattern))
    for intent, pattern in (
        ("lead_approval", _MAY_SEE),
        ("lead_reopen", r"重启|重新启动|再次?启动|恢复办理|有新(?:的)?线索.{0,6}(?:再|重新)"),
        ("lead_tolerance", r"容错|三个区分"),
        ("lead_view", r"(?:看|查看|查|调)(?:一?下|看)?.{0,18}(?:反映人|举报人)[^,:]{0,8}[,:]?(?:理由|原因|用于|因为|为了)"),
        ("lead_feedback", r"(?:已|已经)?(?:向|给|跟|对)?(?:实名)?(?:反映人|举报人)?(?:作|做|进行)?(?:了)?反馈(?:反映人|举报人)?(?:了|过|完|结果|:|[\s。!]|$)"),
        ("lead_view", r"(?:反映人|举报人)(?:的)?(?:身份|姓名|信息|是谁|联系方式|电话)|(?:看|查看|查|打开|调|显示|发)(?:一?下|看)?.{0,18}(?:内容|详情|材料|原文|正文|全文)|(?:内容|详情|原文|正文|材料)(?:给我)?(?:看|发|调|打开)|(?:退回)?理由(?:是什么|是啥)|办理情况说明"),
        ("lead_register", _REGISTER),
        ("transfer_lead", r"(?:同意|批准)(?:分办|移送|拟办|去向|并送)|^[^。;]{0,16}(?:分办|并送)"),
    )
)  # fmt: skip
_LIST = lazy(
    r"^(?:(?>我们?|请|给我|看一?下|看看?|查看|查一?下?|列一?下|列出|拉一?下|打开|显示|目前|现在|当前|[\s,的]))*"
    r"(?:(?:在办|手上|手头|经办|承办|待办|名下|待签收|待受理|待分办|本部门|我部|暂存|全部|所有)的?)*(?:问题)?线索(?:的)?(?:清单|台账|列表|名单|情况表|有哪些|都?有几[条件]|到哪了)?[\s。?!]*$"
)
_LISTING = lazy(r"清单|台账|列表|名单|有哪些|手上|手头|在办|经办|承办|待办|待签收|待受理|待分办|名下|暂存")
_KEEPERS = frozenset(
    {"disc_manager", "disc_handler", "acct_staff", "office_director", "office_staff", "member_head", "leading_group"}
)

# Who may have anything of it (domain.md 2.4); from others it is a question about leads like any other.
_EXPORTERS = frozenset({"disc_manager", "acct_staff", "office_director", "leading_group"})
_EXPORT = lazy(
    r"^(?:请|帮我|给我|麻烦|[\s,])*(?:导出?|下载|生成|出具?)(?:一?[份下个])?[^。;]{0,16}线索(?:的)?(?:处置)?(?:情况)?"
    r"(?:的)?(?P<what>台账|清单|列表|明细|统计表?|统计情况)[^。;]{0,8}[\s。!]*$"
)

_LOG = lazy(
    r"(?:操作|经办|流转|变更|查阅|查看|访问|办理)(?:的)?(?:日志|记录|留痕|痕迹|轨迹)|日志|留痕|谁(?:都)?(?:看|查看|查|动|碰|经手|操作|办|改|打开)过"
)
_LOGS = lazy(
    r"^(?:(?>我?要|我?想|请|帮我|给我|麻烦|查看|查阅?|看看?|一?下|调取?|调出|打开|显示|列出|导出|的|[\s,]))*"
    r"(?P<whose>我自己|我|自己|本人)?(?:的)?(?:最近|近期|今天|昨天|全部|所有|系统|本周|近来)?(?:的)?(?P<leads>(?:问题)?线索)?(?:的)?"
    r"(?:操作|访问|查阅)(?:日志|记录|留痕|痕迹)(?:看一?下|有哪些|给我|看看|[\s。?!])*$"
)
_MORE_THAN_LOOKS = lazy(r"理由|原因|附件|凭据|反馈|办结|结案|退回|移送|移交|重启|容错|受理|新线索|:")
_REPORTERS = frozenset({"member_liaison", "audit_staff", "union_staff"})  # what they reported themselves (2.4)


def of(r: Reading) -> tuple[str, Slots | None] | None:
    """The step that is told of one lead by its number, or the wish for the list; None for anything else.

    No slots: the intent's own filler reads them.
    """
    numbers = r.leads()
    log = _log(r)
    if log is not None:
        return "view_log", log
    if not numbers and (wanted := _EXPORT.match(r.flat)) and (r.roles & _EXPORTERS or "统计" in wanted["what"]):
        return "export_leads", None
    if not numbers:
        return ("lead_list", {}) if r.roles & _KEEPERS and _LIST.match(r.flat) and _LISTING.search(r.flat) else None
    if len(set(numbers)) > 1:
        return None
    base: Slots = {"number": numbers[0]}
    term = _term(r)
    if term is not None:
        return "lead_term", {**base, **term}
    ends = re.search(r"办结|结案", r.flat) is not None
    for intent, pattern in _ON_ONE:
        if pattern.search(r.flat) and not _asks_rights(r, intent) and not (ends and intent == "lead_tolerance"):
            return intent, {**base, **_SLOTS[intent](r)}
    if ends and not re.search(r"没有?(?:办结|结案)|(?:办结|结案)(?:了)?[吗没]|[?]", r.flat):
        return "lead_decide", {**base, "decision": "closed", **result(r.flat), **_backflow(r)}
    asked = re.search(r"[?]|(?:吗|没有?|么)[\s。]*$", r.flat)
    taken = r.has("RECEIPT_OF") and not re.search(r"(?:请|催|等|让|待|未|没|还没)[^,。;]{0,6}签收", r.flat)
    if (
        not asked
        and not taken
        and re.search(
            r"移送|移交|转交|转送|转[给到至办]|移[给至到过]|(?:交[给到由]?|送[给到往]?|递[给到]?|划[到给至]|批转)(?=[^,。;]{0,10}(?:纪|监委|追责|审计))",
            r.flat,
        )
        and targets(r)
    ):
        return "transfer_lead", None
    return None


def _log(r: Reading) -> Slots | None:
    """The ledger of one matter, or one's own part of it (2.4 看操作日志); of a finding only its auditor asks this way."""
    numbers = {one.value for one in r.numbers}
    if len(numbers) == 1:
        whose = bool(r.leads()) or "log_auditor" in r.roles
        asked = whose and len(r.flat) <= 40 and _LOG.search(r.flat) and not _MORE_THAN_LOOKS.search(r.flat)
        return {"number": numbers.pop()} if asked else None
    found = _LOGS.match(r.flat) if not numbers else None
    if found is None:
        return None
    return {**({"own": True} if found["whose"] else {}), **({"leads": True} if found["leads"] else {})}


def _asks_rights(r: Reading, intent: str) -> bool:
    """A look is answered only to those who may have the right at all; all others pry (domain.md 2.5)."""
    return intent == "lead_view" and not r.roles & (_KEEPERS | _REPORTERS)


def _term(r: Reading) -> Slots | None:
    flat = r.flat
    if re.search(r"(?:未|没有?|不)(?:达到|达|够|符合)(?:报告)?标准|不需(?:要)?(?:实时)?报告", flat):
        return {"term": "not_reportable", "deed": "done"}
    for name, pattern in _TERMS:
        if not re.search(pattern, flat):
            continue
        if re.search(rf"(?:{pattern})[^,。;]{{0,8}}(?:延长|延期|展期)|(?:延长|延期)[^,。;]{{0,6}}(?:{pattern})", flat):
            return {"term": name, "deed": "extend", **_length(r), **_approval(flat)}
        if re.search(rf"(?:{pattern})(?:的)?(?:办理)?(?:期限|时限|到期日|截止)", flat):
            day = next((one for one in r.dates if one.kind in ("day", "end")), None)
            return {
                "term": name,
                "deed": "set",
                **({"date": day.toward(r.today, "future").last.isoformat()} if day else {}),
            }
        if name == "verify" and re.search(r"(?:启动|开展|进入|转入|立项)[^,。;]{0,4}核查", flat):
            return {"term": name, "deed": "start"}
        if re.search(rf"(?:{pattern}){_DONE}", flat):
            return {"term": name, "deed": "done"}
    return None


def _length(r: Reading) -> Slots:
    found = re.search(r"(\d{1,3})\s*(?:个)?工作日", r.flat)
    return {"days": int(found[1])} if found else {}


def _approval(flat: str) -> Slots:
    """经分管负责人批准: without it there is no extension (淄国资发〔2022〕23号)."""
    return {"approved": True} if re.search(r"(?:经|已|由)?[^,。;]{0,10}(?:批准|同意|审批)", flat) else {}


def _backflow(r: Reading) -> Slots:
    return (
        {"backflow": True}
        if re.search(r"反向衔接|(?:追责|责任追究)(?:那边|这?块|部门)?.{0,6}(?:再|跟|要不要)|推送追责", r.flat)
        else {}
    )


def elements(flat: str) -> Slots:
    """The four elements, as far as they are told (S43)."""
    out: Slots = {}
    for name, pattern in _NATURES:
        if re.search(pattern, flat):
            out["nature"] = name
            break
    for name, word, values in (
        ("loss_level", "损失", _LEVELS),
        ("gravity", "情节", _GRAVITIES),
        ("impact", "影响", _LEVELS),
    ):
        told = re.search(rf"{word}{_IS}({_DEGREE})|({_DEGREE})(?:的)?(?:资产|经济|不良|社会)?{word}", flat)
        value = values.get(next((one for one in told.groups() if one), "")) if told else None
        if value:
            out[name] = value
    return out


def answered(r: Reading) -> Slots:
    """What an answer tells of the elements, where it names them: 损失较大，影响一般."""
    return elements(r.flat) if len(r.flat) <= 40 and re.search(r"性质|损失|情节|影响", r.flat) else {}


_HANDED = lazy(r"(?:给|往|向|到)(?P<to>[^,。;]{2,10}?)(?:移|转|送|交|递)(?:过去|去)")


def targets(r: Reading) -> list[str]:
    """Every body that is named behind the verb."""
    mark = re.search(
        r"(?:移送|移交|转交|转送|转给|转至|转到|转办|并送|分办|送|转|移给|移至|移到|交给|交由|划到|划给|批转|交(?=[^,。;]{0,4}(?:纪|监委|追责|违规))|去向)(?:至|给|到|:)?",
        r.flat,
    )
    if back := _HANDED.search(r.flat):  # 给纪检移过去
        return [name for name, pattern in _TARGETS if re.search(pattern, back["to"])]
    tail = r.flat[mark.end() :] if mark else ""
    tail = re.split(r"(?:理由|原因|因为|附件|附:|性质|涉嫌|,情节|,损失)", tail)[0]
    found = [(m.start(), name) for name, pattern in _TARGETS if (m := re.search(pattern, tail))]
    offset = len(r.flat) - len(r.flat[mark.end() :]) if mark else 0
    for hit in r.departments() if mark else []:
        at = hit.start - offset
        covered = any(re.search(pattern, r.flat[hit.start : hit.end]) for _, pattern in _TARGETS)
        if 0 <= at < len(tail) and len(hit.codes) == 1 and not covered:
            found.append((at, "func:" + r.units.name(hit.codes[0])))
    return [name for _, name in sorted(found)]


def material(r: Reading) -> Slots:
    """`附件：合同复印件2份、流水1份`: the list that goes with the slip (S42)."""
    found = re.search(r"附件(?:清单)?\s*(?:有|为|是|:)\s*", r.flat)
    words = describe.trim(r, found.end(), len(r.flat)) if found else ""
    return {"material": words} if words else {}


def result(flat: str) -> Slots:
    """The class of result (domain.md 3.5.1)."""
    return next(({"result": name} for name, pattern in _RESULTS if re.search(pattern, flat)), {})


def tolerance(r: Reading) -> Slots:
    """The parts that are told, each as it was written (S53)."""
    out: Slots = {}
    if re.search(r"不予容错|不(?:适用|符合)容错", r.flat):
        out["outcome"] = "denied"
    elif re.search(r"从轻|减轻", r.flat):
        out["outcome"] = "lighter"
    elif re.search(r"免责|免予", r.flat):
        out["outcome"] = "exempt"
    for name, pattern in _PARTS:
        told = re.search(rf"(?:^|[,，。;；:：\s])(?:{pattern})\s*(?:是|为|:)\s*(?P<said>[^。;；\n]+)", r.flat)
        if told:
            out[name] = describe.trim(r, told.start("said"), told.end("said"))
    if "gain" not in out and (
        plain := re.search(r"(?:没有|无|未|不存在)(?:任何)?(?:谋取)?(?:谋私|私利|利益输送)|未谋私", r.flat)
    ):
        out["gain"] = describe.trim(r, plain.start(), plain.end())
    first = _TOLERANCE.search(r.flat)
    if "case" not in out and first is not None:
        rest = re.match(r"(?:免责|从轻|情形)?[,，:：\s]+(?P<said>[^。;；\n]{4,})", r.flat[first.end() :])
        if rest and not re.match(rf"(?:{'|'.join(p for _, p in _PARTS)})\s*[:是为]", rest["said"]):
            out["case"] = describe.trim(r, first.end() + rest.start("said"), first.end() + rest.end("said"))
    return {name: value for name, value in out.items() if value}


def _view(r: Reading) -> Slots:
    part = (
        "reporter"
        if re.search(r"反映人|举报人", r.flat)
        else "notes"
        if re.search(r"理由|办理情况", r.flat)
        else "content"
    )
    said = re.search(r"(?:理由|原因|用于|因为|为了)(?:是|:|\s)*", r.flat)
    words = describe.trim(r, said.end(), len(r.flat)) if said and part == "reporter" else ""
    return {"part": part, **({"reason": words} if words else {})}


def _feedback(r: Reading) -> Slots:
    said = re.search(r"反馈(?:反映人|举报人)?(?:的)?(?:结果|内容|意见)?\s*(?:为|是|:)\s*", r.flat)
    words = describe.trim(r, said.end(), len(r.flat)) if said else ""
    return {"words": words} if words else {}


def _reopen(r: Reading) -> Slots:
    said = re.search(r"(?:新线索|理由|原因|因为|依据)(?:是|为|:|\s)+", r.flat) or re.search(r"[,，:：]\s*", r.flat)
    words = describe.trim(r, said.end(), len(r.flat)) if said else ""
    return {"reason": words} if len(words) > 1 else {}


def _triage(r: Reading) -> Slots:
    out: Slots = {**elements(r.flat), **material(r)}
    if re.search(r"(?:同意|批准)(?:分办|移送|拟办|去向|并送)", r.flat):
        out["agree"] = True
    where = targets(r)
    return {**out, **({"targets": where, "target": where[0]} if where else {})}


def _may_see(r: Reading) -> Slots:
    """`7K3M 同意承办人查看反映人`, and taking it back (2.4 经批准)."""
    return {"agree": re.search(r"收回|撤销|取消|不再|不同意|不批准|不准|不允许", r.flat) is None}


_SLOTS = {
    "lead_approval": _may_see, "lead_register": lambda _: {},
    "lead_reopen": _reopen, "lead_tolerance": tolerance, "lead_feedback": _feedback, "lead_view": _view, "transfer_lead": _triage,
}  # fmt: skip
