"""Exports a dossier: looks at the store page by page, writes the files, packs and signs them.

It runs beside the service, in a process of its own, and only looks: what it records and pins, it asks the
service for. Little is held in memory, however long a raid was.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bridge.days import iso_second
from bridge.dossier import bag, figures, picture, report, standalone
from bridge.dossier.comparing import Ask, Comparison
from bridge.dossier.forest import Forest
from bridge.dossier.half import workshop
from bridge.dossier.media import Fetch, Media
from bridge.dossier.safe import row as csv_row
from bridge.dossier.writing import Attest, Progress, Writer, unsaid, write_pins
from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.evidence.proofs import Head, head_of
from bridge.evidence.signing import Signer
from bridge.model import HEARD, Micros, SenderId
from bridge.noun import Noun, field
from bridge.store.books.journal import Journal
from bridge.store.engine.store import Store
from bridge.store.looks import dossier as looks
from bridge.store.looks.dossier import Scope
from bridge.wording import ENGLISH
from bridge.wording.words import LANGUAGES


class Wanted(Noun):
    """What a dossier is to be about."""

    raid: str | None = None
    since: Micros | None = None
    until: Micros | None = None
    """From that instant on nothing: whoever exports day by day has each entry once."""
    sender: SenderId | None = None
    handle: str | None = None
    """Of the sender."""


def _as_it_is(file: Path) -> Path:
    return file


class Exporter(Noun):
    """What an export runs on."""

    store: Store
    journal: Journal
    signer: Signer
    note: str
    """The signed head that everything is proved against."""
    made_at: Micros
    controller: str = ""
    attest: Mapping[str, Attest] = field(default_factory=dict)
    logs: Mapping[str, Ask] | None = None
    """The providers' logs, by channel; none where nobody wants to compare."""
    fetching: Mapping[str, Fetch] | None = None
    """What can fetch photos and files, by channel; none where nobody wants them."""
    progress: Progress = unsaid
    enclose: Callable[[Path], Path] = _as_it_is
    """What becomes of the ZIP before it gets its name; it may make another file beside it."""

    async def export(self, wanted: Wanted, file: Path) -> "Made":
        """Writes the dossier to `file`, whole or not at all. Raises `RempartError`."""
        with workshop(file.parent) as folder:
            return await self._export(wanted, folder, file)

    async def heard_on(self, wanted: Wanted) -> frozenset[str]:
        """The channels by which came what the dossier will hold. Raises `RempartError`."""
        scope = await self._scope(wanted, self._head.size)
        return await self.store.read(lambda connection: looks.heard_on(connection, scope))

    @property
    def _head(self) -> Head:
        head = head_of(self.note)
        if head is None:
            raise StoreUnusable("The log's head cannot be read.")
        return head

    async def _export(self, wanted: Wanted, folder: Path, file: Path) -> "Made":
        head = self._head
        scope = await self._scope(wanted, head.size)
        extent = await self.store.read(lambda connection: looks.extent(connection, scope))
        if not extent.messages:
            raise RempartError("Nothing was received that this would be about: name another time or sender.")
        data = folder / "bag" / "data"
        data.mkdir(parents=True)
        forest = await self.store.read(lambda connection: Forest.opened(connection, head.size))
        comparison = Comparison()
        media = Media()
        writer = Writer(data, scope, extent, forest, self.journal.keyring, self.attest, comparison, media)
        counted = await writer.write(self.store, self.progress)
        pinned = await write_pins(self.store, data, forest)
        if self.logs is None:
            comparison.not_asked()
        else:
            await comparison.ask(self.logs)
        if self.fetching is not None:
            await media.fetch(data, self.fetching)
        matter = await self._matter(
            media=media,
            wanted=wanted,
            scope=scope,
            extent=extent,
            counted=counted,
            comparison=comparison,
            pinned=pinned,
            data=data,
        )
        self._write(matter, data, folder)
        name = f"rempart-dossier-{wanted.raid or wanted.handle or iso_second(self.made_at)[:10]}"
        bag.close(folder / "bag", self.signer, head.origin, self._told(matter, extent))
        digest = bag.pack(folder / "bag", folder / "packed.zip", name)
        whole = self.enclose(folder / "packed.zip")
        whole.chmod(0o600)
        whole.replace(file)
        return Made(matter.plain, digest, tuple(counted.altered))

    async def _scope(self, wanted: Wanted, size: int) -> Scope:
        house = looks.house_of(self.journal)
        if wanted.raid is not None:
            scope = await self.store.read(lambda found: looks.of_raid(found, str(wanted.raid), size, house))
            if scope is None:
                raise Misconfigured(f"There is no raid {wanted.raid}: `rempart status` names them.")
            return scope
        scope = Scope(size, sender=wanted.sender, house=house)
        since = scope.since if wanted.since is None else wanted.since
        until = scope.until if wanted.until is None else wanted.until - 1
        return Scope(size, since, until, sender=wanted.sender, house=house)

    async def _matter(
        self,
        *,
        media: Media,
        wanted: Wanted,
        scope: Scope,
        extent: looks.Extent,
        counted: figures.Figures,
        comparison: Comparison,
        pinned: int,
        data: Path,
    ) -> report.Matter:
        head = self._head
        replied = await self.store.read(lambda found: looks.replied(found, scope))
        postures = await self.store.read(lambda found: looks.postures(found, scope))
        deeds = await self.store.read(lambda found: looks.done(found, scope))
        seen = (
            []
            if wanted.raid is None
            else await self.store.read(lambda found: looks.techniques(found, str(wanted.raid)))
        )
        about = {
            "raid": wanted.raid,
            "sender": wanted.handle,
            "first": iso_second(extent.first),
            "last": iso_second(extent.last),
            "made_at": iso_second(self.made_at),
            "log_size": head.size,
            "media": media.told,
        }
        alone = wanted.sender is not None
        return report.Matter(
            figures=counted,
            plain=figures.plain(counted, replied, about),
            head=head,
            key=self.signer.key,
            pins=pinned,
            stamps=len(list((data / "timestamps").glob("*"))) if (data / "timestamps").exists() else 0,
            comparison=comparison.told,
            postures=[] if alone else [(one.since, one.posture, one.reason) for one in postures],
            deeds=[] if alone else [(one.at, one.told) for one in deeds],
            techniques=[one.kind for one in seen],
            raid=wanted.raid,
            handle=wanted.handle,
            since=extent.first,
            until=extent.last,
            made_at=self.made_at,
            controller=self.controller,
        )

    def _write(self, matter: report.Matter, data: Path, folder: Path) -> None:
        _put(data / "checkpoint.txt", self.note)
        _put(data / "key.txt", f"{self.signer.key.hex()}\n")
        _put(data / "summary.json", _json(matter.plain))
        _put(data / "comparison.json", _json(matter.comparison))
        _put(data / "timeline.svg", picture.timeline(matter.figures))
        _put(data / "senders.csv", "\ufeff" + "".join(_senders(matter.figures)))
        _put(data / "timeline.csv", "\ufeff" + "".join(_bars(matter.figures)))
        setting = folder / "setting"
        setting.mkdir()
        shutil.copy(data / "timeline.svg", setting / "timeline.svg")
        lines, samples = _samples(data / "entries.jsonl")
        for language in LANGUAGES:
            (data / f"report.{language}.pdf").write_bytes(report.typeset(matter, setting, language))
            _put(data / f"sheet.{language}.txt", report.sheet(matter, lines, samples, language))
        _put(folder / "bag" / "verify.py", standalone.source())

    def _told(self, matter: report.Matter, extent: looks.Extent) -> list[str]:
        entries = ENGLISH.some("entries", extent.count)
        return [
            "Source-Organization: " + (self.controller.replace("\n", " ") or "-"),
            f"Bagging-Date: {iso_second(self.made_at)[:10]}",
            f"External-Description: rempart-dossier, {entries} of {matter.head.origin}",
            f"Bag-Software-Agent: Rempart, log key {self.signer.key.hex()}",
        ]


