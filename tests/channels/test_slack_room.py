"""Posting, editing and speaking in threads: what stands in the channel, and what trouble at Slack becomes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bridge.card import Button, Note
from bridge.model import MINUTE, SECOND
from bridge.noun import replace
from bridge.ports import Introducing, Parting, Room, Unreachable
from channels.slack.api import SCOPES
from channels.standins.faults import Fault
from tests.channels.services import Canned
from tests.channels.slack_calls import JSON, slack
from tests.channels.slack_world import CARD, World, drawn_buttons, living, parts, said, system_clock

AT = 1551991428 * SECOND
NOTE = Note("count:100", "100 messages from 30 senders.")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with living() as world:
        world.standin.limits.seconds_between_posts = 0
        yield world


async def test_a_card_is_one_message_that_says_all_it_has_to_say(world: World) -> None:
    where = await world.room.post(CARD)
    (message,) = world.standin.messages()
    assert where == f"{message['channel']}:{message['ts']}"
    drawn = said(message)
    assert "Raid 1" in drawn
    assert "120 messages from 40 senders." in drawn
    assert "Spent\n€1.20" in drawn
    assert "Last hour\n \n▁▃▂█" in drawn
    assert "30 senders pasted one text: 100 messages." in drawn
    assert "as of 10:00" in drawn
    assert [button["text"]["text"] for button in drawn_buttons(message["blocks"])] == [
        "Mute all 40",
        "Mute 24 h: brave-heron-42",
        "Show texts",
        "Pause SMS",
    ]


async def test_a_wide_act_asks_first_and_says_how_wide(world: World) -> None:
    message = await world.posted()
    wide = drawn_buttons(message["blocks"])[0]
    assert wide["style"] == "danger"
    assert {name: text["text"] for name, text in wide["confirm"].items()} == {
        "title": "Mute all 40?",
        "text": "For 24 h.",
        "confirm": "Mute",
        "deny": "Cancel",
    }


async def test_a_notification_says_our_own_words_and_unfurls_nothing(world: World) -> None:
    await world.room.post(CARD)
    (_, arguments) = world.standin.calls[-1]
    assert arguments["text"] == "Raid 1\n120 messages from 40 senders."
    assert (arguments["unfurl_links"], arguments["unfurl_media"], arguments["mrkdwn"]) == (
        False,
        False,
        False,
    )
    assert (arguments["parse"], arguments["link_names"]) == ("none", False)


async def test_an_edit_changes_the_message_that_stands(world: World) -> None:
    where = await world.room.post(CARD)
    assert await world.room.edit(where, replace(CARD, title="Raid 1 is over"))
    (message,) = world.standin.messages()
    assert "Raid 1 is over" in said(message)
    assert message["edits"] == 1


async def test_a_note_stands_in_the_cards_thread(world: World) -> None:
    where = await world.room.post(CARD)
    await world.room.note(where, NOTE)
    (message,) = world.standin.messages()
    assert [said(reply) for reply in message["replies"]] == [NOTE.text]


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_message_that_cannot_be_edited_any_more_is_gone(world: World, error: str) -> None:
    where = await world.room.post(CARD)
    world.standin.faults.refused["chat.update"] = error
    assert await world.room.edit(where, CARD) is False


@pytest.mark.parametrize("where", ["", "C0OTHER:1.2", "nonsense"])
async def test_a_card_of_another_channel_is_gone(world: World, where: str) -> None:
    assert await world.room.edit(where, CARD) is False


async def test_a_note_to_a_thread_that_is_gone_is_past_telling(world: World) -> None:
    where = await world.room.post(CARD)
    world.standin.workspace.messages.clear()
    await world.room.note(where, NOTE)
    assert world.standin.messages() == []


FAULTS = [
    (Fault.HANG_BEFORE, "timeout", 0),
    (Fault.HANG_AFTER, "timeout", 1),
    (Fault.RESET_BEFORE, "disconnected", 0),
    (Fault.RESET_AFTER, "disconnected", 1),
    (Fault.ERROR_500_BEFORE, "http_500", 0),
    (Fault.ERROR_500_AFTER, "http_500", 1),
    (Fault.UNAVAILABLE_BEFORE, "http_503", 0),
    (Fault.GARBLED_AFTER, "unreadable", 1),
    (Fault.PLAIN_AFTER, "unreadable", 1),
    (Fault.EMPTY_AFTER, "unreadable", 1),
    (Fault.REDIRECTED_BEFORE, "redirected", 0),
    (Fault.RATE_LIMITED, "rate_limited", 0),
    (Fault.UNAUTHORIZED, "invalid_auth", 0),
]


@pytest.mark.parametrize(("fault", "code", "posted"), FAULTS, ids=[fault for fault, _, _ in FAULTS])
async def test_trouble_at_slack_becomes_a_short_code_and_never_a_second_call(
    world: World, fault: Fault, code: str, posted: int
) -> None:
    if code == "timeout":
        assert world.room._parts is not None
        world.room._parts.api.patience_for_posts = 0.5
    world.standin.faults.next(fault)
    with pytest.raises(Unreachable) as unreachable:
        await world.room.post(CARD)
    assert str(unreachable.value) == code
    assert world.counted("chat.postMessage") == 1
    assert len(world.standin.messages()) == posted


@pytest.mark.parametrize("method", ["post", "edit", "note"])
async def test_slack_is_heard_when_it_says_how_long_to_wait(world: World, method: str) -> None:
    where = await world.room.post(CARD)
    world.standin.faults.retry_after_seconds = 30
    world.standin.faults.next(Fault.RATE_LIMITED)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "post": lambda: world.room.post(CARD),
        "edit": lambda: world.room.edit(where, CARD),
        "note": lambda: world.room.note(where, NOTE),
    }
    with pytest.raises(Unreachable, match="rate_limited") as unreachable:
        await calls[method]()
    assert unreachable.value.retry_after == 30 * SECOND


async def test_a_second_post_within_a_second_is_told_to_wait(world: World) -> None:
    world.standin.limits.seconds_between_posts = 1
    await world.room.post(CARD)
    with pytest.raises(Unreachable, match="rate_limited") as unreachable:
        await world.room.post(CARD)
    assert unreachable.value.retry_after == SECOND


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel", "is_archived", "missing_scope"])
async def test_what_slack_refuses_keeps_its_name(world: World, error: str) -> None:
    world.standin.faults.refused["chat.postMessage"] = error
    with pytest.raises(Unreachable, match=error):
        await world.room.post(CARD)


async def test_nobody_at_the_other_end_is_unreachable(world: World) -> None:
    await world.standin.close()
    with pytest.raises(Unreachable, match="unreachable"):
        await world.room.post(CARD)


async def test_blocks_that_slack_will_not_have_give_way_to_plain_lines(world: World) -> None:
    world.standin.faults.next(Fault.INVALID_BLOCKS)
    await world.room.post(CARD)
    (message,) = world.standin.messages()
    assert {part["type"] for part in parts(message["blocks"])} == {"section", "plain_text"}
    assert all(text in said(message) for text in ("Raid 1", "Spent: €1.20", "30 senders pasted one text"))


async def test_a_drawing_that_was_refused_is_not_tried_again(world: World) -> None:
    world.standin.faults.next(Fault.INVALID_BLOCKS)
    where = await world.room.post(CARD)
    assert await world.room.edit(where, CARD)
    assert [name for name, _ in world.standin.calls] == [
        "chat.postMessage",
        "chat.postMessage",
        "chat.update",
    ]
    assert drawn_buttons(world.standin.messages()[0]["blocks"]) == []


async def test_a_new_drawing_gets_its_chance(world: World) -> None:
    world.standin.faults.next(Fault.INVALID_BLOCKS)
    where = await world.room.post(CARD)
    await world.room.edit(where, replace(CARD, title="Raid 2"))
    assert drawn_buttons(world.standin.messages()[0]["blocks"])


async def test_even_plain_lines_may_be_refused(world: World) -> None:
    world.standin.faults.refused["chat.postMessage"] = "invalid_blocks"
    with pytest.raises(Unreachable, match="invalid_blocks"):
        await world.room.post(CARD)
    assert world.counted("chat.postMessage") == 2


CALL = Note("page:1", "Raid 1: look <!channel> at it.", ("U0ONE", "S0GONE"), CARD.buttons[:1])


@pytest.mark.parametrize("refusals", range(3))
async def test_whoever_is_called_is_called_however_little_of_the_drawing_slack_will_have(
    world: World, refusals: int
) -> None:
    """Slack refuses all of a message over one mention of a group that is no more."""
    where = await world.room.post(CARD)
    world.standin.faults.next(*[Fault.INVALID_BLOCKS] * refusals)
    await world.room.note(where, CALL)
    (reply,) = world.standin.messages()[0]["replies"]
    assert reply["mentions"] == ["U0ONE", "S0GONE"]
    assert "Raid 1: look &lt;!channel&gt; at it." in reply["text"]
    assert len(drawn_buttons(reply["blocks"])) == (1 if refusals < 2 else 0)


@pytest.mark.parametrize("refusals", range(3))
async def test_last_words_are_left_however_little_of_their_drawing_slack_will_have(
    world: World, refusals: int
) -> None:
    world.standin.faults.next(*[Fault.INVALID_BLOCKS] * refusals, on="chat.scheduleMessage")
    parting = await world.room.leave(CALL, system_clock() + 5 * MINUTE)
    assert await world.room.left() == [parting]


async def test_what_slack_would_not_have_is_not_offered_to_it_again(world: World) -> None:
    world.standin.faults.next(Fault.INVALID_BLOCKS, on="chat.scheduleMessage")
    for _ in range(3):
        await world.room.leave(CALL, system_clock() + 5 * MINUTE)
    assert world.counted("chat.scheduleMessage") == 4


async def test_a_note_that_slack_will_not_have_for_another_reason_is_not_said_again(world: World) -> None:
    where = await world.room.post(CARD)
    world.standin.faults.refused["chat.postMessage"] = "is_archived"
    with pytest.raises(Unreachable, match="is_archived"):
        await world.room.note(where, CALL)
    assert world.counted("chat.postMessage") == 2


def answered(body: bytes) -> bytes:
    """A whole HTTP answer."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head + body


