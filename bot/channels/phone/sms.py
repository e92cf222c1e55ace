"""SMS as a channel: an alert and no more. What is written back is not read.

In India an SMS goes one way, from a number that changes, and may carry no shortened link
(twilio.com/en-us/guidelines/in/sms).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from twilio.base.exceptions import TwilioException

from bot.channels.base import Edit, Envelope, Malformed, OutcomeUnknown, Part, Reader, Rejected, Sent
from bot.channels.phone.line import Form, PhoneLine, number_in, read_form
from bot.channels.plain import clean, units
from bot.channels.twilio.errors import failure, send_error, why
from bot.logs import get_logger
from bot.messages import Capabilities, DeliveryReported, Ignored, InboundEvent, Line, OutboundMessage

MOST_SEGMENTS = 3
"""Each is paid for and may come late: what does not fit is left out, the alert itself never."""

_VALID_SECONDS = 3600
"""An alert that a phone gets hours later would only confuse: the case has gone on by then."""

# The alphabet that needs seven bits a sign, and its signs that need fourteen (3GPP TS 23.038).
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")

_log = get_logger("sms")


@dataclass(frozen=True, slots=True)
class SendSms:
    """One SMS; `to` in E.164."""

    to: str
    body: str


class SmsChannel(PhoneLine):
    """The Channel of SMS."""

    name = "sms"
    capabilities = Capabilities(
        edits=False, albums=False, tells_delivered=True, tells_read=False, upload_limit=0
    )

    def envelope(self, raw: bytes) -> Envelope:
        """See Channel: `MessageSid`, for a status `MessageSid:status`."""
        form = read_form(raw)
        sid, status = form.get("MessageSid", ""), _status(form)
        who = self.person(form.get("To" if status else "From", ""))
        if not sid or who is None:
            raise Malformed("no SMS")
        return Envelope(f"{sid}:{status}" if status else sid, who)

    def parse(self, raw: bytes) -> InboundEvent:
        """See Channel: how far an SMS of ours has come; Twilio itself minds who writes STOP."""
        form = read_form(raw)
        who = self.person(form.get("To", ""))
        match _status(form):
            case "sent" | "delivered" as status if who:
                return DeliveryReported(who, form.get("MessageSid", ""), status)
            case "undelivered" | "failed" as status if who:
                code = form.get("ErrorCode", "")
                reason = why(int(code) if code.isdecimal() else 0)
                return DeliveryReported(who, form.get("MessageSid", ""), status, reason)
            case _:
                return Ignored()

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,  # noqa: ARG002  (what was sent stays)
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        """See Channel: one SMS with the lines that fit, the mark of a repeat before them."""
        lines = [clean(reader.say(line)) for line in message.body]
        marked = [clean(reader.say(repeat)), *lines] if repeat else lines
        if message.edit_only or not any(lines):
            return ()
        return (Part(SendSms(number_in(reader.address), _fitting(marked, least=lines[0]))),)

    async def send(self, part: Part, files: Mapping[str, bytes]) -> Sent:  # noqa: ARG002  (the protocol's)
        """See Channel; the vendor tells of delivery at `/twilio/sms`."""
        sms = part.payload
        if not isinstance(sms, SendSms):
            raise Rejected("not a request of this channel")
        try:
            message = await self._client.messages.create_async(
                to=sms.to,
                from_=self._sender,
                body=sms.body,
                validity_period=_VALID_SECONDS,
                status_callback=f"{self._public}/twilio/sms",
            )
        except TwilioException as error:
            refusal = send_error(error)
            _log.info("send_refused", error=type(refusal).__name__)
            raise refusal from None
        if message.error_code:
            raise failure(message.error_code)
        if not message.sid:
            raise OutcomeUnknown("an answer without a sid")
        return Sent((message.sid,))


def segments(text: str) -> int:
    """How many SMS a text takes: 160 seven-bit units or 70 of UTF-16, 153 or 67 where there are several."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length, one, several = sum(1 + (sign in _GSM_TWICE) for sign in text), 160, 153
    else:
        length, one, several = units(text), 70, 67
    return 1 if length <= one else -(-length // several)


def _fitting(lines: list[str], *, least: str) -> str:
    """The lines that fit, in their order; `least` is kept whatever its length, its mark goes first."""
    kept = "\n".join(lines)
    while len(lines) > 1 and segments(kept) > MOST_SEGMENTS:
        lines = lines[:-1] if lines[-1] != least else lines[1:]
        kept = "\n".join(lines)
    return kept


def _status(form: Form) -> str:
    status = form.get("MessageStatus", "").lower()
    return "" if status in ("receiving", "received") else status
