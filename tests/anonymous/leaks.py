"""What somebody careless might make of a line of the program, and what the search must then say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PATH, MEMORY, PARTS = "bot/anonymous/path.py", "bot/anonymous/memory.py", "bot/anonymous/parts.py"
PICTURES = "bot/anonymous/pictures.py"
_FILED = "        said = await self._file(session, keys, kept, await self._new_number())\n"
_ANSWERED = "                self._memory.answered(inbound.key, said)\n"
_TAKEN = "            part = await self.pictures.take(media_id)\n"
GREETING = "bot/greeting.py"
_GREETED = "        return Answer(words, None) if words else None\n"
_KEPT = "        session.parts.append(sealed)\n"
_RECORD = '    record: str = field(default="", repr=False)\n'
_RUN = "        await self.office.world.turns.run(lambda s: {})\n"


@dataclass(frozen=True, slots=True)
class Change:
    """One line, or a piece of it, and what stands in its place."""

    file: str
    line: str
    instead: str

    def plant(self, tree: Path) -> None:
        target = tree / self.file
        source = target.read_text(encoding="utf-8")
        assert source.count(self.line) == 1, f"the line moved, plant the leak anew: {self.line}"
        target.write_text(source.replace(self.line, self.instead), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Leak:
    """A name, the changes, and what the search must say of them."""

    name: str
    changes: tuple[Change, ...]
    caught: str
    in_order: bool = False  # shows in what the batch wrote: seen with many reporters only


def _before_filing(line: str) -> tuple[Change]:
    return (Change(PATH, _FILED, line + _FILED),)


def _in_store(call: str) -> str:
    return _RUN.format(call)


def _raw(statement: str) -> str:
    return _in_store(f"s.execute(__import__('sqlalchemy').text({statement}))")


LEAKS = (
    Leak(
        "a hash of the account",
        _before_filing("        session.struck = {__import__('hashlib').sha256(person.encode()).hexdigest()}\n"),
        "a reporter as sha256 in hex",
    ),
    Leak(
        "an exact time",
        (Change(PATH, "receipt.tag,", "receipt.tag + '2026-11-23T10:04',"),),
        "a time finer than the day",
        in_order=True,
    ),
    Leak(
        "a log line with the text",
        (Change(PATH, _KEPT, "        log.info('got %s', part.text)\n" + _KEPT),),
        "a content as utf-8 in bot.log",
    ),
    Leak(
        "a log line with the account",
        _before_filing("        log.debug('done %s', person)\n"),
        "a reporter as utf-8 in bot.log",
    ),
    Leak(
        "a row of state that is deleted later",
        _before_filing(
            _raw("f\"INSERT INTO leases VALUES ('{person}', '', 0)\"") + _raw("'DELETE FROM leases'")
        ),
        "a reporter as utf-8 in store.db-wal",
    ),
    Leak(
        "a push to the reporter",
        _before_filing(_in_store("self.office.turn(s).tell(person, '已收到您的反映')")),
        "was messaged",
    ),
    Leak(
        "an instant alert",
        _before_filing(_in_store("self.office.turn(s).tell('boss', '有新的反映')")),
        "the main store changed before the batch",
    ),
    Leak(
        "the ordinary memory of callbacks",
        (
            Change(
                PATH, _ANSWERED, _ANSWERED
                + "                await self.office.world.turns.run(lambda s: __import__('storage.seen').seen.add("
                "s, inbound.key, '', self.office.world.now(), None, None))\n",
            ),
        ),
        "the main store changed before the batch",
    ),
    Leak(
        "keys in the order of submission",
        (Change(PATH, "or secrets.token_hex(16)", "or f'{len(self.batch._reports):032x}'"),),
        "the order of keys",
        in_order=True,
    ),
    Leak(
        "a content beside its envelope",
        (
            Change(PATH, "tuple(sorted(session.struck)),", "tuple(session.plain),"),
            Change(PATH, _KEPT, _KEPT + "        session.plain.append(part.text)\n"),
            Change(MEMORY, _RECORD, _RECORD + "    plain: list[str] = field(default_factory=list)\n"),
        ),
        "a content as",
    ),
    Leak(
        "a wrap that is not struck off",
        (Change(PARTS, "return envelope.strike(part, [name for name in held if name not in readers])", "return part"),),
        "who is named can read it",
    ),
    Leak(
        "the media id of a picture",
        (Change(PATH, _TAKEN, _TAKEN + "            session.struck.add(media_id)\n"),),
        "a media id",
    ),
    Leak(
        "a picture as it came",
        (
            Change(
                PICTURES, "run_in_executor(self._pool, pixels.redraw, content)",
                "run_in_executor(self._pool, lambda: Part('jpeg', content))",
            ),
        ),
        "what the phone wrote is in a picture that is kept",
    ),
    Leak(
        "a picture on its way over the disk",
        (
            Change(
                PICTURES, "                return await self.source.fetch(media_id, pixels.MOST_BYTES)\n",
                "                content = await self.source.fetch(media_id, pixels.MOST_BYTES)\n"
                "                name = logging.getLogger().handlers[0].baseFilename + '.part'\n"
                "                __import__('pathlib').Path(name).write_bytes(content)\n"
                "                return content\n",
            ),
        ),
        "what the phone wrote (canaryphone) as utf-8 in bot.log.part",
    ),
    Leak(
        "a decoder that tells what it reads",
        (Change(PICTURES, 'logging.getLogger("PIL").setLevel(logging.CRITICAL)', "pass"),),
        "what the phone wrote",
    ),
    Leak(
        "a row of who opened the window",
        (
            Change(
                GREETING, _GREETED,
                "        await self._world.turns.run(lambda s: __import__('storage.seen').seen.add("
                "s, secrets.token_hex(8), '', self._world.now(), None, None))\n" + _GREETED,
            ),
        ),
        "the main store changed before the batch",
    ),
    Leak(
        "a log line of who opened the window",
        (Change(GREETING, _GREETED, "        log.info('greeted %s', inbound.person)\n" + _GREETED),),
        "a reporter as utf-8 in bot.log",
    ),
    Leak(
        "a draft that outlives its cancelling",
        (Change(PATH, _KEPT, _KEPT + "        log.debug(repr(part.text))\n"),),
        "what was cancelled as",
    ),
)  # fmt: skip

# Planted into one tree, as what the search says of one it says of no other there (tried by leaving each out).
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("a hash of the account", "a log line with the text", "a row of state that is deleted later",
     "a picture as it came"),
    ("a log line with the account", "an instant alert", "a content beside its envelope",
     "a picture on its way over the disk"),
    ("a push to the reporter", "a draft that outlives its cancelling", "a decoder that tells what it reads"),
    ("the ordinary memory of callbacks", "a log line of who opened the window", "the media id of a picture"),
    ("a row of who opened the window", "a wrap that is not struck off"),
    ("an exact time", "keys in the order of submission"),
)  # fmt: skip


def groups() -> list[tuple[Leak, ...]]:
    """Every leak, each in one group."""
    by_name = {leak.name: leak for leak in LEAKS}
    assert sorted(name for names in TOGETHER for name in names) == sorted(by_name)
    return [tuple(by_name[name] for name in names) for names in TOGETHER]
