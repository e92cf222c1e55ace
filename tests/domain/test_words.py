"""Words that work at any time, in all the ways in which people type them, and sentences that are no command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typos import is_slip_of
from bot.domain.words import ANY_TIME, Command, match_command, match_language
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary

VOCABULARY = load_vocabulary(LOCALES / "words")

TYPED = {
    Command.STATUS: """
        status | Status? | STATUS!! | /status | /status@relay_bot | my status | satus | statas | staus | sttaus
        where is my answer | where is my answer? | answer? | any answer yet | any update | any reply? | my cases
        case status | status please | what is the status | status sir | report ready? | pls status | no reply yet
        स्थिति | स्टेटस | मेरा केस | जवाब आया क्या? | मेरी रिपोर्ट | sthiti | status batao | jawab aaya | javab kahan hai
        report aayi kya | jawab nahi aaya | mera case | stithi | kya hua | kya hua sir? | क्या हुआ | ...status...
    """,
    Command.HELP: """
        help | HELP | help! | hlep | halp | /help | Help me | pls help | please help me | help sir | plz help me sir
        i need help | how to send | menu | help needed now | मदद | मदद करो | मदद करो जी | मदद चाहिए | हेल्प | madad
        madad karo | maddad | mujhe help chahiye | sahayata | shayata | kripya madad karo | madad kijiye
    """,
    Command.LANGUAGE: """
        language | Language? | /language | langauge | languge | languages | change language | change my language please
        lang | other language | भाषा | भाषा बदलो | भाषा बदलो जी | bhasha | bhaasha | bhasha badlo | language badlo
    """,
    Command.CANCEL: """
        cancel | Cancel. | /cancel | cancle | canel | cancell | cancel it | cancel this please | stop | stop it | STOP!
        leave it | forget it | dont send | don't send | never mind | रद्द | रद्द करो | कैंसिल करो | छोड़ो | रहने दो | मत भेजो
        radd karo | chhodo | chodo | chhod do | rehne do | cancel karo | band karo | roko | /stop | quit
    """,
    Command.CALL_ME: """
        call me | Call me! | call me please | pls call me sir | call me now | phone me | ring me | call back | callback
        please call | can you call me? | i want to talk | फ़ोन करो | फोन करो | कॉल करो | मुझे फ़ोन करें | मुझे कॉल करो
        बात करनी है | phone karo | mujhe call karo | muje call karo | mujhe phone karo | call kro | baat karni hai
    """,
    Command.PROBLEM: """
        problem | Problem!! | /problem | problm | probelm | problems | i have a problem | there is a problem | issue
        something is wrong | not working | it does not work | समस्या | समस्या है | दिक्कत | दिक्कत है | परेशानी | गड़बड़
        samasya | samsya | samasya hai | dikkat | dikkat hai | diqqat | pareshani hai | problem hai | kuch gadbad hai
    """,
}
"""What people type for each word; lines of phrases between bars."""


def _phrases(lines: str) -> list[str]:
    return [phrase.strip() for line in lines.strip().splitlines() for phrase in line.split("|")]


CASES = [(phrase, command) for command, lines in TYPED.items() for phrase in _phrases(lines)]


def test_there_are_more_than_a_hundred_ways_to_type_them() -> None:
    assert len({phrase for phrase, _ in CASES}) > 100
    assert TYPED.keys() == ANY_TIME


@pytest.mark.parametrize(("typed", "command"), CASES)
def test_it_is_found_however_it_is_typed(typed: str, command: Command) -> None:
    assert match_command(typed, VOCABULARY) is command


@pytest.mark.parametrize(
    "typed",
    [
        "help, the child fell from tree left wrist",
        "please help the patient is bleeding",
        "cancel the first picture, it is another patient",
        "stop bleeding",
        "status epilepticus",
        "status post surgery",
        "problem in breathing since 2 days",
        "heart problem 60 F",
        "no problem",
        "no problem sir",
        "cancer",
        "lung cancer",
        "about",
        "hindu",
        "call the ambulance",
        "please call the surgeon",
        "answer is yes",
        "मरीज़ को दिक्कत है सांस में",
        "दर्द की समस्या 3 दिन से",
        "pet mein dikkat hai",
        "phone number 9800000001",
        "doctor",
        "please",
        "hello",
        "what to do",
        "kya karna hai",
        "how long",
        "left",
        "wrist",
        "M",
        "",
        "🙏",
        "45 M chest cough",
    ],
)
def test_a_sentence_with_more_in_it_is_none(typed: str) -> None:
    assert match_command(typed, VOCABULARY) not in ANY_TIME
    assert match_language(typed, VOCABULARY) is None


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("English", "en"),
        ("english please", "en"),
        ("englsh", "en"),
        ("angrezi", "en"),
        ("angrezi mein", "en"),
        ("अंग्रेज़ी", "en"),
        ("अंग्रेजी में", "en"),
        ("इंग्लिश", "en"),
        ("change language to english", "en"),
        ("hindi", "hi"),
        ("HINDI!", "hi"),
        ("hindi mein", "hi"),
        ("hindi me likho", "hi"),
        ("हिन्दी", "hi"),
        ("हिंदी", "hi"),
        ("हिंदी में", "hi"),
        ("mujhe hindi chahiye", "hi"),
        ("hindi please sir", "hi"),
        ("patient speaks hindi", None),
        ("english medium school fall", None),
    ],
)
def test_a_language_is_asked_for_by_its_name_in_any_script(typed: str, language: str | None) -> None:
    assert match_language(typed, VOCABULARY) == language
    assert match_command(typed, VOCABULARY) is None


_LONG = st.text("abcdefgh", min_size=5, max_size=10)


@given(_LONG, st.data())
def test_one_letter_more_less_or_changed_is_one_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word)))
    assert is_slip_of(word[:place] + "z" + word[place:], word)
    assert is_slip_of(word, word[:place] + "z" + word[place:])
    place = data.draw(st.integers(0, len(word) - 1))
    assert is_slip_of(word[:place] + "z" + word[place + 1 :], word)


@given(_LONG, st.data())
def test_two_letters_changed_round_are_one_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert swapped == word or is_slip_of(swapped, word)


@given(st.text("abc", max_size=4), st.text("abc", max_size=8))
def test_in_a_short_word_nothing_is_a_slip(short: str, other: str) -> None:
    assert not is_slip_of(short, other)
    assert not is_slip_of(other, short)


@given(_LONG)
def test_a_word_is_no_slip_of_itself_and_two_slips_are_too_many(word: str) -> None:
    assert not is_slip_of(word, word)
    assert not is_slip_of("zy" + word, word)
    assert not is_slip_of("z" + word[1:-1] + "y", word)


@pytest.mark.parametrize(
    "typed",
    [
        "emergency",
        "EMERGENCY madam",
        "emergnecy",
        "amergency please sir",
        "Emergensi",
        "एमरजेंसी जी",
        "serios",
        "gambheer hai",
    ],
)
def test_an_emergency_is_heard_however_it_is_typed(typed: str) -> None:
    assert match_command(typed, VOCABULARY) is Command.EMERGENCY


@pytest.mark.parametrize("typed", ["urgent", "series", "cervical", "not serious", "no emergency"])
def test_what_only_looks_like_it_is_none(typed: str) -> None:
    assert match_command(typed, VOCABULARY) is not Command.EMERGENCY
