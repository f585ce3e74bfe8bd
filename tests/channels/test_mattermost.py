"""What is Mattermost's own: what is safe there, being asked first, answers that come late, its settings."""

from collections.abc import AsyncIterator

import pytest

from bridge.card import Bundle, Button, Discovery, Note, Sample
from bridge.errors import Misconfigured
from bridge.model import DAY, SECOND
from bridge.noun import replace
from bridge.ports import Unreachable, Wiring
from channels.doors import Mattermost as Door
from channels.mattermost.drawing import quoted, safe
from channels.mattermost.mattermost import Mattermost, join
from channels.standins.faults import Fault
from channels.standins.mattermost import MattermostStandIn
from rempart.testing.journal import Journal
from tests.channels.room_worlds import (
    InMattermost,
    as_json,
    attachments,
    in_mattermost,
    other,
    posted,
    text_of,
)
from tests.channels.slack_world import CARD, HOSTILE_TEXTS, TestHost, system_clock, until
from tests.support.walls import answering

ENVIRONMENT = {
    "MATTERMOST_URL": "https://chat.example.org",
    "MATTERMOST_TOKEN": "t" * 26,
    "MATTERMOST_CHANNEL": "c" * 26,
    "MATTERMOST_COMMAND_TOKEN": "k" * 26,
}
PUBLIC = "https://bridge.example.org"


@pytest.fixture
async def world() -> AsyncIterator[InMattermost]:
    async with in_mattermost() as world:
        yield world


def connected(public_url: str | None = PUBLIC, **changed: str) -> Mattermost | None:
    wiring = Wiring(Journal().append, system_clock, public_url, TestHost())
    environment = {name: value for name, value in {**ENVIRONMENT, **changed}.items() if value}
    found = Door.connect(environment, wiring)
    assert found is None or isinstance(found, Mattermost)
    return found


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_nothing_that_anybody_wrote_means_anything(text: str) -> None:
    for drawn in (safe(text), quoted(text).removeprefix("```\n").removesuffix("\n```")):
        assert "\n" not in drawn
        assert "```" not in drawn
    assert "@" not in safe(text)
    assert "://" not in safe(text)
    assert "<" not in safe(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _x_ ~y~ `code` # > |", r"\*bold\* \_x\_ \~y\~ \`code\` \# \> \|"),
        ("@channel @here @ada", "＠channel ＠here ＠ada"),
        ("[a](https://evil.example)", r"\[a\](https:／／evil.example)"),
        ("120 messages from 40 senders.", "120 messages from 40 senders."),
    ],
)
def test_markup_mentions_and_links_are_shown_as_they_were_written(text: str, shown: str) -> None:
    assert safe(text) == shown


async def test_what_a_button_carries_is_shown_to_no_client(world: InMattermost) -> None:
    await posted(world)
    (message,) = world.standin.messages()
    assert "integration" not in as_json(message)
    code = world.standin.carried(message["id"], "a0")["code"]
    assert len(code) == 64
    assert code not in as_json(message)


async def test_a_wide_act_says_how_wide_and_is_done_at_the_second_press(world: InMattermost) -> None:
    await posted(world)
    post = world.standin.messages()[0]["id"]
    action = world.action(post, "mute_all")
    await world.standin.press(world.member, post, action)
    asked = text_of(world.standin.ephemerals(world.member)[-1])
    assert ("Mute all 40?" in asked, "For 24 h." in asked, world.host.acts) == (True, True, [])
    await world.standin.press(world.guest, post, action)  # what somebody else was asked makes nobody sure
    assert world.host.acts == []
    await world.standin.press(world.member, post, action)
    assert [act.actor for act in world.host.acts] == [world.member]
    await world.standin.press(world.member, post, action)  # and is asked anew
    assert len(world.host.acts) == 1


async def test_an_answer_that_takes_long_comes_to_the_one_alone(world: InMattermost) -> None:
    desk = world.room._opened().desk
    assert desk is not None
    desk.patience_seconds = 0.05
    world.host.deciding.clear()
    await posted(world)
    await world.press(world.member, "mute")
    await world.command(world.member, "shield")
    told = [text_of(one) for one in world.standin.ephemerals(world.member)]
    assert [("longer than usual" in one) for one in told] == [True, True]
    world.host.deciding.set()
    await until(lambda: world.standin.direct_messages(world.member) == ["Done: mute."], "it was told")
    await until(lambda: len(world.standin.ephemerals(world.member)) == 3, "the command was answered")
    assert text_of(world.standin.ephemerals(world.member)[-1]) == "Done: shield."


async def test_what_was_found_can_be_acted_on_where_it_is_shown(world: InMattermost) -> None:
    world.host.discovery = Discovery(
        ("12 messages from 9 senders.",), (Button("mute_found", "Mute 9", f"{'5' * 32}.0", "danger"),)
    )
    await world.command(world.member, 'find "violette" since 7d')
    shown = world.standin.ephemerals(world.member)[-1]
    assert "12 messages from 9 senders." in text_of(shown)
    (drawn,) = attachments(shown)
    await world.standin.press(world.member, shown["id"], drawn["actions"][0]["id"])
    assert [act.verb for act in world.host.acts] == ["find", "mute_found"]


