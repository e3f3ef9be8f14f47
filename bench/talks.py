"""What the people of the benchmark say: status queries, submissions held as whole conversations, and an echo."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bench.load import Run, Talk
from bench.wire import Callback, Post

CONFIRM = "回复“确认”"
NUMBER = re.compile(r"WT-\d{4}-\d{4,}")
RECORDED = re.compile(r"已(?:登记|提交) WT-\d{4}-\d{4,}")
_MATTERS = (
    "备用金超过7个月没有清理",
    "供应商准入资料不全",
    "大额采购没有比价记录",
    "合同先履行后签订",
    "车辆加油台账缺失",
)
_UNITS = ("恒信建设", "恒信物流", "恒信能源", "恒信置业", "恒信资本")


class Script:
    """Makes conversations; no text is ever said twice, so that the check for duplicates asks nobody."""

    def __init__(self, post: Post, people: Sequence[str]) -> None:
        self._post = post
        self._people = itertools.cycle(people)
        self._serial = itertools.count(1)

    def submissions(self, count: int) -> list[Talk]:
        """Half of them tell everything at once, half are asked for the unit first; all confirm."""
        return [self._submission() for _ in range(count)]

    def queries(self, count: int, owned: Sequence[tuple[str, str]]) -> list[Talk]:
        """Single questions of the owners of `owned` (person, number) about the state of their findings, by number."""
        pairs = itertools.islice(itertools.cycle(owned), count)
        return [[self._post.text(person, f"查 {number}", number)] for person, number in pairs]

    def recorded(self, run: Run) -> list[tuple[str, str]]:
        """(person, number) of every finding of which the run says that it was recorded."""
        told = [(one.person, self._post.read(body)) for one, _, body in run.heard if one.wanted is RECORDED]
        return [(person, number[0]) for person, words in told if (number := NUMBER.search(words))]

    def lists(self, count: int) -> list[Talk]:
        """Single questions for the list of a unit; it shows eight of many."""
        return [
            [self._post.text(person, f"{_UNITS[at % len(_UNITS)]}的问题清单", NUMBER)]
            for at, person in enumerate(itertools.islice(self._people, count))
        ]

    def echoes(self, count: int) -> list[Talk]:
        """The same submissions' first words, for servers that give them back."""
        return [[self._echo(next(self._people))] for _ in range(count)]

    def _submission(self) -> Talk:
        person, serial = next(self._people), next(self._serial)
        what = f"检查第{serial}号档案时发现{_MATTERS[serial % 5]}，涉及金额{serial % 900 + 1}.5万元，需要整改"
        unit = _UNITS[serial % 5]
        if serial % 2:
            told = [self._post.text(person, f"报送问题：{unit}{what}", CONFIRM)]
        else:
            told = [self._post.text(person, f"报送问题：{what}", "单位"), self._post.text(person, unit, CONFIRM)]
        return [*told, self._post.text(person, "确认", RECORDED)]

    def _echo(self, person: str) -> Callback:
        words = f"报送问题：恒信物流检查第{next(self._serial)}号档案时发现备用金超过7个月没有清理"
        return self._post.text(person, words, words)


def endless(talks: Sequence[Talk]) -> Iterator[Talk]:
    """For servers that remember nothing, the same bytes over and over."""
    return itertools.cycle(talks)
