"""Numbers of matters as people type them: `wt2026 123`, `123号`, `０１２３`, `去年那个66号`, `7K3M` (domain.md 3.1)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding import numerals
from bot.understanding.lazily import lazy

_KINDS = "wt|xs|jj|bg|yt|hy|lj|db|jh"
_BASE32 = "[0-9a-hjkmnp-tv-zilo]"
_SEP = r"[\s\-_.:杠/、]*"
_FULL = lazy(
    rf"(?<![a-z0-9])(?P<kind>{_KINDS}|问题编号|线索编号)\s*(?P<mid>[-_:#号\s杠.]*)(?:(?P<year>20\d\d)年?\s*[-_\s杠]*)?(?(year)|(?!20\d\d\s?[-_杠]\s?\d))(?P<serial>(?:\d ?){{1,4}}(?![\da-z])|(?(year)(?<=[-_\s杠年])\d{{5,6}}|(?!))(?![\da-z])|{_BASE32}{{4}}(?![a-z0-9]))"
)
_YEARED = lazy(r"(?<![\d\-])(?P<year>20\d\d)\s*[-_]\s*(?P<serial>\d{4})(?![\d-])")
_YEAR_OF = lazy(
    r"(?P<year>去年|前年|上年度?|今年|本年|20\d\d年度?)(?:就|已经?)?(?:销(?:号|掉)?|关|办结|了结|清零)?[的那个条件第问题了\s]{0,5}$"
)
_SHORT_LEAD = lazy(
    r"(?<![a-z0-9\-_.*])(?=[0-9a-z]{0,3}\d)(?=[0-9a-z]{0,3}[a-z])(?P<serial>[0-9a-hjkmnp-tv-z]{4})(?![a-z0-9\-_*%])"
)
_SIZE = lazy(r"\d+(?:w|k|kg|kv|kw|kwh|km|m|cm|mm|mpa|gb|mb|t|pdf|ppt|doc|xls|rmb|th|nd|st|g|h|s|x|d|v)|[a-z]{1,3}\d+")
# DH58 may be a size, too: beside one of these words it is a lead.
_LEAD_BEFORE = lazy(r"线索(?:编号|号)?[\s:是为]*$|(?:^|[\s,。;])(?:签收|退回)\s*$")
_LEAD_AFTER = lazy(
    r"(?:号|这[条件]|那[条件]|的)*\s*(?:线索|[,:]?(?:不予|拟|予以|已)?(?:受理|初步核实|初核|谈话函询|暂存待查|了结|移送))"
)
_NOT_SERIAL = lazy(
    r"(?:凭证|文号|合同号?|发票|票据?|单号|账号|卡号|电话|手机|尾号|后四位|四位是|车牌|房间|邮编|工号|金额|钱|公司|项目)[^\s,。;问]{0,3}$|(?:第|[a-z一-龥]-|[〔〕\[]|\d[年.:/]|月|\d\()$"
)
_SHARE_HEAD = lazy(r"(?:百分比|完成度|完成率|比例|占比)[:为是\s]*$|进度:\s*$")
_ITS_OWN = lazy(r"\s*(?:拖|超期|逾期|[这那][条个]|还没|的?整改|销号|延期|催)")
_OF_A_UNIT = lazy(r"(?:公司|项目)[^\s,。;问]{0,3}$")  # 出租公司0149: a four-figured one with its zero is a matter's
_ZERO = lazy(r"(?<![\d./\-a-z*〔])0\d{3}(?![\d.,:/%]\d|[\d%元万])")
_NAMED = lazy(
    rf"(?<![\d.\-a-z])第?(?P<serial>\d{{1,4}}|[{numerals.CHARS}幺]{{2,7}})\s*号(?!楼|人|料场|文(?!件的)|车|线路?|机|井|厂|仓|门|院|店|炉|站|路|公|地|矿|[之以]?前|令|库|泵|塔|桥|墩|国道|风机|变|高炉|窑|标段|会议|通知|办法|到期|截止|完成|交|晚|档案|卷|柜|箱|凭证|合同|发票|宿舍|工位|窗口|房|地块|罐|槽|附件|船|泊位|机组|电梯|通道|出口|巷道|工作面)"
)
_BEFORE = lazy(
    r"(?:^|[\s,。;:!?]|我们|咱们|问题|编号|查|查询|查一下|查下|查下|翻一下|翻|先查下|看|看看|看下|看一下|挂在|挂到|催催|同意|退回|给|把|调一下|调|登记|受理|撤回|撤销|删掉|删除|抽查|抽检|留痕|并到|合到|归到|并入|归入|补正|补充|答复|异议|重启|督办|不认可|取消|催|催一下|申请销号|验收|销号|延期|条|关于|先说|还有|另外|进展|整改|跟进|、|和|跟|将|对)\s*$"
)
_AFTER = lazy(
    r"\s*(?:号|验收|(?:验|看|核|查)过|验不[过了]|申请(?:验收|销号|延期)|上回|上次|到现在|这份|还是|别|一直|(?:我)?看了现场|销[了掉]|不得行|下到|下给|挂给|搞定|本周|这周|又(?:冒|犯|反弹)|这(?:个)?(?:验收|材料|整改)|(?:不|不予|未|没|没有|予以|准予|不能)?(?:通过|销号?|验收)|改派|分给|分派|指派|下达|归|给(?!他|我)|没问题|进行|予以|组织|不能|不行|还没|还得|合格|过了|不合格|不同意|同意|驳回|没改|没过|差不多|到期|晚|再|宽|想|催|啥|还在|退回|打回|销号|改完|整改|延期|那[个条件]|这[个条件]|的(?:发现|金额|单位|责任|类别|描述|附件|节点|督办|异议|申诉|撤|第|证明|照片|办理|操作|流转|信息|要素|整改|进展|问题|延期|验收|情况|状态|时限|责任|措施|佐证|到期|那|怎么|啥)|进展|进度|到哪|什么|啥|怎么样|咋样|申请|改(?:[到完好了成过]|利索|妥|净|清)|办|重启"
    r"|\s*[|/]|目前|等(?!级|额|于)|正|我们?(?:去|看|到|昨|今|刚|已)|不[给让准](?:延|缓|销|过)|先(?!后)|暂|拖|卡[着在]|为[啥什何]|咋|也|刚|又|从|干到|过(?![期程\d])|不?给(?:不)?过|这[仨俩几些]|那[仨俩几些]|[仨俩]|[这那][两三四五六七八九十几]?[条个件]|换人|马上|快(?!递)|延(?![误迟长])|派"
    r"|责任(?:单位|人)|类别|定级|严重程度|金额|说得|反映|不用|不属|第[一二三四五六七八九\d]个?(?:节点|阶段|步)|从头|全过程|谁|合到|归|并|列为|升为|挂牌|抽|补正|补充|请|让|对不上|跟|异议|有异议|都|准|重启|撤|登|受理|分[一二三四五六两\d成]|加上|增加|留痕|附件|佐证|证明材料"
    r"|(?:这|那|[二两三四五六七八九十几])[条个件]|[由的]|我?同意|可以|能|弄|搞|交给?|派|转|换|已经?|完成|收尾|状态|查|情况|现在|和|跟|[、,;\s]*\d{2,4}(?!\d)|[\s。,!?;)]*$|[,\s)])"
)
# 119已经打了, 打了120: who is called, and no matter.
_CALLED = frozenset({"110", "119", "120", "122"})
_CALLING = lazy(r"(?:打|拨|叫|报|通知)(?:了|过|打|的)?\s*$")
_CALLED_BY = lazy(r"\s*(?:已经?|都|也|刚)?(?:打|拨|叫|报|来|到|通知|赶)|\s*(?:消防|救护|急救|警|电话)")
_MORE = lazy(r"\s*(?:[、,，/和及跟]|还有)\s*(?P<serial>\d{2,4})(?![\d.%]|\s*[年月日万元个条项笔人天%号-])")
_SPOKEN = lazy(
    r"(?<![零〇○一二三四五六七八九幺两十百千万])[零〇○][零〇○一二三四五六七八九幺两]{3}(?![零〇○一二三四五六七八九幺两十百千万年月])"
)
_SPOKEN_FULL = lazy(
    r"(?:wt|问题|编号)?\s*(?P<year>二[零〇○]二[零〇○一二三四五六七八九])[\s杠横年-]*(?P<serial>[零〇○一二三四五六七八九幺两]{4})(?![零〇○一二三四五六七八九幺两十])"
)
_FIX32 = str.maketrans("ILO", "110")
# A bare serial beside the name of another thing than a finding: 0003号待办, 约谈建议0001. A small one of a day (12号会议) is none.
_THINGS = {
    "待办": "DB",
    "代办": "DB",
    "交办": "DB",
    "计划": "JH",
    "约谈": "YT",
    "会议": "HY",
    "联合": "LJ",
    "合并": "LJ",
}
_THING_HINT = lazy("|".join(_THINGS))
_OF_THING = lazy(
    r"(?P<w>[待代]办(?:事项|任务)?|交办事项|(?:年度|审计|监督|检查)(?:工作)?计划|约谈(?:建议|登记)|会议(?=编号)|(?:联合|合并)检查(?:建议|方案)?)(?:编号)?[\s第]*(?P<serial>0\d{3}(?!\d)|\d{1,4}(?=号))"
    r"|(?<![\d.\-a-z月])(?P<serial2>0\d{3}|\d{1,4}(?=号))号?(?:的|那个|这个|那条|这条)?(?P<w2>[待代]办(?!理|结(?!束)|完(?!成|了))|交办事项|(?:年度|审计|监督|检查)(?:工作)?计划|约谈(?=建议|登记|取消|改|已|推|[\s,。]|$)|会议(?=取消|改|推|提前|议题|材料|时间|什么|几点|谁|开|已|[\s,。]|$)|(?:联合|合并)检查(?!时|中|发现))"
)


@dataclass(frozen=True, slots=True)
class MatterNumber:
    """A number in its canonical form. `bare`: only the serial was said and this year was assumed."""

    start: int
    end: int
    value: str
    bare: bool = False


def parse_number(text: str, year: int) -> str:
    """The canonical number that a flattened text is; ValueError when it holds none or several."""
    found = find(text, year)
    if len(found) != 1:
        raise ValueError("not one number")
    return found[0].value


def _digits(text: str) -> int | None:
    """A serial as said: 0123, 一百二十三, 零幺二三."""
    text = text.replace(" ", "").replace("幺", "一")
    if text.isdecimal():
        return int(text)
    if len(text) >= 3 and all(c in numerals.DIGITS for c in text):
        return int(numerals.parse_digits(text) or 0)
    return numerals.parse_numeral(text)


def _full(m: re.Match[str], year: int) -> MatterNumber | None:
    said = m["kind"]
    kind = {"问题编号": "WT", "线索编号": "XS"}.get(said, said.upper())
    serial = m["serial"].replace(" ", "").upper()
    end = m.end() - (len(m["serial"]) - len(m["serial"].rstrip()))
    if kind == "XS":
        if len(serial) != 4:
            return None
        return MatterNumber(m.start(), end, f"XS-{m['year'] or year}-{serial.translate(_FIX32)}", m["year"] is None)
    if not serial.isdecimal() or int(serial) == 0:
        return None
    start = m.start() if said not in ("问题编号", "线索编号") else m.start("year" if m["year"] else "serial")
    return MatterNumber(start, end, f"{kind}-{m['year'] or year}-{int(serial):04d}", m["year"] is None)


class _Finder:
    """Collects numbers from the surest pattern to the loosest; a span is taken once."""

    def __init__(self, flat: str, year: int) -> None:
        self.flat, self.work, self.year = flat, flat, year
        self.out: list[MatterNumber] = []

    def take(self, hit: MatterNumber | None) -> None:
        if hit is not None:
            self.out.append(hit)
            self.work = self.work[: hit.start] + "\0" * (hit.end - hit.start) + self.work[hit.end :]

    def serial(self, start: int, end: int, text: str) -> None:
        value = _digits(text)
        if value is None or not 0 < value <= 9999:
            return
        said = _YEAR_OF.search(self.flat[:start])
        year, bare = self.year, True
        if said:
            word = said["year"]
            year = int(word[:4]) if word[0] == "2" else self.year - {"去": 1, "上": 1, "前": 2}.get(word[0], 0)
            bare = False
        self.take(MatterNumber(start, end, f"WT-{year}-{value:04d}", bare))

    def things(self) -> None:
        """Serials of meetings, items, talks and joint inspections, told by the word beside them."""
        for m in _OF_THING.finditer(self.work):
            group = "serial" if m["serial"] else "serial2"
            kind = _THINGS[(m["w"] or m["w2"])[-2:] if "计划" in m[0] else (m["w"] or m["w2"])[:2]]
            value = int(m[group])
            loose = (
                group == "serial2" and kind in ("YT", "HY", "LJ") and "号" not in m[0]
            )  # 0123会议纪要 is a finding's
            if loose or not value or (value <= 31 and m[group][0] != "0" and kind != "DB"):
                continue
            self.take(MatterNumber(m.start(group), m.end(group), f"{kind}-{self.year}-{value:04d}", True))

    def loose(self) -> None:
        """Plain figures: only where the words around them speak of a matter."""
        listed = False
        for m in re.finditer(
            r"(?<![\d./\-a-z年月第〔〕\[#*·\0])(?<!\d[:,])\d{2,4}(?!,\d{3}(?!\d))(?![\d.%\-/:a-z\]〕])", self.work
        ):
            head, tail = self.work[: m.start()], self.work[m.end() :]
            if (
                re.match(
                    r"\s*[年月日天个条项笔人次元万亿千份件家%号吨户台套米分块多余平期批名位处宗页只头倍度]|工作日|小时",
                    tail,
                )
                or _NOT_SERIAL.search(head)
                or _SHARE_HEAD.search(head)
            ):
                continue
            if m[0] in _CALLED and (_CALLING.search(head) or _CALLED_BY.match(tail)):
                continue
            if _BEFORE.search(head) and _AFTER.match(tail):
                if len(m[0]) == 4 and m[0].startswith("20") and not listed:
                    continue
                self.serial(m.start(), m.end(), m[0])
                listed = True


def find(flat: str, year: int, *, loose: bool = True) -> list[MatterNumber]:
    """Every number of a matter, in order of the text. `loose`: also bare figures such as `131验收一下`."""
    finder = _Finder(flat, year)
    if any(c.isdecimal() for c in flat):
        for m in _FULL.finditer(flat):
            finder.take(_full(m, year))
        if _THING_HINT.search(flat):
            finder.things()
        for m in _YEARED.finditer(finder.work):
            finder.take(MatterNumber(m.start(), m.end(), f"WT-{m['year']}-{m['serial']}"))
        for m in _SHORT_LEAD.finditer(finder.work):
            head, tail = finder.work[: m.start()], finder.work[m.end() :]
            lead = not _SIZE.fullmatch(m["serial"]) or _LEAD_BEFORE.search(head) or _LEAD_AFTER.match(tail)
            if lead and not _NOT_SERIAL.search(head):
                finder.take(MatterNumber(m.start(), m.end(), f"XS-{year}-{m['serial'].upper()}", True))
        for m in _ZERO.finditer(finder.work):
            head = finder.work[: m.start()]
            if int(m[0]) and (
                not _NOT_SERIAL.search(head) or (_OF_A_UNIT.search(head) and _ITS_OWN.match(finder.work, m.end()))
            ):
                finder.serial(m.start(), m.end(), m[0])
    for m in _SPOKEN_FULL.finditer(finder.work):
        spoken = numerals.parse_digits(m["year"]) or str(year)
        finder.take(MatterNumber(m.start(), m.end(), f"WT-{spoken}-{_digits(m['serial']) or 0:04d}"))
    for m in _SPOKEN.finditer(finder.work):
        finder.serial(m.start(), m.end(), m[0])
    if "号" in flat:
        for m in _NAMED.finditer(finder.work):
            serial = m["serial"]
            small = (_digits(serial) or 0) <= 31  # it may be a day of the month
            head = finder.work[: m.start()]
            yeared = m[0][0] == "第" and _YEAR_OF.search(head)  # 2025年第41号
            if (_NOT_SERIAL.search(head) and not yeared) or (small and not _speaks(finder.work, m)):
                continue
            finder.serial(m.start("serial"), m.end(), serial)
    if loose and any(c.isdecimal() for c in finder.work):
        finder.loose()
    return sorted(finder.out, key=lambda n: n.start)


def _speaks(work: str, m: re.Match[str]) -> bool:
    """`5号` may be a day: a small figure needs a word that speaks of a matter."""
    near = bool(
        re.match(
            r"\s*(?:问题|那[个条件]|这[个条件]|的|整改|改|进展|延期|验收|销号|怎么|咋|到哪|现在|$)", work[m.end() :]
        )
    )
    return near or bool(re.search(r"(?:问题|那个|那条|去年|(?<![检抽督巡审核])查|查询|看)\s*$", work[: m.start()]))
