"""What the anonymous path says; the notice is contract.md's, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.clock import CHINA

_NOTICE = (
    "【不记名反映】请先看完：\n"
    "① 企业微信会把您的账号传给本程序；本程序不保存账号和具体时间，只保存日期。{reading}\n"
    "② 我们做不到的：企业微信平台、本单位企业微信管理员（如开通会话存档）可能看到本对话；"
    "您手机上也有记录，请自行删除，不要发截图。\n"
    "③ 只有您知道的细节和您的说话习惯也可能暴露您。被您写到名字的受理人看不到内容。"
    "需要更强保护，请用来信、意见箱或12388。\n"
    "④ 请如实反映，诬告陷害要承担责任。\n"
    "直接写内容，写完发“结束”；发“取消”立即清除。"
)
_READING = {
    "offline": "内容加密后入库，系统管理员打不开。",
    "chat": "内容加密后入库；受理人员在企业微信中查看，企业微信可能留存。",
}
ASKED = "（您问的这句没有算作内容。）"
CODE_WANTED = (
    "查办理情况，请发“查回执”加16位回执码；回执码丢失后不能找回，可以重新匿名反映。\n"
    "刚才这句没有保存，也没有记录您的账号。建议删除本聊天。"
)
BEGUN = "（您刚才写的已算作内容，只在内存里，还没有保存。）"
NOTED = "记下了，只在内存里。继续写，或发“结束”“取消”。"
EMPTY = "还没有内容。请直接写要反映的事，写完发“结束”；不反映了发“取消”。"
WIPED = "已清除，什么都没有保存。建议现在删除本聊天。"
TOO_LONG = "太长了，这一段没有收下。请分几段发，或分成两次反映。"
VOICE = "语音有声纹，可能暴露您，没有收下。请打字。"
OTHER_KIND = "这里只收文字和图片，刚才的没有收下。"
_STRIPPED = "图片收下了，拍摄时间、地点、手机型号等信息已去掉"
_CAUTION = (
    "请留意：画面里的水印、拍摄角度可能让人猜到您；\n图里的人名程序认不出，涉及受理人员的，请另用文字写出他的名字。"
)
PICTURE = f"{_STRIPPED}，只在内存里。\n{_CAUTION}\n不放心就发“取消”，全部清除；否则继续写，或发“结束”。"
_GOES_ON = "前面写的都还在。"
PICTURE_LOST = f"这张图片没有取到，没有收下。请再发一次，或用文字写明。{_GOES_ON}"
PICTURE_UNREADABLE = f"这张图片打不开，没有收下。请换成JPG或PNG图片再发，或用文字写明。{_GOES_ON}"
PICTURE_TOO_LARGE = f"这张图片太大，没有收下。请缩小或截取一部分再发，或用文字写明。{_GOES_ON}"
PICTURES_ENOUGH = f"图片够多了，这张没有收下。其余的请用文字写明，或另作一次反映。{_GOES_ON}"
PICTURES_FULL = f"现在收到的图片太多，这张没有收下。请过一会儿再发，或用文字写明。{_GOES_ON}"
FIRST_END = "您正在不记名反映中。请先发“结束”或“取消”，再办别的事。"
CHOOSE = (
    "先选一种，刚才的内容没有保存：\n1 匿名：不记您的账号，凭回执码查询\n"
    "2 实名保密：只有线索管理员知道您是谁，可收到受理告知和结果反馈"
)
NAMED = "好的。请发“实名反映：”加内容，您的身份只有线索管理员可见。"
SILENT = "刚才的不记名反映已经结束，这条没有保存。\n要再反映，发“匿名反映”；办别的事，请发完整的命令，如“帮助”。"
RESTARTED = (
    "程序刚重新启动过，这张图片没有保存。\n在匿名反映的，请重新发“匿名反映”；办别的事，请先说要办什么，再发图片。"
)
NO_KEYS = "匿名反映暂时不能受理，刚才的内容没有保存，也没有记录您的账号。请用来信、意见箱或12388反映。"
SUPERIOR = (
    "反映上级党组织管理干部的，请勿在此填写内容，可径向上级纪检监察机关（12388）反映。\n刚才写的都已清除，没有保存。"
)
SPYING = "请立即拨打国家安全机关举报电话12339。本渠道不登记、不处置这类情况，您写的都已清除，没有保存。"
LATER = "现在没有办成，刚才的内容没有保存。请过一分钟再发一次；着急的请用来信、意见箱或12388。"
FAILED = "没有办成，刚才的内容没有保存。请稍后再试，或用12388反映。"
WRONG_CODE = "没有找到这个回执码。请核对16位数字；刚交的反映要等下一次入库之后才能查到。回执码丢失后不能找回。"
TOO_OFTEN = "查询次数过多，请一小时后再试。"
ADDED = "已收下，{when}之后入库。继续补充请直接写，不补充了发“结束”。"
LEFT = "好的，这次查询结束了。建议删除本聊天。"
NO_REPLY = "目前没有给您的留言。"
MORE = "要补充或回答，直接写就行；不写了发“结束”。"


def notice(reading: str) -> str:
    """The notice before an anonymous report (contract.md)."""
    return _NOTICE.format(reading=_READING[reading])


def unname(number: str) -> str:
    """What taking a name off means, before it is done (domain.md 2.6-10)."""
    return (
        f"把 {number} 改成匿名：删去线索里您的姓名，给您一个回执码，以后凭码查询，不再给您发消息。\n"
        "先说实话：此前已有权限的人员可能已经看到是您；备份和早前的留痕里也可能还有。\n"
        "要改发“改匿名”，不改发“取消”。"
    )


def next_picture(number: int) -> str:
    """After the first: the caution has been said."""
    return f"第{number}张图片收下了，拍摄信息已去掉。继续写，或发“结束”“取消”。"


def picture_added(when: str) -> str:
    """A picture under a receipt."""
    return f"{_STRIPPED}，{when}之后入库。\n{_CAUTION}\n继续补充请直接发，不补充了发“结束”。"


def receipt(code: str, when: str, tag: str) -> str:
    """What comes back after 结束. tag: what the weekly bulletin calls it by."""
    return (
        f"已收下。回执码：{code}\n"
        f"请自己记好，丢失不能找回。下一次入库时间 {when} 之后凭码确认：发“查回执 {code}”。\n"
        "入库之前如果程序意外停止，这份反映会丢失，届时查不到，请再反映一次。\n"
        f"我们不会主动联系您；有答复时，每周的答复公告里会有标识 {tag}。建议现在删除本聊天。"
    )


def moment(at: datetime) -> str:
    """`18:00`; `今天内` is never said, only the hour that is fixed for everybody."""
    return f"{at.astimezone(CHINA):%H:%M}"


def state(said: str, day: date, replies: Sequence[str]) -> str:
    """The answer to a receipt: how it stands, and what was left for the reporter."""
    head = f"您{day.month}月{day.day}日的反映：{said}。"
    if not replies:
        return f"{head}\n{NO_REPLY}\n{MORE}"
    return "\n".join([head, f"给您的留言（{len(replies)}条）：", *replies, MORE])


def waiting(when: str) -> str:
    return f"已收下，还没有入库；{when}之后再查。"
