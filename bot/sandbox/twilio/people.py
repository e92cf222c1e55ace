"""Who has a phone: all invented, with numbers that are kept free for fiction."""

from dataclasses import dataclass

BOT_NUMBER = "+12025550100"


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """One phone; `number` in E.164; without WhatsApp it has SMS and calls only."""

    id: str
    name: str
    number: str
    language: str = "en"
    whatsapp: bool = True


PEOPLE = (
    PhoneSpec("asha", "Asha Devi", "+12025550101", "hi"),
    PhoneSpec("meena", "Meena Kumari", "+12025550102"),
    PhoneSpec("rao", "Dr Kavita Rao", "+12025550111"),
    PhoneSpec("khan", "Dr Imran Khan", "+12025550112"),
    PhoneSpec("sunita", "Sunita Patil", "+12025550121"),
    PhoneSpec("landline", "PHC Rampur, office", "+12025550131", whatsapp=False),
)
