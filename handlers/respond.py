"""Answering a case: words, phrases, voice notes and pictures become a report, shown as it will be sent."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import Case, Handover, HandoverKind, Status
from bot.domain.fact_parser import parse_facts
from bot.domain.people import Role
from bot.domain.report import Content, Finding, Report, ReportKind, ReportState, with_words
from bot.domain.report_check import cannot_read
from bot.domain.study import Priority
from bot.domain.words import WAIT, Command, bare_number, small_talk
from bot.language.phrase_file import Category
from bot.messages import Choice, MessageReceived, Phrase, Text, Verbatim
from bot.services import (
    access,
    assignments,
    fetal_sex,
    handovers,
    later,
    menus,
    notes,
    report_gate,
    reports,
    unplaced,
)
from bot.services.assignments import Outcome
from bot.services.notes import Saying
from handlers import kept as waiting
from handlers import law, other_side, rewording
from handlers.compose import add_phrase, begin_later, draft_tap, menu_tap, names_place, typed_value
from handlers.state import Asking, Composing, Idle, Opining, Siding, State
from handlers.turn import Action, Reply, Say, Turn, say, say_about
from handlers.writing import Writing, lacking, offer
from storage.outbox import SentRecord

_ASKS = frozenset({"ask", "aq", "aqp"})
_WRITES = frozenset(
    {"ph", "pc", "phx", "pv", "pm", "pt", "ur", "aa", "rs", "re", "rc", "rl", "ra", "rm", "rv", "ad", "co"}
)
_LONGEST = 2500
"""Signs of her own words in one report: it has to fit into one message in every language."""
_STILL_IN_MIND = timedelta(minutes=30)


# --- words, voice notes, pictures -----------------------------------------------------------------------------


def on_message(turn: Turn, message: MessageReceived, quoted: SentRecord | None) -> Reply | None:
    """Whatever a specialist says about a case; None where it is not about one of hers."""
    if not turn.person.is_a(Role.SPECIALIST):
        return _unverified(turn, quoted)
    saying = Saying(words=message.text, files=message.attachments)
    if not saying.stored and not saying.files:
        return None
    if quoted is None and turn.state.kind in ("answering", "explaining"):
        return None
    if quoted is None and message.quoted is not None:
        return _place(turn, saying, sure=False)
    quoted_case = quoted.case_id if quoted else None
    case = _case(turn, quoted_case or _open_case(turn))
    if case is not None and case.referrer_id == turn.person.id:
        return None
    if case is not None:
        return _say_about(turn, case, saying)
    return None if quoted_case else _place(turn, saying)


def _unverified(turn: Turn, quoted: SentRecord | None) -> Reply | None:
    if Role.SPECIALIST not in turn.person.roles or turn.person.is_a(Role.REFERRER) or quoted is None:
        return None
    return say(Text("duty.not_verified")) if quoted.case_id else None


def _case(turn: Turn, case_id: str | None) -> Case | None:
    return access.case_of_id(turn.uow, turn.person, case_id, turn.now) if case_id else None


def _open_case(turn: Turn) -> str | None:
    """The case of the question that is open with her."""
    match turn.state:
        case Composing(report_id=report_id):
            report = turn.uow.reports.get(report_id)
            held = turn.uow.assignments.owner(report.case_id) == turn.person.id
            return report.case_id if held and report.state is ReportState.DRAFT else None
        case Asking(case_id=case_id) | Siding(case_id=case_id):
            return case_id
        case Opining(handover_id=handover_id):
            handover = turn.uow.handovers.get(handover_id)
            return handover.case_id if handover else None
        case _:
            return None


def _place(turn: Turn, saying: Saying, *, sure: bool = True) -> Reply | None:
    """Words without a quotation: the only case that waits for her report, or she is asked which.

    Not `sure`: she quotes something whose number we never learned (the vendor took it, its answer was lost), so it
    may be about any of her cases, whatever question is open.
    """
    if turn.person.is_a(Role.REFERRER) and (saying.files or turn.uow.cases.draft_of(turn.person.id)):
        return None
    held = turn.uow.cases.held_by(turn.person.id)
    likely = [case for case in held if _in_mind(case, turn.now)] or held
    talks = not saying.files and small_talk(saying.stored, turn.knowledge.vocabulary) is not None
    if likely and ((len(likely) == 1 and sure) or talks):
        return _say_about(turn, unplaced.likeliest(likely)[0], saying)
    if not held:
        return None
    return waiting.ask(turn, saying, "held", Text("answer.which_case"))


def _in_mind(case: Case, now: datetime) -> bool:
    """Whether her next words may be for it: it waits for her report, or has had one a moment ago."""
    return case.awaits_report or (case.reported_at is not None and now - case.reported_at < _STILL_IN_MIND)


def _say_about(turn: Turn, case: Case, saying: Saying) -> Reply:
    """Words for a known case: a question, an opinion, a value, a part of the report, or a note to its owner."""
    vocabulary = turn.knowledge.vocabulary
    talk = None if names_place(turn, saying.stored) else small_talk(saying.stored, vocabulary)
    if talk is not None and saying.files:
        saying = replace(saying, words="")
    elif talk is not None and (reply := _talk(turn, case, talk, saying.stored)) is not None:
        return reply
    if _is_held(turn, case, saying):
        return say_about(case, Phrase("obs.no_sex"), Text("answer.not_relayed"))
    saying, refused = law.without_files(turn, case, saying)
    if refused and not saying.stored:
        return Reply(refused)
    reply = _said(turn, case, saying)
    return Reply((*refused, *reply.says), reply.state)


def _is_held(turn: Turn, case: Case, saying: Saying) -> bool:
    """Whether words may tell the sex of an unborn child; a number that a phrase waits for tells its value."""
    if isinstance(turn.state, Composing) and turn.state.phrase and bare_number(saying.words) is not None:
        return False
    vocabulary = turn.knowledge.vocabulary
    return fetal_sex.hold(turn.uow, case, turn.person, saying.words, vocabulary=vocabulary, now=turn.now)


def _said(turn: Turn, case: Case, saying: Saying) -> Reply:
    waits = other_side.waiting(turn, case)
    asks = isinstance(turn.state, Asking) and turn.state.case_id == case.id
    if asks or (waits is not None and waits.to == "referrer"):
        return other_side.ask(turn, case, saying, "referrer") or _asked(turn, case, saying)
    offered = turn.uow.handovers.offered(case.id, turn.person.id)
    holder = turn.uow.assignments.owner(case.id)
    if holder != turn.person.id and offered is not None and offered.kind is HandoverKind.OPINION:
        return other_side.ask(turn, case, saying, "colleague") or _opinion(turn, case, offered, saying)
    if holder is None and case.status is Status.OPEN:
        return _take_and_write(turn, case, saying)
    if holder != turn.person.id:
        return _note_to_owner(turn, case, saying)
    return _write(turn, case, saying)


def _opinion(turn: Turn, case: Case, offered: Handover, saying: Saying) -> Reply:
    notes.give_opinion(turn.uow, case, turn.person, offered.from_id, saying, turn.now)
    handovers.opinion_given(turn.uow, offered)
    return say_about(case, Text("answer.opinion_sent"), state=Idle())


def _talk(turn: Turn, case: Case, talk: str, words: str) -> Reply | None:
    """Thanks and greetings, commands and signs: no report, no question, and no case is taken by them.

    None where they may be meant for somebody: her opinion, or a note to the owner.
    """
    holder = turn.uow.assignments.owner(case.id)
    if holder is None and case.status is Status.OPEN:
        take = Choice(Text("card.have"), f"ack {case.reference}")
        return say_about(case, Text("report_check.not_taken"), choices=(take,))
    if holder != turn.person.id:
        return None
    if talk == WAIT:
        return say_about(case, Text("report_check.waiting"))
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is not None and report.content != Content():
        # "Left" says of a patient that he has left, and answers a wrong side too.
        writing = Writing(case, report)
        return rewording.on_words(turn, writing, words) or lacking(turn, writing)
    if report is None and not case.awaits_report:
        return say_about(case, Text("report_check.nothing_owed"))
    phrases = Choice(Text("answer.phrases"), f"ph {case.reference}")
    return say_about(case, Text("report_check.not_written"), choices=(phrases,))


def _take_and_write(turn: Turn, case: Case, saying: Saying) -> Reply:
    """An answer to a free case takes it first; somebody faster gets the words as a note."""
    if assignments.acknowledge(turn.uow, case, turn.person, turn.now) is not Outcome.YOURS:
        return _note_to_owner(turn, case, saying)
    reply = _write(turn, case, saying)
    lead = say_about(case, Text("answer.yours_now"))
    return Reply((*lead.says, *reply.says), reply.state)


def _note_to_owner(turn: Turn, case: Case, saying: Saying, *, sure: bool = False) -> Reply:
    """`sure` where she was asked about the side in her words already."""
    holder = assignments.owner(turn.uow, case)
    done = Idle() if other_side.waiting(turn, case) else None
    if holder is None or not case.is_live:
        return say_about(case, Text("duty.over"), state=done)
    if not sure and (asked := other_side.ask(turn, case, saying, "owner")) is not None:
        return asked
    notes.tell(turn.uow, case, turn.person, saying, turn.now)
    return say_about(case, Text("answer.noted_for_owner", {"name": Verbatim(holder.name)}), state=done)


def _write(turn: Turn, case: Case, saying: Saying) -> Reply:
    """Her own words, voice notes and pictures go into the report."""
    report = reports.begun(turn.uow, case, turn.person, turn.now)
    known = sum(len(finding.words) for finding in report.content.findings) if report else 0
    if known + len(saying.stored) > _LONGEST:
        return say_about(case, Text("answer.too_long"))
    if report is None and saying.files:
        report = later.decide(turn.uow, case, turn.person, ReportKind.ADDENDUM, turn.now)
    if report is None:
        return _addition_or_correction(turn, case, saying)
    if isinstance(turn.state, Composing) and turn.state.report_id == report.id and turn.state.phrase:
        value = typed_value(turn, Writing(case, report), saying.stored)
        if value is not None:
            return value
    if saying.files:
        report = reports.attach(turn.uow, report, turn.person, saying.files, turn.now)
    elif (anew := rewording.on_words(turn, Writing(case, report), saying.stored)) is not None:
        return anew
    report = _with_words(turn, report, saying.stored)
    if not saying.files and not later.is_open(turn.uow, report) and _is_unreadable(turn, case, saying.stored):
        return offer(case, report_gate.retake_menu(case, typed=True), state=Composing(report.id))
    return lacking(turn, Writing(case, report))


def _with_words(turn: Turn, report: Report, words: str) -> Report:
    """Her words as a line of the draft; said twice in a row they stand there once."""
    if not words or report.content.findings[-1:] == (Finding(words=words),):
        return report
    return turn.uow.reports.set_content(report, with_words(report.content, words))


def _is_unreadable(turn: Turn, case: Case, words: str) -> bool:
    """Whether her words say only that the picture is no good, before the referrer has answered to that."""
    says = cannot_read(words, turn.knowledge.vocabulary)
    return says and not report_gate.no_better_picture(turn.uow, case)


def _addition_or_correction(turn: Turn, case: Case, saying: Saying) -> Reply:
    """Until she says which, her words wait in the draft."""
    return lacking(turn, Writing(case, later.hold(turn.uow, case, turn.person, saying.stored, turn.now)))


# --- words alone ------------------------------------------------------------------------------------------------


def on_command(turn: Turn, command: Command) -> Reply | None:
    """While she writes: cancel, done and emergency are for the bot and never a part of what she writes."""
    if not turn.person.is_a(Role.SPECIALIST):
        return None
    if command is Command.CANCEL and turn.state.kind in ("asking", "opining", "pending", "siding"):
        if turn.state.kind == "pending":
            waiting.forget(turn)
        return Reply((Say((Text("common.stopped"),)),), Idle())
    writing = _open_writing(turn)
    if writing is None:
        return None
    match command:
        case Command.CANCEL if isinstance(turn.state, Composing) and turn.state.phrase:
            back = Composing(writing.report.id)
            return say_about(writing.case, Text("commands.question_stopped"), state=back)
        case Command.CANCEL:
            return draft_tap(turn, writing, Action("rc"))
        case Command.EMERGENCY:
            return _emergency(turn, writing)
        case Command.DONE:
            return lacking(turn, writing)
        case _:
            return None


def _emergency(turn: Turn, writing: Writing) -> Reply | None:
    """The word itself is the urgency, and the answer says so; "critical", "worse" tell of the patient."""
    words = turn.event.text if isinstance(turn.event, MessageReceived) else ""
    if words and parse_facts(words, turn.knowledge.vocabulary).priority is not Priority.EMERGENCY:
        return _write(turn, writing.case, Saying(words=words))
    reply = add_phrase(turn, writing, "urg.emergency", "")
    if reply is None or not reply.says:
        return reply
    first, *rest = reply.says
    head, *body = first.body
    said = replace(first, body=(head, Text("answer.is_emergency", strong=True), *body))
    return Reply((said, *rest), reply.state)


def _open_writing(turn: Turn) -> Writing | None:
    """The report that she is writing just now."""
    case = _case(turn, _open_case(turn)) if isinstance(turn.state, Composing) else None
    report = turn.uow.reports.draft_of(case.id, turn.person.id) if case is not None else None
    held = case is not None and turn.uow.assignments.owner(case.id) == turn.person.id
    return Writing(case, report) if case is not None and report is not None and held else None


# --- taps -----------------------------------------------------------------------------------------------------


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Taps on questions, phrases, previews, and on the case that words were meant for."""
    if action.verb not in _ASKS | _WRITES | other_side.TAPS | {"for"} or not turn.person.roles & {
        Role.SPECIALIST
    }:
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is not None and case.referrer_id == turn.person.id:
        return None
    if not turn.person.is_a(Role.SPECIALIST):
        return say(Text("duty.not_verified"))
    if case is None:
        return say(Text("common.not_yours"))
    if action.verb == "for":
        return _meant(turn, case)
    if action.verb in other_side.TAPS:
        return _side_tap(turn, case, action)
    return _ask_tap(turn, case, action) if action.verb in _ASKS else _write_tap(turn, case, action)


