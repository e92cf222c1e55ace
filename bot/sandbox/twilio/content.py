"""Contents: what the Content API keeps, WhatsApp's approval of them, and what a phone gets of them.

Limits: twilio.com/docs/content/twilio-quick-reply, twiliolist-picker.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from .errors import TwilioError, not_found, refused
from .model import Button, ButtonKind, Json, Sids

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
_QUICK = "twilio/quick-reply"
_LIST = "twilio/list-picker"
# The richest first, as a channel chooses among the types of one content.
_TYPES = (
    "whatsapp/card", "twilio/card", _QUICK, _LIST, "twilio/call-to-action", "twilio/media", "twilio/text"
)  # fmt: skip
BODY_LIMIT = 1600
INTERACTIVE_BODY = 1024
SESSION_REPLIES = 3
APPROVED_REPLIES = 10
LIST_ITEMS = 10


class MissingVariable(Exception):
    """A place in a content for which there is no value (63028)."""


@dataclass(frozen=True, slots=True)
class Approval:
    """WhatsApp's look at a template: pending until `decided`, then approved, or rejected for a reason."""

    name: str
    category: str
    decided: datetime
    rejection: str = ""

    def status(self, now: datetime) -> str:
        """As the API says it."""
        return "pending" if now < self.decided else "rejected" if self.rejection else "approved"


@dataclass(frozen=True, slots=True)
class Content:
    """One content; `types` as it was given, by the type's name."""

    sid: str
    friendly_name: str
    language: str
    variables: Mapping[str, str]
    types: Mapping[str, Any]
    at: datetime
    approval: Approval | None = None

    @property
    def type(self) -> str:
        """The type that WhatsApp shows."""
        return next(one for one in _TYPES if one in self.types)

    def approved(self, now: datetime) -> bool:
        """Whether it may go outside the window."""
        return self.approval is not None and self.approval.status(now) == "approved"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A content with its variables filled in."""

    body: str
    kind: ButtonKind = ButtonKind.NONE
    buttons: tuple[Button, ...] = ()
    list_label: str = ""
    media_url: str = ""

    def fits(self, *, approved: bool) -> bool:
        """WhatsApp's limits of what is shown; several buttons need approval."""
        match self.kind:
            case ButtonKind.QUICK_REPLY:
                most = APPROVED_REPLIES if approved else SESSION_REPLIES
                sizes = all(1 <= len(one.title) <= 20 and len(one.id) <= 200 for one in self.buttons)
            case ButtonKind.LIST:
                most = LIST_ITEMS
                sizes = all(_fits_list(one) for one in self.buttons) and 1 <= len(self.list_label) <= 20
            case _:
                return len(self.body) <= BODY_LIMIT
        different = len({one.id or one.title for one in self.buttons}) == len(self.buttons)
        return (
            sizes and different and 1 <= len(self.buttons) <= most and 1 <= len(self.body) <= INTERACTIVE_BODY
        )


def _fits_list(one: Button) -> bool:
    return 1 <= len(one.title) <= 24 and len(one.description) <= 72 and 1 <= len(one.id) <= 200


