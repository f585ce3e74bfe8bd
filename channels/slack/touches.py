"""What somebody does in Slack: touches a button, types a command, opens the home page, writes in a window."""

from bridge.noun import Noun


class Place(Noun):
    """Where somebody touched something, and so where the answer belongs."""

    channel: str = ""
    """Empty for the home page."""
    thread: str = ""
    response_url: str = ""
    window: str = ""
    """The id of the window that was open, where it was touched there."""
    look: str = ""
    """What that window shows, as we noted it there."""


HOME = Place()


class Touch(Noun):
    """Somebody touched one of our buttons."""

    key: str
    """The same for every repeat of one touch."""
    actor: str
    verb: str
    target: str
    trigger: str
    place: Place
    by_guest: bool = False
    """The actor belongs to another workspace than the app: https://docs.slack.dev/apis/slack-connect."""


class Command(Noun):
    """Somebody gave our slash command."""

    key: str
    actor: str
    text: str
    place: Place
    trigger: str = ""


class Opened(Noun):
    """Somebody opened our home page."""

    key: str
    actor: str


class Submission(Noun):
    """Somebody wrote what to look for, and sent it off."""

    key: str
    actor: str
    phrase: str
    window: str
    by_guest: bool = False
