"""Canonical bytes: one way only to write a happening down, and it reads back as what it was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, fields

from bridge.evidence.canonical import canonical, kind_of, read, write
from bridge.model import Act, Contact, Deed, Happening, Message, Receipt
from bridge.noun import replace
from tests.evidence.strategies import EVERYTHING, HAPPENINGS, KINDS
from tests.support.events import message

HALVES = "\ud83d" + "\ude42"
"""A character as some programs cut it: two halves, each counted as a character."""


@given(HAPPENINGS)
def test_what_was_written_reads_back_as_what_it_was(what: Happening) -> None:
    back = read(kind_of(what), write(what))
    assert back == what
    assert list(map(type, astuple(back))) == list(map(type, astuple(what)))


@given(HAPPENINGS, HAPPENINGS)
def test_two_happenings_of_a_kind_are_written_alike_only_when_they_are_alike(
    one: Happening, other: Happening
) -> None:
    if type(one) is type(other):
        assert (write(one) == write(other)) == (one == other)


@given(HAPPENINGS)
def test_what_is_written_is_ascii_json_with_sorted_keys_and_no_spaces(what: Happening) -> None:
    written = write(what).decode("ascii")
    plain = json.loads(written)
    assert list(plain) == sorted(set(what.__struct_fields__) - {"original"})
    assert written == json.dumps(plain, sort_keys=True, separators=(",", ":"))


@given(st.text(EVERYTHING, max_size=40))
def test_any_text_at_all_can_be_written_and_what_is_read_is_written_the_same(text: str) -> None:
    written = write(message(text, id_="SM1"))
    assert write(read("message", written)) == written


@given(KINDS[Receipt])
def test_a_receipt_from_before_costs_were_told_is_still_read(receipt: Receipt) -> None:
    older = json.loads(write(receipt))
    del older["cost"]
    assert read("receipt", canonical(older)) == replace(receipt, cost=None)


def test_two_halves_of_a_character_are_read_as_that_character() -> None:
    back = read("message", write(message(HALVES)))
    assert isinstance(back, Message)
    assert back.text == "\U0001f642"


@pytest.mark.parametrize("key_order", [("b", "a", "c"), ("c", "b", "a"), ("a", "b", "c")])
def test_the_order_in_which_data_was_put_together_does_not_matter(key_order: tuple[str, ...]) -> None:
    data: dict[str, Any] = {"a": 1, "b": [None, True], "c": {"z": "é", "y": 0}}
    assert canonical({key: data[key] for key in key_order}) == (
        b'{"a":1,"b":[null,true],"c":{"y":0,"z":"\\u00e9"}}'
    )


KIND_NAMES = [(Message, "message"), (Receipt, "receipt"), (Contact, "contact"), (Act, "act"), (Deed, "deed")]


@pytest.mark.parametrize(("kind", "name"), KIND_NAMES)
def test_the_journals_words_for_kinds_are_fixed_for_ever(kind: type, name: str) -> None:
    required = {field.name: "0" for field in fields(kind) if field.required}
    assert kind_of(kind(**required)) == name


@given(st.data())
def test_rows_from_before_a_field_was_added_can_still_be_read(data: st.DataObject) -> None:
    """A journal outlives releases: a field that was added later has a default, and is not missed."""
    what = data.draw(KINDS[Message])
    later = [field for field in fields(Message) if field.name in {"attachments", "form", "asks", "metered"}]
    plain = json.loads(write(what))
    for field in later:
        del plain[field.name]
    back = read("message", canonical(plain))
    assert all(getattr(back, field.name) == field.default for field in later)
    assert isinstance(back, Message)
    assert (back.text, back.wish) == (what.text, what.wish)
