"""Pictures drawn at send time, from stored ones."""

from bot.media_client import MediaClient
from bot.media_contract import Budget, Picture
from bot.messages import Drawing
from storage.blobs import BlobMissingError, Blobs
from storage.engine import Database

SHEET_BUDGET = Budget(max_bytes=20_000, long_side=640)
"""What the sender checks before she sends: with all words until the answer it stays below 30 KB on her 2G phone."""


class NotDrawnError(RuntimeError):
    """The media program refused; its reason is the text."""


class Drawings:
    """Draws what a message asks for; asked again, it draws the same again."""

    def __init__(self, database: Database, blobs: Blobs, media: MediaClient, *, card: bytes = b"") -> None:
        """The pictures to draw from are blobs; `card` is the contact card, empty where no number calls."""
        self._card = card
        self._database = database
        self._blobs = blobs
        self._media = media

    async def draw(self, drawing: Drawing) -> bytes:
        """A contact sheet's JPEG, several pictures numbered from 1, or the contact card.

        NotDrawnError or BlobMissingError if not.
        """
        if drawing.drawing == "contact_card":
            return self._contact_card()
        rows = await self._database.read(lambda uow: uow.blobs.many(set(drawing.blobs)))
        missing = next((blob_id for blob_id in drawing.blobs if blob_id not in rows), None)
        if missing is not None:
            raise BlobMissingError(missing)
        previews = [await self._blobs.read(rows[blob_id]) for blob_id in drawing.blobs]
        several = len(previews) > 1
        labels = [str(number) if several else "" for number in range(1, len(previews) + 1)]
        drawn = await self._media.contact_sheet(previews, labels=labels, budget=SHEET_BUDGET)
        if isinstance(drawn, Picture):
            return drawn.image
        raise NotDrawnError(drawn.reason)

    def _contact_card(self) -> bytes:
        if not self._card:
            raise NotDrawnError("no number")
        return self._card
