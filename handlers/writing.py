"""A report that is being written: what it lacks is asked one thing a message, then it is shown as it will be sent."""

from dataclasses import dataclass, replace

from bot.domain.case import Case
from bot.domain.report import Need, Report, needs
from bot.language.phrase_file import Category
from bot.messages import Choice, Line, Phrase, Text
from bot.services import deliveries, fetal_sex, later, menus, report_gate, reports
from bot.services.menus import Menu
from bot.services.post import key_for
from bot.services.report_gate import Gate
from bot.services.reports import Sending
from handlers.state import Composing, Idle, State
from handlers.turn import Reply, Say, Turn, say_about


@dataclass(frozen=True, slots=True)
class Writing:
    """A case and the draft of its report."""

    case: Case
    report: Report


def gate_of(turn: Turn) -> Gate:
    """What has to be asked back before a report may leave."""
    return Gate(turn.knowledge.vocabulary, turn.knowledge.phrasebook)


def lacking(turn: Turn, writing: Writing, *, lead: tuple[Line, ...] = ()) -> Reply:
    """Whatever the report still lacks, or is asked back, one thing a message; then exactly what will be sent."""
    case, report = writing.case, _settled(turn, writing)
    writing = Writing(case, report)
    state = Composing(report.id)
    if later.is_open(turn.uow, report):
        menu = later.menu(case, report)
        return offer(case, Menu((*lead, *menu.lines), menu.choices), state=state)
    later.touched(turn.uow, case, report, turn.now)
    lacks = needs(report.content)
    if Need.FINDING in lacks:
        phrases = (Choice(Text("answer.phrases"), f"ph {case.reference}"),)
        return say_about(case, *lead, Text("answer.ask_finding"), choices=phrases, state=state)
    gate = gate_of(turn)
    if report_gate.unreadable(gate, turn.uow, case, report.content):
        return offer(case, report_gate.retake_menu(case, typed=False), state=state)
    if Need.URGENCY in lacks:
        menu = menus.urgencies(case)
        return offer(case, Menu((*lead, *menu.lines), menu.choices), state=state)
    if Need.ACTION in lacks:
        return actions(turn, writing)
    if reports.waits(turn.uow, report):
        return say_about(case, *lead, Text("answer.media_waits"), state=state)
    for asked in gate.open_questions(case, report.content)[:1]:
        menu = report_gate.question(gate, case, report, asked)
        return offer(case, Menu((*lead, *menu.lines), menu.choices), state=state)
    preview = Say(
        (*lead, *reports.preview_body(turn.uow, case, report)),
        choices=reports.preview_choices(case, report),
        case_id=case.id,
        reference=case.reference,
        about=reports.PREVIEW,
        topic=f"preview/{report.id}",
    )
    return Reply((preview,), state)


def _settled(turn: Turn, writing: Writing) -> Report:
    """The draft without what was confirmed of lines that are gone."""
    case, report = writing.case, writing.report
    content = gate_of(turn).settled(case, report.content)
    return report if content == report.content else turn.uow.reports.set_content(report, content)


def actions(turn: Turn, writing: Writing) -> Reply:
    """What the referrer should do, as phrases to pick from."""
    menu = menus.phrases(turn.knowledge.phrasebook, writing.case, Category.ACTION, 0)
    return offer(writing.case, menu, state=Composing(writing.report.id))


def offer(case: Case, menu: Menu, *, state: State) -> Reply:
    """A list to pick from."""
    return say_about(case, *menu.lines, choices=menu.choices, state=state)


def edit(writing: Writing) -> Reply:
    """What is in the report, and what can be done with it; typing adds to it."""
    menu = menus.editing(writing.case, writing.report.content)
    return offer(writing.case, menu, state=Composing(writing.report.id))


def send(turn: Turn, writing: Writing, revision: str) -> Reply:
    """To the referrer, as the preview of that revision shows it."""
    case, report = writing.case, writing.report
    if revision != str(report.revision):
        return lacking(turn, writing, lead=(Text("answer.changed_since"),))
    if (kept := _without_held(turn, case, report)) is not report:
        lead = (Phrase("obs.no_sex"), Text("answer.not_relayed"))
        return lacking(turn, Writing(case, kept), lead=lead)
    match reports.send(turn.uow, case, report, turn.person, turn.now, gate=gate_of(turn)):
        case Sending.SENT:
            key = key_for(deliveries.told_key(report), turn.person.id)
            return say_about(case, deliveries.sent_line(turn.uow, case), state=Idle(), key=key)
        case Sending.WAITS:
            return say_about(case, Text("answer.media_waits"))
        case Sending.INCOMPLETE | Sending.ASKED:
            return lacking(turn, writing)
        case _:
            return say_about(case, Text("answer.nothing_to_send"), state=Idle())


def _without_held(turn: Turn, case: Case, report: Report) -> Report:
    """The draft without lines that the law holds back: it may have become known since that a child may be there."""
    content = report.content
    kept = tuple(finding for finding in content.findings if not _is_held(turn, case, finding.words))
    if kept == content.findings:
        return report
    return turn.uow.reports.set_content(report, replace(content, findings=kept))


def _is_held(turn: Turn, case: Case, words: str) -> bool:
    vocabulary = turn.knowledge.vocabulary
    return fetal_sex.hold(turn.uow, case, turn.person, words, vocabulary=vocabulary, now=turn.now)
