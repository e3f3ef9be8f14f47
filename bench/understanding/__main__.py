"""`python -m bench.understanding`: how well and how fast messages are understood; `--baseline` beside the yardstick.

The page goes to standard output and to bench/out/understanding.md.
Exit 1 when a target is missed; never with `--baseline`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.understanding import corpus, score, slips, speed
from bench.understanding.corpus import Said
from bench.understanding.learning import Alone
from bench.understanding.score import Score

OUT = Path(__file__).parents[1] / "out" / "understanding.md"
INTENT, F1 = 0.97, 0.95  # the targets, as written
SHOWN = 20
_HEAD = (
    "| | messages | intent | slots P | slots R | slots F1 | dangerous |\n| --- | --- | --- | --- | --- | --- | --- |"
)


def main() -> int:
    options = _options()
    rows = corpus.read()
    split = {"development": [r for r in rows if not r.held_out], "held out": [r for r in rows if r.held_out]}
    ours = {name: score.run(some) for name, some in split.items()}
    parts_by_file = {file: [r for r in rows if r.file == file] for file in dict.fromkeys(r.file for r in rows)}
    typed = {kind: list(slips.variants(rows, [kind])) for kind in slips.KINDS}
    wrong = {kind: score.run(some) for kind, some in typed.items()}
    unseen = {kind: score.run(r for r in some if r.held_out) for kind, some in typed.items()}
    page = ["# Understanding\n", "## As written\n", _table(ours)]
    page += ["\n## By corpus\n", _table({file: score.run(some) for file, some in parts_by_file.items()})]
    page += ["\n## With one typing error of a kind in every message\n", _table(wrong)]
    page += ["\n## The same, held out: the model of what people write never saw these\n", _table(unseen)]
    page += ["\n## Confusions\n", _confusions([*ours.values()])]
    if options.baseline:
        page += _beside(split, rows, typed)
    fast = speed.measure(rows, options.messages)
    page += ["\n## Speed\n", _speed(fast)]
    if options.misses:
        page += ["\n## Misses\n", *(f"- {line}" for one in (*ours.values(), *wrong.values()) for line in one.misses)]
    text = "\n".join(page) + "\n"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(text, encoding="utf-8")
    print(text)
    if options.baseline:
        return 0  # a comparison, not a judgement
    good = all(one.accuracy >= INTENT and one.f1 >= F1 and not one.dangerous for one in ours.values())
    return 0 if good and fast.met else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__)
    parser.add_argument("--baseline", action="store_true", help="beside TF-IDF and a linear classifier (make study)")
    parser.add_argument("--misses", action="store_true", help="list every miss")
    parser.add_argument("--messages", type=int, default=speed.MESSAGES, help="for the speed")
    return parser.parse_args()


def _beside(parts: dict[str, list[Said]], rows: Sequence[Said], typed: dict[str, list[Said]]) -> list[str]:
    """The same figures for the yardstick; it never sees the message that it is asked about."""
    from bench.understanding import baseline, learning

    crossed = baseline.crossed(rows)
    mistyped = [r for some in typed.values() for r in some if r.held_out]
    theirs = {
        f"{baseline.FOLDS} folds over all": crossed,
        "held out, learnt from development": baseline.judged(parts["development"], parts["held out"]),
        "harbour_group, learnt from the others": baseline.judged(
            [r for r in rows if r.group != "harbour"], [r for r in rows if r.group == "harbour"]
        ),
        "held out with typing errors": baseline.judged(parts["development"], mistyped),
    }
    held = {"**ours**, held out with typing errors": score.run(mistyped)}
    alone = {group: learning.without(group, rows) for group in dict.fromkeys(r.group for r in rows)}
    page = ["\n## The baseline\n", _table(theirs | held), "\n### Its confusions, by folds\n", _confusions([crossed])]
    return [*page, "\n## Our second opinion alone, learnt from the other groups\n", _alone(alone)]


def _table(scores: dict[str, Score]) -> str:
    lines = [
        f"| {name} | {one.messages} | {one.accuracy:.1%} | {one.precision:.1%} | {one.recall:.1%} | {one.f1:.1%} "
        f"| {len(one.dangerous)} |"
        for name, one in scores.items()
    ]
    return "\n".join([_HEAD, *lines])


def _alone(groups: dict[str, Alone]) -> str:
    lines = [
        f"| {name} | {a.asked} | {a.right / a.asked:.1%} | {a.offered / a.asked:.1%} |" for name, a in groups.items()
    ]
    return "\n".join(["| | messages | likest | of three |", "| --- | --- | --- | --- |", *lines])


def _confusions(scores: Sequence[Score]) -> str:
    total = sum((one.confusions for one in scores), scores[0].confusions.__class__())
    lines = [f"| {said} | {got} | {count} |" for (said, got), count in total.most_common(SHOWN)]
    return "\n".join(["| meant | understood | times |", "| --- | --- | --- |", *lines])


def _speed(fast: speed.Speed) -> str:
    return (
        f"Median {fast.median:.2f} ms of CPU, p99 {fast.p99:.2f} ms, slowest {fast.slowest:.1f} ms; by the clock "
        f"{fast.wall_median:.2f} and {fast.wall_p99:.2f} ms; loading {fast.loading:.0f} ms. "
        f"Beside a fixed piece of plain Python ({fast.unit:.2f} ms): {fast.median / fast.unit:.2f} × and "
        f"{fast.p99 / fast.unit:.2f} ×. Targets {speed.MEDIAN_MS:g} and {speed.P99_MS:g} ms: "
        f"{'met' if fast.met else '**missed**'}."
    )


if __name__ == "__main__":
    sys.exit(main())
