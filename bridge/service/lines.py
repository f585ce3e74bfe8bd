"""Several lines in one installation: what each has of its own, and what comes for whom.

A line is a whole house: its rules, its database, its loops and its channels. They share the process, the
ports, the secret, and the credentials that are not said of one of them: nothing that is decided by.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from bridge.errors import RempartError
from bridge.model import Answer, Call
from bridge.noun import Noun
from bridge.ports import Channel, ChannelPlugin, Guarded, Lined, OwnLine, Webhook, Wiring
from bridge.responses import Line, called
from bridge.service.in_force import in_force
from bridge.service.plugins import broken_channels, channel_plugins, idle, lined_plugins
from bridge.settings import Settings
from bridge.store.engine.connecting import database_file, parse_url

_SCHEMA = "rempart_"
"""What the schemas of lines but the first begin with, on a server."""

_FORGED = 403

NOT_LOADED, NOT_CONNECTED, NOT_OPENED = "not_loaded", "not_connected", "not_opened"
"""How an adapter can fail by itself, before any provider is asked."""

log = structlog.get_logger("rempart.service")


def ending_of(line: str) -> str:
    """What stands behind the name of a variable that is said of one line."""
    return f"_{line.upper().replace('-', '_')}"


class OfLine(Mapping[str, str]):
    """The environment as one of several lines has it.

    What the rules file says of the line counts first, then the variable with the line's name behind its own,
    such as `NAME_LYON`, then the variable itself; but what each line has of its own comes to the first line
    only, else one's number would be everybody's.
    """

    def __init__(self, environment: Mapping[str, str], line: Line, *, first: bool) -> None:
        """Reads nothing yet."""
        self._whole, self._ending = environment, ending_of(line.name)
        plugins = lined_plugins().values()
        self._said = {
            plugin.place: line.channels[plugin.name]
            for plugin in plugins
            if plugin.place and plugin.name in line.channels
        }
        self._not_ours = frozenset() if first else frozenset(name for one in plugins for name in one.own)

    def __getitem__(self, name: str) -> str:
        """The value of `name` for this line. Raises `KeyError` when it has none."""
        if name in self._said:
            return self._said[name]
        if self._whole.get(name + self._ending, "").strip():
            return self._whole[name + self._ending]
        if name in self._not_ours:
            raise KeyError(name)
        return self._whole[name]

    def __iter__(self) -> Iterator[str]:
        """The names that have a value for this line."""
        names = dict.fromkeys((*self._said, *self._whole))
        names |= dict.fromkeys(name.removesuffix(self._ending) for name in self._whole)
        return (name for name in names if name in self)

    def __len__(self) -> int:
        """How many have."""
        return sum(1 for _ in self)


class Site(Noun):
    """Where a line stands."""

    name: str
    """Empty where there is one line."""
    environment: Mapping[str, str]
    database_url: str
    first: bool = True

    def connected(self, wiring: Wiring, some: Collection[str] | None = None) -> "Connected":
        """Every installed channel, or some of them by name. Raises `Misconfigured` for what an operator set
        wrong, and for nothing else that an adapter may do: that is its own trouble."""
        found: dict[str, Channel | None] = dict.fromkeys(channel_plugins())
        broken = dict.fromkeys(broken_channels(), NOT_LOADED)
        for name, plugin in self.plugins().items():
            if some is not None and name not in some:
                continue
            try:
                found[name] = plugin.connect(self.environment, wiring)
            except RempartError:
                raise
            except Exception:
                log.exception("a channel cannot be connected; the others go on", channel=name)
                broken[name] = NOT_CONNECTED
        return Connected(found, broken)

    def plugins(self) -> dict[str, ChannelPlugin]:
        """Whose channels it may have."""
        return {name: plugin for name, plugin in channel_plugins().items() if self._may_have(plugin)}

    def on(self, public_url: str | None) -> list[str]:
        """The channels that have credentials; what is wrong with any is told where it is looked at."""
        return [name for name, plugin in self.plugins().items() if self._has(plugin, public_url)]

    def _has(self, plugin: ChannelPlugin, public_url: str | None) -> bool:
        with suppress(Exception):
            return plugin.connect(self.environment, idle(public_url)) is not None
        return False

    def _may_have(self, plugin: ChannelPlugin) -> bool:
        """A line but the first has the channels that something of its own is said of, and no other."""
        return self.first or (isinstance(plugin, Lined) and plugin.own[0] in self.environment)


class Connected(Noun):
    """The channels of a line."""

    channels: dict[str, Channel | None]
    """`None` for one that is off."""
    broken: dict[str, str]
    """Those that cannot be had, each with a short code: one of them keeps no other down."""

    def states(self) -> dict[str, str]:
        """What each of them is: on, off or failing."""
        states = {name: "on" if channel else "off" for name, channel in self.channels.items()}
        return states | dict.fromkeys(self.broken, "failing")


def sites(lines: Sequence[Line], environment: Mapping[str, str], database_url: str) -> list[Site]:
    """Where each line stands, the first one where the only one would. Raises `Misconfigured`."""
    first, *others = lines
    if not first.name:
        return [Site("", environment, database_url)]
    return [
        Site(first.name, OfLine(environment, first, first=True), database_url),
        *(
            Site(
                line.name,
                OfLine(environment, line, first=False),
                database_of(database_url, line.name),
                first=False,
            )
            for line in others
        ),
    ]


def channels_on(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """The channels that have credentials, each once, whichever line's. Raises `Misconfigured`."""
    lines = sites(in_force(settings).lines, environment, settings.database_url)
    return list(dict.fromkeys(name for site in lines for name in site.on(settings.public_url)))