@pytest.mark.parametrize(
    "answer",
    [
        answered(b"null"),
        answered(b"[]"),
        answered(b'{"ok":true}'),
        answered(b'{"ok":true,"ts":[1,2]}'),
        answered(b'{"ok":false,"error":"<!channel> hello"}'),
        answered(b'{"ok":false,"error":["ratelimited"]}'),
        answered(b"\xff\xfe\xfd"),
        b"not HTTP at all",
        b"",
    ],
    ids=range(9),
)
async def test_an_answer_that_makes_no_sense_is_trouble_like_any_other(answer: bytes) -> None:
    async with Canned(answer).serving() as canned:
        room = slack(SLACK_API_URL=canned.url)
        await room.open()
        with pytest.raises(Unreachable) as unreachable:
            await room.post(CARD)
        assert str(unreachable.value) in {"unreadable", "disconnected"}
        await room.close()


BUSY = {
    "as documented": ("429 Too Many Requests", JSON, b'{"ok":false,"error":"ratelimited"}', "30"),
    "of no type": ("429 Too Many Requests", "", b"", "30"),
    "as a text": ("429 Too Many Requests", "text/plain", b"rate_limited", "30"),
    "as a page": ("429 Too Many Requests", "text/html", b"<html>", "30"),
    "broken": ("429 Too Many Requests", JSON, b"rate_limited", "30"),
    "empty": ("429 Too Many Requests", JSON, b"", "30"),
    "by a word alone": ("200 OK", JSON, b'{"ok":false,"error":"rate_limited"}', "30"),
    "until nobody says when": ("429 Too Many Requests", JSON, b"slow down", ""),
}


