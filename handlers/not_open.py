"""What later versions bring, what to do about it until then, and what belongs to another way in."""

from __future__ import annotations

from bot.flow import Turn
from handlers import texts

# These are heard before any flow (bot/anonymous); whoever gets here was not understood there.
ANONYMOUS = "要不记名反映，请只发“匿名反映”四个字，先看告知再写内容。刚才的内容没有保存。"
ANONYMOUS_HELP = (
    "先说实话：企业微信会把您的账号传给本程序，做不到绝对匿名，平台和单位管理员也可能看到聊天。\n"
    "本程序不保存您的账号和具体时间。发“匿名反映”可以先看完告知再决定；要更强的保护，请用来信、意见箱或12388。"
)
RECEIPT = "查回执请发“查回执”加16位回执码。"

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