def render(content: Content, values: Mapping[str, str]) -> Rendered:
    """Fill in; what has no value takes the content's sample, and without one MissingVariable is raised."""
    known = {**content.variables, **values}

    def put(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise MissingVariable(match[1])
        return known[match[1]]

    def fill(text: object) -> str:
        return _VARIABLE.sub(put, str(text or ""))

    return _shown(content.type, content.types[content.type], fill)


def _shown(name: str, what: Json, fill: Callable[[object], str]) -> Rendered:
    body = fill(what.get("body") or what.get("title"))
    media = what.get("media") or []
    url = fill(media[0]) if media else ""
    if name == _LIST:
        items = tuple(
            Button(fill(one["item"]), fill(one["id"]), fill(one.get("description"))) for one in what["items"]
        )
        return Rendered(body, ButtonKind.LIST, items, fill(what["button"]))
    buttons = tuple(
        Button(fill(one["title"]), fill(one.get("id")), url=fill(one.get("url") or one.get("phone")))
        for one in what.get("actions", [])
    )
    replies = buttons and not any(one.url for one in buttons)
    return Rendered(body, ButtonKind.QUICK_REPLY if replies else ButtonKind.NONE, buttons, media_url=url)


@dataclass(slots=True)
class Contents:
    """All contents of the account; `delay` and `rejections` (by template name) decide about approval."""

    sids: Sids
    delay: timedelta = timedelta(0)
    rejections: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, Content] = field(default_factory=dict)

    def create(self, given: Json, now: datetime) -> Content:
        """A new content; raises a 400 for what the API does not take."""
        types = given.get("types")
        if not given.get("language"):
            raise refused(20001, "language is required")
        if not isinstance(types, dict) or not any(one in types for one in _TYPES):
            raise refused(20001, "types must have a known content type")
        if unknown := [one for one in types if one not in _TYPES]:
            raise refused(20001, f"unsupported content type {unknown[0]}")
        for name, what in types.items():
            _check_type(name, what)
        if not isinstance(given.get("variables") or {}, dict):
            raise refused(20001, "variables must be an object")
        variables = {str(key): str(value) for key, value in (given.get("variables") or {}).items()}
        made = Content(
            self.sids.new("HX"), str(given.get("friendly_name") or ""), str(given["language"]),
            variables, types, now,
        )  # fmt: skip
        self._kept[made.sid] = made
        return made

    def find(self, sid: str) -> Content | None:
        """A content that is still there."""
        return self._kept.get(sid)

    def get(self, sid: str) -> Content:
        """A content; raises 404."""
        if sid not in self._kept:
            raise not_found(f"/v1/Content/{sid}")
        return self._kept[sid]

    def listed(self) -> list[Content]:
        """All, the newest first."""
        return list(reversed(self._kept.values()))

    def delete(self, sid: str) -> None:
        """Forget one; raises 404."""
        del self._kept[self.get(sid).sid]

    def ask_approval(self, sid: str, given: Json, now: datetime) -> Content:
        """Hand a content to WhatsApp; raises a 400 for what can't be a template."""
        content = self.get(sid)
        name, category = str(given.get("name") or ""), str(given.get("category") or "")
        if not _NAME.fullmatch(name):
            raise refused(20001, "name may have lower case letters, digits and underscores only")
        if category not in _CATEGORIES:
            raise refused(20001, f"unknown category {category}")
        if content.type == _LIST:
            raise refused(20001, "list pickers can be sent in a session only and are not approved")
        if content.approval:
            raise TwilioError(409, 20409, "approval was already requested")
        approval = Approval(name, category, now + self.delay, self.rejections.get(name, ""))
        self._kept[sid] = replace(content, approval=approval)
        return self._kept[sid]


def _check_type(name: str, what: object) -> None:
    if not isinstance(what, dict):
        raise refused(20001, f"{name} must be an object")
    needed = {
        _QUICK: ("body", "actions"), _LIST: ("body", "button", "items"), "twilio/text": ("body",),
        "twilio/call-to-action": ("body", "actions"), "twilio/media": ("media",), "whatsapp/card": ("body",),
        "twilio/card": ("title",),
    }[name]  # fmt: skip
    if missing := [one for one in needed if not what.get(one)]:
        raise refused(20001, f"{name} needs {missing[0]}")
    parts = what.get("items", []) if name == _LIST else what.get("actions", [])
    keys = ("id", "item") if name == _LIST else ("title",)
    if not all(isinstance(many, list) for many in (parts, what.get("media") or [])):
        raise refused(20001, f"{name} needs a list")
    if not all(isinstance(one, dict) and all(one.get(key) for key in keys) for one in parts):
        raise refused(20001, f"{name} has an incomplete part")
    if len(parts) > LIST_ITEMS:
        raise refused(20001, f"{name} has more than {LIST_ITEMS} parts")
