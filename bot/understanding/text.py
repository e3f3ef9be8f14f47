"""Cleaning of a message: a flat twin of exactly the same length, so that every span found fits the original."""

from __future__ import annotations

import re
from functools import cache

from bot.understanding.lazily import lazy

_INVISIBLE = lazy("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f\u00ad]")
_HALVES = lazy("[\ud800-\udfff]")  # of a pair: no text, and nothing that could be stored or sent
_LATIN = lazy("[a-z]{3}")

# Homophones and slips of the field's key words, as input methods and speech recognition produce them.
# Only same-length pairs (spans must stay true) and only left sides that are not words of their own.
_SLIPS = {
    "线索": "线锁 线所 现索 限索 线嗦 先索 县索 线缩 索线",
    "审计": "审记 审济 审际 审纪 神计 沈计 甚计 申计 审及",
    "整改": "整该 整盖 整概 整钙 正改 整敢 政改 整攺 征改 争改 改整 整丐",
    "销号": "消号 肖号 削号 销毫 销好 消好 宵号 销号 号销 硝号 销耗号",
    "申请": "申及 申情 申清 声请 申晴 审请 伸请 身请 申靖 请申",
    "延期": "延其 延起 沿期 言期 颜期 严期 延气 延朝 期延 延斯",
    "逾期": "愈期 渝期 逾其 欲期 逾斯 愉期 谕期 期逾",
    "超期": "朝期 抄期 超其 潮期 超斯",
    "匿名": "匿明 逆名 昵名 泥名 尼名 匿茗 匿铭 腻名 名匿 溺名 匿各 惬名",
    "举报": "举抱 举暴 举包 据报 具报 举报 举极 矩报",
    "回执": "回直 回值 回职 回之码 回植 回质",
    "问题": "问提 问體 闻题 题问 问颢 纹题",
    "发现": "发线 发限 法现 现发 发観",
    "验收": "验受 验手 验首 眼收 验售 收验 检收",
    "退回": "退会去 推回 腿回 退加 回退",
    "取消": "取削 去消 取销 娶消 取肖",
    "确认": "却认 确任 确忍 雀认 认确 确仞",
    "紧急": "紧及 金急 紧集 紧级 锦急 急紧 紧極",
    "进展": "近展 进站 进占 进战 展进 进辗 尽展",
    "统计": "统记 统济 通计 同计 计统",
    "监督": "监都 间督 坚督 建督 督监 监督 兼督",
    "季度": "记度 寄度 度季 季渡 李度",
    "移送": "移宋 疑送 宜送",
    "移交": "移叫 一交 移文",
    "提醒": "题醒 醒提 提腥", "约谈": "约淡 约坛", "议题": "义题", "待办": "带办 侍办", "催一下": "崔一下 摧一下",
    "催催": "崔崔",
    "年度计划": "年度计化 年度记划 年度计画", "审计计划": "审计计化 审计记划", "监督计划": "监督计化 监督记划",
    "催办": "崔办 摧办 催班 催伴",
    "清单": "青单 轻单 清丹 请单 单清",
    "查询": "察询 查寻 查讯 茶询 查旬",
    "台账": "台帐 抬账 台胀",
    "佐证": "左证 佐正 做证 佐症",
    "报送": "抱送 报松 报宋 暴送 送报 报关送",
    "报告": "抱告 报搞 爆告",
    "交办": "交班办 教办 交辨 较办",
    "签收": "签受 千收 鉴收",
    "受理": "受里 收理 受李",
    "账户": "帐户", "账外": "帐外", "账目": "帐目", "账上": "帐上", "入账": "入帐", "对账": "对帐", "账务": "帐务",
    "立行立改": "利行立改 立行力改 立型立改 立即立改 立行立该 立刑立改",
    "恒": "", "责任": "则任 责认 责仁", "单位": "单為 单味 担位", "招标": "找标 招票 昭标", "采购": "采够 彩购 菜购",
    "合同": "和同 合统", "金额": "今额 金鹅 金鄂", "期限": "其限", "时限": "时线 时现", "通过": "同过 通国",
    "同意": "同义 同易 统意", "负责": "付责 负则", "帮助": "邦助 帮住 帮主", "报销": "报消 抱销",
    "围标": "围票 维标", "线下": "", "绝密": "觉密", "机密": "机秘", "秘密": "密秘 秘蜜",
}  # fmt: skip
# Legitimate words that would be spoilt; they win over the table above.
_KEEP = {"同义", "做证", "一交", "通国", "进站", "送报", "收理", "回退", "收验", "检收", "同计", "展进", "争改", "期延"}
_PINYIN = {
    "wenti": "问题", "xiansuo": "线索", "niming": "匿名", "zhenggai": "整改", "xiaohao": "销号", "shenqing": "申请",
    "yanqi": "延期", "yuqi": "逾期", "chaoqi": "超期", "jubao": "举报", "bangzhu": "帮助", "quxiao": "取消",
    "queren": "确认", "jinzhan": "进展", "jinji": "紧急", "qingdan": "清单", "tongji": "统计", "yanshou": "验收",
    "tuihui": "退回", "tongyi": "同意", "jiaoban": "交办", "cuiban": "催办", "benjidu": "本季度", "jidu": "季度",
    "baosong": "报送", "shenji": "审计", "huizhi": "回执", "taizhang": "台账", "chaxun": "查询", "fanying": "反映",
    "wuwenti": "无问题", "faxian": "发现", "danwei": "单位", "zerenren": "责任人", "jiezhi": "截止", "ddl": "截止",
}  # fmt: skip
_TRADITIONAL = str.maketrans(
    "問題線報審計劃鎖現發單位責時間額舉際協議辦採購標圍質檢驗務財資產業認確關閉請準許開會議導轉處構紀據證過進達統計總結論應該實際個們萬億領導"
    "與對還沒們說這裡誰壞亂貪車錢費賬帳號條則銷運達啟門東西書記錄類別嗎樣給誤變軍國間諜涉詐騙傷緊復監督節點電話廠務勞動權機圖紙絕級檔載項盤",
    "问题线报审计划锁现发单位责时间额举际协议办采购标围质检验务财资产业认确关闭请准许开会议导转处构纪据证过进达统计总结论应该实际个们万亿领导"
    "与对还没们说这里谁坏乱贪车钱费账账号条则销运达启门东西书记录类别吗样给误变军国间谍涉诈骗伤紧复监督节点电话厂务劳动权机图纸绝级档载项盘",
)
# One character of a dialect for one of the common speech: 冇交, 唔知, 搞不见哒.
_DIALECT = str.maketrans("冇嘅咗佢喺畀俾乜嗰哋嚟啲睇攞咁哒", "没的了他在给给啥那们来些看拿这了")
_COMMON = _TRADITIONAL | _DIALECT
_DIALECT_WORDS = {
    "后晌": "下午", "前晌": "上午", "头晌": "上午", "头午": "上午", "晌午": "中午", "下昼": "下午", "上昼": "上午",
    "听日": "明天", "寻日": "昨天", "琴日": "昨天", "今日": "今天", "几时": "何时", "额们": "我们", "唔再": "不再",
    "啥子": "什么",
}  # fmt: skip
_WIDE = str.maketrans(
    {chr(c): chr(c - 0xFEE0).lower() for c in range(0xFF01, 0xFF5F)}
    | {chr(c): chr(c).lower() for c in range(ord("A"), ord("Z") + 1)}
    | {"\u3000": " ", "\xa0": " ", "—": "-", "–": "-", "‐": "-", "‑": "-", "−": "-", "─": "-", "﹣": "-", "＿": "_"}
    | {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "﹕": ":",
        "︰": ":",
        "﹐": ",",
        "﹗": "!",
        "﹖": "?",
        "〜": "~",
        "～": "~",
    }
    | {"【": "[", "】": "]", "「": "[", "」": "]", "﹪": "%", "‰": "‰", "￥": "¥", "\r": "\n"}
)


