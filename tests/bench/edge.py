"""The service's web edge as `scanrelay web` builds it, without workers: what it takes in stays in the inbox."""

import asyncio
import sys
from pathlib import Path

from bot.channels.telegram.channel import TelegramChannel
from bot.dialogues import production_dialogues
from bot.logs import configure_logs
from bot.settings import load_settings
from bot.training import free_port
from bot.wiring import Half, build_service, open_store
from tests.bench.child import given, serve_parent

_NOBODY = "http://127.0.0.1:9"


async def main() -> None:
    """Given `folder`, `database_url` (or null), `token` and `secret`; ready with its `port`."""
    arguments = given()
    configure_logs(json=True, level="ERROR", stream=sys.stderr)
    settings = load_settings(
        telegram_secret=arguments["secret"],
        data_dir=Path(arguments["folder"]),
        database_url=arguments["database_url"],
        host="127.0.0.1",
        port=free_port(),
    )
    store = open_store(settings)
    key = store.keyring.derive("telegram buttons")
    # Given as a test's channel, so that nobody tells a vendor where the webhook is.
    channel = TelegramChannel(arguments["token"], api_url=_NOBODY, key=key)
    half = Half(workers=False, channels={"telegram": channel})
    service = build_service(settings, production_dialogues(), store=store, half=half)
    await service.start()
    await serve_parent({"port": settings.port})
    await service.drain()
    await service.stop()


if __name__ == "__main__":
    asyncio.run(main())
