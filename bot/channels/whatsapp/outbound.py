"""An outbound message becomes Twilio requests, as values: pure, and the same number of them every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.channels.actions import ActionSigner
from bot.channels.base import Part, Reader, WindowClosed
from bot.channels.plain import chunks, is_visible, units
from bot.channels.whatsapp.contents import (
    LIST_ITEMS,
    MOST_LINES,
    QUICK_REPLIES,
    Contents,
)
from bot.channels.whatsapp.markup import (
    length,
    marked_lines,
    paginate,
    plain_words,
    shortened,
    variable,
)
from bot.messages import Address, Choice, Line, OutboundMessage
from bot.numbering import numbered

BODY_LIMIT = 1600
CAPTION_LIMIT = 1024
"""Signs of a text, and of one with buttons or a picture (Twilio 21617; twilio.com/docs/content)."""

BUTTON_TITLE = 20
ITEM_TITLE = 24

# The mark of a possible repeat comes on top of a text already cut into parts. Its room is always kept free,
# so that a repeat has the same parts as the first try and the count of parts already sent still holds.
_REPEAT_ROOM = 200
_BEHIND_MARK = " · "
_BESIDE = " · "
_TEXT_ROOM = BODY_LIMIT - _REPEAT_ROOM
_CAPTION_ROOM = CAPTION_LIMIT - _REPEAT_ROOM

# Buttons need words to hang on; a message of nothing but buttons gets a sign that needs no language.
_POINTER = "\N{WHITE DOWN POINTING BACKHAND INDEX}"
_NO_CASE = "ScanRelay"
"""Stands in a template for the reference where a message is about no case."""

_WITH_CAPTION = ("photo", "video")


@dataclass(frozen=True, slots=True)
class SendText:
    """A message of words."""

    to: Address
    body: str


@dataclass(frozen=True, slots=True)
class SendMedia:
    """A message with one file; WhatsApp shows a caption below pictures and clips only.

    `subject` names the file for the link under which the vendor fetches it: `blob/<id>`, with `/<name>` behind it
    where the receiver sees one, or `drawing/<key>`.
    """

    to: Address
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class SendContent:
    """A content with its variables in order, the first being `{{1}}`."""

    to: Address
    content_sid: str
    variables: tuple[str, ...]


Payload = SendText | SendMedia | SendContent


@dataclass(frozen=True, slots=True)
class Look:
    """What rendering needs of the account: its contents, who signs buttons, and what a list's button says."""

    contents: Contents
    signer: ActionSigner
    list_label: Line


@dataclass(frozen=True, slots=True)
class _Button:
    """`number` means it when typed; `is_number`: it is a number itself, so that no other may stand before it."""

    label: str
    payload: str
    number: int
    is_number: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """How choices are offered; `numbered` when the titles say too little and the text lists them in full."""

    titles: tuple[str, ...]
    as_list: bool
    numbered: bool


def render_message(
    message: OutboundMessage, *, reader: Reader, look: Look, repeat: Line | None
) -> tuple[Part, ...]:
    """The requests that say `message`; see `Channel.render`. Nothing can be edited here, nothing be quoted.

    WindowClosed for a template that the account does not have in any language.
    """
    if message.edit_only:
        return ()
    payloads = [_template(message, reader, look)] if message.is_template else _payloads(message, reader, look)
    mark = _mark(repeat, reader)
    return tuple(_part(_with_mark(payload, mark)) for payload in payloads)


def _template(message: OutboundMessage, reader: Reader, look: Look) -> SendContent:
    """What may be said after 24 hours of silence: `{{1}}` is the reference, `{{2}}` what its button brings back."""
    sid = look.contents.template(message.opener, reader.language)
    if sid is None:
        raise WindowClosed(f"no template {message.opener}")
    (button,) = message.choices
    reference = variable(message.reference or _NO_CASE)
    return SendContent(message.to, sid, (reference, look.signer.sign(message.to, button.action)))


def _part(payload: Payload) -> Part:
    # The vendor fetches files itself, so a request needs no bytes of them.
    return Part(payload)


def _payloads(message: OutboundMessage, reader: Reader, look: Look) -> list[Payload]:
    lines = [row for line in message.body for row in marked_lines(line, reader, _TEXT_ROOM)]
    buttons = [
        _button(number, choice, message.to, reader, look) for number, choice in numbered(message.choices)
    ]
    *others, last = _subjects(message) or [""]
    if last and not buttons and _can_carry(message, lines):
        return [
            *(SendMedia(message.to, subject) for subject in others),
            SendMedia(message.to, last, "\n".join(lines)),
        ]
    label = variable(plain_words(look.list_label, reader))
    return [
        *(SendMedia(message.to, subject) for subject in _subjects(message)),
        *_worded(message.to, lines, buttons, look.contents, label),
    ]


def _subjects(message: OutboundMessage) -> list[str]:
    drawn = [] if message.drawing is None else [f"drawing/{message.key}"]
    return [
        *drawn,
        *(f"blob/{file.blob_id}" + (f"/{file.name}" if file.name else "") for file in message.media),
    ]


