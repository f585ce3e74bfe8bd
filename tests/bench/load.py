"""A load generator that costs little: every connection keeps one request under way."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path


@dataclass(slots=True)
class Result:
    """What came of a run; latencies in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    processor: float = 0.0
    """Seconds of processor time that the server took."""

    @property
    def rate(self) -> float:
        """Acknowledged requests per second."""
        return len(self.latencies) / self.seconds

    @property
    def cost(self) -> float:
        """Microseconds of processor time for each acknowledged request: a busy machine changes it little."""
        return 1e6 * self.processor / len(self.latencies)

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that `share` of the requests stayed below."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends the next."""

    def __init__(self, requests: Iterator[bytes], result: Result, done: asyncio.Future[None]) -> None:
        self._requests, self._result, self._done = requests, result, done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap or len(body) < _content_length(head):
            return
        self._buffer = b""
        if head.startswith(b"HTTP/1.1 200"):
            self._result.latencies.append(time.perf_counter() - self._sent_at)
        else:
            self._result.refused += 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("The server closed a connection."))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._done.set_result(None) if not self._done.done() else None
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0] or 0)


async def drive(port: int, server: int, requests: Sequence[bytes], connections: int) -> Result:
    """Sends every request once over so many connections; `server` is the process that answers."""
    loop = asyncio.get_running_loop()
    result, waiting = Result(), iter(requests)
    ends = [loop.create_future() for _ in range(connections)]
    begin, spent = time.perf_counter(), processor_time(server)
    for end in ends:
        await loop.create_connection(partial(_Connection, waiting, result, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    result.seconds, result.processor = time.perf_counter() - begin, processor_time(server) - spent
    return result


def processor_time(server: int, thread: int | None = None) -> float:
    """Seconds of processor time, as Linux tells them: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html."""
    of_thread = "" if thread is None else f"/task/{thread}"
    told = Path(f"/proc/{server}{of_thread}/stat").read_text(encoding="utf-8")
    after_name = told.rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
