"""The one way in: every event, to the dialogue that it belongs to, in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.case import AttachmentState, Case, Purpose, Status, StoredAttachment, TaskKind
from bot.domain.escalation import PHONE_WAYS
from bot.domain.words import Command, match_command
from bot.messages import (
    Address,
    AttachmentReady,
    AttachmentRefused,
    CallEnded,
    ChoiceTapped,
    DeliveryReported,
    GroupEntered,
    Ignored,
    InboundEvent,
    MessageFailed,
    MessageReceived,
    OutboundMessage,
    ReachabilityChanged,
    TapRefused,
    Text,
    TimerDue,
    UnsupportedReceived,
    channel_of,
)
from bot.services import (
    assignments,
    cards,
    deliveries,
    escalations,
    first_contact,
    followup,
    handovers,
    late_facts,
    later,
    law,
    notes,
    page_tests,
    raising,
    referrals,
    reports,
    sessions,
    tasks,
    unplaced,
    unsent,
)
from bot.services.tasks import raise_task
from handlers import (
    calling,
    checking,
    clinic,
    coordinate,
    declining,
    duty,
    emergency,
    follow,
    invite,
    lost_phone,
    questions,
    readback,
    refer,
    register,
    respond,
    settings,
    sharing,
    typed,
)
from handlers import help as guide
from handlers import late_facts as completing
from handlers.answers import address_of, address_or_none, answer, case_of_event
from handlers.state import decode_state
from handlers.turn import NOTHING, Action, Knowledge, Reply, Turn, say
from storage.outbox import SentRecord
from storage.unit_of_work import UnitOfWork

OnTimer = Callable[[UnitOfWork, TimerDue, datetime], bool]
OnMessage = Callable[[Turn, MessageReceived, SentRecord | None], Reply | None]

_TIMERS: tuple[OnTimer, ...] = (
    escalations.on_timer,
    assignments.on_timer,
    followup.on_timer,
    later.on_timer,
    notes.on_timer,
    handovers.on_timer,
    tasks.on_timer,
    page_tests.on_timer,
    first_contact.on_timer,
    late_facts.on_timer,
    raising.on_timer,
    unsent.on_timer,
    unplaced.on_timer,
    referrals.on_timer,
)
_TAPS = (
    lost_phone.on_tap,
    clinic.on_tap,
    register.on_tap,
    emergency.on_tap,
    completing.on_tap,
    refer.on_tap,
    duty.on_tap,
    declining.on_tap,
    readback.on_tap,
    respond.on_tap,
    checking.on_tap,
    follow.on_tap,
    coordinate.on_tap,
    invite.on_tap,
    settings.on_tap,
    sharing.on_tap,
    typed.on_tap,
)
_COMMANDS = (
    calling.on_command,
    clinic.on_command,
    lost_phone.on_command,
    coordinate.on_command,
    invite.on_command,
    settings.on_command,
    readback.on_command,
    respond.on_command,
    emergency.on_command,
    completing.on_command,
    refer.on_command,
    duty.on_command,
    follow.on_command,
    guide.on_command,
)


def dispatch(uow: UnitOfWork, event: InboundEvent, now: datetime, *, knowledge: Knowledge) -> None:
    """Handle one event; all that it causes is in `uow` afterwards."""
    match event:
        case TimerDue():
            _timer(uow, event, now, knowledge=knowledge)
        case AttachmentReady() | AttachmentRefused():
            _attachment(uow, event, now, knowledge=knowledge)
        case MessageFailed():
            _failed(uow, event, now)
        case ReachabilityChanged():
            _reachability(uow, event, now)
        case GroupEntered():
            _leave(uow, event, now)
        case CallEnded():
            if not deliveries.is_early(uow, event, now):
                escalations.on_call_ended(uow, event, now)
        case DeliveryReported():
            _delivered(uow, event, now)
        case Ignored():
            pass
        case _:
            _person(uow, event, now, knowledge=knowledge)


def _person(uow: UnitOfWork, event: InboundEvent, now: datetime, *, knowledge: Knowledge) -> None:
    address = _chat(uow, address_of(event))
    if address is None:
        return
    state = decode_state(uow.conversations.load(address))
    if (held := sharing.meet(uow, event, address, state, now, knowledge=knowledge)) is not None:
        sessions.heard(uow, address, now)
        answer(uow, address, held.first, now)
        for one in held.events:
            _person(uow, one, now, knowledge=knowledge)
        answer(uow, address, held.last, now)
        return
    person = uow.people.by_address(address)
    if person is None or person.revoked or register.claims(event, state, knowledge):
        reply = register.meet(uow, event, address=address, state=state, knowledge=knowledge, now=now)
        sessions.heard(uow, address, now)
        answer(uow, address, reply, now)
        return
    before = uow.people.last_seen(address)
    first_contact.notice(uow, person, address, now)
    waited = sessions.heard(uow, address_of(event), now)
    turn = Turn(uow, now, address, person, state, knowledge, event, before)
    answer(uow, address, _opened(event, waited) or _handle(turn, event), now)


def _opened(event: InboundEvent, waited: int) -> Reply | None:
    """A template's button: what waited follows by itself, and is the answer."""
    if not isinstance(event, ChoiceTapped) or Action.parse(event.action).verb != sessions.OPEN:
        return None
    return NOTHING if waited else say(Text("whatsapp.nothing_waits"))


