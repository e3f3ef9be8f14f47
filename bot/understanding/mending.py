"""Slips of the fingers, mended before a message is read: same sound, letters, swapped, doubled and left-out characters.

Only what the dictionary does not know is mended, and only into words that the rules look for. The original keeps its
length beside the mended twin: where one character now stands for more or fewer, a private one holds their place, and
`Mended.restored` gives the person's own characters back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.understanding import fluency, guesses, sounds, vocabulary, words
from bot.understanding.lazily import lazy
from bot.understanding.twins import HELD, PRIVATE, Mended
from bot.understanding.vocabulary import CHINESE, COMMON, LONG_NAME, LONGEST, PLAIN, Index, Names

_LETTERS = lazy(r"(?<![a-z])[a-z]{4,40}(?![a-z])")
_TRIED = 6  # readings of a text of which nothing was made
_MOST = 2  # slips mended in one text, besides those of words
_TOO_LONG = 600  # characters; a text pasted whole was not typed
_TOO_SHORT = 3  # characters: of an answer nothing is guessed (无 is no 无误)
_TWICE = frozenset(
    "看查催问说聊改刚常偷天人谢仅急对好快慢多早等想试哈嘿呵嗯哦公一太爸妈名匿本班厂他"
)  # doubled on purpose
# One character heard for another where only its neighbours tell: the pattern, and what stands there instead.
_NEIGHBOURS = tuple(
    (lazy(pattern), right)
    for pattern, right in (
        (r"(?<![所可予给加难得足何])以(?=经|办|交|报[,。了送]|提交|约谈|召开|送|完成|整改|落实|处理|改[完好])", "已"),
        (r"摧(?![毁残枯])|崔(?=[过几一我了他她办催]|$)", "催"),
        (r"(?<=[并改延合推挪])[导道](?=\d|wt|明年|下[周个月]|[一二三四五六七八九十]+月)", "到"),
        (r"^[首守手](?=到)|^(?:收(?=[道导]))", "收"),
        (r"(?<=^收)[道导]", "到"),
        (r"(?<=[退撤])会(?=[\d,。\s]|wt|$|去|来|吧)", "回"),
        (r"(?<=[节结街])[店电](?=[\d一二三四五六:])|[结街](?=点(?:[\d一二三四五六:完已弄]|$))", "节"),
        (r"会(?=意(?:开|改|取|材|纪|时|推|延|通))", "会"),
        (r"(?<=会)意(?=开|改|取|材|纪|时|推|延|通)", "议"),
        (r"^[浩号](?=[的了吧,])", "好"),
    )
)


Said = Sequence[fluency.Symbol]


def load() -> None:
    """Builds the index ahead of the first message (some tens of milliseconds). Safe in a thread."""
    vocabulary.index()
    fluency.model()


class _Writer:
    """Puts the mended twin together, piece by piece."""

    def __init__(self, raw: str, flat: str) -> None:
        self.raw, self.flat = raw, flat
        self.out: list[str] = []
        self.beside: list[str] = []
        self.pieces: list[str] = []
        self.at = 0

    def upto(self, end: int) -> None:
        self.out.append(self.flat[self.at : end])
        self.beside.append(self.raw[self.at : end])
        self.at = end

    def put(self, end: int, word: str, pieces: tuple[str, ...]) -> None:
        """`word` for what stands up to `end`; pieces: what of the original each of its characters stands for."""
        self.out.append(word)
        for piece in pieces:
            if len(piece) == 1:
                self.beside.append(piece)
            else:
                self.beside.append(chr(HELD + len(self.pieces)))
                self.pieces.append(piece)
        self.at = end

    def done(self) -> Mended:
        self.upto(len(self.flat))
        return Mended("".join(self.beside), "".join(self.out), tuple(self.pieces))


def mend(raw: str, flat: str, *names: Names) -> Mended:
    """The twin with slips mended. `flat` is `raw` flattened: the same length, half-width, lower-case."""
    if PRIVATE.search(raw) or len(flat) > _TOO_LONG:
        return Mended(raw, flat)
    index = vocabulary.index()
    for pattern, right in _NEIGHBOURS:
        flat = pattern.sub(right, flat)
    mended = _by_letters(index, raw, flat)
    said = fluency.symbols(mended.flat, names)
    if guesses.fluent(said):
        return mended
    tokens = _tokens(index, mended.flat, said)
    by_words = _by_words(index, mended, tokens, names)
    if by_words is not mended:
        said = fluency.symbols(by_words.flat, names)
        tokens = _tokens(index, by_words.flat, said)
    return _by_guess(by_words, said, tokens, names)


def _by_letters(index: Index, raw: str, flat: str) -> Mended:
    """dengji -> 登记. Only small letters: those of a number are written large, or stand apart from a word."""
    writer = _Writer(raw, flat)
    for found in _LETTERS.finditer(raw):
        parts = _syllables(index, found[0])
        if parts is not None:
            writer.upto(found.start())
            for word, syllables in parts:
                writer.put(found.end(), word, syllables)
    return writer.done() if writer.at else Mended(raw, flat)


def _syllables(index: Index, letters: str) -> list[tuple[str, tuple[str, ...]]] | None:
    """The words that the letters spell, the longest first; None when something is left over."""
    out = []
    at = 0
    while at < len(letters):
        size = next((n for n in range(len(letters) - at, 2, -1) if letters[at : at + n] in index.letters), 0)
        if not size:
            return None
        out.append(index.letters[letters[at : at + size]])
        at += size
    return out


def _by_words(index: Index, before: Mended, tokens: list[str], names: tuple[Names, ...]) -> Mended:
    raw, flat = before.raw, before.flat
    writer = _Writer(raw, flat)
    writer.pieces = list(before.pieces)
    place = start = 0
    while place < len(tokens):
        best = _best(index, tokens, place, names) or _crossed(index, tokens, place)
        if best is None:
            start += len(tokens[place])
            place += 1
            continue
        stop, word, pattern = best
        writer.upto(start)
        end = start + sum(map(len, tokens[place:stop]))
        writer.put(end, word, tuple(raw[start + a : start + b] for a, b in pattern))
        place, start = stop, end
    return writer.done() if writer.at else before


def _by_guess(before: Mended, said: Said, tokens: list[str], names: tuple[Names, ...]) -> Mended:
    """What reads much likelier with one character otherwise, up to `_MOST` times."""
    for _ in range(_MOST):
        found = guesses.edits(said, _lonely(tokens, said, PLAIN))
        if not found:
            break
        before = _edited(before, said, found[0])
        said = fluency.symbols(before.flat, names)
        tokens = _tokens(vocabulary.index(), before.flat, said)
    return before


def others(mended: Mended, *names: Names) -> Iterator[Mended]:
    """What the text may have been meant as where nothing was made of it, the likeliest first."""
    if not _TOO_SHORT < len(mended.flat.strip()) <= _TOO_LONG or (PRIVATE.search(mended.raw) and not mended.pieces):
        return
    said = fluency.symbols(mended.flat, names)
    if all(symbol.char in guesses.FIXED for symbol in said):
        return  # a name, a number, a yes or no: there is nothing to restore
    lonely = _lonely(_tokens(vocabulary.index(), mended.flat, said), said, frozenset())
    for edit in guesses.edits(said, lonely, daring=True)[:_TRIED]:
        yield _edited(mended, said, edit)


def _lonely(tokens: list[str], said: Said, plain: frozenset[str]) -> list[bool]:
    """Which symbols are characters outside of any word, though they seldom stand alone."""
    alone = set()
    at = 0
    for token in tokens:
        if len(token) == 1 and token not in plain and CHINESE.match(token):
            alone.add(at)
        at += len(token)
    return [symbol.start in alone for symbol in said]


def _edited(before: Mended, said: Said, edit: guesses.Edit) -> Mended:
    spans = [(symbol.start, symbol.end) for symbol in said[edit.start : edit.end]]
    start = spans[0][0] if spans else said[edit.start].start if edit.start < len(said) else len(before.flat)
    end = spans[-1][1] if spans else start
    if len(edit.chars) == len(spans):
        beside = before.raw[start:end]
        pieces = before.pieces
    else:  # a character left out or doubled: one stands for none or for both
        beside = chr(HELD + len(before.pieces))
        pieces = (*before.pieces, before.restored(before.raw[start:end]))
    return Mended(
        before.raw[:start] + beside + before.raw[end:], before.flat[:start] + edit.chars + before.flat[end:], pieces
    )


def _tokens(index: Index, flat: str, said: Said) -> list[str]:
    """The dictionary's words, names whole, and what the rules know as one word joined."""
    cut: list[str] = []
    begin = 0
    for symbol in said:
        if symbol.char in (fluency.UNIT, fluency.PERSON):
            cut += words.cut(flat[begin : symbol.start])
            cut.append(flat[symbol.start : symbol.end])
            begin = symbol.end
    cut += words.cut(flat[begin:])
    out: list[str] = []
    place = 0
    while place < len(cut):
        stop = _joined(index, cut, place)
        out.append("".join(cut[place:stop]))
        place = stop
    return out


