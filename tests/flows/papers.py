"""A quarter's findings for the transcripts of the office's papers, and the words of what was sent."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.messages import Document, Paragraph, Table
from tests.flows.findings import seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

LEADER, LIAISON, OFFICE, DIRECTOR, UNIT = "hx_zuzhang", "hx_caiwu", "hx_ban", "hx_zhuren", "hx_jianshel"
THIRD = "2026Q3"
SECRET = "董事长家属承揽工程"


@once
async def quarter(world: Rehearsal) -> None:
    """Four of one category in four units, one closed, restricted or submitted only each; one of the last quarter."""
    for at, unit in enumerate(("JS", "WL", "NY", "ZY"), 1):
        words = f"恒信建设周涛11月20日与宏达建材有限公司往来款{at}笔未清"
        await seed(
            world, f"WT-2026-000{at}", quarter=THIRD, category="CW01", unit=unit, amount_fen=4_200_000 * at,
            title=words, desc=words, raw_text=words,
        )  # fmt: skip
    await seed(
        world, "WT-2026-0005", quarter=THIRD, category="CW02", state="closed", due=date(2026, 9, 20),
        applied_at=datetime(2026, 9, 10, 2, tzinfo=UTC), closed_at=datetime(2026, 9, 12, 2, tzinfo=UTC),
        recovered_fen=300_000, accountability_count=2,
        institution_fix="报销办法（恒信财〔2026〕3号）", title="报销单据不全", desc="报销单据不全",
    )  # fmt: skip
    await seed(
        world, "WT-2026-0006", quarter=THIRD, category="ZL01", severity="major", visibility="restricted",
        amount_fen=99_000_000, title=SECRET, desc=SECRET, raw_text=SECRET,
    )  # fmt: skip
    await seed(world, "WT-2026-0007", quarter=THIRD, state="submitted", title="尚未核实", desc="尚未核实")
    await seed(
        world, "WT-2026-0008", quarter=THIRD, category="CW03", amount_text="大概四五十万", unit="ZB",
        title="担保未经审批", desc="担保未经审批",
    )  # fmt: skip
    await seed(
        world, "WT-2026-0009", quarter="2026Q2", category="CG03", state="rectifying", due=date(2026, 10, 20),
        title="供应商未评价", desc="供应商未评价",
    )  # fmt: skip


def papers(world: Rehearsal, person: str) -> list[Document]:
    """Every paper that was delivered to him, oldest first."""
    return [one.message for one in world.channel.sent if one.person == person and isinstance(one.message, Document)]


def words(paper: Document) -> str:
    """All that stands in it, a line a paragraph and a row."""
    lines = []
    for part in paper.parts:
        if isinstance(part, Paragraph):
            lines.append(part.text)
        else:
            assert isinstance(part, Table)
            lines += ["｜".join(row) for row in (part.headings, *part.rows)]
    return "\n".join(lines)
