"""Where a finding is: one question after the other until its phrase may stand in the report."""

from dataclasses import replace

from bot.domain.case import Case
from bot.domain.marks import Mark, askable, kind_of, lacking, mark_of, placed, with_mark
from bot.domain.phrase_rules import Rule
from bot.domain.report import Finding, Report
from bot.domain.study import Laterality
from bot.domain.words import Kind, Vocabulary, tokenise
from bot.language.phrasebook import Phrasebook
from bot.services import menus
from handlers.state import Composing
from handlers.turn import Reply, Turn, say_about


def located(book: Phrasebook, case: Case, finding: Finding) -> Finding:
    """The finding with what the case already says of its place, and with the caution of its phrase."""
    rule = book.rule(finding.phrase) or Rule()
    return replace(
        finding, marks=placed(rule.needs, finding.marks, case.facts), caution=rule.caution or finding.caution
    )


def ask_place(
    turn: Turn, case: Case, report: Report, finding: Finding, *, others: bool = False
) -> Reply | None:
    """The next question about the place of a finding; None where its phrase has all that it needs."""
    rule = turn.knowledge.phrasebook.rule(finding.phrase) or Rule()
    lacks = lacking(rule.needs, finding.marks)
    if not lacks:
        return None
    menu = menus.places(case, report.content, finding, lacks[0], others=others)
    state = Composing(report.id, finding.phrase, finding.params, finding.marks)
    return say_about(case, *menu.lines, choices=menu.choices, state=state)


def awaited(turn: Turn, report: Report, key: str) -> Finding:
    """The finding that an answer about the place of a phrase is for: asked just now, in the report, or a new one."""
    state = turn.state
    if isinstance(state, Composing) and (state.report_id, state.phrase) == (report.id, key):
        return Finding(key, state.given, marks=state.marks)
    return in_report(turn, report, key) or Finding(key)


def in_report(turn: Turn, report: Report, key: str) -> Finding | None:
    """A finding of the report that still lacks its place, which an answer completes instead of adding another."""
    rule = turn.knowledge.phrasebook.rule(key) or Rule()
    return next((known for known in report.content.findings if _unplaced(known, key, rule)), None)


def marked(book: Phrasebook, finding: Finding, mark: Mark) -> Finding | None:
    """The finding with one more mark; None for one that its phrase is never asked for."""
    rule = book.rule(finding.phrase) or Rule()
    if kind_of(mark) not in askable(rule.needs):
        return None
    return replace(finding, marks=with_mark(finding.marks, mark))


def typed_mark(words: str, vocabulary: Vocabulary) -> Mark | None:
    """The place that a text consists of: a side in any of its words, a level, or the English name of a bone."""
    meanings = vocabulary.meanings(tuple(token.text for token in tokenise(words)))
    side = next((value for kind, value in meanings if kind in (Kind.SIDE, Kind.SIDE_WEAK)), None)
    if side is not None and side in set(Laterality):
        return Laterality(side)
    plain = words.strip().rstrip(".")
    return mark_of(plain.upper()) or mark_of(plain.lower().replace(" ", "_"))


def _unplaced(finding: Finding, key: str, rule: Rule) -> bool:
    return finding.phrase == key and bool(lacking(rule.needs, finding.marks))
