"""Tells what of a dossier is as it was made: any byte, entry or head that was touched, and where. Pure.

It needs neither database nor network. A dossier carries this file, and those that it is built on, as
`verify.py`: the command and the file in the dossier are one and the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlparse

from bridge.evidence.container import Piece, look
from bridge.evidence.proofs import (
    Head,
    head_of,
    is_consistent,
    is_signed,
    leaf_hash,
    path_of,
    root_of_inclusion,
)
from bridge.evidence.stamping import NoStamp, read_stamp

MARK = b"rempart-dossier"
"""Every file's name in a dossier begins with it."""

_SEALED = b"age-encryption.org/"
_MARGIN = 65_536
MANIFEST, TAGS, SIGNATURE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "signature.txt"
ENTRIES, WEBHOOKS, INDEX = "data/entries.jsonl", "data/webhooks.jsonl", "data/index.txt"
PINS, CHECKPOINT = "data/pins.jsonl", "data/checkpoint.txt"
_MOST_TOLD, _MOST_STAMPS = 50, 3
_MOST_DIGITS = 18


class NotADossier(Exception):
    """The file is none; the message says what it is instead."""


@dataclass
class Report:
    """What was found."""

    faults: list[str] = field(default_factory=list)
    """Each is one sentence that says what is not as it was, and where."""
    told: list[str] = field(default_factory=list)
    """What holds, in sentences."""

    @property
    def holds(self) -> bool:
        """Whether nothing was touched."""
        return not self.faults

    def lines(self) -> list[str]:
        """For a person."""
        shown = [f"NOT AS IT WAS: {one}" for one in self.faults[:_MOST_TOLD]]
        more = len(self.faults) - len(shown)
        shown += [f"... and {more:,} more of the kind."] if more > 0 else []
        verdict = "The dossier is as it was made." if self.holds else "The dossier is NOT as it was made."
        return [verdict, *shown, *(self.told if self.holds else self.told[:1])]


