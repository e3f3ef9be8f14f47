"""What somebody who wishes to stay unknown wants: to report, to ask about it, to change his mind, to hear of a receipt."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding import gates, prying
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

_LAST_WORD = 40  # characters; what is longer tells something as well
_SHORT = 30  # characters; whoever tells something at the end as well needs more
# 说完了，给我回执码; 匿名的内容就到这儿.
_SAID_ALL = lazy(
    r"(?:说|讲|写|报|发|讲述|反映)完(?:了|啦|咯|毕)?(?!再|后|以后|之后|能|会|怎|就能)|(?:说的|讲的)?都说了|收尾|(?:到这[儿里]?|就这些|就这么多|没(?:有)?别的(?:了|要))|(?:^|[\s,。])结束(?:了|吧)?(?=[\s,。]|$)"
)
_AFTERWARDS = r"(?:结果|进展|进度|怎么样|咋样|怎样|到哪|下文|回音|回信|回复|消息|动静|着落|查了|查得?[咋怎]|处理得?[咋怎了到]|办到|办得?[咋怎]|信儿|音信|音儿|动静|说法|有人[管理问]|管了?没|声响)"
# 上次匿名反映的有结果没; 我匿名举报那事查得咋样了; 匿名的那个件查下进度.
_ASKS_OF_IT = lazy(
    rf"(?:我|俺|咱)[^。]{{0,6}}(?:没(?:有)?|未|不)(?:署|留|具|写|签|实)名[^。]{{0,6}}(?:反映|举报|说|讲|写|投诉|告|报)(?:过|了|的)[^。]{{0,16}}(?:{_AFTERWARDS}|查)|"
    rf"(?:上|前|之前|上次|那天|上回|以前|早前).{{0,6}}匿名.{{0,8}}(?:的|过).{{0,6}}(?:事|件|那|反映|举报)?.{{0,8}}{_AFTERWARDS}"
    rf"|(?:我|俺).{{0,4}}匿名.{{0,6}}(?:的?那|的这).{{0,6}}{_AFTERWARDS}|匿名.{{0,4}}的?那个?[件条事封].{{0,6}}{_AFTERWARDS}"
    rf"|(?:之前|上次|前面|以前).{{0,4}}(?:不记名|没留名|不留名|匿名).{{0,4}}(?:说|讲|报|反映).{{0,4}}的.{{0,8}}(?:有人管|管没|{_AFTERWARDS})"
)
_DOES = "反映|举报|检举|弄|说|讲|报|交|写|搞|整"
_ALL_OF_IT = r"(?:都|全|统统|\s|,)*(?:给我)?(?:全)?"
_AWAY = "(?:清|删|扔|作废|撤|不要)(?:掉|空|除|了)*"
_NOTHING_LEFT = "(?:别|不要|莫)(?:给我)?(?:留|存)(?:下|着|底)?"
# 匿名这个不弄了，前头打的都给我清了, and nothing but that: who tells of others' deeds (他让我别说了，账他全清了) gives up nothing.
# Nor does who tells of other people's orders: 别报了，上头说的，全删了.
_GIVES_UP = lazy(
    rf"(?:那|算了|还是|[\s,])*(?:(?:匿名)?(?:这个|的事)?(?:我|俺)?(?:还是)?不|匿名(?:这个|的事)?(?:我|俺)?别|(?<=[那了是,\s])别)(?:想|打算|再)*(?:匿名)?(?:{_DOES})了[吧啊哈]?[,;\s]*"
    rf"(?:(?:我|俺)?不(?:{_DOES})了[,;\s]*)*(?:请|麻烦|把|,)*(?:我)?(?:(?:前[头面边]|刚才|刚刚|之前)(?:我)?(?:匿名)?(?:打|写|说|发|填|讲|录)|上面(?:我)?(?:打|写|发|填|录))的(?:那些)?(?:字|话|东西|内容)?[,\s]*(?:都|全|统统|莫留底|\s|,)*(?:给我)?(?:全)?"
    rf"(?:{_AWAY}[,\s]*(?:{_NOTHING_LEFT})?|{_NOTHING_LEFT})[吧啊,\s。!]*(?:当我没(?:来|说)过)?[\s。!]*"
    # 上面说的 may be what superiors said, 别报了 what they want: both are his own only beside what shows it.
    rf"|(?:(?:我|俺)(?:还是)?不(?:想|打算|再)*(?:{_DOES})|(?:不|别)匿名(?:反映|举报)?|匿名(?:这个|的事)?(?:我|俺)?不(?:{_DOES}))了[吧啊哈]?[,;\s]*上面(?:我)?(?:说|讲)的{_ALL_OF_IT}{_AWAY}[吧啊,\s。!]*"
    rf"|别(?:{_DOES})了[吧啊哈]?[,;\s]*(?:刚才|刚刚|前[头面边])(?:我)?(?:打|发)的(?:字|话|东西|内容)?[,\s]*{_ALL_OF_IT}{_AWAY}[吧啊,\s。!]*"
    r"|(?:刚刚|刚才|前[头面])(?:我)?匿名(?:写|打|说)的(?:都|统统|全部?|全都)?(?:清|删|作废)(?:掉|了)*[,\s]*(?:我)?不(?:交|报|反映|举报)了[吧\s。!]*"
)
_ASKS_SAFETY = lazy(
    r"(?:能|会|可以|能不能|会不会)[^,。;]{0,6}(?:顺着|通过|凭|根据|从|照着|拿着)[^,。;]{0,8}(?:找|查|追|摸|定位|认)|(?:看|查|认|知|追|晓)(?:不|得)(?:到|出|见|晓|道|得)(?:来)?[^,。]{0,10}(?:吗|么|不$|[?])|看[不得]?得?[到见]看不[到见]|看不看得[到见]|会不会(?:被)?(?:查|发现|知道|泄|暴露|认出|追|传到|传给|让[^,。]{1,6}知道)|能(?:不能)?(?:被)?(?:查到|查出|看到|追)|查得?到(?:是)?我|(?:真的?|是不是真|确实|到底)(?:能|是)?(?:匿名|保密)|(?:安全|靠谱|可靠|保险)(?:吗|么|不)|怎么(?:保密|匿名|保证|做到|保护)|匿名.{0,8}(?:吗|么|怎么|如何|是真|有没有用|[?]$)|(?:后台|管理员|领导|你们?|别人|机器人|系统).{0,6}(?:看|查|知道)(?:得?到|见|不到)?.{0,6}(?:我|是谁|名字).{0,6}[?吗么]|会不会.{0,10}(?:名字|身份|信息|账号)|会(?:知道|看到|泄露|暴露|记录).{0,6}(?:我|吗|身份)|谁(?:能|会|可以)看到|(?:后台|管理员|管系统|你们?|系统|领导|别人|他们)[^。]{0,12}(?:看得?[到着见]|查得?[到着]|翻得?[到着]|能[看查翻]|存不存|记不记|留不留|存没存|有没有(?:存|记))[^。]{0,10}(?:不|吗|么|嘛|啊|没有?|呀|呢|[?])[\s。]*$|(?:搞it|信息科|信息部|网管|技术|公司)[^。]{0,12}(?:能|会|可以)[^。]{0,14}(?:查|翻|看|认|倒)出?来?[^。]{0,4}(?:是谁|是我|我)[^。]{0,3}$|会保密|保密吗|(?:说|报|举报|反映)了?(?:会|能)不会"
)
_CONTENT = lazy(r"(?:反映|举报)\s*[:：]|[:：].{6,}")
# Beside the question there is what he has to tell, or that he has something.
_TELLS = lazy(
    r"能不能不(?:留|写|署|说|报)|(?:我们|他|她|领导|主任|队长|经理|科长|采购|老板)[^,。?]{0,10}(?:收|拿|贪|偷|私|吃|多报|虚|倒卖|亲戚|开的)|想匿名|我要说|我要反映|我想说|我要举报|要匿名|匿名反映个|匿名举报个"
)
_STOPS = lazy(r"[,。;:!?\s]+")
_ASKING = lazy(
    r"吗|么|呢$|不$|没$|会不会|能不能|可不可以|怎么(?:查|办|样)|帮我?查|动静|音信|信儿|说法|办到哪|结果[没吗呢]|匿名[^。]{0,4}(?:靠谱|安全|可靠)"
)
_ONE_S_OWN = lazy(r"^(?:我|俺)?[^我]{0,6}没(?:有)?(?:署|留|具|写)名(?:反映|举报)过一?[回次]$")
# intent, sure, confidence, why, and the slots when they are known already
Found = tuple[str, bool, float, tuple[str, ...], dict[str, Any] | None]


def gives_up(flat: str) -> bool:
    """Whether somebody wants nothing of his report to be left: 匿名这个不弄了，前头打的都给我清了."""
    return len(flat) <= _LAST_WORD and _GIVES_UP.fullmatch(flat.strip()) is not None


def asks_how_safe(flat: str) -> bool:
    """Whether somebody asks if he can be found out, and tells nothing of the matter yet."""
    return _ASKS_SAFETY.search(flat) is not None and not _CONTENT.search(flat) and not _TELLS.search(flat)


def question(flat: str) -> str:
    """What is asked of reports without a name, in no more words than a question takes; "" for all that may be a report.

    followup_receipt: how an earlier one stands. anonymous_help: how safe it is.
    """
    clauses = [clause for clause in _STOPS.split(flat) if len(clause) >= 5]
    if len(flat) > _LAST_WORD or not all(_ASKING.search(clause) or _ONE_S_OWN.search(clause) for clause in clauses):
        return ""
    if _ASKS_OF_IT.search(flat):
        return "followup_receipt"
    return "anonymous_help" if asks_how_safe(flat) else ""


def of(r: Reading) -> Found | None:
    """Which of the anonymous intents a message is, or None when nobody wishes to stay unknown."""
    flat = r.body
    if prying.asks(r.flat):
        return None
    code = gates.receipt_code(r.said)
    if not code and len(flat) <= _SHORT and _SAID_ALL.search(flat) and re.search(r"匿名|回执|码", flat):
        return ("anonymous_submit", False, 0.9, ("说完了",), None)
    if (
        code
        or re.search(r"回执[码号]|查回执|凭码|取件码", flat)
        or re.search(
            r"那个码|(?:^|[^一-龥])码(?!头|垛|放|表|数|盘)[^。]{0,8}(?:没了|丢了?|忘了?|找不[到着]|洗没|弄没)|码.{0,4}(?:最?后|末)[四4]位",
            flat,
        )
    ):
        if not re.search(
            r"怎么(?:获取|得到)|什么是回执|回执码是(?:什么|啥|干)|回执码(?:有|是)?(?:什么|啥|干啥|干什么|干嘛)用", flat
        ):
            return ("followup_receipt", bool(code), 1.0 if code else 0.8, ("回执码",), None)
        return ("help", False, 0.8, ("回执码",), {"topic": "anonymous"})
    if gives_up(flat):
        return ("cancel", True, 0.9, ("不匿名反映了",), {"scope": "anonymous_session"})
    if not gates.anonymous_sounding(r.said):
        return None
    if re.search(
        r"(?:改|转|变|换)(?:成|为|回)?匿名|(?:名字|姓名|身份)(?:去掉|删掉|抹掉|删了)|不想?(?:再)?实名了|实名改匿名|撤掉?我的?(?:名字|实名)|(?:刚才|之前|上次).{0,10}实名.{0,12}匿名",
        flat,
    ):
        return ("anonymous_convert", False, 0.9, ("改为匿名",), None)
    if _ASKS_OF_IT.search(flat):
        return ("followup_receipt", False, 0.8, ("问匿名反映的结果",), None)
    if asks_how_safe(flat):
        return ("anonymous_help", False, 0.85, ("问匿名是否可靠",), None)
    return ("anonymous_report", bool(re.match(r"匿名(?:反映|举报)?", flat)), 0.95, ("匿名说法",), None)
