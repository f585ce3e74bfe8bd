"""The team's page: how each line stands, how the last day and the last weeks went, and the raids. Pure.

It holds no number, no text and no handle: whoever has the link sees counts and sums, as the cards count them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from bridge.cards.buttons import posture_name
from bridge.cards.night import people_line, pot_line
from bridge.model import MicroEuros, Micros
from bridge.replay.report.tables import table
from bridge.statuspage.frame import document, paragraph
from bridge.statuspage.pictures import messages_picture, money_picture
from bridge.views import Course, Outlook, PastRaid
from bridge.wording import Words


def team_page(lines: Mapping[str, Outlook], words: Words, until: Micros, unseen: Iterable[str] = ()) -> str:
    """The page of these lines, the only one's name being empty; `until`: how long its link is good; `unseen`:
    other lines, which cannot be looked at now."""
    words = words.within("page")
    at = max(one.at for one in lines.values())
    parts = [part for name, one in lines.items() for part in _line(name, one, words)]
    parts += [paragraph("told", f"{one}:", words("page_later")) for one in unseen]
    foot = paragraph("foot", words("page_means"), words("link_good_until", time=until))
    return document(words.language, words("team_title"), words("seen_at", at=at), [*parts, foot])


def _line(name: str, seen: Outlook, words: Words) -> Iterator[str]:
    """One line's own part."""
    said = name or words("now")
    yield f'<section class="line"><h2>{escape(said)}</h2>{_state(seen, words)}{_tiles(seen, words)}'
    yield f'{_pot(seen, words)}<div class="pictures">'
    for period, course in (("hours", seen.hours), ("days", seen.days)):
        yield from _pictures(f"{name}-{period}" if name else period, period, course, words)
    yield f"</div>{_raids(seen.raids, words)}{_numbers(name, seen, words)}</section>"


def _state(seen: Outlook, words: Words) -> str:
    """The posture, whether the pot is safe and people are answered, and the channels."""
    card = words.within("card")
    lines = pot_line(seen.night.left, seen.night.lasts, card), people_line(seen.night.served, card)
    told = "".join(f"<p>{escape(one)}</p>" for one in lines)
    posture = f'<b class="badge {escape(seen.posture)}">{escape(posture_name(seen.posture, card))}</b>'
    channels = "".join(
        f'<li class="{escape(state)}">{escape(card("channel", name=name))} · {escape(card(state))}</li>'
        for name, state in seen.channels
    )
    return (
        f'<p class="posture">{escape(card("posture"))} {posture}</p><div class="told">{told}</div>'
        f'<ul class="channels">{channels}</ul>'
    )


def _tiles(seen: Outlook, words: Words) -> str:
    tiles = "".join(
        f'<div class="{kind}"><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>'
        for kind, name, value in _figures(seen, words)
    )
    return f'<h3>{escape(words("today"))}</h3><dl class="tiles">{tiles}</dl>'


def _figures(seen: Outlook, words: Words) -> Iterator[tuple[str, str, str]]:
    """What the day's card says, under the same names."""
    card, day = words.within("card"), seen.day
    yield "ordinary", card("report_messages"), words.count(day.messages)
    yield "plain", card("report_senders"), words.count(day.senders)
    yield "replies", card("answered"), words.count(day.replied)
    yield "plain", card("silent"), words.count(day.silent)
    yield "plain", words("held"), words.count(seen.held)
    if seen.night.waiting is not None:
        yield "suspect", card("waiting"), words.count(seen.night.waiting.replies)
    yield "outbound", card("replies_cost"), words.money(day.outbound)
    yield "inbound", card("receiving"), words.money(day.inbound)


def _pot(seen: Outlook, words: Words) -> str:
    """What is gone of the pot, as a bar with its three parts."""
    parts = (("outbound", seen.spent), ("reserved", seen.reserved), ("inbound", seen.inbound))
    legend = "".join(
        f'<span class="{kind}">{escape(words(f"pot_{kind}"))} {escape(words.money(amount))}</span>'
        for kind, amount in parts
    )
    left = words("pot_of", amount=seen.night.left, total=seen.total)
    return (
        f'<figure class="pot"><h3>{escape(words.within("card")("pot"))}</h3>'
        f"<p>{escape(left)}</p>{_gauge(parts, seen.total)}"
        f'<figcaption class="legend">{legend}</figcaption></figure>'
    )


