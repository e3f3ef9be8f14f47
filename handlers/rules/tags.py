"""What the words of a finding say beside its category: how it was found, what it bears on (domain.md S3, S5, S18)."""

from __future__ import annotations

import re
from collections.abc import Mapping

METHODS: Mapping[str, str] = {
    "collective_study": "集体研究",
    "review_check": "审核检查",
    "evaluation": "考核评价",
    "special_check": "专项检查",
    "audit": "审计",
    "inspection": "巡察",
    "hotline": "信访热线",
    "data_monitor": "数据监测",
}
CONCENTRATIONS: Mapping[str, str] = {
    "power": "权力集中", "funds": "资金密集", "resources": "资源富集", "assets": "资产聚集",
}  # fmt: skip
OBJECTS: Mapping[str, str] = {
    "project": "重点项目", "department": "重点部门", "post": "重点岗位", "link": "重点环节",
}  # fmt: skip

_FOUND = r"[^，。；,;]{0,8}(?:发现|查出|查到|看到|反映出|暴露)"
# The first that fits; the narrower ones stand before 检查.
_METHOD_WORDS = (
    ("evaluation", r"考核|考评|评价|述职"),
    ("inspection", r"巡察|巡视|督查"),
    ("data_monitor", r"(?:数据|系统|平台|预警)[^，。；]{0,6}(?:监测|比对|预警|筛查|监控)|预警"),
    ("hotline", r"信访|热线|意见箱|来信|来访"),
    ("audit", r"(?:经责|专项|内部|年度|离任|工程|经济责任)?审计"),
    ("collective_study", r"集体研究|会议研究|班子会|上会|议事"),
    ("special_check", r"专项(?:检查|整治|治理|核查)|联合检查|突击检查|抽查|飞检"),
    ("review_check", r"审核|复核|会审|核对|检查|盘点|巡检"),
)
_CONCENTRATION_WORDS = (
    ("power", r"审批权|决策权|一言堂|一支笔|人事任免|越权|授权"),
    ("funds", r"资金|账户|监管户|备用金|贷款|融资|付款|垫资|货款|保证金|现金"),
    ("resources", r"土地|矿产|指标|额度|特许|配额|资源"),
    ("assets", r"资产|设备|房产|厂房|车辆|存货|库存|股权|产权"),
)
_OBJECT_WORDS = (
    ("project", r"项目|工程|标段"),
    ("post", r"岗位|出纳|会计岗|采购员|仓管|保管员"),
    ("link", r"环节|流程|招标|采购|验收|签证|结算|报销"),
    ("department", r"部门|科室|财务部|采购部"),
)
_PHASE_WORDS = (("pre", r"事前"), ("mid", r"事中"), ("post", r"事后"))


def method(text: str) -> str:
    """绩效考核时发现… -> evaluation; "" when the words do not tell."""
    return next((name for name, words in _METHOD_WORDS if re.search(f"(?:{words}){_FOUND}", text)), "")


def phase(text: str) -> str:
    """Only when it is said: nothing is guessed (3.6 P5)."""
    return next((name for name, words in _PHASE_WORDS if re.search(words, text)), "")


def domain(category: str) -> str:
    """The two matters of supervision: party building, and the running of the business."""
    return "party_building" if category.startswith("DJ") else "operation"


def focus(text: str) -> list[str]:
    """Labels to suggest, such as 资金密集、重点项目; nothing unless both what and where are named."""
    what = next((CONCENTRATIONS[name] for name, words in _CONCENTRATION_WORDS if re.search(words, text)), "")
    where = next((OBJECTS[name] for name, words in _OBJECT_WORDS if re.search(words, text)), "")
    return [what, where] if what and where else []
