"""A quarter told in one script: the contract's own wording, six roles and more, every reply read, then the store."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig
from tests.e2e.stages import CONFIRM, apply, assign, submit

HIDDEN = "未查询到该编号，或您无权查看。"
FOREIGN = "您只能查询本单位（及下属）的问题。"
LIAISON, HEAD, AUDIT, OFFICE = "hx_caiwu", "hx_caiwufz", "hx_shenji", "hx_ban"
DIRECTOR, UNIT, UNIT_HEAD, OTHER_UNIT = "hx_zhuren", "hx_jianshel", "hx_jianshe", "hx_wuliul"
EMPLOYEE, UNION, DISCIPLINE, LEADER, ADMIN = "hx_zhigong", "hx_gonghui", "hx_jiwei", "hx_zuzhang", "hx_admin"

# who, what is said, and what the answer holds; a part that begins with ! must not be in it
Line = tuple[str, str, tuple[str, ...]]
SCRIPT: tuple[Line, ...] = (
    (EMPLOYEE, "帮助", ("实名反映", "紧急")),
    (LIAISON, "帮助", ("报送问题", "监督工作信息", "取消")),
    (LIAISON, "确认", ("!WT-", "!提交成功")),  # nothing is open
    (LIAISON, "取消", ("没有",)),
    # 0001: in one message, corrected before it is confirmed
    (LIAISON, "报送问题：恒信建设虚列工程款128.6万元", ("恒信建设", "128.6万元", CONFIRM, "11月23日 周一")),
    (LIAISON, "金额写错了，是12.86万", ("12.86万元", CONFIRM, "!128.6万元；")),
    (LIAISON, "发现时间是上周五", ("11月20日 周五", CONFIRM)),
    (LIAISON, "确认", ("WT-2026-0001", "已登记", "李敏")),
    (LIAISON, "确认", ("!WT-2026-0002",)),
    # 0002: the unit is ambiguous or missing, the amount only about
    (AUDIT, "报送问题：备用金七个月没有清理，大概四五十万", ("单位", "!WT-")),
    (AUDIT, "物流公司", ("恒信物流", "大概四五十万", "未计入合计", CONFIRM)),
    (AUDIT, "否", ("!WT-2026",)),
    (AUDIT, "取消", ("取消",)),
    (AUDIT, "报送问题：物流公司备用金七个月没有清理，大概四五十万", ("恒信物流", CONFIRM)),
    (AUDIT, "确认", ("WT-2026-0002",)),
    # queries, each by who may and who may not
    (LIAISON, "查 WT-2026-0001", ("WT-2026-0001", "恒信建设", "12.86万元")),
    (OFFICE, "查 wt 2026 1", ("WT-2026-0001",)),
    (OFFICE, "查 WT-2026-0001、0002", ("WT-2026-0001", "WT-2026-0002")),
    (EMPLOYEE, "查 WT-2026-0001", (HIDDEN,)),
    (OTHER_UNIT, "查 WT-2026-0001", (HIDDEN,)),
    (ADMIN, "查 WT-2026-0001", (HIDDEN,)),
    (UNIT, "恒信物流的问题清单", (FOREIGN,)),
    (UNIT, "化工公司的问题清单", (FOREIGN,)),
    (OFFICE, "恒信建设的问题清单", ("WT-2026-0001", "!WT-2026-0002")),
    (OFFICE, "逾期清单", ("没有逾期",)),
    (DIRECTOR, "统计", ("2条",)),
    # assigning
    (UNIT, "交办 WT-2026-0001 恒信建设 责任人周涛 12月20日前", ("!" + CONFIRM,)),
    (OFFICE, "交办 WT-2026-0001 恒信建设 责任人周涛 12月20日前", ("恒信建设", "周涛", "12月20日 周日", CONFIRM)),
    (OFFICE, "确认", ("WT-2026-0001", "已交办", "周涛", "王建国")),
    (UNIT, "收到 WT-2026-0001", ("WT-2026-0001",)),
    (UNIT, "WT-2026-0001 整改进展：已追回5万元，制度修订中 60%", ("60%", "5万元", CONFIRM)),
    (UNIT, "确认", ("WT-2026-0001", "60%")),
    (UNIT, "WT-2026-0001 申请延期至2026-12-31，原因：供应商资料没到齐", ("12月31日 周四", "供应商资料没到齐", CONFIRM)),
    (UNIT, "确认", ("WT-2026-0001", "延期")),
    (OFFICE, "同意延期 WT-2026-0001", ("12月31日", CONFIRM)),
    (OFFICE, "确认", ("12月31日",)),
    # acceptance: two things at a time, returned once, then accepted by the source
    (UNIT, "WT-2026-0001 申请验收", ("1 ", "2 ", "!3 ")),
    (UNIT, "虚列款项已全部冲回，修订了结算制度", ("佐证",)),
    (UNIT, "佐证：冲账凭证一份", ("!WT-2026-0003",)),
    (UNIT, "原因：制度缺失", ("!WT-2026-0003",)),
    (UNIT, "挽回金额：12.86万", (CONFIRM,)),
    (UNIT, "确认", ("WT-2026-0001", "待验收")),
    (UNIT, "同意销号 WT-2026-0001", ("!已销号",)),
    (LIAISON, "退回 WT-2026-0001，理由：缺少会议纪要", ("缺少会议纪要", CONFIRM)),
    (LIAISON, "确认", ("WT-2026-0001", "整改中")),
    # the quarter
    (LIAISON, "监督工作信息：四季度检查资金支付两次，未见异常", ("四季度", CONFIRM)),
    (LIAISON, "确认", ("已报送",)),
    (UNION, "本季度无问题", ("四季度", CONFIRM)),
    (UNION, "确认", ("监督工作信息",)),
    (UNION, "我报了没", ("监督工作信息",)),
    (OFFICE, "还有谁没报", ("应报10家", "工会", "!财务部")),
    (EMPLOYEE, "还有谁没报", ("!应报10家",)),
    # leads, urgent, a receipt that nobody was given
    (DISCIPLINE, "报告问题线索：恒信物流采购员刘某收受供应商回扣5万元，有转账截图", ("线索", CONFIRM)),
    (DISCIPLINE, "确认", ("XS-2026-",)),
    (UNIT, "有没有人举报过我们", ("线索情况不对外提供查询。",)),
    (UNIT_HEAD, "紧急：二公司工地塌方，一人受伤", ("JJ-2026-0001",)),
    (UNIT_HEAD, "取消", ("!JJ-2026-0002",)),
    (EMPLOYEE, "查回执 4821739055126047", ("没有找到这个回执码",)),
    (LEADER, "统计", ("2条",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    return make_rig()


def test_the_address_is_verified(rig: Rig) -> None:
    assert rig.ask("/api/verify") == {"ok": True}
    assert rig.call(rig.bot_port, "GET", "/wecom/callback?msg_signature=x&timestamp=1&nonce=2&echostr=y")[0] in (
        400,
        403,
    )


def test_the_script(rig: Rig) -> None:
    wrong = []
    for at, (person, text, parts) in enumerate(SCRIPT):
        said = rig.say(person, text)
        bad = _bad(said, parts)
        if bad:
            wrong.append(f"{at} {person}：{text}\n   {bad}\n   {said}")
        assert len(said.encode()) <= 2048
    assert wrong == [], "\n".join(wrong)
    assert len(SCRIPT) > 40


def _bad(said: str, parts: tuple[str, ...]) -> list[str]:
    return [part for part in parts if (part[1:] in said if part.startswith("!") else part not in said)]


def test_the_store_after_the_script(rig: Rig) -> None:
    first, second = rig.finding("WT-2026-0001"), rig.finding("WT-2026-0002")
    assert rig.one("SELECT count(*) FROM findings") == 2
    assert (first["unit"], first["source"], first["amount_fen"]) == ("JS", "HX-CW", 12860000)
    assert (first["state"], first["returned"], first["resp_person"]) == ("rectifying", 1, UNIT)
    assert first["found_at"] == "2026-11-20"
    assert "128.6万元" in first["raw_text"]
    assert (second["unit"], second["source"], second["state"], second["amount_fen"]) == (
        "WL",
        "HX-SJ",
        "registered",
        None,
    )
    assert "四五十万" in second["amount_text"]
    assert rig.read("SELECT percent FROM progress ORDER BY id")[0]["percent"] == 60
    extension = rig.read("SELECT state, new_due, decided_by FROM extensions")
    assert extension == [{"state": "approved", "new_due": "2026-12-31", "decided_by": OFFICE}]
    assert [row["result"] for row in rig.read("SELECT result FROM acceptances")] == ["returned"]
    tasks = {row["unit"]: row for row in rig.read("SELECT * FROM quarter_tasks WHERE quarter = '2026Q4'")}
    assert tasks["HX-CW"]["submitted_at"] is not None
    assert tasks["HX-GH"]["submitted_at"] is None
    assert tasks["HX-GH"]["none_by"] == UNION
    assert rig.one("SELECT count(*) FROM leads") == 1
    assert re.fullmatch(r"XS-2026-[0-9A-HJKMNP-TV-Z]{4}", rig.one("SELECT number FROM leads"))
    assert rig.one("SELECT count(*) FROM urgents") == 1
    assert rig.one("SELECT count(*) FROM failures") == 0
    states = [row["action"] for row in rig.read("SELECT action FROM events WHERE matter = 'WT-2026-0001' ORDER BY id")]
    assert len(states) >= 7


def test_who_was_told(rig: Rig) -> None:
    rig.settle()
    for person in (UNIT, UNIT_HEAD):  # the responsible person is the liaison too
        rig.wait_told(person, "整改任务", "WT-2026-0001", "12月20日 周日")
    rig.wait_told(OFFICE, "JJ-2026-0001", "塌方")
    rig.wait_told(DIRECTOR, "JJ-2026-0001", "塌方")
    rig.wait_told(UNIT, "WT-2026-0001", "缺少会议纪要")
    assert not any(
        "XS-2026" in text or "刘某" in text for person in (OFFICE, UNIT, OTHER_UNIT) for text in rig.told(person)
    )


def test_refusals_are_the_same_bytes(rig: Rig) -> None:
    """What one may not see and what does not exist cannot be told apart, nor a foreign unit from an unknown one."""
    real = {rig.say(OTHER_UNIT, f"查 WT-2026-{number}") for number in ("0001", "0999")}
    assert real == {HIDDEN}
    lead = rig.one("SELECT number FROM leads")
    assert {rig.say(EMPLOYEE, f"查 {number}") for number in (lead, "XS-2026-ZZZZ")} == {HIDDEN}
    assert {rig.say(UNIT, f"{unit}的问题清单") for unit in ("恒信能源", "航天公司", "恒信物流")} == {FOREIGN}


def test_an_unknown_unit_without_the_word_company(rig: Rig) -> None:
    """A name that begins like the group's but is no unit is refused as a foreign one."""
    assert rig.say(UNIT, "恒信化工的问题清单") == FOREIGN


