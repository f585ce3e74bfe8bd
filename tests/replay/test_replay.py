"""What becomes of each message, in virtual time."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.model import DAY, HOUR, MINUTE, Action, Verdict
from bridge.replay import Written
from tests.replay.support import BEGIN, PRICE, RULES, line, paste, run
from tests.support.examples import examples

SHAPE = [
    "id",
    "verdict",
    "action",
    "rule",
    "reply",
    "reply_at",
    "cost",
    "raid",
    "suspicion",
    "reasons",
    "codes",
]
SUMMARY = ["messages", "replied", "silent", "cancelled", "spent", "inbound_cost", "raids", "feed"]


def test_every_message_has_one_row_in_the_order_of_the_trace() -> None:
    lines = [line(minute, minute) for minute in range(5)]
    assert [row.id for row in run(*lines).rows] == [one.id for one in lines]


def test_a_row_has_the_shape_that_its_readers_rely_on() -> None:
    (row,) = run(line(0, id_="m1")).lines()
    assert list(json.loads(row)) == SHAPE
    assert json.loads(row)["reply_at"] == "2017-10-30T15:10:00.000Z"
    assert json.loads(row) | {"suspicion": 0, "reasons": [], "codes": []} == {
        "id": "m1",
        "verdict": "ordinary",
        "action": "replied",
        "rule": "first",
        "reply": "Un mot.",
        "reply_at": "2017-10-30T15:10:00.000Z",
        "cost": 0.0763,
        "raid": None,
        "suspicion": 0,
        "reasons": [],
        "codes": [],
    }


def test_an_empty_trace_has_a_summary_of_nothing() -> None:
    result = run()
    assert list(result.rows) == []
    told = {name: result.summary[name] for name in SUMMARY}
    assert told == dict.fromkeys(SUMMARY, 0) | {"raids": [], "feed": {"posts": 0, "edits": 0}}


def test_the_clock_runs_on_until_the_last_reply_has_left() -> None:
    (row,) = run(line(0)).rows
    assert row.action is Action.REPLIED
    assert row.reply_at == BEGIN + 10 * MINUTE


@pytest.mark.parametrize(("minute", "leaves"), [(5, False), (119, False), (120, False), (121, True)])
def test_a_reply_that_is_due_too_late_never_leaves(minute: int, leaves: bool) -> None:
    """As `check` says, and the service does: quiet hours end at eight in the evening."""
    source = RULES + b"answer_within: 2h\nquiet: {from: '16:00', to: '20:00'}\n"
    (row,) = run(line(minute), source=source).rows
    assert (row.reply_at is not None) is leaves


def test_whoever_says_stop_during_the_hold_is_sent_nothing() -> None:
    result = run(line(0), line(5, text="STOP"))
    assert [row.action for row in result.rows] == [Action.CANCELLED, Action.SILENT]
    assert result.summary["spent"] == 0


def test_whoever_says_stop_after_the_hold_was_answered() -> None:
    result = run(line(0), line(11, text="STOP"))
    assert [row.action for row in result.rows] == [Action.REPLIED, Action.SILENT]


def test_nobody_is_answered_twice_within_reply_once_per() -> None:
    rows = run(line(0), line(20), line(80)).rows
    assert [row.action for row in rows] == [Action.REPLIED, Action.SILENT, Action.REPLIED]
    assert [row.rule for row in rows] == ["first", None, "again"]


def test_nobody_gets_more_than_three_replies_in_a_day() -> None:
    rows = run(*(line(70 * place) for place in range(4)), line(24 * 60 + 1)).rows
    assert [row.action for row in rows] == [Action.REPLIED] * 3 + [Action.SILENT, Action.REPLIED]


HOLD = 10 * MINUTE
HOURLY = RULES.replace(b"per_hour: 10,", b"per_hour: 0.2,")
DAILY = RULES.replace(b"per_day: 50,", b"per_day: 0.2,")


@pytest.mark.parametrize(
    ("source", "minutes", "answered"),
    [
        (HOURLY, [0, 1, 2], [0, 1]),
        (HOURLY, [0, 1, 61], [0, 1, 61]),
        (HOURLY, [0, 1, 59.9], [0, 1]),
        (DAILY, [0, 1, 24 * 60 - 1], [0, 1]),
        (DAILY, [0, 1, 24 * 60], [0, 1, 24 * 60]),
        (RULES.replace(b"total: 100", b"total: 0.2"), [0, 1, 9 * 24 * 60], [0, 1]),
    ],
    ids=["hour full", "hour rolls", "hour not yet", "day not yet", "day rolls", "pot never rolls"],
)
def test_money_rolls_as_the_ledger_does(
    source: bytes, minutes: Sequence[float], answered: Sequence[float]
) -> None:
    lines = [line(minute, place + 1) for place, minute in enumerate(minutes)]
    rows = run(*lines, source=source).rows
    at_once = [row.at for row in rows if row.reply_at == row.at + HOLD]
    assert at_once == [BEGIN + round(minute * MINUTE) for minute in answered]


def test_what_an_hour_cannot_pay_leaves_in_the_next_the_newest_first() -> None:
    rows = run(*(line(minute, minute + 1) for minute in range(6)), source=HOURLY).rows
    left = [row.reply_at - BEGIN for row in rows if row.reply_at is not None]
    assert left[:2] == [HOLD, MINUTE + HOLD]
    assert [one // HOUR for one in left] == [0, 0, 2, 2, 1, 1]


def test_what_is_withdrawn_gives_its_money_back() -> None:
    rows = run(line(0, 1), line(1, 2), line(2, 1, "STOP"), line(3, 3), source=HOURLY).rows
    assert [row.action.value for row in rows] == ["cancelled", "replied", "silent", "replied"]


def test_the_bill_is_the_sum_of_the_rows() -> None:
    result = run(*(line(minute, minute) for minute in range(30)))
    assert result.summary["spent"] == pytest.approx(sum(json.loads(row)["cost"] for row in result.lines()))
    assert sum(row.cost for row in result.rows) == 30 * PRICE == result.world.books.ledger.spent
    assert result.world.books.ledger.reserved == 0
    assert result.summary["inbound_cost"] == pytest.approx(30 * 0.0075)
    assert sum(hour["spent"] for hour in result.summary["money"]) == pytest.approx(result.summary["spent"])


def test_a_handle_without_a_price_is_free() -> None:
    (row,) = run(line(0, "4711", channel="carrier-pigeon")).rows
    assert (row.action, row.cost, row.inbound) == (Action.REPLIED, 0, 0)


def test_a_channel_with_a_price_costs_money() -> None:
    source = RULES.replace(b"replies:", b"  fax: {in: 0.01, out: {FR: 0.5}}\nreplies:", 1)
    (row,) = run(line(0, channel="fax"), source=source).rows
    assert (row.cost, row.inbound) == (500_000, 10_000)


def test_a_country_without_a_price_gets_no_reply() -> None:
    (row,) = run(line(0, "+447700900123")).rows
    assert row.action is Action.SILENT
    assert row.full == 0


def test_long_texts_are_billed_by_the_segment() -> None:
    rows = run(line(0, 1, "a" * 161), line(1, 2, "é" * 70 + "😀"), line(2, 3, "a" * 160)).rows
    assert [row.inbound for row in rows] == [15_000, 15_000, 7_500]


def test_an_empty_text_is_a_message_like_any_other() -> None:
    (row,) = run(line(0, text="")).rows
    assert row.action is Action.REPLIED


def test_lines_out_of_order_are_replayed_in_order_of_time() -> None:
    later, earlier = line(20), line(0)
    rows = run(later, earlier).rows
    assert [row.id for row in rows] == [later.id, earlier.id]
    assert [row.action for row in rows] == [Action.SILENT, Action.REPLIED]


def test_whoever_takes_part_in_a_raid_is_a_raider_in_hindsight() -> None:
    result = run(*paste([0, 1, 2, 3, 4, 5]))
    assert {row.verdict for row in result.rows} == {Verdict.RAIDER}
    assert {row.action for row in result.rows} == {Action.CANCELLED}
    (raid,) = result.summary["raids"]
    assert {row.raid for row in result.rows} == {raid["id"]}
    assert (raid["messages"], raid["senders"], raid["opened_after_messages"]) == (6, 6, 4)
    assert result.summary["spent"] == 0


def test_what_a_raider_wrote_days_before_the_raid_is_not_of_it() -> None:
    days = 5 * DAY // MINUTE
    result = run(line(0, 100), *paste([days + minute for minute in range(6)]))
    assert result.rows[0].verdict is Verdict.ORDINARY
    assert result.rows[0].raid is None
    assert result.rows[1].verdict is Verdict.RAIDER


def test_a_raid_is_over_once_it_no_longer_grows() -> None:
    quiet = run(*paste([0, 1, 2, 3, 4])).summary["raids"]
    over = run(*paste([0, 1, 2, 3, 4]), line(300, 9)).summary["raids"]
    assert quiet[0]["closed_at"] is None
    assert over[0]["closed_at"] == "2017-10-30T15:34:00.000Z"


def test_changes_of_posture_are_told_with_their_reasons() -> None:
    postures = run(*paste([0, 1, 2, 3, 4]), line(300, 9)).summary["posture"]
    assert postures[0]["posture"] == "raid"
    assert all(change["reason"] for change in postures)


def test_the_day_is_posted_once_and_a_raid_once() -> None:
    quiet = run(line(0), line(24 * 60, 2), line(48 * 60, 3))
    raid = run(*paste([0, 1, 2, 3, 4]))
    assert quiet.summary["feed"]["posts"] == 3
    assert raid.summary["feed"]["posts"] == 2


def test_edits_keep_to_the_pace_of_the_feed() -> None:
    result = run(*(line(second / 60, second) for second in range(600)))
    edits = result.summary["feed"]["edits"]
    assert 100 < edits < (600 + HOUR / 1_000_000) / 1.1


def test_a_trace_may_be_of_a_hundred_years() -> None:
    years = 70 * 365
    result = run(line(0), line(years * DAY / MINUTE, 2))
    assert result.summary["replied"] == 2
    assert result.summary["feed"]["posts"] == years + 1


TRACES = st.lists(
    st.tuples(
        st.integers(0, 3 * DAY // MINUTE),
        st.integers(1, 6),
        st.sampled_from(["salut", "STOP", "start", "", "tu fais quoi ce soir", "connasse", "a" * 200]),
        st.sampled_from(["sms", "telegram"]),
    ),
    max_size=40,
)


@given(TRACES)
@settings(max_examples=examples(40))
def test_the_same_trace_gives_the_same_rows_and_summary(told: list[tuple[int, int, str, str]]) -> None:
    lines = [
        Written(str(place), line(minute).at, channel, line(0, who).sender, text)
        for place, (minute, who, text, channel) in enumerate(told)
    ]
    first, second = run(*lines), run(*lines)
    assert list(first.lines()) == list(second.lines())
    assert json.dumps(first.summary) == json.dumps(second.summary)


@given(TRACES)
@settings(max_examples=examples(40))
def test_nothing_is_left_held_and_money_adds_up(told: list[tuple[int, int, str, str]]) -> None:
    lines = [
        Written(str(place), line(minute).at, channel, line(0, who).sender, text)
        for place, (minute, who, text, channel) in enumerate(told)
    ]
    result = run(*lines)
    world = result.world
    assert world.books.ledger.reserved == 0
    assert world.books.ledger.spent == sum(row.cost for row in result.rows)
    assert len(result.rows) == sum(result.summary[name] for name in ("replied", "silent", "cancelled"))
    assert all(row.reply_at is None or row.reply_at >= row.at for row in result.rows)


def test_whoever_is_called_a_raider_without_a_raid_has_the_reason_in_the_row() -> None:
    """One number that writes and writes: why nothing leaves is another reason, and tells nothing of it."""
    rows = run(*(line(n / 60, text=f"salut numero {n}") for n in range(12))).rows
    called = [row for row in rows if row.verdict is Verdict.RAIDER]
    assert called
    assert {tuple(one.code for one in row.reasons) for row in called} == {
        ("answered_lately", "many_messages")
    }
    others = [row for row in rows if row.verdict is not Verdict.RAIDER]
    assert "many_messages" not in {one.code for row in others for one in row.reasons}


@pytest.mark.parametrize(
    ("named", "channel", "sender"),
    [
        ("+33612345678", "sms", "+33612345678"),
        ("+33612345678", "whatsapp", "+33612345678"),
        ("whatsapp:+33612345678", "whatsapp", "+33612345678"),
        ("whatsapp:+33612345678", "sms", "+33612345678"),
        ("telegram:42", "telegram", "42"),
    ],
)
def test_whoever_is_exempt_is_so_whichever_way_the_rules_and_the_trace_name_them(
    named: str, channel: str, sender: str
) -> None:
    exempted = run(line(0, sender, channel=channel), source=RULES + f'exempt: ["{named}"]\n'.encode())
    assert {row.sender for row in exempted.rows} == exempted.world.books.exempt
