"""The counter where no service runs: a command opens the database itself."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.errors import Misconfigured, RempartError, StoreAbsent, StoreUnusable
from bridge.evidence.signing import Signer
from bridge.explaining.explain import Explaining
from bridge.loops.retention import Forgotten
from bridge.model import Act, SenderId
from bridge.moderation.directory import Directory
from bridge.observability import configure_logging
from bridge.privacy.pseudonym import sender_id
from bridge.reasons import Reason
from bridge.responses import Responses, called
from bridge.service.control import Told
from bridge.service.counter import Counter
from bridge.service.counters import LINE, questions
from bridge.service.door import People, settled_act
from bridge.service.exclusive import held, is_held, open_once
from bridge.service.finding import Finder, phrase_wanted
from bridge.service.host import decided
from bridge.service.in_force import InForce, in_force
from bridge.service.lines import Site, sites
from bridge.service.pipeline import Pipeline
from bridge.service.plugins import channel_names, directory, idle
from bridge.service.prepare import prepare
from bridge.service.standing import Standing
from bridge.settings import Settings, read_settings
from bridge.store.books.journal import Arrival, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.signs import last_sign
from bridge.store.engine.connecting import database_file, is_sqlite, parse_url
from bridge.store.engine.lead import somebody_leads
from bridge.store.engine.migrate import FOREIGN, is_foreign
from bridge.store.engine.store import Store
from bridge.store.engine.upkeep import service_connected, table_names
from bridge.wording import ENGLISH

_MOST_BATCHES = 10_000
_EVERY = 10_000  # messages between two lines of progress

_LOOKS = {"status", "prices", "report"}
"""Questions that must be answered whoever holds the file: they take it as it is, and change nothing."""

_ASKS = {"mutes", "lessons", "rules", "campaigns", "exposures", "doubtful", "find", "found", "why", "forget"}
"""Those that a folder without a database answers as an empty one, which is thrown away; and says so."""


async def answer(
    environment: Environment, question: str, asked: Told, aside: Callable[[str], None] = lambda _: None
) -> Told:
    """What the counter answers, on the database alone; `aside`: told what to know of it. Raises
    `RempartError`."""
    settings = read_settings(environment)
    configure_logging()  # nothing may stand between the lines of an answer
    opening = _looking if question in _LOOKS else partial(_holding, passing=question in _ASKS, aside=aside)
    async with AsyncExitStack() as ending:
        lines = _concerned(settings, environment, question, asked)
        counters: dict[str, Counter] = {}
        for site in lines:
            try:
                counters[site.name] = await ending.enter_async_context(opening(settings, site))
            except RempartError as error:
                if len(lines) == 1:
                    raise
                counters[site.name] = _counter(Store(site.database_url), settings, site, down=str(error))
        return await questions(counters)[question](asked)


def _concerned(settings: Settings, environment: Environment, question: str, asked: Told) -> list[Site]:
    """The lines that a question is about. The first one's database is known without reading the rules."""
    named = asked.get(LINE)
    if named is None and question != "status":
        return [Site("", environment, settings.database_url)]
    lines = in_force(settings, People(directory(environment))).lines
    found = sites(lines, environment, settings.database_url)
    return found if named is None else [one for one in found if one.name == called(lines, str(named)).name]


@asynccontextmanager
async def _looking(settings: Settings, site: Site) -> AsyncIterator[Counter]:
    store = Store(site.database_url)
    database = database_file(store.url)
    there = database is None or database.exists()
    if database and there:
        open_once(database)
    try:
        empty = not there or await _is_empty(store)
        yield _counter(store, settings, site, empty=empty)
    finally:
        await store.close()


async def _is_empty(store: Store) -> bool:
    """Whether there is nothing of ours yet: whoever only looks makes nothing. Raises `StoreUnusable`."""
    try:
        names = await store.read(table_names)
    except StoreAbsent:
        return True
    if is_foreign(names, alone=is_sqlite(store.url)):
        raise StoreUnusable(FOREIGN)
    return not names


@asynccontextmanager
async def _holding(
    settings: Settings, site: Site, *, passing: bool, aside: Callable[[str], None]
) -> AsyncIterator[Counter]:
    """The database while it is ours; `passing`: where there is none, none is left."""
    keys, database = settings.keys(), database_file(parse_url(site.database_url))
    there = database is None or database.exists()
    with TemporaryDirectory() as passes:
        url = f"sqlite:///{passes}/rempart.db" if passing and not there else site.database_url
        store = Store(url)
        async with held(store):
            await prepare(store, keys, system_clock, site.name)
            with nullcontext() if there else _noted(aside, _NEVER_RAN if passing else _MADE, database):
                yield _counter(store, settings, site)