@pytest.mark.parametrize(("status", "kind", "body", "wait"), BUSY.values(), ids=BUSY)
async def test_whoever_asks_for_patience_is_heard_in_whatever_form_and_has_posted_nothing(
    status: str, kind: str, body: bytes, wait: str
) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"retry-after: {wait}"] if wait else []
    async with Canned("\r\n".join([*lines, "", ""]).encode() + body).serving() as canned:
        room = slack(SLACK_API_URL=canned.url)
        await room.open()
        with pytest.raises(Unreachable, match="rate_limited") as unreachable:
            await room.post(CARD)
        await room.close()
    assert unreachable.value.in_doubt is False
    assert unreachable.value.retry_after == (30 * SECOND if wait else None)


WAITING = {
    "by its name": ({"id": "Q1298393284", "post_at": 1551991428}, Parting("Q1298393284", AT)),
    "by the number in its name": ({"id": 1298393284, "post_at": 1551991428}, Parting("Q1298393284", AT)),
    "at a time in letters": ({"id": "Q1298393284", "post_at": "1551991428"}, Parting("Q1298393284", AT)),
}


@pytest.mark.parametrize(("listed", "parting"), WAITING.values(), ids=WAITING)
async def test_what_slack_is_still_to_say_is_known_by_the_name_that_it_was_given(
    listed: dict[str, object], parting: Parting
) -> None:
    """Slack's documents show a number where it is listed, and a Q before it everywhere else."""
    said = answered(json.dumps({"ok": True, "scheduled_messages": [listed]}).encode())
    async with Canned(said).serving() as canned:
        room = slack(SLACK_API_URL=canned.url)
        await room.open()
        assert await room.left() == [parting]
        await room.close()