@dataclass
class Dossier:
    """A dossier, opened for reading."""

    data: Any
    pieces: dict[str, Piece]
    """By the name within the dossier."""

    def read(self, name: str) -> bytes:
        """A file; empty where there is none."""
        piece = self.pieces.get(name)
        return bytes(self.data[piece.begin : piece.end]) if piece else b""

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """The lines of a file with their numbers, one at a time."""
        piece = self.pieces.get(name)
        at, number = (piece.begin, 1) if piece else (0, 1)
        while piece and at < piece.end:
            end = self.data.find(b"\n", at, piece.end)
            end = piece.end if end < 0 else end + 1
            yield number, bytes(self.data[at:end])
            at, number = end, number + 1

    def head(self) -> Head | None:
        """The head of the log that everything in it is proved against."""
        return head_of(self.read(CHECKPOINT).decode("utf-8", "replace"))

    def pins(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        """Every pin with the number of its line; `None` for a line that is none."""
        for number, line in self.lines(PINS):
            yield number, _plain(line)


def opened(data: Any, faults: list[str]) -> Dossier:
    """Opens the bytes of a dossier; what is wrong with the container is added to `faults`.

    Raises `NotADossier`.
    """
    begin, end = bytes(data[:_MARGIN]), bytes(data[max(0, len(data) - _MARGIN) :])
    if begin.startswith(_SEALED):
        raise NotADossier("The file is encrypted with age: decrypt it first, with `age --decrypt`.")
    if MARK not in begin and MARK not in end:
        raise NotADossier("The file is no dossier of Rempart.")
    first = look(data)
    named = {one.name.partition("/")[2] or one.name: one for one in first.pieces}
    rough = Dossier(data, named)
    folder = _folder(first.pieces)
    known = {*_listed(rough.read(MANIFEST)), *_listed(rough.read(TAGS)), MANIFEST, TAGS, SIGNATURE}
    found = look(data, {f"{folder}/{name}" for name in known})
    names = [one.name.removeprefix(f"{folder}/") for one in found.pieces]
    faults += [*found.faults, *_misplaced(names, known)]
    return Dossier(data, dict(zip(names, found.pieces)))  # noqa: B905 - Python 3.9 has no strict one


def standing(name: str) -> tuple[int, list[str]]:
    """Where a file stands in the container: what a person opens first, first; the signature last."""
    return {"bagit.txt": -1, MANIFEST: 1, TAGS: 2, SIGNATURE: 3}.get(name, 0), name.split("/")


def _misplaced(names: list[str], known: set[str]) -> Iterator[str]:
    """What is wrong with how the files stand: of two of one name, each program opens the one it likes."""
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{name} stands in it more than once: one of them was added"
    ours = [name for name in names if name in known]
    if ours != sorted(ours, key=standing):
        yield "the files stand in another order than they were put in"


def examine(data: Any, webhook_key: str | None = None) -> Report:
    """Looks through a whole dossier. `webhook_key`: the provider's, where whoever asks has it.

    Raises `NotADossier`.
    """
    report = Report()
    dossier = opened(data, report.faults)
    report.faults += _bag(dossier)
    head = _head(dossier, report)
    if head is not None:
        _entries(dossier, head, report)
        _pins(dossier, head, report)
    _webhooks(dossier, webhook_key, report)
    return report


def _folder(pieces: list[Piece]) -> str:
    folders = [one.name.partition("/")[0] for one in pieces]
    return max(sorted(set(folders)), key=folders.count, default="")


def _plain(line: bytes) -> dict[str, Any] | None:
    """A line of JSON in its canonical form, and in no other."""
    try:
        value = json.loads(line)
        return value if isinstance(value, dict) and line == canonical(value) + b"\n" else None
    except (ValueError, RecursionError):
        return None


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, ASCII: the one way to write plain data down."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


# The bag (RFC 8493): every file is listed with its hash, the lists are, and the last list is signed.


def _listed(written: bytes) -> dict[str, str]:
    listed = {}
    for line in written.decode("utf-8", "replace").split("\n"):
        digest, _, name = line.partition("  ")
        if name:
            listed[name] = digest
    return listed


def _bag(dossier: Dossier) -> Iterator[str]:
    yield from _signature(dossier, dossier.read(TAGS))
    known: dict[str, str] = {}
    for where in (MANIFEST, TAGS):
        written = dossier.read(where)
        listed = _listed(written)
        if where not in dossier.pieces:
            yield f"{where} was removed: what it listed cannot be told any more"
        if "".join(f"{digest}  {name}\n" for name, digest in listed.items()).encode() != written:
            yield f"{where} is not written as it was: a line was changed, removed or added"
        known.update(listed)
    yield from _files(dossier, known)


def _files(dossier: Dossier, known: dict[str, str]) -> Iterator[str]:
    """Every file against its hash; and what no list names, where the list that would is there."""
    for name, digest in known.items():
        piece = dossier.pieces.get(name)
        if piece is None:
            yield f"{name} was removed, or is listed by another name"
        elif _digest(dossier, piece) != digest:
            yield f"{name} was changed: it lies at bytes {piece.begin:,} to {piece.end:,}"
    for name, piece in dossier.pieces.items():
        listing = MANIFEST if name.startswith("data/") else TAGS
        if name not in known and name not in (TAGS, SIGNATURE) and listing in dossier.pieces:
            yield f"{name} was added, at byte {piece.start:,}"


def _digest(dossier: Dossier, piece: Piece) -> str:
    made, at = hashlib.sha256(), piece.begin
    while at < piece.end:
        made.update(dossier.data[at : min(piece.end, at + 1_000_000)])
        at += 1_000_000
    return made.hexdigest()


def signed_text(tags: bytes) -> str:
    """What is signed of a bag: the hash of its last list."""
    return f"rempart dossier\n{hashlib.sha256(tags).hexdigest()}\n"


def _signature(dossier: Dossier, tags: bytes) -> Iterator[str]:
    written = dossier.read(SIGNATURE).decode("utf-8", "replace")
    text, key = signed_text(tags), _key(dossier)
    if not written:
        yield f"{SIGNATURE} was removed"
    elif not written.startswith(text):
        whole = key is not None and is_signed(written, key)
        yield f"{TAGS if whole else SIGNATURE} was changed: the signature is for another list of files"
    elif key is None or not is_signed(written, key):
        yield f"{SIGNATURE} was changed, or made with another key than the log's"


def _key(dossier: Dossier) -> bytes | None:
    try:
        key = bytes.fromhex(dossier.read("data/key.txt").decode("ascii").strip())
    except ValueError:
        return None
    return key if len(key) == 32 else None  # noqa: PLR2004 - Ed25519


# The log: every entry is proved to stand in the one log that the signed head tells of.


def _head(dossier: Dossier, report: Report) -> Head | None:
    written, key = dossier.read(CHECKPOINT).decode("utf-8", "replace"), _key(dossier)
    head = head_of(written)
    if head is None or key is None or not is_signed(written, key):
        report.faults.append(
            f"{CHECKPOINT} is no head that the log's key signed: nothing can be proved by it"
        )
        return head
    report.told.append(
        f"Log {head.origin}: {_entries_of(head)}, head {head.root.hex()}, pinned at {head.at}, "
        f"signed with key {key.hex()}."
    )
    return head


def _entries(dossier: Dossier, head: Head, report: Report) -> None:
    index = _index(dossier, report)
    places: list[int] = []
    kinds: dict[str, int] = {}
    for number, line in dossier.lines(ENTRIES):
        told = _plain(line)
        fault = "it is not written as it was" if told is None else _entry(told, head, index)
        if fault:
            report.faults.append(f"{ENTRIES}, line {number:,}{_place_of(told)}: {fault}")
        place = _place(told)
        if told is not None and place is not None:
            places.append(place)
            kind = str(told["entry"].get("kind"))
            kinds[kind] = kinds.get(kind, 0) + 1
    report.faults += _order(places, index)
    counted = ", ".join(f"{count:,} of kind {kind}" for kind, count in sorted(kinds.items()))
    report.told.append(f"Entries: {len(places):,} ({counted or 'none'}), each with its place in the log.")


def _place(told: dict[str, Any] | None) -> int | None:
    """The place that an entry says it stands at."""
    entry = told.get("entry") if told else None
    place = entry.get("place") if isinstance(entry, dict) else None
    return place if type(place) is int else None


def _place_of(told: dict[str, Any] | None) -> str:
    place = _place(told)
    return "" if place is None else f" (place {place})"


def _index(dossier: Dossier, report: Report) -> dict[int, str]:
    """The places that the dossier is about, with the hash of what stands there."""
    index: dict[int, str] = {}
    for number, line in dossier.lines(INDEX):
        place, _, digest = line.decode("ascii", "replace").rstrip("\n").partition(" ")
        number_ = int(place) if place.isascii() and place.isdigit() and len(place) <= _MOST_DIGITS else -1
        if f"{number_} {digest}\n".encode() != line:
            report.faults.append(f"{INDEX}, line {number:,}: it is not written as it was")
            continue
        index[int(place)] = digest
    return index


def _entry(told: dict[str, Any], head: Head, index: dict[int, str]) -> str | None:
    """What is wrong with an entry, if anything."""
    place, plain, salt = _place(told), told.get("plain"), told.get("salt")
    path = path_of(told["path"]) if isinstance(told.get("path"), str) else None
    if place is None or path is None:
        return "it is no entry with its proof"
    entry = told["entry"]
    digest = leaf_hash(canonical(entry))
    if root_of_inclusion(digest, place - 1, head.size, path) != head.root:
        return "it was changed, or never stood there: its proof does not lead to the head of the log"
    if plain is not None and not _opens(entry, plain, salt):
        return "its content was changed: it is not what the log is committed to"
    if index.get(place) != digest.hex():
        return f"{INDEX} lists something else at its place"
    return None


def _opens(entry: dict[str, Any], plain: Any, salt: Any) -> bool:
    try:
        said = hmac.new(bytes.fromhex(salt), plain.encode("ascii"), hashlib.sha256).hexdigest()
    except (TypeError, ValueError, AttributeError):
        return False
    return said == entry.get("said")


def _order(places: list[int], index: dict[int, str]) -> Iterator[str]:
    seen: set[int] = set()
    for place in places:
        if place in seen:
            yield f"{ENTRIES}: the entry of place {place} was added a second time"
        elif place not in index:
            yield f"{ENTRIES}: the entry of place {place} was added"
        seen.add(place)
    for place in index:
        if place not in seen:
            yield f"{ENTRIES}: the entry of place {place} was removed"
    for at, after in enumerate(places[1:]):
        before = places[at]
        if after < before:
            yield f"{ENTRIES}: the entries were put in another order: place {after} stands behind {before}"


# Pins: heads of earlier, each signed, and each proved to be the begin of this log.


def _pins(dossier: Dossier, head: Head, report: Report) -> None:
    count, stamps, before = 0, [], Head(head.origin, 0, b"", "")
    for number, told in dossier.pins():
        pinned, faults = _pin(told, head, before)
        report.faults += [f"{PINS}, line {number:,}: {one}" for one in faults]
        if told is not None and pinned is not None:
            before, count = pinned, count + 1
            stamps += _stamps(dossier, told, number, report)
    report.told.append(f"Pins of earlier heads, each signed and each the begin of this log: {count:,}.")
    if stamps:
        newest = stamps[-_MOST_STAMPS:]
        report.told += [f"Timestamps of independent authorities: {len(stamps):,}. The newest:", *newest]
    else:
        report.told.append(
            "No timestamp of an independent authority is in it: the instants are the service's own word."
        )


def _pin(told: dict[str, Any] | None, head: Head, before: Head) -> tuple[Head | None, list[str]]:
    pinned = head_of(str(told.get("note"))) if told else None
    path = path_of(told["path"]) if told and isinstance(told.get("path"), str) else None
    if told is None or pinned is None or path is None:
        return None, ["it is not written as it was"]
    faults = []
    try:
        signed = is_signed(told["note"], bytes.fromhex(told["key"]))
    except (KeyError, TypeError, ValueError):
        signed = False
    if not signed:
        faults.append("its signature does not hold")
    if pinned.size < before.size or pinned.at < before.at:
        faults.append("it does not stand where it stood among the pins")
    if not is_consistent(pinned.size, pinned.root, head.size, head.root, path):
        faults.append(
            f"the past was rewritten: the log no longer begins with what was pinned at {pinned.at}, "
            f"{_entries_of(pinned)}"
        )
    return pinned, faults


def _stamps(dossier: Dossier, told: dict[str, Any], number: int, report: Report) -> list[str]:
    found = []
    listed = told.get("stamps")
    for one in listed if isinstance(listed, list) else []:
        file = f"data/{one.get('file')}" if isinstance(one, dict) else "-"
        try:
            stamp = read_stamp(dossier.read(file), told["note"].encode("utf-8", "surrogatepass"))
        except NoStamp as fault:
            report.faults.append(f"{PINS}, line {number:,}: the timestamp {file} does not hold: {fault}")
        else:
            found.append(
                f"Timestamp: the head of pin {number:,} was seen at {stamp.at} by {stamp.authority}."
            )
    return found


# What the provider signed.


def _webhooks(dossier: Dossier, key: str | None, report: Report) -> None:
    copies = _copies(dossier) if WEBHOOKS in dossier.pieces else {}
    count = genuine = others = 0
    for number, line in dossier.lines(WEBHOOKS):
        told = _plain(line)
        request = str(told.get("request")) if told else ""
        place = told.get("place") if told else None
        written = request.encode("utf-8", "surrogatepass")
        if type(place) is not int or copies.get(place) != hashlib.sha256(written).hexdigest():
            report.faults.append(f"{WEBHOOKS}, line {number:,}: it is not the request that the log is about")
            continue
        count += 1
        holds = None if key is None else _genuine(request, key)
        genuine, others = genuine + (holds is True), others + (holds is None)
    if count:
        report.told.append(f"Signed requests of the provider: {count:,}, each as the log is committed to it.")
    if key is not None:
        _signatures(report, genuine, count - others, others)


def _signatures(report: Report, genuine: int, count: int, others: int) -> None:
    report.told.append(f"Of their signatures, checked with the key given, {genuine:,} of {count:,} hold.")
    if others:
        report.told.append(f"Signed in another way than by such a key, and not checked: {others:,}.")
    if genuine < count:
        unsigned = f"{count - genuine:,} of {count:,}"
        report.faults.append(f"{WEBHOOKS}: requests without the key's signature: {unsigned}")


def _copies(dossier: Dossier) -> dict[int, str]:
    """By place: the hash of the provider's own request, as the log is committed to it."""
    copies: dict[int, str] = {}
    for _, line in dossier.lines(ENTRIES):
        told = _plain(line)
        place = _place(told)
        try:
            plain = json.loads(told["plain"]) if told and place is not None else None
        except (KeyError, TypeError, ValueError, RecursionError):
            continue
        if isinstance(plain, dict) and plain.get("copied") and place is not None:
            copies[place] = plain["copied"]
    return copies


def _genuine(written: str, key: str) -> bool | None:
    """Whether a request is signed with this key; `None` where another provider signed it in another way.

    The rule: the URL, then the form's names and values in order, through an HMAC.
    """
    try:
        request = json.loads(written)
        digest = _DIGEST_OF.get(request["algorithm"].upper())
        body = request["body"].encode("latin-1").decode("utf-8", "replace")
        fields = sorted(set(parse_qsl(body, keep_blank_values=True)))
        told, given = "".join(name + value for name, value in fields), request["signature"].encode()
        made = [_signed(key, url + told, digest) for url in _spellings(request["url"])] if digest else []
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False
    return None if digest is None else given in made


def _signed(key: str, told: str, digest: str) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), told.encode("utf-8", "surrogatepass"), digest).digest())


