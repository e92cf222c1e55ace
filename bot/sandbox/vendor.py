"""The vendor: all state of one bot's Telegram, without sockets; methods and phones act on it.

Tests drive it directly: `vendor.phone("asha").send_text("hello")`, `await vendor.deliver(clock.now())`,
`vendor.call("sendMessage", {...})`, `vendor.log`, `vendor.faults.add(Fault(...))`. After moving a clock
by hand call `vendor.tick(now)` (or `deliver`, which does) so that slow transfers pass.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.clock import Clock

from .delivery import WebhookSender
from .entities import commands
from .errors import ApiError, PhoneError, bad_request, forbidden, too_many
from .faults import Faults
from .files import FileStore
from .limits import Limits
from .model import (
    Chat,
    Contact,
    Entity,
    Json,
    Keyboard,
    Location,
    LogEntry,
    Media,
    Message,
    User,
)
from .phone import Entry, Phone
from .render import chat_json, message_json, user_json
from .updates import UpdateQueue
from .world import PhoneSpec

DEFAULT_TOKEN = "7000001:sandbox-token-for-this-machine-only"  # noqa: S105 - opens nothing but the sandbox
_CALLBACK_SECONDS = 150


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    mime: str
    data: bytes = field(repr=False)


Params = Mapping[str, object]
RequestObserver = Callable[[str, Params, Mapping[str, Upload]], None]
Method = Callable[["Vendor", Params, Mapping[str, Upload]], object]


@dataclass(slots=True)
class Query:
    """A tap that waits for its answer."""

    phone: Phone
    at: datetime
    answered: bool = False


@dataclass(slots=True)
class Group:
    """A group chat: its members' phones and all that was written."""

    chat: Chat
    members: list[Phone]
    bot_in: bool = False
    messages: list[Message] = field(default_factory=list)


