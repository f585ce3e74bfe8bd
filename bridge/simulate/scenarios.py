"""The scenarios of the raid benchmark, a function each, and the table of them.

    trace = make("copies", seed=1)      # trace.messages, trace.labels

Each hostile one begins with a calm stretch, so that the delay of detection can be measured, and ends
with one, so that what was held can settle. Touches nothing but the text files of this room.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from bridge.errors import Misconfigured
from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.noun import Noun
from bridge.responses import Responses, read, shipped
from bridge.responses.complaints import did_you_mean
from bridge.simulate.adapting import Adapting
from bridge.simulate.corpus import Corpus
from bridge.simulate.crowd import TELEGRAM, Crowd
from bridge.simulate.disguise import disguise
from bridge.simulate.grammar import grammar
from bridge.simulate.numbers import Numbers
from bridge.simulate.raiding import Disguise, Raiders, parts, undisguised
from bridge.simulate.sparring import spar
from bridge.simulate.speech import LANGUAGES, Voice
from bridge.simulate.trace import Draft, Trace, number
from bridge.simulate.traffic import arrivals, burst, day_and_night, instant, stream

CALM, AFTERWARDS = 6 * HOUR, 2 * HOUR
"""How long ordinary people have the service to themselves, before a raid and after it."""

ORDINARY_RATE = 3.0
"""Ordinary messages a minute, on the mean of a scenario."""

QUIET_A_DAY = 200
WEEKEND_ORDINARY, WEEKEND_RAID = 31_000, 16_000
COPYING_NUMBERS, PASTES_EACH = 400, 40
FRESH_NUMBERS = 5_000
ASKING = 600
BUDGET = 2_000
"""Numbers that adaptive raiders have."""


class Stage(Noun):
    """What one scenario is made on. `scale` shrinks counts and lengths alike, for quick tests."""

    seed: str
    languages: tuple[str, ...]
    numbers: Numbers
    voices: tuple[Voice, ...]
    scale: float
    rules: Responses | None = None
    """What those play against who see what is answered; the shipped rules without it."""

    def stream(self, *purpose: object) -> Random:
        """The stream of chance for a purpose in this scenario."""
        return stream(self.seed, *purpose)

    def count(self, full: int) -> int:
        """How many there are of what a full scenario has `full` of."""
        return max(1, round(full * self.scale))

    def length(self, full: Micros) -> Micros:
        """How long lasts what lasts `full` in a full scenario; whole minutes."""
        return max(1, round(full * self.scale / MINUTE)) * MINUTE

    def people(self, start: Micros, length: Micros, a_minute: float = ORDINARY_RATE) -> list[Draft]:
        """Ordinary people by day and night, at a mean rate."""
        intensity = day_and_night(start, length)
        return self.crowd().write(start, intensity, round(length / MINUTE * a_minute))

    def crowd(self, telegram: float = 0.0) -> Crowd:
        """The ordinary people of this scenario."""
        return Crowd(self.stream("ordinary"), self.numbers, self.voices, telegram)

    def raiders(self, kind: str, voice: int = 0, hide: Disguise = undisguised) -> Raiders:
        """Raiders of a kind, who speak the language at a place among those of this scenario."""
        return Raiders(self.stream(kind, self.languages[voice]), self.numbers, self.voices[voice], hide)


Maker = Callable[[Stage], list[Draft]]

FRIDAY = instant(2017, 10, 27, 10)
MONDAY_AFTERNOON = instant(2017, 10, 30, 16)


def _beset(stage: Stage, raid: Callable[[Micros], list[Draft]], length: Micros) -> list[Draft]:
    """A raid of a length in the midst of ordinary people."""
    calm, after = stage.length(CALM), stage.length(AFTERWARDS)
    start = MONDAY_AFTERNOON - calm
    return stage.people(start, calm + length + after) + raid(start + calm)


def flood(stage: Stage) -> list[Draft]:
    """One number sends 1,000 texts within an hour."""
    length = stage.length(HOUR)
    return _beset(stage, lambda at: stage.raiders("flood").flood(at, length, stage.count(1_000)), length)


def copies(stage: Stage) -> list[Draft]:
    """400 numbers send 40 pastes each, out of 20 templates with small edits, in 7 hours."""
    length = stage.length(7 * HOUR)
    return _beset(stage, lambda at: _copies(stage, at, length), length)


def insults(stage: Stage) -> list[Draft]:
    """5,000 fresh numbers send one insult each, no two alike, in 3 hours."""
    length = stage.length(3 * HOUR)
    return _beset(stage, lambda at: _insults(stage, at, length), length)


def drip(stage: Stage) -> list[Draft]:
    """One fresh insulting number every 2 minutes for 7 days."""
    return _dripping(stage, stage.length(7 * DAY), 2 * MINUTE)


def half_day(stage: Stage) -> list[Draft]:
    """A fifth of what arrives, for 12 hours: one fresh insulting number every 80 seconds."""
    return _dripping(stage, stage.length(12 * HOUR), 80 * SECOND)


def _dripping(stage: Stage, length: Micros, gap: Micros) -> list[Draft]:
    """Fresh insulting numbers, one in each gap, at any time of its first half."""

    def raid(start: Micros) -> list[Draft]:
        jitter = stage.stream("drip", "jitter")
        instants = range(start, start + length, gap)
        late = gap // 2 // SECOND
        return stage.raiders("drip").dripping(at + jitter.randrange(late) * SECOND for at in instants)

    return _beset(stage, raid, length)


def television(stage: Stage) -> list[Draft]:
    """Ordinary people only: 31,000 texts in 4 days, with bursts of more than 50 a minute."""
    return stage.crowd(TELEGRAM).write(FRIDAY, _media_days(stage), stage.count(WEEKEND_ORDINARY))


def calls(stage: Stage) -> list[Draft]:
    """400 numbers ring 40 times each, in 7 hours, and write nothing."""
    length, shares = stage.length(7 * HOUR), [PASTES_EACH] * stage.count(COPYING_NUMBERS)
    return _beset(stage, lambda at: stage.raiders("calls").calls(at, length, shares), length)


def rule_aware(stage: Stage) -> list[Draft]:
    """5,000 fresh numbers with polite first texts that nothing tells apart, in 3 hours."""
    length, count = stage.length(3 * HOUR), stage.count(FRESH_NUMBERS)
    return _beset(stage, lambda at: stage.raiders("polite").polite(at, length, count), length)


def disguises(stage: Stage) -> list[Draft]:
    """The copies and the insults at once, each text disguised by a technique drawn by lot."""
    return _both(stage, disguise)


def blocks(stage: Stage) -> list[Draft]:
    """5,000 fresh numbers from three ranges of 10,000, with unremarkable texts, in 3 hours."""
    length, count = stage.length(3 * HOUR), stage.count(FRESH_NUMBERS)
    counts = _shares(count, 3)
    return _beset(stage, lambda at: stage.raiders("blocks").blocks(at, length, counts), length)


def languages(stage: Stage) -> list[Draft]:
    """The copies and the insults at once, in French, English, Spanish and Arabic, or in one of them."""
    return _both(stage)


def quiet(stage: Stage) -> list[Draft]:
    """8 weeks of 200 ordinary texts a day."""
    return stage.people(FRIDAY, stage.length(56 * DAY), QUIET_A_DAY / (DAY / MINUTE))


def quiet_busy(stage: Stage) -> list[Draft]:
    """8 weeks of 3 ordinary texts a minute."""
    return stage.people(FRIDAY, stage.length(56 * DAY))


def weekend(stage: Stage) -> list[Draft]:
    """Friday to Tuesday 2017: 31,000 ordinary texts, and on Monday from 16:00 to 23:00 a raid of 16,000."""
    return television(stage) + _raid_of_2017(stage, MONDAY_AFTERNOON, 7 * HOUR)


def _raid_of_2017(stage: Stage, start: Micros, length: Micros) -> list[Draft]:
    """Floods of up to a thousand texts by one number, pastes, and 2,000 numbers with one insult each."""
    total, insulting = stage.count(WEEKEND_RAID), stage.count(2_000)
    flooded, rng = stage.count(5_000), stage.stream("floods")
    drafts = stage.raiders("insults").insults(start, length, insulting)
    for place, size in enumerate(parts(rng, flooded, stage.count(1_000))):
        begins = start + round(rng.random() * (length - HOUR))
        drafts += stage.raiders(f"flood {place}").flood(begins, HOUR, size)
    pasted = list(parts(rng, total - insulting - flooded, PASTES_EACH))
    return drafts + stage.raiders("copies").copies(start, length, pasted)


def evening_news(stage: Stage) -> list[Draft]:
    """Ordinary people only; after the news at eight, 600 of the curious type one of five short questions."""
    start, length = MONDAY_AFTERNOON, stage.length(8 * HOUR)
    news, rest = start + length // 2, length // 2
    intensity = [0.0] * (rest // MINUTE)
    burst(intensity, 0, 1.0, 11)
    asked = arrivals(stage.stream("news"), news, intensity, stage.count(ASKING))
    return [*stage.people(start, length), *stage.crowd().echo(asked)]


def adaptive(stage: Stage) -> list[Draft]:
    """2,000 fresh numbers in 12 hours: what was caught is dropped, what was answered is used again."""
    calm, length, after = stage.length(CALM), stage.length(12 * HOUR), stage.length(AFTERWARDS)
    start = MONDAY_AFTERNOON - calm
    raiders = stage.raiders("adaptive")
    instants = raiders.waves(MONDAY_AFTERNOON, length, stage.count(BUDGET))
    people = stage.people(start, calm + length + after)
    return spar(people, Adapting(raiders, deque(instants)), stage.rules or read(shipped()))


def paraphrase(stage: Stage) -> list[Draft]:
    """5,000 fresh numbers send one insult each in 3 hours, no two with three in five letters in common."""
    length, count = stage.length(3 * HOUR), stage.count(FRESH_NUMBERS)
    return _beset(stage, lambda at: stage.raiders("paraphrase").paraphrases(at, length, count), length)


TOKENS = ("zibeline", "cornemuse", "quetsche", "sarbacane", "ornithorynque", "gargouille", "palefrenier")
"""Odd words, one of which raiders agree on."""


def token_of(seed: int) -> str:
    """The word that the raiders of `shared-token` agree on."""
    return stream(f"{seed}/shared-token", "token").choice(TOKENS)


def shared_token(stage: Stage) -> list[Draft]:
    """The rule-aware, who give themselves a sign: in each of their polite texts stands the same odd word."""
    length, count = stage.length(3 * HOUR), stage.count(FRESH_NUMBERS)
    token = stream(stage.seed, "token").choice(TOKENS)
    return _beset(stage, lambda at: stage.raiders("marked").marked(at, length, count, token), length)


_NOON, _EVENING, _MONDAY = (2, 3), (8, 9, 10, 11), 3
"""Hours after ten in the morning when a mention may come; on the raid's day only before it."""


