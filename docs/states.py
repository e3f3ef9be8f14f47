"""Writes docs/states.md from MOVES and LEAD_MOVES, so that the page cannot differ from them; `make docs` runs it."""

from __future__ import annotations

import sys

from handlers.rules.lead_states import LEAD_LABELS, LEAD_MOVES
from handlers.rules.states import LABELS, MOVES

HEAD = """# The life of a finding

Written by `make docs` from `handlers/rules/states.py` (domain.md 3.4); a test compares. `who` names permissions of the
matrix in `handlers/rules/matrix.py`; a guard that fails refuses the move with its reason.

| move | from | to | who | guards |
|---|---|---|---|---|
"""


LEADS = """
# The life of a lead

From `handlers/rules/lead_states.py` (domain.md 3.5); `who` names actions of `handlers/rules/lead_matrix.py`. The bodies
that receive it each have a slip of their own: 已移送 → 已签收 → 已办结, or 退回补材料. Its reporter sees three states:
已收到, 已移送, 已办结.

| move | from | to | who | guards |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return _findings() + _leads()


def _leads() -> str:
    lines = []
    for name, move in LEAD_MOVES.items():
        sources = "、".join(LEAD_LABELS[state] for state in LEAD_LABELS if state in move.sources)
        target = LEAD_LABELS[move.target] if move.target else "（不变）"
        lines.append(f"| {name} | {sources} | {target} | {move.who} | {', '.join(move.guards) or '—'} |")
    return LEADS + "\n".join(lines) + "\n"


def _findings() -> str:
    lines = []
    for name, move in MOVES.items():
        sources = "、".join(LABELS[state] for state in LABELS if state in move.sources)
        target = LABELS[move.target] if move.target else "（不变）"
        who = ", ".join(sorted(str(action) for action in move.who))
        lines.append(f"| {name} | {sources} | {target} | {who} | {', '.join(move.guards) or '—'} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
