"""`make learn`: the weights of the second opinion (bot/understanding/opinion.txt), out of the labelled messages.

To be run when the corpora or the readers have learnt something new. Needs scikit-learn (requirements/study.txt); the
program itself reads the weights and nothing else.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.understanding import corpus
from bench.understanding.corpus import Said
from bot.understanding import opinion
from bot.understanding.opinion import Weights
from tests.understanding import samples

# What is met by other means, and must never be learnt from a likeness: marks of secrecy, several wishes.
LEFT_OUT = frozenset({"secret_content", "multi_intent"})
_OFTEN = 2  # a feature that fewer messages have is left out


@dataclass(frozen=True, slots=True)
class Example:
    """A message without names, numbers, days and money, as `opinion.masked` leaves it out."""

    intent: str
    role: str
    text: str

    @property
    def features(self) -> list[str]:
        return sorted(set(opinion.features(self.text, frozenset({self.role}))))


def distilled(rows: Iterable[Said]) -> list[Example]:
    """Each message once, in a fixed order."""
    found: dict[Example, None] = {}
    for said in rows:
        if said.intent not in LEFT_OUT:
            read = corpus.engine(said.group).read(said.text, now=samples.NOW, roles=frozenset({said.role}))
            found[Example(said.intent, said.role, opinion.masked(read))] = None
    return sorted(found, key=lambda one: (one.intent, one.role, one.text))


def digest(examples: Iterable[Example]) -> str:
    """What the weights were learnt from, in 16 hexadecimal digits."""
    told = "\n".join(f"{one.intent} {one.role} {one.text}" for one in examples)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def page(examples: Sequence[Example]) -> str:
    """The file's text: one linear classifier for each intent against all others."""
    text: Any = importlib.import_module("sklearn.feature_extraction.text")
    svm: Any = importlib.import_module("sklearn.svm")
    vectors = text.TfidfVectorizer(analyzer=lambda one: one.features, sublinear_tf=True, min_df=_OFTEN)
    known = vectors.fit_transform(examples)
    learnt = svm.LinearSVC(C=1.0, random_state=0).fit(known, [one.intent for one in examples])
    rows = zip(vectors.get_feature_names_out(), vectors.idf_, learnt.coef_.T, strict=True)
    return opinion.written(digest(examples), list(learnt.classes_), list(learnt.intercept_), rows)


@dataclass(frozen=True, slots=True)
class Alone:
    """How often the likest intent was the right one, and how often it was among the three that people are offered."""

    asked: int
    right: int
    offered: int


def without(group: str, rows: Sequence[Said]) -> Alone:
    """The second opinion alone on the messages of one group, learnt from those of all others."""
    known = Weights(page(distilled(said for said in rows if said.group != group)))
    asked = [said for said in rows if said.group == group and said.intent not in LEFT_OUT]
    right = offered = 0
    for said in asked:
        roles = frozenset({said.role})
        read = corpus.engine(said.group).read(said.text, now=samples.NOW, roles=roles)
        likely = [one.intent for one in known.like(opinion.features(opinion.masked(read), roles))]
        right += likely[0] == said.intent
        offered += said.intent in likely
    return Alone(len(asked), right, offered)


def main() -> int:
    examples = distilled(corpus.read())
    opinion.FILE.write_text(page(examples), encoding="utf-8")
    print(f"{len(examples)} examples of {len({one.intent for one in examples})} intents", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
