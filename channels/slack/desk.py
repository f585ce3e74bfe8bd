"""Has the host decide what somebody asked for in Slack, and tells them privately what came of it.

Everything here happens after Slack was acknowledged: the host may take as long as it needs.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from bridge.card import STATUS_PAGE
from bridge.grammar import Asked, Misunderstood, Wanted, searched
from bridge.heart.acts import VERBS, find
from bridge.model import Act
from bridge.ports import Clock, Host, Unreachable
from bridge.wording import Words
from channels.rooms.hearing import Hearing
from channels.rooms.tasks import Tasks
from channels.slack.answers import Answers
from channels.slack.blocks import Blocks, link_blocks
from channels.slack.home import Homes, Leaf
from channels.slack.home_page import LEAF, SEARCH_MUTES
from channels.slack.looking import Looking
from channels.slack.members import Members
from channels.slack.modal import SamplesWindow
from channels.slack.touches import HOME, Command, Opened, Place, Submission, Touch

CHANNEL = "slack"


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
        self._host, self._members, self._words, self._tasks = host, members, words, tasks
        self._answers, self._homes, self._samples = answers, homes, samples
        self._hearing = Hearing(CHANNEL, host, clock, words, members)
        self._looking = Looking(samples, self._hearing, words, self._tell)

    async def touched(self, touch: Touch) -> None:
        """A button: it opens texts, or it is an act."""
        if not self._hearing.is_new(touch):
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
        wish = self._hearing.wish(touch, touch.verb, touch.target)
        verb = VERBS.get(touch.verb)
        if touch.verb == find.VERB.name and not touch.target:
            await self._looking.ask(touch)
        elif verb is not None and verb.shows:
            await self._looking.show(touch, wish)
        elif touch.place.window:
            await self._looking.act(touch, wish)
        else:
            await self._act(wish, touch.place)

    async def commanded(self, command: Command) -> None:
        """A slash command: it is an act, or it asks something."""
        if not self._hearing.is_new(command):
            return
        wanted = self._hearing.understood(command)
        if isinstance(wanted, Asked) and wanted.question == find.VERB.name:
            await self._looking.look_for(command, wanted)
        elif isinstance(wanted, Wanted):
            await self._act(self._hearing.typed(command, wanted), command.place)
        else:
            told = await self._hearing.answered(command, wanted)
            link = await self._link(command.actor) if _asks_status(wanted) else []
            await self._answers.tell(command.actor, command.place, told, link)

    def waiting(self) -> Mapping[str, Any]:
        """What a window shows while it waits."""
        return self._samples.waiting()

    async def submitted(self, one: Submission) -> None:
        """What to look for: the window waits already, and fills."""
        if not self._hearing.is_new(one):
            return
        if one.by_guest:
            self._members.note_guest(one.actor)
        await self._looking.fill(one, searched(one.phrase))

    async def opened(self, visit: Opened) -> None:
        """The home page."""
        if self._hearing.is_new(visit):
            await self._homes.show(visit.actor)

    async def changed(self, _event: Mapping[str, Any]) -> None:
        """Somebody came or went."""
        self._members.forget()

    async def _act(self, wish: Act, place: Place) -> None:
        deciding = self._tasks.begin(self._hearing.decided(wish))
        await asyncio.wait({deciding}, timeout=self.patience_seconds)
        if not deciding.done():
            await self._tell(wish.actor, place, self._words()("slow"))
        await self._tell(wish.actor, place, await deciding)

    async def _tell(self, actor: str, place: Place, sentence: str) -> None:
        """On the home page where they are there; else beside the card, and the home page keeps up."""
        if place == HOME:
            await self._homes.show(actor, told=sentence)
            return
        await self._answers.tell(actor, place, [sentence])
        if self._homes.has_reader(actor):
            await self._homes.show(actor)

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


def _asks_status(wanted: Wanted | Asked | Misunderstood) -> bool:
    return isinstance(wanted, Asked) and wanted.question == "status"


def _leaf(touch: Touch) -> Leaf:
    """Which page of the mutes, and what they have in common."""
    if touch.verb == SEARCH_MUTES:
        return Leaf(0, touch.target)
    page, _, phrase = touch.target.partition(" ")
    return Leaf(int(page) if page.isascii() and page.isdigit() else 0, phrase)
