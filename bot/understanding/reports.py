"""Slots of reports that a person makes: leads, urgent matters, anonymous words, receipts, progress."""

from __future__ import annotations

import re
from typing import Any

from bot.understanding import categories, describe, gates, people
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading
from bot.understanding.spans import DateHit
from bot.understanding.submission import money, numbered, place, when_found

Slots = dict[str, Any]

_RECOVERED = lazy(r"(?:挽回|回收|收回|追回|清回来?|退回|退还|追缴|上缴|补缴|归还|回款)[^,。;]{0,10}$")
_RULE_ALONE = lazy(r"\s*制度(?:完善)?(?:情况)?\s*[:]\s*[^。;《]{0,30}《")
_EVIDENCE = lazy(
    r"(?<![没不别])(?<!没有)(?<!不让)(?:拍|录)(?:下|了|过)(?:来)?(?:照片?|相|像|音|视频)|截图|转账记录|聊天记录|(?:现场|几张)图|照片|图片|录音|录像|视频|(?<!没)有(?:监控(?!探头|室|员|系统|中心|设备|平台)|[^,。;没]{0,8}票根|[^,。;没]{0,10}为证)|附件|证据(?!不)|凭证|凭据|合同复印|佐证|pdf|会议纪要|扫描件|复印件|材料已|传上去|上传"
)
_NO_EVIDENCE = lazy(r"没(?:有)?证据|无证据|没凭据|缺.{0,3}(?:证据|佐证|材料)")
_HEARSAY = lazy(
    r"听说|据说|听[^,。]{0,6}(?:说|讲|摆)|有人说|道听途说|没(?:得|有)?(?:证据|凭据)|顺嘴说|没凭据|传言|风闻|风言风语|听[^,。]{0,6}唠|听(?:了|到)?一(?:耳朵|嘴)|(?:真假|准不准|真不真|是真是假)[^,。]{0,4}(?:不敢|不知|说不|难|没法|拿不)|不敢(?:保|打包票|说准)|没(?:有)?(?:亲眼|实据|实锤)|(?:外头|外边|底下|私下)(?:都)?(?:在)?传"
)
_NATURES = (
    ("tendency", lazy(r"苗头性?|倾向性")),
    (
        "illegal_invest",
        lazy(
            r"违规经营投资|违规投资|投资损失|(?:股权|收购|并购|投资).{0,20}(?:未做?尽调|未尽调|没有?尽调|没做尽调|损失)"
        ),
    ),
    ("crime", lazy(r"受贿|行贿|贪污|挪用公款|侵占|诈骗|犯罪")),
    ("discipline", lazy(r"礼金|收受|廉洁纪律|截留|宴请|违纪|公车私用|购物卡|礼品|回扣|吃拿卡要|好处费|红包")),
)


# Who is accused of them by his name: 举报纪检室魏国斌.
_OF_HANDLERS = lazy(
    r"(?:举报|(?<![报转通警宣])告|(?<!你们)(?<!您)反映)(?:你们|咱们?|集团)?(?:的)?(?:纪委|纪检|监督办|巡察办|追责)(?:办公室|监察|[室办部科组])*的?$"
)


