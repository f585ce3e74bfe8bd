"""A table of broken set-ups: each starts with what is sound, or is refused, and says so in one sentence."""

import asyncio
import json
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bridge.cli.run import _insist, _made
from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.errors import RempartError
from bridge.service import alone, plugins
from bridge.service import rules as watched
from bridge.service.last_good import Kept, keep, owner, place_of
from bridge.service.service import Service
from bridge.settings import read_settings
from bridge.store.engine.belonging import identify
from bridge.store.engine.store import Store
from channels.standins.slack import SlackStandIn
from channels.standins.telegram import TelegramStandIn
from channels.standins.twilio import TwilioStandIn
from tests.support import sqlite
from tests.support.events import SECRET
from tests.support.house import QUICK, free_port, until
from tests.support.terrace import RULES as OF_LINES

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "not-a-real-token-at-all-0123456789",
    "TWILIO_NUMBER": "+33639980000",
    "TWILIO_API_URL": "http://127.0.0.1:9",
}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1", "SLACK_SIGNING_SECRET": "0" * 32}
LAST_GOOD = QUICK.replace(b"Un mot.", b"Le dernier bon mot.")


@dataclass(slots=True)
class SetUp:
    """A folder, and what its environment says."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def rules(self) -> Path:
        return self.folder / "rules.yaml"

    @property
    def url(self) -> str:
        return self.variables["REMPART_DATABASE_URL"]

    @property
    def kept(self) -> Path:
        return place_of(self.url, self.rules)

    def made(self, *, strict: bool = False) -> Service:
        return _made(Environment(self.variables), strict=strict)

    def objection(self, *, strict: bool = False) -> str | None:
        """The sentence with which it is refused, with exit status 2; `None` where it would start."""
        try:
            self.made(strict=strict)
        except RempartError as error:
            refused = error
        else:
            return None
        assert refused.exit_status == 2
        assert "\n" not in str(refused)
        assert SECRET not in str(refused)
        return str(refused)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """Everything as it should be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_bytes(QUICK)
    return SetUp(
        tmp_path,
        {
            "REMPART_DATABASE_URL": f"sqlite:///{tmp_path / 'rempart.db'}",
            "REMPART_RESPONSES": str(tmp_path / "rules.yaml"),
            "REMPART_SECRET": SECRET,
            "REMPART_PORT": str(free_port()),
        },
    )


@pytest.fixture
def lived(house: SetUp) -> SetUp:
    """The same, after rules were accepted once."""
    asyncio.run(_accept(house))
    return house


async def _accept(house: SetUp) -> None:
    sqlite.migrated(house.folder / "rempart.db")
    store = Store(house.url)
    try:
        name = await store.transact(identify)
    finally:
        await store.close()
    keep(house.kept, Kept(LAST_GOOD), owner(house.url, name))


Break = Callable[[SetUp], object]


def having(**variables: str) -> Break:
    return lambda house: house.variables.update(variables)


def lacking(*names: str, of: Mapping[str, str]) -> Break:
    return lambda house: house.variables.update(
        {name: value for name, value in of.items() if name not in names}
    )


def ruled(source: bytes) -> Break:
    return lambda house: house.rules.write_bytes(source)


def becomes_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def secret_in(make: Callable[[Path], object]) -> Break:
    def break_(house: SetUp) -> None:
        make(house.folder / "secret")
        del house.variables["REMPART_SECRET"]
        house.variables["REMPART_SECRET_FILE"] = str(house.folder / "secret")

    return break_


