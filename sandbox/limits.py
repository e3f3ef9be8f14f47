"""Every static limit of the API in one table, each row with its place in wecom.md; `validation.py` measures it."""

from __future__ import annotations

from typing import Any

from sandbox.validation import Limit, Rule, check

_MESSAGE_TYPES = (
    "text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown", "miniprogram_notice",
    "template_card",
)  # fmt: skip
_CARD_TYPES = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
_MENU_TYPES = (
    "click", "view", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
    "location_select", "view_miniprogram",
)  # fmt: skip
_URL = r"[a-z][a-z0-9+.-]*://\S+"
_TASK_ID = r"[0-9A-Za-z_\-@]+"

NEED, BYTES, CHARS, COUNT, AMONG = Rule.REQUIRED, Rule.BYTES, Rule.CHARS, Rule.ITEMS, Rule.ONE_OF
WHOLE, SHAPE, ONCE, WHEN, RANGE = Rule.INTEGER, Rule.PATTERN, Rule.UNIQUE, Rule.WHEN, Rule.RANGE


def _card(path: str, rule: Rule, bound: Any, errcode: int, *, of: str = "", advised: bool = False) -> Limit:
    applies = f"template_card/{of}" if of else "template_card"
    return Limit(applies, f"template_card.{path}" if path else "template_card", rule, bound, errcode, "3.3", advised)


def _titled(of: str) -> Limit:
    paths = "template_card.main_title.title,template_card.sub_title_text"
    return Limit(f"template_card/{of}", paths, Rule.ANY_OF, None, 40063, "3.3")


def _options(path: str, of: str, most: int, text: int | None) -> tuple[Limit, ...]:
    """The rows that every list of options shares."""
    rows = (
        _card(path, NEED, None, 42040, of=of),
        _card(path, COUNT, (1, most), 42040, of=of),
        _card(path, ONCE, "id", 42037, of=of),
        _card(f"{path}[].id", NEED, None, 42037, of=of),
        _card(f"{path}[].id", BYTES, 128, 42037, of=of),
        _card(f"{path}[].text", NEED, None, 42041, of=of),
    )
    return rows if text is None else (*rows, _card(f"{path}[].text", CHARS, text, 42041, of=of, advised=True))


def _submit(of: str) -> tuple[Limit, ...]:
    return (
        _card("submit_button", NEED, None, 42038, of=of),
        _card("submit_button.text", NEED, None, 42038, of=of),
        _card("submit_button.text", CHARS, 10, 42038, of=of, advised=True),
        _card("submit_button.key", NEED, None, 42039, of=of),
        _card("submit_button.key", BYTES, 1024, 42039, of=of),
    )


ENVELOPE = (
    Limit("*", "touser,toparty,totag", Rule.ANY_OF, None, 82001, "3.2 envelope"),
    Limit("*", "touser", Rule.PARTS, 1000, 40032, "3.2 envelope"),
    Limit("*", "toparty", Rule.PARTS, 100, 82002, "3.2 envelope"),
    Limit("*", "totag", Rule.PARTS, 100, 82003, "3.2 envelope"),
    Limit("*", "msgtype", NEED, None, 40008, "3.2 envelope"),
    Limit("*", "msgtype", AMONG, _MESSAGE_TYPES, 40008, "3.2 envelope"),
    Limit("*", "agentid", NEED, None, 40056, "3.2 envelope"),
    Limit("*", "agentid", WHOLE, None, 40056, "3.2 envelope"),
    Limit("*", "safe", AMONG, (0, 1, 2), 40035, "3.2 envelope"),
    Limit("*", "enable_id_trans", AMONG, (0, 1), 40035, "3.2 envelope"),
    Limit("*", "enable_duplicate_check", AMONG, (0, 1), 40035, "3.2 envelope"),
    Limit("*", "duplicate_check_interval", RANGE, (1, 14400), 40035, "3.2 envelope"),
)

