"""The chain: whoever changes, swaps, adds or leaves out anything is found out at that place and after it."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bridge.evidence.canonical import Entry, canonical
from bridge.evidence.chain import GENESIS, Link, extend
from bridge.model import EventId, SenderId
from bridge.noun import replace
from tests.evidence.strategies import ENTRIES, ENTRY_FIELDS

few = settings(max_examples=50)
"""Any change breaks a chain or none does; more journals would prove no more."""

JOURNALS = st.lists(ENTRIES, min_size=1, max_size=8, unique_by=lambda entry: entry.id)


def chain(entries: Sequence[Entry], start: Link = GENESIS) -> list[Link]:
    """Every link, the start left out."""
    return list(accumulate(entries, extend, initial=start))[1:]


@few
@given(JOURNALS)
def test_places_count_from_one_and_every_link_is_a_sha_256_of_its_own(journal: list[Entry]) -> None:
    links = chain(journal)
    assert [link.place for link in links] == list(range(1, len(journal) + 1))
    assert len({link.digest for link in links}) == len(links)
    assert {len(link.digest) for link in links} == {32}
    assert links == chain(journal)


@few
@given(JOURNALS, st.data())
def test_a_change_of_any_field_breaks_the_chain_from_there_on(
    journal: list[Entry], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(journal) - 1))
    name = data.draw(st.sampled_from(ENTRY_FIELDS))
    changed = replace(journal[at], **{name: getattr(data.draw(ENTRIES), name)})
    assume(changed != journal[at])
    before, after = chain(journal), chain([*journal[:at], changed, *journal[at + 1 :]])
    assert before[:at] == after[:at]
    assert not set(before[at:]) & set(after)


@few
@given(JOURNALS, st.data())
def test_leaving_an_entry_out_breaks_the_chain(journal: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(journal) - 1))
    shorter = chain([*journal[:at], *journal[at + 1 :]])
    assert chain(journal)[-1] not in shorter
    assert not set(chain(journal)[at:]) & set(shorter[at:])


@few
@given(JOURNALS, ENTRIES, st.data())
def test_slipping_an_entry_in_breaks_the_chain(
    journal: list[Entry], slipped: Entry, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(journal) - 1))
    longer = chain([*journal[:at], slipped, *journal[at:]])
    assume(slipped != journal[at])
    assert not set(chain(journal)[at:]) & set(longer)


@few
@given(JOURNALS, st.data())
def test_another_order_breaks_the_chain(journal: list[Entry], data: st.DataObject) -> None:
    other = data.draw(st.permutations(journal))
    assume(other != journal)
    first = next(at for at, (one, two) in enumerate(zip(journal, other, strict=True)) if one != two)
    assert not set(chain(journal)[first:]) & set(chain(other))


@few
@given(JOURNALS, JOURNALS)
def test_a_chain_goes_on_from_any_link_as_if_it_had_never_paused(one: list[Entry], two: list[Entry]) -> None:
    assert chain(two, chain(one)[-1]) == chain(one + two)[len(one) :]


@few
@given(ENTRIES, st.integers(1, 9), st.binary(min_size=32, max_size=32))
def test_what_came_before_fixes_what_comes_after(entry: Entry, place: int, digest: bytes) -> None:
    assert extend(Link(place, digest), entry).digest != extend(GENESIS, entry).digest


def test_a_link_is_what_the_documents_say_it_is() -> None:
    """Whoever checks a dossier without this program computes the same; it must never change."""
    entry = Entry(EventId("a" * 32), "sms", "message", SenderId("b" * 32), 1_790_000_000_000_000, b"sealed")
    written = (
        b'{"channel":"sms","id":"' + b"a" * 32 + b'","kind":"message","place":1,'
        b'"received_at":1790000000000000,"sealed":"' + sha256(b"sealed").hexdigest().encode() + b'",'
        b'"sender":"' + b"b" * 32 + b'"}'
    )
    assert canonical({"b": 1, "a": 2}) == b'{"a":2,"b":1}'
    assert extend(GENESIS, entry) == Link(1, sha256(bytes(32) + written).digest())


CHANGES: dict[str, Any] = {
    "id": "c" * 32,
    "channel": "telegram",
    "kind": "receipt",
    "sender": "d" * 32,
    "received_at": 2,
    "sealed": b"other",
}


@pytest.mark.parametrize("name", ENTRY_FIELDS)
def test_no_field_of_an_entry_is_forgotten(name: str) -> None:
    entry = Entry(EventId("a" * 32), "sms", "message", SenderId("b" * 32), 1, b"sealed")
    other = replace(entry, **{name: CHANGES[name]})
    assert extend(GENESIS, entry).digest != extend(GENESIS, other).digest
