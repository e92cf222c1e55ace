"""What a bot has to be told once: where updates go, its commands and how it presents itself."""

from collections.abc import Mapping
from dataclasses import dataclass

import telegram
from telegram.error import TelegramError

from bot.channels.telegram.poller import ALLOWED_UPDATES

VENDOR_ERRORS = (TelegramError,)
"""What any of these functions raises when the vendor cannot be reached or refuses."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the bot shows itself to speakers of one language; empty texts are left as they are."""

    commands: Mapping[str, str]
    description: str = ""
    short_description: str = ""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """What the vendor says of the webhook; `last_error` is a description by Telegram, not by people."""

    url: str
    pending: int
    last_error: str


async def set_webhook(bot: telegram.Bot, *, url: str, secret: str) -> None:
    """Have updates posted to `url` with `secret` in their header; what waits is kept."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=40)


async def remove_webhook(bot: telegram.Bot) -> None:
    """Have updates wait for polling."""
    await bot.delete_webhook()


async def webhook_state(bot: telegram.Bot) -> WebhookState:
    """Where updates go at present."""
    info = await bot.get_webhook_info()
    return WebhookState(info.url, info.pending_update_count, info.last_error_message or "")


async def username(bot: telegram.Bot) -> str:
    """The bot's name in links."""
    return (await bot.get_me()).username or ""


async def present(bot: telegram.Bot, presentations: Mapping[str, Presentation]) -> None:
    """Set commands and descriptions per language; English also stands for languages that are not there."""
    for language, shown in presentations.items():
        for code in (None, language) if language == "en" else (language,):
            await bot.set_my_commands(list(shown.commands.items()), language_code=code)
            if shown.description:
                await bot.set_my_description(shown.description, language_code=code)
            if shown.short_description:
                await bot.set_my_short_description(shown.short_description, language_code=code)


def deep_link(username: str) -> str:
    """What an invitation's code is appended to."""
    return f"https://t.me/{username}?start="
