"""WhatsApp as a channel: requests of `outbound` are carried out over Twilio's SDK."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.actions import ActionSigner
from bot.channels.base import (
    Edit,
    Envelope,
    FetchFailed,
    FileTooBig,
    NotSent,
    OutcomeUnknown,
    Part,
    Reader,
    Rejected,
    SendError,
    Sent,
)
from bot.channels.twilio.client import TwilioHttp
from bot.channels.twilio.errors import failure, send_error
from bot.channels.twilio.media import MEDIA_LIMIT, Credentials, TwilioMedia
from bot.channels.twilio.signature import is_genuine
from bot.channels.whatsapp.contents import Contents
from bot.channels.whatsapp.inbound import PREFIX, read_envelope, read_event
from bot.channels.whatsapp.outbound import (
    Look,
    Payload,
    SendContent,
    SendMedia,
    SendText,
    render_message,
)
from bot.logs import get_logger
from bot.messages import Attachment, Capabilities, DeliveryReported, InboundEvent, Line, OutboundMessage

MediaUrl = Callable[[str], str]
"""Gives the public HTTPS address under which the vendor can fetch a file, by its subject, for the next hours.

Twilio takes media by address only. What answers under it needs the file's true content type, HEAD beside GET, and
`Content-Disposition` with a name of at most 20 signs.
"""

Known = Callable[[Sequence[str]], Awaitable[frozenset[str]]]
"""Of these message ids, those whose forms came already."""

_API = "https://api.twilio.com"
SESSION = timedelta(hours=24)
"""After a person's last message (WhatsApp's rule; beyond it Twilio answers 63016)."""

_ENDS = ("delivered", "undelivered", "failed")
_log = get_logger("whatsapp")


class WhatsAppChannel:
    """The Channel of WhatsApp; `start` before the first request, `stop` at the end."""

    name = "whatsapp"
    capabilities = Capabilities(
        edits=False,
        albums=False,
        tells_delivered=True,
        tells_read=True,
        upload_limit=MEDIA_LIMIT,
        session=SESSION,
        numbers=True,
    )

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        sender: str,
        api_url: str | None,
        public_url: str,
        media_url: MediaUrl,
        list_label: Line,
        key: bytes,
        contents: Contents | None = None,
    ) -> None:
        """`sender`: our number, with or without `whatsapp:`. `api_url`: in place of all of Twilio's hosts.

        `public_url`: where the vendor reaches this service. `list_label`: what the button says that opens a list, at
        most 20 signs. `key`: signs the buttons. `contents`: see `use`.
        """
        self._http = TwilioHttp(api_url)
        self.client = Client(account_sid, auth_token, http_client=self._http)
        self._account = account_sid
        self._token = auth_token
        self._media = TwilioMedia(self._http, Credentials(account_sid, auth_token))
        self._sender = PREFIX + sender.removeprefix(PREFIX)
        self._public = public_url.rstrip("/")
        self._media_url = media_url
        self._look = Look(contents or Contents(), ActionSigner(key), list_label)
        self._knows_contents = contents is not None

    async def start(self) -> None:
        """Open the connection pool; asks nothing of the vendor."""
        await self._http.start()

    async def stop(self) -> None:
        """Close the connection pool."""
        await self._http.stop()

    def use(self, contents: Contents) -> None:
        """What the account can send by from now on; without any, choices are numbers to type."""
        self._knows_contents = True
        self._look = replace(self._look, contents=contents)

    def is_genuine(self, path: str, raw: bytes, signature: str) -> bool:
        """Whether a form that came to `path` (with its query) of our public address was signed by the vendor."""
        return is_genuine(self._public + path, raw, signature, self._token)

    def envelope(self, raw: bytes) -> Envelope:
        """See Channel."""
        return read_envelope(raw)

    def parse(self, raw: bytes) -> InboundEvent:
        """See Channel."""
        return read_event(raw, self._look.signer)

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,  # noqa: ARG002  (nothing can be edited here: what replaces a message is a new one)
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        """See Channel; NotSent for a template as long as the account's are not known: after each start."""
        if message.is_template and not self._knows_contents:
            raise NotSent("contents not read yet")
        return render_message(message, reader=reader, look=self._look, repeat=repeat)

    async def send(self, part: Part, files: Mapping[str, bytes]) -> Sent:  # noqa: ARG002  (it fetches them itself)
        """See Channel; the vendor tells of delivery at `/twilio/status`."""
        payload = part.payload
        if not isinstance(payload, Payload):
            raise Rejected("not a request of this channel")
        try:
            message = await self.client.messages.create_async(
                to=payload.to,
                from_=self._sender,
                status_callback=f"{self._public}/twilio/status",
                **self._fields(payload),
            )
        except TwilioException as error:
            raise self._refused(send_error(error), payload) from None
        if message.error_code:
            raise self._refused(failure(message.error_code), payload)
        if not message.sid:
            raise OutcomeUnknown("an answer without a sid")
        return Sent((message.sid,))

    def _fields(self, payload: Payload) -> dict[str, object]:
        match payload:
            case SendText(body=body):
                return {"body": body}
            case SendMedia(subject=subject, body=body):
                return {"media_url": [self._media_url(subject)]} | ({"body": body} if body else {})
            case SendContent(content_sid=sid, variables=variables):
                numbered = {str(place): value for place, value in enumerate(variables, 1)}
                return {"content_sid": sid, "content_variables": json.dumps(numbered, ensure_ascii=False)}

    def _refused(self, refusal: SendError, payload: Payload) -> SendError:
        _log.info("send_refused", kind=type(payload).__name__, error=type(refusal).__name__)
        return refusal

    async def fetch(self, attachment: Attachment) -> bytes:
        """See Channel."""
        if attachment.size is not None and attachment.size > MEDIA_LIMIT:
            raise FileTooBig("over the limit of WhatsApp")
        return await self._media.fetch(attachment.file_id)

    async def settle(self, event: InboundEvent) -> None:
        """See Channel: the vendor's copies of what was delivered go; no read marks, which are not for health data."""
        if isinstance(event, DeliveryReported) and event.status in _ENDS:
            await self._forget_files_of(event.message_id)

    async def forget(self, attachment: Attachment) -> None:
        """See Channel."""
        try:
            await self._media.delete(attachment.file_id)
        except TwilioException as error:
            _log.warning("files_not_deleted", error=type(error).__name__)

    async def _forget_files_of(self, message_id: str) -> None:
        try:
            for url, _ in await self._files_of(message_id):
                await self._media.delete(url)
        except TwilioException as error:
            _log.warning("files_not_deleted", error=type(error).__name__)

    async def recent(self, since: datetime, *, known: Known) -> list[bytes]:
        """What people wrote from `since` on and is not `known`, oldest first, as the webhook's forms; FetchFailed.

        Twilio gives a webhook up after fifteen seconds, so what a restart swallowed is looked up here. The list of
        messages tells less than a webhook: not which button was tapped, which message is answered, nor a place.
        `DateSent` comes on top.
        """
        try:
            listed = await self.client.messages.list_async(
                to=self._sender, date_sent_after=since.astimezone(UTC)
            )
            told = {one.sid: one for one in reversed(listed) if one.direction == "inbound" and one.sid}
            missed = told.keys() - await known(list(told))
            return [
                await self._form(sid, message, int(message.num_media or 0))
                for sid, message in told.items()
                if sid in missed
            ]
        except TwilioException as error:
            raise FetchFailed(type(error).__name__) from None

    async def _form(self, sid: str, message: object, media: int) -> bytes:
        fields = {
            "SmsMessageSid": sid,
            "NumMedia": str(media),
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": getattr(message, "body", None) or "",
            "To": getattr(message, "to", None) or "",
            "MessageSid": sid,
            "AccountSid": self._account,
            "From": getattr(message, "from_", None) or "",
            "ApiVersion": getattr(message, "api_version", None) or "",
        }
        for place, (url, mime) in enumerate(await self._files_of(sid) if media else []):
            fields |= {f"MediaUrl{place}": url, f"MediaContentType{place}": mime}
        sent_at = getattr(message, "date_sent", None)
        return urlencode(fields | ({"DateSent": format_datetime(sent_at)} if sent_at else {})).encode()

    async def _files_of(self, message_id: str) -> list[tuple[str, str]]:
        """Address and content type of each file of a message."""
        files = await self.client.messages(message_id).media.list_async()
        return [(_API + file.uri.removesuffix(".json"), file.content_type) for file in files]
