"""Fixed wordings are certain, conditions are no consent, answers keep their slots, and nothing ever raises."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.engine import Understanding
from bot.understanding.meaning import Meaning
from tests.understanding import samples

ENGINE = Understanding(samples.hengxin(), samples.workday)


def say(text: str, *roles: str) -> Meaning:
    return ENGINE.understand(text, now=samples.NOW, roles=frozenset(roles))


FIXED = [
    ("报送问题：恒信能源三笔采购未招标", "submit_finding"), ("报告问题线索：恒信能源采购员收红包", "submit_lead"), ("匿名反映", "anonymous_report"), ("查回执 4821739055126047", "followup_receipt"),
    ("查 WT-2026-0123", "query_by_number"), ("逾期清单", "query_overdue"), ("还有谁没报", "query_unsubmitted"), ("统计", "query_stats"), ("交办 WT-2026-0123 恒信建设 责任人周涛 12月20日前", "assign"),
    ("WT-2026-0123 整改进展：已修订制度 60%", "submit_progress"), ("WT-2026-0123 申请延期至2026-12-31，原因：诉讼未结", "apply_extension"), ("WT-2026-0123 申请验收", "apply_acceptance"),
    ("同意销号 WT-2026-0123", "accept"), ("退回 WT-2026-0123，理由：缺照片", "return"), ("监督工作信息：检查2次", "submit_quarter_info"), ("本季度无问题", "declare_no_issue"), ("紧急：仓库着火", "urgent_report"),
    ("帮助", "help"), ("取消", "cancel"), ("确认", "confirm"), ("否", "deny"), ("申请延期", "apply_extension"), ("申请验收", "apply_acceptance"), ("全部", "select"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent"), FIXED)
def test_fixed_wordings(text: str, intent: str) -> None:
    meaning = say(text)
    assert (meaning.intent, meaning.explicit) == (intent, True)


def test_unit_list_wording() -> None:
    meaning = say("恒信物流的问题清单")
    assert meaning.intent == "query_by_unit"
    assert meaning.slots["unit"] == "恒信物流"


@pytest.mark.parametrize(
    "text",
    [
        "同意，但要补一份会议纪要",
        "同意销号 WT-2026-0125，但要先补照片",
        "原则同意",
        "拟同意销号0125，请领导批示",
        "可以，不过材料要补齐",
        "补齐材料后同意销号",
        "建议同意销号",
        "没问题，但是金额要核实",
    ],
)
def test_a_condition_is_no_consent(text: str) -> None:
    meaning = say(text)
    assert meaning.intent not in ("confirm", "accept", "decide_extension")


@pytest.mark.parametrize(
    "text",
    [
        "确认",
        "对",
        "是的",
        "好",
        "行",
        "没问题",
        "确认提交",
        "收到，同意",
        "对的对的",
        "OK",
        "好的，提交",
        "嗯嗯",
        "可以",
    ],
)
def test_yes(text: str) -> None:
    assert say(text).intent == "confirm"


@pytest.mark.parametrize("text", ["否", "不是", "不对", "不行", "不同意", "不要", "no"])
def test_no(text: str) -> None:
    assert say(text).intent == "deny"


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("第二个", {"index": 2}),
        ("2", {"index": 2}),
        ("选1", {"index": 1}),
        ("第1条", {"index": 1}),
        ("全部", {"all": True}),
        ("查看全部", {"all": True}),
        ("都给我", {"all": True}),
        ("1、3", {"indexes": [1, 3]}),
    ],
)
def test_choices(text: str, slots: dict[str, object]) -> None:
    meaning = say(text)
    assert meaning.intent == "select"
    assert slots.items() <= dict(meaning.slots).items()


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("上周五", {"date": "2026-11-20"}), ("4万2", {"amount_yuan": 42000}), ("物流", {"unit": "恒信物流"}), ("说错了 是二公司", {"unit": "恒信建设二公司"}), ("123", {"number": "WT-2026-0123"}),
        ("大概三四万", {"amount_text": "大概三四万"}), ("80%", {"percent": 80}), ("12月20日前", {"date": "2026-12-20"}), ("周涛", {"person": "周涛"}), ("23700", {"amount_yuan": 23700, "integer": 23700}),
        ("半个月", {"days": 15}), ("三季度", {"date_from": "2026-07-01", "date_to": "2026-09-30"}), ("财务部", {"unit": "财务部"}),
    ],
)  # fmt: skip
def test_answers_keep_their_slots(text: str, slots: dict[str, object]) -> None:
    assert slots.items() <= dict(say(text).slots).items()


@pytest.mark.parametrize(
    ("done", "percent"),
    [("已清理一半，50%", 50), ("已处理一半", 50), ("清退了一半的人，完成60%", 60), ("问题占了一半", None)],
)
def test_the_share_of_the_work_that_is_done(done: str, percent: int | None) -> None:
    assert say(f"0125整改进展：{done}").slots.get("percent") == percent


def test_several_findings_are_told_apart() -> None:
    slots = say(
        "发现问题如下：1.差旅超标报销5人次，1.3万元；2.公车加油卡未实行一车一卡；3.业务招待无公函。单位恒信能源。"
    ).slots
    assert slots["multi"] == 3
    assert [i["desc"] for i in slots["items"]] == [
        "差旅超标报销5人次，1.3万元",
        "公车加油卡未实行一车一卡",
        "业务招待无公函",
    ]
    assert slots["items"][0]["amount_yuan"] == 13000


def test_two_units_are_no_unit() -> None:
    slots = say("检查发现恒信能源和恒信物流消防通道堵塞").slots
    assert "unit" not in slots
    assert slots["units"] == ["恒信能源", "恒信物流"]


def test_a_pasted_row() -> None:
    slots = say("报送问题：恒信能源\t采购\t三家投标文件雷同\t12万元\t2026-11-18").slots
    assert slots["unit"] == "恒信能源"
    assert slots["desc"] == "三家投标文件雷同"
    assert slots["amount_yuan"] == 120000
    assert slots["found_at"] == "2026-11-18"


def test_a_total_wins_over_its_parts() -> None:
    assert say("发现问题：恒信能源两笔费用重复报销，一笔1万元一笔2万元，合计3万元").slots["amount_yuan"] == 30000


def test_unrelated_amounts_are_not_added() -> None:
    slots = say("发现问题：恒信能源注销合同标的500万元，多付3万元").slots
    assert "amount_yuan" not in slots
    assert slots["amounts"] == [5000000, 30000]


def test_a_reopened_serial_is_asked_about() -> None:
    slots = say("0066重启，同样问题又出现了").slots
    assert "number" not in slots
    assert slots["number_options"] == ["WT-2026-0066", "WT-2025-0066"]


def test_roles_decide_what_is_forbidden() -> None:
    assert say("恒信建设最近有什么线索", "unit_head").intent == "forbidden_access"
    assert say("恒信建设最近有什么线索", "disc_manager").intent != "forbidden_access"


def test_time_is_chinese_time() -> None:
    late = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # already Monday 02:00 in China
    assert ENGINE.understand("今天", now=late).slots["date"] == "2026-11-23"


def test_new_names_do_not_touch_the_old_engine() -> None:
    changed = ENGINE.with_lexicon(samples.other())
    assert changed.understand("三分厂", now=samples.NOW).slots["unit"] == "华岳重机三分厂"
    assert "unit" not in say("三分厂").slots
    assert ENGINE.with_lexicon(samples.hengxin()) is not None


def test_no_text_in_reprs() -> None:
    meaning = say("报送问题：恒信能源三笔采购未招标")
    assert "采购" not in repr(replace(meaning))


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from(
            "报送问题线索匿名紧急整改延期销号一二三万元年月日号①②0123456789.-:，。：；（）WTXSwt%\n\t /二公司物流同意退回不但是查谁"
        ),
        max_size=60,
    )
)
def test_never_raises_on_our_words(text: str) -> None:
    ENGINE.understand(text, now=samples.NOW)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_never_raises_on_anything(text: str) -> None:
    ENGINE.understand(text, now=samples.NOW)


def test_long_messages_stay_cheap() -> None:
    for text in (
        "1" * 4000,
        "一" * 4000,
        "万" * 2000,
        "恒信" * 2000,
        "查" * 4000,
        "1 " * 2000,
        "(" * 3000,
        "。" * 3000,
        "问题：" * 1000,
        "匿" * 2000,
        "怕" * 2000,
    ):
        began = time.thread_time()
        ENGINE.understand(text, now=samples.NOW)
        assert time.thread_time() - began < 3.0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("报告问题线索：恒信能源库管李四收受供应商回扣2万元", "李四"),
        ("报告问题线索：恒信能源仓库保管员李四监守自盗", "李四"),
        ("报告问题线索：恒信建设材料员王五虚开发票", "王五"),
        ("举报物流公司司机班张三倒卖柴油", "张三"),
        ("报告问题线索：恒信物流库管员私卖配件", None),
    ],
)
def test_whom_a_lead_is_about_stands_behind_unit_and_post(text: str, name: str | None) -> None:
    assert ENGINE.understand(text, now=samples.NOW).slots.get("person") == name
