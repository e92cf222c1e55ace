import pytest

from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex
from bot.domain.words import Command, Kind, match_command
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary, read_words

FOLDER = LOCALES / "words"
VOCABULARY = load_vocabulary(FOLDER)
WORDS = [word for path in sorted(FOLDER.glob("*.toml")) for word in read_words(path)]
ENUMS = {
    Kind.SEX: Sex,
    Kind.BODY_PART: BodyPart,
    Kind.MODALITY: Modality,
    Kind.PRIORITY: Priority,
    Kind.DANGER: Priority,
    Kind.SIDE: Laterality,
    Kind.COMMAND: Command,
}


@pytest.mark.parametrize("kind", ENUMS, ids=str)
def test_word_lists_name_members_only(kind: Kind) -> None:
    assert {word.value for word in WORDS if word.kind is kind} <= {member.value for member in ENUMS[kind]}


def test_no_spelling_means_two_things_of_one_kind() -> None:
    double = [
        words
        for words, meanings in VOCABULARY.phrases.items()
        if len({k for k, _ in meanings}) < len(meanings)
    ]
    assert double == []


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("help", Command.HELP),
        ("don't know", Command.SKIP),
        ("EMERGENCY!!", Command.EMERGENCY),
        ("patient serious", Command.EMERGENCY),
        ("मरीज़ गंभीर है", Command.EMERGENCY),
        ("हालत बिगड़ रही है", Command.EMERGENCY),
        ("gambheer", Command.EMERGENCY),
        ("/help", Command.HELP),
        ("Status?", Command.STATUS),
        ("मदद", Command.HELP),
        ("HAAN", Command.YES),
        ("हाँ", Command.YES),
        ("theek hai", Command.YES),
        ("nahi", Command.NO),
        ("ho gaya", Command.DONE),
        ("who is on call", Command.WHO),
        ("pata nahi", Command.SKIP),
        ("emergency", Command.EMERGENCY),
        ("इमरजेंसी", Command.EMERGENCY),
        ("bhaasha", Command.LANGUAGE),
        ("no fracture", None),
        ("please help the patient is bleeding", None),
        ("emergency chest", None),
        ("", None),
        ("!?", None),
    ],
)
def test_a_command_is_a_whole_short_text(text: str, command: Command | None) -> None:
    assert match_command(text, VOCABULARY) is command