def lead(r: Reading) -> Slots:
    out: Slots = {**place(r), **money(r)}
    if (described := describe.whole(r)) and not re.fullmatch(
        r"有个线索.{0,14}|.{0,6}不太?方便.{0,8}|(?:问题)?线索|举报|反映|我?要?实名(?:举报|反映)", described
    ):
        out["desc"] = described
    if who := _subject(r):
        out["person"] = who
    if name := _reporter(r):
        out["reporter"] = name
    if re.search(r"实名|真名|真实姓名|亮明身份", r.flat) or (out.get("reporter") and re.search(r"我叫|我是", r.flat)):
        out["real_name"] = True
    nature = next((name for name, pattern in _NATURES if pattern.search(r.flat)), None)
    if nature:
        out["nature"] = nature
    if _EVIDENCE.search(r.flat) and not _NO_EVIDENCE.search(r.flat):
        out["has_evidence"] = True
    if _HEARSAY.search(r.flat):
        out["evidence_level"] = "hearsay"
    if re.search(r"(?:给|交|报|转|找|向|俾|送|递|寄)(?:给|到|俾|往|去)?(?:咱们?|你们|集团)?(?:纪委|纪检)", r.flat):
        out["prefer_target"] = "disc"
    if re.search(
        r"集团(?:公司)?(?:主要)?领导|集团班子|董事长|党委书记|班子成员|集团老总|班子里的|上级管理|省管|中管|央管",
        r.flat,
    ):
        out["sensitive_subject"] = "上级管理干部"
    if re.search(
        r"(?:纪委|纪检|纪委办|监督办|巡察办|追责部|领导小组办公室)[^,。]{0,4}(?:主任|书记|科长|处长|干部|工作人员|同志|的人|[一-龥]主任|专员|部长|姓[一-龥]的|那[位个谁]|里[头面]?有?个?人)|你们(?:纪委|纪检|监督办|巡察办)(?:办公室|[室办部科])?的?[一-龥]{2,4}",
        r.flat,
    ) and not re.search(r"(?:给|向|找)纪委", r.flat):
        out["subject_is_handler"] = True
    if any(_OF_HANDLERS.search(r.flat[: person.start]) for person in r.people if person.known):
        out["subject_is_handler"] = True
    if "source" in r.form:
        out["source"] = describe.trim(r, *r.form["source"])
    found = when_found(r)
    if "found_at" in found:
        out["found_at"] = found["found_at"]
    return out


def _reporter(r: Reading) -> str | None:
    if "reporter" in r.form:
        return people.in_field(r.flat, r.raw, r.people, r.form["reporter"])
    return people.speaker(r.flat, r.raw)


def _subject(r: Reading) -> str | None:
    reporter = _reporter(r)
    if "person" in r.form:
        return people.in_field(r.flat, r.raw, r.people, r.form["person"])
    start, end = r.form.get("subject", (0, 0))
    if end and not any(hit.start < end <= hit.end for hit in r.unit_hits):
        return people.somebody(r.flat, r.raw, start, end)
    behind = (people.at_post(r.flat, r.raw, hit.end) for hit in r.unit_hits)
    if (posted := next((name for name in behind if name and name != reporter), None)) is not None:
        return posted
    return next(
        (
            p.name
            for p in r.people
            if p.name != reporter and p.label not in ("报告人", "反映人", "举报人", "联系人", "承办人")
        ),
        None,
    )


def urgent(r: Reading) -> Slots:
    out: Slots = {**place(r), **money(r)}
    if described := describe.whole(r):
        out["desc"] = described
    if re.search(r"更新|续报|最新情况|进一步|接(?:着)?上|接前面|接刚才|后续", r.flat[: r.start + 14]):
        out["action"] = "update"
    if guess := categories.suggest(r.flat):
        out["category"] = guess[0]
    return out


def anonymous(r: Reading) -> Slots:
    out: Slots = place(r)
    if "units" in out:
        del out["units"]
    stripped = re.sub(
        r"(?:我|想|要|能不能|可以|可不可以|匿\s?名|举报|反映|个事|一下|情况|不想|不要|让|领导|知道|是我|别说|千万|说的|不留名字?|保密|吗|附|[\d一二三两几]+张|照片|图片|啊|吧|\W|\[语音\]|\s)+",
        "",
        r.body,
    )
    if len(stripped) >= 4 and (described := describe.whole(r)):
        out["desc"] = described
    if who := _subject(r):
        out["person"] = who
    if _EVIDENCE.search(r.flat) and not _NO_EVIDENCE.search(r.flat):
        out["has_evidence"] = True
    return out