def _joined(index: Index, cut: list[str], place: int) -> int:
    """How far the longest known word of several tokens reaches from here; the next token when there is none."""
    best, piece = place + 1, cut[place]
    for stop in range(place + 2, len(cut) + 1):
        piece += cut[stop - 1]
        if len(piece) > LONGEST:
            break
        if piece in index.words:
            best = stop
    return best


_Pattern = tuple[tuple[int, int], ...]
_Forms = tuple[str, Sequence[str]]  # a piece's characters in order, and the ways it may sound


def _best(index: Index, tokens: list[str], place: int, names: tuple[Names, ...]) -> tuple[int, str, _Pattern] | None:
    """The longest run of tokens from `place` that is a slip of one word: where it stops, the word, how they match."""
    best = None
    piece, alone = "", 0
    for stop in range(place + 1, len(tokens) + 1):
        token = tokens[stop - 1]
        if not CHINESE.match(token):
            break
        piece += token
        alone += len(token) == 1
        if len(piece) > LONGEST + 1:
            break
        if stop - place >= 2 and alone:
            last = stop == len(tokens) or not CHINESE.match(tokens[stop])
            forms = "".join(sorted(piece)), sounds.keys(piece)
            if (found := _name(piece, forms, names) or _slip(index, piece, forms, alone, last)) is not None:
                best = (stop, *found)
    return best


