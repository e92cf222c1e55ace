"""A whole message for its reader: what is true of several of its lines is said once, below the last of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.language.phrasebook import Phrasebook, RenderedPhrase, Standing, UnreviewedPolicy
from bot.messages import Joined, Line, Param, Phrase, Text, Verbatim

_BETWEEN = " / "
_NOT_TRANSLATED = Text("report.not_translated")


class Whole:
    """Knows which phrases of a message are not reviewed, and which words are in another language than the reader's."""

    def __init__(self, phrasebook: Phrasebook, *, policy: UnreviewedPolicy) -> None:
        self._phrasebook = phrasebook
        self._policy = policy

    def body(self, lines: Sequence[Line], language: str) -> tuple[Line, ...]:
        """The lines as a reader of `language` gets them.

        A phrase that is not reviewed keeps its sign; the English of all of them follows the last one, once.
        """
        said = [self._said(line, language) for line in lines]
        last = max((place for place, phrases in enumerate(said) if phrases), default=None)
        whole: list[Line] = []
        for place, line in enumerate(lines):
            whole += [_short(line) if said[place] else line, *_translation(line, language)]
            if place == last:
                whole += _explained([phrase for phrases in said for phrase in phrases])
        return tuple(whole)

    def _said(self, line: Line, language: str) -> list[RenderedPhrase]:
        """The phrases of a line that are not reviewed."""
        said = [
            self._phrasebook.render(phrase, language, policy=self._policy) for phrase in _phrases_of(line)
        ]
        return [phrase for phrase in said if phrase.standing is not Standing.PLAIN]


def _phrases_of(line: Param) -> Iterator[Phrase]:
    match line:
        case Phrase():
            yield line
        case Text(params=params):
            yield from (phrase for param in params.values() for phrase in _phrases_of(param))
        case Joined(parts=parts):
            yield from (phrase for part in parts for phrase in _phrases_of(part))
        case _:
            return


def _short(line: Line) -> Line:
    """The same with its phrases short: what explains their sign stands below."""
    match line:
        case Phrase():
            return replace(line, explained=True)
        case Text():
            return replace(line, params={name: _short_param(param) for name, param in line.params.items()})
        case Joined():
            return replace(line, parts=tuple(map(_short_param, line.parts)))
        case _:
            return line


def _short_param(param: Param) -> Param:
    return _short(param) if isinstance(param, Text | Phrase | Joined) else param


def _explained(phrases: Sequence[RenderedPhrase]) -> Iterator[Line]:
    """What the sign before them means: the English of those that are translated; the way out for the others."""
    marked = dict.fromkeys(phrase.english for phrase in phrases if phrase.standing is Standing.MARKED)
    if marked:
        yield Text("phrase.not_reviewed", {"english": _BETWEEN.join(marked)})
    if any(phrase.standing is Standing.WITHHELD for phrase in phrases):
        yield Text("phrase.no_translation")


def _translation(line: Line, language: str) -> tuple[Line, ...]:
    """What follows somebody's own words where the reader's language is another, or theirs is not known."""
    foreign = isinstance(line, Verbatim) and line.language not in (None, language)
    return (_NOT_TRANSLATED,) if foreign else ()
