"""What understanding saw in one message, for a person at the terminal: words, facts, candidates, slots, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.understanding import intents, opinion, reading, words
from bot.understanding.engine import Understanding
from bot.understanding.meaning import Meaning

_SHOWN, _LIKED = 5, 3  # candidates by rules, by likeness


@dataclass(frozen=True, slots=True)
class Explained:
    """tokens: the words that the dictionary cuts. facts: concepts and facts found. weighed: intents by rule weights.

    liked: intents by the second opinion, each with what speaks for it most; heard where the rules only weigh.
    """

    meaning: Meaning
    tokens: tuple[str, ...]
    facts: tuple[str, ...]
    weighed: tuple[tuple[str, float], ...]
    liked: tuple[tuple[str, float, str], ...]


def explain(engine: Understanding, text: str, *, now: datetime, roles: frozenset[str]) -> Explained:
    """The meaning of `text` with everything that led to it. `now` is the business time."""
    meaning = engine.understand(text, now=now, roles=roles)
    seen = engine.read(text, now=now, roles=roles)
    ranked, _ = intents.score(seen.bits)
    facts = [*seen.words.first, *(name for name in intents.FACTS if seen.bits & intents.fact(name))]
    tokens = tuple(word for word in words.cut(seen.flat[seen.start :]) if word.strip())
    return Explained(meaning, tokens, tuple(facts), tuple(ranked[:_SHOWN]), _liked(seen))


def _liked(seen: reading.Reading) -> tuple[tuple[str, float, str], ...]:
    told = list(opinion.features(opinion.masked(seen), seen.roles))
    known = opinion.load()
    return tuple(
        (one.intent, round(one.score, 2), " ".join(known.grounds(told, one.intent))) for one in known.like(told, _LIKED)
    )


def plain(value: Any) -> Any:
    """Slots as JSON knows them: lists, dictionaries, strings, numbers."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
