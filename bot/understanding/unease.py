"""Guesses from what one clause speaks of: the speaker and being found out, his name and leaving it out, fear, traces.

The nets behind the fixed wordings of `wishes`: they hear new metaphors, and let business objects pass.
"""

from __future__ import annotations

import re

from bot.understanding.lazily import lazy

_STOPS = lazy(r"[,。;!?\n]+")
_ME = lazy(
    r"[我俺咱](?!们?(?:公司|单位|部门?|厂|集团|的?(?:问题|整改|任务|材料|权限|角色|进展|待办)))|自己|本人|个人(?!所得|事项|档案)|阿拉"
)
# 我能查哪些东西: who asks what he himself may look up fears nobody.
_LOOKS_UP = lazy(
    r"\s*(?:请问)?我们?(?:都?能|都?可以)(?:查|看)(?:到|下|一下)?(?:哪些|什么|啥)(?:东西|问题|内容|数据|信息|资料)?(?:吗|呢|呀|啊|吧|[\s?])*$"
)
_KNOW = lazy(
    r"知道|晓得|看[得不]?(?:到|出|见)|查|认出|认得出|发现|猜[到出得]|监控|监听|显示|留痕|留记录|有记录|记录|记下|追[踪究查]|泄露|泄漏|暴露|漏底|定位|对上|识别|溯源"
)
_RISK = lazy(r"安全吗|安全不|安不安全|危险|风险(?:吗|大|不)|后果|保险吗|靠谱吗|靠得住|能信|可信吗|不会出事|会不会出事")
_TALK = lazy(r"举报|反映|检举|告状|揭发|说真话|说实话|在这[里儿]?说|说话|告诉你|发给你|发的|写的|说的|讲的|聊天")
_DOUBT = lazy(
    r"怕|担心|万一|顾虑|会不会|能不能|是不是|有没有|还是|会|能|可以|吗|么|不(?:$|会|能|想|要|得|到|出)|别|(?<!阿)莫|甭|要是|如果|\?|得[到出见]"
)
_BUSINESS = lazy(
    r"问题|整改|材料|延期|任务|台账|逾期|进展|进度|编号|数据|项目|名下|报表|得分|排名|考核|提醒|清单|通知|要求|流程|指标|资料|报告|公示|验收|交办|系统会记录|凭证|合同|发票|账目|采购|权限|负责|谁报了|谁没报|wt|制度|检查|审计|台帐|密码|登录|数字|修改|录的|待办|统计|会议|文件|查一?下我|我?上次报|怎么(?:填|报|改|用|操作|弄)|[那这上]条(?:怎么|编号|查)|想知道(?:举报|反映|谁)|(?:举报|反映|检举)(?:过|了)?我(?![们说的是会就反举])|谁[^,。]{0,4}告我|关于我|被举报|哪个(?:员工|职工|人)(?:反映|举报)"
)
_NAME = lazy(
    r"名字|姓名|真名|身份|(?:我|自己|俺)(?:是|叫|姓)(?:谁|啥|什么|哪)|(?<![a-z])id(?![a-z])|我的信息|头像|自报家门|工号|家门|(?:是)?哪个(?:部门|单位|班组|车间)的|名(?=$|免|就|不|别|行|可)"
)
_WITHOUT = lazy(
    r"不(?:太)?(?:干$|承认|自报|想|便|敢|愿意?|能|写|留|报|用|说|提|填|填了|露|透露|让|方便)|没法|屏蔽|隐藏|免谈|免了|恕|别(?!字)|甭|(?<!阿)莫|勿|去掉|删|抹|保留"
)
_OTHERS_NAME = lazy(
    r"责任人|联系人|经办|签字|签收|负责人|单据|登记簿|合同|公司名|项目名|名称|业务员|供应商|录错|打错|写错|改成|改为|更正|导出|通报|脱敏|客户|投标"
)
_FIELD = lazy(
    r"(?:^|[\n,。;])[^\S\n]*+(?:举报人|反映人|写信人|报告人|姓名|署名|落款|投诉人|来信人|真实姓名)\s*[:]\s*(?:无|佚名|不便|略(?!$)|保密|匿|空|xx|某|\*+|良心|群众|一[名个位]|知情|不|暂不|隐|热心|老百姓|老职工|普通)"
)
_AFRAID = lazy(
    r"(?:怕|担心|害怕|惊|恐|万一|就怕|到时候?|回头|以后|将来|将会?|免得|省得)[^,。;!?]{0,10}(?:(?:给|把|拿|对|让|找|整|叫)(?:我|俺|咱)(?!们|发|看|回|说|个|打电|留|提|通)|被(?!约谈|问责|扣|罚|处罚|处分|通报|审计|检查|追责|考核|停|退|扣|催|业主|监理|否|质疑|驳|投诉|淘汰|取消|认定))"
)
_PUNISHED = lazy(
    r"(?:我|俺|咱)[^,。;!?]{0,10}(?:发配|边缘化|后尘|打入冷宫|排挤|孤立|卷铺盖|背锅|遭殃|遭罪)|(?:被|给)(?:发配|边缘化|打入冷宫)|(?:消息|话|这|事)[^,。;]{0,3}不是(?:我|俺)(?:说|讲|透露|漏)的|记小本|拉(?:进|入)?黑名单$"
)
_ERASE = lazy(
    r"(?:删|清(?![场洗洁点运仓]|扫记录)|销毁|撤回|抹)(?:掉|除|空|了)?[^,。;!?]{0,4}(?:我)?(?:的|发的)?(?:消息|聊天|对话|痕迹|记录|微信)|(?:消息|聊天|对话|痕迹)[^,。;!?]{0,4}(?:删|清|销毁|抹)|看完[^,。;!?]{0,3}删|阅后即焚|(?:别|不要|不|莫|勿)留(?:底|痕|案底|把柄|记录|证据|存档)"
)
_HANDED = lazy(
    r"(?:会不会|会|能不能不|别|不要|可别)[^,。;!?]{0,4}(?:把|将)[^,。;!?]{0,10}(?:转|发|告诉|传|交|透|给)[^,。;!?]{0,3}(?:我们?|俺们?|咱们?)(?:的)?(?:领导|经理|主任|队长|科长|老板|书记|单位|公司|班长|厂长)"
)


