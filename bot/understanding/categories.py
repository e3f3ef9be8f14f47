"""The category of a finding from the words of the field, two levels, scored (domain.md 3.3)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.understanding import words

# code -> words. A word counts 1 per character beyond the first; `!` doubles it. Two-character words must be words.
_WORDS: dict[str, str] = {
    "DJ01": "政治建设 政治监督 重大部署 上级部署 贯彻落实 第一议题 巡视整改 主题教育 政治学习 传达学习! 学习记录! 攻坚部署! 专题研究! 党组织学习",
    "DJ02": "三会一课! 党费! 党支部 支部 组织生活! 组织生活会! 发展党员 换届 主题党日 党员大会 民主生活会! 党建 党组织 党务 双重组织",
    "DJ03": "选人用人! 干部选拔 提拔 任前公示 干部任用 试用期干部 选拔任用 干部档案! 任职回避",
    "DJ04": "意识形态! 官微 公众号 宣传稿 舆论阵地 三审三校 宣传栏 官网 转载 抖音号",
    "DJ05": "八项规定! 作风 公车 形式主义 官僚主义 公款吃喝! 超标准接待 文山会海 办公用房! 违规吃喝 公务用车! 四风!",
    "DJ06": "廉洁! 廉政 廉洁从业! 廉洁承诺 礼品登记 利益冲突 谈心谈话",
    "ZL01": "三重一大! 前置研究! 党委会 总办会 总经理办公会 议事规则 集体决策! 会议纪要 班子会 决策程序! 上会",
    "ZL02": "法人治理 董事会 授权 越权 章程 股东会 外部董事 授权手册",
    "ZL03": "集团管控 管控 参股 子企业管理 层级",
    "ZL04": "内控! 风险评估 内部控制 风险内控 不相容岗位! 岗位分离 轮岗",
    "CW01": "备用金! 资金 账户 专户! 银行账户 现金 存款 票据 公款 对账 余额调节 印鉴! 网银 ukey u盾 资金池 资金归集 盗刷 出纳 小金库! 农民工工资专户! 坐支 押金! 收银 短款! 长款! 零用金! 充值 日记账! 现金日记账! 收款码! 个人收款! 保证金",
    "CW02": "虚列! 虚列成本! 虚列费用! 虚开! 报销! 差旅! 费用 发票 招待 接待费 业务招待 油卡 加油卡 凭证 借款 无公函 白条 超标 会议费 培训费 津补贴 补贴",
    "CW03": "融资 担保 贷款 借贷 授信 抵押 拆借",
    "CW04": "应收! 应收账款! 应收款! 往来 预付 挂账! 坏账 清欠 欠款 其他应收 催收! 催缴! 水费! 电费! 货款 欠费! 预付款! 预付煤款! 两金 账龄!",
    "CW05": "核算 记账 税务 纳税 税款 入账 会计 财务报表 账务 决算 折旧 少缴 漏缴 计提 财务 成本归集 跨期",
    "CG01": "没招标! 没有招标! 冇招标! 没走招标! 绕开招标! 绕开公开招标! 绕开了公开招标! 没经招标! 未经招标! 不招标! 未比价! 没比价! 没有比价! 没询价! 指定供应商! 独家采购! 打包采购! 拆单! 拆成! 拆分成! 拆为! 拆开 小单 应招标未招标! 应招未招! 化整为零! 拆分采购! 拆分! 未招标! 招标 采购 直接采购 单一来源! 比价 询价 竞价 采购方式 招采 规避招标! 邀请招标 未公开招标 公开招标",
    "CG02": "围标! 串标! 投标 雷同 陪标! 废标 评标 评审专家 标书 中标 投标文件!",
    "CG03": "供应商! 供货商 供方 黑名单 准入 合格供应商 供应商库",
    "CG04": "履约 采购验收 到货 收货 入库验收 物资验收",
    "GC01": "转包! 挂靠! 违法分包! 分包! 资质",
    "GC02": "签证! 签证单! 变更 结算 工程款 进度款 工程量! 竣工结算! 监理! 设计变更 超付",
    "GC03": "工程质量 工期 施工 进度滞后 竣工 工程 隐蔽工程! 桥梁 路面 混凝土 钢筋 桩基 项目部 标段",
    "GC04": "概算! 预算 超概! 概预算 造价",
    "TZ01": "固定资产投资 固定资产 技改 投资计划 可研 立项 投资",
    "TZ02": "股权! 并购! 收购 尽调! 尽职调查! 股权投资",
    "TZ03": "产权 资产转让 资产处置! 转让 评估 进场交易 产权交易 处置资产 低价处置",
    "TZ04": "租赁 出租! 租金! 商铺! 账外资产! 资产 闲置! 招租 承租 转租 产权证 不动产 土地 房产 厂房 房屋 固定资产盘点 资产台账 权属",
    "TZ05": "改制 混改 重组 清算 破产 僵尸企业 压减",
    "TZ06": "境外 海外",
    "YX01": "融资性贸易! 空转! 贸易 走单 虚假贸易!",
    "YX02": "赊销! 信用 授信客户 客户信用 赊账",
    "YX03": "合同! 先干后签! 倒签! 补签! 协议 销售 违约 解约 合同台账 未签合同",
    "YX04": "盘点! 盘亏! 库存! 仓库 存货! 账实 账上 实物 库房 出入库 废料 料单 领料 物资 备件 积压",
    "YX05": "减免 收费 优惠 折扣 降价 让利 定价 价格 运费",
    "JR": "基金! 信托 保理! 衍生品! 期货 投后! 理财 融资租赁 小贷 证券 股票 质押 私募",
    "KJ": "科研! 研发! 专利 科技 成果转化 知识产权 课题 研发费用! 加计扣除",
    "HG01": "合法性审查! 法律审核! 合规审查! 法审! 法律审查 合法合规 法务审核! 没过法审! 未过法审! 没过法务! 法律意见",
    "HG02": "诉讼! 起诉 仲裁! 案件 判决 律师 应诉 执行款",
    "HG03": "制度缺失 制度未修订 制度 未建立 办法 管理办法 未制定 制度不健全 合规 规章",
    "RL01": "薪酬! 考勤! 加班 加班费! 工资! 奖金 绩效 福利 社保 公积金 工资总额! 空饷 打卡! 代打卡! 替打卡! 年休假",
    "RL02": "招聘! 录用 入职 笔试 面试 劳务派遣! 用工 劳动合同! 外包人员",
    "RL03": "亲属回避! 兼职! 亲属 经商办企业! 取酬 回避",
    "AQ": "消防! 灭火器! 安全! 隐患 危废! 环保! 排污 废水 特种设备! 起重机 塔吊! 脚手架 动火 持证 劳保 着火! 火灾! 起火! 爆炸! 受伤! 事故! 高空 坍塌 应急预案 应急演练 粉尘 泄漏 有限空间! 安全帽 安全带 触电 配电箱 "
    "危化品! 固废 噪声 扬尘 围挡倒 火 临边防护 防护栏 叉车 压力容器 锅炉 电梯 应急照明 疏散通道 安全通道 脱岗! 值班 变电所 变电站 配电 防护罩! 防护网 绝缘 漏电! 吊装 钢丝绳 行车 起吊 天车 冒顶 尾矿 动火作业! 无证上岗 上岗证 特种作业证 登高 井下 通风 劳动防护 易燃 油库 消火栓 烟感 喷淋 违章 特种作业! 煤气 瓦斯 废气 叶片 溢油 轮胎 围界! 刺网 静电接地! 接地线! 急救箱! 急救药 应急物资! 应急救援! 危险品! 温湿度计 工作票! 操作票! 两票! 焊工证! 电工证! 特种车! 特种车辆! 洗眼器! 氨区! 围堰 绝缘手套! 绝缘靴! 安全工器具! 安全阀! 压力表 劳保用品 防护用品! 护栏! 栏杆 井盖 加药间 氯气! 液氯! 次氯酸钠! 硫化氢! 有毒有害! 受限空间! 氧含量 报警器! 气体检测! 燃气 渗漏 在线监测! 排放口! 超标排放! 偷排! 烟气! 危化 易燃易爆! 逃生 消防主机! 消防泵! 消防车 灭火毯 防汛! 防火 防雷! 防爆! 熏蒸! 粮面! 机械伤害! 冷库 氨制冷! 液氨! 筒仓! 清仓作业! 进仓作业! 交叉作业! 高处作业! 监护人! 限速 超载 疲劳驾驶! 超速! 限位! 急停! 联锁! 刹车 爬梯 安全生产 反光背心 安全培训! 三级教育! 班前会 应急 水质! 余氯! 浊度 飞灰! 渗滤液! 污泥! 围挡",
    "MZ01": "企务公开! 厂务公开! 公开栏 职代会! 公示 党务公开",
    "MZ02": "职工权益! 劳动保护 体检 休假 女职工 工会 工会经费 困难职工 职工诉求 职工",
    "MZ03": "食堂! 后勤 宿舍 班车 饭菜 浴室 伙食",
    "XX": "账号 权限 密码 信息系统! 数据 网络安全! 弱口令! 保密 系统权限 机房 服务器 泄露 信息安全! 保密协议! 离职账号 备份 口令 外联 U盘",
}  # fmt: skip
_NAMED: dict[str, str] = {
    "DJ": "党建 党的建设 党务 作风 意识形态 选人用人 廉洁", "ZL": "治理 决策 三重一大 公司治理 法人治理 内控",
    "CW": "财务 资金 费用 财务资金 报销 资金管理", "CG": "采购 招标 招采 招投标 采购招标 物资采购 围标 串标",
    "GC": "工程 工程建设 施工 基建 项目建设", "TZ": "投资 产权 资产 资产租赁 租赁 投资与产权 产权资产 资产管理 出租",
    "YX": "经营 购销 经营购销 合同 合同管理 销售 存货 库存 贸易", "JR": "金融 基金 金融业务 信托 保理", "KJ": "科技 科技创新 研发 科研",
    "HG": "合规 法务 法律 合规法务 法律合规 诉讼", "RL": "人力 人力资源 薪酬 人事 用工 薪酬管理 劳动用工 招聘",
    "AQ": "安全 环保 安全环保 消防 安全生产 生产安全", "MZ": "民主管理 职工权益 民主 职工 食堂 后勤", "XX": "信息 数据 保密 信息化 网络安全 信息安全 信息数据",
    "QT": "其他 其它",
}  # fmt: skip


@cache
def _index() -> dict[str, list[tuple[str, str, int]]]:
    """The words by their first two characters (or the only one), the longest first, with code and weight."""
    table: dict[str, list[tuple[str, str, int]]] = {}
    for code, row in _WORDS.items():
        for word in row.split():
            strong = word.endswith("!")
            word = word.rstrip("!").lower()
            table.setdefault(word[:2], []).append((word, code, max(1, len(word) - 1) * (2 if strong else 1)))
    for rows in table.values():
        rows.sort(key=lambda r: -len(r[0]))
    return table


@cache
def _by_name() -> dict[str, str]:
    return {name: code for code, row in _NAMED.items() for name in row.split()}


def scores(flat: str) -> dict[str, int]:
    """Second-level codes with their weight; longest words first, a span is counted once."""
    out: dict[str, int] = {}
    for code, weight in _found(flat):
        out[code] = out.get(code, 0) + weight
    return out


def any_in(flat: str) -> bool:
    """Whether any word of the field stands there."""
    return next(_found(flat), None) is not None


def _found(flat: str) -> Iterator[tuple[str, int]]:
    """Code and weight of each word from left to right."""
    index, size = _index(), len(flat)
    edges: frozenset[int] | None = None
    at = 0
    while at < size:
        step = 1
        for word, code, weight in (*index.get(flat[at : at + 2], ()), *index.get(flat[at], ())):
            if not flat.startswith(word, at):
                continue
            if len(word) <= 2:
                if edges is None:
                    edges = words.edges(flat)
                if at not in edges and at + len(word) not in edges:
                    continue
            yield code, weight
            step = len(word)
            break
        at += step


def suggest(flat: str) -> tuple[str, str | None] | None:
    """First level and, when one second level stands out, that too; None when no word of the field was found."""
    found = scores(flat)
    if not found:
        return None
    first: dict[str, int] = {}
    for code, weight in found.items():
        first[code[:2]] = first.get(code[:2], 0) + weight
    best = max(first, key=lambda c: first[c])
    inner = sorted(((w, c) for c, w in found.items() if c[:2] == best and len(c) > 2), reverse=True)
    second = inner[0][1] if inner and (len(inner) == 1 or inner[0][0] > inner[1][0]) else None
    return best, second


def named(word: str) -> str | None:
    """The first-level code that a category's name means (采购, 采购类, CG); None when it is none."""
    word = (
        word.strip()
        .removesuffix("问题")
        .removesuffix("类")
        .removesuffix("方面")
        .removesuffix("领域")
        .removesuffix("上")
        .strip()
    )
    code = word.upper()[:2]
    return code if code in _NAMED and word.isascii() and len(word) in (2, 4) else _by_name().get(word)


def names() -> tuple[str, ...]:
    """Every name by which people call a category, longest first."""
    return tuple(sorted(_by_name(), key=len, reverse=True))
