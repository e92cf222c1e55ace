"""How the bot shows itself at its vendors: Telegram's menu and descriptions, the words of WhatsApp's templates."""

from datetime import UTC
from typing import get_args

from bot.channels.telegram.setup import Presentation
from bot.channels.whatsapp.contents import TemplateKind
from bot.channels.whatsapp.setup import TemplateText, TemplateTexts
from bot.clock import SystemClock
from bot.language.catalogue import Catalogue, CatalogueError
from bot.messages import Text

_MENU = ("new", "status", "help", "language", "who", "emergency")
"""Commands in the chat's menu, the likeliest first; their descriptions are `command.<name>`."""


def template_texts(catalogue: Catalogue) -> TemplateTexts:
    """What the templates say, in every language that is shipped."""
    return {
        kind: {language: _template_text(catalogue, kind, language) for language in catalogue.languages}
        for kind in get_args(TemplateKind)
    }


def _template_text(catalogue: Catalogue, kind: TemplateKind, language: str) -> TemplateText:
    now = SystemClock().now()
    words = Text(f"whatsapp.{kind}", {"reference": "{{1}}"})
    return TemplateText(
        catalogue.render(words, language, now, zone=UTC),
        catalogue.render(Text("whatsapp.open"), language, now, zone=UTC),
    )


def presentations(catalogue: Catalogue) -> dict[str, Presentation]:
    """How the bot shows itself, in every language that is shipped."""
    return {language: _presentation(catalogue, language) for language in catalogue.languages}


def _presentation(catalogue: Catalogue, language: str) -> Presentation:
    return Presentation(
        commands={name: said(catalogue, f"command.{name}", language) for name in _MENU},
        description=said(catalogue, "telegram.description", language),
        short_description=said(catalogue, "telegram.short_description", language),
    )


def said(catalogue: Catalogue, msgid: str, language: str) -> str:
    """A text without placeholders; empty where no catalogue has it, which leaves the vendor's as it is."""
    try:
        return catalogue.render(Text(msgid), language, SystemClock().now(), zone=UTC)
    except CatalogueError:
        return ""