def _media_days(stage: Stage) -> list[float]:
    """Four days of mentions: about half of all messages follow one, and each begins above 50 a minute."""
    length, rng = 4 * DAY, stage.stream("media")
    intensity = [ORDINARY_RATE * weight for weight in day_and_night(FRIDAY, length)]
    for day in range(4):
        for _ in range(3):
            hour = rng.choice(_NOON if day == _MONDAY else _NOON + _EVENING)
            burst(intensity, (24 * day + hour) * 60 + rng.randrange(60), rng.uniform(60, 90), 11)
    return intensity


def _both(stage: Stage, hide: Disguise = undisguised) -> list[Draft]:
    length = stage.length(7 * HOUR)

    def raid(start: Micros) -> list[Draft]:
        return _copies(stage, start, length, hide) + _insults(stage, start, stage.length(3 * HOUR), hide)

    return _beset(stage, raid, length)


def _copies(stage: Stage, start: Micros, length: Micros, hide: Disguise = undisguised) -> list[Draft]:
    drafts: list[Draft] = []
    for voice, numbers in enumerate(_shares(stage.count(COPYING_NUMBERS), len(stage.voices))):
        drafts += stage.raiders("copies", voice, hide).copies(start, length, [PASTES_EACH] * numbers)
    return drafts


