"""The push engine's benchmark runs whole in miniature: every push sent, nothing refused, a page at the end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bench import pushing_group, pushing_report
from bench.pushing_delivery import Delivered, densest

ROOT = Path(__file__).parents[2]


def _run(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "bench", "pushing", "--out", str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == ["pushing.md"]
    page = (folder / "pushing.md").read_text(encoding="utf-8")
    assert "## Faults" not in page
    return page


def test_member_units_are_told_at_once(tmp_path: Path) -> None:
    page = _run(tmp_path, "--what", "units", "--sizes", "40", "--plan-sizes")
    assert "| pushes | 41 |" in page  # twenty units, each with a liaison and a head, and the office's list
    assert "| in messages | 41 |" in page
    assert "| to people | 21 |" in page


def test_those_of_findings_are_told_together(tmp_path: Path) -> None:
    page = _run(tmp_path, "--what", "findings", "--sizes", "40", "--plan-sizes")
    assert "| pushes | 39 |" in page  # thirteen findings, three people each
    assert "| in messages | 15 |" in page  # the liaison's and the head's are one message


def test_planning_is_measured_at_each_size(tmp_path: Path) -> None:
    page = _run(tmp_path, "--sizes", "--plan-sizes", "20", "40")
    assert "| obligations | 20 | 40 (× 2.0) |" in page
    rows = re.search(r"\| due rows \| (\d+) \| (\d+) ", page)
    assert rows is not None
    assert (9 * 20 <= int(rows[1]) <= 10 * 20, 9 * 40 <= int(rows[2]) <= 10 * 40) == (True, True)
    assert "| due rows that wait |" in page
    assert "| obligations moved |" in page


def test_a_group_owes_as_many_pushes_as_it_was_asked_for(tmp_path: Path) -> None:
    pushing_group.write(tmp_path, "units", 10_000)
    lines = (tmp_path / "人员.csv").read_text(encoding="utf-8").splitlines()
    posts = [line for line in lines if "member_" in line]
    assert len(posts) == 10_000
    assert len({line.split(",")[0] for line in posts}) == 5_000


def test_the_densest_second_is_found_across_its_border() -> None:
    assert densest([0.0, 0.9, 1.1, 1.3, 1.8, 2.2], 1.0) == 4  # from 0.9 up to 1.9
    assert densest([], 1.0) == 0


def test_growth_stands_beside_each_size() -> None:
    found = [
        Delivered("units", pushes=count, messages=count, people=count // 2, sent=sent, cpu=(0.1, 0.2))
        for count, sent in ((1000, 8.0), (10_000, 80.0))
    ]
    page = pushing_report.write(found, [], 0.5, own_minutes=False)
    assert "| pushes | 1 000 | 10 000 (× 10.0) |" in page
    assert "| the whole, to what the pace alone would take | 1.04 | 1.18 |" in page


def test_a_push_that_was_not_sent_is_a_fault() -> None:
    page = pushing_report.write([Delivered("units", faults=["3 of 40 pushes were not sent"])], [], 0.5, False)
    assert "- units: 3 of 40 pushes were not sent" in page
