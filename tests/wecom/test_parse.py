"""Every kind of wecom.md 1.7 and 1.8 becomes an `Inbound`; anything odd becomes BadCallback and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Kind
from bot.wecom.crypto import BadCallback
from bot.wecom.parse import normal_userid, parse_inbound
from tests.wecom.wire import event, message

ITEM = "<SelectedItem><QuestionKey>q{0}</QuestionKey><OptionIds>{1}</OptionIds></SelectedItem>"


def option(*ids: str) -> str:
    return "".join(f"<OptionId>{i}</OptionId>" for i in ids)


def refused(data: bytes) -> str:
    with pytest.raises(BadCallback) as caught:
        parse_inbound(data)
    assert caught.value.__context__ is None
    return caught.value.reason


def test_text_keeps_its_characters() -> None:
    inbound = parse_inbound(message(Content="<![CDATA[ 第一行\n<b>&amp;</b> ]]>"))
    assert inbound.text == " 第一行\n<b>&amp;</b> "
    assert inbound.wire_kind == "text"
    assert "第一行" not in repr(inbound)
    assert parse_inbound(message(Content="")).text == ""


@pytest.mark.parametrize(
    ("wire", "kind", "fields", "media", "details"),
    [
        ("image", Kind.IMAGE, {"PicUrl": "http://p", "MediaId": "M1"}, ("M1", "", ""), {"PicUrl": "http://p"}),
        ("voice", Kind.VOICE, {"MediaId": "M2", "Format": "amr"}, ("M2", "", "amr"), {}),
        ("video", Kind.VIDEO, {"MediaId": "M3", "ThumbMediaId": "T"}, ("M3", "", ""), {"ThumbMediaId": "T"}),
        ("file", Kind.FILE, {"MediaId": "M4", "FileName": "合同.pdf"}, ("M4", "合同.pdf", ""), {}),
        (
            "location", Kind.LOCATION,
            {"Location_X": "23.1", "Location_Y": "113.3", "Scale": "15", "Label": "广州"}, None,
            {"Location_X": "23.1", "Location_Y": "113.3", "Scale": "15", "Label": "广州"},
        ),
        ("link", Kind.LINK, {"Title": "标题", "Url": "http://u"}, None, {"Title": "标题", "Url": "http://u"}),
        ("shortvideo", Kind.OTHER, {"MediaId": "M5"}, None, {}),
        ("hologram", Kind.OTHER, {"Beam": "1"}, None, {}),
    ],
)  # fmt: skip
def test_messages(
    wire: str, kind: Kind, fields: dict[str, str], media: tuple[str, str, str] | None, details: dict[str, str]
) -> None:
    inbound = parse_inbound(message(wire, **fields))
    assert (inbound.kind, inbound.wire_kind, inbound.key) == (kind, wire, "m:4561255354251345929")
    assert inbound.details == details
    found = inbound.media
    assert (found and (found.media_id, found.name, found.format)) == media


def test_a_voice_that_comes_with_words() -> None:
    assert parse_inbound(message("voice", MediaId="M", Recognition="查一下")).text == "查一下"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("subscribe", Kind.SUBSCRIBE), ("unsubscribe", Kind.UNSUBSCRIBE), ("enter_agent", Kind.ENTER),
        ("LOCATION", Kind.OTHER), ("view", Kind.OTHER), ("batch_job_result", Kind.OTHER),
        ("low_active_alert", Kind.OTHER), ("something_new", Kind.OTHER),
    ],
)  # fmt: skip
def test_events_without_a_key(name: str, kind: Kind) -> None:
    inbound = parse_inbound(event(name, EventKey=""))
    assert (inbound.kind, inbound.wire_kind, inbound.person) == (kind, name, "mycreate")
    assert inbound.key.startswith("e:") and len(inbound.key) == 42


def test_menu_click() -> None:
    assert parse_inbound(event("click", EventKey="overdue")).event_key == "overdue"
    assert refused(event("click")) == "field"


def test_card_click() -> None:
    items = ITEM.format(1, option("a")) + ITEM.format(2, option("b", "c"))
    inbound = parse_inbound(
        event(
            "template_card_event", EventKey="确认", TaskId="t@1", CardType="vote_interaction",
            ResponseCode="rc", SelectedItems=items,
        )
    )  # fmt: skip
    assert (inbound.kind, inbound.event_key, inbound.task_id, inbound.response_code) == (
        Kind.CARD_CLICK, "确认", "t@1", "rc",
    )  # fmt: skip
    assert inbound.selected == {"q1": ("a",), "q2": ("b", "c")}


@pytest.mark.parametrize(
    ("items", "selected"),
    [
        ("", {}),
        (ITEM.format(1, ""), {"q1": ()}),
        (ITEM.format(1, option("a")), {"q1": ("a",)}),
        (ITEM.format(1, option("a", "b")), {"q1": ("a", "b")}),
    ],
)
def test_one_or_many_selected(items: str, selected: dict[str, tuple[str, ...]]) -> None:
    inbound = parse_inbound(event("template_card_event", EventKey="k", TaskId="t", SelectedItems=items))
    assert inbound.selected == selected


def test_card_menu() -> None:
    inbound = parse_inbound(event("template_card_menu_event", EventKey="k", TaskId="t", ResponseCode="c"))
    assert (inbound.kind, inbound.response_code) == (Kind.CARD_MENU, "c")


def test_contact_change_keeps_ids_and_drops_the_rest() -> None:
    inbound = parse_inbound(
        event("change_contact", person="sys", ChangeType="update_user", UserID="zhou", NewUserID="zhoutao",
              Mobile="13800000000", Department="1,2")
    )  # fmt: skip
    assert (inbound.kind, inbound.wire_kind, inbound.person) == (
        Kind.CONTACT_CHANGE, "change_contact/update_user", "sys",
    )  # fmt: skip
    assert inbound.details == {
        "ChangeType": "update_user", "UserID": "zhou", "NewUserID": "zhoutao", "Department": "1,2",
    }  # fmt: skip
    assert refused(event("change_contact", person="sys")) == "field"


def test_corp_events_may_have_neither_sender_nor_agent() -> None:
    inbound = parse_inbound(
        b"<xml><ToUserName>ww</ToUserName><CreateTime>1700000000</CreateTime><MsgType>event</MsgType>"
        b"<Event>kf_msg_or_event</Event><Token>t</Token><AgentID></AgentID></xml>"
    )
    assert (inbound.kind, inbound.person, inbound.agent_id) == (Kind.OTHER, "sys", None)


def test_event_keys_differ_where_the_events_do_and_only_there() -> None:
    def key(**fields: str) -> str:
        return parse_inbound(event("change_contact", person="sys", ChangeType="delete_user", **fields)).key

    assert key(UserID="a") == key(UserID="a")
    assert len({key(UserID="a"), key(UserID="b"), key(Id="a"), key(UserID="a", TagId="1")}) == 4
    click = event("template_card_event", EventKey="k", TaskId="t", ResponseCode="c")
    spaced = click.replace(b"><", b">\n <").replace(
        b"<Event>template_card_event", b"<Event><![CDATA[template_card_event]]>"
    )
    assert parse_inbound(click).key == parse_inbound(spaced).key
    assert parse_inbound(click).key != parse_inbound(click.replace(b">c<", b">d<")).key


def test_no_groups() -> None:
    assert refused(message(Content="hi", ChatId="wr1")) == "group"
    assert refused(message(Content="hi", ChatType="group")) == "group"
    assert parse_inbound(event("change_external_chat", ChatId="wr1")).kind is Kind.OTHER


def test_userids() -> None:
    assert parse_inbound(message(Content="x", person="CorpId/ZhouTao")).person == "CorpId/ZhouTao"
    assert normal_userid(" ZhouTao ") == "zhoutao"


GOOD = message(Content="hello")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "xml"), (b"<xml>", "xml"), (b"\x00\x01", "xml"), (b"{}", "xml"),
        (b"<xml/>", "root"), (b"<x><a/></x>", "root"),
        (b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><a>&a;</a></xml>', "doctype"),
        (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>', "doctype"),
        ("<!DOCTYPE xml><xml/>".encode("utf-16"), "doctype"),
        (GOOD.replace(b"hello", b"&unknown;"), "xml"),
        (GOOD.replace(b"hello", b"\xff\xfe"), "xml"),
        (b"<xml>" + b"<a>" * 50 + b"</a>" * 50 + b"</xml>", "depth"),
        (b"<xml>" + b"<a/>" * 6000 + b"</xml>", "depth"),
        (b"<xml>" + b" " * (1024 * 1024) + b"</xml>", "size"),
        (GOOD.replace(b"<Content>hello</Content>", b""), "field"),
        (GOOD.replace(b"hello", b"<b>hello</b>"), "field"),
        (GOOD.replace(b"</xml>", b"<Content>again</Content></xml>"), "field"),
        (GOOD.replace(b"<MsgType>text</MsgType>", b""), "field"),
        (GOOD.replace(b">text<", b"><"), "field"),
        (GOOD.replace(b">text<", b">" + b"x" * 65 + b"<"), "field"),
        (GOOD.replace(b">mycreate<", b"><"), "person"),
        (GOOD.replace(b">mycreate<", b">a|b<"), "person"),
        (GOOD.replace(b">mycreate<", b">@all<"), "person"),
        (GOOD.replace(b">mycreate<", b">" + b"x" * 129 + b"<"), "person"),
        (GOOD.replace(b">1409659813<", b">soon<"), "number"),
        (GOOD.replace(b">1409659813<", b">99999999999<"), "number"),
        (GOOD.replace(b">1409659813<", ">１２３<".encode()), "number"),
        (GOOD.replace(b">218<", b">-1<"), "number"),
        (GOOD.replace(b">4561255354251345929<", b">12a<"), "number"),
        (GOOD.replace(b">4561255354251345929<", b">" + b"9" * 5000 + b"<"), "number"),
        (message("image"), "field"),
        (event("template_card_event", TaskId="t"), "field"),
        (event("template_card_event", EventKey="k", SelectedItems="<SelectedItem>x</SelectedItem>"), "field"),
        (message("event", number=None), "field"),
    ],
)  # fmt: skip
def test_what_no_callback_can_be(data: bytes, why: str) -> None:
    assert refused(data) == why


def test_markup_in_a_text_is_only_text() -> None:
    inbound = parse_inbound(message(Content='<![CDATA[<!DOCTYPE html><!ENTITY a "b">]]>'))
    assert inbound.text == '<!DOCTYPE html><!ENTITY a "b">'


@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    for wrapped in (data, b"<xml>" + data + b"</xml>", GOOD.replace(b"hello", data)):
        try:
            parse_inbound(wrapped)
        except BadCallback as bad:
            assert bad.reason.isalpha()


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_changed_byte_never_raises_anything_else(place: int, value: int, cut: bool) -> None:
    data = GOOD[:place] if cut else GOOD[:place] + bytes([value]) + GOOD[place + 1 :]
    try:
        inbound = parse_inbound(data)
    except BadCallback:
        return
    assert inbound.person and inbound.key
