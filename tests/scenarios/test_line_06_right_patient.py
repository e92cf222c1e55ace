"""Two patients never mix: what is doubtful is kept by itself, and she is asked."""

from datetime import timedelta

from tests.scenarios.mixed_steps import COUGH
from tests.scenarios.steps import FULL, a_case_with_an_owner, an_answered_case, costs, is_taken, sends_a_case
from tests.world import World
from tests.world_people import Heard, Person

OTHER = "20 F left knee xray fell routine"


async def _a_draft(person: Person, caption: str = FULL) -> Heard:
    """Picture with all the facts; its summary."""
    await person.sends_photo(caption=caption)
    await person.hears("refer.got_it_wait")
    return await person.sees_pictures(1, "refer.confirm", "1 ")


async def _a_doubt(person: Person) -> tuple[Heard, Heard]:
    """A draft, and the picture of somebody else two minutes later; the summary and the question."""
    summary = await _a_draft(person)
    await person.sends_photo("knee", caption=OTHER)
    question = await person.hears("same.ask", "45", "20")
    assert len(question.buttons) == 2
    await person.hears_nothing(timedelta(seconds=4))
    return summary, question


async def test_two_patients_minutes_apart_become_two_cases(world: World) -> None:
    _, _question = await _a_doubt(world.meena)
    await world.meena.taps("same.another")
    await world.meena.sees_pictures(1, "same.now", "same.kept", "20 years, female", "knee, left", "1 picture")
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "20 years, female")
    assert "45" not in card.text
    await world.rao.sees_pictures(1, sent.code)
    costs(world.meena, messages=5, taps=2, kilobytes=44.2)
    costs(world.rao, messages=2, taps=0, kilobytes=43.1)


async def test_the_first_patient_can_be_sent_while_it_is_asked_and_has_only_its_own_picture(
    world: World,
) -> None:
    summary, question = await _a_doubt(world.meena)
    await world.meena.taps("refer.send", on=summary)
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "45 years, male")
    assert "20 years" not in card.text
    await world.rao.sees_pictures(1, sent.code)
    await world.meena.hears_nothing(timedelta(seconds=4))
    await world.meena.taps("same.another", on=question)
    await world.meena.sees_pictures(1, "20 years, female", "knee, left")
    await world.meena.taps("refer.send")
    await world.meena.hears("refer.sent")
    await world.rao.hears("20 years, female")
    await world.rao.sees_pictures(1)
    costs(world.meena, messages=6, taps=3, kilobytes=44.4)


async def test_the_same_patient_gets_both_pictures_and_the_newer_word(world: World) -> None:
    summary = await _a_draft(world.meena)
    await world.meena.sends_photo("knee", caption="54 M")
    await world.meena.hears("same.ask", "45", "54")
    await world.meena.taps("same.same")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "2 pictures", "54 years, male", "cough")
    await world.meena.taps("refer.send", on=summary)
    await world.meena.hears("refer.changed_since")
    await world.meena.hears("refer.summary_again", "2 pictures")
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "54 years, male")
    await world.rao.sees_pictures(2, sent.code)
    costs(world.meena, messages=8, taps=3, kilobytes=44.9)


async def test_pictures_after_a_pause_of_three_minutes_are_asked_about(world: World) -> None:
    await _a_draft(world.meena)
    await world.minutes(2)
    await world.meena.reads_all()
    await world.meena.sends_photo("knee")
    await world.meena.sees_pictures(1, "2 pictures")
    await world.minutes(3)
    await world.meena.reads_all()
    await world.meena.sends_photo("hand")
    await world.meena.sees_change("unsent.asked_below")
    await world.meena.hears("same.ask", "45 years, male", "same.new")
    await world.meena.taps("same.same")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "3 pictures")


async def test_further_pictures_while_it_is_asked_stay_with_the_doubtful_ones(world: World) -> None:
    await _a_doubt(world.meena)
    await world.meena.sends_photo("hand")
    await world.meena.reads_all()
    await world.meena.taps("same.another")
    await world.meena.sees_pictures(1, "2 pictures", "20 years, female")


