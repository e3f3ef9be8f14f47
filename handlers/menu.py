"""WeCom's three buttons (wecom.md 3.7): each entry says its second word on the person's behalf."""

from __future__ import annotations

MENU: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("报送", (("提交问题", "提交问题"), ("监督工作信息", "监督工作信息"), ("本季度无问题", "本季度无问题"), ("紧急报告", "紧急报告"))),
    ("查询", (("我的任务", "我名下的整改任务"), ("逾期清单", "逾期清单"), ("本周到期", "本周到期的有哪些"), ("还有谁没报", "还有谁没报"))),
    ("更多", (("报告线索", "报告问题线索"), ("匿名反映", "匿名反映"), ("帮助", "帮助"))),
)  # fmt: skip
