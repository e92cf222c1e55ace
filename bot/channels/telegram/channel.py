"""Telegram as a channel: requests of `outbound` are carried out over python-telegram-bot's `Bot`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote, urlsplit

import telegram
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.actions import ActionSigner
from bot.channels.base import (
    Edit,
    Envelope,
    FetchFailed,
    FileTooBig,
    Part,
    Reader,
    Rejected,
    SendError,
    Sent,
)
from bot.channels.telegram.errors import fetch_error, is_not_editable, is_unchanged, send_error
from bot.channels.telegram.inbound import read_envelope, read_event
from bot.channels.telegram.outbound import (
    EditText,
    Keyboard,
    Payload,
    SendAlbum,
    SendMedia,
    SendText,
    render_message,
)
from bot.channels.telegram.poller import UpdateSource
from bot.channels.telegram.request import AiohttpRequest
from bot.logs import get_logger
from bot.messages import (
    Attachment,
    Capabilities,
    ChoiceTapped,
    InboundEvent,
    Line,
    MediaRef,
    OutboundMessage,
    TapRefused,
)

DOWNLOAD_LIMIT = 20_000_000
"""Bytes that getFile hands out at most (Bot API reference, getFile)."""

_FILE_NAMES = {"photo": "image.jpg", "voice": "voice.ogg", "video": "clip.mp4", "document": "file"}
_log = get_logger("telegram")

_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)

Media = telegram.InputMediaPhoto | telegram.InputMediaVideo | telegram.InputMediaDocument


class TelegramChannel:
    """The Channel of Telegram; `start` before the first request, `stop` at the end."""

    name = "telegram"
    capabilities = Capabilities(
        edits=True,
        albums=True,
        tells_delivered=False,
        tells_read=False,
        upload_limit=DOWNLOAD_LIMIT,
        quotes=True,
    )

    def __init__(self, token: str, *, api_url: str, key: bytes) -> None:
        """`api_url`: scheme and host of the Bot API; `key`: signs the buttons."""
        self._request = AiohttpRequest()
        self._host = api_url.rstrip("/")
        self.bot = telegram.Bot(
            token,
            base_url=f"{self._host}/bot",
            base_file_url=f"{self._host}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._bot_id = token.partition(":")[0]
        self._signer = ActionSigner(key)

    async def start(self) -> None:
        """Open the connection pool; asks nothing of the vendor."""
        await self._request.initialize()

    async def stop(self) -> None:
        """Close the connection pool."""
        await self._request.shutdown()

    def updates(self) -> UpdateSource:
        """Where a poller gets this bot's updates."""
        return UpdateSource(self._request, url=self.bot.base_url)

    def envelope(self, raw: bytes) -> Envelope:
        """See Channel."""
        return read_envelope(raw, self._bot_id)

    def parse(self, raw: bytes) -> InboundEvent:
        """See Channel."""
        return read_event(raw, self._signer)

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        """See Channel."""
        return render_message(message, reader=reader, signer=self._signer, edit=edit, repeat=repeat)

    async def send(self, part: Part, files: Mapping[str, bytes]) -> Sent:
        """See Channel; a group is left once it has been told why."""
        payload = part.payload
        if not isinstance(payload, Payload):
            raise Rejected("not a request of this channel")
        try:
            return Sent(await self._carry_out(payload, files))
        except TelegramError as error:
            raise self._refused(error, payload) from None
        finally:
            if payload.chat_id < 0:
                await self._leave(payload.chat_id)

    async def fetch(self, attachment: Attachment) -> bytes:
        """See Channel."""
        if attachment.size is not None and attachment.size > DOWNLOAD_LIMIT:
            raise FileTooBig("over the limit of the Bot API")
        try:
            file = await self.bot.get_file(attachment.file_id)
            return await self._request.download(self._link(file.file_path or ""), cap=DOWNLOAD_LIMIT)
        except TelegramError as error:
            raise fetch_error(error) from None

    async def forget(self, attachment: Attachment) -> None:
        """See Channel: a bot can't delete what a person sent."""

    async def settle(self, event: InboundEvent) -> None:
        """See Channel: stops the spinner of a tapped button."""
        if not isinstance(event, ChoiceTapped | TapRefused) or not event.tap_id:
            return
        try:
            await self.bot.answer_callback_query(event.tap_id)
        except TelegramError as error:
            _log.info("tap_not_settled", error=type(error).__name__)

    def _link(self, path: str) -> str:
        """A download link with its path encoded; a server that answers with another place is not followed."""
        if not path.startswith(f"{self._host}/file/bot"):
            raise FetchFailed("the file is said to be on another host")
        parts = urlsplit(path)
        return f"{parts.scheme}://{parts.netloc}{quote(parts.path)}"

    async def _leave(self, chat_id: int) -> None:
        try:
            await self.bot.leave_chat(chat_id)
        except TelegramError as error:
            _log.info("group_not_left", error=type(error).__name__)

    async def _carry_out(self, payload: Payload, files: Mapping[str, bytes]) -> tuple[str, ...]:
        match payload:
            case SendText():
                return _ids([await self._send_text(payload)])
            case SendMedia(file=file):
                message = await self._send_media(payload, files[file.blob_id])
                self._compare(message, len(files[file.blob_id]))
                return _ids([message])
            case SendAlbum():
                return _ids(await self._send_album(payload, files))
            case EditText():
                return await self._edit(payload)

    async def _send_text(self, payload: SendText) -> telegram.Message:
        return await self.bot.send_message(
            payload.chat_id,
            payload.html,
            parse_mode=ParseMode.HTML,
            reply_markup=_markup(payload.keyboard),
            reply_parameters=_reply(payload.reply_to),
            link_preview_options=_NO_PREVIEW,
        )

    async def _send_media(self, payload: SendMedia, content: bytes) -> telegram.Message:
        sends: dict[str, Callable[..., Awaitable[telegram.Message]]] = {
            "photo": self.bot.send_photo,
            "voice": self.bot.send_voice,
            "video": self.bot.send_video,
            "document": self.bot.send_document,
        }
        return await sends[payload.file.media](
            payload.chat_id,
            content,
            caption=payload.html or None,
            parse_mode=ParseMode.HTML if payload.html else None,
            reply_markup=_markup(payload.keyboard),
            reply_parameters=_reply(payload.reply_to),
            filename=_filename(payload.file),
        )

    async def _send_album(self, payload: SendAlbum, files: Mapping[str, bytes]) -> Sequence[telegram.Message]:
        captions = [payload.html, *[""] * (len(payload.files) - 1)]
        media = [
            _album_item(file, files[file.blob_id], caption)
            for file, caption in zip(payload.files, captions, strict=True)
        ]
        return await self.bot.send_media_group(
            payload.chat_id, media, reply_parameters=_reply(payload.reply_to)
        )

    async def _edit(self, payload: EditText) -> tuple[str, ...]:
        try:
            await self._edit_once(payload)
        except TelegramError as error:
            if is_not_editable(error) and payload.afresh is not None:
                return _ids([await self._send_text(payload.afresh)])
            if not is_unchanged(error) and not is_not_editable(error):
                raise
        return (str(payload.message_id),)

    async def _edit_once(self, payload: EditText) -> None:
        markup = _markup(payload.keyboard)
        if payload.is_caption:
            await self.bot.edit_message_caption(
                payload.chat_id,
                payload.message_id,
                caption=payload.html or None,
                parse_mode=ParseMode.HTML if payload.html else None,
                reply_markup=markup,
            )
        else:
            await self.bot.edit_message_text(
                payload.html,
                payload.chat_id,
                payload.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )

    def _refused(self, error: TelegramError, payload: Payload) -> SendError:
        refusal = send_error(error)
        _log.info("send_refused", kind=type(payload).__name__, error=type(refusal).__name__)
        return refusal

    def _compare(self, message: telegram.Message, sent: int) -> None:
        """Telegram may encode a photo again: by how many bytes it grew or shrank is worth knowing."""
        kept = message.photo[-1].file_size if message.photo else None
        if kept is not None and kept != sent:
            _log.info("photo_encoded_again", count=kept - sent)


def _ids(messages: Sequence[telegram.Message]) -> tuple[str, ...]:
    return tuple(str(message.message_id) for message in messages)


def _markup(keyboard: Keyboard) -> telegram.InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return telegram.InlineKeyboardMarkup(
        [
            [telegram.InlineKeyboardButton(button.text, callback_data=button.data) for button in row]
            for row in keyboard
        ]
    )


def _reply(message_id: int | None) -> telegram.ReplyParameters | None:
    """The quoted message may be gone by then: the answer goes out all the same."""
    if message_id is None:
        return None
    return telegram.ReplyParameters(message_id, allow_sending_without_reply=True)


def _filename(file: MediaRef) -> str:
    return file.name or _FILE_NAMES[file.media]


def _album_item(file: MediaRef, content: bytes, caption: str) -> Media:
    kinds: dict[str, type[Media]] = {
        "photo": telegram.InputMediaPhoto,
        "video": telegram.InputMediaVideo,
        "document": telegram.InputMediaDocument,
    }
    return kinds[file.media](
        content,
        caption=caption or None,
        parse_mode=ParseMode.HTML if caption else None,
        filename=_filename(file),
    )
