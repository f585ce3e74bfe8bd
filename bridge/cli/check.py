"""`rempart check`: what is wrong with a rules file, what it costs, and how to make it cheaper. Offline.

Touches the rules file, standard output and standard error.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge.cli.ruled import Named, rules_file
from bridge.cli.said import said
from bridge.cli.sheet import Sheet, on_a_terminal, show
from bridge.cli.speech import words
from bridge.cli.terminal import put_json, put_line
from bridge.model import MicroEuros
from bridge.noun import asdict
from bridge.responses.complaints import Complaint, RulesRefused
from bridge.responses.document import Document
from bridge.responses.lines import Line, place_of
from bridge.responses.lint import Checked, Findings, Price, lint
from bridge.responses.load import contents, examine
from bridge.responses.rules import Responses
from bridge.text.segments import Costly


def check(file: Path | None, *, as_json: bool) -> int:
    """Lints a rules file and says what it found; returns the exit status.

    0: in order, whatever it costs; 1: refused, or a reply that can never be given.
    Raises `Misconfigured` when there is no file to read.
    """
    path = rules_file(file)
    source = contents(path)
    try:
        lines, document = examine(source, name=str(path), people=Named())
    except RulesRefused as refused:
        return _conclude(path, refused.complaints, {}, as_json=as_json)
    found = {line.name: lint(line.responses) for line in lines}
    if not as_json:
        for line in lines:
            _show(line.name, found[line.name])
            if line.responses.is_dry:
                put_line(words().within("doctor")("dry_run"))
            if line.responses.controller is None:
                put_line(words().within("doctor")("no_controller"))
        for remark in dict.fromkeys(one for line in lines for one in _cut_short(line, document)):
            put_line(remark)
        for remark in _borrowed(lines):
            put_line(remark)
    wrong = _objected(lines, document)
    return _conclude(path, wrong, _report_of(lines, found), as_json=as_json)


def _borrowed(lines: Sequence[Line]) -> Iterator[str]:
    """Ways of a line whose number stands under another one alone: the environment may say its own."""
    for line in lines:
        for way in line.responses.ways:
            others = [one.name for one in lines if way in one.channels]
            if others and line.name not in others:
                whose = f"the number of {way} stands under {others[0]}, and is no other line's"
                yield f"{line.name}: {whose}. Give {line.name} its own, or take {way} out of its ways."


_CUT_SHORT = "what stands behind its # is a note, and is not sent: quotes would keep it."


def _cut_short(line: Line, document: Document) -> Iterator[str]:
    """Wordings without quotes behind which a # stands: people may take what follows for a part of them."""
    replies = place_of(line, "replies", document)
    for index, rule in enumerate(line.responses.replies):
        for language, texts in rule.say.items():
            place = (*replies, index, "say", language)
            for number in range(len(texts)):
                if document.is_cut_short(place) or document.is_cut_short((*place, number)):
                    yield f"{rule.id}, {language}, wording {number + 1}: {said(_CUT_SHORT)}"


def _conclude(path: Path, complaints: Sequence[Complaint], report: dict[str, Any], *, as_json: bool) -> int:
    for it in complaints:
        put_line(it.within(str(path)), error=True)
    if as_json:
        head = {"file": str(path), "ok": not complaints, "complaints": [asdict(it) for it in complaints]}
        put_json(head | report, indent=2)
    elif not complaints:
        put_line(f"{path} is in order.")
    return 1 if complaints else 0


def _objected(lines: Sequence[Line], document: Document) -> list[Complaint]:
    """What never counts, and what installed channels have against it; they are loaded only where the file
    names some so."""
    from bridge.service.against import complaints  # noqa: PLC0415 - as above
    from bridge.service.unused import unused  # noqa: PLC0415 - as above

    return [*unused(lines, document), *complaints(lines, document)]


def _report_of(lines: Sequence[Line], found: Mapping[str, Findings]) -> dict[str, Any]:
    """The first line's; and each one's, where there are several."""
    told = {line.name: _report(found[line.name], line.responses) for line in lines}
    return next(iter(told.values())) | ({"lines": told} if "" not in told else {})


def _report(findings: Findings, rules: Responses) -> dict[str, Any]:
    return {
        "mode": rules.mode,
        "controller_is_named": rules.controller is not None,
        "wordings": [_wording(it) for it in findings.wordings],
        "unreachable": [{"reply": it.rule, "because": it.because} for it in findings.unreachable],
        "fallbacks": [{"reply": it.rule, "language": it.language} for it in findings.fallbacks],
        "narrow_ways": [{"way": it.way, "unpriced": list(it.countries)} for it in findings.narrow],
        "pot_too_little": list(findings.too_little),
        "answer_within_too_short": findings.too_late,
    }


