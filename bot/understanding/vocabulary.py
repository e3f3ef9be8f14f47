"""The words that slips are mended into, under the forms that slips give them, and what is left as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.understanding import concepts, sounds
from bot.understanding import text as texts
from bot.understanding.lazily import lazy

_WORDS = Path(__file__).with_name("vocabulary.txt")  # made by `python -m bench.understanding.vocabulary`
CHINESE = lazy(r"[一-龥]")
LONGEST = 6  # characters of a word
LONG_NAME = 3
# Words so frequent that one of them standing alone is no slip of another word; the second row only with a neighbour.
PLAIN = frozenset(
    "的了是在我你您他她它们这那个和与或就都也还又再把被给让到去来要能可以吗呢吧啊呀嘛哦不没未别很太有无上下里已啥谁"
    "一二三四五六七八九十几多少大小人年月日号天点元万亿条项次件份家名位事叫俺咱才只"
)
COMMON = frozenset(
    "查过会说报改交办出起开发看问写提做装收打换撤派选停加定审登补拍讲拿想立转完整好成用等找催走动进买卖修送领签退管记算约"
)
# Said so on purpose, though it looks like a slip of something longer.
_LEFT_ALONE = ("新问题", "报重", "记一笔", "定一下", "交一下", "董事会版")


@dataclass(frozen=True, slots=True)
class Index:
    """The words under the forms that slips give them."""

    words: frozenset[str]  # all that is known, and so no slip
    spoken: frozenset[str]  # key words of concepts
    sound: dict[str, tuple[str, ...]]
    mixed: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    letters: dict[str, tuple[str, tuple[str, ...]]]


@cache
def index() -> Index:
    targets, kept = _WORDS.read_text(encoding="utf-8").split("\n\n")
    curated = frozenset(texts.right_words())
    spoken = ["登记", *texts.right_words(), *(word for row in concepts.table().values() for word in row.split())]
    wanted = [word for word in dict.fromkeys([*spoken, *targets.split()]) if _fits(word)]
    sound: dict[str, list[str]] = {}
    mixed: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    letters: dict[str, tuple[str, tuple[str, ...]]] = {}
    for word in wanted:
        if len(word) > 2 or not PLAIN & set(word) or word in curated:
            for key in sounds.keys(word):
                sound.setdefault(key, []).append(word)
        mixed.setdefault("".join(sorted(word)), []).append(word)
        if len(word) >= 4 and "实名" not in word and "匿名" not in word:
            for at in range(len(word)):
                if word[at] not in PLAIN:
                    short.setdefault(word[:at] + word[at + 1 :], []).append(word)
        for syllables in sounds.spelt(word):
            letters.setdefault("".join(syllables), (word, syllables))
    known = frozenset(wanted) | frozenset(filter(_fits, [*kept.split(), *_LEFT_ALONE]))
    return Index(known, frozenset(filter(_fits, spoken)), _frozen(sound), _frozen(mixed), _frozen(short), letters)


def _fits(word: str) -> bool:
    return 2 <= len(word) <= LONGEST and all(map(CHINESE.match, word))


def _frozen(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(dict.fromkeys(found)) for key, found in table.items()}


@dataclass(frozen=True, slots=True)
class Names:
    """Names that are never mended into something else; long ones are mended themselves. heads: by first character."""

    heads: Mapping[str, tuple[str, ...]]
    sound: Mapping[str, tuple[str, ...]]
    mixed: Mapping[str, tuple[str, ...]]


def guarded(names: Iterable[str]) -> Names:
    """The names of one lexicon, ready for `mending.mend`."""
    heads: dict[str, list[str]] = {}
    sound: dict[str, list[str]] = {}
    mixed: dict[str, list[str]] = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        if len(name) >= 2:
            heads.setdefault(name[0], []).append(name)
        if len(name) >= LONG_NAME and all(map(CHINESE.match, name)):
            for key in sounds.keys(name):
                sound.setdefault(key, []).append(name)
            mixed.setdefault("".join(sorted(name)), []).append(name)
    return Names(_frozen(heads), _frozen(sound), _frozen(mixed))
