"""`rempart init`: from nothing to a first answered text, resumed where it stopped, each wrong answer told."""

import re
import stat
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import system_clock
from bridge.environment import read_environment
from bridge.errors import Misconfigured, RempartError
from bridge.ports import Channel, Question, Wiring
from bridge.responses import read, shipped
from bridge.service import plugins
from bridge.service.service import Service
from bridge.settings import read_settings
from bridge.setup import offering
from bridge.setup.answers import pot
from bridge.setup.interview import Interview
from bridge.wording import LANGUAGES, Words
from channels.android import settings as gateway
from channels.mattermost import settings as mattermost
from channels.slack import settings as slack
from channels.standins.gateway import GatewayStandIn
from channels.standins.mattermost import MattermostStandIn
from channels.standins.slack import SlackStandIn
from channels.standins.telegram import TelegramStandIn
from channels.standins.telnyx import TelnyxStandIn
from channels.standins.twilio import TwilioStandIn
from channels.telegram_bot import settings as telegram
from channels.telnyx_messaging import settings as telnyx
from channels.twilio import settings as twilio
from tests.support.house import free_port, until

MOST_ANSWERS = 12
"""What may be asked of a person in all."""


class Scripted:
    """Somebody who answers what the questions' own names say, and notes what is said."""

    def __init__(self, answers: Mapping[str, Sequence[str]], language: str = "en") -> None:
        self.words = Words("fr" if language == "fr" else "en")
        self._answers = {name: list(given) for name, given in answers.items()}
        self._names = {self.words.within("init")(name): name for name in answers}
        self.said: list[str] = []
        self.count = 0

    def answer(self, question: str, *given: str) -> None:
        """Answers a question that is worded so."""
        self._names[question] = question
        self._answers[question] = list(given)

    def asked(self, question: str, standing: str = "", *, secret: bool = False) -> str:
        """The next answer to it; where there is none, what stood there."""
        del secret
        self.count += 1
        given = self._answers.get(self._names.get(question, ""), [])
        answer = given.pop(0) if given else ""
        if answer == "EOF":
            raise RempartError("nobody answers any more")
        return answer or standing

    def told(self, sentence: str) -> None:
        """Notes it."""
        self.said.append(sentence)


