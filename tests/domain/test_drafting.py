"""What a draft needs next."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drafting import Draft, Next, Prompt, assumed, next_prompt
from bot.domain.facts import Age, Facts, Field, missing
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex

WHOLE = Facts(
    age=Age(45),
    sex=Sex.MALE,
    body_part=BodyPart.WRIST,
    modality=Modality.XR,
    side=Laterality.LEFT,
    priority=Priority.URGENT,
)
FACTS = st.builds(
    Facts,
    age=st.none() | st.builds(Age, st.integers(0, 110)),
    sex=st.none() | st.sampled_from(Sex),
    body_part=st.none() | st.sampled_from(BodyPart),
    modality=st.none() | st.sampled_from(Modality),
    side=st.none() | st.sampled_from(Laterality),
    priority=st.none() | st.sampled_from(Priority),
)


def test_a_whole_draft_is_summarised() -> None:
    assert next_prompt(Draft(WHOLE, ready=1, fetching=0, settled=True)) == Prompt(Next.SUMMARISE)


def test_late_album_parts_are_waited_for() -> None:
    assert next_prompt(Draft(WHOLE, ready=1, fetching=0, settled=False)).next is Next.WAIT
    assert next_prompt(Draft(WHOLE, ready=1, fetching=2, settled=True)).next is Next.WAIT


def test_facts_are_asked_while_pictures_are_made_ready() -> None:
    draft = Draft(Facts(), ready=0, fetching=1, settled=False)
    assert next_prompt(draft) == Prompt(Next.ASK_FACT, Field.MODALITY)


@given(FACTS, st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_nothing_is_summarised_that_lacks_a_fact_or_a_picture(
    facts: Facts,
    ready: int,
    fetching: int,
    settled: bool,  # noqa: FBT001 - drawn by name
) -> None:
    prompt = next_prompt(Draft(facts, ready, fetching, settled))
    if prompt.next is Next.SUMMARISE and facts.priority is not Priority.EMERGENCY:
        assert ready > 0
        assert fetching == 0
        assert missing(facts) == ()
    if prompt.next is Next.ASK_FACT:
        assert prompt.field in missing(facts)


def test_an_emergency_waits_for_no_fact_and_no_picture() -> None:
    emergency = Facts(priority=Priority.EMERGENCY)
    assert next_prompt(Draft(emergency, ready=0, fetching=1, settled=True)) == Prompt(Next.SUMMARISE)
    assert next_prompt(Draft(emergency, ready=0, fetching=1, settled=False)) == Prompt(Next.WAIT)
    assert next_prompt(Draft(emergency, ready=0, fetching=0, settled=True)) == Prompt(Next.ASK_PICTURE)


@given(FACTS)
def test_only_the_modality_is_ever_assumed(facts: Facts) -> None:
    guessed = assumed(facts)
    assert [field for field in Field if guessed.value(field) != facts.value(field)] in ([], [Field.MODALITY])


def test_a_chest_is_an_x_ray_unless_told_and_a_belly_is_asked() -> None:
    assert assumed(Facts(body_part=BodyPart.CHEST)).modality is Modality.XR
    assert assumed(Facts(body_part=BodyPart.ABDOMEN)).modality is None
    assert assumed(Facts(body_part=BodyPart.CHEST, modality=Modality.CT)).modality is Modality.CT


@given(FACTS)
def test_an_emergency_needs_no_picture_where_anything_is_told(facts: Facts) -> None:
    emergency = replace(facts, priority=Priority.EMERGENCY)
    told = any(emergency.value(field) is not None for field in Field if field is not Field.PRIORITY)
    prompt = next_prompt(Draft(emergency, ready=0, fetching=0, settled=False))
    assert prompt.next is (Next.SUMMARISE if told else Next.ASK_PICTURE)
