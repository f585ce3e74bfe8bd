"""Writes a dossier's files, a page of entries at a time: however long a raid was, little is in memory."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import iso_second
from bridge.dossier.comparing import Comparison
from bridge.dossier.figures import Figures, begun
from bridge.dossier.forest import Forest
from bridge.dossier.media import Media
from bridge.dossier.safe import row as csv_row
from bridge.errors import SealBroken
from bridge.evidence.canonical import Entry, canonical, read, read_original
from bridge.evidence.leaf import commitment, leaf, salt_of
from bridge.evidence.proofs import leaf_hash
from bridge.model import Deed, EventId, Message, Original, Receipt, SenderId
from bridge.privacy.sealing import unseal
from bridge.store.books import pins
from bridge.store.books.journal import ENTRY, original_of
from bridge.store.books.keyring import Keyring
from bridge.store.engine.store import Store
from bridge.store.looks import dossier as looks
from bridge.store.looks.dossier import PAGE, Extent, Scope
from bridge.threats import threat_in

Attest = Callable[[Original], bool]
"""Whether a provider's request bears its signature."""

Progress = Callable[[int, int], None]
"""Told how many entries are written, of how many."""


def unsaid(_done: int, _of: int) -> None:
    """Progress that nobody looks at."""


@dataclass(slots=True)
class Writer:
    """The files under `data` that grow with the entries."""

    folder: Path
    scope: Scope
    extent: Extent
    forest: Forest
    keyring: Keyring
    attest: Mapping[str, Attest]
    comparison: Comparison
    media: Media
    figures: Figures = field(init=False)
    _files: dict[str, IO[str]] = field(default_factory=dict)

    async def write(self, store: Store, progress: Progress) -> Figures:
        """Writes every entry of the scope; each page is one short look at the store."""
        self.figures = begun(self.extent.first, self.extent.last)
        with ExitStack() as stack:
            for name in ("entries.jsonl", "webhooks.jsonl", "index.txt", "messages.csv"):
                file = (self.folder / name).open("w", encoding="utf-8", newline="")
                self._files[name] = stack.enter_context(file)
            self._files["messages.csv"].write("\ufeff" + csv_row(_COLUMNS))
            after, count = 0, 0
            while True:
                rows = await store.read(lambda connection, at=after: self._page(connection, at))  # type: ignore[misc]
                count += len(rows)
                progress(count, self.extent.count)
                if len(rows) < PAGE:
                    return self.figures
                after = rows[-1].place

    async def _page(self, connection: AsyncConnection, after: int) -> Sequence[Row[Any]]:
        rows = await looks.page(connection, self.scope, after)
        if rows:
            senders = list(dict.fromkeys(SenderId(one.sender) for one in rows))
            keys = await self.keyring.keys(connection, senders)
            await self.forest.bring(connection, [one.place - 1 for one in rows])
            for one in rows:
                self._row(one, keys.get(SenderId(one.sender)))
        return rows

    def _row(self, row: Row[Any], key: bytes | None) -> None:
        entry = Entry(*row[: len(ENTRY)])
        if key is None:
            self.figures.erased += 1
            return
        try:
            plain = unseal(key, entry.sealed, entry.id)
        except SealBroken:
            self._unopened(row)
            return
        salt = salt_of(key, entry.id)
        made = leaf(row.place, entry, commitment(salt, plain))
        if leaf_hash(made) != self.forest.leaf(row.place - 1):
            self.figures.altered.append(row.place)
            return
        self._entry(row, made, plain, salt)
        what = read(entry.kind, plain)
        self.figures.kinds[what.what if isinstance(what, Deed) else entry.kind] += 1
        if isinstance(what, Message):
            self._message(row, what)
        if row.original is not None and isinstance(what, Message | Receipt):
            self._request(row, key)

    def _unopened(self, row: Row[Any]) -> None:
        """Whoever was forgotten and came back has another key, which opens nothing older."""
        if row.erased_at is not None and row.received_at <= row.erased_at:
            self.figures.erased += 1
        else:
            self.figures.altered.append(row.place)

    def _entry(self, row: Row[Any], made: bytes, plain: bytes, salt: bytes) -> None:
        path = b"".join(self.forest.tree.inclusion(row.place - 1, self.forest.size))
        told = {
            "entry": json.loads(made),
            "handle": row.handle,
            "path": base64.b64encode(path).decode(),
            "plain": plain.decode("ascii"),
            "salt": salt.hex(),
        }
        self._files["entries.jsonl"].write(canonical(told).decode("ascii") + "\n")
        self._files["index.txt"].write(f"{row.place} {leaf_hash(made).hex()}\n")

    def _message(self, row: Row[Any], what: Message) -> None:
        threat = threat_in(what.text) is not None
        handle, sender = row.handle or "-", SenderId(row.sender)
        at, cost = row.received_at, row.cost or 0
        person = self.figures.message(sender, handle, what, at, cost, threat=threat)
        self.media.note(row.place, what)
        person.verdict = row.verdict or person.verdict
        if what.form != "call":  # the provider keeps those in another log
            self.comparison.note(row.place, what)
        cells = (
            row.place,
            iso_second(at),
            handle,
            what.channel,
            what.address,
            what.line,
            what.provider_id,
            "yes" if threat else "",
            what.text,
            what.form,
            what.attachments or "",
        )
        self._files["messages.csv"].write(csv_row(cells))

    def _request(self, row: Row[Any], key: bytes) -> None:
        try:
            request = unseal(key, row.original, original_of(EventId(row.id)))
        except SealBroken:
            self.figures.altered.append(row.place)
            return
        attest = self.attest.get(row.channel)
        genuine = attest(read_original(request)) if attest else None
        self.figures.requests += 1
        self.figures.checked += genuine is not None
        self.figures.genuine += genuine is True
        told = {"checked": genuine, "place": row.place, "request": request.decode("ascii")}
        self._files["webhooks.jsonl"].write(canonical(told).decode("ascii") + "\n")


