"""What belongs to another way in."""

from __future__ import annotations

from bot.flow import Turn

# These are heard before any flow (bot/anonymous); whoever gets here was not understood there.
ANONYMOUS = "要不记名反映，请只发“匿名反映”四个字，先看告知再写内容。刚才的内容没有保存。"
ANONYMOUS_HELP = (
    "先说实话：企业微信会把您的账号传给本程序，做不到绝对匿名，平台和单位管理员也可能看到聊天。\n"
    "本程序不保存您的账号和具体时间。发“匿名反映”可以先看完告知再决定；要更强的保护，请用来信、意见箱或12388。"
)
RECEIPT = "查回执请发“查回执”加16位回执码。"

_FIXED = {
    "anonymous_report": ANONYMOUS,
    "anonymous_submit": ANONYMOUS,
    "anonymous_convert": ANONYMOUS,
    "anonymous_help": ANONYMOUS_HELP,
    "followup_receipt": RECEIPT,
}
# 结束 ends an anonymous session; elsewhere it is an answer, so it must not leave an open conversation.
INTENTS = tuple(intent for intent in _FIXED if intent != "anonymous_submit")


def answer(turn: Turn) -> str | None:
    """The one polite sentence, or None for something else."""
    return _FIXED.get(turn.meaning.intent)
