"""What each key means, what holds without it, and what is refused, with what to do."""

from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from bridge.model import DAY, HOUR, MINUTE
from bridge.responses.rules import RAIDERS_PER_PERSON
from tests.responses.files import LANGUAGES, REPLIES, SMALLEST, complaints, rule, rules


def test_all_but_languages_and_replies_has_a_good_default() -> None:
    found = rules("languages: [fr]\n" + REPLIES)
    assert found.zone == ZoneInfo("Europe/Paris")
    assert found.reply_once_per == 30 * DAY
    assert (found.hold.min, found.hold.max) == (10 * MINUTE, 45 * MINUTE)
    assert (found.pot.currency, found.pot.total) == ("EUR", 3_300_000_000)
    assert (found.pot.last_for, found.pot.per_hour, found.pot.per_day) == (None, None, None)
    assert found.pot.raiders_per_person == RAIDERS_PER_PERSON
    assert found.answer_within == DAY
    assert found.pot.inbound_reserve == Fraction(1, 5)
    assert found.pot.warn_at == (Fraction(1, 2), Fraction(4, 5), Fraction(19, 20))
    assert found.price_in("sms") == 7_500
    assert found.price_out("sms", "FR") == 76_300
    assert found.organisers.moderators == found.organisers.admins == ()
    assert (found.retention.ordinary, found.retention.raid) == (30 * DAY, 365 * DAY)
    assert found.feed.language == "en"


def test_every_key_is_read() -> None:
    found = rules(
        LANGUAGES
        + REPLIES
        + "zone: Europe/Brussels\nreply_once_per: 7d\nhold: {min: 0s, max: 12h}\n"
        + "answer_within: 6h\n"
        + "pot: {total: 12.5, last_for: 10d, raiders_per_person: 2.5, per_hour: 1, per_day: 2,\n"
        + "  inbound_reserve: 12.5%, warn_at: [90%, 10%, 90%]}\n"
        + "prices: {sms: {in: 0.01, out: {BE: 0.0950}}, fax: {out: {}}}\n"
        + "organisers: {moderators: [S01], admins: [U01, W01]}\n"
        + "retention: {ordinary: 1d, raid: 2y}\nfeed: {language: fr}\n"
    )
    assert found.zone == ZoneInfo("Europe/Brussels")
    assert found.reply_once_per == 7 * DAY
    assert (found.hold.min, found.hold.max) == (0, 12 * HOUR)
    assert (found.answer_within, found.pot.last_for) == (6 * HOUR, 10 * DAY)
    assert found.pot.raiders_per_person == 2.5
    assert (found.pot.total, found.pot.inbound_reserve) == (12_500_000, Fraction(1, 8))
    assert found.pot.warn_at == (Fraction(1, 10), Fraction(9, 10))
    assert found.organisers.moderators == ("S01",)
    assert found.organisers.admins == ("U01", "W01")
    assert (found.retention.ordinary, found.retention.raid) == (DAY, 730 * DAY)
    assert found.feed.language == "fr"
    assert [found.price_in(channel) for channel in ("sms", "fax", "telegram")] == [10_000, 0, 0]
    assert found.price_out("sms", "BE") == 95_000


@pytest.mark.parametrize(
    ("channel", "country", "price"),
    [
        ("sms", "FR", 76_300),
        ("sms", "BE", None),
        ("sms", None, None),
        ("telegram", None, 0),
        ("telegram", "FR", 0),
    ],
)
def test_a_country_without_a_price_has_none_and_a_channel_without_prices_is_free(
    channel: str, country: str | None, price: int | None
) -> None:
    assert rules(SMALLEST).price_out(channel, country) == price


def test_one_text_stands_for_a_list_of_one() -> None:
    found = rules(rule("{words: merci, channel: sms, language: en}")).replies[0]
    assert found == rules(rule("{words: [merci], channel: [sms], language: [en]}", "{fr: [oui]}")).replies[0]


