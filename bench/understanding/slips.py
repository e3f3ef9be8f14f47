"""Typing errors put into labelled messages by a seeded program, so that every label stays true."""

# ruff: noqa: E501 - tables read better one entry a line; full-width marks are the point

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench.understanding.corpus import Said

SEED = 2026
KINDS = ("homophone", "dropped", "doubled", "swapped", "full-width", "no punctuation", "pinyin")

# Characters that sound alike to an input method or to a dictation; no tone is asked for, as none is typed.
_SOUNDS = """
问文闻稳温 题提体替 报抱暴保宝包 线先现限县显 索所锁缩 整正争征证 改该盖概 销消肖小效 号好浩耗 申审身深甚 请清情青轻 延言沿严 期其起齐
逾于鱼愈余 超朝抄潮 验严演 收手首受守 退推腿 回会汇悔 查察茶差 询寻讯旬 进近尽 展站占战 统通同 计记纪季技 监间坚件 督都读 移一以
交教叫较焦 送松宋 提题体 醒行型星 约月越 谈坛弹 清青轻 单丹担但 台抬太 账帐涨 确却雀 认任人 取去娶 紧仅锦尽 急及集级即 线现 发法 现县线
单担丹 位为味委 责则泽 任认人 金今斤 额鹅 同童统 意义易议 原员圆源 因音阴 理里礼李 由有油 办班板半 给几 派拍 交脚 完玩晚 成城程 已以 经精京
检见简建 采彩菜 购够构 招找照 标表彪 合和河 物无务屋 司思私 公工功 部步不布 门们 领令灵 导到道 会回汇 议意义 督都 促处 催崔摧 结节接街 算蒜
"""

_PINYIN = {
    "问题": "wenti", "线索": "xiansuo", "整改": "zhenggai", "销号": "xiaohao", "申请": "shenqing", "延期": "yanqi", "逾期": "yuqi", "超期": "chaoqi",
    "进展": "jinzhan", "清单": "qingdan", "统计": "tongji", "验收": "yanshou", "退回": "tuihui", "同意": "tongyi", "交办": "jiaoban", "催办": "cuiban",
    "报送": "baosong", "审计": "shenji", "台账": "taizhang", "查询": "chaxun", "反映": "fanying", "发现": "faxian", "登记": "dengji", "移送": "yisong",
    "签收": "qianshou", "会议": "huiyi", "约谈": "yuetan", "提醒": "tixing", "撤回": "chehui", "导出": "daochu", "举报": "jubao", "匿名": "niming",
    "完成": "wancheng", "情况": "qingkuang", "责任人": "zerenren", "通过": "tongguo", "确认": "queren", "取消": "quxiao", "帮助": "bangzhu", "重启": "chongqi",
}  # fmt: skip

# What an error must not touch, since it would change the truth: numbers, money, days, negations, and the words around them.
_FIXED = re.compile(
    r"[0-9０-９a-zA-Zａ-ｚＡ-Ｚ零〇一二三四五六七八九十百千万亿两仨俩半几壹贰叁肆伍陆柒捌玖拾佰仟元块角分钱年月日号天周星期礼拜季度旬上下中本前后今明昨早晚去初末底%％成时点多约左右不没未别无否非免莫甭·《》]"
)
_PUNCTUATION = re.compile(r"[，。、；：！？,;:!?“”\"'（）()【】…]")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_FREE = frozenset(
    {"desc", "reason", "opinion", "basis", "text", "amount_text", "value", "field_text", "topics", "points", "place"}
)
_NAMED = frozenset({"person", "persons", "delegate", "reporter", "host", "subject", "attendees"})

Edit = tuple[int, int, str]  # start, end, what stands there now


def sounds() -> dict[str, str]:
    """Character -> the others that sound like it."""
    out: dict[str, str] = {}
    for group in _SOUNDS.split():
        for char in group:
            out[char] = out.get(char, "") + "".join(
                other for other in group if other != char and other not in out.get(char, "")
            )
    return out


def variants(rows: Iterable[Said], kinds: Iterable[str] = KINDS) -> Iterator[Said]:
    """Each message once with each kind of error, where it can have one. The same every time."""
    chosen = tuple(kinds)
    for said in rows:
        for kind in chosen:
            edits = _EDITS[kind](said, _dice(said, kind))
            if edits:
                yield apply(said, sorted(edits), kind)


