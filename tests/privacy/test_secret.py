"""One secret, several keys, each for its own purpose."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Misconfigured
from bridge.privacy.secret import SHORTEST_SECRET, Keys, derive_keys, is_guessable

SECRET = "a secret of more than thirty-two characters"


def every_key(keys: Keys) -> list[bytes]:
    return [getattr(keys, name) for name in Keys.__struct_fields__]


@given(st.text(min_size=SHORTEST_SECRET, max_size=80))
def test_each_purpose_has_a_key_of_its_own_and_always_the_same(secret: str) -> None:
    made = every_key(derive_keys(secret))
    assert len(set(made)) == len(made)
    assert {len(key) for key in made} == {32}
    assert made == every_key(derive_keys(secret))


def test_another_secret_shares_no_key() -> None:
    assert not set(every_key(derive_keys(SECRET))) & set(every_key(derive_keys(SECRET + ".")))


def hkdf(secret: str, purpose: str) -> bytes:
    """RFC 5869 with SHA-256, as far as one block goes."""
    extracted = hmac.digest(b"rempart", secret.encode(), "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


@pytest.mark.parametrize("purpose", Keys.__struct_fields__)
def test_the_derivation_is_fixed_for_ever(purpose: str) -> None:
    """A change of it would lose every number and every text of every database."""
    assert getattr(derive_keys(SECRET), purpose) == hkdf(SECRET, purpose)


@pytest.mark.parametrize("secret", ["", "short", "x" * (SHORTEST_SECRET - 1)])
def test_a_short_secret_is_refused_by_name_and_never_repeated(secret: str) -> None:
    with pytest.raises(Misconfigured, match=r"REMPART_SECRET.*32 characters") as refused:
        derive_keys(secret)
    assert not secret or secret not in str(refused.value)


def test_a_secret_of_bytes_that_are_no_utf_8_is_a_secret_like_any_other() -> None:
    """The environment hands such bytes over as lone surrogates."""
    odd = (b"\xff\xfe" * 20).decode("utf-8", "surrogateescape")
    assert every_key(derive_keys(odd)) == every_key(derive_keys(odd))


def test_keys_do_not_show_themselves() -> None:
    keys = derive_keys(SECRET)
    assert not any(key.hex() in repr(keys) or repr(key) in repr(keys) for key in every_key(keys))


GUESSABLE = [
    "a" * 40,
    "changeme" * 5,
    "changeme1changeme2changeme3changeme4",
    "change-me-please-i-am-only-an-example-here",
    "please replace_this by something of your own",
    "your-secret-goes-here-0123456789-abcdef",
    "0123456789" * 4,
    "0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "passwordpasswordpasswordpassword",
    "ab" * 20,
    "0" * 63 + "1",
]


@pytest.mark.parametrize("secret", GUESSABLE)
def test_what_somebody_typed_to_fill_the_place_is_no_secret(secret: str) -> None:
    assert is_guessable(secret)


@given(st.binary(min_size=32, max_size=32))
def test_what_the_recommended_command_makes_is_one(noise: bytes) -> None:
    drawn = hashlib.sha256(noise).hexdigest()
    assert not any(map(is_guessable, (drawn, base64.b64encode(bytes.fromhex(drawn)).decode())))


def test_a_sentence_of_ones_own_is_one() -> None:
    assert not is_guessable(SECRET)
