"""What a health worker need not write of her patient: telephone and identity numbers, and names."""

import re

from bot.domain.words import Kind, Token, Vocabulary, find_marks, tokenise

_RUN = re.compile(r"\d{8,}")
# As telephone and identity numbers are written in parts: 98765 43210, +91-22-2345-6789, 1234 5678 9012. A date is not.
_IN_PARTS = re.compile(r"(?:\+\d{1,3}[ -]?)?(?:\d{2,5}[ -])?\d{3,6}(?:[ -]\d{3,6})+")
_LEAST_IN_PARTS = 10
_SHOWN = 2
_SKIPPED = frozenset({":", ".", "-", "=", "is", "hai", "है"})


def masked(text: str) -> str:
    """The text with every digit of a long number but its last two as a dot; digits of every script."""
    return _IN_PARTS.sub(_mask_parts, _RUN.sub(lambda run: _dots(run.group()), text))


def has_long_number(text: str) -> bool:
    """Whether a part of it would be masked."""
    return masked(text) != text


def _mask_parts(found: re.Match[str]) -> str:
    run = found.group()
    return _dots(run) if sum(sign.isdecimal() for sign in run) >= _LEAST_IN_PARTS else run


def _dots(run: str) -> str:
    digits = [place for place, sign in enumerate(run) if sign.isdecimal()]
    hidden = frozenset(digits[:-_SHOWN])
    return "".join("•" if place in hidden else sign for place, sign in enumerate(run))


def may_name(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a word that nobody knows stands after a title or after "name": it may be the patient's name."""
    tokens = tokenise(text)
    marks = find_marks(tokens, vocabulary)
    known = frozenset(place for mark in marks for place in range(mark.first, mark.after))
    announced = (mark.after for mark in marks if mark.of(Kind.NAME_BEFORE))
    return any(_is_unknown_word(tokens, place, known) for place in announced)


def _is_unknown_word(tokens: tuple[Token, ...], place: int, known: frozenset[int]) -> bool:
    """Whether the first token from a place on, signs and "is" left out, is a word of no list."""
    follows = next((i for i in range(place, len(tokens)) if tokens[i].text not in _SKIPPED), None)
    return follows is not None and tokens[follows].is_word and follows not in known
