"""The page as a whole: what happened in one sentence, figures, pictures, tables, and what it cannot say."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from bridge.model import MicroEuros
from bridge.replay.report import tables
from bridge.replay.report.drawing import moment, share
from bridge.replay.report.money import money_picture
from bridge.replay.report.series import Series, series
from bridge.replay.report.timeline import timeline
from bridge.replay.run import Outcome
from bridge.wording import ENGLISH

_STYLE = Path(__file__).with_name("report.css")

_MARK = (
    '<svg class="crest" viewBox="0 0 44 44" aria-hidden="true"><rect width="44" height="44" rx="11"/>'
    '<path d="M9 13h6v5h4v-5h6v5h4v-5h6v22h-9v-5.5a4 4 0 0 0-8 0V35H9z"/></svg>'
)


def page(result: Outcome) -> str:
    """The page: HTML that asks nothing of the network."""
    zone = result.world.books.responses.zone
    counted = series(result.rows, result.labels, zone, result.saved())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Rempart: a replay of {ENGLISH.some('messages', len(result.rows))}</title>"
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f'<header class="wall"><div class="stone"><div class="inside">{_MARK}<div>'
        f'<p class="name">Rempart · replay</p><p>{_when(counted)}</p></div></div></div></header>'
        f'<main class="inside">{"".join(_sections(result, counted))}</main></body></html>'
    )


def _sections(result: Outcome, counted: Series | None) -> Iterator[str]:
    summary, world = result.summary, result.world
    zone = world.books.responses.zone
    yield f'<h1 class="headline">{_headline(result)}</h1>{_tiles(summary)}'
    if counted:
        yield _figure(
            "What arrived, and what was answered", timeline(counted, result.stances()), _LEGEND_OF_TIME
        )
        by = "labels" if result.labels is not None else "verdicts"
        legend = _LEGEND_OF_MONEY.replace("BY", by)
        yield _figure("What it cost", money_picture(counted), legend)
    yield _section("Raids", tables.raids(summary["raids"], zone))
    if "labels" in summary:
        yield _section("Beside the labels", tables.scores(summary["labels"]))
    yield _section("Posture", tables.postures(result.stances(), zone))
    yield _section("What this page cannot say", _caveats(result))
    if counted:
        behind = tables.numbers(counted)
        yield f"<details><summary>The numbers behind the pictures</summary>{behind}</details>"


def _when(counted: Series | None) -> str:
    if counted is None:
        return "an empty trace"
    begin, end = moment(counted.begin, counted.zone), moment(counted.end, counted.zone)
    return f"{begin} to {end}, {counted.zone.key} time"


def _headline(result: Outcome) -> str:
    summary, people = result.summary, len({row.sender for row in result.rows})
    senders, without = ENGLISH.some("senders", people), summary["spent"] + summary["saved"]
    sentence = (
        f"Of <b>{ENGLISH.some('messages', len(result.rows))}</b> from {senders}, "
        f"<b>{ENGLISH.count(summary['replied'])}</b> {_was(summary['replied'])} answered "
        f"for <b>{_euros(summary['spent'])}</b>; "
        f"without detector and team the same rules would have paid {_euros(without)}."
    )
    return f"{sentence} {_raiders(summary)}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _raiders(summary: Mapping[str, Any]) -> str:
    told = summary.get("labels")
    if told is None:
        number = len(summary["raids"])
        spent = sum(raid["spent"] for raid in summary["raids"])
        seen = f"{ENGLISH.some('raids', number)} {_was(number)} seen, and {_euros(spent)} of it went there."
        return seen if number else "No raid was seen."
    found, wrong = told["confusion"]["raider"]["raider"], told["confusion"]["ordinary"]["raider"]
    raiders, ordinary = ENGLISH.some("raiders", told["raiders"]), ENGLISH.some("ordinary", told["ordinary"])
    return (
        f"{ENGLISH.count(found)} of {raiders} {_was(found)} recognised, and "
        f"{ENGLISH.count(wrong)} of {ordinary} {_was(wrong)} taken for one."
    )


def _tiles(summary: Mapping[str, Any]) -> str:
    tiles = "".join(
        f'<div class="{kind}"><dt>{name}</dt><dd>{value}</dd></div>'
        for kind, name, value in _figures(summary)
    )
    return f'<dl class="tiles">{tiles}</dl>'


def _figures(summary: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    told = summary.get("labels")
    yield "ordinary", "replies", _euros(summary["spent"])
    if told:
        yield "raider", "of it to raiders", _euros(told["raider_cost"])
    yield "inbound", "receiving, which nobody can refuse", _euros(summary["inbound_cost"])
    yield "plain", "replies withdrawn unsent", ENGLISH.count(summary["cancelled"])
    if told:
        yield (
            "plain",
            "ordinary people answered, while the pot lasted",
            share(told["ordinary_answered_share_while_the_pot_lasts"]),
        )
        yield "plain", "raid messages until the raid was seen", _whole(told["detection"]["messages"])
    yield "plain", "posts in the team's room", ENGLISH.count(summary["feed"]["posts"])


def _whole(number: int | None) -> str:
    return "–" if number is None else ENGLISH.count(number)


def _figure(title: str, drawn: str, legend: str) -> str:
    return (
        f'<figure><h2>{title}</h2><div class="scroll">{drawn}</div>'
        f'<figcaption class="legend">{legend}</figcaption></figure>'
    )


_LEGEND_OF_TIME = (
    '<span class="ordinary">ordinary</span><span class="suspect">suspect</span>'
    '<span class="raider">raider</span><span class="line replies">replies that left</span>'
    "<span>the band below is the posture</span>"
)
_LEGEND_OF_MONEY = (
    '<span class="ordinary">replies to ordinary people</span><span class="raider">replies to raiders</span>'
    '<span class="line inbound">receiving</span>'
    '<span class="line without">replies without detector and team</span>'
    "<span>who is a raider goes by BY</span>"
)


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{title}</h2>{inside}</section>"


def _caveats(result: Outcome) -> str:
    return "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in _cautions(result)) + "</ul>"


def _cautions(result: Outcome) -> Iterator[str]:
    yield (
        "Verdicts are those of the end: whoever turned out to be a raider counts as one in all of the raid, "
        "though a reply may have left before."
    )
    yield "The provider is imagined: it takes every reply at once, at the price that the rules file gives."
    yield "Senders are people only as far as numbers are: one person may use many."
    yield (
        "“Without detector and team” counts what the same rules would have paid for what was kept back, each "
        "person once, within the pot: never an answer to every message."
    )
    told = result.summary.get("labels")
    if told is None:
        yield "There were no labels: the page says what was judged, and cannot say whether that was right."
    elif told["ordinary_refused_by_the_pot"]:
        refused = ENGLISH.some("ordinary", told["ordinary_refused_by_the_pot"])
        yield f"The pot left out {refused}: a limit that the rules file sets, and no detector can mend."


def _euros(amount: float) -> str:
    return ENGLISH.money(_micro(amount))


def _micro(amount: float) -> MicroEuros:
    return round(amount * 1_000_000)
