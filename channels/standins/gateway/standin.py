"""A local telephone: one SIM, the app's local API, and every fault that a test can ask for."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from bridge.model import SECOND
from bridge.standin import Bubble
from channels.standins.base import Base, Now, system_now
from channels.standins.gateway.api import Api
from channels.standins.gateway.calls import Caller
from channels.standins.gateway.faults import Faults
from channels.standins.gateway.phone import Phone, Sent, message_id
from channels.standins.serving import LocalServer

_PATH = "/gateway/events"
_RECEIVED = "sms:received"

Event = dict[str, object]


class GatewayStandIn(Base[LocalServer, Caller]):
    """Speaks the app's wire protocol on a free local port."""

    def __init__(
        self, number: str = "+33655000000", *, event_delay: float = 0.3, now: Now = system_now
    ) -> None:
        """`event_delay` is in seconds, from one state to the next."""
        super().__init__(LocalServer(), now)
        self.phone = Phone(number)
        self.faults = Faults()
        self._event_delay = event_delay
        self._events: dict[str, Event] = {}
        self._inbox: list[Bubble] = []

    @property
    def sent(self) -> list[Sent]:
        """What the service has had it send, oldest first."""
        return [*self.phone.sent.values()]

    @property
    def line(self) -> str:
        """The SIM's number."""
        return self.phone.number

    def conversation(self, address: str) -> list[Bubble]:
        """What the telephone at `address` and this one have sent each other; what came first stands first."""
        ours = [
            Bubble(one.name, "service", one.text, _micros(one.at), one.state)
            for one in self.sent
            if one.to == address
        ]
        theirs = [one for one in self._inbox if one.id.startswith(f"{address}:")]
        return sorted([*theirs, *ours], key=lambda one: one.at)

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Serves; it tells `public_url` of what it receives, as if somebody had set that by hand."""
        url = f"{public_url}{_PATH}"
        self.phone.hooks["by-hand"] = {"id": "by-hand", "url": url, "event": _RECEIVED}
        self._calls = Caller(self.phone.signing_key)
        api = Api(
            self.phone,
            self.faults,
            self._now,
            take=lambda sent: self._begin(self._follow(sent)),
            server=self._server,
        )
        return {
            "GATEWAY_API_URL": await self._server.start(api.app()),
            "GATEWAY_USERNAME": self.phone.username,
            "GATEWAY_PASSWORD": self.phone.password,
            "GATEWAY_SIGNING_KEY": self.phone.signing_key,
            "GATEWAY_NUMBER": self.phone.number,
        }

    async def text(
        self, address: str, text: str, *, name: str | None = None, at: datetime | None = None
    ) -> tuple[int | None, str]:
        """A person texts the SIM: what the webhook answered, if anybody did, and the event's id.

        `name`: the `messageId`, where it must be a certain one; `at`: when it was received, by the telephone.
        """
        event_id, received = secrets.token_urlsafe(15), at or self._now()
        payload = {
            "messageId": name or message_id(address, text),
            "message": text,
            "phoneNumber": address,
            "sender": address,
            "recipient": None,
            "simNumber": None,
            "receivedAt": received.astimezone(UTC).isoformat(timespec="milliseconds"),
        }
        self._events[event_id] = self._event(event_id, _RECEIVED, payload)
        self._inbox.append(Bubble(f"{address}:{event_id}", "person", text, _micros(received), "received"))
        return await self.redeliver(event_id), event_id

    async def redeliver(self, event_id: str) -> int | None:
        """Tries an event again, as the app does: the same body, signed anew."""
        event = self._events[event_id]
        told = [
            await self._calling.post(hook["url"], event, self._now())
            for hook in self.phone.hooks.values()
            if hook["event"] == event["event"]
        ]
        return told[-1] if told else None

    async def settled(self) -> None:
        """Returns once every message has reached its last state, and its events have been told."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _follow(self, sent: Sent) -> None:
        reason = self.faults.undeliverable.get(sent.to)
        steps = [("Sent", "sms:sent"), ("Delivered", "sms:delivered")]
        for state, kind in steps if reason is None else [("Failed", "sms:failed")]:
            await asyncio.sleep(self._event_delay)
            sent.state, sent.error = state, reason
            if not self.faults.events_lost:
                told = {"messageId": sent.name, "phoneNumber": sent.to, "recipient": sent.to, "simNumber": 1}
                why = {} if reason is None else {"reason": reason}
                event = self._event(secrets.token_urlsafe(15), kind, {**told, **why})
                self._events[str(event["id"])] = event
                await self.redeliver(str(event["id"]))

    def _event(self, event_id: str, kind: str, payload: Mapping[str, object]) -> Event:
        return {
            "deviceId": self.phone.device,
            "event": kind,
            "id": event_id,
            "payload": dict(payload),
            "webhookId": "by-hand",
        }


def _micros(at: datetime) -> int:
    return round(at.timestamp() * SECOND)
