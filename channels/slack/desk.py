"""Has the host decide what somebody asked for in Slack, and tells them privately what came of it.

Everything here happens after Slack was acknowledged: the host may take as long as it needs.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from bridge.card import STATUS_PAGE
from bridge.errors import RempartError, StoreUnavailable
from bridge.grammar import Asked, Misunderstood, Wanted, parse, searched
from bridge.heart.acts import VERBS, doubtful, find
from bridge.model import Act
from bridge.ports import Clock, Host, Unreachable
from bridge.wording import Words
from channels.rooms.questions import Questions
from channels.rooms.recent import Recent
from channels.rooms.standing import vouched
from channels.rooms.tasks import Tasks
from channels.rooms.typed import act_of
from channels.slack.answers import Answers
from channels.slack.drawing import LEAF, SEARCH_MUTES, Blocks, link_blocks
from channels.slack.home import Homes, Leaf
from channels.slack.members import Members
from channels.slack.modal import SamplesWindow
from channels.slack.payloads import HOME, Command, Opened, Place, Submission, Touch, read_look

CHANNEL = "slack"

_REMEMBERED = 2048

log = structlog.get_logger("rempart.slack")


class Desk:
    """Serves each touch, command and visit once, however often Slack delivers it."""

    patience_seconds: float = 8
    """After so long, somebody is told that the answer is still to come."""

    def __init__(
        self,
        *,
        host: Host,
        clock: Clock,
        members: Members,
        answers: Answers,
        homes: Homes,
        samples: SamplesWindow,
        tasks: Tasks,
        words: Callable[[], Words],
    ) -> None:
        """Nothing is under way yet."""
        self._host = host
        self._clock = clock
        self._members = members
        self._answers = answers
        self._homes = homes
        self._samples = samples
        self._tasks = tasks
        self._words = words
        self._served = Recent(_REMEMBERED)
        self._questions = Questions(
            CHANNEL, host, clock, words, belongs=members.belongs, vouched=self._vouched
        )

    async def touched(self, touch: Touch) -> None:
        """A button: it opens texts, or it is an act."""
        if not self._served.add(touch.key):
            return
        if touch.by_guest:
            self._members.note_guest(touch.actor)
        if touch.verb in (LEAF, SEARCH_MUTES):
            await self._homes.show(touch.actor, leaf=_leaf(touch))
        elif touch.verb == STATUS_PAGE:
            await self._answer_with_link(touch.actor, touch.place)
        else:
            await self._wished(touch)

    async def _wished(self, touch: Touch) -> None:
        """It opens a window, or it is an act."""
        wish = Act(CHANNEL, touch.key, touch.actor, touch.verb, touch.target, self._clock())
        verb = VERBS.get(touch.verb)
        if touch.verb == find.VERB.name and not touch.target:
            if await self._samples.ask(touch.trigger) is None:
                await self._tell(touch.actor, touch.place, self._words()("samples_fault"))
        elif verb is not None and verb.shows:
            await self._show_samples(touch, wish)
        elif touch.place.window:
            await self._act_in_window(touch, wish)
        else:
            await self._act(wish, touch.place)

    async def commanded(self, command: Command) -> None:
        """A slash command: it is an act, or it asks something."""
        if not self._served.add(command.key):
            return
        words, now = self._words(), self._clock()
        wanted = parse(command.text, words.language, self._host.region, now, self._host.zone)
        if isinstance(wanted, Asked) and wanted.question == find.VERB.name:
            await self._look_for(command, wanted)
        elif isinstance(wanted, Wanted):
            await self._act(act_of(CHANNEL, command, wanted, now), command.place)
        else:
            told = await self._questions.told(command, wanted)
            link = await self._link(command.actor) if _asks_status(wanted) else []
            await self._answers.tell(command.actor, command.place, told, link)

    def waiting(self) -> Mapping[str, Any]:
        """What a window shows while it waits."""
        return self._samples.waiting()

    async def submitted(self, one: Submission) -> None:
        """What to look for: the window waits already, and fills."""
        if not self._served.add(one.key):
            return
        if one.by_guest:
            self._members.note_guest(one.actor)
        wanted = searched(one.phrase)
        wish = Act(CHANNEL, one.key, one.actor, find.VERB.name, wanted.target, self._clock(), wanted.length)
        await self._samples.fill(one.window, self._vouched(wish))

    async def opened(self, visit: Opened) -> None:
        """The home page."""
        if self._served.add(visit.key):
            await self._homes.show(visit.actor)

    async def changed(self, _event: Mapping[str, Any]) -> None:
        """Somebody came or went."""
        self._members.forget()

    async def _act(self, wish: Act, place: Place) -> None:
        deciding = self._tasks.begin(self._decide(wish))
        await asyncio.wait({deciding}, timeout=self.patience_seconds)
        if not deciding.done():
            await self._tell(wish.actor, place, self._words()("slow"))
        await self._tell(wish.actor, place, await deciding)

    async def _decide(self, wish: Act) -> str:
        try:
            return await self._host.act(await self._vouched(wish))
        except StoreUnavailable:
            return self._words()("unavailable")
        except RempartError as refusal:
            return str(refusal)
        except Exception:
            log.exception("an act could not be decided", verb=wish.verb)
            return self._words()("fault")

    async def _vouched(self, wish: Act) -> Act:
        """The wish with what Slack says of its actor.

        Raises `RempartError` where Slack did not say what would decide: unknown is not no.
        """
        return vouched(self._host, wish, await self._members.standing(wish.actor), self._words())

    async def _tell(self, actor: str, place: Place, sentence: str) -> None:
        """On the home page where they are there; else beside the card, and the home page keeps up."""
        if place == HOME:
            await self._homes.show(actor, told=sentence)
            return
        await self._answers.tell(actor, place, [sentence])
        if self._homes.has_reader(actor):
            await self._homes.show(actor)

    async def _show_samples(self, touch: Touch, wish: Act) -> None:
        window_id = touch.place.window or await self._samples.open(touch.trigger)
        if window_id is None:
            await self._tell(touch.actor, touch.place, self._words()("samples_fault"))
        else:
            await self._samples.fill(window_id, self._vouched(wish))

    async def _act_in_window(self, touch: Touch, wish: Act) -> None:
        """What came of it stands in the window, above what is there to be done now."""
        told = await self._decide(wish)
        verb, target = read_look(touch.place.look) or (doubtful.VERB.name, "")
        look = replace(wish, verb=verb, target=target, provider_id=f"{touch.key}:look")
        await self._samples.fill(touch.place.window, self._vouched(look), told)

    async def _answer_with_link(self, actor: str, place: Place) -> None:
        """For whoever belongs to the channel; how things stand is nobody else's business."""
        words, link = self._words(), await self._link(actor)
        await self._answers.tell(
            actor, place, [words("status_page_told" if link else "no_status_page")], link
        )

    async def _link(self, actor: str) -> Blocks:
        """A link to the status page, where there is one and Slack says that they belong to the channel."""
        link = self._host.status_link()
        if link is None:
            return []
        try:
            belongs = await self._members.belongs(actor)
        except Unreachable:
            belongs = False
        return link_blocks(link, self._words()) if belongs else []

    async def _look_for(self, command: Command, wanted: Asked) -> None:
        """In a window, where texts can be seen by nobody else; one to write in, where nothing was written."""
        if not wanted.target:
            window_id = await self._samples.ask(command.trigger)
        else:
            window_id = await self._samples.open(command.trigger)
        if window_id is None:
            await self._tell(command.actor, command.place, self._words()("samples_fault"))
        elif wanted.target:
            verb, at = find.VERB.name, self._clock()
            wish = Act(CHANNEL, command.key, command.actor, verb, wanted.target, at, wanted.length)
            await self._samples.fill(window_id, self._vouched(wish))


def _asks_status(wanted: Wanted | Asked | Misunderstood) -> bool:
    return isinstance(wanted, Asked) and wanted.question == "status"


def _leaf(touch: Touch) -> Leaf:
    """Which page of the mutes, and what they have in common."""
    if touch.verb == SEARCH_MUTES:
        return Leaf(0, touch.target)
    page, _, phrase = touch.target.partition(" ")
    return Leaf(int(page) if page.isascii() and page.isdigit() else 0, phrase)