def _chat(uow: UnitOfWork, address: Address) -> Address | None:
    """Where somebody is answered: to a key pressed in a call in her chat, and nowhere where she has none."""
    if channel_of(address) not in PHONE_WAYS:
        return address
    person = uow.people.by_address(address)
    return None if person is None else uow.people.contact(person.id)


def _handle(turn: Turn, event: InboundEvent) -> Reply:
    match event:
        case ChoiceTapped():
            return _tap(turn, Action.parse(event.action))
        case TapRefused():
            return say(Text("common.old_button"))
        case UnsupportedReceived():
            return say(Text("common.unsupported"))
        case MessageReceived():
            return _message(turn, event)
        case _:
            return guide.welcome(turn)


def _tap(turn: Turn, action: Action) -> Reply:
    for handler in _TAPS:
        if (reply := handler(turn, action)) is not None:
            return reply
    return say(Text("common.old_button"))


def _message(turn: Turn, message: MessageReceived) -> Reply:
    if message.edited:
        return say(Text("common.edited"))
    match typed.read(turn, message):
        case Action() as action:
            return _tap(turn, action)
        case Reply() as reply:
            return reply
        case answered:
            return _words(turn, message, answered)


def _words(turn: Turn, message: MessageReceived, answered: SentRecord | None) -> Reply:
    """`answered`: the message of ours that a number answers, though she did not quote it."""
    if not message.attachments and (named := settings.on_words(turn, message.text)) is not None:
        return named
    command = None if message.attachments else match_command(message.text, turn.knowledge.vocabulary)
    if command is not None and (reply := _command(turn, command)) is not None:
        return reply
    quoted = turn.uow.outbox.find_sent(turn.address, message.quoted) if message.quoted else answered
    for handler in _message_handlers(turn, message, quoted):
        reply = handler(turn, message, quoted)
        if reply is not None:
            return reply
    return guide.fallback(turn)


def _command(turn: Turn, command: Command) -> Reply | None:
    for handler in _COMMANDS:
        if (reply := handler(turn, command)) is not None:
            return reply
    return None


def _message_handlers(
    turn: Turn, message: MessageReceived, quoted: SentRecord | None
) -> tuple[OnMessage, ...]:
    """An open question or a quotation says whose it is; otherwise files and facts begin or fill a draft."""
    if quoted is None and refer.tells_of_a_patient(turn, message):
        return (
            calling.on_message,
            invite.on_message,
            lost_phone.on_message,
            clinic.on_message,
            emergency.on_message,
            completing.on_message,
            refer.on_message,
        )
    answers = quoted is not None or turn.state.kind in ("answering", "explaining", "pending")
    sending: tuple[OnMessage, OnMessage] = (refer.on_message, follow.on_message)
    if answers:
        sending = (follow.on_message, refer.on_message)
    return (
        calling.on_message,
        invite.on_message,
        lost_phone.on_message,
        clinic.on_message,
        emergency.on_message,
        completing.on_message,
        respond.on_message,
        *sending,
    )


# --- what happens by itself ---------------------------------------------------------------------------------


def _timer(uow: UnitOfWork, event: TimerDue, now: datetime, *, knowledge: Knowledge) -> None:
    if event.timer == referrals.DRAFT:
        case = uow.cases.find(event.subject)
        if case is not None and case.status is Status.DRAFT:
            _draft_turn(uow, case, event, now, knowledge=knowledge)
        return
    if not any(handler(uow, event, now) for handler in _TIMERS):
        raise LookupError(event.timer)


