"""Photos and files: kept as what they are, never fetched by themselves, and from the provider alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.model import Happening, Message
from bridge.ports import Content, Unreachable
from channels.sms import Sms
from channels.standins.telegram import TelegramStandIn
from channels.standins.twilio import TwilioStandIn
from channels.telegram import Telegram
from channels.twilio import media
from rempart.testing import PUBLIC_URL, Journal
from tests.channels.services import Canned
from tests.channels.twilio_calls import SENDER, SMS, signed, sms

JPEG = b"\xff\xd8\xff\xe0 no picture at all <script>"
URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


async def heard(**fields: str) -> Message:
    journal = Journal()
    answer = await sms(journal).webhooks()["/twilio/sms"](signed({**SMS, **fields}))
    assert answer.status == 200
    (message,) = journal.happenings
    assert isinstance(message, Message)
    return message


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("image/jpeg", "picture"),
        ("image/svg+xml", "picture"),
        ("audio/ogg", "voice"),
        ("video/mp4", "video"),
        ("application/pdf", "file"),
        ("text/vcard", "file"),
        ("", "file"),
    ],
)
async def test_a_photo_or_a_file_is_recorded_as_such_with_where_it_lies(kind: str, form: str) -> None:
    message = await heard(Body="", NumMedia="1", MediaUrl0=URL, MediaContentType0=kind)
    assert (message.form, message.text, message.attachments) == (form, "", 1)
    assert message.media == ((kind, URL),)


ODD = ["", " ", "nul\x00", "x" * 1025]


@pytest.mark.parametrize("url", ODD, ids=ascii)
async def test_what_lies_nowhere_is_counted_and_that_is_all(url: str) -> None:
    message = await heard(NumMedia="2", MediaUrl0=url, MediaContentType0="image/png")
    assert (message.attachments, message.media, message.form) == (2, (), "text")


async def test_more_than_a_provider_hands_over_is_cut() -> None:
    fields = {f"MediaUrl{n}": URL for n in range(99)}
    assert len((await heard(NumMedia="99", **fields)).media) == 10


@asynccontextmanager
async def opened(standin: TwilioStandIn) -> AsyncIterator[Sms]:
    channel = Sms.connect(await standin.start(PUBLIC_URL), Journal().wiring())
    assert channel is not None
    await channel.open()
    try:
        yield channel
    finally:
        await channel.close()
        await standin.close()


def kept(standin: TwilioStandIn, content: bytes = JPEG) -> str:
    """Where a photo lies."""
    path = f"/2010-04-01/Accounts/{standin.account.sid}/Messages/MM1/Media/ME1"
    standin.account.media[path] = ("image/jpeg", content)
    return f"{standin._url}{path}"


async def test_it_is_fetched_from_the_provider_with_its_bytes_and_its_type() -> None:
    standin = TwilioStandIn()
    async with opened(standin) as channel:
        assert await channel.fetch(kept(standin)) == Content("image/jpeg", JPEG)


async def test_no_other_host_is_ever_dialled_and_no_secret_leaves() -> None:
    standin, elsewhere = TwilioStandIn(), Canned(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    async with elsewhere.serving(), opened(standin) as channel:
        path = kept(standin).removeprefix(standin._url)
        port = standin._url.rpartition(":")[2]
        for url in (
            f"{elsewhere.url}{path}",
            f"{standin._url}@{elsewhere.url.removeprefix('http://')}{path}",
            f"http://user:pass@127.0.0.1:{port}{path}",
            f"https://127.0.0.1:{port}{path}",
            f"http://127.0.0.1.evil.example:{port}{path}",
            f"{standin._url}/2010-04-01/Accounts/{standin.account.sid}.json",
            "file:///etc/passwd/Media/x",
            "//x/Media/",
            "http://[::1/Media/x",
            "",
        ):
            with pytest.raises(Unreachable, match=r"other_host|bad_address"):
                await channel.fetch(url)
        assert elsewhere.connections == 0


async def test_a_redirect_elsewhere_is_not_followed() -> None:
    elsewhere = Canned(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    async with elsewhere.serving():
        there = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere.url}/x\r\nContent-Length: 0\r\n\r\n"
        provider = Canned(there.encode())
        async with provider.serving():
            channel = sms(Journal(), TWILIO_API_URL=provider.url)
            await channel.open()
            try:
                with pytest.raises(Unreachable, match="other_host"):
                    await channel.fetch(f"{provider.url}/2010-04-01/Accounts/AC/Messages/MM/Media/ME")
            finally:
                await channel.close()
        assert elsewhere.connections == 0


async def test_what_is_too_large_or_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "LARGEST_CONTENT", 1_000)
    standin = TwilioStandIn()
    async with opened(standin) as channel:
        with pytest.raises(Unreachable, match="too_large"):
            await channel.fetch(kept(standin, b"x" * 1_001))
        assert len((await channel.fetch(kept(standin, b"x" * 1_000))).data) == 1_000
        with pytest.raises(Unreachable, match="status_404"):
            await channel.fetch(
                f"{standin._url}/2010-04-01/Accounts/{standin.account.sid}/Messages/MM/Media/ME9"
            )
    with pytest.raises(RuntimeError):
        await sms(Journal()).fetch(URL)


async def test_what_was_found_in_the_log_tells_what_is_attached_too() -> None:
    standin = TwilioStandIn()
    async with opened(standin) as channel:
        standin.faults.webhooks_lost = True
        await standin.show(SENDER, ("image/png", JPEG), ("video/mp4", b"x"), body="regarde")
        await standin.text(SENDER, "et voilà")
        shown, plain = [one for one in (await since(channel)) if isinstance(one, Message)]
        assert (shown.form, shown.text, shown.attachments, plain.media) == ("picture", "regarde", 2, ())
        assert [kind for kind, _ in shown.media] == ["image/png", "video/mp4"]
        assert await channel.fetch(shown.media[0][1]) == Content("image/png", JPEG)
        standin.account.shown.clear()
        gone, _ = [one for one in (await since(channel)) if isinstance(one, Message)]
        assert (gone.attachments, gone.media) == (2, ())


async def since(channel: Sms) -> list[Happening]:
    """What its log holds."""
    return await channel._log().since(0, 0)


async def test_a_telegram_photo_is_kept_by_its_id_and_fetched_by_it() -> None:
    standin = TelegramStandIn()
    standin.account.files["AgACAgQAAxkBAAM"] = JPEG
    environment = await standin.start(PUBLIC_URL)
    journal = Journal()
    channel = Telegram.connect(environment, journal.wiring(None))
    assert channel is not None
    await channel.open()
    try:
        await standin.show("42", "photo", "regarde")
        polled = await channel.poll(None)  # type: ignore[attr-defined]
        (message,) = polled.happenings
        assert (message.form, message.media) == ("picture", (("image/jpeg", "AgACAgQAAxkBAAM"),))
        assert (await channel.fetch("AgACAgQAAxkBAAM")).data == JPEG
        for wrong in ("nothing", "../../getMe"):
            with pytest.raises(Unreachable):
                await channel.fetch(wrong)
    finally:
        await channel.close()
        await standin.close()


async def test_nothing_is_fetched_by_itself() -> None:
    """The address that a message tells of is dialled by no webhook."""
    somewhere = Canned(b"HTTP/1.1 200 OK\r\n\r\n")
    async with somewhere.serving():
        await heard(NumMedia="1", MediaUrl0=f"{somewhere.url}/Media/1", MediaContentType0="image/png")
        assert somewhere.connections == 0
    assert SENDER.startswith("+")