def _meant(turn: Turn, case: Case) -> Reply:
    """Where nothing waits (the button was tapped twice), a reply to the answer is for this case."""
    reply = waiting.place_as_one(turn, lambda at, saying: _say_about(at, case, saying))
    return reply or say_about(case, Text("answer.send_again"))


def _side_tap(turn: Turn, case: Case, action: Action) -> Reply:
    """Her words go as they are to who they were for, or what she types next stands in their place."""
    waits = other_side.waiting(turn, case)
    if waits is None:
        return say_about(case, Text("answer.send_again"))
    if action.verb == "sc":
        return say_about(case, Text("report_check.write_again"))
    saying = Saying(words=waits.words)
    if waits.to == "referrer":
        return _asked(turn, case, saying)
    offered = turn.uow.handovers.offered(case.id, turn.person.id)
    if waits.to == "colleague" and offered is not None:
        return _opinion(turn, case, offered, saying)
    return _note_to_owner(turn, case, saying, sure=True)


def _ask_tap(turn: Turn, case: Case, action: Action) -> Reply:
    """A question by button; anybody who may read the case may ask before it is reported."""
    if not case.is_live:
        return say_about(case, Text("duty.over"))
    book = turn.knowledge.phrasebook
    match action.verb:
        case "aq":
            if book.entries.get(action.arg(1)) not in book.of_category(Category.QUESTION):
                return say(Text("common.old_button"))
            return _asked(turn, case, Saying(phrase=action.arg(1)))
        case _:
            menu = menus.questions(book, case, menus.page_number(action.arg(1)))
            return offer(case, menu, state=Asking(case.id))


