"""What each of Slack's methods does in the stand-in's workspace: https://docs.slack.dev/reference/methods."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from channels.standins.slack.blocks import LONGEST_TEXT, Refused, check_message, check_view
from channels.standins.slack.mentions import mentioned
from channels.standins.slack.scheduled import SETTLED_SECONDS, Scheduled, objection
from channels.standins.slack.workspace import File, Json, Message, View, Workspace


class ApiError(Exception):
    """Ends a call with one of Slack's errors; `more` goes into the answer beside it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


Arguments = Mapping[str, Any]
Method = Callable[[Workspace, Arguments], Json]


def _auth_test(workspace: Workspace, _: Arguments) -> Json:
    return {"team_id": workspace.team, "user_id": workspace.bot, "bot_id": workspace.app}


def _post(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    message = _composed(workspace, arguments)
    if message.thread_ts and workspace.find(message.thread_ts) is None:
        raise ApiError("thread_not_found")
    message.mentions = mentioned(arguments)
    workspace.messages.append(message)
    return {"channel": message.channel, "ts": message.ts, "message": message.shown()}


def _schedule(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    _composed(workspace, arguments)
    refused = objection(arguments.get("post_at"), workspace.now(), [*workspace.scheduled.values()])
    if refused:
        raise ApiError(refused)
    at, now = int(str(arguments["post_at"])), int(workspace.now())
    waiting = Scheduled(f"Q{workspace.stamp().partition('.')[2]}", at, now, dict(arguments))
    workspace.scheduled[waiting.id] = waiting
    return {"channel": workspace.channel, "scheduled_message_id": waiting.id, "post_at": at}


def _scheduled(workspace: Workspace, arguments: Arguments) -> Json:
    if arguments.get("channel") is not None:
        _check_channel(workspace, arguments)
    waiting = sorted(workspace.scheduled.values(), key=lambda one: (one.post_at, one.id))
    start, size = int(arguments.get("cursor") or 0), min(int(arguments.get("limit") or 100), workspace.page)
    end = start + size
    listed = [one.listed(workspace.channel) for one in waiting[start:end]]
    following = str(end) if end < len(waiting) else ""
    return {"scheduled_messages": listed, "response_metadata": {"next_cursor": following}}


def _unschedule(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    waiting = workspace.scheduled.get(str(arguments.get("scheduled_message_id")))
    if waiting is None or waiting.post_at - workspace.now() < SETTLED_SECONDS:
        raise ApiError("invalid_scheduled_message_id")
    del workspace.scheduled[waiting.id]
    return {}


def release(workspace: Workspace) -> None:
    """Posts what was scheduled and is due: Slack does so whether the app lives or not."""
    due = [one for one in workspace.scheduled.values() if one.post_at <= workspace.now()]
    for one in sorted(due, key=lambda waiting: waiting.post_at):
        del workspace.scheduled[one.id]
        message = _composed(workspace, one.arguments)
        message.ts, message.mentions = workspace.stamp(one.post_at), mentioned(one.arguments)
        workspace.messages.append(message)


def _update(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    message = workspace.find(str(arguments.get("ts")))
    if message is None:
        raise ApiError("message_not_found")
    edited = _composed(workspace, arguments)
    message.text, message.blocks = edited.text, edited.blocks
    message.edits += 1
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def _delete(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    message = workspace.find(str(arguments.get("ts")))
    if message is None:
        raise ApiError("message_not_found")
    workspace.messages.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def _post_ephemeral(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    user = arguments.get("user")
    if user not in (workspace.within(str(arguments.get("channel"))) or ()):
        raise ApiError("user_not_in_channel")
    message = _composed(workspace, arguments)
    message.only_for = str(user)
    workspace.messages.append(message)
    return {"message_ts": message.ts}


def _members(workspace: Workspace, arguments: Arguments) -> Json:
    _check_channel(workspace, arguments)
    ordered = sorted(workspace.within(str(arguments.get("channel"))) or ())
    start, size = int(arguments.get("cursor") or 0), min(int(arguments.get("limit") or 100), workspace.page)
    end = start + size
    following = str(end) if end < len(ordered) else ""
    return {"members": ordered[start:end], "response_metadata": {"next_cursor": following}}


def _usergroups(workspace: Workspace, arguments: Arguments) -> Json:
    with_users = str(arguments.get("include_users")).lower() in {"1", "true"}
    groups = [
        {"id": group, "handle": group.lower(), **({"users": sorted(users)} if with_users else {})}
        for group, users in workspace.groups.items()
    ]
    return {"usergroups": groups}


def _user_info(workspace: Workspace, arguments: Arguments) -> Json:
    user = str(arguments.get("user"))
    name = workspace.names.get(user, "")
    return {
        "user": {
            "id": user,
            "team_id": workspace.guests.get(user, workspace.team),
            "name": "somebody",
            "real_name": name,
            "is_restricted": user in workspace.restricted,
            "is_ultra_restricted": False,
            "is_stranger": user in workspace.guests,
            "profile": {"display_name": name, "real_name": name},
        }
    }


def _upload_url(workspace: Workspace, arguments: Arguments) -> Json:
    name, length = str(arguments.get("filename") or ""), int(arguments.get("length") or 0)
    if not name or length <= 0:
        raise ApiError("invalid_arguments")
    file = f"F{workspace.stamp().partition('.')[2]}"
    workspace.files[file] = File(name, length)
    return {"upload_url": f"{workspace.files_url}{file}", "file_id": file}


def _complete_upload(workspace: Workspace, arguments: Arguments) -> Json:
    if arguments.get("channel_id") != workspace.channel:
        raise ApiError("channel_not_found")
    thread = arguments.get("thread_ts")
    if thread and workspace.find(str(thread)) is None:
        raise ApiError("thread_not_found")
    asked = arguments.get("files")
    asked = json.loads(asked) if isinstance(asked, str) else asked
    listed = asked if isinstance(asked, list) else []
    if not listed or any(_unsent(workspace, one) for one in listed):
        raise ApiError("file_not_found")
    files = [{"id": one["id"], "title": one.get("title", "")} for one in listed]
    posted = Message(workspace.stamp(), workspace.channel, "", [], str(thread) if thread else None)
    posted.files = files
    workspace.messages.append(posted)
    return {"files": files}


def _unsent(workspace: Workspace, listed: Json) -> bool:
    file = workspace.files.get(str(listed.get("id")))
    return file is None or file.content is None


def _open_view(workspace: Workspace, arguments: Arguments) -> Json:
    trigger = workspace.triggers.get(str(arguments.get("trigger_id")))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.spent:
        raise ApiError("exchanged_trigger_id")
    if workspace.now() > trigger.until:
        raise ApiError("expired_trigger_id")
    content = _checked_view(workspace, arguments, "modal")
    view = View(f"V{workspace.stamp().partition('.')[2]}", trigger.user, content)
    trigger.spent = True
    workspace.windows[view.id] = view
    return {"view": view.shown()}


def _update_view(workspace: Workspace, arguments: Arguments) -> Json:
    view = workspace.windows.get(str(arguments.get("view_id")))
    if view is None:
        raise ApiError("not_found")
    view.content = _checked_view(workspace, arguments, "modal")
    return {"view": view.shown()}


def _publish_view(workspace: Workspace, arguments: Arguments) -> Json:
    user = str(arguments.get("user_id"))
    content = _checked_view(workspace, arguments, "home")
    known = workspace.homes.get(user)
    view = View(known.id if known else f"V{workspace.stamp().partition('.')[2]}", user, content)
    workspace.homes[user] = view
    return {"view": view.shown()}


def _check_channel(workspace: Workspace, arguments: Arguments) -> None:
    if workspace.within(str(arguments.get("channel"))) is None:
        raise ApiError("channel_not_found")


def _composed(workspace: Workspace, arguments: Arguments) -> Message:
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not (text or blocks):
        raise ApiError("no_text")
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    if blocks:
        _check(lambda: check_message(blocks), "invalid_blocks")
    thread = arguments.get("thread_ts")
    named = workspace.with_ids(blocks)
    channel = str(arguments.get("channel"))
    return Message(workspace.stamp(), channel, text, named, str(thread) if thread else None)


def _checked_view(workspace: Workspace, arguments: Arguments, kind: str) -> Json:
    view = arguments.get("view")
    _check(lambda: check_view(view), "invalid_arguments")
    if not isinstance(view, dict) or view["type"] != kind:
        raise ApiError("invalid_arguments")
    return {**view, "blocks": workspace.with_ids(view["blocks"])}


def _check(check: Callable[[], None], error: str) -> None:
    try:
        check()
    except Refused as refused:
        raise ApiError(error, response_metadata={"messages": [f"[ERROR] {refused}"]}) from refused


METHODS: Mapping[str, Method] = {
    "auth.test": _auth_test,
    "chat.delete": _delete,
    "chat.deleteScheduledMessage": _unschedule,
    "chat.postEphemeral": _post_ephemeral,
    "chat.postMessage": _post,
    "chat.scheduleMessage": _schedule,
    "chat.scheduledMessages.list": _scheduled,
    "chat.update": _update,
    "conversations.members": _members,
    "files.completeUploadExternal": _complete_upload,
    "files.getUploadURLExternal": _upload_url,
    "usergroups.list": _usergroups,
    "users.info": _user_info,
    "views.open": _open_view,
    "views.publish": _publish_view,
    "views.update": _update_view,
}


def scopes_for(workspace: Workspace, method: str) -> frozenset[str]:
    """What the bot's token must have been granted for a method."""
    if method == "chat.scheduledMessages.list":
        return frozenset()
    if method.startswith("chat."):
        return frozenset({"chat:write"})
    if method == "conversations.members":
        return frozenset({"groups:read" if workspace.is_private else "channels:read"})
    return _SCOPES.get(method, frozenset())


_SCOPES: Mapping[str, frozenset[str]] = {
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "usergroups.list": frozenset({"usergroups:read"}),
    "users.info": frozenset({"users:read"}),
}
