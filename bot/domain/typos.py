"""One slip of the finger in a word: a letter wrong, missing, too much, or two of them changed round."""

SHORTEST = 5
"""Letters; in shorter words one other letter is most often another word."""


def is_slip_of(typed: str, word: str) -> bool:
    """Whether `typed` is not `word` but one slip away from it (optimal string alignment distance 1)."""
    if typed == word or min(len(typed), len(word)) < SHORTEST or abs(len(typed) - len(word)) > 1:
        return False
    start = _same_from_start(typed, word)
    left, right = typed[start:], word[start:]
    swapped = left[1::-1] == right[:2] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _same_from_start(one: str, other: str) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
