"""Every figure of the guide comes from what it speaks of."""

import re
from fractions import Fraction

import pytest

from bridge import pot, waking
from bridge.heart import books, case
from bridge.heart.acts import shield
from bridge.loops import dispatch, last_words
from bridge.model import DAY, HOUR, MINUTE, RANK_STEP, SECOND
from bridge.raid import blocks, copies, flood, odds, posture, sighting, typed
from bridge.raid.suspicion import lessons
from bridge.responses import read as read_rules
from bridge.responses import shipped
from bridge.store.books import memory
from bridge.text.segments import measure
from tests.documents.pages import DOCS, FRENCH, GUIDE, ROOT, read

RULES = read_rules(shipped())
SMS = RULES.prices["sms"]
SENT, RECEIVED = SMS.outbound["FR"], SMS.inbound
REPLIES = (RULES.pot.total - RULES.pot.total // 5) // SENT


def euros(micro: int) -> str:
    return f"{micro / 1_000_000:.4f}".rstrip("0").rstrip(".")


FIGURES = [
    ("for-real.md", f"| {euros(RECEIVED)} € |", f"| {euros(RECEIVED)} € |"),
    ("for-real.md", f"| {euros(SENT)} € |", f"| {euros(SENT)} € |"),
    ("for-real.md", f"| {euros(SENT + RECEIVED)} € |", f"| {euros(SENT + RECEIVED)} € |"),
    (
        "for-real.md",
        f"to receive 16,000 texts in a raid, answering none | {euros(16_000 * RECEIVED)} €",
        f"recevoir 16 000 textes lors d'un raid, sans répondre à aucun | {euros(16_000 * RECEIVED)} €",
    ),
    (
        "for-real.md",
        f"of {RULES.pot.total // 10**6:,} € the rest pays for {REPLIES // 100 * 100:,} replies",
        f"de {RULES.pot.total // 10**6:,} € paie {REPLIES // 100 * 100:,} réponses",
    ),
    (
        "for-real.md",
        f"hold, {RULES.hold.min // MINUTE} to {RULES.hold.max // MINUTE} minutes",
        f"l'attente, de {RULES.hold.min // MINUTE} à {RULES.hold.max // MINUTE} minutes",
    ),
    (
        "for-real.md",
        f"{RULES.retention.ordinary // DAY} days for ordinary people",
        f"{RULES.retention.ordinary // DAY} jours pour les personnes",
    ),
    ("keeping-it-running.md", "at 50, 80 and 95 %", "à 50, 80 et 95 %"),
    ("writing-replies.md", "A segment has 160 characters", "Un segment compte 160 caractères"),
    ("writing-replies.md", "a segment has 70", "un segment n'en compte plus que 70"),
]


@pytest.mark.parametrize(("page", "english", "french"), FIGURES)
def test_it_stands_there_as_it_is(page: str, english: str, french: str) -> None:
    assert english in _flat(read(DOCS / page))
    told = _flat(read(FRENCH / page))
    assert french.replace(",", " ") in told or french.replace(".", ",") in told or french in told


def _flat(page: str) -> str:
    """Without the ends of lines, and with plain spaces."""
    return " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split())


FULL = pot.Purse()
LOOKED_UP = [
    ("raids.md", f"{flood.MANY} messages, or [calls](calls.md), within {flood.WINDOW // MINUTE} minutes"),
    ("raids.md", f"the team hears of it from {flood.LOUD} on"),
    ("raids.md", f"of {copies.SHORTEST} letters or more from {copies.SENDERS} senders"),
    ("raids.md", f"(1 in {round(1 / copies.EQUAL_SHARE)};"),
    ("raids.md", f"(below {copies.PLAIN_LETTERS} letters, without a greeting or thanks, and not odd)"),
    ("raids.md", f"{copies.SENDERS} senders, {copies.SENTENCE_SENDERS} below {copies.LONG_LETTERS} letters"),
    ("raids.md", f"{copies.PLAIN_SENDERS} below {typed.SENTENCE_LETTERS}"),
    ("raids.md", f"(below {typed.GREETING_LETTERS} letters all)"),
    ("raids.md", f"Of what people might write by themselves it takes {copies.PLAIN_SENDERS},"),
    ("raids.md", f"What looks odd takes {copies.SENDERS}, on a calm day of one form"),
    ("raids.md", f"{blocks.SENDERS} new numbers or more within an hour"),
    ("raids.md", f"from one range of {10**sighting._LAST_DIGITS:,}"),
    ("raids.md", f"at least {odds.PRECISE * 100:g} in 100"),
    ("raids.md", f"the newest {odds.NEWEST} first texts"),
    ("raids.md", f"for {shield.USUAL_SHIELD // HOUR} hours unless you say otherwise"),
    ("raids.md", f"the newest {lessons.MOST_TEXTS} texts"),
    ("raids.md", f"at most {lessons.MOST_LESSONS} lessons"),
    ("raids.md", f"by more than {lessons.LIMIT} logits"),
    ("raids.md", f"The newest {copies.WINDOW:,} messages and {blocks.WINDOW:,} numbers"),
    ("raids.md", f"the newest {memory.NEWEST:,} messages"),
    ("lines.md", f"texts of {copies.PLAIN_LETTERS} letters or more, without courtesy"),
    ("money.md", f"in steps of {RANK_STEP} per mille"),
    ("money.md", f"{pot.hour_top(FULL, RULES) // 10**6} € |"),
    ("money.md", f"{pot.day_top(FULL, RULES) // 10**6:,} € |"),
    ("money.md", f"{pot.doubtful_top(FULL, RULES) / 10**6:.2f} € |"),
    ("money.md", f"at the start of a pot of {RULES.pot.total // 10**6:,} €"),
    ("slack.md", "a channel has failed for five minutes"),
    ("responses.md", f"nobody ever gets more than {case.REPLIES_A_DAY} replies in 24 hours"),
    ("responses.md", f"`{RULES.pot.raiders_per_person:g}` |"),
    ("several.md", f"the newest {memory.NEWEST:,} messages"),
]


@pytest.mark.parametrize(("page", "phrase"), LOOKED_UP)
def test_what_is_looked_up_is_what_the_code_does(page: str, phrase: str) -> None:
    assert phrase in _flat(read(DOCS / page))


def test_what_the_figures_stand_on() -> None:
    """Where a page says a figure in words: a change of these is a change of pages, in both languages."""
    assert RULES.retention.raid == 365 * DAY
    assert RULES.pot.inbound_reserve * 5 == 1
    assert [int(100 * share) for share in RULES.pot.warn_at] == [50, 80, 95]
    assert (posture.QUIET, posture.REOPENED) == (30 * MINUTE, 2 * HOUR)
    assert (flood.SEVERAL, blocks.WINDOW_TIME, books.SECOND_THOUGHTS) == (3, HOUR, 2 * MINUTE)
    assert (pot.HOURS_SHARE, pot.DAYS_SHARE) == (2, 12)
    assert Fraction(1, 4) == pot.DOUBTFUL_SHARE
    assert (waking.TURN, waking.FAILING) == (10 * MINUTE, 5 * MINUTE)
    assert last_words.AHEAD < 5 * MINUTE
    assert dispatch.LONGEST_CALL == 30 * SECOND
    assert measure("e" * 160).segments == 1
    assert measure("e" * 161).segments == measure("ê" * 71).segments == 2
    assert measure("é" * 160).segments == measure("ê" * 70).segments == 1


def test_no_page_of_the_guide_promises_that_it_is_admissible() -> None:
    for folder in (DOCS, FRENCH):
        for name in GUIDE:
            assert "admissib" not in read(folder / name).lower()
            assert "recevab" not in read(folder / name).lower()


def test_what_the_readme_says_of_raids_is_what_was_measured() -> None:
    measured = read(DOCS / "benchmark.md")
    found = re.findall(r"\d+\.\d+ (?:€|%)", read(ROOT / "README.md"))
    assert len(found) >= 3
    assert [one for one in found if one not in measured] == []
