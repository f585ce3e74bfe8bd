"""The counter: what commands ask, as plain data: in the running service, or on the database alone."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from time import monotonic
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.cards.finding import rule_told, told_lines
from bridge.clock import iso
from bridge.errors import Misconfigured, RempartError
from bridge.evidence.signing import Signer
from bridge.explaining.explain import Explaining
from bridge.heart.acts import doubtful, find, heed_campaign, reveal, tell_campaign, texts_found
from bridge.loops.retention import Forgotten
from bridge.model import DAY, Act, EventId, PhraseRule, SenderId
from bridge.moderation.directory import Directory
from bridge.moderation.roles import OPERATOR
from bridge.moderation.targets import ByAddress, ByHandle, FoundName, read_found, read_target
from bridge.noun import Noun, asdict, field, replace
from bridge.ports import Clock
from bridge.prices import in_force
from bridge.privacy.pseudonym import event_id
from bridge.raid.tidings import LARGEST
from bridge.reasons import Reason
from bridge.responses import Responses
from bridge.service import telling
from bridge.service.board import words_of
from bridge.service.control import Clerk, Told
from bridge.service.door import settled_question, settled_sender
from bridge.service.doubting import Crowd, crowds
from bridge.service.finding import Finder, Look
from bridge.service.found import counted, texts_of
from bridge.service.names import Names
from bridge.service.operator import LONGEST_TARGET, length_of, operator_act
from bridge.service.reporting import report
from bridge.service.standing import Standing
from bridge.service.telling import Teller
from bridge.status import describe_prices, euros
from bridge.store.books import campaigns, lessons, phrase_rules, pins, tariff
from bridge.store.books import log as grown
from bridge.store.books import senders as people
from bridge.store.books.journal import Journal
from bridge.store.engine.dialect import lock
from bridge.store.engine.store import Store
from bridge.store.looks import found as looks
from bridge.store.looks import team
from bridge.store.looks.threats import expose, exposed
from bridge.store.looks.waiting import chosen
from bridge.text.shown import plain
from bridge.views import Chosen
from bridge.wording import LANGUAGES, Words

_NOTHING: Told = {}
_LONGEST_CATCHING_UP = 10.0  # seconds


class Counter(Noun):
    """Each question takes plain data and tells plain data; what it may raise is a `RempartError`."""

    store: Store
    clock: Clock
    explaining: Explaining
    responses: Callable[[], Responses]
    """The rules in force."""
    standing: Standing
    """How things stand, which is what is asked most."""
    do: Callable[[Act], Awaitable[tuple[str, Reason]]]
    """Journals an act; the outcome in a word, and what is told, once it is decided."""
    journal: Callable[[], Journal]
    """What opens texts; asked for only by the questions that show some."""
    signer: Callable[[], Signer]
    """What signs the log's head; asked for by whoever pins it."""
    finder: Finder
    """What looks for phrases."""
    forget_one: Callable[[SenderId], Awaitable[Forgotten]]
    """Forgets somebody at once, unless a raid holds their record."""
    directory: Directory = field(default_factory=Directory)
    """Who can be meant."""
    names: Names = field(default_factory=lambda: Names(tuple))
    """What people of the team are called, where anybody knows."""
    patient: bool = False
    """A look is waited for to its end: nobody could ask again for what has come of it."""

    def questions(self) -> Mapping[str, Clerk]:
        """Everything that can be asked, by its name."""
        team = self.act, self.doubtful, self.mutes, self.lessons, self.why, self.forget, self.exposures
        looking = self.find, self.found, self.rules, self.pin, self.report
        elsewhere = self.tell_campaign, self.heed_campaign, self.campaigns
        asked: tuple[Any, ...] = self.standing.status, self.prices, *team, *looking, *elsewhere
        told = {question.__name__: question for question in asked}
        if self.standing.down() is None:
            return told
        return {**dict.fromkeys(told, self._shut), "status": self.standing.status}

    async def _shut(self, _asked: Told) -> Told:
        """Its database is not ours to touch. Raises `RempartError`."""
        raise RempartError(f"This line does not run: {self.standing.down()}")

    async def act(self, asked: Told) -> Told:
        """Does what the operator asks for; whoever can open the database may do everything."""
        act = operator_act(asked, self.clock(), self.responses().zone)
        outcome, told = await self.do(act)
        words = self._reader(asked, words_of(self.responses(), self.clock()))
        event = event_id(act.channel, "act", act.provider_id)
        return {"outcome": outcome, "told": words.outcome(told), "act": event, **told.plain()}

    def _reader(self, asked: Told, words: Words) -> Words:
        """The same in the language that whoever asks reads, where they say which."""
        said = next((one for one in LANGUAGES if one == asked.get("language")), None)
        return words if said is None else Words(said, words.zone, now=self.clock())

    def _zone(self) -> Told:
        """By which clock instants are shown to people."""
        return {"zone": str(self.responses().zone)}

    def _english_unless(self, asked: Told) -> Words:
        """By the clock of the rules; in English, unless whoever asks reads another language."""
        return self._reader(asked, Words("en", self.responses().zone, now=self.clock()))

    async def forget(self, asked: Told) -> Told:
        """Erases what a person wrote, and their number; nobody is named where it is written down."""
        words, written = self._english_unless(asked), str(asked.get("target", ""))
        sender = await self._meant(written, words)
        told = await self.forget_one(sender) if sender is not None else Forgotten("unknown")
        kept, said = told.kept, words.within("command")
        filled = {} if kept is None else {"raid": kept.raid, "until": kept.until}
        sentence = said(f"forget_{told.outcome}", **filled)
        plain_ = {} if kept is None else {"raid": kept.raid, "until": iso(kept.until)}
        return {"outcome": told.outcome, "told": sentence, **plain_}

    async def _meant(self, written: str, words: Words) -> SenderId | None:
        """The sender who is named; `None` where nobody bears the handle. Raises `Misconfigured`."""
        match read_target(settled_sender(written, self.directory, words)):
            case ByAddress(channel=channel, address=address):
                return self.journal().sender(channel, address)
            case ByHandle(handle=handle):
                return await self.store.read(lambda connection: people.by_handle(connection, handle))
            case None:
                return None

    async def doubtful(self, asked: Told = _NOTHING) -> Told:
        """The doubtful people who wait, by likeness, each group with a text: the look is journalled."""
        now = self.clock()
        looking = operator_act({"verb": doubtful.VERB.name}, now)
        await self.do(looking)
        words, journal = self._english_unless(asked), self.journal()

        async def look(connection: AsyncConnection) -> tuple[list[Crowd], list[Chosen]]:
            return await crowds(connection, journal, now), await chosen(connection)

        groups, undoable = await self.store.read(look)
        await self._exposed(looking, len(groups))
        undo = [{"act": one.act, "told": words.outcome(one.told)} for one in undoable]
        return {"doubtful": [_crowd(one) for one in groups], "undo": undo}

    async def _exposed(self, looking: Act, texts: int) -> None:
        """Notes how many texts a look has shown to whoever sits at the command line."""
        id_ = EventId(event_id(OPERATOR, "act", looking.provider_id))
        await self.store.transact(lambda found: expose(found, id_, looking.actor, looking.at, texts))

    async def find(self, asked: Told) -> Told:
        """Looks for a phrase: the look goes on, and `found` tells what has come of it. It is journalled."""
        act = operator_act({**asked, "verb": find.VERB.name}, self.clock())
        outcome, told = await self.do(act)
        if outcome != "done":
            raise Misconfigured(self._english_unless(asked).outcome(told))
        search = event_id(act.channel, "act", act.provider_id)
        return await self.found({"target": f"{search}.0", "language": asked.get("language")})

    async def found(self, asked: Told) -> Told:
        """What a look has come to; with texts where a page of them is asked for, and that is journalled."""
        words, name = self._english_unless(asked), read_found(str(asked["target"]))
        if name is None:
            raise Misconfigured(words.within("command")("no_search"))
        search = EventId(name.search)
        look = await self.finder.begin(search, words)
        if self.patient:
            await self.finder.finished(search, words)
        if not self.finder.is_finished(search):
            return {"search": search, **_progress(look)}
        return {"search": search, **_progress(look), **await self._preview(name, words)}

    async def _preview(self, name: FoundName, words: Words) -> Told:
        now = self.clock()
        seen = await self.finder.preview(name, now, words)
        samples = await self.store.read(lambda found: texts_of(found, self.journal(), seen))
        if name.page:
            looking = operator_act({"verb": texts_found.VERB.name, "target": str(name)}, now)
            await self.do(looking)
            await self._exposed(looking, len(samples))
        undoable = await self.store.read(lambda found: looks.undoable(found, now))
        numbers = counted(seen)
        texts = [{"handle": one.handle, "text": one.text, "at": iso(one.at)} for _, one in samples]
        lately = {"since": iso(numbers.long_since), "messages": numbers.long_messages}
        lately |= {"senders": numbers.long_people, "answered": numbers.answered, "euros": euros(numbers.paid)}
        return {
            "since": iso(numbers.since),
            "messages": numbers.messages,
            "senders": numbers.people,
            "known": numbers.known,
            "muted": numbers.muted,
            "waiting": {"replies": numbers.waiting, "euros": euros(numbers.waiting_cost)},
            "lately": lately,
            "spared": numbers.spared,
            "told": told_lines(numbers, words),
            "texts": texts,
            **self._zone(),
            "undo": [{"act": one.act, "told": words.outcome(one.told)} for one in undoable],
        }

    async def rules(self, asked: Told = _NOTHING) -> Told:
        """The rules about phrases that are in force, the newest first."""
        now, words = self.clock(), self._english_unless(asked)

        async def look(connection: AsyncConnection) -> tuple[list[PhraseRule], Mapping[EventId, int]]:
            made = await phrase_rules.load(connection, self.journal())
            standing = [one for one in made.values() if one.holds(now)]
            return standing[::-1], await looks.caught(connection)

        rules, caught = await self.store.read(look)
        names = await self._names({one.by for one in rules}, words)
        told = [_rule(one, names[one.by], caught.get(one.act, 0), words) for one in rules]
        return {"rules": told, "names": names, **self._zone()}

    async def mutes(self, asked: Told = _NOTHING) -> Told:
        """The mutes in force, the newest first; with addresses where these are asked for."""
        now = self.clock()
        standing = await self.store.read(lambda connection: team.standing_mutes(connection, now))
        names = await self._names({one.by for one in standing}, self._english_unless(asked))
        revealed = await self._revealed([one.sender for one in standing]) if asked.get("reveal") else None
        told = [{**_mute(one), **_address(revealed, one.sender)} for one in standing]
        return {"mutes": told, "names": names, **self._zone()}

    async def _names(self, people: Collection[str | None], words: Words) -> dict[str, str]:
        """What people of the team are called, in the language of whoever reads it."""
        return dict(await self.names.of([one for one in people if one is not None], words))

    async def _revealed(self, wanted: list[SenderId]) -> Mapping[SenderId, str]:
        """The addresses behind pseudonyms; that somebody asked for them is in the journal first."""
        await self.do(operator_act({"verb": reveal.VERB.name}, self.clock()))
        keyring = self.journal().keyring
        return await self.store.read(lambda connection: keyring.addresses(connection, wanted))

    async def exposures(self, asked: Told = _NOTHING) -> Told:
        """Who of the team read how many texts, within a length of time (a week)."""
        now = self.clock()
        since = now - (length_of(asked.get("length"), now, self.responses().zone) or 7 * DAY)
        found = await self.store.read(lambda connection: exposed(connection, since))
        rows = [asdict(one) | {"last_at": iso(one.last_at)} for one in found]
        names = await self._names({one.actor for one in found}, self._english_unless(asked))
        told = [{"who": one.pop("actor"), **one} for one in rows]
        return {"exposures": told, "names": names, **self._zone()}

    async def lessons(self, asked: Told = _NOTHING) -> Told:
        """Every lesson, the newest first."""
        taught = await self.store.read(lessons.listed)
        people = {who for one in taught for who in (one.by, one.undone_by)}
        names = await self._names(people, self._english_unless(asked))
        return {"lessons": [_lesson(one) for one in taught], "names": names, **self._zone()}

    async def prices(self, _asked: Told = _NOTHING) -> Told:
        """What a segment costs, and by whose word."""
        told = {} if self.standing.empty else await self.store.read(tariff.load)
        return {"prices": describe_prices(in_force(self.responses(), told, self.clock()))}

    async def report(self, asked: Told) -> Told:
        """A raid's own report, by its id or its name."""
        if self.standing.empty:
            raise Misconfigured("There is no database yet, and so there is no report of a raid.")
        written = plain(str(asked.get("raid", "")))[:LONGEST_TARGET]
        return await report(self.store, written, self.responses(), self.names, self.clock())

    async def tell_campaign(self, asked: Told) -> Told:
        """What a raid is known by, as a file for other teams; whoever makes it is written down first."""
        now, written = self.clock(), plain(str(asked.get("raid", "")))[:LONGEST_TARGET]
        raid = await self.store.read(lambda connection: telling.raid_meant(connection, written))
        outcome, told = await self.do(operator_act({"verb": tell_campaign.VERB.name, "target": raid.id}, now))
        if outcome != "done":
            raise RempartError(self._english_unless(asked).outcome(told))
        wanted, named = asked.get("teller"), self.responses().controller
        called = str(wanted) if wanted is not None else named.name if named else ""
        teller = Teller(self.signer(), called)
        made = await self.store.read(
            lambda found: telling.tidings_of(found, self.journal(), teller, raid, now)
        )
        return {"file": made.note, **telling.described(made)}

    async def heed_campaign(self, asked: Told) -> Told:
        """Lets count what another team tells in a file: the act holds it as it came."""
        written = str(asked.get("file", ""))[:LARGEST]
        now, zone = self.clock(), self.responses().zone
        wanted = operator_act({"verb": heed_campaign.VERB.name, "length": asked.get("length")}, now, zone)
        outcome, told = await self.do(replace(wanted, target=written))
        return {"outcome": outcome, "told": self._english_unless(asked).outcome(told), **told.plain()}

    async def campaigns(self, asked: Told = _NOTHING) -> Told:
        """What other teams told and counts, the newest first."""
        now = self.clock()
        standing = await self.store.read(lambda found: campaigns.listed(found, self.journal(), now))
        names = await self._names({one.by for one in standing}, self._english_unless(asked))
        told = [{**telling.entry(one), "by": names[one.by]} for one in standing]
        return {"campaigns": told, **self._zone()}

    async def why(self, asked: Told) -> Told:
        """How a sender or a message is treated, and why."""
        words = self._english_unless(asked)
        meant = settled_question(str(asked.get("target", "")), self.directory, words)
        told = await self.explaining.explain(meant, words)
        if not asked.get("reveal"):
            return told
        sender = await self.store.read(lambda connection: people.by_handle(connection, str(told["sender"])))
        wanted = [] if sender is None else [sender]
        return {**told, **_address(await self._revealed(wanted), sender)}

    async def pin(self, asked: Told = _NOTHING) -> Told:
        """Signs and keeps the log's head as it stands, once its tree has every entry of it."""
        journal, signer, now = self.journal(), self.signer(), self.clock()

        async def catch_up(connection: AsyncConnection) -> int:
            await lock(connection, "folding")
            return await grown.catch_up(connection, journal)

        until = monotonic() + _LONGEST_CATCHING_UP
        while await self.store.transact(catch_up):
            if monotonic() > until:
                raise RempartError("The proofs of older entries are still being made: try again in a minute.")
        why: pins.Cause = "export" if asked.get("why") == "export" else "asked"
        made = await self.store.transact(lambda connection: pins.pin(connection, signer, why, now))
        if made is None:
            raise RempartError("The log is empty: nothing was received yet.")
        return {"note": made.note, "size": made.size, "root": made.root.hex(), "key": made.key.hex()}