SETTINGS: dict[str, tuple[Break, str]] = {
    "no secret": (having(REMPART_SECRET=""), "REMPART_SECRET is not set"),
    "a secret that is short": (having(REMPART_SECRET="short"), "REMPART_SECRET"),
    "a secret that can be guessed": (having(REMPART_SECRET="a" * 40), "REMPART_SECRET has too little"),
    "a secret twice": (having(REMPART_SECRET_FILE="/x"), "REMPART_SECRET and REMPART_SECRET_FILE"),
    "a file of a secret that is not there": (secret_in(lambda path: path), "REMPART_SECRET_FILE"),
    "a file of a secret that is a folder": (secret_in(Path.mkdir), "REMPART_SECRET_FILE"),
    "a file of a secret that is no text": (
        secret_in(lambda p: p.write_bytes(b"\xff")),
        "REMPART_SECRET_FILE",
    ),
    "a file of a secret that is empty": (secret_in(Path.touch), "REMPART_SECRET"),
    "a port in words": (having(REMPART_PORT="eighty"), "REMPART_PORT"),
    "a port that cannot be": (having(REMPART_PORT="0"), "REMPART_PORT"),
    "a URL that is none": (having(REMPART_PUBLIC_URL="bridge.example.org"), "REMPART_PUBLIC_URL"),
    "a heartbeat that is none": (having(REMPART_HEARTBEAT_URL="hc"), "REMPART_HEARTBEAT_URL"),
    "a database of another kind": (having(REMPART_DATABASE_URL="mysql://a/b"), "REMPART_DATABASE_URL"),
    "a database without a name": (having(REMPART_DATABASE_URL="sqlite://"), "REMPART_DATABASE_URL"),
    "an account without its token": (
        lacking("TWILIO_AUTH_TOKEN", of=TWILIO),
        "TWILIO_AUTH_TOKEN must be set",
    ),
    "an account without its number": (lacking("TWILIO_NUMBER", of=TWILIO), "TWILIO_NUMBER must be set"),
    "a number that is none": (having(**(TWILIO | {"TWILIO_NUMBER": "12 34"})), "TWILIO_NUMBER"),
    "a file of a token that is not there": (
        having(**(TWILIO | {"TWILIO_AUTH_TOKEN": "", "TWILIO_AUTH_TOKEN_FILE": "/no/such"})),
        "TWILIO_AUTH_TOKEN_FILE",
    ),
    "a provider at no URL": (having(**(TWILIO | {"TWILIO_API_URL": "ftp://x"})), "TWILIO_API_URL"),
    "a bot's token that is none": (having(TELEGRAM_BOT_TOKEN="x y"), "TELEGRAM_BOT_TOKEN"),
    "a room without its channel": (lacking("SLACK_CHANNEL", of=SLACK), "SLACK_CHANNEL must be set"),
    "a room that nobody can speak from": (lacking("SLACK_SIGNING_SECRET", of=SLACK), "SLACK_"),
}
"""What an operator set wrong is never guessed at: refused, and named."""


@pytest.mark.parametrize("case", SETTINGS)
def test_a_wrong_setting_is_refused_and_named(house: SetUp, case: str) -> None:
    break_, named = SETTINGS[case]
    break_(house)
    assert named in str(house.objection())


RULES: dict[str, tuple[Break, str]] = {
    "empty": (ruled(b""), "empty"),
    "no text": (ruled(b"\0\1\2\3" * 100), "text file"),
    "no UTF-8": (ruled(bytes(range(128, 256))), "UTF-8"),
    "UTF-16": (ruled(QUICK.decode().encode("utf-16")), "UTF-16"),
    "too large": (ruled(QUICK + b"#" * 300_000), "larger"),
    "cut off": (ruled(QUICK[:60]), "rules.yaml:"),
    "with a tab": (ruled(QUICK.replace(b"  - id", b"\t- id")), "rules.yaml:"),
    "with an unknown key": (ruled(QUICK + b"replys: []\n"), "replys"),
    "without replies": (ruled(b"languages: [fr]\n"), "replies"),
    "with a wrong length": (ruled(QUICK.replace(b"max: 1s", b"max: soon")), "hold.max"),
    "with a wrong language": (ruled(QUICK.replace(b"[fr, en]", b"[fr, xx]")), "rules.yaml:2:"),
    "with somebody who is nobody": (ruled(QUICK + b'exempt: ["telegram:none"]\n'), "exempt"),
    "gone": (lambda house: house.rules.unlink(), "no rules file"),
    "a folder": (lambda house: becomes_a_folder(house.rules), "not a file"),
    "with a line of no name": (ruled(OF_LINES.replace("  lyon:", "  Lyon!:").encode()), "name of a line"),
    "with a line of unknown keys": (
        ruled(OF_LINES.replace("  lyon:", "  lyon:\n    pto: 1").encode()),
        "pto",
    ),
    "with a line that is empty": (ruled(OF_LINES.split("  lyon:")[0].encode() + b"  lyon:\n"), "lyon"),
    "with a line on no channel": (ruled(OF_LINES.replace("sms:", "telegramm:").encode()), "telegramm"),
    "with a way that is none": (
        ruled(
            QUICK + b"prices: {sms: {out: {FR: 0.01}}, whatsapp: {out: {FR: 0.01}}}\nways: [sms, whatsapp]\n"
        ),
        "cannot stand in",
    ),
    "with one number of two lines": (
        ruled(OF_LINES.replace("+33639980001", "+33639980000").encode()),
        "same number",
    ),
    "with a secret in it": (ruled(OF_LINES.replace("sms:", "telegram:").encode()), "secret"),
}
"""Rules files that will not do, each with what is told of it."""