def _dice(said: Said, kind: str) -> random.Random:
    digest = hashlib.sha256(f"{SEED}|{kind}|{said.role}|{said.text}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))


def apply(said: Said, edits: list[Edit], kind: str) -> Said:
    """The message with the errors in; words kept as they were said carry them too."""
    text, at = "", 0
    for start, end, put in edits:
        text += said.text[at:start] + put
        at = end
    text += said.text[at:]
    return said.changed(text, {key: _moved(said.text, key, value, edits) for key, value in said.slots.items()}, kind)


def _moved(text: str, key: str, value: Any, edits: list[Edit]) -> Any:
    """A quoted piece of the message, as it now stands there."""
    if isinstance(value, list):
        return [_moved(text, key, one, edits) for one in value]
    if isinstance(value, dict):
        return {name: _moved(text, name, one, edits) for name, one in value.items()}
    if key not in _FREE or not isinstance(value, str) or (start := text.find(value)) < 0:
        return value
    out, at = "", start
    for begin, end, put in edits:
        if begin >= start and end <= start + len(value):
            out += text[at:begin] + put
            at = end
    return out + text[at : start + len(value)]


def _spots(said: Said) -> list[int]:
    """Characters that may be mistyped: Chinese, no fixed one, none of a person's name."""
    taken = [bool(_FIXED.match(char)) or not "一" <= char <= "龥" for char in said.text]
    for key in _NAMED & said.slots.keys():
        names = said.slots[key] if isinstance(said.slots[key], list) else [said.slots[key]]
        for name in names:
            at = said.text.find(str(name))
            if name and at >= 0:
                taken[at : at + len(str(name))] = [True] * len(str(name))
    return [at for at, is_taken in enumerate(taken) if not is_taken]


def _homophone(said: Said, dice: random.Random) -> list[Edit]:
    table = sounds()
    spots = [at for at in _spots(said) if said.text[at] in table]
    if not spots:
        return []
    at = dice.choice(spots)
    return [(at, at + 1, dice.choice(table[said.text[at]]))]


def _dropped(said: Said, dice: random.Random) -> list[Edit]:
    spots = _spots(said)
    at = dice.choice(spots) if len(said.text) >= 8 and spots else -1
    return [(at, at + 1, "")] if at >= 0 else []


def _doubled(said: Said, dice: random.Random) -> list[Edit]:
    spots = _spots(said)
    at = dice.choice(spots) if len(said.text) >= 4 and spots else -1
    return [(at, at + 1, said.text[at] * 2)] if at >= 0 else []


def _swapped(said: Said, dice: random.Random) -> list[Edit]:
    spots = set(_spots(said))
    pairs = [at for at in sorted(spots) if at + 1 in spots and said.text[at] != said.text[at + 1]]
    at = dice.choice(pairs) if len(said.text) >= 6 and pairs else -1
    return [(at, at + 2, said.text[at + 1] + said.text[at])] if at >= 0 else []


def _full_width(said: Said, _: random.Random) -> list[Edit]:
    return [(at, at + 1, char.translate(_WIDE)) for at, char in enumerate(said.text) if ord(char) in _WIDE]


def _no_punctuation(said: Said, _: random.Random) -> list[Edit]:
    """All marks gone but those inside a figure; where two figures would run together, a blank stays."""
    out: list[Edit] = []
    for found in _PUNCTUATION.finditer(said.text):
        at = found.start()
        before, after = said.text[at - 1 : at], said.text[at + 1 : at + 2]
        if not (before.isdigit() and after.isdigit() and found[0] in ":,：，"):
            out.append((at, at + 1, " " if before.isascii() and after.isascii() else ""))
    return out


def _pinyin(said: Said, dice: random.Random) -> list[Edit]:
    words = [(found.start(), word) for word in _PINYIN for found in re.finditer(word, said.text)]
    if not words:
        return []
    at, word = dice.choice(sorted(words))
    return [(at, at + len(word), _PINYIN[word])]


_EDITS: dict[str, Callable[[Said, random.Random], list[Edit]]] = {
    "homophone": _homophone, "dropped": _dropped, "doubled": _doubled, "swapped": _swapped,
    "full-width": _full_width, "no punctuation": _no_punctuation, "pinyin": _pinyin,
}  # fmt: skip
