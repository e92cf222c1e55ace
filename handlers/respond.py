"""Answering a case: words, phrases, voice notes and pictures become a report, shown as it will be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.case import Case, HandoverKind, Status
from bot.domain.people import Role
from bot.domain.report import (
    Finding,
    ReportKind,
    ReportState,
    with_phrase,
    with_words,
    without_last,
)
from bot.domain.words import Command
from bot.language.phrase_file import Category, PhraseError
from bot.messages import Choice, MessageReceived, Phrase, Text, Verbatim
from bot.services import access, assignments, deliveries, fetal_sex, handovers, menus, notes, reports
from bot.services.assignments import Outcome
from bot.services.notes import Saying
from bot.services.post import key_for
from bot.services.reports import Sending
from bot.services.wording import case_line
from handlers.state import Asking, Composing, Idle, Opining, Pending, State
from handlers.turn import Action, Reply, Say, Turn, say, say_about
from handlers.writing import Writing, actions, edit, lacking, offer
from storage.outbox import SentRecord

_ASKS = frozenset({"ask", "aq", "aqp"})
_WRITES = frozenset(
    {"ph", "pc", "phx", "pv", "ur", "aa", "rs", "re", "rc", "rl", "ra", "rm", "rv", "ad", "co"}
)
_LONGEST = 2500
"""Signs of her own words in one report: it has to fit into one message in every language."""
_STILL_IN_MIND = timedelta(minutes=30)
_OFFERED = 10
"""Cases to choose from in one message."""


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
        case Asking(case_id=case_id):
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
    if len(likely) == 1 and sure:
        return _say_about(turn, likely[0], saying)
    if not held:
        return None
    if saying.files:
        return say(Text("answer.quote_card"))
    choices = tuple(
        Choice(case_line(case), f"for {case.reference}", row=place)
        for place, case in enumerate(most_likely(likely))
    )
    return say(Text("answer.which_case"), choices=choices, state=Pending(saying.stored))


def most_likely(cases: Sequence[Case]) -> Sequence[Case]:
    """The ten of her cases to choose from: those that wait for her report first, the newest first among each."""
    return sorted(cases, key=lambda case: (case.awaits_report, case.created_at), reverse=True)[:_OFFERED]


def _in_mind(case: Case, now: datetime) -> bool:
    """Whether her next words may be for it: it waits for her report, or has had one a moment ago."""
    return case.awaits_report or (case.reported_at is not None and now - case.reported_at < _STILL_IN_MIND)


def _say_about(turn: Turn, case: Case, saying: Saying) -> Reply:
    """Words for a known case: a question, an opinion, a value, a part of the report, or a note to its owner."""
    vocabulary = turn.knowledge.vocabulary
    if fetal_sex.hold(turn.uow, case, turn.person, saying.words, vocabulary=vocabulary, now=turn.now):
        return say_about(case, Phrase("obs.no_sex"), Text("answer.not_relayed"))
    if isinstance(turn.state, Asking) and turn.state.case_id == case.id:
        return _asked(turn, case, saying)
    offered = turn.uow.handovers.offered(case.id, turn.person.id)
    holder = turn.uow.assignments.owner(case.id)
    if holder != turn.person.id and offered is not None and offered.kind is HandoverKind.OPINION:
        notes.give_opinion(turn.uow, case, turn.person, offered.from_id, saying, turn.now)
        handovers.opinion_given(turn.uow, offered)
        return say_about(case, Text("answer.opinion_sent"), state=Idle())
    if holder is None and case.status is Status.OPEN:
        return _take_and_write(turn, case, saying)
    if holder != turn.person.id:
        return _note_to_owner(turn, case, saying)
    return _write(turn, case, saying)


def _take_and_write(turn: Turn, case: Case, saying: Saying) -> Reply:
    """An answer to a free case takes it first; somebody faster gets the words as a note."""
    if assignments.acknowledge(turn.uow, case, turn.person, turn.now) is not Outcome.YOURS:
        return _note_to_owner(turn, case, saying)
    reply = _write(turn, case, saying)
    lead = say_about(case, Text("answer.yours_now"))
    return Reply((*lead.says, *reply.says), reply.state)


def _note_to_owner(turn: Turn, case: Case, saying: Saying) -> Reply:
    holder = assignments.owner(turn.uow, case)
    if holder is None or not case.is_live:
        return say_about(case, Text("duty.over"))
    notes.tell(turn.uow, case, turn.person, saying, turn.now)
    return say_about(case, Text("answer.noted_for_owner", {"name": Verbatim(holder.name)}))


def _write(turn: Turn, case: Case, saying: Saying) -> Reply:
    """Her own words, voice notes and pictures go into the report."""
    report = reports.begun(turn.uow, case, turn.person, turn.now)
    known = sum(len(finding.words) for finding in report.content.findings) if report else 0
    if known + len(saying.stored) > _LONGEST:
        return say_about(case, Text("answer.too_long"))
    if report is None and saying.files:
        report = reports.draft_for(turn.uow, case, turn.person, ReportKind.ADDENDUM, turn.now)
    if report is None:
        return _addition_or_correction(case, saying)
    if isinstance(turn.state, Composing) and turn.state.report_id == report.id and turn.state.phrase:
        value = _typed_value(turn, Writing(case, report), saying.stored)
        if value is not None:
            return value
    if saying.files:
        report = reports.attach(turn.uow, report, turn.person, saying.files, turn.now)
    if saying.stored:
        report = turn.uow.reports.set_content(report, with_words(report.content, saying.stored))
    return lacking(turn, Writing(case, report))


def _addition_or_correction(case: Case, saying: Saying) -> Reply:
    return offer(case, menus.later(case), state=Pending(saying.stored))


def _typed_value(turn: Turn, writing: Writing, words: str) -> Reply | None:
    key = turn.state.phrase if isinstance(turn.state, Composing) else ""
    entry = turn.knowledge.phrasebook.entry(key)
    rule = next(iter(entry.placeholders.values()))
    return None if menus.value_of(rule, words) is None else _add_phrase(turn, writing, key, words)


# --- words alone ------------------------------------------------------------------------------------------------


def on_command(turn: Turn, command: Command) -> Reply | None:
    """While she writes: cancel, done and emergency are for the bot and never a part of what she writes."""
    if not turn.person.is_a(Role.SPECIALIST):
        return None
    if command is Command.CANCEL and turn.state.kind in ("asking", "opining", "pending"):
        return Reply((Say((Text("common.stopped"),)),), Idle())
    writing = _open_writing(turn)
    if writing is None:
        return None
    match command:
        case Command.CANCEL:
            return _draft_tap(turn, writing, Action("rc"))
        case Command.EMERGENCY:
            return _add_phrase(turn, writing, "urg.emergency", "")
        case Command.DONE:
            return lacking(turn, writing)
        case _:
            return None


def _open_writing(turn: Turn) -> Writing | None:
    """The report that she is writing just now."""
    case = _case(turn, _open_case(turn)) if isinstance(turn.state, Composing) else None
    report = turn.uow.reports.draft_of(case.id, turn.person.id) if case is not None else None
    held = case is not None and turn.uow.assignments.owner(case.id) == turn.person.id
    return Writing(case, report) if case is not None and report is not None and held else None


# --- taps -----------------------------------------------------------------------------------------------------


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Taps on questions, phrases, previews, and on the case that words were meant for."""
    if action.verb not in _ASKS | _WRITES | {"for"} or not turn.person.roles & {Role.SPECIALIST}:
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
    return _ask_tap(turn, case, action) if action.verb in _ASKS else _write_tap(turn, case, action)