class Made(Noun):
    """What came of an export."""

    plain: Mapping[str, Any]
    digest: str
    """SHA-256 of the file."""
    altered: tuple[int, ...]
    """Places that had to be left out."""


def _senders(counted: figures.Figures) -> list[str]:
    head = (
        "rank",
        "sender",
        "channel",
        "address",
        "messages",
        "calls among them",
        "threats",
        "first (UTC)",
        "last (UTC)",
        "received, EUR",
    )
    rows = [csv_row(head)]
    for rank, (_, one) in enumerate(counted.ranked(), 1):
        span = iso_second(one.first), iso_second(one.last)
        cost = f"{one.inbound / 1_000_000:.4f}"
        rows.append(
            csv_row(
                (
                    rank,
                    one.handle,
                    one.channel,
                    one.address,
                    one.messages,
                    one.calls,
                    one.threats,
                    *span,
                    cost,
                )
            )
        )
    return rows


def _bars(counted: figures.Figures) -> list[str]:
    rows = [csv_row(("from (UTC)", "messages"))]
    for at, count in enumerate(counted.bars):
        rows.append(csv_row((iso_second(counted.begin + at * counted.step), count)))
    return rows


def _samples(entries: Path) -> tuple[list[str], list[str]]:
    """The numbers that were written to, and some messages to begin with."""
    lines: dict[str, None] = {}
    samples: list[str] = []
    with entries.open(encoding="utf-8") as written:
        for line in written:
            told = json.loads(line)
            kind = told["entry"]["kind"]
            if kind not in HEARD:
                continue
            plain = json.loads(told["plain"])
            lines[plain["line"]] = None
            if kind == "message" and len(samples) < 10:  # noqa: PLR2004 - enough to begin with
                when = iso_second(told["entry"]["received_at"])
                samples.append(f"{plain['provider_id']}  {when}  {plain['address']}")
    return list(lines)[:20], samples


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _put(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        out.write(text)
