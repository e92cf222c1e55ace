"""What an account has to be given once: the forms that buttons go out by, and templates with their approval.

What speaks to the vendor raises `bot.channels.twilio.client.VENDOR_ERRORS` when it can't be reached or refuses.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from bot.channels.twilio.client import TwilioHttp
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
MISSING = "missing"
CHANGED = "other words"
"""The account has a content of that name, which says something else than this version of the program."""
NOT_OFFERED = "not offered"
"""WhatsApp has no templates in that language; people get the English one."""
REFUSED = "refused"
"""Twilio did not take it."""

BAD = frozenset({"rejected", "disabled", "paused", REFUSED})
"""Approvals with which a template can't be sent until somebody does something about it."""

# developers.facebook.com, "Message Templates", Supported Languages; of India's, Assamese and Odia are not among them.
# Only languages that a catalogue could be in are listed here.
_TEMPLATE_LANGUAGES = frozenset(
    {
        "ar",
        "bn",
        "en",
        "es",
        "fa",
        "fr",
        "gu",
        "hi",
        "id",
        "kn",
        "ml",
        "mr",
        "ms",
        "pa",
        "sw",
        "ta",
        "te",
        "ur",
    }
)
# What the vendor may add to or leave out of what it was given; these say nothing to anybody.
_WORDLESS = frozenset({"type"})
_OWN_FAULT = frozenset({401, 403, 429})
_VERSION = re.compile(r"(.+)_v(\d{1,4})")

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
    """A content as it is: its sid (empty if there is none yet), and how far its approval has come.

    `approval` is WhatsApp's own word (`received`, `pending`, `approved`, `rejected`, `paused`, `disabled`), or one of
    ours: `not needed` for a form, `missing`, `other words`, `not offered`, `refused`. `reason`: why it was rejected.
    `meanwhile`: the name of an earlier version that is sent until this one is approved.
    """

    name: str
    language: str
    sid: str
    approval: str
    reason: str = ""
    meanwhile: str = ""
    made: bool = False

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.approval in BAD


@dataclass(frozen=True, slots=True)
class _Kept:
    """A content in the account; `name` is without its version."""

    name: str
    version: int
    language: str
    sid: str
    types: Mapping[str, Any]
    approval: str
    reason: str

    @property
    def rank(self) -> tuple[int, bool]:
        """The newest version counts; of two of the same name an approved one."""
        return self.version, self.approval == APPROVED


def versioned(name: str, version: int) -> str:
    """The friendly name of a content whose words were changed: approved words stay as they are for ever."""
    return name if version == 1 else f"{name}_v{version}"


def name_and_version(friendly_name: str) -> tuple[str, int]:
    """What `versioned` made a friendly name of."""
    found = _VERSION.fullmatch(friendly_name)
    return (found[1], int(found[2])) if found else (friendly_name, 1)


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


def status_of(error: Exception) -> int | None:
    """The HTTP status of one of the `VENDOR_ERRORS`; for a list the SDK hides it beside the text."""
    if isinstance(error, TwilioRestException):
        return int(error.status)
    found = (getattr(part, "status_code", None) for part in error.args)
    return next((status for status in found if isinstance(status, int)), None)


@asynccontextmanager
async def connected(account_sid: str, auth_token: str, *, api_url: str | None) -> AsyncIterator[Client]:
    """The account, for a few questions; `api_url` in place of all of Twilio's hosts."""
    http = TwilioHttp(api_url)
    await http.start()
    try:
        yield Client(account_sid, auth_token, http_client=http)
    finally:
        await http.stop()


async def look(client: Client, definitions: Iterable[Definition]) -> tuple[ContentState, ...]:
    """How each stands in the account, in the same order; changes nothing.

    A content is found by name and language; what counts is the newest version of it.
    """
    kept = await _kept(client)
    return tuple(_state(one, kept.get((one.name, one.language), ())) for one in definitions)


async def provide(client: Client, definitions: Iterable[Definition]) -> tuple[ContentState, ...]:
    """Make what is missing or says something else, ask for approvals not yet asked for; how all of it stands then.

    Approved words can't be changed, so new words are a new content beside the old one, which is sent until the new
    one is approved. What the vendor refuses does not stop the rest.
    """
    wanted = tuple(definitions)
    states = await look(client, wanted)
    return tuple([await _provided(client, one, state) for one, state in zip(wanted, states, strict=True)])


