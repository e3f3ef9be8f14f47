"""The secrecy gate: marks of state secrets stop, ordinary uses of the words pass (domain.md P6)."""

from __future__ import annotations

import pytest

from bot.understanding import gates

STOPPED = """
机密★5年
绝密★长期 关于某项目
秘密★1年 会议纪要
【机密】关于设备采购的请示
[秘密] 情况通报
（绝密）作战图
密级：机密
密级:秘密
密级是绝密
密级为机密的报告
这个文件是机密级的
附件是秘密级文件
绝密级材料丢失
机密级图纸
秘密级，保密期限10年
机密 10年
秘密（5年）
绝密 关于XX会议的通知
机密：领导讲话稿
秘密 请各单位收到后清退
涉密文件复印了两份
涉密图纸带回家了
涉密材料在桌上
涉密载体遗失
涉密会议的记录
涉密项目招标情况
涉密合同的内容如下
涉密电脑连了外网
这是涉密的内容
含有涉密内容，我发你
属于国家秘密
是国家秘密的资料
国家秘密载体
国家机密文件
绝密文件一份
机密文件要登记
机密资料给你看看
机密图纸三张
机密会议的纪要
秘密文件两份
秘密图纸找不到了
秘密件没有归档
文件标着机密
上面印着秘密两个字
盖了机密章的通知
写着绝密的信封
标有秘密字样
有密级的文件怎么报
标了密级的材料
定密为秘密
密件丢失
机要文件被拆封
TOP SECRET 文件
top secret report
保密期限：20年
保密等级：机密
机 密 ★ 三年
★10年 关于某型号
★长期
军工涉密资质的材料
密级文件打印了一份
秘密级
绝密
我这有份绝密材料要报
带有机密字样的传真
机密☆5年
""".strip().split("\n")

PASSED = """
保密反映 采购那边有问题
请保密
请为我保密
这是商业秘密
泄露商业秘密
涉及商业机密的合同
技术秘密管理不规范
工作秘密管理制度未修订
保密管理不到位
保密协议未签订
保密制度没有更新
保密培训没开展
秘密调查一下
秘密进行的交易
秘密举报
他们秘密转移资产
秘密会见供应商
保守秘密
公开的秘密
小秘密
WiFi密码多少
系统密码是弱口令
密码三个月没换
解密后的材料
保密委员会
保密柜没有上锁
个人秘密
客户秘密
企业秘密
去掉涉密和人名
不涉密
非涉密文件
不含涉密内容
未涉密
是否涉密吗
请勿传涉密材料
密级：公开
密级：无
密级：非密
紧密配合
严密组织
周密部署
密切联系群众
精密仪器采购未招标
密封投标文件缺失
投标文件未密封
加密狗丢失
保密承诺书没签
保密义务
人员密集场所消防通道堵塞
机密性测试未做
泄密风险评估没做
保密审查记录缺失
离职人员保密协议未签
商业秘密保护制度
秘密账户
私密谈话
他有个秘密武器
密闭空间作业未审批
稠密区管网
内部资料
保密期限没约定清楚吗
报送问题：恒信物流保密检查台账缺失
秘密安排亲属入职
""".strip().split("\n")


@pytest.mark.parametrize("phrase", STOPPED)
def test_marks_stop(phrase: str) -> None:
    assert gates.secret_mark(phrase)


@pytest.mark.parametrize("phrase", PASSED)
def test_ordinary_uses_pass(phrase: str) -> None:
    assert not gates.secret_mark(phrase)


def test_enough_of_both() -> None:
    assert len(set(STOPPED)) >= 60
    assert len(set(PASSED)) >= 60
