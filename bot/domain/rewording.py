"""Words that are typed while a line of the report is asked back: whether they are said instead of that line."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.fact_parser import mentions
from bot.domain.facts import Facts
from bot.domain.report import Content, Finding
from bot.domain.report_check import About, Objection, age_of, differences, same_age, same_region
from bot.domain.study import BodyPart, Laterality, Sex
from bot.domain.words import Vocabulary, tokenise

_FEWEST_WORDS = 3
"""Fewer are no line of a report: "left", "left side"."""

_SAME_LINE, _PERHAPS = 0.5, 0.3
"""Which part of a line's words has to come again (this project's own measure)."""


class Meaning(StrEnum):
    """What typed words are to the line that is asked about."""

    MORE = "more"
    """Another line, about something else or with the same contradiction."""
    INSTEAD = "instead"
    """The same line, put right."""
    ONLY_THE_FACT = "only_the_fact"
    """No line; only what is right: "left"."""
    UNCLEAR = "unclear"
    """Perhaps the line in other words, perhaps another one."""


@dataclass(frozen=True, slots=True)
class Rewording:
    """What words mean, and the line of the report that they stand for."""

    meaning: Meaning
    line: Finding | None = None


def reworded(
    words: str, content: Content, facts: Facts, objection: Objection, vocabulary: Vocabulary
) -> Rewording:
    """`objection`: what is asked about, a difference from the case; nothing of hers is dropped without likeness."""
    lines = [one for one in content.findings if _contradicts(one, facts, objection, vocabulary)]
    if not lines or _contradicts(Finding(words=words), facts, objection, vocabulary):
        return Rewording(Meaning.MORE)
    says_it = _says_known(words, objection, vocabulary)
    if says_it and len(_words_of(words)) < _FEWEST_WORDS:
        return Rewording(Meaning.ONLY_THE_FACT)
    likest = max(lines, key=lambda one: _likeness(words, one))
    alike = _likeness(words, likest)
    if says_it and alike >= _SAME_LINE:
        return Rewording(Meaning.INSTEAD, likest)
    return Rewording(Meaning.UNCLEAR if says_it or alike >= _PERHAPS else Meaning.MORE)


def instead(content: Content, line: Finding, words: str) -> Content:
    """The content with words in the place of a line."""
    findings = tuple(Finding(words=words) if one == line else one for one in content.findings)
    return replace(content, findings=findings)


def _contradicts(line: Finding, facts: Facts, objection: Objection, vocabulary: Vocabulary) -> bool:
    return objection in differences(facts, Content(findings=(line,)), vocabulary)


def _says_known(words: str, objection: Objection, vocabulary: Vocabulary) -> bool:
    """Whether words say what the case says."""
    said = mentions(words, vocabulary)
    match objection.kind:
        case About.SIDE:
            return Laterality(objection.known) in said.sides
        case About.SEX:
            return Sex(objection.known) in said.sexes
        case About.AGE:
            return any(same_age(age, age_of(objection.known)) for age in said.ages)
        case About.BODY_PART:
            return any(same_region(part, BodyPart(objection.known)) for part in said.parts)
        case _:
            return False


def _words_of(words: str) -> frozenset[str]:
    return frozenset(
        token.text.casefold() for token in tokenise(words) if any(sign.isalnum() for sign in token.text)
    )


def _likeness(words: str, line: Finding) -> float:
    """Which part of a line's words is in `words` too, from 0 to 1; a phrase has none of its author's."""
    own = _words_of(line.words)
    return len(own & _words_of(words)) / len(own) if own else 0.0
