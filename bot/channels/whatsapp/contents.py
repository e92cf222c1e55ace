"""The contents that buttons and templates are sent by: their names, and which of them an account has.

WhatsApp takes buttons only through contents made before. Ours are empty forms: each line of the text, each title
and each payload is a variable. A variable may hold no line feed (Twilio 21656), so there is one form for each
number of lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messages import Opener

MOST_LINES = 9
"""Lines of text that a form takes; a longer text goes out as a message of its own, with the buttons behind it."""

QUICK_REPLIES = range(1, 4)
LIST_ITEMS = range(2, 11)
"""How many choices each kind of form takes in a session (twilio.com/docs/content)."""

NEUTRAL = "en"
"""The language under which forms without words of their own are kept."""

TemplateKind = Opener


def quick_name(buttons: int, lines: int) -> str:
    """The friendly name of a form with reply buttons."""
    return f"scanrelay_quick_{buttons}_{lines}"


def list_name(items: int, lines: int) -> str:
    """The friendly name of a form with a list."""
    return f"scanrelay_list_{items}_{lines}"


def template_name(kind: TemplateKind) -> str:
    """The friendly name of a template; one for each language has it."""
    return f"scanrelay_{kind}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What an account has: the sid of each content by friendly name and language."""

    sids: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def quick(self, buttons: int, lines: int) -> str | None:
        """The sid of a form with reply buttons, None where there is none."""
        return self.sids.get((quick_name(buttons, lines), NEUTRAL))

    def list(self, items: int, lines: int) -> str | None:
        """The sid of a form with a list, None where there is none."""
        return self.sids.get((list_name(items, lines), NEUTRAL))

    def template(self, kind: TemplateKind, language: str) -> str | None:
        """The sid of a template in a language, else in English; None where there is neither."""
        name = template_name(kind)
        return self.sids.get((name, language)) or self.sids.get((name, "en"))
