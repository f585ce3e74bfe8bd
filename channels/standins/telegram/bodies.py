"""The JSON of Telegram's objects, with the fields that the provider sends. Pure.

https://core.telegram.org/bots/api#available-types.
"""

from collections.abc import Mapping

Body = dict[str, object]

_FILE = {"file_id": "AgACAgQAAxkBAAM", "file_unique_id": "AQADAgATq", "file_size": 1234}

CONTENTS: Mapping[str, object] = {
    "sticker": _FILE
    | {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🔥",
    },
    "photo": [_FILE | {"width": 90, "height": 60}, _FILE | {"width": 800, "height": 533}],
    "voice": _FILE | {"duration": 3, "mime_type": "audio/ogg"},
    "video": _FILE | {"width": 640, "height": 480, "duration": 9},
    "video_note": _FILE | {"length": 240, "duration": 5},
    "animation": _FILE | {"width": 320, "height": 240, "duration": 2},
    "audio": _FILE | {"duration": 180, "title": "Chanson"},
    "document": _FILE | {"file_name": "cv.pdf", "mime_type": "application/pdf"},
    "location": {"latitude": 48.8566, "longitude": 2.3522},
    "contact": {"phone_number": "+33639980001", "first_name": "Dominique"},
    "dice": {"emoji": "🎲", "value": 4},
}
"""What a message can be made of, beside text."""


def user(id_: int, language: str | None) -> Body:
    """A person, who has a name as everybody has."""
    told: Body = {"id": id_, "is_bot": False, "first_name": "Camille", "username": f"camille{id_}"}
    return told if language is None else {**told, "language_code": language}


def bot(id_: int, username: str) -> Body:
    """A bot, with the settings that the documentation advises."""
    return {
        "id": id_,
        "is_bot": True,
        "first_name": "Rempart",
        "username": username,
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def private_chat(id_: int) -> Body:
    """A person's chat has the person's id."""
    return {"id": id_, "type": "private", "first_name": "Camille", "username": f"camille{id_}"}


def group_chat(id_: int) -> Body:
    """Groups have negative ids, and supergroups very negative ones."""
    return {"id": id_, "type": "supergroup" if id_ < -(10**12) else "group", "title": "Les copains"}


def message(message_id: int, sender: Body, chat: Body, date: int, content: Body) -> Body:
    """A message with its content."""
    return {"message_id": message_id, "from": sender, "chat": chat, "date": date, **content}


def entities(text: str) -> Body:
    """What Telegram finds in a text: a command at its start."""
    if not text.startswith("/") or len(text) == 1:
        return {}
    length = len(text.split(maxsplit=1)[0])
    return {"entities": [{"type": "bot_command", "offset": 0, "length": length}]}


def member(bot: Body, status: str) -> Body:
    """How the bot stands in a chat."""
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
