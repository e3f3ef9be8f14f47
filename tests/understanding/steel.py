"""The names of a fifth imagined group (翔岭钢铁), written by somebody who had not seen the rules."""

from __future__ import annotations

from bot.understanding.meaning import Lexicon
from tests.understanding import harbour

UNITS = (
    ("XLLT", "翔岭炼铁", "", "炼铁厂、铁厂、炼铁"),
    ("XLLT1", "翔岭炼铁一高炉", "XLLT", "一高炉、1号高炉、1#高炉"),
    ("XLLG", "翔岭炼钢", "", "炼钢厂、钢厂、炼钢"),
    ("XLZG", "翔岭轧钢", "", "轧钢厂、轧钢"),
    ("XLZGLZ", "翔岭轧钢冷轧分厂", "XLZG", "冷轧、冷轧厂、冷轧分厂"),
    ("XLKY", "翔岭矿业", "", "矿业公司、矿业、矿山公司"),
    ("XLKYNG", "翔岭矿业南沟铁矿", "XLKY", "南沟矿、南沟铁矿、南沟"),
    ("XLKYXK", "翔岭矿业选矿厂", "XLKY", "选矿厂、选厂"),
    ("XLJH", "翔岭焦化", "", "焦化厂、焦化"),
    ("XLXS", "翔岭销售", "", "销售公司、销售"),
    ("JWB", "纪委办公室", "", "纪委办、纪委"),
    ("SJB", "审计部", "", "审计、审计那边"),
    ("AHB", "安全环保部", "", "安环部、安环"),
    ("CWB", "财务部", "", "财务"),
    ("CGZX", "采购中心", "", "采购、采购部"),
    ("GH", "工会", "", "集团工会"),
)
PEOPLE = (
    ("gaoyf", "高云峰", "XLLT"),
    ("songlx", "宋立新", "XLLT1"),
    ("tongwei", "佟伟", "XLLG"),
    ("guanhb", "关海波", "XLZG"),
    ("nana", "那娜", "XLZGLZ"),
    ("hexj", "何向军", "XLKY"),
    ("luds", "鲁德山", "XLKYNG"),
    ("wangcs", "王长顺", "XLKYXK"),
    ("jinsj", "金淑娟", "XLJH"),
    ("shaoq", "邵强", "XLXS"),
    ("yuxl", "于晓琳", "SJB"),
    ("qixh", "祁兴华", "AHB"),
    ("tanm", "谭敏", "CWB"),
    ("baitao", "白涛", "JWB"),
)


def lexicon() -> Lexicon:
    """Units with their other names, and people."""
    return harbour.named(UNITS, PEOPLE)