def _spellings(url: str) -> tuple[str, str]:
    """The URL as it was dialled, then with or without its port: a provider signs now one, now the other."""
    parsed = urlparse(url)
    default = 443 if parsed.scheme == "https" else 80
    other = parsed.netloc.split(":")[0] if parsed.port else f"{parsed.netloc}:{default}"
    return parsed.geturl(), parsed._replace(netloc=other).geturl()


_DIGEST_OF = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
"""By the name of how a request is signed."""


# One dossier, or a pinned head, held against another.


def compare(data: Any, older: Any) -> Report:
    """Whether the log of one dossier goes on from that of an older one. Raises `NotADossier`."""
    report = Report()
    new, old = opened(data, []), opened(older, [])
    ours, theirs = new.head(), old.head()
    if ours is None or theirs is None:
        report.faults.append("one of the two has no head that could be compared")
        return report
    written = old.read(CHECKPOINT).decode("utf-8", "replace")
    common, parted = _common(new, old), _first_difference(new, old)
    if ours.origin == theirs.origin and not any(is_signed(written, key) for key in _keys(new)):
        report.faults.append("the head of the older dossier is not signed with a key of this log")
    elif parted is not None and ours.origin == theirs.origin:
        whole = all(holds for _, holds in _heads(new))
        report.faults.append(_parted_from(common if whole else None, parted))
    else:
        report.faults += _between(new, ours, theirs, common)
    if report.holds:
        report.told.append(f"The older head, of {_entries_of(theirs)}, is the begin of this log.")
    return report