def _meant(turn: Turn, case: Case) -> Reply:
    if not isinstance(turn.state, Pending):
        # Another case came between, or the button was tapped twice: a reply to this is for this case.
        return say_about(case, Text("answer.send_again"))
    reply = _say_about(turn, case, Saying(words=turn.state.words))
    return reply if reply.state is not None else Reply(reply.says, Idle())


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
    return say_about(case, Text("answer.question_sent"), state=state)


def _write_tap(turn: Turn, case: Case, action: Action) -> Reply:
    if turn.uow.assignments.owner(case.id) != turn.person.id:
        return say_about(case, Text("duty.not_held"))
    if action.verb in ("ad", "co"):
        return _begin_later(turn, case, action.verb)
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is None and action.verb in ("ph", "pc", "phx", "pv"):
        report = reports.begun(turn.uow, case, turn.person, turn.now)
        if report is None:
            return _addition_or_correction(case, Saying())
    if report is None:
        sent = action.verb == "rs" and turn.uow.reports.sent_of(case.id)
        return say_about(case, Text("answer.sent_before" if sent else "answer.nothing_to_send"))
    writing = Writing(case, report)
    return (
        _menu_tap(turn, writing, action)
        or _draft_tap(turn, writing, action)
        or say(Text("common.old_button"))
    )


