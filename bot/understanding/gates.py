"""The gates that look at a message before anything is stored: secrecy marks, anonymity, receipt codes (domain.md 2.6, P6)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import hashlib
import re
import secrets

from bot.understanding import accusing, codes, plainly, referrals, secrecy, text
from bot.understanding.lazily import lazy

_LEVEL = r"(?:绝\s?密|机\s?密|秘\s?密)"
_THING = r"(?:文件|图纸|材料|资料|公文|电报|件(?!事)|档案|图(?!书)|会议|合同|项目|信息|内容|载体|数据|报告|光盘|u盘|优盘|移动硬盘|硬盘|笔记本|网(?!格|点)|人员(?:名单|档案|花名册|身份信息)|名单|图片|电脑|计算机|设备|工程|事项|照片|方案|清单|通知|纪要|手册|技术|课题|论文|批示|文稿|稿)"
_OWN = r"(?:文件|图纸|材料|资料|数据|附件|内容|这份|这些|项目|会议|合同)"
_SECRET = lazy(
    rf"""{_LEVEL}\s*[:]?\s*[★☆*✩⭐✭]|[★☆✩⭐✭]\s*(?:\d+|[一二三四五六七八九十长]+)\s*(?:年|个月|月|期)|[★☆✩⭐]\s*(?:长期|启封)
    |(?<![业作露人]){_LEVEL}\s*级(?!别的朋友)|(?<![业作]){_LEVEL}\s*[\[\](（]?\s*(?:\d+|[一二三五十]+|三十|二十)\s*(?:年|个月)|{_LEVEL}\s*[,]?\s*(?:保密)?期限
    |密级\s*[:是为]\s*(?!〇|无|公开|非密|不涉密|内部公开|没有|普通)|密级\s*{_LEVEL}|(?:有|带|标了?|标有|注明|定了?)\s*密级(?!吗|么|\?)|定密(?:为|成|是|{_LEVEL})|密级文件
    |(?<!不)(?<!非)(?<!未)(?<!否)(?<!勿传)(?<!去掉)(?<!含)(?<!删除)(?<!除)涉密\s*的?\s*{_THING}(?!吗|管理(?:制度|办法|不|培训)|培训|目录不|保护制度)|(?:含有|涉及|属于|是|这是|包含)\s*涉密(?:的|内容|信息|$|[,。!])
    |(?:属于?|是|涉及|含有?)国家{_LEVEL}|国家(?:秘密|机密|绝密)\s*{_THING}
    |(?<![业作])绝\s?密(?!飞行|武器|配方|押题|试题|资料包)|(?<![业作技术人私工的])机\s?密\s*{_THING}|(?<![业作人私])秘密\s*(?:文件|图纸|公文|电报|件(?!事)|档案|等级)
    |(?:标|盖|印|写|注)(?:着|了|有|明)\s*["'《\[]?{_LEVEL}|(?:标|盖|印|写|注|打|是|为|有|着|属于?|定为?|带)(?:着|了|有|明|上|的是|个|为)*\s*["'\[《]?{_LEVEL}["'\]》]?\s*(?:字样|章|二字|两个?字|标志|标识|的?章|戳|的{_THING})
    |{_OWN}(?:都|也|属于?|是|,|\s)*涉密(?!人员|岗位|资质|管理|培训|检查|事件|风险|吗|么|不|的?(?:判断|认定|审查))|[\[〔]\s*(?:内部)?{_LEVEL}\s*[\]〕]|[(]\s*{_LEVEL}\s*[)]|^\s*{_LEVEL}(?=\s|:|\n|关于|$|[,。!])|\n\s*{_LEVEL}\s*(?:\n|$|:)
    |top\s*secret|密件(?!人)|机要(?:文件|件)(?!柜|室|交换)|保密期限\s*[:是为]?\s*(?:\d+|长期|至)|(?:军工|武器装备|国防|涉军)(?:涉密|秘密|机密)""",
    re.X,
)
_SECRET_HINT = lazy(r"密|★|☆|✩|⭐|✭|top|机要")
_END = 4000  # characters
_HARMLESS = lazy(
    r"(?:商业|工作|技术|个人|客户|内部工作|企业|公司)(?:的)?(?:秘密|机密)|秘密(?:调查|进行|举报|会见|转移|安排|潜|处置|约|武器|基地|账|小金|协议|交易)|保守秘密|公开的秘密|小秘密|解密|保密|密码|秘密地"
)


_KEY = secrets.token_bytes(32)
_last: tuple[bytes, secrecy.Wish] = (b"", "")

# 机·密, 秘 密, 密 级: split so that a search does not find them. 手机 密码 and 发动机 密封 are two words.
_SPLIT = lazy(r"(?<=[绝机秘涉])[\s·.・/\-_|]{1,3}(?=密(?![码切闭封集度实]))|(?<=密)[\s·.・]{1,3}(?=级(?!联|别管))")
_SPACED = lazy(r"(?<=[一-龥])[ \t]+(?=[一-龥](?:[ \t]|$))")
# Said of what is not there, or forbidden: 不属于涉密项目, 严禁发涉密文件, 涉密文件不要发这里.
_ABSENT = lazy(
    rf"(?:不属于?|不是|并非|没有|无|未|不|不含|不包含|未发现|未见|不存在)(?:任何|有|涉及|属于|含有?)*(?:涉密|国家{_LEVEL})"
    rf"|(?:请?勿|请?不要|别|严禁|禁止|不得|不准|不能)[^,。;!?\n把将]{{0,8}}(?:上传|发送?|传|存储?|处理|谈论|粘贴|提交|报送|拍)[^,。;!?\n的]{{0,3}}(?:涉密|国家{_LEVEL})\s*{_THING}?"
    rf"|涉密{_THING}(?:请勿|请?不要|别|严禁|禁止|不得|不准|不能)[^,。;!?\n]{{0,6}}(?:发|传|存|拍)"
    r"|(?:协议|合同|商业秘密|竞业|条款|约定)[^。\n]{0,12}保密期限"
)
_TERM = lazy(r"保密期限\s*[:是为]?\s*(?:\d+\s*年|长期)|保密(?:等级|级别)\s*[:是为]?\s*" + _LEVEL)


_MAY_I = lazy(
    r"(?:涉密|机密|绝密|密级)[^,。]{0,8}(?:能|可以|可不可以|让|准)[^,。]{0,8}(?:发|说|传|写|报|聊|讲|放)[^,。]{0,6}(?:吗|么|不|否|吧|[?])[\s?。]*$"
)


def secret_mark(message: str) -> bool:
    """Whether the message carries the marks of a state secret. Ordinary uses of 保密 and 秘密 pass (P6)."""
    if not _SECRET_HINT.search(message) and "TOP" not in message and "Top" not in message:
        return False
    flat = _SPLIT.sub("", text.flatten(text.tidy(message)))
    if _marked(flat):
        return True
    closed = _SPACED.sub("", flat)
    return closed != flat and _marked(closed)


def secret_asked(flat: str) -> bool:
    """Whether somebody asks if he may: 涉密的东西能在这里说不."""
    return _MAY_I.search(flat) is not None


def _marked(flat: str) -> bool:
    plain = _ABSENT.sub(_veil, flat)
    return bool(_SECRET.search(_HARMLESS.sub(_veil, plain)) or _TERM.search(plain))


def _veil(m: re.Match[str]) -> str:
    return "〇" * len(m[0])


def _ends(message: str) -> str:
    """Of what is longer than any message of WeCom's, beginning and end: that is where people say how to be known."""
    return message if len(message) <= 2 * _END else f"{message[:_END]}\n{message[-_END:]}"


