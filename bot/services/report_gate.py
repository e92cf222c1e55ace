"""What is asked back before a report may leave, one question at a time; nothing leaves while one is open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.case import Case
from bot.domain.facts import Facts
from bot.domain.marks import MarkKind, found
from bot.domain.own_words import asked_of_own_words
from bot.domain.phrase_rules import Break, BrokenRule, broken_rules, least_urgency
from bot.domain.report import Content, Finding, Report
from bot.domain.report_check import (
    About,
    Objection,
    cannot_read,
    confirmed,
    differences,
    digest,
    drug_line,
    drug_lines,
    says_normal,
    without,
)
from bot.domain.study import Priority
from bot.domain.words import Vocabulary
from bot.language.phrase_file import Category
from bot.language.phrase_menu import ALWAYS, fitting_categories
from bot.language.phrasebook import Phrasebook
from bot.messages import Choice, Line, Text
from bot.services import menus
from bot.services.checked_lines import value_text
from bot.services.menus import Menu
from bot.services.notes import wants_picture
from bot.services.wording import finding_line
from storage.unit_of_work import UnitOfWork

RETAKES = ("qual.blurred", "qual.exposure", "qual.glare", "qual.cut", "qual.position")
"""Why a better picture is asked for, as the referrer is told it, the usual reasons first."""
_LIMITS = Finding("end.sick_anyway")
"""The caution where the phrasebook has none for the study."""

Asked = Objection | BrokenRule


@dataclass(frozen=True, slots=True)
class Gate:
    """What the check of a report needs to know: what people may type, and the phrases with their rules."""

    vocabulary: Vocabulary
    book: Phrasebook

    def open_questions(self, case: Case, content: Content) -> tuple[Asked, ...]:
        """What its author has to answer before it may leave, the first to be asked first."""
        return tuple(one for one in self._raised(case, content) if one.key not in content.confirmed)

    def _raised(self, case: Case, content: Content) -> tuple[Asked, ...]:
        return (
            *broken_rules(content, self.book.rule),
            *differences(case.facts, content, self.vocabulary),
            *drug_lines(content, self.vocabulary),
            *asked_of_own_words(case.facts, content, self.vocabulary, self._says_wrong),
        )

    def _says_wrong(self, phrase: str) -> bool:
        """Whether a phrase is a finding, and neither "normal" nor that something is not so."""
        entry = self.book.entries.get(phrase)
        if entry is None or entry.category in ALWAYS:
            return False
        return not entry.negated and entry.rule.caution is None

    def is_stale(self, case: Case, content: Content) -> bool:
        """Whether its preview did not show it as it would be sent: the case, or a line of it, has changed since."""
        return self.settled(case, content) != content

    def settled(self, case: Case, content: Content) -> Content:
        """The content with the caution after own words for "normal", and nothing confirmed that is not asked about."""
        raised = {one.key for one in self._raised(case, content)}
        findings = tuple(self._cautioned(case, one) for one in content.findings)
        kept = tuple(key for key in content.confirmed if key in raised)
        return replace(content, findings=findings, confirmed=kept)

    def _cautioned(self, case: Case, finding: Finding) -> Finding:
        normal = bool(finding.words) and says_normal(finding.words, self.vocabulary)
        return replace(finding, caution=self._caution(case.facts)) if normal else finding

    def is_only_about_pictures(self, content: Content) -> bool:
        """Whether it says no more than that the pictures are no good, which is no report."""
        return bool(content.findings) and not content.media and not self.without_pictures(content).findings

    def without_pictures(self, content: Content) -> Content:
        """The content without what says that the pictures are no good."""
        kept = tuple(one for one in content.findings if not self._is_about_pictures(one))
        return replace(content, findings=kept)

    def _is_about_pictures(self, finding: Finding) -> bool:
        if finding.words:
            return cannot_read(finding.words, self.vocabulary)
        entry = self.book.entries.get(finding.phrase)
        return entry is not None and entry.category is Category.QUALITY

    def _caution(self, facts: Facts) -> Finding:
        """What follows "normal" among the phrases that fit the study."""
        fitting = fitting_categories(facts.modality, facts.body_part)
        rules = (
            entry.rule.caution
            for category in fitting
            if category not in ALWAYS
            for entry in self.book.of_category(category)
        )
        return next((caution for caution in rules if caution is not None), _LIMITS)

    def confirm(self, case: Case, content: Content) -> Content:
        """The content with the first open question answered "right as written", where that can be answered so."""
        asked = next(iter(self.open_questions(case, content)), None)
        if asked is None or (isinstance(asked, BrokenRule) and not asked.kind.confirmable):
            return content
        return confirmed(content, asked.key)

    def take_out(self, case: Case, content: Content) -> Content:
        """The content without the lines that the first open question is about."""
        asked = next(iter(self.open_questions(case, content)), None)
        if not isinstance(asked, Objection):
            return content
        if asked.kind in (About.PLACE, About.NORMAL):
            kept = tuple(one for one in content.findings if digest(one) != asked.said)
            return replace(content, findings=kept)
        return without(content, case.facts, asked, self.vocabulary)

    def lines_of(self, case: Case, content: Content) -> tuple[Line, ...]:
        """The lines that `take_out` takes out."""
        kept = self.take_out(case, content).findings
        return tuple(finding_line(one) for one in content.findings if one not in kept)


def may_leave(gate: Gate, uow: UnitOfWork, case: Case, content: Content) -> bool:
    """Whether nothing has to be asked back."""
    asked = gate.open_questions(case, content) or gate.is_stale(case, content)
    return not asked and not unreadable(gate, uow, case, content)


def unreadable(gate: Gate, uow: UnitOfWork, case: Case, content: Content) -> bool:
    """Whether it says only that the pictures are no good, before the referrer has answered to that."""
    return gate.is_only_about_pictures(content) and not no_better_picture(uow, case)


def no_better_picture(uow: UnitOfWork, case: Case) -> bool:
    """Whether the referrer was asked for a better picture and has answered: with one, or that there is none."""
    return any(wants_picture(note) and note.answered_at is not None for note in uow.notes.of_case(case.id))


# --- how it is asked ----------------------------------------------------------------------------------------------


def retake_menu(case: Case, *, typed: bool) -> Menu:
    """Why a better picture is wanted; with words of hers that may be a part of her answer after all."""
    reasons = [
        Choice(
            Text(f"report_check.retake.{key.removeprefix('qual.')}"), f"cq {case.reference} {key}", row=row
        )
        for row, key in enumerate(RETAKES)
    ]
    own = [Choice(Text("report_check.part_of_answer"), f"cw {case.reference}", row=len(RETAKES))]
    return Menu((Text("report_check.unreadable"),), tuple(reasons + (own if typed else [])))


def question(gate: Gate, case: Case, report: Report, asked: Asked) -> Menu:
    """One open question with its answers; they hold for this revision of the draft only."""
    tap = f"{case.reference} {report.revision}"
    if isinstance(asked, BrokenRule):
        return _rule_question(gate, case, report.content, asked, tap)
    if asked.kind is About.DRUG:
        choices = (
            Choice(Text("report_check.take_out"), f"cx {tap}"),
            Choice(Text("report_check.for_officer_button"), f"cf {tap}", row=1),
        )
        return Menu((Text("report_check.drug"), *_drug_words(report, asked)), choices)
    if asked.kind is About.URGENCY:
        menu = menus.urgencies(case, least=Priority(asked.said))
        right = Choice(Text("report_check.right"), f"cf {tap}", row=10)
        return Menu((Text("report_check.own_urgency", strong=True), *menu.lines), (*menu.choices, right))
    choices = (
        Choice(Text("report_check.change"), f"cx {tap}"),
        Choice(Text("report_check.right"), f"cf {tap}", row=1),
    )
    if asked.kind in (About.PLACE, About.NORMAL):
        lines = [finding_line(one) for one in report.content.findings if digest(one) == asked.said]
        return Menu((Text(f"report_check.own_{asked.kind.value}", strong=True), *lines), choices)
    said, known = value_text(asked.kind, asked.said), value_text(asked.kind, asked.known)
    difference = Text("report_check.differs", {"known": known, "said": said}, strong=True)
    return Menu((difference, Text("report_check.is_it_right")), choices)


def _drug_words(report: Report, asked: Objection) -> Iterator[Line]:
    for finding in report.content.findings:
        if finding.words and asked == drug_line(finding):
            yield finding_line(finding)


def _rule_question(gate: Gate, case: Case, content: Content, asked: BrokenRule, tap: str) -> Menu:
    match asked.kind:
        case Break.LACKS_MARK:
            kind = MarkKind(asked.other)
            said = (*content.findings, *content.actions)
            finding = next(one for one in said if _lacks(one, asked, kind))
            return menus.places(case, content, finding, kind)
        case Break.URGENCY_TOO_LOW:
            menu = menus.urgencies(case, least=least_urgency(content, gate.book.rule))
            return Menu((menus.broken_line(gate.book, asked), *menu.lines), menu.choices)
        case Break.EXCLUDES:
            menu = menus.contradiction(gate.book, case, asked)
            right = Choice(Text("report_check.right"), f"cf {tap}", row=3)
            return Menu(menu.lines, (*menu.choices, right))


def _lacks(finding: Finding, asked: BrokenRule, kind: MarkKind) -> bool:
    return finding.phrase == asked.phrase and found(kind, finding.marks) is None
