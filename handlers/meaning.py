"""What a bare number or "ok" means in a chat: a decision about values, without a database.

A bare digit answers only the single question that is open. With two open, or after a new message, it is echoed with the
choices that it may mean; and what can't be taken back is never done by a digit, only by its own button.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.words import Acknowledgement, latin_digits
from bot.messages import Choice, Joined, Line, OutboundMessage, Param, Phrase, Text, Verbatim
from bot.numbering import can_carry, numbered
from handlers import questions
from handlers.turn import Action
from storage.shown import Shown

ECHO = "typed"
"""What a message is about that shows what may have been meant."""

MESSAGES = 3
MOST = 9
"""How many messages, and how many of their choices, are shown to choose from; with "none of these" a list of ten."""

HARMLESS = frozenset(
    {
        *("set", "change", "about"),
        *("lang", "join_lang", "join_name_yes", "inv"),
        *("ph", "pc", "phx", "pv", "pm", "ur", "aa", "re", "rv"),
        *("ask", "aqp", "ho", "op", "an", "none"),
        "un",
    }
)
"""Verbs that a typed number may stand for: facts and picks in a draft, which are shown before anything leaves, pages
of lists, what only opens a question, and that a routine answer was understood. All others take their own button."""

_NUMBER_IN_WORDS = re.compile(r"(?<!\w)\d{1,4}(?!\w)")


@dataclass(frozen=True, slots=True)
class Chat:
    """What stands in a chat: the message that is quoted, what came since she wrote last, what was asked before that.

    `in_words`: her answer to a question is awaited in words, in which a number is one. `holds_words`: she was asked
    which case words of hers are for, and they may not be lost for a number.
    """

    quoted: OutboundMessage | None = None
    recent: tuple[Shown, ...] = ()
    older: tuple[Shown, ...] = ()
    in_words: bool = False
    holds_words: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """It means this choice, as if that had been tapped."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class Ask:
    """It is echoed with these to tap."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """This question is open and has no such choice: it is shown again."""

    message: OutboundMessage


@dataclass(frozen=True, slots=True)
class InWords:
    """It is the answer in words to the question of this message."""

    message: OutboundMessage


Meaning = Pick | Ask | Again | InWords | None
"""None: nothing is open that it could answer."""


def meaning_of(typed: int | Acknowledgement, chat: Chat) -> Meaning:
    """What a bare number or "ok" means in a chat; None also where one is words like any others."""
    return _of_number(typed, chat) if isinstance(typed, int) else _of_ok(typed, chat)


def _of_number(number: int, chat: Chat) -> Meaning:
    if chat.quoted is not None:
        return _of_one(number, chat.quoted)
    single = single_open(chat)
    if single is not None:
        return _of_one(number, single)
    if chat.in_words and not _asked(chat.recent) and all(_is_reply(one) for one in chat.recent):
        return None
    candidates = _candidates(number, _eligible(chat), may_be_words=not chat.holds_words)
    return Ask(candidates) if candidates else None


def _of_ok(word: Acknowledgement, chat: Chat) -> Meaning:
    """What "ok" or "yes" means: the only choice of the only open question. "Yes" alone tells of a danger sign."""
    asked = [chat.quoted] if chat.quoted else [one.message for one in reversed(_asked(chat.recent))]
    if not asked:
        return None
    single = chat.quoted or single_open(chat)
    if single is None:
        choices = tuple(choice for message in asked for choice in _labelled(message, message.choices, asked))
        return Ask(choices[:MOST])
    danger = next((choice for choice in single.choices if _tells_of_danger(choice)), None)
    if word is Acknowledgement.YES and danger is not None:
        return Pick(danger)
    if len(single.choices) > MOST:
        return Again(single)
    [first, *others] = single.choices
    return Ask(single.choices) if others or not _is_harmless(first) else Pick(first)


def single_open(chat: Chat) -> OutboundMessage | None:
    """The only question that is open: the last that came since she wrote, seen by her, and no other beside it."""
    asked = _asked(chat.recent)
    if len(asked) != 1 or chat.in_words or chat.recent[-1] is not asked[0] or asked[0].sent_at is None:
        return None
    return asked[0].message


def _asked(shown: Sequence[Shown]) -> list[Shown]:
    return [one for one in shown if one.message.choices]


def _is_reply(shown: Shown) -> bool:
    """Whether it was said in a dialogue with her and not brought about by others."""
    return shown.message.key.startswith("reply/")


def _of_one(number: int, message: OutboundMessage) -> Meaning:
    if _wants_words(message):
        return InWords(message)
    meant = _meant(number, message.choices)
    if not meant:
        return Again(message)
    return Pick(meant[0]) if len(meant) == 1 and _is_harmless(meant[0]) else Ask(meant)


def _wants_words(message: OutboundMessage) -> bool:
    """A question that a person asked: a number is her answer, whatever can be tapped below it."""
    return any(Action.parse(choice.action).verb == "an" for choice in message.choices)


def _is_harmless(choice: Choice) -> bool:
    return Action.parse(choice.action).verb in HARMLESS


def _tells_of_danger(choice: Choice) -> bool:
    action = Action.parse(choice.action)
    return action.verb == "set" and action.args[1:] == ("priority", "emergency")


def _meant(number: int, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices of a message that a number may mean: by what it is or where it stands, and by what it says.

    "6" typed under "Within 6 hours" in the third place, with another choice in the sixth, may mean either.
    """
    by_number = tuple(choice for place, choice in numbered(choices) if place == number)
    if any(choice.number is not None for choice in by_number):
        return by_number
    if by_number:
        also = (choice for choice in choices if number in _numbers_said(choice.label))
        return (*by_number, *(choice for choice in also if choice not in by_number))
    return tuple(_with_value(number, choices))[:1]


