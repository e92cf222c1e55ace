"""Who has a phone: all invented, with numbers that are kept free for fiction."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

BOT_NUMBER = "+12025550100"


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """One phone; `number` in E.164; without WhatsApp it has SMS and calls only.

    `role` is what the page says of its person; `shown` False: off the page until asked for.
    """

    id: str
    name: str
    number: str
    language: str = "en"
    whatsapp: bool = True
    role: str = ""
    shown: bool = True


PEOPLE = (
    PhoneSpec("asha", "Asha Devi", "+12025550101", "hi"),
    PhoneSpec("meena", "Meena Kumari", "+12025550102"),
    PhoneSpec("rao", "Dr Kavita Rao", "+12025550111"),
    PhoneSpec("khan", "Dr Imran Khan", "+12025550112"),
    PhoneSpec("sunita", "Sunita Patil", "+12025550121"),
    PhoneSpec("landline", "PHC Rampur, office", "+12025550131", whatsapp=False),
)


def read_people(path: Path) -> tuple[PhoneSpec, ...]:
    """The `[[phone]]` tables of a world file that have a `number`."""
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("phone", [])
    return tuple(PhoneSpec(**table) for table in tables if "number" in table)
