"""A group of some hundred people in twenty units, written as the two CSV files that `org import` reads."""

from __future__ import annotations

import csv
from pathlib import Path

PEOPLE = 320
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_NAMES = "志强建华晓明国庆文静海燕思远春梅立新德胜"


def write(sample: Path, folder: Path) -> list[str]:
    """The sample group with `PEOPLE` liaisons more, whose departments may report any unit; returns their accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "单位.csv").write_bytes((sample / "单位.csv").read_bytes())
    with (sample / "单位.csv").open(encoding="utf-8-sig", newline="") as lines:
        units = [row["编码"] for row in csv.DictReader(lines) if row["监督类型"] in ("functional", "special")]
    known = (sample / "人员.csv").read_text(encoding="utf-8-sig").rstrip("\n")
    rows = [_row(at, units[at % len(units)]) for at in range(PEOPLE)]
    text = "\n".join([known, *(",".join(row) for row in rows)]) + "\n"
    (folder / "人员.csv").write_text(text, encoding="utf-8")
    return [row[0] for row in rows]


def _row(at: int, unit: str) -> tuple[str, ...]:
    name = _SURNAMES[at % 20] + _NAMES[at * 2 % 20] + _NAMES[(at // 10 * 2 + 1) % 20]
    return (f"bench{at:03d}", name, unit, "member_liaison", "专员", "", "")
