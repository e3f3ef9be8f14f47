"""WeCom's three buttons (wecom.md 3.7): each entry says its second word on the person's behalf."""

from __future__ import annotations

_Entry = tuple[str, str]

_REPORT: tuple[_Entry, ...] = (
    ("提交问题", "提交问题"),
    ("监督工作信息", "监督工作信息"),
    ("本季度无问题", "本季度无问题"),
    ("批量导入", "批量导入"),
    ("紧急报告", "紧急报告"),
)
_ASK: tuple[_Entry, ...] = (
    ("我的任务", "我名下的整改任务"),
    ("待验收", "待验收的有哪些"),
    ("逾期清单", "逾期清单"),
    ("本周到期", "本周到期的有哪些"),
    ("还有谁没报", "还有谁没报"),
)
_MORE: tuple[_Entry, ...] = (
    ("报告线索", "报告问题线索"),
    ("匿名反映", "匿名反映"),
    ("帮助", "帮助"),
    ("全部帮助", "全部帮助"),
)

MENU: tuple[tuple[str, tuple[_Entry, ...]], ...] = (("报送", _REPORT), ("查询", _ASK), ("更多", _MORE))
