"""The draft of a report: the lists to pick from, the picks that go into it, and what is done with it."""

from bot.domain.case import Case
from bot.domain.marks import Mark, mark_of
from bot.domain.report import (
    Finding,
    ReportKind,
    replaced,
    with_phrase,
    without_last,
    without_phrase,
)
from bot.language.phrase_file import Category, PhraseError
from bot.messages import Text
from bot.services import later, menus, reports
from handlers.placing import ask_place, awaited, in_report, located, marked, typed_mark
from handlers.state import Composing, Idle
from handlers.turn import Action, Reply, Turn, say, say_about
from handlers.writing import Writing, actions, edit, lacking, offer, send


def begin_later(turn: Turn, case: Case, verb: str) -> Reply:
    """An addendum or a correction, with the words that were typed for it."""
    if not turn.uow.reports.sent_of(case.id):
        return say(Text("common.old_button"))
    kind = ReportKind.ADDENDUM if verb == "ad" else ReportKind.CORRECTION
    report = later.decide(turn.uow, case, turn.person, kind, turn.now)
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
        case "pm" | "pt":
            return _phrase_tap(turn, writing, action)
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
    return _put(turn, writing, Finding(key, params))


def typed_value(turn: Turn, writing: Writing, words: str) -> Reply | None:
    """The value or place that a phrase waits for, typed; None for words that the phrase does not allow."""
    if not isinstance(turn.state, Composing):
        return None
    key = turn.state.phrase
    rules = turn.knowledge.phrasebook.entry(key).placeholders
    if rules and not turn.state.given:
        rule = next(iter(rules.values()))
        return None if menus.value_of(rule, words) is None else add_phrase(turn, writing, key, words)
    mark = typed_mark(words, turn.knowledge.vocabulary)
    return _mark(turn, writing, key, mark) if mark else None


def names_place(turn: Turn, words: str) -> bool:
    """Whether a side or bone is typed that she is asked for: "left" says elsewhere that the patient has left."""
    awaits = isinstance(turn.state, Composing) and bool(turn.state.phrase)
    return awaits and typed_mark(words, turn.knowledge.vocabulary) is not None


def _put(turn: Turn, writing: Writing, finding: Finding) -> Reply:
    """A phrase into the report once its place is known; before that the question after it."""
    case, report = writing.case, writing.report
    finding = located(turn.knowledge.phrasebook, case, finding)
    asked = ask_place(turn, case, report, finding)
    if asked is not None:
        return asked
    unplaced = in_report(turn, report, finding.phrase)
    content = (
        replaced(report.content, unplaced, finding) if unplaced else with_phrase(report.content, finding)
    )
    return lacking(turn, Writing(case, turn.uow.reports.set_content(report, content)))


def _mark(turn: Turn, writing: Writing, key: str, mark: Mark) -> Reply | None:
    """One more mark for the place of a phrase; None where it is never asked for it."""
    finding = awaited(turn, writing.report, key)
    better = marked(turn.knowledge.phrasebook, finding, mark)
    return _put(turn, writing, better) if better else None


def _phrase_tap(turn: Turn, writing: Writing, action: Action) -> Reply | None:
    """The place of a phrase, or a phrase taken out that does not fit beside another."""
    key = action.arg(1)
    if action.verb == "pm":
        return _mark_tap(turn, writing, key, action.arg(2))
    if key not in turn.knowledge.phrasebook.entries:
        return None
    content = without_phrase(writing.report.content, key)
    return lacking(turn, Writing(writing.case, turn.uow.reports.set_content(writing.report, content)))


def _mark_tap(turn: Turn, writing: Writing, key: str, value: str) -> Reply | None:
    """A tapped place, or the rest of the places to tap."""
    book = turn.knowledge.phrasebook
    rule = book.rule(key)
    if rule is None or not rule.needs:
        return None
    if value == menus.OTHERS:
        finding = located(book, writing.case, awaited(turn, writing.report, key))
        return ask_place(turn, writing.case, writing.report, finding, others=True)
    mark = mark_of(value)
    return _mark(turn, writing, key, mark) if mark else None


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
            later.over(turn.uow, report, turn.now)
            return say_about(case, Text("answer.discarded"), state=Idle())
        case _:
            return None
