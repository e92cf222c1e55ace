"""An outbound message becomes Bot API requests, as values: pure, and the same number of them every time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

from bot.channels.actions import ActionSigner
from bot.channels.base import Edit, Part, Reader
from bot.channels.plain import clean
from bot.channels.taming import tame
from bot.channels.telegram.html import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Page,
    Piece,
    Style,
    length,
    paginate,
    to_html,
)
from bot.messages import (
    CARD_NAME,
    CARD_TYPE,
    Address,
    Choice,
    Drawing,
    Line,
    MediaRef,
    OutboundMessage,
    Text,
    Verbatim,
)

DRAWING = "drawing"
"""The blob id under which the bytes of a message's drawing come to `send`."""

_Item = TypeVar("_Item")

ALBUM_LIMIT = 10
_ROW_LIMIT = 8

# The mark of a possible repeat comes on top of a text already cut into parts. Its room is always kept free,
# so that a repeat has the same parts as the first try and the count of parts already sent still holds.
_REPEAT_ROOM = 200

# A keyboard needs words to hang on; a message of nothing but buttons gets a sign that needs no language.
_POINTER = Piece("\N{WHITE DOWN POINTING BACKHAND INDEX}")


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard and its callback data."""

    text: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class SendText:
    """sendMessage."""

    chat_id: int
    html: str
    keyboard: Keyboard = ()
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class SendMedia:
    """sendPhoto, sendVoice, sendVideo or sendDocument, by the kind of its file."""

    chat_id: int
    file: MediaRef
    html: str = ""
    keyboard: Keyboard = ()
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class SendAlbum:
    """sendMediaGroup of 2 to 10 files; the caption is the first one's."""

    chat_id: int
    files: tuple[MediaRef, ...]
    html: str = ""
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class EditText:
    """editMessageText, or editMessageCaption of a message with media; no keyboard takes the old one away.

    `afresh` is what to send when the old message is no longer there to be edited.
    """

    chat_id: int
    message_id: int
    html: str
    keyboard: Keyboard = ()
    is_caption: bool = False
    afresh: SendText | None = None


Payload = SendText | SendMedia | SendAlbum | EditText


@dataclass(frozen=True, slots=True)
class _Draft:
    """What all requests of one message share."""

    chat_id: int
    pieces: tuple[Piece, ...]
    keyboard: Keyboard
    mark: tuple[Piece, ...]
    reply_to: int | None
    files: tuple[MediaRef, ...] = field(default=())

    def marked(self, page: Page) -> str:
        return to_html((*self.mark, *page))


def chat_id_of(address: Address) -> int:
    """The chat of a Telegram address."""
    return int(address.partition(":")[2])


def render_message(
    message: OutboundMessage, *, reader: Reader, signer: ActionSigner, edit: Edit | None, repeat: Line | None
) -> tuple[Part, ...]:
    """The requests that say `message`; see `Channel.render`."""
    draft = _Draft(
        chat_id_of(message.to),
        tuple(_piece(line, reader) for line in message.body),
        _keyboard(message, reader, signer),
        _mark(repeat, reader),
        int(message.quotes) if message.quotes and message.quotes.isdecimal() else None,
        _files(message),
    )
    if edit is not None and (message.edit_only or not draft.files):
        return tuple(_part(payload) for payload in _edited(draft, edit, edit_only=message.edit_only))
    return () if message.edit_only else tuple(_part(payload) for payload in _sent(draft))


def _part(payload: Payload) -> Part:
    match payload:
        case SendMedia(file=file):
            files: tuple[MediaRef, ...] = (file,)
        case SendAlbum(files=files):
            pass
        case _:
            files = ()
    return Part(payload, files)


# --- words --------------------------------------------------------------------------------------------------


def _piece(line: Line, reader: Reader) -> Piece:
    style = _style(line)
    # A block quotation is set off already; quotation marks would do it twice.
    shown = replace(line, quoted=False) if isinstance(line, Verbatim) else line
    return Piece(clean(reader.say(tame(shown))), style)


def _style(line: Line) -> Style:
    match line:
        case Text(strong=True):
            return Style.STRONG
        case Verbatim(quoted=True):
            return Style.QUOTED
        case _:
            return Style.PLAIN


