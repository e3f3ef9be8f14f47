"""Makes the file of a message when it goes out: where it lies, and the digest of what it says."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.books import Books
from bot.errors import UserError
from bot.messages import Attachment, Chart, Document, Workbook, pack

Filed = Attachment | Workbook | Chart | Document

log = logging.getLogger("jiandu.channel")


class NotMadeError(Exception):
    """There is no file. final: there never will be one. reason: for the outbox, without a word of what it says."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


class Maker:
    """Its folder is the process's own and goes with it.

    files: the folder under which the path of an attachment counts, unless it is absolute.
    books: makes the workbooks that have a source.
    """

    def __init__(self, files: Path = Path(), books: Books | None = None) -> None:
        self._files, self._books = files, books
        self._home = tempfile.TemporaryDirectory(prefix="jiandu-")  # 0700
        self._writing = asyncio.Lock()

    def close(self) -> None:
        self._home.cleanup()

    @asynccontextmanager
    async def made(self, person: str, message: Filed) -> AsyncIterator[tuple[Attachment, str]]:
        """The file on the disk, and the digest of what it says. Raises NotMadeError before the block begins.

        Of a book with a source nothing stays: a second try makes it anew, with the rights of that moment, and what
        then says the same is the same file.
        """
        if isinstance(message, Workbook) and message.source is not None and self._books is not None:
            path = self._folder() / f"{uuid.uuid4().hex}.xlsx"
            try:
                digest = await self._book(self._books, person, message, path)
                yield Attachment(str(path), message.name), digest
            finally:
                await asyncio.to_thread(_remove, path)
        elif isinstance(message, Attachment):
            file = replace(message, path=str(self._files / message.path))
            if not Path(file.path).is_file():
                raise NotMadeError("file is gone", final=True)
            yield file, _digest(message)
        else:
            yield await self._written(message), _digest(message)

    async def _book(self, books: Books, person: str, book: Workbook, path: Path) -> str:
        try:
            return await books.write(person, book, path)
        except UserError as error:
            raise NotMadeError("no right to it any more", final=True) from error
        except Exception as error:  # the store is out of reach, or the disk is full
            raise _failed(book, error) from error

    async def _written(self, made: Workbook | Chart | Document) -> Attachment:
        """On disk under the digest of what it says, so that a second person's is neither made nor uploaded anew."""
        path = self._folder() / f"{_digest(made)}.{_ending(made)}"
        async with self._writing:
            if not path.exists():
                try:
                    await asyncio.to_thread(_write, path, made)
                except Exception as error:
                    raise _failed(made, error) from error
        return Attachment(str(path), made.name, image=isinstance(made, Chart))

    def _folder(self) -> Path:
        folder = Path(self._home.name)
        folder.mkdir(mode=0o700, exist_ok=True)  # who sweeps the machine's temporary files may have taken it
        return folder


def _failed(message: Filed, error: Exception) -> NotMadeError:
    log.error("file not made kind=%s error=%s", type(message).__name__, type(error).__name__)
    return NotMadeError(f"not made: {type(error).__name__}", final=False)


def _write(path: Path, made: Workbook | Chart | Document) -> None:
    part = path.with_name(uuid.uuid4().hex)
    part.write_bytes(_content(made))
    part.replace(path)  # whole or not at all


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # what became of the message stands already
        log.error("file not removed error=%s", type(error).__name__)


def _digest(message: Filed) -> str:
    said = json.dumps(pack(message), ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(said).hexdigest()


def _ending(made: Workbook | Chart | Document) -> str:
    return {Workbook: "xlsx", Chart: "png", Document: "docx"}[type(made)]


def _content(made: Workbook | Chart | Document) -> bytes:
    from bot import charts, documents, workbooks  # loaded by the first file: most processes live long without

    if isinstance(made, Chart):
        return charts.png(made)
    return workbooks.content(made) if isinstance(made, Workbook) else documents.content(made)
