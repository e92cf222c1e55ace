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


def two_coordinators(*shifts: tuple[str, str, str, str]) -> str:
    """The same people with a second coordinator, Ravi, on the phone `stranger`; `shifts`: person, role, start, end.

    Times are of 24 November 2026 in India. To be imported without the rota for practice, which would fill all seats.
    """
    tables = [
        "[[person]]",
        'name = "Ravi Shinde"',
        'roles = ["coordinator"]',
        'addresses = ["telegram:9001"]',
        'language = "en"',
    ]
    for person, role, start, end in shifts:
        tables += ["[[shift]]", 'pool = "Radiology"', f'person = "{person}"', f'role = "{role}"']
        tables += [f"{which} = 2026-11-24T{at}:00+05:30" for which, at in (("start", start), ("end", end))]
    return "\n".join([ON_TELEGRAM, *tables, ""])
