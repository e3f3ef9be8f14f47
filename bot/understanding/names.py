"""Units by any of their names: longest alias first, typing errors forgiven, two that fit are never guessed between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.understanding import plainwords, slips, vocabulary, words
from bot.understanding import text as texts
from bot.understanding.lazily import lazy
from bot.understanding.meaning import Lexicon, UnitName

_LEGAL = lazy(r"(?:集团)?(?:股份)?有限(?:责任)?公司$|(?:股份)?公司$")
_DEPARTMENT = lazy(r"(?:(?<!项目)(?<!指挥)(?<!经理)部|部门|办公室|办|室|中心|工会|处|科|委|委员会|局)$")
# Of two names side by side: 院线跟演艺|都, 审计跟计财|下月
_BETWEEN = lazy(r"(?<=[一-龥])[跟和与同、](?=[一-龥])")
_TOGETHER = lazy(
    r"(?:公司)?(?:[这那]?(?:两|俩)家?|都|全|均|一起|一块|下个?[月周季]|[这本]个?[月周季]|分别|各|联合|\d{1,2}月都|的[^,。]{1,16}(?:都|均|全))"
)
_SUB = lazy(
    r"(?:及|和|以及|连同|包括|含)?(?:其|它的?)?(?:下属|所属|下面|下头|底下|下级|子公司|各级子|权属)|(?:连同|包括|含|以及|连着?)下[边面头]|全级次|上下所有"
)
_STRANGER = lazy(
    r"(?P<name>[一-龥]{2,8}?(?:分公司|子公司|公司|集团|项目部|分厂|厂|矿))(?!的?人|内部|里|制度|规定|采购)"
)
_STOP_START = tuple(
    "我你他她它们这那哪各本该某全咱俺贵把给被让在和与跟对从向由到去来是有没未不个家的了过些家查看催涉及关于帮报将说请拉问算属"
)


@dataclass(frozen=True, slots=True)
class UnitHit:
    """Where a unit is named. `codes` holds one code, or several when the name fits more than one unit."""

    start: int
    end: int
    codes: tuple[str, ...]
    weak: bool = False
    fuzzy: bool = False


_PLACES = (
    "会",
    "厂",
    "矿",
    "港",
)  # 药厂, 南矿: two characters that can hardly mean another thing where a unit is called so


@dataclass(frozen=True, slots=True)
class _Alias:
    text: str
    codes: tuple[str, ...]
    weak: bool


def _key(name: str) -> str:
    return texts.flatten(name).replace(" ", "")


class Units:
    """The units of one lexicon, indexed for reading."""

    def __init__(self, units: Iterable[UnitName]) -> None:
        self.by_code = {unit.code: unit for unit in units}
        self.roots = self._groups()
        self._table = self._aliases()
        self._index: dict[str, list[_Alias]] = {}
        for alias in sorted(self._table.values(), key=lambda a: -len(a.text)):
            self._index.setdefault(alias.text[0], []).append(alias)
        self.guarded = vocabulary.guarded(self._table)
        self._long = [a for a in self._table.values() if len(a.text) >= 3]
        self._heads = {c for a in self._long for c in a.text[:2]}
        self._longer: dict[str, list[_Alias]] = {}  # by the first character
        for alias in self._long:
            self._longer.setdefault(alias.text[0], []).append(alias)

    def _groups(self) -> set[str]:
        """The group itself, by whose short name (集团) hardly ever a unit is meant: half of all units are below it."""
        tops = Counter(self._top(code) for code in self.by_code)
        return {top for top, many in tops.items() if many * 2 > len(self.by_code) > 1}

    def _top(self, code: str) -> str:
        seen = {code}
        while (parent := self.by_code[code].parent) in self.by_code and parent not in seen:
            seen.add(parent)
            code = parent
        return code

    def called(self, text: str) -> bool:
        """Whether a unit is called so, by whatever of its names."""
        return text in self._table

    def name(self, code: str) -> str:
        return self.by_code[code].name

    def is_department(self, code: str) -> bool:
        return bool(_DEPARTMENT.search(self.by_code[code].name)) and "公司" not in self.by_code[code].name

    def _aliases(self) -> dict[str, _Alias]:
        """Given aliases first; derived ones (without the group's or the parent's name) only where they stay free."""
        given: dict[str, list[str]] = {}
        derived: dict[str, list[str]] = {}
        heads = Counter(_key(u.name)[:2] for u in self.by_code.values() if not self.is_department(u.code))
        group = next((h for h, n in heads.most_common(1) if n >= 3), "")
        for unit in self.by_code.values():
            for said in (unit.name, *unit.aliases):
                if key := _key(said):
                    given.setdefault(key, []).append(unit.code)
            for said in self._derive(unit, group):
                derived.setdefault(said, []).append(unit.code)
        table = {key: self._alias(key, codes) for key, codes in given.items()}
        for key, codes in derived.items():
            if key not in table and len(key) >= 2 and len(set(codes)) == 1:
                table[key] = self._alias(key, codes)
        return table

    def _derive(self, unit: UnitName, group: str) -> list[str]:
        key = _key(unit.name)
        out = [_LEGAL.sub("", key)]
        if self.is_department(unit.code):
            if len(key) == 5 and key.endswith("部"):
                out.append(key[0] + key[2] + "部")  # 安全环保部 -> 安环部
            return out
        parent = self.by_code.get(unit.parent)
        for head in (_key(parent.name) if parent else "", group):
            if head and out[0].startswith(head) and len(out[0]) > len(head) + 1:
                rest = out[0][len(head) :]
                out += [rest] if rest.endswith("公司") else [rest, rest + "公司"]
        return [*out, out[0] + "公司"]

    def _alias(self, key: str, codes: list[str]) -> _Alias:
        unique = tuple(dict.fromkeys(codes))
        weak = len(key) <= 2 and not re.search(r"\d|[一二三四五六七八九十]", key) and not key.endswith(_PLACES)
        return _Alias(key, unique, weak)

    def find(self, flat: str) -> list[UnitHit]:
        """Every unit named in the text, in order; a weak name counts only where the words around it say so."""
        out: list[UnitHit] = []
        at, size = 0, len(flat)
        while at < size:
            step = 1
            for alias in self._index.get(flat[at], ()):
                if flat.startswith(alias.text, at):
                    end = at + len(alias.text)
                    if not alias.weak or self._own(flat, at, end) or self._meant(flat, at, end, alias):
                        out.append(UnitHit(at, end, self._settle(flat, at, alias.codes, out), alias.weak))
                        step = end - at
                        break
            at += step
        out = self._children(flat, self._coordinated(flat, out))
        if not any(not self.is_department(h.codes[0]) for h in out) and any(c in self._heads for c in flat):
            out += self._fuzzy(flat, out)
        return sorted(out, key=lambda h: h.start)

    def _coordinated(self, flat: str, taken: list[UnitHit]) -> list[UnitHit]:
        """院线跟演艺都一样: short names of which each says that the other is no plain word."""
        found = list(taken)
        for joint in _BETWEEN.finditer(flat):
            left = self._ending(flat, joint.start())
            right = next(
                (a for a in self._index.get(flat[joint.end()], ()) if flat.startswith(a.text, joint.end())), None
            )
            if left is None or right is None:
                continue
            together = _TOGETHER.match(flat, joint.end() + len(right.text))
            if together is None:
                continue
            if "月" not in together[0] and any(self.is_department(one.codes[0]) for one in (left, right)):
                continue  # 采购跟安全都没问题: fields of work as well
            for at, alias in ((joint.start() - len(left.text), left), (joint.end(), right)):
                if not any(h.start < at + len(alias.text) and at < h.end for h in found):
                    found.append(UnitHit(at, at + len(alias.text), alias.codes, alias.weak))
        return sorted(found, key=lambda h: h.start)

    def _ending(self, flat: str, end: int) -> _Alias | None:
        """The longest name that ends there."""
        pieces = (flat[max(0, end - size) : end] for size in range(12, 1, -1))
        return next((self._table[piece] for piece in pieces if piece in self._table), None)

    def short(self, flat: str, start: int, end: int) -> list[UnitHit]:
        """Short names that are plain words too (审计, 采购), wherever they stand; the caller says if they are meant."""
        out = []
        for at in range(start, end):
            for alias in self._index.get(flat[at], ()):
                if alias.weak and flat.startswith(alias.text, at) and not set(alias.codes) & self.roots:
                    out.append(UnitHit(at, at + len(alias.text), alias.codes, True))
                    break
        return out

    @staticmethod
    def _own(flat: str, start: int, end: int) -> bool:
        """西箱, 临投: two characters that are no word, and that lend none of theirs to a word beside them."""
        name = flat[start:end]
        if len(name) != 2 or words.known(name) or not all("一" <= char <= "龥" for char in name):
            return False
        before, after = flat[start - 1 : start] + name[0], name[-1] + flat[end : end + 1]
        return not (len(before) == 2 and words.known(before)) and not (len(after) == 2 and words.known(after))

    def _meant(self, flat: str, start: int, end: int, alias: _Alias) -> bool:
        if set(alias.codes) & self.roots:
            return bool(re.match(r"本部|总部|公司(?!里|内)", flat[end:]))
        return plainwords.meant(flat, start, end, department=self.is_department(alias.codes[0]))

    def _settle(self, flat: str, at: int, codes: tuple[str, ...], before: list[UnitHit]) -> tuple[str, ...]:
        """Two units of one name: the one whose parent was named right before is meant."""
        if len(codes) == 1 or not before:
            return codes
        last = before[-1]
        fitting = tuple(c for c in codes if self.by_code[c].parent in last.codes)
        return fitting if len(fitting) == 1 and at - last.end <= 4 else codes

    def _fuzzy(self, flat: str, taken: list[UnitHit]) -> list[UnitHit]:
        """One slip in a name; only when a single unit is that near, otherwise all that are."""
        best: dict[str, tuple[int, int]] = {}
        for alias in self._long:
            span = self._near(flat, alias.text)
            if span and not any(h.start < span[1] and span[0] < h.end for h in taken):
                for code in alias.codes:
                    best.setdefault(code, span)
        codes = tuple(best)
        return [UnitHit(*best[codes[0]], codes, fuzzy=True)] if codes else []

    def _children(self, flat: str, taken: list[UnitHit]) -> list[UnitHit]:
        """华岳重机三分的: the parent is spelt right, but its child with one slip is what stands there."""
        out = []
        for hit in taken:
            name = flat[hit.start : hit.end]
            for alias in self._longer.get(name[0], ()):
                if len(alias.text) > len(name) + 1 and alias.text.startswith(name) and hit.codes != alias.codes:
                    rest = alias.text[len(name) :]
                    sizes = (len(rest), len(rest) - 1, len(rest) + 1) if len(rest) >= 3 else ()
                    near = [n for n in sizes if slips.one_off(flat[hit.end : hit.end + n], rest)]
                    if near:
                        hit = UnitHit(hit.start, hit.end + near[0], alias.codes, fuzzy=True)
                        break
            out.append(hit)
        return out

    def _near(self, flat: str, name: str) -> tuple[int, int] | None:
        size = len(name)
        head, tail = name[:1], name[1:2]
        if head not in flat and tail not in flat:
            return None
        for at in range(len(flat) - size + 2):
            first = flat[at : at + 1]
            if first != head and flat[at + 1 : at + 2] != tail and first != tail:
                continue
            for length in (size, size + 1, size - 1):
                piece = flat[at : at + length]
                if len(piece) == length and slips.plausible(piece, name) and not self._other_word(piece, name):
                    return at, at + length
        return None

    @staticmethod
    def _other_word(piece: str, name: str) -> bool:
        """恒信电源 beside 恒信能源: the differing part is a word of its own, so another unit may be meant."""
        if len(piece) != len(name) or sorted(piece) == sorted(name):
            return False
        spot = next(i for i, (a, b) in enumerate(zip(piece, name, strict=True)) if a != b)
        left = piece[spot - 1 : spot + 1] if spot else ""
        right = piece[spot : spot + 2] if spot + 1 < len(piece) else ""
        pair = right if spot % 2 == 0 and right else left
        return spot >= 2 and len(pair) == 2 and words.known(pair)


def includes_sub(flat: str) -> bool:
    """Whether the words ask for subordinate units too."""
    return bool(_SUB.search(flat))


def stranger(flat: str) -> str | None:
    """A name that looks like a unit and stands in no lexicon: 宏图公司, 四分厂."""
    for found in _STRANGER.finditer(flat):
        name = found["name"].lstrip("".join(_STOP_START))
        if len(re.sub(r"(?:分公司|子公司|公司|集团|项目部|分厂|厂|矿)$", "", name)) >= 2 and not re.match(
            r"[上下]?[级属]|兄弟|其他|别的|隔壁|有限|所有|全部|下属|两家|几家|多家|每家|相关|有关|权属|成员", name
        ):
            return name
    return None


def build(lexicon: Lexicon) -> Units:
    return Units(lexicon.units)