_ADDS = lazy(r"补充|追加|再补|再?[补添加][一几两][句点]|再说")
_REPLIES = lazy(r"回复|答复|回答|回给你|回一下|答一下|(?:你们?|您)(?:追问|要问|问|要)的")


def receipt(r: Reading) -> Slots:
    code = gates.receipt_code(r.raw)
    out: Slots = {"receipt": code} if code else {}
    if not code:
        part = re.search(r"(?:后|最后|尾号|末|头|前|开头)[四4]位\s*(?:数|是|为|:)*\s*(\d{4})", r.flat)
        if part:
            out["partial"] = part[1]
        if re.search(
            r"丢|忘|没记|找不[到着]|不见了?|撕|烂|泡|看不清|糊了|[洗烧弄]没|烧了|删了|记不得|没存|没保存|没了", r.flat
        ):
            out["lost"] = True
        return out
    action = _ADDS.search(r.flat), _REPLIES.search(r.flat)
    if any(action):
        out["action"] = "reply" if action[1] and not action[0] else "supplement"
        said = re.search(
            r"(?:再?补一?点?材料|补充(?:材料|内容|一下|[一几两]点|[一几两]句)?|回答[^:,]{0,12}|回复[^:,]{0,12}|答复[^:,]{0,12}|追加|再补(?:[一几两]句)?|再?[补添加][一几两]句|再?补充一?(?:[条点个]|点儿|点点))\s*[:,\s]\s*(?P<t>.+?)(?:[\s,;。]*(?:\d[\d\s\-]{14,}\d)?[\s。]*)$",
            r.flat,
            re.S,
        )
        if said:
            out["desc"] = describe.trim(r, *said.span("t"))
    return out


_COMES = lazy(r"(?:之?前)?(?:再|就|能|可以)?(?:补|交|报|传|弄|改|完成|到位)")
_LEFT = lazy(r"(?:剩下|其余)的?[^,。;]{0,8}$")  # 剩下的验收单下周一补齐


def _comes(r: Reading, hit: DateHit) -> bool:
    return _LEFT.search(r.flat[: hit.start]) is not None and _COMES.match(r.flat, hit.end) is not None


def progress(r: Reading) -> Slots:
    out: Slots = numbered(r) or ({"ref": "this"} if _RULE_ALONE.match(r.body) and not r.acted_on else {})
    if "number" in r.form and not out:
        out.update(numbered(r))
    parts = [r.form[k] for k in ("done", "undone", "next", "desc") if k in r.form]
    if parts:
        out["desc"] = describe.trim(r, min(p[0] for p in parts), max(p[1] for p in parts))
    elif described := describe.without_numbers(r):
        out["desc"] = described
    if r.percent is not None:
        out["percent"] = r.percent
    for amount in r.amounts:
        if amount.yuan is not None and re.match(
            r"[^,。;\d]{0,3}(?:已|都|全)?(?:到账|回款|入账|追回|收回|退回|要回|找回)", r.flat[amount.end :]
        ):
            out.setdefault("recovered_yuan", amount.yuan)
        if amount.yuan is not None and _RECOVERED.search(r.flat[max(0, amount.start - 14) : amount.start]):
            out.setdefault("recovered_yuan", amount.yuan)
    if re.search(r"批评教育|问责|扣罚|处分|诫勉|通报批评|追责|约谈了|扣减绩效|免职|降级|记过|警告", r.flat):
        out["accountability"] = True
    if _EVIDENCE.search(r.flat):
        out["has_evidence"] = True
    for hit in r.dates:
        if hit.kind in ("day", "end") and re.search(
            r"(?:预计|计划|争取|大概|估计|估摸着?|差不多|力争|打算|准备|要到|等到|得到|最快)[^,。;]{0,4}$|报告$",
            r.flat[: hit.start],
        ):
            out.setdefault("expect", hit.toward(r.today, "future").last.isoformat())
        elif hit.kind in ("day", "end") and hit.first >= r.today and _comes(r, hit):
            out.setdefault("expect", hit.last.isoformat())
    return out
