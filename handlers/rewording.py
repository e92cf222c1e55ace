"""Words typed while a line of the report is asked back: they take its place where they say it anew."""

from bot.domain.report import Finding, needs, with_words
from bot.domain.report_check import DIFFERENCES, Objection
from bot.domain.rewording import Meaning, instead, reworded
from bot.messages import Choice, Text, Verbatim
from bot.services import later, reports
from handlers.state import Composing
from handlers.turn import Reply, Turn, say_about
from handlers.writing import Writing, gate_of, lacking


def on_words(turn: Turn, writing: Writing, words: str) -> Reply | None:
    """None where nothing is asked back, or where they are a line like any other."""
    asked = _asked(turn, writing)
    if asked is None or not words:
        return None
    case, report = writing.case, writing.report
    found = reworded(words, report.content, case.facts, asked, turn.knowledge.vocabulary)
    match found.meaning:
        case Meaning.INSTEAD if found.line is not None:
            return _instead(turn, writing, found.line, words)
        case Meaning.ONLY_THE_FACT:
            return taken_out(turn, writing)
        case Meaning.UNCLEAR:
            return _ask(turn, writing, words)
        case _:
            return None


def _asked(turn: Turn, writing: Writing) -> Objection | None:
    """The difference from the case that its author is asked about just now."""
    case, report = writing.case, writing.report
    at_it = isinstance(turn.state, Composing) and turn.state == Composing(report.id)
    if (
        not at_it
        or needs(report.content)
        or later.is_open(turn.uow, report)
        or reports.waits(turn.uow, report)
    ):
        return None
    first = next(iter(gate_of(turn).open_questions(case, report.content)), None)
    return first if isinstance(first, Objection) and first.kind in DIFFERENCES else None


def _instead(turn: Turn, writing: Writing, line: Finding, words: str) -> Reply:
    """The line is written anew; what stood there is shown, so that nothing goes unseen."""
    content = instead(writing.report.content, line, words)
    report = turn.uow.reports.set_content(writing.report, content)
    lead = Text("report_check.instead_of", {"line": Verbatim(line.words)})
    return lacking(turn, Writing(writing.case, report), lead=(lead,))


def _ask(turn: Turn, writing: Writing, words: str) -> Reply:
    """Once, whether the line that is asked about goes or stays beside the new one."""
    case = writing.case
    content = with_words(writing.report.content, words)
    report = turn.uow.reports.set_content(writing.report, content)
    tap = f"{case.reference} {report.revision}"
    choices = (
        Choice(Text("report_check.old_line_out"), f"cr {tap}"),
        Choice(Text("report_check.keep_both"), f"cf {tap}", row=1),
    )
    old = gate_of(turn).lines_of(case, content)
    return say_about(
        case, Text("report_check.in_its_place"), *old, choices=choices, state=Composing(report.id)
    )


def taken_out(turn: Turn, writing: Writing) -> Reply:
    """The lines that were asked about are gone, and she writes them again."""
    case, report = writing.case, writing.report
    gate = gate_of(turn)
    lines = gate.lines_of(case, report.content)
    report = without_asked(turn, writing).report
    if not lines:
        return lacking(turn, Writing(case, report))
    choices = (
        Choice(Text("report_check.go_on"), f"rv {case.reference}"),
        Choice(Text("answer.phrases"), f"ph {case.reference}", row=1),
    )
    return say_about(
        case, *lines, Text("report_check.taken_out"), choices=choices, state=Composing(report.id)
    )


def without_asked(turn: Turn, writing: Writing) -> Writing:
    """The draft without the lines that its author is asked about."""
    content = gate_of(turn).take_out(writing.case, writing.report.content)
    if content == writing.report.content:
        return writing
    return Writing(writing.case, turn.uow.reports.set_content(writing.report, content))
