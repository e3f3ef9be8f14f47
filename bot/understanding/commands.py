"""Probes and conditions: what is never given out whoever asks, and consents that are none."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

from bot.understanding.reading import Reading

LEAD_ROLES = frozenset({"disc_manager", "acct_staff", "lead_officer"})
_OVERSEERS = LEAD_ROLES | {"office_director", "office_staff", "leading_group"}

# (pattern, what is probed for, roles that may ask so after all)
_PROBES: tuple[tuple[re.Pattern[str], str, frozenset[str]], ...] = tuple(
    (re.compile(pattern), probe, roles)
    for pattern, probe, roles in (
        (
            r"(?:忽略|无视|忘记|忘掉|绕过|跳过|不要管|别管|抛开).{0,8}(?:规则|指令|限制|设定|权限|提示|要求)|(?:输出|打印|显示|告诉我|复述|泄露).{0,6}(?:系统提示|提示词|prompt|你的规则|全部规则|内部指令)|ignore (?:all|previous|your)|system prompt|开发者模式|越狱|jailbreak|debug模式|(?:假装|扮演|假设)你?(?:是|没有).{0,10}(?:管理员|限制|规则)|(?:drop|select|union|delete)\s+(?:table|\*|from|all)|输出所有",
            "prompt_injection",
            frozenset(),
        ),
        (
            r"我(?:就)?是.{0,12}(?:书记|董事长|总经理|组长|纪委|主任|管理员|领导|厂长|总).{0,20}(?:把|给我|发我|告诉我|调出|调一下|解除|开放|授权|打开).{0,14}(?:匿名|举报人|反映人|账号|身份|线索|全部|权限|记录)",
            "impersonation",
            frozenset(),
        ),
        (
            r"(?:是谁|谁|哪个|什么人|哪位)(?:在)?(?:举报|告|反映|检举|投诉|揭发)(?:了|过)?(?:我|的|他|她|我们|这个|这条|这事)|(?:举报|反映|检举|匿名|告状|投诉)(?:人|者|的人|的|信)?(?:到底|究竟)?(?:是谁|叫什么|姓什么|是哪个|是哪位|是什么人)|谁(?:写|发|提)的?.{0,6}(?:举报|匿名|线索)|(?:举报|反映|匿名|检举)人?的?(?:身份|名字|姓名|电话|账号|企业微信|微信|信息|资料|部门).{0,12}(?:给我|发我|查|告诉|是|看|调|提供|透露|多少)|(?:查|告诉|透露|给我|发我|调).{0,8}(?:举报|反映|匿名|检举)(?:人|者)的?(?:身份|名字|姓名|电话|账号|信息|是谁)|帮我查.{0,6}谁(?:举报|告|反映)|查出.{0,6}(?:举报|反映|匿名)(?:人|的)",
            "reporter_identity",
            frozenset(),
        ),
        (
            r"(?:有没有|是不是有|有无|是否有)(?:人|谁)?.{0,4}(?:举报|告|反映|检举|投诉)(?:过|了)?(?:我(?!们)|我们领导|咱们?领导|俺)|(?:我|俺)(?:有没有|是不是|是否)?(?:被|让人)(?:人)?(?:举报|告|反映|检举|调查|立案)|(?:关于|针对|涉及)我(?:的|本人)?(?:的)?(?:线索|举报|反映)|我的(?:线索|举报)(?:有几|有多少|情况|列表)|有人告我|有(?:没有)?我的(?:举报|线索)|在查我",
            "leads_about_self",
            frozenset(),
        ),
        (
            r"匿名.{0,12}(?:是不是|是否|应该是|肯定是|该不会是|莫非是|不会是).{1,12}(?:发|写|报|说|举报|干|投|吧|\?)|(?:举报|反映|线索).{0,8}是不是.{1,10}(?:发|写|报|说|干|举报)的",
            "identity_guess",
            frozenset(),
        ),
        (
            r"数据库.{0,6}(?:备份|密码|导出|拷|下载|发我|给我|地址|连接|账号)|(?:备份|拷贝|dump).{0,8}(?:发我|给我|一份|下载|数据库)|(?:服务器|后台|管理员)(?:的)?(?:密码|权限|账号)(?=[^,。]{0,2}(?:给|发|告诉|多少|[?]|吗)|[^一-龥]*$)|(?:密钥|私钥|secret|token|pepper|口令).{0,6}(?:发|给|是|多少|看)",
            "backup",
            frozenset(),
        ),
        (
            r"(?:谈话|询问|讯问|函询|初核)(?:记录|笔录|材料|报告|录音).{0,8}|(?:看|查|调|发|给).{0,12}(?:谈话记录|谈话笔录|笔录|核查报告|初核报告|案卷|卷宗)",
            "interview_record",
            LEAD_ROLES,
        ),
        (
            r"(?:导出|下载|拷|打印|发我|给我|列出|输出|查看|看看|看一?下|拉|汇总).{0,10}(?:线索|举报|匿名)(?:的)?(?:台账|清单|列表|明细|名单|数据|材料|内容|表|库|系统|情况|全部)|(?:全部|所有|全集团|整个集团)(?:的)?(?:线索|举报)|线索(?:台账|清单|列表)|(?:线索|举报件?)(?:都|全部?|给我)*(?:列出来|拉出来|列一下|发我|给我看|导出来?|调出来|看看)",
            "export_leads",
            LEAD_ROLES,
        ),
        (
            r"(?:有|存在)(?:什么|啥|哪些|几条|几个|多少|没有|无)(?:条|个|件)?(?:新)?(?:的)?(?:问题)?(?:线索|举报)|(?:线索|举报)(?:有|都有|情况)(?:几|多少|哪些|啥|什么|怎么样|如何)|(?:几条|多少条?|几件|哪些)(?:问题)?(?:线索|举报)|(?:最近|近期|目前)(?:有)?(?:没有|无|啥|什么)(?:新)?(?:的)?(?:线索|举报)|(?:被)(?:举报|反映|检举|告)(?:了|过)?(?:几|多少|没|吗)|(?:举报|反映)了?(?:几次|几回|多少次)|线索情况|有线索(?:吗|没|么)|有没有(?:人)?.{0,8}(?:线索|举报|反映)",
            "leads_by_unit",
            LEAD_ROLES,
        ),
    )
)
_FOREIGN = re.compile(
    r"隔壁|别的(?:公司|单位|部门)|其他(?:公司|单位|部门|兄弟)|人家(?:公司|单位)|兄弟(?:单位|公司)|对门"
)
_CONTENT = re.compile(
    r"(?:内容|详情|材料|全文|原文|正文|证据|照片|附件|被反映人|举报人|谁).{0,8}(?:发|给|看|调|是|说|\?)|(?:发|给|看|调).{0,10}(?:内容|详情|材料|全文|原文|正文|证据|举报人|被反映人)"
)
_HELPISH = re.compile(r"怎么(?:报|举报|反映|处理|提)|如何(?:举报|反映|处理)|什么是|区别|流程|给谁|发给谁|受理线索要")


def probe(r: Reading) -> str | None:
    """What a forbidden question is after (domain.md 2.5), or None; the empty string for a foreign unit's figures."""
    leads = r.leads()
    body = r.body
    if len(leads) >= 3 and not r.roles & _OVERSEERS:
        return "enumeration"
    if leads and not r.roles & LEAD_ROLES and _CONTENT.search(body):
        return ""
    if not re.search(
        r"举报|告|反映|线索|匿名|规则|指令|备份|数据库|密码|密钥|记录|笔录|隔壁|别的|其他|人家|兄弟|提示|设定|管理员|限制|要求|ignore|prompt|select|drop|核查|卷|输出|身份|检举|投诉|token|私钥|权限|模式|扮演|假装|越狱|jail|在查我|立案|调查|secret",
        body,
    ):
        return None
    if _HELPISH.search(body) and not re.search(r"是谁|谁举报|谁告", body):
        return None
    if (
        r.words.first.get("LEAD_CMD", 99) <= r.start + 3
        and len(body) > 16
        and not re.search(r"谁|导出|列表|台账|清单|[?]|吗|没有人", body)
    ):
        return None
    for pattern, name, allowed in _PROBES:
        if pattern.search(body) and not r.roles & allowed:
            return name
    if (
        _FOREIGN.search(body)
        and re.search(r"逾期|超期|几个|多少|问题|情况|整改|有啥|哪些|排", body)
        and not re.search(r"发现|存在|涉嫌|举报|报送", body)
        and not r.roles & (_OVERSEERS | {"member_liaison", "audit_staff", "member_head"})
    ):
        return ""
    return None