@pytest.mark.parametrize("case", RULES)
def test_without_last_good_rules_a_broken_file_is_refused_with_its_mend(house: SetUp, case: str) -> None:
    break_, told = RULES[case]
    break_(house)
    assert told in str(house.objection())


@pytest.mark.parametrize("case", RULES)
def test_with_them_it_starts_and_says_what_is_wrong(lived: SetUp, case: str) -> None:
    break_, told = RULES[case]
    break_(lived)
    service = lived.made()
    assert told in str(service.rules.refused)
    assert says(service) == "Le dernier bon mot."
    assert told in str(lived.objection(strict=True))


def says(service: Service) -> str:
    """The first wording of the first reply that is in force."""
    return service.first.responses().replies[0].say["fr"][0]


def test_rules_in_order_count_before_the_last_good_ones(lived: SetUp) -> None:
    service = lived.made()
    assert (service.rules.refused, says(service)) == (None, "Un mot.")


def test_half_of_a_channels_credentials_is_refused_whatever_rules_there_are(lived: SetUp) -> None:
    ruled(b"")(lived)
    lived.variables["TWILIO_AUTH_TOKEN"] = "alone"
    assert "TWILIO_ACCOUNT_SID" in str(lived.objection())


def edited(change: Callable[[bytes], bytes]) -> Break:
    return lambda house: house.kept.write_bytes(change(house.kept.read_bytes()))


def of_an_older_form(house: SetUp) -> None:
    """Whole, sealed, and in words that this release does not know."""
    name = house.kept.read_bytes().split(b" of ")[1].split(b",")[0].decode()
    keep(house.kept, Kept(LAST_GOOD + b"answer_everybody: true\n"), name)


def of_elsewhere(house: SetUp) -> None:
    keep(house.kept, Kept(LAST_GOOD), "0" * 32)


def moved_in(house: SetUp) -> None:
    """Another database stands beside it."""
    sqlite.migrated(house.folder / "rempart.db")


KEPT: dict[str, tuple[Break, str]] = {
    "cut off": (edited(lambda was: was[:-40]), "damaged"),
    "empty": (edited(lambda _: b""), "damaged"),
    "changed by a letter": (edited(lambda was: was.replace(b"dernier", b"premier")), "damaged"),
    "with its last line alone": (edited(lambda was: b"\n" + was.splitlines(keepends=True)[-1]), "damaged"),
    "of a form to come": (edited(lambda was: was.replace(b"form 1", b"form 9")), "another release"),
    "a folder": (lambda house: becomes_a_folder(house.kept), "cannot be read"),
    "in words of another release": (of_an_older_form, "answer_everybody"),
    "of another database": (of_elsewhere, "another database"),
    "beside another database": (moved_in, "another database"),
    "beside none": (lambda house: (house.folder / "rempart.db").unlink(), "another database"),
}
"""Last good rules that will not do either."""


@pytest.mark.parametrize("case", KEPT)
def test_last_good_rules_that_will_not_do_are_no_help_and_no_harm(lived: SetUp, case: str) -> None:
    break_, told = KEPT[case]
    break_(lived)
    assert lived.objection() is None  # while the file itself is in order nobody asks for them
    ruled(b"")(lived)
    said = str(lived.objection())
    assert "The file is empty" in said
    assert "last good rules" in said
    assert told in said


def test_a_file_of_the_teams_own_that_is_gone_is_not_replaced_by_the_shipped_one(lived: SetUp) -> None:
    del lived.variables["REMPART_RESPONSES"]
    service = lived.made()
    assert "responses.yaml is gone" in str(service.rules.refused)
    assert says(service) == "Le dernier bon mot."


PLUGINS: dict[str, tuple[str, str]] = {
    "a package that is not there": ("no_such_package_anywhere:Plugin", "not_loaded"),
    "a package that lacks another": ("lacking:Plugin", "not_loaded"),
    "a package that fails": ("failing:Plugin", "not_loaded"),
    "a package that ends the process": ("ending:Plugin", "not_loaded"),
    "a package with a mistake": ("mistaken:Plugin", "not_loaded"),
    "a name that is not in it": ("odd:Absent", "not_loaded"),
    "something that is no channel": ("odd:NOTHING", "not_loaded"),
    "a channel that cannot be connected": ("odd:Unconnected", "not_connected"),
    "a channel that cannot say what it receives": ("odd:Deaf", "not_connected"),
    "a channel that cannot be opened": ("odd:Unopened", "not_opened"),
}
"""Adapters that fail by themselves, by where their entry points lead."""

