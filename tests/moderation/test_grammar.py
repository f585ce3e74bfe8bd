"""The slash command's grammar: what is understood, and what is mended, in both languages."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.clock import parse_iso
from bridge.grammar import LONGEST_REASON, Asked, Misunderstood, Wanted, parse, usage
from bridge.model import DAY, HOUR, MINUTE, SECOND
from bridge.moderation.targets import ByAddress, read_target
from bridge.quantities import YEAR, duration
from bridge.wording import Language
from tests.support.clock import NOON
from tests.support.french import typeset

LANGUAGES: tuple[Language, ...] = ("en", "fr")
HANDLE = "brave-heron-42"
NUMBER = "sms:+33612345678"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Asked("help")),
        ("  \u200b ", Asked("help")),
        ("help", Asked("help")),
        ("status", Asked("status")),
        (" STATUS ", Asked("status")),
        ("mutes", Asked("mutes")),
        ("pot", Asked("pot")),
        ("pot set 3300", Wanted("pot", "3300")),
        ("pot ADD 12,50 € spring appeal", Wanted("pot_add", "12.50", None, "spring appeal")),
        ("pot add 50€", Wanted("pot_add", "50")),
        ("pot open", Wanted("open_day")),
        ("pot OPEN for 12h", Wanted("open_day", "", 12 * HOUR)),
        ("pot close", Wanted("close_day")),
        ("pot correct -12.5 EUR invoice of May", Wanted("pot_correct", "-12.5", None, "invoice of May")),
        ("pot correct -1 000 € invoice of May", Wanted("pot_correct", "-1000", None, "invoice of May")),
        ("pot add 50 € 2 gifts", Wanted("pot_add", "50", None, "2 gifts")),
        (f"why {HANDLE}", Asked("why", HANDLE)),
        ("shield", Wanted("shield")),
        ("shield for 2h", Wanted("shield", "", 2 * HOUR)),
        ("shield OFF", Wanted("unshield")),
        ("pause", Wanted("pause")),
        ("resume", Wanted("resume")),
        ("pause SMS", Wanted("pause", "sms")),
        ("pause Twilio", Wanted("pause", "twilio")),
        ("resume telegram", Wanted("resume", "telegram")),
        ("mute TEL:0612345678", Wanted("mute", NUMBER)),
        (f"mute {HANDLE}", Wanted("mute", HANDLE)),
        ("mute Brave-Heron-42", Wanted("mute", HANDLE)),
        ("mute `brave-heron-42`", Wanted("mute", HANDLE)),
        (f"mute {HANDLE} --for 7d", Wanted("mute", HANDLE, 7 * DAY)),
        (f"mute {HANDLE} \u2014for 7d spam", Wanted("mute", HANDLE, 7 * DAY, "spam")),
        (f"mute {HANDLE} spam --for 7d", Wanted("mute", HANDLE, 7 * DAY, "spam")),
        (f"mute {HANDLE} for 7d", Wanted("mute", HANDLE, 7 * DAY)),
        (f"Mute {HANDLE} For 2H", Wanted("mute", HANDLE, 2 * HOUR)),
        (f"mute {HANDLE} pendant 10m", Wanted("mute", HANDLE, 10 * MINUTE)),
        (f"mute {HANDLE} for 90s spam, again", Wanted("mute", HANDLE, 90 * SECOND, "spam, again")),
        (f"mute {HANDLE} spam  for  7d", Wanted("mute", HANDLE, 7 * DAY, "spam")),
        (f"coupe {HANDLE} pour 7j", Wanted("mute", HANDLE, 7 * DAY)),
        (f"Coupez {HANDLE} 7 jours insultes", Wanted("mute", HANDLE, 7 * DAY, "insultes")),
        (f"mute {HANDLE} pendant 2 heures", Wanted("mute", HANDLE, 2 * HOUR)),
        (f"mute {HANDLE} insultes pour 1h30", Wanted("mute", HANDLE, 90 * MINUTE, "insultes")),
        (f"mute {HANDLE} insultes pour rien", Wanted("mute", HANDLE, None, "insultes pour rien")),
        (f"mute {HANDLE} 3 fois", Wanted("mute", HANDLE, None, "3 fois")),
        (f"rétablis {HANDLE}", Wanted("unmute", HANDLE)),
        ("bouclier pour 1 heure", Wanted("shield", "", HOUR)),
        ("bouclier baisse", Wanted("unshield")),
        ("suspends sms", Wanted("pause", "sms")),
        ("pause 2h", Wanted("pause", "", 2 * HOUR)),
        ("pause for 2h", Wanted("pause", "", 2 * HOUR)),
        ("suspends pendant 2 heures", Wanted("pause", "", 2 * HOUR)),
        ("pause telegram for 2h", Wanted("pause", "telegram", 2 * HOUR)),
        ("pause for 2h telegram", Wanted("pause", "telegram", 2 * HOUR)),
        ("reprends", Wanted("resume")),
        ("cagnotte ajoute 50 € dons", Wanted("pot_add", "50", None, "dons")),
        ("cagnotte", Asked("pot")),
        ("état", Asked("status")),
        ("sourdines", Asked("mutes")),
        (f"pourquoi {HANDLE}", Asked("why", HANDLE)),
        ("aide", Asked("help")),
        (f"mute {HANDLE} for 1y", Wanted("mute", HANDLE, YEAR)),
        (f"unmute {HANDLE}", Wanted("unmute", HANDLE)),
        ("unmute telegram:4242", Wanted("unmute", "telegram:4242")),
        (f"answer {HANDLE}", Wanted("answer_one", HANDLE)),
        (f"answer {HANDLE} First looks lost", Wanted("answer_one", HANDLE, None, "looks lost", "first")),
        (
            f'answer {HANDLE} "On vous écoute." she asked',
            Wanted("answer_one", HANDLE, None, "she asked", ":On vous écoute."),
        ),
        (f"réponds {HANDLE} « C'est noté »", Wanted("answer_one", HANDLE, None, "", ":C'est noté")),
        ("answer 06 12 34 56 78 again", Wanted("answer_one", NUMBER, None, "", "again")),
        ("answer 3f2a91c0.1790000000000000", Wanted("answer", "3f2a91c0.1790000000000000")),
        ("mute sms:38080 premium", Wanted("mute", "sms:38080", None, "premium")),
    ],
    ids=repr,
)
def test_what_is_understood(text: str, wanted: Wanted | Asked) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    "number",
    [
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "(+33) 6-12-34-56-78",
        "0033612345678",
        "00 33 6 12 34 56 78",
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06\u00a012\u00a034\u00a056\u00a078",
        "06\u202f12\u202f34\u202f56\u202f78",
        "\u202a+33 6 12 34 56 78\u202c",
        "＋３３６１２３４５６７８",
        "tel:+33612345678",
    ],
)
@pytest.mark.parametrize(
    ("rest", "length", "reason"),
    [("", None, ""), (" for 7d 3 times", 7 * DAY, "3 times"), (" 3 times", None, "3 times")],
)
def test_a_number_in_any_usual_writing(number: str, rest: str, length: int | None, reason: str) -> None:
    assert parse(f"mute {number}{rest}") == Wanted("mute", NUMBER, length, reason)


@pytest.mark.parametrize(("region", "target"), [("FR", "sms:+33612345678"), ("BE", "sms:+32612345678")])
def test_a_national_number_belongs_to_the_region(region: str, target: str) -> None:
    assert parse("mute 0612345678", region=region) == Wanted("mute", target)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mut brave-heron-42", "mute"),
        ("mtue x", "mute"),
        ("unmut x", "unmute"),
        ("stats", "status"),
        ("puase", "pause"),
        ("hlep", "help"),
        ("cagnote", "pot"),
        ("block x", "mute"),
        ("stop", "pause"),
    ],
)
def test_a_misspelt_verb_is_answered_with_the_one_that_was_meant(text: str, meant: str) -> None:
    for language in LANGUAGES:
        mended = parse(text, language)
        assert isinstance(mended, Misunderstood)
        assert f"/rempart {meant}" in mended.sentence


@pytest.mark.parametrize(
    ("length", "meant"),
    [
        ("7days", "7d"),
        ("7 days", "7d"),
        ("7j", "7d"),
        ("7 jours", "7d"),
        ("2hours", "2h"),
        ("2 h", "2h"),
        ("90min", "90m"),
        ("90 mn", "90m"),
        ("2w", "14d"),
        ("1 semaine", "7d"),
        ("3 mois", "90d"),
        ("1 an", "1y"),
        ("30 secondes spam", "30s"),
        ("1h30m", "90m"),
        ("1d12h", "36h"),
        ("1j 12h", "36h"),
        ("2h30min", "150m"),
    ],
)
@pytest.mark.parametrize("before", ["for ", "pour ", "pendant ", ""])
def test_a_length_in_any_usual_writing(before: str, length: str, meant: str) -> None:
    reason = "spam" if "spam" in length else ""
    assert parse(f"mute {HANDLE} {before}{length}") == Wanted("mute", HANDLE, duration(meant), reason)


@pytest.mark.parametrize(
    "written",
    [
        "brave\u2013heron\u201342",
        "brave\u2011heron\u201142",
        '"brave-heron-42"',
        "\u201cbrave-heron-42\u201d",
        "'brave-heron-42'",
        "« brave-heron-42 »".replace(" ", ""),
        "brave-heron-42,",
        "brave-heron-42:",
        "@brave-heron-42",
        "*brave-heron-42*",
    ],
)
def test_a_handle_as_keyboards_and_habits_write_it(written: str) -> None:
    assert parse(f"mute {written} 7d") == Wanted("mute", HANDLE, 7 * DAY)
    assert parse(f"why {written}?") == Asked("why", HANDLE)


PARIS = ZoneInfo("Europe/Paris")
MOMENTS = [
    ("jusqu'à demain 8h", "2026-09-22 08:00"),
    ("jusqu\u2019à demain à 8 h", "2026-09-22 08:00"),
    ("until tomorrow 8am", "2026-09-22 08:00"),
    ("jusqu'à demain", "2026-09-22 08:00"),
    ("jusqu'à ce soir", "2026-09-21 20:00"),
    ("jusqu'à 18h30", "2026-09-21 18:30"),
    ("until 8:00", "2026-09-22 08:00"),
    ("jusqu'à vendredi", "2026-09-25 08:00"),
    ("jusqu'à lundi 9h", "2026-09-28 09:00"),
    ("jusqu'au 25/12 20h", "2026-12-25 20:00"),
    ("jusqu'au 3 décembre", "2026-12-03 08:00"),
    ("until midnight", "2026-09-22 00:00"),
    ("until today midnight", "2026-09-22 00:00"),
    ("until tomorrow midnight", "2026-09-23 00:00"),
    ("jusqu'à vendredi minuit", "2026-09-26 00:00"),
    ("jusqu'à vendredi 24h", "2026-09-26 00:00"),
    ("jusqu'au 31/12 24h", "2027-01-01 00:00"),
    ("jusqu'à vendredi 0h", "2026-09-25 00:00"),
    ("jusqu'au 1er janvier", "2027-01-01 08:00"),
    ("jusqu'au 29/02", "2028-02-29 08:00"),
    ("until 29 february 24:00", "2028-03-01 00:00"),
    ("jusqu'à ce soir 22h", "2026-09-21 22:00"),
    ("jusqu'à 22h ce soir", "2026-09-21 22:00"),
    ("until tonight 10pm", "2026-09-21 22:00"),
    ("until 10pm tonight", "2026-09-21 22:00"),
    ("until this evening at 9 h", "2026-09-21 21:00"),
    ("jusqu'à demain 9h du soir", "2026-09-22 21:00"),
    ("jusqu'à demain soir 21h30", "2026-09-22 21:30"),
    ("until tomorrow morning 9h", "2026-09-22 09:00"),
    ("jusqu'à ce soir 0h", "2026-09-22 00:00"),
    ("jusqu'à ce soir minuit", "2026-09-22 00:00"),
    ("jusqu'à demain midi", "2026-09-22 12:00"),
]


def test_a_moment_that_is_past_is_said() -> None:
    mended = parse(f"coupe {HANDLE} jusqu'à aujourd'hui 8h", "fr", now=NOON, zone=PARIS)
    assert mended == Misunderstood(typeset("Ce moment est passé : écrivez-en un à venir."))


@pytest.mark.parametrize(("written", "until"), MOMENTS)
def test_a_moment_is_read_on_the_teams_clock(written: str, until: str) -> None:
    end = datetime.fromisoformat(until).replace(tzinfo=PARIS).timestamp() * SECOND
    found = parse(f"mute {HANDLE} {written} insultes", "fr", now=NOON, zone=PARIS)
    assert found == Wanted("mute", HANDLE, round(end) - NOON, "insultes")


LORD_HOWE = "Australia/Lord_Howe"
CHANGES = [
    ("Europe/Paris", "2026-10-25T00:15:00Z", "2:30", 15 * MINUTE),  # 2:15, for the first time
    ("Europe/Paris", "2026-10-25T01:15:00Z", "2:30", 15 * MINUTE),  # and for the second
    ("Europe/Paris", "2026-10-25T00:45:00Z", "2:30", 45 * MINUTE),  # 2:45, and 2:30 comes once more
    ("Europe/Paris", "2026-10-24T20:00:00Z", "8:00", 11 * HOUR),
    ("Europe/Paris", "2027-03-27T21:00:00Z", "8:00", 9 * HOUR),
    ("Europe/Paris", "2027-03-28T00:45:00Z", "2:30", 45 * MINUTE),  # there is none: it is 3:30 then
    (LORD_HOWE, "2026-04-04T15:10:00Z", "1:50", 10 * MINUTE),  # 1:40, after half an hour came twice
    ("Africa/Cairo", "2026-04-23T21:00:00Z", "midnight", HOUR),  # there is none: it is 1:00 then
    ("Asia/Beirut", "2026-03-28T21:30:00Z", "midnight", 30 * MINUTE),  # likewise
]


@pytest.mark.parametrize(("zone", "now", "until", "expected"), CHANGES)
def test_a_moment_is_the_next_one_also_where_clocks_change(
    zone: str, now: str, until: str, expected: int
) -> None:
    here = parse_iso(now)
    found = parse(f"mute {HANDLE} until {until}", "en", now=here, zone=ZoneInfo(zone))
    assert found == Wanted("mute", HANDLE, expected)


@pytest.mark.parametrize("written", ["31/12/9999 24h", "31/12/9999", "30/02", "1/1/0001", "32/12"])
def test_what_is_no_day_of_ours_is_said(written: str) -> None:
    found = parse(f"mute {HANDLE} until {written}", "en", now=NOON, zone=ZoneInfo("America/New_York"))
    assert isinstance(found, Misunderstood)


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("mute", "Whom?", "Qui ?"),
        ("unmute", "Whom?", "Qui ?"),
        ("mute everybody", "That is no sender", "Cela ne désigne personne"),
        ("mute 12345", "That is no sender", "Cela ne désigne personne"),
        ("mute for 7d brave-heron-42", "That is no sender", "Cela ne désigne personne"),
        (f"mute {HANDLE} for", "no length of time", "pas une durée"),
        (f"mute {HANDLE} for ever", "no length of time", "pas une durée"),
        (f"mute {HANDLE} for -7d", "no length of time", "pas une durée"),
        (f"mute {HANDLE} for 7.5d", "no length of time", "pas une durée"),
        (f"mute {HANDLE} for 999y", "no length of time", "pas une durée"),
        (f"mute {HANDLE} for 0d", "changes nothing", "ne change rien"),
        (f"mute {HANDLE} " + "x" * 301, "at most 300 characters", "300 caractères au plus"),
        (f"unmute {HANDLE} please", "takes one sender", "ne prend qu'un seul nom"),
        ("status now", "stands alone", "s'écrit seul"),
        ("pause sms please", "takes one channel", "ne prend qu'un seul canal"),
        (f"mute {HANDLE} pour toujours", "no length of time", "pas une durée"),
        (f"mute {HANDLE} 7 jorus", "no length of time", "pas une durée"),
        (f"mute {HANDLE} 7jrs", "no length of time", "pas une durée"),
        (f"mute {HANDLE} 1.5h", "no length of time", "pas une durée"),
        (f"mute {HANDLE} 1,5 h insultes", "no length of time", "pas une durée"),
        (f"mute {HANDLE} 1h30jrs", "no length of time", "pas une durée"),
        (f"mute {HANDLE} 90", "no length of time", "pas une durée"),
        (f"mute {HANDLE} --for 7.5d", "no length of time", "pas une durée"),
        (f"mute {HANDLE} shy-otter-11", "takes one sender", "ne prend qu'un seul nom"),
        (f"mute {HANDLE} for 7d shy-otter-11 as well", "takes one sender", "ne prend qu'un seul nom"),
        (f"mute {HANDLE} 06 12 34 56 78", "takes one sender", "ne prend qu'un seul nom"),
        (f"mute {HANDLE} insultes pour 7 jorus", "no length of time", "pas une durée"),
        (f"mute {HANDLE} jusqu'à plus tard", "no moment", "pas un moment"),
        ("shield off please", "stands alone", "s'écrit seul"),
        ("frobnicate", "write one of status, mute", "écrivez l'un de ces mots : status, mute"),
    ],
)
def test_what_is_not_understood_is_mended_in_the_language_of_the_team(
    text: str, english: str, french: str
) -> None:
    for language, told in zip(LANGUAGES, (english, french), strict=True):
        mended = parse(text, language)
        assert isinstance(mended, Misunderstood)
        assert typeset(told) in mended.sentence


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "mutte0612345678",
        "mute 06123456780612345678",
        "status 0612345678",
        f"mute {HANDLE} for 0612345678",
        f"unmute {HANDLE} 0612345678",
        "+33612345678 mute",
    ],
)
def test_no_sentence_repeats_a_number(text: str) -> None:
    mended = parse(text)
    assert isinstance(mended, Misunderstood)
    assert not re.search(r"\d{5}", mended.sentence)


@given(st.text(max_size=300), st.sampled_from(["en", "fr"]))
def test_whatever_is_typed_is_either_understood_or_mended(text: str, language: Language) -> None:
    found = parse(text, language)
    if isinstance(found, Misunderstood):
        assert found.sentence
        assert "{" not in found.sentence
    elif found.target:
        assert read_target(found.target) is not None


@given(st.text("0123456789 +().-/", min_size=1, max_size=4000))
def test_a_flood_of_digits_is_read_in_no_time(digits: str) -> None:
    found = parse(f"mute {digits}")
    assert isinstance(found, Misunderstood) or len(getattr(found, "reason", "")) <= LONGEST_REASON


@given(st.from_regex(re.compile(r"[a-z]{2,12}-[a-z]{2,12}-[0-9]{2}"), fullmatch=True), st.integers(1, 999))
def test_what_was_understood_is_understood_the_same_when_written_again(handle: str, days: int) -> None:
    wanted = parse(f"mute {handle} for {days}d because")
    assert wanted == Wanted("mute", handle, days * DAY, "because")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_usage_names_every_verb_once(language: Language) -> None:
    lines = usage(language)
    for verb in ("status", "mute", "unmute", "mutes", "pause", "resume", "pot", "help"):
        assert len([line for line in lines if re.match(rf"/rempart {verb}\b", line)]) == 1


AMOUNTS = [
    ("3300", "3300"),
    ("3300€", "3300"),
    ("3300 €", "3300"),
    ("€3300", "3300"),
    ("€ 3300", "3300"),
    ("EUR 3300", "3300"),
    ("3 300", "3300"),
    ("3\u00a0300 €", "3300"),
    ("3\u202f300,50 €", "3300.50"),
    ("1 234 567", "1234567"),
    ("3,300.00", "3300.00"),
    ("€3,300.00", "3300.00"),
    ("12,50", "12.50"),
    ("12.5 euros", "12.5"),
    ("0.1250", "0.1250"),
]
"""As people write them in either language, and as cards do."""


@pytest.mark.parametrize(("written", "amount"), AMOUNTS)
def test_an_amount_as_people_write_it(written: str, amount: str) -> None:
    assert parse(f"pot set {written}") == Wanted("pot", amount)


@pytest.mark.parametrize(
    "text",
    [
        "pot set 3,300",
        "pot set 3 3000",
        "pot set 1 0000",
        "pot add 50 100 subscribers",
        "pot set 3.300,00",
        "pot set ٥٠",
        "pot set 1e3",
        "pot 50",
        "pot add",
        "pot set -5",
        "pot add -5",
        "pot add some",
        "pot add 1.23456",
        "pot take 5",
        "pot now",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_of_the_pot_that_makes_no_sense_is_mended(text: str, language: Language) -> None:
    mended = parse(text, language)
    assert isinstance(mended, Misunderstood)
    assert "/rempart pot set 3300" in mended.sentence


@pytest.mark.parametrize(
    "written",
    [
        *("+33612345678x", "+33612345678 x", "+33612345678 ext 12", "+33612345678;ext=5", "+33612345678#5"),
        *("call 0612345678", "x0612345678", "0612345678 please", "tel:+33612345678x"),
    ],
)
def test_a_number_with_anything_else_in_it_is_nobodys(written: str) -> None:
    """Somebody else would be muted than whoever was meant."""
    assert read_target(written) is None


@pytest.mark.parametrize(
    "written",
    [
        *("+33612345678", "06 12 34 56 78", "(06) 12.34.56.78", "06-12-34-56-78", "06/12/34/56/78"),
        *("0033 6 12 34 56 78", "+33 (0)6 12 34 56 78", "tel:+33-6-12-34-56-78", "\u202a+33612345678\u202c"),
    ],
)
def test_a_number_is_read_however_people_write_it(written: str) -> None:
    assert read_target(written) == ByAddress("sms", "+33612345678")
