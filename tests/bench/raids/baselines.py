"""Simpler policies on the same trace, and what nobody can do better than. Pure.

Each sees the messages in order and says at once whether it answers; replies cost one segment. None but
`knowing` is told who is a raider.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bridge import pot
from bridge.model import DAY, HOUR, MicroEuros, Micros, SenderId
from bridge.pot import Purse
from bridge.replay.provider import Window
from bridge.responses import Responses
from bridge.status import euros

_A_DAY = 5
"""How many hours' money a day has, of 30 € an hour and 150 € a day."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message, as far as a policy can see it, and what its sender really is."""

    at: Micros
    sender: SenderId
    price: MicroEuros
    """What a reply of one segment costs."""
    inbound: MicroEuros
    raider: bool
    suspicion: int = 0
    """How abusive its text looks, per mille. None of the policies that answer at once looks at it."""


Policy = Callable[[Arrival], bool]
"""Whether a message is answered; called once for each, in order of time."""


@dataclass(frozen=True, slots=True)
class Fared:
    """What a policy paid to raiders, and which share of ordinary people had their first message answered."""

    cost: float
    answered: float | None


def fare(arrivals: Sequence[Arrival], policy: Policy) -> Fared:
    """Runs a policy over a trace."""
    cost, firsts = 0, dict[SenderId, bool]()
    for one in arrivals:
        answered = policy(one)
        if one.raider:
            cost += one.price if answered else 0
        else:
            firsts.setdefault(one.sender, answered)
    return Fared(euros(cost), sum(firsts.values()) / len(firsts) if firsts else None)


def most_within(paid: Iterable[tuple[Micros, MicroEuros]], length: Micros) -> MicroEuros:
    """The most that was paid within any stretch of a length."""
    rolling, most = Window(length), 0
    for at, amount in sorted(paid):
        rolling.at(at)
        rolling.pay(at, amount)
        most = max(most, rolling.total)
    return most


def reply_to_all(_: Arrival) -> bool:
    """Every message has its answer."""
    return True


@dataclass(slots=True)
class TokenBucket:
    """Money drips in, so much an hour and so much a day, and what runs over is lost."""

    per_hour: MicroEuros = 30_000_000
    per_day: MicroEuros = 150_000_000
    _levels: list[float] = field(default_factory=list)
    _seen: Micros | None = None

    def __call__(self, one: Arrival) -> bool:
        """Answers when both buckets hold the price."""
        sizes = (self.per_hour, HOUR), (self.per_day, DAY)
        passed = 0 if self._seen is None else one.at - self._seen
        levels = self._levels or [float(size) for size, _ in sizes]
        full = [
            min(size, level + size * passed / length)
            for level, (size, length) in zip(levels, sizes, strict=True)
        ]
        answers = min(full) >= one.price
        self._levels = [level - one.price * answers for level in full]
        self._seen = one.at
        return answers


@dataclass(slots=True)
class OncePerNumber:
    """Each number once within `reply_once_per`, whatever it writes and costs."""

    rules: Responses
    _answered: dict[SenderId, Micros] = field(default_factory=dict)

    def wants(self, one: Arrival) -> bool:
        """Whether the sender is due a reply."""
        last = self._answered.get(one.sender)
        return last is None or one.at - last >= self.rules.reply_once_per

    def __call__(self, one: Arrival) -> bool:
        """Answers whoever is due."""
        wanted = self.wants(one)
        if wanted:
            self._answered[one.sender] = one.at
        return wanted

    def through(self, bucket: Policy) -> Policy:
        """Answers whoever is due, where a bucket holds the price."""
        return lambda one: self.wants(one) and bucket(one) and self(one)


@dataclass(slots=True)
class WithinThePot:
    """Each number once, as long as the pot allows: this service without its detector."""

    rules: Responses
    once: OncePerNumber = field(init=False)
    _spent: MicroEuros = 0
    _inbound: MicroEuros = 0
    _hour: Window = field(default_factory=lambda: Window(HOUR))
    _day: Window = field(default_factory=lambda: Window(DAY))

    def __post_init__(self) -> None:
        self.once = OncePerNumber(self.rules)

    def __call__(self, one: Arrival) -> bool:
        """Answers whoever is due, where the pot can afford it."""
        self._inbound += one.inbound
        hour, day = self._hour.at(one.at), self._day.at(one.at)
        purse = Purse(spent=self._spent, inbound=self._inbound, last_hour=hour, last_day=day)
        if one.price > pot.payable(purse, self.rules) or not self.once(one):
            return False
        self._spent += one.price
        self._hour.pay(one.at, one.price)
        self._day.pay(one.at, one.price)
        return True


@dataclass(slots=True)
class Knowing:
    """The bound: the same pot, but told who is a raider."""

    rules: Responses
    pot: WithinThePot = field(init=False)

    def __post_init__(self) -> None:
        self.pot = WithinThePot(self.rules)

    def __call__(self, one: Arrival) -> bool:
        """Answers ordinary people only."""
        if one.raider:
            self.pot._inbound += one.inbound
            return False
        return self.pot(one)


def at_equal_money(arrivals: Sequence[Arrival], rules: Responses, money: MicroEuros) -> dict[str, Fared]:
    """What simpler policies do with the money that the service paid in all, and what the best order does."""
    return {
        "equal_bucket": _at(money, arrivals, lambda size: TokenBucket(size, _A_DAY * size)),
        "equal_once": _at(
            money, arrivals, lambda size: OncePerNumber(rules).through(TokenBucket(size, _A_DAY * size))
        ),
        "order": best_order(arrivals, money),
    }


def _at(money: MicroEuros, arrivals: Sequence[Arrival], policy: Callable[[MicroEuros], Policy]) -> Fared:
    """A policy of the largest size that does not spend more than this."""
    low, high = 0, 2 * sum(one.price for one in arrivals) + 1
    while high - low > max(1, low // 500):
        size = (low + high) // 2
        spent = paid(arrivals, policy(size))
        low, high = (size, high) if spent <= money else (low, size)
    return fare(arrivals, policy(low))


def paid(arrivals: Iterable[Arrival], policy: Policy) -> MicroEuros:
    """What a policy pays over a trace, whoever it is for."""
    return sum(one.price for one in arrivals if policy(one))


def best_order(arrivals: Iterable[Arrival], money: MicroEuros) -> Fared:
    """The best that any order by the scores of texts alone can do: it knows the whole trace, waits for
    nobody, and answers first texts from the least suspicious up, until the money is gone."""
    firsts: dict[SenderId, Arrival] = {}
    for one in arrivals:
        firsts.setdefault(one.sender, one)
    people, cost, answered = sum(not one.raider for one in firsts.values()), 0, 0
    for one in sorted(firsts.values(), key=lambda one: (one.suspicion, one.at)):
        money -= one.price
        if money < 0:
            break
        cost, answered = cost + one.price * one.raider, answered + (not one.raider)
    return Fared(euros(cost), answered / people if people else None)


def policies(rules: Responses) -> dict[str, Policy]:
    """Every policy by name, new ones for each trace."""
    return {
        "all": reply_to_all,
        "bucket": TokenBucket(),
        "once": OncePerNumber(rules),
        "pot": WithinThePot(rules),
        "knowing": Knowing(rules),
    }
