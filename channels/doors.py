"""The front doors of the channels, each in the room of its provider, and light: an SDK is loaded where its
channel is on, and not before. Touches floors 0-1 of the bridge."""

from channels.mattermost.door import Mattermost
from channels.slack.door import Slack
from channels.telegram_bot.door import Telegram
from channels.twilio.doors import Sms, WhatsApp

__all__ = ["Mattermost", "Slack", "Sms", "Telegram", "WhatsApp"]