def _asked(turn: Turn, case: Case, saying: Saying) -> Reply:
    notes.ask(turn.uow, case, turn.person, saying, turn.now)
    state: State = Idle()
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is not None:
        state = Composing(report.id)
    held = turn.uow.assignments.owner(case.id) == turn.person.id and case.awaits_report
    back = (assignments.give_back_choice(case),) if held else ()
    return say_about(case, Text("answer.question_sent"), choices=back, state=state)


def _write_tap(turn: Turn, case: Case, action: Action) -> Reply:
    if turn.uow.assignments.owner(case.id) != turn.person.id:
        return say_about(case, Text("duty.not_held"))
    if action.verb in ("ad", "co"):
        return begin_later(turn, case, action.verb)
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is None and action.verb in ("ph", "pc", "phx", "pv", "pm"):
        report = reports.begun(turn.uow, case, turn.person, turn.now)
        if report is None:
            return offer(case, menus.later(case), state=Idle())
    if report is None:
        sent = action.verb == "rs" and turn.uow.reports.sent_of(case.id)
        return say_about(case, Text("answer.sent_before" if sent else "answer.nothing_to_send"))
    writing = Writing(case, report)
    return (
        menu_tap(turn, writing, action) or draft_tap(turn, writing, action) or say(Text("common.old_button"))
    )
