"""The referrer after sending: her answers, what she wants to add, and how her cases stand."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.domain.case import Case, Note, Status
from bot.domain.people import Role
from bot.domain.words import Command, small_talk
from bot.messages import Ago, Choice, Line, MessageReceived, Phrase, Text, Verbatim
from bot.services import access, assignments, fetal_sex, followup, notes, readback
from bot.services.followup import Closing
from bot.services.notes import Saying
from bot.services.wording import case_line, case_name
from handlers import kept, law
from handlers.state import Answering, Explaining, Idle
from handlers.turn import Action, Reply, Turn, done, say, say_about
from storage.outbox import SentRecord

_MOST = 10
_STILL_THERE = timedelta(minutes=15)
"""How long after "Patient gone" her words are about that patient."""


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Taps under reports and questions, and on the case that words were meant for."""
    if action.verb == "fm":
        return kept.on_more(turn, action)
    if action.verb == "an":
        return _answer_tap(turn, action.arg(0))
    if action.verb not in ("cl", "for"):
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None or not _is_side(turn, case):
        return say(Text("common.not_yours"))
    if action.verb == "cl":
        return _close(turn, case)
    if not access.stands_for(turn.uow, case, turn.person):
        return say(Text("common.not_yours"))
    return _meant(turn, case)


def on_message(turn: Turn, message: MessageReceived, quoted: SentRecord | None) -> Reply | None:
    """Words, voice notes and pictures about a case that was sent."""
    saying = Saying(words=message.text, files=message.attachments)
    if not saying.stored and not saying.files:
        return None
    if quoted is not None and quoted.case_id:
        return _quoted(turn, quoted.case_id, notes.note_of_key(quoted.key), saying)
    if quoted is None and message.quoted is not None:
        # What she quotes can't be found, so the question that is open need not be the one she answers.
        return _place(turn, saying)
    match turn.state:
        case Answering(case_id=case_id, note_id=note_id):
            return _quoted(turn, case_id, note_id, saying)
        case Explaining(case_id=case_id, about="obstacle"):
            return _obstacle(turn, case_id, saying)
        case Explaining(case_id=case_id, about="gone"):
            return _gone(turn, case_id, saying) or _place(turn, saying)
        case Explaining(case_id=case_id):
            return _quoted(turn, case_id, "", saying, unclear=True)
        case _:
            return _place(turn, saying)


def on_command(turn: Turn, command: Command) -> Reply | None:
    """Status: how her cases stand; "ok" shows it too. Cancel: she does not want to answer or explain now."""
    if not turn.person.is_a(Role.REFERRER):
        return None
    if command is Command.CANCEL and turn.state.kind in ("answering", "explaining", "pending"):
        if turn.state.kind == "pending":
            kept.forget(turn)
        return done(Text("common.stopped"))
    if command is Command.STATUS or (command is Command.YES and _owes_only_a_tap(turn)):
        return _status(turn)
    return None


def _owes_only_a_tap(turn: Turn) -> bool:
    """Whether "ok" can only be meant for an answer that she has not said she understood."""
    live = turn.uow.cases.live_of(turn.person.id)
    asked = any(turn.uow.notes.open_questions(case.id) for case in live)
    unread = any(case.status is Status.REPORTED and case.understood_at is None for case in live)
    return turn.state.kind == "idle" and unread and not asked


def _status(turn: Turn) -> Reply:
    live = turn.uow.cases.live_of(turn.person.id)
    lines = [line for case in live[-_MOST:] for line in (case_line(case), _standing(turn, case))]
    drafts = turn.uow.cases.drafts_of(turn.person.id)
    if len(drafts) == 1:
        lines.append(Text("follow.draft"))
    elif drafts:
        lines += [Text("same.not_sent", {"case": case_name(draft)}, strong=True) for draft in drafts]
    # With one draft a word goes on with it; of several each has a button.
    choices = (Choice(case_name(draft), f"more {draft.reference}", row) for row, draft in enumerate(drafts))
    return say(
        *(lines or [Text("follow.no_case")]), choices=tuple(choices)[:_MOST] if len(drafts) > 1 else ()
    )