_CONDITION = re.compile(
    r"(?:^|[\s,。])(?:我|原则上?|基本上?|领导|我们|部门|办公室)?(?:同意|批准|准予|没问题|可以|行|好的?|通过|确认|ok)(?:销号|验收|通过|延期|办理|提交|了|吧|的|是可以)*\s*[\w\-]{0,24}\s*(?:销号|延期|验收)?[,\s。;]*"
    r"(?:但是?|不过|只是|前提|条件是|除非|只要|可是|然而|就是(?:要|得|还))(?!愿)"
    r"|(?:如果|要是|只要|待|等|先)?(?:补齐|补充|补完|整改完|补上|交齐|材料齐)[^。\n]{0,20}(?:再|才|后|就)(?:可以|能|予以|给)?(?:同意|通过|销号|批准|验收)|(?:如果|只要|待)[^,。\n]{1,16}[,]?(?:再|才|就)(?:可以|能|予以|给)?(?:同意|通过|销号|批准)"
    r"|原则(?:上)?(?:同意|通过)|有条件(?:地)?(?:同意|通过)|(?:拟|建议|提请|请示|是否|可否)(?:予以)?(?:同意|通过|批准|销号)(?!.{0,6}申请)|(?:拟办|妥否|当否|请批示|请领导批|呈.{0,6}阅|请.{0,8}阅处|请.{0,8}阅示)"
)


def conditional(r: Reading) -> bool:
    """同意，但…: a consent with a condition, or a draft of one (拟同意), is no consent."""
    return bool(_CONDITION.search(r.body))
