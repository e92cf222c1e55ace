"""What is said to a report: the reader's answers, that the patient has left, and what was wrong with it."""

from bot.domain.case import Case, Status
from bot.domain.closing import offered
from bot.domain.people import Role
from bot.domain.report import Report, ReportKind, Response
from bot.domain.words import Command
from bot.messages import Choice, Line, MessageReceived, Text
from bot.services import access, followup, later, menus, readback
from bot.services.followup import Said
from bot.services.wording import case_name
from handlers.state import Composing, Explaining, Idle, State
from handlers.turn import Action, Reply, Say, Turn, say, say_about
from handlers.writing import Writing, lacking, offer

_ANSWERS = {
    "un": Response.UNDERSTOOD,
    "dg": Response.DOING,
    "cn": Response.CANNOT,
    "gn": Response.GONE,
    "nm": Response.NOT_MINE,
}
_VERBS = frozenset({*_ANSWERS, "ex", "lf", "rd"})

_SIDE = "corr.side"


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Taps under reports, keys pressed in calls about them, and what was wrong with one."""
    if action.verb == "co":
        return _correct(turn, action)
    if action.verb not in _VERBS:
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None or not access.may_answer(turn.uow, case, turn.person):
        return say(Text("common.not_yours"))
    readback.heard(turn.uow, case, turn.now)
    match action.verb:
        case "ex":
            return _explain(turn, case)
        case "lf":
            return _left(turn, case)
        case "rd":
            return _look(turn, case)
        case verb:
            return _answer(turn, case, action.arg(1), _ANSWERS[verb])


def on_command(turn: Turn, command: Command) -> Reply | None:
    """The patient has left, in words; nothing of ours where nobody waits to hear it, for "left" is a side too."""
    if command is not Command.LEFT or not isinstance(turn.state, Idle) or not turn.person.is_a(Role.REFERRER):
        return None
    waiting = [c for c in turn.uow.cases.live_of(turn.person.id) if readback.may_leave(turn.uow, c)]
    meant = [case for case in waiting if case.id == _quoted_case(turn)] or waiting
    match meant:
        case []:
            return None
        case [case]:
            return _left(turn, case)
        case _:
            choices = tuple(
                Choice(case_name(case), f"lf {case.reference}", row=row) for row, case in enumerate(meant)
            )
            return say(Text("loop.which_left"), choices=choices)


def _quoted_case(turn: Turn) -> str | None:
    if not isinstance(turn.event, MessageReceived) or turn.event.quoted is None:
        return None
    record = turn.uow.outbox.find_sent(turn.address, turn.event.quoted)
    return record.case_id if record else None


# --- the reader


def _answer(turn: Turn, case: Case, place: str, response: Response) -> Reply:
    sent = turn.uow.reports.sent_of(case.id)
    report = sent[int(place) - 1] if place.isdecimal() and 1 <= int(place) <= len(sent) else None
    if report is None:
        return say(Text("common.old_button"))
    if (refused := followup.refusal(turn.uow, case, report)) is not None:
        return _refused(turn, case, refused)
    if response not in offered(report.kind, report.content):
        return _shown(turn, case, Text("loop.push"))
    if case.status is Status.CLOSED and response.settles:
        return say_about(case, Text("follow.thanks_closed"))
    said = followup.respond(turn.uow, case, report, response, turn.person, turn.now)
    return _next(turn, case, response, said)


def _next(turn: Turn, case: Case, response: Response, said: Said) -> Reply:
    """What happens next, in one short sentence."""
    match response:
        case Response.UNDERSTOOD:
            close = (followup.close_choice(case),)
            return say_about(case, Text("follow.thanks"), choices=close, state=Idle())
        case Response.DOING if said is Said.LEAVING:
            left = (readback.left_choice(case),)
            return say_about(case, Text("loop.say_left"), choices=left, state=Idle())
        case Response.DOING:
            return say_about(case, Text("loop.thanks_doing"), state=Idle())
        case Response.CANNOT:
            return say_about(case, Text("loop.why_not"), state=Explaining(case.id, about="obstacle"))
        case Response.GONE:
            return say_about(case, Text("loop.gone_next"), state=_tells_where(turn, case))
        case Response.NOT_MINE:
            return say_about(case, Text("loop.not_mine_next"), state=Idle())


def _tells_where(turn: Turn, case: Case) -> State:
    """What she writes next is about the patient who is gone, unless she is at another one already."""
    return Idle() if turn.uow.cases.drafts_of(turn.person.id) else Explaining(case.id, about="gone")


def _refused(turn: Turn, case: Case, refused: Said) -> Reply:
    if refused is Said.WITHDRAWN:
        return say_about(case, Text("loop.withdrawn", {"reference": case.reference}))
    return _shown(turn, case, Text("follow.newer"))


def _look(turn: Turn, case: Case) -> Reply:
    """She was called and will look: here it is."""
    sent = turn.uow.reports.sent_of(case.id)
    if not sent:
        return say(Text("common.old_button"))
    if (refused := followup.refusal(turn.uow, case, sent[-1])) is not None:
        return _refused(turn, case, refused)
    return _shown(turn, case, Text("loop.push"))


def _shown(turn: Turn, case: Case, first: Line) -> Reply:
    """The newest report, which is what she has to follow."""
    newest = turn.uow.reports.sent_of(case.id)[-1]
    letter = readback.report_letter(turn.uow, case, newest)
    shown = Say(
        (first, *letter.body),
        choices=letter.choices,
        case_id=case.id,
        reference=case.reference,
        about=readback.REPORT,
    )
    return Reply((shown,))


def _explain(turn: Turn, case: Case) -> Reply:
    sent = turn.uow.reports.sent_of(case.id)
    if not sent:
        return say(Text("common.old_button"))
    followup.unclear(turn.uow, case, sent[-1], turn.person, turn.now)
    return say_about(case, Text("follow.explain_how"), state=Explaining(case.id))


def _left(turn: Turn, case: Case) -> Reply:
    followup.patient_left(turn.uow, case, turn.person, turn.now)
    sent = turn.uow.reports.sent_of(case.id)
    if sent and followup.refusal(turn.uow, case, sent[-1]) is Said.WITHDRAWN:
        return _refused(turn, case, Said.WITHDRAWN)
    return say_about(case, Text("loop.thanks_left"))


# --- what was wrong with it


def _correct(turn: Turn, action: Action) -> Reply | None:
    """The owner of a report is asked what was wrong with it; another patient's is taken back before he writes.

    None where it is not his to correct, and where what it says was wrong: its new words are a draft like any other.
    """
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    owns = case is not None and turn.uow.assignments.owner(case.id) == turn.person.id
    if case is None or not owns or not turn.uow.reports.sent_of(case.id):
        return None
    match action.arg(1):
        case "":
            report = later.begin_correction(turn.uow, case, turn.person, turn.now)
            return lacking(turn, Writing(case, report))
        case "side":
            report = _correction(turn, case)
            menu = menus.values(case, turn.knowledge.phrasebook.entry(_SIDE))
            return offer(case, menu, state=Composing(report.id, _SIDE))
        case "patient":
            followup.withdraw(turn.uow, case, turn.person, turn.now)
            writing = Writing(case, _correction(turn, case))
            return lacking(turn, writing, lead=(Text("loop.told_withdrawn"),))
        case _:
            return None


def _correction(turn: Turn, case: Case) -> Report:
    """Its draft, with the words that were typed for it."""
    return later.decide(turn.uow, case, turn.person, ReportKind.CORRECTION, turn.now)
