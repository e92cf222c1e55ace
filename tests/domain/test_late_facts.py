"""What is told of a case that is on its way fills blanks, and is asked in the same order as before."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Age, Facts, Field, missing
from bot.domain.late_facts import fill, next_missing
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex

FACTS = st.builds(
    Facts,
    age=st.none() | st.builds(Age, st.integers(0, 110)),
    sex=st.none() | st.sampled_from(Sex),
    body_part=st.none() | st.sampled_from(BodyPart),
    modality=st.none() | st.sampled_from(Modality),
    side=st.none() | st.sampled_from(Laterality),
    priority=st.none() | st.sampled_from(Priority),
)


@given(FACTS, FACTS)
def test_no_known_fact_is_ever_changed(known: Facts, told: Facts) -> None:
    learned = fill(known, told)
    for field in Field:
        if known.value(field) is not None:
            assert learned.facts.value(field) == known.value(field)


@given(FACTS, FACTS)
def test_every_told_fact_is_taken_named_as_differing_or_known_already(known: Facts, told: Facts) -> None:
    learned = fill(known, told)
    for field in missing(known):
        if field is not Field.PRIORITY and told.value(field) is not None:
            assert field in learned.filled
            assert learned.facts.value(field) == told.value(field)
    for field in learned.differing:
        assert known.value(field) != told.value(field)


@given(FACTS, FACTS)
def test_the_priority_is_neither_raised_nor_lowered_so(known: Facts, told: Facts) -> None:
    assert fill(known, told).facts.priority == known.priority


@given(FACTS)
def test_passing_over_every_question_comes_to_an_end(facts: Facts) -> None:
    asked: list[Field] = []
    while (field := next_missing(facts, asked[-1] if asked else None)) is not None:
        asked.append(field)
    assert asked == [field for field in missing(facts) if field is not Field.PRIORITY]


def test_a_side_is_taken_though_its_part_was_not_known() -> None:
    told = Facts(body_part=BodyPart.WRIST, side=Laterality.LEFT)
    assert fill(Facts(), told).filled == (Field.BODY_PART, Field.SIDE)
