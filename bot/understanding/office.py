"""What is asked of reminders and of the office's calendar, meetings, plans, talks and joint inspections, in so many words."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

from bot.understanding import deeds, items, reminders, talks, workdays
from bot.understanding.deeds import Deed, Needs, way
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

# In the words as told: № finding, § report, ¶ lead, ○ talk, ◇ meeting, □ joint inspection, ◆ item.
_WHY = r"(?:为什么|为啥|为何|为什|为毛|凭什么|凭啥|凭哪|干嘛|干吗|干啥|因为什么|因为啥|因何|啥原因|什么原因|何故|缘何|(?:怎么|咋)(?:今天|现在|这么早|这会儿|又|还(?!不|没|未|要|会|是)|老|总|一直|还在|天天|每天|突然|就|会|给我|这么|连|净|光|都))"
_REMIND = r"(?:提醒|催办?|通知|推送|推给|点名|盯(?=我|着我)|抄送|发(?:给我|消息|提醒|通知|催办))"
_TOLD_ME = r"(?:过|了|到|着|起|给|办|促|人|的是|\s)*(?:一[遍次回]|[两三几好]+[遍次回]|我|俺|咱|本人|№|¶|◆|◇|○|这|那|他|她|$|[?。!,\s呀啊呢])"
_NOTICE = r"(?:提醒|催办?|通知|推送|消息|催单|待办提醒)"
_WHEN = r"(?:什么时候|啥时候?|什么时间|啥时间|何时|几时|几号|哪天|哪一天|多久|多长时间|还有几天|还剩几天|隔几天|隔多久|每几天|几天一|多会儿|啥会儿)"
_NEXT = r"(?:下一?次|下一?回|下一?[趟轮波]|下一个|接下来|往后|后面|后续|以后|之后|回头|再)"
_MEETING = r"(?:会议|年初会|年中会|例会|会商会?|联席会|碰头会|领导小组会|小组会|临时会|专题会|办公会|开会|会期|◇)"
_MOVED = r"(?:改|换|挪|移|调|调整|推迟|推|延期?|提前|变更)(?:到|在|至|为|成)"
_HEADED = r"(?:如下|有|是|为|\d+[条项]|[一二三四五六七八九]+[条项])*\s*"

_TABLE: tuple[Deed, ...] = (
    # reminders
    way("urge", "催提督通", r"(?:催办?|提醒|督促)(?:过|了)[^,。;]{0,10}(?:谁|哪|(?<!好)几|多少|吗|没(?:有)?[\s?。!呢啊]*$|么|[?])|(?:谁|哪些?|哪几|(?<!好)几[次回遍]|多少[次回遍])[^,。;]{0,8}(?:催|提醒)(?:办)?(?:过|了)|(?:催办?|提醒|督促)(?:的)?(?:记录|台账|历史|情况|明细|日志|次数|统计|流水)|(?:上次|上回|上一次|最近一次|最后一次)[^,。;]{0,10}(?:催|提醒)|谁(?:去|又)?(?:催|提醒)的|(?:什么时候|啥时候|哪天|几号)(?:催|提醒)的|催了?没催|有没有催过|催过没|(?<!还会)(?<!还要)(?<!还得)(?<!再)(?:催|提醒)(?:我|他|她|他们|了)?(?:几[次回遍]|多少[次回遍])了", "undirected", "unfound"),
    way("urge", "快赶抓麻", r"(?<!不)(?:让|叫|喊|要)[^,。;]{2,10}(?:快点|快些|赶紧|赶快|抓紧|麻利)", "named", "unassigned", "unfound", "unasked", sure=False),
    way("apply_policy", "新", r"(?:按|照|用|套用|执行|依|依照|改按|走|套)[^,。;]{0,4}(?:新|最新)[^,。;]{0,6}(?:规则|设置|政策|口径|阶梯|规定|策略|办法|参数|方案|配置|标准|节奏|梯次|设定|的)[^。;]{0,12}(?:重排|重算|重新|重置|更新|刷新|来|走|执行|计算|生成|算|排|调整|推算|套|办)", "clockwork", "unfound"),
    way("apply_policy", "重", r"(?:提醒|催办|时钟|阶梯|预警|推送|倒计时|梯次)[^,。;]{0,10}(?:重排|重算|重置|重新(?:排|算|计算|生成|安排|计时|推算|来一?[遍次]|过一遍))|(?:重排|重算|重置|重新(?:排|算|计算|生成|安排|推算))[^,。;]{0,10}(?:提醒|催办|时钟|阶梯|预警|倒计时|梯次)", "unfound"),
    way("apply_policy", "新", r"新(?:的)?(?:规则|设置|政策|口径|阶梯|策略|参数|配置|设定)[^。;]{0,12}(?:套用|应用|用|适用|覆盖|推广|同步|作用|生效)(?:到|于|在|给)[^。;]{0,14}(?:已|正在|在跑|在办|现有|存量|进行中|老的|旧的|原来|之前|全部|所有|№|跑着)", "unfound"),
    way("apply_policy", "改变调更换", r"(?:规则|阶梯|设置|政策|策略)(?:都|已经?)?(?:改|变|调整|更新|换)(?:了|过|掉)[^。;]{0,12}(?:提醒|催办|在跑|时钟)[^。;]{0,8}(?:更新|重|一并|跟着|同步|照|走)", "unfound", "unasked"),
    way("apply_policy", "新", r"(?:套用|应用|适用|改用|换成|换用|采用|切换到|切到)[^,。;]{0,4}新(?:的)?(?:规则|设置|政策|口径|阶梯|策略|参数|配置|设定)", "clockwork", "unfound"),
    way("apply_policy", "新", r"(?:提醒|时钟|催办|阶梯|在跑|推送)[^。;]{0,12}(?:按|照|用|依|走|跟)[^,。;]{0,3}新(?:的)?(?:规则|设置|政策|口径|阶梯|策略|参数|配置|设定|标准)", "unfound", "unasked"),
    way("next_reminder", "下接往后多什啥何几哪回以之隔每再", rf"(?:{_NEXT}|{_WHEN})[^。;!?]{{0,14}}(?:提醒|催(?!收|款|化)|通知|推送|发消息)(?!过|了(?!我))", "asked", "no_meeting", "unfound"),
    way("next_reminder", "催提通推", rf"(?:提醒|催|通知|推送)[^。;,]{{0,8}}(?:{_WHEN}|几[次回遍]|多少[次回遍]|一次|频率|频次)", "asked", "no_meeting", "unfound"),
    way("next_reminder", "催提通推", r"(?:还|再|总共|一共|后面|后续|接着)[^,。;]{0,6}(?:会|要|得|有|该)?[^,。;]{0,4}(?:提醒|催|通知|推送)[^,。;]{0,8}(?:几|多少|[?]|(?:吗|么|不|没|呢)[\s。?啊]*$)|还(?:会|要)?(?:再)?(?:催(?:我们?)?不催|提醒不提醒)|(?:还有|还剩|剩下?|后面有|总共|一共)[^,。;]{0,4}(?:几|多少)[^,。;]{0,4}(?:提醒|催)|(?:还|再|后面)[^,。;]{0,6}(?:几|多少)[次回遍](?:提醒|通知|催办)", "no_meeting", "unfound", "not_how"),
    way("next_reminder", "催提", r"(?:提醒|催办|催)(?:的)?(?:计划|安排|时间表|日程|排期|时间点|时点|节奏|频率|频次|阶梯|梯次|时间)(?:是|呢|怎么|有|表|给我|发我|看|[?]|[\s。]*$)", "unfound", "short"),
    way("next_reminder", "下", rf"^(?:那|,|\s)*下一?[次回](?:是|呢|在|又是|该)?(?:{_WHEN}[呢啊呀?。!\s]*|呢[?。!\s]*)$", sure=False),
    way("why_reminded", "为凭干因啥何咋怎缘什", rf"{_WHY}[^,。;!?]{{0,10}}(?<!别)(?:{_REMIND}){_TOLD_ME}", "unfound", "not_how"),
    way("why_reminded", "为凭干因啥何咋怎缘", r"(?:为什么|为啥|为何|凭什么|凭啥|怎么|咋|因为什么)[^,。;]{0,8}(?:收到|接到|弹出?|冒出)[^,。;]{0,8}(?:提醒|催|通知|消息|推送|这个|这条)|(?:怎么|咋)(?:又|老|总|还|一直|天天)(?:是)?给(?:我|我们|俺)(?:推|发|弹)|(?:为什么|为啥|为何|凭什么|凭啥|干嘛)[^,。;]{0,4}(?:给(?:我|我们)(?:也|又|还)?(?:推|发)|发给我|推给我|找我|找上我|盯(?:着|上)?我|老?盯我)", "unfound"),
    way("why_reminded", "怎咋什啥哪几从", rf"(?:这|那|刚才|刚刚|今天|早上|昨天|你|我|№|收到|又)[^。;!?]{{0,12}}{_NOTICE}[^。;!?]{{0,4}}(?:这|的|是|到底|究竟|,|\s)*(?:怎么回事|咋回事|啥回事|什么情况|啥情况|什么意思|啥意思|几个意思|哪来的|从哪来|从何而来|怎么来的|咋来的|什么由头|什么名堂|什么鬼)", "unfound"),
    way("why_reminded", "依根理原由规道缘出哪什谁", rf"{_NOTICE}[^,。;]{{0,4}}(?:是)?谁(?:让|叫|要求|安排)|{_NOTICE}(?:我|我们)?(?:这个|这条|这事|这件事)?(?:的)?(?:有)?(?:什么|啥|没有?)?(?:依据|根据|理由|原因|由来|规则|道理|缘由|出处)(?:是|在|呢|何在|有|没|吗|什么|哪|啥|说|讲|[?]|[\s。]*$)|(?:依据|根据|凭|按照?|照|依)(?:的)?(?:是)?(?:什么|啥|哪[条项个些]?|何)(?:规定|制度|规则|文件|条款|条|标准|要求)?[^,。;]{{0,8}}(?:提醒|催|通知|发|推)|{_NOTICE}[^,。;]{{0,6}}(?:根据|依据|凭)(?:的)?(?:什么|啥|哪)|(?:催|提醒)(?:我们?|俺)?(?:的)?(?:又)?(?:是)?(?:哪|什么)(?:一)?(?:[条件项]|个(?=[?啊呀\s]|$))|(?:哪条|哪个|什么|啥)(?:规定|规则|制度|文件|条款)[^,。]{{0,8}}(?:提醒|催|通知)|(?:提醒|催)(?:我|№)[^,。;]{{0,10}}(?:根据|依据|凭)(?:是)?(?:什么|啥|哪)", "unfound"),
    way("why_reminded", "依根规凭", r"^(?:你们?|这|这个|那|有|有什么|有啥|请问|到底|提醒|催办|通知|的|,|\s)*(?:依据|根据|凭据|规定依据|制度依据|政策依据)(?:是|在|的|:|有|\s)*(?:什么|啥|哪里?|哪条|何在|哪儿|呢|吗|哪来的|没有)[呢啊呀?。!\s]*$|^(?:那|请问)?(?:根据|依据|按照?|凭)(?:的)?(?:是)?(?:哪条|哪个|什么|啥)(?:规定|制度|文件|条款|条|规则)?(?:来的|的)?[啊呀呢?。!\s]*$", sure=False),
    way("why_reminded", "干什啥为", r"(?:提醒|催)(?:我|俺|咱)(?:们)?(?:干嘛|干吗|干啥|做什么|做啥|作甚|什么(?!时候|时间)|啥(?!时)|是为啥|是为什么|是因为|有什么用)", "unfound"),
    way("escalate", "导任组手责书往", r"[№◆◇○][^。;已没]{0,8}往上(?:报|捅|提|走|递|反映)|[№◆◇○][^。;已]{0,12}(?<!已)(?:上报|呈报|报请|反映|汇报|捅|递|抬|移|交|报)(?:给|到|至|送|请)?(?:集团|公司|监督办|单位|分管|他们|办公室)*(?:的)?(?:领导小组|组长|主任|领导|一把手|负责人|总经理|书记)(?:$|那|处理|协调|出面|定|决策|拍板|审定|研究|知道|[,。!\s吧了])|[№◆◇○][^。;]{0,10}(?:请|让|叫)(?:集团|监督办|单位|分管)*(?:领导小组|组长|主任|领导|一把手)(?:出面|过问|协调|督办|来管|管管|拍板|定夺|知道|知情|过目)", "unfound", "no_progress", "unasked"),
    way("urge", "没未", r"(?:通知|告诉|让|请|叫)(?:一下)?[^,。;?]{0,8}(?:没有?|未)(?:有)?(?:报|交|提交|报送)的?[^,。;?]{0,6}(?:抓紧|尽快|赶紧|快|马上|立即|尽早)", "unfound", "unasked", sure=False),
    way("urge", "没未", r"(?:没有?|未|还没|尚未)(?:有)?(?:点|回复?|点击)?(?:确认|签收|收到|回应|应答|认领)[^,。;?]{0,10}(?:催|提醒|通知一?[下遍声])|(?:催|提醒|督促)[^,。;?]{0,8}(?:没有?|未|还没)(?:点|回复?)?(?:确认|签收|收到|回应|应答|认领)的", "unfound", "unasked", sure=False),
    # meetings
    way("meeting", "◇", r"◇", "unfound"),
    way("meeting", "会", r"(?<!工)会(?:议)?(?!计|员|所)[^,。;]{0,8}(?:参加不了|去不了|来不了|不能参加|没法参加|无法参加|请个?假)|(?:参加不了|去不了|来不了|不能参加|无法参加)[^,。;]{0,8}会(?:议)?[\s,。!]*$|代我(?:参会|开会|去开会)", "unfound", "alone"),
    way("meeting", "取不停撤作黄", rf"(?:取消|撤销|停开|先不开|不开|不办|不召开)(?:了|掉)?[^,。;]{{0,12}}{_MEETING}(?!室|纪要|费|材料)|(?:^|[那这个的天])会(?:就|先|也|都|咱)?(?:不开|取消|停开)了?|{_MEETING}(?!室|纪要|费|材料)[^,。;]{{0,8}}(?:取消|不开了?|停开|作废|撤销|撤了|不召开|黄了|不搞了|不办了)", "unfound", "alone"),
    way("meeting", "改换挪移调推延提变", rf"(?:{_MEETING}|(?<!发现|发生|整改|完成|截止|到期)时间|地点|会场)[^。;]{{0,14}}(?:{_MOVED}|改期|推迟|延期|提前(?=[\d一两半]))", "dated", "unfound", "alone", sure=False),
    way("meeting", "楼室厅线", r"^(?:那|就|会议|开会|地点|会场|还是|请|把|,|\s)*(?:换到|改到|改在|挪到|换在|移到|搬到|改成|换成)[^,。;]{0,6}(?:楼|会议室|报告厅|礼堂|线上|视频)[^,。;]{0,8}$", "alone", sure=False),
    way("meeting", "议", r"^(?:本次|这次|下次|会议|年初会?|年中会?|领导小组会?|临时会|的|我们?|再|请|[\s,])*(?:增加|加|补充|新增|提|报)?(?:一|两|几|\d)?[个条项]?议题(?:有|是|为|如下|定为|增加|加上?|补充|改为|[一二三四五六七八九\d]+(?:个|项)?)*\s*[:,\s]\s*\S|^(?:本次|这次|下次|会议|年初会?|年中会?|的)*议题[一二三四五六七八九十\d]?[^,。?:]{4,}[、;]", "undefective", "alone", "unasked", sure=False),
    way("meeting", "监材汇报", r"^[^:。?]{0,16}?(?:监督(?:工作)?情况报告|会议材料|汇报材料|上会材料|参会材料|年[初中]会(?:议)?(?:的)?材料|年度监督(?:工作)?报告)(?:已?(?:经)?(?:如下|是|为|交|报|报上|提交|发(?:给?你|过去)?|在这|请查收|请收|见附件|一份|了))*(?:[:]\s*\S|[\s。!]*$)|^(?:我|我们|来|请|现|把|将|[\s,])*(?:交|提交|报|报送|上交|补交)(?:一下|下|份)?(?:年初|年中)?(?:会议?)?(?:的)?(?:会议材料|监督(?:工作)?情况报告|汇报材料|上会材料|参会材料)", "unfound", "alone", "unasked", "no_export", "not_how"),
    way("meeting", "材报", r"(?:谁|哪[些几家个])[^,。;?]{0,8}(?:没|未|欠|差)[^,。;?]{0,4}(?:交|报|提交|报送)[^,。;?]{0,4}(?:会议?)?(?:材料|监督情况报告)|(?:(?:会议?|上会|汇报|参会)材料|监督(?:工作)?情况报告)[^,。;]{0,8}(?:谁|哪|交齐|收齐|报齐|没交|几家)", "unfound", "alone", "no_quarter"),
    way("meeting", "开散结召", r"^(?:领导小组|年初|年中|临时|联席|碰头|本次|这次|今天的?|昨天的?|上午的?|下午的?|专题|的|,|\s)*会(?:议)?(?:今天|昨天|上午|下午|刚刚?|刚才|都|也|已经?|顺利|如期|按时|按期|,|\s)*(?:开完|开过|开好|开|召开|结束|散|举行)(?:了|完毕|完成|毕|啦|完|过|结束)+|散会了?(?:[\s。!,]|$)|^会(?:议)?(?:刚刚?|已经?|都)*散了?[\s。!]*$", "unfound", "alone"),
    way("meeting", "纪", r"^(?:本次|这次|年初会?|年中会?|领导小组会?|临时会|联席会|的)*会议纪要(?:如下|[:])\s*\S", "unfound", "alone"),
    way("meeting", "处决议会研", rf"^(?:会议|会上|本次会议|年初会|年中会|经研究|经会议研究|研究|,)*(?:处置意见|处理意见|会议决定|议定事项|决定事项|会议议定|会议要求|会议明确|议决事项|形成决议|决议|会上定了|会议定了|定了|研究决定|决定)(?:{_HEADED}[:]\s*\S|\s*(?:由|责成|请|让)(?!谁|哪)|(?=[^?吗谁哪]{{2,40}}(?:牵头|负责|配合|月底|年底|\d月|季度)))", "leadless", "no_verdict", "ordered"),
    way("meeting", "什几哪啥", rf"^(?:那|,|请问|这次|下次|下回|到底|\s)*(?:{_WHEN}|几点)(?:开|召开|开始|开会|开的会)[?呢啊吗\s。]*$", "alone", sure=False),
    way("meeting", "会商", r"^(?:登记|记录|记一?[次下]|新增|录入|补登|[\s,])*(?:一次)?会商(?:登记|记录|情况)?[:,\s]\s*\S", "unfound", "alone"),
    way("meeting", "会", r"(?:最近|近期|这个?月|本月|今年|下周|这周|本周|下个?月|接下来|年前)[^,。;]{0,6}(?:哪些|什么|啥|几个|几次|多少)会(?:议)?(?:要开|开|吗|呢|[\s?。]*$)|^(?:查|看|列|看看|我们?|[\s,])*会议(?:清单|列表|台账|安排|记录)[\s。?!]*$", "unfound", "alone"),
    way("item", "会", r"会(?:议|上)?(?:议定|决定|定|交办|布置|明确)(?:的|下来的)(?:事儿?|事项|任务|工作)[^,。;:]{0,14}(?:怎么样|咋样|进展|完成|办|落实|有哪些|清单|情况|没)", "unfound", "alone"),
    way("meeting", "会", r"(?:下次|下回|这次|本次|那个|下一次)会(?:议)?(?:是|在|定|什么时候|啥时候|几号|几点|哪)", "unfound", "alone"),
    # talks
    way("interview", "○", r"○", "unfound"),
    way("interview", "约谈", r"约谈|告诫谈话|找(?:我|我们|咱们?|他|他们)(?:去)?(?:约)?谈", "talked", "alone", "unfound"),
    # joint inspections
    way("joint_inspection", "□", r"□", "unfound"),
    way("joint_inspection", "联合", r"(?:同意|批准|准予|不同意|不批|驳回|采纳)[^,。;?]{0,16}(?:联合|合并)(?:检查|监督|审计|督查)|(?:联合|合并)(?:检查|监督|审计|督查)[^,。;]{0,10}(?:同意|批准|不批|驳回|批了没|批了吗|有哪些|清单|进展|到哪|怎么样)", "unfound", "alone"),
    way("joint_inspection", "并合重", r"(?:检查|审计|督查|监督)[^。;]{0,8}(?:合并|合起来|合到一起|合在一起|拼(?:一块|一起|起来))|(?:合并|合起来|合到一起)[^。;]{0,6}(?:检查|审计|督查|监督)", "several_orgs", "whole", "alone"),
    way("joint_inspection", "并合拼", r"(?:去|到|查|审|检查)[^。;]{0,20}(?:并成|合成|拼成|合为|并为|合并成|凑成|拼)(?:一次|一趟|一个组|一组|一块|一家)", "several_orgs", "unfound", "alone"),
    # things to be done by a day
    way("item", "◆", r"◆", "unfound", "unpromised"),
    way("item", "盖没未", r"(?:审计|检查|监督|巡察|内审|经责)[^,。;]{0,6}(?:覆盖率|覆盖面|覆盖了?(?:多少|几|哪)|覆盖到|全覆盖了?(?:吗|没|多少)|覆盖情况)|(?:哪[些家几个]|谁|还有)[^,。;]{0,12}(?:没|未)(?:有)?(?:被)?(?:审计|审)(?:过|到|了?[\s?。呢]*$)", "alone"),
    way("item", "计待代交督任", r"计划|[待代]办(?![理结完公])|交办事项|交办任务|督办事项", "planned", "alone_or_refs", "undefective"),
    way("item", "去到赴对往驻", r"(?:要|计划|拟|准备|打算|将|安排|想|定于|预计|会|[月周底初旬天日号一二三四五六])(?:再)?(?:去|到|赴|前往|对|进驻|进场)[^,。;]{1,16}?[^,。;]{0,10}(?:检查|审计|巡察|督查|督导|调研|抽查|核查|巡查|盘点)", "visits", "alone", "unfound"),
)  # fmt: skip


CONSENTS = frozenset({"interview", "joint_inspection"})  # a consent with a condition is none of theirs
_CALENDAR = way("calendar_days", "", "")
_DAYS_OFF = frozenset("班休假历歇放停")
_UNIT_SIDE = frozenset({"unit_liaison", "unit_head", "resp_person"})
_PLANS = lazy(
    r"年度(?:监督|工作|检查|重点)*(?:工作)?计划|监督(?:检查|工作)?计划|检查计划|审计(?:工作|项目)?计划|内审计划|经责计划|季度(?:监督|工作)?计划|计划(?:清单|列表|有哪些|表)|待办(?![理结完公])|代办(?:事项|任务|清单)|交办事项|交办任务|督办事项"
)
_ACTS = lazy(
    r"完成|办[好完结妥了]|搞定|落实|做[完好]|弄[完好]|闭环|取消|撤销|作废|改到|延到|推迟|延期|顺延|挪到|改期|延至|推到"
)
_INTENDS = lazy(r"要(?!求)|计划|拟|准备|打算|将|安排|想|定于|预计")


def _planned(r: Reading, words: str, m: re.Match[str]) -> bool:
    """A plan or a to-do is set down, listed or settled; 计划下周完成 and 下步计划 speak of something else."""
    named = _PLANS.search(words)
    if not named or r.has("PROGRESS_CMD") or r.has("QUARTER_INFO") or (r.has("EXPORT") and not items.creates(r)):
        return False
    if items.LISTED.search(words) and len(words.strip()) <= 26:
        return True
    if items.creates(r):
        return not r.has("ASK")
    return (
        bool(_ACTS.search(words)) and named.start() <= 10 and not re.search(r"计划$", words[: named.end()][-2:] + "x")
    )


def _visits(r: Reading, words: str, m: re.Match[str]) -> bool:
    if (
        r.has("ASK")
        or r.has("JOINT")
        or r.has("PROGRESS_CMD")
        or r.has("DEFECT")
        or r.has("INTERVIEW")
        or r.has("LEAD_CMD")
    ):
        return False
    if (
        not items.visit(r)
        or not (r.departments() or re.search(r"(?:^|[\s,])(?:我们?|咱们?|本)", words))
        or r.has("ASSIGN")
    ):
        return False
    days = [d.toward(r.today, "future") for d in r.dates if d.kind != "length"]
    ahead = any(d.first > r.today for d in days)
    return ahead or bool(_INTENDS.search(words) and all(d.last >= r.today for d in days) and days)


def _talked(r: Reading, words: str, m: re.Match[str]) -> bool:
    """What is decided of a talk, asked of it, or told of one that was held; who tells so of his own staff reports progress."""
    done = talks.action(r)
    if (
        r.has("QUARTER_INFO")
        or r.has("FINDING_CMD")
        or (r.has("PROGRESS_CMD") and not words.lstrip().startswith("约谈"))
    ):
        return False
    if done == "create":
        return bool(re.search(r"(?:问责|告诫|提醒)(?:性)?(?:约谈|谈话)", words)) and not re.search(r"已|了|过", words)
    if done == "held":
        return (
            "回告" in words
            or bool(re.search(r"约谈(?:结束|完毕|完成|完了|谈完)", words))
            or bool(r.roles and not r.roles & _UNIT_SIDE and r.unit_hits)
        )
    return done in ("adopt", "decline", "cancel", "report", "query", "plan")


NEEDS: Needs = {
    **deeds.NEEDS,
    "planned": _planned, "visits": _visits, "talked": _talked,
    "undirected": lambda r, w, m: not r.has("ESCALATE"),
    "asked": lambda r, w, m: r.has("ASK") or bool(re.search(_WHEN, w)),
    "unasked": lambda r, w, m: not r.has("ASK"),
    "named": lambda r, w, m: bool(r.people or r.unit_hits),
    "unassigned": lambda r, w, m: not r.has("ASSIGN") and not r.has("DISC"),
    "unpromised": lambda r, w, m: not reminders.promises(r) and not (r.has("ESCALATE") or (r.has("URGE") and not r.has("ASK"))),
    "no_export": lambda r, w, m: not r.has("EXPORT"),
    "no_meeting": lambda r, w, m: not r.has("MEETING"),
    "not_how": lambda r, w, m: not re.search(r"(?:怎么|如何|咋)(?:样)?(?:弄|设|关|取消|操作|用|发|做|写|填|提交|报|交|让|才)", w),
    "clockwork": lambda r, w, m: bool(re.search(r"提醒|催|时钟|阶梯|梯次|倒计时|计时|推送|预警|(?:正|已经?)?在跑|跑着|正在走|在走的", w)),
    "dated": lambda r, w, m: bool(r.dates) or bool(re.search(r"楼|室|厅|线上|视频|[点时]", w[m.end() :])),
    "no_quarter": lambda r, w, m: not re.search(r"佐证|整改|季度|信息", w),
    "several_orgs": lambda r, w, m: len({h.codes for h in r.departments()}) >= 2 or bool(re.search(r"[这那两几]家|几个部门|都要", w)),
    "undefective": lambda r, w, m: not (r.has("DEFECT") and r.has("DISCOVER")),
    "whole": lambda r, w, m: not r.has("FINDING_CMD") and (not r.has("DEFECT") or bool(re.search(r"重复(?:检查|监督|审计|进场|查)", w))),
    "leadless": lambda r, w, m: "¶" not in w and (not r.has("DISPOSE") or bool(r.unit_hits)),
    "ordered": lambda r, w, m: bool(r.unit_hits or r.dates or r.units.short(r.flat, r.start, len(r.flat))) and (":" in m[0] or bool(r.dates)),
    "no_verdict": lambda r, w, m: not re.match(r"\s*(?:同意|退回|驳回|不同意|不予|通过|准予|予以)", w[m.end() - 1 :]),
    "alone_or_refs": lambda r, w, m: "№" not in w or bool(items.HEAD_COLON.match(r.body)),
}  # fmt: skip


def of(r: Reading, words: str) -> Deed | None:
    """What the words (as `told`) ask of reminders or of the office, or None."""
    found = deeds.first(_TABLE, r, words, NEEDS)
    if found is None and (not _DAYS_OFF.isdisjoint(words) or "工作日" in words) and workdays.speaks(r):
        return _CALENDAR
    return found
