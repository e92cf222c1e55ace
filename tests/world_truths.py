"""What must hold of a database and a vendor's log whenever the world is quiet (DESIGN §6)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.domain.case import AssignmentState, Case
from bot.messages import OutboundMessage, Text, channel_of
from bot.sandbox.model import LogEntry
from bot.sandbox.twilio.model import LogEntry as WhatsAppEntry
from bot.services import truths
from bot.services.wording import is_case_line
from storage.schema.runtime import outbox, outbox_sent
from storage.seal import SealBrokenError
from storage.unit_of_work import UnitOfWork

_CHATS = ("telegram", "whatsapp")

Sent = tuple[int, str, str]
"""Row of the outbox, chat (hashed) and vendor's message id of one message that left."""

PlaceOf = Callable[[str], int | None]
"""Where a message stands in the order in which its vendor got it; None for one that the vendor has not tried yet."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One message that reached a phone, by the vendor's log; `seq` counts within that log."""

    seq: int
    chat: str
    message_id: str
    text: str
    media: str
    captioned: bool = True
    """Whether the phone shows words with it: WhatsApp shows none below documents and recordings."""


def broken(uow: UnitOfWork, now: datetime, place_of: PlaceOf = int) -> list[str]:
    """Each truth about stored rows that does not hold, in words."""
    problems = [f"not true that {one.truth}: {one.subject}" for one in truths.check(uow, now)]
    problems += [problem for case in uow.cases.live() for problem in _of_case(uow, case, now)]
    return [*problems, *out_of_order(_in_order(uow), place_of), *_unheaded(uow)]


def _unheaded(uow: UnitOfWork) -> Iterator[str]:
    """Chat messages about a case that do not begin with its line."""
    for key in uow.connection.execute(select(outbox.c.key)).scalars():
        message = _readable(uow, key)
        if message is None or message.reference is None or message.is_template:
            continue
        if channel_of(message.to) in _CHATS and not _begins_with_case(message):
            yield f"{key} begins with {message.body[:1]}"


def _readable(uow: UnitOfWork, key: str) -> OutboundMessage | None:
    try:
        return uow.outbox.message(key)
    except SealBrokenError:
        return None


def _begins_with_case(message: OutboundMessage) -> bool:
    """On a phone that several people share, whose message it is comes before all."""
    body = [line for line in message.body if not isinstance(line, Text) or line.msgid != "shared.for"]
    first = body[0] if body else None
    if not isinstance(first, Text) or first.params.get("reference") != message.reference:
        return False
    return is_case_line(first)


def _of_case(uow: UnitOfWork, case: Case, now: datetime) -> Iterator[str]:
    """A quiet world has nothing overdue at all."""
    if case.next_action_at is None or case.next_action_at < now:
        yield f"{case.reference} is {case.status.value} and nothing happens next ({case.next_action_at})"
    standing = uow.assignments.of_case(case.id)
    owners = [one for one in standing if one.state is AssignmentState.ACKNOWLEDGED]
    if len(owners) > 1:
        yield f"{case.reference} has {len(owners)} owners"


def sent_messages(uow: UnitOfWork) -> list[Sent]:
    """All that left, in the order in which it was queued."""
    query = select(outbox_sent).order_by(outbox_sent.c.outbox_seq, outbox_sent.c.ordinal)
    return [(row.outbox_seq, row.lane, row.vendor_message_id) for row in uow.connection.execute(query)]


def _in_order(uow: UnitOfWork) -> list[Sent]:
    """What has to leave in the order in which it was queued: a template goes ahead of what waits behind it."""
    opener = outbox.c.key.startswith("opener/")
    ahead = set(uow.connection.execute(select(outbox.c.seq).where(opener)).scalars())
    return [one for one in sent_messages(uow) if one[0] not in ahead]


