"""The report that a person reads: a PDF/A in French and in English, and the sheet for whoever must look for
themselves at the provider's.

Hostile text goes in as data; the typesetter never sees it as markup, and what its fonts cannot draw is told
by number.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bridge.days import iso_second
from bridge.dossier.figures import MOST_TEXTS as KEPT
from bridge.dossier.figures import TRAFFIC_DATA, Figures, Person, Threat
from bridge.dossier.safe import drawn
from bridge.evidence.proofs import Head
from bridge.model import DAY, SECOND, Micros
from bridge.noun import Noun
from bridge.reasons import Reason
from bridge.typesetting import pdf
from bridge.wording import Words
from bridge.wording.words import Language

MOST_PEOPLE, MOST_THREATS, MOST_TEXTS, MOST_ACTS = 40, 60, 40, 200

_TEMPLATE = Path(__file__).with_name("report.typ")
_ENDLESS = re.compile(r"(\S{66})(?=\S)")
"""What has no space for so long may be broken behind it, or it would run over the edge of the page. A hash is
shorter, with the full stop behind it: whoever copies one has nothing in it that is not seen."""
_LIMITS = ("person", "before", "clock", "complete", "threat", "law")
_STEPS = ("console", "list", "export", "interface", "compare", "check")
_WHOLE = (
    "report_title",
    "service_title",
    "service_text",
    "happened_title",
    "law_title",
    "law_text",
    "clock_title",
    "picture_title",
    "list_title",
    "threats_title",
    "texts_title",
    "acts_title",
    "acts_none",
    "costs_title",
    "provider_title",
    "proof_title",
    "limits_title",
    *(f"col_{name}" for name in ("rank", "sender", "address", "messages", "threats", "first", "last")),
)


class Matter(Noun):
    """What the report is about."""

    figures: Figures
    plain: Mapping[str, Any]
    """The figures as they stand in summary.json."""
    head: Head
    key: bytes
    pins: int
    stamps: int
    comparison: Mapping[str, Mapping[str, Any]]
    postures: Sequence[tuple[Micros, str, Reason]]
    deeds: Sequence[tuple[Micros, Reason]]
    techniques: Sequence[str]
    raid: str | None
    handle: str | None
    since: Micros
    until: Micros
    made_at: Micros
    controller: str


def typeset(matter: Matter, folder: Path, language: Language) -> bytes:
    """The PDF/A (a-2b). `folder` holds `timeline.svg`; other files are made there."""
    return pdf(_TEMPLATE, told(matter, language), folder, matter.made_at)


def told(matter: Matter, language: Language) -> dict[str, Any]:
    """Everything that the report says, each text drawn so that every font has it."""
    words = Words(language).within("dossier")
    about = _about(matter, words)
    made = datetime.fromtimestamp(matter.made_at // SECOND, UTC)
    said = {name: words(name) for name in _WHOLE} | _filled(matter, words)
    whole = {
        "lang": language,
        "title": _pair(words("report_title"), about, words),
        "about": about,
        "date": [made.year, made.month, made.day],
        "made_at": _instant(matter.made_at),
        "made": words("report_made", made_at=_instant(matter.made_at), name=_name(matter, words)),
        "name": "Rempart",
        "period": words("report_period", **_period(matter)),
        "words": said,
        "warnings": list(_warnings(matter, words)),
        "happened": list(_happened(matter, words)),
        "figures": _figures(matter, words),
        "people": [_person(n, one, words) for n, one in enumerate(_ranked(matter)[:MOST_PEOPLE], 1)],
        "threats": [_threat(text, one, words) for text, one in _shown_threats(matter)],
        "texts": _texts(matter, words),
        "acts": list(_acts(matter, words)),
        "provider": list(_provider(matter, words)),
        "proof": list(_proof(matter, words)),
        "limits": [words(f"limit_{name}") for name in _LIMITS],
    }
    drawn_whole: dict[str, Any] = _drawn(whole)
    return drawn_whole


def sheet(matter: Matter, lines: Sequence[str], samples: Sequence[str], language: Language) -> str:
    """The sheet for a commissaire de justice, as plain text. `lines`: the numbers that were written to."""
    words = Words(language).within("dossier")
    values = _period(matter) | {"lines": ", ".join(lines) or "-"}
    steps = [words(f"sheet_step_{name}", **(values if name == "list" else {})) for name in _STEPS]
    parts = [
        words("sheet_title"),
        "",
        words("sheet_purpose"),
        "",
        *steps,
        "",
        words("sheet_clock"),
        "",
        words("sheet_sample"),
        *(f"  {one}" for one in samples),
    ]
    return "\n".join(parts) + "\n"


def _wrote(matter: Matter) -> bool:
    """Whether there is a text, and not calls alone."""
    return any(one.texts for one in matter.figures.people.values())


def _pair(label: str, value: str, words: Words) -> str:
    return words.within("room")("pair", label=label, value=value)


def _about(matter: Matter, words: Words) -> str:
    if matter.raid is not None:
        return words("report_of_raid", raid=matter.raid)
    return words("report_of_sender", handle=matter.handle) if matter.handle else words("report_of_time")


def _name(matter: Matter, words: Words) -> str:
    return matter.controller or words("unnamed")


def _period(matter: Matter) -> dict[str, str]:
    return {"begin_at": _instant(matter.since), "end_at": _instant(matter.until)}


def _instant(at: Micros) -> str:
    return iso_second(at).replace("T", " ").replace("Z", "")


def _filled(matter: Matter, words: Words) -> dict[str, str]:
    figures, people = matter.figures, matter.figures.people
    shown = {"shown": min(MOST_PEOPLE, len(people)), "all": len(people)}
    read_first = sum(one.messages for _, one in _shown_threats(matter))
    costs = matter.plain["costs"]
    return {
        "clock": _clock(matter, words),
        "picture": words("picture_text", step=words.length(figures.step)),
        "list": words("list_text", **shown),
        "texts": words("texts_text", most=KEPT, shown=MOST_TEXTS) if _wrote(matter) else words("texts_none"),
        "threats": words("threats_text", shown=read_first, all=matter.plain["threats"]),
        "costs": words(
            "costs_text",
            received=words.euros(costs["received"]),
            replied_for=words.euros(costs["replies"]),
            replies=matter.plain["replies"],
            together=words.euros(costs["total"]),
        ),
        "page_of": words("page_of", page="{page}", pages="{pages}"),
    }


def _clock(matter: Matter, words: Words) -> str:
    first, last = matter.since + TRAFFIC_DATA, matter.until + TRAFFIC_DATA
    days = max(0, (first - matter.made_at) // DAY)
    left = words("days_left", count=days)
    sentence = words(
        "clock_text", keep_from=iso_second(first)[:10], keep_until=iso_second(last)[:10], left=left
    )
    return f"{sentence} {words('clock_over')}" if last < matter.made_at else sentence


def _happened(matter: Matter, words: Words) -> list[str]:
    plain = matter.plain
    counts = {name: plain[name] for name in ("messages", "senders", "several")}
    told_ = [words("happened_text", **counts, **_period(matter))]
    if plain["calls"]:
        told_.append(words("happened_calls", calls=plain["calls"]))
    media = plain["media"]
    if media["known"]:
        told_.append(words("happened_media", known=media["known"], fetched=media["fetched"]))
    if plain["threats"]:
        told_.append(words("happened_threats", threats=plain["threats"]))
    if matter.techniques:
        card = words.within("card")
        told_.append(words("seen_as", signs=", ".join(card(one) for one in matter.techniques)))
    return told_


def _figures(matter: Matter, words: Words) -> list[tuple[str, str]]:
    plain = matter.plain
    return [
        (words("col_messages"), words.count(plain["messages"])),
        *([(words("col_calls"), words.count(plain["calls"]))] if plain["calls"] else ()),
        (words("col_senders"), words.count(plain["senders"])),
        (words("col_threats"), words.count(plain["threats"])),
        (words("col_first"), _instant(matter.since)),
        (words("col_last"), _instant(matter.until)),
    ]


def _ranked(matter: Matter) -> list[Person]:
    return [person for _, person in matter.figures.ranked()]


def _person(rank: int, one: Person, words: Words) -> tuple[str, ...]:
    counts = words.count(one.messages), words.count(one.threats) if one.threats else ""
    return str(rank), one.handle, one.address, *counts, _instant(one.first)[:16], _instant(one.last)[:16]


def _text(at: Micros, handle: str, text: str, *, threat: bool) -> dict[str, Any]:
    return {"at": _instant(at), "handle": handle, "text": text or " ", "threat": threat}


def _shown_threats(matter: Matter) -> list[tuple[str, Threat]]:
    return list(islice(matter.figures.threats.items(), MOST_THREATS))


def _threat(text: str, one: Threat, words: Words) -> dict[str, Any]:
    return _text(one.at, _also(one.handle, text, len(one.senders) - 1, words), text, threat=True)


def _also(handle: str, text: str, others: int, words: Words, name: str = "also_by") -> str:
    """Who wrote it, and how many others did; what is empty is said to be."""
    beside = [] if text else [words("without_text")]
    beside += [words(name, count=others)] if others else []
    return f"{handle}  ({', '.join(beside)})" if beside else handle


def _texts(matter: Matter, words: Words) -> list[dict[str, Any]]:
    """Each text once, by the first of the list who wrote it; how many others did, stands beside it."""
    authors = Counter(
        text for one in _ranked(matter) for text in {words.heard(what) for _, what, _ in one.texts}
    )
    found: dict[str, dict[str, Any]] = {}
    also = "also_by" if _are_all_known(matter) else "also_by_at_least"
    for one in _ranked(matter):
        for at, what, threat in one.texts:
            text = words.heard(what)
            if text in found or len(found) >= MOST_TEXTS:
                continue
            handle = _also(one.handle, text, authors[text] - 1, words, also)
            found[text] = _text(at, handle, text, threat=threat)
    return list(found.values())


def _are_all_known(matter: Matter) -> bool:
    """Whether nobody wrote more than is kept of each for the report."""
    return all(one.messages - one.calls <= KEPT for one in matter.figures.people.values())


def _acts(matter: Matter, words: Words) -> list[str]:
    reason, card = words, words.within("card")
    changes = [
        (at, _pair(card("posture_raid" if name == "raid" else name), reason.reason(why), words))
        for at, name, why in matter.postures
    ]
    done = [(at, words.outcome(what)) for at, what in matter.deeds]
    told_ = [f"{_instant(at)}  {what}" for at, what in sorted([*changes, *done])]
    left_out = len(told_) - MOST_ACTS
    return [*told_[:MOST_ACTS], *([words("acts_more", count=left_out)] if left_out > 0 else ())]


def _provider(matter: Matter, words: Words) -> list[str]:
    told_ = []
    for channel, one in matter.comparison.items():
        if not one["asked"]:
            told_.append(words("provider_silent", channel=channel, why=words(f"silent_{one['why']}")))
            continue
        counts = {"compared": one["compared"], "same": one["same"]}
        told_.append(words("provider_same", channel=channel, **counts))
        if one["redacted_there"]:
            told_.append(words("provider_redacted", redacted=one["redacted_there"]))
        if one["numbers_hidden_there"]:
            told_.append(words("provider_hidden", hidden=one["numbers_hidden_there"]))
        differences = one["differences_count"]
        told_.append(
            words("provider_differences", count=differences) if differences else words("provider_alike")
        )
    plain = matter.plain
    if plain["calls"]:
        told_.append(words("provider_calls", calls=plain["calls"]))
    if plain["requests"]:
        counts = {"requests": plain["requests"], "genuine": plain["requests_genuine"]}
        told_.append(words("requests_text", **counts, checked=plain["requests_checked"]))
    return told_


def _proof(matter: Matter, words: Words) -> list[str]:
    head = words("proof_head", count=matter.head.size, root=matter.head.root.hex(), key=matter.key.hex())
    pinned = words("proof_pins", count=matter.pins)
    stamped = words("proof_stamped", stamps=matter.stamps) if matter.stamps else words("proof_unstamped")
    return [words("proof_log"), head, pinned, stamped, words("proof_check")]


def _warnings(matter: Matter, words: Words) -> list[str]:
    figures = matter.figures
    told_ = []
    if figures.altered:
        places = ", ".join(map(str, figures.altered[:20]))
        told_.append(words("altered_text", count=len(figures.altered), places=places))
    if figures.erased:
        told_.append(words("erased_text", count=figures.erased))
    return told_


def _drawn(value: Any) -> Any:
    """Plain data with every text in it drawn."""
    if isinstance(value, str):
        return _ENDLESS.sub("\\1\u200b", drawn(value))
    if isinstance(value, dict):
        return {name: _drawn(one) for name, one in value.items()}
    return [_drawn(one) for one in value] if isinstance(value, list | tuple) else value
