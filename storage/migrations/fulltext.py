"""The index of each database over the words of findings (storage/fulltext.py)."""

from __future__ import annotations

INDEX = "ix_finding_words_fulltext"  # on PostgreSQL and MariaDB
TABLE = "finding_index"  # on SQLite, with shadow tables of its own

# FTS5 keeps no text of its own here; it is told of every change with the very tokens that it was given: deleting by
# others leaves ghosts that its own check misses.
_SQLITE = (
    """CREATE VIRTUAL TABLE finding_index USING fts5(
        words, content='finding_words', content_rowid='finding_id', tokenize='ascii', columnsize=0, detail='none')""",
    """CREATE TRIGGER finding_words_added AFTER INSERT ON finding_words BEGIN
        INSERT INTO finding_index(rowid, words) VALUES (new.finding_id, new.words); END""",
    """CREATE TRIGGER finding_words_gone AFTER DELETE ON finding_words BEGIN
        INSERT INTO finding_index(finding_index, rowid, words) VALUES ('delete', old.finding_id, old.words); END""",
    """CREATE TRIGGER finding_words_changed AFTER UPDATE OF words ON finding_words BEGIN
        INSERT INTO finding_index(finding_index, rowid, words) VALUES ('delete', old.finding_id, old.words);
        INSERT INTO finding_index(rowid, words) VALUES (new.finding_id, new.words); END""",
)
_POSTGRESQL = (
    "CREATE INDEX ix_finding_words_fulltext ON finding_words USING gin (to_tsvector('simple'::regconfig, words))",
)
_MARIADB = ("CREATE FULLTEXT INDEX ix_finding_words_fulltext ON finding_words (words)",)


def statements(dialect: str) -> tuple[str, ...]:
    return {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}.get(dialect, _MARIADB)