def _name(piece: str, forms: _Forms, names: tuple[Names, ...]) -> tuple[str, _Pattern] | None:
    """发务部 -> 法务部: one character of another look, or two that changed places."""
    if len(piece) < LONG_NAME:
        return None
    mixed, sound = forms
    for some in names[:1]:  # units only: a man of nearly the same name may be another man
        fitting = [n for n in some.mixed.get(mixed, ()) if _swapped(piece, n)]
        fitting += [n for key in sound for n in some.sound.get(key, ()) if _heard(piece, n)]
        if len(set(fitting)) == 1:
            return fitting[0], _same(len(piece))
    return None


def _crossed(index: Index, tokens: list[str], place: int) -> tuple[int, str, _Pattern] | None:
    """登专记项 for 登记专项: two characters changed places, and two words stand there once they change back."""
    four = tokens[place : place + 4]
    if len(four) < 4 or any(len(token) != 1 or not CHINESE.match(token) for token in four):
        return None
    first, second = four[0] + four[2], four[1] + four[3]
    if any(all(map(_stands_alone, word)) or word[0] == word[1] for word in (first, second)):
        return None
    if not (_known(index, first) and _known(index, second)):
        return None
    return place + 4, first + second, ((0, 1), (1, 2), (2, 3), (3, 4))


def _known(index: Index, word: str) -> bool:
    return word in index.words or words.known(word)


def _stands_alone(char: str) -> bool:
    return char in PLAIN or char in COMMON


def _slip(index: Index, piece: str, forms: _Forms, alone: int, last: bool) -> tuple[str, _Pattern] | None:
    """alone: how many characters of the piece are no part of a word. last: nothing Chinese follows it."""
    size = len(piece)
    if (doubled := _doubled(index, piece)) is not None:
        return doubled
    if alone < 2 and size < 3:
        return None
    if size <= LONGEST:
        mixed, sound = forms
        swapped = [w for w in index.mixed.get(mixed, ()) if _swapped(piece, w)]
        if (word := _only(index, swapped)) is not None and (alone >= 2 or size >= 4):
            return word, _same(size)
        heard = [w for key in sound for w in index.sound.get(key, ()) if _heard(piece, w)]
        if (word := _only(index, heard)) is not None and (alone >= 2 or size >= 4 or word in index.spoken):
            return word, _same(size)
    if size >= 3 and sum(char in PLAIN or char in COMMON for char in piece) < 2:
        short = [w for w in index.short.get(piece, ()) if last or not w.startswith(piece)]
        if (word := _only(index, short)) is not None:
            return word, _gap(piece, word)
    return None


def _same(size: int) -> _Pattern:
    """Each character stands for one."""
    return tuple((at, at + 1) for at in range(size))


def _only(index: Index, found: list[str]) -> str | None:
    """The one word that it may be: a key word before others; None when it may be several."""
    if not found:
        return None
    several = dict.fromkeys(found)
    spoken = [word for word in several if word in index.spoken]
    best = spoken or list(several)
    return best[0] if len(best) == 1 else None


def _swapped(said: str, word: str) -> bool:
    off = [at for at, (a, b) in enumerate(zip(said, word, strict=True)) if a != b]
    if len(off) != 2 or off[1] != off[0] + 1:
        return False
    pair = {said[off[0]], said[off[1]]}
    return not pair & PLAIN and not pair <= COMMON


def _heard(said: str, word: str) -> bool:
    """One character of another look, or two of a long word; a plain word is no slip."""
    off = [(a, b) for a, b in zip(said, word, strict=True) if a != b]
    if not 0 < len(off) <= max(1, len(word) // 3) or any(a in PLAIN for a, _ in off):
        return False
    others = [a for a, b in zip(said, word, strict=True) if a == b]
    return len(word) > 3 or not any(a in COMMON for a, _ in off) or not set(others) & (PLAIN | COMMON)


def _doubled(index: Index, piece: str) -> tuple[str, _Pattern] | None:
    for at in range(len(piece) - 1):
        if piece[at] == piece[at + 1] and piece[at] not in _TWICE:
            word = piece[:at] + piece[at + 1 :]
            if word in index.words or (len(piece) == 2 and piece[0] in PLAIN):
                return word, tuple((n + (n > at), n + 1 + (n >= at)) for n in range(len(word)))
    return None


def _gap(piece: str, word: str) -> _Pattern:
    at = next((n for n, (a, b) in enumerate(zip(piece, word, strict=False)) if a != b), len(piece))
    return tuple((n, n + 1) if n < at else (at, at) if n == at else (n - 1, n) for n in range(len(word)))
