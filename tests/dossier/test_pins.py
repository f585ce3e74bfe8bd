"""Pins: every hour and at a raid's end, signed, and witnessed by whoever the operator named; nobody else."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Table, select

from bridge.dossier.checking import check
from bridge.dossier.exporting import Wanted
from bridge.errors import Misconfigured
from bridge.evidence.proofs import head_of, is_signed
from bridge.evidence.stamping import NoStamp, read_stamp
from bridge.loops.pinning import Pinning
from bridge.model import HOUR, MINUTE
from bridge.service.witnesses import Authority, Outside, witnesses
from bridge.settings import read_settings
from bridge.store.books import log
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, pins, stamps, tiles
from tests.dossier.world import World, files, lines
from tests.support.authority import Authority as StandIn
from tests.support.authority import running


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def pinning(world: World, *named: Authority | Outside) -> Pinning:
    return Pinning(world.store, world.signer, world.clock, named)


async def rows(world: World, table: Table) -> list[Any]:
    return list(await world.store.read(lambda one: one.execute(select(table))))


async def test_the_log_is_pinned_every_hour_in_which_it_grew_and_when_a_raid_is_over(world: World) -> None:
    loop = pinning(world)
    await loop.turn()
    assert await rows(world, pins) == []
    await world.say("bonjour", sender=1)
    for _ in range(3):
        await loop.turn()
    assert [(one.size, one.why) for one in await rows(world, pins)] == [(1, "hour")]
    world.clock.pass_(2 * HOUR)
    await loop.turn()
    assert len(await rows(world, pins)) == 1
    await world.raid()
    world.clock.pass_(5 * MINUTE)
    await loop.turn()
    before = len(await rows(world, pins))
    await world.say("et encore", sender=2, name="after")
    world.clock.pass_(35 * MINUTE)
    await loop.turn()
    found = await rows(world, pins)
    assert (len(found), found[-1].why) == (before + 1, "raid")
    assert all(is_signed(one.note, world.signer.key) for one in found)
    head = head_of(found[-1].note)
    assert head is not None
    assert (head.size, head.root) == (found[-1].size, found[-1].root)


async def test_an_older_log_is_caught_up_with_in_slices_and_comes_to_the_same(world: World) -> None:
    await world.raid()
    whole = (await world.pin()).root
    await world.store.transact(lambda one: one.execute(tiles.delete()))
    world.bridge.folding.memory = None  # as after a restart
    assert await world.store.read(log.size) == 0
    await world.say("entre-temps", sender=3)
    assert await world.store.read(log.size) == 0
    while await world.store.transact(lambda one: log.catch_up(one, world.bridge.journal)):
        pass
    placed = [one for one in await rows(world, events) if one.place is not None]
    assert await world.store.read(log.size) == len(placed)
    assert (await world.pin()).root != whole


async def test_whoever_is_named_witnesses_and_a_failure_harms_nothing(world: World, tmp_path: Path) -> None:
    async with running() as (good, url), running() as (bad, other):
        bad.mood = "down"
        named = Authority(f"{other}/tsr"), Authority(f"{url}/tsr"), Outside(f"{url}/hook?token=secret")
        loop = pinning(world, *named)
        await world.say("bonjour", sender=1)
        await loop.turn()
        assert (good.asked, bad.asked, len(good.heard)) == (1, 1, 1)
        await loop.turn()
        assert bad.asked == 1, "whoever failed is left alone for a while"
        world.clock.pass_(HOUR)
        bad.mood = "well"
        await loop.turn()
        found = await rows(world, stamps)
        assert len(found) == 3
        assert not [one for one in found if "secret" in one.authority]
        assert is_signed(good.heard[0], world.signer.key)
    await world.export(Wanted(since=0, until=2**60), tmp_path / "d.zip")
    told = files(tmp_path / "d.zip")
    assert len([one for one in told if one.endswith(".tst")]) == 2
    status, said = check(tmp_path / "d.zip")
    assert status == 0
    assert [one for one in said if "Stand-in authority" in one]
    (first, *_) = lines(told["data/pins.jsonl"])
    token = told[f"data/{first['stamps'][0]['file']}"]
    with pytest.raises(NoStamp):
        read_stamp(token, b"something else")
    with pytest.raises(NoStamp):
        read_stamp(token[:-1] + bytes([token[-1] ^ 1]), first["note"].encode())


@pytest.mark.parametrize("mood", ["down", "odd", "refuses", "lies", "stale"])
async def test_an_authority_that_misbehaves_is_not_believed(world: World, mood: str) -> None:
    async with running() as (authority, url):
        authority.mood = mood
        await world.say("bonjour", sender=1)
        await pinning(world, Authority(f"{url}/tsr")).turn()
        assert authority.asked == 1
    assert await rows(world, stamps) == []
    assert len(await rows(world, pins)) == 1


@pytest.mark.parametrize("backwards", [False, True])
async def test_an_authority_may_send_its_chain_in_any_order(world: World, *, backwards: bool) -> None:
    """As `openssl ts` does."""
    async with running() as (authority, url):
        authority.further = [StandIn().certificate.public_bytes(Encoding.DER)]
        authority.backwards = backwards
        await world.say("bonjour", sender=1)
        await pinning(world, Authority(f"{url}/tsr")).turn()
    (stamp,), (pin,) = await rows(world, stamps), await rows(world, pins)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_stamp(stamp.token, pin.note.encode()).authority == "CN=Stand-in authority"


async def test_nobody_answering_harms_nothing(world: World) -> None:
    await world.say("bonjour", sender=1)
    await pinning(world, Authority("http://127.0.0.1:9/tsr")).turn()
    assert len(await rows(world, pins)) == 1


def test_nobody_is_dialled_who_was_not_named() -> None:
    assert list(witnesses(read_settings({}))) == []
    told = {
        "REMPART_TIMESTAMP_URLS": "https://a.example.org/tsr, https://b.example.org/tsr\nhttp://c.example.org",
        "REMPART_PIN_URL": "https://hooks.example.org/x?y=1",
    }
    assert [one.url for one in witnesses(read_settings(told))] == [
        "https://a.example.org/tsr",
        "https://b.example.org/tsr",
        "http://c.example.org",
        "https://hooks.example.org/x?y=1",
    ]


@pytest.mark.parametrize("name", ["REMPART_TIMESTAMP_URLS", "REMPART_PIN_URL"])
def test_an_address_that_is_none_is_refused_by_its_variables_name(name: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        read_settings({name: "not a url"})
