"""An exported ledger that a real office program opened and saved: still no difference, and no text became a formula."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.flows.books import made
from tests.flows.findings import OFFICE, forget, seed
from tests.flows.harness import Rehearsal

FORMULA = "=cmd|' /C calc'!A0"
pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


async def _kept(world: Rehearsal) -> None:
    await seed(
        world, "WT-2026-0001", title=FORMULA, desc="第一行\n第二行\r\n第三行", requirement="@SUM(A1)", basis="-1",
        amount_fen=12_860_050, state="rectifying", due=date(2026, 11, 2), occurred_at=date(2026, 1, 31),
        source_ref="00123", root_cause="+86", loss_fen=1,
    )  # fmt: skip
    await seed(
        world, "WT-2026-0002", title="2026-11-20", desc="1/2", amount_text="大概四五十万", state="closed",
        applied_at=datetime(2026, 11, 3, 2, tzinfo=UTC), closed_at=datetime(2026, 11, 4, 2, tzinfo=UTC),
    )  # fmt: skip
    await seed(world, "WT-2026-0003", title="0123", desc="1E5", state="ongoing", amount_fen=99_999_999_999_999)


def _saved(folder: Path, content: bytes) -> bytes:
    (folder / "in").mkdir()
    (folder / "in" / "ledger.xlsx").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    subprocess.run([*command, str(folder / "in" / "ledger.xlsx")], check=True, capture_output=True, timeout=300)
    return (folder / "out" / "ledger.xlsx").read_bytes()


async def test_saved_by_it_a_ledger_has_no_difference_and_no_formula(world: Rehearsal, tmp_path: Path) -> None:
    await _kept(world)
    await world.say(OFFICE, "导出台账")
    content = _saved(tmp_path, await made(world, OFFICE))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).endswith(FORMULA) and cell.data_type == "s" for cell in cells)
    forget(world)
    await world.file(OFFICE, "问题台账20261123-1000.xlsx", content)
    assert world.told(OFFICE) == ["台账核对完毕：共3行，与现有台账没有差异，不用改。"]
