"""What Twilio's codes say of a reply that was handed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import SECOND
from bridge.ports import InDoubt, NotProcessed, Refused
from channels.twilio.codes import never_left, outcome, reason

codes = st.none() | st.integers(min_value=10000, max_value=69999) | st.sampled_from([21610, 20429, 30001])


@given(st.integers(min_value=500, max_value=599) | st.integers(min_value=100, max_value=399), codes)
def test_only_a_client_error_proves_that_nothing_was_processed(status: int, code: int | None) -> None:
    assert outcome(status, code) == InDoubt(f"http_{status}")


@given(st.integers(min_value=400, max_value=499).filter(lambda status: status != 408), codes)
def test_a_client_error_leaves_nothing_in_doubt(status: int, code: int | None) -> None:
    told = outcome(status, code, SECOND)
    assert isinstance(told, NotProcessed | Refused)
    assert (isinstance(told, Refused) and told.opted_out) or code != 21610
    assert told.code


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21211, Refused("bad_number")),
        (400, 21610, Refused("opted_out", opted_out=True)),
        (403, 21610, Refused("opted_out", opted_out=True)),
        (400, 21614, Refused("not_a_mobile")),
        (400, 21617, Refused("text_too_long")),
        (400, 21608, Refused("trial_account")),
        (400, 30007, Refused("filtered")),
        (400, 10001, NotProcessed("account_inactive", SECOND)),
        (401, 10001, NotProcessed("account_inactive", SECOND)),
        (403, 10001, NotProcessed("account_inactive", SECOND)),
        (400, 90010, NotProcessed("account_inactive", SECOND)),
        (403, 90010, NotProcessed("account_inactive", SECOND)),
        (400, 30023, NotProcessed("daily_limit", SECOND)),
        (403, 30037, NotProcessed("account_suspended", SECOND)),
        (400, 21607, NotProcessed("bad_sender", SECOND)),
        (400, 29999, NotProcessed("29999", SECOND)),
        (400, None, NotProcessed("http_400", SECOND)),
        (402, None, NotProcessed("http_402", SECOND)),
        (405, None, NotProcessed("http_405", SECOND)),
        (407, None, NotProcessed("http_407", SECOND)),
        (413, None, NotProcessed("http_413", SECOND)),
        (418, None, NotProcessed("http_418", SECOND)),
        (451, None, NotProcessed("http_451", SECOND)),
        (499, None, NotProcessed("http_499", SECOND)),
        (400, 21606, NotProcessed("bad_sender", SECOND)),
        (429, 21611, NotProcessed("queue_full", SECOND)),
        (400, 30001, NotProcessed("queue_full", SECOND)),
        (400, 30002, NotProcessed("account_suspended", SECOND)),
        (429, 20429, NotProcessed("rate_limited", SECOND)),
        (429, None, NotProcessed("rate_limited", SECOND)),
        (401, 20003, NotProcessed("credentials", SECOND)),
        (403, None, NotProcessed("credentials", SECOND)),
        (404, 20404, NotProcessed("account_unknown", SECOND)),
        (408, None, InDoubt("http_408")),
    ],
)
def test_each_code_has_its_outcome(
    status: int, code: int | None, expected: Refused | NotProcessed | InDoubt
) -> None:
    assert outcome(status, code, SECOND) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (30003, "handset_unreachable"),
        (30004, "blocked"),
        (30005, "unknown_number"),
        (30006, "landline"),
        (30007, "filtered"),
        (30008, "unknown_error"),
        (30034, "sender_unregistered"),
        (30036, "expired"),
        (21610, "opted_out"),
        (64999, "64999"),
    ],
)
def test_a_receipt_gives_a_short_reason(code: int, expected: str) -> None:
    assert reason(code) == expected


NEVER_LEFT = [10001, 14107, 20005, 20429, 21611, 30001, 30002, 30023, 30037, 90010]
FINAL = [21610, 21211, 21614, 30003, 30004, 30005, 30006, 30007, 30008, 30034, 30036, 30410, 64999, None]


@pytest.mark.parametrize("code", NEVER_LEFT)
def test_a_receipt_and_an_answer_read_one_table_of_what_was_not_sent(code: int) -> None:
    assert never_left(code)
    assert outcome(400, code) == NotProcessed(reason(code))


@pytest.mark.parametrize("code", FINAL)
def test_of_anything_else_a_receipt_is_the_end(code: int | None) -> None:
    assert not never_left(code)
