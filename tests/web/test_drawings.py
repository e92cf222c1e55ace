from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.doctor import drawn_png
from bot.drawings import Drawings
from bot.ids import Ids
from bot.media_client import MediaClient
from bot.media_contract import Prepared
from bot.messages import Drawing
from storage.blob_rows import Blob
from storage.blobs import BlobMissingError, Blobs, LocalBlobStore
from storage.engine import Database

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
async def media() -> AsyncIterator[MediaClient]:
    async with MediaClient() as media:
        yield media


@pytest.fixture
def blobs(db: Database, ids: Ids, tmp_path: Path) -> Blobs:
    return Blobs(db, LocalBlobStore(tmp_path / "blobs"), ids)


async def store(db: Database, blobs: Blobs, media: MediaClient, blob_id: str) -> Blob:
    prepared = await media.prepare(drawn_png())
    assert isinstance(prepared, Prepared)
    row = await blobs.write(
        prepared.preview,
        blob_id=blob_id,
        scope="day:2026-11-24",
        kind="preview",
        mime="image/jpeg",
        now=NOW,
    )
    await db.run(lambda uow: uow.blobs.add(row))
    return row


async def test_a_contact_sheet_is_drawn_from_stored_pictures(
    db: Database, blobs: Blobs, media: MediaClient, ids: Ids
) -> None:
    stored = [(await store(db, blobs, media, ids.new())).id for _ in range(2)]
    drawings = Drawings(db, blobs, media)
    first = await drawings.draw(Drawing("contact_sheet", tuple(stored)))
    assert first.startswith(b"\xff\xd8")
    assert await drawings.draw(Drawing("contact_sheet", tuple(stored))) == first


async def test_a_picture_that_is_gone_is_named_by_an_error(
    db: Database, blobs: Blobs, media: MediaClient, ids: Ids
) -> None:
    with pytest.raises(BlobMissingError):
        await Drawings(db, blobs, media).draw(Drawing("contact_sheet", (ids.new(),)))
