"""What is done to a matter, or asked of the office, in so many words: registering, merging, objecting, appointing."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.understanding import people, submission
from bot.understanding.lazily import lazy
from bot.understanding.plainwords import LEADING
from bot.understanding.reading import Reading

# In `told` every number of a finding and every word that stands for one is a run of №, every BG- number a run of §.
_S = r"№[№、,和及与跟\s]*(?:号|问题|这[条个]|那[条个]|(?<=№)的|\s)*"
_GAP = r"[^,。;!?\n]"
_DO = r"(?:正式|请|给|予以|给予|可以|同意|准予|准许|批准|都|全|全部|也|就|先|直接|资料齐了?|材料齐了?|齐了|没问题|要素齐全|符合条件|属于监督范围|核过了|看过了|行|能|帮我|帮忙|麻烦|把|将|吧|[,\s])*"
_NOT = r"(?:不予|不同意|不能|不该|不应|不用|不要|不准|不给|不可|不|别|先别|暂不|勿|无需|没必要)(?:再|给|予以|做)?"
_ELEMENT = (
    r"(?:发现时间|发现日期|时间|日期|责任单位|单位|金额|依据|描述|要素|信息|类别|要件|内容|情况说明|材料|说明|来源)"
)

_PROOF = r"(?:佐证|证明|证据|附件|材料|凭证|凭据|照片|相片|图片|资料)"
_SHOWN = r"(?:整改)?(?:的)?(?:佐证|佐证材料|证明材料|整改照片|整改材料)"
_PICTURE = r"(?:照片|相片|图片?|文件|截图|扫描件|附件|材料)"

Needs = Mapping[str, Callable[[Reading, str, re.Match[str]], bool]]
# A fixed wording of these may be the beginning of a narrower deed (退回补正, 不同意撤销).
NARROWS = frozenset({None, "return", "accept", "decide_extension", "query_by_number", "query_by_unit", "help"})
CONSENTS = frozenset({"register", "decide_withdraw", "answer_objection"})

_ORGS = "orgs"
_TWO = "two"
_DATES = "dates"
_QUIET = "quiet"
_PERSON = "person"


@dataclass(frozen=True, slots=True)
class Deed:
    """One way of saying one deed. hint: characters of which one must be there; needs: facts beyond the words;
    sure: it may leave an open form."""

    intent: str
    hint: frozenset[str]
    pattern: re.Pattern[str]
    needs: tuple[str, ...] = ()
    sure: bool = True


def way(intent: str, hint: str, pattern: str, *needs: str, sure: bool = True) -> Deed:
    return Deed(intent, frozenset(hint), lazy(pattern), needs, sure)


# Of one matter: the first line that fits decides, so what is narrower stands first.
_ON_MATTER: tuple[Deed, ...] = (
    # merging names both
    way("merge", "并合归", r"№[^。;!?\n]{0,20}(?:并案|并到|并入|并至|归并|合并|合到|合入|归到|归入|并进|并在一起|合在一起|合成一条|并成一条).*№", _TWO),
    way("merge", "并合归重", rf"(?:并案|合并|归并)(?:处理|办理)?[\s:]*{_S}|{_S}{_GAP}{{0,4}}(?:并案|合并|归并|合成一条)|№.*№.{{0,10}}重复.{{0,12}}(?:并|合)|№.*№.{{0,16}}(?:并案|归并|合并(?!检查|招标|采购|报表)|并为一|合为一)", _TWO),
    way("merge", "并", r"^并案(?:处理)?[\s:]*№+[\s。!]*$|^№+[\s,]*(?:并案|并案处理)[\s。!]*$"),
    # whether it may be withdrawn
    way("decide_withdraw", "撤", rf"(?:同意|批准|准予|准许|允许|驳回|{_NOT}|不批){_GAP}{{0,4}}(?:{_S}|把|对)*的?(?:撤销|撤回|撤掉|撤)(?:{_S}|申请|$|[,。\s了吧])|{_S}(?:的)?(?:撤销|撤回)(?:申请|的?请求|的事儿?|这事)?[\s,:]*(?:我)?(?:已)?(?:同意|不同意|批准|不批|不准|准了|照准|准予|驳回|通过|不予)|{_S}{_GAP}{{0,3}}(?:可以|能|同意|不同意|准许|准予|允许|批准|{_NOT})(?:撤销|撤回|撤掉|撤)", _QUIET),
    # more time asked for becomes a lasting rectification; a matter goes to discipline as a lead
    way("decide_extension", "续", r"(?:延期|展期)(?:的)?(?:申请)?[^。;]{0,16}(?:转|改|按|列|作)(?:为|成|入)?(?:作)?持续整改", "subject", _QUIET, "not_unit"),
    way("convert_to_lead", "移转送", r"(?:№[^。;]{0,12}线索[^。;]{0,6}?|线索[^。;]{0,4}№[^。;]{0,4}?)(?<!已)(?<!已经)(?:移交|移送|转交|转送|转给|转|送交)(?:给|到|至)?[^,。;]{0,3}(?:纪委|纪检|监委)|№(?:号|问题|这[条个]|[,\s])*(?:请|拟|建议|直接|尽快|同意)?(?:移交|移送)(?:给|到|至)?[^,。;]{0,2}(?:纪委|纪检|监委)", _QUIET, "unfound"),
    # objections and their answers
    way("answer_objection", "异申", rf"(?:答复|回复|回应|处理|裁定|驳回|采纳|支持|认可|关于){_GAP}{{0,4}}{_S}{_GAP}{{0,4}}(?:异议|申诉)|{_S}{_GAP}{{0,6}}(?:异议|申诉){_GAP}{{0,4}}[\s,:]*(?:部分)?(?:不?成立|不?采纳|不?予?支持|驳回|不予|属实|有(?:道)?理|答复|核实|维持|不认)|{_S}{_GAP}{{0,4}}(?:异议|申诉)[^。;]{{0,12}}(?:不?成立|不?采纳)|(?:(?:异议|申诉)(?:的)?(?:答复|回复)|(?:答复|回复)(?:异议|申诉))[\s:,]*{_S}|(?:不?采纳|驳回|不?支持|{_NOT}采纳){_GAP}{{0,4}}{_S}{_GAP}{{0,4}}(?:异议|申诉)|(?:异议|申诉)(?:的)?(?:理由|申请|事项)?[^。;№]{{0,6}}?(?:不?成立|不?充分|不足|不?采纳|不?予?支持|不?属实|驳回)[^。;№]{{0,8}}№", _QUIET),
    way("objection", "异申服同", rf"(?:提交?|提出|有|反馈|要提|想提|表示)?(?:书面)?(?:异议|申诉)(?!期|处理|答复)[\s:,]*{_S}|{_S}{_GAP}{{0,14}}(?<!无)(?<!没有)(?<!没)(?:异议|申诉|不服)|(?:有|提)(?:不同(?:的)?(?:意见|看法)){_GAP}{{0,6}}{_S}|{_S}{_GAP}{{0,10}}(?:有|提)(?:点)?不同(?:的)?(?:意见|看法)|№{_GAP}{{0,12}}[,。]{_GAP}{{0,10}}(?<!无)(?<!没有)(?<!没)(?:异议|申诉|不服)", _QUIET),
    way("objection", "实事不冤", r"№.{0,16}(?:不属实|不实(?!施)|与事实不符|和事实不符|跟事实不符|和?与?实际(?:情况)?(?:不符|有出入)|不是事实|不符合(?:事实|实际)|没这[回码档]事|没有这[回码档]事|没这事|没有的事|冤枉|失实|有出入|不存在(?!未|没)|(?:说|写|描述|定性)得?(?:的)?不(?:对|准)|搞错对象|不是我们(?:的|单位|公司|干))", _QUIET, "unreturned"),
    way("objection", "认服接冤", r"№+(?:的|这[条事个]|这事儿|问题)*[,\s]*(?:对此)?(?:我|咱|俺|本)(?:们|方|公司|单位|司|部门)?(?:这边|这里)?(?:都|坚决|可|是|实在|真|也)?(?:不认(?!可|识|定)|不服|不接受|冤|委屈)", _QUIET, "unreturned"),
    way("objection", "认同接服", r"不(?:认可|认同|同意|接受|认|服)№+(?:的|这条|问题)*[^,。;]{0,4}(?:认定|定性|结论|说法|描述|问题|指控)", _QUIET),
    way("objection", "删", r"(?:删掉|删除|删了|删去|去掉)[^,。;]{0,4}№|№[^。;]{0,14}(?:删掉|删除|删了|删去)(?!凭证|资料|账)", _QUIET, "unit_side"),
    way("withdraw", "删", r"(?:删掉|删除|删了|删去)[^,。;]{0,4}№|№[^。;]{0,14}(?:删掉|删除|删了|删去)(?!凭证|资料|账)", _QUIET, "unreturned"),
    # before it is registered
    way("ask_more", "补", rf"(?:退回|打回|退给{_GAP}{{0,8}}|发回)(?:去|来)?(?:让{_GAP}{{0,8}})?(?:重新)?(?:补正|补充(?!佐证|整改|证明|照片)|补全|补齐要素|完善)|(?:退回|打回|退给|发回)[^。;!?\n]{{0,20}}?补(?:正|充|全|齐|上|一下)(?:完整|一下|上)?(?:$|[\s。,]|(?:发现时间|发现日期|发生时间|责任单位|单位|金额|依据|描述|要素|信息|类别|来源|时间))|(?:(?<!按)(?<!按照)要求|需要?|请|通知|让|叫|麻烦){_GAP}{{0,16}}补正|(?:要素|信息|内容|填写)不?(?:全|齐|完整)[^。]{{0,20}}补", "subject", "no_evidence"),
    way("ask_more", "补清", rf"(?:让|请|叫|要求|通知|麻烦|转)(?!我|你们?看){_GAP}{{2,18}}?(?:补充|补正|补齐|补全|补一下|补上|补报|补一补|补个|补写|写清|说清){_GAP}{{0,14}}", "subject", "no_evidence", "others"),
    way("ask_more", "补", rf"{_S}{_GAP}{{0,3}}(?:还?缺|没写|未写|没填|未填|少了?|差).{{0,24}}(?:补正|补全|补齐|补充|补一下|补上)(?!佐证)", "no_evidence", _QUIET),
    way("complete", "补", rf"^补正[\s:]*№+[\s。!]*$|^№+[\s,:]*补正[\s。!]*$|^(?:(?>我们?|现将|现|已|按要求|把|将|\s))*(?:补正|补充|补一下|补上)(?:材料|信息|要素|说明|内容|一下|下)?[\s,:]*{_S}(?:的)?{_ELEMENT}*(?:如下)?[\s,:，]+\S|{_S}(?:的)?{_GAP}{{0,8}}(?:补正|补充|补上|补齐|补全)(?:材料|信息|要素|说明|内容|情况|如下|一下|了)*(?:\s*[:,]\s*|(?<=如下)\s+)\S|{_S}(?:的)?{_GAP}{{0,8}}(?:补正|补充|补上|补齐|补全)(?:了|一下|材料)*(?:{_ELEMENT})+[为是]?\S|^(?:补正|补充)(?:一下)?{_S}(?:{_ELEMENT})+[为是]?\S|{_S}{_ELEMENT}*(?:已经?)?(?:补上|补正|补齐|补全)(?:了)?[\s,:]|№+[,\s]*(?:我|咱|俺)们?(?:这边)?(?:来|再|现在)?(?:补充|补正|补上|补一下|补个|补)\S", "no_evidence", _QUIET),
    way("reject", "登受立纳收", rf"№.*?{_NOT}(?:登记|受理|登了|登上|立项|纳入|录入|入库|收(?=[,。\s!]|$))|{_NOT}(?:登记|受理|立项|纳入)[\s,:把]*{_S}", _QUIET),
    way("register", "登受", rf"^{_DO}(?:登记|受理|登上|登一下|登记一下)(?:入库|入册|入账|在册|一下|下)?[\s,:]*(?:把)?{_S}(?:[,。\s!吧]|$|类别|归|分类|按|责任|属)|{_S}[^。;!?\n]{{0,14}}?(?<!不)(?<!没)(?<!未)(?<!别)(?<!不予)(?:登记|登上|登了|登吧|登入台账|入台账|受理)(?:进台账|到台账|进去|入库|入册|入账|在册|上|了|吧|一下|下|即可)*(?:[,。\s!;]|$|类别|归|分类|按|到|为|责任)", _QUIET, "unfound", "no_progress"),
    # what the discipline body says of it
    way("suggest", "建提关留注", rf"(?:建议|提请|提醒|请){_GAP}{{2,16}}?(?:关注|留意|注意|重点(?:看|核|查|关注|审)|警惕|深挖|延伸|核对|看看|研究|盯住|查一查|跟进|跟踪|介入|核实一下|督促)|建议{_GAP}{{2,16}}?(?:盯|留神|上心|过问|把把?关)", _ORGS, "advice"),
    way("supervise", "督摘挂牌", rf"(?:重点|挂牌|挂号)(?:的)?督办(?!清单|台账|问题有|的有|件有)|督办(?:事项|重点|件)(?!清单|有)|摘牌|撤牌|摘掉?(?:督办)?牌子?|(?:不用|取消|解除|不再|别|停止)(?:再)?挂牌|(?:移出|移除|解除|取消){_GAP}{{0,10}}督办", "subject", _QUIET),
    # its history and its evidence
    way("trail", "谁办痕录流历改手程日走动脉变迹", r"留痕|(?:办理|流转|操作|变更|修改|处理|审批|历史|变动|改动|经办|状态)(?:的)?(?:记录|过程|轨迹|日志|历史|痕迹|明细|情况变化)|流转(?:单|情况)|操作日志|日志|谁(?:都)?(?:改|动|碰|处理|经手|操作|经办|办)(?:过|了)|(?:经过|过了|经)(?:了)?(?:谁|哪些人|哪几个人|几个人)(?:的)?手?|谁(?:的)?经手|(?:是)?谁(?:给)?(?:改|动|登记|交办|退回|批|录入|提交|销)的|(?:变更|修改|流转)情况|来龙去脉|从头到尾|全过程|前前后后|前后经过|怎么一步步|走过哪些|(?:有|都)?(?:哪些|什么|啥)(?:改动|变动|变化)|改过(?:几次|什么|哪些|啥)|历史记录|历程", "subject", "no_progress"),
    # a new rule of the house is what the rectification brought (S48)
    way("submit_progress", "制", r"制度(?:名称|文件|完善)?(?:情况)?(?:\s*[:]|是|为|已?(?:经)?(?:修订|出台|印发|制定|建立|完善|发布))[^。;《]{0,30}《[^》]+》", "unsent", "unfound", "new_rule"),
    way("evidence", "佐证附图照相凭材料件张份用", rf"(?:这|上面|刚才|刚刚|前面|以上|上述|下面|刚|那){_GAP}{{0,14}}(?:是|算|作为|当作?|做|给|放到?|归到?|属于|用于|用作|挂到?){_GAP}{{0,4}}{_S}{_GAP}{{0,4}}{_PROOF}|(?:给|往|为){_S}{_GAP}{{0,4}}(?:加|添|补|传|挂|放){_GAP}{{0,6}}(?:佐证|证明|证据|附件)|(?:图片?|照片|相片|文件|截图|扫描件|附件)(?:都|就)?(?:是|算|作为){_S}{_GAP}{{0,3}}{_PROOF}|(?:照片|图片?|文件|截图|扫描件|附件|材料)(?:都)?是{_S}(?:的)?[\s。!]*$|{_S}{_GAP}{{0,3}}(?:佐证|证明材料|附件)(?:材料)?(?:见|如|在)(?:上|下|附|图)|这(?:几|两|些|[三四五六七八九\d])?(?:张|份|个|些)?(?:照片|图|文件|材料)?(?:给|放|归){_S}(?:用|的?[\s。]*$)", "unsent"),
    way("evidence", "佐证附图照材", rf"(?:看|查|发|给|调|列|打开|下载|拿|要|翻|瞧|瞅){_GAP}{{0,8}}{_S}{_GAP}{{0,6}}(?:佐证|附件|证明材料|证据|图片|照片)(?:[^,。]{{0,8}}[吧吗啊呀?]?[\s。]*$)|{_S}{_GAP}{{0,6}}(?:佐证|附件|证明材料|证据)(?:材料)?(?:都|呢|一共)?(?:[有是]?(?:哪些|几个|几份|几张|什么|多少|没有|吗)|呢|在哪|发我|发给我|给我|发过来|看看|看一下|看下|调出来|拿来|列出来|$|[?。]$)|{_S}第.{{1,3}}[张份个](?:照片|佐证|附件|图片?)[\s。?]*$|{_S}(?:都|一共|总共)?(?:交|传|提交|上传)(?:了|过)(?:哪些|什么|几份|几张|啥)(?:佐证|材料|附件|照片|证明)|{_S}{_GAP}{{0,8}}(?:佐证|附件|证据|照片|图片){_GAP}{{0,6}}(?:发(?:给)?我|发过来|给我|调出来|看看|看一下|看下)", "unsent"),
    # how the rectification goes
    way("milestone", "节阶步里", r"(?:第?(?:\d|[一二三四五六七八九两]|首)个?|头一?个?|最后一?个?)?(?:节点|阶段|步|里程碑)(?:的)?(?:\s?\d|[一二三四五六七八九])?(?:任务|工作|目标)?[^。;:]{0,8}?(?:已经?|都|全部|按时|提前)?(?:完成|办结|做完|搞定|到位|达成|结束|弄完|干完|完了|改完|弄好|办好|利索|妥了)|(?:完成|做完|弄完|搞定|达成)(?:了)?[^,。;]{0,4}第?(?:\d|[一二三四五六七八九两]|首)个?(?:节点|阶段|步|里程碑)(?:[\s。了]*$|[,。])", "subject", "undated"),
    way("milestone", "节阶步里期", r"节点|里程碑|分(?:成|为)?(?:[一二三四五六两几\d]+个?)?(?:阶段|步|批|期|次)(?!整改要求)", "subject", _DATES),
    way("co_units", "配协会参帮搭", r"(?:配合|协助|协办|会办|帮衬|搭把手|帮把手|共同整改|参与整改|一起整改|一块整改)(?:单位|部门)?", "subject", _ORGS, "unled"),
    way("spot_check", "抽", rf"抽(?:查|检|验|核)(?:一下|下|一?次)?[\s,:把]*{_S}(?:[\s,。!]|$|整改|的)|{_S}{_GAP}{{0,14}}抽(?:查|检|验|核)(?:一下|下|一?次|复核)?(?:吧|了?[\s。!]*$|[\s,。!;])", "unfound"),
)  # fmt: skip
# Of a special report by its number; beside a finding it is that finding's source.
_ON_REPORT: tuple[Deed, ...] = (
    way("correct", "源报告属挂归联出", r"№[^。;]{0,16}(?:来源|报告|出处)[^。;]{0,6}(?:改|换|更正|调整|变更|应|是|为|填|写)[^。;]{0,6}§|№[^。;]{0,8}(?:挂|归|关联|划)(?:到|在|入|于|给)?[^。;]{0,4}§|(?:来源|报告)[^。;]{0,8}(?:改|换|更正|调整|变更)[^。;]{0,4}§[^。;]{0,6}№|§(?:是|为|才是)№", _QUIET, "no_progress"),
    # what is told beside its number is one of its findings (S33)
    way("special_status", "§", r"^[^§]{0,12}§+[\s。?!,]*$|§[^。;]{0,16}(?:录|差|缺|齐|多少|几[条个项份]|进度|进展|情况|状态|怎么样|到哪|完成|共\s*\d|改成|改为|更正|应[为是]|查|看|催)|(?:查|看|多少|差|录|齐|催)[^。;§]{0,12}§", "alone"),
    way("submit_finding", "§", r"^[^§]{0,6}§+\s*(?:里|中|的|之|其中|报告|[,:])?\s*[^§]{6,}", "alone"),
)  # fmt: skip
# Of a lead by its number: only who did what with it and when.
_ON_LEAD: tuple[Deed, ...] = (
    way("trail", "痕录流历程日谁", r"留痕|(?:办理|流转|操作|变更|修改|处理|审批|状态)(?:的)?(?:记录|过程|轨迹|日志|历史|痕迹)|流转(?:单|情况)|日志|谁(?:都)?(?:改|动|看|办|经手|处理)过", "short", "no_step"),
)  # fmt: skip
# Of no single matter.
_AT_LARGE: tuple[Deed, ...] = (
    way("special_status", "专审", r"^(?:请|帮我|给我|看|查|列|查看|看看|看一?下|拉|目前|现在|我们?|[\s,])*(?:专项|审计|巡察)报告(?:的)?(?:登记|提交|录入)?(?:清单|台账|列表|情况|名单|进度|(?:都)?有(?:哪些|几个|几份|多少)|(?:登|录|报|交)了(?:哪些|几[个条份]|多少)|还?差(?:几条|哪些|多少))[\s。?吗呢]*$"),
    way("submit_special_report", "专", r"^(?:我|要|请|帮我|来|[\s,])*(?:登记|提交|报送|新增|录入|上报|报|登)(?:一份|一个|一下|个)?专项(?:审计|检查)?报告(?!清单|台账|有|怎么|的?流程)(?:[\s:,].{4,}|[\s。!]*$)|^专项报告(?:登记|提交|报送|上报)?\s*[:\n]\s*\S"),
    way("self_check", "体系", r"^(?:请|帮我|做|来|开展|进行|搞|发起|启动|看|查|一次|一下|个|给我|监督|[\s,的])*体系(?:的)?(?:自查|自检|体检|自评)(?:一下|结果|报告|情况|吧|[\s。!])*$|^(?:请|帮我|做|来|开展|一次|个|\s)*自查(?:一下)?(?:监督)?体系[\s。!吧]*$"),
    way("submit_progress", "制", r"^(?:的|[,\s])*制度(?:完善)?(?:情况)?\s*[:]\s*[^。;《]{0,30}《[^》]+》[^。;]{0,30}$", "unfound"),
    way("sub_office", "办", r"(?:启用|开一?个|开通|开启|设立|建立|成立|打开|上线|(?:弄|搞|整|设|建)(?:一)?个|停用|关闭|关掉|撤销|取消|停掉|停|关|撤)[^,。;]{0,16}(?:子级|下级|分级|二级|子)(?:监督)?办公室|(?:子级|下级|分级|二级|子)(?:监督)?办公室[^,。;]{0,8}(?:启用|开通|开起来|打开|停用|关|撤|停|取消)", "unfound"),
    way("batch_intake", "模样表", r"(?:导入|填报|报送|批量|问题|台账|登记|excel|表格|上报|录入|清单)(?:用)?(?:的)?(?:excel|表格?|电子)?(?:的)?(?:模[板版]|样表|空表)|(?:模[板版]|样表)[^,。]{0,8}(?:发|给|下载|要|有没有|在哪)|(?:发|给|要|下载|拿)[^,。]{0,6}(?:模[板版]|样表)|(?:有|给|发|要)[^,。]{0,4}(?:现成|空白|空)的?(?:表格?|excel)", "unfound", "unpaper"),
    way("batch_intake", "批表导整e", r"批量(?:的)?(?:导入|导(?!出)|报送|报(?!销|废|价)|录入|录|上报|登记|提交|填报|上传|入库)|(?:用|拿|通过|走|按)[^,。]{0,4}(?:excel|表格?|电子表|台账)[^,。]{0,6}(?:导入|报(?!销|废|价|告)|录入|上传|提交|导)|导入(?:问题|台账|excel|表格|清单)|(?:可以|可不可以|能|能不能|怎么|如何|支持)[^,。]{0,4}导(?!出|成|到|为|份|个|一)[^,。]{0,3}(?:excel|表)|(?:附件|表格|表|清单|excel|文件|台账)[^;!?\n]{0,20}?(?:导入|导进|导上来|批量(?!导出|下载|打印|作废)|(?:一次性?|一起|一并)(?:导(?!出|成|到)|录|报(?!销|废|告)))|整(?:张|个)?表(?:导入|上传|报)|(?:怎么|如何|能不能|可以|可不可以)(?:一次|一起|一下子)?(?:性)?(?:报|导入|录|上传)(?:很?多|好几|几十|一批|多)[条个]", "brief", "uncounted"),
    way("delegate", "代替顶", r"(?:取消|撤销|结束|停止|终止|解除|收回|关闭|停)(?:了|掉)?(?:我的?|对)?[^,。;]{0,5}(?:代理|代办|代管)(?!商|公司|机构|费|合同|协议|业务|记账|招标|采购)|代理(?:人)?(?:就|可以|先|的)?(?:取消|撤|结束|停|解除|到此|终止|不用|收回)|(?:不用|甭|别(?!人|的)|不必|无需)(?:再)?[^,。]{0,6}(?:代理(?!商|公司|机构)|(?:代|替|顶)(?:我|俺|咱))们?了?", "unfound"),
    way("delegate", "代替顶", r"代理人|(?:代理|代管|代办|代为(?:处理|办理|履行)|(?:代|替|顶)(?:我|俺|咱|本人)|代一下|顶一下|替一下|代理一下|代行|代班|顶班|代几天|替几天)(?!商|公司|机构|费|合同|协议|业务|记账|招标|采购|服务|银行|打款|签字|报销|收)", _PERSON, "unfound", "unreported"),
    way("appoint", "任免聘卸调接为换担离退增撤明当不做由联", r"任命|聘任|免去|免职|免掉|担任|卸任|接任|调任|改任|转任|兼任|调整为|调到|调往|调去|调离|增补|任(?=[^,。]{0,14}(?:联络员|人员|专人|主任|管理员|负责人))|(?:明确|确定|指定|安排|增加|新增|推荐)[^,。]{2,12}(?:为|任|做|当|作为)|不(?:再)?(?:担任|是|当|做)[^,。]{0,14}(?:联络员|人员|专人|管理员)|(?:联络员|专人|管理员|审计人员|负责人)(?:变更|调整|更换|换|改)(?:为|成|由)?|(?:取消|撤销|撤掉|去掉|停用)[^,。]{2,14}(?:联络员|人员|专人|管理员|职务)|(?:离职|退休|调走|辞职)了?[^。]{0,10}(?:联络员|权限|资格)|(?:当|做|换)[^,。]{0,10}(?:联络员|专人|管理员)|(?:联络员|专人|管理员)(?:往后|以后|今后|从今|改|换|就|都|,|\s)+(?:是|由|让|归)", _PERSON, "post", "unfound", "unreported"),
    way("appoint", "职休离走干辞", r"(?:离职|辞职|离岗|退休|调离|调走|调出|辞去|走人|不干)", _PERSON, "leaver"),
    way("export_report", "情", r"^(?:请|帮我|给我|麻烦|[\s,])*(?:导出?|生成|下载|出具|出一份|打印|出)[^。;]{0,24}整改情况(?:单|表|清单)", "unfound", "brief"),
    way("export_report", "版用", r"(?:董事会|党委会?|领导小组|组长|董事长|班子|国资委|上级)(?:看|审阅|审议)?(?:的)?(?:版本?|用)(?:的)?(?:问题)?(?:台账|报告|清单)", "unfound", "brief"),
)  # fmt: skip
# A command that is the whole message and names no matter: the flow asks which.
_BARE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (intent, lazy(rf"(?:我|我们|要|想|请|帮我|来|[\s,])*(?:{pattern})(?:吧|了|一下|下|啊|[\s。!])*"))
    for intent, pattern in (
        ("reject", r"不(?:予|同意)登记|不予受理"), ("register", r"(?:同意|准予|可以|予以)登记"), ("ask_more", r"退回补正|要求补正|补正通知"), ("complete", r"补正"),
        ("decide_withdraw", r"不?同意(?:撤销|撤回)"), ("objection", r"(?:提交?|提出|申请)?异议|提异议|有异议|申诉"), ("answer_objection", r"(?:答复|回复)异议|异议(?:不?成立|答复)"),
        ("merge", r"并案(?:处理)?|合并问题"), ("supervise", r"(?:列为|设为)?(?:重点|挂牌)督办"), ("trail", r"(?:查|看)?留痕|(?:查|看)?(?:办理|流转)记录"), ("spot_check", r"(?:办公室)?抽查"),
        ("delegate", r"(?:设置|设|指定|委托)?代理人?"), ("milestone", r"(?:设置?|填报?)?(?:整改)?节点"), ("co_units", r"(?:增加|加)配合单位"), ("appoint", r"任命|任免|联络员变更"),
        ("evidence", rf"(?:这|那|上面|刚才|刚刚|前面|以上|下面|刚)?(?:发|传|给)?(?:的|了)?(?:[几两俩仨三四五六七八九\d些]|一)?[张份个些]?(?:都|就)?{_PICTURE}?(?:都|就|全)?(?:是|算|作为|当|做)(?:整改|这条|那条|这个|上面)*的?{_PROOF}(?:材料)?|(?:整改)?{_PROOF}(?:材料)?(?:都|就)?(?:在|放|搁|发|传|见|如)(?:这|上|下|附|群|你|过去|过来|给)[一-龥]{{0,3}}"),
        ("evidence", rf"(?:给我|我|俺|让我|咱)?(?:看看|看一?下|看|查看|查|调|打开|瞅瞅|瞅|瞧瞧|瞧){_SHOWN}|{_SHOWN}(?:拿来|拿过来|发来|发过来|发我|发给我|给我|调出来|呢|在哪)[^,。]{{0,4}}"),
    )
)  # fmt: skip
_POST = lazy(
    r"联络员|审计人员|内审人员|审计员|线索管理员|管理员|专人|承办人|经办人?|审查员|工会(?:干部|工作人员|人员)|领导小组|办公室主任|负责人|负责同志|部长|经理|主任|书记|权限|资格|(?:全部|所有|一切|的)?职务|岗位"
)
# 周涛离职了: a person is gone and nothing else is said; \0 stands for a name.
_LEFT = lazy(
    r"(?:因|由于|原|我们|咱们|工作|变动|调整|原因|个人|单位|通知|一下|说|[,:\s])*\0+(?:同志|经理|主任|部长|书记|总)?[,\s]*(?:已经?|现已|正式|于|自|起|刚刚?|昨天|今天|上周|上个?月|月底|年龄|到龄|因|个人|原因|[,\s])*(?:办理|办|办完|办好)?了?(?:离职|辞职|离岗|退休|调离|调走|调出|辞去|走人|不干)了?(?:手续|集团|公司|单位|工作|职务|本岗|岗位|\0+|啦|呢|[,。!\s]|走人了?|不干了?|离职了?)*"
)
_TASK = lazy(r"责任人|整改责任")


_MARKS = {"WT": "№", "BG": "§", "XS": "¶", "YT": "○", "HY": "◇", "LJ": "□", "DB": "◆", "JH": "◆"}


def told(r: Reading) -> str:
    """The message proper with every finding meant in it as №, every special report as §, every lead as ¶, every talk
    as ○, meeting as ◇, joint inspection as □, item as ◆; the same length."""
    flat = r.flat
    spots = [(n.start, n.end, _MARKS[n.value[:2]]) for n in r.numbers if n.value[:2] in _MARKS]
    for start, end, mark in [*spots, *((f.start, f.end, "№") for f in r.refs if f.acting)]:
        flat = flat[:start] + mark * (end - start) + flat[end:]
    return flat[r.start :]


def first(table: Iterable[Deed], r: Reading, words: str, needs: Needs) -> Deed | None:
    """The first line of a table that fits the words as told, with the facts that it needs."""
    letters = set(words)
    for deed in table:
        if letters.isdisjoint(deed.hint):
            continue
        m = deed.pattern.search(words)
        if m is not None and all(needs[need](r, words, m) for need in deed.needs):
            return deed
    return None


def of(r: Reading, words: str) -> str | None:
    """The intent of a deed that the words (as `told`) plainly name, or None."""
    letters = set(words)
    on_matter = "№" in letters
    if not on_matter and (intent := _bare(r)):
        return intent
    groups = (
        (_ON_REPORT, "§" in letters), (_ON_MATTER, on_matter), (_ON_LEAD, "¶" in letters and not on_matter),
        (_AT_LARGE, not on_matter and "¶" not in letters),
    )  # fmt: skip
    for table, fits in groups:
        if fits and (deed := first(table, r, words, NEEDS)):
            counted = deed.intent == "batch_intake" and submission.batch(r)  # 附件共17条，导进去
            return "submit_finding" if counted else deed.intent
    return None


def certain(r: Reading, intent: str) -> bool:
    """Whether it may leave an open form: it names its matter, or is whole without one. 这条登记 may be an answer."""
    if intent == "delegate":
        return bool(r.dates) or bool(re.search(r"取消|结束|撤|停|解除|不用", r.body))
    if intent in ("evidence", "submit_progress"):
        return bool(r.numbers)  # 这是佐证 may answer the form that asked for it
    if intent == "appoint":
        return bool(r.unit_hits) or bool(re.search(r"免|任命", r.body))
    return bool(r.numbers) or (not r.acted_on and len(r.body.strip()) >= 4)  # 抽查 alone may answer a question


def _nameless(r: Reading) -> str:
    """The message proper with everybody and every unit in it made \\0, and no days."""
    flat = r.flat
    for start, end in [(p.start, p.end) for p in r.people] + [(h.start, h.end) for h in r.unit_hits]:
        flat = flat[:start] + "\0" * (end - start) + flat[end:]
    for day in r.dates:
        flat = flat[: day.start] + " " * (day.end - day.start) + flat[day.end :]
    return flat[r.start :]


def _bare(r: Reading) -> str | None:
    if len(r.body) > 12:
        return None
    return next((intent for intent, pattern in _BARE if pattern.fullmatch(r.body)), None)


def _close(_: Reading, words: str, m: re.Match[str]) -> bool:
    """The matter is named in the sentence of the deed, not in a story far off."""
    return min(abs(m.start() - words.rfind("№")), abs(words.find("№") - m.end())) <= 24


def _opened(r: Reading) -> bool:
    return r.words.first.get("FINDING_CMD", 999) <= r.start + 2


_EVIDENCE = lazy(r"佐证|整改(?!单位|责任|类型)|照片|凭证|验收|进展|进度")
_CONSENT = lazy(r"[?]|(?:吗|么|呢)[\s。!]*$|能不能|可不可以|行不行|是不是|是否|怎么|如何|什么时候")
_OFFICE = frozenset({"office_staff", "office_director", "sys_admin"})
_UNIT_SIDE = frozenset({"unit_liaison", "unit_head", "resp_person"})
NEEDS: Needs = {
    _TWO: lambda r, w, m: len({n.value for n in r.numbers}) + (1 if r.refs and r.refs[0].acting else 0) >= 2,
    _ORGS: lambda r, w, m: bool(r.unit_hits),
    _DATES: lambda r, w, m: sum(d.kind in ("day", "end", "period") for d in r.dates) >= (1 if "节点" in w or "里程碑" in w else 2) or bool(re.search(r"节点[:]", w)),
    _PERSON: lambda r, w, m: people.in_post(r.flat, r.raw, r.people) is not None,
    _QUIET: lambda r, w, m: not _CONSENT.search(w),
    "subject": _close,
    "unreturned": lambda r, w, m: not re.search(r"退回|打回|不予通过|不通过|驳回|返工", w) and not (r.has("DISCOVER") and r.has("FINDING_CMD")),
    "unit_side": lambda r, w, m: bool(r.roles & _UNIT_SIDE),
    "no_evidence": lambda r, w, m: not _EVIDENCE.search(w),
    "others": lambda r, w, m: bool(r.unit_hits or r.people or re.search(r"他们|她们|报送人|提交人|来源(?:部门|单位)|单位|部门|联络员|人家|对方", w)),
    "unfound": lambda r, w, m: not (r.has("DEFECT") and (r.has("DISCOVER") or (r.has("UNIT") and r.has("LONG")))) and not (_opened(r) and "№" not in w),
    "brief": lambda r, w, m: len(w.strip()) <= 20 or NEEDS["unfound"](r, w, m),
    "unreported": lambda r, w, m: not r.has("SUSPECT") and not (r.has("DISC") and r.has("LONG")) and not r.words.first.get("LEAD_CMD", 999) <= r.start + 3 and len(w) <= 80 and not r.has("MEETING"),
    "unpaper": lambda r, w, m: not re.search(r"通报|简报|公文|纪要|合同|投标|标书|会议|述职|总结", w),
    "uncounted": lambda r, w, m: not (re.search(r"共\s*\d+|\d+\s*条(?:问题)?[,。]?(?:详见|见附|请)", w) and r.has("LONG") and r.has("UNIT")),
    "advice": lambda r, w, m: bool(re.search(r"建议|提醒|提请|请[^,。;]{2,16}(?:关注|留意|注意|警惕)", w)) and not re.search(r"整改(?:完成|到位)|报送|逾期|超期|催", w),
    "no_progress": lambda r, w, m: not r.has("PROGRESS_CMD") and not (r.has("DISCOVER") and r.has("DEFECT")) and (not r.has("REJECT") or "谁" in w),
    "unsent": lambda r, w, m: not r.has("ACCEPTANCE") and not r.has("REJECT") and not r.has("PROGRESS_CMD"),
    "undated": lambda r, w, m: not re.search(r"没|未|还差|完不成|延期|推迟", w[: m.end()]),
    "unled": lambda r, w, m: not re.search(rf"{LEADING}|主办|不配合|责任人|拒不", w) and not r.has("DEFECT"),
    "alone": lambda r, w, m: "№" not in w,
    "no_step": lambda r, w, m: not re.search(r"退回|打回|驳回|签收|受理|移送|移交|办结|结案|缺|补", w),
    "short": lambda r, w, m: len(w.strip()) <= 32,
    "leaver": lambda r, w, m: (not r.roles or bool(r.roles & _OFFICE)) and bool(_LEFT.fullmatch(_nameless(r))),
    "not_unit": lambda r, w, m: not r.roles & _UNIT_SIDE,
    "new_rule": lambda r, w, m: not re.search(r"违反|违背|依据|不符合|[没未]按|改成|改为|更正|交办|派给", w),
    "post": lambda r, w, m: bool(_POST.search(w)) and not _TASK.search(w),
}  # fmt: skip
