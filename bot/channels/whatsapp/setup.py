"""What an account has to be given once: the forms that buttons go out by, and templates with their approval.

What speaks to the vendor raises `bot.channels.twilio.client.VENDOR_ERRORS` when it can't be reached or refuses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from bot.channels.whatsapp.contents import (
    LIST_ITEMS,
    MOST_LINES,
    NEUTRAL,
    QUICK_REPLIES,
    Contents,
    TemplateKind,
    list_name,
    quick_name,
    template_name,
)

_UNSUBMITTED = ("", "unsubmitted")
APPROVED = "approved"
NOT_NEEDED = "not needed"
"""The approval of a form: it is used in a session only."""

_BUTTON_LIMIT = 20
_BODY_LIMIT = 1024
_SAMPLE = "A7K2P"


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What a template says in one language: `{{1}}` stands for the case reference, neither first nor last."""

    body: str
    button: str


TemplateTexts = Mapping[TemplateKind, Mapping[str, TemplateText]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A content as it should be; `types` and `variables` are the Content API's own."""

    name: str
    language: str
    types: Mapping[str, object]
    variables: Mapping[str, str]
    is_template: bool = False


@dataclass(frozen=True, slots=True)
class ContentState:
    """A content as it is: its sid, and how far its approval has come in WhatsApp's own word.

    That is `received`, `pending`, `approved`, `rejected`, `paused` or `disabled`; `not needed` for a form.
    """

    name: str
    language: str
    sid: str
    approval: str


def forms() -> tuple[Definition, ...]:
    """The forms of all sizes."""
    lines = range(1, MOST_LINES + 1)
    quick = (_quick(buttons, count) for buttons in QUICK_REPLIES for count in lines)
    lists = (_list(items, count) for items in LIST_ITEMS for count in lines)
    return (*quick, *lists)


def templates(texts: TemplateTexts) -> tuple[Definition, ...]:
    """A template for each kind and language; ValueError for a text that WhatsApp would refuse by rule."""
    return tuple(
        _template(kind, language, text)
        for kind, spoken in texts.items()
        for language, text in sorted(spoken.items())
    )


def _quick(buttons: int, lines: int) -> Definition:
    actions = [
        {"type": "QUICK_REPLY", "title": f"{{{{{place}}}}}", "id": f"{{{{{place + 1}}}}}"}
        for place in range(lines + 1, lines + 1 + 2 * buttons, 2)
    ]
    types = {"twilio/quick-reply": {"body": _lines(lines), "actions": actions}}
    return Definition(quick_name(buttons, lines), NEUTRAL, types, _samples(lines + 2 * buttons))


def _list(items: int, lines: int) -> Definition:
    first = lines + 2
    rows = [
        {"item": f"{{{{{place}}}}}", "id": f"{{{{{place + 1}}}}}"}
        for place in range(first, first + 2 * items, 2)
    ]
    picker = {"body": _lines(lines), "button": f"{{{{{lines + 1}}}}}", "items": rows}
    return Definition(
        list_name(items, lines), NEUTRAL, {"twilio/list-picker": picker}, _samples(lines + 1 + 2 * items)
    )


def _lines(count: int) -> str:
    return "\n".join(f"{{{{{place}}}}}" for place in range(1, count + 1))


def _samples(count: int) -> dict[str, str]:
    return {str(place): str(place) for place in range(1, count + 1)}


def _template(kind: TemplateKind, language: str, text: TemplateText) -> Definition:
    if problem := _problem(text):
        raise ValueError(f"{kind} in {language}: {problem}")
    action = {"type": "QUICK_REPLY", "title": text.button, "id": "{{2}}"}
    types = {"twilio/quick-reply": {"body": text.body, "actions": [action]}}
    samples = {"1": _SAMPLE, "2": "open"}
    return Definition(template_name(kind), language, types, samples, is_template=True)


def _problem(text: TemplateText) -> str:
    body = text.body.strip()
    if body.count("{{") != 1 or "{{1}}" not in body:
        return "the text needs {{1}} once and no other variable"
    if body.startswith("{{1}}") or body.endswith("{{1}}"):
        return "the text may neither begin nor end with its variable"
    if len(text.body) > _BODY_LIMIT:
        return f"the text has more than {_BODY_LIMIT} signs"
    if not 0 < len(text.button.strip()) <= _BUTTON_LIMIT or "{{" in text.button:
        return f"the button needs 1 to {_BUTTON_LIMIT} signs and no variable"
    return ""


# --- at the vendor ------------------------------------------------------------------------------------------


async def provide(client: Client, definitions: Iterable[Definition]) -> tuple[ContentState, ...]:
    """Make what is missing and ask for approvals not yet asked for; how all of it stands, in the same order.

    A content is found by friendly name and language; one whose words have changed since keeps the old ones.
    """
    known = await _known(client)
    return tuple([await _provided(client, one, known.get((one.name, one.language))) for one in definitions])


async def read_contents(client: Client) -> Contents:
    """What an account can send by: its forms, and its templates that are approved."""
    states = (await _known(client)).values()
    forms_ = {(one.name, one.language) for one in forms()}
    usable = (one for one in states if one.approval == APPROVED or (one.name, one.language) in forms_)
    return Contents({(one.name, one.language): one.sid for one in usable})


async def _known(client: Client) -> dict[tuple[str, str], ContentState]:
    """By name and language; of several of the same name an approved one, else the first."""
    found: dict[tuple[str, str], ContentState] = {}
    for one in await client.content.v1.content_and_approvals.list_async(page_size=500):
        status = str((one.approval_requests or {}).get("status") or "")
        state = ContentState(one.friendly_name or "", one.language or "", one.sid, status)
        place = (state.name, state.language)
        if place not in found or (status == APPROVED and found[place].approval != APPROVED):
            found[place] = state
    return found


async def _provided(client: Client, wanted: Definition, known: ContentState | None) -> ContentState:
    state = known or await _made(client, wanted)
    if not wanted.is_template:
        return ContentState(state.name, state.language, state.sid, NOT_NEEDED)
    if state.approval not in _UNSUBMITTED:
        return state
    return ContentState(state.name, state.language, state.sid, await _submitted(client, state))


async def _made(client: Client, wanted: Definition) -> ContentState:
    asked: dict[str, Any] = {
        "friendly_name": wanted.name,
        "language": wanted.language,
        "variables": dict(wanted.variables),
        "types": dict(wanted.types),
    }
    made = await client.content.v1.contents.create_async(ContentList.ContentCreateRequest(asked))
    return ContentState(wanted.name, wanted.language, made.sid, "")


async def _submitted(client: Client, state: ContentState) -> str:
    """Ask for approval as a utility template; the status that comes back."""
    asked = {"name": f"{state.name}_{state.language.lower()}", "category": "UTILITY"}
    request = ApprovalCreateList.ContentApprovalRequest(asked)
    answer = await client.content.v1.contents(state.sid).approval_create.create_async(request)
    return str(answer.status or "received")
