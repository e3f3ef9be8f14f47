"""The yardstick: character TF-IDF and a linear classifier for intents, expressions and a dictionary for slots.

Needs scikit-learn, which is in requirements/study.txt only: `make study`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from bench.understanding import dictionary
from bench.understanding.corpus import Said
from bench.understanding.score import Answer, Score

FOLDS = 5
SEED = 2026


def model() -> Any:
    """Characters, one to four in a row, and the speaker's role as a word; a linear support vector machine."""
    text = importlib.import_module("sklearn.feature_extraction.text")
    pipeline = importlib.import_module("sklearn.pipeline")
    svm = importlib.import_module("sklearn.svm")
    vectors = text.TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True)
    return pipeline.make_pipeline(vectors, svm.LinearSVC(C=1.0, random_state=SEED))


def features(rows: Sequence[Said]) -> list[str]:
    return [f"<{said.role}>{said.text}" for said in rows]


def judged(learnt: Sequence[Said], asked: Sequence[Said]) -> Score:
    """Trained on `learnt`, asked about `asked`."""
    trained = model().fit(features(learnt), [said.intent for said in learnt])
    out = Score()
    for said, intent in zip(asked, trained.predict(features(asked)), strict=True):
        out.add(said, answer(said, str(intent)))
    return out


def answer(said: Said, intent: str) -> Answer:
    return intent, dictionary.slots(said, intent)


def crossed(rows: Sequence[Said]) -> Score:
    """Every message asked once, by a model that learnt from the other folds."""
    selection = importlib.import_module("sklearn.model_selection")
    guesses = selection.cross_val_predict(
        model(),
        features(rows),
        [said.intent for said in rows],
        cv=selection.KFold(FOLDS, shuffle=True, random_state=SEED),
    )
    out = Score()
    for said, intent in zip(rows, guesses, strict=True):
        out.add(said, answer(said, str(intent)))
    return out
