"""A dossier holds what it says, shows nothing of anybody else, and every touch of it is told."""

import asyncio
import csv
import hmac
import io
import json
import shutil
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.dossier import standalone
from bridge.dossier.checking import check
from bridge.dossier.exporting import Wanted
from bridge.dossier.safe import DRAWN, drawn
from bridge.errors import RempartError
from bridge.evidence.canonical import canonical, write_original
from bridge.evidence.container import Piece, directory, look
from bridge.evidence.verifying import ENTRIES, examine, opened
from bridge.evidence.verifying import _genuine as genuine
from bridge.model import HOUR, MINUTE, SECOND, Act, Call, Message, Original, Progress, Receipt
from bridge.noun import replace
from bridge.store.books import erasing
from bridge.store.books.journal import Arrival
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, events, pins, senders, tiles
from channels.twilio.form import decode
from channels.twilio.signature import is_signed
from tests.dossier.world import HOSTILE, TOKEN, World, files, lines
from tests.support import sqlite
from tests.support.events import message
from tests.support.examples import examples
from tests.support.raiding import PASTE, number


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A dossier of a raid, made once; nothing changes it."""
    folder = tmp_path_factory.mktemp("dossier")

    async def work() -> str:
        store = Store(sqlite.migrated(folder / "rempart.db"))
        world = World(store)
        raid = await world.raid()
        await world.export(Wanted(raid=raid), folder / "raid.zip")
        await store.close()
        return raid

    return folder / "raid.zip", asyncio.run(work())


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    store = Store(sqlite_url)
    yield World(store)
    await store.close()


def test_a_dossier_is_whole_and_its_own_checker_says_so(made: tuple[Path, str], tmp_path: Path) -> None:
    status, said = check(made[0])
    assert (status, said[0]) == (0, "The dossier is as it was made.")
    alone = tmp_path / "verify.py"
    alone.write_bytes(files(made[0])["verify.py"])
    told = subprocess.run(
        [sys.executable, "-I", str(alone), str(made[0])], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout.splitlines()) == (0, said)
    keyed = [sys.executable, "-I", str(alone), str(made[0]), "--webhook-key", str(tmp_path / "no such key")]
    told = subprocess.run(keyed, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr, told.stdout.count("\n")) == (2, "", 1)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(made[0].read_bytes()[:-9000])
    told = subprocess.run(
        [sys.executable, "-I", str(alone), str(broken)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stdout.splitlines() == check(broken)[1]


def test_the_checker_is_made_of_the_files_that_the_command_runs_on() -> None:
    import ast  # noqa: PLC0415

    tree = ast.parse(standalone.source())
    names = [one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    assert len(names) == len(set(names)), "two parts call something by one name"
    imported = {one.module or "" for one in tree.body if isinstance(one, ast.ImportFrom)}
    assert not [one for one in imported if one.startswith("bridge")]


def test_the_checker_asks_no_more_of_python_than_it_says() -> None:
    """Macs, and what a court has, bring Python 3.9."""
    import ast  # noqa: PLC0415

    tree = ast.parse(standalone.source(), feature_version=(3, 9))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    asked = {word.arg for one in calls for word in one.keywords}
    assert not asked & {"strict", "slots", "kw_only", "key_only", "root_dir"}
    of_types = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "isinstance"]
    assert not [one for one in of_types if isinstance(one.args[1], ast.BinOp)], "A | B is a type from 3.10 on"


@pytest.fixture(scope="module")
def content(made: tuple[Path, str]) -> bytes:
    return made[0].read_bytes()


@pytest.fixture(scope="module")
def pieces(content: bytes) -> list[Piece]:
    return look(content).pieces


def flipped(content: bytes, at: int, bit: int = 0) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]


ANY_PLACE = st.integers(0, 2**40)
"""Of which dossier nobody knows before it is made; taken by what is left when it is divided."""
ANY_BIT = st.integers(0, 7)


@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ANY_PLACE, ANY_BIT)
def test_a_flipped_bit_in_a_file_is_told_with_the_files_name(
    content: bytes, pieces: list[Piece], place: int, bit: int
) -> None:
    files = [one for one in pieces if one.size]
    piece = files[place % len(files)]
    at = piece.begin + place // len(files) % (piece.end - piece.begin)
    faults = examine(flipped(content, at, bit)).faults
    name = piece.name.partition("/")[2]
    assert [one for one in faults if name in one], (name, at - piece.begin, faults)


@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ANY_PLACE, ANY_BIT)
def test_a_flipped_bit_between_the_files_is_told_with_its_byte(
    content: bytes, pieces: list[Piece], place: int, bit: int
) -> None:
    spans = [(one.start, one.begin) for one in pieces] + [(pieces[-1].end, len(content))]
    begin, end = spans[place % len(spans)]
    at = begin + place // len(spans) % (end - begin)
    faults = examine(flipped(content, at, bit)).faults
    assert [one for one in faults if f"at byte {at:,}" in one], (at, faults)


def test_what_is_cut_off_or_added_is_told(content: bytes, tmp_path: Path) -> None:
    for cut in (1, 10, 500, 5_000, len(content) // 2, len(content) - 100):
        assert not examine(content[:-cut]).holds, cut
    assert [one for one in examine(content + b"more").faults if "added" in one]
    for nonsense in (b"", b"PK", b"hello", content[20_000:21_000], b"PK\x05\x06" + bytes(18)):
        (tmp_path / "none.zip").write_bytes(nonsense)
        assert check(tmp_path / "none.zip")[0] == 2
    assert check(tmp_path / "nowhere.zip")[0] == 2
    status, (told,) = check(tmp_path)
    assert (status, "is a folder: name the ZIP" in told) == (2, True)


def packed(held: Iterable[tuple[str, bytes]]) -> bytes:
    """Files in the one form that a dossier has."""
    out, listed = b"", list[Piece]()
    for name, content in held:
        listed.append(Piece(name, len(out), len(content), crc32(content)))
        out += listed[-1].header + content
    return out + directory(listed)


def held_in(content: bytes) -> list[tuple[str, bytes]]:
    return [(one.name, content[one.begin : one.end]) for one in look(content).pieces]


Held = list[tuple[str, bytes]]
FOLDER = "rempart-dossier-7cd46b78"
FORGED = (f"{FOLDER}/data/report.fr.pdf", b"forged")
MISPLACED: dict[str, tuple[Callable[[Held], Held], str]] = {
    "a second report before the first": (
        lambda held: [FORGED, *held],
        "data/report.fr.pdf stands in it more",
    ),
    "a second report behind it": (lambda held: [*held, FORGED], "data/report.fr.pdf stands in it more"),
    "a second signature": (lambda held: [*held, held[-1]], "signature.txt stands in it more than once"),
    "two files that changed places": (lambda held: [*held[:3], held[4], held[3], *held[5:]], "another order"),
    "all of them turned around": (lambda held: held[::-1], "another order"),
}


@pytest.mark.parametrize("touch", MISPLACED)
def test_a_file_that_stands_elsewhere_or_twice_is_told_though_each_byte_is_well(
    content: bytes, touch: str
) -> None:
    change, told = MISPLACED[touch]
    assert packed(held_in(content)) == content
    assert [one for one in examine(packed(change(held_in(content)))).faults if told in one]


def zipped(held: Held, *, compression: int = ZIP_DEFLATED) -> bytes:
    """As another program packs it."""
    written = io.BytesIO()
    with ZipFile(written, "w", compression) as out:
        for name, content in held:
            out.writestr(name, content)
    return written.getvalue()


def within(folder: str) -> Callable[[Held], Held]:
    return lambda held: [(folder + name.removeprefix(f"{FOLDER}/"), content) for name, content in held]


ALL_WELL, TOUCHED_TOO = "as they were made", "touched, too"
PACKED_ANEW: dict[str, tuple[Callable[[Held], Held], str]] = {
    "as it was": (lambda held: held, ALL_WELL),
    "in any order": (lambda held: held[::-1], ALL_WELL),
    "without its folder": (within(""), ALL_WELL),
    "in another folder": (within("Téléchargements/le dossier (1)/"), ALL_WELL),
    "by Windows": (lambda held: [(name.replace("/", "\\"), one) for name, one in held], ALL_WELL),
    "with folders": (lambda held: [(f"{FOLDER}/", b""), (f"{FOLDER}/data/", b""), *held], ALL_WELL),
    "by a Mac": (lambda held: [*held, ("__MACOSX/._data", b"x")], TOUCHED_TOO),
    "with a second report": (lambda held: [FORGED, *held], TOUCHED_TOO),
    "with another report": (
        lambda held: [*(one for one in held if one[0] != FORGED[0]), FORGED],
        TOUCHED_TOO,
    ),
    "without the signature": (lambda held: held[:-1], TOUCHED_TOO),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("way", PACKED_ANEW)
def test_a_dossier_that_was_packed_anew_is_said_to_be_and_what_is_in_it_is_checked(
    content: bytes, tmp_path: Path, way: str
) -> None:
    change, told = PACKED_ANEW[way]
    (tmp_path / "anew.zip").write_bytes(zipped(change(held_in(content))))
    (tmp_path / "old.zip").write_bytes(content)
    status, said = check(tmp_path / "anew.zip", against=tmp_path / "old.zip")
    assert (status, told in said[1], "packed anew" in said[1]) == (1, True, True)
    assert bool([one for one in said[2:] if "NOT AS" in one]) == (told == TOUCHED_TOO), said
    assert said[-1].endswith("is the begin of this log.")


def test_what_was_packed_anew_and_is_no_whole_dossier_is_not_said_to_be(
    content: bytes, tmp_path: Path
) -> None:
    anew = zipped(held_in(content))
    for nonsense, status in ((anew[:-500], 1), (zipped([("a.txt", b"a")]), 2), (zipped([]), 2)):
        (tmp_path / "anew.zip").write_bytes(nonsense)
        found, said = check(tmp_path / "anew.zip")
        assert (found, "packed anew" in "".join(said)) == (status, False), said


def test_nothing_that_is_written_into_a_dossier_forges_a_line_of_what_is_said(
    content: bytes, tmp_path: Path
) -> None:
    lie = "\x1b[2J\nThe dossier is as it was made.\r\u202e"
    (tmp_path / "lies.zip").write_bytes(zipped([*held_in(content), (f"{FOLDER}/{lie}", b"")]))
    (tmp_path / "verify.py").write_bytes(files_in(content)["verify.py"])
    words = [sys.executable, "-I", str(tmp_path / "verify.py"), str(tmp_path / "lies.zip")]
    told = subprocess.run(words, capture_output=True, check=False)
    assert (told.returncode, b"was added" in told.stdout) == (1, True)
    assert told.stdout.replace(b"\n", b"").decode("ascii").isprintable()
    assert b"The dossier is as it was made." not in told.stdout.splitlines()


def rewritten(content: bytes, name: str, change: object) -> bytes:
    """The dossier with one file changed, packed and listed anew; only the signature cannot be made."""
    import hashlib  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    from bridge.dossier import bag  # noqa: PLC0415
    from bridge.evidence.signing import Signer  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        dossier = opened(content, [])
        for inner in dossier.pieces:
            (root / "bag" / inner).parent.mkdir(parents=True, exist_ok=True)
            (root / "bag" / inner).write_bytes(dossier.read(inner))
        path = root / "bag" / name
        path.write_bytes(change(path.read_bytes()))  # type: ignore[operator] # a function
        for tag in ("manifest-sha256.txt", "tagmanifest-sha256.txt", "signature.txt"):
            (root / "bag" / tag).unlink()
        forger = Signer(hashlib.sha256(b"forger").digest())
        bag.close(root / "bag", forger, "rempart/forger", [])
        bag.pack(root / "bag", root / "out.zip", "rempart-dossier-forged")
        return (root / "out.zip").read_bytes()


def files_in(content: bytes) -> dict[str, bytes]:
    return {name.partition("/")[2]: one for name, one in held_in(content)}


def _line(change: object) -> object:
    def changed(entries: bytes) -> bytes:
        rows = entries.splitlines(keepends=True)
        return b"".join(change(rows))  # type: ignore[operator] # a function

    return changed


TOUCHES = {
    "removed": (_line(lambda rows: rows[:3] + rows[4:]), "was removed"),
    "added twice": (_line(lambda rows: [*rows, rows[2]]), "added a second time"),
    "reordered": (_line(lambda rows: [rows[1], rows[0], *rows[2:]]), "another order"),
    "changed": (
        _line(lambda rows: [rows[0].replace(b"r\\\\u00e9ponds", b"dis"), *rows[1:]]),
        "content was changed",
    ),
    "cut": (_line(lambda rows: rows[:5]), "was removed"),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_what_was_done_to_entries_is_told_even_where_the_lists_were_made_anew(
    content: bytes, touch: str
) -> None:
    change, told = TOUCHES[touch]
    faults = examine(rewritten(content, ENTRIES, change)).faults
    assert [one for one in faults if told in one], faults
    assert [one for one in faults if "signature" in one]


def _changed_first(**values: object) -> Callable[[bytes], bytes]:
    """The first line with other values, written as ours are."""

    def change(written: bytes) -> bytes:
        first, rest = written.split(b"\n", 1)
        return canonical({**json.loads(first), **values}) + b"\n" + rest

    return change


def _nested(depth: int) -> Callable[[bytes], bytes]:
    return lambda written: b'{"entry":' + b"[" * depth + b"]" * depth + b"}\n" + written


HALF = "\ud800"
NONSENSE = {
    "half a character": _changed_first(request=HALF, note=HALF, plain=HALF, path=HALF, salt=HALF, key=HALF),
    "half a character behind a head": lambda written: written.replace(b'=\\n",', b'=\\n\\ud800",'),
    "numbers": _changed_first(request=1, note=1, plain=1, path=1, salt=1, key=1, place=1, stamps=1, entry=1),
    "nothing": _changed_first(request=None, note=None, path=None, key=None, place=None, stamps=[None, {}]),
    "lists": _changed_first(request=[], note=[], plain=[], path=[], salt=[], key=[], entry=[], stamps=[[]]),
    **{f"nested {depth} deep": _nested(depth) for depth in (100, *range(940, 1000, 3), 100_000)},
}


@pytest.mark.parametrize("file", ["entries.jsonl", "webhooks.jsonl", "pins.jsonl"])
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_what_nobody_writes_is_told_like_anything_else_that_was_touched(
    content: bytes, file: str, nonsense: str
) -> None:
    held = [(name, NONSENSE[nonsense](one) if name.endswith(file) else one) for name, one in held_in(content)]
    faults = examine(packed(held), TOKEN).faults
    assert [one for one in faults if one.startswith(f"data/{file} was changed")] or held == held_in(content)


async def test_one_senders_messages_are_proved_and_nothing_is_shown_of_anybody_else(
    world: World, tmp_path: Path
) -> None:
    await world.raid()
    sender = world.bridge.journal.sender("sms", number(21))
    await world.export(Wanted(sender=sender, handle="brave-heron-42"), tmp_path / "one.zip")
    assert check(tmp_path / "one.zip")[0] == 0
    found = files(tmp_path / "one.zip")
    told = lines(found["data/entries.jsonl"])
    assert {one["entry"]["sender"] for one in told} == {sender}
    assert all(len(one["path"]) <= 1024 for one in told)
    whole = b"".join(found.values())
    others = await world.store.read(lambda one: one.execute(select(events.c.id, events.c.sender)))
    for id_, who in others.all():
        if who != sender:
            assert id_.encode() not in whole
            assert who.encode() not in whole
    assert number(22).encode() not in whole


def test_hostile_texts_are_data_everywhere(made: tuple[Path, str]) -> None:
    found = files(made[0])
    rows = list(csv.reader(io.StringIO(found["data/messages.csv"].decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert not [one for one in cells if one.lstrip()[:1] in set("=+-@|%\t\r")]
    assert not [one for one in cells if "\0" in one or "\n" in one]
    texts = [
        json.loads(one["plain"])["text"]
        for one in lines(found["data/entries.jsonl"])
        if "text" in one["plain"]
    ]
    assert {*HOSTILE} <= {*texts}
    for name in ("data/report.fr.pdf", "data/report.en.pdf"):
        assert found[name].startswith(b"%PDF-1.7")
        assert b"pdfaid:part" in found[name]
    assert "admissible" not in found["data/sheet.en.txt"].decode().lower()


def test_what_no_font_draws_stands_there_by_its_number() -> None:
    assert drawn("a\U0001f600\0\u202e\ud800b") == "a[U+1F600][U+0000][U+202E][U+D800]b"


def test_every_letter_that_counts_as_drawn_is_drawn() -> None:
    import typst  # noqa: PLC0415

    page = (
        b"#set document(date: datetime(year: 2026, month: 1, day: 1))\n"
        b'#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
        b"#for one in json(bytes(sys.inputs.d)) [#text(one) ]\n"
        b'#set text(font: "DejaVu Sans Mono")\n#for one in json(bytes(sys.inputs.d)) [#text(one) ]'
    )
    told = json.dumps([chr(code) for code in sorted(DRAWN)])
    made = typst.compile(
        page, sys_inputs={"d": told}, format="pdf", pdf_standards="a-2b", ignore_system_fonts=True
    )
    assert made.startswith(b"%PDF")


async def log_of(world: World, *, change: object = None) -> list[Message]:
    """What the provider remembers: the same, but for what `change` makes of it."""
    rows = await world.store.read(lambda one: one.execute(select(events)))
    from bridge.store.books.journal import opened as told  # noqa: PLC0415

    known = await world.store.read(lambda one: told(one, world.bridge.keyring, rows.all()))
    found = [event.what for event in known.values() if isinstance(event.what, Message)]
    return change(found) if change else found  # type: ignore[operator] # a function


async def test_the_providers_log_is_held_against_it_and_differences_are_listed(
    world: World, tmp_path: Path
) -> None:
    raid = await world.raid()
    heard = await log_of(world)
    theirs = [
        replace(heard[0], text="another"),
        replace(heard[3], text="", at=heard[3].at),
        replace(heard[4], at=heard[4].at + HOUR),
        replace(heard[6], address="+33699999999"),
        replace(heard[7], address=f"{heard[7].address[:-4]}XXXX"),
        *heard[8:],
    ]

    async def ask(_since: int, _until: int) -> AsyncIterator[Message]:
        for one in theirs:
            yield one

    await world.export(Wanted(raid=raid), tmp_path / "r.zip", {"sms": ask})
    told = json.loads(files(tmp_path / "r.zip")["data/comparison.json"])["sms"]
    assert told["asked"]
    assert (told["redacted_there"], told["numbers_hidden_there"]) == (1, 1)
    what = Counter(one["what"].partition(":")[0] for one in told["differences"])
    assert what.keys() >= {"another time there", "not in the provider's log", "another number there"}
    assert told["same"] == told["compared"] - len(told["differences"]) - told["redacted_there"]


async def test_what_was_found_at_the_provider_after_an_outage_is_found_there_again(
    world: World, tmp_path: Path
) -> None:
    """The journal knows when it was heard, and when it was written: hours may lie between."""
    written = [message(f"salut {n}", at=world.clock() + n * SECOND) for n in range(3)]
    world.clock.pass_(2 * HOUR)
    await world.bridge.hear([Arrival(one, world.clock()) for one in written])
    await world.bridge.fold()

    async def ask(since: int, until: int) -> AsyncIterator[Message]:
        for one in written:
            if since <= one.at <= until:
                yield one

    await world.export(Wanted(since=0, until=2**60), tmp_path / "r.zip", {"sms": ask})
    told = json.loads(files(tmp_path / "r.zip")["data/comparison.json"])["sms"]
    assert (told["compared"], told["same"], told["differences"]) == (3, 3, [])


async def older_and_newer(world: World, folder: Path, between: object) -> list[str]:
    """What is said of a newer dossier, held against an older one, when `between` happened to the log."""
    await world.raid()
    sender = Wanted(since=0, until=2**60)
    await world.export(sender, folder / "old.zip")
    world.clock.pass_(HOUR)
    await between(world)  # type: ignore[operator] # a function
    world.clock.pass_(HOUR)
    await world.export(sender, folder / "new.zip")
    return check(folder / "new.zip", against=folder / "old.zip")[1]


async def _goes_on(world: World) -> None:
    await world.say("encore moi", sender=21, name="later")


async def _cut(world: World) -> None:
    async def work(connection: object) -> None:
        await connection.execute(delete(events).where(events.c.place > 20))  # type: ignore[attr-defined]
        await connection.execute(delete(tiles))  # type: ignore[attr-defined]
        await connection.execute(delete(pins))  # type: ignore[attr-defined]

    await _emptied(world, work)


async def _rewrite(world: World) -> None:
    """With the secret at hand, everything that can be made anew is."""

    async def work(connection: object) -> None:
        await connection.execute(update(events).where(events.c.place == 5).values(received_at=7))  # type: ignore[attr-defined]
        await connection.execute(delete(tiles))  # type: ignore[attr-defined]

    await _emptied(world, work)


async def _emptied(world: World, work: object) -> None:
    from bridge.store.engine.tables import decisions, outbox, picks, taught  # noqa: PLC0415

    async def whole(connection: object) -> None:
        for table in (picks, taught, outbox, decisions):
            await connection.execute(delete(table))  # type: ignore[attr-defined]
        await work(connection)  # type: ignore[operator] # a function

    await world.store.transact(whole)
    await _caught_up(world)


async def _caught_up(world: World) -> None:
    from bridge.store.books import log  # noqa: PLC0415

    while await world.store.transact(lambda one: log.catch_up(one, world.bridge.journal)):
        pass


async def test_a_log_that_went_on_is_said_to_go_on(world: World, tmp_path: Path) -> None:
    said = await older_and_newer(world, tmp_path, _goes_on)
    assert "is the begin of this log" in said[-1]


async def test_a_truncated_log_is_told(world: World, tmp_path: Path) -> None:
    said = await older_and_newer(world, tmp_path, _cut)
    assert [one for one in said if "TRUNCATED" in one], said


async def test_a_rewritten_past_is_told_by_the_newer_dossier_alone(world: World, tmp_path: Path) -> None:
    said = await older_and_newer(world, tmp_path, _rewrite)
    assert [one for one in said if "REWRITTEN" in one], said
    assert [one for one in check(tmp_path / "new.zip")[1] if "the past was rewritten" in one]


async def test_a_fork_is_told_by_a_pinned_head(world: World, tmp_path: Path) -> None:
    """Two copies of one database go on, each by itself."""
    await world.raid()
    await world.store.close()
    here = Path(str(world.store.url.database))
    shutil.copy(here, tmp_path / "copy.db")
    one, other = World(Store(f"sqlite:///{here}")), World(Store(f"sqlite:///{tmp_path / 'copy.db'}"))
    one.clock = one.bridge.clock = other.clock = other.bridge.clock = world.clock
    world.clock.pass_(HOUR)
    await one.say("ici", "et encore", sender=21, name="here")
    await other.say("la", sender=22, name="there")
    pinned = await other.pin()
    (tmp_path / "head.txt").write_text(pinned.note, encoding="utf-8")
    world.clock.pass_(HOUR)
    await one.export(Wanted(since=0, until=2**60), tmp_path / "one.zip")
    await other.export(Wanted(since=0, until=2**60), tmp_path / "other.zip")
    await one.store.close()
    await other.store.close()
    said = check(tmp_path / "one.zip", against=tmp_path / "other.zip")[1]
    assert [line for line in said if "FORK" in line], said
    assert [
        line
        for line in check(tmp_path / "one.zip", head=tmp_path / "head.txt")[1]
        if "FORK" in line or "REWRITTEN" in line
    ]
    assert check(tmp_path / "other.zip", head=tmp_path / "head.txt")[0] == 0
    of_windows = pinned.note.replace("\n", "\r\n").encode("utf-8-sig")
    (tmp_path / "head.txt").write_bytes(of_windows)
    assert check(tmp_path / "other.zip", head=tmp_path / "head.txt")[0] == 0


async def test_times_that_follow_each_other_have_every_entry_once(world: World, tmp_path: Path) -> None:
    await world.say("un", "deux", "trois", sender=1)
    noon = world.clock() - SECOND
    told = []
    for number_, (since, until) in enumerate([(0, noon), (noon, noon + SECOND), (noon + SECOND, 2**60)]):
        file = tmp_path / f"{number_}.zip"
        await world.export(Wanted(since=since, until=until), file)
        told += [json.loads(one["plain"])["text"] for one in lines(files(file)[ENTRIES])]
    assert told == ["un", "deux", "trois"]


async def forget(world: World, sender: int) -> None:
    """Their key is destroyed, as their time is over."""
    world.clock.pass_(SECOND)
    who, now = world.bridge.journal.sender("sms", number(sender)), world.clock()

    async def work(connection: AsyncConnection) -> None:
        await erasing.begin(connection)
        await erasing.erase(connection, [who], now)

    await world.store.transact(work)
    world.clock.pass_(SECOND)


async def delivered(world: World) -> None:
    """The provider tells late what became of a reply: it is sealed with a fresh key, for a few days."""
    now = world.clock()
    told = Receipt("sms", "SMlate:delivered", "SMlate", None, number(1), Progress.DELIVERED, now)
    await world.bridge.hear([Arrival(told, now)])
    await world.bridge.fold()


COME_BACK: dict[str, Callable[[World], Awaitable[object]]] = {
    "nobody came back": lambda _world: asyncio.sleep(0),
    "they wrote again": lambda world: world.say("c'est encore moi", name="again", sender=1),
    "a provider told of them": delivered,
}


@pytest.mark.parametrize("back", COME_BACK)
async def test_of_whoever_was_forgotten_nothing_is_called_altered_though_they_come_back(
    world: World, tmp_path: Path, back: str
) -> None:
    await world.say("bonjour", "et au revoir", sender=1)
    await world.say("bonjour", sender=2)
    await forget(world, 1)
    await COME_BACK[back](world)
    made = await world.export(Wanted(since=0, until=2**60), tmp_path / "r.zip")
    assert (made.altered, made.plain["altered"], made.plain["erased"]) == ((), [], 2)
    assert check(tmp_path / "r.zip")[0] == 0


async def test_what_was_altered_since_they_came_back_is_still_told(world: World, tmp_path: Path) -> None:
    await world.say("bonjour", sender=1)
    await forget(world, 1)
    await world.say("encore moi", name="again", sender=1)
    newest = select(func.max(events.c.seq)).where(events.c.kind == "message").scalar_subquery()
    altered = update(events).where(events.c.seq == newest).values(sealed=b"nothing of ours")
    await world.store.transact(lambda one: one.execute(altered))
    made = await world.export(Wanted(since=0, until=2**60), tmp_path / "r.zip")
    assert (len(made.altered), made.plain["erased"]) == (1, 1)


async def test_an_entry_that_was_altered_in_the_database_is_left_out_and_named(
    world: World, tmp_path: Path
) -> None:
    raid = await world.raid()
    await world.store.transact(
        lambda one: one.execute(
            update(events).where(events.c.place == 9).values(received_at=events.c.received_at + 1)
        )
    )
    made = await world.export(Wanted(raid=raid), tmp_path / "r.zip")
    assert made.altered == (9,)
    assert check(tmp_path / "r.zip")[0] == 0


def test_the_providers_signature_is_checked_with_its_key(made: tuple[Path, str], tmp_path: Path) -> None:
    """All but the one whose text is half a character: no provider can have signed that."""
    for key, told in ((TOKEN, "signature: 1 of 23"), ("another", "signature: 23 of 23")):
        (tmp_path / "key").write_text(f"{key}\n")
        assert [one for one in check(made[0], key=tmp_path / "key")[1] if told in one]


SIGNED: dict[str, tuple[str, str, str]] = {
    "as it was dialled": (
        "https://a.example/twilio/sms?x=1",
        "https://a.example/twilio/sms?x=1",
        "HMAC_SHA1",
    ),
    "with the port that goes without saying": (
        "https://a.example/twilio/sms",
        "https://a.example:443/twilio/sms",
        "HMAC_SHA1",
    ),
    "without the port": ("https://a.example:8443/twilio/sms", "https://a.example/twilio/sms", "HMAC_SHA1"),
    "in the clear": ("http://a.example/twilio/sms", "http://a.example:80/twilio/sms", "hmac_sha1"),
    "in the newer way": ("https://a.example:8443/sms", "https://a.example/sms", "HMAC_SHA256"),
    "for another place": ("https://a.example/sms", "https://b.example/sms", "HMAC_SHA1"),
    "with another port": ("https://a.example/sms", "https://a.example:8443/sms", "HMAC_SHA1"),
    "for no address": ("https://a.example:x/sms", "https://a.example:x/sms", "HMAC_SHA1"),
}
NOT_SIGNED = ("for another place", "with another port", "for no address")
FORM = b"Body=+a%26b%3D%C3%A9%00&To=%2B33&Body=&Body=+a%26b%3D%C3%A9%00&Empty&=x"


@pytest.mark.parametrize("way", SIGNED)
def test_the_checker_and_the_service_agree_on_what_the_provider_signed(way: str) -> None:
    """Twilio signs an address now with its port, now without: the service takes either, and so does this."""
    dialled, spelled, algorithm = SIGNED[way]
    fields = decode(Call("POST", "", "", {}, FORM)) or []
    told = spelled + "".join(name + value for name, value in sorted(set(fields)))
    digest = "sha256" if algorithm == "HMAC_SHA256" else "sha1"
    given = b64encode(hmac.digest(TOKEN.encode(), told.encode(), digest)).decode()
    assert is_signed(TOKEN, dialled, fields, given, algorithm) != (way in NOT_SIGNED)
    request = write_original(Original(dialled, FORM, given, algorithm)).decode()
    assert genuine(request, TOKEN) == is_signed(TOKEN, dialled, fields, given, algorithm)


@pytest.mark.parametrize("algorithm", ["HMAC-SHA256", "Ed25519", ""])
def test_a_request_that_another_provider_signed_is_not_judged_by_twilios_key(algorithm: str) -> None:
    request = Original("https://a.example/telnyx/messages", b'{"a":"\xc3\xa9"}', "1790000000|c2ln", algorithm)
    assert genuine(write_original(request).decode(), TOKEN) is None


NO_FILES: dict[str, Callable[[Path], object]] = {
    "absent": lambda file: file,
    "a folder": lambda file: file.mkdir(),
    "empty": lambda file: file.write_text(" \n"),
    "no text": lambda file: file.write_bytes(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("beside", ["key", "head"])
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_wrong_with_a_file_beside_it_is_no_word_against_a_dossier(
    made: tuple[Path, str], tmp_path: Path, kind: str, beside: str
) -> None:
    NO_FILES[kind](tmp_path / "beside")
    status, (said,) = check(made[0], **{beside: tmp_path / "beside"})
    assert status == 2
    assert said.startswith(str(tmp_path / "beside"))


def test_the_paste_stands_in_the_entries_as_it_was_written(made: tuple[Path, str]) -> None:
    told = [json.loads(one["plain"]) for one in lines(files(made[0])[ENTRIES])]
    assert [one.get("text") for one in told].count(PASTE) == 14


OTHERS = [
    ("mute", "{bystander}", "M. Durand, le voisin"),
    ("mute", "sms:+33698765432", "a number that never wrote"),
    ("find", ":Durand", ""),
    ("pot_add", "50", "the aunt of Durand gives"),
]
THEIRS = [
    ("mute", "{member}", "seen"),
    ("shield", "sms", ""),
    ("samples", "{raid}", ""),
    ("mute_all", "{raid}", ""),
]
"""What the team does in a raid's hours: about others, and about the raid."""


