"""Reasons become codes with what they tell; until now they were English sentences.

A sentence that nobody knows any more, and what an actor was told, is kept word for word.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ROWS = 5_000
"""Rows that are read at a time."""

_CODES: dict[str, tuple[str, ...]] = {
    r"the sender has asked us to stop": ("has_stopped",),
    r"the sender asks us to stop": ("asks_to_stop",),
    r"the sender lets us write again": ("lets_us_write",),
    r"muted by the team": ("muted",),
    r"(.+) is paused by the team": ("channel_paused", "channel"),
    r"an edit of an earlier text": ("edit",),
    r"found more than 24 hours late": ("found_late",),
    r"not a telephone number that can be answered": ("no_number",),
    r"a number of no country, such as a satellite telephone": ("no_country",),
    r"not a mobile number": ("no_mobile",),
    r"no price is set for (.+) on (.+)": ("no_price", "country", "channel"),
    r"no reply has conditions that this message meets": ("no_rule",),
    r"no rule fits": ("no_rule",),
    r"was answered within `reply_once_per`": ("answered_lately",),
    r"has had (\d+) replies in 24 hours": ("answered_often", "count"),
    r"every wording of `(.+)` has been said to this sender": ("all_said", "rule"),
    r"a handle that costs money explains nothing": ("costs_money",),
    r"the stored event cannot be opened": ("unreadable",),
    r"an error of ours kept this from being decided": ("our_error",),
    r"the pot is spent": ("pot_spent",),
    r"this hour's share of the pot is spent": ("hour_spent",),
    r"this day's share of the pot is spent": ("day_spent",),
    r"this sender's share of the pot is spent": ("sender_spent",),
    r"while a raid is on, the money is kept for new people who look ordinary": ("kept_for_others",),
    r"asks what this is": ("asks_what_this_is",),
    r"this reply answers every message": ("every_message",),
    r"first message": ("first_message",),
    r"has written before": ("wrote_before",),
    r"came over (.+)": ("over_channel", "channel"),
    r"language (.+)": ("in_language", "language"),
    r"came between (\d\d:\d\d) and (\d\d:\d\d)": ("between", "begin", "end"),
    r'has "(.+)", which the reply asks for': ("has_words", "phrase"),
    r"matches the regular expression of the reply": ("matches",),
    r"takes part in the raid that is on": ("in_raid",),
    r"near copies of one text from (\d+) senders": ("copies", "senders"),
    r"(\d+) messages of one sender within 10 minutes": ("flood", "messages"),
    r"(\d+) messages within 10 minutes": ("many_messages", "messages"),
    r"(\d+) fresh numbers from one range of 10,000 within an hour": ("fresh_numbers", "count"),
    r"(\d+) of the last (\d+) new senders write abusively, far more than usual": (
        "abuse_rises",
        "abusive",
        "newest",
    ),
    r"more abusive than (\d+) in 100 ordinary texts, while a raid is on": ("abusive_in_raid", "percent"),
    r"more abusive than (\d+) in 100 ordinary texts": ("abusive", "percent"),
    r"a raid is on": ("raid_on",),
    r"one sender floods": ("one_floods",),
    r"a raid has just ended": ("raid_ended",),
    r"more new senders than usual write abusively": ("register_rises",),
    r"nothing unusual for half an hour": ("nothing_unusual",),
    r"put up by the team": ("shield_up",),
    r"the team took the shield down": ("shield_down",),
    r"the team called it a false alarm": ("false_alarm",),
    r"the team took a false alarm back": ("raid_after_all",),
}
"""What earlier versions wrote, as patterns of whole sentences: the code, and the names of what it tells."""


_NUMBERS = frozenset({"abusive", "count", "messages", "newest", "percent", "senders"})
_CLOCKS = frozenset({"begin", "end"})


def upgrade() -> None:
    """Rewrites what is stored, and lets figures count by the code of a decision's first reason."""
    first = "The code of its first reason: what figures count by."
    op.add_column("decisions", sa.Column("why", sa.String(32), comment=first))
    _rewrite(_table("senders", "id", "reasons", sa.JSON), _several)
    _rewrite(_table("decisions", "event", "reasons", sa.JSON), _several)
    _rewrite(_table("raids", "id", "signs", sa.JSON), _signs)
    _rewrite(_table("stances", "seq", "reason", sa.Text), lambda told: json.dumps(_reason(told)))
    _rewrite(_table("acts", "event", "told", sa.Text), lambda told: json.dumps(_in_words(told)))
    _retype("stances", "reason")
    _retype("acts", "told")
    _count_by_first()


def _table(name: str, key: str, column: str, kind: Any) -> sa.TableClause:
    return sa.table(name, sa.column(key), sa.column(column, kind))


def _retype(table: str, column: str) -> None:
    with op.batch_alter_table(table) as batch:
        using = f"{column}::json"
        batch.alter_column(column, existing_type=sa.Text, type_=sa.JSON, postgresql_using=using)


def _rewrite(table: sa.TableClause, better: Callable[[Any], Any]) -> None:
    """Puts a better value in the place of each; the first column says of which row."""
    key, column = table.c
    change = table.update().where(key == sa.bindparam("whose")).values({column.name: sa.bindparam("better")})
    for rows in _pages(table):
        values = [{"whose": row[0], "better": better(row[1])} for row in rows]
        op.get_bind().execute(change, values)


def _count_by_first() -> None:
    table = sa.table("decisions", sa.column("event"), sa.column("reasons", sa.JSON), sa.column("why"))
    change = table.update().where(table.c.event == sa.bindparam("whose")).values(why=sa.bindparam("first"))
    for rows in _pages(table):
        values = [{"whose": row[0], "first": row[1][0]["code"]} for row in rows if row[1]]
        if values:
            op.get_bind().execute(change, values)


def _pages(table: sa.TableClause) -> Iterator[Sequence[Any]]:
    """All rows in the order of their first column, some at a time: there may be millions."""
    key, column, *_ = table.c
    query = sa.select(key, column).order_by(key).limit(_ROWS)
    rows = op.get_bind().execute(query).all()
    while rows:
        yield rows
        rows = op.get_bind().execute(query.where(key > rows[-1][0])).all()


def _several(told: list[str]) -> list[dict[str, Any]]:
    return [_reason(one) for one in told]


def _signs(told: list[tuple[str, str]]) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, _reason(one)) for kind, one in told]


@lru_cache(maxsize=10_000)
def _reason(told: str) -> dict[str, Any]:
    for pattern, (code, *names) in _CODES.items():
        if found := re.fullmatch(pattern, told):
            return {"code": code, "data": dict(map(_datum, names, found.groups()))}
    return _in_words(told)


def _datum(name: str, written: str) -> tuple[str, int | str]:
    if name in _CLOCKS:  # a time of day, from now on in minutes
        return name, int(written[:2]) * 60 + int(written[3:])
    return name, int(written) if name in _NUMBERS else written


def _in_words(told: str) -> dict[str, Any]:
    return {"code": "in_words", "data": {"words": told}}
