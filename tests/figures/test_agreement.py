"""Card, status, its JSON, metrics, report, replay and demo say of one day what somebody counted by hand."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.cards.raid import raid_card
from bridge.cli.status import _tables
from bridge.demo.queue import queue
from bridge.demo.tally import Tally
from bridge.model import DAY, DOUBTFUL, HOUR, LAST, LEFT, MINUTE, SUMMONS, Progress, Raid
from bridge.noun import replace
from bridge.replay.compare import folded
from bridge.replay.journal import JournalReader
from bridge.service.health import Vitals, _Snapshot
from bridge.service.names import Names
from bridge.service.reporting import report
from bridge.status import Status, describe, euros
from bridge.store.books import erasing
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from bridge.store.looks.cards import REMEMBERED, day_view, night, raid_view, recent_raids
from bridge.store.looks.course import course
from bridge.store.looks.dossier import Scope, extent, house_of, of_raid, replied
from bridge.store.looks.ending import ending
from bridge.store.looks.overview import Overview, overview
from bridge.store.looks.raids import newest
from bridge.views import Day, Night, RaidView, Served
from bridge.wording import ENGLISH
from tests.figures.day import EARLY, PASTES_ON, PRICE, RECEIVING, RULES, Counted, LivedDay, lived
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, keys, receipt, rules
from tests.support.leaving import pass_
from tests.support.raiding import Scene, number, paste

COUNTED = Counted()


async def only_raid(day: LivedDay) -> Raid:
    since = day.scene.bridge.clock() - REMEMBERED
    (raid,) = await day.scene.store.read(lambda connection: recent_raids(connection, since))
    return raid


async def cards(day: LivedDay) -> tuple[RaidView, Day, Night]:
    raid, now, in_force = await only_raid(day), day.scene.bridge.clock(), rules(RULES)

    async def look(connection: AsyncConnection) -> tuple[RaidView, Day, Night]:
        return (
            await raid_view(connection, raid, in_force, now),
            await day_view(connection, "2026-09-21", NOON, now),
            await night(connection, in_force, now),
        )

    return await day.scene.store.read(look)


async def seen(day: LivedDay) -> Overview:
    now, in_force = day.scene.bridge.clock(), rules(RULES)

    async def look(connection: AsyncConnection) -> Overview:
        found = await overview(connection, now)
        found_raids, older = await newest(connection, in_force, now)
        return Overview(**{**_fields(found), "raids": found_raids, "older_raids": older})

    return await day.scene.store.read(look)


def _fields(found: Overview) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Overview.__struct_fields__}


async def status(day: LivedDay) -> Status:
    return describe(await seen(day), {}, 0, (), running=True, deciding=True, rules_refused=None)


async def metrics(day: LivedDay) -> dict[tuple[str, ...], float]:
    """By name, and what the sample is about."""
    found = await seen(day)
    vitals = Vitals(day.scene.bridge.clock(), found, {}, {}, {}, raid=found.raids[0])
    samples = [sample for metric in _Snapshot(vitals).collect() for sample in metric.samples]
    return {(one.name, *one.labels.values()): one.value for one in samples}


async def reported(day: LivedDay, raid: str) -> Mapping[str, Any]:
    return await report(day.scene.store, raid, rules(RULES), Names(tuple), day.scene.bridge.clock())


async def scope_of(day: LivedDay, raid: str) -> Scope:
    house = house_of(day.scene.bridge.journal)
    scope = await day.scene.store.read(lambda found: of_raid(found, raid, 10**9, house))
    assert scope is not None
    return scope


async def in_a_dossier(day: LivedDay, raid: str) -> int:
    """What replies cost by it."""
    scope = await scope_of(day, raid)
    told = await day.scene.store.read(lambda found: replied(found, scope))
    return sum(cost for _, cost in told.values())


async def test_the_cards_say_what_was_counted_by_hand(store: Store) -> None:
    card, day, asked = await cards(await lived(store))
    told = (day.messages, day.senders, day.replied, day.inbound, day.outbound)
    assert day.silent == COUNTED.silent == COUNTED.messages - COUNTED.answered - COUNTED.held
    answered = COUNTED.answered
    assert told == (
        COUNTED.messages,
        COUNTED.senders,
        answered,
        COUNTED.messages * RECEIVING,
        answered * PRICE,
    )
    assert (card.messages, card.senders) == (COUNTED.raid_messages, COUNTED.raid_senders)
    assert (card.withheld, card.withheld_cost) == (COUNTED.kept_back, COUNTED.kept_back * PRICE)
    assert (card.muted, card.ordinary_before) == (COUNTED.muted, COUNTED.ordinary_before)
    assert (card.spent, card.inbound) == (
        COUNTED.raid_answered * PRICE,
        COUNTED.raid_messages * RECEIVING,
    )
    assert asked.served == Served(5, 5)


async def test_the_status_and_the_metrics_say_the_same(store: Store) -> None:
    day = await lived(store)
    await pass_(day.scene.bridge, 2 * HOUR, step=30 * MINUTE)
    card, today, _ = await cards(day)
    told, measured = await status(day), await metrics(day)
    (raid,) = told["raids"]
    assert card.saved == COUNTED.spared * PRICE
    assert (raid["messages"], raid["senders"], raid["saved"]) == (
        card.messages,
        card.senders,
        euros(card.saved),
    )
    assert told["replies"]["sent"] == today.replied == COUNTED.answered + COUNTED.held
    assert told["pot"]["spent"] == euros(today.outbound)
    assert told["pot"]["inbound"] == euros(today.inbound)
    assert told["mutes"] == card.muted
    left = sum(measured["rempart_replies", progress.value] for progress in LEFT)
    assert left == told["replies"]["sent"]
    assert measured["rempart_replies_in_doubt",] == told["replies"]["in_doubt"]
    for what in ("spent", "reserved", "inbound"):
        assert measured["rempart_money_euros", what] == told["pot"][what]
    for name, figure in (("messages", card.messages), ("senders", card.senders)):
        assert measured[f"rempart_raid_{name}", card.id] == figure
    assert measured["rempart_raid_saved_euros", card.id] == euros(card.saved)


@pytest.mark.parametrize("shielded", [False, True])
async def test_while_the_team_keeps_replies_back_the_card_says_so_as_the_status_does(
    store: Store, *, shielded: bool
) -> None:
    day = await lived(store)
    if shielded:
        await day.scene.act("shield", "")
    await day.scene.act("pause", "sms")
    card, _, _ = await cards(day)
    assert card.posture == (await status(day))["posture"] == "paused"
    drawn = raid_card(card, ENGLISH, day.scene.bridge.clock(), sms_paused=True)
    assert [one for one in drawn.lines if one.startswith("Posture")] == ["Posture: paused."]


async def test_the_table_of_the_status_says_what_its_json_does(store: Store) -> None:
    told = await status(await lived(store))
    (table,) = _tables(told).values()
    names, cells = ([str(cell) for cell in column.cells] for column in table.columns)
    rows = dict(zip(names, cells, strict=True))
    (raid,) = told["raids"]
    assert rows[f"raid {raid['name']} ({raid['id']})"].startswith(
        f"on, messages: {COUNTED.raid_messages}, senders: {COUNTED.raid_senders}, saved: €"
    )
    assert f"{COUNTED.held} held, {COUNTED.answered} sent" in rows["replies"]


async def test_the_report_says_the_same_by_id_and_by_name_in_either_language(store: Store) -> None:
    day = await lived(store)
    await pass_(day.scene.bridge, 2 * HOUR, step=30 * MINUTE)
    card, _, _ = await cards(day)
    now, names = day.scene.bridge.clock(), Names(tuple)
    by_id = await report(store, card.id, rules(RULES), names, now)
    by_name = await report(store, str(by_id["name"]).lower(), rules(RULES), names, now)
    assert by_id == by_name
    assert (by_id["messages"], by_id["senders"]) == (card.messages, card.senders)
    assert (by_id["saved"], by_id["spent"]) == (euros(card.saved), euros(card.spent))
    assert by_id["arrived"] == COUNTED.messages
    assert (by_id["people"], by_id["answered"]) == (7, 7)
    assert by_id["receiving_cost"] == euros(COUNTED.messages * RECEIVING)


@pytest.mark.parametrize(
    ("language", "how"), [("en", "then or later: €0.92."), ("fr", "alors ou plus tard\xa0: 0,92\xa0€.")]
)
async def test_what_left_after_the_raids_hours_is_told_as_no_part_of_what_left_in_them(
    store: Store, language: str, how: str
) -> None:
    day = await lived(store)
    await pass_(day.scene.bridge, 3 * HOUR, step=30 * MINUTE)
    raid = await only_raid(day)
    await day.scene.act("false_alarm", raid.id)
    await pass_(day.scene.bridge, HOUR, step=10 * MINUTE)
    in_force = rules(RULES + f"feed: {{language: {language}}}\n".encode())
    told = await report(store, raid.id, in_force, Names(tuple), day.scene.bridge.clock())
    assert told["spent"] == euros((COUNTED.raid_answered + COUNTED.kept_back) * PRICE) > told["replies_cost"]
    assert [one for one in told["told"] if one.endswith(how)]


async def test_whoever_was_answered_before_and_waits_behind_others_is_one_of_the_people_everywhere(
    store: Store,
) -> None:
    """They rank last while a raid is on, and nobody doubts them."""
    day = await lived(store)
    day.scene.bridge.clock.pass_(20 * MINUTE)
    _, _, before = await cards(day)
    ordinary = outbox.c.progress == Progress.HELD, outbox.c.rank < DOUBTFUL
    last = update(outbox).where(*ordinary).values(rank=LAST)
    await store.transact(lambda connection: connection.execute(last))
    _, _, behind = await cards(day)
    assert before.waiting is not None
    assert behind == before
    assert before.served.people == before.served.answered + before.waiting.people
    held = await store.read(queue)
    assert sum(one.doubtful for one in held.next) == 1


async def test_whom_the_team_answers_by_hand_is_not_said_to_be_unanswered(store: Store) -> None:
    """Who wrote more than once was answered for what they wrote last."""
    day = await lived(store)
    _, before, _ = await cards(day)
    await day.scene.act("answer_one", (await day.scene.sender(PASTES_ON)).handle)
    _, waits, _ = await cards(day)
    assert (waits.replied, waits.silent) == (before.replied, before.silent - 1)
    await pass_(day.scene.bridge, 5 * MINUTE)
    _, left, _ = await cards(day)
    assert (left.replied, left.silent) == (before.replied + 1, before.silent - 1)
    await day.scene.told([(PASTES_ON, "Une autre question")])
    assert (await cards(day))[1].silent == before.silent


async def test_who_of_the_team_is_called_out_to_is_nobody_who_was_answered(store: Store) -> None:
    day = await lived(store)
    _, before, _ = await cards(day)
    one = (await day.scene.replies())[0].id
    called_out = update(outbox).where(outbox.c.id == one).values(wording=SUMMONS)
    await store.transact(lambda connection: connection.execute(called_out))
    raid, (_, today, _) = await only_raid(day), await cards(day)
    assert (today.replied, today.outbound) == (before.replied - 1, before.outbound)
    now = day.scene.bridge.clock()
    (bar,) = (await store.read(lambda found: course(found, [NOON], now + 1, now))).bars
    assert bar.replies == today.replied
    end = await store.read(lambda found: ending(found, raid, now))
    assert sum(one.replies for one in end.hours.bars) == today.replied


async def test_what_was_taken_and_could_not_be_delivered_costs_everywhere_what_the_pot_says(
    store: Store,
) -> None:
    day = await lived(store)
    failed = (await day.scene.replies(EARLY[0]))[0]
    told = receipt(failed.message_id, Progress.FAILED, reply=failed.id, at=day.scene.bridge.clock())
    await day.scene.bridge.tell(replace(told, address=number(EARLY[0]), error="30003"))
    await day.scene.bridge.fold()
    await pass_(day.scene.bridge, 3 * HOUR, step=30 * MINUTE)
    card, today, _ = await cards(day)
    pot = (await status(day))["pot"]["spent"]
    assert today.replied == COUNTED.answered + COUNTED.held - 1
    assert euros(today.outbound) == pot == euros((today.replied + 1) * PRICE)
    assert card.spent == COUNTED.raid_answered * PRICE
    assert (await reported(day, card.id))["replies_cost"] == pot
    assert (await in_a_dossier(day, card.id)) == card.spent
    now = day.scene.bridge.clock()
    bars = await store.read(lambda found: course(found, [NOON], now + 1, now))
    assert sum(one.outbound for one in bars.bars) == today.outbound
    days_later = now + 9 * DAY
    await store.transact(lambda found: erasing.erase(found, [failed.sender], days_later))
    bars = await store.read(lambda found: course(found, [NOON], now + 1, days_later))
    assert sum(one.outbound for one in bars.bars) == today.outbound


async def test_of_a_raid_that_came_slowly_all_tell_how_many_wrote_in_its_hours(store: Store) -> None:
    """Two hours apart paste six: with the fourth it is a raid, and what the first three wrote is long past.
    The last two come at once."""
    day = LivedDay(Scene(Bridge(store, TestClock(), RULES)))
    await day.told(paste(range(4)), hostile=True, pause=2 * HOUR)
    await day.told(paste(range(4, 6)), hostile=True)
    card, _, _ = await cards(day)
    assert (card.messages, card.senders, card.members) == (3, 3, 6)
    drawn = raid_card(card, ENGLISH, day.scene.bridge.clock(), sms_paused=False)
    assert "3 messages from 3 senders since" in " ".join(drawn.lines)
    assert drawn.buttons[0].label == "Mute all 6"
    (told,), measured = (await status(day))["raids"], await metrics(day)
    scope = await scope_of(day, card.id)
    written = await store.read(lambda found: extent(found, scope))
    folding = await store.read(lambda found: folded(JournalReader(found, keys()), keys(), rules(RULES)))
    (replayed,) = folding.result(0).summary["raids"]
    for senders, messages in (
        (told["senders"], told["messages"]),
        (measured["rempart_raid_senders", card.id], measured["rempart_raid_messages", card.id]),
        (written.senders, written.messages),
        (replayed["senders"], replayed["messages"]),
    ):
        assert (senders, messages) == (card.senders, card.messages)


async def test_a_replay_of_the_journal_says_the_same(store: Store) -> None:
    day = await lived(store)
    await pass_(day.scene.bridge, DAY // 4, step=30 * MINUTE)
    card, today, _ = await cards(day)
    folding = await store.read(
        lambda connection: folded(JournalReader(connection, keys()), keys(), rules(RULES))
    )
    summary = folding.result(0).summary
    (raid,) = summary["raids"]
    assert (summary["messages"], summary["replied"]) == (today.messages, today.replied)
    assert (summary["spent"], summary["inbound_cost"]) == (euros(today.outbound), euros(today.inbound))
    assert (raid["messages"], raid["senders"], raid["spent"], raid["saved"]) == (
        card.messages,
        card.senders,
        euros(card.spent),
        euros(card.saved),
    )


async def test_the_demo_says_the_same(store: Store) -> None:
    day = await lived(store)
    await pass_(day.scene.bridge, 2 * HOUR, step=30 * MINUTE)
    card, today, _ = await cards(day)
    tally = Tally(0, rules(RULES), NOON, day.lines)
    now = day.scene.bridge.clock()
    await store.read(lambda connection: tally.look(connection, 0, now))
    hostile, other = tally.counts["hostile"], tally.counts["ordinary"]
    assert hostile["messages"] + other["messages"] == today.messages
    assert hostile["replies"] + other["replies"] == today.outbound
    assert hostile["inbound"] + other["inbound"] == today.inbound
    assert tally.counts["saved"] == card.saved
    assert tally.counts["without"] == today.outbound + today.inbound + card.saved


@pytest.mark.parametrize(("language", "state"), [("en", "false alarm"), ("fr", "fausse alerte")])
async def test_after_a_false_alarm_everybody_says_that_it_was_one_and_that_nothing_was_saved(
    store: Store, monkeypatch: pytest.MonkeyPatch, language: str, state: str
) -> None:
    monkeypatch.setenv("LANG", f"{language}_FR.UTF-8")
    day = await lived(store)
    await pass_(day.scene.bridge, 2 * HOUR, step=30 * MINUTE)
    raid = await only_raid(day)
    await day.scene.act("false_alarm", raid.id)
    card, _, _ = await cards(day)
    (told,) = (await status(day))["raids"]
    assert (card.saved, told["saved"]) == (0, 0)
    assert card.false_alarm
    assert told["false_alarm"]
    (table,) = _tables(await status(day)).values()
    assert [cell for cell in table.columns[1].cells if str(cell).startswith(f"{state}, messages")]
    assert (await metrics(day))["rempart_raid_saved_euros", raid.id] == 0
    now = day.scene.bridge.clock()
    assert (await report(store, raid.id, rules(RULES), Names(tuple), now))["saved"] == 0


async def test_a_false_alarm_releases_what_its_confirmation_says_and_undo_calls_back_what_has_not_left(
    store: Store,
) -> None:
    day = await lived(store)
    card, _, _ = await cards(day)
    before = await day.scene.progress()
    await day.scene.act("false_alarm", card.id)
    released = [row for row in await day.scene.replies() if row.progress == Progress.HELD]
    assert len(released) == before[Progress.HELD] + card.withheld
    now = day.scene.bridge.clock()
    assert all(row.due_at >= now + 2 * MINUTE for row in released)
    await day.scene.act("reopen", card.id)
    assert (await day.scene.progress())[Progress.HELD] == before[Progress.HELD]
    assert (await cards(day))[0].withheld == card.withheld


async def test_the_card_undoes_the_mute_of_whoever_wrote_most_while_nothing_else_mutes_them(
    store: Store,
) -> None:
    day = await lived(store)
    fresh, _, _ = await cards(day)
    assert fresh.loudest_muted is None
    await day.scene.act("mute", str(fresh.loudest))
    alone, _, _ = await cards(day)
    assert alone.loudest_muted
    await day.scene.act("mute_all", fresh.id)
    assert (await cards(day))[0].loudest_muted == ""
    await day.scene.act("undo", str((await cards(day))[0].undo))
    assert (await cards(day))[0].loudest_muted == alone.loudest_muted
    await day.scene.act("undo", str(alone.loudest_muted))
    assert (await cards(day))[0].loudest_muted is None


async def test_a_dossier_says_what_the_card_does_however_late_a_reply_left(store: Store) -> None:
    day = await lived(store)
    await pass_(day.scene.bridge, 3 * HOUR, step=30 * MINUTE)
    raid = await only_raid(day)
    await day.scene.act("false_alarm", raid.id)
    await pass_(day.scene.bridge, HOUR, step=10 * MINUTE)
    card, _, _ = await cards(day)
    assert card.spent == (COUNTED.raid_answered + COUNTED.kept_back) * PRICE
    assert await in_a_dossier(day, raid.id) == card.spent
    scope = await scope_of(day, raid.id)
    assert (await store.read(lambda found: extent(found, scope))).messages == card.messages


@pytest.mark.parametrize(("channel", "waiting"), [("sms", 0), ("telegram", COUNTED.held)])
async def test_what_a_paused_channel_keeps_back_waits_for_no_money(
    store: Store, channel: str, waiting: int
) -> None:
    day = await lived(store)
    day.scene.bridge.clock.pass_(HOUR)
    assert (await status(day))["waiting"]["replies"] == COUNTED.held
    await day.scene.act("pause", channel)
    assert (await status(day))["waiting"]["replies"] == waiting
