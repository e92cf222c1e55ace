"""What is asked back before a report leaves, answered; and a better picture, asked for and answered."""

from collections.abc import Callable

from bot.domain.case import Case
from bot.domain.report import Content, Report
from bot.messages import Text, Verbatim
from bot.services import access, notes
from bot.services.notes import NO_BETTER, Saying
from bot.services.report_gate import RETAKES
from handlers.rewording import taken_out, without_asked
from handlers.state import Composing, Idle, State
from handlers.turn import Action, Reply, Turn, say, say_about
from handlers.writing import Writing, gate_of, lacking


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Right as written, change it, ask for a better picture, it is a part of the answer; no better picture."""
    if action.verb == "nb":
        return _no_better(turn, action.arg(0))
    if action.verb not in ("cq", "cw", *_ACTS):
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None:
        return say(Text("common.not_yours"))
    if turn.uow.assignments.owner(case.id) != turn.person.id:
        return say_about(case, Text("duty.not_held"))
    match action.verb:
        case "cq":
            return _better_picture(turn, case, action.arg(1))
        case "cw":
            return _part_of_answer(turn, case)
        case verb:
            return _answered(turn, case, action.arg(1), _ACTS[verb])


def _answered(turn: Turn, case: Case, revision: str, act: Callable[[Turn, Writing], Reply]) -> Reply:
    """An answer to the open question; one to the question of another revision asks what is open now."""
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is None:
        sent = turn.uow.reports.sent_of(case.id)
        return say_about(case, Text("answer.sent_before" if sent else "answer.nothing_to_send"))
    writing = Writing(case, report)
    if revision != str(report.revision):
        return lacking(turn, writing, lead=(Text("answer.changed_since"),))
    return act(turn, writing)


def _confirmed(turn: Turn, writing: Writing) -> Reply:
    case, report = writing.case, writing.report
    content = gate_of(turn).confirm(case, report.content)
    return lacking(turn, Writing(case, _with(turn, report, content)))


def _old_line_out(turn: Turn, writing: Writing) -> Reply:
    """What she wrote stands in the place of the line that was asked about."""
    return lacking(turn, without_asked(turn, writing))


_ACTS = {"cf": _confirmed, "cr": _old_line_out, "cx": taken_out}


def _with(turn: Turn, report: Report, content: Content) -> Report:
    return report if content == report.content else turn.uow.reports.set_content(report, content)


# --- pictures that can't be read -----------------------------------------------------------------------------------


def _better_picture(turn: Turn, case: Case, reason: str) -> Reply:
    """A question to the referrer; what only said so leaves the draft."""
    if reason not in RETAKES:
        return say(Text("common.old_button"))
    if not case.is_live:
        return say_about(case, Text("duty.over"))
    notes.ask(turn.uow, case, turn.person, Saying(phrase=reason), turn.now)
    state: State = Idle()
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is not None:
        kept = gate_of(turn).without_pictures(report.content)
        state = Composing(_with(turn, report, kept).id)
    return say_about(case, Text("report_check.retake_asked"), state=state)


def _part_of_answer(turn: Turn, case: Case) -> Reply:
    """Words that sounded like no report stay in it."""
    report = turn.uow.reports.draft_of(case.id, turn.person.id)
    if report is None:
        return say_about(case, Text("answer.send_again"))
    return lacking(turn, Writing(case, report))


def _no_better(turn: Turn, note_id: str) -> Reply:
    """The referrer's answer to who asked for a better picture."""
    asked = (
        (case, question)
        for case in turn.uow.cases.live_of(turn.person.id)
        if (question := notes.find(turn.uow, case.id, note_id)) is not None
    )
    case, question = next(asked, (None, None))
    if case is None or question is None:
        return say(Text("follow.answered_before"))
    notes.answer(turn.uow, case, question, turn.person, Saying(phrase=NO_BETTER), turn.now)
    asker = turn.uow.people.get(question.from_id)
    return say_about(case, Text("follow.answered", {"name": Verbatim(asker.name)}), state=Idle())
