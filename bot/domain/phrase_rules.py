"""What a phrase asks of the report that it stands in, and which of that a report breaks.

The rules stand in the English phrase file (`bot.language.phrase_file`), one set for all languages.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from bot.domain.marks import MarkKind, lacking, same_place
from bot.domain.report import Content, Finding, urgency_of
from bot.domain.study import Priority


@dataclass(frozen=True, slots=True)
class Rule:
    """What one phrase asks for; one that asks for nothing has no effect."""

    needs: tuple[MarkKind, ...] = ()
    """What has to be said of its place."""
    min_urgency: Priority = Priority.ROUTINE
    """No report with it may be less urgent than this."""
    excludes: frozenset[str] = frozenset()
    """Keys of phrases that contradict it about the same place; it holds both ways."""
    caution: Finding | None = None
    """What follows it in every report."""


RuleOf = Callable[[str], Rule | None]
"""The rule of a phrase by its key; None for one that has none, or that is no phrase."""


class Break(StrEnum):
    """How a report goes against a rule, in the order in which it is asked back."""

    LACKS_MARK = "lacks_mark"
    """Asked for: nothing can stand in for it but the specialist's own words."""
    URGENCY_TOO_LOW = "urgency_too_low"
    """The urgency must be chosen again; this can't be confirmed."""
    EXCLUDES = "excludes"
    """The author may take one out, or confirm that both are meant."""

    @property
    def confirmable(self) -> bool:
        """Whether the author may send it anyway once she was asked."""
        return self is Break.EXCLUDES


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule that a report breaks.

    `phrase` is the key of the phrase whose rule it is. `other` is a `MarkKind` for a lacking mark, the key of the
    urgency phrase for one that is too low, and the key of the other phrase for two that contradict each other.
    """

    kind: Break
    phrase: str
    other: str

    @property
    def key(self) -> str:
        """The same for the same breach, whatever else changes in the report."""
        return f"{self.kind.value} {self.phrase} {self.other}"


def broken_rules(content: Content, rule_of: RuleOf) -> tuple[BrokenRule, ...]:
    """Everything that the report breaks, each once, the first to be asked first."""
    said = tuple(finding for finding in (*content.findings, *content.actions) if finding.phrase)
    found = (*_lacking(said, rule_of), *_too_low(content, said, rule_of), *_contradictions(said, rule_of))
    return tuple(dict.fromkeys(found))


def least_urgency(content: Content, rule_of: RuleOf) -> Priority:
    """The least urgent that the report may be."""
    rules = (rule_of(finding.phrase) for finding in (*content.findings, *content.actions))
    return max(
        (rule.min_urgency for rule in rules if rule), key=lambda one: one.rank, default=Priority.ROUTINE
    )


def _lacking(said: tuple[Finding, ...], rule_of: RuleOf) -> Iterator[BrokenRule]:
    for finding in said:
        rule = rule_of(finding.phrase) or Rule()
        for kind in lacking(rule.needs, finding.marks):
            yield BrokenRule(Break.LACKS_MARK, finding.phrase, kind.value)


def _too_low(content: Content, said: tuple[Finding, ...], rule_of: RuleOf) -> Iterator[BrokenRule]:
    if content.urgency is None:
        return
    chosen = urgency_of(content)
    for finding in said:
        rule = rule_of(finding.phrase) or Rule()
        if chosen.rank < rule.min_urgency.rank:
            yield BrokenRule(Break.URGENCY_TOO_LOW, finding.phrase, content.urgency.phrase)


def _contradictions(said: tuple[Finding, ...], rule_of: RuleOf) -> Iterator[BrokenRule]:
    for pair in combinations(sorted(said, key=lambda finding: finding.phrase), 2):
        one, other = pair
        clash = _excludes(one, other, rule_of) or _excludes(other, one, rule_of)
        if clash and same_place(one.marks, other.marks):
            yield BrokenRule(Break.EXCLUDES, one.phrase, other.phrase)


def _excludes(one: Finding, other: Finding, rule_of: RuleOf) -> bool:
    rule = rule_of(one.phrase)
    return rule is not None and one.phrase != other.phrase and other.phrase in rule.excludes