async def test_parts_of_an_album_are_never_asked_about(world: World) -> None:
    await world.meena.sends_album("chest", "knee", "hand", caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "3 pictures", "45 years, male")
    await world.meena.hears_nothing(timedelta(seconds=30))
    costs(world.meena, messages=2, taps=0, kilobytes=22.1)


async def test_a_second_sex_in_words_changes_nothing_unasked(world: World) -> None:
    await _a_draft(world.meena)
    await world.meena.types("female")
    question = await world.meena.hears("same.ask", "45 years, male", "female")
    await world.meena.taps("same.same", on=question)
    await world.meena.hears("refer.summary_again", "45 years, female", "cough")
    await world.meena.types("male")
    await world.meena.hears("same.ask")
    await world.meena.taps("same.another")
    await world.meena.hears("same.kept", "refer.send_picture")


async def test_a_correction_under_change_is_not_asked_about(world: World) -> None:
    await _a_draft(world.meena)
    await world.meena.taps("Change")
    await world.meena.hears("refer.change_what")
    await world.meena.taps("about_age|Age")
    await world.meena.hears("refer.ask_age")
    await world.meena.types("54 years")
    await world.meena.hears("refer.summary_again", "54 years, male")


async def test_yes_and_no_answer_the_question_too(world: World) -> None:
    await _a_doubt(world.meena)
    await world.meena.types("no")
    await world.meena.sees_pictures(1, "same.kept", "20 years, female")
    await world.meena.types("60 M")
    await world.meena.hears("same.ask", "20 years", "60 years")
    await world.meena.types("yes")
    await world.meena.hears("refer.summary_again", "60 years, male", "knee, left")


async def test_an_emergency_can_be_sent_before_she_says_whose_it_is(world: World) -> None:
    await _a_draft(world.meena)
    await world.meena.sends_photo("ct", caption="30 F head injury unconscious CT head emergency")
    await world.meena.hears("same.ask", "30 years, female")
    summary = await world.meena.sees_pictures(1, "30 years, female", "emergency")
    await world.meena.taps("refer.send", on=summary)
    await world.meena.hears("108")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "30 years, female")
    assert "45" not in card.text
    await world.rao.sees_pictures(1, sent.code)


async def test_a_cancelled_doubt_leaves_the_first_draft_alone(world: World) -> None:
    summary, question = await _a_doubt(world.meena)
    await world.meena.types("cancel")
    await world.meena.hears("refer.cancelled")
    await world.meena.taps("same.same", on=question)
    await world.meena.hears("refer.not_draft|common.not_yours")
    await world.meena.taps("refer.send", on=summary)
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "45 years, male")
    await world.rao.sees_pictures(1, sent.code)