def _insults(stage: Stage, start: Micros, length: Micros, hide: Disguise = undisguised) -> list[Draft]:
    drafts: list[Draft] = []
    for voice, count in enumerate(_shares(stage.count(FRESH_NUMBERS), len(stage.voices))):
        drafts += stage.raiders("insults", voice, hide).insults(start, length, count)
    return drafts


def _shares(total: int, ways: int) -> list[int]:
    """A total in nearly equal parts."""
    return [total // ways + (place < total % ways) for place in range(ways)]


SCENARIOS: dict[str, Maker] = {
    "flood": flood,
    "copies": copies,
    "insults": insults,
    "drip": drip,
    "television": television,
    "rule-aware": rule_aware,
    "disguises": disguises,
    "blocks": blocks,
    "languages": languages,
    "quiet": quiet,
    "weekend": weekend,
    "quiet-busy": quiet_busy,
    "evening-news": evening_news,
    "adaptive": adaptive,
    "paraphrase": paraphrase,
    "half-day": half_day,
    "shared-token": shared_token,
    "calls": calls,
}
"""Every scenario by name, in the order of the benchmark's table; `quiet-busy` is the other half of 10,
`half-day` a shorter, denser drip, and in `calls` nobody writes."""

AMONG = {"disguises": "languages"}
"""Scenarios that are played among the people of another, so that what is told of both differs in nothing
else: `languages` in French is `disguises` without them."""

NUMBERED = tuple(name for name in SCENARIOS if name not in ("quiet-busy", "half-day", "calls"))

ALIASES = {str(place): name for place, name in enumerate(NUMBERED, start=1)} | {
    "weekend-2017": "weekend",
    "2017": "weekend",
}


def named(scenario: str) -> str:
    """The name of a scenario given by name, number or alias. Raises `Misconfigured`."""
    name = ALIASES.get(scenario, scenario)
    if name not in SCENARIOS:
        raise Misconfigured(f"There is no scenario {scenario!r}. {did_you_mean(scenario, SCENARIOS)}")
    return name


def make(
    scenario: str,
    seed: int = 1,
    *,
    language: str | None = None,
    ordinary: Sequence[str] | None = None,
    abuse: Sequence[str] | None = None,
    hard: Sequence[str] | None = None,
    rules: Responses | None = None,
    scale: float = 1.0,
) -> Trace:
    """The labelled trace of a scenario; the same arguments give the same trace on every machine.

    `language` is one of `LANGUAGES`; without it texts are French, and in `languages` all four.
    `ordinary`, `abuse` and `hard` (harmless, but rough) are texts from outside that take the place of ours,
    in whatever language. `rules` are what `adaptive` raiders play against; the shipped ones without it.
    `scale` shrinks a scenario, for tests. Raises `Misconfigured` for an unknown scenario or language.
    """
    name = named(scenario)
    spoken = _spoken(name, language)
    root = f"{seed}/{AMONG.get(name, name)}"
    corpora = list(_corpora(root, spoken[0], {"ordinary": ordinary, "abusive": abuse, "rough": hard}))
    voices = tuple(Voice(it, stream(root, "voice", it), *corpora) for it in spoken)
    stage = Stage(root, spoken, Numbers(stream(root, "numbers")), voices, scale, rules)
    drafts = SCENARIOS[name](stage)
    return number(drafts, (told for corpus in corpora if corpus and (told := corpus.warning())))


def _spoken(name: str, language: str | None) -> tuple[str, ...]:
    if language is not None and language not in LANGUAGES:
        raise Misconfigured(f"There are no texts in {language!r}. {did_you_mean(language, LANGUAGES)}")
    if language is not None:
        return (language,)
    return LANGUAGES if name == "languages" else LANGUAGES[:1]


def _corpora(
    root: str, language: str, brought: Mapping[str, Sequence[str] | None]
) -> Iterator[Corpus | None]:
    for kind, lines in brought.items():
        rng = stream(root, "corpus", kind)
        yield None if lines is None else Corpus(kind, lines, rng, _first_names(rng, language))


def _first_names(rng: Random, language: str) -> Callable[[], str]:
    return lambda: grammar("ordinary", language).draw(rng, "name")