def settings_of(settings: Settings, line: str | None) -> Settings:
    """The settings with the database of a line. Raises `Misconfigured` where there is no such line."""
    if line is None:
        return settings
    lines = in_force(settings).lines
    if called(lines, line) is lines[0]:
        return settings
    return settings.model_copy(update={"database_url": database_of(settings.database_url, line)})


def schemas_of_others(settings: Settings) -> Sequence[str]:
    """Where the lines but the first stand on a server, in the first one's database; where there are no rules,
    nobody can know."""
    with suppress(RempartError):
        return [_schema_of(line.name) for line in in_force(settings).lines[1:]]
    return ()


def site_of(settings: Settings, environment: Mapping[str, str], line: str | None) -> Site:
    """Where a line stands; the first one, when nobody says. Raises `Misconfigured`."""
    lines = in_force(settings).lines
    place = 0 if line is None else lines.index(called(lines, line))
    return sites(lines, environment, settings.database_url)[place]


def database_of(database_url: str, line: str) -> str:
    """The database of a line but the first: a file beside the first one's, or a schema of the same server.

    Raises `Misconfigured`.
    """
    url = parse_url(database_url)
    file = database_file(url)
    if file is None:
        url = url.update_query_dict({"search_path": _schema_of(line)})
    else:
        path = Path(url.database or "")
        url = url.set(database=str(path.with_name(f"{path.stem}-{line}{path.suffix}")))
    return url.render_as_string(hide_password=False)


def _schema_of(line: str) -> str:
    return f"{_SCHEMA}{line.replace('-', '_')}"


def written_to(site: Site, public_url: str | None, some: Collection[str] | None = None) -> dict[str, str]:
    """What people write to on each of its channels, or on some, as far as the settings say it: a bot's name,
    only its provider knows. Raises `Misconfigured`."""
    channels = site.connected(idle(public_url), some).channels
    lines = {name: getattr(one, "line", name) for name, one in channels.items() if isinstance(one, OwnLine)}
    return {name: line for name, line in lines.items() if line != name}


def join(lines: Mapping[str, Mapping[str, Channel]]) -> None:
    """Makes the channels of several lines known to each other, kind by kind. Raises `Misconfigured`."""
    for name, plugin in lined_plugins().items():
        several = {line: channels[name] for line, channels in lines.items() if name in channels}
        if len(several) > 1:
            plugin.join(several)


def shared(hooks: Sequence[Webhook]) -> Webhook:
    """What receives for several lines at one path: the first of them to which a call is authentic.

    Which of them is to store it only that one knows: so nothing is read here to be stored by the way.
    """

    async def receive(call: Call) -> Answer:
        for hook in hooks[:-1]:
            answer = await hook(call)
            if answer.status != _FORGED:
                return answer
        return await hooks[-1](call)

    def glance(headers: Mapping[str, str]) -> Answer | None:
        answers = [hook.glance(headers) if isinstance(hook, Guarded) else None for hook in hooks]
        return None if None in answers else answers[0]

    return Guarded(receive, glance, largest=max(getattr(hook, "largest", 0) for hook in hooks))