MESSAGES = (
    Limit("text", "safe", AMONG, (0, 1), 40035, "3.2 envelope"),
    Limit("text", "text", NEED, None, 44004, "3.2 text"),
    Limit("text", "text.content", NEED, None, 44004, "3.2 text"),
    Limit("text", "text.content", BYTES, 2048, 45002, "3.2 text", advised=True),
    *(
        row
        for kind in ("image", "file", "voice")
        for row in (
            Limit(kind, kind, NEED, None, 40063, "3.2 " + kind),
            Limit(kind, f"{kind}.media_id", NEED, None, 40007, "3.2 " + kind),
        )
    ),
    Limit("video", "video", NEED, None, 40063, "3.2 video"),
    Limit("video", "video.media_id", NEED, None, 40007, "3.2 video"),
    Limit("video", "video.title", BYTES, 128, 45002, "3.2 video"),
    Limit("video", "video.description", BYTES, 512, 45002, "3.2 video"),
    Limit("textcard", "textcard", NEED, None, 40063, "3.2 textcard"),
    Limit("textcard", "textcard.title", NEED, None, 40063, "3.2 textcard"),
    Limit("textcard", "textcard.title", BYTES, 128, 45002, "3.2 textcard"),
    Limit("textcard", "textcard.description", NEED, None, 40063, "3.2 textcard"),
    Limit("textcard", "textcard.description", BYTES, 512, 45002, "3.2 textcard"),
    Limit("textcard", "textcard.url", NEED, None, 40063, "3.2 textcard"),
    Limit("textcard", "textcard.url", BYTES, 2048, 45002, "3.2 textcard"),
    Limit("textcard", "textcard.url", SHAPE, _URL, 40035, "3.2 textcard"),
    Limit("textcard", "textcard.btntxt", CHARS, 4, 40058, "3.2 textcard", advised=True),
    Limit("news", "news", NEED, None, 40063, "3.2 news"),
    Limit("news", "news.articles", NEED, None, 40063, "3.2 news"),
    Limit("news", "news.articles", COUNT, (1, 8), 45008, "3.2 news"),
    Limit("news", "news.articles[].title", NEED, None, 40063, "3.2 news"),
    Limit("news", "news.articles[].title", BYTES, 128, 45002, "3.2 news"),
    Limit("news", "news.articles[].description", BYTES, 512, 45002, "3.2 news"),
    Limit("news", "news.articles[].url", BYTES, 2048, 45002, "3.2 news"),
    Limit("news", "news.articles[].pagepath", BYTES, 128, 45002, "3.2 news"),
    Limit("mpnews", "mpnews", NEED, None, 40063, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles", NEED, None, 40063, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles", COUNT, (1, 8), 45008, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].title", NEED, None, 40063, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].title", BYTES, 128, 45002, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].thumb_media_id", NEED, None, 40007, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].author", BYTES, 64, 45032, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].content", NEED, None, 44004, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].content", BYTES, 666 * 1024, 45002, "3.2 mpnews"),
    Limit("mpnews", "mpnews.articles[].digest", BYTES, 512, 45002, "3.2 mpnews"),
    Limit("markdown", "markdown", NEED, None, 44004, "3.2 markdown"),
    Limit("markdown", "markdown.content", NEED, None, 44004, "3.2 markdown"),
    Limit("markdown", "markdown.content", BYTES, 2048, 45002, "3.2 markdown"),
    Limit("miniprogram_notice", "miniprogram_notice", NEED, None, 40063, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "touser", Rule.NOT, "@all", 90208, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.appid", NEED, None, 90206, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.page", BYTES, 1024, 90207, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.title", NEED, None, 90201, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.title", Rule.SPAN, (4, 12), 90201, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.description", Rule.SPAN, (4, 12), 90202, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.content_item", COUNT, (0, 10), 90203, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.content_item[].key", CHARS, 10, 90204, "3.2 miniprogram_notice"),
    Limit("miniprogram_notice", "miniprogram_notice.content_item[].value", CHARS, 30, 90205, "3.2 miniprogram_notice"),
)

