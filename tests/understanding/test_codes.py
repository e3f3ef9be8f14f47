"""Code-like numbers: a receipt's, nearly one, a card's, and numbers of ordinary work (domain.md 2.6-5)."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import pytest

from bot.understanding import gates
from tests.understanding import samples

CODE = "4821739055126047"
RECEIPTS = (
    "四八二一七三九零五五一二六零四七", "四八二一 七三九零 五五幺二 六零四七 帮我看看", "肆捌贰壹柒叁玖零伍伍壹贰陆零肆柒",
    "4821\n7390\n5512\n6047", "4821-7390-\n5512-6047", "4821 - 7390 - 5512 - 6047", "４８２１　７３９０　５５１２　６０４７",
    "第一组4821 第二组7390 第三组5512 第四组6047", "4821然后7390然后5512最后6047", "回执码是4821横杠7390横杠5512横杠6047",
    "④⑧②①⑦③⑨⓪⑤⑤①②⑥⓪④⑦", "4️⃣8️⃣2️⃣1️⃣7️⃣3️⃣9️⃣0️⃣5️⃣5️⃣1️⃣2️⃣6️⃣0️⃣4️⃣7️⃣", "4821739O55126O47", "4821739055126047 4821739055126048",
    "我的码 48217390 55126047 有没有答复", "WT-2026-0123 之外还有 4821-7390-5512-6047", "13800138000 4821-7390-5512-6047",
)  # fmt: skip
MALFORMED = (
    "482173905512604", "48217390551260471", "4821-7390-5512-604", "4821-7390-5512-60471", "4821-7390-5512", "4821739055126047*",
    "查回执 4821-7390-5512-60", "回执 48217390", "四八二一七三九零五五一二六零四", "我的码是482173905512604712",
)  # fmt: skip
ACCOUNTS = (
    "检查发现公款转入个人卡号6222021234567890，金额3万", "发现账号6222 0212 3456 7890 收款", "卡号62220212345678901收款", "流水号4821739055126047",
)  # fmt: skip
NONE = (
    "卡号6222021234567890123收款", "身份证370303199001011234的人员虚列", "370303199001011234冒名领取补贴", "问题时间2026-11-18 2026-12-31 两次", "销号WT-2026-0123、0124、0125",
    "WT-2026-0123、WT-2026-0124、WT-2026-0125、WT-2026-0126 合并", "催 0123 0125 0131 0140", "20261101 20261231 期间", "13800138000 13900139000", "金额1,234,567,890.00元",
    "2026年11月20日9:30开会，电话0533-1234567", "8 9 10 11 12 13 14 15 项未完成", "审计问题1、2、3、5、8、13、21、34、55", "一二三四五六七八九十", "2025年1200万 2026年1300万",
    "合同编号202611230001", "统一社会信用代码91370303MA3CABCD12", "收款1200 1300 1400元，支出500元", "一千二百三十四万五千六百七十八元九角",
)  # fmt: skip


@pytest.mark.parametrize("message", RECEIPTS)
def test_a_receipt_is_read_however_it_is_written(message: str) -> None:
    assert gates.code_kind(message) == "receipt"
    assert gates.receipt_code(message) == CODE


@pytest.mark.parametrize("message", MALFORMED)
def test_nearly_a_receipt_is_malformed_and_still_kept_out(message: str) -> None:
    assert gates.code_kind(message) == "malformed"
    assert gates.receipt_code(message) is None


@pytest.mark.parametrize("message", ACCOUNTS)
def test_a_card_number_that_could_be_a_code_is_asked_about(message: str) -> None:
    assert gates.code_kind(message) == "account"
    assert gates.receipt_code(message) is None


@pytest.mark.parametrize("message", NONE)
def test_numbers_of_ordinary_work_pass(message: str) -> None:
    assert gates.code_kind(message) == ""


@pytest.mark.parametrize("name", ["dev.jsonl", "other_group.jsonl", "third_group.jsonl", "office_beside.jsonl"])
def test_no_ordinary_sentence_holds_a_code(name: str) -> None:
    rows = samples.lines(name)
    held = [row["text"] for row in rows if gates.code_kind(row["text"]) and "receipt" not in row.get("slots", {})]
    assert held == []