async def test_a_picture_without_words_is_added_to_the_case_that_a_doctor_has(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.sends_photo("knee", caption="side view")
    question = await world.meena.hears("same.ask_add", sent.code, "45 years, male")
    await world.meena.taps("same.add", on=question)
    await world.meena.hears(sent.code, "same.added")
    heard = [await world.rao.hears(sent.code) for _ in range(2)]
    assert any("side view" in one.text for one in heard)
    assert [one.media for one in heard].count("photo") == 1
    await world.meena.hears_nothing(timedelta(seconds=30))
    costs(world.meena, messages=6, taps=2, kilobytes=22.8)
    costs(world.rao, messages=5, taps=1, kilobytes=86.4)


async def test_a_picture_without_words_may_be_a_new_patient(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.sends_photo("knee")
    await world.meena.hears("same.ask_add", sent.code)
    await world.meena.taps("same.another")
    await world.meena.hears("same.now", "refer.ask_study")
    await world.meena.types(OTHER)
    await world.meena.sees_pictures(1, "20 years, female", "1 picture")
    await world.rao.hears_nothing()


async def test_a_picture_is_added_to_a_case_that_was_answered(world: World) -> None:
    sent = await an_answered_case(world)
    await world.meena.sends_photo("knee")
    await world.meena.hears("same.ask_add", sent.code)
    await world.seconds(20)
    await world.meena.taps("same.add")
    await world.meena.hears(sent.code, "same.added")
    await world.rao.sees_pictures(1, sent.code)


async def test_a_full_caption_is_a_new_patient_and_is_not_asked_about(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.meena.sends_photo("knee", caption=OTHER)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "20 years, female")


async def test_what_she_writes_after_sending_is_no_part_of_an_older_draft(world: World) -> None:
    await _a_doubt(world.meena)
    await world.meena.taps("same.another")
    await world.meena.sees_pictures(1, "20 years, female")
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    await is_taken(world, sent)
    await world.meena.types("the swelling is worse now")
    await world.meena.hears("follow.for_this", sent.code)


async def test_a_long_number_is_masked_for_her_and_for_the_doctor(world: World) -> None:
    await world.meena.sends_photo(caption=f"{FULL} call 9876543210")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.hears("same.no_names")
    summary = await world.meena.sees_pictures(1, "••••••••10")
    assert "9876543210" not in summary.text
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "••••••••10")
    assert "98765" not in card.text
    await world.rao.sees_pictures(1)
    costs(world.meena, messages=4, taps=1, kilobytes=22.6)


async def test_she_is_asked_once_not_to_type_names(world: World) -> None:
    await world.meena.sends_photo(caption=f"Mr Ramesh {FULL}")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.hears("same.no_names")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("cancel")
    await world.meena.hears("refer.cancelled")
    await world.meena.sends_photo(caption=f"name: Suresh {FULL}")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.hears_nothing()


async def test_on_whatsapp_two_patients_are_kept_apart(world: World) -> None:
    await _a_draft(world.lakshmi, COUGH)
    await world.lakshmi.sends_photo("knee", caption=OTHER)
    await world.lakshmi.hears("same.ask", "45", "20")
    await world.seconds(20)
    await world.lakshmi.taps("same.another")
    await world.lakshmi.sees_pictures(1, "20", "1 ")
    await world.lakshmi.taps("refer.send")
    sent = await world.lakshmi.hears("refer.sent")
    card = await world.rao.hears(sent.code, "20 years, female")
    assert "45" not in card.text
    await world.rao.sees_pictures(1, sent.code)
    costs(world.lakshmi, messages=5, taps=2, kilobytes=44.5)
    costs(world.rao, messages=2, taps=0, kilobytes=43.5)


async def test_on_whatsapp_the_same_patient_gets_both_pictures(world: World) -> None:
    await _a_draft(world.lakshmi, COUGH)
    await world.minutes(4)
    await world.lakshmi.reads_all()
    await world.lakshmi.sends_photo("knee")
    await world.lakshmi.hears("same.ask")
    await world.seconds(20)
    await world.lakshmi.taps("same.same")
    await world.lakshmi.sees_pictures(1, "2 ")
    await world.lakshmi.taps("refer.send")
    sent = await world.lakshmi.hears("refer.sent")
    await world.rao.hears(sent.code)
    await world.rao.sees_pictures(2, sent.code)


async def test_case_sent_after_a_doubt_takes_the_doubtful_picture_as_a_late_one(world: World) -> None:
    summary, question = await _a_doubt(world.meena)
    await world.meena.taps("refer.send", on=summary)
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code)
    await world.rao.sees_pictures(1, sent.code)
    await world.meena.taps("same.same", on=question)
    await world.meena.hears(sent.code, "same.added")
    await world.rao.reads_all()


async def test_pictures_whose_words_fit_an_open_case_are_asked_about(world: World) -> None:
    sent = await sends_a_case(world.meena, "45 M chest xray cough 3 weeks routine")
    await world.meena.sends_photo("hand", caption="45 M chest xray lateral view")
    await world.meena.hears("same.ask_add", sent.code)
    await world.rao.reads_all()


async def test_pictures_whose_words_are_of_another_age_begin_a_case_unasked(world: World) -> None:
    await sends_a_case(world.meena, "45 M chest xray cough 3 weeks routine")
    await world.meena.sends_photo("hand", caption="54 M chest xray cough routine")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "54 years, male", "refer.confirm")
    await world.rao.reads_all()