async def test_texts_come_with_what_to_type_about_those_who_wrote_them(world: InMattermost) -> None:
    mute = Button("mute", "Mute 24 h", "brave-heron-42")
    sample = Sample("brave-heron-42", "``` @here\n# boo", 1_790_000_000 * SECOND, buttons=(mute,))
    world.host.texts = [sample]
    world.host.bundles = [Bundle("3 people", (Button("answer", "Answer", "3f2a91c0.17"),), sample)]
    card = replace(CARD, buttons=(*CARD.buttons, Button("doubtful", "Doubtful", "")))
    await posted(world, card)
    await world.press(world.member, "samples")
    shown = text_of(world.standin.ephemerals(world.member)[-1])
    assert "`/rempart mute brave-heron-42`" in shown
    assert shown.count("```") == 2
    await world.press(world.member, "doubtful")
    assert "`/rempart answer 3f2a91c0.17`" in text_of(world.standin.ephemerals(world.member)[-1])


async def test_whoever_is_woken_is_mentioned_by_the_servers_own_name(world: InMattermost) -> None:
    where = await posted(world)
    await world.room.note(where, Note("raid", "A raid @all", (world.member, "here", "U0SLACK")))
    (reply,) = world.standin.messages()[0]["replies"]
    assert reply["message"] == "@ada @here A raid ＠all"


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE_BEFORE, Fault.HANG_BEFORE, Fault.RATE_LIMITED])
async def test_a_call_waits_until_the_server_says_whom_it_wakes(world: InMattermost, fault: Fault) -> None:
    where = await posted(world)
    world.hurry()
    assert world.room._parts is not None
    world.room._parts.members.patience_seconds = 0.3
    world.standin.faults.next(*[fault] * 20, on="users")
    with pytest.raises(Unreachable) as silent:
        await world.room.note(where, Note("raid", "A raid", (world.member,)))
    assert not silent.value.in_doubt  # else it would never be said
    assert world.standin.messages()[0]["replies"] == []


async def test_whom_the_server_does_not_know_keeps_nobody_else_from_being_woken(world: InMattermost) -> None:
    where = await posted(world)
    await world.room.note(where, Note("raid", "A raid", ("x" * 26, world.member)))
    (reply,) = world.standin.messages()[0]["replies"]
    assert reply["message"] == "@ada A raid"


async def test_whose_account_was_switched_off_is_no_member(world: InMattermost) -> None:
    world.standin.server.gone.add(world.member)
    await world.command(world.member, "shield")
    assert [act.member for act in world.host.acts] == [False]


async def test_the_room_remembers_what_it_was_given(world: InMattermost) -> None:
    """After a call of which nobody knows what became, and after a kill."""
    where = await posted(world)
    other = replace(CARD, key="raid:2")
    assert await world.room.recall(CARD) == where
    assert await world.room.recall(other) is None
    await world.room.note(where, Note("raid", "A raid"))
    assert await world.room.recall(CARD) == where
    ((_, post),) = [(one.root, one) for one in world.standin.server.posts.values() if not one.root]
    post.author = world.member  # whoever else writes our mark is not believed
    assert await world.room.recall(CARD) is None
    world.delete()
    assert await world.room.recall(CARD) is None


async def test_a_card_is_edited_also_where_the_admin_lets_words_be_edited_for_a_while_only(
    world: InMattermost,
) -> None:
    where = await posted(world)
    world.standin.server.words_stay = True
    assert await world.room.edit(where, other(CARD, "Raid 1 is over"))
    assert "Raid 1 is over" in world.shown()[0]


async def test_a_card_that_may_not_be_edited_and_stands_is_not_gone(world: InMattermost) -> None:
    """The server answers alike for what was deleted, so it is asked whether it stands."""
    where = await posted(world)
    world.standin.server.locked.add(where.partition(":")[2])
    with pytest.raises(Unreachable, match="forbidden"):
        await world.room.edit(where, CARD)


@pytest.mark.parametrize("status", [403, 404])
async def test_a_wall_in_between_does_not_tell_that_a_card_is_gone(world: InMattermost, status: int) -> None:
    where = await posted(world)
    async with answering(status, "<h1>It works!</h1>") as url:
        settings = replace(world.room.settings, url=url)
        room = Mattermost(settings, Wiring(Journal().append, system_clock, PUBLIC))
        await room.open()
        with pytest.raises(Unreachable, match=f"http_{status}"):
            await room.edit(where, CARD)
        await room.close()


async def test_the_doctor_looks_at_the_bot(world: InMattermost) -> None:
    assert [str(one.state) for one in await world.room.examine()] == ["fine"] * 3
    world.standin.server.inside.discard(world.standin.server.bot)
    room = Mattermost(world.room.settings, Wiring(Journal().append, system_clock, PUBLIC))
    await room.open()
    told = [one.told.code for one in await room.examine()]
    world.standin.server.token = "another"
    refused = [one.told.code for one in await room.examine()]
    await room.close()
    assert "mattermost_channel_absent" in told
    assert refused == ["mattermost_refuses"]


