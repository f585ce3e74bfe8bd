"""Traces and labels as they are read."""

from pathlib import Path

import pytest

from bridge.errors import Misconfigured
from bridge.replay.long import Labels, Lines
from bridge.replay.spool import open_spool
from bridge.replay.trace import Label, Written, read_labels, read_trace

GOOD = (
    '{"id": "m1", "at": "2017-10-30T15:00:00.000Z", "channel": "sms", '
    '"from": "+33612345678", "text": "salut"}\n'
)


def trace_of(path: Path) -> list[Written]:
    """The lines of a trace."""
    with open_spool() as spool:
        lines = Lines(spool)
        read_trace(path, lines)
        return [line for _, line in lines.by_time()]


def labels_of(path: Path) -> dict[str, Label]:
    """The labels in a file."""
    with open_spool() as spool:
        labels = Labels(spool)
        read_labels(path, labels)
        return dict(labels)


BAD = [
    ("nonsense\n", "not JSON"),
    ("[1, 2]\n", "not a JSON object"),
    (GOOD.replace('"m1"', "7"), "`id`"),
    (GOOD.replace('"sms"', '""'), "`channel`"),
    (GOOD.replace("2017-10-30T15:00:00.000Z", "yesterday"), "`at` is not a time"),
    (GOOD.replace('"+33612345678"', "33612345678"), "`from`"),
    (GOOD.replace('"salut"', "null"), "`text`"),
    (GOOD.replace('"text"', '"kind": "fax", "text"'), "`kind`"),
    (GOOD.replace('"text": "salut"', '"kind": "text"'), "`text`"),
    (GOOD.replace('"m1"', '"m0"'), "earlier line"),
    (GOOD.replace('"m1"', '"m1", "id": "m2"'), "`id` stands twice"),
    (GOOD.replace('"m1"', '"m1", "id": "m1"'), "`id` stands twice"),
    (GOOD.replace('"text"', '"text": "a", "text"'), "`text` stands twice"),
    (GOOD.replace('"text"', '"kind": "text", "kind": "call", "text"'), "`kind` stands twice"),
    (GOOD.replace('"text"', '"salut": 1, "salut": 2, "text"'), "a key stands twice"),
    (GOOD.replace('"salut"', '{"salut": 1, "salut": 2}'), "a key stands twice"),
    (GOOD.replace('"m1"', '"\\ud800"'), "`id` holds half"),
    (GOOD.replace('"+33612345678"', '"\\udfff"'), "`from` holds half"),
    (GOOD.replace('"sms"', '"s\\ud83dms"'), "`channel` holds half"),
]


@pytest.mark.parametrize(("written", "about"), BAD, ids=[about for _, about in BAD])
def test_a_bad_line_is_named_by_file_and_line_and_never_quoted(
    tmp_path: Path, written: str, about: str
) -> None:
    trace = tmp_path / "trace.jsonl"
    trace.write_text(GOOD.replace("m1", "m0") + "\n" + written)
    with pytest.raises(Misconfigured) as refused:
        trace_of(trace)
    sentence = str(refused.value)
    assert sentence.startswith(f"{trace}:3: ")
    assert about in sentence
    assert "salut" not in sentence
    assert "612345678" not in sentence


def test_what_is_not_utf_8_is_refused_like_any_other_line(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    trace.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(Misconfigured, match=":1: this line is not JSON"):
        trace_of(trace)


@pytest.mark.parametrize("is_folder", [False, True], ids=["missing", "a folder"])
def test_a_trace_that_cannot_be_read_is_named(tmp_path: Path, *, is_folder: bool) -> None:
    trace = tmp_path / "trace.jsonl"
    if is_folder:
        trace.mkdir()
    with pytest.raises(Misconfigured, match=r"trace\.jsonl cannot be read"):
        trace_of(trace)


def test_empty_lines_say_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    trace.write_text("\n" + GOOD + "\n\n")
    (only,) = trace_of(trace)
    assert (only.id, only.at, only.sender) == ("m1", 1_509_375_600_000_000, "+33612345678")


TIMES = [
    "2017-10-30T15:00:00Z",
    "2017-10-30t15:00:00z",  # RFC 3339, 5.6: in small letters as well
    "2017-10-30 15:00:00.000z",
    "2017-10-30T15:00:00.0000004Z",
    "2017-10-30T16:00:00+01:00",
    "2017-10-30T09:30:00-05:30",
    "2017-10-30T15:00",
    "20171030T150000Z",
]


@pytest.mark.parametrize("written", TIMES)
def test_an_instant_may_be_written_in_many_ways(tmp_path: Path, written: str) -> None:
    trace = tmp_path / "trace.jsonl"
    trace.write_text(GOOD.replace("2017-10-30T15:00:00.000Z", written), encoding="utf-8")
    assert [line.at for line in trace_of(trace)] == [1_509_375_600_000_000]


def test_labels_are_read_by_id(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"id": "m1", "label": "ordinary"}\n{"id": "m2", "label": "raider"}\n')
    assert labels_of(labels) == {"m1": "ordinary", "m2": "raider"}


def test_an_unknown_label_is_refused(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"id": "m1", "label": "nice"}\n')
    with pytest.raises(Misconfigured, match=":1: `label` must be ordinary or raider"):
        labels_of(labels)


@pytest.mark.parametrize("again", ['"label": "raider"', '"label": "ordinary"', '"id": "m2"'])
def test_a_label_that_says_something_twice_is_refused(tmp_path: Path, again: str) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text(f'{{"id": "m0", "label": "raider"}}\n{{"id": "m1", "label": "ordinary", {again}}}\n')
    with pytest.raises(Misconfigured, match=r":2: `(id|label)` stands twice"):
        labels_of(labels)


def test_labels_that_contradict_each_other_are_refused_and_one_said_twice_is_not(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    ordinary = '{"id": "m1", "label": "ordinary"}\n'
    labels.write_text(2 * ordinary)
    assert labels_of(labels) == {"m1": "ordinary"}
    labels.write_text(2 * ordinary + '{"id": "m1", "label": "raider"}\n')
    with pytest.raises(Misconfigured, match=":3: this `id` has the other label"):
        labels_of(labels)


def test_a_call_needs_no_text_and_has_none(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    silent = GOOD.replace(', "text": "salut"', ', "kind": "call"')
    trace.write_text(silent + GOOD.replace('"m1"', '"m2"').replace('"text"', '"kind": "call", "text"'))
    assert [(one.kind, one.text) for one in trace_of(trace)] == [("call", ""), ("call", "")]


NOTHING_SAID = {
    "a text of no kind": ('"kind": null, "text": "salut"', ("text", "salut")),
    "a call without words": ('"kind": "call", "text": null', ("call", "")),
}
"""As whoever exports a table writes a field that has no value."""


@pytest.mark.parametrize("case", NOTHING_SAID)
def test_a_field_that_need_not_be_there_may_also_be_null(tmp_path: Path, case: str) -> None:
    written, expected = NOTHING_SAID[case]
    trace = tmp_path / "trace.jsonl"
    trace.write_text(GOOD.replace('"text": "salut"', written))
    assert [(one.kind, one.text) for one in trace_of(trace)] == [expected]