def _with_value(number: int, choices: Sequence[Choice]) -> Iterator[Choice]:
    """A choice that is a number itself, with another number in its place: the question takes a value."""
    for choice in choices:
        rest, blank, last = choice.action.rpartition(" ")
        if choice.number is None or last != str(choice.number):
            continue
        changed = replace(
            choice,
            label=_with_count(choice.label, number),
            action=f"{rest}{blank}{number}",
            number=number,
        )
        if can_carry(changed.action) and _is_possible(Action.parse(changed.action)):
            yield changed


def _with_count(label: Line, number: int) -> Line:
    return replace(label, count=number) if isinstance(label, Text) else Verbatim(str(number))


def _is_possible(action: Action) -> bool:
    """Whether a fact may have that value; whether a phrase may is the phrasebook's affair, which asks again."""
    return action.verb != "set" or questions.tapped(action.arg(1), action.arg(2)) is not None


def _numbers_said(label: Param | Line) -> set[int]:
    """The numbers in a label as it is read."""
    match label:
        case int():
            return {label}
        case str(words) | Verbatim(words=words):
            return {int(found) for found in _NUMBER_IN_WORDS.findall(latin_digits(words))}
        case Phrase(params=params):
            return set().union(*map(_numbers_said, params.values()))
        case Text(params=params, count=count):
            inner = [_numbers_said(value) for value in params.values()]
            return set().union({count} if count is not None else set(), *inner)
        case Joined(parts=parts):
            return set().union(*map(_numbers_said, parts))
        case _:
            return set()


def _eligible(chat: Chat) -> list[OutboundMessage]:
    """The questions that may be meant, the newest first; an echo stands for what was asked before it."""
    asked, before = _asked(chat.recent), _asked(chat.older)
    if not asked or chat.in_words or any(one.message.about == ECHO for one in asked):
        asked = [*before, *asked]
    return [one.message for one in reversed(asked) if one.message.about != ECHO][:MESSAGES]


def _candidates(
    number: int, messages: Sequence[OutboundMessage], *, may_be_words: bool
) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for message in messages:
        meant = _meant(number, message.choices)
        if _wants_words(message):
            answer = message.reference if may_be_words else None
            meant = message.choices if answer is None else (_answer_to(number, answer),)
        for choice in _labelled(message, meant, messages):
            found.setdefault(choice.action, choice)
    return tuple(found.values())[:MOST]


def _answer_to(number: int, reference: str) -> Choice:
    """The number as words about a case; `for` takes them from the state of the conversation."""
    return Choice(Text("typed.answer", {"typed": str(number)}), f"for {reference}")


def _labelled(
    message: OutboundMessage, choices: Sequence[Choice], among: Sequence[OutboundMessage]
) -> Iterator[Choice]:
    """Choices of a message with its case in front where there are others beside it."""
    for choice in choices:
        plain = len(among) == 1 or message.reference is None
        parts: tuple[Param, ...] = (Verbatim(message.reference or ""), choice.label)
        yield choice if plain else replace(choice, label=Joined(parts, separator=" "))
