"""The TwiML of a call: what is said, where a digit is waited for, what comes after (twilio.com/docs/voice/twiml)."""

from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree as ET

_ROOT = "Response"


class BadTwiml(Exception):
    """Not TwiML, or a verb that this vendor does not know; `code` is Twilio's number (12100, 12200)."""

    def __init__(self, code: int) -> None:
        """The number of the error."""
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Say:
    """Words, in a language of Twilio's such as "hi-IN"; `loop` times."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """A recording."""

    url: str


@dataclass(frozen=True, slots=True)
class Gather:
    """Wait for digits and post them to `action` (blank: where this TwiML came from)."""

    says: tuple["Say | Play", ...]
    action: str = ""
    digits: int = 0
    timeout: float = 5.0
    finish_key: str = "#"
    even_empty: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with the TwiML at a URL."""

    url: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end."""


Verb: TypeAlias = Say | Play | Gather | Redirect | HangUp


def parse(text: str) -> tuple[Verb, ...]:
    """The verbs of a document; raises BadTwiml."""
    # An entity could grow without end; TwiML has none.
    if "<!" in text.replace("<!--", ""):
        raise BadTwiml(12100)
    try:
        root = ET.fromstring(text.strip())  # noqa: S314 - no entities, see above
    except ET.ParseError as error:
        raise BadTwiml(12100) from error
    if root.tag != _ROOT:
        raise BadTwiml(12100)
    return tuple(made for one in root if (made := _verb(one)) is not None)


def spoken(verbs: tuple[Verb, ...]) -> str:
    """All words of a document in their order."""
    inside = [part for one in verbs for part in (one.says if isinstance(one, Gather) else (one,))]
    return " ".join(one.text for one in inside if isinstance(one, Say))


def _verb(one: ET.Element) -> Verb | None:
    words = (one.text or "").strip()
    match one.tag:
        case "Say":
            return Say("".join(one.itertext()).strip(), one.get("language", ""))
        case "Play":
            return Play(words)
        case "Gather":
            return _gather(one)
        case "Redirect":
            return Redirect(words)
        case "Hangup" | "Reject":
            return HangUp()
        case "Pause":
            # Nothing takes time here but waiting for a person.
            return None
        case _:
            raise BadTwiml(12200)


def _gather(one: ET.Element) -> Gather:
    inside = tuple(made for part in one if (made := _verb(part)) is not None)
    if not all(isinstance(part, Say | Play) for part in inside):
        raise BadTwiml(12200)
    return Gather(
        tuple(part for part in inside if isinstance(part, Say | Play)),
        one.get("action", ""),
        int(one.get("numDigits", "0")),
        float(one.get("timeout", "5")),
        one.get("finishOnKey", "#"),
        one.get("actionOnEmptyResult", "false") == "true",
    )
