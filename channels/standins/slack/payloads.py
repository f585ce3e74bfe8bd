"""What Slack sends when somebody does something, with the fields and names that it uses. Pure.

https://docs.slack.dev/reference/interaction-payloads and https://docs.slack.dev/apis/events-api.
"""

from channels.standins.slack.workspace import Json, Message, View, Workspace

PRIVATE = "privategroup"


def touched_message(
    workspace: Workspace, user: str, message: Message, button: Json, response_url: str
) -> Json:
    """`block_actions` from a message."""
    channel = {"id": message.channel, "name": PRIVATE if workspace.is_private else workspace.channel_name}
    return {
        **_touch(workspace, user, button),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": False,
        },
        "channel": channel,
        "message": {"type": "message", "user": workspace.bot, **_kept(workspace, message)},
        "response_url": response_url,
    }


def touched_view(workspace: Workspace, user: str, view: View, button: Json) -> Json:
    """`block_actions` from the home page, or from a window."""
    return {
        **_touch(workspace, user, button),
        "container": {"type": "view", "view_id": view.id},
        "view": {"id": view.id, "team_id": workspace.team, **view.content},
    }


def submitted(workspace: Workspace, user: str, view: View, field: Json, text: str) -> Json:
    """`view_submission`: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
    touched = _touch(workspace, user, {})
    typed = {"type": field["type"], "value": text}
    values = {field["block_id"]: {field["action_id"]: typed}}
    kept = {
        name: touched[name] for name in ("user", "api_app_id", "token", "trigger_id", "team", "enterprise")
    }
    shown = {"id": view.id, "team_id": workspace.team, **view.content, "state": {"values": values}}
    return {"type": "view_submission", **kept, "view": shown, "response_urls": []}


def command(
    workspace: Workspace, user: str, text: str, *, name: str, channel: str, response_url: str
) -> dict[str, str]:
    """A slash command, given in any channel."""
    hidden = workspace.is_private and channel == workspace.channel
    return {
        "token": "deprecated",
        "team_id": workspace.team,
        "team_domain": "workspace",
        "channel_id": channel,
        "channel_name": PRIVATE if hidden else "somewhere",
        "user_id": user,
        "user_name": "somebody",
        "command": name,
        "text": text,
        "api_app_id": workspace.app,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.trigger(user),
    }


def home_opened(workspace: Workspace, user: str) -> Json:
    """`app_home_opened`, in its envelope of the Events API."""
    return _event(workspace, {"type": "app_home_opened", "user": user, "channel": "D0HOME", "tab": "home"})


def left(workspace: Workspace, user: str) -> Json:
    """`member_left_channel`: https://docs.slack.dev/reference/events/member_left_channel."""
    where = {"channel": workspace.channel, "channel_type": "C", "team": workspace.team}
    return _event(workspace, {"type": "member_left_channel", "user": user, **where})


def _event(workspace: Workspace, event: Json) -> Json:
    return {
        "token": "deprecated",
        "team_id": workspace.team,
        "api_app_id": workspace.app,
        "type": "event_callback",
        "event_id": f"Ev{workspace.stamp().replace('.', '')}",
        "event_time": int(workspace.now()),
        "event": {**event, "event_ts": workspace.stamp()},
        "authorizations": [{"team_id": workspace.team, "user_id": workspace.bot, "is_bot": True}],
    }


def _touch(workspace: Workspace, user: str, button: Json) -> Json:
    team = {"id": workspace.team, "domain": "workspace"}
    return {
        "type": "block_actions",
        "user": {
            "id": user,
            "username": "somebody",
            "name": "somebody",
            "team_id": workspace.guests.get(user, workspace.team),
        },
        "api_app_id": workspace.app,
        "token": "deprecated",
        "trigger_id": workspace.trigger(user),
        "team": team,
        "enterprise": None,
        "is_enterprise_install": False,
        "state": {"values": {}},
        "actions": [{**button, "action_ts": workspace.stamp()}],
    }


def _kept(workspace: Workspace, message: Message) -> Json:
    """The message as Slack keeps it: one that began a thread names itself as the thread."""
    began = any(one.thread_ts == message.ts for one in workspace.messages)
    thread = message.thread_ts or (message.ts if began else None)
    kept = {"ts": message.ts, "text": message.text, "blocks": message.blocks}
    return {**kept, "thread_ts": thread} if thread else kept