class Vendor:
    """One bot's Telegram."""

    def __init__(
        self, phones: Iterable[PhoneSpec], *, clock: Clock, methods: Mapping[str, Method],
        token: str = DEFAULT_TOKEN, limits: bool = True,
    ) -> None:  # fmt: skip
        """Use `app.build_vendor`, which knows the methods; `limits` are Telegram's sending limits."""
        self.token = token
        self.bot = User(
            int(token.partition(":")[0]), "ScanRelay", is_bot=True, username="scanrelay_sandbox_bot"
        )
        self.files = FileStore()
        self.faults = Faults()
        self.limits = Limits(on=limits)
        self.updates = UpdateQueue(self.faults)
        self.log: list[LogEntry] = []
        self.settings: dict[str, object] = {}
        self.on_request: RequestObserver | None = None
        self.listeners: list[Callable[[str], None]] = []
        self.phones = {spec.id: Phone(spec, self) for spec in phones}
        self.groups: dict[int, Group] = {}
        self._clock = clock
        self._methods = methods
        self._sender = WebhookSender(self.updates)
        self._messages: dict[tuple[int, int], Message] = {}
        self._queries: dict[str, Query] = {}
        self._phone_seqs: dict[str, int] = {}
        self._next_message = 1
        self._next_album = 13_000_000_001

    # For everybody

    def now(self) -> datetime:
        """The vendor's clock."""
        return self._clock.now()

    def phone(self, name: str) -> Phone:
        """The phone with this id, for example "asha"."""
        if name not in self.phones:
            raise PhoneError("no such phone")
        return self.phones[name]

    def tell(self, name: str) -> None:
        """Something changed at this phone ("" for anything else): wake the loop and the pages."""
        for listener in self.listeners:
            listener(name)

    def tick(self, now: datetime) -> None:
        """Let pass what the phones' networks have had time for."""
        for phone in self.phones.values():
            phone.pump(now)

    async def deliver(self, now: datetime) -> int:
        """Pump the phones, send what the webhook is due, and return how many updates the bot took."""
        self.tick(now)
        return await self._sender.deliver(now)

    def next_due(self) -> datetime | None:
        """The earliest instant at which `deliver` has something to do."""
        times = [phone.next_due() for phone in self.phones.values()]
        times.append(self.updates.next_due() if self.updates.webhook else None)
        return min((time for time in times if time), default=None)

    async def close(self) -> None:
        """Close the webhook's HTTP session."""
        await self._sender.close()

    # For the Bot API

    def call(self, method: str, params: Params, files: Mapping[str, Upload] | None = None) -> object:
        """Run a Bot API method and return its `result`; raises ApiError as the real one refuses."""
        action = self._methods.get(method.lower())
        if action is None:
            raise ApiError(404, "Not Found")
        return action(self, params, files or {})

    def has_method(self, method: str) -> bool:
        """Whether the sandbox knows it."""
        return method.lower() in self._methods

    def chat(self, chat_id: int) -> Chat:
        """The chat the bot may write to, with the real refusals."""
        if chat_id in self.groups:
            if not self.groups[chat_id].bot_in:
                raise forbidden("bot was kicked from the group chat")
            return self.groups[chat_id].chat
        phone = self.phone_of(chat_id)
        if phone is None:
            raise bad_request("chat not found")
        if phone.blocked:
            raise forbidden("bot was blocked by the user")
        if not phone.started:
            raise forbidden("bot can't initiate conversation with a user")
        return Chat(chat_id, phone.spec.name)

    def phone_of(self, chat_id: int) -> Phone | None:
        """The phone of a private chat."""
        return next((one for one in self.phones.values() if one.spec.telegram_id == chat_id), None)

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that is still there."""
        found = self._messages.get((chat_id, message_id))
        return None if found is None or found.deleted else found

    def charge(self, chat_id: int, count: int) -> None:
        """Count messages against the limits; raises the real 429."""
        wait = self.limits.take(chat_id, count, self.now())
        if wait:
            raise too_many(wait)

    def post(
        self, chat: Chat, method: str, *, text: str = "", entities: tuple[Entity, ...] = (),
        media: Media | None = None, keyboard: Keyboard | None = None, reply_to: Message | None = None,
        group: str = "",
    ) -> Message:  # fmt: skip
        """The bot sends a message."""
        message = Message(
            self._message_id(), chat, self.bot, self.now(), text, entities, media,
            keyboard=keyboard, reply_to=reply_to, media_group_id=group,
        )  # fmt: skip
        self._keep(message)
        self.note(method, message)
        phone = self.phone_of(chat.id)
        if phone:
            phone.show(message)
        return message

    def change(self, message: Message, method: str, *, size: int) -> Message:
        """The bot changed or removed a message; `size` is what the phone must load for it."""
        self._keep(message)
        self.note(method, message)
        phone = self.phone_of(message.chat.id)
        if phone:
            phone.change(message, size=size)
        return message

    def note(self, method: str, message: Message, *, error: str = "") -> None:
        """Put an effect of the bot on the log."""
        phone = self.phone_of(message.chat.id)
        name = phone.spec.id if phone else ""
        self._phone_seqs[name] = self._phone_seqs.get(name, 0) + 1
        best = message.media.best if message.media else None
        rows = message.keyboard.rows if message.keyboard else ()
        self.log.append(
            LogEntry(
                len(self.log) + 1,
                self.now(),
                method,
                message.chat.id,
                name,
                self._phone_seqs[name],
                message.message_id,
                message.text,
                message.media.kind.value if message.media else "",
                best.name if best else "",
                hashlib.sha256(best.data).hexdigest() if best else "",
                message.bytes,
                tuple(button.text for row in rows for button in row),
                error,
            )
        )
        self.tell("")

    def note_refused(self, method: str, chat_id: int, error: str) -> None:
        """Put a refused or failed call on the log."""
        phone = self.phone_of(chat_id)
        name = phone.spec.id if phone else ""
        self.log.append(LogEntry(len(self.log) + 1, self.now(), method, chat_id, name, 0, error=error))

    def answer(self, query_id: str, text: str, *, alert: bool) -> None:
        """Answer a tap; raises when it is too old or unknown."""
        query = self._queries.get(query_id)
        if query is None or query.answered or (self.now() - query.at).total_seconds() > _CALLBACK_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        query.answered = True
        if text:
            query.phone.notice(text, alert=alert)

    def next_album_id(self) -> str:
        """A new media group id."""
        self._next_album += 1
        return str(self._next_album)

    def add_group(self, title: str, members: Iterable[str]) -> Group:
        """A new group without the bot."""
        chat_id = -1000 - len(self.groups) - 1
        made = Group(Chat(chat_id, title, is_group=True), [self.phone(one) for one in members])
        self.groups[chat_id] = made
        return made

    def set_membership(self, group: Group, by: Phone | None, *, inside: bool) -> None:
        """The bot is added to or removed from a group; `by` None means it left by itself."""
        before, after = ("left", "member") if inside else ("member", "left" if by is None else "kicked")
        group.bot_in = inside
        self._membership(group.chat, self._user(by) if by else self.bot, before, after)

    def say_in_group(self, group: Group, by: Phone, text: str) -> Message:
        """A member writes in a group (the bot reads along)."""
        sender = self._user(by)
        message = Message(self._message_id(), group.chat, sender, self.now(), text, commands(text))
        self._keep(message)
        if group.bot_in:
            self._update("message", message_json(message), lane=f"chat{group.chat.id}", phone=by)
        return message

    # For the phones

    def draft(
        self, phone: Phone, *, text: str, media: Media | None, extra: Location | Contact | None,
        reply_to: int, group: str,
    ) -> Message:  # fmt: skip
        """A message on a phone that the vendor has not got: message id 0."""
        chat = Chat(phone.spec.telegram_id, phone.spec.name)
        answered = self.message(chat.id, reply_to) if reply_to else None
        entities = () if media else commands(text)
        return Message(
            0, chat, self._user(phone), self.now(), text, entities, media, extra,
            reply_to=answered, media_group_id=group,
        )  # fmt: skip

    def received_from(self, phone: Phone, entry: Entry) -> None:
        """A phone's message is here."""
        phone.started = True
        if phone.blocked:
            self.block(phone, blocked=False)
        message = replace(entry.message, message_id=self._message_id(), at=self.now())
        self._keep(message)
        phone.accepted(entry, message)
        self._update("message", message_json(message), lane=f"chat{message.chat.id}", phone=phone,
                     taken=lambda: phone.taken(message.message_id))  # fmt: skip

    def edited_by(self, phone: Phone, message_id: int, text: str) -> None:
        """A person changed a message."""
        old = self.message(phone.spec.telegram_id, message_id)
        if old is None or old.text == text:
            return
        new = replace(old, text=text, entities=commands(text), edited_at=self.now())
        self._keep(new)
        phone.change(new, size=0)
        self._update("edited_message", message_json(new), lane=f"chat{new.chat.id}", phone=phone)

    def tapped(self, phone: Phone, message_id: int, data: str) -> None:
        """A person tapped an inline button."""
        query_id = f"{phone.spec.telegram_id}{len(self._queries) + 1:09d}"
        self._queries[query_id] = Query(phone, self.now())
        user = self._user(phone)
        shown = self._messages[(phone.spec.telegram_id, message_id)]
        body = {
            "id": query_id, "from": user_json(user), "message": message_json(shown),
            "chat_instance": str(phone.spec.telegram_id), "data": data,
        }  # fmt: skip
        self._update("callback_query", body, lane=f"user{user.id}", phone=phone)

    def block(self, phone: Phone, *, blocked: bool) -> None:
        """A person blocks the bot or lets it in again."""
        if phone.blocked == blocked:
            return
        phone.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._membership(Chat(phone.spec.telegram_id, phone.spec.name), self._user(phone), before, after)
        self.tell(phone.spec.id)

    def _membership(self, chat: Chat, by: User, before: str, after: str) -> None:
        body = {
            "chat": chat_json(chat), "from": user_json(by), "date": int(self.now().timestamp()),
            "old_chat_member": self._member(before), "new_chat_member": self._member(after),
        }  # fmt: skip
        self._update("my_chat_member", body, lane=f"chat{chat.id}", phone=self.phone_of(by.id))

    def _member(self, status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": user_json(self.bot), "status": status, **until}

    def _update(
        self,
        kind: str,
        body: Json,
        *,
        lane: str,
        phone: Phone | None,
        taken: Callable[[], None] = lambda: None,
    ) -> None:
        chat = phone.spec.telegram_id if phone else 0
        self.updates.put(kind, body, chat=chat, lane=lane, now=self.now(), taken=taken)
        self.tell("")

    def _keep(self, message: Message) -> None:
        self._messages[(message.chat.id, message.message_id)] = message
        group = self.groups.get(message.chat.id)
        if group:
            group.messages = [one for one in group.messages if one.message_id != message.message_id]
            group.messages.append(message)

    def _message_id(self) -> int:
        self._next_message += 1
        return self._next_message

    def _user(self, phone: Phone) -> User:
        return User(phone.spec.telegram_id, phone.spec.name, phone.spec.language)