async def test_a_button_that_carries_too_much_is_left_out(world: World) -> None:
    heavy = replace(CARD, buttons=(Button("mute", "Mute", "x" * 2000), Button("pause", "Pause SMS", "sms")))
    message = await world.posted(heavy)
    assert [button["text"]["text"] for button in drawn_buttons(message["blocks"])] == ["Pause SMS"]


async def test_the_room_does_what_the_house_expects_of_one(world: World) -> None:
    assert isinstance(world.room, Room)
    assert isinstance(world.room, Introducing)
    assert world.room.name == "slack"


async def test_opening_dials_nobody_and_closing_may_happen_at_any_time() -> None:
    room = slack(SLACK_APP_TOKEN="xapp-1")
    await room.close()
    await room.open()
    await room.close()
    await room.close()


async def test_closing_ends_what_is_under_way(world: World) -> None:
    world.host.deciding.clear()
    message = await world.posted()
    await world.standin.press("U0ORGANISER", message, drawn_buttons(message["blocks"])[0]["action_id"])
    await world.acted()
    async with asyncio.timeout(5):
        await world.room.close()


async def test_a_room_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="must be opened"):
        await slack().post(CARD)


async def test_a_method_without_its_scopes_cannot_be_called(world: World) -> None:
    assert world.room._parts is not None
    assert "chat.delete" not in SCOPES
    with pytest.raises(ValueError, match="SCOPES"):
        await world.room._parts.api.call("chat.delete", channel="C1", ts="1.2")


@pytest.mark.parametrize("aloud", [False, True])
async def test_what_must_be_heard_stands_in_the_channel_as_well(world: World, aloud: bool) -> None:
    where = await world.room.post(CARD)
    await world.room.note(where, Note("threats:1", "A threat came.", aloud=aloud))
    (call,) = [
        told for name, told in world.standin.calls if name == "chat.postMessage" and "thread_ts" in told
    ]
    assert ("reply_broadcast" in call) is aloud
