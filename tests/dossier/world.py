"""A raid with its hostile texts, in a database; and what is exported of it."""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

from sqlalchemy import select

from bridge.dossier.comparing import Ask
from bridge.dossier.exporting import Exporter, Made, Wanted
from bridge.evidence.signing import Signer
from bridge.model import MINUTE, SECOND, Call, Message, Micros, Original
from bridge.noun import replace
from bridge.store.books import pins
from bridge.store.books.journal import Arrival
from bridge.store.engine.store import Store
from bridge.store.engine.tables import raids
from channels.twilio.form import decode
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, message
from tests.support.raiding import PASTE, number

TOKEN = "an-auth-token-of-the-account"
URL = "https://bridge.example.org/twilio/sms"

HOSTILE = (
    "je vais te retrouver et te tuer",
    '#import "x": *\n= Titre $ x^2 $ @ref <label> \\ ',
    '=HYPERLINK("http://x";"clic")',
    "+33 1 | cmd",
    "\u202eabc\u202c مرحبا שלום 日本語 \U0001f600\U0001f468\u200d\U0001f469",
    "NUL \0 et \x1b[31m et \ud800 et \r\n deux lignes",
    "x" * 1600,
    "",
    "<!channel> <@U0ADMIN> `code` ${name} {name} {{name}} %s",
)


def original(body: Mapping[str, str], token: str = TOKEN) -> Original:
    """A request as Twilio signs it."""
    told = URL + "".join(name + value for name, value in sorted(body.items()))
    signed = b64encode(hmac.digest(token.encode(), told.encode("utf-8", "surrogatepass"), "sha1")).decode()
    form = urlencode(body, encoding="utf-8", errors="surrogatepass").encode()
    return Original(URL, form, signed, "HMAC_SHA1")


def signed(text: str, sender: int, id_: str, at: Micros, token: str = TOKEN) -> Message:
    """A message with the request that told it."""
    plain = message(text, address=number(sender), id_=id_, at=at)
    body = {"MessageSid": id_, "From": number(sender), "To": plain.line, "Body": text}
    return replace(plain, original=original(body, token))


class World:
    """A bridge on which a raid came down, with pins before, amid and after it."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, TestClock()
        self.bridge = Bridge(store, self.clock)
        self.signer = Signer(keys().evidence)

    async def pin(self) -> pins.Pin:
        """The head as it is now."""
        now = self.clock()
        made = await self.store.transact(lambda found: pins.pin(found, self.signer, "asked", now))
        assert made is not None
        return made

    async def say(self, *texts: str, sender: int = 1, name: str = "") -> None:
        """Somebody writes, a second each."""
        await self.hear(*((sender, text, f"SM{name or 'x'}{sender}x{n}") for n, text in enumerate(texts)))

    async def hear(self, *written: tuple[int, str, str]) -> None:
        """Sender, text and id of what comes, a second each, and is decided together."""
        arrivals = []
        for sender, text, id_ in written:
            self.clock.pass_(SECOND)
            now = self.clock()
            arrivals.append(Arrival(signed(text, sender, id_, now), now))
        await self.bridge.hear(arrivals)
        await self.bridge.fold()

    async def raid(self) -> str:
        """Bystanders, hostile texts, and a paste that a dozen people send; returns the raid's id."""
        await self.say("bonjour, c'est Paul", "tu es la ?", sender=900)
        await self.pin()
        self.clock.pass_(5 * MINUTE)
        await self.hear(*((sender, PASTE, f"SMx{sender}x0") for sender in range(20, 34)))
        await self.hear(*((20 + n, text, f"SMh{20 + n}x0") for n, text in enumerate(HOSTILE)))
        await self.pin()
        return str(await self.store.read(lambda found: found.scalar(select(raids.c.id))))

    async def export(self, wanted: Wanted, file: Path, logs: Mapping[str, Ask] | None = None) -> Made:
        """A dossier."""
        pinned = await self.pin()
        return await self.exporter(pinned.note, logs=logs).export(wanted, file)

    def exporter(self, note: str, **more: Any) -> Exporter:
        """What makes one against a signed head."""
        return Exporter(
            store=self.store,
            journal=self.bridge.journal,
            signer=self.signer,
            note=note,
            made_at=self.clock(),
            attest={"sms": lambda one: one.signature == original_of(one)},
            **more,
        )


def original_of(one: Original) -> str:
    """The signature that a genuine request bears."""
    fields = decode(Call("POST", "", "", {}, one.body))
    told = one.url + "".join(name + value for name, value in sorted(fields or []))
    return b64encode(hmac.digest(TOKEN.encode(), told.encode(), "sha1")).decode()


def files(file: Path) -> dict[str, bytes]:
    """What a dossier holds, by the name within it."""
    with ZipFile(file) as opened:
        return {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}


def lines(content: bytes) -> list[Any]:
    """The lines of a file of JSON lines."""
    return [json.loads(line) for line in content.splitlines()]
