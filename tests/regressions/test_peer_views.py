"""What a peer may know of a finding is its number, category, unit, state and term (domain.md S4): nothing beside it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.flows.findings import AUDIT, FINANCE, LIAISON, OFFICE, seed
from tests.flows.harness import Rehearsal

SECRET = "违规定点采购"


async def _of_audit(world: Rehearsal, number: str, **values: object) -> None:
    row = {"source": "HX-SJ", "submitted_by": AUDIT, "title": SECRET, "desc": SECRET, "state": "assigned",
           "resp_person": LIAISON, "due": date(2026, 11, 10)}  # fmt: skip
    await seed(world, number, **row | values)


async def test_a_list_of_peers_cards_does_not_name_them_when_one_is_to_be_assigned(world: Rehearsal) -> None:
    for number in ("WT-2026-0201", "WT-2026-0202"):
        await _of_audit(world, number)
    assert "WT-2026-0201" in await world.say(FINANCE, "逾期清单")
    for words in ("交办给周涛", "都交办给周涛"):
        answer = await world.say(FINANCE, words)
        assert SECRET not in answer, answer
        await world.say(FINANCE, "取消")


@pytest.mark.parametrize(
    "question", ["周涛名下的问题", "周涛名下逾期的问题", "逾期的重大问题有哪些", "审计部报送的问题"]
)
async def test_peers_cards_answer_no_question_about_what_they_do_not_show(world: Rehearsal, question: str) -> None:
    await _of_audit(world, "WT-2026-0201", severity="major")
    assert "WT-2026-0201" in await world.say(OFFICE, question) or "1条" in await world.say(OFFICE, question)
    answer = await world.say(FINANCE, question)
    assert "WT-2026" not in answer and "1条" not in answer, answer