def pieces_of(uow: UnitOfWork, message_id: str) -> tuple[str, ...] | None:
    """Ids of all messages that went out as the one row of the outbox that this is of; None: more are to leave."""
    mine = select(outbox_sent.c.outbox_seq).where(outbox_sent.c.vendor_message_id == message_id)
    query = select(outbox_sent, outbox.c.due_at).join(outbox, outbox.c.seq == outbox_sent.c.outbox_seq)
    query = query.where(outbox_sent.c.outbox_seq.in_(mine)).order_by(outbox_sent.c.ordinal)
    rows = uow.connection.execute(query).all()
    if any(row.due_at is not None for row in rows):
        return None
    return tuple(row.vendor_message_id for row in rows) or (message_id,)


def out_of_order(sent: Iterable[Sent], place_of: PlaceOf = int) -> Iterator[str]:
    """Within a chat, what the vendor got grows with the queue; an edit names an old id again.

    Telegram's ids grow with time and are their own places.
    """
    last: dict[str, int] = defaultdict(int)
    seen: set[tuple[str, str]] = set()
    for row, lane, message_id in sent:
        place = place_of(message_id)
        if (lane, message_id) in seen or place is None:
            continue
        seen.add((lane, message_id))
        if place < last[lane]:
            yield f"outbox row {row} left before an earlier one of its chat"
        last[lane] = max(last[lane], place)


def unmarked_repeats(
    log: Sequence[LogEntry], sent: Iterable[Sent], is_marked: Callable[[str], bool]
) -> list[str]:
    """Messages on phones that the service does not know of: each needs a marked one of its own behind it."""
    return unmarked(telegram_effects(log), sent, is_marked)


def unmarked(effects: Sequence[Effect], sent: Iterable[Sent], is_marked: Callable[[str], bool]) -> list[str]:
    """As `unmarked_repeats`, of any vendor's effects in their order."""
    known = {message_id for _, _, message_id in sent}
    used: set[int] = set()
    problems = []
    for place, effect in enumerate(effects):
        if effect.message_id in known:
            continue
        later = effects[place + 1 :]
        marked = (one for one in later if _repeats(one, effect) and _is_marked(one, later, is_marked))
        repeat = next((one.seq for one in marked if one.seq not in used), None)
        if repeat is None:
            problems.append(f"{effect.message_id} to {effect.chat} was repeated without a mark")
        else:
            used.add(repeat)
    return problems


def telegram_effects(log: Sequence[LogEntry]) -> list[Effect]:
    """What reached phones by Telegram; edits are no messages of their own."""
    return [
        Effect(one.seq, str(one.chat_id), str(one.message_id), one.text, one.media)
        for one in log
        if one.method.lower().startswith("send") and not one.error and one.phone_seq
    ]


def whatsapp_effects(log: Sequence[WhatsAppEntry]) -> list[Effect]:
    """What reached phones by WhatsApp."""
    return [
        Effect(one.seq, one.to, one.sid, one.text, one.media, not one.media.startswith(("audio", "appl")))
        for one in log
        if one.channel == "whatsapp" and not one.error
    ]


def _repeats(later: Effect, effect: Effect) -> bool:
    """Whether `later` may say the same as `effect`; how long ago something was may have changed meanwhile."""
    if later.chat != effect.chat or later.media != effect.media:
        return False
    lines = effect.text.splitlines()
    return sum(line in later.text for line in lines) * 2 >= len(lines)


def _is_marked(one: Effect, later: Sequence[Effect], is_marked: Callable[[str], bool]) -> bool:
    """A file that shows no words is marked by the message right behind it."""
    if one.captioned:
        return is_marked(one.text)
    behind = next((each for each in later if each.seq > one.seq and each.chat == one.chat), None)
    return behind is not None and is_marked(behind.text)


def mark_matcher(forms: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text bears one of these marks, given as texts with `%(name)s` for what changes."""
    patterns = [re.compile(text_pattern(form)) for form in forms]
    return lambda text: any(pattern.search(text) for pattern in patterns)


def text_pattern(form: str) -> str:
    """A regular expression for a catalogue's text with anything in its placeholders."""
    pieces = re.split(r"%\(\w+\)[sd]", form.replace("%%", "%"))
    return r"[\s\S]*?".join(map(re.escape, pieces))