@cache
def _slips() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {
        wrong: right
        for right, row in _SLIPS.items()
        for wrong in row.split()
        if len(wrong) == len(right) and wrong != right and wrong not in _KEEP
    }
    starts: dict[str, list[str]] = {}
    for wrong in table:
        starts.setdefault(wrong[0], []).append(wrong[1:])
    parts = (f"{head}(?:{'|'.join(map(re.escape, tails))})" for head, tails in starts.items())
    return re.compile("|".join(parts)), table


@cache
def _dialect() -> re.Pattern[str]:
    return re.compile("(?<!打)(?:" + "|".join(map(re.escape, _DIALECT_WORDS)) + ")")


@cache
def _pinyin() -> re.Pattern[str]:
    words = sorted(_PINYIN, key=len, reverse=True)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(words)})(?![a-z])")


_OVERDUE = lazy(r"(?<![达及于到])预期(?=的(?:统统|全部?|都)(?:给我)?(?:发|催|通知|提醒)|清单|名单)")


def tidy(text: str) -> str:
    """The message without invisible characters; what people see stays."""
    text = text.replace("\r\n", "\n")
    return _HALVES.sub("\ufffd", _INVISIBLE.sub("", text)) if not text.isascii() else text


def flatten(text: str) -> str:
    """Half-width, lower-case, key words spelt right; same length as `text`, character for character."""
    flat = text.translate(_WIDE)
    if len(flat) != len(text):  # a table entry that changes length would break every span
        raise AssertionError("flatten must keep the length")
    flat = flat.translate(_COMMON)
    flat = _OVERDUE.sub("逾期", flat) if "预期" in flat else flat
    flat = _dialect().sub(lambda m: _DIALECT_WORDS[m[0]], flat)
    if _LATIN.search(flat):
        flat = _pinyin().sub(lambda m: _PINYIN[m[0]].ljust(len(m[0])), flat)
    pattern, table = _slips()
    return pattern.sub(lambda m: table[m[0]], flat)


def right_words() -> list[str]:
    """The words that both tables lead to: what letters and slips most likely stand for."""
    return [*_PINYIN.values(), *(right for right, row in _SLIPS.items() if row)]


_PREFIX = lazy(
    r"^\s*(?:\[?(?:语音转文字|语音转写|语音识别|语音|转发|转发消息|转|文字版|群聊转发|fwd?|re)\]?\s*[:\]]\s*|\[(?:语音|转发|语音转文字)\]\s*"
    r"|@[^\s@:,]{1,16}[\s:,]+|(?:那个|嗯+|呃+|额|啊|就是|那什么|你好|您好|在吗|领导好|请问|麻烦|喂|哎|诶)[,。!\s]+)"
)


def skip_prefix(flat: str) -> int:
    """Where the message proper begins: after 【转发】, 语音转文字：, @助手 and the like."""
    at = 0
    while found := _PREFIX.match(flat[at:]):
        if at + found.end() >= len(flat.rstrip()):
            break
        at += found.end()
    return at + len(flat[at:]) - len(flat[at:].lstrip())
