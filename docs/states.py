"""Writes docs/states.md from MOVES, so that the page cannot differ from the program; `make docs` runs it."""

from __future__ import annotations

import sys

from handlers.rules.states import LABELS, MOVES

HEAD = """# The life of a finding

Written by `make docs` from `handlers/rules/states.py` (domain.md 3.4); a test compares. `who` names permissions of the
matrix in `handlers/rules/matrix.py`; a guard that fails refuses the move with its reason.

| move | from | to | who | guards |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    lines = []
    for name, move in MOVES.items():
        sources = "、".join(LABELS[state] for state in LABELS if state in move.sources)
        target = LABELS[move.target] if move.target else "（不变）"
        who = ", ".join(sorted(str(action) for action in move.who))
        lines.append(f"| {name} | {sources} | {target} | {who} | {', '.join(move.guards) or '—'} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
