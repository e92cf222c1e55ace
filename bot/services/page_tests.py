"""A test page by every way: whoever joins learns at once whether messages and calls get through to her phone."""

from datetime import datetime, timedelta

from bot.domain.escalation import PHONE_WAYS, Way
from bot.domain.people import Person
from bot.messages import Address, Choice, OutboundMessage, Text, TimerDue
from bot.services.post import Letter, post
from storage.unit_of_work import UnitOfWork

TEST = "test"
"""What a test page is about."""

TEST_DUE = "test_due"
"""The timer, by person and way, of a test page that is not answered."""

ANSWER_WITHIN = timedelta(minutes=10)


def begin(uow: UnitOfWork, person: Person, now: datetime) -> Letter:
    """SMS and call go out, where she has a number and the service these ways; what to say in her chat is returned.

    Each way has a clock of its own until she answers.
    """
    rung = [way for way in PHONE_WAYS if way in uow.ways and _ring(uow, person, way, now)]
    for way in (Way.CHAT, *rung):
        uow.timers.set(TEST_DUE, _subject(person.id, way), now + ANSWER_WITHIN)
    uow.audit.append("system", "test.begin", person.id, now, detail={"ways": ",".join((Way.CHAT, *rung))})
    choices = [Choice(Text("phones.test_seen"), f"tp {Way.CHAT}")]
    if Way.SMS in rung:
        choices.append(Choice(Text("phones.test_sms_came"), f"tp {Way.SMS}", row=1))
    return Letter(
        key=f"person/{person.id}/test/{now.isoformat()}",
        body=(Text("phones.test"),),
        choices=tuple(choices),
        about=TEST,
    )


def answered(uow: UnitOfWork, person: Person, way: Way, now: datetime) -> None:
    """A test page got through, by that way."""
    subject = _subject(person.id, way)
    if uow.timers.due_at(TEST_DUE, subject) is not None:
        uow.audit.append(person.id, "test.answer", person.id, now, detail={"way": way.value})
    uow.timers.cancel(TEST_DUE, subject)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """She has not answered: she is told, once, how to let such messages through; the audit trail knows it."""
    if event.timer != TEST_DUE:
        return False
    person_id, _, way = event.subject.partition("/")
    uow.audit.append("system", "test.unanswered", person_id, now, detail={"way": way})
    letter = Letter(
        key=f"person/{person_id}/test_missed/{way}/{now.isoformat()}",
        body=(Text(f"phones.missed_{way}"),),
        choices=(Choice(Text("phones.test_seen"), f"tp {way}"),) if way == Way.CHAT else (),
        about=TEST,
    )
    post(uow, person_id, letter, case=None, now=now)
    return True


def _subject(person_id: str, way: Way) -> str:
    return f"{person_id}/{way.value}"


def _ring(uow: UnitOfWork, person: Person, way: Way, now: datetime) -> bool:
    """An SMS, or a call that a key answers; False where she has no number."""
    number: Address | None = uow.people.on_phone(person.id, way)
    if number is None:
        return False
    choices = (Choice(Text("phones.test_key"), f"tp {way}"),) if way is Way.VOICE else ()
    words = Text("phones.test_call") if way is Way.VOICE else Text("phones.test_sms")
    key = f"person/{person.id}/test/{now.isoformat()}/{way}"
    uow.outbox.put(OutboundMessage(to=number, key=key, body=(words,), choices=choices, about=TEST), now)
    return True