async def _handle(world: World, n: int) -> str:
    who = world.bridge.journal.sender("sms", number(n))
    query = select(senders.c.handle).where(senders.c.id == who)
    return str(await world.store.read(lambda found: found.scalar(query)))


async def _deeds(world: World, raid: str) -> None:
    handles = {name: await _handle(world, n) for name, n in (("bystander", 900), ("member", 21))}
    for verb, target, reason in [*OTHERS, *THEIRS]:
        named, now = target.format(raid=raid, **handles), world.clock()
        done = Act("command", f"{verb}:{named}", "operator", verb, named, now, None, reason, member=True)
        await world.bridge.tell(done)
        await world.bridge.fold()
    resort = Act("service", "raid:1", "rempart", "call_out", "sms:+33611111111", world.clock(), None, "Come.")
    await world.bridge.tell(resort)
    await world.bridge.fold()
    made = select(acts.c.event).where(acts.c.verb == "mute").order_by(acts.c.event)
    for one in await world.store.read(lambda found: found.scalars(made)):
        undone = Act("command", f"undo:{one}", "operator", "undo", one, world.clock(), None, "", member=True)
        await world.bridge.tell(undone)
    await world.bridge.fold()


async def test_a_time_in_which_only_the_team_did_something_is_told_to_hold_nothing(
    world: World, tmp_path: Path
) -> None:
    """A report would speak of messages of 1970, and of operators who keep nothing of them any more."""
    await world.say("un", sender=1)
    world.clock.pass_(HOUR)
    begun = world.clock()
    await world.bridge.tell(Act("command", "shield", "operator", "shield", "sms", begun, None, ""))
    await world.bridge.fold()
    with pytest.raises(RempartError, match="Nothing was received"):
        await world.export(Wanted(since=begun), tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()


@pytest.mark.parametrize("by", ["raid", "time"])
async def test_what_the_team_did_about_others_is_not_in_it(world: World, tmp_path: Path, by: str) -> None:
    raid = await world.raid()
    begun = world.clock() - 2 * MINUTE
    await _deeds(world, raid)
    wanted = Wanted(raid=raid) if by == "raid" else Wanted(since=begun)
    await world.export(wanted, tmp_path / "raid.zip")
    held = files(tmp_path / "raid.zip")
    told = [json.loads(one["plain"]) for one in lines(held[ENTRIES]) if one["entry"]["kind"] == "act"]
    verbs = [verb for verb, _, _ in THEIRS]
    assert [one["verb"] for one in told] == [*verbs, "undo"]
    everything = b"".join(held.values())
    assert not [one for one in (b"Durand", b"98765432", b"11111111") if one in everything]
    assert check(tmp_path / "raid.zip")[0] == 0
    assert json.loads(held["data/summary.json"])["kinds"]["act"] == len(told)
