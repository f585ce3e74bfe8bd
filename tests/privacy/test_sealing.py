"""Sealing: what was sealed opens with its own key in its own context, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import SealBroken
from bridge.privacy.sealing import new_key, seal, unseal, unwrap, wrap

KEY, OTHER = b"k" * 32, b"o" * 32
NONCE_AND_TAG = 12 + 16
"""Bytes that AES-GCM adds (NIST SP 800-38D)."""


@given(plain=st.binary(max_size=500), context=st.text(max_size=40))
def test_what_was_sealed_opens_with_its_key_in_its_context(plain: bytes, context: str) -> None:
    sealed = seal(KEY, plain, context)
    assert unseal(KEY, sealed, context) == plain
    assert len(sealed) == len(plain) + NONCE_AND_TAG


@given(plain=st.binary(min_size=8, max_size=500))
def test_the_plain_bytes_cannot_be_seen_through_the_seal(plain: bytes) -> None:
    assert plain not in seal(KEY, plain, "event")


@given(
    plain=st.binary(max_size=100),
    key=st.binary(max_size=40),
    context=st.text(max_size=10),
)
def test_it_opens_with_no_other_key_and_in_no_other_context(plain: bytes, key: bytes, context: str) -> None:
    sealed = seal(KEY, plain, "event")
    if key != KEY:
        with pytest.raises(SealBroken):
            unseal(key, sealed, "event")
    if context != "event":
        with pytest.raises(SealBroken):
            unseal(KEY, sealed, context)


@given(plain=st.binary(max_size=60), data=st.data())
def test_one_altered_bit_anywhere_breaks_the_seal(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plain, "event"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), "event")


@given(plain=st.binary(max_size=60), data=st.data())
def test_a_part_of_what_was_sealed_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = seal(KEY, plain, "event")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed[: data.draw(st.integers(0, len(sealed) - 1))], "event")


@given(st.binary(max_size=200))
def test_any_bytes_that_nobody_sealed_are_refused_in_plain_words(bytes_: bytes) -> None:
    with pytest.raises(SealBroken, match="altered"):
        unseal(KEY, bytes_, "event")


def test_the_same_bytes_never_look_the_same_twice() -> None:
    assert len({seal(KEY, b"salut", "event") for _ in range(500)}) == 500


def test_every_key_is_new_and_long_enough_for_aes_256() -> None:
    made = {new_key() for _ in range(500)}
    assert len(made) == 500
    assert {len(key) for key in made} == {32}


def test_a_wrapped_key_is_used_by_its_owner_under_the_same_service_key_and_nobody_else() -> None:
    key = new_key()
    wrapped = wrap(KEY, key, "owner")
    assert unwrap(KEY, wrapped, "owner") == key
    for service_key, owner in ((OTHER, "owner"), (KEY, "somebody else")):
        with pytest.raises(SealBroken):
            unwrap(service_key, wrapped, owner)
