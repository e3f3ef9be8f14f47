"""What a proposal of the workers' congress (职代会提案) seems to be: finding, lead or suggestion (domain.md S21)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["finding", "lead", "suggestion"]
NAMES = {"finding": "问题", "lead": "线索", "suggestion": "建议"}
LONGEST = 1000  # characters of one proposal

# What the matters of a proposal are as categories of findings (3.3); a first guess that the person corrects.
_CATEGORIES = (
    ("MZ03", r"食堂|宿舍|班车|浴室|伙食|饭菜|后勤|停车"), ("MZ01", r"公示|公开"),
    ("RL01", r"工资|薪酬|加班|奖金|绩效|考勤|高温补贴|津贴"), ("AQ", r"安全|消防|隐患|劳保|防护|触电|灭火"),
    ("MZ02", r"体检|女职工|职工权益|疗休养|困难职工|帮扶|休假|补贴|工会"),
)  # fmt: skip
# Somebody enriches himself or others: never more than suspected here, and a person decides.
_LEAD = re.compile(
    r"回扣|好处费|吃拿卡要|贪污|受贿|行贿|索贿|侵占|挪用|私分|私吞|中饱私囊|小金库|虚报冒领|冒领|套取|截留|倒卖|以权谋私|徇私|优亲厚友|利益输送"
    r"|收受|收了?[^，。；]{0,8}(?:红包|购物卡|礼金|礼品|好处|烟酒)|吃空饷|公款(?:吃喝|旅游)|公车私用|违纪|违法|涉嫌"
    r"|(?:领导|经理|主任|队长|科长|厂长|书记|部长|班长|主管|负责人)[^，。；]{0,12}(?:亲戚|亲属|家属|小舅子|老婆|儿子|朋友)|举报"
)
# Something is not as it must be; 建议 beside it does not make it less.
_FINDING = re.compile(
    r"未(?!来|婚|必|免|知|成年|经历)(?:按|经|能|及时|落实|公示|公开|签|缴|发|配|整改|执行|兑现|建立|开展|组织|更新|达|做|进行|安排|检|到位|维修|修|处理|解决)"
    r"|没有?(?:按|公示|公开|签|发|配|落实|兑现|更新|做|安排|检|修|人管|处理|解决|到位)|不(?:公示|公开|达标|合格|合规|按|落实|兑现|执行)"
    r"|拖欠|欠[发缴薪]|克扣|少发|漏缴|超期|逾期|过期|失效|隐患|破损|损坏|老化|漏[水电雨气]|塌|违规|违反|超标|虚假|弄虚作假|形同虚设|长期(?:无|缺|闲置|不)|无证|缺失"
)
_WISH = re.compile(
    r"^(?:关于)?(?:建议|希望|提议|请求|恳请|盼|应|能否|可否|请|增设|增加|加强|完善|提高|改善|优化|组织|开展)"
)
_TITLE = re.compile(r"^关于|的(?:提案|建议|议案)[。]?$")
_CLAUSE = re.compile(r"[，。；,;！!\n]+")

_NUMBER = re.compile(
    r"^\s*(?:提案)?(?:第?\s*[\d一二三四五六七八九十]{1,3}\s*(?:[、.．)）:：]|号提案|[条件号][、:：]?)|[（(]\s*[\d一二三四五六七八九十]{1,3}\s*[)）]|[①-⑳]|[-•·*])\s*"
)
_COMMAND = re.compile(r"^[^\n:：]{0,24}(?:提案|议案)[^\n:：]{0,16}(?:[:：]|$)\s*", re.MULTILINE)
_HEADINGS = ("提案内容", "建议内容", "提案事项", "具体内容", "主要内容", "内容", "问题描述", "提案", "事项")
_TITLES = ("案由", "提案名称", "提案标题", "标题", "题目", "提案题目", "事由", "名称")
_BARE = re.compile(r"[\s*＊（）()【】\[\]:：]")
_HEAD_WITHIN = 10
_LEAST = 4  # characters of what says anything


def kind_of(text: str) -> Kind:
    """Errs to the weightier side: what is suspected is asked about, what is taken for a suggestion is only listed."""
    if _LEAD.search(text):
        return "lead"
    clauses = [clause.strip() for clause in _CLAUSE.split(_TITLE.sub("", text)) if clause.strip()]
    told = any(_FINDING.search(clause) and not _WISH.match(clause) for clause in clauses)
    return "finding" if told else "suggestion"


def category_of(text: str) -> str:
    """The code of a category, "" where no word of the field tells."""
    return next((code for code, words in _CATEGORIES if re.search(words, text)), "")


def of_text(text: str) -> list[str]:
    """The proposals pasted one a line, with or without numbers, below the command or without it; or a pasted table."""
    first, _, rest = text.strip().partition("\n")
    lines = [line for line in (_COMMAND.sub("", first, count=1), *rest.split("\n")) if line.strip()]
    if any("\t" in line for line in lines):
        return of_tables([("", [line.split("\t") for line in lines])])
    return [one for one in (_NUMBER.sub("", line).strip()[:LONGEST] for line in lines) if len(one) >= _LEAST]


def of_tables(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> list[str]:
    """The proposals of the first sheet that has such a column; title and content of one line are put together."""
    for _, lines in sheets:
        for at, cells in enumerate(lines[:_HEAD_WITHIN]):
            columns = _columns([_BARE.sub("", cell) for cell in cells])
            if columns:
                return [told for line in lines[at + 1 :] if len(told := _row(line, columns)) >= _LEAST]
    return []


def _columns(headings: Sequence[str]) -> list[int]:
    found = [next((headings.index(name) for name in names if name in headings), None) for names in (_TITLES, _HEADINGS)]
    return [at for at in found if at is not None]


def _row(cells: Sequence[str], columns: Sequence[int]) -> str:
    said = [cells[at].strip() for at in columns if at < len(cells) and cells[at].strip()]
    return "：".join(dict.fromkeys(said))[:LONGEST]
