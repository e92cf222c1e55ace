"""Where a finding is."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Facts
from bot.domain.marks import (
    Bone,
    Level,
    Mark,
    MarkKind,
    Quadrant,
    Zone,
    askable,
    found,
    kind_of,
    known_side,
    lacking,
    likely,
    mark_of,
    placed,
    same_place,
    values_of,
    with_mark,
)
from bot.domain.study import BodyPart, Laterality

FRACTURE = (MarkKind.BONE, MarkKind.SIDE)
ALL = [mark for kind in MarkKind for mark in values_of(kind)]
_MARKS = st.lists(st.sampled_from(ALL), max_size=5, unique_by=kind_of).map(tuple)
_FACTS = st.builds(
    Facts,
    body_part=st.none() | st.sampled_from(BodyPart),
    side=st.none() | st.sampled_from(Laterality),
)


def test_a_value_says_its_kind_itself() -> None:
    assert len({mark.value for mark in ALL}) == len(ALL)
    assert [mark_of(mark.value) for mark in ALL] == ALL
    assert mark_of("others") is None


@given(_MARKS, st.sampled_from(ALL))
def test_a_place_has_one_mark_of_a_kind_the_newest(marks: tuple[Mark, ...], mark: Mark) -> None:
    after = with_mark(marks, mark)
    assert found(kind_of(mark), after) is mark
    assert len({kind_of(one) for one in after}) == len(after)


@given(st.sampled_from(BodyPart))
def test_every_part_of_the_body_has_something_to_offer_for_every_question(part: BodyPart) -> None:
    for kind in MarkKind:
        offered = likely(kind, part)
        assert offered
        assert set(offered) <= set(values_of(kind))
        assert len(set(offered)) == len(offered)


def test_the_bones_of_a_forearm_and_of_a_lower_leg_are_one_tap_away() -> None:
    assert likely(MarkKind.BONE, BodyPart.FOREARM) == (Bone.RADIUS, Bone.ULNA, Bone.RADIUS_ULNA)
    assert likely(MarkKind.BONE, BodyPart.LOWER_LEG) == (Bone.TIBIA, Bone.FIBULA, Bone.TIBIA_FIBULA)


def test_a_neck_offers_the_levels_of_the_neck() -> None:
    assert likely(MarkKind.LEVEL, BodyPart.CERVICAL_SPINE)[0] is Level.C1
    assert likely(MarkKind.LEVEL, BodyPart.CERVICAL_SPINE)[-1] is Level.C7
    assert likely(MarkKind.LEVEL, BodyPart.LUMBAR_SPINE)[0] is Level.L1


def test_a_chest_offers_the_zones_of_a_lung() -> None:
    assert likely(MarkKind.ZONE, BodyPart.CHEST) == tuple(Zone)
    assert likely(MarkKind.QUADRANT, BodyPart.ABDOMEN) == tuple(Quadrant)


def test_bone_and_side_are_asked_in_this_order() -> None:
    assert lacking(FRACTURE, ()) == (MarkKind.BONE, MarkKind.SIDE)
    assert lacking(FRACTURE, (Bone.RADIUS,)) == (MarkKind.SIDE,)
    assert lacking(FRACTURE, (Bone.RADIUS, Laterality.LEFT)) == ()


def test_a_bone_in_the_middle_has_no_side() -> None:
    assert lacking(FRACTURE, (Bone.STERNUM,)) == ()
    assert placed(FRACTURE, (Bone.STERNUM, Laterality.LEFT), Facts()) == (Bone.STERNUM,)


def test_a_vertebra_is_named_by_its_level() -> None:
    assert lacking(FRACTURE, (Bone.VERTEBRA,)) == (MarkKind.LEVEL,)
    assert MarkKind.LEVEL in askable(FRACTURE)


def test_the_side_of_the_case_is_taken_over() -> None:
    wrist = Facts(body_part=BodyPart.WRIST, side=Laterality.LEFT)
    assert placed(FRACTURE, (Bone.RADIUS,), wrist) == (Bone.RADIUS, Laterality.LEFT)


def test_a_side_is_never_guessed_where_the_pictures_may_show_both() -> None:
    for facts in (
        Facts(body_part=BodyPart.WRIST, side=Laterality.BOTH),
        Facts(body_part=BodyPart.WRIST),
        Facts(body_part=BodyPart.CHEST, side=Laterality.LEFT),
        Facts(body_part=BodyPart.KIDNEY, side=Laterality.LEFT),
        Facts(side=Laterality.LEFT),
    ):
        assert known_side(facts) is None
        assert placed(FRACTURE, (Bone.RADIUS,), facts) == (Bone.RADIUS,)


@given(_FACTS, _MARKS)
def test_a_said_side_is_never_replaced_by_the_one_of_the_case(facts: Facts, marks: tuple[Mark, ...]) -> None:
    said = found(MarkKind.SIDE, marks)
    after = found(MarkKind.SIDE, placed(FRACTURE, marks, facts))
    assert after in (said, None) if said is not None else after in (known_side(facts), None)


def test_findings_on_two_bones_are_in_two_places_and_both_sides_meet_either() -> None:
    assert not same_place((Bone.RADIUS,), (Bone.ULNA,))
    assert not same_place((Laterality.LEFT,), (Laterality.RIGHT,))
    assert same_place((Laterality.LEFT,), (Laterality.BOTH,))
    assert same_place((Bone.RADIUS,), (Laterality.LEFT,))
    assert same_place((), (Bone.RADIUS,))


@given(_MARKS, _MARKS)
def test_being_in_one_place_holds_both_ways(one: tuple[Mark, ...], other: tuple[Mark, ...]) -> None:
    assert same_place(one, other) == same_place(other, one)
    assert same_place(one, ())
