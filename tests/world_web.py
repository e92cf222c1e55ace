"""The web edge of a world: the ordinary doors and media links of both channels."""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.contact_card import contact_card
from bot.drawings import Drawings
from bot.media_client import MediaClient
from bot.metrics import Metrics
from bot.settings import Settings
from bot.shared_media import SharedMedia
from bot.web import Readiness, Receive, Web, telegram_door, twilio_doors
from bot.wiring import Store, build_media_links, numbers_of, webhook_secret
from storage.blobs import Blobs, LocalBlobStore


def build_web(
    settings: Settings,
    store: Store,
    *,
    telegram: TelegramChannel,
    whatsapp: WhatsAppChannel,
    media: MediaClient,
    receive: Receive,
) -> Web:
    """What a service has that runs both channels; it is always ready."""
    blobs = Blobs(store.database, LocalBlobStore(settings.data_dir / "blobs"), store.ids)
    shared = SharedMedia(
        store.database,
        build_media_links(settings, store),
        blobs=blobs,
        draw=Drawings(store.database, blobs, media, card=contact_card(numbers_of(settings))).draw,
        clock=store.clock,
    )
    return Web(
        doors=(
            telegram_door(telegram, webhook_secret(settings, store.keyring)),
            *twilio_doors(whatsapp, whatsapp.is_genuine),
        ),
        receive=receive,
        readiness=_always_ready,
        metrics=Metrics(),
        clock=store.clock,
        file_of=shared.file_of,
    )


async def _always_ready() -> Readiness:
    return Readiness({})
