"""Photos and files of a dossier, fetched because somebody said so: kept as bytes, with hash and type.

They are hostile: nothing here looks into them, draws them, or believes what they are called. Each lies in a
file whose name tells the place of its message in the log, and `media.jsonl` tells what came of each.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.evidence.canonical import canonical
from bridge.model import Message
from bridge.ports import Content, Unreachable

MOST = 1_000
"""Photos and files of one dossier that are fetched; the others can be had by one of a shorter time."""

Fetch = Callable[[str], Awaitable[Content]]
"""What lies where a message says that its photo does. Raises `Unreachable`."""


@dataclass(slots=True)
class Media:
    """What of a dossier's messages is no text, by place and number."""

    wanted: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    """Place, number, channel, type as it was told, and where it lies."""
    told: dict[str, int] = field(default_factory=lambda: {"known": 0, "fetched": 0, "failed": 0})

    def note(self, place: int, message: Message) -> None:
        """A message that is exported."""
        self.told["known"] += len(message.media)
        for number, (kind, where) in enumerate(message.media, 1):
            self.wanted.append((place, number, message.channel, kind, where))

    async def fetch(self, folder: Path, fetching: Mapping[str, Fetch]) -> None:
        """Fetches one after the other; what cannot be had is told, and holds up nothing."""
        if not self.wanted:
            return
        (folder / "media").mkdir()
        with (folder / "media.jsonl").open("w", encoding="utf-8", newline="") as out:
            for place, number, channel, kind, where in self.wanted:
                row = {"channel": channel, "number": number, "place": place, "type_told": kind}
                fetch = fetching.get(channel) if self.told["fetched"] + self.told["failed"] < MOST else None
                row |= await self._one(folder, f"media/{place}-{number}.bin", fetch, where)
                out.write(canonical(row).decode("ascii") + "\n")

    async def _one(self, folder: Path, name: str, fetch: Fetch | None, where: str) -> dict[str, Any]:
        if fetch is None:
            return {"error": "not_asked"}
        try:
            found = await fetch(where)
        except Unreachable as fault:
            self.told["failed"] += 1
            return {"error": str(fault)}
        (folder / name).write_bytes(found.data)
        self.told["fetched"] += 1
        digest = hashlib.sha256(found.data).hexdigest()
        return {"bytes": len(found.data), "file": name, "sha256": digest, "type_sent": found.kind}
