"""What becomes of a message that the Twilio stand-in has taken: its statuses, its price, its callbacks."""

import asyncio
from datetime import timedelta

from channels.standins.base import Now
from channels.standins.twilio import forms
from channels.standins.twilio.account import WHATSAPP, Account
from channels.standins.twilio.calls import Caller
from channels.standins.twilio.faults import Faults
from channels.standins.twilio.messages import INBOUND, Record
from channels.standins.twilio.prices import dearest

_ACTIVE, _SUSPENDED = "active", 30002
_WINDOW_CLOSED = 63016


class Delivery:
    """Moves messages along, and tells their status callbacks of it."""

    def __init__(self, account: Account, faults: Faults, now: Now, caller: Caller, delay: float) -> None:
        """`delay` is in seconds, from one status to the next."""
        self._account = account
        self._faults = faults
        self._now = now
        self._caller = caller
        self.delay = delay
        """Seconds from one status to the next."""

    async def follow(self, record: Record) -> None:
        """From queued to the end. No callback tells of the initial status."""
        callbacks = self._faults.callbacks
        error = self._faults.undeliverable.get(record.to) or self._shut(record)
        held: list[forms.Form] = []
        for status in ("sent", "delivered" if error is None else "undelivered"):
            await asyncio.sleep(self.delay)
            if self._account.status != _ACTIVE and record.status == "queued":
                await self._suspended(record)
                return
            self._advance(record, status, error)
            held.append(forms.status(self._account, record))
            if not callbacks.hold:
                await self._tell(record, held.pop())
        await asyncio.gather(self._tell_held(record, held), self._charge(record))

    def _shut(self, record: Record) -> int | None:
        """Over WhatsApp a text of one's own is delivered within a day of what the person wrote, no later.

        https://www.twilio.com/docs/api/errors/63016
        """
        if not record.to.startswith(WHATSAPP):
            return None
        theirs = [one.created for one in self._account.log.of(INBOUND) if one.from_ == record.to]
        is_open = any(record.created - at < timedelta(days=1) for at in theirs)
        return None if is_open else _WINDOW_CLOSED

    async def _suspended(self, record: Record) -> None:
        """What was queued as the account was suspended never leaves, and costs nothing."""
        record.status, record.error_code = "failed", _SUSPENDED
        await self._tell(record, forms.status(self._account, record))

    async def _tell_held(self, record: Record, held: list[forms.Form]) -> None:
        callbacks = self._faults.callbacks
        if callbacks.shuffle is not None:
            callbacks.shuffle.shuffle(held)
        await asyncio.sleep(callbacks.late_seconds)
        for form in held:
            await self._tell(record, form)

    async def _charge(self, record: Record) -> None:
        """What it costs is known last of all, and nobody is called back about it."""
        charges = self._faults.charges
        if charges.never:
            return
        await asyncio.sleep(charges.late_seconds)
        own = record.segments * dearest(self._account, record.to)
        record.price = own if charges.other is None else charges.other

    def _advance(self, record: Record, status: str, error: int | None) -> None:
        record.status = status
        record.sent = record.sent or self._now()
        record.error_code = error if status == "undelivered" else None

    async def _tell(self, record: Record, form: forms.Form) -> None:
        callbacks = self._faults.callbacks
        if not record.status_callback or form["MessageStatus"] in callbacks.drop:
            return
        posts = (self._caller.post(record.status_callback, form) for _ in range(callbacks.repeat))
        await asyncio.gather(*posts)
