"""The whole service as `scanrelay run` builds it, with the sandbox's people, and no pause between messages."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.dialogues import production_dialogues
from bot.logs import configure_logs
from bot.service import Service
from bot.settings import load_settings
from bot.training import WORLD, free_port
from bot.wiring import build_service, open_store
from bot.workers.deliver import DeliverWorker
from storage.pace import Pace, Rate
from tests.bench.child import given, serve_parent

_FAST = Rate(timedelta(milliseconds=1), 10_000)


def _hurry(service: Service) -> None:
    """Telegram wants a second between two messages to a chat: in a bench that is waiting, not work."""
    for worker in service.workers:
        if isinstance(worker, DeliverWorker):
            worker._paces = {"telegram": Pace(chat=_FAST, whole=_FAST)}


async def main() -> None:
    """Given `folder`, `url` of the vendor, `token` and `secret`; ready once it listens."""
    arguments = given()
    configure_logs(json=True, level="ERROR", stream=sys.stderr)
    port = free_port()
    settings = load_settings(
        telegram_token=arguments["token"],
        telegram_secret=arguments["secret"],
        telegram_api_url=arguments["url"],
        telegram_mode="webhook",
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        unreviewed_phrases="mark",
        data_dir=Path(arguments["folder"]),
    )
    service = build_service(settings, production_dialogues(), store=open_store(settings))
    _hurry(service)
    await service.start()
    await service.command("org_import", {"toml": WORLD.read_text(encoding="utf-8"), "training": True})
    await serve_parent({})
    await service.drain()
    await service.stop()


if __name__ == "__main__":
    asyncio.run(main())