CARDS = (
    _card("", NEED, None, 40063),
    _card("card_type", NEED, None, 40035),
    _card("card_type", AMONG, _CARD_TYPES, 40035),
    _card("source.desc", CHARS, 20, 45002, advised=True),
    _card("source.desc_color", AMONG, (0, 1, 2, 3), 40035),
    _card("", Rule.NEEDS, ("action_menu", "task_id"), 40063),
    _card("action_menu.action_list", COUNT, (1, 3), 42047),
    _card("action_menu.action_list", ONCE, "key", 42051),
    _card("action_menu.action_list[].text", NEED, None, 40063),
    _card("action_menu.action_list[].key", NEED, None, 40063),
    _card("action_menu.action_list[].key", BYTES, 1024, 40058),
    _card("main_title.title", CHARS, 36, 45002, advised=True),
    _card("main_title.desc", CHARS, 44, 45002, advised=True),
    _card("sub_title_text", CHARS, 160, 45002, advised=True),
    _card("quote_area.type", AMONG, (0, 1, 2), 40035),
    _card("quote_area", WHEN, ("type", 1, "url"), 40063),
    _card("quote_area", WHEN, ("type", 2, "appid"), 40063),
    _card("horizontal_content_list", COUNT, (0, 6), 42036),
    _card("horizontal_content_list[].type", AMONG, (0, 1, 2, 3), 40035),
    _card("horizontal_content_list[].keyname", NEED, None, 40063),
    _card("horizontal_content_list[].keyname", CHARS, 5, 45002, advised=True),
    _card("horizontal_content_list[].value", CHARS, 30, 45002, advised=True),
    _card("horizontal_content_list[]", WHEN, ("type", 1, "url"), 40063),
    _card("horizontal_content_list[]", WHEN, ("type", 2, "media_id"), 40063),
    _card("horizontal_content_list[]", WHEN, ("type", 3, "userid"), 40063),
    _card("jump_list", COUNT, (0, 3), 42042),
    _card("jump_list[].type", AMONG, (0, 1, 2), 40035),
    _card("jump_list[].title", NEED, None, 40063),
    _card("jump_list[].title", CHARS, 18, 45002, advised=True),
    _card("jump_list[]", WHEN, ("type", 1, "url"), 40063),
    _card("jump_list[]", WHEN, ("type", 2, "appid"), 40063),
    _card("card_action.type", AMONG, (0, 1, 2), 42045),
    _card("card_action", WHEN, ("type", 1, "url"), 42045),
    _card("card_action", WHEN, ("type", 2, "appid"), 42045),
    _card("task_id", BYTES, 128, 40058),
    _card("task_id", SHAPE, _TASK_ID, 40058),
    *(_titled(kind) for kind in _CARD_TYPES if kind != "news_notice"),
    _card("card_action", NEED, None, 42045, of="text_notice"),
    _card("card_action.type", AMONG, (1, 2), 42045, of="text_notice"),
    _card("emphasis_content.title", CHARS, 14, 45002, of="text_notice", advised=True),
    _card("emphasis_content.desc", CHARS, 22, 45002, of="text_notice", advised=True),
    _card("main_title", NEED, None, 40063, of="news_notice"),
    _card("main_title.title", NEED, None, 40063, of="news_notice"),
    _card("card_action", NEED, None, 42045, of="news_notice"),
    _card("card_action.type", AMONG, (1, 2), 42045, of="news_notice"),
    Limit(
        "template_card/news_notice",
        "template_card.image_text_area,template_card.card_image",
        Rule.ANY_OF,
        None,
        40063,
        "3.3",
    ),
    _card("card_image.aspect_ratio", RANGE, (1.3, 2.25), 40058, of="news_notice"),
    _card("vertical_content_list", COUNT, (0, 4), 42035, of="news_notice"),
    _card("vertical_content_list[].title", CHARS, 38, 45002, of="news_notice", advised=True),
    _card("vertical_content_list[].desc", CHARS, 160, 45002, of="news_notice", advised=True),
    _card("task_id", NEED, None, 40063, of="button_interaction"),
    _card("button_list", NEED, None, 42036, of="button_interaction"),
    _card("button_list", COUNT, (1, 6), 42036, of="button_interaction"),
    _card("button_list", ONCE, "key", 42039, of="button_interaction"),
    _card("button_list[].text", NEED, None, 42038, of="button_interaction"),
    _card("button_list[].text", CHARS, 10, 42038, of="button_interaction", advised=True),
    _card("button_list[].type", AMONG, (0, 1), 42038, of="button_interaction"),
    _card("button_list[].style", AMONG, (1, 2, 3, 4), 42038, of="button_interaction"),
    _card("button_list[].key", BYTES, 1024, 42039, of="button_interaction"),
    _card("button_list[]", WHEN, ("type", None, "key"), 42039, of="button_interaction"),
    _card("button_list[]", WHEN, ("type", 0, "key"), 42039, of="button_interaction"),
    _card("button_list[]", WHEN, ("type", 1, "url"), 42039, of="button_interaction"),
    _card("button_selection.question_key", NEED, None, 40063, of="button_interaction"),
    _card("button_selection.question_key", BYTES, 1024, 40058, of="button_interaction"),
    *_options("button_selection.option_list", "button_interaction", 10, 16),
    _card("task_id", NEED, None, 40063, of="vote_interaction"),
    _card("checkbox", NEED, None, 40063, of="vote_interaction"),
    _card("checkbox.question_key", NEED, None, 40063, of="vote_interaction"),
    _card("checkbox.question_key", BYTES, 1024, 40058, of="vote_interaction"),
    _card("checkbox.mode", AMONG, (0, 1), 40035, of="vote_interaction"),
    *_options("checkbox.option_list", "vote_interaction", 20, 11),
    *_submit("vote_interaction"),
    _card("task_id", NEED, None, 40063, of="multiple_interaction"),
    _card("select_list", NEED, None, 42035, of="multiple_interaction"),
    _card("select_list", COUNT, (1, 3), 42035, of="multiple_interaction"),
    _card("select_list", ONCE, "question_key", 40058, of="multiple_interaction"),
    _card("select_list[].question_key", NEED, None, 40063, of="multiple_interaction"),
    _card("select_list[].question_key", BYTES, 1024, 40058, of="multiple_interaction"),
    *_options("select_list[].option_list", "multiple_interaction", 10, None),
    *_submit("multiple_interaction"),
)