def _standing(turn: Turn, case: Case) -> Line:
    """Where a case stands, in one line."""
    if case.status is Status.REPORTED:
        since = Ago(case.reported_at or case.created_at)
        if case.understood_at is not None:
            return Text("follow.understood", {"since": since})
        if readback.is_leaving(turn.uow, case):
            return Text("loop.say_left")
        return Text("follow.reported", {"since": since})
    holder = assignments.owner(turn.uow, case)
    if holder is None:
        return Text("follow.paging", {"since": Ago(case.opened_at or case.created_at)})
    standing = turn.uow.assignments.of(case.id, holder.id)
    since = Ago(standing.changed_at if standing else case.created_at)
    return Text("follow.has_it", {"name": Verbatim(holder.name), "since": since})


# --- words ------------------------------------------------------------------------------------------------------


def _quoted(turn: Turn, case_id: str, note_id: str, saying: Saying, *, unclear: bool = False) -> Reply | None:
    """Words for a known case of hers go to whom they are for at once."""
    case = access.case_of_id(turn.uow, turn.person, case_id, turn.now)
    if case is None or case.status is Status.DRAFT or not access.stands_for(turn.uow, case, turn.person):
        return None
    if case.status is Status.CANCELLED:
        return say_about(case, Text("follow.cancelled"), state=Idle())
    readback.heard(turn.uow, case, turn.now)
    if (held := _held_back(turn, case, saying)) is not None:
        return held
    saying, refused = law.without_files(turn, case, saying)
    if refused and not saying.stored:
        return Reply(refused)
    reply = _pass_on(turn, case, note_id, saying, unclear=unclear)
    return Reply((*refused, *reply.says), reply.state)


def _pass_on(turn: Turn, case: Case, note_id: str, saying: Saying, *, unclear: bool) -> Reply:
    question = _open_question(turn, case, note_id)
    if question is not None:
        notes.answer(turn.uow, case, question, turn.person, saying, turn.now)
        asker = turn.uow.people.get(question.from_id)
        return say_about(case, Text("follow.answered", {"name": Verbatim(asker.name)}), state=Idle())
    if unclear and turn.uow.reports.sent_of(case.id):
        notes.explain(turn.uow, case, turn.person, saying, turn.now)
        return say_about(case, Text("follow.explain_sent"), state=Idle())
    return _tell(turn, case, saying)


def _held_back(turn: Turn, case: Case, saying: Saying) -> Reply | None:
    """Words about the sex of an unborn child go nowhere."""
    vocabulary = turn.knowledge.vocabulary
    if not fetal_sex.hold(turn.uow, case, turn.person, saying.words, vocabulary=vocabulary, now=turn.now):
        return None
    return say_about(case, Phrase("obs.no_sex"), Text("answer.not_relayed"), state=Idle())


def _obstacle(turn: Turn, case_id: str, saying: Saying) -> Reply | None:
    """What stands in the way of doing what a report says: to the owner, whatever question of his is open."""
    case = access.case_of_id(turn.uow, turn.person, case_id, turn.now)
    if case is None:
        return None
    if (held := _held_back(turn, case, saying)) is not None:
        return held
    saying, refused = law.without_files(turn, case, saying)
    if refused and not saying.stored:
        return Reply(refused)
    reply = _tell(turn, case, saying)
    return Reply((*refused, *reply.says), reply.state)


def _gone(turn: Turn, case_id: str, saying: Saying) -> Reply | None:
    """Where the patient went, to the owner at once; None for words that come too late or tell of somebody else."""
    case = access.case_of_id(turn.uow, turn.person, case_id, turn.now)
    just_now = turn.before is not None and turn.now - turn.before <= _STILL_THERE
    if case is None or not just_now:
        return None
    only_one = len(turn.uow.cases.live_of(turn.person.id)) == 1
    reply = _obstacle(turn, case_id, saying)
    return replace(reply, state=turn.state) if reply is not None and only_one else reply


