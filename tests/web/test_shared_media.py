"""The files behind media links: what is stored, what is drawn again, and nothing for any other link."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.ids import Ids
from bot.media_links import LIFE, MediaLinks
from bot.messages import Address, Drawing, OutboundMessage
from bot.shared_media import SharedMedia
from bot.web import ServedFile
from storage.blobs import BlobMissingError, Blobs, LocalBlobStore
from storage.engine import Database

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SHEET = Drawing("contact_sheet", ("a", "b"))


@pytest.fixture
def links(ids: Ids) -> MediaLinks:
    return MediaLinks(b"k" * 32, base_url="https://relay.example", ids=ids)


@pytest.fixture
def blobs(db: Database, ids: Ids, tmp_path: Path) -> Blobs:
    return Blobs(db, LocalBlobStore(tmp_path / "blobs"), ids)


@pytest.fixture
def shared(db: Database, links: MediaLinks, blobs: Blobs, clock: ManualClock) -> SharedMedia:
    return SharedMedia(db, links, blobs=blobs, draw=draw, clock=clock)


async def draw(drawing: Drawing) -> bytes:
    if drawing != SHEET:
        raise BlobMissingError("its pictures are gone")
    return b"drawn"


def token(links: MediaLinks, subject: str) -> str:
    return links.url(subject, NOW).rpartition("/")[2]


async def store(db: Database, blobs: Blobs, blob_id: str) -> None:
    row = await blobs.write(
        b"OggS", blob_id=blob_id, scope="day:2026-11-24", kind="voice", mime="audio/ogg", now=NOW
    )
    await db.run(lambda uow: uow.blobs.add(row))


async def test_a_stored_file_is_served_as_what_it_is_until_its_link_ends(
    db: Database, links: MediaLinks, blobs: Blobs, shared: SharedMedia, ids: Ids, clock: ManualClock
) -> None:
    blob_id = ids.new()
    await store(db, blobs, blob_id)
    link = token(links, f"blob/{blob_id}")
    assert await shared.file_of(link) == ServedFile(b"OggS", "audio/ogg")
    clock.advance(LIFE + timedelta(seconds=1))
    assert await shared.file_of(link) is None


async def test_a_drawing_is_drawn_when_it_is_asked_for(
    db: Database, links: MediaLinks, shared: SharedMedia
) -> None:
    for key, drawing in (("whole", SHEET), ("gone", Drawing("contact_sheet")), ("plain", None)):
        message = OutboundMessage(Address("whatsapp:+910000000000"), key, (), drawing=drawing)
        await db.run(lambda uow, message=message: uow.outbox.put(message, NOW))
    assert await shared.file_of(token(links, "drawing/whole")) == ServedFile(b"drawn", "image/jpeg")
    assert await shared.file_of(token(links, "drawing/gone")) is None
    assert await shared.file_of(token(links, "drawing/plain")) is None


@pytest.mark.parametrize("subject", ["drawing/nobody", f"blob/{'0' * 32}", "case/1", ""])
async def test_whatever_is_not_there_is_nothing(links: MediaLinks, shared: SharedMedia, subject: str) -> None:
    assert await shared.file_of(token(links, subject)) is None
    assert await shared.file_of("forged") is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("a very long name of a file.pdf", "a-very-long-name.pdf"),
        ('x"\r\nSet-Cookie: a', "x---Set-Cookie--a"),
        ("noending" * 4, "noendingnoendingnoen"),
        ("a." + "b" * 40, "a.bbbbbbbbbbbbbbbbbb"),
    ],
)
async def test_a_document_has_a_name_that_the_vendor_takes(
    db: Database, links: MediaLinks, blobs: Blobs, shared: SharedMedia, ids: Ids, name: str, shown: str
) -> None:
    blob_id = ids.new()
    await store(db, blobs, blob_id)
    file = await shared.file_of(token(links, f"blob/{blob_id}/{name}"))
    assert file == ServedFile(b"OggS", "audio/ogg", shown)
