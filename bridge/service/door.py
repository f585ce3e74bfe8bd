"""Where acts and questions come in: whom and what they name is settled before anything is written down."""

from collections.abc import Mapping

from bridge.errors import Misconfigured, Unfit
from bridge.heart.acts import concerns
from bridge.heart.acts.verb import About
from bridge.model import Act
from bridge.moderation.directory import Astray, Directory
from bridge.moderation.targets import ByAddress
from bridge.noun import Noun, replace
from bridge.ports import Ids
from bridge.privacy.masking import masked
from bridge.wording import ENGLISH, Words


def settled_act(act: Act, directory: Directory, words: Words) -> Act:
    """The act about the sender, or the channel, that is meant, with a reason that names no number.

    Raises `Misconfigured` where there is no such sender or channel.
    """
    act = replace(act, reason=masked(act.reason))
    try:
        match concerns(act):
            case About.SENDER:
                return replace(act, target=directory.settled(act.target))
            case About.RULE:
                return replace(act, target=act.target.strip().lstrip("#").lower())
            case About.CHANNEL:
                return replace(act, target=directory.channel(act.target))
            case _:
                return act
    except Astray as astray:
        raise _sentence(astray, words) from None


def settled_sender(written: str, directory: Directory, words: Words) -> str:
    """The sender that is meant, in the one form that leaves no doubt. Raises `Misconfigured`."""
    try:
        return directory.settled(written)
    except Astray as astray:
        raise _sentence(astray, words) from None


def settled_question(asked: str, directory: Directory, words: Words) -> str:
    """The sender that is asked about; what names none may be a message. Raises `Misconfigured`."""
    try:
        return directory.settled(asked)
    except Astray as astray:
        if astray.code == "nobody_meant":
            return asked
        raise _sentence(astray, words) from None


def settled_address(channel: str, written: str | None, directory: Directory) -> tuple[str, str | None]:
    """A channel, and the address of somebody there where one is written. Raises `Misconfigured`."""
    try:
        name = directory.channel(channel)
        if written is None:
            return name, None
        named = directory.who(written) if ":" in written else None
        here = isinstance(named, ByAddress) and named.channel == name
        return name, named.address if here else directory.at(name, written).address  # type: ignore[union-attr]
    except Astray as astray:
        raise _sentence(astray, ENGLISH) from None


class People(Noun):
    """Whom the rules may name; the channels are loaded only where they name somebody."""

    directory: Directory

    def settled(self, address: str) -> str:
        """The one form of an address in the rules. Raises `Unfit`."""
        try:
            return self.directory.settled(address)
        except Astray as astray:
            raise Unfit("names nobody.", str(_sentence(astray, ENGLISH))) from None

    def ids(self) -> Mapping[str, Ids]:
        """What each room takes for an id."""
        return self.directory.rooms()


def _sentence(astray: Astray, words: Words) -> Misconfigured:
    return Misconfigured(words.within("command")(astray.code, **astray.told))
