"""Fixed wordings: what a button, a menu entry or the contract says word for word, and what comes close to it."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

from bot.understanding import numerals
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

_WT = r"wt[\s\-_—]*(?:20\d\d(?:[\s\-_—]+\d{1,6}|\d{1,4})|\d{1,4})"

# (pattern on the flat body, intent). Order matters; each line is a wording of contract.md or close to it.
_FIXED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (lazy(pattern), intent)
    for pattern, intent in (
        (r"(?:帮助|help|菜单|使用说明|功能)[\s!?。]*$", "help"),
        (r"[?]+\s*$", "help"),
        (
            r"(?:报送|上报|提交|登记|填报|报告)问题\s*[:\n]|(?:上报|登记|录入|提报)(?:一?[条个件])?\s*:\s*\S|问题(?:上报|登记|报送|提交)\s*[:\n]|问题\s*:\s*\S|问题\s*:\n",
            "submit_finding",
        ),
        (
            r"(?:报告|报送|提交|上报)?问题?线索(?:报告单?|上报|报送|登记)?(?:一件|一条)?\s*[:\n]\s*\S|(?:实名)?(?:举报|检举|反映)\s*:|我?(?:要|想)?实名(?:反映|举报)",
            "submit_lead",
        ),
        (
            r"紧急(?:报告|情况|事项|上报|情况报告)?\s*[:!]|(?:十万火急|特急|加急|火急|紧急报告|紧急情况|重大突发(?:情况|事件)?|突发(?:情况|事件)?|重大情况(?:报告)?|重大风险(?:报告|事件)?|急报|出大事了?)[\s:!,]|急[\s:!,]+\S|紧急(?:情况)?(?:更新|续报)|[^,。:]{0,12}续报\s*[:：]|快报领导[\s,:]",
            "urgent_report",
        ),
        (
            r"(?:本|这个?|这一|当前)季度?(?:我们|本部门|我部)?(?:无|没有|没|未发现)(?:任何|发现)?(?:新增)?问题[\s。!]*$|零(?:报告|申报)[\s。!]*$|(?:本|上个?|第?[一二三四1-4])季度?[^,。]{0,4}零(?:报告|申报)(?:[,，\s]*补报[一下]*)?[\s。!]*$|无问题(?:申报|报告)?[\s。!]*$|(?:第?[一二三四1-4]|上个?)季度?(?:无|没有|没)(?:新增|发现)?(?:问题)?(?=[\s,。]|$)",
            "declare_no_issue",
        ),
        (rf"(?:查一?下?|查询|看一?下?)\s*(?:{_WT}|\d{{3,4}}(?:号|的)?)[\s。?]*$", "query_by_number"),
        (
            r"(?:看一?下?|查一?下?|列一?下?|拉一?下?|我要|给我)?\s*(?:逾期|超期|过期)(?:的?(?:问题|整改))?(?:清单|列表|名单|台账|情况)[\s。?]*$",
            "query_overdue",
        ),
        (
            r"(?:还有)?(?:谁|哪些(?:单位|部门)|哪家|哪个部门)(?:还)?没(?:有)?(?:报送?|交)[\s。?]*$|(?:还有)谁没报",
            "query_unsubmitted",
        ),
        (r"(?:统计|统计一下|数据统计|看统计)[\s。?]*$", "query_stats"),
        (
            r"[^,。?\d]{0,14}(?:重启|反弹|延期|展期|退回|驳回|未报)率(?:现在|目前)?(?:是|有)?(?:多少|怎么样|如何|高不高)?[\s。?]*$",
            "query_stats",
        ),
        (r"[^,。?\d]{0,8}新登记(?:了)?(?:的)?(?:问题)?(?:数|(?:有)?(?:多少|几))[条个件项]?[\s。?]*$", "query_stats"),
        (
            r"(?:本季度?|现在|目前|全集团)?(?:还)?(?:有)?在办(?:的)?(?:问题)?(?:有)?(?:多少|几)[条个件项]?[\s。?]*$",
            "query_stats",
        ),
        (rf"(?:交办|分办|派单|指派)\s*[:]?\s*(?:{_WT}|\d{{3,4}})", "assign"),
        (rf"{_WT}\s*[,:]?\s*整改(?:进展|情况)\s*[:]?|(?:整改)?进展(?:填报)?\s*[:\n]", "submit_progress"),
        (rf"{_WT}\s*[,:]?\s*申请(?:延期|展期)|延期申请\s*[:\n]|申请延期[\s。!]*$", "apply_extension"),
        (rf"{_WT}\s*[,:]?\s*申请(?:验收|销号)|申请(?:验收|销号)\s*[:]|申请(?:验收|销号)[\s。!]*$", "apply_acceptance"),
        (
            rf"(?:撤回|撤销)\s*[:]?\s*(?:{_WT}|\d{{3,4}}(?!\d|元))|{_WT}\s*[,:]?\s*(?:撤回|撤销)(?:[\s,。]|$)",
            "withdraw",
        ),
        (rf"(?:同意|准予|批准)销号\s*[:]?\s*(?:{_WT}|\d{{3,4}}|$)", "accept"),
        (rf"同意重启\s*[:]?\s*(?:{_WT}|\d{{3,4}})[\s。!]*$|不同意重启\s*[:]?\s*(?:{_WT}|\d{{3,4}})", "reopen"),
        (rf"(?:退回|驳回)\s*[:]?\s*(?:{_WT}|\d{{3,4}}(?!\d|元))|{_WT}\s*[,:]?\s*(?:退回|驳回|不通过)", "return"),
        (rf"(?:收到|知道了)\s*[:,]?\s*{_WT}[\s。!]*$|{_WT}\s*[,:]?\s*(?:收到|知道了)[\s。!]*$", "ack_reminder"),
        (r"(?:(?:本|[一二三四1-4])季度|20\d\d年第?[一二三四1-4]季度)?监督工作信息\s*[:\n]", "submit_quarter_info"),
    )
)

_PLEASE = r"(?:(?>我们?|想要?|要|请|帮我|帮忙|给我|麻烦|再|来|去|点|先|需要|可以|能|把|一下|下|[\s,]))*"
_END = r"(?:一下|下|吧|了|呢|啊|呀|哈|啦|的|功能|[\s,。!?~])*"

# Words that are a whole message: what a menu entry or a reminder tells people to say, and its neighbours.
_WHOLE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (lazy(_PLEASE + f"(?:{pattern})" + _END), intent)
    for pattern, intent in (
        (
            r"(?:提交|报送|上报|登记|填报|反馈|录入|新增|提|报|登|录)(?:一?[个条])?问题|问题(?:上报|登记|报送|提交|填报|录入)",
            "submit_finding",
        ),
        (
            r"(?:报告|报送|提交|上报|反映|提供|报|提)(?:一?[个条件])?(?:问题)?线索|(?:问题)?线索(?:报告|上报|报送|提交|登记)|实名(?:反映|举报)|举报",
            "submit_lead",
        ),
        (
            r"紧急(?:报告|情况|上报|事项|情况报告|事件)?|报告?紧急(?:情况|事项|事件)|急报|突发事件(?:报告|上报)",
            "urgent_report",
        ),
        (
            r"(?:填报|报送|提交|上报|报|填|交)?(?:(?:本|这个?|[一二三四])?季度?)?(?:的)?(?:监督工作信息|季度信息|监督信息)(?:报送|填报|提交)?",
            "submit_quarter_info",
        ),
        (
            r"(?:填报?|报|更新|汇报|提交|补充|说|写|录)?(?:一?[个条下])?(?:整改)?(?:进展|进度)(?:填报|更新|汇报|情况|反馈)?",
            "submit_progress",
        ),
        (r"(?:办|报|提交)?(?:申请)?(?:延期|展期)(?:申请)?", "apply_extension"),
        (r"(?:提交|报)?(?:验收|销号)申请|(?:提请|申请|报请)(?:验收|销号)", "apply_acceptance"),
        (r"交办|分办|派单|交办任务|交办问题", "assign"),
        (r"(?:查|看|列|看看)?(?:逾期|超期)(?:的)?(?:问题|整改|任务)?(?:有?哪些|清单|列表)?", "query_overdue"),
        (
            r"(?:催办?|催一?下|提醒)(?:一?下)?(?:所有|全部)?(?:没报|没交|未报|未交|未报送|逾期|超期)的?(?:单位|部门|问题)?",
            "urge",
        ),
    )
)
_OWN = r"我(?:们)?(?:自己)?(?:名下|手[上里头]|负责|承办)?的?"
_FILED = (
    r"我(?:们(?:部门?)?)?(?:刚才?|之前|今年|本季度|这个季度)?(?:提交|报送?|上报|登记|提|录入|反映)(?:上去|过|了)?的?"
)
_LONGEST_LIST = (
    300  # characters that nothing but a list is asked for with; patterns that begin with .*? are slow beyond
)
_MINE = lazy(
    rf"{_PLEASE}我(?:们)?(?:最近|近期|这几天)?(?:报|提交|登记|上报)的(?:那|这)?几[条个件项](?:问题)?{_END}|{_PLEASE}(?:(?:查|看|列|看看|查看)?(?:{_OWN}|{_FILED})(?:整改)?(?:任务|问题|待办|事项|清单)(?:清单|列表|情况)?(?:都?有?(?:哪些|什么|啥|几个|几条|多少)|怎么样|到哪)?|我(?:都)?(?:报|提交)(?:了|过)(?:哪些|什么|几个|几条)(?:问题)?){_END}"
)
_NO_UNIT = lazy(
    r"导出|下载|打印|生成|怎|咋|如何|谁|哪|什么|报|查|看|发现|登记|上报|报送|提交|重大|严重|整改|逾期|超期|完成|销号|共性|问题|线索|举报|匿名|交办|验收|大|要|待|有|没|未|不|是|个|条|类|季度|月|年|周|天"
)
_WAITING = lazy(
    rf"{_PLEASE}(?:查|看|列)?(?:待|等着?)我?(?:验收|交办|销号|分办)的?(?:问题|任务|整改)?(?:清单|列表)?(?:都?有?(?:哪些|什么|啥|几个|几条|多少))?{_END}"
)
_LIST = lazy(
    rf"{_PLEASE}(?:查|看|列|拉|查看|看看|导(?!出))?(?P<who>.*?)的?(?P<noun>问题清单|问题台账|问题列表|问题名单|整改清单|整改台账|整改任务清单|整改任务|台账|问题)(?P<ask>都?有?(?:哪些|什么|啥|几个|几条|多少)?){_END}"
)
_HAS = lazy(
    rf"{_PLEASE}(?:查|看|查看|看看)?(?P<who>[一-龥]{{1,8}}?(?:公司|集团|厂|矿|酒店|饭店|宾馆|物业|医院|学校|银行|商场|超市|院|所|店|站|场|中心|实业|商贸|置业|建材|科技|能源|物流|建设|地产|水务|港务|文旅|传媒))(?:现在|目前|都|还|\s)*(?:有|存在)(?:哪些|什么|啥|几[个条]|多少[个条]?)(?:重大|没改的|未整改的|逾期的?|没改完的)?问题{_END}"
)
_NUMBERED = lazy(
    r"(?:(?:好的?|嗯|行)?[\s,]*(?:收到|知道了?|知悉|已知悉|明白了?|了解了?|晓得了?|已阅|看到了)(?P<a>.*)|(?P<b>.*?)(?:已)?(?:收到|知道了?|知悉|明白了?|了解了?|晓得了?|已阅|看到了))[\s了。!,~]*"
)
_DECIDES = lazy(
    r"(?:不?同意|不?批准|准予|驳回|不予)(?P<a>.*?)的?(?:延期|展期)(?:申请)?(?P<x>[\s,。!]*$|(?:至|到)[^,。;]{4,14}$)|(?P<b>.*?)的?(?:延期|展期)(?:申请)?[\s,:]*(?:不?同意|不?批准|不批|不予批准|驳回|批准|照准|准予)(?:了|吧)?[\s。!]*"
)
_HANDS = lazy(
    r"(?:号|问题|这[条个]|那[条个]|[\s,:])*(?:就|先|还是|直接)?(?:交给|派给|分给|交由|改派给?|转派给?|指派给?|分派给?|下达给|派发给|安排给|交办给?|转给|转交给?|责任人[是为改换])"
)
_ORDERS = {
    "交办|分办|派单": "assign", "退回|打回|驳回": "return", "催办|催一下|催": "urge", "同意销号|通过|验收通过": "accept", "申请验收|申请销号": "apply_acceptance",
    "延期|申请延期": "apply_extension", "填进展|报进展|更新进展": "submit_progress",
}  # fmt: skip
_OF_LIST = lazy(
    rf"{_PLEASE}(?P<do>{'|'.join(_ORDERS)})(?:一下)?\s*第\s*(?P<n>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*[个条项件](?:问题)?{_END}"
)
_INTO = lazy(
    r"(?:[列纳导录登记挂放收编计]入|[导录登挂记放写灌]进|[建登记挂列]上|[建立]个?)$"
)  # 请列入台账: no list is asked for
_FILLER = lazy(r"[\s\0,。:的号那这条个问题]*")


_ASKS = lazy(
    r"(?:都?有?哪些|哪几[个条件家]|有多少|多少[个条件]|几[个条件项]|清单|列表|台账|名单|明细|一览|什么状态|啥状态|怎么样|咋样|进展如何|情况如何|到哪一?步?|报了没有?|报了吗|交了没有?|没报|没交|未报|发我看看|给我看看|列出来|拉出来|看看|我看|发我|给我|一下)[了吗呢啊吧的呀没\s?。!,]*$"
    r"|^(?:请|麻烦|帮忙|帮我|给我|我想|想|我要|再)*(?:查|看|瞅|列|拉|统计|搜)(?:一?下|查|看|一看|一眼|个)?"
)


_LATELY = lazy(
    r"^我(?:们)?(?:最近|近期|这几天|这周|上周|本月|上个?月|刚才|今天|昨天)?(?:报|提交|登记|上报)的?(?:那|这)?(?:几|\d)[条个件项](?:问题)?[\s。?]*$"
)


def asks(r: Reading) -> bool:
    """Whether the words plainly ask to be shown something, so that they mean it in the middle of a form, too."""
    return bool(_ASKS.search(r.body) or _LATELY.search(r.body)) and not (r.has("DEFECT") and r.has("DISCOVER"))


def certain(r: Reading, intent: str) -> bool:
    """Whether a weighed question is as plain as a command: it is answered in the middle of a form, too."""
    if intent.startswith("query_"):
        return asks(r)
    if r.has("DEFECT") or r.has("DISCOVER") or r.has("AMOUNT"):
        return False
    if intent == "help":
        return r.has("ASK") or bool(re.search(r"怎么|咋|如何|区别|什么|啥|帮助|教", r.body))
    if intent == "export_report":
        return bool(re.match(_PLEASE + r"(?:把.{0,12})?(?:导|生成|出|打印|下载|汇总|起草|做|整理)", r.body))
    return intent == "chitchat" and bool(re.match(r"你(?:到底|究竟)?(?:是|叫|归)(?!不是).{0,8}[谁啥什么人哪]", r.body))


def bare(r: Reading) -> bool:
    """Whether the message is nothing but a command of the menu."""
    return any(pattern.fullmatch(r.body) for pattern, _ in _WHOLE)


def fixed(r: Reading) -> str | None:
    """The intent that a fixed wording decides, or None."""
    for pattern, intent in _WHOLE:
        if pattern.fullmatch(r.body):
            return intent
    if _ordinal(r):
        return _ordinal(r)
    numbered = _with_number(r) if r.numbers or r.acted_on else None
    if numbered:
        return numbered
    for pattern, intent in _FIXED:
        if pattern.match(r.body):
            return intent
    return _list(r)


def _ordinal(r: Reading) -> str | None:
    """交办第一个: an order for one line of the list that was just shown."""
    found = _OF_LIST.fullmatch(r.body)
    return (
        next((intent for words, intent in _ORDERS.items() if found["do"] in words.split("|")), None) if found else None
    )


def index_of(r: Reading) -> int | None:
    """Which line of the list 交办第二个 means."""
    found = _OF_LIST.fullmatch(r.body)
    if not found:
        return None
    return int(found["n"]) if found["n"].isdecimal() else numerals.parse_numeral(found["n"])


def _with_number(r: Reading) -> str | None:
    """收到 WT-…, 同意WT-…延期, 0001交给…: a word and nothing else beside the number, or a number and its order."""
    blank = r.flat
    meant = [(n.start, n.end) for n in r.numbers] or [(f.start, f.end) for f in r.refs if f.acting]
    for start, end in meant:
        blank = blank[:start] + "\0" * (end - start) + blank[end:]
    blank = blank[r.start :]
    for pattern, intent in ((_NUMBERED, "ack_reminder"), (_DECIDES, "decide_extension")):
        found = pattern.fullmatch(blank)
        if found and _FILLER.fullmatch(found["a"] or found["b"] or ""):
            return intent
    last = max(end for _, end in meant)
    head = min(start for start, _ in meant)
    led = _FILLER.fullmatch(re.sub("把|将", "", r.flat[r.start : head]))
    if led and (r.unit_hits or r.people) and _HANDS.match(r.flat, last) and not r.has("ASK"):
        return "assign"
    return None


def _list(r: Reading) -> str | None:
    """<单位>的问题清单, 我提交的问题有哪些, 问题清单: a list, and nothing but a list, is asked for."""
    if r.numbers or len(r.body) > _LONGEST_LIST:
        return None
    if _MINE.fullmatch(r.body) or _WAITING.fullmatch(r.body):
        return "query_by_unit"
    found = _LIST.fullmatch(r.body)
    if not found:
        return None
    who, asks = found["who"].strip(), bool(found["ask"]) or found["noun"] != "问题"
    if not asks or who.startswith(("导出", "下载", "打印", "生成")) or _INTO.search(who):
        return None
    if who in ("", "全部", "所有", "集团", "全集团", "各单位", "整个集团"):
        return "query_by_unit" if not r.dates else None
    if r.dates or r.people or r.category is not None:
        return None
    named = [h for h in r.unit_hits if r.flat[h.start : h.end] in who]
    own = re.fullmatch(r"(?:我们|咱们?|本|我)(?:公司|单位|部门|部|家|这边|这)?", who)
    stranger = _looks_like_unit(who)
    return "query_by_unit" if named or own or stranger else None


def list_of(flat: str) -> str | None:
    """Whose list is asked for, as said, when it may be the name of a unit in no lexicon."""
    if (has := _HAS.fullmatch(flat)) and _looks_like_unit(has["who"]):
        return has["who"]
    found = _LIST.fullmatch(flat)
    return found["who"].strip() if found and _looks_like_unit(found["who"].strip()) else None


def _looks_like_unit(who: str) -> bool:
    return bool(re.fullmatch(r"[一-龥a-z0-9]{2,14}", who)) and not _NO_UNIT.search(who)
