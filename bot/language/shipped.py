"""What ships in `locales/`, read once a process: it does not change while a program runs."""

from functools import cache

from bot.domain.words import Vocabulary
from bot.language.catalogue import Catalogue
from bot.language.folder import LOCALES
from bot.language.phrasebook import Phrasebook, UnreviewedPolicy, load_phrasebook
from bot.language.words import load_vocabulary


@cache
def shipped_phrasebook() -> Phrasebook:
    """The phrases in all languages."""
    return load_phrasebook(LOCALES / "phrases")


@cache
def shipped_vocabulary() -> Vocabulary:
    """What people may type, in all languages."""
    return load_vocabulary(LOCALES / "words")


@cache
def shipped_catalogue(policy: UnreviewedPolicy) -> Catalogue:
    """All texts, with unreviewed phrases shown as `policy` says."""
    return Catalogue(LOCALES, shipped_phrasebook(), policy=policy)