def _attachment(
    uow: UnitOfWork, event: AttachmentReady | AttachmentRefused, now: datetime, *, knowledge: Knowledge
) -> None:
    attachment = uow.attachments.get(event.attachment_id)
    case = uow.cases.find(attachment.case_id)
    if case is None:
        return
    if attachment.purpose is Purpose.REPORT:
        reports.on_attachment(uow, attachment, now)
    elif attachment.purpose is Purpose.NOTE:
        notes.on_attachment(uow, attachment, now)
    elif case.status is Status.DRAFT and not attachment.removed:
        _draft_turn(uow, case, event, now, knowledge=knowledge)
    elif case.is_live and not attachment.removed:
        _late(uow, case, attachment, now)


def _late(uow: UnitOfWork, case: Case, attachment: StoredAttachment, now: datetime) -> None:
    """An emergency went out before this file was ready."""
    if law.blocks(uow, case, attachment.sender_id, is_sound=not attachment.is_picture):
        cards.post_refused(uow, case, attachment, Text("law.pictures"), now)
    elif attachment.state is AttachmentState.REFUSED:
        why = Text(questions.REFUSALS.get(attachment.reason or "", "refusal.unknown"))
        cards.post_refused(uow, case, attachment, why, now)
    else:
        cards.post_late(uow, case, attachment, now)


def _draft_turn(
    uow: UnitOfWork, case: Case, event: InboundEvent, now: datetime, *, knowledge: Knowledge
) -> None:
    """A turn of the draft's referrer that she did not begin herself."""
    address = Address(case.address)
    person = sharing.writer(uow, address, case.referrer_id)
    if person is None:
        # The phone was lost: nobody goes on with it there.
        return
    state = decode_state(uow.conversations.load(address))
    turn = Turn(uow, now, address, person, state, knowledge, event)
    if isinstance(event, AttachmentRefused):
        reply = refer.on_refused(turn, case, uow.attachments.get(event.attachment_id))
    else:
        reply = refer.on_ready(turn, case)
    if state.kind not in ("idle", "drafting"):
        reply = replace(reply, state=None)
    answer(uow, address, sharing.for_her(uow, address, person, reply), now)


def _failed(uow: UnitOfWork, event: MessageFailed, now: datetime) -> None:
    """A message will never leave: whoever has to know is told by the service that sent it."""
    for handler in (escalations.on_failed, followup.on_failed, notes.on_failed, tasks.on_failed):
        if handler(uow, event, now):
            return


def _delivered(uow: UnitOfWork, event: DeliveryReported, now: datetime) -> None:
    """How far a message of ours has come; one that its vendor could not deliver is like one that never left."""
    failed = deliveries.on_delivery(uow, event, now)
    if failed is None:
        return
    if failed.reason == "blocked":
        unreachable(uow, event.address, now)
    _failed(uow, failed, now)


def _reachability(uow: UnitOfWork, event: ReachabilityChanged, now: datetime) -> None:
    if event.reachable:
        sessions.heard(uow, event.address, now)
    else:
        unreachable(uow, event.address, now)


def unreachable(uow: UnitOfWork, address: Address, now: datetime) -> None:
    """The channel no longer delivers there: cases that wait for this person go on to the next."""
    person = uow.people.by_address(address)
    if person is None:
        return
    uow.people.set_reachable(address, reachable=False)
    for case in uow.cases.live():
        waiting = case.status is Status.OPEN and person.id in uow.pages.waiting(case.id)
        if waiting and uow.people.contact(person.id) is None:
            escalations.answered(uow, case, person.id, "failed", now)


def _leave(uow: UnitOfWork, event: GroupEntered, now: datetime) -> None:
    key = f"group/{uow.ids.new()}"
    uow.outbox.put(OutboundMessage(to=event.address, key=key, body=(Text("group.leave"),)), now)


def dead_letter(uow: UnitOfWork, event: InboundEvent, now: datetime) -> None:
    """An event that could not be handled after all tries: its sender is told, and coordinators in any case.

    What was to happen to a case by itself has no sender: paging is taken up again in a while.
    """
    address = address_or_none(event)
    if address is not None and uow.people.by_address(address) is None:
        return
    if address is not None and (chat := _chat(uow, address)) is not None:
        answer(uow, chat, say(Text("common.trouble")), now)
    case = case_of_event(uow, event)
    if case is not None:
        escalations.resume(uow, case, now)
    raise_task(uow, TaskKind.TROUBLE, uow.ids.new(), case=case, now=now)
