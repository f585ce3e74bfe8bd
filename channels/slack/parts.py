"""What the room is made of while it is open: a session that dials Slack alone, and who speaks through it."""

from collections.abc import Callable

from aiohttp import ClientSession

from bridge.noun import Noun
from bridge.ports import Clock, Host
from bridge.wording import Words
from channels.rooms.fence import belongs, fenced_session
from channels.rooms.tasks import Tasks
from channels.slack.answers import Answers
from channels.slack.api import Api
from channels.slack.bolt import Dispatcher
from channels.slack.desk import Desk
from channels.slack.home import Homes
from channels.slack.members import Members
from channels.slack.modal import SamplesWindow
from channels.slack.people import People
from channels.slack.pictures import Pictures
from channels.slack.room import Room
from channels.slack.settings import Settings


class Parts(Noun):
    """What exists between `open` and `close`."""

    session: ClientSession
    tasks: Tasks
    api: Api
    members: Members
    room: Room
    people: People
    desk: Desk
    dispatcher: Dispatcher


def opened(settings: Settings, clock: Clock, host: Host, words: Callable[[], Words], mark: str) -> Parts:
    """Makes them; needs a running loop, and dials nobody. `mark`: the channel that windows are opened from,
    where several lines have one app."""
    session, tasks = fenced_session(settings.api_url), Tasks()
    api, ours = Api(settings, session), belongs(settings.api_url)
    people = People(api, clock)
    members = Members(api, settings.channel, clock, people)
    desk = Desk(
        host=host,
        clock=clock,
        members=members,
        answers=Answers(api, session, ours),
        homes=Homes(api, host, members, words),
        samples=SamplesWindow(api, host, words, mark),
        tasks=tasks,
        words=words,
    )
    room = Room(api, settings.channel, words, Pictures(api, session, ours))
    return Parts(session, tasks, api, members, room, people, desk, Dispatcher(api.client, desk, tasks))
