"""Whose a message is: nothing told of one patient becomes a part of another's draft unasked."""

from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Age, Facts, Field, merge
from bot.domain.same_patient import PAUSE, differs, is_doubtful
from bot.domain.study import BodyPart, Sex

KNOWN = Facts(age=Age(45), sex=Sex.MALE, body_part=BodyPart.CHEST)


def _doubtful(
    told: Facts,
    *,
    known: Facts = KNOWN,
    ask: Field | None = None,
    has_pictures: bool = False,
    pause: timedelta | None = None,
) -> bool:
    return is_doubtful(known, told, ask=ask, has_pictures=has_pictures, pause=pause)


def test_a_second_age_or_sex_is_doubtful() -> None:
    assert _doubtful(Facts(age=Age(20)))
    assert _doubtful(Facts(sex=Sex.FEMALE))
    assert not _doubtful(Facts(age=Age(45), sex=Sex.MALE))
    assert not _doubtful(Facts(body_part=BodyPart.WRIST))


def test_what_is_asked_for_just_now_may_be_corrected() -> None:
    assert not _doubtful(Facts(age=Age(54)), ask=Field.AGE)
    assert _doubtful(Facts(age=Age(54), sex=Sex.FEMALE), ask=Field.AGE)


def test_two_ages_at_once_are_a_second_one() -> None:
    assert _doubtful(Facts(conflicts=frozenset({Field.AGE})))
    assert not _doubtful(Facts(conflicts=frozenset({Field.AGE})), known=Facts())


def test_pictures_after_three_minutes_are_doubtful_and_words_are_not() -> None:
    assert _doubtful(Facts(), has_pictures=True, pause=PAUSE)
    assert not _doubtful(Facts(), has_pictures=True, pause=PAUSE - timedelta(seconds=1))
    assert not _doubtful(Facts(), has_pictures=False, pause=timedelta(hours=1))
    assert not _doubtful(Facts(), has_pictures=True, pause=None)


def test_a_part_of_an_album_that_came_late_is_no_pause() -> None:
    assert not _doubtful(Facts(), has_pictures=True, pause=timedelta(minutes=-10))


AGES = st.none() | st.builds(Age, st.sampled_from([8, 20, 45]))
SEXES = st.none() | st.sampled_from([Sex.MALE, Sex.FEMALE])


@dataclass(frozen=True, slots=True)
class Told:
    """One message as far as this is about it; `after`: how long after the one before."""

    facts: Facts
    has_pictures: bool
    after: timedelta


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with all that became a part of it unasked."""

    facts: Facts
    parts: tuple[Facts, ...] = ()
    pictures_at: tuple[timedelta, ...] = ()


MESSAGES = st.lists(
    st.builds(
        Told,
        st.builds(Facts, age=AGES, sex=SEXES),
        st.booleans(),
        st.sampled_from([timedelta(0), timedelta(seconds=20), timedelta(minutes=2), PAUSE]),
    ),
    max_size=12,
)


def _placed(messages: list[Told]) -> list[Draft]:
    """Every message into the newest draft, or into one of its own where she is asked first."""
    drafts = [Draft(Facts())]
    now = timedelta(0)
    for message in messages:
        now += message.after
        draft = drafts[-1]
        pause = now - max(draft.pictures_at) if draft.pictures_at else None
        if is_doubtful(draft.facts, message.facts, ask=None, has_pictures=message.has_pictures, pause=pause):
            draft = Draft(Facts())
            drafts.append(draft)
        drafts[-1] = replace(
            draft,
            facts=merge(draft.facts, message.facts),
            parts=(*draft.parts, message.facts),
            pictures_at=(*draft.pictures_at, *((now,) if message.has_pictures else ())),
        )
    return drafts


@given(MESSAGES)
def test_whatever_the_order_no_draft_has_two_ages_or_sexes_unasked(messages: list[Told]) -> None:
    for draft in _placed(messages):
        assert len({part.age for part in draft.parts if part.age}) <= 1
        assert len({part.sex for part in draft.parts if part.sex}) <= 1


@given(MESSAGES)
def test_whatever_the_order_no_draft_has_pictures_three_minutes_apart_unasked(messages: list[Told]) -> None:
    for draft in _placed(messages):
        gaps = zip(draft.pictures_at, draft.pictures_at[1:], strict=False)
        assert all(later - earlier < PAUSE for earlier, later in gaps)


@given(st.builds(Facts, age=AGES, sex=SEXES), st.builds(Facts, age=AGES, sex=SEXES))
def test_the_same_told_again_is_never_asked(known: Facts, told: Facts) -> None:
    assert not differs(known, known)
    assert differs(known, told) == (merge(told, known) != merge(known, told))