_COLUMNS = (
    "place", "time (UTC)", "sender", "channel", "address", "written to", "provider's id", "threat", "text",
    "made of", "attachments",
)  # fmt: skip


async def write_pins(store: Store, folder: Path, forest: Forest) -> int:
    """Every head that was pinned until now, with the proof that the log still begins with it."""
    after, count = 0, 0
    with (folder / "pins.jsonl").open("w", encoding="utf-8", newline="") as out:
        while True:
            lines, after = await store.read(lambda found, at=after: _pins(found, folder, forest, at))  # type: ignore[misc]
            out.writelines(lines)
            count += len(lines)
            if not lines:
                return count


async def _pins(
    connection: AsyncConnection, folder: Path, forest: Forest, after: int
) -> tuple[list[str], int]:
    listed = await pins.listed(connection, forest.size, after)
    tokens = await pins.stamps_of(connection, [one.seq for one in listed])
    lines = []
    for one in listed:
        await forest.bring(connection, [one.size - 1, one.size])
        path = b"".join(forest.tree.consistency(one.size, forest.size))
        told = {
            "key": one.key.hex(),
            "note": one.note,
            "path": base64.b64encode(path).decode(),
            "stamps": [_token(folder, one.seq, n, *token) for n, token in enumerate(tokens.get(one.seq, []))],
            "why": one.why,
        }
        lines.append(canonical(told).decode("ascii") + "\n")
    return lines, listed[-1].seq if listed else after


def _token(folder: Path, seq: int, number: int, authority: str, token: bytes) -> dict[str, str]:
    name = f"timestamps/pin-{seq:06}-{number}.tst"
    (folder / "timestamps").mkdir(exist_ok=True)
    (folder / name).write_bytes(token)
    return {"authority": authority, "file": name}
