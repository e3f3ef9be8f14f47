"""What is said of the office's papers, a dozen ways each, and what only sounds like it (domain.md S35, S36, S60)."""

# ruff: noqa: E501 - word lists read better so

from __future__ import annotations

import pytest

from bot.understanding.engine import Understanding
from tests.understanding import samples

OFFICE = frozenset({"office_director"})
SAID = {
    "paper_finalise": (
        "三季度汇总报告定稿", "定稿三季度汇总报告", "三季度汇总报告可以定稿了", "四季度监督情况汇总报告同意定稿",
        "确认定稿：四季度汇总报告", "请把三季度汇总报告定稿", "汇总报告定稿", "上季度汇总报告定稿吧",
        "三季度监督工作汇总报告没问题，定稿", "这份汇总报告可以定稿", "季度监督情况报告定稿", "第三季度汇总材料定版",
    ),
    "paper_publish": (
        "发布四季度通报", "同意发布四季度通报", "四季度通报可以发布了", "发布四季度通报，显名", "把四季度通报发出去",
        "四季度通报同意发布", "印发本季度通报", "请发布给成员单位的通报", "通报可以发布", "四季度监督情况通报正式发布",
        "发布通报，金额用区间", "那就发布四季度通报吧", "公布三季度通报",
    ),
    "paper_view": (
        "看四季度通报", "查看四季度通报", "四季度通报发我", "我要看四季度通报", "看一下上季度的通报", "四季度通报发布了吗",
        "四季度通报在哪", "打开四季度监督情况通报", "通报给我看看", "查三季度通报", "四季度通报出来了没有", "看最新通报",
        "看三季度汇总报告", "打开三季度监督情况汇总报告",
    ),
    "paper_withdraw": (
        "撤回四季度通报", "四季度通报撤回", "把四季度通报撤回来", "请撤回已发布的四季度通报", "收回四季度通报",
        "四季度通报先撤回", "撤销四季度通报", "撤下三季度通报", "召回四季度通报", "撤回通报", "四季度监督情况通报要撤回",
        "麻烦撤回本季度通报",
    ),
    "paper_urgent": (
        "JJ-2026-0007列入汇总报告", "同意JJ-2026-0007写入三季度汇总报告", "把JJ-2026-0007写进汇总报告", "JJ-2026-0007 列入季度报告",
        "批准将紧急报告JJ-2026-0007列入汇总报告", "JJ-2026-0007不列入汇总报告", "JJ-2026-0007可以列入三季度监督情况汇总报告吧",
        "JJ-2026-0007列入汇总报告：11月已妥善处置，无人员伤亡", "JJ-2026-0007这件纳入汇总报告", "JJ-2026-0007别写进汇总报告",
        "请把 JJ-2026-0007 加进三季度汇总报告里", "JJ-2026-0007同意编入汇总报告",
    ),
    "paper_note": (
        "补充汇总报告监督服务经营：推动清欠1200万元", "补充三季度汇总报告监督服务经营：推动清欠1200万元",
        "三季度汇总报告监督服务经营部分：完善合同管理", "补写汇总报告紧急情况：港口停电已处置",
        "补充四季度汇总报告重大、紧急情况：无", "汇总报告补充服务经营：降本300万元", "请补充汇总报告的监督促进经营：已见效",
        "填写汇总报告紧急事项：无", "加上汇总报告紧急情况：火情已扑灭", "三季度汇总报告里的服务经营：清欠",
        "补充季度汇总报告监督服务经营：盘活闲置商铺3间", "汇总报告紧急情况：未发生",
    ),
}  # fmt: skip
BESIDE = (
    ("生成三季度监督情况汇总报告，公文格式", "export_report"),
    ("出一份给成员单位的通报，去掉涉密和人名", "export_report"),
    ("生成本季度通报", "export_report"),
    ("导出本季度问题台账", "export_report"),
    ("紧急情况：能源公司锅炉房起火", "urgent_report"),
    ("WT-2026-0123 整改进展：已通报批评责任人，60%", "submit_progress"),
    ("监督工作信息：本季度检查12次，通报3起", "submit_quarter_info"),
    ("撤回 WT-2026-0123，理由：重复", "withdraw"),
    ("查 JJ-2026-0007", "query_by_number"),
)


@pytest.fixture(scope="module")
def engine() -> Understanding:
    return Understanding(samples.hengxin(), samples.workday)


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, all_of in SAID.items() for text in all_of])
def test_papers_are_understood(engine: Understanding, intent: str, text: str) -> None:
    meaning = engine.understand(text, now=samples.NOW, roles=OFFICE)
    assert meaning.intent == intent, (text, meaning.intent, meaning.why)
    if intent == "paper_urgent":
        assert meaning.slots["number"] == "JJ-2026-0007"
        assert meaning.slots["decision"] == ("drop" if "不" in text or "别" in text else "adopt")
        assert meaning.slots.get("text", "") == ("11月已妥善处置，无人员伤亡" if "：" in text else "")
    elif "三季度" in text:
        assert meaning.slots["quarter"] == "2026Q3"


@pytest.mark.parametrize(("text", "intent"), BESIDE)
def test_neighbours_are_not_swallowed(engine: Understanding, text: str, intent: str) -> None:
    assert engine.understand(text, now=samples.NOW, roles=OFFICE).intent == intent


@pytest.mark.parametrize(
    "text", ["恒信物流把检查结果在大会上通报了", "会议通报了三起违纪案件", "查一下通报批评的问题有几条", "看看报送情况",
             "发现采购部发布招标公告时间不足", "撤回刚才那条", "同意", "三季度的问题清单"],
)  # fmt: skip
def test_others_are_no_papers(engine: Understanding, text: str) -> None:
    assert not engine.understand(text, now=samples.NOW, roles=OFFICE).intent.startswith("paper_")


def test_an_addition_keeps_its_words(engine: Understanding) -> None:
    said = "补充三季度汇总报告监督服务经营：推动清欠1,200万元，盘活商铺3间。"
    slots = engine.understand(said, now=samples.NOW, roles=OFFICE).slots
    assert slots == {"quarter": "2026Q3", "report": "quarter_summary", "section": "business",
                     "text": "推动清欠1,200万元，盘活商铺3间"}  # fmt: skip
