"""Whose pictures and words these are: the question, what she taps, and the words that answer it too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.case import Case, Status
from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Facts, Field
from bot.domain.privacy import has_long_number, may_name
from bot.domain.same_patient import differs, is_doubtful
from bot.domain.study import Priority
from bot.domain.words import Command
from bot.messages import Attachment, Line, MessageReceived, Phrase, Text
from bot.services import access, law, same_patient
from bot.services.asked import asked_of
from bot.services.same_question import question_topic, same_question
from bot.services.wording import case_line
from handlers import questions
from handlers.state import Drafting, Explaining, Idle
from handlers.turn import Action, Reply, Say, Turn, say, say_about

Proceed = Callable[[Turn, Case], Reply]
"""What a draft needs next, said even where it was said before."""

VERBS = ("same", "other")
_SOUND = ("voice", "audio")


def current(turn: Turn) -> Case | None:
    """The draft that she is at, her newest where she is at none."""
    at = turn.state.case_id if isinstance(turn.state, Drafting) else None
    return same_patient.current(turn.uow, turn.person, at)


def hold(
    turn: Turn, draft: Case | None, message: MessageReceived, told: Facts, files: tuple[Attachment, ...]
) -> Case | None:
    """A second draft for what may be another patient's; None where there is no doubt."""
    pictures = any(file.media not in _SOUND for file in files)
    if draft is None:
        return _hold_for_sent(turn, told) if pictures else None
    ask = turn.state.ask if isinstance(turn.state, Drafting) and turn.state.case_id == draft.id else ""
    told = questions.answer(ask, message.text, told)
    pause = same_patient.since_last_picture(turn.uow, draft, _sent_at(turn, message))
    field = Field(ask) if ask in (Field.AGE, Field.SEX) else None
    if not is_doubtful(draft.facts, told, ask=field, has_pictures=pictures, pause=pause):
        return None
    return same_patient.begin(turn.uow, turn.person, turn.address, (draft,), turn.now)


def dated(turn: Turn, message: MessageReceived, files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The files with when they were sent, by which the pause before the next ones is measured."""
    return tuple(replace(file, sent_at=_sent_at(turn, message)) for file in files)


def _sent_at(turn: Turn, message: MessageReceived) -> datetime:
    """A vendor that does not say when (it is the epoch then) hands messages on at once."""
    return message.sent_at if message.sent_at.timestamp() > 0 else turn.now


def _hold_for_sent(turn: Turn, told: Facts) -> Case | None:
    others = same_patient.may_get_more(turn.uow, turn.person, told, turn.now)
    return same_patient.begin(turn.uow, turn.person, turn.address, others, turn.now) if others else None


def tells_enough(told: Facts) -> bool:
    """Whether words tell of a patient rather than of a picture."""
    return sum(told.value(field) is not None for field in Field) >= 2


def is_another_than_who_is_gone(turn: Turn, told: Facts) -> bool:
    """Whether words after "Patient gone" are of an age or sex that is not that patient's."""
    if not isinstance(turn.state, Explaining) or turn.state.about != "gone":
        return False
    case = access.case_of_id(turn.uow, turn.person, turn.state.case_id, turn.now)
    return case is None or differs(case.facts, told)


def told_in(turn: Turn, draft: Case, words: str) -> Facts:
    """What the first message of a held draft tells: for a case that was sent her words are kept whole."""
    told = parse_facts(words, turn.knowledge.vocabulary)
    sent = any(case.status is not Status.DRAFT for case in asked_of(turn.uow, draft))
    return same_patient.in_her_words(told, words) if sent else told


def is_open(turn: Turn, draft: Case) -> bool:
    """Whether a draft waits for her to say whose it is: an emergency waits for nothing."""
    return draft.priority is not Priority.EMERGENCY and bool(asked_of(turn.uow, draft))


def asked_with(turn: Turn, draft: Case) -> tuple[Case, ...]:
    """The cases that she is asked about together with a draft."""
    return asked_of(turn.uow, draft)


def ask(turn: Turn, draft: Case) -> Reply:
    """The question, with the patients by reference, age and sex."""
    body, choices = same_question(draft, asked_of(turn.uow, draft))
    message = Say(body, choices=choices, topic=question_topic(draft))
    return Reply((message,), Drafting(draft.id, questions.SAME))


def on_word(turn: Turn, draft: Case, command: Command, proceed: Proceed) -> Reply | None:
    """`yes`, `no` and `new` while the question is open; "yes" only where it can mean one thing."""
    asked = isinstance(turn.state, Drafting) and turn.state.ask == questions.SAME
    others = asked_of(turn.uow, draft) if asked else ()
    if not others:
        return None
    if command in (Command.NO, Command.NEW):
        return _part(turn, draft, proceed)
    drafts = [other for other in others if other.status is Status.DRAFT]
    return _join(turn, draft, drafts[0], proceed) if command is Command.YES and len(drafts) == 1 else None


def on_tap(turn: Turn, action: Action, proceed: Proceed) -> Reply:
    """Same or another; both name the draft, and it is checked again whether it is still asked."""
    draft = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if draft is None or draft.referrer_id != turn.person.id:
        return say(Text("common.not_yours"))
    if draft.status is not Status.DRAFT:
        return say(case_line(draft), Text("refer.not_draft"))
    if action.verb == "other":
        return _part(turn, draft, proceed)
    others = asked_of(turn.uow, draft)
    other = next((one for one in others if one.reference == action.arg(1)), None)
    if other is None:
        # Meanwhile it was decided, or the other case is gone: nothing is joined, and what comes next is said.
        return proceed(turn, draft)
    return _join(turn, draft, other, proceed)


def _part(turn: Turn, draft: Case, proceed: Proceed) -> Reply:
    others = [other for other in asked_of(turn.uow, draft) if other.status is Status.DRAFT]
    same_patient.part(turn.uow, draft, turn.person, turn.now)
    reply = proceed(turn, draft)
    kept = tuple(Text("same.kept", {"reference": other.reference}) for other in others)
    return _led(reply, (Text("same.now", {"reference": draft.reference}), *kept))


def _led(reply: Reply, lines: tuple[Line, ...]) -> Reply:
    """The lines at the head of what is said next, or alone: one message fewer on a slow line."""
    if not reply.says:
        return Reply((Say(lines),), reply.state)
    first, *rest = reply.says
    return Reply((replace(first, body=(*lines, *first.body)), *rest), reply.state)


def _join(turn: Turn, draft: Case, other: Case, proceed: Proceed) -> Reply:
    count = sum(file.is_picture for file in turn.uow.attachments.of_case(draft.id))
    vocabulary = turn.knowledge.vocabulary
    joined = same_patient.join(turn.uow, draft, other, turn.person, vocabulary=vocabulary, now=turn.now)
    if joined.case.status is Status.DRAFT:
        return proceed(turn, joined.case)
    held = (Phrase("obs.no_sex"), Text("answer.not_relayed")) if joined.held else ()
    in_words = law.in_words_only(turn.uow, joined.case)
    added = Text("law.pictures") if in_words else Text("same.added", count=count)
    return say_about(joined.case, *held, added, state=Idle())


def name_hint(turn: Turn, words: str) -> tuple[Say, ...]:
    """Once ever a person is asked not to type names and long numbers: the key lets one such message through."""
    if not (has_long_number(words) or may_name(words, turn.knowledge.vocabulary)):
        return ()
    return (Say((Text("same.no_names"),), key=f"no_names/{turn.person.id}"),)
