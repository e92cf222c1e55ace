"""The floor under a relayed message: a bot that takes the same updates and makes the same requests, and keeps nothing.

The same web server, the same python-telegram-bot over the same HTTP client as the service. For each update it
parses what came, answers 200, and makes the requests that the service was seen to make at this step of the main job:
same methods, texts, buttons and picture bytes, in the same order. No database, no dialogue, no catalogue.
"""

import asyncio
import hmac
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import telegram
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram import setup as telegram_setup
from bot.channels.telegram.channel import DOWNLOAD_LIMIT, TelegramChannel
from bot.serving import HttpServer
from tests.bench.child import given, serve_parent

Call = Mapping[str, Any]
"""`method`, `fields`, and `photo`: the name of a file or nothing."""

_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


class UnknownCallError(LookupError):
    """The service makes a request that this bot can't make: it has to learn it, or the floor is no floor."""


class Forwarder:
    """Plays the steps of the job over and over, one for each update."""

    def __init__(self, channel: TelegramChannel, steps: Sequence[Sequence[Call]], *, secret: str) -> None:
        """`steps`: the calls of each."""
        self._channel = channel
        self._bot = channel.bot
        self._steps = steps
        self._secret = secret
        self._count = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def knocked(self, request: Request) -> Response:
        """The webhook."""
        raw = await request.body()
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            return Response(status_code=401)
        update = telegram.Update.de_json(json.loads(raw), self._bot)
        calls = self._steps[self._count % len(self._steps)]
        self._count += 1
        task = asyncio.create_task(self._forward(update, calls))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return Response(status_code=200)

    async def _forward(self, update: telegram.Update, calls: Sequence[Call]) -> None:
        for call in calls:
            await self._carry_out(call, update)

    async def _carry_out(self, call: Call, update: telegram.Update) -> None:
        match call["method"]:
            case "sendMessage":
                await self._say(call["fields"])
            case "sendPhoto":
                await self._show(call["fields"], Path(call["photo"]))
            case "answerCallbackQuery":
                assert update.callback_query is not None
                await self._bot.answer_callback_query(update.callback_query.id)
            case "getFile":
                assert update.message is not None
                file = await self._bot.get_file(update.message.photo[-1].file_id)
                await self._channel._request.download(file.file_path or "", cap=DOWNLOAD_LIMIT)
            case other:
                raise UnknownCallError(other)

    async def _say(self, fields: Mapping[str, str]) -> None:
        await self._bot.send_message(
            int(fields["chat_id"]),
            fields["text"],
            parse_mode=fields["parse_mode"],
            reply_markup=self._markup(fields),
            link_preview_options=_NO_PREVIEW,
        )

    async def _show(self, fields: Mapping[str, str], photo: Path) -> None:
        await self._bot.send_photo(
            int(fields["chat_id"]),
            _PHOTOS[photo],
            caption=fields["caption"],
            parse_mode=fields["parse_mode"],
            reply_markup=self._markup(fields),
            filename="image.jpg",
        )

    def _markup(self, fields: Mapping[str, str]) -> telegram.InlineKeyboardMarkup | None:
        if "reply_markup" not in fields:
            return None
        return telegram.InlineKeyboardMarkup.de_json(json.loads(fields["reply_markup"]), self._bot)


_PHOTOS: dict[Path, bytes] = {}
"""Read before anything is measured."""


def _steps(plan: Path) -> Sequence[Sequence[Call]]:
    steps: Sequence[Sequence[Call]] = json.loads(plan.read_text(encoding="utf-8"))
    for path in {Path(call["photo"]) for step in steps for call in step if call["photo"]}:
        _PHOTOS[path] = path.read_bytes()
    return steps


async def main() -> None:
    """Given `url` of the vendor, `token`, `secret` and `plan` (a file of steps); ready once its webhook is set."""
    arguments = given()
    steps = _steps(Path(arguments["plan"]))
    channel = TelegramChannel(arguments["token"], api_url=arguments["url"], key=bytes(32))
    await channel.start()
    forwarder = Forwarder(channel, steps, secret=arguments["secret"])
    app = Starlette(routes=[Route("/telegram/webhook", forwarder.knocked, methods=["POST"])])
    server = HttpServer(app, host="127.0.0.1", port=0)
    await server.start()
    url = f"http://127.0.0.1:{server.port}/telegram/webhook"
    await telegram_setup.set_webhook(channel.bot, url=url, secret=arguments["secret"])
    await serve_parent({})
    await server.stop()
    await channel.stop()


if __name__ == "__main__":
    asyncio.run(main())
