"""What explains a sender or a message, looked up in a real database after a real fold."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import RempartError
from bridge.explaining.explain import Explaining
from bridge.model import DAY, HOUR, MINUTE, SECOND, Act, Contact, Happening, Message, Micros, Progress
from bridge.noun import replace
from bridge.ports import Accepted, Refused
from bridge.privacy.pseudonym import event_id
from bridge.raid.copies import SENDERS
from bridge.raid.flood import MANY
from bridge.raid.posture import QUIET
from bridge.replay.compare import Folding, folded
from bridge.replay.journal import JournalReader
from bridge.store.books import sending
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, raids, senders
from bridge.store.engine.tables import outbox as replies
from bridge.wording import Words
from tests.support.acting import act
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, RULES, Bridge, keys, message, receipt, rules
from tests.support.french import typeset

ENGLISH = Words("en", ZoneInfo("Europe/Paris"))
FRENCH = Words("fr", ZoneInfo("Europe/Paris"))
PASTE = "Bonjour c'est encore moi, tu ne réponds jamais et je trouve que ce n'est pas très poli"
POOR = RULES + b"pot: {total: 0.01}\n"
CHANNELS = ("sms", "telegram")


class Asked:
    """A bridge driven by hand, and somebody who asks why."""

    def __init__(self, store: Store, rules: bytes = RULES) -> None:
        self.clock = TestClock()
        self.bridge = Bridge(store, self.clock, rules)
        self.store = store
        self.explaining = Explaining(store, self.bridge.journal.sender, CHANNELS, self.clock, self.once_per)

    async def text(self, text: str = "salut", address: str = MAN, id_: str | None = None) -> Message:
        """Somebody writes, and it is decided."""
        self.clock.pass_(SECOND)
        written = message(text, address=address, at=self.clock(), id_=id_)
        await self.bridge.tell(written)
        await self.bridge.fold()
        return written

    async def act(self, verb: str, target: str, reason: str = "") -> None:
        """Somebody of the team acts."""
        id_ = f"{verb}{self.clock()}"
        done = Act("slack", id_, "U0MOD", verb, target, self.clock(), reason=reason, member=True)
        await self.bridge.tell(done)
        await self.bridge.fold()

    def once_per(self) -> Micros:
        return self.bridge.folding.responses.reply_once_per

    @property
    def man(self) -> str:
        """Who he is, in the books."""
        return self.bridge.journal.sender("sms", MAN)

    async def raid(self) -> str:
        """One text from several senders, the man among them; the id of the raid."""
        for address in (MAN, *(f"+3367{n}345678" for n in range(1, SENDERS))):
            await self.text(PASTE, address)
        return str(await self.one(select(raids.c.id)))

    async def one(self, query: Select[Any]) -> Any:
        return await self.store.read(lambda connection: connection.scalar(query))

    async def settle(self, outcome: Accepted | Refused) -> None:
        """What is held is sent, with that outcome."""
        self.clock.pass_(HOUR)
        now = self.clock()
        (claimed,) = await self.store.transact(lambda c: sending.claim(c, "sms", now, 1, rules()))
        await self.store.transact(lambda c: sending.settle(c, claimed.reply.id, outcome, now, now))

    async def why(self, asked: str = MAN) -> dict[str, Any]:
        """The answer; the handle in it is `X`, so that it can be compared."""
        told = await self.explaining.explain(asked, ENGLISH)
        return dict(told) | {"told": re.sub(r"\b[a-z]+-[a-z]+-\d\d\b", "X", told["told"])}

    async def told(self, asked: str = MAN) -> str:
        return str((await self.why(asked))["told"])


@pytest.fixture
def asked(store: Store) -> Asked:
    return Asked(store)


async def test_somebody_who_waits_is_told_so_with_the_time(asked: Asked) -> None:
    await asked.text()
    told = await asked.why()
    assert re.fullmatch(r"X waits: a reply is held until about \d\d:\d\d\.", told["told"])
    assert (told["verdict"], told["raid"], told["action"]) == ("ordinary", None, "replied")
    assert (told["reasons"], told["progress"]) == (["first message"], "held")
    assert set(told) == {
        "sender", "verdict", "raid", "suspicion", "action", "reasons", "codes", "progress", "by_hand",
        "told",
    }  # fmt: skip
    assert isinstance(told["suspicion"], int)


async def test_a_sender_goes_by_handle_and_by_number_in_any_form(asked: Asked) -> None:
    await asked.text()
    by_number = await asked.why()
    for other in ("06 12 34 56 78", by_number["sender"], f"sms:{MAN}", f" @{by_number['sender']} "):
        assert await asked.why(other) == by_number


async def test_somebody_who_was_answered_is_told_when_and_with_what(asked: Asked) -> None:
    await asked.text()
    await asked.settle(Accepted("SM" + "f" * 32))
    assert await asked.told() == "X was answered on 21 Sep 17:13 with the reply `first`."
    await asked.text("alors ?")
    assert (await asked.told()).endswith(
        "with the reply `first`. The newest message got no reply: this sender was answered not long ago."
    )


async def test_a_reply_that_was_refused_is_told_with_its_code(asked: Asked) -> None:
    await asked.text()
    await asked.settle(Refused("21610"))
    assert await asked.told() == "X looks ordinary. The reply `first` did not arrive (code 21610)."


async def test_a_pause_keeps_who_waits_waiting(asked: Asked) -> None:
    await asked.text()
    await asked.act("pause", "sms")
    assert await asked.told() == "X waits: sms is paused, and a reply is held until the team resumes it."


async def test_a_raider_is_told_with_the_raid_and_what_a_false_alarm_would_do(asked: Asked) -> None:
    raid = await asked.raid()
    told = await asked.why()
    kept = "The reply is kept back; calling it a false alarm sends it if that is still timely."
    reason = f"near copies of one text from {SENDERS} senders"
    assert told["told"] == f"X takes part in raid {raid}: {reason}. {kept}"
    assert (told["verdict"], told["raid"]) == ("raider", raid)
    assert (told["reasons"], told["progress"]) == ([reason], "cancelled")
    asked.clock.pass_(QUIET)
    assert (await asked.told()).startswith(
        f"X took part in raid {raid}, which is over: {reason}. The reply is"
    )
    asked.clock.pass_(DAY)
    assert (await asked.told()).endswith("The reply was kept back, and is not sent any more.")


async def test_a_false_alarm_is_told_with_what_became_of_the_reply(asked: Asked) -> None:
    raid = await asked.raid()
    await asked.act("false_alarm", raid)
    told = await asked.why()
    head = f"X looks ordinary: raid {raid} was called a false alarm. A reply is held until about "
    assert told["told"].startswith(head)
    assert (told["verdict"], told["raid"], told["progress"]) == ("ordinary", None, "held")
    assert (await asked.why(raid))["raid"] is None  # it is called as the message begins by which it was seen
    await asked.act("reopen", raid)
    assert (await asked.why(raid))["raid"] == raid
    again = await asked.why()
    assert again["told"].startswith(f"X takes part in raid {raid}: near copies of one text from {SENDERS}")
    assert (again["verdict"], again["raid"]) == ("raider", raid)


async def test_whom_a_false_alarm_would_not_answer_twice_is_told_so(asked: Asked) -> None:
    """Whoever was answered since the raid was over has nothing that still waits."""
    await asked.raid()
    kept = await asked.one(select(replies.c.event).where(replies.c.sender == asked.man))
    assert (await asked.told(kept)).endswith("sends it if that is still timely.")
    asked.clock.pass_(4 * HOUR)
    await asked.text("salut, vous êtes là ?")
    assert (await asked.told(kept)).endswith("The reply was kept back, and is not sent any more.")


@pytest.mark.parametrize("called_off", [False, True])
async def test_what_an_earlier_raid_keeps_back_is_told_of_that_raid_as_a_replay_tells_it(
    asked: Asked, *, called_off: bool
) -> None:
    first = await asked.raid()
    written = str(await asked.one(select(events.c.id).where(events.c.sender == asked.man)))
    asked.clock.pass_(5 * HOUR)
    for address in (MAN, *(f"+3367{n}345678" for n in range(1, SENDERS + 2))):
        await asked.text("Une tout autre phrase que chacun colle encore ce soir", address)
    second = str(await asked.one(select(raids.c.id).where(raids.c.id != first)))
    if called_off:
        await asked.act("false_alarm", second)
    told, of_man = await asked.why(written), await asked.why()
    assert (told["verdict"], told["raid"]) == ("raider", first)
    assert f"takes part in raid {first}: near copies of one text from {SENDERS} senders" in told["told"]
    assert (of_man["raid"], of_man["verdict"]) == ((None, "ordinary") if called_off else (second, "raider"))

    async def again(connection: AsyncConnection) -> Folding:
        return await folded(JournalReader(connection, keys()), keys(), rules())

    (row,) = [one for one in (await asked.store.read(again)).result(0).rows if one.id == written]
    assert (row.verdict, row.raid) == (told["verdict"], told["raid"])


async def test_a_mute_in_a_raid_leaves_no_hope_for_the_reply(asked: Asked) -> None:
    raid = await asked.raid()
    sid = await asked.one(select(replies.c.event).order_by(replies.c.due_at).limit(1))
    await asked.act("mute", MAN, "insults")
    told = await asked.told()
    assert told.startswith("X is muted until 22 Sep 16:13, by U0MOD, because: insults. X takes part in raid ")
    await asked.act("mute_all", raid)
    assert (await asked.told(sid)).endswith("The reply was kept back, and is not sent any more.")


async def test_one_who_floods_looks_like_a_raider_and_still_waits(asked: Asked) -> None:
    for n in range(MANY):
        await asked.text(f"message numero {n} sans copie")
    told = await asked.why()
    assert told["told"].startswith(
        f"X looks like a raider: {MANY} messages within 10 minutes. A reply is held"
    )
    assert (told["verdict"], told["raid"]) == ("raider", None)


async def test_a_mute_is_told_until_it_ends(asked: Asked) -> None:
    await asked.act("mute", MAN, "insults every night")
    assert await asked.told() == "X is muted until 22 Sep 16:13, by U0MOD, because: insults every night."
    await asked.act("unmute", MAN)
    assert await asked.told() == "X has not written yet."


async def test_whoever_asked_us_to_stop_is_not_answered(asked: Asked) -> None:
    first = await asked.text(id_="SM" + "1" * 32)
    await asked.text("STOP")
    assert await asked.told() == "X is not answered: the sender has asked us to stop."
    assert await asked.told(first.provider_id) == (
        "The message of 21 Sep 16:13 from X gets the reply `first`: first message. "
        "The reply `first` was withdrawn unsent: the sender has asked us to stop."
    )


ELSEWHERE = replace(receipt("SM" + "9" * 32, Progress.SENT), reply=None)
"""A signed callback of a reply that this database knows nothing of."""

WITHDRAWN: dict[str, tuple[list[Happening], str]] = {
    "stop": ([message("STOP", at=NOON + 2)], "the sender has asked us to stop"),
    "stop, and start": (
        [message("STOP", at=NOON + 2), message("START", at=NOON + 3)],
        "the sender has asked us to stop",
    ),
    "block": ([Contact("sms", "1", MAN, NOON + 2, open=False)], "the sender has blocked us"),
    "answered by another copy of us": (
        [ELSEWHERE],
        "the provider tells of an answer to them that is not in this database",
    ),
    "answered by hand": (
        [replace(act("answer_one", MAN, NOON + 2, "1"), says="first")],
        "somebody of the team has answered instead",
    ),
}


@pytest.mark.parametrize("how", WITHDRAWN)
async def test_why_a_reply_was_withdrawn_is_remembered_with_it(asked: Asked, how: str) -> None:
    happened, why = WITHDRAWN[how]
    first = await asked.text(id_="SM" + "1" * 32)
    for one in happened:
        await asked.bridge.tell(one)
        await asked.bridge.fold()
    told = await asked.told(first.provider_id)
    assert told.endswith(f"The reply `first` was withdrawn unsent: {why}.")


async def test_where_the_money_is_gone_that_is_the_reason(store: Store) -> None:
    asked = Asked(store, POOR)
    await asked.text()
    assert await asked.told() == "X has had no reply: the pot is spent."


async def test_a_message_goes_by_our_id_its_beginning_and_the_providers(asked: Asked) -> None:
    sid = "SM" + "a" * 32
    await asked.text(id_=sid)
    await asked.settle(Accepted("SM" + "b" * 32))
    event = event_id("sms", "message", sid)
    told = await asked.why(sid)
    assert told["told"] == (
        "The message of 21 Sep 16:13 from X gets the reply `first`: first message. "
        "The reply `first` was sent on 21 Sep 17:13."
    )
    assert (told["action"], told["reasons"]) == ("replied", ["first message"])
    assert (told["verdict"], told["progress"]) == ("ordinary", "accepted")
    for other in (event, event[:8], event.upper(), event[:20], "SM" + "b" * 32):
        assert await asked.why(other) == told


async def test_a_message_withheld_in_hindsight_is_told_with_what_gave_its_sender_away(asked: Asked) -> None:
    sid = "SM" + "a" * 32
    await asked.text(PASTE, id_=sid)
    raid = await asked.raid()
    told = await asked.why(sid)
    assert told["told"] == (
        f"The message of 21 Sep 16:13 would get the reply `first`, but X takes part in raid {raid}: near "
        f"copies of one text from {SENDERS} senders. "
        "The reply is kept back; calling it a false alarm sends it if that is still timely."
    )
    assert (told["verdict"], told["raid"], told["progress"]) == ("raider", raid, "cancelled")
    assert told["reasons"] == [f"near copies of one text from {SENDERS} senders"]
    await asked.act("false_alarm", raid)
    told = await asked.why(sid)
    assert (told["verdict"], told["raid"], told["progress"]) == ("ordinary", None, "held")
    assert told["reasons"] == ["first message"]


async def test_what_is_not_decided_yet_is_told_so(asked: Asked) -> None:
    written = message(id_="SM" + "c" * 32, at=asked.clock())
    await asked.bridge.tell(written)
    assert await asked.told() == "This sender has written, and nothing is decided yet."
    told = await asked.why(written.provider_id)
    assert told["told"] == "The message of 21 Sep 16:13 from This sender is recorded, and not decided yet."
    assert (told["action"], told["progress"], told["reasons"]) == (None, None, [])


UNKNOWN = [
    "brave-heron-42", "+33698765432", "telegram:12", "SM" + "0" * 32, "0" * 32, "00000000", "", " ", "é\0",
    "x" * 5000, "%", "________", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("unknown", UNKNOWN, ids=range(len(UNKNOWN)))
async def test_what_nobody_goes_by_is_told_in_one_sentence(asked: Asked, unknown: str) -> None:
    await asked.text()
    with pytest.raises(RempartError, match=r"^Unknown: write a handle[^.]*\.$"):
        await asked.explaining.explain(unknown, ENGLISH)
    with pytest.raises(RempartError, match="Inconnu"):
        await asked.explaining.explain(unknown, FRENCH)


async def test_the_room_asks_about_senders_alone(asked: Asked) -> None:
    written = await asked.text()
    handle = (await asked.why())["sender"]
    assert (await asked.explaining.tell(handle, FRENCH)).startswith(
        typeset(f"{handle} attend : une réponse part vers ")
    )
    for unknown in (written.provider_id, "brave-heron-42"):
        with pytest.raises(RempartError, match="n'est connu de personne"):
            await asked.explaining.tell(unknown, FRENCH)


async def test_a_beginning_that_fits_several_messages_asks_for_more(asked: Asked) -> None:
    """Two ids that begin with the same eight digits are too rare to be written: they are put there."""
    await asked.text()
    one = await asked.one(select(replies.c.event))
    twin = one[:9] + ("0" if one[9] != "0" else "1") + one[10:]

    async def add(connection: Any) -> None:
        sender = await connection.scalar(select(senders.c.id))
        row = {"id": twin, "channel": "sms", "kind": "message", "sender": sender, "received_at": 1}
        await connection.execute(events.insert().values(**row, sealed=b""))

    await asked.store.transact(add)
    with pytest.raises(RempartError, match="Several messages"):
        await asked.explaining.explain(one[:8], ENGLISH)
    assert (await asked.why(one[:10]))["progress"] == Progress.HELD


async def test_an_act_or_a_receipt_is_no_message(asked: Asked) -> None:
    await asked.act("pause", "sms")
    act = event_id("slack", "act", f"pause{asked.clock()}")
    with pytest.raises(RempartError, match="Unknown"):
        await asked.explaining.explain(act, ENGLISH)


async def test_no_number_and_no_text_is_ever_told(asked: Asked) -> None:
    await asked.raid()
    for question in (MAN, f"sms:{MAN}", "0612345678"):
        told = repr(await asked.explaining.explain(question, FRENCH))
        assert "12345678" not in told
        assert "encore moi" not in told
        assert "presque le même texte" in told


async def test_what_each_of_some_senders_is_taken_for_fits_in_a_line(asked: Asked) -> None:
    await asked.text(address="+33698765432")
    asked.clock.pass_(MINUTE)
    await asked.raid()
    man, other = (asked.bridge.journal.sender("sms", one) for one in (MAN, "+33698765432"))
    lines = await asked.store.read(lambda c: asked.explaining.judgements(c, [man, other], ENGLISH))
    assert lines == {
        man: f"Judged a raider: near copies of one text from {SENDERS} senders.",
        other: "Judged ordinary now.",
    }