@contextmanager
def _noted(aside: Callable[[str], None], note: str, database: Path | None) -> Iterator[None]:
    """Told beside an answer, also beside that nobody is known; not where what was asked is at fault."""
    try:
        yield
    except Misconfigured:
        raise
    except RempartError:
        aside(note.format(file=database))
        raise
    aside(note.format(file=database))


_NEVER_RAN = "There is no database at {file}: no service ever ran here, and so this is said of nothing."

_MADE = "There was no database at {file}, and so one was made: a service elsewhere knows nothing of it."


def _counter(
    store: Store, settings: Settings, site: Site, *, empty: bool = False, down: str | None = None
) -> Counter:
    """Rules, secret and credentials are read only by the questions that need them; `down`: why the database
    of one of several lines will not do."""

    def states() -> dict[str, str]:
        return site.connected(idle(settings.public_url)).states()

    people = directory(site.environment)

    @cache
    def counting() -> InForce:
        return in_force(settings, People(people))

    def rules() -> Responses:
        return called(counting().lines, site.name or None).responses

    def identify(channel: str, address: str) -> SenderId:
        return sender_id(settings.keys().senders, people.known_on(channel), address)

    def journal() -> Journal:
        keys = settings.keys()
        return Journal(keys.senders, Keyring(keys.sealing), people)

    def pipeline() -> Pipeline:
        return Pipeline(store, settings.keys(), system_clock, rules(), people)

    standing = Standing(
        store=store,
        clock=system_clock,
        responses=rules,
        channel_states=states,
        runs=partial(_runs, database_file(store.url)),
        folds=somebody_leads,
        public_url=settings.public_url,
        refused=lambda: counting().refused,
        freshen=partial(_proved, store, empty=empty),
        empty=empty,
        down=lambda: down,
        lives=False,
    )
    finder = Finder(store, journal, progressed=_tell_progress)
    return Counter(
        finder=finder,
        patient=True,
        store=store,
        clock=system_clock,
        explaining=Explaining(store, identify, channel_names(), system_clock, lambda: rules().reply_once_per),
        responses=rules,
        standing=standing,
        do=partial(_do, pipeline, store, people, finder),
        directory=people,
        journal=journal,
        signer=lambda: Signer(settings.keys().evidence),
        forget_one=partial(_forget, pipeline, store),
    )


async def _proved(store: Store, *, empty: bool) -> None:
    """Proves that a server takes what a service on it stores: none can write there that it takes nothing.

    Raises `StoreUnavailable`. A file is not touched: the service answers for it, or none runs.
    """

    async def runs(connection: AsyncConnection) -> bool:
        return bool(await _runs(None, connection))

    if not empty and database_file(store.url) is None and await store.read(runs):
        await store.ping()


async def _runs(database: Path | None, connection: AsyncConnection) -> bool | None:
    """A service that decides is seen by its lock also where a pooler hides who is connected.

    Of a file that somebody holds who said no goodbye and does not answer, nobody can know.
    """
    last = await last_sign(connection)
    if database is not None and last is not None and not last.stopped and is_held(database):
        return None
    return True if await somebody_leads(connection) else await service_connected(connection)


def _tell_progress(looked: int, of: int) -> None:
    """Now and then, so that nobody thinks that it hangs."""
    if looked % _EVERY == 0 and looked < of:
        sys.stderr.write(f"{looked:,} of {ENGLISH.some('messages', of)} looked through\n")


async def _do(
    pipeline: Callable[[], Pipeline], store: Store, people: Directory, finder: Finder, act: Act
) -> tuple[str, Reason]:
    """Journals an act and folds up to it, unless a service does: then its decision is awaited."""
    act = await finder.named(settled_act(phrase_wanted(act, ENGLISH), people, ENGLISH), ENGLISH)
    folding = pipeline()
    await folding.commit([Arrival(act, system_clock())])
    if not await store.read(somebody_leads):
        await _fold(folding)
    return await decided(store, act, ENGLISH)


async def _forget(making: Callable[[], Pipeline], store: Store, sender: SenderId) -> Forgotten:
    """Forgets somebody; first what waits is decided, unless a service does that."""
    pipeline = making()
    led = await store.read(somebody_leads)
    if not led:
        await _fold(pipeline)
    forgotten = await pipeline.retention.one(sender)
    if not led:
        await _fold(pipeline)
        await pipeline.retention.scrub()
    return forgotten


async def _fold(pipeline: Pipeline) -> None:
    """Everything that waits. Raises `StoreUnusable` where that is too much for a command."""
    for _ in range(_MOST_BATCHES):
        if not await pipeline.folding.batch():
            return
    raise StoreUnusable("Too much waits to be decided: start the service, and try again.")
