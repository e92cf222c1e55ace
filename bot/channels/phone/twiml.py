"""What a call says and which keys it takes, as TwiML (twilio.com/docs/voice/twiml)."""

from collections.abc import Mapping
from dataclasses import dataclass

from twilio.twiml.voice_response import VoiceResponse

FALLBACK = "en"
"""The language for whoever's own no voice speaks."""

VOICES: Mapping[str, tuple[str, str]] = {
    "en": ("en-IN", "Google.en-IN-Standard-A"),
    "hi": ("hi-IN", "Google.hi-IN-Standard-A"),
    "gu": ("gu-IN", "Google.gu-IN-Standard-C"),
    "kn": ("kn-IN", "Google.kn-IN-Standard-C"),
    "ml": ("ml-IN", "Google.ml-IN-Wavenet-C"),
    "mr": ("mr-IN", "Google.mr-IN-Standard-A"),
    "pa": ("pa-IN", "Google.pa-IN-Standard-A"),
    "ta": ("ta-IN", "Google.ta-IN-Standard-C"),
    "te": ("te-IN", "Google.te-IN-Standard-A"),
}
"""Twilio's `language` and `voice` by our language, as of its list (twilio.com/docs/voice/twiml/say/text-speech).

Voices are Google's and may change: a wrong pair fails the call, and its page then goes to the next person.
"""

_KEY_SECONDS = 6
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Question:
    """What is said until a key is pressed, and after it was not; `action` is where the key goes."""

    words: str
    goodbye: str
    action: str
    language: str


def ask(question: Question) -> str:
    """A document that asks twice for one key and then says goodbye."""
    response = VoiceResponse()
    response.pause(length=1)
    for _ in range(_TIMES):
        gather = response.gather(
            input="dtmf", num_digits=1, timeout=_KEY_SECONDS, action=question.action, method="POST"
        )
        _say(gather, question.words, question.language)
    _say(response, question.goodbye, question.language)
    return str(response)


def tell(words: str, language: str) -> str:
    """A document that says something and hangs up."""
    response = VoiceResponse()
    _say(response, words, language)
    response.hangup()
    return str(response)


def voice_of(language: str) -> str:
    """In which of our languages somebody is spoken to."""
    return language if language in VOICES else FALLBACK


def _say(verb: VoiceResponse, words: str, language: str) -> None:
    locale, voice = VOICES[language]
    verb.say(words, language=locale, voice=voice)
