"""Short words that steer a conversation, read as a whole message: yes, no, cancel, again, the second one, all."""

from __future__ import annotations

import re
from typing import Any

from bot.understanding import numerals
from bot.understanding.lazily import lazy

_TAIL = r"[\s,。!?~.、…]*(?:吧|啊|呀|呢|了|哈|啦|哦|噢|嘛|的|哟|喽|咯|谢谢|辛苦了?|您|你)*[\s,。!~.、…]*"
_YES = (
    r"(?:(?:来|给|做|打)个确认|确认(?:一下|下)|(?:就)?(?:这样|这么|按这个|照这个|按上面)(?:报|提交|登记|办|交|报送|写|定|录|登|建|挂|来)(?:上去?|出去)?|[行好中成]来|可以提交|[么没莫]麻达|没啥问题|没有?啥?毛病|就是这样|对着|(?:核对|核实|确认)(?:过了?|了)?[,\s]?(?:无误|没错|没问题)|就这(?:交|报|提交|办)|确认无误|确认提交|确认上报|确认登记|确认申请|确认报送|确认办理|确认交办|嗯呐|嗯那|嗯哪|冇错|啱|系|我确认|确认|确定|提交|没问题|没毛病|没错|没有问题|正确|无误|信息无误|内容无误|对的|对头|对对|对|是的|是这样|是|嗯呢|嗯|好的|好滴|好嘞|好|行|可以|可|成|中|得嘞|妥|准确|就这样|就这么办|就这么的|就这么地|就这么着|就按这个|按这个来|按这个报|照此|"
    r"同意|yes|ok|okay|y|1确认|没差|都对|全对|对着呢|一致|属实|提交申请|报吧|发吧|交吧|登记吧|没意见|无异议|不用改|不改了|要得|使得|[冇莫没]得?问题|okk|👌|👍|✅|收到)"
)
_CONFIRM = lazy(rf"(?:{_YES}{_TAIL})+")
_DENY = lazy(
    rf"(?:(?:否|不是|不对|不行|不可以|不要|不同意|不确认|不提交|不|别|错了|错|no|n|不好|不成|不中|没有|不可|否决|唔系|唔啱|唔得|不沾|不能这么登|不能这样登|不能这么报|不得行|要不得|没得|莫得|先别提交|别提交|先别报|先别|不是这样|不是这个|不是这么回事|先不|不太对|不准确|有问题){_TAIL})+"
)
_CANCEL = lazy(
    rf"(?:(?:那|那就|得了?[\s,]|先|我|还是|都|[这那][条个](?:问题|线索)?)*\s*(?:(?:前面|刚才|上面|之前|刚刚|刚)(?:填|写|说|报|讲|录)的(?:都|全|全都)?(?:不要了?|不算(?:数|了)?|作废)|取消|算了|算啦|算咯|算哒|算噻|先停停|停停|停一停|先[搁放]下|[甭唔](?:录|报|弄|登|写|记)(?:住)?[了啦]|不(?:整|玩|折腾|继续|往下)[了啦咧]|不录了|不登记了|不建了|不提了|不记了|先(?:放着|搁着|放一放|搁一搁|等等)(?:不报|不提交|不弄)?|不报了|不挂了|不弄了|算[球求]了|不填了|不提交了|不要了|不说了|不办了|不交了|不写了|不发了|不举报了|不反映了|不申请了|退出|放弃|停止|停|终止|不用了|不需要了|不搞了|作罢|拉倒|拉倒吧|不想报了|不想说了|先不报|先不弄|先不说|以后再说|回头再说|改天再说|下次再说|不登了|不登记了|别登记|别报|当我没说|清除|撤销本次|结束会话|quit|exit|cancel)(?:吧|了|掉|本次|操作|填报|登记|报送|提交|这次|这个|这条|申请)*{_TAIL})+"
)
_CANCEL_LONG = lazy(r"^(?:算了|取消|先不|不报了|不弄了|那就算了).{0,14}$")
_RESTART = lazy(
    r"(?:(?:刚才?|前面|上面|之前)?(?:填|写|说|录|报)的(?:都|全部?|全都)?)?(?:[^,。\d]{0,8}(?:不要了?|不算了?|作废|算了)[\s,。]*)?(?:从头再来|重来|重新来|从头来过|重新来过|重新开始|重填|从头来|从头开始|重新填|重新填报|重新报|再来一遍|重新录|重头来|推倒重来|重置)(?:一?[遍次])?"
    + _TAIL
)
_ALL = lazy(
    r"(?:(?:查看|看|显示|给我|发我|要|列出|展开|都看|看看)?(?:全部|所有|全都|其余|其余的|剩下的?|余下的|后面的|更多|下一页|下页|完整清单)(?:的|发我|给我|都发我|看看|列出来|都列出来|都要)*|都给我|都要|都看|全要|全给我|全发我|都发我|全列出来|都列出来|还有呢|继续|接着|more|all)"
    + _TAIL
)
_ORDINAL = lazy(
    rf"(?:我?(?:选|要|就|看|是|点|改|查|拣|挑)+)?(?:上[面头边]|前[面头边]|[那这]里[面头]?|刚才|你)?(?:列|说|给|排)?(?:出来)?的?(?:第\s*)?(?P<n>\d{{1,2}}|[{numerals.CHARS}]{{1,3}}|[①②③④⑤⑥⑦⑧⑨])\s*(?P<w>个|条|项|号选项|号|家|种|家吧|选项|那[个条])?"
    + _TAIL
)
_SEVERAL = lazy(r"(?:选|要|第)?\s*(\d{1,2}(?:\s*[、,和及\s]\s*\d{1,2})+)\s*(?:个|条|项)?" + _TAIL)
_LAST = lazy(
    r"(?:选|要|就|看)*(?:(?P<l>最后那?一?[个条项件]|最末那?[个条]|末尾那?[个条]|后者|后面那个|下面那[个条])|(?P<f>前者|头一?[个条项]|前面那个|上面那[个条]|第一))"
    + _TAIL
)
_DONE = lazy(
    r"(?:(?:好了?|嗯|我|都|已经|行|中了?|那)*[,\s]*(?:结束|没[有得]?要[补说讲报添]的了?|没[别旁]的了?|没有?[别旁]的(?:要[说讲报补](?:充)?的?)了?|就(?:这|咯|介|恁个)(?:些|多)|没有?(?:其他|其它|别的)(?:补充|要说的)?了?|完事儿?了?|就这么多|(?:给我?|发我?)(?:个|一下|回执)?码|(?:说|写|发|讲)完[了啦咯喽]|(?:该|要|想|能)(?:说|讲|报|反映)的(?:就|都|全)(?:说|讲|报|反映)(?:完|过)?[了啦]|完毕|完了|没了|没有了|就这样|没有别的了?|没啥了|没什么了|没有补充了?|我?要说的(?:就|都)?(?:这么多|这些|说了|说完了?)|没补充了?|就这么多|暂时这些|先这些|全部说完|over|没其他的?了?|没有其他的?了?|就说这些|到此为止|报告完毕|说好了)"
    rf"{_TAIL})+"
)
# Of a sheet that was checked: 只导入无误的, 跳过有误的, 全部导入. Both agree; the first to a part.
_IMPORT = lazy(
    r"(?:(?P<part>(?:只|仅|先|就)?(?:导入|导)(?:无误|没问题|没有问题|正确|没错|对)的(?:行|部分)?|跳过(?:有误|有问题|错误|出错)的(?:行|部分)?)|(?:全部|都|全)导入)"
    + _TAIL
)
_DOUBLED = lazy(r"([一-龥])\1")  # 确认提交交: a character typed twice
_CIRCLED = {c: i for i, c in enumerate("①②③④⑤⑥⑦⑧⑨", 1)}
_ACK_ONLY = lazy(
    r"(?:好的?|嗯|ok)?[\s,。]*(?:收到|知道了|明白了?|了解了?|已知悉|知悉|晓得了)[\s,。!]*(?:谢谢|好的|了|啦|!)*" + _TAIL
)


