"""The names of a sixth imagined group, written by somebody who had not seen the rules."""

from __future__ import annotations

from bot.understanding.meaning import Lexicon
from tests.understanding import harbour

UNITS = (
    ("JC01", "锦江地铁运营公司", "", "地铁公司、地铁运营、运营公司"),
    ("JC0101", "锦江地铁运营一分公司", "JC01", "一分公司、运营一分"),
    ("JC0102", "锦江地铁车辆检修中心", "JC01", "检修中心、车检中心"),
    ("JC02", "锦江公交公司", "", "公交、公交公司"),
    ("JC0201", "锦江公交城北分公司", "JC02", "城北分公司、城北公交"),
    ("JC03", "锦江轨道建设公司", "", "轨建公司、轨建"),
    ("JC04", "锦江传媒广告公司", "", "传媒、广告公司、传媒公司"),
    ("JC05", "锦江城运置业公司", "", "置业、置业公司"),
    ("JC06", "锦江康膳餐饮公司", "", "康膳、餐饮公司、康膳公司"),
    ("JC0601", "康膳三医院项目部", "JC06", "三医院项目部、三医院食堂"),
    ("JB01", "纪委办公室", "", "纪委办"),
    ("JB02", "审计部", "", "审计"),
    ("JB03", "财务部", "", "财务"),
    ("JB04", "安全质量部", "", "安质部、安质"),
    ("JB05", "招标采购中心", "", "招采中心、招采"),
    ("JB06", "工会", "", "集团工会"),
)
PEOPLE = (
    ("zhoudegui", "周德贵", "JC01"),
    ("tangxiaorong", "唐小蓉", "JC0101"),
    ("luojianjun", "罗建军", "JC0102"),
    ("jianghongmei", "蒋红梅", "JC02"),
    ("ranqiming", "冉启明", "JC0201"),
    ("liaozhiqiang", "廖志强", "JC03"),
    ("wenyaqin", "文雅琴", "JC04"),
    ("tanwei", "谭伟", "JC05"),
    ("dengchangfu", "邓长富", "JC06"),
    ("hesufang", "何素芳", "JC0601"),
    ("maxiao", "马骁", "JB01"),
    ("qinyue", "秦玥", "JB02"),
    ("zengli", "曾丽", "JB03"),
)


def lexicon() -> Lexicon:
    """Units with their other names, and people."""
    return harbour.named(UNITS, PEOPLE)