UPDATES = (
    Limit("update", "userids,partyids,tagids,atall", Rule.ANY_OF, None, 82001, "3.4"),
    Limit("update", "userids", COUNT, (0, 1000), 40032, "3.4"),
    Limit("update", "partyids", COUNT, (0, 100), 82002, "3.4"),
    Limit("update", "tagids", COUNT, (0, 100), 82003, "3.4"),
    Limit("update", "atall", AMONG, (0, 1), 40035, "3.4"),
    Limit("update", "agentid", NEED, None, 40056, "3.4"),
    Limit("update", "agentid", WHOLE, None, 40056, "3.4"),
    Limit("update", "response_code", NEED, None, 40063, "3.4"),
    Limit("update", "button,template_card", Rule.ANY_OF, None, 40063, "3.4"),
    Limit("update", "button.replace_name", NEED, None, 40063, "3.4"),
)

MENUS = (
    Limit("menu", "button", NEED, None, 40016, "3.7"),
    Limit("menu", "button", COUNT, (1, 3), 40016, "3.7"),
    Limit("menu", "button[].name", NEED, None, 40018, "3.7"),
    Limit("menu", "button[].name", BYTES, 16, 40018, "3.7"),
    Limit("menu", "button[].type", AMONG, _MENU_TYPES, 40017, "3.7"),
    Limit("menu", "button[].key", BYTES, 128, 40019, "3.7"),
    Limit("menu", "button[].url", BYTES, 1024, 40020, "3.7"),
    Limit("menu", "button[]", WHEN, ("type", "click", "key"), 40019, "3.7"),
    Limit("menu", "button[]", WHEN, ("type", "view", "url"), 40020, "3.7"),
    Limit("menu", "button[].sub_button", COUNT, (0, 5), 40023, "3.7"),
    Limit("menu", "button[].sub_button[].name", NEED, None, 40025, "3.7"),
    Limit("menu", "button[].sub_button[].name", BYTES, 40, 40025, "3.7"),
    Limit("menu", "button[].sub_button[].type", AMONG, _MENU_TYPES, 40024, "3.7"),
    Limit("menu", "button[].sub_button[].key", BYTES, 128, 40026, "3.7"),
    Limit("menu", "button[].sub_button[].url", BYTES, 1024, 40027, "3.7"),
    Limit("menu", "button[].sub_button[]", WHEN, ("type", "click", "key"), 40026, "3.7"),
    Limit("menu", "button[].sub_button[]", WHEN, ("type", "view", "url"), 40027, "3.7"),
)

LIMITS: tuple[Limit, ...] = (*ENVELOPE, *MESSAGES, *CARDS, *UPDATES, *MENUS)


def validate(payload: dict[str, Any], *applies: str, strict: bool = True, skip: tuple[str, ...] = ()) -> None:
    """Raises ApiError for the first broken row among those that apply. `skip` names paths that are not asked for."""
    for limit in LIMITS:
        if limit.applies in applies and limit.path not in skip and (strict or not limit.advised):
            check(payload, limit)
