"""Fifty sentences in people's own words, written by somebody who had not read bot/understanding, over the real wire."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig, Row
from tests.e2e.stages import apply, assign, submit

RIGHT = 45  # of 50
CASES: list[Row] = [
    json.loads(line) for line in (Path(__file__).parent / "paraphrases.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    """0001 assigned to 周涛, 0002 registered, 0003 waiting for acceptance."""
    rig = make_rig()
    first = submit(rig, "hx_caiwu", "恒信建设虚列工程款，金额12.5万元")
    submit(rig, "hx_shenji", "恒信物流油卡无人登记")
    third = submit(rig, "hx_caiwu", "恒信建设差旅费超标准报销，金额2.1万元")
    for number in (first, third):
        assign(rig, number, "恒信建设 责任人周涛 12月20日前")
    apply(rig, third)
    return rig


def test_at_least_nine_in_ten_are_understood(rig: Rig) -> None:
    assert len(CASES) == 50
    misses = []
    for case in CASES:
        said = rig.say(case["as"], case["text"])
        missing = [part for part in case["want"] if part not in said]
        if missing:
            misses.append(f"{case['as']}：{case['text']}\n    缺 {missing}\n    答 {said!r}")
        while "没有进行中" not in rig.say(case["as"], "取消"):
            pass
    print("\n".join([f"{len(misses)} of {len(CASES)} missed", *misses]))  # pytest -s shows them
    assert len(CASES) - len(misses) >= RIGHT, "\n".join(misses)
