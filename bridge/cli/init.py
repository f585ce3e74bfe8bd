"""`rempart init`: the wizard at the terminal."""

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

from bridge.cli.doctor import print_examined
from bridge.cli.speech import words
from bridge.cli.terminal import put_line
from bridge.doctor import examination
from bridge.environment import read_environment
from bridge.errors import RempartError
from bridge.observability import configure_logging
from bridge.setup.interview import Interview
from bridge.wording import Words


class _Terminal:
    """Whoever sits there."""

    def __init__(self, said: Words) -> None:
        self.words, self._say = said, said.within("init")

    def asked(self, question: str, standing: str = "", *, secret: bool = False) -> str:
        """Reads a line; a secret is not shown, neither what stood there nor what is typed."""
        kept = self._say("kept") if secret and standing else standing
        prompt = f"{question} [{kept}] " if kept else f"{question} "
        try:
            with _interruptible():
                typed = getpass(prompt) if secret and sys.stdin.isatty() else input(prompt)
        except (EOFError, KeyboardInterrupt):
            put_line("")
            raise RempartError(self._say("interrupted")) from None
        return typed.strip() or standing

    def told(self, sentence: str) -> None:
        """A line."""
        put_line(sentence)


@contextmanager
def _interruptible() -> Iterator[None]:
    """While a line is read, Ctrl-C counts at once: the loop would wait for the line before it heard of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def init() -> int:
    """Asks, checks and writes; then examines the whole. 1 while something is wrong."""
    configure_logging(level=logging.ERROR)
    terminal = _Terminal(words())
    await Interview(terminal, Path.cwd()).run()
    found = await examination(read_environment())
    said = terminal.words.within("init")
    status = print_examined(found, terminal.words, last=said("finished"))
    if status:
        put_line(said("unfinished"))
    return status
