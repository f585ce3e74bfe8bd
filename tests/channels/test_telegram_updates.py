"""What each kind of update becomes, and what becomes of nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import SECOND, Contact, Form, Happening, Message, Wish
from channels.telegram_bot.translation import happening
from channels.telegram_bot.updates import Update
from tests.channels.telegram_calls import (
    ADDRESS,
    DATE,
    GROUP,
    PERSON,
    UPDATE_ID,
    Json,
    changed,
    in_group,
    message,
    sender,
    written,
)

LINE = "@rempart_bot"


def told(raw: Json, line: str = LINE) -> Happening | None:
    return happening(Update.model_validate(raw), line)


def told_message(raw: Json, line: str = LINE) -> Message:
    what = told(raw, line)
    assert isinstance(what, Message)
    return what


def test_a_text_becomes_a_message_with_all_that_telegram_told() -> None:
    assert told(written(text="Salut, c'est Marc")) == Message(
        channel="telegram",
        provider_id=str(UPDATE_ID),
        line=LINE,
        address=ADDRESS,
        text="Salut, c'est Marc",
        at=DATE * SECOND,
        language="fr",
        metered=False,
    )


@pytest.mark.parametrize(
    ("content", "form", "text", "attachments"),
    [
        ({"text": "a"}, "text", "a", 0),
        ({"text": ""}, "text", "", 0),
        ({"sticker": {}}, "sticker", "", 1),
        ({"photo": []}, "picture", "", 1),
        ({"photo": [], "caption": "regarde"}, "picture", "regarde", 1),
        ({"photo": [], "media_group_id": "1", "caption": ""}, "picture", "", 1),
        ({"voice": {}}, "voice", "", 1),
        ({"voice": {}, "caption": "écoute"}, "voice", "écoute", 1),
        ({"video": {}}, "video", "", 1),
        ({"video_note": {}}, "video", "", 1),
        ({"animation": {}, "document": {}}, "video", "", 1),
        ({"audio": {}}, "file", "", 1),
        ({"document": {}, "caption": "mon cv"}, "file", "mon cv", 1),
        ({"location": {}}, "other", "", 0),
        ({"venue": {}, "location": {}}, "other", "", 0),
        ({"contact": {"phone_number": "+33639980001"}}, "other", "", 0),
        ({"poll": {}}, "other", "", 0),
        ({"dice": {}}, "other", "", 0),
        ({"story": {}}, "other", "", 0),
        ({"something_of_next_year": {}}, "other", "", 0),
    ],
)
def test_whatever_is_sent_is_recorded_as_such(content: Json, form: Form, text: str, attachments: int) -> None:
    what = told_message(written(**content))
    assert (what.form, what.text, what.attachments) == (form, text, attachments)
    assert (what.asks, what.wish, what.metered) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "wish", "asks"),
    [
        ("/start", Wish.START, None),
        ("/start from-a-poster", Wish.START, None),
        ("/START", Wish.START, None),
        ("/stop", Wish.STOP, None),
        ("/stop\nmerci", Wish.STOP, None),
        ("/stop@rempart_bot", Wish.STOP, None),
        ("/help", None, "help"),
        ("/help@Rempart_Bot", None, "help"),
        ("/help me please", None, "help"),
        ("/privacy", None, "privacy"),
        ("/forget", None, "forget"),
        ("/forget_yes", None, "forget_yes"),
        ("/Forget_Yes@rempart_bot", None, "forget_yes"),
        ("/forget yes", None, "forget"),
        ("/forgetting", None, None),
        ("/help@another_bot", None, None),
        ("/helpful", None, None),
        ("/help/privacy", None, None),
        (" /help", None, None),
        ("help", None, None),
        ("please /stop", None, None),
        ("stop", None, None),
        ("/", None, None),
        ("//stop", None, None),
        ("/stop\x00", None, None),
        ("/" + "a" * 4000, None, None),
    ],
    ids=ascii,
)
def test_commands_are_understood_and_kept_as_they_are(text: str, wish: Wish | None, asks: str | None) -> None:
    what = told_message(written(text=text))
    assert (what.wish, what.asks, what.text, what.form) == (wish, asks, text, "text")


def test_as_long_as_the_bot_does_not_know_its_name_every_command_is_its_own() -> None:
    assert told_message(written(text="/help@rempart_bot"), "telegram").asks == "help"
    assert told_message(written(text="/help"), "telegram").line == "telegram"


EMPTY = dict.fromkeys(["sticker", "photo", "pinned_message", "gift", "caption", "edit_date", "via_bot"])


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ({**EMPTY, "text": "Salut"}, "text"),
        ({**EMPTY, "text": None, "photo": []}, "picture"),
        ({**EMPTY, "text": None, "location": {}}, "other"),
    ],
    ids=["text", "picture", "other"],
)
def test_a_field_that_is_null_is_a_field_that_is_not_there(content: Json, form: Form) -> None:
    assert told_message(written(**content)).form == form


def test_a_command_in_a_caption_is_none() -> None:
    assert told_message(written(photo=[], caption="/stop")).wish is None


def test_an_edit_is_an_event_of_its_own() -> None:
    edited = message(text="autre chose", edit_date=DATE + 60)
    assert told({"update_id": UPDATE_ID + 1, "edited_message": edited}) == Message(
        channel="telegram",
        provider_id=str(UPDATE_ID + 1),
        line=LINE,
        address=ADDRESS,
        text="autre chose",
        at=(DATE + 60) * SECOND,
        language="fr",
        form="edit",
        metered=False,
    )


def test_an_edited_caption_is_an_edit_that_still_has_its_file() -> None:
    edited = {"update_id": UPDATE_ID, "edited_message": message(photo=[], caption="non", edit_date=DATE)}
    what = told_message(edited)
    assert (what.form, what.text, what.attachments) == ("edit", "non", 1)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr", "fr"),
        ("en-GB", "en"),
        ("pt-br", "pt"),
        ("zh-hans-CN", "zh"),
        ("fil", None),
        ("FR", None),
        ("f", None),
        ("", None),
        ("fr\n", None),
        ("français", None),
    ],
    ids=ascii,
)
def test_the_language_of_the_sender_s_application_is_reduced_to_two_letters(
    tag: str, language: str | None
) -> None:
    assert told_message(written(text="a", **{"from": sender(language_code=tag)})).language == language


def test_a_sender_without_a_language_has_none() -> None:
    somebody = {"id": PERSON, "is_bot": False, "first_name": "Camille"}
    assert told_message(written(text="a", **{"from": somebody})).language is None


def test_whoever_sits_in_a_private_chat_wrote_what_came_from_there_also_where_no_sender_is_named() -> None:
    """Telegram's documents call the sender of a message optional."""
    unsigned = written(text="Salut", date=DATE)
    del unsigned["message"]["from"]
    what = told_message(unsigned)
    assert (what.address, what.text, what.language) == (ADDRESS, "Salut", None)


