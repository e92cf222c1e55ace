"""The files behind media links: stored pictures, and drawings drawn again when they are asked for."""

from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.drawings import NotDrawnError
from bot.media_links import MediaLinks
from bot.messages import CARD_NAME, CARD_TYPE, Drawing
from bot.web import ServedFile
from storage.blobs import BlobMissingError, Blobs
from storage.engine import Database
from storage.seal import SealBrokenError

BLOB = "blob/"
DRAWING = "drawing/"

_NAME_SIGNS = 20

_GONE = (BlobMissingError, NotDrawnError, SealBrokenError)


class SharedMedia:
    """Opens links; whatever is forged, expired or gone is None."""

    def __init__(
        self,
        database: Database,
        links: MediaLinks,
        *,
        blobs: Blobs,
        draw: Callable[[Drawing], Awaitable[bytes]],
        clock: Clock,
    ) -> None:
        """`draw` gives a drawing's bytes."""
        self._database = database
        self._links = links
        self._blobs = blobs
        self._draw = draw
        self._clock = clock

    async def file_of(self, token: str) -> ServedFile | None:
        """The file that a link's token names."""
        subject = self._links.subject(token, self._clock.now()) or ""
        try:
            if subject.startswith(BLOB):
                return await self._stored(subject.removeprefix(BLOB))
            if subject.startswith(DRAWING):
                return await self._drawn(subject.removeprefix(DRAWING))
        except _GONE:
            return None
        return None

    async def _stored(self, named: str) -> ServedFile | None:
        blob_id, _, name = named.partition("/")
        blob = await self._database.read(lambda uow: uow.blobs.get(blob_id))
        return None if blob is None else ServedFile(await self._blobs.read(blob), blob.mime, _harmless(name))

    async def _drawn(self, key: str) -> ServedFile | None:
        message = await self._database.read(lambda uow: uow.outbox.message(key))
        if message is None or message.drawing is None:
            return None
        content = await self._draw(message.drawing)
        if message.drawing.drawing == "contact_card":
            return ServedFile(content, CARD_TYPE, CARD_NAME)
        return ServedFile(content, "image/jpeg")


def _harmless(name: str) -> str:
    """A name as the vendor takes it: at most 20 signs, its ending kept, nothing that ends a header's value."""
    stem, dot, ending = "".join(
        c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in name
    ).rpartition(".")
    room = _NAME_SIGNS - len(dot + ending)
    return stem[:room] + dot + ending if room > 0 else (stem + dot + ending)[:_NAME_SIGNS]