async def read_contents(client: Client) -> Contents:
    """What an account can send by: its forms, and its templates that are approved, each in its newest version."""
    kept = await _kept(client)
    forms_ = {(one.name, one.language) for one in forms()}
    usable = {
        place: [one for one in versions if place in forms_ or one.approval == APPROVED]
        for place, versions in kept.items()
    }
    return Contents({place: max(some, key=_rank).sid for place, some in usable.items() if some})


def _rank(one: _Kept) -> tuple[int, bool]:
    return one.rank


async def _kept(client: Client) -> dict[tuple[str, str], list[_Kept]]:
    """All versions by name and language; the vendor lists the newest first."""
    found: defaultdict[tuple[str, str], list[_Kept]] = defaultdict(list)
    for one in await client.content.v1.content_and_approvals.list_async(page_size=500):
        asked = one.approval_requests or {}
        name, version = name_and_version(one.friendly_name or "")
        status, reason = str(asked.get("status") or ""), str(asked.get("rejection_reason") or "")
        content = _Kept(name, version, one.language or "", one.sid, one.types or {}, status, reason)
        found[name, content.language].append(content)
    return dict(found)


def _state(wanted: Definition, versions: Sequence[_Kept]) -> ContentState:
    if wanted.is_template and wanted.language not in _TEMPLATE_LANGUAGES:
        return ContentState(wanted.name, wanted.language, "", NOT_OFFERED)
    if not versions:
        return ContentState(wanted.name, wanted.language, "", MISSING)
    newest = max(versions, key=_rank)
    approved = [one for one in versions if one.approval == APPROVED and one is not newest]
    earlier = max(approved, key=_rank, default=None)
    if not _says(newest.types, wanted.types):
        name = versioned(wanted.name, newest.version + 1)
        sent = newest if newest.approval == APPROVED else earlier
        return ContentState(name, wanted.language, "", CHANGED, meanwhile=_name(sent))
    approval = newest.approval if wanted.is_template else NOT_NEEDED
    meanwhile = earlier if wanted.is_template and approval != APPROVED else None
    name = versioned(wanted.name, newest.version)
    return ContentState(name, wanted.language, newest.sid, approval, newest.reason, _name(meanwhile))


def _name(one: _Kept | None) -> str:
    return "" if one is None else versioned(one.name, one.version)


def _says(found: object, wanted: object) -> bool:
    """Whether all words of `wanted` are in `found`, each in its place."""
    if isinstance(wanted, Mapping):
        others = found if isinstance(found, Mapping) else {}
        return all(_says(others.get(key), value) for key, value in wanted.items() if key not in _WORDLESS)
    if isinstance(wanted, list):
        rows = found if isinstance(found, list) else []
        return len(rows) == len(wanted) and all(map(_says, rows, wanted))
    return str(found).strip() == str(wanted).strip()


async def _provided(client: Client, wanted: Definition, state: ContentState) -> ContentState:
    try:
        if state.approval in (MISSING, CHANGED):
            sid = await _made(client, wanted, state.name)
            state = replace(state, sid=sid, approval="" if wanted.is_template else NOT_NEEDED, made=True)
        if state.approval in _UNSUBMITTED:
            state = replace(state, approval=await _submitted(client, state))
    except TwilioRestException as error:
        if not 400 <= error.status < 500 or error.status in _OWN_FAULT:
            raise
        return replace(state, approval=REFUSED, reason=f"Twilio error {error.code}")
    return state


async def _made(client: Client, wanted: Definition, name: str) -> str:
    asked: dict[str, Any] = {
        "friendly_name": name,
        "language": wanted.language,
        "variables": dict(wanted.variables),
        "types": dict(wanted.types),
    }
    made = await client.content.v1.contents.create_async(ContentList.ContentCreateRequest(asked))
    return str(made.sid)


async def _submitted(client: Client, state: ContentState) -> str:
    """Ask for approval as a utility template; the status that comes back."""
    asked = {"name": f"{state.name}_{state.language.lower()}", "category": "UTILITY"}
    request = ApprovalCreateList.ContentApprovalRequest(asked)
    answer = await client.content.v1.contents(state.sid).approval_create.create_async(request)
    return str(answer.status or "received")