def _wording(it: Checked) -> dict[str, Any]:
    return {
        "reply": it.rule,
        "language": it.language,
        "number": it.number,
        "text": it.text,
        "encoding": it.size.encoding,
        "segments": it.size.segments,
        "characters": it.used,
        "room": it.room,
        "quoted": it.quoted,
        "loose": bool(it.loose),
        "prices": _prices(it.prices),
        "price": _euros(it.worst),
        "costly": [asdict(each) for each in it.costly],
        "after": {
            "encoding": it.better.encoding,
            "segments": it.better.segments,
            "prices": _prices(it.after),
            "price": _euros(it.best),
        },
    }


def _prices(prices: Iterable[Price]) -> list[dict[str, Any]]:
    return [{"channel": it.channel, "country": it.country, "price": _euros(it.amount)} for it in prices]


def _euros(micro: MicroEuros) -> float:
    return micro / 1_000_000


def _show(name: str, findings: Findings) -> None:
    if name:
        put_line(f"{name}:")
    table = Sheet("Reply", "Language", "Characters", "Encoding", "Segments", "Price", expand=on_a_terminal())
    table.add_column("Wording", no_wrap=True, overflow="ellipsis", ratio=1)
    for it in findings.wordings:
        price = words().price(it.worst) if it.prices else said("free")
        wording = f"{it.number}. {' '.join(it.text.split())}"
        used = said(f"{it.used} of {it.room}")
        table.add_row(it.rule, it.language, used, it.size.encoding, it.size.segments, price, wording)
    show(table)
    for remark in _remarks(findings):
        put_line(remark)


def _remarks(findings: Findings) -> Iterable[str]:
    for it in findings.wordings:
        if it.prices and (it.size.segments > 1 or it.size.encoding == "UCS-2"):
            yield f"{it.rule}, {it.language}, wording {it.number}: {_advice(it)}"
        if it.quoted:
            yield f"{it.rule}, {it.language}, wording {it.number}: the quotes around it would be sent, too."
        if it.loose:
            yield f"{it.rule}, {it.language}, wording {it.number}: {_loose(it)}"
    for fallback in findings.fallbacks:
        yield f"{fallback.rule} has no wording in {fallback.language}: the default language serves."
    for one in findings.narrow:
        where = ", ".join(one.countries)
        yield f"ways: {one.way} has no price for {where}: whoever is there waits for another way."
    if findings.alone is not None:
        yield f"ways: there is none beside {findings.alone}: where it fails, what is held waits."
    yield from _unanswered(findings)


def _unanswered(findings: Findings) -> Iterable[str]:
    """Limits that leave people without a reply."""
    for name in findings.too_little:
        yield f"pot: {name} is less than any reply costs: where replies cost money, nobody is answered."
    if findings.too_late:
        yield "answer_within is shorter than the longest hold and quiet hours: who waits so long gets none."


def _advice(it: Checked) -> str:
    instead = ", ".join(_replacement(each) for each in it.costly if each.instead is not None)
    if it.better.segments < it.size.segments:
        then = f"{it.better.segments} instead of {it.size.segments} segments"
        return f"write {instead}: then {then}, {words().price(it.best)} instead of {words().price(it.worst)}."
    if it.size.segments > 1:
        return f"{it.size.segments} segments, billed {it.size.segments} times. Shorten it if you can."
    costly = " ".join(
        each.character if _is_seen(each) else _code(each) for each in it.costly if not each.twice
    )
    return f"with {costly} a segment holds 70 characters, not 160; this text is short enough to cost no more."


def _loose(it: Checked) -> str:
    if it.loose == "break":
        return said("the line break at its end would be sent, too: write |- for |, and >- for >.")
    return said("the spaces around it would be sent, too.")


def _replacement(it: Costly) -> str:
    """In the language of whoever reads it: joined, it is no sentence that a catalogue could hold."""
    sign = f'"{it.character}"' if _is_seen(it) else _code(it)
    match it.instead:
        case "":
            told = said(f"nothing for {sign}")
        case " ":
            told = said(f"an ordinary space for {sign}")
        case "\n":
            told = said(f"a line break for {sign}")
        case instead:
            told = said(f'"{instead}" for {sign}')
    return f"{told} {said(f'({it.count} times)')}" if it.count > 1 else told


def _is_seen(it: Costly) -> bool:
    """Whether a reader sees it, and that it is not what stands for it: spaces are alike, and an accent may
    be typed by itself."""
    visible = unicodedata.category(it.character[0])[0] in "LNPS"
    return visible and unicodedata.normalize("NFC", it.character) != it.instead


def _code(it: Costly) -> str:
    """By what name editors find a character."""
    return " ".join(f"U+{ord(one):04X}" for one in it.character)
