"""`make bench`: signed webhooks a second, acknowledged, durable and deduplicated, against the bare endpoint.

Both servers run on one core, the load on the other, in turns within one run; only the ratio counts.
"""

import argparse
import asyncio
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from tests.bench.load import Result, drive

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "0" * 32
SENDERS = 5_000
RULES = """
languages: [fr]
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot."]}
"""


def main() -> None:
    """Runs the benchmark and prints its table."""
    options = _options()
    port = _free_port()
    url = f"http://127.0.0.1:{port}/twilio/sms"
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    ratios = []
    print(f"{options.requests} signed messages, {options.connections} connections, one core for each server")  # noqa: T201
    for turn in range(options.turns):
        requests = _requests(url, options.requests, turn)
        with _bare(port, url, cores[0]):
            bare = asyncio.run(drive(port, requests, options.connections))
        with tempfile.TemporaryDirectory() as folder, _rempart(port, Path(folder), cores[0]):
            ours = asyncio.run(drive(port, requests, options.connections))
            stored = _stored(Path(folder))
        ratios.append(ours.rate / bare.rate)
        _report(turn, bare, ours, stored)
    print(f"ratio {statistics.median(ratios):.2f} (median of {len(ratios)})")  # noqa: T201


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--turns", type=int, default=3)
    return parser.parse_args()


def _report(turn: int, bare: Result, ours: Result, stored: int) -> None:
    for name, result in (("bare", bare), ("rempart", ours)):
        line = f"{turn + 1} {name:8} {result.rate:7.0f}/s  p50 {result.percentile(0.5):6.1f} ms"
        print(f"{line}  p99 {result.percentile(0.99):6.1f} ms  refused {result.refused}")  # noqa: T201
    if stored != len(ours.latencies):
        sys.exit(f"{len(ours.latencies)} were acknowledged, but {stored} are stored.")


def _requests(url: str, count: int, turn: int) -> list[bytes]:
    validator = RequestValidator(TOKEN)
    return [
        _request(validator, url, f"SM{turn:02x}{number:030x}", number % SENDERS) for number in range(count)
    ]


def _request(validator: RequestValidator, url: str, sid: str, sender: int) -> bytes:
    """A form as the provider sends it, with about a hundred characters of text."""
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
        "Body": "Salut c'est Max, on s'est vus samedi, tu m'as donne ton numero. On se revoit ou tu veux ?",
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


@contextmanager
def _bare(port: int, url: str, core: int) -> Iterator[None]:
    with _server([sys.executable, "-m", "tests.bench.baseline", str(port), TOKEN, url], {}, port, core):
        yield


@contextmanager
def _rempart(port: int, folder: Path, core: int) -> Iterator[None]:
    (folder / "responses.yaml").write_text(RULES, encoding="utf-8")
    environment = {
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
    with _server([str(Path(sys.executable).with_name("rempart")), "run"], environment, port, core):
        yield


@contextmanager
def _server(command: Sequence[str], environment: dict[str, str], port: int, core: int) -> Iterator[None]:
    process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, {core})
    try:
        _wait_for(port)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")


def _stored(folder: Path) -> int:
    database = sqlite3.connect(f"file:{folder / 'rempart.db'}?mode=ro", uri=True)
    try:
        return int(database.execute("SELECT count(*) FROM events").fetchone()[0])
    finally:
        database.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