def read(flat: str) -> tuple[str, dict[str, Any]] | None:
    """Intent and slots when the whole message is such a word; None otherwise. A condition (同意，但…) is never one."""
    said = flat.strip()
    if not said or len(said) > 24:
        return None
    return _whole(said) or (_whole(plain) if (plain := _DOUBLED.sub(r"\1", said)) != said else None)


def _whole(said: str) -> tuple[str, dict[str, Any]] | None:
    imported = _IMPORT.fullmatch(said)
    if imported:
        return "confirm", {"valid_only": True} if imported["part"] else {}
    if _RESTART.fullmatch(said):
        return "cancel", {"restart": True}
    if _ACK_ONLY.fullmatch(said):
        return "ack_reminder", {}
    if _DONE.fullmatch(said) and not _CONFIRM.fullmatch(said):
        return "anonymous_submit", {}
    if _CANCEL.fullmatch(said) or (_CANCEL_LONG.match(said) and not re.search(r"\d|改|延期|申报|报错|单位|责任", said)):
        slots: dict[str, Any] = (
            {"scope": "anonymous_session"} if re.search(r"(?:别|不要)(?:留|存|记)|清除|删", said) else {}
        )
        return "cancel", slots
    if _ALL.fullmatch(said):
        return "select", {"all": True}
    return _answer(said)


def _answer(said: str) -> tuple[str, dict[str, Any]] | None:
    several = _SEVERAL.fullmatch(said)
    if several:
        return "select", {"indexes": [int(n) for n in re.findall(r"\d+", several[1])]}
    last = _LAST.fullmatch(said)
    if last:
        pointed = (
            {"ref": "this"} if re.match(r"(?:前面|上面)那", said) else {}
        )  # the former of two, or the one just shown
        return "select", {"index": -1 if last["l"] else 1, **pointed}
    ordinal = _ORDINAL.fullmatch(said)
    if ordinal:
        text = ordinal["n"]
        value = _CIRCLED.get(text) or (int(text) if text.isdecimal() else numerals.parse_numeral(text))
        if value and 0 < value <= 50 and ordinal["w"] != "号":
            return "select", {"index": value}
    if _CONFIRM.fullmatch(said):
        return "confirm", {}
    if _DENY.fullmatch(said):
        return "deny", {}
    return None
