"""What the SMS channel makes of telephone calls: told by Twilio, never picked up unless the rules say so."""

import asyncio
import re

import pytest

from bridge.model import Call, Message
from bridge.noun import replace
from channels.sms import Sms
from rempart.testing import NOW, Journal
from tests.channels.twilio_calls import ENVIRONMENT, NUMBER, SENDER, signed

CALL_SID = "CA" + "1" * 32
RINGING = {"CallSid": CALL_SID, "From": SENDER, "To": NUMBER, "CallStatus": "ringing", "Direction": "inbound"}
VOICE = "/twilio/voice"


def channel(journal: Journal, *, rings_out: bool = False) -> Sms:
    made = Sms.connect(ENVIRONMENT, replace(journal.wiring(), rings_out=lambda: rings_out))
    assert made is not None
    return made


async def answered(journal: Journal, call: Call, **rules: bool) -> tuple[int, list[str]]:
    """The status, and the verbs."""
    answer = await channel(journal, **rules).webhooks()[VOICE](call)
    if answer.status != 200:
        return answer.status, []
    assert answer.content_type == "text/xml; charset=utf-8"
    document = re.fullmatch(r"<\?xml [^>]*\?><Response>(.*)</Response>", answer.body.decode())
    assert document is not None
    return answer.status, re.findall(r"<([^>]+)/>", document[1])


async def test_a_call_is_stored_with_who_and_when_and_hears_a_busy_line() -> None:
    journal = Journal()
    assert await answered(journal, signed(RINGING, path=VOICE)) == (200, ['Reject reason="busy"'])
    (call,) = journal.happenings
    assert call == Message("sms", CALL_SID, NUMBER, SENDER, "", NOW, segments=0, form="call")
    assert isinstance(call, Message)
    assert call.original is not None
    assert b"CallSid" in call.original.body


async def test_where_the_rules_say_so_it_rings_out_and_a_minute_of_it_is_billed() -> None:
    journal = Journal()
    _, verbs = await answered(journal, signed(RINGING, path=VOICE), rings_out=True)
    assert verbs == ['Pause length="30"', "Hangup"]
    (call,) = journal.happenings
    assert isinstance(call, Message)
    assert call.segments == 1


WITHHELD = ["anonymous", "Anonymous", "+266696687", "Restricted", "+7378742833", "", "  ", "unknown"]


@pytest.mark.parametrize("told", WITHHELD, ids=ascii)
async def test_whoever_withholds_their_number_is_nobody_in_particular(told: str) -> None:
    journal = Journal()
    await answered(journal, signed({**RINGING, "From": told}, path=VOICE))
    (call,) = journal.happenings
    assert isinstance(call, Message)
    assert call.address == "anonymous"


async def test_a_call_that_cannot_be_stored_is_not_answered_as_if_it_were() -> None:
    journal = Journal()
    journal.committing.clear()
    answering = asyncio.ensure_future(answered(journal, signed(RINGING, path=VOICE)))
    await asyncio.sleep(0.01)
    assert not answering.done()
    journal.committing.set()
    assert (await answering)[0] == 200


BAD = [
    pytest.param(signed(RINGING, path=VOICE, token="another"), 403, id="another token"),
    pytest.param(replace(signed(RINGING), path=VOICE), 403, id="signed for another path"),
    pytest.param(signed(RINGING, path=VOICE, headers={"x-twilio-signature": ""}), 403, id="unsigned"),
    pytest.param(replace(signed(RINGING, path=VOICE), body=b"a" * 65_537), 413, id="oversized"),
    pytest.param(replace(signed(RINGING, path=VOICE), body=b"From=\xff"), 400, id="no UTF-8"),
    *(
        pytest.param(signed({**RINGING, name: value}, path=VOICE), 400, id=f"{name} {value!a}")
        for name in ("CallSid", "To")
        for value in ("", " ", "x" * 65, "nul\x00")
    ),
    pytest.param(signed({**RINGING, "From": "nul\x00"}, path=VOICE), 400, id="an odd caller"),
    pytest.param(
        signed({name: value for name, value in RINGING.items() if name != "From"}, path=VOICE),
        400,
        id="no word of a caller",
    ),
]


@pytest.mark.parametrize(("call", "status"), BAD)
async def test_a_bad_call_is_refused_and_changes_nothing(call: Call, status: int) -> None:
    journal = Journal()
    assert (await answered(journal, call))[0] == status
    assert journal.happenings == []