def _mark(repeat: Line | None, reader: Reader) -> tuple[Piece, ...]:
    if repeat is None:
        return ()
    piece = _piece(repeat, reader)
    first = paginate([piece], _REPEAT_ROOM - 1)
    return first[0] if first else ()


def _keyboard(message: OutboundMessage, reader: Reader, signer: ActionSigner) -> Keyboard:
    ordered = sorted(message.choices, key=lambda choice: choice.row)
    rows = (list(group) for _, group in groupby(ordered, key=lambda choice: choice.row))
    return tuple(
        tuple(_button(choice, message.to, reader, signer) for choice in chunk)
        for row in rows
        for chunk in _chunked(row, _ROW_LIMIT)
    )


def _button(choice: Choice, address: Address, reader: Reader, signer: ActionSigner) -> Button:
    label = " ".join(clean(reader.say(tame(choice.label))).split())
    return Button(label, signer.sign(address, choice.action))


# --- files --------------------------------------------------------------------------------------------------


def _files(message: OutboundMessage) -> tuple[MediaRef, ...]:
    return (*_drawn(message.drawing), *message.media)


def _drawn(drawing: Drawing | None) -> tuple[MediaRef, ...]:
    if drawing is None:
        return ()
    if drawing.drawing == "contact_card":
        return (MediaRef(DRAWING, "document", CARD_TYPE, 0, CARD_NAME),)
    return (MediaRef(DRAWING, "photo", "image/jpeg", 0),)


def _bundles(files: Sequence[MediaRef]) -> list[tuple[MediaRef, ...]]:
    """Files that can travel together: pictures and videos mix, documents keep apart, voices go alone."""
    seen = [file for file in files if file.media in ("photo", "video")]
    documents = [file for file in files if file.media == "document"]
    voices = [(file,) for file in files if file.media == "voice"]
    return [*_chunked(seen, ALBUM_LIMIT), *_chunked(documents, ALBUM_LIMIT), *voices]


def _chunked(items: Sequence[_Item], size: int) -> list[tuple[_Item, ...]]:
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]


# --- requests -----------------------------------------------------------------------------------------------


def _sent(draft: _Draft) -> Iterable[Payload]:
    pages = paginate(draft.pieces, TEXT_LIMIT - _REPEAT_ROOM)
    if len(draft.files) == 1 and sum(map(length, pages)) <= CAPTION_LIMIT - _REPEAT_ROOM:
        caption = draft.marked(pages[0] if pages else ())
        return [SendMedia(draft.chat_id, draft.files[0], caption, draft.keyboard, draft.reply_to)]
    files = [_bundle(draft, bundle, first=not place) for place, bundle in enumerate(_bundles(draft.files))]
    if not pages and draft.keyboard:
        pages = ((_POINTER,),)
    return [*files, *_texts(draft, pages, quoting=not files)]


def _bundle(draft: _Draft, bundle: tuple[MediaRef, ...], *, first: bool) -> Payload:
    reply_to = draft.reply_to if first else None
    if len(bundle) == 1:
        return SendMedia(draft.chat_id, bundle[0], draft.marked(()), reply_to=reply_to)
    return SendAlbum(draft.chat_id, bundle, draft.marked(()), reply_to)


def _texts(draft: _Draft, pages: tuple[Page, ...], *, quoting: bool) -> Iterable[SendText]:
    last = len(pages) - 1
    return [
        SendText(
            draft.chat_id,
            draft.marked(page),
            draft.keyboard if place == last else (),
            draft.reply_to if quoting and not place else None,
        )
        for place, page in enumerate(pages)
    ]


def _edited(draft: _Draft, edit: Edit, *, edit_only: bool) -> Iterable[Payload]:
    """An edit is one request; what does not fit into the old message comes as new ones behind it."""
    limit = CAPTION_LIMIT if edit.has_media else TEXT_LIMIT
    pages = paginate(draft.pieces, limit - _REPEAT_ROOM)
    if not pages and not edit.has_media:
        pages = ((_POINTER,),) if draft.keyboard else ()
    if len(pages) > 1 and not edit_only:
        return _sent(draft)
    if not pages and not edit.has_media:
        return ()
    text = draft.marked(pages[0] if pages else ())
    afresh = None if edit_only or not text else SendText(draft.chat_id, text, draft.keyboard, draft.reply_to)
    return [EditText(draft.chat_id, int(edit.message_id), text, draft.keyboard, edit.has_media, afresh)]
