"""A bare number or "ok" that was typed: a tap, something to ask back, or words like any others.

Where choices may stand as numbers to type (`Capabilities.numbers`) a number is what `handlers.meaning` says. On every
channel no number becomes a part of a report unasked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Role
from bot.domain.words import Acknowledgement, acknowledgement, bare_number
from bot.messages import Choice, MessageReceived, OutboundMessage, Text, Verbatim
from handlers.meaning import ECHO, MESSAGES, Again, Ask, Chat, InWords, Meaning, Pick, meaning_of
from handlers.state import Answering, Composing, Idle, Pending
from handlers.turn import NOTHING, Action, Reply, Say, Turn, say
from storage.outbox import SentRecord
from storage.shown import Shown

REMEMBERED = timedelta(hours=24)
"""How old a question may be that a number may mean, when nothing was asked since."""

_NONE = Choice(Text("typed.none_of_these"), "none", row=99)


def read(turn: Turn, message: MessageReceived) -> Action | Reply | SentRecord | None:
    """What a bare number or "ok" is: a tap, something to ask back, an answer to one of our messages in words.

    None for all other messages, and where it is words like any others.
    """
    typed = _typed(turn, message)
    sure = turn.knowledge.takes_numbers(turn.address)
    if typed is None or not (sure or (isinstance(typed, int) and _writes(turn))):
        return None
    chat = _chat(turn, message)
    if _was_announced(chat):
        return NOTHING
    chat = replace(chat, recent=_without_openers(chat.recent), older=_without_openers(chat.older))
    # What she quotes is no question of ours: so the open one need not be what she answers.
    elsewhere = message.quoted is not None and chat.quoted is None
    meaning = None if elsewhere else meaning_of(typed, chat)
    if isinstance(meaning, Pick) and not sure:
        meaning = Ask((meaning.choice,))
    return _act(turn, meaning, message, is_number=isinstance(typed, int))


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """None of what was offered."""
    if action.verb != "none":
        return None
    was_number = isinstance(turn.state, Pending) and bare_number(turn.state.words) is not None
    return say(Text("typed.in_words"), state=Idle() if was_number else None)


def _typed(turn: Turn, message: MessageReceived) -> int | Acknowledgement | None:
    if message.attachments:
        return None
    number = bare_number(message.text)
    return acknowledgement(message.text, turn.knowledge.vocabulary) if number is None else number


def _writes(turn: Turn) -> bool:
    """Whether words would become a part of her report: no number may, on any channel, unasked."""
    return isinstance(turn.state, Composing) and not turn.state.phrase


def _chat(turn: Turn, message: MessageReceived) -> Chat:
    before = turn.now - REMEMBERED
    since = turn.before or before
    shown = [
        one for one in turn.uow.outbox.shown(turn.address, min(since, before)) if not one.message.edit_only
    ]
    return Chat(
        quoted=_quoted(turn, message.quoted),
        recent=tuple(one for one in shown if one.sent_at is None or one.sent_at >= since),
        older=tuple(one for one in shown if one.sent_at is not None and before <= one.sent_at < since),
        in_words=isinstance(turn.state, Answering),
        holds_words=_holds_words(turn),
    )


def _holds_words(turn: Turn) -> bool:
    return isinstance(turn.state, Pending) and bare_number(turn.state.words) is None


def _quoted(turn: Turn, vendor_id: str | None) -> OutboundMessage | None:
    """The message that is quoted, where it has choices."""
    record = turn.uow.outbox.find_sent(turn.address, vendor_id) if vendor_id else None
    message = turn.uow.outbox.message(record.key) if record else None
    return message if message is not None and message.choices and not message.is_template else None


def _was_announced(chat: Chat) -> bool:
    """Whether a template told her of what is on its way to her now: that she can't have meant, and it is the answer."""
    told = any(one.message.is_template for one in chat.recent)
    return told and any(one.sent_at is None for one in chat.recent)


def _without_openers(shown: Sequence[Shown]) -> tuple[Shown, ...]:
    return tuple(one for one in shown if not one.message.is_template)


def _act(
    turn: Turn, meaning: Meaning, message: MessageReceived, *, is_number: bool
) -> Action | Reply | SentRecord | None:
    typed = Verbatim(message.text.strip())
    match meaning:
        case Pick(choice):
            return Action.parse(choice.action)
        case Ask(choices):
            return _echo(turn, typed, choices, is_number=is_number)
        case Again(question):
            return _again(Text("typed.no_such" if is_number else "typed.choose", {"typed": typed}), question)
        case InWords(question):
            return SentRecord(question.key, question.about, question.case_id, question.topic)
        case _:
            return _unplaced(turn, message, typed) if is_number else None


def _echo(turn: Turn, typed: Verbatim, choices: Sequence[Choice], *, is_number: bool) -> Reply:
    """What was typed, and what it may mean; words for a report are among it where she has one to write."""
    words = _words_for_report(turn) if is_number else ()
    unlike = {choice.action: choice for choice in (*words, *choices) if choice.action != _NONE.action}
    offered = sorted(unlike.values(), key=lambda choice: choice in words)
    offered = [replace(choice, row=place, number=None) for place, choice in enumerate(offered)]
    last = (_NONE,) if is_number else ()
    keeps = is_number and not _holds_words(turn) and any(_is_for_a_case(choice) for choice in offered)
    return Reply(
        (Say((Text("typed.which", {"typed": typed}),), choices=(*offered, *last), about=ECHO),),
        Pending(typed.words) if keeps else None,
    )


def _is_for_a_case(choice: Choice) -> bool:
    return Action.parse(choice.action).verb == "for"


def _words_for_report(turn: Turn) -> tuple[Choice, ...]:
    if not turn.person.is_a(Role.SPECIALIST) or _holds_words(turn):
        return ()
    held = [case for case in turn.uow.cases.held_by(turn.person.id) if case.referrer_id != turn.person.id]
    waiting = [case for case in held if case.awaits_report] or held
    return tuple(
        Choice(Text("typed.words_for", {"reference": case.reference}), f"for {case.reference}")
        for case in reversed(waiting[-MESSAGES:])
    )


def _again(lead: Text, question: OutboundMessage) -> Reply:
    """A question once more, without its pictures."""
    again = Say(
        (lead, *question.body),
        choices=question.choices,
        case_id=question.case_id,
        reference=question.reference,
        about="case" if question.reference else "",
        topic=question.topic,
    )
    return Reply((again,))


def _unplaced(turn: Turn, message: MessageReceived, typed: Verbatim) -> Reply | None:
    """A number that answers nothing: it goes to nobody as words unasked."""
    if isinstance(turn.state, Composing) and turn.state.phrase:
        return None
    if message.quoted is None and turn.state.kind in ("asking", "opining", "siding", "explaining"):
        return say(Text("typed.in_words"))
    return _echo(turn, typed, (), is_number=True) if _words_for_report(turn) else None
