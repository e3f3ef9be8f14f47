"""The categories of findings in two levels (domain.md 3.3): codes and their Chinese names."""

from __future__ import annotations

from collections.abc import Mapping

TOP: Mapping[str, str] = {
    "DJ": "党的建设",
    "ZL": "治理决策",
    "CW": "财务资金",
    "CG": "采购招标",
    "GC": "工程建设",
    "TZ": "投资与产权资产",
    "YX": "经营购销",
    "JR": "金融业务",
    "KJ": "科技创新",
    "HG": "合规法务",
    "RL": "人力资源",
    "AQ": "安全环保",
    "MZ": "民主管理与职工权益",
    "XX": "信息数据与保密",
    "QT": "其他",
}

SUB: Mapping[str, str] = {
    "DJ01": "政治建设与重大部署落实",
    "DJ02": "组织建设",
    "DJ03": "选人用人",
    "DJ04": "意识形态",
    "DJ05": "作风与中央八项规定精神",
    "DJ06": "廉洁从业",
    "ZL01": "三重一大程序",
    "ZL02": "法人治理/授权",
    "ZL03": "集团管控",
    "ZL04": "风险内控",
    "CW01": "资金管理",
    "CW02": "费用报销",
    "CW03": "融资担保",
    "CW04": "应收与往来",
    "CW05": "核算税务",
    "CG01": "应招未招/化整为零",
    "CG02": "围标串标",
    "CG03": "供应商管理",
    "CG04": "履约验收",
    "GC01": "转包挂靠违法分包",
    "GC02": "变更签证结算",
    "GC03": "质量进度",
    "GC04": "概预算",
    "TZ01": "固定资产投资",
    "TZ02": "股权投资并购",
    "TZ03": "产权/资产转让",
    "TZ04": "资产租赁与账外资产",
    "TZ05": "改组改制",
    "TZ06": "境外投资",
    "YX01": "融资性贸易/空转",
    "YX02": "赊销信用",
    "YX03": "合同履行",
    "YX04": "存货盘点",
    "YX05": "收费减免",
    "HG01": "合法性审查",
    "HG02": "诉讼",
    "HG03": "制度缺失",
    "RL01": "薪酬考勤",
    "RL02": "招聘",
    "RL03": "亲属回避与兼职",
    "MZ01": "企务公开",
    "MZ02": "职工权益",
    "MZ03": "食堂后勤",
}


def is_category(code: str) -> bool:
    return code in TOP or code in SUB


def top_of(code: str) -> str:
    """`CW` of `CW01` and of `CW`."""
    return code[:2]


def name_of(code: str) -> str:
    """`财务资金·资金管理` or `财务资金`; an unknown code is named by what is known of it, at the least 其他."""
    if code in SUB:
        return f"{TOP[top_of(code)]}·{SUB[code]}"
    return TOP.get(top_of(code), TOP["QT"])


def find_code(name: str) -> str | None:
    """The code of a name as people say it: a code, either level's name, or both with the dot."""
    wanted = name.strip().upper()
    if is_category(wanted):
        return wanted
    for code in (*SUB, *TOP):
        if wanted in (name_of(code), SUB.get(code), TOP.get(code)):
            return code
    return None


# Words of the field that belong to two categories alike: the submitter chooses (domain.md 1.5 S20).
_TWO_SIDED: Mapping[str, tuple[str, ...]] = {"党务公开": ("MZ01", "DJ02")}


def candidates(text: str) -> tuple[str, ...]:
    """The codes between which only its submitter can choose; empty where the words leave no doubt."""
    return next((codes for words, codes in _TWO_SIDED.items() if words in text), ())