@pytest.fixture
async def providers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[dict[str, list[str]], TwilioStandIn]]:
    """Stand-ins of all three, in an empty folder; what one has to answer about them."""
    monkeypatch.chdir(tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    sms, telegram, slack = TwilioStandIn(), TelegramStandIn(), SlackStandIn()
    variables: dict[str, str] = {"REMPART_PUBLIC_URL": url}
    try:
        for standin in (sms, telegram, slack):
            variables |= await standin.start("http://elsewhere.invalid")
        slack.workspace.members.add(slack.workspace.bot)
        for name in [name for name in variables if name.endswith("API_URL")]:
            monkeypatch.setenv(name, variables.pop(name))
        monkeypatch.setenv("REMPART_PORT", str(port))
        monkeypatch.delenv("REMPART_SECRET", raising=False)
        yield {name: [value] for name, value in variables.items()}, sms
    finally:
        for standin in (sms, telegram, slack):
            await standin.close()


async def test_from_nothing_to_a_first_answered_text(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    answers, sms = providers
    person = Scripted(answers)
    await Interview(person, tmp_path).run()
    assert person.count <= MOST_ANSWERS
    _at_once(tmp_path / "responses.yaml")
    environment = read_environment()
    service = Service(read_settings(environment), environment, system_clock)
    await service.start()
    try:
        status, _ = await sms.text("+33612345678", "Salut")
        assert status == 200
        assert await sms.ring("+33612345678") == (200, False)

        async def sent() -> bool:
            return bool(sms.sent)

        await until(sent, "the first text was answered")
    finally:
        await service.stop()


def _at_once(rules: Path) -> None:
    """No test waits for ten minutes."""
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("hold: {min: 10m, max: 45m}", "hold: {min: 0s, max: 1s}"), encoding="utf-8")


async def test_what_is_written_is_closed_to_others_and_is_the_teams_own(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    answers, _ = providers
    await Interview(
        Scripted(
            {
                **answers,
                "pot": ["120,50 € 14 j"],
                "admins": ["U012ABC"],
                "controller": ['Les "Amis" d\'\\ici, 1 rue Haute, 75001 Paris'],
            }
        ),
        tmp_path,
    ).run()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    rules = read(tmp_path / "responses.yaml")
    assert (rules.pot.total, rules.organisers.admins) == (120_500_000, ("U012ABC",))
    assert rules.controller is not None
    assert (rules.controller.name, rules.controller.contact) == (
        'Les "Amis" d\'\\ici',
        "1 rue Haute, 75001 Paris",
    )
    assert not (tmp_path / "responses.yaml").samefile(shipped())


async def test_stopped_anywhere_it_goes_on_where_it_was(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    answers, _ = providers
    first = Scripted({**answers, "TELEGRAM_BOT_TOKEN": ["EOF"]})
    with pytest.raises(RempartError):
        await Interview(first, tmp_path).run()
    secret = read_environment()["REMPART_SECRET"]
    assert read_environment()["TWILIO_NUMBER"] == answers["TWILIO_NUMBER"][0]
    second = Scripted({"TELEGRAM_BOT_TOKEN": answers["TELEGRAM_BOT_TOKEN"]})
    await Interview(second, tmp_path).run()
    assert read_environment()["REMPART_SECRET"] == secret
    assert read_environment()["TELEGRAM_BOT_TOKEN"] == answers["TELEGRAM_BOT_TOKEN"][0]


OF_RULES = {
    "pot": ["3300 30d"],
    "admins": ["U012ABC"],
    "controller": ["Les Amis, donnees@example.org"],
}
"""Answers that will do."""

TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_NUMBER": "+33639980000"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret", "SLACK_CHANNEL": "C0FEED"}
TELNYX = {"TELNYX_API_KEY": "key", "TELNYX_PUBLIC_KEY": f"{'A' * 43}=", "TELNYX_NUMBER": "+33639980000"}
GATEWAY = {
    "GATEWAY_API_URL": "http://phone",
    "GATEWAY_USERNAME": "name",
    "GATEWAY_PASSWORD": "password",
    "GATEWAY_SIGNING_KEY": "key",
    "GATEWAY_NUMBER": "+33639980000",
}
MATTERMOST = {
    "MATTERMOST_URL": "https://chat",
    "MATTERMOST_TOKEN": "token",
    "MATTERMOST_CHANNEL": "a" * 26,
    "MATTERMOST_COMMAND_TOKEN": "token",
}

WRONG: dict[str, tuple[str, str]] = {
    "an address that is none": ("REMPART_PUBLIC_URL", "bridge"),
    "a token of nobody": ("TWILIO_AUTH_TOKEN", "0" * 32),
    "an account that is none": ("TWILIO_ACCOUNT_SID", "0123"),
    "a number of nobody here": ("TWILIO_NUMBER", "+33639981111"),
    "a number that is none": ("TWILIO_NUMBER", "0639"),
    "a bot of nobody": ("TELEGRAM_BOT_TOKEN", "1:wrong"),
    "another kind of Slack token": ("SLACK_BOT_TOKEN", "xoxp-1"),
    "a Slack token of nobody": ("SLACK_BOT_TOKEN", "xoxb-1"),
    "a channel by its name": ("SLACK_CHANNEL", "#feed"),
    "another channel": ("SLACK_CHANNEL", "C0OTHER"),
    "a pot without a number": ("pot", "a lot"),
    "a length without a unit": ("pot", "3300 soon"),
    "a length that might be money": ("pot", "3300 30"),
    "an admin by name": ("admins", "Alice!"),
    "an association without an address": ("controller", "Les Amis"),
    "an address of nobody": ("controller", ", donnees@example.org"),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_each_wrong_answer_has_its_sentence_and_another_try(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path, case: str, language: str
) -> None:
    name, wrong = WRONG[case]
    answers = {**providers[0], **OF_RULES}
    person = Scripted({**answers, name: [wrong, *answers[name]]}, language)
    usual = Scripted(answers, language)
    folder = tmp_path / "usual"
    folder.mkdir()
    await Interview(usual, folder).run()
    await Interview(person, tmp_path).run()
    assert len(person.said) > len(usual.said)
    if language == "fr":
        assert [one for one in person.said if re.search(r"\b(the|is|must|copy|write)\b", one)] == []
    assert wrong not in read_environment().values()


IN_FRENCH = re.compile(
    r"(doit être|il faut aussi|n'est pas|contient|ne convient pas|ne peut contenir|un nom, comme)"
)
WORDED: dict[str, tuple[dict[str, str], Callable[[Mapping[str, str]], object]]] = {
    "half a channel": ({"TWILIO_ACCOUNT_SID": "AC1"}, twilio.read_settings),
    "half of Slack": ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C0FEED"}, slack.read_settings),
    "an account": ({**TWILIO, "TWILIO_ACCOUNT_SID": "SK1"}, twilio.read_settings),
    "a secret": ({**TWILIO, "TWILIO_AUTH_TOKEN": "a b"}, twilio.read_settings),
    "a number": ({**TWILIO, "TWILIO_NUMBER": "0639"}, twilio.read_settings),
    "a name": ({**TWILIO, "TWILIO_NUMBER": "Rempart"}, twilio.read_settings),
    "a base": ({**TWILIO, "TWILIO_API_URL": "nowhere"}, twilio.read_settings),
    "a bot": ({"TELEGRAM_BOT_TOKEN": "wrong"}, telegram.read_settings),
    "a bot's secret": ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": "à"}, telegram.read_settings),
    "another token": ({**SLACK, "SLACK_BOT_TOKEN": "xoxp-1"}, slack.read_settings),
    "a channel": ({**SLACK, "SLACK_CHANNEL": "#feed"}, slack.read_settings),
    "a key": ({**TELNYX, "TELNYX_PUBLIC_KEY": "key"}, telnyx.read_settings),
    "a SIM card": ({**GATEWAY, "GATEWAY_SIM": "4"}, gateway.read_settings),
    "a room": (
        {**MATTERMOST, "MATTERMOST_CHANNEL": "feed"},
        lambda told: mattermost.read_settings(told, "https://a.b"),
    ),
    "no address": (MATTERMOST, lambda told: mattermost.read_settings(told, None)),
    "an address": ({"REMPART_PUBLIC_URL": "bridge"}, read_settings),
}
"""Every setting that the wizard asks for, wrong."""


@pytest.mark.parametrize("case", WORDED)
def test_what_will_not_do_is_told_in_the_language_of_whoever_is_asked(case: str) -> None:
    environment, read_it = WORDED[case]
    with pytest.raises(Misconfigured) as refused:
        read_it(environment)
    english, french = (Words(language).misconfigured(refused.value) for language in LANGUAGES)
    assert english == str(refused.value)
    assert IN_FRENCH.search(french)
    names = set(re.findall(r"[A-Z]+_[A-Z_]+", english))
    assert names == set(re.findall(r"[A-Z]+_[A-Z_]+", french))


FURTHER: dict[str, tuple[Callable[[], Any], str]] = {
    "telnyx": (TelnyxStandIn, "TELNYX_API_URL"),
    "gateway": (GatewayStandIn, ""),
    "mattermost": (MattermostStandIn, ""),
}
"""The channels that are offered by name, each with its stand-in, and what nobody is asked for."""


@pytest.mark.parametrize("name", FURTHER)
async def test_what_is_offered_by_name_is_set_up_and_taken_out_again(
    providers: tuple[dict[str, list[str]], TwilioStandIn],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    answers, _ = providers
    make, aside = FURTHER[name]
    standin = make()
    told = dict(await standin.start("http://elsewhere.invalid"))
    try:
        if aside:
            monkeypatch.setenv(aside, told.pop(aside))
        wrong = {one: ["0" * 7] for one in told if one.endswith(("_NUMBER", "_CHANNEL"))}
        theirs = {one: [*wrong.get(one, []), value] for one, value in told.items()}
        person = Scripted({**answers, **theirs, "others": ["pigeons", f"{name}, {name}"]})
        await Interview(person, tmp_path).run()
        assert {one: read_environment()[one] for one in told} == told
        _is_pointed_at_us(standin)
        unsound = person.words.within("init")("others_unsound", names="gateway, mattermost, telnyx, whatsapp")
        assert person.said.count(unsound) == 1
        priced = [one for one in person.said if "prices: {" in one]
        assert len(priced) == (name != "mattermost")
        again = Scripted({})
        await Interview(again, tmp_path).run()
        assert {one: read_environment()[one] for one in told} == told
        await Interview(Scripted({"others": ["none"]}), tmp_path).run()
        assert told.keys().isdisjoint(read_environment())
    finally:
        await standin.close()


def _is_pointed_at_us(standin: Any) -> None:
    """As far as it can be told so by its API."""
    if isinstance(standin, TelnyxStandIn):
        assert standin.account.profile.webhook_url.endswith("/telnyx/messages")
    if isinstance(standin, GatewayStandIn):
        assert len({hook["event"] for hook in standin.phone.hooks.values()}) > 1


class Pigeon:
    """A channel of another package, about which our catalogues say nothing."""

    name = "pigeon"

    def questions(self, _public_url: str | None) -> Sequence[Question]:
        return Question("PIGEON_LOFT", about="Which loft:"), Question("PIGEON_RING")

    def guide(self, _public_url: str | None) -> str:
        return "https://pigeons.example"

    def connect(self, environment: Mapping[str, str], _wiring: Wiring) -> Channel | None:
        if environment["PIGEON_LOFT"] == "broken":
            raise KeyError("loft")
        return None


@pytest.mark.parametrize(("loft", "said"), [("7", "pigeons.example"), ("broken", "KeyError")])
async def test_a_channel_of_another_package_is_asked_about_in_its_own_words(
    providers: tuple[dict[str, list[str]], TwilioStandIn],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    loft: str,
    said: str,
) -> None:
    answers, _ = providers
    everything = {**plugins.channel_plugins(), "pigeon": Pigeon()}
    monkeypatch.setattr(offering, "channel_plugins", lambda: everything)
    person = Scripted({**answers, "others": ["pigeon"]})
    person.answer("Which loft:", loft)
    person.answer("PIGEON_RING:", "blue")
    await Interview(person, tmp_path).run()
    assert read_environment()["PIGEON_RING"] == "blue"
    assert [one for one in person.said if said in one]
    assert (tmp_path / "responses.yaml").exists()


@pytest.mark.parametrize(("given", "kept"), [("new", None), ("standing", "xapp-1-A-1")])
async def test_who_has_an_address_now_and_says_how_slack_proves_its_calls_dials_it_no_more(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path, given: str, kept: str | None
) -> None:
    """The token counts before the secret: a new app would call where nobody is. Who had both meant it."""
    answers, _ = providers
    secret = answers.pop("SLACK_SIGNING_SECRET")
    standing = f"SLACK_SIGNING_SECRET={secret[0]}\n" if given == "standing" else ""
    (tmp_path / ".env").write_text(f"{standing}SLACK_APP_TOKEN=xapp-1-A-1\n", encoding="utf-8")
    told = {} if given == "standing" else {"SLACK_SIGNING_SECRET": secret}
    await Interview(Scripted({**answers, **told, "again": ["no"]}), tmp_path).run()
    environment = read_environment()
    assert (environment.get("SLACK_APP_TOKEN"), environment["SLACK_SIGNING_SECRET"]) == (kept, secret[0])


async def test_without_its_first_answer_nothing_of_a_channel_is_left(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    answers, _ = providers
    await Interview(Scripted(answers), tmp_path).run()
    await Interview(Scripted({"TWILIO_ACCOUNT_SID": ["-"]}), tmp_path).run()
    assert not [name for name in ("TWILIO_AUTH_TOKEN", "TWILIO_NUMBER") if name in read_environment()]


async def test_rules_that_are_there_stay_as_they_are(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    answers, _ = providers
    await Interview(Scripted(answers), tmp_path).run()
    _at_once(tmp_path / "responses.yaml")
    edited = (tmp_path / "responses.yaml").read_bytes()
    await Interview(Scripted({"pot": ["1"]}), tmp_path).run()
    assert (tmp_path / "responses.yaml").read_bytes() == edited


async def test_it_says_how_many_replies_the_pot_pays_beside_what_is_kept_for_receiving(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    del providers
    asked = Scripted({})
    await Interview(asked, tmp_path).run()
    assert [one for one in asked.said if "34,600" in one]


async def test_where_the_shipped_rules_lie_the_teams_own_stand_elsewhere(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    answers, _ = providers
    (tmp_path / "responses.yaml").symlink_to(shipped())
    await Interview(Scripted(answers), tmp_path).run()
    assert read_settings(read_environment()).responses == tmp_path / "team" / "responses.yaml"
    assert shipped().read_text(encoding="utf-8") == (tmp_path / "responses.yaml").read_text(encoding="utf-8")


async def test_with_nothing_answered_every_channel_is_off_and_the_rest_stands(
    providers: tuple[dict[str, list[str]], TwilioStandIn], tmp_path: Path
) -> None:
    del providers
    await Interview(Scripted({}), tmp_path).run()
    environment = read_environment()
    assert len(environment["REMPART_SECRET"]) >= 32
    service = Service(read_settings(environment), environment, system_clock)
    assert set(service.channel_states().values()) == {"off"}


@pytest.mark.parametrize(("language", "standing"), [("en", "3300 30d"), ("fr", "3300 30j")])
def test_what_stands_for_an_answer_is_written_as_its_reader_would(language: str, standing: str) -> None:
    usual = Words("fr" if language == "fr" else "en").within("init")("pot_usual")
    assert (usual, pot(usual)) == (standing, "3300 30d")
