"""In which language somebody typed, as far as that can be told."""

import unicodedata

_ENGLISH = "en"


def language_of(words: str, spoken: str) -> str | None:
    """The language of typed words, from the one that their author reads; None where the letters are not of it.

    English alone of those that we ship is written in Latin letters; Hindi in them may be English as well.
    """
    letters = [sign for sign in words if sign.isalpha()]
    is_latin = all(unicodedata.name(sign, "").startswith("LATIN ") for sign in letters)
    return spoken if is_latin == (spoken == _ENGLISH) else None
