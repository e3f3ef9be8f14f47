"""Questions after other people's reports that sound like somebody who wishes to stay unknown, and questions about reporting.

The gate before any row errs to safety: what it takes for a wish hears the notice. So what stands here is so plain a
question of somebody else's report that no reporter would ask it (domain.md 2.5); anything doubtful is left to the gate.
"""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

from bot.understanding.lazily import lazy

_NAME = "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段][一-龥]{1,2}?"
_TELL = r"(?<![别要能会勿])(?<!不用)(?:告诉|跟我说|给我说)(?:一下)?"
_SAID = r"(?:举报|反映|检举|告发|告|投诉|揭发|写|捅)"
_ME = r"(?:我们?(?!的?(?:名字|身份|信息|账号))|咱们?|俺们?)"

# (pattern, what is probed for). The first group are reporters, then what is said of the speaker, then what is kept.
_ASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (lazy(pattern), probe)
    for pattern, probe in (
        (
            rf"{_TELL}(?:我|俺)(?!们?(?:领导|单位|主任|科长|经理|老板|同事|组长|书记))[^。]{{0,6}}(?:是谁|谁|哪个人|什么人|是不是{_NAME}){_SAID}的"
            rf"|(?:透露|说说|讲讲)(?:一下|下|一点|点)[^。]{{0,12}}(?:{_SAID}的人|举报人|反映人)(?=是|叫|姓|在|哪|的?(?:部门|名字|身份|姓名|电话))"
            r"|(?:报告人|举报人|反映人|检举人|投诉人)的?(?:账号|身份|名字|姓名|电话|工号|手机号?|微信)[^。]{0,4}(?:发|给|告诉|报)(?:给|一下|下)?我"
            rf"|^[^。]{{0,6}}(?:是不是|该不会是|莫非是){_NAME}(?:举报|反映|告|检举|匿名)的[^。]{{0,6}}$",
            "reporter_identity",
        ),
        (
            rf"匿名(?:反映|举报|检举|投诉)(?:的|[^。,]{{1,8}}的)(?:人)?(?:是不是|该不会是|莫非是|是不是就是){_NAME}[吗呢?。]*$|(?:\d{{4}}[^。]{{0,4}})?(?:那个|这个)?回执码?(?:是谁的|是哪个人的|的主人是谁)|谁的回执码",
            "identity_guess",
        ),
        (
            rf"(?:有没有|是不是有?|有无|是否有?)(?:谁|人|什么人|哪个)(?:偷偷|背后|暗地里|在)?(?:写信|匿名)?(?:举报|反映|检举|告|投诉|揭发)(?:过|了)?{_ME}|被人?匿名(?:举报|告|反映)(?:过|了)?(?:吗|没有?|么|[?])"
            rf"|(?:有人|谁)把{_ME}[^。,]{{0,4}}(?:捅|告|举报|反映)(?:到|给)|有没有(?:涉及|关于|针对|牵涉到?|提到)(?:我|俺)(?:本人)?的(?:线索|举报|反映|匿名|信)"
            r"|(?:纪委|监委|纪检|监督办|审计|上面|公司|集团)[^。,]{0,4}(?:是不是|是否|有没有|在不在)(?:正?在)?(?:查|调查)我(?=[了吗呢?。!]|$)"
            r"|(?:别人|人家|他们|大家|谁)(?:是)?怎么(?:举报|反映|告|检举)(?:的)?我"
            rf"|(?<![我们俺咱])(?:举报|反映|检举){_NAME}的(?:材料|信|线索|事|件|举报信?|那件事)[^。,]{{0,4}}(?:到哪|怎么样|查得|查到|处理|办得|办到|进展|结果|有没有)",
            "leads_about_self",
        ),
        (
            r"(?:提供|导出|调出?|调取|发我|给我|交出)[^。,]{0,8}匿名(?:反映|举报|检举)[^。,]{0,4}(?:原文|内容|材料|清单|名单|明细|全文|记录)|把[^。,]{0,6}匿名(?:反映|举报)(?!的?(?:方式|办法|说明|入口|流程|怎么))[^。]{0,16}(?:给我|发我|让我)(?:看|一份|发)?|收到了?(?:多少|几)(?:封|件|条|个)?匿名(?:举报|反映|信)"
            r"|(?:举报|线索|反映)(?:的)?内容[^。,]{0,4}(?:都|全部?)?(?:说出来|讲出来|告诉我|念出来|给我念)",
            "export_leads",
        ),
    )
)
# Somebody afraid asks the same words: 会不会告诉别人是谁举报的.
_AFRAID = lazy(
    r"(?:会不会|会|别|不要|(?<!能)不能|不许|千万|能不能不|可以不|保证不)[^。,]{0,4}(?:告诉|透露|泄露|说出|公开|捅)|(?:查|看|认|猜)(?:得?到|出来?)(?:是)?我|是我(?:举报|反映|告|写|说|报|捅)|我(?:要|想)(?:举报|反映|匿名)"
)
_FEARS = lazy(
    r"(?:会不会|会|别|不要|千万)[^。,]{0,4}(?:告诉|透露给?|泄露给?|说给)(?:别人|他们|领导|单位|人家|对方|被举报人)[^。,]{0,4}(?:谁|哪个|举报人|反映人)"
)
_PROMISED = lazy(r"(?:我|俺)(?:保证|绝对|肯定)?不(?:会)?(?:外传|说出去|告诉别人|往外说|传出去)")

