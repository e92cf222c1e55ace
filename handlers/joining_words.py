"""What somebody who joins types of herself, as it is kept, and why an invitation does not hold."""

from bot.domain.people import Invite
from bot.messages import Text

LONGEST_NAME = 60
LONGEST_REGISTRATION = 40


def name_in(text: str) -> str:
    """A name; empty for what is none."""
    name = " ".join(text.split())
    fits = 2 <= len(name) <= LONGEST_NAME and sum(sign.isalpha() for sign in name) >= 2
    return name if fits and not name.startswith("/") else ""


def registration_in(text: str) -> str:
    """A registration number or council; empty for what is none."""
    words = " ".join(text.split())
    return words if 0 < len(words) <= LONGEST_REGISTRATION and not words.startswith("/") else ""


def why_not(invite: Invite | None) -> Text:
    """Why an invitation does not hold; None for a code that is none."""
    if invite is None:
        return Text("join.code_unknown")
    return Text("join.code_used" if invite.used_at else "join.code_expired")
