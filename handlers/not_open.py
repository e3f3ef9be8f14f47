"""What later versions bring, and what to do about it until then."""

from __future__ import annotations

from bot.flow import Turn
from handlers import texts

ANONYMOUS = (
    "匿名反映尚未开通，刚才的内容没有保存。\n请暂时用来信、意见箱或12388反映；愿意实名的，发“实名反映：”加内容。"
)
ANONYMOUS_HELP = (
    "先说实话：企业微信会把您的账号传给本程序，做不到绝对匿名，平台和单位管理员也可能看到聊天。\n"
    "匿名反映尚未开通。需要更强保护，请用来信、意见箱或12388。"
)
RECEIPT = "回执码查询尚未开通，您发来的内容没有保存。"

# intent -> what it is called, and what helps meanwhile
LATER = {
    "export_report": ("导出", "可以先发“统计”或“逾期清单”查看数字。"),
}
_FIXED = {
    "anonymous_report": ANONYMOUS,
    "anonymous_submit": ANONYMOUS,
    "anonymous_convert": ANONYMOUS,
    "anonymous_help": ANONYMOUS_HELP,
    "followup_receipt": RECEIPT,
}
# 结束 ends an anonymous session; elsewhere it is an answer, so it must not leave an open conversation.
INTENTS = tuple(intent for intent in (*LATER, *_FIXED) if intent != "anonymous_submit")


def answer(turn: Turn) -> str | None:
    """The one polite sentence, or None for something else."""
    intent = turn.meaning.intent
    if intent in _FIXED:
        return _FIXED[intent]
    if intent not in LATER:
        return None
    name, meanwhile = LATER[intent]
    if turn.actor.has("office_staff"):
        return f"{name}功能尚未开通，请先按线下办法办理。{meanwhile}"
    return f"{name}功能尚未开通，请先联系{texts.office_contact(turn)}。{meanwhile}"
