"""`rempart secret rotate`: the senders' keys are wrapped anew; handles and pseudonyms stay as they are.

The new key is on disk before the first row is wrapped by it, and the old one stays on disk until somebody
removes it. Cut off at any moment, the same command goes on where it was: until then nobody runs a database
whose keys are not all under the new one. Several lines share the key, so it is changed for all of them.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.environment import Environment
from bridge.errors import Misconfigured, RempartError
from bridge.noun import Noun
from bridge.privacy.sealing import wrapping_id
from bridge.privacy.secret import derive_keys
from bridge.service.exclusive import held, insist_on
from bridge.settings import Settings
from bridge.store.engine import wrapping
from bridge.store.engine.belonging import recognise
from bridge.store.engine.connecting import database_file, parse_url
from bridge.store.engine.files import beside, make_privately, sync
from bridge.store.engine.lead import somebody_leads
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.engine.tables import senders
from bridge.store.engine.upkeep import service_connected

_MADE = re.compile(rb"[0-9a-f]{64}\n?")
"""What this command writes."""

Step = Callable[[str], None]
"""Told each step once it is done for good."""


class Rotated(Noun):
    """What came of it."""

    file: Path
    """Where the new key stands."""
    before: Path | None
    """Where the old one stands, if it had a file of its own."""
    people: int
    """Whose keys were wrapped anew, by this call."""


def key_file(settings: Settings, environment: Environment, wanted: Path | None) -> Path:
    """Where the new key will stand: as asked, where the present one stands, or beside the database."""
    named = environment.path_of("REMPART_KEY")
    if wanted is not None and named is not None and wanted.absolute() != named.absolute():
        raise Misconfigured("REMPART_KEY_FILE names another file: leave --key-file out, or name the same.")
    database = database_file(parse_url(settings.database_url))
    beside = database.with_name(database.name + ".key") if database else Path("rempart.key")
    file, secret = wanted or named or beside, environment.path_of("REMPART_SECRET")
    if not _may_be_replaced(file, named, secret):
        raise Misconfigured(f"{file} holds something else than a key: name another file with --key-file.")
    return file


def _may_be_replaced(file: Path, named: Path | None, secret: Path | None) -> bool:
    """Whether nothing but a key is set aside where the new one takes its place: a rules file, a database or
    the secret itself would be missed."""
    try:
        if not os.path.lexists(file):
            return True
        if secret is not None and secret.exists() and file.samefile(secret):
            return False
        is_named = named is not None and file.absolute() == named.absolute()
        return file.is_file() and (is_named or _MADE.fullmatch(file.read_bytes()) is not None)
    except OSError:  # a name that no file can have: writing it tells
        return True


async def rotate(
    settings: Settings, databases: Sequence[str], file: Path, step: Step = lambda _: None
) -> Rotated:
    """Makes a new key in `file`, and wraps every sender's key by it, in all of these databases.

    Raises `RempartError`, before anything was changed where a service runs on one of them.
    """
    stores = [Store(url) for url in databases]
    if all(_is_missing(store) for store in stores):
        insist_on(database_file(stores[0].url))
    async with AsyncExitStack() as ending:
        for store in stores:
            await ending.enter_async_context(held(store))
            await migrate(store)
            await store.transact(lambda connection: _is_ours_alone(connection, settings))
        return await _Rotation(settings, stores, file, step).run()


def _is_missing(store: Store) -> bool:
    """Of several lines one may have none yet; where none has, a new key would be the key of nothing."""
    file = database_file(store.url)
    return file is not None and not file.exists()


class _Rotation(Noun):
    settings: Settings
    stores: Sequence[Store]
    file: Path
    step: Step

    @property
    def fresh(self) -> Path:
        """Where the new key stands until it counts."""
        return beside(self.file, ".new")

    @property
    def before(self) -> Path:
        """Where the older key stands afterwards."""
        return beside(self.file, ".before")

    async def run(self) -> Rotated:
        key = self._sealing(self._made())
        self.step("the new key is on disk")
        left = [store for store in self.stores if not await _is_done(store, key)]
        for store in left:
            await self._close(store, key)
        people = sum([await self._rewrap(store, key) for store in left])
        before = self._put_in_place()
        self.step("the new key is in its place")
        return Rotated(self.file, before, people)

    async def _close(self, store: Store, key: bytes) -> None:
        """All of them before the first is changed: a service with one line under each key would be two."""
        await store.transact(lambda connection: wrapping.begin(connection, key))
        self.step("nobody runs the database")

    async def _rewrap(self, store: Store, key: bytes) -> int:
        older, people = self._older(), 0
        while some := await store.transact(lambda found: wrapping.rewrap(found, older, key)):
            people += some
            self.step(f"{people} are wrapped anew")
        await store.transact(lambda connection: wrapping.end(connection, key))
        self.step("all are wrapped anew")
        await store.scrub((senders,))
        return people

    def _made(self) -> str:
        """The new key, for good; the one of a call that was cut off, where there is one."""
        if not self.fresh.exists():
            unfinished = beside(self.fresh, ".part")
            _write(unfinished, secrets.token_hex(32))
            unfinished.rename(self.fresh)
            sync(self.fresh.parent)
        made = self.fresh.read_bytes()
        if not _MADE.fullmatch(made):
            raise Misconfigured(f"{self.fresh} holds something else than a key: move it elsewhere.")
        return made.decode().strip()

    def _older(self) -> Mapping[str, bytes]:
        """Every key at hand that may wrap something: the present one, the secret's, and those in files."""
        texts = [self.settings.key_value(), None]
        files = [path for path in (self.file, self.before, self.fresh) if path.exists()]
        texts += [path.read_text(encoding="utf-8-sig", errors="replace").strip() for path in files]
        keys = [self._sealing(one) for one in texts]
        return {wrapping_id(key): key for key in keys}

    def _sealing(self, key: str | None) -> bytes:
        return derive_keys(self.settings.secret_value(), key).sealing

    def _put_in_place(self) -> Path | None:
        """The old key gets a second name before the new one takes its first: neither is ever missing."""
        if self.file.exists():
            self.before.unlink(missing_ok=True)
            self.before.hardlink_to(self.file)
        self.fresh.replace(self.file)
        sync(self.file.parent)
        return self.before if self.before.exists() else None


async def _is_done(store: Store, key: bytes) -> bool:
    return await store.read(lambda connection: wrapping.is_wrapped_by(connection, key))


async def _is_ours_alone(connection: AsyncConnection, settings: Settings) -> None:
    await recognise(connection, settings.keys().recognition)
    if await somebody_leads(connection) or await service_connected(connection):
        raise RempartError("A service runs on this database: stop it first, and start it with the new key.")


def _write(path: Path, key: str) -> None:
    path.unlink(missing_ok=True)
    try:
        descriptor = make_privately(path)
    except OSError as error:
        raise Misconfigured(f"The key cannot be written to {path}: {error.strerror}.") from error
    try:
        os.write(descriptor, f"{key}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
