"""An instant of another year is told with its year, in the reader's own zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bridge.wording import Words
from tests.support.french import typeset


def at(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("when", "now", "english", "french"),
    [
        ("2026-11-05T10:00", "2026-11-01T10:00", "5 Nov 11:00", "5 nov. à 11 h 00"),
        ("2027-11-05T10:00", "2026-11-29T10:00", "5 Nov 2027 11:00", "5 nov. 2027 à 11 h 00"),
        ("2025-11-05T10:00", "2026-11-29T10:00", "5 Nov 2025 11:00", "5 nov. 2025 à 11 h 00"),
        ("2126-11-05T10:00", "2026-11-29T10:00", "5 Nov 2126 11:00", "5 nov. 2126 à 11 h 00"),
        ("2026-12-31T22:30", "2026-12-31T22:00", "31 Dec 23:30", "31 déc. à 23 h 30"),
        ("2026-12-31T23:30", "2026-12-31T22:00", "1 Jan 2027 00:30", "1 janv. 2027 à 0 h 30"),
        ("2026-12-31T23:30", "2027-01-01T12:00", "1 Jan 00:30", "1 janv. à 0 h 30"),
    ],
)
def test_the_year_is_told_where_it_is_not_this_one(when: str, now: str, english: str, french: str) -> None:
    zone = ZoneInfo("Europe/Paris")
    assert Words("en", zone, now=at(now)).moment(at(when)) == english
    assert Words("fr", zone, now=at(now)).within("outcome").moment(at(when)) == typeset(french)


@pytest.mark.parametrize(
    ("when", "english", "french"),
    [
        ("2026-11-29T10:00", "shield until 11:00.", "bouclier jusqu'à 11 h 00."),
        ("2026-11-29T22:59", "shield until 23:59.", "bouclier jusqu'à 23 h 59."),
        ("2026-11-29T23:00", "shield until 00:00.", "bouclier jusqu'à 0 h 00."),
        ("2026-11-29T23:01", "shield until 00:01 on 30 Nov.", "bouclier jusqu'à 0 h 01 le 30 novembre."),
        ("2026-11-30T23:00", "shield until 00:00 on 1 Dec.", "bouclier jusqu'à 0 h 00 le 1 décembre."),
        ("2026-12-01T10:00", "shield until 11:00 on 1 Dec.", "bouclier jusqu'à 11 h 00 le 1 décembre."),
        ("2026-11-28T10:00", "shield until 11:00 on 28 Nov.", "bouclier jusqu'à 11 h 00 le 28 novembre."),
    ],
)
def test_a_time_of_another_day_is_told_with_its_day(when: str, english: str, french: str) -> None:
    zone, now = ZoneInfo("Europe/Paris"), at("2026-11-29T09:00")
    told = [
        words("posture_until", posture=words("shield"), time=at(when))
        for words in (Words("en", zone, now=now), Words("fr", zone, now=now))
    ]
    assert told == [f"Posture: {english}", typeset(f"Posture : {french}")]


def test_whoever_knows_no_today_is_told_no_year() -> None:
    assert Words("en").moment(at("2027-11-05T10:00")) == "5 Nov 10:00"
    assert Words("en")("as_of", time=at("2027-11-05T10:00")) == "As of 10:00"