# Said without the speaker: 这么写会不会被认出来.
_FOUND_OUT = lazy(
    r"(?:会不会|会|能不能|怕|要是|万一|别|怎样才能不|怎么才能不|不想|让他们?|他们)[^,。;]{0,6}(?:被)?(?:认出|发现|猜[出到]|看出|查[出到不]|监控|溯源|定位|识别)(?:来|到|的)*(?:的|吗|么|呀|啊|呢|$|是?谁|哪)|(?:管理员|他们?|她|领导|主任|经理)[^,]{0,3}能(?:看见|看到|知道|查到)(?:我)?(?:不|吗|么)?$"
)


def uneasy(flat: str, *, own: bool, of_others: re.Pattern[str]) -> bool:
    """Whether some clause sounds like a speaker who would rather not be found out."""
    if _FIELD.search(flat) or _HANDED.search(flat) or _ERASE.search(flat):
        return True
    return any(_sounds(clause, own, of_others) for clause in _STOPS.split(flat) if clause)


def _sounds(clause: str, own: bool, of_others: re.Pattern[str]) -> bool:
    me = _ME.search(clause) is not None
    if _PUNISHED.search(clause):
        return True
    fear = _AFRAID.search(clause)
    if fear and re.search(r"[给把拿对让找整叫][我俺咱]", fear[0]):
        return True
    if _BUSINESS.search(clause):
        return False
    if fear and (me or own or not of_others.search(clause[: fear.start()])):
        return True
    if _LOOKS_UP.match(clause):
        return False
    if _KNOW.search(clause) and _DOUBT.search(clause) and (me or _FOUND_OUT.search(clause)):
        return True
    if _RISK.search(clause) and _TALK.search(clause):
        return True
    without = _WITHOUT.search(clause)
    if not without or not _NAME.search(clause) or _OTHERS_NAME.search(clause):
        return False
    return me or own or not of_others.search(clause[: without.start()])
