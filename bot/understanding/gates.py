"""The gates that look at a message before anything is stored: secrecy marks, anonymity, receipt codes (domain.md 2.6, P6)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

from bot.understanding import numerals, text, wishes

_LEVEL = r"(?:绝\s?密|机\s?密|秘\s?密)"
_THING = r"(?:文件|图纸|材料|资料|公文|电报|件(?!事)|档案|图(?!书)|会议|合同|项目|信息|内容|载体|数据|报告|光盘|u盘|优盘|移动硬盘|硬盘|笔记本|网(?!格|点)|人员(?:名单|档案|花名册|身份信息)|名单|图片|电脑|计算机|设备|工程|事项|照片|方案|清单|通知|纪要|手册|技术|课题|论文|批示|文稿|稿)"
_OWN = r"(?:文件|图纸|材料|资料|数据|附件|内容|这份|这些|项目|会议|合同)"
_SECRET = re.compile(
    rf"""{_LEVEL}\s*[:]?\s*[★☆*✩⭐✭]|[★☆✩⭐✭]\s*(?:\d+|[一二三四五六七八九十长]+)\s*(?:年|个月|月|期)|[★☆✩⭐]\s*(?:长期|启封)
    |(?<![业作露人]){_LEVEL}\s*级(?!别的朋友)|(?<![业作]){_LEVEL}\s*[\[\](（]?\s*(?:\d+|[一二三五十]+|三十|二十)\s*(?:年|个月)|{_LEVEL}\s*[,]?\s*(?:保密)?期限
    |密级\s*[:是为]\s*(?!〇|无|公开|非密|不涉密|内部公开|没有|普通)|密级\s*{_LEVEL}|(?:有|带|标了?|标有|注明|定了?)\s*密级(?!吗|么|\?)|定密(?:为|成|是|{_LEVEL})|密级文件
    |(?<!不)(?<!非)(?<!未)(?<!否)(?<!勿传)(?<!去掉)(?<!含)(?<!删除)(?<!除)涉密\s*的?\s*{_THING}(?!吗|管理(?:制度|办法|不|培训)|培训|目录不|保护制度)|(?:含有|涉及|属于|是|这是|包含)\s*涉密(?:的|内容|信息|$|[,。!])
    |(?:属于?|是|涉及|含有?)国家{_LEVEL}|国家(?:秘密|机密|绝密)\s*{_THING}
    |(?<![业作])绝\s?密(?!飞行|武器|配方|押题|试题|资料包)|(?<![业作技术人私工的])机\s?密\s*{_THING}|(?<![业作人私])秘密\s*(?:文件|图纸|公文|电报|件(?!事)|档案|等级)
    |(?:标|盖|印|写|注)(?:着|了|有|明)\s*["'《\[]?{_LEVEL}|(?:标|盖|印|写|注|打|是|为|有|着|属于?|定为?|带)(?:着|了|有|明|上|的是|个|为)*\s*["'\[《]?{_LEVEL}["'\]》]?\s*(?:字样|章|二字|两个?字|标志|标识|的?章|戳|的{_THING})
    |{_OWN}(?:都|也|属于?|是|,|\s)*涉密(?!人员|岗位|资质|管理|培训|检查|事件|风险|吗|么|不|的?(?:判断|认定|审查))|[\[〔]\s*(?:内部)?{_LEVEL}\s*[\]〕]|[(]\s*{_LEVEL}\s*[)]|^\s*{_LEVEL}(?=\s|:|\n|关于|$|[,。!])|\n\s*{_LEVEL}\s*(?:\n|$|:)
    |top\s*secret|密件(?!人)|机要(?:文件|件)(?!柜|室|交换)|保密期限\s*[:是为]?\s*(?:\d+|长期|至)|(?:军工|武器装备|国防|涉军)(?:涉密|秘密|机密)""",
    re.X,
)
_SECRET_HINT = re.compile(r"密|★|☆|✩|⭐|✭|top|机要")
_HARMLESS = re.compile(
    r"(?:商业|工作|技术|个人|客户|内部工作|企业|公司)(?:的)?(?:秘密|机密)|秘密(?:调查|进行|举报|会见|转移|安排|潜|处置|约|武器|基地|账|小金|协议|交易)|保守秘密|公开的秘密|小秘密|解密|保密|密码|秘密地"
)


# 机·密, 秘 密, 密 级: split so that a search does not find them. 手机 密码 and 发动机 密封 are two words.
_SPLIT = re.compile(
    r"(?<=[绝机秘涉])[\s·.・/\-_|]{1,3}(?=密(?![码切闭封集度实]))|(?<=密)[\s·.・]{1,3}(?=级(?!联|别管))"
)
_SPACED = re.compile(r"(?<=[一-龥])[ \t]+(?=[一-龥](?:[ \t]|$))")
# Said of what is not there, or forbidden: 不属于涉密项目, 严禁发涉密文件, 涉密文件不要发这里.
_ABSENT = re.compile(
    rf"(?:不属于?|不是|并非|没有|无|未|不|不含|不包含|未发现|未见|不存在)(?:任何|有|涉及|属于|含有?)*(?:涉密|国家{_LEVEL})"
    rf"|(?:请?勿|请?不要|别|严禁|禁止|不得|不准|不能)[^,。;!?\n把将]{{0,8}}(?:上传|发送?|传|存储?|处理|谈论|粘贴|提交|报送|拍)[^,。;!?\n的]{{0,3}}(?:涉密|国家{_LEVEL})\s*{_THING}?"
    rf"|涉密{_THING}(?:请勿|请?不要|别|严禁|禁止|不得|不准|不能)[^,。;!?\n]{{0,6}}(?:发|传|存|拍)"
    r"|(?:协议|合同|商业秘密|竞业|条款|约定)[^。\n]{0,12}保密期限"
)
_TERM = re.compile(r"保密期限\s*[:是为]?\s*(?:\d+\s*年|长期)|保密(?:等级|级别)\s*[:是为]?\s*" + _LEVEL)


def secret_mark(message: str) -> bool:
    """Whether the message carries the marks of a state secret. Ordinary uses of 保密 and 秘密 pass (P6)."""
    if not _SECRET_HINT.search(message) and "TOP" not in message and "Top" not in message:
        return False
    flat = _SPLIT.sub("", text.flatten(text.tidy(message)))
    if _marked(flat):
        return True
    closed = _SPACED.sub("", flat)
    return closed != flat and _marked(closed)


def _marked(flat: str) -> bool:
    plain = _ABSENT.sub(_veil, flat)
    return bool(_SECRET.search(_HARMLESS.sub(_veil, plain)) or _TERM.search(plain))


def _veil(m: re.Match[str]) -> str:
    return "〇" * len(m[0])


_WHO = r"(?:领导|别人|人家|他们?|她们?|老板|经理|主任|书记|队长|厂长|科长|单位|公司|同事|任何人|人|大家|上面|谁|部门|车间|班长|外人|其他人|头儿|总)"
_FEAR = r"(?:怕|担心|害怕|恐怕|恐|万一|免得|省得|防止|又怕|就怕|唯恐|顾虑)"
_HARM = r"(?:打击|报复|穿小鞋|小鞋|丢饭碗|丢工作|丢了工作|开除|辞退|被整|整我|得罪|秋后|算账|找我麻烦|惹麻烦|惹祸|盯上|暴露|牵连|连累|针对我|给我难堪|给我使绊|下岗|调岗|扣奖金|收拾|为难我|不利|受影响|影响我(?!们)|知道是我|查到是?我|说是我|认出)"
_ANON = re.compile(
    rf"""匿\s?名|(?<![隐藏逃潜])匿(?![藏])|^\s*名(?:反映|举报)|保密\s?(?:映反|报举|反应)|隐\s?名|隐姓埋名|无名氏|化名|(?<![a-z])(?:nm|n\s?m|nimin|nimingde?|ni\s?ming|nim)(?![a-z])|匿(?:了|个)名
    |不(?:想|愿意?|能|敢|要|用|方便|便|打算)?\s?(?:留|署|具|写|报|签|露|透露|公开|提供|说|报上)\s?(?:下|出)?(?:我|自己|真|本人)?(?:的)?\s?(?:名字?|姓名|真名|真实姓名|身份|个人信息|大名)
    |(?:能|可以|可|能否|是否可以)\s?不\s?(?:留|署|写|报|说)\s?(?:下)?(?:我)?(?:的)?\s?(?:名字?|姓名)|不(?:敢|想|愿意?|能|要|用)?实名|(?:别|不要|莫|千万别)\s?(?:留|写|记|登|提|透露|泄露|公开|说出?|显示)\s?(?:我|俺|本人)(?:的)?(?:名字?|姓名|身份|信息|来)?
    |(?:别|不要|莫|甭|千万别|不能|可别)\s?(?:说|讲|提|告诉.{{0,6}}|透露)(?:出去)?(?:是|这是)(?:我|俺|咱)|(?:别|不要|不想|不愿意?|不能|不希望|千万别|可别|怕|甭|莫)\s?(?:让|被|叫|给|使)?\s?.{{0,6}}?{_WHO}?.{{0,4}}?(?:知道|晓得|认出|猜到|看出|听出|查出|查到|发现|传到).{{0,4}}?(?:是|到)?(?:我|俺)
    |(?:别|不要|不想|不愿意?|不希望|千万别|可别|甭|莫)\s?(?:让|被|叫|给)\s?.{{0,6}}?{_WHO}.{{0,3}}?(?:知道|晓得)
    |{_FEAR}[^,。;\n]{{0,10}}{_HARM}|(?:保密|秘密|私密|悄悄地?|偷偷地?|私下里?|暗中|背地里)\s?(?:反映|举报|检举|反应|投诉|告诉你|跟你说|和你说|说个|说件|汇报个|爆料|报告个)
    |(?:替|给|帮|为|对)(?:我|俺|本人|反映人)(?:的)?(?:身份|信息|名字|姓名|个人信息)?(?:保密|保个密|守密|保守秘密)|(?:保护|隐去|隐藏|隐瞒|抹去|去掉|删掉|藏起?)(?:好)?(?:我|俺|本人)(?:的)?(?:身份|名字|姓名|隐私|信息)|(?:身份|名字|姓名)(?:要|请|务必|能|可以)?(?:保密|别(?:公开|透露)|不要(?:公开|透露))
    |(?:不|别|无法|不能|不便|不方便)(?:想|能|便|方便)?(?:告诉你|说|透露|公开)(?:出)?我是谁|(?:别|不要|不许|不能)查(?:我|是谁)|不(?:想|愿|便|能|敢)?(?:出面|露面|露脸|抛头露面|暴露)|(?:树洞|吹哨|小纸条|塞(?:个|张)?(?:纸条|条子)|戴着?面具|蒙着?脸|无名信|没名字的信|黑信|(?:用|开|换)(?:个)?(?:马甲|小号)|(?<!飞)隐身(?!技))(?!公司|管理|车间)
    |(?:不敢|没敢)(?:直接|当面|公开|明着?)?(?:说|讲|反映(?!问题的)|举报|写|署名|签名)|只(?:敢|能|想)(?:在这|跟你|和你|偷偷|悄悄|匿)(?!们?要)(?!说声|[^,。]{0, 4}抱歉)|(?:谁也|谁都|对谁也|跟谁也)(?:别|不要|不能)(?:说|告诉|讲)|(?:名字|姓名)就不(?:说|写|留|报)了|不(?:说|报)(?:我)?名字了?|我是谁(?:不重要|就不说|你别管|别问)""",
    re.X,
)
_ANON_HINT = re.compile(
    r"[名匿怕恐担顾密悄偷私暗背别不莫甭没只谁藏隐化树吹哨纸面蒙黑马小查知保身免省万防塞就会]|[nN]\s?[mMiI]|姓|码|露"
)
_ABOUT_REPORTS = re.compile(
    r"匿名(?:举报|反映|来信|信件?|件|线索|投诉|的)?(?:一?共|总共|到底|今年|本季度|这个季度|上季度|的)?.{0,6}?(?:有|收到|办结了?|受理了?|处理了?)?\s?(?:多少|几件|几个|几条|占比|占多大|比例|统计|数量|件数|总数|趋势|率)"
    r"|(?:统计|汇总|导出|列出|查一?下|看看|多少|几件|几条).{0,12}匿名(?:举报|反映|线索|来信|件|的)"
    r"|匿名(?:化|投票|评议|测评|打分|评审|评标|问卷|调查问卷|票决|账[户号]|股东|信息处理|字段|数据|评价|推荐|表决|评分|捐|存款|开户|访问|登录|用户|处理不|处理未|处理规定|采访|函询|方式评|评估)"
    r"|匿名(?:来信|信件?|举报信|举报件|件)(?:\s?[\d一二三四五六七八九十两几]+\s?[封件条个]|转办|办理|办结|处置|登记|台账|超期|未|没)|匿名(?:调查|访谈|投票|投诉箱|意见箱|信箱|举报事项|反映事项|捐款)|(?:号称|所谓|名为|声称|标榜|虽说|名义上)匿名"
    r"|(?:受理|收到|办理|核查|转办|移送|处置|关于|涉及|办结|登记|梳理|答复)[^,。我俺]{0,4}匿名(?:举报|反映|来信|信|件|线索|投诉)"
    r"|匿名(?:举报|反映|信)(?:箱|渠道|制度|办法|流程|机制|平台|电话|管理|规定|受理(?:流程|制度|规定))|(?:对|把|将)?匿名(?:举报|反映)?(?:件|信)?的?(?:处理|受理|办理)(?:流程|办法|规定|原则|时限|要求|不规范|不及时)"
)
_PROBE = re.compile(
    r"匿名(?:举报|反映|投诉|那个|那条|的)?(?:的)?(?:人)?(?:到底|究竟)?是(?:谁|哪个|不是)|谁(?:在|发的?|搞的?)?匿名|匿名.{0,10}(?:是不是.{1,10}(?:发|写|报|说|干)|谁(?:发|写|报|说|干))|匿名(?:举报|反映)?人的?.{0,10}(?:账号|微信|姓名|身份|名字|手机|部门|资料|信息)(?:给|发|查|告诉|是|调)"
    r"|(?:查|告诉|说|透露|给|知道).{0,8}(?:匿名|那个匿).{0,6}(?:是谁|谁(?:发|写|报)|的?(?:身份|账号|姓名|名字))|哪个.{0,4}匿名"
)
_FIRST = re.compile(r"[我俺咱]|反映人(?:就是|是)本")
_FORMAL = re.compile(
    r"^\s*(?:监督工作信息|报送问题|报告问题|问题上报|问题[:]|登个?问题|登记问题|发现(?:个)?问题|审计|(?:专项|日常|内控|合规|季度)?检查(?:中)?发现|[一-龥]{2,6}部\s?[:报]|[一-龥]{2,6}(?:检查|审计|巡察)发现)"
)
_TELL = re.compile(
    r"(?:会不会|会|能不能|不会).{0,8}我(?:的)?(?:名字|姓名|身份|信息|号码|微信|账号).{0,8}(?:告诉|透露|泄|给|报|说|公开)|我(?:的)?(?:名字|姓名|身份|账号).{0,6}(?:会不会|会|能).{0,6}(?:被|知道|看|泄|公开|记录)"
)
_OWN_CODE = re.compile(r"回执|凭码|取件码|查询码")
_TRACE = re.compile(
    r"(?:查(?:得?到|出|不到)|追(?:踪|查)(?:得?到)?|知道|看(?:得?到|出)|定位到?|找(?:得?到)|认出|暴露|泄露).{0,6}(?:我|是谁|身份|微信|账号)(?!们|公司|单位|部|这边|名下|(?:报|提交|上报|登记)(?:的|过)|的?(?:问题|整改|任务|进展))"
)


def anonymous_sounding(message: str) -> bool:
    """Whether the speaker seems to want his name kept out (domain.md 2.6-2). Errs to safety for first-person reports."""
    flat = text.flatten(text.tidy(message))
    own = bool(_FIRST.search(flat))
    if _OWN_CODE.search(flat):
        return own and not re.search(r"回执(?:单|联)|送达回执", flat)
    if _PROBE.search(flat):
        return False
    if wishes.staying_unknown(flat):
        return True
    if not _ANON_HINT.search(message) and not _ANON_HINT.search(flat):
        return False
    wished = [m.start() for m in _ANON.finditer(flat)]
    if wished and not _FIRST.search(flat) and all(wishes.of_others(flat, at) for at in wished):
        wished = [at for at in wished if flat[at] == "匿"]
    if not wished:
        if _TELL.search(flat):
            return True
        return bool(
            own
            and _TRACE.search(flat)
            and re.search(r"如果|要是|会不会|能不能|会|能|吗|\?|么", flat)
            and re.search(r"说|反映|举报|报|告|发|写|查", flat)
        )
    about = _ABOUT_REPORTS.search(flat)
    if about:
        rest = flat[: about.start()] + flat[about.end() :]
        return bool(_ANON.search(rest)) or bool(re.search(r"[我俺](?:想|要|能)?匿名", flat))
    if _FORMAL.match(flat) and not own:
        return bool(re.search(r"匿名(?:反映|举报)(?!的?问题)|不留名|(?:替|为)反映人保密", flat))
    return True


_CODE = re.compile(
    rf"(?<![\d*])(?:[\d{''.join(numerals.DIGITS)}][\s\-_.·,、/]{{0,3}}){{15}}[\d{''.join(numerals.DIGITS)}](?!\s*[\d*])"
)
_OTHER_CODE = re.compile(r"(?:卡号|账号|账户|合同号?|发票|身份证|税号|单号|流水|信用代码|电话)[^\d]{0,6}$")


def receipt_code(message: str) -> str | None:
    """The 16 digits of a receipt however they are written, or None: full width, grouped, spoken."""
    flat = text.flatten(text.tidy(message))
    for found in _CODE.finditer(flat):
        head = flat[: found.start()]
        if _OTHER_CODE.search(head) or re.search(rf"[{''.join(numerals.DIGITS)}]$", head):
            continue
        digits = "".join(
            c if c.isdecimal() else str(numerals.DIGITS[c]) for c in found[0] if c.isdecimal() or c in numerals.DIGITS
        )
        if len(digits) == 16 and digits.isascii():
            return digits
    return None


_ORDINARY = re.compile(
    r"(?:帮助|取消|确认|逾期清单|本季度无问题|还有谁没报|我报了没|统计)[。！!？? ]*$"
    r"|(?:报送问题|报告问题线索|监督工作信息|紧急|实名反映)\s*[:：]"
    r"|(?:查询?|看看?)?\s*(?:WT|JJ|BG|XS)-?\d{4}",
    re.IGNORECASE,
)


def ordinary(message: str) -> bool:
    """Whether it is one of the fixed commands, with which nobody means to go on with a report without his name."""
    return _ORDINARY.match(message.strip()) is not None