def held_against(data: Any, checkpoint: str) -> Report:
    """Whether the log of a dossier goes on from a signed head. Raises `NotADossier`."""
    report = Report()
    dossier = opened(data, [])
    ours, theirs = dossier.head(), head_of(checkpoint)
    if theirs is None:
        raise NotADossier(
            "This is no head of a log: it takes a signed checkpoint, as `evidence pin` prints it."
        )
    if ours is None:
        report.faults.append("the dossier has no head that could be compared")
        return report
    if not any(is_signed(checkpoint, key) for key in _keys(dossier)):
        report.faults.append("the head is not signed with a key of this log, or was changed")
        return report
    report.faults += _between(dossier, ours, theirs, _before(dossier, theirs))
    if report.holds:
        report.told.append(
            f"The head of {_entries_of(theirs)}, pinned at {theirs.at}, is the begin of this log."
        )
    return report


def _before(dossier: Dossier, theirs: Head) -> Head | None:
    """Nothing is known of what a single head has in common with this log, unless it is a head of it."""
    return next((one for one, holds in _heads(dossier) if holds and one == theirs), None)


def _keys(dossier: Dossier) -> set[bytes]:
    """Those that the log was ever signed with."""
    keys = {_key(dossier)}
    for _, told in dossier.pins():
        try:
            keys.add(bytes.fromhex(told["key"]) if told else None)
        except (KeyError, TypeError, ValueError):
            continue
    return {key for key in keys if key is not None}