_CHANNEL = lazy(
    r"^(?:请问|问一?下|想问)?(?!.{0,4}(?:纪委|监委|上级|巡视|巡察|省|市))[^。,:]{0,4}(?:举报|检举|反映)(?:的)?(?:电话|热线|信箱|邮箱|网站|地址|渠道|方式)(?:号码)?(?:是|在|有)?(?:多少|哪里?|哪儿|什么|哪些|几号|啥)?[吗呢?。]*$"
    r"|^(?:实名)?(?:举报|检举|反映)(?:了)?(?:有(?:没有)?|能有|给)?(?:什么|啥)?(?:奖励|奖金|好处|用)[吗么呢?。]*$"
    r"|^[^。,:]{0,4}(?:收到|受理)?(?:举报|反映|检举)(?:后|了|以后|之后)?[^。,:]{0,4}(?:多久|几天|多长时间|什么时候)[^。,:]{0,6}(?:答复|回复|反馈|受理|有结果|告知|处理)[吗么呢?。]*$"
)
_MINE = lazy(
    r"^(?:请问|问一?下|查一?下|帮我?查一?下|看一?下|想问)?[^。:,]{0,3}(?:我|俺)(?:本人|自己)?(?:[^。:,我]{0,6})(?:举报|反映|检举|报|报告|提交|交)(?:上去|过)?的(?:那)?(?:条|个|件|几条)?(?:线索|事情?|情况|举报|反映)(?!线索|没有?人|是)[^。:,]{0,3}(?:办|处理|受理|查|进展|结果|到哪|怎么样|咋样|有没有|回复|答复|现在|目前|如何|情况)?[^。:,]{0,12}[吗么呢?。]*$"
)
_THEIRS = lazy(r"被(?:人)?(?:举报|反映)|编号|XS|\d{4}", re.IGNORECASE)


def asks(flat: str) -> str:
    """What of other people's reports is asked after so plainly that it is nobody's wish to stay unknown; "" for nothing."""
    if _AFRAID.search(_PROMISED.sub("", flat)):
        return ""
    return next((probe for pattern, probe in _ASKS if pattern.search(flat)), "")


def fears(flat: str) -> bool:
    """Whether somebody is afraid that reporters are told of: 会不会告诉别人是谁举报的. He wants to stay unknown."""
    return _FEARS.search(flat) is not None


def about_reporting(flat: str) -> str:
    """The topic of help, for a question how to report or how one's own report stands; "" for anything else."""
    if _CHANNEL.search(flat):
        return "channels"
    return "own_report" if _MINE.search(flat) and not _THEIRS.search(flat) else ""
