"""Nothing of tokens, texts or names is ever logged, by us or by the SDKs, even when everything is logged."""

import logging

import pytest
import structlog

from bridge.card import Sample
from channels.standins.faults import Fault
from tests.channels.slack_world import MEMBER, STRANGER, action, living, until

TEXT = "un texte qui ne regarde personne"
REASON = "une raison qui ne regarde personne"


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket_mode"])
async def test_neither_secrets_nor_texts_nor_names_are_logged(
    caplog: pytest.LogCaptureFixture, *, socket_mode: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as ours:
        async with living(socket_mode=socket_mode) as world:
            standin, workspace = world.standin, world.standin.workspace
            world.host.texts = [Sample("brave-heron-42", TEXT, 0)]
            message = await world.posted()
            await standin.press(MEMBER, message, action(message, "samples"))
            await until(lambda: world.counted("views.update") == 1, "the window filled")
            await standin.command(MEMBER, f"mute 06 12 34 56 78 {REASON}")
            await world.told()
            standin.faults.next(Fault.GARBLED_AFTER, on="views.publish")
            await standin.open_home(STRANGER)
            standin.faults.outage = True
            world.host.fault = ValueError(TEXT)
            await standin.press(MEMBER, message, action(message, "mute"))
            await until(lambda: bool(_warnings(ours)), "something went wrong and was logged")
    told = caplog.text.replace(f"127.0.0.1:{standin._base.rpartition(':')[2]}", "") + repr(ours)
    secrets = (workspace.bot_token, workspace.app_token, workspace.signing_secret)
    private = (TEXT, REASON, "612345678", "06 12 34", "somebody", "ticket=", "/respond/")
    assert [word for word in (*secrets, *private) if word in told] == []


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket_mode"])
async def test_what_the_sdks_keep_to_themselves_silences_nobody_else(
    caplog: pytest.LogCaptureFixture, *, socket_mode: bool
) -> None:
    caplog.set_level(logging.INFO, "rempart")
    before = _levels()
    async with living(socket_mode=socket_mode) as world:
        await world.standin.command(MEMBER, "status")
        await world.told()
        message = await world.posted()
        await world.standin.press(MEMBER, message, action(message, "mute"))
        await world.acted()
        await world.standin.open_home(MEMBER)
    assert _levels() == before


def _levels() -> dict[str, tuple[int, bool]]:
    """What each of our logs lets through; those that an SDK makes for functions of ours are its own."""
    names = ("", "bridge", "channels", "rempart", "rempart.dispatch", "rempart.slack", "rempart.web")
    loggers = {name: logging.getLogger(name) for name in names}
    return {name: (one.getEffectiveLevel(), one.disabled) for name, one in loggers.items()}


def _warnings(ours: list[structlog.typing.EventDict]) -> list[str]:
    return [entry["event"] for entry in ours if "could not be decided" in entry["event"]]
