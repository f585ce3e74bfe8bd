"""What this team tells others of its raids, and they of theirs: drawn up from the journal, and listed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import iso
from bridge.errors import Misconfigured
from bridge.evidence.signing import Signer
from bridge.model import Micros, Raid
from bridge.noun import Noun
from bridge.raid.fingerprint import SALT, fingerprint
from bridge.raid.tidings import GOOD_FOR, Tidings, fit_name, most
from bridge.store.books import campaigns
from bridge.store.books.campaigns import Listed
from bridge.store.books.journal import Journal
from bridge.store.looks import raids

_MOST_NAMED = 10
"""Raids that are named to somebody who named none."""


async def raid_meant(connection: AsyncConnection, written: str) -> Raid:
    """The raid that somebody calls by its id or its name. Raises `Misconfigured`."""
    found = await raids.called(connection, written)
    if len(found) == 1:
        return found[0]
    known = found or await raids.recent(connection, _MOST_NAMED)
    if not known:
        raise Misconfigured("There has been no raid yet, and so there is nothing to tell of one.")
    named = ", ".join(one.id for one in known[:_MOST_NAMED])
    raise Misconfigured(f"Write the id of one raid: {named}.")


class Teller(Noun):
    """The team that tells."""

    signer: Signer
    name: str
    """What it calls itself; empty where it calls itself nothing."""


async def tidings_of(
    connection: AsyncConnection, journal: Journal, teller: Teller, raid: Raid, now: Micros
) -> Tidings:
    """What is told of a raid, signed. Raises `Misconfigured` where nothing can be."""
    if raid.ended_at is not None:
        raise Misconfigured(f"Raid {raid.id} was called a false alarm: nothing of it is told to anybody.")
    salt = teller.signer.salt(f"campaign:{raid.id}", SALT)
    pasted = await campaigns.pastes(connection, journal, salt, raid.id)
    prints = most(fingerprint(one.letters, salt) for one in pasted)
    if not prints:
        raise Misconfigured(
            f"Nothing of raid {raid.id} can be told: it pasted no text of 24 letters or more that nobody "
            "would write alone, or what it pasted was erased since."
        )
    told = Tidings(fit_name(teller.name), raid.id, raid.opened_at, now, now + GOOD_FOR, salt, prints)
    return told.signed(teller.signer)


def described(told: Tidings) -> Mapping[str, Any]:
    """What stands in a file, for people and programs."""
    return {
        "campaign": told.name,
        "teller": told.called,
        "key": told.key.hex(),
        "raid": told.raid,
        "seen_at": iso(told.opened_at),
        "made_at": iso(told.made_at),
        "good_until": iso(told.until),
        "pastes": len(told.pastes),
    }


def entry(one: Listed) -> Mapping[str, Any]:
    """How it is listed."""
    counts = {"imported_at": iso(one.since), "until": iso(one.until), "by": one.by}
    return {**described(one.tidings), **counts}
