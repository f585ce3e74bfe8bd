"""Every reason that there is: its code, and the names of what it tells. Floor 0: touches nothing.

What decides or counts goes by the code. How a reason is said in English and French stands in
`bridge.wording`, and nowhere else.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from bridge.noun import Noun

Datum = int | str


class Reason(Noun):
    """Why something is so, or what came of an act: a code and what it tells, worded where it is read.

    What it tells stays what it is: an instant in microseconds, an amount in micro-euros.
    """

    code: str
    data: tuple[tuple[str, Datum], ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is stored, and as `--json` tells it."""
        return {"code": str(self.code), "data": dict(self.data)}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Self:
        """What `plain` made."""
        return cls(plain["code"], tuple(plain["data"].items()))


class Why(StrEnum):
    """The codes, each with the names of what it tells."""

    tells: frozenset[str]

    def __new__(cls, code: str, *tells: str) -> Self:
        """A code, which is all that is stored of it."""
        self = str.__new__(cls, code)
        self._value_ = code
        self.tells = frozenset(tells)
        return self

    # What keeps a message from being answered.
    HAS_STOPPED = "has_stopped"
    HAS_BLOCKED = "has_blocked"
    ASKS_TO_STOP = "asks_to_stop"
    LETS_US_WRITE = "lets_us_write"
    MUTED = "muted"
    CHANNEL_PAUSED = "channel_paused", "channel"
    EDIT = "edit"
    CALL = "call"
    FOUND_LATE = "found_late"
    WINDOW_CLOSED = "window_closed", "channel"
    NO_NUMBER = "no_number"
    NO_COUNTRY = "no_country"
    NO_MOBILE = "no_mobile"
    NO_PRICE = "no_price", "country", "channel"
    NO_RULE = "no_rule"
    ANSWERED_LATELY = "answered_lately"
    ANSWERED_OFTEN = "answered_often", "count"
    ALL_SAID = "all_said", "rule"
    COSTS_MONEY = "costs_money"
    CAUGHT_BY_RULE = "caught_by_rule", "rule"
    HELD_BY_RULE = "held_by_rule", "rule"
    UNREADABLE = "unreadable"
    OUR_ERROR = "our_error"
    # What the money does not allow.
    POT_SPENT = "pot_spent"
    HOUR_SPENT = "hour_spent"
    DAY_SPENT = "day_spent"
    SENDER_SPENT = "sender_spent"
    KEPT_FOR_OTHERS = "kept_for_others"
    # Which reply fits.
    ASKS_WHAT_THIS_IS = "asks_what_this_is"
    ASKS_TO_BE_FORGOTTEN = "asks_to_be_forgotten"
    HELD_FOR_RAID = "held_for_raid", "raid"
    EVERY_MESSAGE = "every_message"
    FIRST_MESSAGE = "first_message"
    WROTE_BEFORE = "wrote_before"
    OVER_CHANNEL = "over_channel", "channel"
    IN_LANGUAGE = "in_language", "language"
    BETWEEN = "between", "begin", "end"
    HAS_WORDS = "has_words", "phrase"
    MATCHES = "matches"
    # What raids are seen by.
    IN_RAID = "in_raid"
    COPIES = "copies", "senders"
    FLOOD = "flood", "messages"
    MANY_MESSAGES = "many_messages", "messages"
    FRESH_NUMBERS = "fresh_numbers", "count"
    ABUSE_RISES = "abuse_rises", "abusive", "newest"
    ABUSIVE_IN_RAID = "abusive_in_raid", "percent"
    ABUSIVE = "abusive", "percent"
    KNOWN_RAIDER = "known_raider"
    KNOWN_PASTE = "known_paste", "senders", "teller"
    # Why the posture is what it is.
    BEGINNING = "beginning"
    RAID_ON = "raid_on"
    ONE_FLOODS = "one_floods"
    RAID_ENDED = "raid_ended"
    REGISTER_RISES = "register_rises"
    NOTHING_UNUSUAL = "nothing_unusual"
    SHIELD_UP = "shield_up"
    SHIELD_DOWN = "shield_down"
    FALSE_ALARM = "false_alarm"
    RAID_AFTER_ALL = "raid_after_all"
    # What was written down in words, before there were codes.
    IN_WORDS = "in_words", "words"


def because(why: Why, **told: Datum) -> Reason:
    """A reason with all that it tells, and nothing else."""
    if told.keys() != why.tells:
        raise TypeError(f"{why} tells {sorted(why.tells)}, not {sorted(told)}")
    return Reason(why.value, tuple(told.items()))
