"""Reads what Slack sends when somebody touches a button, gives a command or opens the home page. Pure.

Payloads are authentic when they come here, and may still be of any shape. What cannot be read is `None`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bridge.moderation.targets import read_found
from channels.slack.touches import HOME, Command, Opened, Place, Submission, Touch

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STAMP = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
_VERB = re.compile(r"[a-z][a-z_]{0,31}")
_LONGEST_TARGET = 96
_LONGEST_FOUND = 1900
"""What was found is named with those whom a look leaves out; a whole value has 2,000 characters."""
_LONGEST_TYPED = 3000
ASKING = "find"
"""The callback id of the window in which somebody writes what to look for."""
TYPED = "act:typed"
"""The action id of every field that is written in; what is done with it stands in its block's id."""
Payload = Mapping[str, Any]


def touch(payload: Payload) -> Touch | None:
    """From `block_actions`: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload."""
    actions = payload.get("actions")
    action = _mapping(actions[0]) if isinstance(actions, list) and actions else {}
    actor = _id(_mapping(payload.get("user")).get("id"))
    wanted = _typed(action) or _wanted(action.get("value"))
    if not actor or wanted is None:
        return None
    trigger = _text(payload.get("trigger_id"))
    stamp, action_id = _text(action.get("action_ts")), _text(action.get("action_id"))
    if not (trigger or stamp):
        return None
    verb, target = wanted
    key = f"touch:{actor}:{stamp}:{trigger}:{action_id}"
    return Touch(key, actor, verb, target, trigger, _touched_place(payload), _is_by_guest(payload))


def command(payload: Payload) -> Command | None:
    """From a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands."""
    actor, trigger = _id(payload.get("user_id")), _text(payload.get("trigger_id"))
    channel, text = _id(payload.get("channel_id")), payload.get("text", "")
    url = _text(payload.get("response_url"))
    if not (actor and (trigger or url) and channel and isinstance(text, str)):
        return None
    key = f"command:{actor}:{trigger or url}"
    return Command(key, actor, _unescaped(text), Place(channel, response_url=url), trigger)


def opened(payload: Payload) -> Opened | None:
    """From `app_home_opened`: https://docs.slack.dev/reference/events/app_home_opened."""
    event = _mapping(payload.get("event"))
    actor, key = _id(event.get("user")), _id(payload.get("event_id"))
    if not (actor and key) or event.get("tab", "home") != "home":
        return None
    return Opened(key, actor)


def channel_of(payload: Payload) -> str:
    """The channel in which it was done; of a window, that it was opened in. Empty where there is none."""
    return (
        _touched_channel(payload)
        or _id(payload.get("channel_id"))
        or _id(_mapping(payload.get("event")).get("channel"))
        or _id(_carried(_mapping(payload.get("view")).get("private_metadata")).get("channel"))
    )


def kind_of(payload: Payload) -> str:
    """The type of an event; empty for anything else."""
    return _text(_mapping(payload.get("event")).get("type"))


def submission(payload: Payload) -> Submission | None:
    """From `view_submission`: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
    view, actor = _mapping(payload.get("view")), _id(_mapping(payload.get("user")).get("id"))
    blocks = _mapping(_mapping(view.get("state")).get("values"))
    written = [_mapping(_mapping(block).get(TYPED)).get("value") for block in blocks.values()]
    phrase = _unescaped(next((one for one in written if isinstance(one, str)), ""))
    window, trigger = _id(view.get("id")), _text(payload.get("trigger_id"))
    if not (actor and window) or len(phrase) > _LONGEST_TYPED:
        return None
    key = f"submission:{actor}:{window}:{trigger or _text(view.get('hash'))}"
    return Submission(key, actor, phrase, window, _is_by_guest(payload))


def _typed(action: Payload) -> tuple[str, str] | None:
    """What somebody wrote into a field, and what is to be done with it."""
    if action.get("type") != "plain_text_input" or action.get("action_id") != TYPED:
        return None
    verb, written = _text(action.get("block_id")), _unescaped(_text(action.get("value")))
    one_line = " ".join(written.split())
    fits = _VERB.fullmatch(verb) and len(one_line) <= _LONGEST_TYPED and one_line.isprintable()
    return (verb, one_line) if fits else None


def _touched_place(payload: Payload) -> Place:
    place, view = _touched_channel(payload), _mapping(payload.get("view"))
    if not place:
        if view.get("type") != "modal":
            return HOME
        return Place(window=_id(view.get("id")), look=_text(view.get("private_metadata")))
    return Place(
        channel=place,
        thread=_thread(payload),
        response_url=_text(payload.get("response_url")),
    )


def _touched_channel(payload: Payload) -> str:
    """Slack names it twice; a container has it also where there is no message to show."""
    return _id(_mapping(payload.get("channel")).get("id")) or _id(_container(payload).get("channel_id"))


def _container(payload: Payload) -> Payload:
    """What held the button: a message, an answer that nobody else sees, a view."""
    return _mapping(payload.get("container"))


def _thread(payload: Payload) -> str:
    """The thread that a message stands in; one that began it names itself, and stands in the channel."""
    message, container = _mapping(payload.get("message")), _container(payload)
    thread = _text(message.get("thread_ts")) or _text(container.get("thread_ts"))
    began = thread in (message.get("ts"), container.get("message_ts"))
    return thread if _STAMP.fullmatch(thread) and not began else ""


def _is_by_guest(payload: Payload) -> bool:
    """Whether the payload names two workspaces: the actor's, and that of the app or of its message. The
    organisation of which a workspace is one may stand for it."""
    team, view = _mapping(payload.get("team")), _mapping(payload.get("view"))
    organisation = team.get("enterprise_id"), _mapping(payload.get("enterprise")).get("id")
    named = (
        _mapping(payload.get("user")).get("team_id"),
        team.get("id"),
        _mapping(payload.get("message")).get("team"),
        view.get("app_installed_team_id"),
    )
    return len({*map(_id, named)} - {"", *map(_id, organisation)}) > 1


def _wanted(value: object) -> tuple[str, str] | None:
    """Verb and target, as our own buttons carry them."""
    carried = _carried(value)
    verb, target = carried.get("verb"), carried.get("target")
    if not isinstance(verb, str) or not _VERB.fullmatch(verb) or not isinstance(target, str):
        return None
    longest = _LONGEST_TARGET if read_found(target) is None else _LONGEST_FOUND
    return (verb, target) if len(target) <= longest and target.isprintable() else None


def read_look(noted: str) -> tuple[str, str] | None:
    """What a window shows, as we noted it there."""
    return _wanted(noted)


def _carried(value: object) -> Payload:
    """What we had a button carry, or noted in a window; nothing where it is none of ours."""
    try:
        return _mapping(json.loads(value)) if isinstance(value, str) else {}
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unescaped(typed: str) -> str:
    """What somebody typed. Slack escapes three signs in texts that it hands on, and does not say in which.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return typed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""