@pytest.mark.parametrize("date", [0, DATE + 3600, 2**32 - 1])
def test_telegram_s_date_stands_whatever_ours_is(date: int) -> None:
    assert told_message(written(text="a", date=date)).at == date * SECOND


@pytest.mark.parametrize(
    "text", ["\ud800", "a\udfff", "nul \x00", "\x1b[31m", "<!channel>", "🏳️‍🌈", "\u202e"], ids=ascii
)
def test_odd_characters_stay_as_they_are(text: str) -> None:
    assert told_message(written(text=text)).text == text
    assert told_message(written(photo=[], caption=text)).text == text


@pytest.mark.parametrize(("old", "new", "is_open"), [("member", "kicked", False), ("kicked", "member", True)])
def test_who_blocks_the_bot_or_takes_it_back_is_noticed(old: str, new: str, is_open: bool) -> None:
    assert told(changed(old, new)) == Contact(
        "telegram", str(UPDATE_ID), ADDRESS, DATE * SECOND, open=is_open
    )


GROUP_CHATS = [
    {"id": GROUP, "type": "supergroup"},
    {"id": -5, "type": "group"},
    {"id": -1005, "type": "channel"},
    {"id": -6, "type": "something of next year"},
]


@pytest.mark.parametrize("chat", GROUP_CHATS, ids=lambda chat: str(chat["type"]))
@pytest.mark.parametrize("new", ["member", "administrator", "restricted"])
@pytest.mark.parametrize("old", ["left", "kicked"])
def test_a_group_that_takes_the_bot_in_is_told_once(chat: Json, old: str, new: str) -> None:
    what = told_message(changed(old, new, chat=chat))
    assert (what.asks, what.address, what.text, what.form) == ("group", str(chat["id"]), "", "other")
    assert (what.language, what.metered) == ("fr", False)


@pytest.mark.parametrize("chat", GROUP_CHATS, ids=lambda chat: str(chat["type"]))
@pytest.mark.parametrize("text", ["/help", "/stop@rempart_bot", "/start x", "/anything"])
def test_a_command_in_a_group_asks_about_groups_and_nothing_else(chat: Json, text: str) -> None:
    what = told_message(written(text=text, chat=chat))
    assert (what.asks, what.wish, what.address, what.text) == ("group", None, str(chat["id"]), text)


def test_a_command_for_another_bot_of_the_group_is_passed_over() -> None:
    assert told(in_group(text="/help@another_bot")) is None


