"""What people say about a case beside the report: questions, answers, notes, what is unclear, opinions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.case import Case, Note, NoteKind, Purpose, Status, StoredAttachment, Task, TaskKind
from bot.domain.people import Person
from bot.domain.privacy import masked
from bot.domain.report import answer_after
from bot.messages import Attachment, Choice, Line, MessageFailed, Phrase, Text, TimerDue, Verbatim
from bot.services import assignments, law
from bot.services.escalations import lane
from bot.services.next_action import refresh
from bot.services.post import Letter, post
from bot.services.tasks import raise_task
from bot.services.wording import case_line, media_refs, own_words
from storage.unit_of_work import UnitOfWork
from storage.work import FETCH

NOTE_DUE = "note_due"
"""The timer of a question, or of a report that is unclear, that nobody has answered yet."""
NOTE_LATE = "note_late"
"""The same after the reminder: now coordinators are asked."""
QUESTION = "question"
"""What a reply that quotes a question is about."""
NOTE = "note"

NO_BETTER = "qual.no_better"
"""The phrase in which she answers that no better picture can be taken."""

_RECENT = 6
"""Notes that somebody who takes a case over is shown."""

_PHRASE = "\x1f"
"""Stands before a phrase's key; no stripped words can begin with it."""

_HEADINGS = {
    NoteKind.QUESTION: "answer.question_from",
    NoteKind.ANSWER: "answer.answer_from",
    NoteKind.NOTE: "answer.note_from",
    NoteKind.UNCLEAR: "answer.unclear_from",
    NoteKind.OPINION: "answer.opinion_from",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """Words, a phrase's key, files, or several of them: what somebody says at once."""

    words: str = ""
    phrase: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def stored(self) -> str:
        """As a note keeps it."""
        return f"{_PHRASE}{self.phrase}" if self.phrase else self.words.strip()


def said(uow: UnitOfWork, note: Note) -> tuple[Line, ...]:
    """A note's words; none where it is only a voice note or a picture."""
    if note.words.startswith(_PHRASE):
        return (Phrase(note.words.removeprefix(_PHRASE)),)
    return (own_words(note.words, uow.people.get(note.from_id)),) if note.words else ()


def wants_picture(note: Note) -> bool:
    """Whether it asks for a better picture."""
    return note.kind is NoteKind.QUESTION and note.words.startswith(f"{_PHRASE}qual.")


def heard_by_others(uow: UnitOfWork, case: Case, person: Person) -> tuple[Line, ...]:
    """What was asked, answered and said before she had the case; opinions are between the two who shared them."""
    missed = [
        note
        for note in uow.notes.of_case(case.id)
        if note.kind is not NoteKind.OPINION
        and note.to_id is not None
        and person.id not in (note.from_id, note.to_id)
    ]
    return tuple(line for note in missed[-_RECENT:] for line in (_heading(uow, note), *said(uow, note)))


def _heading(uow: UnitOfWork, note: Note) -> Text:
    return Text(_HEADINGS[note.kind], {"name": Verbatim(uow.people.get(note.from_id).name)})


def note_of_key(key: str) -> str:
    """The id of the note that a message of ours with that key brought; empty for any other message."""
    head, _, rest = key.partition("/")
    return rest.partition("/")[0] if head == NOTE else ""


def find(uow: UnitOfWork, case_id: str, note_id: str) -> Note | None:
    """The question of that id that waits for the case's referrer."""
    return next((note for note in uow.notes.open_questions(case_id) if note.id == note_id), None)


def ask(uow: UnitOfWork, case: Case, asker: Person, saying: Saying, now: datetime) -> Note:
    """A question to the referrer. Paging goes on, but its asker's own clock stands until it is answered."""
    note = _add(uow, case, asker, NoteKind.QUESTION, saying, now, to_id=case.referrer_id)
    if uow.assignments.owner(case.id) == asker.id:
        assignments.pause_clock(uow, case, now)
    _await(uow, case, note, now)
    return note


def answer(
    uow: UnitOfWork, case: Case, question: Note, person: Person, saying: Saying, now: datetime
) -> Note:
    """Her answer to a question: to its asker, and to the owner where that is somebody else."""
    _settle(uow, case, question, now)
    note = _add(
        uow, case, person, NoteKind.ANSWER, saying, now, to_id=question.from_id, answers_id=question.id
    )
    holder = uow.assignments.owner(case.id)
    if holder and holder != question.from_id:
        _deliver(uow, case, note, holder, now)
    assignments.resume_clock(uow, case, now)
    refresh(uow, case, now)
    return note


def give_up(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> None:
    """A coordinator has seen to a question without an answer: its asker's clock runs, he has what is there."""
    case = uow.cases.find(task.case_id) if task.case_id and task.kind is TaskKind.NO_ANSWER else None
    question = find(uow, case.id, task.subject) if case else None
    if case is None or question is None:
        return
    _settle(uow, case, question, now)
    uow.audit.append(person.id, "question.given_up", case.id, now)
    told = Text("kept.given_up", {"name": Verbatim(person.name)})
    letter = Letter(
        key=f"note/{question.id}/given_up", body=(case_line(case), *said(uow, question), told), about=NOTE
    )
    post(uow, question.from_id, letter, case=case, now=now)
    assignments.resume_clock(uow, case, now)
    refresh(uow, case, now)


def explain(uow: UnitOfWork, case: Case, person: Person, saying: Saying, now: datetime) -> Note:
    """What she does not understand of a report, to its owner, who is reminded until he has explained it.

    A closed case is open to this: it is followed again like any other.
    """
    if uow.cases.reopen(case, next_action_at=now):
        uow.audit.append(person.id, "case.reopen", case.id, now)
        uow.cases.understood(case, None)
    note = _add(uow, case, person, NoteKind.UNCLEAR, saying, now, to_id=uow.assignments.owner(case.id))
    if note.to_id is None:
        raise_task(uow, TaskKind.UNCLEAR, _matter(uow, note), case=case, now=now)
    _await(uow, case, note, now)
    return note


def remind(uow: UnitOfWork, case: Case, note: Note, reader: str, now: datetime) -> None:
    """Say it once more to whoever reads it now."""
    _deliver(uow, case, note, reader, now, again=True)


def explained(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Something newer was reported or it was understood: nothing is unclear and no question is open any more."""
    for note in (*uow.notes.unclear(case.id), *uow.notes.open_questions(case.id)):
        _settle(uow, case, note, now)


def tell(
    uow: UnitOfWork, case: Case, person: Person, saying: Saying, now: datetime, *, perhaps: bool = False
) -> Person | None:
    """Words to whoever has the case. Nobody yet: to those who are paged, and on the card of those who follow.

    `perhaps`: she has not said that they are about this case, and her reader is told so.
    """
    holder = assignments.owner(uow, case)
    to_id = (
        case.referrer_id if holder is not None and holder.id == person.id else holder.id if holder else None
    )
    lead = (Text("kept.perhaps"),) if perhaps else ()
    note = _add(uow, case, person, NoteKind.NOTE, saying, now, to_id=to_id, lead=lead)
    if holder is None and note.words and person.id == case.referrer_id:
        more = "\n".join(filter(None, (case.facts.question, note.words)))
        uow.cases.set_facts(case, replace(case.facts, question=more))
    return holder


def give_opinion(
    uow: UnitOfWork, case: Case, person: Person, to_id: str, saying: Saying, now: datetime
) -> Note:
    """A second opinion, to the owner who asked for it and to nobody else."""
    return _add(uow, case, person, NoteKind.OPINION, saying, now, to_id=to_id)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """A question or an unclear report was not answered: it is said once more, and coordinators are asked.

    About a question at the same time, for meanwhile no report is due; about what is unclear after as long again.
    """
    if event.timer not in (NOTE_DUE, NOTE_LATE):
        return False
    note = uow.notes.get(event.subject)
    case = uow.cases.find(note.case_id)
    if case is None or note.answered_at is not None or not case.is_live:
        return True
    again = now + answer_after(case.priority)
    # Who has the case now has to explain it, whoever had it when it was said.
    holder = uow.assignments.owner(case.id) if note.kind is NoteKind.UNCLEAR else None
    if event.timer == NOTE_DUE and (reader := holder or note.to_id) is not None:
        _deliver(uow, case, note, reader, now, again=True)
    if event.timer == NOTE_LATE or note.kind is NoteKind.QUESTION or holder is None:
        raise_task(uow, _late_task(note), _matter(uow, note), case=case, now=now)
    uow.timers.set(NOTE_LATE, note.id, again, lane=lane(case))
    refresh(uow, case, now)
    return True


def on_attachment(uow: UnitOfWork, attachment: StoredAttachment, now: datetime) -> bool:
    """A voice note or picture of a note is there, or can't be used."""
    if attachment.purpose is not Purpose.NOTE or attachment.subject_id is None:
        return False
    case = uow.cases.find(attachment.case_id)
    if case is None:
        return True
    if attachment.reason is not None:
        letter = Letter(
            key=f"refused/{attachment.id}", body=(case_line(case), Text("answer.file_refused")), about=NOTE
        )
        post(uow, attachment.sender_id, letter, case=case, now=now)
        return True
    note = uow.notes.get(attachment.subject_id)
    for reader in _readers(uow, case, note):
        post_file(uow, case, attachment, f"note/{note.id}/{attachment.id}", reader, now)
    return True


def on_failed(uow: UnitOfWork, event: MessageFailed, now: datetime) -> bool:
    """A question or note can't be delivered: coordinators are asked to call."""
    if event.about not in (QUESTION, NOTE) or event.case_id is None:
        return False
    case = uow.cases.find(event.case_id)
    if case is not None:
        raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
    return True


def post_file(
    uow: UnitOfWork, case: Case, attachment: StoredAttachment, key: str, reader: str, now: datetime
) -> None:
    """A voice note or the preview of a picture, under the case's line; its sender is told where the law keeps it."""
    if law.blocks(uow, case, attachment.sender_id, is_sound=not attachment.is_picture):
        told = Letter(
            key=f"law/{attachment.id}", body=(case_line(case), Text("law.no_files_back")), about=NOTE
        )
        post(uow, attachment.sender_id, told, case=case, now=now)
        return
    media = media_refs(uow, attachment)
    words = Text("answer.picture") if attachment.is_picture else Text("answer.voice")
    if media:
        letter = Letter(key=key, body=(case_line(case), words), media=media, about=NOTE)
        post(uow, reader, letter, case=case, now=now)


def fetch(uow: UnitOfWork, attachment_id: str, now: datetime) -> None:
    """Have a file fetched and made ready."""
    uow.work.put(FETCH, f"fetch/{attachment_id}", attachment_id, now)


def _add(
    uow: UnitOfWork,
    case: Case,
    person: Person,
    kind: NoteKind,
    saying: Saying,
    now: datetime,
    *,
    to_id: str | None,
    answers_id: str | None = None,
    lead: tuple[Line, ...] = (),
) -> Note:
    note = uow.notes.add(
        case.id,
        kind,
        _relayed(case, person, saying),
        from_id=person.id,
        now=now,
        to_id=to_id,
        answers_id=answers_id,
    )
    uow.audit.append(person.id, f"note.{kind.value}", case.id, now)
    for file in saying.files:
        attachment_id = uow.attachments.add(
            case.id, file, sender_id=person.id, purpose=Purpose.NOTE, now=now, subject_id=note.id
        )
        fetch(uow, attachment_id, now)
    readers = _readers(uow, case, note)
    told = [_deliver(uow, case, note, reader, now, lead=lead) for reader in readers]
    if not any(told) and (readers or case.status is Status.REPORTED):
        # After the answer nobody is paged: where its owner is gone, words about it are the coordinators'.
        raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
    return note


def _relayed(case: Case, person: Person, saying: Saying) -> str:
    """As it is kept and goes on: what a referrer writes without the long numbers that may tell who the patient is."""
    return masked(saying.stored) if person.id == case.referrer_id else saying.stored


def _readers(uow: UnitOfWork, case: Case, note: Note) -> Sequence[str]:
    """Whom a note goes to; without an addressee the owner, and before there is one those who are paged."""
    if note.to_id is not None:
        return (note.to_id,)
    holder = uow.assignments.owner(case.id)
    return (holder,) if holder else [p for p in uow.pages.waiting(case.id) if p != note.from_id]


def _deliver(
    uow: UnitOfWork,
    case: Case,
    note: Note,
    reader: str,
    now: datetime,
    *,
    again: bool = False,
    lead: tuple[Line, ...] = (),
) -> bool:
    lines = said(uow, note) or (Text("answer.sound_follows"),)
    letter = Letter(
        key=f"note/{note.id}/{f'again/{now.isoformat()}' if again else 'first'}",
        body=(
            *((Text("answer.again"),) if again else ()),
            case_line(case),
            *lead,
            _heading(uow, note),
            *lines,
            *_what_now(note),
        ),
        choices=_choices(case, note),
        about=QUESTION if note.kind is NoteKind.QUESTION else NOTE,
    )
    return post(uow, reader, letter, case=case, now=now)


def _what_now(note: Note) -> tuple[Line, ...]:
    """What is left to do where no better picture can be taken."""
    none = note.kind is NoteKind.ANSWER and note.words == Saying(phrase=NO_BETTER).stored
    return (Text("report_check.no_better_now"),) if none else ()


def _choices(case: Case, note: Note) -> tuple[Choice, ...]:
    match note.kind:
        case NoteKind.QUESTION:
            answer = Choice(Text("answer.answer"), f"an {note.id}")
            no_better = Choice(Text("report_check.no_better"), f"nb {note.id}", row=1)
            return (answer, no_better) if wants_picture(note) else (answer,)
        case NoteKind.UNCLEAR:
            return (Choice(Text("answer.phrases"), f"ph {case.reference}"),)
        case _:
            return ()


def _await(uow: UnitOfWork, case: Case, note: Note, now: datetime) -> None:
    uow.timers.set(NOTE_DUE, note.id, now + answer_after(case.priority), lane=lane(case))
    refresh(uow, case, now)


def _settle(uow: UnitOfWork, case: Case, note: Note, now: datetime) -> None:
    uow.notes.answered(note.id, now)
    uow.timers.cancel(NOTE_DUE, note.id)
    uow.timers.cancel(NOTE_LATE, note.id)
    for subject in (note.id, *(report.id for report in uow.reports.sent_of(case.id))):
        uow.tasks.close_silently(_late_task(note), subject, now)


def _late_task(note: Note) -> TaskKind:
    """Whom coordinators have to call about: she has not answered, or she has not understood."""
    return TaskKind.UNCLEAR if note.kind is NoteKind.UNCLEAR else TaskKind.NO_ANSWER


def _matter(uow: UnitOfWork, note: Note) -> str:
    """What coordinators' task about a note is about: what is unclear is so of the newest report, once."""
    sent = uow.reports.sent_of(note.case_id) if note.kind is NoteKind.UNCLEAR else ()
    return sent[-1].id if sent else note.id


def nothing_owed(uow: UnitOfWork, case: Case) -> bool:
    """Whether a case may be closed: reported, understood, nothing asked and nothing unclear."""
    open_notes = (*uow.notes.open_questions(case.id), *uow.notes.unclear(case.id))
    return case.status is Status.REPORTED and case.understood_at is not None and not open_notes
