"""The draft of a report: the lists to pick from, the picks that go into it, and what is done with it."""

from bot.domain.case import Case
from bot.domain.report import (
    Finding,
    ReportKind,
    with_phrase,
    with_words,
    without_last,
)
from bot.language.phrase_file import Category, PhraseError
from bot.messages import Text
from bot.services import menus, reports
from handlers.state import Composing, Idle, Pending
from handlers.turn import Action, Reply, Turn, say, say_about
from handlers.writing import Writing, actions, edit, lacking, offer, send


def begin_later(turn: Turn, case: Case, verb: str) -> Reply:
    """An addendum or a correction, with the words that were typed for it."""
    if not turn.uow.reports.sent_of(case.id):
        return say(Text("common.old_button"))
    kind = ReportKind.ADDENDUM if verb == "ad" else ReportKind.CORRECTION
    report = reports.draft_for(turn.uow, case, turn.person, kind, turn.now)
    words = turn.state.words if isinstance(turn.state, Pending) else ""
    if words:
        report = turn.uow.reports.set_content(report, with_words(report.content, words))
    return lacking(turn, Writing(case, report))


def menu_tap(turn: Turn, writing: Writing, action: Action) -> Reply | None:
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
            return add_phrase(turn, writing, action.arg(1), action.arg(2))
        case "ur" if action.arg(1):
            return add_phrase(turn, writing, f"urg.{action.arg(1)}", action.arg(2))
        case "ur":
            return offer(case, menus.urgencies(case), state=state)
        case _:
            return None


def add_phrase(turn: Turn, writing: Writing, key: str, typed: str) -> Reply | None:
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


def typed_value(turn: Turn, writing: Writing, words: str) -> Reply | None:
    """The value of the phrase that waits for one, typed; None for words that the phrase does not allow."""
    key = turn.state.phrase if isinstance(turn.state, Composing) else ""
    entry = turn.knowledge.phrasebook.entry(key)
    rule = next(iter(entry.placeholders.values()))
    return None if menus.value_of(rule, words) is None else add_phrase(turn, writing, key, words)


def draft_tap(turn: Turn, writing: Writing, action: Action) -> Reply | None:
    """Send, edit, cancel."""
    case, report = writing.case, writing.report
    match action.verb:
        case "rs":
            return send(turn, writing, action.arg(1))
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