def test_too_many_refused_lookups_are_slowed(rig: Rig) -> None:
    said = [rig.say("hx_zhuize", f"查 WT-2026-07{at:02}") for at in range(6)]
    assert said[:5] == [HIDDEN] * 5
    assert "次数过多" in said[5]


def test_a_stranger_changes_nothing(rig: Rig) -> None:
    """Somebody whom WeCom knows and the organisation does not."""
    tables = ("findings", "leads", "urgents", "progress")
    before = [rig.one(f"SELECT count(*) FROM {table}") for table in tables]
    for at, text in enumerate(
        (
            "查 WT-2026-0001",
            "报送问题：恒信建设乱花钱",
            "确认",
            "交办 WT-2026-0001 恒信物流 责任人陈静 12月20日前",
            "统计",
        )
    ):
        fields = {"FromUserName": "nobody", "Content": text, "MsgId": 880000 + at}
        [answer] = rig.ask("/api/callback", {"xml_fields": fields})
        assert answer["http"] == 200
        assert "WT-2026-0001｜" not in (answer["reply"] or "")
    assert [rig.one(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_a_card_does_what_its_words_do(rig: Rig) -> None:
    """Confirm by the button, then click the dead card again."""
    rig.settle()
    rig.say(HEAD, "报送问题：恒信置业租金台账缺失，金额3.2万元")
    task = rig.card(HEAD, "确认提交")["task_id"]
    number = re.search(r"WT-2026-\d{4}", rig.click(HEAD, "确认提交"))
    assert number
    rig.until(lambda: rig.card(HEAD, "确认提交", closed=True, task_id=task)["closed"] or None, "the card is not greyed")
    again = rig.click(HEAD, "确认提交", force=True, task_id=task)
    assert "没有重复办理" in again
    assert rig.one("SELECT count(*) FROM findings WHERE submitted_by = ?", HEAD) == 1


def test_a_decision_greys_the_cards_of_all_judges(rig: Rig) -> None:
    """One of those who may accept clicks: every judge's card dies, and a late click gets the present state."""
    number = submit(rig, LIAISON, "恒信建设招标文件保管不善，金额1.5万元")
    assign(rig, number, "恒信建设 责任人周涛 12月25日前")
    apply(rig, number)
    rig.settle()
    button = f"同意销号 {number}"
    tasks = {person: rig.card(person, button)["task_id"] for person in (LIAISON, HEAD)}
    assert CONFIRM in rig.click(HEAD, button, task_id=tasks[HEAD])
    assert number in rig.say(HEAD, "确认")
    for person, task in tasks.items():
        rig.until(lambda p=person, t=task: _closed(rig, p, t), f"the card of {person} is still alive")  # type: ignore[misc]
    assert "已销号" in rig.click(LIAISON, button, force=True, task_id=tasks[LIAISON])
    assert rig.finding(number)["state"] == "closed"
    assert len(rig.read("SELECT id FROM acceptances WHERE result = 'accepted'")) == 1


def test_the_task_card_is_greyed_after_its_click(rig: Rig) -> None:
    number = submit(rig, DISCIPLINE, "恒信建设会议室租用没有合同")
    assign(rig, number, "恒信建设 责任人周涛 12月25日前")
    rig.settle()
    task = rig.card(UNIT, f"收到 {number}")["task_id"]
    assert number in rig.click(UNIT, f"收到 {number}", task_id=task)
    assert rig.finding(number)["confirmed_at"] is not None
    rig.until(lambda: _closed(rig, UNIT, task), "the card is still alive", 3)


def _closed(rig: Rig, person: str, task: str) -> bool | None:
    return any(entry.get("task_id") == task and entry["closed"] for entry in rig.messages(person)) or None


def test_every_button_is_understood(rig: Rig) -> None:
    """Whatever a card offered to anybody so far, saying its words is not answered with a shrug."""
    people = (LIAISON, HEAD, AUDIT, OFFICE, DIRECTOR, UNIT, UNIT_HEAD, DISCIPLINE)
    keys = {
        (person, button["key"])
        for person in people
        for entry in rig.messages(person)
        if entry["kind"] == "template_card"
        for button in entry["card"].get("button_list", [])
    }
    assert len(keys) > 8
    shrugs = []
    for person, key in sorted(keys):
        if "没太明白" in rig.say(person, key):
            shrugs.append((person, key))
        rig.say(person, "取消")
    assert shrugs == []


def test_a_confirmation_lapses_and_says_so(rig: Rig) -> None:
    assert CONFIRM in rig.say(UNION, "报送问题：恒信能源班车合同过期")
    rig.turn_clock("2026-11-23T10:31:00")
    said = rig.say(UNION, "确认")
    assert "超过30分钟" in said
    assert rig.read("SELECT number FROM findings WHERE submitted_by = ?", UNION) == []


def test_a_talk_survives_kill_9(rig: Rig) -> None:
    assert CONFIRM in rig.say(AUDIT, "报送问题：恒信资本担保合同没有台账")
    rig.restart()
    assert "WT-2026-" in rig.say(AUDIT, "确认")


def test_anonymous_words_leave_no_trace(rig: Rig) -> None:
    """Not open yet: said politely, and nothing of it is in the store."""
    words = "车间主任每月让大家多签加班再返还一半"
    assert "匿名" in rig.say("hx_zhuize", f"我想匿名反映，{words}")
    assert "没有保存" in rig.say("hx_zhuize", "就是我说的那个主任，大家都知道")
    for table in ("seen", "conversations", "outbox", "events", "failures", "leads"):
        rows = rig.read(f"SELECT * FROM {table}")
        assert not any(words in str(value) or "那个主任" in str(value) for row in rows for value in row.values())


def test_what_cannot_be_read_gets_a_polite_sentence(rig: Rig) -> None:
    answer = rig.ask("/api/inbound", {"userid": LEADER, "kind": "location", "label": "总部大楼"})
    assert answer["reply"]
    voice = rig.ask("/api/send_voice", {"userid": LEADER, "name": "v.amr", "data": "IyFBTVIKAAAAAAAA"})
    assert voice["reply"]
    assert rig.ask("/api/enter", {"userid": LEADER})["status"] in ("replied", "empty")