def _open_question(turn: Turn, case: Case, note_id: str) -> Note | None:
    """The question she answers: the one that is quoted, or the only one of the case that is open."""
    waiting = turn.uow.notes.open_questions(case.id)
    named = next((note for note in waiting if note.id == note_id), None)
    return named or (waiting[0] if len(waiting) == 1 and not note_id else None)


def _tell(turn: Turn, case: Case, saying: Saying) -> Reply:
    if case.status is Status.CLOSED and small_talk(saying.words, turn.knowledge.vocabulary) is None:
        return _reopened(turn, case, saying)
    holder = notes.tell(turn.uow, case, turn.person, saying, turn.now)
    told = Text("follow.told", {"name": Verbatim(holder.name)}) if holder else Text("follow.kept")
    return say_about(case, told, state=Idle())


def _reopened(turn: Turn, case: Case, saying: Saying) -> Reply:
    """Something is not over after all: its owner has to say what is to be done."""
    notes.explain(turn.uow, case, turn.person, saying, turn.now)
    holder = assignments.owner(turn.uow, case)
    told = Text("follow.told", {"name": Verbatim(holder.name)}) if holder else Text("kept.to_coordinator")
    return say_about(case, told, state=Idle())


def _place(turn: Turn, saying: Saying) -> Reply | None:
    """Words without a quotation: the only open question, or she is asked which case they are for."""
    if not turn.person.is_a(Role.REFERRER) or turn.state.kind == "drafting":
        return None
    live = turn.uow.cases.live_of(turn.person.id)
    if not live:
        return kept.ask_about_earlier(turn, saying)
    asked = [(case, note) for case in live for note in turn.uow.notes.open_questions(case.id)]
    if len(asked) == 1 and len(live) == 1:
        return _quoted(turn, asked[0][0].id, asked[0][1].id, saying)
    if saying.files and len(live) == 1 and not turn.uow.unplaced.of(turn.person.id):
        # With one case under way a voice note is for that one.
        return _quoted(turn, live[0].id, "", saying)
    question = (
        Text("follow.for_this", {"reference": live[0].reference})
        if len(live) == 1
        else Text("follow.for_which")
    )
    return kept.ask(turn, saying, "sent", question)


# --- taps -------------------------------------------------------------------------------------------------------


def _is_side(turn: Turn, case: Case) -> bool:
    owner = turn.uow.assignments.owner(case.id)
    return turn.person.id == owner or access.stands_for(turn.uow, case, turn.person)


def _answer_tap(turn: Turn, note_id: str) -> Reply:
    asked = [
        (case, notes.find(turn.uow, case.id, note_id)) for case in turn.uow.cases.live_of(turn.person.id)
    ]
    case, question = next(((case, note) for case, note in asked if note is not None), (None, None))
    if case is None or question is None:
        return say(Text("follow.answered_before"))
    return say_about(
        case, *notes.said(turn.uow, question), Text("follow.answer_how"), state=Answering(case.id, note_id)
    )


def _meant(turn: Turn, case: Case) -> Reply:
    if case.status is Status.CANCELLED:
        return say_about(case, Text("follow.cancelled"))
    holder = assignments.owner(turn.uow, case)
    told = Text("follow.told", {"name": Verbatim(holder.name)}) if holder else Text("follow.kept")
    placed = kept.place(turn, case, partial(_put, case), say_about(case, told, state=Idle()))
    return placed or say_about(case, Text("answer.send_again"))


def _put(case: Case, turn: Turn, saying: Saying) -> Reply | None:
    return _quoted(turn, case.id, "", saying)


def _close(turn: Turn, case: Case) -> Reply:
    match followup.close(turn.uow, case, turn.person, turn.now):
        case Closing.CLOSED:
            return say_about(case, Text("follow.closed"))
        case Closing.OWED:
            return say_about(case, Text("follow.still_owed"))
        case _:
            return say_about(case, Text("duty.over"))
