"""Recusal (S26, S41): every handler, named in every way, on every route; nobody who is named gets it, never nobody."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from itertools import product

import pytest

from handlers.rules.mentions import Degree, Member, find
from handlers.rules.recusal import ABOVE, CHAIN, LEADER, ORDINARY, SUPERIOR, Decision, Report, cautious, decide
from handlers.rules.sounds import alike

OFFICE, DISC, ACCT = (
    ("监督工作领导小组办公室", "监督办"),
    ("纪委办公室", "纪委办", "纪委"),
    ("违规责任追究部", "追责部"),
)


def member(userid: str, name: str, role: str, title: str, unit: str, bodies: tuple[str, ...] = ()) -> Member:
    path = f"/HX/{unit}/" if unit != "HX" else "/HX/"
    return Member(
        userid, name, frozenset(role.split()), (title,), bodies, (unit,), (path,),
        above=role == "leading_group", leader="（组长）" in title,
    )  # fmt: skip


MEMBERS = (
    member("leader_lu", "陆正", "leading_group", "党委书记（组长）", "HX"),
    member("second_fu", "傅清", "leading_group", "副总经理", "HX"),
    member("director_he", "何敏", "office_director", "监督办主任", "HX-JB", OFFICE),
    member("staff_li", "李敏", "office_staff", "监督办专员", "HX-JB", OFFICE),
    member("head_zhang", "张伟", "disc_manager", "纪检监察室主任", "HX-JW", DISC),
    member("manager_liu", "刘洋河", "disc_manager", "线索管理专员", "HX-JW", DISC),
    member("handler_tan", "谭笑", "disc_handler", "纪检专员", "HX-JW", DISC),
    member("acct_xu", "许诺", "acct_staff", "追责专员", "HX-ZR", ACCT),
    member("acct_ma", "欧阳宁", "acct_staff", "追责主管", "HX-ZR", ACCT),
    member("fund_gao", "高远", "member_head", "财务部部长", "HX-CW", ("财务部", "财务")),
)
ELSEWHERE = frozenset({"恒信建设", "恒信能源", "恒信物流", "物流公司", "建设公司"})
BY_ID = {one.userid: one for one in MEMBERS}
HEARD = {
    "陆正": "路正", "傅清": "付青", "何敏": "贺民", "李敏": "黎民", "张伟": "章维", "刘洋河": "刘阳和", "谭笑": "谈晓",
    "许诺": "徐诺", "欧阳宁": "欧阳凝", "高远": "高原",
}  # fmt: skip
TITLE = {
    "leader_lu": "陆书记", "second_fu": "傅总", "director_he": "何主任", "staff_li": "李专员", "head_zhang": "张主任",
    "manager_liu": "刘专员", "handler_tan": "谭专员", "acct_xu": "许专员", "acct_ma": "欧阳主管", "fund_gao": "高部长",
}  # fmt: skip
OTHER_TITLE = {userid: f"{title.rstrip('书记总主任专员管部长')}科长" for userid, title in TITLE.items()}
POST = {
    "leader_lu": "党委书记", "second_fu": "副总经理", "director_he": "监督办公室主任", "staff_li": "监督办专员",
    "head_zhang": "纪检监察室主任", "manager_liu": "线索管理专员", "handler_tan": "纪检承办人", "acct_xu": "追责专员",
    "acct_ma": "追责主管", "fund_gao": "财务部部长",
}  # fmt: skip
BODY = {
    "director_he": "监督办的人", "staff_li": "领导小组办公室工作人员", "head_zhang": "纪委办李主任",
    "manager_liu": "纪检干部", "handler_tan": "纪委的人", "acct_xu": "追责部门的经办", "acct_ma": "追责部的人",
}  # fmt: skip
SURNAME = {userid: title[:2] if title.startswith("欧阳") else title[0] for userid, title in TITLE.items()}


def ways(userid: str) -> dict[str, Report]:
    name, told = BY_ID[userid].name, "收了供应商的购物卡，还打牌带彩。"
    texts = {
        "full name": f"{name}{told}", "in the middle": f"听说采购的事{name}也拿了好处",
        "spaced": f"{' '.join(name)} {told}", "addressed too": f"请{name}不要经手，{name}{told}",
        "title": f"{TITLE[userid]}{told}", "post": f"{POST[userid]}{told}",
        "old": f"老{SURNAME[userid]}{told}", "young": f"小{SURNAME[userid]}{told}", "by ear": f"{HEARD[name]}{told}",
        "another title": f"{OTHER_TITLE[userid]}{told}", "account": f"{userid} 收了购物卡",
        **({"body": f"{BODY[userid]}{told}"} if userid in BODY else {}),
    }  # fmt: skip
    reports = {way: Report(text, elsewhere=ELSEWHERE) for way, text in texts.items()}
    if not BY_ID[userid].above:
        reports["subject"] = Report("收了购物卡", subject=name, elsewhere=ELSEWHERE)
        reports["subject's title"] = Report("收了购物卡", subject=TITLE[userid], elsewhere=ELSEWHERE)
    alias = Report("大拿收了购物卡", elsewhere=ELSEWHERE)
    return reports | {"alias": alias}


ROUTES: tuple[tuple[str, ...], ...] = (
    (), ("disc",), ("acct",), ("func:HX-CW",), ("external",), ("disc", "acct"), ("acct", "func:HX-CW"),
    ("disc", "acct", "func:HX-CW", "external"),
)  # fmt: skip
CASES = [(userid, way, route) for userid in BY_ID for way in ways(userid) for route in ROUTES]


def members_for(userid: str, way: str) -> tuple[Member, ...]:
    if way != "alias":
        return MEMBERS
    return tuple(replace(one, aliases=("大拿",)) if one.userid == userid else one for one in MEMBERS)


def test_the_table_is_whole() -> None:
    assert {role for one in MEMBERS for role in one.roles} == set(CHAIN)
    assert len(CASES) > 900


@pytest.mark.parametrize("userid", list(BY_ID))
def test_nobody_who_is_named_gets_it_and_never_nobody(userid: str) -> None:
    for way, route in product(ways(userid), ROUTES):
        members, report = members_for(userid, way), ways(userid)[way]
        asked = decide(members, report, route)
        for answer in ("yes", "unsure"):
            answers = {one.userid: answer for one in asked.questions}
            decided = decide(members, replace(report, answers=answers), route)
            assert decided.questions == (), (way, route)
            assert userid in decided.struck and userid not in decided.handlers, (way, route, decided)
            assert decided.handlers or decided.route == SUPERIOR, (way, route)
            assert not set(decided.handlers) & set(decided.struck), (way, route)
        assert userid in cautious(members, report, route).struck, (way, route)


@pytest.mark.parametrize("route", ROUTES)
def test_two_who_are_named_together(route: tuple[str, ...]) -> None:
    for one, other in product(MEMBERS, MEMBERS):
        decided = decide(MEMBERS, Report(f"{one.name}和{other.name}一起收了购物卡"), route)
        assert {one.userid, other.userid} <= set(decided.struck)
        assert not {one.userid, other.userid} & set(decided.handlers)
        assert bool(decided.handlers) is (decided.route != SUPERIOR)


def test_everybody_is_named_and_the_superior_bodys_key_is_left() -> None:
    everybody = "、".join(one.name for one in MEMBERS)
    for route in ROUTES:
        decided = decide(MEMBERS, Report(everybody), route)
        assert (decided.handlers, decided.route) == ((), SUPERIOR)


def test_there_is_nobody_at_all() -> None:
    assert decide((), Report("仓库主管倒卖废铁")).route == SUPERIOR


def outcome(text: str, destinations: tuple[str, ...] = (), **fields: str) -> Decision:
    return decide(MEMBERS, Report(text, elsewhere=ELSEWHERE, **fields), destinations)  # type: ignore[arg-type]


def test_an_ordinary_report_goes_the_ordinary_way() -> None:
    decided = outcome("恒信建设项目经理赵磊收受分包商礼金")
    assert decided.handlers == ("director_he", "head_zhang", "manager_liu")
    assert (decided.struck, decided.questions, decided.route) == ((), (), ORDINARY)
    assert outcome("赵磊收礼", ("acct",)).handlers == ("acct_xu", "acct_ma")
    assert outcome("赵磊收礼", ("func:HX-CW",)).handlers == ("fund_gao",)
    assert outcome("赵磊收礼", ("disc", "acct")).handlers == ("head_zhang", "manager_liu", "acct_xu", "acct_ma")


@pytest.mark.parametrize("text", ["何敏收礼", "监督办主任收礼", "张伟收礼", "纪委书记收礼", "举报纪委办李主任打牌带彩"])
def test_s26_about_the_director_or_the_head_of_discipline_it_goes_to_the_leader_alone(text: str) -> None:
    decided = outcome(text)
    assert (decided.handlers, decided.route) == (("leader_lu",), LEADER)
    assert {"director_he", "head_zhang", "manager_liu", "handler_tan", "staff_li"} <= set(decided.struck)
    assert outcome(text, ("disc",)).handlers == ("leader_lu",)
    assert outcome(text, ("acct",)).handlers == ("acct_xu", "acct_ma")


def test_the_superior_takes_over_from_one_who_is_named() -> None:
    assert outcome("刘洋河收礼").handlers == ("director_he", "head_zhang")
    assert outcome("刘洋河收礼", ("disc",)).handlers == ("head_zhang", "director_he")
    assert outcome("许诺收礼", ("acct",)).handlers == ("acct_ma", "director_he")
    assert outcome("许诺和欧阳宁收礼", ("acct",)).handlers == ("director_he",)
    assert outcome("高远收礼", ("func:HX-CW",)).handlers == ("director_he",)


def test_about_the_unit_of_a_handler() -> None:
    """P7, 6.5: who sits in the unit, or below it; of the group itself everybody would."""
    assert outcome("公车私用", unit_path="/HX/HX-ZR/").struck == ("acct_ma", "acct_xu")
    assert outcome("公车私用", unit_path="/HX/HX-JW/").route == LEADER
    assert outcome("公车私用", unit_path="/HX/").struck == ("leader_lu", "second_fu")


@pytest.mark.parametrize("subject", ["陆正", "傅清", "陆书记"])
def test_s41_officials_of_the_superior_body_are_not_entered(subject: str) -> None:
    decided = outcome("收受礼金", subject=subject)
    assert (decided.handlers, decided.route) == ((), ABOVE)
    assert decide(MEMBERS, Report("集团领导收礼", about_superior=True)).route == ABOVE


def test_to_mention_a_leader_is_not_to_accuse_him_but_he_does_not_read_it() -> None:
    decided = outcome("陆正书记开会时讲过，赵磊还是收了礼金", subject="赵磊")
    assert decided.route == ORDINARY and decided.struck == ("leader_lu",)
    assert "director_he" in decided.handlers


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("章维收了购物卡", "head_zhang"),
        ("恒信建设张主任收了购物卡", "head_zhang"),
        ("张经理收了购物卡", "head_zhang"),
        ("恒信能源老何收了购物卡", "director_he"),
        ("请何主任查处赵磊收礼的事", "director_he"),
    ],
)
def test_what_is_doubtful_is_asked_and_not_decided(text: str, asked: str) -> None:
    decided = outcome(text)
    assert asked in [one.userid for one in decided.questions] and asked not in decided.struck
    no = decide(MEMBERS, Report(text, answers={one.userid: "no" for one in decided.questions}, elsewhere=ELSEWHERE))
    assert no.questions == () and asked not in no.struck


@pytest.mark.parametrize(
    "text",
    [
        "合规检查发现有人围标，我想直接给纪委", "项目私设小金库，高层建筑偷工减料",
        "建设公司综合办公室主任报销家里的东西", "恒信能源党委书记违规用车", "老师傅被扣工资，小时工没有合同",
        "已向监督办公室反映过一次", "恒信物流孙科长虚报油料",
    ],
)  # fmt: skip
def test_what_names_nobody(text: str) -> None:
    assert find(MEMBERS, text, ELSEWHERE) == []


def test_alike_by_ear() -> None:
    for name, heard in HEARD.items():
        assert alike(name, heard) and name != heard
        found = [one for one in find(MEMBERS, f"{heard}收礼") if BY_ID[one.userid].name == name]
        assert [one.degree for one in found] == [Degree.DOUBTFUL], heard
    assert not alike("张伟", "王伟") and not alike("张伟", "张伟明")


def _marked(words: str) -> str:
    return hmac.new(b"key", words.encode(), hashlib.sha256).hexdigest()


def test_the_ledger_learns_the_rule_and_the_hashes_and_no_contents() -> None:
    decided = outcome("何敏收受购物卡")
    entry = decided.entry(_marked)
    assert set(entry) == {"rule", "inputs", "decision", "handlers", "struck", "questions"}
    assert not [word for word in ("何敏", "director_he", "leader_lu", "购物卡") if word in str(entry)]
    assert entry["inputs"] != outcome("何敏收受购物卡。").entry(_marked)["inputs"]
    assert entry == outcome("何敏收受购物卡").entry(_marked)