def test_a_reply_without_conditions_may_say_so_in_three_ways() -> None:
    assert rules(SMALLEST) == rules(rule("{}")) == rules(rule(""))


def test_a_number_in_a_text_keeps_its_plus_and_no_stays_a_word() -> None:
    assert rules(rule(say="{fr: +33612345678, en: no}")).replies[0].say == {
        "fr": ("+33612345678",),
        "en": ("no",),
    }


def test_rules_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(rules(SMALLEST), "replies", ())  # noqa: B010 - mypy would rightly refuse the plain form


_HERE = "▸"
"""Marks the place that a complaint must name; it is taken out before the file is read."""


@pytest.mark.parametrize(
    ("source", "says", "mend"),
    [
        # keys
        ("▸replys: 1\n" + SMALLEST, '"replys" in the file', 'Did you mean "replies"?'),
        (SMALLEST + "hold: {▸mn: 1m}\n", '"mn" in "hold"', 'Did you mean "min"?'),
        (rule("{▸word: [x]}"), '"word" in "replies.when"', 'Did you mean "words"?'),
        (rule("{▸time: {to: 2h}}"), '"from" is missing in "replies.when.time"', "Add it."),
        (rule("{time: {▸form: 1h, to: 2h}}"), '"form"', 'Did you mean "from"?'),
        (rule("{time: {▸form: 1h, from: 1h, to: 2h}}"), '"form"', 'Did you mean "from"?'),
        (SMALLEST + "prices: {sms: {▸inn: 1}}\n", '"inn" in "prices.sms"', 'Did you mean "in"?'),
        ("▸languages: [fr]\n", '"replies" is missing in the file', "Add it."),
        ("languages: [fr]\nreplies:\n  - ▸id: a\n", '"say" is missing in "replies"', "Add it."),
        # values that are missing or of another kind
        (SMALLEST + "▸hold:\n", '"hold" has no value', "Write one"),
        (rule("{▸first: }"), '"replies.when.first" has no value', "Write one"),
        (SMALLEST + "pot: {total: 12,▸50}\n", "has no value", "Write decimals with a point: 12.50."),
        (SMALLEST + "hold: ▸5m\n", '"hold" must hold keys', "Write each key"),
        (LANGUAGES + "replies: ▸none\n", '"replies" must be a list', "dash"),
        (LANGUAGES + "replies: ▸[]\n", '"replies" must not be empty', "at least one"),
        (rule(say="{fr: ▸1312}"), "must be text", "quotes"),
        (rule("{first: ▸yes}"), "must be true or false", "true or false"),
        (rule("{first: ▸1}"), "must be true or false", "true or false"),
        # languages and the zone
        ("languages: [fr, ▸english]\n" + REPLIES, "names no language", 'Did you mean "en"?'),
        ("languages: [▸FR]\n" + REPLIES, "names no language", 'Did you mean "fr"?'),
        ("languages: [fr, ▸xx]\n" + REPLIES, "names no language", "Write fr"),
        ("languages: [fr, en, ▸fr]\n" + REPLIES, "a second time", "Remove one"),
        (SMALLEST + "zone: ▸Europe/Pariss\n", "names no time zone", 'Did you mean "Europe/Paris"?'),
        (SMALLEST + "zone: ▸../../etc/passwd\n", "names no time zone", "Europe/Paris"),
        (SMALLEST + "zone: ▸Europe\n", "names no time zone", "Europe/Paris"),
        (SMALLEST + "zone: ▸1\n", "must be the name of a time zone", "Europe/Paris"),
        # times and money
        (SMALLEST + "hold: {min: ▸10, max: 1h}\n", '"hold.min" must be a length of time', "10m"),
        (SMALLEST + "hold: ▸{min: 2h, max: 1h}\n", "longer than its", "Swap"),
        (SMALLEST + "hold: ▸{max: 13h}\n", "more than 12 hours", "12h"),
        (SMALLEST + "reply_once_per: ▸101y\n", "too long", "100y"),
        (SMALLEST + "pot: {currency: ▸USD}\n", "none of the words", "Write EUR."),
        (SMALLEST + 'pot: {total: ▸"3300"}\n', "an amount of euros", "without quotes"),
        (SMALLEST + "pot: {total: ▸true}\n", "an amount of euros", "3300"),
        (SMALLEST + "pot: {total: ▸-5}\n", "between 0 and 1,000,000,000", "positive"),
        (SMALLEST + "pot: {per_day: ▸0.00001}\n", "four decimals", "Round"),
        (SMALLEST + "pot: {inbound_reserve: ▸0.2}\n", "must be a share", "20%"),
        (SMALLEST + "pot: {raiders_per_person: ▸true}\n", "must be a number", "2.5"),
        (SMALLEST + "pot: {raiders_per_person: ▸'6'}\n", "must be a number", "2.5"),
        (SMALLEST + "pot: {raiders_per_person: ▸nan}\n", "must be a number", "2.5"),
        (SMALLEST + "pot: {raiders_per_person: ▸0}\n", "must lie above 0", "another"),
        (SMALLEST + "pot: {raiders_per_person: ▸1001}\n", "1,000 at most", "another"),
        (SMALLEST + "backup: {keep: ▸1.5}\n", "must be a whole number", "14"),
        (SMALLEST + "backup: {keep: ▸true}\n", "must be a whole number", "14"),
        (SMALLEST + "backup: {keep: ▸0}\n", "must lie above 0", "another"),
        (SMALLEST + "organisers: {may_write: ▸yes}\n", "must be true or false", "true or false"),
        (SMALLEST + "organisers: {may_write: ▸1}\n", "must be true or false", "true or false"),
        (SMALLEST + "pot: {last_for: ▸0d}\n", "no time at all", "30d"),
        (SMALLEST + "notices: {help: {fr: ▸''}}\n", "must not be empty", "remove the key"),
        (SMALLEST + f"notices: {{help: {{fr: ▸{'x' * 4097}}}}}\n", "4,096 characters", "Shorten"),
        (SMALLEST + "notices: {privacy: {fr: Pour ▸$ordinairy}}\n", '"$ordinairy"', 'mean "ordinary"'),
        (SMALLEST + "notices: {held: {fr: 'Le ▸${until }'}}\n", "no placeholder", 'mean "until"'),
        (SMALLEST + "pot: {warn_at: [▸120%]}\n", "more than all", "100%"),
        (SMALLEST + "prices: {sms: {out: {▸fr: 1}}}\n", "names no country", 'Did you mean "FR"?'),
        (SMALLEST + "prices: {sms: {out: {▸UK: 1}}}\n", "names no country", 'Did you mean "GB"?'),
        (SMALLEST + "prices: {sms: {out: {▸XX: 1}}}\n", "names no country", "FR, BE"),
        (SMALLEST + "prices: {▸SMS: {in: 1}}\n", "short name", "small letters"),
        # replies
        (LANGUAGES + "replies: [{id: ▸A b, say: {fr: x}}]\n", "short name", "small letters"),
        (SMALLEST + "  - {id: ▸a, say: {fr: x}}\n", 'has the id "a" already', "of its own"),
        (LANGUAGES + "replies: [{id: a, ▸say: {en: yes}}]\n", 'wording in "fr"', "Add it"),
        (rule(say="{fr: x, ▸de: y}"), '"de" is not in "languages"', "Or add it there"),
        (rule(say="{fr: x, ▸enn: y}"), '"enn" is not in "languages"', 'Did you mean "en"?'),
        (rule("{language: ▸es}"), '"es" is not in "languages"', "Known here: en, fr."),
        (rule("{language: [en, ▸es]}"), '"es" is not in "languages"', "Or add it there"),
        (rule(say="▸{}"), "must not be empty", "at least one"),
        (rule(say='{fr: ["x", ▸"  "]}'), "empty wording", "Write a text"),
        (rule(say="{fr: [x, y, ▸x]}"), "a second time", "Remove one"),
        (rule(say=f"{{fr: ▸{'x' * 1601}}}"), "1,601 characters", "1,600"),
        (rule(say="{fr: Au ▸$numbre}"), '"$numbre", which is no placeholder', 'Did you mean "number"?'),
        (
            rule(say='{fr: "▸${number.__class__}"}'),
            '"${number.__class__}"',
            "Known here: date, number, time.",
        ),
        (rule(say="{fr: ▸$Number}"), '"$Number"', 'Did you mean "number"?'),
        (rule("{words: ▸[]}"), "must not be empty", "remove the key"),
        (rule('{words: [▸"?!"]}'), "no letter and no digit", "regex"),
        (rule("{regex: ▸'('}"), "no regular expression: missing )", "docs/responses.md"),
        (rule("{regex: ▸'(?=a)'}"), "no regular expression", "look-around"),
        (rule("{regex: ▸'(a)\\1'}"), "no regular expression", "back-references"),
        (rule("{regex: ▸'((a{99}){99}){99}'}"), "no regular expression", "Mend"),
        (rule(f"{{regex: ▸{'a' * 1001}}}"), "longer than 1000", "several"),
        (rule("{time: {from: ▸22, to: 23h}}"), "a time of day", "22:00"),
        (rule("{time: {from: 22h, to: ▸25:00}}"), "a time of day", "22:00"),
        (rule("{time: ▸{from: 22h, to: '22:00'}}"), "same minute", "00:00 to 24:00"),
        # people and the feed
        (SMALLEST + 'organisers: {admins: [▸"@claire"]}\n', "not a name", "Copy it from the room"),
        (SMALLEST + "organisers: {admins: [▸claire]}\n", "not a name", "U024BE7LH (slack)"),
        (SMALLEST + "organisers: {wake: [▸claire]}\n", "can mention", "U024BE7LH (slack)"),
        (SMALLEST + "feed: {language: ▸de}\n", "none of the words", "Write en or fr."),
    ],
)
def test_what_will_not_do_is_refused_where_it_stands(source: str, says: str, mend: str) -> None:
    before, _, after = source.partition(_HERE)
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = {(it.line, it.column): it for it in complaints(before + after)}
    assert place in found, [str(it) for it in found.values()]
    assert says in found[place].sentence
    assert mend in found[place].mend


