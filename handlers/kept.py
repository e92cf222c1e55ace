"""Words that could not be placed: kept, asked about, and sent on in order when she taps their case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.case import Case
from bot.domain.words import small_talk
from bot.messages import Text
from bot.services import unplaced
from bot.services.notes import Saying
from handlers.state import Idle, Pending
from handlers.turn import Action, Reply, Say, Turn, say
from storage.unplaced import Kept, Side

_REMEMBERED = timedelta(days=14)
_LAST = 3
_LEAST_WORDS = 3


def ask(turn: Turn, saying: Saying, side: Side, question: Text) -> Reply:
    """Keep it, and ask which case it is for; what waits already is asked about with it."""
    unplaced.keep(turn.uow, turn.person, saying, side, turn.address, turn.now)
    kept = turn.uow.unplaced.of(turn.person.id)
    more = (Text("kept.several", count=len(kept)),) if len(kept) > 1 else ()
    choices = unplaced.choices(unplaced.cases_of(turn.uow, turn.person.id, side), side)
    return say(*more, question, choices=choices, state=Pending())


def ask_about_earlier(turn: Turn, saying: Saying) -> Reply | None:
    """Words while no case of hers is open: perhaps about one that was closed. None for small talk and a word or two."""
    if not saying.files and (
        len(saying.stored.split()) < _LEAST_WORDS
        or small_talk(saying.stored, turn.knowledge.vocabulary) is not None
    ):
        return None
    earlier = turn.uow.cases.closed_of(turn.person.id, turn.now - _REMEMBERED)[:_LAST]
    if not earlier:
        return None
    unplaced.keep(turn.uow, turn.person, saying, "sent", turn.address, turn.now)
    return say(Text("kept.earlier"), choices=unplaced.choices(earlier, "sent"), state=Pending())


def on_more(turn: Turn, action: Action) -> Reply | None:
    """More of the cases to choose from."""
    side: Side = "held" if action.arg(0) == "held" else "sent"
    cases = unplaced.cases_of(turn.uow, turn.person.id, side)
    start = int(action.arg(1)) if action.arg(1).isdecimal() else 0
    choices = unplaced.choices(cases, side, start if start < len(cases) else 0)
    return say(Text("kept.which"), choices=choices)


def forget(turn: Turn) -> None:
    """She does not want them to go anywhere."""
    unplaced.settle(turn.uow, turn.person, turn.now)


@dataclass(frozen=True, slots=True)
class _One:
    saying: Saying
    told_case: str | None = None


def place(turn: Turn, case: Case, put: Callable[[Turn, Saying], Reply | None], told: Reply) -> Reply | None:
    """All that waits goes on to a case in order, each as it was; None where nothing does or it can't.

    `told` is the answer where its owner knows of everything already.
    """
    waiting = _waiting(turn)
    if not waiting:
        return None
    replies: list[Reply] = []
    for one in waiting:
        reply = told if one.told_case == case.id else put(turn, one.saying)
        if reply is None:
            return None
        replies.append(reply)
    forget(turn)
    return _joined(replies)


def place_as_one(turn: Turn, put: Callable[[Turn, Saying], Reply]) -> Reply | None:
    """All that waits goes into what she writes for a case, in order; None where nothing does."""
    waiting = _waiting(turn)
    if not waiting:
        return None
    words = "\n".join(one.saying.words for one in waiting if one.saying.words)
    files = tuple(file for one in waiting for file in one.saying.files)
    reply = put(turn, Saying(words=words, files=files))
    forget(turn)
    return reply if reply.state is not None else Reply(reply.says, Idle())


def _waiting(turn: Turn) -> tuple[_One, ...]:
    kept = tuple(_of_kept(one) for one in turn.uow.unplaced.of(turn.person.id))
    typed = turn.state.words if isinstance(turn.state, Pending) else ""
    return (*kept, *((_One(Saying(words=typed)),) if typed else ()))


def _of_kept(kept: Kept) -> _One:
    return _One(Saying(words=kept.words, files=kept.files), kept.told_case)


def _joined(replies: Sequence[Reply]) -> Reply:
    """The last answer says where all stands; of the earlier ones only what says something else."""
    last = replies[-1]
    shown = {_signs(message) for message in last.says}
    before: list[Say] = []
    for message in (message for reply in replies[:-1] for message in reply.says):
        if _signs(message) not in shown:
            shown.add(_signs(message))
            before.append(message)
    return Reply((*before, *last.says), last.state or Idle())


def _signs(message: Say) -> str:
    return repr(message.body)