def _common(new: Dossier, old: Dossier) -> Head | None:
    """The newest head that both have pinned alike, and that is still the begin of the newer log."""
    theirs = {_identity(one) for one, _ in _heads(old)}
    both = [one for one, holds in _heads(new) if holds and _identity(one) in theirs]
    return max(both, key=lambda one: one.size, default=None)


def _first_difference(new: Dossier, old: Dossier) -> int | None:
    """The first place at which both tell of an entry, and of another one."""
    ours, theirs = _index(new, Report()), _index(old, Report())
    return min((place for place in ours.keys() & theirs.keys() if ours[place] != theirs[place]), default=None)


def _parted_from(common: Head | None, place: int) -> str:
    """Behind what was pinned alike, two histories go on; before it, one was put in the place of the other."""
    if common is None or common.size >= place:
        return f"the past was REWRITTEN: another entry stands at place {place:,} than before"
    return (
        f"the log is a FORK: two histories were signed. They are the same up to place {common.size:,}, "
        f"pinned at {common.at}, and differ at place {place:,}"
    )


def _identity(head: Head) -> tuple[int, bytes]:
    return head.size, head.root


def _heads(dossier: Dossier) -> Iterator[tuple[Head, bool]]:
    """Every head that the dossier tells of, and whether its log begins with it; its own head last."""
    head = dossier.head()
    for _, told in dossier.pins():
        pinned = head_of(str(told.get("note"))) if told else None
        if told is None or pinned is None or head is None:
            continue
        path = path_of(str(told.get("path"))) or []
        yield pinned, is_consistent(pinned.size, pinned.root, head.size, head.root, path)
    if head is not None:
        yield head, True


