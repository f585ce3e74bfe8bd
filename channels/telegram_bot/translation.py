"""Turns what Telegram's updates tell into nouns. Pure: touches floor 0."""

import re

from bridge.model import SECOND, Ask, Contact, Form, Happening, Message, Wish
from channels.telegram_bot.updates import MembershipChange, Update, User, Written

CHANNEL = "telegram"

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?!\S)")
_WISHES = {"start": Wish.START, "stop": Wish.STOP}
_ASKS: dict[str, Ask] = {
    "help": "help",
    "privacy": "privacy",
    "forget": "forget",
    "forget_yes": "forget_yes",
}

_LANGUAGE = re.compile(r"([a-z]{2})(?:-.*)?", re.DOTALL)
"""ISO 639-1 out of an IETF language tag."""

_FORMS: tuple[tuple[str, Form], ...] = (
    ("text", "text"),
    ("sticker", "sticker"),
    ("photo", "picture"),
    ("voice", "voice"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),
    ("audio", "file"),
    ("document", "file"),
)
"""In this order: an animation comes with a document beside it."""

_TYPES = {"photo": "image/jpeg", "voice": "audio/ogg", "video_note": "video/mp4"}

_FILES: frozenset[Form] = frozenset({"sticker", "picture", "voice", "video", "file"})

_NOTHING_SAID = frozenset(
    {
        "boost_added",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "direct_message_price_changed",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "gift",
        "gift_upgrade_sent",
        "giveaway_completed",
        "giveaway_created",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "paid_message_price_changed",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "unique_gift",
        "users_shared",
        "write_access_allowed",
    }
)
"""Service messages: an application wrote them, not a person. A private chat may have topics and gifts, too:
https://core.telegram.org/bots/api-changelog."""

_OUTSIDE = frozenset({"left", "kicked"})
_OPEN = {"member": True, "kicked": False}


def happening(update: Update, line: str) -> Happening | None:
    """What an update tells; `None` when it concerns nobody who writes to us.

    `line` is the bot's name with its @, where it is known.
    """
    id_ = str(update.update_id)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, id_, line)
    if update.message is not None:
        return _written(update.message, id_, line)
    if update.edited_message is not None and update.edited_message.chat.is_private:
        return _written(update.edited_message, id_, line, edited=True)
    return None


def _written(written: Written, id_: str, line: str, *, edited: bool = False) -> Message | None:
    if not _is_a_person_s(written) or written.parts & _NOTHING_SAID:
        return None
    command = _command(written.text or "", line)
    if not written.chat.is_private:
        return _to_a_group(written, id_, line) if command else None
    form = _form(written)
    return Message(
        channel=CHANNEL,
        provider_id=id_,
        line=line,
        address=str(written.chat.id),
        text=_text(written),
        at=(written.edit_date or written.date) * SECOND,
        language=_language(written.sender),
        wish=_WISHES.get(command),
        attachments=int(form in _FILES),
        form="edit" if edited else form,
        media=_media(written),
        asks=_ASKS.get(command),
        metered=False,
    )


def _is_a_person_s(written: Written) -> bool:
    """In a private chat nobody else sits, whether or not they are named."""
    return written.chat.is_private if written.sender is None else not written.sender.is_bot


def _to_a_group(written: Written, id_: str, line: str) -> Message:
    return Message(
        channel=CHANNEL,
        provider_id=id_,
        line=line,
        address=str(written.chat.id),
        text=_text(written),
        at=written.date * SECOND,
        language=_language(written.sender),
        asks="group",
        metered=False,
    )


def _membership(change: MembershipChange, id_: str, line: str) -> Happening | None:
    if change.chat.is_private:
        return _contact(change, id_)
    if change.old.status not in _OUTSIDE or change.new.status in _OUTSIDE:
        return None
    return Message(
        channel=CHANNEL,
        provider_id=id_,
        line=line,
        address=str(change.chat.id),
        text="",
        at=change.date * SECOND,
        language=_language(change.sender),
        form="other",
        asks="group",
        metered=False,
    )


def _contact(change: MembershipChange, id_: str) -> Contact | None:
    """In a private chat the bot is a member, or blocked; nothing else."""
    is_open = _OPEN.get(change.new.status)
    if is_open is None:
        return None
    return Contact(CHANNEL, id_, str(change.chat.id), change.date * SECOND, is_open)


def _text(written: Written) -> str:
    return written.text if written.text is not None else written.caption or ""


def _form(written: Written) -> Form:
    return next((form for part, form in _FORMS if part in written.parts), "other")


def _media(written: Written) -> tuple[tuple[str, str], ...]:
    """The file that tells what the message is made of; a photo has a type that Telegram does not name."""
    part = next((part for part, _ in _FORMS if part in written.parts), "")
    file = written.files.get(part)
    return () if file is None else ((file[0] or _TYPES.get(part, ""), file[1]),)


def _command(text: str, line: str) -> str:
    """The command that a text begins with, in lower case; empty for none, or one for another bot."""
    match = _COMMAND.match(text)
    if match is None:
        return ""
    name, bot = match.group(1).lower(), match.group(2)
    known = line.startswith("@")
    return name if bot is None or not known or f"@{bot}".lower() == line.lower() else ""


def _language(user: User | None) -> str | None:
    match = _LANGUAGE.fullmatch((user and user.language_code) or "")
    return match.group(1) if match else None
