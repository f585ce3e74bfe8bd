"""What a rules file may be, and what becomes of one that will not do."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Misconfigured
from bridge.responses import RulesRefused, parse, read, shipped
from bridge.responses.load import MAX_BYTES
from tests.responses.files import LANGUAGES, REPLIES, SMALLEST, complaints, rule, rules


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "responses.yaml"
    path.write_bytes(content)
    return path


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    assert read(_file(tmp_path, SMALLEST.encode())) == rules(SMALLEST)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"# caf\xc3\xa9\n"])
def test_a_byte_order_mark_and_any_line_ending_will_do(before: bytes) -> None:
    source = before + SMALLEST.replace("\n", "\r\n").encode()
    assert parse(source, name="responses.yaml") == rules(SMALLEST)


@pytest.mark.parametrize(
    ("content", "line", "column", "says"),
    [
        pytest.param(b"", 1, 1, "The file is empty.", id="empty"),
        pytest.param(b"\n# nothing\n\n", 1, 1, "The file is empty.", id="only notes"),
        pytest.param(b"\xef\xbb\xbf", 1, 1, "The file is empty.", id="only a byte order mark"),
        pytest.param(b"hello", 1, 1, "The file holds no keys.", id="a word"),
        pytest.param(b"- a\n", 1, 1, "The file holds no keys.", id="a list"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", 3, 1, "not a text file", id="binary"),
        pytest.param(b"a: b\n\0", 2, 1, "not a text file", id="NUL"),
        pytest.param("a: \u00e9\nb: é".encode()[:-1], 2, 4, "not UTF-8", id="half a character"),
        pytest.param("a: été".encode("latin-1"), 1, 4, "not UTF-8", id="Latin-1"),
        pytest.param("a: b".encode("utf-16"), 1, 1, "UTF-16", id="UTF-16"),
        pytest.param(b"\xed\xa0\x80", 1, 1, "not UTF-8", id="a surrogate"),
        pytest.param(b"#" * (MAX_BYTES + 1), 1, 1, "larger than 256 KiB", id="too large"),
    ],
)
def test_what_is_no_rules_file_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, line: int, column: int, says: str
) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(RulesRefused) as refused:
        read(path)
    complaint = refused.value.complaints[0]
    assert (complaint.line, complaint.column) == (line, column)
    assert says in complaint.sentence
    assert str(refused.value) == f"{path}:{line}:{column}: {complaint.sentence} {complaint.mend}"


def test_the_largest_file_that_is_allowed_is_read() -> None:
    assert parse(SMALLEST.encode().ljust(MAX_BYTES, b"#"), name="responses.yaml") == rules(SMALLEST)


def test_of_a_hundred_megabytes_only_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "responses.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    with pytest.raises(RulesRefused, match="larger than 256 KiB"):
        read(path)


@pytest.mark.parametrize("name", ["missing.yaml", ".", "missing/responses.yaml", "fifo", "loop"])
def test_what_cannot_be_read_is_a_matter_of_configuration(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path / name)
    assert not isinstance(refused.value, RulesRefused)
    assert refused.value.exit_status == 2
    assert str(tmp_path / name) in str(refused.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_somebody_else_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path, SMALLEST.encode())
    path.chmod(0)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read(path)


def test_all_complaints_come_at_once_in_the_order_of_the_file() -> None:
    source = (
        "languages: [fr, english]\n"
        "hold: {min: 10, mix: 1h}\n"
        "replies:\n"
        "  - {id: a, when: {fist: true}, say: {fr: $numbre}}\n"
        "  - {id: a, say: {de: x}}\n"
        "zone: Paris\n"
        "zone: Europe/Paris\n"
    )
    assert [(it.line, it.column) for it in complaints(source)] == [
        (1, 17),
        (2, 13),
        (2, 17),
        (4, 20),
        (4, 43),
        (5, 10),
        (5, 13),
        (5, 19),
        (7, 1),
    ]


def test_the_error_shows_the_first_complaint_on_one_line() -> None:
    with pytest.raises(RulesRefused) as refused:
        rules(SMALLEST + "hold: {min: 10, max: 20}\n")
    assert str(refused.value) == (
        'responses.yaml:4:13: "hold.min" must be a length of time. Write a whole number and s, m, h, d or y: '
        "90s, 10m, 2h, 7d, 1y. (and 1 more; see `rempart check`)"
    )
    assert str(refused.value.complaints[0]).startswith('line 4, column 13: "hold.min" must be')


@pytest.mark.parametrize("secret", ["+33612345678", "06 12 34 56 78", "a\\nb", "x" * 60])
def test_no_error_repeats_a_number_or_a_long_or_broken_word(secret: str) -> None:
    for source in (
        f'{SMALLEST}"{secret}": 1\n',
        f'{SMALLEST}hold: "{secret}"\n',
        f'{SMALLEST}prices: {{sms: {{out: {{"{secret}": x}}}}}}\n',
        f'languages: ["{secret}"]\n{REPLIES}',
        rule(f'{{language: "{secret}", channel: "{secret}"}}', f'{{"{secret}": x}}'),
        f'{LANGUAGES}replies: [{{id: "{secret}"}}]\n',
        f'{SMALLEST}zone: "{secret}"\n',
        f'{SMALLEST}organisers: {{admins: ["{secret}"]}}\n',
    ):
        said = [str(it) for it in complaints(source)]
        assert said
        assert not any(secret in it or "\n" in it for it in said)


@given(st.binary(max_size=300))
def test_any_bytes_are_rules_or_are_refused(source: bytes) -> None:
    assert all(it.line >= 1 and it.column >= 1 for it in complaints(source))


_SHIPPED = shipped().read_text()


@given(st.integers(0, len(_SHIPPED)), st.integers(0, 40), st.text(max_size=5))
def test_a_slip_of_the_hand_is_rules_or_is_refused(at: int, gone: int, typed: str) -> None:
    source = (_SHIPPED[:at] + typed + _SHIPPED[at + gone :]).encode(errors="replace")
    assert all("\n" not in str(it) for it in complaints(source))


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["fr", "10m", "20%", "a", "$x", "FR", "22:00"])
)
_NAMES = """
languages zone hold min max pot total warn_at prices sms in out FR replies id when first words regex channel
language time from to say fr organisers admins retention feed
"""
_KEYS = st.sampled_from(_NAMES.split())
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(_KEYS, _TREES, max_size=8))
def test_any_data_is_rules_or_is_refused(data: dict[str, object]) -> None:
    assert all(it.sentence and it.mend for it in complaints(_json(data)))


def _json(value: object) -> str:
    """Flow-style YAML, of which JSON is nearly a part."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
