"""`rempart status`: how things stand, for a person or for a program."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bridge.cli.said import said
from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.terminal import put_line
from bridge.cli.tongue import language
from bridge.clock import parse_iso, system_clock
from bridge.model import CURRENCY, EURO, MINUTE, SECOND
from bridge.wording import Words


def show_status(told: Mapping[str, Any]) -> None:
    """Prints the status as a table for each line. Raises `RempartError`."""
    for name, table in _tables(told).items():
        if name:
            put_line(f"{name}:")
        show(table)


def _tables(told: Mapping[str, Any]) -> dict[str, Sheet]:
    """One for each line, by its name; that of the only one has none."""
    lines: Mapping[str, Mapping[str, Any]] = told.get("lines", {"": told})
    return {name: _Page(one).table for name, one in lines.items()}


_WORDED = frozenset({"on", "off", "failing"})
"""Of how a watcher goes, what is no code."""


class _Page:
    """The status of one line, in the words of whoever reads it, by the clock of its rules."""

    def __init__(self, status: Mapping[str, Any]) -> None:
        self._status, self._now = status, system_clock()
        self._say = Words(language(), ZoneInfo(status["zone"]), "status", self._now)
        self._card = self._say.within("card")
        self.table = pairs()
        self._state()
        self._money()
        self._signs()
        self._raids()
        self._troubles()

    def _row(self, name: str, told: object, /, **about: str) -> None:
        self.table.add_row(self._say(name, **about), told)

    def _state(self) -> None:
        status = self._status
        self._row("service", self._service())
        if status["database"] == "moved":
            where = status["moved_to"] or self._say("another_one")
            self._row("database", self._say("moved", where=where))
        if status["not_stored"] is not None:
            self._row("database", self._say("not_stored", why=said(status["not_stored"])))
        if status["clock"] is not None:
            length = self._say.roughly(abs(status["clock"]["off"]) * SECOND)
            self._row("clock", self._say(f"clock_{status['clock']['why']}", length=length))
        if status["running"] and not status["deciding"] and status["down"] is None:
            self.table.add_row("", self._say("nobody_decides"))
        if status["mode"] == "dry":
            self._row("mode", self._dry(status["rehearsed"]))
        self._row("posture", self._say(f"posture_{status['posture']}"))
        for name, state in status["channels"].items():
            self._row("channel", self._say(state), name=name)

    def _service(self) -> str:
        """Whether one runs; where none does, since when, and what is shown instead."""
        status = self._status
        if status["down"] is not None:
            return self._say("line_down", why=said(status["down"]))
        if status["running"] is not False:
            return self._say("runs" if status["running"] else "runs_unknown")
        since = status["not_running_since"]
        if status["database"] == "absent":
            return self._say("absent")
        if since is None:
            return self._say("never_ran")
        return self._say("stopped" if status["stopped"] else "died", since=parse_iso(since))

    def _dry(self, held_back: Mapping[str, Any]) -> str:
        amount = round(held_back["euros"] * EURO)
        kept = {"replies": held_back["replies"], "kept": held_back["kept_back"]}
        return self._say("dry", amount=amount, **kept)

    def _money(self) -> None:
        pot, waiting = self._status["pot"], self._status["waiting"]
        spent, total, reserved = (round(pot[name] * EURO) for name in ("spent", "total", "reserved"))
        self._row("pot", self._say("pot_told", spent=spent, total=total, reserved=reserved))
        self._row("receiving", self._say.euros(pot["inbound"]))
        counts = self._status["replies"].items()
        self._row("replies", ", ".join(self._say(f"replies_{name}", count=count) for name, count in counts))
        if waiting["replies"]:
            amount, since = round(waiting["euros"] * EURO), parse_iso(waiting["oldest"])
            told = self._say("waiting_told", number=waiting["replies"], amount=amount, since=since)
            self._row("waiting", told)
        if self._status["limits_lifted_until"]:
            until = parse_iso(self._status["limits_lifted_until"])
            self._row("limits", self._say("limits_told", until=until))

    def _signs(self) -> None:
        status, unfolded, forgotten = self._status, self._status["unfolded"], self._status["forgotten"]
        self._row("mutes", self._say.count(status["mutes"]))
        oldest = unfolded["oldest"] if unfolded["events"] else None
        waits = self._say("the_oldest", since=parse_iso(oldest)) if oldest else ""
        self._row("unfolded", f"{self._say.count(unfolded['events'])}{waits}")
        if status["calls"]:
            self._row("calls", self._say("calls_told", number=status["calls"]))
        self._row("newest_message", self._age(status["newest_message"]))
        self._row("newest_backup", self._age(status["newest_backup"]))
        self._row("backups", self._backups(status["backups"]))
        for one in status["refused_webhooks"]:
            told = {"count": one["count"], "status": str(one["status"]), "likely": said(one["likely"])}
            self._row("webhook", self._say("webhook_told", **told), path=one["path"])
        for name, how in status["watched"].items():
            self._row(name, self._say(how) if how in _WORDED else how)
        late = self._say("overdue", number=forgotten["overdue"]) if forgotten["overdue"] else ""
        self._row("forgotten", f"{self._say.count(forgotten['people'])}{late}")

    def _backups(self, told: Mapping[str, Any] | None) -> str:
        if told is None:
            return self._say("backups_none")
        if told["failing"]:
            return self._say("backups_failing", since=parse_iso(told["since"]), why=said(told["failing"]))
        return self._say("backups_told", kept=told["kept"], keep=told["keep"], where=told["to"])

    def _age(self, at: str | None) -> str:
        if at is None:
            return self._say("none_known")
        minutes = max(0, self._now - parse_iso(at)) // MINUTE
        hours, days = minutes // 60, minutes // (24 * 60)
        age = f"{days} d" if days > 1 else f"{hours} h" if hours > 1 else f"{minutes} min"
        return self._say("ago", age=age.replace("d", self._say("day_letter")), at=parse_iso(at))

    def _raids(self) -> None:
        for raid in self._status["raids"]:
            told = {"number": raid["messages"], "people": self._say.count(raid["senders"])}
            told |= {"calls": self._say("raid_calls", number=raid["calls"]) if raid["calls"] else ""}
            told |= {"how": self._say(_state_of(raid))}
            name = self._card.raid(raid["id"])
            saved = round(raid["saved"] * EURO)
            self._row("raid", self._say("raid_told", amount=saved, **told), name=name, id=raid["id"])
        if self._status["older_raids"]:
            self._row("older_raids", self._say("older_told", number=self._status["older_raids"]))

    def _troubles(self) -> None:
        status = self._status
        if status["rules_refused"]:
            self._row("rules", self._say("rules_refused", why=said(status["rules_refused"])))
        for one in status["troubles"]:
            told = self._say(f"trouble_{one['half']}", since=parse_iso(one["since"]), code=one["code"])
            self._row("channel", told, name=one["channel"])
        for one in status["ways"]:
            code = one["code"] or self._say("a_way_back")
            told = self._say("way_told", way=one["way"], since=parse_iso(one["since"]), code=code)
            self._row("replies_to", told, name=one["channel"])
        for name, told in price_rows(status["foreign_prices"], self._say):
            self.table.add_row(name, told)


def _state_of(raid: Mapping[str, Any]) -> str:
    if raid.get("false_alarm"):  # a service that was not restarted since an update does not tell
        return "raid_false"
    return "raid_on" if raid["open"] else "raid_over"


def price_rows(prices: Iterable[Mapping[str, Any]], reader: Words) -> list[tuple[str, str]]:
    """A row a price: what it is for, and what it is."""
    say = reader.within("status")
    rows = []
    for price in prices:
        name = say("price_to", channel=price["channel"], country=price["country"])
        rows.append((name, _price(price, say)))
    return rows


def _price(price: Mapping[str, Any], say: Words) -> str:
    """A price, and by whose word."""
    each = say.price(round(price["euros"] * EURO))
    if price["source"] == "provider":
        return say("price_told", price=each, at=parse_iso(price["told_at"]))
    if price["currency"] != CURRENCY:
        return say("price_foreign", price=each, currency=price["currency"])
    return say("price_of_file", price=each)
