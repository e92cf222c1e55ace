"""Who is in the organisation of a world: the sandbox's people, in the order in which they are called."""

from bot.training import WORLD

_RAO_ON_WHATSAPP = ', "whatsapp:+910000000022"'

EVERYBODY = WORLD.read_text(encoding="utf-8")
"""The sandbox's; Dr Rao has Telegram and WhatsApp."""

ON_TELEGRAM = EVERYBODY.replace(_RAO_ON_WHATSAPP, "")
"""Dr Rao has Telegram only: she is called first, then Dr Khan."""


def called_first(name: str, *, text: str = ON_TELEGRAM) -> str:
    """The same organisation with this specialist on call and the one who was as the backup."""
    head, *tables = text.split("\n[[")
    mine = f'person]]\nname = "{name}"'
    (chosen,) = [table for table in tables if table.startswith(mine)]
    others = [table for table in tables if table is not chosen]
    place = next(n for n, table in enumerate(others) if table.startswith("person]]"))
    return "\n[[".join([head, *others[:place], chosen, *others[place:]])
