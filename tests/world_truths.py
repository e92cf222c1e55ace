"""What must hold of a database and a vendor's log whenever the world is quiet (DESIGN §6)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from bot.domain.case import AssignmentState, Case
from bot.sandbox.model import LogEntry
from bot.services import truths
from storage.schema.runtime import outbox_sent
from storage.unit_of_work import UnitOfWork

Sent = tuple[int, str, str]
"""Row of the outbox, chat (hashed) and vendor's message id of one message that left."""


def broken(uow: UnitOfWork, now: datetime) -> list[str]:
    """Each truth about stored rows that does not hold, in words."""
    problems = [f"not true that {one.truth}: {one.subject}" for one in truths.check(uow, now)]
    problems += [problem for case in uow.cases.live() for problem in _of_case(uow, case, now)]
    return [*problems, *out_of_order(sent_messages(uow))]


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


def out_of_order(sent: Iterable[Sent]) -> Iterator[str]:
    """Vendor ids grow with time, so within a chat they grow with the queue; an edit names an old id again."""
    last: dict[str, int] = defaultdict(int)
    seen: set[tuple[str, str]] = set()
    for row, lane, message_id in sent:
        if (lane, message_id) in seen:
            continue
        seen.add((lane, message_id))
        if int(message_id) < last[lane]:
            yield f"outbox row {row} left before an earlier one of its chat"
        last[lane] = max(last[lane], int(message_id))


def unmarked_repeats(
    log: Sequence[LogEntry], sent: Iterable[Sent], is_marked: Callable[[str], bool]
) -> list[str]:
    """Messages on phones that the service does not know of: each needs a marked one of its own behind it."""
    known = {message_id for _, _, message_id in sent}
    used: set[int] = set()
    problems = []
    for place, entry in enumerate(log):
        if not _is_message(entry) or str(entry.message_id) in known:
            continue
        marked = (one for one in log[place + 1 :] if _repeats(one, entry) and is_marked(one.text))
        repeat = next((one.seq for one in marked if one.seq not in used), None)
        if repeat is None:
            problems.append(f"{entry.method} {entry.message_id} to {entry.phone} was repeated without a mark")
        else:
            used.add(repeat)
    return problems


def _is_message(entry: LogEntry) -> bool:
    return entry.method.lower().startswith("send") and not entry.error and bool(entry.phone_seq)


def _repeats(later: LogEntry, entry: LogEntry) -> bool:
    """Whether `later` may say the same as `entry`; how long ago something was may have changed meanwhile."""
    if later.chat_id != entry.chat_id or later.media != entry.media or not _is_message(later):
        return False
    lines = entry.text.splitlines()
    return sum(line in later.text for line in lines) * 2 >= len(lines)


def mark_matcher(forms: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text bears one of these marks, given as texts with `%(name)s` for what changes."""
    patterns = [re.compile(text_pattern(form)) for form in forms]
    return lambda text: any(pattern.search(text) for pattern in patterns)


def text_pattern(form: str) -> str:
    """A regular expression for a catalogue's text with anything in its placeholders."""
    pieces = re.split(r"%\(\w+\)[sd]", form.replace("%%", "%"))
    return r"[\s\S]*?".join(map(re.escape, pieces))
