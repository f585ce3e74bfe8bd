"""The command line: thin, each command hands over to the room that knows. Floor 4.

Exit status: 0 done or fine; 1 what was checked is not fine; 2 wrong usage or configuration.
Errors are one plain sentence on stderr, never a traceback.
"""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bridge.cli.door import answered
from bridge.cli.terminal import heard, put_line, put_lines
from bridge.errors import Misconfigured, RempartError

if TYPE_CHECKING:  # catalogues take longer to load than most commands
    import typer

    from bridge.wording import Words

__all__ = ["main"]


def main() -> None:
    """The command `rempart`."""
    _open_streams()
    try:
        _insist_on_a_folder()
        status_code = answered(sys.argv[1:])
        if status_code is None:
            status_code = _done()
        _said()
    except RempartError as error:
        _fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:  # a file that a command was told of, and that the system does not give
        refused = _refused(error)
        _fail(str(refused), refused.exit_status)
    sys.exit(status_code)


def _done() -> int:
    """What the command line makes of the words; its library takes longer to load than a socket to answer."""
    import typer

    from bridge.cli.commands import app

    try:
        status_code = app(standalone_mode=False, prog_name="rempart")
    except typer.TyperException as error:
        _fail(_sentence(error), error.exit_code)
    except typer.Abort:
        raise KeyboardInterrupt from None
    return status_code if isinstance(status_code, int) else 0


def _open_streams() -> None:
    """Whoever closed one neither hears nor says anything; what a terminal cannot show ends no command."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until we end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _said() -> None:
    """Everything has left for standard output; where it cannot, that is said here, and not as we end."""
    try:
        with heard():
            sys.stdout.flush()
    except (BrokenPipeError, RempartError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again as it ends
        raise


def _refused(error: OSError) -> RempartError:
    """What the system does not give."""
    reason = error.strerror or "unknown reason"
    if error.filename is None:
        return RempartError(f"The system refuses what this takes ({reason}).")
    return Misconfigured(
        f"{error.filename} cannot be used ({reason}): name another file, or mend its rights."
    )


def _insist_on_a_folder() -> None:
    """Whatever is named without a leading slash is looked for in it. Raises `Misconfigured`."""
    try:
        Path.cwd()
    except OSError as error:
        raise Misconfigured(_words()("no_folder_here")) from error


def _sentence(error: "typer.TyperException") -> str:
    """What is wrong, and how it is written; of an option that there is not, which one is likely meant."""
    from bridge.cli.guessing import is_bare, no_option, wrong_usage

    if is_bare(error):
        put_lines([error.format_message()])
        return _words()("which_command")
    return no_option(error) if hasattr(error, "possibilities") else wrong_usage(error)


def _words() -> "Words":
    from bridge.cli.speech import words

    return words().within("command")


def _fail(sentence: str, exit_status: int) -> NoReturn:
    with suppress(BrokenPipeError, RempartError):
        _said()
    put_line(" ".join(sentence.split()), error=True)
    sys.exit(exit_status)
