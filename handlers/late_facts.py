"""The referrer while her emergency is on its way: what she answers, and the pictures that she could not send before."""

from bot.domain.case import Case
from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Facts, Field, changed
from bot.domain.study import Priority
from bot.domain.words import Command
from bot.messages import Attachment, MessageReceived, Phrase, Text
from bot.services import access, fetal_sex, late_facts, notes
from bot.services.notes import Saying
from handlers import questions
from handlers.late_questions import ask_next, ask_this
from handlers.state import Completing, Idle
from handlers.turn import NOTHING, Action, Reply, Turn, say_about
from storage.outbox import SentRecord

_SOUND = ("voice", "audio")


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """A tapped answer about a case that was sent; the same buttons as of a draft."""
    if action.verb != "set":
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None or case.referrer_id != turn.person.id or not case.is_live:
        return None
    rest = questions.behind(case, action.arg(1), action.arg(2))
    if rest is not None:
        return ask_this(case, action.arg(1), rest)
    told = questions.tapped(action.arg(1), action.arg(2))
    if told is None or told.priority is not None:
        return None
    late_facts.learn(turn.uow, case, told, turn.now)
    return _go_on(turn, case, action.arg(1))


def on_command(turn: Turn, command: Command) -> Reply | None:
    """She does not know it, or wants to be asked nothing more."""
    case = _asked_about(turn)
    if case is None or not isinstance(turn.state, Completing):
        return None
    match command:
        case Command.SKIP | Command.NO:
            return _go_on(turn, case, turn.state.ask)
        case Command.CANCEL | Command.DONE:
            return say_about(case, Text("emergency.all_told"), state=Idle())
        case _:
            return None


def on_message(turn: Turn, message: MessageReceived, quoted: SentRecord | None) -> Reply | None:
    """Pictures for a case that went out without, and answers in words or by voice."""
    pictures = tuple(file for file in message.attachments if file.media not in _SOUND)
    told = parse_facts(message.text, turn.knowledge.vocabulary)
    if pictures:
        case = _for_pictures(turn, message, quoted, told)
        return None if case is None else _take_pictures(turn, case, pictures, told)
    case = _asked_about(turn)
    if case is None or not isinstance(turn.state, Completing) or not _may_answer(message, quoted, case):
        return None
    told = questions.answer(turn.state.ask, message.text, told)
    return None if _is_another(case, told) else _answered(turn, case, message, told, turn.state.ask)


def _asked_about(turn: Turn) -> Case | None:
    """The case whose question is open with her."""
    if not isinstance(turn.state, Completing):
        return None
    case = turn.uow.cases.find(turn.state.case_id)
    return case if case is not None and case.is_live and case.referrer_id == turn.person.id else None


def _may_answer(message: MessageReceived, quoted: SentRecord | None, case: Case) -> bool:
    """Whether what she quotes, if anything, is about this case."""
    return message.quoted is None or (quoted is not None and quoted.case_id == case.id)


def _is_another(case: Case, told: Facts) -> bool:
    """Whether words tell of another patient: several facts, and one that differs."""
    return _count(told) > 1 and bool(changed(case.facts, told))


def _count(told: Facts) -> int:
    return sum(told.value(field) is not None for field in Field)


def _answered(turn: Turn, case: Case, message: MessageReceived, told: Facts, ask: str) -> Reply:
    """Facts complete the case; all else that she says goes on in her own words."""
    vocabulary = turn.knowledge.vocabulary
    # A fact that she is asked for ("female") is the patient's; what is left beside the facts is looked at.
    words = told.question if (told.sex or told.age) else message.text
    if fetal_sex.hold(turn.uow, case, turn.person, words, vocabulary=vocabulary, now=turn.now):
        return say_about(case, Phrase("obs.no_sex"), Text("answer.not_relayed"), state=Idle())
    learned = late_facts.learn(turn.uow, case, told, turn.now)
    if message.attachments or told.question or not (learned.filled or learned.differing):
        saying = Saying(words=message.text, files=message.attachments)
        notes.tell(turn.uow, turn.uow.cases.get(case.id), turn.person, saying, turn.now)
    return _go_on(turn, case, ask)


def _go_on(turn: Turn, case: Case, ask: str) -> Reply:
    case = turn.uow.cases.get(case.id)
    reply = ask_next(case, _last_field(ask))
    return reply if reply.says else say_about(case, Text("emergency.all_told"), state=Idle())


def _last_field(ask: str) -> Field | None:
    return Field.BODY_PART if ask == questions.STUDY else Field(ask)


def _for_pictures(
    turn: Turn, message: MessageReceived, quoted: SentRecord | None, told: Facts
) -> Case | None:
    """The emergency that went out without these pictures: the one she is asked about, or the only one of hers."""
    live = turn.uow.cases.live_of(turn.person.id)
    case = _asked_about(turn) or (live[0] if len(live) == 1 else None)
    if case is None or turn.uow.cases.draft_of(turn.person.id) is not None:
        return None
    fits = case.awaits_report and case.priority is Priority.EMERGENCY and not fetal_sex.is_obstetric(case)
    fits = fits and _may_answer(message, quoted, case) and not changed(case.facts, told)
    return case if fits and late_facts.awaits_pictures(turn.uow, case, turn.now) else None


def _take_pictures(turn: Turn, case: Case, pictures: tuple[Attachment, ...], told: Facts) -> Reply:
    first = late_facts.add_pictures(turn.uow, case, turn.person, pictures, turn.now)
    late_facts.learn(turn.uow, case, told, turn.now)
    return say_about(case, Text("emergency.picture_goes_on")) if first else NOTHING
