"""What `rempart evidence` runs on: looks at the database from a process of its own, and has recorded and
pinned by whoever may write to it."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bridge.clock import iso, system_clock
from bridge.dossier.comparing import Ask
from bridge.dossier.exporting import Exporter, Made, Wanted
from bridge.dossier.media import Fetch
from bridge.dossier.writing import Attest, Progress
from bridge.environment import Environment, meant
from bridge.errors import Misconfigured, RempartError, SealBroken
from bridge.evidence.signing import Signer
from bridge.explaining.lookup import sender_named
from bridge.heart.acts import dossier
from bridge.model import Micros
from bridge.moderation.targets import is_short_id
from bridge.noun import Noun, replace
from bridge.ports import Attesting, Fetching, Logging
from bridge.responses import called
from bridge.service.asking import ask_counter
from bridge.service.door import settled_question
from bridge.service.exclusive import insist_on
from bridge.service.in_force import in_force
from bridge.service.lines import Site, settings_of, site_of
from bridge.service.plugins import directory, idle
from bridge.settings import Settings, read_settings
from bridge.store.books import exports
from bridge.store.books import senders as people
from bridge.store.books.journal import Journal
from bridge.store.books.keyring import Keyring
from bridge.store.engine.connecting import database_file
from bridge.store.engine.store import Store
from bridge.wording import ENGLISH


class Asked(Noun):
    """What somebody wants to export, as they wrote it."""

    raid: str | None = None
    since: Micros | None = None
    until: Micros | None = None
    sender: str | None = None
    by: str | None = None
    """The act that asked for it in the room, where it is recorded already."""
    compare: bool = True
    recipients: tuple[str, ...] = ()
    media: bool = False
    """Whether photos and files are to be fetched."""


async def export(environment: Environment, asked: Asked, out: Path, progress: Progress) -> tuple[Made, Path]:
    """Exports a dossier; returns what came of it, and the file. Raises `RempartError`."""
    settings = settings_of(read_settings(environment), meant.get())
    keys = settings.keys()
    enclose, file = _encryption(asked.recipients), _checked(out)
    if asked.recipients:
        file = _checked(_sealed(out))
    people_ = directory(environment)
    store = Store(settings.database_url)
    insist_on(database_file(store.url))
    try:
        journal = Journal(keys.senders, Keyring(keys.sealing), people_)
        wanted = await _wanted(store, journal, asked, environment)
        await _record(store, asked, wanted)
        pinned = await ask_counter("pin", {"why": "export"})
        exporter = Exporter(
            store=store,
            journal=journal,
            signer=Signer(keys.evidence),
            note=pinned["note"],
            made_at=system_clock(),
            controller=_controller(settings),
            progress=progress,
            enclose=enclose,
        )
        heard_on = await exporter.heard_on(wanted)
        async with _providers(environment, settings, asked, heard_on) as (attest, logs, fetching):
            with_them = replace(exporter, attest=attest, logs=logs, fetching=fetching)
            made = await with_them.export(wanted, file)
    except SealBroken:
        raise Misconfigured(
            "REMPART_SECRET is not the secret this database was made with: set the one that made it."
        ) from None
    finally:
        await store.close()
    return made, file


def _controller(settings: Settings) -> str:
    """Who answers for the service, where the rules say it."""
    named = called(in_force(settings).lines, meant.get()).responses.controller
    return named.name if named else ""


def _checked(out: Path) -> Path:
    """Where the file is to lie. Raises `Misconfigured`: nothing that is there is written over."""
    try:
        file = out.absolute()
        if file.exists():
            raise Misconfigured(f"{out} is there already: name another file with --out.")
        if not file.parent.is_dir():
            raise Misconfigured(f"There is no folder {file.parent}: make it, or name another with --out.")
    except (OSError, ValueError) as error:
        raise Misconfigured("--out names no file that could be written: name another one.") from error
    return file


async def _wanted(store: Store, journal: Journal, asked: Asked, environment: Environment) -> Wanted:
    if asked.raid is not None and not is_short_id(asked.raid):
        raise Misconfigured("--raid takes the id of a raid, as `rempart status` names them.")
    if asked.sender is None:
        return Wanted(asked.raid, asked.since, asked.until)
    meant = settled_question(asked.sender, directory(environment), ENGLISH)
    who = await store.read(lambda connection: sender_named(connection, meant, journal.sender))
    if who is None:
        raise Misconfigured("Nobody is known by that handle or number: `--sender` takes either.")
    (person,) = await store.read(lambda connection: people.load(connection, [who]))
    return Wanted(None, asked.since, asked.until, who, person.handle)


async def _record(store: Store, asked: Asked, wanted: Wanted) -> None:
    """Whoever exports is written down before anything is read out. Raises `RempartError`."""
    if asked.by is not None:
        by = asked.by
        if await store.read(lambda connection: exports.is_wanted(connection, by)):
            return
        raise Misconfigured("No act asks for this dossier.")
    period = [iso(one) for one in (asked.since, asked.until) if one is not None]
    about = " ".join(filter(None, [wanted.raid or wanted.handle, *period]))
    with_media = {"reason": "with photos and files"} if asked.media else {}
    told = await ask_counter("act", {"verb": dossier.VERB.name, "target": about, **with_media})
    if told["outcome"] != "done":
        raise RempartError(told["told"])


@asynccontextmanager
async def _providers(
    environment: Environment, settings: Settings, asked: Asked, heard_on: Collection[str]
) -> AsyncIterator[tuple[Mapping[str, Attest], Mapping[str, Ask] | None, Mapping[str, Fetch] | None]]:
    """What can tell whether requests are genuine, the providers' logs, and what fetches from them; of the
    channels that the dossier is about alone, for each brings a library of its vendor's."""
    # What was asked for in the room is made by a service that has told its line's environment already.
    there = site_of(settings, environment, meant.get()) if asked.by is None else None
    site = there or Site("", environment, settings.database_url)
    channels = site.connected(idle(settings.public_url), heard_on).channels
    on = [channel for channel in channels.values() if channel is not None]
    attest = {one.name: one.is_genuine for one in on if isinstance(one, Attesting)}
    logging = [one for one in on if isinstance(one, Logging)] if asked.compare else []
    fetching = [one for one in on if isinstance(one, Fetching)] if asked.media else []
    async with AsyncExitStack() as stack:
        for one in {id(one): one for one in (*logging, *fetching)}.values():
            await one.open()
            stack.push_async_callback(one.close)
        logs = {one.name: one.received for one in logging} if asked.compare else None
        yield attest, logs, {one.name: one.fetch for one in fetching} if asked.media else None


def _sealed(file: Path) -> Path:
    return file.with_name(f"{file.name}.age")


def _encryption(recipients: tuple[str, ...]) -> Callable[[Path], Path]:
    """What makes of a file one that only these can open; the file itself where nobody is named. Raises
    `Misconfigured`."""
    if not recipients:
        return lambda file: file
    import pyrage  # noqa: PLC0415 - only where somebody wants it

    found = []
    for one in recipients:
        try:
            kind = pyrage.ssh if one.startswith("ssh-") else pyrage.x25519
            found.append(kind.Recipient.from_str(one))
        except (pyrage.RecipientError, ValueError) as error:
            raise Misconfigured(
                "--encrypt-to takes an age recipient (age1...) or an SSH public key."
            ) from error

    def enclose(file: Path) -> Path:
        sealed = _sealed(file)
        try:
            pyrage.encrypt_file(str(file), str(sealed), found)
        except pyrage.EncryptError as error:  # what the system refused it tells in prose alone
            raise RempartError(
                "The dossier could not be encrypted: look whether the disk is full."
            ) from error
        return sealed

    return enclose
