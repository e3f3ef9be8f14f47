"""The import of the organisation: the difference first, errors line by line, all or nothing, nothing deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from bot import lexicon, sheets
from bot.sheets import SheetError
from bot.understanding.engine import Understanding
from storage import organisation, people, units
from storage.matters import Person, Post, Unit
from storage.organisation import Plan
from tests.stores import Store

TODAY = date(2026, 11, 23)
NAMES = ("单位", "人员")
SAMPLE = Path(__file__).parents[2] / "sandbox" / "hengxin"
UNITS = """编码,名称,上级编码,类型,别名,监督类型,季度报送
G,集团,,集团,,,否
A,甲公司,G,权属企业,"甲、 老甲，小甲",special,是
"""
PEOPLE = """账号,姓名,单位编码,角色,职务,起,止
Zhang,张三,A,unit_head、unit_liaison,经理,,
li,李四,G,,,2026/01/31,2027-01-31
"""


def _folder(path: Path, units_csv: str = UNITS, people_csv: str = PEOPLE, encoding: str = "utf-8") -> Path:
    path.mkdir(exist_ok=True)
    (path / "单位.csv").write_text(units_csv, encoding=encoding)
    (path / "人员.csv").write_text(people_csv, encoding=encoding)
    return path


def _compare(store: Store, path: Path) -> Plan:
    tables = sheets.read(path, NAMES)
    with store.session() as session:
        return organisation.compare(session, tables["单位"], tables["人员"])


def _import(store: Store, path: Path, today: date = TODAY) -> list[str]:
    plan = _compare(store, path)
    assert plan.errors == []
    with store.session() as session:
        organisation.apply(session, plan, today)
        session.commit()
    return plan.differences


def _errors(store: Store, path: Path) -> list[str]:
    plan = _compare(store, path)
    assert plan.errors
    assert plan.differences == []
    return plan.errors


def _roles(store: Store, userid: str, day: date = TODAY) -> list[str]:
    with store.session() as session:
        return sorted(people.actor(session, userid, day).roles)


def test_the_difference_comes_first_and_the_second_time_there_is_none(store: Store, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    assert _import(store, folder) == [
        "+ 单位 G 集团", "+ 单位 A 甲公司",
        "+ 任职 张三（zhang）A unit_head", "+ 任职 张三（zhang）A unit_liaison", "+ 任职 李四（li）G employee",
    ]  # fmt: skip
    assert _compare(store, folder).differences == []
    assert _import(store, folder) == []
    with store.session() as session:
        unit = units.get_unit(session, "A")
        assert (unit.path, unit.aliases, unit.supervision_type, unit.quarterly) == (
            "/G/A/", ["甲", "老甲", "小甲"], "special", True,
        )  # fmt: skip
        post = session.scalars(select(Post).where(Post.userid == "li")).one()
        assert (post.valid_from, post.valid_to) == (date(2026, 1, 31), date(2027, 1, 31))


def test_the_sample_group_is_imported_whole(store: Store) -> None:
    assert len(_import(store, SAMPLE)) > 20
    assert _compare(store, SAMPLE).differences == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_a_heading(sqlite: Store, tmp_path: Path, encoding: str) -> None:
    assert len(_import(sqlite, _folder(tmp_path, encoding=encoding))) == 5


def _workbook(path: Path, leave_out: str = "") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    rows: dict[str, list[list[object]]] = {
        "单位": [
            ["编码", "名称", "上级编码", "类型", "别名", "监督类型", "季度报送"],
            ["G", "集团", None, "集团", None, None, "否"],
            [None] * 7,
            [101, "一分公司", "G", "权属企业", "一分", None, "是"],
        ],
        "人员": [
            ["账号", "姓名", "单位编码", "角色", "职务", "起", "止"],
            [13800000001, "张三", 101, "unit_head", "经理", date(2026, 1, 1), None],
        ],
        "说明": [["随便写"]],
    }  # fmt: skip
    for name, lines in rows.items():
        if name != leave_out:
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(line)
    book.save(path)
    return path


def test_a_workbook_is_read_like_the_folder(store: Store, tmp_path: Path) -> None:
    book = _workbook(tmp_path / "org.xlsx")
    assert _import(store, book)[-1] == "+ 任职 张三（13800000001）101 unit_head"
    assert _compare(store, book).differences == []
    with store.session() as session:
        assert units.get_unit(session, "101").path == "/G/101/"
        assert session.scalars(select(Post.valid_from)).one() == date(2026, 1, 1)


def test_an_error_in_a_workbook_names_the_line_people_see(sqlite: Store, tmp_path: Path) -> None:
    path = _workbook(tmp_path / "org.xlsx")
    book = openpyxl.load_workbook(path)
    book["单位"]["D4"] = "车间"
    book.save(path)
    assert _errors(sqlite, path)[0].startswith("单位 第4行：类型应为")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",没有编码,G,部门,,,否", "编码和名称不能为空"),
        ("B,,G,部门,,,否", "编码和名称不能为空"),
        ("B/1,乙,G,部门,,,否", "只能用字母"),
        ("A,又一个甲,G,部门,,,否", "编码 A 重复"),
        ("B,乙,G,车间,,,否", "类型应为"),
        ("B,乙,G,部门,,secret,否", "监督类型应为"),
        ("B,乙,G,部门,,,也许", "季度报送应为"),
        (f"B,{'长' * 81},G,部门,,,否", "名称80字以内"),
    ],
)
def test_a_faulty_unit_is_named_by_its_line(sqlite: Store, tmp_path: Path, line: str, fault: str) -> None:
    errors = _errors(sqlite, _folder(tmp_path, UNITS + line + "\n"))
    assert errors[0].startswith("单位 第4行：")
    assert fault in errors[0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",王五,A,,,,", "账号和姓名不能为空"),
        ("wang,,A,,,,", "账号和姓名不能为空"),
        ("wang,王五,X,,,,", "单位编码 X 不存在"),
        ("wang,王五,,,,,", "单位编码 （空） 不存在"),
        ("wang,王五,A,emperor,,,", "角色 emperor 不认识"),
        ("wang,王五,A,,,昨天,", "日期“昨天”应写成"),
        ("wang,王五,A,,,2026-02-30,", "应写成"),
        ("wang,王五,A,,,2026-02-03,2026-02-01", "“止”早于“起”"),
        ("ZHANG,张四,A,,,,", "前后姓名不一致"),
        (f"wang,王五,A,,{'长' * 41},,", "各40字以内"),
    ],
)
def test_a_faulty_person_is_named_by_his_line(sqlite: Store, tmp_path: Path, line: str, fault: str) -> None:
    errors = _errors(sqlite, _folder(tmp_path, people_csv=PEOPLE + line + "\n"))
    assert errors[0].startswith("人员 第4行：")
    assert fault in errors[0]


def test_every_faulty_line_is_named(sqlite: Store, tmp_path: Path) -> None:
    faulty = "x,甲,A,emperor,,昨天,\ny,乙,Z,,,,\n"
    assert _errors(sqlite, _folder(tmp_path, people_csv=PEOPLE + faulty)) == [
        "人员 第4行：角色 emperor 不认识", "人员 第4行：日期“昨天”应写成 2026-01-31", "人员 第5行：单位编码 Z 不存在",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("B,乙,C,部门,,,\nC,丙,B,部门,,,\n", "单位 B：上级编码 B 形成循环"),
        ("B,乙,B,部门,,,\n", "单位 B：上级编码 B 形成循环"),
        ("B,乙,Z,部门,,,\n", "单位 B：上级编码 Z 不存在"),
        ("B,乙,,集团,,,\n", "单位：应当恰有一个没有上级编码的集团"),
        (
            "".join(f"L{n},级{n},{'A' if n == 2 else f'L{n - 1}'},部门,,,\n" for n in range(2, 6)),
            "单位 L5：层级超过4级",
        ),
    ],
)
def test_the_tree_must_be_one(sqlite: Store, tmp_path: Path, lines: str, fault: str) -> None:
    assert fault in _errors(sqlite, _folder(tmp_path, UNITS + lines))


@pytest.mark.parametrize(
    ("units_csv", "people_csv", "fault"),
    [
        ("", PEOPLE, "单位：表里没有内容"),
        (UNITS, PEOPLE.splitlines()[0] + "\n", "人员：表里没有内容"),
        (UNITS.replace("上级编码", "上级"), PEOPLE, "单位 第1行：缺少列 上级编码"),
        (UNITS, PEOPLE.replace("账号", "工号").replace("角色", "身份"), "人员 第1行：缺少列 账号、角色"),
    ],
)
def test_a_table_that_cannot_be_meant_ends_nobody(
    sqlite: Store, tmp_path: Path, units_csv: str, people_csv: str, fault: str
) -> None:
    _import(sqlite, _folder(tmp_path))
    assert _errors(sqlite, _folder(tmp_path, units_csv, people_csv)) == [fault]
    assert _roles(sqlite, "zhang") == ["unit_head", "unit_liaison"]


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda path: path / "nothing", "需要一个 .xlsx 文件"),
        (lambda path: path, "单位.csv: 没有这个文件"),
        (lambda path: _workbook(path / "x.xlsx", leave_out="人员"), "缺少工作表 人员"),
        (lambda path: _folder(path / "gbk", encoding="gbk"), "不是 UTF-8 编码"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, make: object, fault: str) -> None:
    assert callable(make)
    with pytest.raises(SheetError, match=fault) as caught:
        sheets.read(make(tmp_path), NAMES)
    assert "\n" not in str(caught.value)


def test_a_workbook_that_is_none_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(SheetError, match="不是可读的 Excel 文件"):
        sheets.read(path, NAMES)


def test_who_is_no_longer_listed_ends_yesterday_and_stays_in_the_books(store: Store, tmp_path: Path) -> None:
    _import(store, _folder(tmp_path))
    left = "".join(PEOPLE.splitlines(keepends=True)[:1]) + "li,李四,G,,,2026/01/31,2027-01-31\n"
    assert _import(store, _folder(tmp_path, people_csv=left)) == [
        "- 任职 张三（zhang）A unit_head", "- 任职 张三（zhang）A unit_liaison",
    ]  # fmt: skip
    assert _roles(store, "zhang", TODAY) == []
    assert _roles(store, "zhang", TODAY - timedelta(days=1)) == ["unit_head", "unit_liaison"]
    assert _compare(store, tmp_path).differences == []
    with store.session() as session:
        assert people.name_of(session, "zhang") == "张三"


def test_who_comes_back_is_appointed_anew(store: Store, tmp_path: Path) -> None:
    _import(store, _folder(tmp_path))
    left = "".join(PEOPLE.splitlines(keepends=True)[:1]) + "li,李四,G,,,2026/01/31,2027-01-31\n"
    _import(store, _folder(tmp_path, people_csv=left))
    later = TODAY + timedelta(days=30)
    assert len(_import(store, _folder(tmp_path), later)) == 2
    assert _roles(store, "zhang", later) == ["unit_head", "unit_liaison"]
    assert _compare(store, tmp_path).differences == []


def test_a_changed_appointment_is_an_end_and_a_beginning(sqlite: Store, tmp_path: Path) -> None:
    _import(sqlite, _folder(tmp_path))
    moved = PEOPLE.replace("unit_head、unit_liaison,经理", "unit_liaison,副经理")
    assert sorted(_import(sqlite, _folder(tmp_path, people_csv=moved))) == [
        "+ 任职 张三（zhang）A unit_liaison", "- 任职 张三（zhang）A unit_head", "- 任职 张三（zhang）A unit_liaison",
    ]  # fmt: skip
    assert _roles(sqlite, "zhang") == ["unit_liaison"]


def test_a_changed_name_alone_is_a_difference(sqlite: Store, tmp_path: Path) -> None:
    _import(sqlite, _folder(tmp_path))
    assert _import(sqlite, _folder(tmp_path, people_csv=PEOPLE.replace("张三", "张山"))) == [
        "~ 人员 zhang 张三：姓名改为张山",
    ]  # fmt: skip
    with sqlite.session() as session:
        assert session.get_one(Person, "zhang").name == "张山"


def test_a_changed_unit_is_told_by_what_changed(sqlite: Store, tmp_path: Path) -> None:
    _import(sqlite, _folder(tmp_path))
    changed = UNITS.replace("甲公司", "甲集团公司").replace("special,是", ",否")
    assert _import(sqlite, _folder(tmp_path, changed)) == ["~ 单位 A 甲集团公司：名称、监督类型、季度报送"]


def test_a_unit_that_is_gone_is_closed_and_may_open_again(store: Store, tmp_path: Path) -> None:
    _import(store, _folder(tmp_path))
    only = UNITS.splitlines()[0] + "\nG,集团,,集团,,,否\n"
    nobody = PEOPLE.replace("Zhang,张三,A", "Zhang,张三,G")
    assert "- 单位 A 甲公司" in _import(store, _folder(tmp_path, only, nobody))
    with store.session() as session:
        assert [unit.code for unit in units.all_units(session, TODAY)] == ["G"]
        assert session.get_one(Unit, "A").valid_to == TODAY - timedelta(days=1)
    assert "~ 单位 A 甲公司：停用" in _import(store, _folder(tmp_path))
    assert _compare(store, tmp_path).differences == []


def test_a_line_that_stands_twice_is_one_appointment(sqlite: Store, tmp_path: Path) -> None:
    twice = PEOPLE + PEOPLE.splitlines()[1] + "\n"
    assert len(_import(sqlite, _folder(tmp_path, people_csv=twice))) == 5
    with sqlite.session() as session:
        assert len(people.all_posts(session)) == 3


def test_an_error_at_the_last_line_changes_nothing(store: Store, tmp_path: Path) -> None:
    _import(store, _folder(tmp_path))
    renamed = UNITS.replace("甲公司", "乙公司")
    assert _errors(store, _folder(tmp_path, renamed, PEOPLE + "x,甲,A,emperor,,,\n"))
    with store.session() as session:
        assert units.get_unit(session, "A").name == "甲公司"


FOUR = """编码,名称,上级编码,类型,别名,监督类型,季度报送
G,集团,,集团,,,否
A,甲公司,G,权属企业,二公司,,否
A1,二公司,A,权属企业,,,否
A2,一项目部,A1,权属企业,,,否
A3,班组,A2,权属企业,,,否
B,乙公司,G,权属企业,,,否
B1,二公司,B,权属企业,,,否
"""


def test_four_levels_below_the_group_hang_together(store: Store, tmp_path: Path) -> None:
    _import(store, _folder(tmp_path, FOUR))
    with store.session() as session:
        assert units.get_unit(session, "A3").path == "/G/A/A1/A2/A3/"
        assert units.subtree(session, "/G/A/") == ["A", "A1", "A2", "A3"]


def test_units_of_one_name_go_by_their_parents_and_are_found_so(sqlite: Store, tmp_path: Path) -> None:
    _import(sqlite, _folder(tmp_path, FOUR))
    with sqlite.session() as session:
        known = lexicon.load(session, TODAY)
        names = {unit.code: (unit.name, unit.aliases) for unit in known.units}
        assert names["A1"] == ("甲公司·二公司", ("二公司",))
        assert names["B1"] == ("乙公司·二公司", ("二公司",))
        assert names["A2"] == ("一项目部", ())
        found = units.find_by_name(session, "乙公司·二公司")
        assert found is not None and found.code == "B1"
        assert units.find_by_name(session, "丙公司·二公司") is None


def test_an_alias_that_is_another_s_name_is_asked_about(sqlite: Store, tmp_path: Path) -> None:
    once = FOUR.replace("B1,二公司,B,权属企业,,,否\n", "")
    _import(sqlite, _folder(tmp_path, once))
    with sqlite.session() as session:
        reader = Understanding(lexicon.load(session, TODAY), lambda _: True)
    meaning = reader.understand("二公司有哪些问题", now=datetime(2026, 11, 23, 2, tzinfo=UTC), roles=frozenset())
    assert set(meaning.unit_options) == {"甲公司", "二公司"} and "unit" not in meaning.slots


def test_two_of_one_name_under_one_parent_are_a_fault(sqlite: Store, tmp_path: Path) -> None:
    twice = FOUR.replace("B1,二公司,B,", "B1,二公司,A,")
    assert _errors(sqlite, _folder(tmp_path, twice)) == ["单位：同一上级下有2个“二公司”"]


def test_a_table_without_days_leaves_an_appointment_its_beginning(sqlite: Store, tmp_path: Path) -> None:
    _import(sqlite, _folder(tmp_path))
    with sqlite.session() as session:
        post = session.scalars(select(Post).where(Post.role == "unit_head")).one()
        post.valid_from = date(2026, 10, 1)
        session.commit()
    assert _compare(sqlite, tmp_path).differences == []


def test_an_end_in_the_table_holds_through_its_day(sqlite: Store, tmp_path: Path) -> None:
    ends = PEOPLE.replace("unit_head、unit_liaison,经理,,", "unit_head,经理,2026-11-01,2026-11-24")
    _import(sqlite, _folder(tmp_path, people_csv=ends))
    assert _roles(sqlite, "zhang", date(2026, 10, 31)) == []
    assert _roles(sqlite, "zhang", date(2026, 11, 24)) == ["unit_head"]
    assert _roles(sqlite, "zhang", date(2026, 11, 25)) == []
