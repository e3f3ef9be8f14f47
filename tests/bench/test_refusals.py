"""The trial of refusals runs whole in miniature, and its rank test knows a difference when there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.refusals import mann_whitney

ROOT = Path(__file__).parents[2]


def test_a_small_trial_ends_with_a_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.refusals", "--asks", "4", "--seed", "1", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "refusals.md").read_text(encoding="utf-8")
    assert page.count("| 4 + 4 |") == 6
    assert [path.name for path in tmp_path.iterdir()] == ["refusals.md"]


@pytest.mark.parametrize(
    ("first", "second", "z", "p"),
    [
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], -2.611, 0.0090),
        ([6, 7, 8, 9, 10], [1, 2, 3, 4, 5], 2.611, 0.0090),
        ([1, 3, 5, 7], [2, 4, 6, 8], -0.577, 0.5637),
        ([1, 2, 2, 3], [2, 2, 3, 4], -1.0838, 0.2784),  # U 4.5, of 8 expected; ties share ranks
        ([5, 5, 5], [5, 5, 5], 0.0, 1.0),
    ],
)
def test_ranks_of_two_samples(first: list[float], second: list[float], z: float, p: float) -> None:
    """Against the textbook formula, worked out by hand; no correction for continuity."""
    assert mann_whitney(first, second) == pytest.approx((z, p), abs=0.001)