def _mute(one: team.Muted) -> Told:
    return {"sender": one.handle, "until": iso(one.until), "by": one.by, "reason": one.reason}


def _address(revealed: Mapping[SenderId, str] | None, sender: SenderId | None) -> Told:
    """Nobody's, unless it was asked for; null where it is erased, or was never known."""
    return {} if revealed is None else {"address": None if sender is None else revealed.get(sender)}


def _progress(look: Look) -> Told:
    return {"looked": look.looked, "of": look.of, "unreadable": look.unreadable}


def _rule(one: PhraseRule, by: str, people: int, words: Words) -> Told:
    """`by`: what whoever made it is called."""
    told = {"rule": one.id, "does": one.does, "until": iso(one.until), "by": one.by, "reason": one.reason}
    return told | {"act": one.act, "caught": people, "told": rule_told(replace(one, by=by), people, words)}


def _crowd(one: Crowd) -> Told:
    told = {"group": one.name, "people": one.people, "euros": euros(one.cost), "alike": one.alike}
    return told | {"handle": one.sample.handle, "text": one.sample.text, "at": iso(one.sample.at)}


def _lesson(one: lessons.Taught) -> Told:
    told = asdict(one)
    times = {name: None if told[name] is None else iso(told[name]) for name in ("at", "undone_at")}
    return {"lesson": told.pop("id"), **told, **times}