def _between(new: Dossier, ours: Head, theirs: Head, common: Head | None) -> Iterator[str]:
    """Tells apart what can have happened between two heads that do not go together."""
    if ours.origin != theirs.origin:
        yield f"they are of two logs: {ours.origin} and {theirs.origin}"
    elif ours.size < theirs.size:
        yield _shorter(new, ours, theirs)
    elif ours.size > theirs.size and theirs.at > ours.at:
        yield (
            f"the log was TRUNCATED: this dossier has {_entries_of(ours)}, pinned at {ours.at}, and the "
            f"other head, of {theirs.at}, only {theirs.size:,}"
        )
    else:
        yield from _parted_at(new, theirs, common)


def _shorter(new: Dossier, ours: Head, theirs: Head) -> str:
    if ours.at <= theirs.at and not _parted(new, theirs):
        return (
            f"the other head is the newer one, of {_entries_of(theirs)} to {ours.size:,}: "
            "hold it the other way round"
        )
    return (
        f"the log was TRUNCATED: it was pinned with {_entries_of(theirs)} at {theirs.at}, and at {ours.at} "
        f"it had {ours.size:,}"
    )


def _parted_at(new: Dossier, theirs: Head, common: Head | None) -> Iterator[str]:
    known = [(one, holds) for one, holds in _heads(new) if one.size == theirs.size]
    if any(holds and one.root == theirs.root for one, holds in known):
        return
    since = f" They are the same up to place {common.size:,}, pinned at {common.at}." if common else ""
    if any(one.root == theirs.root or one.at == theirs.at for one, _ in known):
        yield (
            f"the past was REWRITTEN: what was pinned at {theirs.at}, {_entries_of(theirs)}, has another "
            f"head now.{since}"
        )
    elif not all(holds for _, holds in _heads(new)):
        yield f"the past was REWRITTEN: earlier heads no longer hold, that of {theirs.at} among them"
    else:
        yield (
            f"the log is a FORK: a history of {_entries_of(theirs)} was signed at {theirs.at} that is not "
            f"the begin of this one.{since}"
        )


def _parted(new: Dossier, theirs: Head) -> bool:
    return any(one.at > theirs.at for one, _ in _heads(new))


def _entries_of(head: Head) -> str:
    return "1 entry" if head.size == 1 else f"{head.size:,} entries"
