"""Questions about what happened long ago: 去年着火的那个仓库整改到哪一步了 asks, and reports nothing (domain.md S34)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

from bot.understanding.lazily import lazy

_LONG_AGO = lazy(
    r"去年|前年|大前年|上次|上回|上一次|那次|那回|当时|当年|之前|以前|此前|先前|早先|前阵子|前段时间|前些(?:天|日子|时候)|上个?(?:月|季度|星期|礼拜)|上周|上半年|年初|早就|20\d\d年|(?<!\d)(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:那|的那|发生|出)|那(?:起|场|宗|档子?)"
)
_COURSE = r"(?:整改|处理|处置|调查|核查|查|追责|问责|责任追究|赔偿|理赔|善后|修复|恢复|后续|后来|结案|销号|办理|办|落实|验收|进展|结果|情况)"
_ASKED = lazy(
    rf"{_COURSE}[^。;!?\n]{{0,8}}(?:到哪|到什么(?:程度|地步)|到了?哪|怎么样|怎样|咋样|如何|几成|多少了?|(?:有|出)(?:没有|无|了?没)?(?:结果|结论|进展|下文|说法)|什么(?:进展|结果|情况|时候|结论)|啥(?:进展|结果|情况|时候)|没有?[\s?。]*$|了没|完没|完了?[吗么]|[好了]?[吗么呢][\s?。]*$)"
    rf"|(?:到哪一?步|怎么样|咋样|如何|有结果|有下文|有说法)[^。;!?\n]{{0,4}}{_COURSE}|(?:怎么|如何|咋)(?:整改|处理|处置|调查|追责|善后)的|(?:是谁|谁)(?:的责任|负责整改|在?整改)"
)
_NOW = lazy(
    r"现在又|又(?:开始|发生|出|着|起|冒|漏|塌|倒|炸|爆|复)|再次|复燃|正在(?!整改|处理|处置|调查|修)|此刻|眼下|刚刚|刚才|马上来|快来|救命|紧急"
)


def asks(flat: str) -> bool:
    """Whether the course of something past is asked about, and nothing is told that happens now."""
    return bool(_LONG_AGO.search(flat) and _ASKED.search(flat)) and not _NOW.search(flat)
