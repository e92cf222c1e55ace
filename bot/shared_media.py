"""The files behind media links: stored pictures, and drawings drawn again when they are asked for."""

from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.drawings import NotDrawnError
from bot.media_links import MediaLinks
from bot.messages import Drawing
from bot.web import ServedFile
from storage.blobs import BlobMissingError, Blobs
from storage.engine import Database
from storage.seal import SealBrokenError

BLOB = "blob/"
DRAWING = "drawing/"

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
        """`draw` gives a drawing's JPEG."""
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

    async def _stored(self, blob_id: str) -> ServedFile | None:
        blob = await self._database.read(lambda uow: uow.blobs.get(blob_id))
        return None if blob is None else ServedFile(await self._blobs.read(blob), blob.mime)

    async def _drawn(self, key: str) -> ServedFile | None:
        message = await self._database.read(lambda uow: uow.outbox.message(key))
        if message is None or message.drawing is None:
            return None
        return ServedFile(await self._draw(message.drawing), "image/jpeg")
