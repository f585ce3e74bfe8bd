"""Drives a real Chromium over the DevTools protocol: open, ask, press, take pictures."""

import asyncio
import base64
import contextlib
import itertools
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 600.0
"""Seconds; generous, because test machines are slow and shared."""

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-features=PreloadTopChromeWebUI",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--no-startup-window",  # a page that nobody looks at costs as much as one of ours
)

_KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, "")}
"""Their codes, and what they write."""

_DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"

_MIDDLE = """async (element) => {
  const drawn = () => new Promise((then) => requestAnimationFrame(then));
  element.scrollIntoView({ block: 'nearest' });
  for (let before = null; ; await drawn()) {
    const box = element.getBoundingClientRect();
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const still = before && before.x === middle.x && before.y === middle.y;
    if (still && element.contains(document.elementFromPoint(middle.x, middle.y))) return middle;
    before = middle;
  }
}"""
"""Once it stands still and nothing lies over it: a page that is being laid out moves under the mouse."""


def chromium() -> str | None:
    """The path of a Chromium, or `None` when there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One tab, or the browser itself."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._serial = itertools.count(1)
        self.complaints: list[str] = []
        """What the browser's console held against the page."""
        self._moving = False

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Sends a command and returns its result."""
        serial = next(self._serial)
        await self._socket.send_json({"id": serial, "method": method, "params": parameters})
        while True:
            told = await self._socket.receive_json(timeout=PATIENCE)
            self._listen(told)
            if told.get("id") == serial:
                assert "error" not in told, f"{method}: {told['error']}"
                result: dict[str, Any] = told["result"]
                return result

    async def open(
        self,
        url: str,
        *,
        width: int,
        height: int,
        language: str,
        dark: bool = False,
        scale: int = 1,
        shows: str = "#examples .chip",
        moving: bool = False,
    ) -> None:
        """Loads a page as a reader of that language, on a screen of that size in CSS pixels; returns once it
        shows what a selector finds.

        Unless it is `moving`, the reader prefers what stands still: what moves is drawn sixty times a second.
        """
        self._moving = moving
        await self.command("Log.enable")
        await self.command("Runtime.enable")
        await self.command("Emulation.setUserAgentOverride", userAgent="Chromium", acceptLanguage=language)
        await self.command("Emulation.setTimezoneOverride", timezoneId="Europe/Paris")
        await self.theme(dark=dark)
        await self.resize(width, height, scale)
        await self.command("Page.navigate", url=url)
        await self.until(f"document.readyState === 'complete' && document.querySelector({shows!r}) !== null")

    async def resize(self, width: int, height: int, scale: int = 1) -> None:
        """Changes the size of the screen; returns once the page stands on it as it will stay."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}
        await self.command("Emulation.setDeviceMetricsOverride", **size)
        await self.drawn()

    async def drawn(self) -> None:
        """Returns once the page has been drawn as it stands."""
        await self.ask(_DRAWN)

    async def font(self, css: str) -> None:
        """Has every text drawn as `css` says, as a machine would that has other fonts."""
        sheet = f"const sheet = new CSSStyleSheet(); sheet.replaceSync({f'* {{ {css} }}'!r})"
        await self.ask(f"{{ {sheet}; document.adoptedStyleSheets = [sheet] }}")
        await self.drawn()

    async def theme(self, *, dark: bool) -> None:
        """Changes the colours that the reader prefers."""
        preferred = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "no-preference" if self._moving else "reduce",
        }
        features = [{"name": name, "value": value} for name, value in preferred.items()]
        await self.command("Emulation.setEmulatedMedia", features=features)

    async def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        told = await self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def until(self, condition: str) -> None:
        """Returns once a JavaScript condition holds."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if await self.ask(f"Boolean({condition})"):
                    return
                await asyncio.sleep(0.1)

    async def press(self, selector: str) -> None:
        """Clicks what a selector finds, where it is on the screen."""
        place = await self.ask(f"({_MIDDLE})(document.querySelector({selector!r}))")
        for kind in ("mousePressed", "mouseReleased"):
            await self.command("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    async def key(self, name: str) -> None:
        """Presses a key, such as `Enter`."""
        virtual, text = _KEYS[name]
        code = {"key": name, "code": name, "windowsVirtualKeyCode": virtual}
        await self.command("Input.dispatchKeyEvent", type="keyDown", text=text, **code)
        await self.command("Input.dispatchKeyEvent", type="keyUp", **code)

    async def type(self, text: str) -> None:
        """Writes where the cursor is."""
        await self.command("Input.insertText", text=text)

    async def picture(self, *, whole: bool = False) -> bytes:
        """What is seen, or the whole page, as PNG."""
        told = await self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(told["data"])

    def _listen(self, told: dict[str, Any]) -> None:
        parameters = told.get("params", {})
        if told.get("method") == "Log.entryAdded":
            self.complaints.append(parameters["entry"]["text"])
        if told.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(parameters["exceptionDetails"]["text"])


class Chromium:
    """A running browser."""

    def __init__(self, session: ClientSession, port: int) -> None:
        self._session, self._port = session, port

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Page]:
        """A tab that shares nothing with any other: no storage, no cookie, no cache."""
        async with self._session.ws_connect(await self._address()) as socket:
            control = Page(socket)
            context = await control.command("Target.createBrowserContext")
            target = await control.command("Target.createTarget", url="about:blank", **context)
            address = f"http://127.0.0.1:{self._port}/devtools/page/{target['targetId']}"
            async with self._session.ws_connect(address, max_msg_size=0) as tab:
                yield Page(tab)
            await control.command("Target.disposeBrowserContext", **context)

    async def _address(self) -> str:
        async with self._session.get(f"http://127.0.0.1:{self._port}/json/version") as answer:
            return str((await answer.json())["webSocketDebuggerUrl"])


@asynccontextmanager
async def browser(path: str) -> AsyncIterator[Chromium]:
    """A fresh Chromium."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            path,
            *_FLAGS,
            f"--user-data-dir={profile}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port(Path(profile) / "DevToolsActivePort")
            async with ClientSession() as session:
                yield Chromium(session, port)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _port(file: Path) -> int:
    """The port that the browser writes down once it listens."""
    async with asyncio.timeout(PATIENCE):
        while True:
            lines = _lines(file)
            if len(lines) > 1:
                return int(lines[0])
            await asyncio.sleep(0.05)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
