"""A picture stands in the thread beside its words; what keeps it away keeps no words back."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bridge.card import Note, Picture
from bridge.model import HOUR
from bridge.noun import replace
from bridge.picture import png
from bridge.ports import Unreachable
from bridge.wording import LANGUAGES, Words
from channels.standins.faults import Fault
from tests.channels.slack_world import CARD, World, living, said

PICTURE = Picture(
    name="raid-1f2e3d4c.png",
    title="Copper Squall: its hours",
    bars=((0, 3, 2), (12, 1, 0), (40, 0, 3)),
    legend=("messages of the raid", "other messages", "replies that left"),
    ticks=("14:00", "", "", "15:00"),
)
NOTE = Note("over:1", "It is over: 40 messages.", picture=PICTURE)
AGAIN = replace(NOTE, key="over:2", text="It is over again.")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with living() as world:
        world.standin.limits.seconds_between_posts = 0
        yield world


async def thread(world: World, *notes: Note) -> list[dict[str, Any]]:
    """What stands in the card's thread after these notes."""
    where = await world.room.post(CARD)
    for note in notes:
        await world.room.note(where, note)
    (card,) = world.standin.messages()
    replies: list[dict[str, Any]] = card["replies"]
    return replies


async def test_the_words_stand_first_and_the_picture_below(world: World) -> None:
    words, shown = await thread(world, NOTE)
    assert words["text"] == "It is over: 40 messages."
    (file,) = shown["files"]
    assert file["title"] == "Copper Squall: its hours"
    content = world.standin.file(file["id"])
    assert content == png(PICTURE)
    assert Image.open(BytesIO(content)).size == (1600, 720)


async def test_without_the_scope_it_is_said_once_and_the_words_stand(world: World) -> None:
    world.standin.workspace.scopes -= {"files:write"}
    first, second = await thread(world, NOTE, AGAIN)
    assert said(first).endswith("the app lacks the scope files:write. Reinstall it from its manifest.")
    assert said(second) == "It is over again."


@pytest.mark.parametrize("fault", [Fault.ERROR_500_BEFORE, Fault.RATE_LIMITED, Fault.GARBLED_AFTER])
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_whatever_keeps_the_picture_away_the_words_are_said_once(
    world: World, method: str, fault: Fault
) -> None:
    world.standin.faults.next(fault, on=method)
    words, *_ = [one for one in await thread(world, NOTE) if one["text"]]
    assert said(words) == "It is over: 40 messages."


async def test_bytes_go_to_slack_alone(world: World) -> None:
    world.standin.workspace.files_url = "http://elsewhere.example/upload/"
    (words,) = await thread(world, NOTE)
    assert said(words) == "It is over: 40 messages."


async def test_words_that_were_refused_are_told_later(world: World) -> None:
    where = await world.room.post(CARD)
    world.standin.faults.next(Fault.RATE_LIMITED, on="chat.postMessage")
    with pytest.raises(Unreachable):
        await world.room.note(where, NOTE)
    (card,) = world.standin.messages()
    assert card["replies"] == []


PICTURES = {
    "nothing": replace(PICTURE, bars=(), ticks=("14:00",)),
    "one bar": replace(PICTURE, bars=((1, 1, 1),), ticks=("14:00", "15:00")),
    "silence": replace(PICTURE, bars=((0, 0, 0),) * 96, ticks=("14:00",) * 97),
    "16,000": replace(PICTURE, bars=((16_000, 1, 7),) * 96, ticks=("14:00",) * 97),
}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_any_hours_can_be_drawn(picture: Picture) -> None:
    drawn = png(picture)
    assert drawn.startswith(b"\x89PNG")
    assert png(picture) == drawn
    assert len(drawn) < 200_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_in_a_picture_has_only_letters_that_its_font_has(language: str) -> None:
    words = Words("fr" if language == "fr" else "en")
    written = [words(f"picture_{part}") for part in ("hostile", "other", "replies")]
    assert all(one.isascii() for one in [*written, words.time(HOUR).replace("\xa0", " ")])


def test_hours_are_drawn_without_a_box_between_number_and_unit() -> None:
    plain, kept = (replace(PICTURE, ticks=(f"2{space}h{space}00", "", "", "")) for space in (" ", "\xa0"))
    assert png(kept) == png(plain)