def secrecy_wish(message: str) -> secrecy.Wish:
    """What the speaker seems to want of his name: "anonymous", "ask" (anonymous or confidential) or "" (domain.md 2.6-2).

    Every message is asked twice in a row, before it is stored and when it is understood, so the last answer is kept,
    under a digest that means nothing outside this process: the words are not.
    """
    global _last
    if plainly.asked_about(message):
        return ""
    digest = hashlib.blake2b(message.encode("utf-8", "surrogatepass"), key=_KEY, digest_size=16).digest()
    known = _last
    if known[0] != digest:
        _last = known = (digest, secrecy.secrecy_wish(_ends(message)))
    return known[1]


def anonymous_sounding(message: str) -> bool:
    """Whether the message must not be stored before its writer was asked how he wants to be known."""
    return secrecy_wish(message) != ""


def report_like(message: str) -> bool:
    """Whether free text reports wrongdoing: of people without a role, asked 实名 or 匿名 before anything is stored."""
    return accusing.report_like(_ends(message))


def spying(message: str) -> bool:
    """Whether it tells of spying (反间谍法, article 16): no channel of ours takes that in, under a name or without."""
    return referrals.spying(text.flatten(text.tidy(_ends(message))))


def receipt_code(message: str) -> str | None:
    """The 16 digits of a receipt however they are written, or None."""
    return codes.receipt_code(message)


def code_kind(message: str) -> codes.CodeKind:
    """receipt, malformed, account or "": whatever is not "" may be a reporter's code and is not stored unasked."""
    return "" if plainly.asked_about(message) else codes.code_kind(message)


_ORDINARY = lazy(
    r"(?:帮助|取消|确认|逾期清单|本季度无问题|还有谁没报|我报了没|统计)[。！!？? ]*$"
    r"|(?:报送问题|报告问题线索|监督工作信息|紧急|实名反映)\s*[:：]"
    r"|(?:查(?:询|一下)?|看看?)?\s*(?:WT|JJ|BG|XS)-?\d{4}",
    re.IGNORECASE,
)


def ordinary(message: str) -> bool:
    """Whether it is one of the fixed commands, with which nobody means to go on with a report without his name."""
    return _ORDINARY.match(message.strip()) is not None