WRONG = [
    ({"MATTERMOST_TOKEN": ""}, "MATTERMOST_TOKEN"),
    ({"MATTERMOST_COMMAND_TOKEN": ""}, "MATTERMOST_COMMAND_TOKEN"),
    ({"MATTERMOST_CHANNEL": "feed"}, "MATTERMOST_CHANNEL"),
    ({"MATTERMOST_URL": "chat.example.org"}, "MATTERMOST_URL"),
    ({"MATTERMOST_TOKEN": "two words"}, "MATTERMOST_TOKEN"),
]


@pytest.mark.parametrize(("changed", "name"), WRONG, ids=repr)
def test_what_is_half_set_or_malformed_is_named_and_never_repeated(
    changed: dict[str, str], name: str
) -> None:
    with pytest.raises(Misconfigured, match=name) as wrong:
        connected(**changed)
    assert "two words" not in str(wrong.value)


def test_it_is_off_without_credentials_and_needs_to_be_reached() -> None:
    assert connected(**dict.fromkeys(ENVIRONMENT, "")) is None
    with pytest.raises(Misconfigured, match="REMPART_PUBLIC_URL"):
        connected(None)


def test_two_lines_have_channels_of_their_own() -> None:
    first, second = connected(), connected(MATTERMOST_CHANNEL="d" * 26)
    assert first is not None
    assert second is not None
    join({"paris": first, "lyon": second})
    assert (first.hooks.others, second.hooks.others) == ({"d" * 26}, {"c" * 26})
    with pytest.raises(Misconfigured, match="lyon"):
        join({"paris": first, "lyon": first})


async def test_a_standin_refuses_what_the_server_would() -> None:
    standin = MattermostStandIn()
    assert standin.server.token not in repr(standin.messages())
    with pytest.raises(LookupError):
        standin._only_for(standin.member, "nothing")


FIND = replace(CARD, buttons=(Button("find", "Find", ""),))


async def test_a_window_asks_what_to_look_for_and_what_is_found_comes_to_its_reader_alone(
    world: InMattermost,
) -> None:
    mute = Button("mute_found", "Mute 9", f"{'5' * 32}.0.24h")
    world.host.discovery = Discovery(("12 messages from 9 senders.",), (mute,))
    await posted(world, FIND)
    await world.press(world.member, "find")
    window = world.standin.windows[world.member]
    assert window["dialog"]["title"] == "Find"
    assert await world.standin.submit(world.member, '"violette" since 7d') == {"status": 200}
    (act,) = world.host.acts
    assert (act.verb, act.target, act.length, act.actor) == ("find", "violette", 7 * DAY, world.member)
    await until(lambda: bool(world.standin.direct_messages(world.member)), "what was found was told")
    assert "12 messages from 9 senders." in world.standin.direct_messages(world.member)[0]
    assert not world.standin.ephemerals(world.member)
    assert world.shown() == [text_of(world.standin.messages()[0])]


async def test_what_is_refused_stands_in_the_window_and_the_window_comes_by_command_too(
    world: InMattermost,
) -> None:
    await world.command(world.stranger, "find")
    told = await world.standin.submit(world.stranger, "violette")
    assert told == {"status": 200, "error": "Only members see texts."}
    assert world.stranger in world.standin.windows


@pytest.mark.parametrize("changed", [{"user_id": "z" * 26}, {"state": "9999999999.0"}, {"state": ""}])
async def test_nobody_else_writes_into_a_window(world: InMattermost, changed: dict[str, str]) -> None:
    await world.command(world.member, "find")
    assert (await world.standin.submit(world.member, "violette", **changed))["status"] == 403
    assert world.host.acts == []


async def test_where_no_window_can_be_opened_it_is_told_what_to_type(world: InMattermost) -> None:
    world.standin.faults.next(Fault.UNAVAILABLE_BEFORE, on="actions")
    await world.command(world.member, "find")
    assert "/rempart find" in await world.told(world.member)


async def test_without_a_word_the_command_is_the_home_page_with_its_buttons(world: InMattermost) -> None:
    world.host.link = "https://bridge.example.org/status?key=1"
    await world.command(world.member, "")
    (page,) = world.standin.ephemerals(world.member)
    drawn = attachments(page)
    assert world.host.link in page["message"]
    assert [one["name"] for one in drawn[0]["actions"]] == ["Pause SMS"]
    assert "brave-heron-42" in as_json(page)
    (undo,) = [one["id"] for part in drawn for one in part.get("actions", []) if one["name"] == "Unmute"]
    await world.standin.press(world.member, page["id"], undo)
    assert [act.verb for act in world.host.acts] == ["unmute"]
    await world.command(world.stranger, "")
    (theirs,) = world.standin.ephemerals(world.stranger)
    assert "brave-heron-42" not in as_json(theirs)
    assert world.host.link not in theirs["message"]
