"""`rempart doctor` on real parts: nothing is wrong with a sound installation, and each fault has its mend."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.checkup import State
from bridge.doctor import is_well, running
from bridge.wording import LANGUAGES, Words
from channels.standins.faults import Fault
from channels.standins.telegram import TelegramStandIn
from channels.standins.telegram.methods import Methods
from channels.standins.twilio.account import Rate
from tests.doctor.installation import Installation, installed, proxied
from tests.service.test_startup import STATUS
from tests.support.house import free_port


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(tmp_path) as found:
        yield found


async def test_nothing_is_wrong_with_a_sound_installation_that_runs(installation: Installation) -> None:
    async with installation.running():
        found = await installation.examined()
    assert [one for one in found if one.state in (State.WRONG, State.UNKNOWN)] == []
    codes = {one.told.code for one in found}
    assert {"rules_retention", "nobody_woken", "price_agrees", "database_file"} <= codes
    assert {"runs", "door", "twilio_texts", "twilio_calls", "telegram_bot", "slack_channel", "clock"} <= codes


async def test_before_its_first_start_nothing_is_made_and_that_it_does_not_run_is_told(
    installation: Installation,
) -> None:
    told = await installation.told()
    assert told["runs_not"] is State.NOTE
    assert told["database_absent"] is State.NOTE
    assert [file.name for file in installation.folder.iterdir()] == ["rules.yaml"]


Break = Callable[[Installation], None]


def _set(name: str, value: str) -> Break:
    return lambda house: house.variables.update({name: value})


def _renamed(name: str, other: str) -> Break:
    def rename(house: Installation) -> None:
        house.variables[other] = house.variables.pop(name)

    return rename


def _suspended(house: Installation) -> None:
    house.sms.account.status = "suspended"


def _broke(house: Installation) -> None:
    house.sms.account.balance = Decimal("-0.31")


def _elsewhere(house: Installation) -> None:
    house.sms.account.line.sms_url = "https://other.example/twilio/sms"


def _got(house: Installation) -> None:
    house.sms.account.line.sms_method = "GET"


def _demo_for_calls(house: Installation) -> None:
    house.sms.account.line.voice_url = "https://demo.twilio.com/welcome/voice/"


def _calls_got(house: Installation) -> None:
    house.sms.account.line.voice_method = "GET"


def _mute(house: Installation) -> None:
    house.sms.account.line.abilities.discard("sms")


def _uninvited(house: Installation) -> None:
    house.slack.workspace.members.discard(house.slack.workspace.bot)


def _unscoped(house: Installation) -> None:
    house.slack.workspace.scopes = house.slack.workspace.scopes - {"usergroups:read"}


def _half(house: Installation) -> None:
    house.without("TWILIO_AUTH_TOKEN")


def _broken_rules(house: Installation) -> None:
    (house.folder / "rules.yaml").write_text("languages: [fr]\nreplies: none\n", encoding="utf-8")


def _no_folder(house: Installation) -> None:
    house.variables["REMPART_DATABASE_URL"] = f"sqlite:///{house.folder / 'absent' / 'rempart.db'}"


def _folder(house: Installation) -> None:
    (house.folder / "data").mkdir()
    house.variables["REMPART_DATABASE_URL"] = f"sqlite:///{house.folder / 'data'}"


FAULTS: dict[str, tuple[Break, str]] = {
    "a misspelled name": (_renamed("TWILIO_AUTH_TOKEN", "TWILLIO_AUTH_TOKEN"), "misspelled"),
    "a name in small letters": (_renamed("TELEGRAM_BOT_TOKEN", "telegram_bot_token"), "misspelled"),
    "a misspelled name of a file": (_renamed("SLACK_BOT_TOKEN", "SLAK_BOT_TOKEN_FILE"), "misspelled"),
    "a name that nobody reads": (_set("REMPART_COLOUR_OF_THE_SKY", "blue"), "stranger"),
    "a name of a provider that nobody reads": (_set("TWILIO_MESSAGING_SERVICE_SID", "MG1"), "stranger"),
    "half of a channel's credentials": (_half, "refused"),
    "a URL that is none": (_set("REMPART_PUBLIC_URL", "bridge.example.org"), "refused"),
    "a secret that can be guessed": (_set("REMPART_SECRET", "a" * 40), "refused"),
    "rules that are refused": (_broken_rules, "refused"),
    "a folder that is not there": (_no_folder, "no_folder"),
    "a folder for a database": (_folder, "database_is_none"),
    "a wrong token": (_set("TWILIO_AUTH_TOKEN", "0" * 32), "twilio_refuses"),
    "somebody else's account": (_set("TWILIO_ACCOUNT_SID", "AC" + "0" * 32), "twilio_refuses"),
    "a suspended account": (_suspended, "twilio_account_inactive"),
    "a balance below nothing": (_broke, "twilio_balance_spent"),
    "a number of another account": (_set("TWILIO_NUMBER", "+33639981111"), "twilio_number_absent"),
    "a number that cannot do texts": (_mute, "twilio_number_mute"),
    "texts that go elsewhere": (_elsewhere, "twilio_texts_elsewhere"),
    "texts that are brought by GET": (_got, "twilio_texts_by_get"),
    "calls that are picked up by a demo": (_demo_for_calls, "twilio_calls_demo"),
    "calls that are told by GET": (_calls_got, "twilio_calls_by_get"),
    "a channel that charges what nobody counts": (
        _set("TWILIO_WHATSAPP_NUMBER", "+33639980000"),
        "channel_uncounted",
    ),
    "a wrong bot": (_set("TELEGRAM_BOT_TOKEN", "1:wrong"), "telegram_refuses"),
    "a wrong workspace": (_set("SLACK_BOT_TOKEN", "xoxb-wrong"), "slack_refuses"),
    "an app that nobody invited": (_uninvited, "slack_channel_absent"),
    "an app that lacks a scope": (_unscoped, "slack_scopes_missing"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_is_found(installation: Installation, fault: str) -> None:
    break_, code = FAULTS[fault]
    break_(installation)
    found = await installation.examined()
    assert (code, State.WRONG) in {(one.told.code, one.state) for one in found}
    assert not is_well(found)


async def test_calls_that_go_elsewhere_are_told_and_are_no_fault(installation: Installation) -> None:
    for url, code in (("", "nowhere"), ("https://switchboard.example/ivr", "elsewhere")):
        installation.sms.account.line.voice_url = url
        assert (await installation.told())[f"twilio_calls_{code}"] is State.NOTE


async def test_calls_that_ring_out_are_told_with_what_that_costs(installation: Installation) -> None:
    rules = installation.folder / "rules.yaml"
    rules.write_bytes(rules.read_bytes() + b"calls: {ring_out: true, minute: 0.01}\n")
    told = await installation.told()
    assert told["twilio_calls_ring_out"] is State.NOTE
    assert "twilio_calls" not in told


async def test_who_is_woken_and_how_long_texts_are_kept_is_told(installation: Installation) -> None:
    rules = installation.folder / "rules.yaml"
    more = b"organisers: {wake: [U012ABC, '+33612345678']}\nretention: {ordinary: 14d, raid: 2y}\n"
    rules.write_bytes(rules.read_bytes() + more)
    said = {one.told.code: Words("en").examined(one.told) for one in await installation.examined()}
    assert said["woken"] == "2 people are woken when it matters, one after the other."
    assert said["rules_retention"] == "Texts are kept for 2 weeks, those of a raid for 730 days."


PRICES: dict[str, tuple[str, str, str, State]] = {
    "what the rules say": ("0.0763", "EUR", "price_agrees", State.FINE),
    "more than they say": ("0.0812", "EUR", "price_differs", State.NOTE),
    "what cannot be true": ("7.63", "EUR", "price_odd", State.NOTE),
    "another currency": ("0.0763", "USD", "price_foreign", State.NOTE),
}


@pytest.mark.parametrize("case", PRICES)
async def test_what_the_provider_charges_is_held_against_the_rules(
    installation: Installation, case: str
) -> None:
    amount, currency, code, state = PRICES[case]
    account = installation.sms.account
    account.tariff, account.currency = {"FR": Rate((Decimal(amount),), Decimal("0.0075"))}, currency
    assert (await installation.told())[code] is state


NOWHERE = "http://127.0.0.1:9"
TELNYX = {
    "TELNYX_API_KEY": "KEY0123456789",
    "TELNYX_PUBLIC_KEY": "1+zk59fcZXG1+Xc8yEKlxQsJ6GCDUkd8IUdvMO0CrbU=",
    "TELNYX_NUMBER": "+33644000000",
    "TELNYX_API_URL": NOWHERE,
}
GATEWAY = {
    "GATEWAY_API_URL": NOWHERE,
    "GATEWAY_USERNAME": "sms",
    "GATEWAY_PASSWORD": "0123456789abcdef",
    "GATEWAY_SIGNING_KEY": "0123456789abcdef",
    "GATEWAY_NUMBER": "+33655000000",
}


async def test_ways_that_leave_out_a_channel_that_is_on_are_told(installation: Installation) -> None:
    installation.variables |= TELNYX | GATEWAY
    rules = installation.folder / "rules.yaml"
    prices = ", ".join(f"{name}: {{in: 0, out: {{FR: 0.08}}}}" for name in ("sms", "telnyx", "gateway"))
    more = f"prices: {{{prices}}}\nways: [telnyx, gateway]\n"
    rules.write_bytes(rules.read_bytes() + more.encode())
    found = [one for one in await installation.examined() if one.told.code == "way_left_out"]
    assert [one.told.data for one in found] == [(("channel", "sms"),)]
    assert found[0].state is State.NOTE


async def test_a_provider_that_tells_no_price_is_no_fault(installation: Installation) -> None:
    installation.sms.account.tariff = {}
    assert (await installation.told())["price_untold"] is State.NOTE


async def test_a_public_url_that_leads_elsewhere_is_found(installation: Installation) -> None:
    """Every webhook would be refused, and nobody would know."""
    async with installation.running():
        installation.variables["REMPART_PUBLIC_URL"] = installation.variables["REMPART_PUBLIC_URL"].replace(
            "127.0.0.1", "localhost"
        )
        assert (await installation.told())["door_signature"] is State.WRONG


async def test_a_proxy_that_hands_nothing_over_is_found(installation: Installation) -> None:
    installation.variables["REMPART_PUBLIC_URL"] = installation.variables["TELEGRAM_API_URL"]
    assert (await installation.told())["door_elsewhere"] is State.WRONG


PROXIES: dict[str, tuple[Callable[[str], str | None], set[str]]] = {
    "everything": (lambda path: path, set()),
    "texts alone": (
        lambda path: path if path == "/twilio/sms" else None,
        {"/slack/events", "/status", "/telegram/webhook", "/twilio/status", "/twilio/voice"},
    ),
    "a path cut off": (lambda path: path.replace("/slack/events", "/events"), {"/slack/events"}),
}
"""What a proxy hands on, by what is called; and what is then found wanting."""


@pytest.mark.parametrize("case", PROXIES)
async def test_a_path_that_the_proxy_does_not_hand_over_is_named(
    installation: Installation, case: str
) -> None:
    leads, wanting = PROXIES[case]
    async with proxied(installation.variables["REMPART_PUBLIC_URL"], leads) as url:
        installation.variables["REMPART_PUBLIC_URL"] = url
        async with installation.running():
            found = [one for one in await installation.examined() if one.part == "proxy"]
    (told,) = found
    assert told.state is (State.WRONG if wanting else State.FINE)
    paths = dict(told.told.data)["paths"]
    if wanting:
        assert {path.partition(" ")[0] for path in str(paths).split(", ")} == wanting
    else:
        assert "/twilio/voice" in str(paths)


async def test_a_proxy_that_hands_over_what_is_looked_at_and_not_what_is_sent_is_found(
    installation: Installation,
) -> None:
    """Providers send: a wall before that, or a list of methods, would keep every one of them out."""
    upstream = installation.variables["REMPART_PUBLIC_URL"]
    async with proxied(upstream, lambda path: path, posts=False) as url:
        installation.variables["REMPART_PUBLIC_URL"] = url
        async with installation.running():
            (told,) = [one for one in await installation.examined() if one.part == "proxy"]
    assert told.told.code == "routes_elsewhere"
    paths = {path.partition(" ")[0] for path in str(dict(told.told.data)["paths"]).split(", ")}
    assert paths == {"/slack/events", "/telegram/webhook", "/twilio/sms", "/twilio/status", "/twilio/voice"}


async def test_what_the_doctor_calls_counts_as_refused_nowhere(installation: Installation) -> None:
    """Else whoever looks at how things stand would be told of a wrong public URL."""
    async with installation.running() as service:
        await installation.examined()
        assert service._webhooks.answered() == {}


async def test_where_nobody_listens_nothing_is_claimed(installation: Installation) -> None:
    installation.variables["REMPART_PUBLIC_URL"] = f"http://127.0.0.1:{free_port()}"
    assert (await installation.told())["door_shut"] is State.UNKNOWN


async def test_a_provider_out_of_reach_is_unknown_and_never_well(installation: Installation) -> None:
    for name in ("TWILIO_API_URL", "TELEGRAM_API_URL", "SLACK_API_URL"):
        installation.variables[name] = f"http://127.0.0.1:{free_port()}"
    found = await installation.examined()
    unasked = {one.part for one in found if one.told.code == "unasked"}
    assert unasked == {"sms", "telegram", "slack"}


@pytest.mark.parametrize("fault", [Fault.GARBLED_AFTER, Fault.ERROR_500_BEFORE, Fault.UNAVAILABLE_BEFORE])
async def test_an_odd_answer_of_a_provider_is_unknown(installation: Installation, fault: Fault) -> None:
    installation.sms.faults.next(fault, on="account")
    assert (await installation.told())["unasked"] is State.UNKNOWN


def test_a_clock_that_is_behind_what_was_received_is_found() -> None:
    found = list(running._told({**STATUS, "newest_message": "2098-01-01T00:00:00Z"}))
    assert ("clock_behind", State.WRONG) in {(one.told.code, one.state) for one in found}


@pytest.mark.parametrize(
    "copied",
    [
        "ebW5ptMqRk4jPQxXSsYbH3ka",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0",
        "x" * 32,
    ],
    ids=["the verification token", "one letter short", "one too many", "no digits"],
)
async def test_a_signing_secret_that_looks_like_none_of_slacks_is_noticed(
    installation: Installation, copied: str
) -> None:
    installation.variables["SLACK_SIGNING_SECRET"] = copied
    assert (await installation.told())["slack_secret_odd"] is State.NOTE


async def test_a_wrong_signing_secret_is_noticed_by_what_slack_signs_with_the_right_one(
    installation: Installation,
) -> None:
    """Nobody but Slack knows the right one: what it signs tells, and nothing that we could ask it."""
    installation.variables["SLACK_SIGNING_SECRET"] = "0123456789abcdef0123456789abcdef"
    async with installation.running():
        before = await installation.told()
        user = next(iter(installation.slack.workspace.members))
        assert await installation.slack.command(user, "help") == 403
        after = await installation.told()
    assert "webhook_refused" not in before
    assert after["webhook_refused"] is State.NOTE


async def test_last_good_rules_are_told_beside_what_is_wrong(installation: Installation) -> None:
    async with installation.running():
        pass
    _broken_rules(installation)
    told = await installation.told()
    assert (told["refused"], told["rules_kept"]) == (State.WRONG, State.NOTE)


async def test_no_secret_is_ever_told(installation: Installation) -> None:
    installation.variables["TWILLIO_AUTH_TOKEN"] = "a-secret-under-a-wrong-name"
    installation.variables["REMPART_PUBLIC_URL"] = "not a url with a-secret-in-it"
    found = await installation.examined()
    said = " ".join(Words(language).examined(one.told) for one in found for language in LANGUAGES)
    for secret in ("a-secret", installation.variables["TWILIO_AUTH_TOKEN"]):
        assert secret not in said


async def test_a_server_that_lacks_a_question_is_no_wrong_token(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as an emulator, or a local server of an older kind: it answers 404, as for a malformed token."""
    methods = Methods.all
    monkeypatch.setattr(
        Methods, "all", lambda self: {name: one for name, one in methods(self).items() if "info" not in name}
    )
    installation.telegram = TelegramStandIn()
    installation.variables |= await installation.telegram.start(installation.variables["REMPART_PUBLIC_URL"])
    told = await installation.told()
    await installation.telegram.close()
    assert told["telegram_bot"] is State.FINE
    assert told["telegram_webhook_unasked"] is State.UNKNOWN
    assert "telegram_refuses" not in told
