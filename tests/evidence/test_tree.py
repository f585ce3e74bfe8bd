"""The tree over the log: the known vectors, and proofs that hold for what is there and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.evidence.proofs import is_consistent, leaf_hash, root_of_inclusion
from bridge.evidence.tree import WIDTH, Tree, edge, grow

LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Those of Certificate Transparency's own reference tests, for the first one, two, ... leaves."""


def grown(leaves: list[bytes], step: int = 1000) -> Tree:
    """A tree that grew by so many leaves at a time, with nothing but its edge at hand."""
    stored: dict[tuple[int, int], bytes] = {}
    size = 0
    for at in range(0, len(leaves), step):
        hand = {address: stored[address] for address in edge(size)}
        size = grow(hand, size, leaves[at : at + step])
        stored |= hand
    return Tree(lambda level, number: stored[level, number])


@pytest.mark.parametrize("count", range(1, 9))
def test_heads_are_those_of_the_reference(count: int) -> None:
    assert grown(LEAVES[:count], 1).root(count).hex() == ROOTS[count - 1]


def leaves(count: int) -> list[bytes]:
    return [b"leaf %d" % n for n in range(count)]


@settings(max_examples=40)
@given(st.integers(1, 1500), st.integers(1, 300), st.data())
def test_every_leaf_is_proved_and_no_other_in_its_place(size: int, step: int, data: st.DataObject) -> None:
    tree, place = grown(leaves(size), step), data.draw(st.integers(0, size - 1))
    path, head = tree.inclusion(place, size), tree.root(size)
    assert root_of_inclusion(leaf_hash(b"leaf %d" % place), place, size, path) == head
    assert root_of_inclusion(leaf_hash(b"another"), place, size, path) != head
    assert root_of_inclusion(leaf_hash(b"leaf %d" % place), place + 1, size, path) != head
    assert root_of_inclusion(leaf_hash(b"leaf %d" % place), place, size, [*path, head]) != head


@settings(max_examples=40)
@given(st.integers(1, 1500), st.data())
def test_an_earlier_head_is_proved_to_be_the_begin_and_another_is_not(size: int, data: st.DataObject) -> None:
    tree, old = grown(leaves(size)), data.draw(st.integers(1, size))
    path, other = tree.consistency(old, size), leaf_hash(b"another")
    assert is_consistent(old, tree.root(old), size, tree.root(size), path)
    assert not is_consistent(old, other, size, tree.root(size), path)
    assert not is_consistent(old, tree.root(old), size, other, path)


def test_where_it_was_cut_makes_no_difference() -> None:
    many = leaves(3 * WIDTH + 7)
    assert len({grown(many, step).root(len(many)) for step in (1, 7, 255, 256, 257, 10_000)}) == 1


def test_of_a_million_entries_one_is_proved_in_less_than_a_kilobyte() -> None:
    from base64 import b64encode  # noqa: PLC0415

    class Endless(dict[tuple[int, int], bytes]):
        def __missing__(self, address: tuple[int, int]) -> bytes:
            return leaf_hash(b"%d.%d" % address) * WIDTH

    found = Endless()
    tree = Tree(lambda level, number: found[level, number])
    assert len(b64encode(b"".join(tree.inclusion(777_777, 1_000_000)))) <= 1024
