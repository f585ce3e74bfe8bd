"""Teaching and taking it back from the machine, on a running service and on none."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import system_clock
from bridge.model import Act
from bridge.raid.copies import SENDERS as COPIES
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.service.test_command import CREDENTIALS, command, environment, refused, served
from tests.support.clock import TestClock
from tests.support.events import MAN, Bridge, message
from tests.support.house import SLOW, House, opened


async def heard(database_url: str) -> None:
    """Somebody wrote, and it was decided."""
    store = Store(database_url)
    await migrate(store)
    bridge = Bridge(store, TestClock(system_clock()))
    await bridge.tell(message("ferme ta gueule, sale conne", at=bridge.clock()))
    await bridge.fold()
    await store.close()


@pytest.mark.parametrize("alive", [True, False])
def test_texts_are_taught_listed_and_untaught(tmp_path: Path, *, alive: bool) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    asyncio.run(heard(env["REMPART_DATABASE_URL"]))

    def listed() -> list[dict[str, Any]]:
        told = json.loads(command("lessons", "--json", env=env, cwd=tmp_path).stdout)
        assert isinstance(told, list)
        return told

    def all_verbs() -> None:
        assert listed() == []
        taught = command("teach", "ordinary", MAN, "--reason", "a bet", env=env, cwd=tmp_path)
        assert (taught.returncode, taught.stderr) == (0, "")
        (one,) = listed()
        assert (one["label"], one["texts"], one["by"], one["reason"]) == ("ordinary", 1, "operator", "a bet")
        assert (one["undone_by"], one["undone_at"]) == (None, None)
        assert one["lesson"] in taught.stdout
        assert one["about"] in taught.stdout
        assert MAN[3:] not in taught.stdout + json.dumps(one)
        assert command("teach", "--undo", one["lesson"], env=env, cwd=tmp_path).returncode == 0
        (undone,) = listed()
        assert (undone["undone_by"], undone["undone_at"][-1]) == ("operator", "Z")
        assert one["about"] in command("lessons", env=env | {"COLUMNS": "200"}, cwd=tmp_path).stdout
        french = env | {"COLUMNS": "200", "LC_ALL": "fr_FR.UTF-8"}
        told = command("lessons", env=french, cwd=tmp_path).stdout
        assert ("ordinaires" in told, told.count("l'exploitant"), "operator" in told) == (True, 2, False)

    with served(env, tmp_path, alive=alive):
        all_verbs()


async def test_the_raids_card_offers_what_makes_sense_and_a_touch_does_it(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path, SLOW) as house:
        for n in range(COPIES):
            await house.provider.text(f"+336{10 + n}345678", "Tout le monde écrit la même chose ici")
        await house.folded()
        assert await touch(house, "teach_ordinary") == await touch(house, "teach_abusive") == ""
        await touch(house, "mute_all")
        assert "Taught as abusive: 4 texts" in await touch(house, "teach_abusive")
        assert "is undone" in await touch(house, "unteach")
        await touch(house, "false_alarm")
        assert "Taught as ordinary: 4 texts" in await touch(house, "teach_ordinary")
        assert await touch(house, "teach_ordinary") == ""
        assert "is undone" in await touch(house, "unteach")
        told = [note.text for card in await house.service.board.cards() for note in card.notes]
        assert sum("Taught as" in text for text in told) == 2


async def touch(house: House, verb: str) -> str:
    """Touches that button of the raid's card, and tells what came of it; nothing where there is none."""
    card, *_ = await house.service.board.cards()
    for button in card.buttons:
        if button.verb == verb:
            key = f"{verb} {button.target}"
            return await house.service.host.act(
                Act("slack", key, "U0ANYONE", verb, button.target, system_clock(), member=True)
            )
    return ""


WRONG = [
    (("teach", "ordinary", "brave-heron-42"), 1, "nobody is known"),
    (("teach", "abusive", "1f2e3d4c"), 1, "no raid has that id"),
    (("teach", "rude", "brave-heron-42"), 2, "ordinary or abusive"),
    (("teach", "ordinary"), 2, "a raid's id or a sender"),
    (("teach",), 2, "--undo and a lesson"),
    (("teach", "ordinary", "brave-heron-42", "--undo", "1f2e3d4c"), 2, "ordinary or abusive"),
    (("teach", "--undo", "1f2e3d4c"), 1, "no such lesson"),
]


@pytest.mark.parametrize(("words", "status", "why"), WRONG)
def test_what_cannot_be_taught_is_told_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], status: int, why: str
) -> None:
    refused(words, status, why, tmp_path)
