"""The app's manifest, filled in: Slack makes the whole app out of a link. Touches the file beside it.

https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests#creating_apps.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from channels.slack.webhook import EVENTS

MANIFEST = Path(__file__).with_name("manifest.json")
NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="


def link(public_url: str | None) -> str:
    """Where to create the app; it calls `public_url`, or is dialled in Socket Mode where there is none."""
    return NEW_APP + quote(json.dumps(filled_in(public_url), separators=(",", ":")))


def filled_in(public_url: str | None) -> dict[str, Any]:
    """The manifest for one installation."""
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = public_url is None
    places = [(settings["event_subscriptions"], "request_url"), (settings["interactivity"], "request_url")]
    places += [(command, "url") for command in manifest["features"]["slash_commands"]]
    for holder, name in places:
        holder.pop(name, None)
        if public_url is not None:
            holder[name] = f"{public_url}{EVENTS}"
    return manifest
