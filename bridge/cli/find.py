"""`rempart find`: who wrote a phrase, in counts; then the act, with its undo. `rempart rules`: what lasts."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

from bridge.cli.sheet import Sheet, show
from bridge.cli.speech import words
from bridge.cli.team import act, insist_on_length
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import moment, reader
from bridge.errors import Misconfigured
from bridge.heart.acts import hold_found, mute_found, rule_hold, rule_mute, undo
from bridge.heart.acts.verb import Verb
from bridge.moderation.targets import FoundName
from bridge.noun import Noun
from bridge.service.asking import ask_counter

_LOOK = 0.2  # seconds between questions how far a look has come
_TOLD = 10_000  # messages between two lines of progress

_RULES = {"mute": rule_mute.VERB, "hold": rule_hold.VERB}


class Wanted(Noun):
    """What is to be done with what is found."""

    mute: str | None = None
    hold: str | None = None
    rule: str | None = None
    rule_for: str | None = None
    spared: tuple[str, ...] = ()
    """Handles of those who are left out."""
    texts: int = 0
    """Which page of texts to show; none at 0."""
    reason: str = ""
    yes: bool = False
    as_json: bool = False

    def verb(self) -> tuple[Verb, str | None] | None:
        """What it comes to, and how long. Raises `Misconfigured` where it is several things at once."""
        rule = _RULES.get(self.rule or "")
        if self.rule is not None and rule is None:
            raise Misconfigured("A rule mutes or holds back: write --rule mute or --rule hold.")
        asked = [
            *([(mute_found.VERB, self.mute)] if self.mute is not None else []),
            *([(hold_found.VERB, self.hold)] if self.hold is not None else []),
            *([(rule, self.rule_for)] if rule else []),
        ]
        if len(asked) > 1:
            raise Misconfigured("Do one thing at a time: --mute, --hold or --rule.")
        if self.rule_for is not None and rule is None:
            raise Misconfigured("--for says how long a rule lasts: write --rule mute or --rule hold with it.")
        return asked[0] if asked else None


async def find(phrase: str | None, since: str | None, wanted: Wanted, *, take_back: str | None) -> int:
    """Prints what is found, and does what is wanted; returns the exit status. Raises `RempartError`."""
    if take_back is not None:
        return await act(undo.VERB, take_back, as_json=wanted.as_json)
    if phrase is None:
        raise Misconfigured("Write what to look for: rempart find PHRASE; re: begins a pattern.")
    doing = wanted.verb()
    for length in (since, doing[1] if doing else None):
        insist_on_length(length)  # before anything is looked for
    found = await _found(phrase, since, wanted)
    if doing is None:
        _print(found, wanted)
        return 0
    if not wanted.as_json:
        _print(found, wanted)
    return await _do(found, doing, wanted)


async def _found(phrase: str, since: str | None, wanted: Wanted) -> Mapping[str, Any]:
    """Asks until the look has come to its end, and tells how far it is."""
    found = await ask_counter("find", {"target": phrase, "length": since, **reader(as_json=wanted.as_json)})
    name, told = FoundName(found["search"], wanted.texts, wanted.spared), 0
    while "messages" not in found:
        if found["looked"] // _TOLD > told:
            told = found["looked"] // _TOLD
            put_line(
                f"{found['looked']:,} of {words().some('messages', found['of'])} looked through", error=True
            )
        await asyncio.sleep(_LOOK)
        found = await ask_counter(
            "found", {"target": str(FoundName(name.search)), **reader(as_json=wanted.as_json)}
        )
    if wanted.texts or wanted.spared:
        found = await ask_counter("found", {"target": str(name), **reader(as_json=wanted.as_json)})
    return found


def _print(found: Mapping[str, Any], wanted: Wanted) -> None:
    if wanted.as_json:
        put_json(found)
        return
    for line in found["told"]:
        put_line(line)
    if found["texts"]:
        table = Sheet("sender", "at", "text")
        for one in found["texts"]:
            table.add_row(one["handle"], moment(one["at"], found["zone"]), one["text"])
        show(table)
    for one in found["undo"]:
        put_line(f"{one['told']} Undo: rempart find --undo {one['act']}")


async def _do(found: Mapping[str, Any], doing: tuple[Verb, str | None], wanted: Wanted) -> int:
    """Whoever sits before a screen is asked first; a script has said what it wants."""
    verb, length = doing
    if sys.stdin.isatty() and not wanted.yes:
        put_line("Do it? Write y to do it; anything else does nothing.")
        if (await asyncio.to_thread(sys.stdin.readline)).strip().lower() not in {"y", "yes", "o", "oui"}:
            put_line("Nothing was done.")
            return 1
    target = str(FoundName(found["search"], 0, wanted.spared))
    asked = {"verb": verb.name, "target": target, "length": length, "reason": wanted.reason}
    asked |= reader(as_json=wanted.as_json)
    told = await ask_counter("act", asked)
    failed = told["outcome"] == "refused"
    if wanted.as_json:
        put_json({**found, "act": told})
    else:
        put_line(told["told"], error=failed)
        if told["outcome"] == "done":
            put_line(f"Undo: rempart find --undo {told['act']}")
    return 1 if failed else 0


async def show_rules(*, as_json: bool) -> None:
    """Prints the rules about phrases that are in force. Raises `RempartError`."""
    answer = await ask_counter("rules", reader(as_json=as_json))
    told = answer["rules"]
    if as_json:
        put_json(told)
    elif told:
        table = Sheet("rule", "does", "until", "by", "caught", "what")
        for one in told:
            until = moment(one["until"], answer["zone"])
            does, by = words().within("card")(f"does_{one['does']}"), answer["names"][one["by"]]
            table.add_row(one["rule"], does, until, by, one["caught"], one["told"])
        show(table)
    else:
        put_line("No rule about a phrase is in force.")