@pytest.mark.parametrize("text", ["5$", "$$", "$5", "US$ 5", "{0}", "%s", "$", "{number}"])
def test_a_dollar_sign_that_opens_no_placeholder_is_only_a_dollar_sign(text: str) -> None:
    assert rules(rule(say=f'{{fr: "{text}"}}')).replies[0].say["fr"] == (text,)


@pytest.mark.parametrize(("per", "units"), [("segment", 3), ("message", 1)])
def test_a_text_is_billed_by_the_segment_unless_the_channel_bills_messages(per: str, units: int) -> None:
    found = rules(SMALLEST + f"prices: {{chat: {{in: 0, out: {{FR: 0.01}}, per: {per}}}}}\n")
    assert (found.units("chat", 3), found.units("sms", 3)) == (units, 3)


def test_callers_hear_a_busy_line_and_are_not_answered_unless_the_rules_say_so() -> None:
    found = rules(SMALLEST)
    assert (found.reply_to_calls, found.calls.ring_out) == (False, False)
    found = rules(SMALLEST + "reply_to_calls: true\ncalls: {ring_out: true, minute: 0.01}\n")
    assert (found.reply_to_calls, found.calls.minute) == (True, 10_000)
    for dear in ("calls: {ring_out: true}", "calls: {ring_out: true, minute: 0}"):
        assert "does not say what that costs" in str(complaints(SMALLEST + dear + "\n"))
