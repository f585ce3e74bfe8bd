"""Sorts texts into groups of what most of them share: "they all write X". Pure.

For people who must decide about many at once: a group is the texts that have one telling word in common, the
word that most of those share that are in no group yet. Which group a text is in depends on the texts alone,
and stays so when whole groups are taken away.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Generic, TypeVar

from bridge.noun import Noun, replace
from bridge.text.function_words import FUNCTION_WORDS
from bridge.text.reading import read

FEWEST = 3
"""Texts that make a group; what is in none is in the last one, where each is different."""

GROUPS = 12
"""Groups, the last one apart: more than anybody decides about."""

MOST = 2_000
"""Texts that are looked at together: to read them all takes a second."""

_LETTERS = 4
"""Letters of a word that tells something."""

_SMALL = frozenset[str]().union(*FUNCTION_WORDS.values())

T = TypeVar("T")


class Group(Noun, Generic[T]):
    """Texts that have a word in common; the last of all groups has none."""

    key: str
    """Eight hexadecimal digits made from the word: says nothing, and is the same whenever it is asked."""
    members: tuple[T, ...]
    """In the order in which they were given."""
    alike: bool = True


def grouped(texts: Mapping[T, str]) -> list[Group[T]]:
    """The groups, the largest first; those that are alone last."""
    return list(_groups({one: telling(text) for one, text in texts.items()}))


def telling(text: str) -> frozenset[str]:
    """The words of a text that tell something, disguises undone; of one that has none, all it says."""
    said = read(text).unmasked
    words = frozenset(word for word in said.split() if len(word) >= _LETTERS and word not in _SMALL)
    return words or frozenset((said,))


def _groups(left: dict[T, frozenset[str]]) -> Iterator[Group[T]]:
    for _ in range(GROUPS):
        shared = Counter(word for words in left.values() for word in words)
        word = min(shared, key=lambda one: (-shared[one], -len(one), one), default="")
        if not word or shared[word] < FEWEST:
            break
        yield _group(word, [one for one, words in left.items() if word in words])
        left = {one: words for one, words in left.items() if word not in words}
    if left:
        yield replace(_group("", list(left)), alike=False)


def _group(word: str, members: Sequence[T]) -> Group[T]:
    return Group(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest(), tuple(members))
