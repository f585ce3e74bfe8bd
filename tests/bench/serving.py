"""Servers for the benchmarks, and the requests that they are sent."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "0" * 32
RULES = """
languages: [fr]
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot."]}
"""


def request(validator: RequestValidator, url: str, sid: str, sender: int, text: str) -> bytes:
    """A form as the provider sends it."""
    form = {
        "ToCountry": "FR",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text,
        "FromCountry": "FR",
        "To": "+33600000000",
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": f"+3361{sender:07}",
        "ApiVersion": "2010-04-01",
    }
    body = urlencode(form).encode()
    signature = validator.compute_signature(url, form)
    head = (
        f"POST /twilio/sms HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signature}\r\nI-Twilio-Idempotency-Token: {sid}\r\n\r\n"
    )
    return head.encode() + body


def environment(port: int, folder: Path) -> dict[str, str]:
    """All that a service needs to begin anew in a folder, with its rules; the provider is not there."""
    (folder / "responses.yaml").write_text(RULES, encoding="utf-8")
    return {
        "REMPART_DATABASE_URL": f"sqlite:///{folder / 'rempart.db'}",
        "REMPART_RESPONSES": str(folder / "responses.yaml"),
        "REMPART_PORT": str(port),
        "REMPART_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REMPART_SECRET": "of the benchmark's own making, and long enough",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_NUMBER": "+33600000000",
        "TWILIO_API_URL": "http://127.0.0.1:9",
    }


@contextmanager
def rempart(port: int, folder: Path, core: int, added: Mapping[str, str] | None = None) -> Iterator[int]:
    """The service on one core, with what is added to its environment; its process."""
    command = [str(Path(sys.executable).with_name("rempart")), "run"]
    with server(command, environment(port, folder) | dict(added or {}), port, core) as running:
        yield running


@contextmanager
def server(command: Sequence[str], added: dict[str, str], port: int, core: int) -> Iterator[int]:
    """A server that answers already, on one core, with what is added to our environment; its process."""
    process = subprocess.Popen(command, env=os.environ | added, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, {core})
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


_NOT_READY = 503


def _wait_for(port: int) -> None:
    """Until it takes what it is sent: a service that is up knows no routes of its channels at first, and what
    is refused costs next to nothing. A server that knows no such page is ready when it says so.
    """
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1)
        except urllib.error.HTTPError as told:
            if told.code != _NOT_READY:
                return
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")
