"""`python -m bench.understanding.examples`: the second opinion's examples, out of the labelled messages.

Writes bot/understanding/examples.txt. To be run when the corpora have learnt something new.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.understanding import corpus
from bench.understanding.corpus import Said
from bot.understanding import examples
from bot.understanding.examples import Example, Examples
from tests.understanding import samples

# What is met by other means, and must never be learnt from a likeness: marks of secrecy, several wishes.
LEFT_OUT = frozenset({"secret_content", "multi_intent"})


def distilled(rows: Iterable[Said]) -> list[Example]:
    """Each message once, without names, numbers, days and money; by intent and role."""
    found: dict[Example, None] = {}
    for said in rows:
        if said.intent not in LEFT_OUT:
            read = corpus.engine(said.group).read(said.text, now=samples.NOW, roles=frozenset({said.role}))
            found[Example(said.intent, said.role, examples.masked(read))] = None
    return sorted(found, key=lambda one: (one.intent, one.role))


def page(found: Iterable[Example]) -> str:
    lines: list[str] = []
    head = ""
    for one in found:
        if f"[{one.intent} {one.role}]" != head:
            head = f"[{one.intent} {one.role}]"
            lines.append(head)
        lines.append(one.text)
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Alone:
    """How often the likest intent was the right one, and how often it was among the three that people are offered."""

    asked: int
    right: int
    offered: int


def without(file: str, rows: Sequence[Said]) -> Alone:
    """The examples alone on the messages of one file, learnt from those of all others."""
    known = Examples(distilled(said for said in rows if said.file != file))
    asked = [said for said in rows if said.file == file and said.intent not in LEFT_OUT]
    right = offered = 0
    for said in asked:
        roles = frozenset({said.role})
        read = corpus.engine(said.group).read(said.text, now=samples.NOW, roles=roles)
        likely = [one.intent for one in known.like(examples.masked(read), roles)[:3]]
        right += likely[0] == said.intent
        offered += said.intent in likely
    return Alone(len(asked), right, offered)


def main() -> int:
    found = distilled(corpus.read())
    examples.FILE.write_text(page(found), encoding="utf-8")
    print(f"{len(found)} examples of {len({one.intent for one in found})} intents", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