def _can_carry(message: OutboundMessage, lines: Sequence[str]) -> bool:
    """Whether the last file takes the whole text as its caption."""
    drawn = "document" if message.drawing and message.drawing.drawing == "contact_card" else "photo"
    last = message.media[-1].media if message.media else drawn
    return last in _WITH_CAPTION and length(lines) <= _CAPTION_ROOM


# --- choices ------------------------------------------------------------------------------------------------


def _button(number: int, choice: Choice, address: Address, reader: Reader, look: Look) -> _Button:
    label = " ".join(plain_words(choice.label, reader).split())
    payload = look.signer.sign(address, choice.action)
    return _Button(label, payload, number, is_number=choice.number is not None)


def _worded(
    to: Address, lines: list[str], buttons: list[_Button], contents: Contents, label: str
) -> Iterator[Payload]:
    """Text and choices: as buttons below the text where there is a content for it, else as numbers to type."""
    plan, rows = _plan(buttons), _listed(buttons)
    shown = [*lines, *rows] if plan is not None and plan.numbered else lines
    form = None if plan is None else _form_for(plan, shown, contents)
    if plan is None or form is None:
        yield from _texts(to, [*lines, *rows])
        return
    sid, words = form
    if words == (_POINTER,):
        yield from _texts(to, shown)
    pairs = zip(plan.titles, buttons, strict=True)
    titles = [each for title, button in pairs for each in (title, button.payload)]
    opener = [shortened(label, BUTTON_TITLE) or _POINTER] if plan.as_list else []
    yield SendContent(to, sid, (*words, *opener, *titles))


def _plan(buttons: Sequence[_Button]) -> _Plan | None:
    """None for more choices than a list takes, and for none."""
    labels = [button.label for button in buttons]
    for sizes, limit in ((QUICK_REPLIES, BUTTON_TITLE), (LIST_ITEMS, ITEM_TITLE)):
        if len(labels) in sizes and _are_titles(labels, limit):
            return _Plan(tuple(labels), as_list=sizes is LIST_ITEMS, numbered=False)
    for sizes, limit in ((QUICK_REPLIES, BUTTON_TITLE), (LIST_ITEMS, ITEM_TITLE)):
        if len(labels) in sizes:
            titles = tuple(shortened(_with_number(button), limit) for button in buttons)
            return _Plan(titles, as_list=sizes is LIST_ITEMS, numbered=True)
    return None


def _are_titles(labels: Sequence[str], limit: int) -> bool:
    """Whether each fits, shows something and differs from the others, as WhatsApp asks."""
    return len(set(labels)) == len(labels) and all(is_visible(row) and units(row) <= limit for row in labels)


def _with_number(button: _Button) -> str:
    return f"{button.number}. {button.label}".rstrip()


def _listed(buttons: Sequence[_Button]) -> list[str]:
    """Choices to type, one a line; those that are numbers themselves beside each other and without another number."""
    rows: list[str] = []
    for is_number, group in groupby(buttons, key=lambda button: button.is_number):
        several = list(group)
        rows += [_BESIDE.join(b.label for b in several)] if is_number else map(_with_number, several)
    return [chunk for row in rows for chunk in chunks(row, _TEXT_ROOM)]


def _form_for(plan: _Plan, lines: Sequence[str], contents: Contents) -> tuple[str, tuple[str, ...]] | None:
    """The content that takes all lines, with them as its variables; else one with a sign that points up to them.

    Never a part of them: urgency and advice of a report stay in one message. Blank lines fall out, for no variable
    may be blank.
    """
    find = contents.list if plan.as_list else contents.quick
    said = [row for row in lines if is_visible(row)]
    sid = (
        find(len(plan.titles), len(said))
        if 0 < len(said) <= MOST_LINES and length(said) <= _CAPTION_ROOM
        else None
    )
    if sid is not None:
        return sid, tuple(map(variable, said))
    sid = find(len(plan.titles), 1)
    return None if sid is None else (sid, (_POINTER,))


# --- requests -----------------------------------------------------------------------------------------------


def _texts(to: Address, lines: Sequence[str]) -> Iterator[SendText]:
    for page in paginate(lines, _TEXT_ROOM):
        yield SendText(to, "\n".join(page))


def _mark(repeat: Line | None, reader: Reader) -> list[str]:
    if repeat is None:
        return []
    room = _REPEAT_ROOM - len(_BEHIND_MARK)
    pages = paginate(marked_lines(repeat, reader, room), room)
    return pages[0] if pages else []


def _with_mark(payload: Payload, mark: list[str]) -> Payload:
    if not mark:
        return payload
    match payload:
        case SendContent(variables=variables):
            first = variable(" ".join(mark)) + _BEHIND_MARK + variables[0]
            return replace(payload, variables=(first, *variables[1:]))
        # Documents and voices show no caption; what Twilio does with one is harmless.
        case SendText(body=body) | SendMedia(body=body):
            return replace(payload, body="\n".join([*mark, *([body] if body else [])]))
