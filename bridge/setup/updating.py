"""A newer release, with a way back: copies first, then the release; all as it was where that is not ready.

What runs here is being replaced meanwhile. So everything is imported before anything is touched, and all that
is done to the database is done by a command of the release that is installed at that moment.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import RempartError
from bridge.noun import Noun
from bridge.setup.installed import Command, Installed
from bridge.setup.keeper import Keeping

Say = Callable[..., None]
"""Tells a step by its name, with its values."""

_LONGEST = 1800  # seconds
_ASIDE = ".before-update"


class NotRenewed(RempartError):
    """The new release is not in place; all is as it was."""


@dataclass(slots=True)
class Update:
    """One update of one installation."""

    installed: Installed
    copies: Mapping[str, Path]
    """Where the copy of each line's database goes, by the line's name."""
    keeping: Keeping
    say: Say
    environment: Mapping[str, str]
    folder: Path
    """Where `.env` stands."""
    whose: int
    """Whose the database is."""

    def run(self) -> None:
        """The new release runs afterwards. Raises `NotRenewed`, and then the old one does, as it did."""
        aside, in_order = self._aside(), self._does("check")
        self.keeping.stop()
        try:
            self._copy()
            self._set_aside(aside)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            self.keeping.start()
            raise
        try:
            self._renew(in_order=in_order)
        except (RempartError, OSError) as error:
            self._go_back(aside)
            raise NotRenewed(str(error)) from error
        except BaseException:  # somebody has lost patience
            self._go_back(aside)
            raise
        shutil.rmtree(aside, ignore_errors=True)

    def _aside(self) -> Path:
        """Where the environment stands as it was. One that is there is of an update that was cut off."""
        aside = self.installed.prefix.with_name(self.installed.prefix.name + _ASIDE)
        if aside.exists():
            raise RempartError(
                f"An update was cut off: {aside} is the environment from before it. Put it in place of "
                f"{self.installed.prefix}, or remove it, and run this again."
            )
        return aside

    def _set_aside(self, aside: Path) -> None:
        """As it is, at little cost: installers replace files, and write into none of the packages'."""
        shutil.copytree(self.installed.prefix, aside, symlinks=True, copy_function=_kept)
        owner = self.installed.prefix.stat()
        if os.geteuid() == 0:
            for path in (aside, *aside.rglob("*")):
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

    def _copy(self) -> None:
        for line, file in self.copies.items():
            self._ours("backup", str(file), *_of(line))
            self.say("copied", file=str(file))

    def _renew(self, *, in_order: bool) -> None:
        """`in_order`: the release from before had nothing to say about the rules."""
        for command in self.installed.renew:
            self.say("calls", command=" ".join(command))
            self._call(command, self.installed.owner)
        self._ours("--version")
        if in_order:
            self._ours("check")
        self.keeping.start()
        if not self.keeping.is_ready():
            raise RempartError("The new release does not become ready.")

    def _go_back(self, aside: Path) -> None:
        """As it was: the release, and the data where the new one has changed their form."""
        self.say("goes_back")
        with suppress(RempartError):
            self.keeping.stop()
        for command in self.installed.back:
            with suppress(RempartError):
                self._call(command, self.installed.owner)
        self._put_back(aside)
        for line, file in self.copies.items():
            if not self._does("mutes", *_of(line)):  # it cannot read the database as it is now
                self._restore(line, file)
        self.keeping.start()
        self.keeping.is_ready()

    def _restore(self, line: str, file: Path) -> None:
        try:
            self._ours("restore", str(file), *_of(line))
        except RempartError as error:
            self.say("not_restored", file=str(file), why=str(error))
        else:
            self.say("restored", file=str(file))

    def _put_back(self, aside: Path) -> None:
        broken = aside.with_name(f"{self.installed.prefix.name}.broken")
        shutil.rmtree(broken, ignore_errors=True)
        self.installed.prefix.rename(broken)
        aside.rename(self.installed.prefix)
        shutil.rmtree(broken, ignore_errors=True)

    def _does(self, *words: str) -> bool:
        """Whether a command of the release that is in place ends well."""
        try:
            self._ours(*words)
        except RempartError:
            return False
        return True

    def _ours(self, *words: str) -> None:
        self._call([str(self.installed.command), *words], self.whose)

    def _call(self, command: Command, owner: int) -> None:
        """As somebody. Raises `RempartError` with the last line that it says."""
        who = _Identity.of(owner, self.environment)
        try:
            done = subprocess.run(  # noqa: S603 - the words are ours
                command,
                cwd=self.folder,
                env=who.environment,
                user=who.user,
                group=who.group,
                extra_groups=who.groups,
                capture_output=True,
                text=True,
                timeout=_LONGEST,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RempartError(f"{command[0]} cannot be called, or takes too long.") from error
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or "it does not say why").splitlines()
            raise RempartError(f"{Path(command[0]).name} {' '.join(command[1:3])} failed: {said[-1]}")


def _of(line: str) -> Sequence[str]:
    return ["--line", line] if line else []


def _kept(source: str, target: str) -> str:
    """Receipts and commands may be written over in place; packages never are."""
    if "site-packages" in Path(source).parts:
        os.link(source, target)
        return target
    return str(shutil.copy2(source, target))


class _Identity(Noun):
    """Who calls: root must leave nothing of its own in somebody's environment, nor beside their database."""

    environment: Mapping[str, str]
    user: int | None = None
    group: int | None = None
    groups: Sequence[int] | None = None

    @classmethod
    def of(cls, owner: int, environment: Mapping[str, str]) -> "_Identity":
        if os.geteuid() != 0 or owner == 0:
            return cls(environment)
        person = pwd.getpwuid(owner)
        tools = os.pathsep.join((environment.get("PATH", os.defpath), f"{person.pw_dir}/.local/bin"))
        theirs = {"HOME": person.pw_dir, "USER": person.pw_name, "LOGNAME": person.pw_name, "PATH": tools}
        groups = os.getgrouplist(person.pw_name, person.pw_gid)
        return cls({**environment, **theirs}, owner, person.pw_gid, groups)
