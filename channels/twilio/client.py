"""Twilio's SDK, pointed where the settings say, over our own transport."""

from twilio.rest import Client

from channels.twilio.settings import Settings
from channels.twilio.transport import Transport


def client_of(settings: Settings, transport: Transport) -> Client:
    """The environment is handed in so that `TWILIO_EDGE` or `TWILIO_REGION` cannot bend the base URL."""
    client = Client(
        settings.account,
        settings.token,
        http_client=transport,
        environment={"TWILIO_ACCOUNT_SID": settings.account},
    )
    client.api.base_url = settings.api_url
    client.pricing.base_url = settings.pricing_url
    client.messaging.base_url = settings.messaging_url
    return client