MODULES = {
    "lacking": "import no_such_package_anywhere\n",
    "failing": "raise ZeroDivisionError('with a text of somebody')\n",
    "ending": "raise SystemExit(3)\n",
    "mistaken": "def Plugin(:\n",
    "odd": """
NOTHING = None

class Unconnected:
    name = "pigeon"
    def connect(self, environment, wiring):
        return environment["PIGEON_LOFT"]

class Open:
    name = "pigeon"
    def webhooks(self): return {}
    async def open(self): raise OSError("the loft is shut")
    async def close(self): return None

class Unopened:
    name = "pigeon"
    def connect(self, environment, wiring): return Open()

class Mute(Open):
    def webhooks(self): raise KeyError("loft")

class Deaf:
    name = "pigeon"
    def connect(self, environment, wiring): return Mute()

Unconnected, Unopened, Deaf = Unconnected(), Unopened(), Deaf()
""",
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Installs a package beside ours whose entry point leads somewhere."""

    def install(where: str, name: str = "pigeon") -> None:
        info = tmp_path / "packages" / "pigeon-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: pigeon\nVersion: 1.0\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(f"[rempart.channels]\n{name} = {where}\n", encoding="utf-8")
        for module, source in MODULES.items():
            (info.parent / f"{module}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(info.parent)
        forget()

    yield install
    forget()
    for module in MODULES:
        sys.modules.pop(module, None)


def forget() -> None:
    plugins._installed.cache_clear()
    plugins._loaded.cache_clear()


@pytest.mark.parametrize("case", PLUGINS)
async def test_an_adapter_that_fails_is_told_and_keeps_nothing_else_down(
    house: SetUp, installed: Callable[[str], None], case: str
) -> None:
    where, code = PLUGINS[case]
    installed(where)
    house.variables |= {"REMPART_PUBLIC_URL": "http://127.0.0.1:1", **TWILIO}
    with capture_logs() as log:
        service = house.made()
        await service.start()
        try:
            states, told = service.channel_states(), await service.counter.standing.status()
        finally:
            await service.stop()
    assert states["pigeon"] == "failing"
    assert "sms" in states
    assert {(one["half"], one["code"]) for one in told["troubles"] if one["channel"] == "pigeon"} == {
        ("in", code),
        ("out", code),
    }
    assert [line for line in log if "channel" in line["event"]]
    assert "somebody" not in json.dumps(log, default=str)


@pytest.mark.parametrize("case", ["a package that fails", "a channel that cannot be connected"])
async def test_strictly_it_is_refused(house: SetUp, installed: Callable[[str], None], case: str) -> None:
    installed(PLUGINS[case][0])
    house.made(strict=True)
    with pytest.raises(RempartError, match="pigeon") as refused:
        await _insist(Environment(house.variables))
    assert refused.value.exit_status == 2


async def test_strictly_it_is_told_in_the_language_of_whoever_starts_it(
    house: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR")
    house.variables["TWILLIO_NUMBER"] = "x"
    with pytest.raises(RempartError, match="Personne ne lit TWILLIO_NUMBER"):
        await _insist(Environment(house.variables))


def test_rules_that_name_a_number_stay_good_where_no_adapter_can_read_it(
    lived: SetUp, installed: Callable[..., None]
) -> None:
    installed("failing:Plugin", "pigeon")
    ruled(QUICK + b'exempt: ["pigeon:Loft 7", "+33612345678"]\n'.replace(b"Loft 7", b"loft7"))(lived)
    assert lived.made().rules.refused is None


async def _port(house: SetUp) -> socket.socket:
    return socket.create_server(("127.0.0.1", int(house.variables["REMPART_PORT"])))


async def test_a_port_that_is_taken_is_named(house: SetUp) -> None:
    with await _port(house):
        service = house.made()
        with pytest.raises(RempartError, match=house.variables["REMPART_PORT"]) as refused:
            await service.start()
    assert refused.value.exit_status == 1


DATABASES: dict[str, Callable[[SetUp], object]] = {
    "a folder that is not there": lambda house: having(
        REMPART_DATABASE_URL=f"sqlite:///{house.folder / 'absent' / 'r.db'}"
    )(house),
    "a file where a folder should be": lambda house: having(
        REMPART_DATABASE_URL=f"sqlite:///{house.rules / 'r.db'}"
    )(house),
    "a folder where the file should be": lambda house: (house.folder / "rempart.db").mkdir(),
    "a letter to an aunt": lambda house: (house.folder / "rempart.db").write_bytes(b"dear aunt, " * 500),
}


@pytest.mark.parametrize("case", DATABASES)
async def test_a_database_that_cannot_be_used_is_told_in_one_sentence(house: SetUp, case: str) -> None:
    DATABASES[case](house)
    service = house.made()
    with pytest.raises(RempartError) as refused:
        await service.start()
    assert "database" in str(refused.value).lower()
    assert "\n" not in str(refused.value)


async def test_a_copy_that_cannot_be_written_ends_nothing(lived: SetUp) -> None:
    lived.kept.unlink()
    lived.kept.mkdir()
    with capture_logs() as log:
        service = lived.made()
        await service.start()
        await service.stop()
    assert [line for line in log if "cannot be kept" in line["event"]]


@pytest.mark.parametrize("at", [0, 4_000_000_000_000_000])
async def test_a_clock_that_is_far_off_keeps_nothing_from_starting(house: SetUp, at: int) -> None:
    service = Service(read_settings(house.variables), Environment(house.variables), lambda: at)
    await service.start()
    try:
        assert (await service.counter.standing.status())["running"]
    finally:
        await service.stop()


# ---- What is only seen in a service that runs.


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test need not wait for a second."""
    monkeypatch.setattr(watched, "_LOOK_EVERY", 0.1)


async def page(house: SetUp, path: str) -> Any:
    url = f"http://127.0.0.1:{house.variables['REMPART_PORT']}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.json()


async def test_each_accepted_version_is_kept_whole_and_closed_to_others(house: SetUp) -> None:
    service = house.made()
    await service.start()
    try:
        assert house.kept.read_bytes().startswith(QUICK + b"\n#")
        house.rules.write_bytes(LAST_GOOD)

        async def newer() -> bool:
            return house.kept.read_bytes().startswith(LAST_GOOD + b"\n#")

        await until(newer, "the edit was kept")
        house.rules.write_bytes(b"languages: nonsense\n")

        async def refused() -> bool:
            return service.rules.refused is not None

        await until(refused, "the bad edit was refused")
        assert await newer()
    finally:
        await service.stop()
    assert stat.S_IMODE(house.kept.stat().st_mode) == 0o600
    assert not list(house.folder.glob("*.new"))
    house.rules.write_bytes(b"")
    assert says(house.made()) == "Le dernier bon mot."
    told = await alone.answer(Environment(house.variables), "status", {})
    assert "empty" in told["rules_refused"]


async def test_what_is_wrong_with_the_rules_is_told_everywhere_and_that_they_are_right_again(
    lived: SetUp,
) -> None:
    ruled(QUICK + b"replys: []\n")(lived)
    service = lived.made()
    await service.start()
    try:
        (day,) = await service.board.cards()
        assert [note for note in day.notes if note.key.startswith("refused:") and "replys" in note.text]
        assert "replys" in (await page(lived, "/readyz"))["rules_refused"]
        assert "replys" in str((await service.counter.standing.status())["rules_refused"])
        lived.rules.write_bytes(QUICK)

        async def mended() -> bool:
            return service.rules.refused is None

        await until(mended, "the mended file was adopted")
        (day,) = await service.board.cards()
        assert [note for note in day.notes if note.key.startswith("mended:")]

        async def well() -> bool:  # the page is made once a second at most
            return "rules_refused" not in await page(lived, "/readyz")

        await until(well, "the page said that all is well")
        assert says(service) == "Un mot."
    finally:
        await service.stop()


async def test_what_every_provider_refuses_is_shown_and_the_house_stands(house: SetUp) -> None:
    """Credentials that nobody takes, and an address at which nobody answers."""
    async with AsyncExitStack() as ending:
        for standin in (TwilioStandIn(), TelegramStandIn(), SlackStandIn()):
            house.variables |= await standin.start("http://127.0.0.1:1")
            ending.push_async_callback(standin.close)
        wrong = {"TWILIO_AUTH_TOKEN": "0" * 32, "SLACK_BOT_TOKEN": "xoxb-wrong"}
        house.variables |= wrong | {"TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}"}
        service = Service(read_settings(house.variables), Environment(house.variables), system_clock)
        ending.push_async_callback(service.stop)
        await service.start()

        async def all_fail() -> bool:
            states = service.channel_states()
            return {states[name] for name in ("sms", "telegram", "slack")} == {"failing"}

        await until(all_fail, "each channel was seen to fail")
        ready = await page(house, "/readyz")
        assert ready["ready"]
        assert {one["channel"] for one in ready["troubles"]} == {"sms", "telegram", "slack"}