FROM_NOBODY: list[Any] = [
    pytest.param(in_group(text="bonjour à tous"), id="a text in a group"),
    pytest.param(in_group(sticker={}), id="a sticker in a group"),
    pytest.param(in_group(new_chat_members=[{"id": 1}]), id="somebody joined a group"),
    pytest.param(
        {"update_id": 1, "edited_message": in_group(text="/help")["message"]}, id="an edit in a group"
    ),
    pytest.param(written(text="hello", **{"from": sender(is_bot=True)}), id="another bot"),
    pytest.param(in_group(text="/help", **{"from": None}), id="nobody, in a group"),
    pytest.param(written(pinned_message={"message_id": 1}), id="a pinned message"),
    pytest.param(written(message_auto_delete_timer_changed={}), id="a timer"),
    pytest.param(written(write_access_allowed={}), id="a permission"),
    pytest.param(written(forum_topic_created={"name": "Salut"}, message_thread_id=7), id="a topic begun"),
    pytest.param(written(forum_topic_edited={"name": "Salut !"}, message_thread_id=7), id="a topic renamed"),
    pytest.param(written(gift={"gift": {"id": "1"}}), id="a gift"),
    pytest.param(written(checklist_tasks_done={"marked_as_done_task_ids": [1]}), id="a task done"),
    pytest.param(written(poll_option_added={"option_text": "oui"}), id="a poll's option"),
    pytest.param(changed("kicked", "restricted"), id="an unknown membership"),
    pytest.param(changed("member", "administrator", chat=GROUP_CHATS[0]), id="promoted in a group"),
    pytest.param(changed("member", "kicked", chat=GROUP_CHATS[0]), id="thrown out of a group"),
    pytest.param(changed("member", "left", chat=GROUP_CHATS[1]), id="left a group"),
    pytest.param(changed("left", "kicked", chat=GROUP_CHATS[1]), id="banned from a group"),
    pytest.param({"update_id": 1}, id="an empty update"),
    pytest.param({"update_id": 1, "message": None}, id="no message"),
    pytest.param({"update_id": 1, "callback_query": {"id": "1"}}, id="a button"),
    pytest.param({"update_id": 1, "channel_post": message(text="/help")}, id="a channel post"),
    pytest.param({"update_id": 1, "poll": "anything"}, id="a poll"),
    pytest.param({"update_id": 1, "of_next_year": [1, 2]}, id="an unknown kind"),
]


@pytest.mark.parametrize("raw", FROM_NOBODY)
def test_what_nobody_wrote_to_us_is_passed_over(raw: Json) -> None:
    assert told(raw) is None


BROKEN: list[Any] = [
    pytest.param(written(text=7), id="a text that is a number"),
    pytest.param(written(caption=["a"], photo=[]), id="a caption that is a list"),
    pytest.param(written(text="a", date="yesterday"), id="a date in words"),
    pytest.param(written(text="a", date=1.5), id="half a second"),
    pytest.param(written(text="a", date=True), id="a date that is true"),
    pytest.param(written(text="a", date=-1), id="a date before all dates"),
    pytest.param(written(text="a", date=2**32), id="a date after all dates"),
    pytest.param(written(text="a", chat={"id": "4242", "type": "private"}), id="a chat with a name"),
    pytest.param(written(text="a", chat={"id": 2**63, "type": "private"}), id="a chat that is too large"),
    pytest.param(written(text="a", chat={"type": "private"}), id="a chat without an id"),
    pytest.param(written(text="a", chat={"id": 1, "type": None}), id="a chat of no type"),
    pytest.param(written(text="a", chat=None), id="no chat"),
    pytest.param(written(text="a", **{"from": "Camille"}), id="a sender that is a name"),
    pytest.param(written(text="a", **{"from": sender(language_code=1)}), id="a language that is a number"),
    pytest.param({"update_id": 1, "message": "hello"}, id="a message that is a text"),
    pytest.param({"update_id": 1, "message": []}, id="a message that is a list"),
    pytest.param({"update_id": 1, "edited_message": {}}, id="an empty message"),
    pytest.param({"update_id": 1, "my_chat_member": {}}, id="an empty change"),
    pytest.param(changed("member", "kicked", new_chat_member={}), id="a change to nothing"),
]
"""Updates that Telegram would not send: they have an id, and cannot be understood."""


@pytest.mark.parametrize("raw", BROKEN)
def test_an_update_that_cannot_be_understood_says_so_as_a_value_error(raw: Json) -> None:
    with pytest.raises(ValueError, match="validation error"):
        told(raw)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)


@given(
    st.sampled_from(["message", "edited_message", "my_chat_member"]),
    st.dictionaries(st.sampled_from([*message(), *changed("", "")["my_chat_member"], "text"]), JSON_VALUES),
)
def test_nothing_that_json_can_say_upsets_more_than_its_own_update(kind: str, content: Json) -> None:
    base = message() if kind != "my_chat_member" else changed("member", "kicked")[kind]
    try:
        what = told({"update_id": 1, kind: {**base, **content}})
    except ValueError:
        return
    assert what is None or isinstance(what, Message | Contact)


def test_nothing_but_what_is_needed_is_read() -> None:
    private = {
        "username": "camille_r",
        "last_name": "Riviere",
        "photo": [{"file_id": "XYZ"}],
        "phone": "+336",
    }
    update = Update.model_validate(written(text="a", contact=private, **{"from": sender(**private)}))
    assert not [
        value for value in ("camille_r", "Riviere", "XYZ", "+336", "Camille") if value in repr(update)
    ]
