"""`python -m bench.understanding.vocabulary`: the words that the rules look for, out of their own source.

Writes bot/understanding/vocabulary.txt, from which slips are mended. To be run when rules have learnt new words.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import bot.understanding
from bot.understanding import words

FOLDER = Path(bot.understanding.__file__).parent
OUT = FOLDER / "vocabulary.txt"
_LEFT_OUT = frozenset(
    {
        "text",
        "concepts",
        "back",
        "explaining",
        "mending",
        "vocabulary",
        "prying",
        "gates",
        "secrecy",
        "hiding",
        "unease",
    }
)
_RUN = re.compile(r"[一-龥]{2,}")
_WIDTH = 110


def found() -> tuple[list[str], list[str]]:
    """Dictionary words of two to four characters in the patterns of the rules, and whatever else stands there whole.

    The concepts' own words are not among them: they are read at run time.
    """
    wanted: set[str] = set()
    kept: set[str] = set()
    for path in sorted(FOLDER.glob("*.py")):
        for literal in literals(path):
            for run in _RUN.findall(_bare(literal)):
                if 2 <= len(run) <= 6:
                    kept.add(run)
                if path.stem not in _LEFT_OUT:
                    wanted.update(word for word in (run, *words.cut(run)) if 2 <= len(word) <= 4 and words.known(word))
    return sorted(wanted), sorted(kept - wanted)


def literals(path: Path) -> Iterator[str]:
    """Every text but the docstrings, which speak of what goes wrong, too."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def _bare(pattern: str) -> str:
    """Without character classes, and with an optional character left in: 整改情况? is 整改情况."""
    return re.sub(r"\[[^\]]*\]", " ", pattern).replace("?", "")


def _filled(found: list[str]) -> str:
    lines: list[str] = []
    for word in found:
        if lines and len(lines[-1]) + len(word) < _WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def main() -> int:
    wanted, kept = found()
    OUT.write_text(f"{_filled(wanted)}\n\n{_filled(kept)}\n", encoding="utf-8")
    print(f"{len(wanted)} words, {len(kept)} more that are left alone", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
