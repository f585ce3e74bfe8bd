"""Our signature check decides as the SDK's `RequestValidator` does."""

import base64
import hmac
from collections.abc import Callable
from urllib.parse import urlparse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import (
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)

from channels.twilio.signature import SHA1, SHA256, algorithm_named, is_signed
from tests.support.examples import examples

VECTOR_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
VECTOR_FIELDS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
VECTOR_TOKEN = "12345"
VECTOR_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

texts = st.text(st.characters(codec="utf-8"), max_size=8)
names = st.sampled_from(["From", "To", "Body", "MessageSid", "a", "A", ""]) | texts
fields_of_a_form = st.lists(st.tuples(names, texts), max_size=12)
urls = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        ["example.org", "EXAMPLE.org", "10.0.0.1", "[::1]", "user:pass@example.org", "ü.example"]
    ),
    st.sampled_from(["", ":80", ":443", ":8443", ":1", ":0", ":"]),
    st.sampled_from(["", "/", "/twilio/sms", "/préfixe/a%20b", "//x", "/a;b"]),
    st.sampled_from(["", "?", "?reply=0a", "?a=1&b=%C3%A9", "?a=1&a=2"]),
)
algorithms = st.sampled_from([SHA1, SHA256, "hmac_sha256", "", "HMAC_MD5"])


SPELLINGS: list[Callable[[str], str]] = [
    str,
    lambda url: str(add_port(urlparse(url))),
    lambda url: str(remove_port(urlparse(url))),
]


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, str]], str, str]:
    """Secret, URL, fields, signature and algorithm; mostly signed rightly, for one spelling of the URL."""
    secret, url, fields = draw(texts), draw(urls), draw(fields_of_a_form)
    algorithm = draw(algorithms)
    signed_as = draw(st.sampled_from(SPELLINGS))
    signer = RequestValidator(secret + draw(st.sampled_from(["", "", "", "x"])))
    hashed_with = SHA256 if algorithm.upper() == SHA256 else draw(st.sampled_from([SHA1, SHA1, SHA256]))
    signature = signer.compute_signature(signed_as(url), MultiDict(fields), hashed_with)
    spoiled = draw(st.sampled_from(["", "", "", " ", "=", "é"]))
    return secret, url, fields, signature + spoiled, algorithm


@settings(max_examples=examples(400))
@given(requests())
def test_our_check_decides_as_the_sdk_does(request: tuple[str, str, list[tuple[str, str]], str, str]) -> None:
    secret, url, fields, signature, algorithm = request
    expected = RequestValidator(secret).validate(url, MultiDict(fields), signature, algorithm)
    assert is_signed(secret, url, fields, signature, algorithm or SHA1) is expected


@settings(max_examples=examples(150))
@given(texts, urls, fields_of_a_form, st.sampled_from([SHA1, SHA256]))
def test_what_the_sdk_signs_is_signed(
    secret: str, url: str, fields: list[tuple[str, str]], algorithm: str
) -> None:
    for spelling in SPELLINGS[1:]:
        signature = RequestValidator(secret).compute_signature(spelling(url), MultiDict(fields), algorithm)
        assert is_signed(secret, url, fields, signature, algorithm)


def test_the_official_vector_is_signed() -> None:
    assert is_signed(VECTOR_TOKEN, VECTOR_URL, VECTOR_FIELDS, VECTOR_SIGNATURE)


def test_the_order_of_the_fields_does_not_matter() -> None:
    assert is_signed(VECTOR_TOKEN, VECTOR_URL, VECTOR_FIELDS[::-1], VECTOR_SIGNATURE)


@pytest.mark.parametrize(
    ("url", "fields", "token", "signature"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=3", VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE),
        ("http://mycompany.com/myapp.php?foo=1&bar=2", VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE),
        ("https://mycompany.com:8443/myapp.php?foo=1&bar=2", [], VECTOR_TOKEN, VECTOR_SIGNATURE),
        (VECTOR_URL, VECTOR_FIELDS[:-1], VECTOR_TOKEN, VECTOR_SIGNATURE),
        (VECTOR_URL, [*VECTOR_FIELDS, ("Body", "")], VECTOR_TOKEN, VECTOR_SIGNATURE),
        (VECTOR_URL, [*VECTOR_FIELDS, ("From", "+1")], VECTOR_TOKEN, VECTOR_SIGNATURE),
        (VECTOR_URL, VECTOR_FIELDS, "12346", VECTOR_SIGNATURE),
        (VECTOR_URL, VECTOR_FIELDS, VECTOR_TOKEN, None),
        (VECTOR_URL, VECTOR_FIELDS, VECTOR_TOKEN, ""),
        (VECTOR_URL, VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE.rstrip("=")),
        (VECTOR_URL, VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE.lower()),
        (VECTOR_URL, VECTOR_FIELDS, VECTOR_TOKEN, "\udcff\xe9"),
        ("http://[::1", VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE),
        ("http://host:port/", VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE),
        ("\udcff", VECTOR_FIELDS, VECTOR_TOKEN, VECTOR_SIGNATURE),
    ],
)
def test_what_was_altered_or_cannot_be_read_is_not_signed(
    url: str, fields: list[tuple[str, str]], token: str, signature: str | None
) -> None:
    assert not is_signed(token, url, fields, signature)


def test_an_unknown_algorithm_signs_nothing() -> None:
    digest = hmac.digest(b"12345", VECTOR_URL.encode(), "md5")
    assert not is_signed(VECTOR_TOKEN, VECTOR_URL, [], base64.b64encode(digest).decode(), "HMAC_MD5")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
        "algorithm = HMAC_SHA256 ,key=1",
        "algorithm=,algorithm=HMAC_SHA256",
        "algorithm",
        "key=1",
        ",,=,algorithm=a=b",
    ],
)
def test_the_algorithm_is_read_as_the_sdk_reads_it(header: str | None) -> None:
    assert algorithm_named(header) == get_signature_algorithm(header)
