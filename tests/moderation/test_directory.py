"""An address is checked by the channel it belongs to; one person is one sender, however it is written."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Misconfigured
from bridge.moderation.directory import Astray, Directory
from bridge.privacy.pseudonym import sender_id
from bridge.responses import RulesRefused, parse
from bridge.service.door import People, settled_address
from bridge.service.plugins import directory
from bridge.store.books.journal import Journal
from bridge.store.books.keyring import Keyring
from channels.twilio.addresses import read
from tests.support.events import RULES, keys

NUMBERS = {"FR": "+33700000000", "BE": "+32460000000", "US": "+16125550123", "IT": "+393330000000"}
"""Ours, one a country."""

MAN = "sms:+33612345678"

MEANT = [
    ("FR", "tel:0612345678", MAN),
    ("FR", "sms:0612345678", MAN),
    ("FR", "sms:33612345678", MAN),
    ("FR", "sms:0033612345678", MAN),
    ("FR", "sms:+33(0)612345678", MAN),
    ("FR", "SMS:+33612345678", MAN),
    ("FR", "06 12 34 56 78", MAN),
    ("FR", "+330612345678", MAN),
    ("FR", "sms:+330612345678", MAN),
    ("FR", "sms:＋３３６１２３４５６７８", MAN),
    ("FR", "sms:38080", "sms:38080"),
    ("BE", "0470 12 34 56", "sms:+32470123456"),
    ("BE", "sms:0470123456", "sms:+32470123456"),
    ("BE", "tel:0470123456", "sms:+32470123456"),
    ("BE", "sms:33612345678", MAN),
    ("US", "(612) 555-0199", "sms:+16125550199"),
    ("US", "sms:+33612345678", MAN),
    ("IT", "333 1234567", "sms:+393331234567"),
    ("IT", "sms:0661234567", "sms:+390661234567"),
    ("FR", "telegram:4242", "telegram:4242"),
    ("FR", "Telegram:4242", "telegram:4242"),
    ("FR", "telegram:0004242", "telegram:4242"),
    ("FR", "telegram:-1001234567890", "telegram:-1001234567890"),
    ("FR", "whatsapp:0612345678", "whatsapp:+33612345678"),
    ("BE", "whatsapp:0470123456", "whatsapp:+32470123456"),
    ("FR", "WhatsApp:FR.1349", "whatsapp:FR.1349"),
    ("FR", "@Brave-Heron-42", "brave-heron-42"),
]

NOBODY = [
    ("telegram:@name", "no_address"),
    ("telegram:name", "no_address"),
    ("telegram:0", "no_address"),
    ("telegram:+33612345678x", "no_address"),
    ("telegram:99999999999999999999", "no_address"),
    ("sms:12", "no_address"),
    ("sms:+336", "no_address"),
    ("sms:0612", "no_address"),
    ("sms:061234567800000000", "no_address"),
    ("sms:brave-heron-42", "no_address"),
    ("sms:٠٦١٢٣٤٥٦٧٨٩٩٩", "no_address"),
    ("telegramm:4242", "channel_meant"),
    ("telegam:4242", "channel_meant"),
    ("sm:0612345678", "channel_meant"),
    ("messenger:+33612345678", "no_channel"),
    ("whatsapp:38080", "no_address"),
    ("slack:U0MOD", "no_channel"),
    ("command:operator", "no_channel"),
    ("pigeon:4242", "no_channel"),
    ("tel:12", "nobody_meant"),
    ("12345", "nobody_meant"),
    ("sms:", "nobody_meant"),
    ("everybody", "nobody_meant"),
    ("", "nobody_meant"),
]


def ours(country: str) -> Directory:
    return directory({"TWILIO_NUMBER": NUMBERS[country]})


@pytest.mark.parametrize(("country", "written", "meant"), MEANT)
def test_whoever_is_named_is_found_in_the_country_of_our_own_number(
    country: str, written: str, meant: str
) -> None:
    assert ours(country).settled(written) == meant
    assert ours(country).settled(meant) == meant


@pytest.mark.parametrize(("written", "code"), NOBODY)
def test_what_names_nobody_is_refused_and_never_repeated(written: str, code: str) -> None:
    with pytest.raises(Astray) as astray:
        ours("FR").settled(written)
    assert astray.value.code == code
    assert not [told for told in astray.value.told.values() if "0612" in told]


@pytest.mark.parametrize("written", ["sms", "SMS", "Sms", " sms ", "telegram", "Telegram"])
def test_a_channel_is_known_in_any_case(written: str) -> None:
    assert ours("FR").channel(written) == written.strip().lower()


@pytest.mark.parametrize(
    "written", ["Twilio", "slack", "pigeon", "command", "everything", "", "text", "smss"]
)
def test_an_unknown_channel_is_refused(written: str) -> None:
    with pytest.raises(Astray):
        ours("FR").channel(written)


@pytest.mark.parametrize("number", ["", "38080", "REMPART", "+999", "nonsense"])
def test_without_a_number_of_our_own_national_numbers_are_french(number: str) -> None:
    assert directory({"TWILIO_NUMBER": number}).settled("0612345678") == MAN


SAME = [
    ("sms", "+330612345678", "+33612345678"),
    ("sms", "0612345678", "+33612345678"),
    ("sms", "0033612345678", "+33612345678"),
    ("sms", "+4407400123456", "+447400123456"),
    ("sms", "+4901701234567", "+491701234567"),
    ("sms", "+790891612345678", "+790891612345678"),
    ("sms", "38080", "38080"),
    ("sms", "BANQUE", "BANQUE"),
    ("sms", "", ""),
    ("sms", "\ud800", "\ud800"),
    ("telegram", "4242", "4242"),
    ("slack", "U0MOD", "U0MOD"),
    ("command", "operator", "operator"),
    ("pigeon", "+330612345678", "+330612345678"),
]


@pytest.mark.parametrize(("channel", "told", "meant"), SAME)
def test_one_person_is_one_sender_however_a_provider_writes_the_number(
    channel: str, told: str, meant: str
) -> None:
    journal = Journal(keys().senders, Keyring(keys().sealing), ours("FR"))
    assert journal.sender(channel, told) == sender_id(keys().senders, channel, meant)


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_the_quick_look_at_a_number_finds_what_the_library_finds(number: str) -> None:
    try:
        parsed = phonenumbers.parse(number, None)
        possible = phonenumbers.is_possible_number_with_reason(parsed)
    except phonenumbers.NumberParseException:
        possible = None
    form = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if possible == 0 else None
    assert read(number, "FR") == form


EXEMPT = [
    ("+33612345678", MAN),
    ("+330612345678", MAN),
    ("sms:0612345678", MAN),
    ("sms:33612345678", MAN),
    ("telegram:123456", "telegram:123456"),
    ("telegram:@name", None),
    ("telegramm:4242", None),
    ("pigeon:4242", None),
    ("sms:12", None),
    ("slack:U0MOD", None),
    ("+123456", None),
]


@pytest.mark.parametrize(("written", "meant"), EXEMPT)
def test_the_rules_exempt_only_somebody_whom_there_can_be(written: str, meant: str | None) -> None:
    source = RULES + f'exempt: ["{written}"]\n'.encode()
    people = People(ours("FR"))
    if meant is not None:
        assert parse(source, name="responses.yaml", people=people).exempt == (meant,)
        return
    with pytest.raises(RulesRefused) as refused:
        parse(source, name="responses.yaml", people=people)
    (complaint,) = refused.value.complaints
    assert complaint.sentence == '"exempt" names nobody.'
    assert complaint.line == RULES.count(b"\n") + 1


@pytest.mark.parametrize("written", ["0612345678", "06 12 34 56 78", "sms:0612345678", "tel:0612345678", MAN])
def test_a_text_is_tried_from_a_number_however_it_is_written(written: str) -> None:
    assert settled_address("sms", written, ours("FR")) == ("sms", MAN.removeprefix("sms:"))


@pytest.mark.parametrize("written", ["telegram:4242", "pigeon:4242", "sms:12", "12"])
def test_nothing_is_tried_from_where_nobody_writes(written: str) -> None:
    with pytest.raises(Misconfigured):
        settled_address("sms", written, ours("FR"))
