"""Calls as a channel: a machine says that something waits, a key takes or declines it, the chat says the rest."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.base.exceptions import TwilioException

from bot.channels.actions import ActionSigner
from bot.channels.base import Edit, Envelope, Malformed, OutcomeUnknown, Part, Reader, Rejected, Sent
from bot.channels.phone.line import PhoneLine, number_in, read_form
from bot.channels.phone.twiml import Question, ask, tell, voice_of
from bot.channels.plain import clean
from bot.channels.twilio.errors import send_error
from bot.logs import get_logger
from bot.messages import (
    Address,
    CallEnded,
    Capabilities,
    ChoiceTapped,
    Ignored,
    InboundEvent,
    Line,
    OutboundMessage,
    TapRefused,
    Text,
)

Words = Callable[[Line, str], str]
"""Says a line in a language."""

PATH = "/twilio/voice"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
_MOST_KEYS = 9

_RING_SECONDS = 25
"""Most voicemail takes a call after thirty; what it hears would count as heard."""
_LONGEST_SECONDS = 120

_log = get_logger("voice")


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """One call; `to` in E.164."""

    to: str
    twiml: str


class VoiceChannel(PhoneLine):
    """The Channel of calls.

    The vendor comes to `/twilio/voice` with a key, whose meaning stands signed in the query, or without a query to
    tell that a call is over. What is stored of either is `kept`: the target's line, then the form.
    """

    name = "voice"
    capabilities = Capabilities(
        edits=False, albums=False, tells_delivered=True, tells_read=False, upload_limit=0
    )

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        sender: str,
        api_url: str | None,
        public_url: str,
        words: Words,
        key: bytes,
    ) -> None:
        """As PhoneLine; `words` says what no reader is at hand for, `key` signs the keys' meanings."""
        super().__init__(account_sid, auth_token, sender=sender, api_url=api_url, public_url=public_url)
        self._words = words
        self._signer = ActionSigner(key)

    # --- what comes in

    def kept(self, target: str, form: bytes) -> bytes:
        """A request as the inbox keeps it: `target` is its path with the query."""
        return target.encode() + b"\n" + form

    def answer(self, target: str, form: bytes) -> str:
        """What the call says after a key: not that she has it, for that is not known yet. Empty after its end."""
        query = _query(target)
        if not query or "Digits" not in read_form(form):
            return ""
        language = voice_of(query.get("lang", ""))
        return tell(self._words(Text("voice.thanks"), language), language)

    def envelope(self, raw: bytes) -> Envelope:
        """See Channel: `CallSid:key`, at the end `CallSid:status`."""
        target, _, form = raw.partition(b"\n")
        fields = read_form(form)
        sid, who = fields.get("CallSid", ""), self.person(fields.get("To", ""))
        if not sid or who is None:
            raise Malformed("no call")
        what = "key" if _query(target.decode("latin-1")) else fields.get("CallStatus", "")
        return Envelope(f"{sid}:{what}", who)

    def parse(self, raw: bytes) -> InboundEvent:
        """See Channel: a key is a tap on the choice of that number, in the order in which they were said."""
        target, _, form = raw.partition(b"\n")
        fields = read_form(form)
        sid, who = fields.get("CallSid", ""), self.person(fields.get("To", ""))
        if not sid or who is None:
            return Ignored()
        if query := _query(target.decode("latin-1")):
            return self._key(who, sid, query.get(fields.get("Digits", ""), ""))
        return CallEnded(who, sid) if fields.get("CallStatus") in _OVER else Ignored(who)

    def _key(self, who: Address, sid: str, meaning: str) -> InboundEvent:
        if not meaning:
            return Ignored(who)
        action = self._signer.verify(who, _unpacked(meaning))
        if action is None:
            return TapRefused(who, sid, _EPOCH)
        return ChoiceTapped(who, sid, _EPOCH, action)

    # --- what goes out

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,  # noqa: ARG002  (what was said is said)
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        """See Channel: nobody is called to hear something that no key answers."""
        if not message.choices or message.edit_only:
            return ()
        language = voice_of(reader.language)
        lines = [*message.body, *(choice.label for choice in message.choices[:_MOST_KEYS])]
        if repeat is not None:
            lines.insert(1, Text("voice.may_repeat"))
        question = Question(
            words=" ".join(clean(self._said(line, reader, language)) for line in lines),
            goodbye=self._said(Text("voice.goodbye"), reader, language),
            action=self._action(message, reader, language),
            language=language,
        )
        return (Part(PlaceCall(number_in(reader.address), ask(question))),)

    def _said(self, line: Line, reader: Reader, language: str) -> str:
        return reader.say(line) if language == reader.language else self._words(line, language)

    def _action(self, message: OutboundMessage, reader: Reader, language: str) -> str:
        """Where the keys go. Signs of base64 only: whatever a proxy does to others, the address stays as signed."""
        meanings = {
            str(number): _packed(self._signer.sign(reader.address, choice.action))
            for number, choice in enumerate(message.choices[:_MOST_KEYS], 1)
        }
        return f"{self._public}{PATH}?{urlencode({'lang': language} | meanings)}"

    async def send(self, part: Part, files: Mapping[str, bytes]) -> Sent:  # noqa: ARG002  (the protocol's)
        """See Channel; it is sent once the vendor has taken the call on, long before anybody answers."""
        call = part.payload
        if not isinstance(call, PlaceCall):
            raise Rejected("not a request of this channel")
        try:
            placed = await self._client.calls.create_async(
                to=call.to,
                from_=self._sender,
                twiml=call.twiml,
                timeout=_RING_SECONDS,
                time_limit=_LONGEST_SECONDS,
                status_callback=f"{self._public}{PATH}",
                status_callback_event=["completed"],
            )
        except TwilioException as error:
            refusal = send_error(error)
            _log.info("call_refused", error=type(refusal).__name__)
            raise refusal from None
        if not placed.sid:
            raise OutcomeUnknown("an answer without a sid")
        return Sent((placed.sid,))


def _query(target: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(target).query))


def _packed(data: str) -> str:
    return urlsafe_b64encode(data.encode()).decode().rstrip("=")


def _unpacked(data: str) -> str:
    try:
        return urlsafe_b64decode(data + "=" * (-len(data) % 4)).decode()
    except ValueError:
        return ""
