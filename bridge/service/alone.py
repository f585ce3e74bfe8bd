"""The counter where no service runs: a command opens the database itself."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.errors import StoreUnusable
from bridge.explaining.explain import Explaining
from bridge.model import Act, SenderId
from bridge.moderation.directory import Directory
from bridge.observability import configure_logging
from bridge.privacy.pseudonym import sender_id
from bridge.privacy.secret import derive_keys
from bridge.reasons import Reason
from bridge.responses import Responses, called, read, read_lines
from bridge.service.counter import LINE, Counter, Told, questions
from bridge.service.door import settled_act, settled_person
from bridge.service.exclusive import held, open_once
from bridge.service.host import decided
from bridge.service.lines import Site, sites
from bridge.service.pipeline import Pipeline
from bridge.service.plugins import channel_names, directory, idle
from bridge.service.prepare import prepare
from bridge.settings import Settings, read_settings
from bridge.store.books.journal import Arrival, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.engine.dialect import database_file, service_connected
from bridge.store.engine.lead import somebody_leads
from bridge.store.engine.store import Store
from bridge.wording import ENGLISH

_MOST_BATCHES = 10_000

_LOOKS = {"status", "prices"}
"""Questions that must be answered whoever holds the file: they take it as it is, and change nothing."""


async def answer(environment: Environment, question: str, asked: Told) -> Told:
    """What the counter answers, on the database alone. Raises `RempartError`."""
    settings = read_settings(environment)
    configure_logging()  # nothing may stand between the lines of an answer
    opening = _looking if question in _LOOKS else _holding
    async with AsyncExitStack() as ending:
        counters = {
            site.name: await ending.enter_async_context(opening(settings, site))
            for site in _concerned(settings, environment, question, asked)
        }
        return await questions(counters)[question](asked)


def _concerned(settings: Settings, environment: Environment, question: str, asked: Told) -> list[Site]:
    """The lines that a question is about. The first one's database is known without reading the rules."""
    named = asked.get(LINE)
    if named is None and question != "status":
        return [Site("", environment, settings.database_url)]
    lines = read_lines(settings.responses, settled_person(directory(environment)))
    found = sites(lines, environment, settings.database_url)
    return found if named is None else [one for one in found if one.name == called(lines, str(named)).name]


@asynccontextmanager
async def _looking(settings: Settings, site: Site) -> AsyncIterator[Counter]:
    store = Store(site.database_url)
    database = database_file(store.url)
    empty = database is not None and not database.exists()
    if database and not empty:
        open_once(database)
    try:
        yield _counter(store, settings, site, empty=empty)
    finally:
        await store.close()


@asynccontextmanager
async def _holding(settings: Settings, site: Site) -> AsyncIterator[Counter]:
    store = Store(site.database_url)
    async with held(store):
        await prepare(store, derive_keys(settings.secret_value()).recognition, system_clock, site.name)
        yield _counter(store, settings, site)


def _counter(store: Store, settings: Settings, site: Site, *, empty: bool = False) -> Counter:
    """Rules, secret and credentials are read only by the questions that need them."""

    def states() -> dict[str, str]:
        channels = site.connected(idle(settings.public_url))
        return {name: "on" if channel else "off" for name, channel in channels.items()}

    people = directory(site.environment)

    def rules() -> Responses:
        return read(settings.responses, settled_person(people), site.name or None)

    def identify(channel: str, address: str) -> SenderId:
        return sender_id(derive_keys(settings.secret_value()).senders, channel, address)

    def journal() -> Journal:
        keys = derive_keys(settings.secret_value())
        return Journal(keys.senders, Keyring(keys.sealing), people)

    return Counter(
        store=store,
        clock=system_clock,
        explaining=Explaining(store, identify, channel_names(), system_clock),
        responses=rules,
        channel_states=states,
        do=partial(_do, store, settings, people, rules),
        directory=people,
        runs=_runs,
        folds=somebody_leads,
        journal=journal,
        empty=empty,
    )


async def _runs(connection: AsyncConnection) -> bool | None:
    """A service that decides is seen by its lock also where a pooler hides who is connected."""
    return True if await somebody_leads(connection) else await service_connected(connection)


async def _do(
    store: Store, settings: Settings, people: Directory, rules: Callable[[], Responses], act: Act
) -> tuple[str, Reason]:
    """Journals an act and folds up to it, unless a service does: then its decision is awaited."""
    act = settled_act(act, people, ENGLISH)
    keys = derive_keys(settings.secret_value())
    pipeline = Pipeline(store, keys, system_clock, rules(), people)
    await pipeline.commit([Arrival(act, system_clock())])
    if await store.read(somebody_leads):
        return await decided(store, act)
    for _ in range(_MOST_BATCHES):
        if not await pipeline.folding.batch():
            return await decided(store, act)
    raise StoreUnusable("Too much waits to be decided: start the service, and try again.")
