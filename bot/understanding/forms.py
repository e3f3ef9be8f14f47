"""Forms pasted into the chat: lines of label and value with odd labels, rows of tabs or slashes."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from functools import cache

from bot.understanding.lazily import lazy

# canonical label -> the labels people write
_LABELS: dict[str, str] = {
    "unit": "挂账对象 责任方 涉事单位 责任单位 整改单位 被查单位 被检查单位 被反映单位 涉及单位 问题单位 整改责任单位 单位名称 所属单位 单位 公司 被审计单位 发生单位",
    "desc": "啥事 什么问题 啥问题 什么事 出了什么事 问题描述 主要问题 具体问题 问题内容 问题情况 存在问题 事项 事由 事情 事 内容 描述 情况 情况说明 反映内容 线索内容 发现问题 问题 具体情况 简述 摘要 经过 情况简述",
    "category": "问题类别 问题分类 类别 分类 问题类型 类型 所属类别", "amount": "涉及 涉及金额 金额 钱 涉案金额 钱数 资金 款项 标的 涉及资金 损失金额 金额(元) 金额(万元) 多少钱",
    "found_at": "哪天查的 哪天发现的 啥时候查出来的 什么时候发现的 查的日子 发现时间 发现日期 检查时间 检查日期 时间 日期 发现于", "due": "销号日 到期日 摘牌日 整改时限 整改期限 时限 期限 完成时限 完成时间 截止时间 截止日期 限期 要求完成时间 整改完成时间 到期 整改截止",
    "person": "经办 责任人 整改责任人 被反映人 被举报人 当事人 涉及人员 人 负责人 经办人 责任人员", "reporter": "报告人 反映人 举报人 提交人 填报人 报送人 上报人",
    "basis": "违反依据 制度依据 依据 违反规定 违反制度 定性依据 违反条款 法规依据", "severity": "严重程度 程度 等级 问题等级 级别", "rect_type": "整改类型 整改方式 整改要求类型",
    "requirement": "整改要求 整改建议 建议 要求 处理建议 意见建议", "source": "来源 线索来源 问题来源 发现方式 检查方式 监督方式", "evidence": "初步证据 证据 佐证 佐证材料 附件 材料 凭据",
    "number": "问题号 线索号 编号 问题编号 线索编号 整改编号", "percent": "完成度 完成率 进度 完成比例 完成进度 百分比 整改进度", "done": "干了啥 干了什么 做了什么 本周干了啥 已完成措施 已完成 已采取措施 整改措施 措施 整改情况 进展 进展情况 整改进展 已做工作 完成情况",
    "undone": "未完成原因 未完成 存在困难 困难 卡点", "next": "下步计划 下一步计划 下一步 后续计划 下步打算 计划", "old_due": "原定 原时限 原期限 原整改时限 原定时限 原到期日", "new_due": "申请缓至 缓至 申请延到 拟延至 延至 延期至 申请延至 新时限 拟延期至 延期到 延到 申请延期至",
    "reason": "缘由 事由说明 为啥延 理由 原因 延期理由 延期原因 申请理由 申请原因 退回理由 退回原因", "contact": "联系方式 电话 联系电话 手机", "quarter": "季度 所属季度 报送季度",
    "nature": "性质 问题性质", "title": "标题 问题标题 名称 题目",
}  # fmt: skip

# What a label of one's own is about (查的哪家, 啥毛病, 哪天前弄完), the first that fits.
_ABOUT: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, lazy(pattern))
    for key, pattern in (
        ("number", r"(?:问题|线索|整改|事项|账|条目)?(?:编?号|码)$"),
        ("old_due", r"^原"),
        ("new_due", r"[延缓][到至期]|展期|^(?:拟)?改[为到]$"),
        ("due", r"前(?:弄|改|办|整|完|销)|(?:整改|改|弄|整|办|销)(?:完|好|到|掉)(?:的?(?:日子?|时间|日期))?$|(?:时|期|年)限$|^限期?$|拟改完|到期|办结|改到(?:几时|啥时候|哪天)"),
        ("found_at", r"(?:哪天|几号|哪日|啥时候?|什么时候|何时|日期|时间|日子)[^:]{0,3}(?:查|看|发现|抓)|(?:查|看|发现|检查|抽查)[^:]{0,3}(?:日期|时间|日子|哪天|几号)|^(?:哪天|日子|几号)$"),
        ("percent", r"百分|(?:完成|整改|推进|比)[^:]{0,2}(?:比例?|率|度)$|^进度$|几成"),
        ("undone", r"没[做改完办弄整]|未[完改办]|还[差剩欠]|卡|困难|难[点处]|堵点|遗留"),
        ("next", r"下(?:一?步|个?月|个?周|个?星期|季)|打算|^计划$|接下来"),
        ("done", r"做[了的到过]|干[了的到过]|办[了到过]|改[了到过]|已[做改办完]|进展|措施|整改(?:结果|情况)|动作"),
        ("amount", r"额|钱|折合|损失|^多少$|款项"),
        ("evidence", r"材料|证据|佐证|附件|凭[证据]|附了?$"),
        ("reporter", r"(?:报|报告|呈报|填报|上报|报送|反映|举报|提供)人|谁报|报的人|我是谁"),
        ("person", r"负责$|谁(?:管|负责|干|办|经手|牵头|的责任)|(?:责任|经办|承办|涉及|涉事|当事|对口)(?:人|干部)|被(?:反映|举报)人|找谁|负责的?人"),
        ("source", r"(?:从|打)?哪[里儿]?(?:得)?来|来源|来路|出处|怎么发现|咋发现"),
        ("category", r"归[到属]?(?:哪|啥|什么)?[个一]?类|类[别型]|哪一?类|啥类"),
        ("reason", r"为[啥何什]|缘由|原因|理由|因为啥"),
        ("basis", r"依据|违反|哪条(?:规定|制度)"),
        ("unit", r"^承办(?:单位)?$|哪(?:家|个单位|个公司)|单位|公司|对象$|^被查|受检|查的?谁|^谁家"),
        ("desc", r"毛病|问题|情[况节]|内容|经过|怎么回事|咋回事|什么事|啥子?事|事[情由项]|^事$"),
    )
)  # fmt: skip
_SUBJECT = lazy(r"对象$")  # a unit or a person: 反映对象：调度室主任 高满仓
_OWN_LABEL = lazy(
    r"(?:^|(?<=\n))[ \t\d.、(\[*#>·•①-⑩-]*(?P<label>[一-龥][ \u3000]{1,4}[一-龥]|[一-龥]{1,8})[ \t]*[\])]?(?P<mark>[ \t]*[:=][ \t]*|[ \t]+)(?P<value>[^\n]+)"
)


@cache
def _labels() -> dict[str, str]:
    return {label: key for key, row in _LABELS.items() for label in row.split()}


@cache
def _pattern() -> re.Pattern[str]:
    labels = "|".join(re.escape(w) for w in sorted(_labels(), key=len, reverse=True))
    return re.compile(
        rf"(?:^|(?<=[\n\t;|]))[ \t\r\f\v\u00a0\u2000-\u200a\u3000\d.、(\[*#>·•-]*+(?P<label>{labels})[ \t]*[\])]?(?:[ \t]*[:=][ \t]*|[ \t]+)(?P<value>[^\n]*)",
        re.M,
    )


@cache
def _inline() -> re.Pattern[str]:
    labels = "|".join(re.escape(w) for w in sorted((x for x in _labels() if len(x) >= 2), key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=[\s,;。/|\t]))(?P<label>{labels}|事|钱|人)\s*[:=]\s*")


_ASKING = lazy(r"^[^\n:\t]{0,4}(?:什么|啥|多少|哪天|几时)[^\n:\t]{0,6}(?=[:\t ])", re.M)


def unasked(flat: str, form: dict[str, tuple[int, int]]) -> str:
    """The text with labels that are worded as questions made unreadable: 多少钱: 3万 asks nothing."""
    return _ASKING.sub(lambda m: "\0" * len(m[0]), flat) if form else flat


def read(flat: str) -> dict[str, tuple[int, int]]:
    """Canonical label -> span of its value. Empty unless the text really is a form (two labels at least)."""
    if ":" not in flat and "\n" not in flat and "=" not in flat:
        return {}
    out: dict[str, tuple[int, int]] = {}
    if "\n" in flat:
        for found in _pattern().finditer(flat):
            start, end = found.span("value")
            _keep(out, flat, _labels()[found["label"]], start, end)
        _guess(out, flat)
    if len(out) < 2:
        out = {}
        marks = list(_inline().finditer(flat))
        if len(marks) >= 2:
            for mark, after in zip(marks, [*marks[1:], None], strict=True):
                _keep(out, flat, _labels()[mark["label"]], mark.end(), after.start() if after else len(flat))
    return out if len(out) >= 2 else {}


_TITLE = lazy(r"\s*[\[<#*]*(?P<title>[^\n:]{2,14}?)[\]>]*[:\s]*(?:\n|$)")
# Papers of other kinds, which say themselves what they are.
_OTHER_TITLE = lazy(
    r"紧急|突发|快报|专报|信息|提案|联合|约谈|催|督办单|更正|导出|查询|通知|会议?$|推进会|零报告|反映|意见|退回|验收|销号|匿名|计划|待办|统计"
)
_TOLD = frozenset({"done", "undone", "next", "percent"})


def intent(flat: str, form: dict[str, tuple[int, int]]) -> str | None:
    """What a form of several lines is for, by its fields and what stands over them; None where both leave it open."""
    if len(form) < 3 or "\n" not in flat:
        return None
    found = _TITLE.match(flat)
    title = found["title"] if found and found.end() <= min(start for start, _ in form.values()) else ""
    if _OTHER_TITLE.search(title):
        return None
    if "number" in form:
        if "new_due" in form or "延" in title:
            return "apply_extension"
        if re.match(r"交办|分办|派[单活工]|派任务|下达", title) and form.keys() & {"unit", "person", "due"}:
            return "assign"
        return "submit_progress" if len(form.keys() & _TOLD) >= 2 else None
    told = flat[slice(*form["desc"])].strip() if "desc" in form else ""
    if len(told) < 4 or not form.keys() & {"unit", "person"}:
        return None
    if re.search(r"线索|举报", title):
        return "submit_lead"
    return "submit_finding" if re.search(r"问题|检查|发现|登记|[挂上]账|立项|自查", title) else None


def _guess(out: dict[str, tuple[int, int]], flat: str) -> None:
    """Adds lines whose label is the writer's own. Three such lines make a form, or one beside known labels."""
    lines = [m for m in _OWN_LABEL.finditer(flat) if m["label"] not in _labels()]
    if not out and len(lines) < 3:
        return
    spaced = len(out) >= 2  # without a colon a first word is hardly ever a label
    for found in lines:
        if not found["mark"].strip() and not spaced:
            continue
        key = next((key for key, pattern in _ABOUT if pattern.search(re.sub(r"\s", "", found["label"]))), None)
        if key == "unit" and _SUBJECT.search(found["label"]):
            _keep(out, flat, "subject", *found.span("value"))
        if key is not None:
            _keep(out, flat, key, *found.span("value"))


def _keep(out: dict[str, tuple[int, int]], flat: str, key: str, start: int, end: int) -> None:
    while end > start and flat[end - 1] in " ,;。|/\t\n、":
        end -= 1
    while start < end and flat[start] in " \t":
        start += 1
    if end > start and key not in out:
        out[key] = (start, end)


_ROW = lazy(r"[/\t|]")


def cells(flat: str, start: int) -> list[tuple[int, int]]:
    """The cells of a one-line row parted by slashes, tabs or bars; empty when it is none (2026/12/15 is a date)."""
    line_end = flat.find("\n", start)
    stop = len(flat) if line_end < 0 else line_end
    if "\t" not in flat[start:stop] and len(re.findall(r"(?<!\d)[/|]|[/|](?!\d)", flat[start:stop])) < 2:
        return []
    out, at = [], start
    for found in re.finditer(r"\t|\||(?<!\d)/|/(?!\d)", flat[start:stop]):
        out.append((at, start + found.start()))
        at = start + found.end()
    out.append((at, stop))
    return [(a, b) for a, b in out if flat[a:b].strip()]
