"""The thresholds of domain.md 6.6: at each limit and just below it, and what somebody counts who may not know all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.talks import Facts, Late, Limits, Registered, assess, cases, window

TODAY = date(2026, 11, 23)
LIMITS = Limits()


def found(count: int, quarter: str = "2026Q1", day: date = date(2026, 2, 1), **values: object) -> list[Registered]:
    start = int(values.pop("start", 1))  # type: ignore[call-overload]
    category, major = str(values.pop("category", "QT")), bool(values.pop("major", False))
    return [Registered(f"WT-2026-{start + at:04d}", quarter, day, category, major) for at in range(count)]


def rules_of(facts: Facts, limits: Limits = LIMITS) -> dict[str, int]:
    return {ground.rule: ground.count for ground in assess(facts, limits, TODAY)}


def test_the_last_four_quarters_hold_this_one_and_the_three_before() -> None:
    assert window(TODAY, 12) == ("2026Q1", date(2025, 11, 23))
    assert window(date(2026, 2, 28), 12) == ("2025Q2", date(2025, 2, 28))
    assert window(date(2024, 2, 29), 12) == ("2023Q2", date(2023, 2, 28))


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (Facts(tuple(found(9))), {}),
        (Facts(tuple(found(10))), {"year": 10}),
        (Facts((*found(9), *found(1, "2025Q4", start=50))), {}),
        (Facts(tuple(found(4, "2026Q4"))), {}),
        (Facts(tuple(found(5, "2026Q4"))), {"quarter": 5}),
        (Facts(tuple(found(1, major=True))), {}),
        (Facts(tuple(found(2, major=True))), {"major": 2}),
        (Facts(tuple(found(2, "2025Q4", major=True))), {}),
    ],
)
def test_many(facts: Facts, rules: dict[str, int]) -> None:
    """存在问题较多: >=10 in four quarters, or >=5 in this one, or >=2 major ones in four quarters."""
    assert rules_of(facts) == rules
    assert set(cases(assess(facts, LIMITS, TODAY))) <= {"many"}


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (Facts(tuple(found(2, category="CW01"))), {}),
        (Facts(tuple(found(3, category="CW01"))), {"category": 3}),
        (Facts((*found(2, category="CW01"), *found(2, category="CW02", start=9))), {}),
        (Facts(tuple(found(4, category="CW"))), {}),  # a first-level category alone says not that they are alike
        (Facts(tuple(found(3, "2025Q4", date(2025, 11, 22), category="CW01"))), {}),
        (Facts(tuple(found(3, "2025Q4", date(2025, 11, 23), category="CW01"))), {"category": 3}),
        (Facts(reopened=("WT-2026-0001",)), {"reopened": 1}),
    ],
)
def test_repeated(facts: Facts, rules: dict[str, int]) -> None:
    """重复发生: >=3 of one second-level category within 12 months, or one reopened within 12 months."""
    assert rules_of(facts) == rules
    assert cases(assess(facts, LIMITS, TODAY)) == (["repeated"] if rules else [])


def late(count: int, workdays: int = 5) -> tuple[Late, ...]:
    return tuple(Late(f"WT-2026-{at:04d}", workdays) for at in range(1, count + 1))


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (Facts(late=late(1, 20), come_due=9), {}),
        (Facts(late=late(1, 21), come_due=9), {"overdue": 1}),
        (Facts(late=late(2), come_due=2), {}),
        (Facts(late=late(3), come_due=15), {}),  # just 20 %
        (Facts(late=late(3), come_due=14), {"rate": 3}),
        (Facts(returned=("WT-2026-0001",)), {"returned": 1}),
        (Facts(extended=("WT-2026-0001",)), {"extended": 1}),
        (Facts(), {}),
    ],
)
def test_slack(facts: Facts, rules: dict[str, int]) -> None:
    """整改不力: one >20 working days overdue; a rate >20 % with >=3 overdue; returned or extended twice."""
    assert rules_of(facts) == rules
    assert cases(assess(facts, LIMITS, TODAY)) == (["slack"] if rules else [])


def test_every_limit_can_be_set_otherwise() -> None:
    facts = Facts(tuple(found(2, category="CW01")), late(1, 3), 4)
    assert rules_of(facts) == {}
    lower = Limits(2, 2, 2, repeats=2, overdue_workdays=2, overdue_findings=1)
    assert rules_of(facts, lower) == {"year": 2, "category": 2, "overdue": 1, "rate": 1}


def test_who_may_not_know_the_restricted_ones_counts_without_them() -> None:
    hidden = found(1, "2026Q4", start=99)
    facts = Facts((*found(4, "2026Q4"), *hidden), restricted=frozenset({"WT-2026-0099"}))
    assert rules_of(facts) == {"quarter": 5}
    assert rules_of(facts.open()) == {}


numbers = st.lists(st.integers(1, 12).map(lambda at: f"WT-2026-{at:04d}"), unique=True, max_size=6)


@given(
    registered=st.lists(
        st.builds(
            Registered, numbers.filter(bool).map(lambda found: found[0]), st.sampled_from(["2026Q1", "2026Q4"]),
            st.just(date(2026, 10, 9)), st.sampled_from(["CW01", "CG01"]), st.booleans(),
        ),
        max_size=14,
    ),
    overdue=st.lists(st.builds(Late, st.sampled_from(["WT-2026-0001", "WT-2026-0002"]), st.integers(0, 40))),
    returned=numbers,
    extended=numbers,
    reopened=numbers,
    restricted=numbers,
)  # fmt: skip
def test_the_open_version_never_names_a_restricted_number(
    registered: list[Registered], overdue: list[Late], returned: list[str], extended: list[str], reopened: list[str],
    restricted: list[str],
) -> None:  # fmt: skip
    facts = Facts(
        tuple(registered), tuple(overdue), 20, tuple(reopened), tuple(returned), tuple(extended), frozenset(restricted)
    )
    told = {number for ground in assess(facts.open(), LIMITS, TODAY) for number in ground.numbers}
    assert not told & set(restricted)
    for ground in assess(facts, LIMITS, TODAY):
        assert ground.count == len(ground.numbers) >= 1
