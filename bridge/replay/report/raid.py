"""A raid's own report: one page in the team's language, that needs nothing from outside. Pure.

It holds no number and no text: whoever wrote appears under a handle, and folded away.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from bridge.cards.ending import summary
from bridge.cards.raid import act_told, group_line
from bridge.model import Micros
from bridge.replay.report.drawing import Frame, amounts, line, picture, rect, roof, times
from bridge.replay.report.tables import table
from bridge.views import Ending, Hours, RaidView
from bridge.wording import Words

_STYLE = Path(__file__).with_name("report.css")
_CREST = (
    '<svg class="crest" viewBox="0 0 44 44" aria-hidden="true"><rect width="44" height="44" rx="11"/>'
    '<path d="M9 13h6v5h4v-5h6v5h4v-5h6v22h-9v-5.5a4 4 0 0 0-8 0V35H9z"/></svg>'
)
_HEIGHT = 250.0
_FEWEST = 4
_BETWEEN = 0.6

Loudest = Sequence[tuple[str, int]]
"""Handles with how much they wrote, the most first."""


def raid_page(seen: RaidView, end: Ending, loudest: Loudest, words: Words) -> str:
    """The page: HTML that asks nothing of the network."""
    title = words("report_title", name=words.raid(seen.id), id=seen.id)
    inside = "".join(_sections(seen, end, loudest, words.within("card")))
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f'<header class="wall"><div class="stone"><div class="inside">{_CREST}<div>'
        f'<p class="name">{escape(title)}</p><p>{escape(_when(seen, words))}</p></div></div></div></header>'
        f'<main class="inside">{inside}</main></body></html>'
    )


def _when(seen: RaidView, words: Words) -> str:
    return words("report_when", since=seen.opened_at, until=seen.grown_at)


def _sections(seen: RaidView, end: Ending, loudest: Loudest, words: Words) -> Iterator[str]:
    told = " ".join(escape(one) for one in summary(seen, end, words))
    yield f'<h1 class="headline">{told}</h1>{_tiles(seen, words)}'
    yield _figure(end.hours, words)
    groups = "".join(f"<li>{escape(group_line(one, words))}</li>" for one in seen.clusters)
    if groups:
        yield _section(words("groups"), f"<ul>{groups}</ul>")
    yield _section(words("report_team"), _acts(seen, words))
    yield _section(words("report_meaning"), f"<p>{escape(words('report_means'))}</p>")
    if loudest:
        rows = [(handle, words.count(messages)) for handle, messages in loudest]
        head = (words("report_handle"), words("report_messages"))
        yield f"<details><summary>{escape(words('report_loudest'))}</summary>{table(head, rows)}</details>"


def _tiles(seen: RaidView, words: Words) -> str:
    figures = (
        ("raider", words("report_messages"), words.count(seen.messages)),
        ("raider", words("report_senders"), words.count(seen.senders)),
        ("plain", words("withheld"), words.count(seen.withheld)),
        ("inbound", words("floor"), words.money(seen.inbound)),
        ("raider", words("spent"), words.money(seen.spent)),
        ("ordinary", words("saved"), words.money(seen.saved)),
    )
    tiles = "".join(
        f'<div class="{kind}"><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>'
        for kind, name, value in figures
    )
    return f'<dl class="tiles">{tiles}</dl>'


def _acts(seen: RaidView, words: Words) -> str:
    if not seen.acts:
        return f'<p class="none">{escape(words("report_nothing_done"))}</p>'
    told = (act_told(one, words) for one in seen.acts)
    return "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in told) + "</ul>"


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inside}</section>"


def _figure(hours: Hours, words: Words) -> str:
    legend = (
        f'<span class="raider">{escape(words("picture_hostile"))}</span>'
        f'<span class="ordinary">{escape(words("picture_other"))}</span>'
        f'<span class="line replies">{escape(words("picture_replies"))}</span>'
    )
    return (
        f'<figure><h2>{escape(words("report_hours"))}</h2><div class="scroll">{_drawn(hours, words)}</div>'
        f'<figcaption class="legend">{legend}</figcaption></figure>'
    )


def _drawn(hours: Hours, words: Words) -> str:
    """The same bars as in the picture that the room is shown."""
    end = hours.begin + hours.length * len(hours.bars)
    most = roof(max(_FEWEST, *(max(one.hostile + one.other, one.replies) for one in hours.bars)))
    frame = Frame(hours.begin, end, most, _HEIGHT, words.zone)
    middles = ((hours.begin + hours.length * (at + 0.5), one.replies) for at, one in enumerate(hours.bars))
    drawn = (
        *amounts(frame, lambda amount: words.count(round(amount))),
        *_bars(frame, hours, words),
        line("replies", ((frame.x(round(at)), frame.y(count)) for at, count in middles)),
        *times(frame, frame.ground, words),
    )
    told = words("report_described", length=words.length(hours.length))
    return picture("hours", words("report_hours"), told, frame.ground + 30, drawn)


def _bars(frame: Frame, hours: Hours, words: Words) -> Iterator[str]:
    for at, one in enumerate(hours.bars):
        begin = hours.begin + at * hours.length
        yield from _bar(frame, (begin, begin + hours.length), ("raider", 0, one.hostile), words)
        above = one.hostile + one.other
        yield from _bar(frame, (begin, begin + hours.length), ("ordinary", one.hostile, above), words)


def _bar(
    frame: Frame, across: tuple[Micros, Micros], part: tuple[str, int, int], words: Words
) -> Iterator[str]:
    (begin, end), (kind, below, above) = across, part
    if above > below:
        title = f"{words.moment(begin)}: {words.count(above - below)}"
        sides = frame.x(begin), frame.x(end) - _BETWEEN
        yield rect(kind, sides, (frame.y(above), frame.y(below)), title)
