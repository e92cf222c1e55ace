"""What own words for a finding ask of a report, as the phrase for it would: asked back once, its author may mean it.

Own words may say "old" or "resolved" in more ways than are known here, so all of it can be confirmed.
"""

from collections.abc import Callable, Iterator

from bot.domain.fact_parser import mentions
from bot.domain.facts import Facts
from bot.domain.reading import Item, Reading, read, read_findings
from bot.domain.report import Content, Finding, urgency_of
from bot.domain.report_check import About, Objection, digest
from bot.domain.study import Priority
from bot.domain.words import Kind, Vocabulary

_NEAR = 3
"""Known or unknown words between "no" and what is not there: "no large left pneumothorax"."""

_FRACTURE, _SEEN = "fracture", "seen"

IsWrong = Callable[[str], bool]
"""Whether a phrase, by its key, says that something is wrong."""


def asked_of_own_words(
    facts: Facts, content: Content, vocabulary: Vocabulary, is_wrong: IsWrong
) -> tuple[Objection, ...]:
    """A fracture without its place, a finding that presses with too low an urgency, "normal" beside a finding.

    `said` of a place and of "normal", `known` of an urgency, is a digest of the line: each line is confirmed by itself.
    """
    typed = tuple(finding for finding in content.findings if finding.words)
    return (
        *(Objection(About.PLACE, digest(one)) for one in typed if _lacks_place(one, facts, vocabulary)),
        *_urgency(content, typed, vocabulary),
        *(
            Objection(About.NORMAL, digest(one))
            for one in typed
            if _is_contradicted(one, content, vocabulary, is_wrong)
        ),
    )


def least_urgency_of(words: str, vocabulary: Vocabulary) -> Priority:
    """The least urgent that a report with these words usually is."""
    found = (value for value in _named(words, vocabulary) if value not in (_FRACTURE, _SEEN))
    return max(map(Priority, found), key=lambda one: one.rank, default=Priority.ROUTINE)


def _urgency(content: Content, typed: tuple[Finding, ...], vocabulary: Vocabulary) -> Iterator[Objection]:
    if content.urgency is None:
        return
    chosen = urgency_of(content)
    for finding in typed:
        usual = least_urgency_of(finding.words, vocabulary)
        if chosen.rank < usual.rank:
            yield Objection(About.URGENCY, usual.value, digest(finding))


def _lacks_place(finding: Finding, facts: Facts, vocabulary: Vocabulary) -> bool:
    """Whether a fracture has no bone in its line, or no side in its line and its case where the part is paired."""
    if _FRACTURE not in _named(finding.words, vocabulary):
        return False
    told = mentions(finding.words, vocabulary)
    if not told.parts:
        return True
    return any(part.paired for part in told.parts) and not told.sides and facts.side is None


def _is_contradicted(finding: Finding, content: Content, vocabulary: Vocabulary, is_wrong: IsWrong) -> bool:
    """Whether a line says of everything that it is normal, and another one names something that is not."""
    if not _says_only_normal(finding.words, vocabulary):
        return False
    others = (other for other in content.findings if other != finding)
    return any(_named(one.words, vocabulary) if one.words else is_wrong(one.phrase) for one in others)


def _says_only_normal(words: str, vocabulary: Vocabulary) -> bool:
    """Whether it is said of the whole picture ("X-ray normal"), not of a part of it."""
    items = [item for item in read(words, vocabulary).items if item.text[0].isalnum()]
    rest = [item for item in items if not item.is_a(Kind.NORMAL, Kind.MODALITY)]
    return not rest and any(item.of(Kind.NORMAL) == "whole" for item in items)


def _named(words: str, vocabulary: Vocabulary) -> frozenset[str]:
    """What of the known findings words say to be there now."""
    reading = read_findings(words, vocabulary)
    return frozenset(
        value
        for index, item in enumerate(reading.items)
        if (value := item.of(Kind.FINDING)) and not _is_denied(reading, index)
    )


def _is_denied(reading: Reading, index: int) -> bool:
    """Whether it is said not to be there, or not any more: before it, after it, or before the list it stands in."""
    before, after = _words(reading, index, -1, _ENDS_CLAUSE), _words(reading, index, 1, _ENDS_CLAUSE)
    before, after = before[:_NEAR], after[:_NEAR]
    if any(item.is_a(Kind.FINDING_GONE) for item in (*before, *after)):
        # "Not resolved" is still there.
        return not any(map(_denies, (*before, *after)))
    if any(map(_denies, before)) or any(map(_denies_before, after)):
        return True
    sentence = _words(reading, index, -1, _ENDS_SENTENCE), _words(reading, index, 1, _ENDS_SENTENCE)
    listed = any(item.text in ("or", "nor") for item in (*sentence[0], *sentence[1]))
    return listed and any(map(_denies, sentence[0]))


def _denies(item: Item) -> bool:
    if item.is_a(Kind.FINDING_GONE):
        return False
    negative = item.is_a(Kind.NORMAL) and item.text.startswith(("no", "negative"))
    return item.is_a(Kind.NEGATION_BEFORE) or (negative and item.text != "normal")


def _denies_before(item: Item) -> bool:
    """`fracture nahi`, and with more words in it `fracture kuch nahi hai`."""
    denied = item.is_a(Kind.NORMAL) and not _NOT_IN_HINDI.isdisjoint(item.text.split())
    return denied or item.is_a(Kind.NEGATION_AFTER)


_NOT_IN_HINDI = frozenset({"nahi", "nahin", "nhi", "नहीं"})
_ENDS_SENTENCE = frozenset({".", ";", "but", "however", "with"})
_ENDS_CLAUSE = _ENDS_SENTENCE | {",", "and"}


def _words(reading: Reading, index: int, step: int, ends: frozenset[str]) -> list[Item]:
    """The words on one side of another, the nearest first, up to what ends its clause or sentence."""
    found: list[Item] = []
    while not (item := reading.at(index := index + step)).text.isspace() and item.text not in ends:
        found.append(item)
    return found
