"""What search makes of text: one spelling of it, its words, and the tokens that stand in the index.

Tokens are made of lower-case hex digits, "z" and "s" alone, so that nothing a person types has a meaning in the
query syntax of a full-text index.
"""

import unicodedata
from itertools import pairwise

LONGEST_QUERY = 80
NOT_TEXT = frozenset({"Cc", "Cs"})
"""Controls and halves of surrogate pairs, which PostgreSQL does not keep and nobody looks for."""


def normalise(text: str) -> str:
    """Width, ligatures and case folded away; controls, line ends and the like are single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isprintable():
        folded = "".join(" " if unicodedata.category(c) in NOT_TEXT else c for c in folded)
    return " ".join(folded.split())


def words_of(query: str) -> list[str]:
    """The different words of what a person typed, in their order."""
    return list(dict.fromkeys(normalise(query[:LONGEST_QUERY]).split()))


def tokens_of_text(text: str) -> set[str]:
    """Each character and each pair of neighbours within a word of a normalised text."""
    found = {_one(character) for character in set(text) - {" "}}
    for word in text.split():
        found.update(_pair(first, second) for first, second in pairwise(word))
    return found


def tokens_of_word(word: str) -> set[str]:
    """The tokens that a text with this word in it must have: its pairs, or its one character."""
    if len(word) == 1:
        return {_one(word)}
    return {_pair(first, second) for first, second in pairwise(word)}


def site_token(site_id: int) -> str:
    return f"s{site_id}"


def _one(character: str) -> str:
    return f"{ord(character):x}"


def _pair(first: str, second: str) -> str:
    return f"{ord(first):x}z{ord(second):x}"