def _gauge(parts: tuple[tuple[str, MicroEuros], ...], total: MicroEuros) -> str:
    """Drawn for eyes only: the legend says the same."""
    most = max(1, total, sum(amount for _, amount in parts))
    drawn, at = "", 0.0
    for kind, amount in parts:
        width = 1000 * amount / most
        drawn += f'<rect class="{kind}" x="{at:.1f}" y="0" width="{width:.1f}" height="20"/>'
        at += width
    size = 'viewBox="0 0 1000 20" preserveAspectRatio="none"'
    return f'<svg class="gauge" {size} aria-hidden="true">{drawn}</svg>'


def _pictures(name: str, period: str, course: Course, words: Words) -> Iterator[str]:
    """What came and was answered, and what that cost."""
    bar = words(f"{period}_bar")
    title = words(f"{period}_messages")
    yield _figure(title, messages_picture(f"{name}-messages", title, course, words), _MESSAGES, bar, words)
    title = words(f"{period}_money")
    yield _figure(title, money_picture(f"{name}-money", title, course, words), _MONEY, bar, words)


_MESSAGES = {"raider": "of_raids", "ordinary": "of_others", "line replies": "replies_left"}
_MONEY = {"outbound": "pot_outbound", "inbound": "pot_inbound"}
"""What each colour stands for."""


def _figure(title: str, drawn: str, legend: Mapping[str, str], bar: str, words: Words) -> str:
    told = "".join(f'<span class="{kind}">{escape(words(name))}</span>' for kind, name in legend.items())
    return (
        f"<figure><h3>{escape(title)}</h3>{drawn}"
        f'<figcaption class="legend">{told}<span>{escape(bar)}</span></figcaption></figure>'
    )


def _raids(several: Sequence[PastRaid], words: Words) -> str:
    head = f"<h3>{escape(words('raids'))}</h3>"
    if not several:
        return f'<div class="raids">{head}{paragraph("none", words("no_raids"))}</div>'
    told = "".join(_raid(one, words) for one in several)
    return f'<div class="raids">{head}<ul>{told}</ul></div>'


def _raid(one: PastRaid, words: Words) -> str:
    state = "raid_false" if one.false_alarm else "raid_on" if one.open else "raid_over"
    card = words.within("card")
    facts = (
        (card("report_messages"), words.count(one.messages)),
        (card("report_senders"), words.count(one.senders)),
        (card("spent"), words.money(one.spent)),
        (card("saved"), words.money(one.saved)),
    )
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    when = words("raid_lasted", since=one.opened_at, until=one.grown_at)
    return (
        f'<li class="{state}"><h4>{escape(words.raid(one.id))} <small>{escape(words(state))}</small></h4>'
        f"<p>{escape(when)}</p><dl>{told}</dl></li>"
    )


def _numbers(name: str, seen: Outlook, words: Words) -> str:
    """What the pictures show, bar by bar, folded away."""
    head = tuple(
        map(words, ("begins", "of_raids", "of_others", "replies_left", "pot_outbound", "pot_inbound"))
    )
    tables = "".join(
        f"<h4>{escape(words(f'{period}_messages'))}</h4>{table(head, _rows(course, words))}"
        for period, course in (("hours", seen.hours), ("days", seen.days))
    )
    label = escape(words("numbers"))
    return (
        f'<details><summary>{label}</summary><div class="numbers-of" role="region" tabindex="0" '
        f'aria-label="{label} {escape(name)}">{tables}</div></details>'
    )


def _rows(course: Course, words: Words) -> Iterator[Sequence[str]]:
    """Those in which something happened."""
    for one in course.bars:
        counts, sums = (one.hostile, one.other, one.replies), (one.outbound, one.inbound)
        if any(counts) or any(sums):
            yield words.moment(one.begin), *map(words.count, counts), *map(words.money, sums)
