"""What she is told where the law keeps files back: the sentence, and to use words."""

from dataclasses import replace

from bot.domain.case import Case
from bot.messages import Text
from bot.services import law
from bot.services.notes import Saying
from handlers.turn import Reply, Say, Turn, say_about

_SOUND = ("voice", "audio")


def without_files(turn: Turn, case: Case, saying: Saying) -> tuple[Saying, tuple[Say, ...]]:
    """What may be passed on of what somebody says about a case that was sent, and what is said of the rest."""
    kept = tuple(file for file in saying.files if not _is_refused(turn, case, file.media))
    if len(kept) == len(saying.files):
        return saying, ()
    mine = turn.person.id == case.referrer_id
    sentence = Text("law.pictures" if mine else "law.no_files_back")
    told = say_about(case, sentence, Text("law.write_words") if mine else Text("law.use_words"))
    return replace(saying, files=kept), told.says


def _is_refused(turn: Turn, case: Case, media: str) -> bool:
    return law.blocks(turn.uow, case, turn.person.id, is_sound=media in _SOUND)


def led(turn: Turn, case: Case, reply: Reply) -> Reply:
    """The law's sentence at the head of what a draft needs next, or alone; each minute once, however many files."""
    sentence = Text("law.pictures")
    if not reply.says:
        key = f"law/{case.id}/{turn.now:%Y%m%d%H%M}"
        return Reply((Say((sentence,), about="refused", key=key),), reply.state)
    first, *rest = reply.says
    return Reply((replace(first, body=(sentence, *first.body)), *rest), reply.state)
