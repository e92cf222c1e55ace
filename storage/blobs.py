"""Where the bytes of blobs are: sealed files on the local disk, behind a port for other stores."""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.ids import Ids
from storage.blob_rows import Blob
from storage.engine import Database
from storage.seal import DataKey

_ID = re.compile(r"[0-9a-f]{32}")


class BlobMissingError(LookupError):
    """There is no such blob, or its bytes are gone."""


class BlobStore(Protocol):
    """Keeps sealed bytes by id; every call blocks and is made from a thread."""

    def put(self, blob_id: str, sealed: bytes) -> None:
        """Durable when it returns; an id is written once."""
        ...

    def get(self, blob_id: str) -> bytes:
        """The sealed bytes; BlobMissingError where there are none."""
        ...

    def delete(self, blob_id: str) -> None:
        """Gone when it returns; nothing where there was none."""
        ...

    def older_than(self, instant: datetime) -> Iterator[str]:
        """Ids of blobs stored before an instant, for finding those that no row names."""
        ...


class LocalBlobStore:
    """One file a blob, in two levels of folders named by the id's first digits."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first blob is stored."""
        self._folder = folder

    def put(self, blob_id: str, sealed: bytes) -> None:
        """Temporary file, fsync, rename, fsync of the folder: after a power cut it is whole or absent."""
        path = self._path(blob_id)
        _make_folders(path.parent, self._folder)
        temporary = path.with_suffix(".tmp")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)

    def get(self, blob_id: str) -> bytes:
        """The file's bytes."""
        try:
            return self._path(blob_id).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissingError(blob_id) from error

    def delete(self, blob_id: str) -> None:
        """The file is unlinked."""
        self._path(blob_id).unlink(missing_ok=True)

    def older_than(self, instant: datetime) -> Iterator[str]:
        """By the files' times of change; left-over temporary files count."""
        for path in self._folder.glob("??/??/*"):
            if _ID.fullmatch(path.stem) and path.stat().st_mtime < instant.timestamp():
                yield path.stem
                path.with_suffix(".tmp").unlink(missing_ok=True)

    def _path(self, blob_id: str) -> Path:
        if not _ID.fullmatch(blob_id):
            raise BlobMissingError("not a blob id")
        return self._folder / blob_id[:2] / blob_id[2:4] / blob_id


class Blobs:
    """Writes and reads sealed blobs from asyncio code; the caller stores the row that `write` gives back."""

    def __init__(self, database: Database, store: BlobStore, ids: Ids) -> None:
        """The database holds the keys, the store the bytes."""
        self._database = database
        self._store = store
        self._ids = ids

    async def write(
        self,
        plain: bytes,
        *,
        blob_id: str,
        scope: str,
        kind: str,
        mime: str,
        now: datetime,
        case_id: str | None = None,
    ) -> Blob:
        """The row of a blob whose bytes are durable; `uow.blobs.add` it, or they are swept in a day."""
        # The key's row is durable before anything is sealed with it.
        key = await self._database.run(lambda uow: uow.keys.key_for(scope))
        digest = await asyncio.to_thread(self._seal_and_put, plain, key, blob_id)
        return Blob(
            id=blob_id,
            scope=scope,
            kind=kind,
            mime=mime,
            size=len(plain),
            sha256=digest,
            created_at=now,
            case_id=case_id,
        )

    def _seal_and_put(self, plain: bytes, key: DataKey, blob_id: str) -> str:
        digest = hashlib.sha256(plain).hexdigest()
        nonce = self._ids.octets(12)
        self._store.put(blob_id, key.seal(plain, place=_place(key.scope, blob_id, digest), nonce=nonce))
        return digest

    async def read(self, blob: Blob) -> bytes:
        """The plain bytes; BlobMissingError or SealBrokenError where they can't be had."""
        key = await self._database.read(lambda uow: uow.keys.existing(blob.scope))
        return await asyncio.to_thread(self._get_and_open, blob, key)

    def _get_and_open(self, blob: Blob, key: DataKey) -> bytes:
        return key.open(self._store.get(blob.id), place=_place(blob.scope, blob.id, blob.sha256))

    async def delete(self, blob_id: str) -> None:
        """The bytes are gone; delete the row first."""
        await asyncio.to_thread(self._store.delete, blob_id)

    async def older_than(self, instant: datetime) -> list[str]:
        """See `BlobStore.older_than`."""
        return await asyncio.to_thread(lambda: list(self._store.older_than(instant)))


def _make_folders(folder: Path, root: Path) -> None:
    for path in (root, folder.parent, folder):
        if not path.exists():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _place(scope: str, blob_id: str, digest: str) -> str:
    return f"blobs|{scope}|{blob_id}|{digest}"
