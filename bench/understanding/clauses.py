"""`python -m bench.understanding.clauses`: what people say and what the bot answers, clauses without names or figures.

Writes bot/understanding/clauses.txt, by which slips are told from what is meant. Held-out messages are left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import bot.understanding
from bench.understanding import corpus
from bench.understanding.vocabulary import literals
from bot.understanding import fluency
from bot.understanding import text as texts

OUT = Path(bot.understanding.__file__).parent / "clauses.txt"
_HANDLERS = OUT.parents[2] / "handlers"
_RUN = re.compile(r"(?<![一-龥])[一-龥]{3,16}(?![一-龥])")


def said() -> Iterator[str]:
    """Clauses of the development messages, names, figures and marks each as one symbol."""
    for row in corpus.read():
        if row.held_out:
            continue
        engine = corpus.engine(row.group)
        found = fluency.symbols(texts.flatten(texts.tidy(row.text)), engine.guarded)
        yield from "".join(symbol.char for symbol in found).split(fluency.STOP)


def answered() -> Iterator[str]:
    """Runs of Chinese in what the handlers say."""
    for path in sorted(_HANDLERS.rglob("*.py")):
        for literal in literals(path):
            yield from _RUN.findall(literal)


def main() -> int:
    spoken = sorted(filter(None, said()))
    told = sorted(set(answered()))
    OUT.write_text("\n".join([*spoken, "", *told]) + "\n", encoding="utf-8")
    print(f"{len(spoken)} clauses said, {len(told)} answered", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
