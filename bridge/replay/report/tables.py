"""The tables of the report: raids, scores, postures, and the numbers behind the pictures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bridge.clock import parse_iso
from bridge.model import Stance, Verdict
from bridge.replay.report.drawing import moment, share
from bridge.replay.report.series import Series
from bridge.wording import ENGLISH


def raids(told: Sequence[Mapping[str, Any]], zone: Any) -> str:
    """Every raid with how it was seen, and what its senders had in common."""
    if not told:
        return '<p class="none">No raid was seen.</p>'
    return "".join(_raid(one, zone) for one in told)


def _raid(one: Mapping[str, Any], zone: Any) -> str:
    opened = moment(parse_iso(one["opened_at"]), zone)
    closed = moment(parse_iso(one["closed_at"]), zone) if one["closed_at"] else "still on at the end"
    facts = {
        "Opened": opened,
        "Over": closed,
        "Messages": ENGLISH.count(one["messages"]),
        "Senders": ENGLISH.count(one["senders"]),
        "Spent on it": ENGLISH.money(round(one["spent"] * 1_000_000)),
        "Saved": ENGLISH.money(round(one["saved"] * 1_000_000)),
        "Opened at message": ENGLISH.count(one["opened_after_messages"]),
    }
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in one["reasons"])
    called = ", called a false alarm" if one["false_alarm"] else ""
    title = f"Raid {escape(one['name'])} <code>{escape(one['id'])}</code>{called}"
    return (
        f"<article><h3>{title}</h3>{_facts(facts)}"
        f'<div class="why"><div><h4>How it was seen</h4><ol>{reasons}</ol></div>'
        f"<div><h4>What they had in common</h4>{_clusters(one['clusters'])}</div></div></article>"
    )


def _facts(facts: Mapping[str, str]) -> str:
    return (
        "<dl>"
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
        + "</dl>"
    )


def _clusters(clusters: Sequence[Mapping[str, Any]]) -> str:
    kinds: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in clusters:
        kinds[one["kind"]].append(one)
    rows = [
        (ENGLISH.some(kind, len(same)), ENGLISH.count(sum(one["messages"] for one in same)))
        for kind, same in kinds.items()
    ]
    return table(("Technique", "Messages"), rows)


def scores(told: Mapping[str, Any]) -> str:
    """Verdicts beside labels, and what follows from them."""
    confusion = told["confusion"]
    rows = [
        (f"labelled {label}", *(ENGLISH.count(confusion[label][verdict.value]) for verdict in Verdict))
        for label in ("ordinary", "raider")
    ]
    figures = [(name, share(told[key])) for key, name in _SHARES.items()]
    return (
        '<div class="pair"><div>'
        + table(("People", *(f"judged {verdict.value}" for verdict in Verdict)), rows)
        + "</div><div>"
        + table(("Share", ""), figures)
        + "</div></div>"
    )


_SHARES = {
    "precision": "of those judged raiders are raiders",
    "recall": "of raiders are judged so",
    "ordinary_answered_share": "of ordinary people answered within an hour",
    "ordinary_answered_share_while_the_pot_lasts": "of those whom the pot did not leave out",
}


def postures(stances: Sequence[Stance], zone: Any) -> str:
    """Every change of posture with its reason."""
    if not stances:
        return '<p class="none">The posture stayed calm throughout.</p>'
    rows = [(moment(one.since, zone), one.posture.value, ENGLISH.reason(one.reason)) for one in stances]
    return table(("Since", "Posture", "Because"), rows, numbers=False)


def numbers(series: Series) -> str:
    """What the pictures show, stretch by stretch."""
    head = (
        "From",
        *(verdict.value for verdict in Verdict),
        "replies",
        "to ordinary",
        "to raiders",
        "receiving",
    )
    return f"<p>Every row is {ENGLISH.length(series.length)}.</p>" + table(head, _stretches(series))


def _stretches(series: Series) -> Iterator[Sequence[str]]:
    for one in series.buckets:
        if one.messages or one.replies:
            counts = (*(one.verdicts[verdict] for verdict in Verdict), one.replies)
            sums = (one.on_ordinary, one.on_raiders, one.inbound)
            yield moment(one.begin, series.zone), *map(ENGLISH.count, counts), *map(ENGLISH.money, sums)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> str:
    """A table whose first column names its rows; `numbers`: the others stand to the right."""
    kind = ' class="numbers"' if numbers else ""
    above = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return (
        f'<div class="scroll"><table{kind}><thead><tr>{above}</tr></thead>'
        f"<tbody>{''.join(map(_row, rows))}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = map(escape, cells)
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"
