"""One form a language for dates, money, lengths of time and plurals; and reasons in the reader's words."""

from zoneinfo import ZoneInfo

import pytest

from bridge.credentials import half_of
from bridge.model import DAY, HOUR, MINUTE, SECOND
from bridge.reasons import Reason, Why, because
from bridge.sentences import in_french
from bridge.wording import Words, for_json
from tests.support.clock import NOON
from tests.support.french import typeset

PARIS = ZoneInfo("Europe/Paris")
ENGLISH, FRENCH = Words("en", PARIS), Words("fr", PARIS)


@pytest.mark.parametrize(
    ("told", "english", "french"),
    [
        (lambda words: words.moment(NOON), "21 Sep 16:13", "21 sept. à 16 h 13"),
        (lambda words: words.time(NOON), "16:13", "16 h 13"),
        (lambda words: words.clock(1439), "23:59", "23 h 59"),
        (lambda words: words.clock(1440), "00:00", "0 h 00"),
        (lambda words: words.date("2026-11-21"), "Saturday, November 21, 2026", "samedi 21 novembre 2026"),
        (lambda words: words.money(3_300_000_000), "€3,300.00", "3\u202f300,00\xa0€"),
        (lambda words: words.money(-12_500_000), "-€12.50", "-12,50\xa0€"),
        (lambda words: words.count(16_000), "16,000", "16\u202f000"),
        (lambda words: words.share(0.1234), "12.3\xa0%", "12,3 %"),
        (lambda words: words.length(7 * DAY), "1 week", "1\xa0semaine"),
        (lambda words: words.length(30 * HOUR), "30 hours", "30\xa0heures"),
        (lambda words: words.length(90 * SECOND), "90 seconds", "90\xa0secondes"),
        (lambda words: words.length(MINUTE), "1 minute", "1 minute"),
        (lambda words: words.some("messages", 0), "0 messages", "0 message"),
        (lambda words: words.some("messages", 1), "1 message", "1 message"),
        (lambda words: words.some("senders", 1_200), "1,200 senders", "1\u202f200 expéditeurs"),
        (lambda words: words("day_line", messages=1, senders=1), "1 message from 1 sender.",
         "1 message de 1 expéditeur."),
    ],
)  # fmt: skip
def test_everything_has_one_form_a_language(told: object, english: str, french: str) -> None:
    assert callable(told)
    assert (told(ENGLISH), told(FRENCH)) == (english, typeset(french))


@pytest.mark.parametrize(
    ("given", "english", "french"),
    [
        (
            because(Why.ABUSE_RISES, abusive=29, newest=60),
            "29 of the last 60 new senders write abusively, far more than usual",
            "29 des 60 derniers nouveaux expéditeurs écrivent des injures, bien plus que d'habitude",
        ),
        (
            because(Why.COPIES, senders=12),
            "near copies of one text from 12 senders",
            "presque le même texte, de 12 expéditeurs",
        ),
        (
            because(Why.ANSWERED_LATELY),
            "this sender was answered not long ago",
            "cette personne a eu une réponse il y a peu",
        ),
        (
            because(Why.HAS_WORDS, phrase="a {b} $1"),
            'has "a {b} $1", which the reply asks for',
            "contient « a {b} $1 », que la réponse demande",
        ),
        (
            because(Why.BETWEEN, begin=1320, end=360),
            "came between 22:00 and 06:00",
            "arrivé entre 22 h 00 et 6 h 00",
        ),
        (because(Why.IN_WORDS, words="as it was {told}"), "as it was {told}", "as it was {told}"),
        (
            Reason("of_another_version", (("when", 3),)),
            "a reason that this version does not know (of_another_version)",
            "une raison que cette version ne connaît pas (of_another_version)",
        ),
        (
            Reason("copies"),
            "a reason that this version does not know (copies)",
            "une raison que cette version ne connaît pas (copies)",
        ),
    ],
)
def test_a_reason_is_told_in_the_readers_words(given: Reason, english: str, french: str) -> None:
    assert (ENGLISH.reason(given), FRENCH.reason(given)) == (english, typeset(french))


def test_several_reasons_are_told_as_one() -> None:
    given = because(Why.FIRST_MESSAGE), because(Why.IN_LANGUAGE, language="fr")
    assert ENGLISH.reasons(given) == "first message; language fr"
    assert FRENCH.reasons(given) == typeset("premier message ; langue fr")


def test_programs_get_codes_beside_the_sentences() -> None:
    assert for_json([because(Why.COPIES, senders=12), because(Why.MUTED)]) == {
        "reasons": ["near copies of one text from 12 senders", "muted by the team"],
        "codes": [{"code": "copies", "data": {"senders": 12}}, {"code": "muted", "data": {}}],
    }


@pytest.mark.parametrize("one", [because(Why.NO_PRICE, country="BE", channel="sms"), because(Why.MUTED)])
def test_a_reason_survives_being_stored(one: Reason) -> None:
    assert Reason.read(one.plain()) == one


@pytest.mark.parametrize("told", [{}, {"senders": 1, "messages": 2}, {"messages": 2}])
def test_a_reason_tells_what_its_code_says_and_nothing_else(told: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="copies tells"):
        because(Why.COPIES, **told)


@pytest.mark.parametrize(
    ("name", "told", "english"),
    [
        ("backups_told", {"kept": 0, "keep": 14, "where": "/b"}, "0 of 14 in /b"),
        ("dry", {"replies": 1, "amount": 60_000, "kept": 2}, "kept back: 2"),
    ],
)
def test_what_is_kept_back_and_what_is_kept_are_counts(
    name: str, told: dict[str, int | str], english: str
) -> None:
    assert english in Words("en", room="status")(name, **told)


LISTS = [
    (("A",), "A must be set as well as Z", "Avec Z, il faut aussi A"),
    (("A", "B"), "A and B must be set as well as Z", "Avec Z, il faut aussi A et B"),
    (("A", "B", "C"), "A, B and C must be set as well as Z", "Avec Z, il faut aussi A, B et C"),
    (("A", ("B", "C"), "D"), "A, B or C and D must be set", "Avec Z, il faut aussi A, B ou C et D"),
]


@pytest.mark.parametrize(("missing", "english", "french"), LISTS)
def test_names_are_listed_as_people_list_them(
    missing: tuple[str | tuple[str, ...], ...], english: str, french: str
) -> None:
    error = half_of(["Z"], missing)
    assert str(error).startswith(english)
    assert Words("fr").misconfigured(error).startswith(french)
    assert in_french(str(error)).startswith(french)


BALANCES = [("42.50 EUR", "42.50 EUR", "42,50 EUR"), ("-0.31 USD", "-0.31 USD", "-0,31 USD"), ("?", "?", "?")]


@pytest.mark.parametrize(("told", "english", "french"), BALANCES)
def test_a_balance_is_written_as_its_reader_writes_numbers(told: str, english: str, french: str) -> None:
    """In the provider's own currency, whichever that is."""
    said = [Words(one).within("doctor")("twilio_balance", balance=told) for one in ("en", "fr")]
    assert (english in said[0], french in said[1].replace("\N{NO-BREAK SPACE}", " ")) == (True, True)
