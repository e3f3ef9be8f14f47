"""Whether a unit is meant where its short name is also a plain word (物流, 能源, 采购): the words around it say so."""

from __future__ import annotations

import re

from bot.understanding import words
from bot.understanding.lazily import lazy

LEADING = r"牵头|打头|挑头|领头|挂帅|主责"  # who goes first of several

_AFTER = lazy(
    r"\s*(?:公司|集团|那边|这边|那[几条个家些]|的(?:问题|清单|单子|任务|名单|活|数|台账|逾期|整改|情况|进展|事|呢)|党委|车队|有(?:几|没|多少|哪|什么|啥)|还有|还没|几个|报了|咋|怎么样|啥情况|和|跟|、|的$|的[,。?])"
)
_END = lazy(r"\s*(?:$|[\n,。;!?)/、])")
_BEFORE = lazy(
    r"(?:给|派给|派去|交给?|派|转给?|找|催一?下?|盯一?盯|提醒|责任单位|被反映单位|涉及单位|单位|公司)[:是为\s]*$|(?:改成|改为|就是|不对,?\s*是|应该是|是)\s*$"
)
# 煤电采购经理, 水务管稽查的: a post or a part of a company behind the short name, a word that leads in before it.
_POST_AFTER = lazy(
    r"(?:的|那个|有个)?(?:管[一-龥]{1,4}的|[一-龥]{0,4}?(?:副总(?:经理)?|总经理|采购经理|财务经理|销售经理|经理|主任|书记|科长|处长|队长|厂长|矿长|老总|总监|会计|出纳|党支部|党总支|班子|机关))"
)
# 约谈一下物流的负责人, 跟建设的头儿说一声: somebody who answers for the unit, behind whatever calls or tells him.
_HEAD_AFTER = lazy(
    r"的?(?:(?:主要|有关|相关|具体|分管)?(?:负责人|责任人|领导|负责同志|经办人|联络员|联系人)|一把手|老总|老板|头头|头儿|当家的|管事的)"
)
_CALLS = lazy(
    r"(?:约谈?|约见|找|叫|请|让|喊|传|跟|和|与|向|对|给|催|问|谈|联系|通知|提醒|告诉|批评|把)(?:一下|一次|下|过)?$"
)
_OURS, _OUR_OWN = (
    lazy(r"(?:我们|咱们?|俺们?)$"),
    lazy(r"自查|自己|[这那]边|公司|今年|[上本这]个?[月周季]|有[一两二三四五几\d]"),
)
_VISITED = lazy(r"(?:抽|查|去|到|跑|走|盘|核|审)了$")  # 抽了林场今年的台账
_DOER = lazy(r"(?:让|请|叫|由|交|给|派|安排|去|到|在|刚?从|加上|加个|加一个|建议|提请)$")
_DOES = lazy(
    r"(?:去(?:改|办|处理|整改)|来(?:改|办)|回来|看了?(?!到)|转了|跑了|走了一|处理|整改|牵头|负责|办理|落实|跟进|查账|抽查|调研|走访|巡查|检查)"
)
_LENDS = lazy(
    r"\s?(?:也|都|一块|一起|跟着|来|帮着|再|\s)*(?:配合|协助|协办|会办|牵头|打下手|关注|留意|补充|补正|帮衬|搭把手|帮把手|盯)"
)
_HEADS = lazy(rf"\s?(?:来|去)?(?:{LEADING}|主办(?!方))")
_REPORTS = lazy(r"\s*(?:报|补|发现|检查|部|那边|这边|说|[一二三四]季度|的?(?:季报|季度|材料|信息)|\s*[:])")
_FINDS = lazy(r"发现|那边|检查发现|报上来|提出")
_LED = lazy(
    r"(?:发现|查出|查到|看到|听说|听人[讲说]|听讲|据说|了解到|注意到|反映|举报|[一二三四]是|怀疑|有人说|说|把|在|到|去|是|[\s,。;:])$"
)
_FOUND_AT = lazy(r"(?:发现|查出|查到|查实)$")
_HAS = lazy(r"(?:还)?(?:有|存在)[一两二三四五六七八九十几多\d]")
_TAKING = lazy(r"[把将查看给列拉催]$")
_NEVER = lazy(
    r"(?:领域|方面|类|行业|消耗|市场|项目|业务|工作|成本|费用|管理|价格|金|化(?![验工肥])|品|率|制度|合同|需求|设施|生产|隐患|检查|局|厅|部门|办法|资料|用地)"
)


def meant(flat: str, start: int, end: int, *, department: bool) -> bool:
    """Whether the name from `start` to `end` of a flattened text means the unit."""
    head, tail = flat[:start], flat[end:]
    if _NEVER.match(tail):
        return False
    led = bool(_BEFORE.search(head)) and not head.endswith(("总是", "还是", "但是", "算是", "属于"))
    if led and (_END.match(tail) or not head.endswith("是")):
        return True
    opening = not head or head[-1] in " \n,。;:!?、/()"
    return _department(head, tail, opening) if department else _company(flat, start, end, opening)


def _department(head: str, tail: str, opening: bool) -> bool:
    if _HEADS.match(tail) or ((_DOER.search(head) or opening) and _LENDS.match(tail)):
        return True
    return bool((opening and _REPORTS.match(tail)) or _FINDS.match(tail))


def _company(flat: str, start: int, end: int, opening: bool) -> bool:
    head, tail = flat[:start], flat[end:]
    if (_DOER.search(head) and _DOES.match(tail)) or (_FOUND_AT.search(head) and _HAS.match(tail)):
        return True
    if _POST_AFTER.match(tail) and (opening or _LED.search(head) or _OURS.search(head)):
        return True
    if (_OURS.search(head) and _OUR_OWN.match(tail)) or (_VISITED.search(head) and not _END.match(tail)):
        return True
    if _HEAD_AFTER.match(tail) and (opening or _CALLS.search(head)):
        return True
    if _AFTER.match(tail) and (
        opening
        or _TAKING.search(head)
        or not re.search(r"[一-龥]$", head)
        or not words.known(head[-1] + flat[start:end])
    ):
        return True
    return opening and (bool(_END.match(tail)) or tail[:1] == " " or _cut_here(flat, start, end))


def _cut_here(flat: str, start: int, end: int) -> bool:
    """The name is a word of its own at the head of a sentence that goes on with a noun or a verb of its own."""
    after = words.cut(flat[start : end + 6])
    return bool(after) and after[0] == flat[start:end] and len(flat) - end >= 4