def _begin_later(turn: Turn, case: Case, verb: str) -> Reply:
    """An addendum or a correction, with the words that were typed for it."""
    if not turn.uow.reports.sent_of(case.id):
        return say(Text("common.old_button"))
    kind = ReportKind.ADDENDUM if verb == "ad" else ReportKind.CORRECTION
    report = reports.draft_for(turn.uow, case, turn.person, kind, turn.now)
    words = turn.state.words if isinstance(turn.state, Pending) else ""
    if words:
        report = turn.uow.reports.set_content(report, with_words(report.content, words))
    return lacking(turn, Writing(case, report))


def _menu_tap(turn: Turn, writing: Writing, action: Action) -> Reply | None:
    """Lists to pick from, and picks."""
    case, state = writing.case, Composing(writing.report.id)
    match action.verb:
        case "ph":
            return offer(case, menus.categories(case, writing.report.kind), state=state)
        case "pc" if action.arg(1) in set(Category):
            menu = menus.phrases(
                turn.knowledge.phrasebook, case, Category(action.arg(1)), menus.page_number(action.arg(2))
            )
            return offer(case, menu, state=state)
        case "aa":
            return actions(turn, writing)
        case "phx" | "pv":
            return _add_phrase(turn, writing, action.arg(1), action.arg(2))
        case "ur" if action.arg(1):
            return _add_phrase(turn, writing, f"urg.{action.arg(1)}", action.arg(2))
        case "ur":
            return offer(case, menus.urgencies(case), state=state)
        case _:
            return None


def _add_phrase(turn: Turn, writing: Writing, key: str, typed: str) -> Reply | None:
    """A phrase for the report; one with an open value asks for it first. None for what no phrase is."""
    book = turn.knowledge.phrasebook
    try:
        entry = book.entry(key)
    except PhraseError:
        return None
    params: tuple[tuple[str, str | int], ...] = ()
    if entry.placeholders:
        name, rule = next(iter(entry.placeholders.items()))
        value = menus.value_of(rule, typed)
        if value is None:
            return offer(
                writing.case, menus.values(writing.case, entry), state=Composing(writing.report.id, key)
            )
        params = ((name, value),)
    content = with_phrase(writing.report.content, Finding(key, params))
    report = turn.uow.reports.set_content(writing.report, content)
    return lacking(turn, Writing(writing.case, report))


def _draft_tap(turn: Turn, writing: Writing, action: Action) -> Reply | None:
    """Send, edit, cancel."""
    case, report = writing.case, writing.report
    match action.verb:
        case "rs":
            return _send(turn, writing, action.arg(1))
        case "re":
            return edit(writing)
        case "rl":
            content = without_last(report.content)
            return edit(Writing(case, turn.uow.reports.set_content(report, content)))
        case "rm":
            return edit(Writing(case, reports.drop_media(turn.uow, report)))
        case "rv":
            return lacking(turn, writing)
        case "ra":
            return lacking(turn, Writing(case, reports.clear(turn.uow, report)))
        case "rc":
            turn.uow.reports.discard(report)
            return say_about(case, Text("answer.discarded"), state=Idle())
        case _:
            return None


def _send(turn: Turn, writing: Writing, revision: str) -> Reply:
    case, report = writing.case, writing.report
    if revision != str(report.revision):
        return lacking(turn, writing, lead=(Text("answer.changed_since"),))
    match reports.send(turn.uow, case, report, turn.person, turn.now):
        case Sending.SENT:
            key = key_for(deliveries.told_key(report), turn.person.id)
            return say_about(case, deliveries.sent_line(turn.uow, case), state=Idle(), key=key)
        case Sending.WAITS:
            return say_about(case, Text("answer.media_waits"))
        case Sending.INCOMPLETE:
            return lacking(turn, writing)
        case _:
            return say_about(case, Text("answer.nothing_to_send"), state=Idle())
