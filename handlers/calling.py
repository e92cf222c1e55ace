"""`call me` and `problem`: a coordinator is told at once, whoever types it and whatever else is open."""

from bot.domain.fact_parser import parse_facts
from bot.domain.fetal_sex import fetal_sex_words
from bot.domain.study import Priority
from bot.domain.words import Command
from bot.messages import Line, MessageReceived, Phrase, Text
from bot.services import calling, contacts
from bot.services.notes import Saying
from bot.services.task_words import number_of
from handlers import kept
from handlers.state import Idle, Telling
from handlers.turn import Reply, Say, Turn, done, say

_SOUND = ("voice", "audio")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15
"""Of a telephone number (E.164)."""


def on_command(turn: Turn, command: Command) -> Reply | None:
    """The two words, and `cancel` while one of them waits for more."""
    match command:
        case Command.CALL_ME:
            return _call_her(turn)
        case Command.PROBLEM:
            return say(Text("commands.what_is_wrong"), state=Telling())
        case Command.CANCEL if isinstance(turn.state, Telling):
            kept = "commands.not_told" if turn.state.about == "problem" else "commands.no_number"
            return done(Text(kept))
        case _:
            return None


def on_message(turn: Turn, message: MessageReceived, _quoted: object = None) -> Reply | None:
    """What is wrong, or her number; an emergency, a picture or a quotation is never swallowed by it."""
    if not isinstance(turn.state, Telling) or message.quoted is not None:
        return None
    if any(file.media not in _SOUND for file in message.attachments):
        return None
    vocabulary = turn.knowledge.vocabulary
    if parse_facts(message.text, vocabulary).priority is Priority.EMERGENCY:
        return None
    if turn.state.about == "number":
        return _take_number(turn, message.text)
    if fetal_sex_words(message.text, vocabulary, obstetric=False):
        return done(Phrase("obs.no_sex"), Text("answer.not_relayed"))
    words = message.text.strip()
    return _take_problem(turn, words) if words else _take_voice(turn, message)


def _call_her(turn: Turn) -> Reply:
    """She hears that she will be called; where no number of hers is known and nothing else is open she is asked."""
    told = calling.call_her(turn.uow, turn.person, turn.now)
    known = number_of(turn.uow, turn.person.id)
    if not told:
        return say(*_nobody(turn))
    if known or not isinstance(turn.state, Idle):
        return say(Text("commands.will_call"))
    return say(Text("commands.will_call"), Text("commands.which_number"), state=Telling("number"))


def _nobody(turn: Turn) -> tuple[Line, ...]:
    """No coordinator can be told: whom to call herself."""
    number = contacts.number_to_call(turn.uow, turn.person.facility_id, but=turn.person.id)
    call = (Text("commands.call_yourself", {"number": number}),) if number else ()
    return (Text("commands.nobody_reached"), *call)


def _take_number(turn: Turn, words: str) -> Reply | None:
    digits = sum(sign.isdecimal() for sign in words)
    if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        return None
    calling.give_number(turn.uow, turn.person, words.strip(), turn.now)
    return done(Text("commands.number_given"))


def _take_problem(turn: Turn, words: str) -> Reply:
    """They go on as they are."""
    told = calling.tell_problem(turn.uow, turn.person, words, turn.now)
    return done(*((Text("commands.problem_told"),) if told else _nobody(turn)))


def _take_voice(turn: Turn, message: MessageReceived) -> Reply:
    """She is called about it; while cases of hers are open it may be about one of them, and goes to whoever has it."""
    told = calling.tell_problem(turn.uow, turn.person, "", turn.now)
    live = turn.uow.cases.live_of(turn.person.id) if message.attachments else ()
    if not live:
        return done(*((Text("commands.problem_voice"),) if told else _nobody(turn)))
    which = (
        Text("follow.for_which")
        if len(live) > 1
        else Text("follow.for_this", {"reference": live[0].reference})
    )
    asked = kept.ask(turn, Saying(files=message.attachments), "sent", which)
    first = Say((Text("commands.will_call"),) if told else _nobody(turn))
    return Reply((first, *asked.says), asked.state)
