"""The account, its balance and its number as Twilio's API tells them, and as the number can be set. Pure.

https://www.twilio.com/docs/iam/api/account, .../usage/api/account-balance-resource,
.../phone-numbers/api/incomingphonenumber-resource.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.standins.twilio.messages import API_VERSION

DEMO = "https://demo.twilio.com/welcome/sms/reply"
"""Where a new number sends its texts until somebody says otherwise."""


@dataclass(slots=True)
class Line:
    """How a number is set."""

    sid: str
    sms_url: str = DEMO
    sms_method: str = "POST"
    voice_url: str = ""
    voice_method: str = "POST"
    abilities: set[str] = field(default_factory=lambda: {"sms", "voice"})

    def set(self, form: Mapping[str, str]) -> None:
        """Changes what the form names."""
        for name, field_ in _FIELDS.items():
            if name in form:
                setattr(self, field_, form[name])


_FIELDS = {
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
}


def number_resource(line: Line, account: str, number: str) -> dict[str, object]:
    """One number that belongs to the account."""
    return {
        "sid": line.sid,
        "account_sid": account,
        "phone_number": number,
        "friendly_name": number,
        "capabilities": {name: name in line.abilities for name in ("voice", "sms", "mms", "fax")},
        "sms_url": line.sms_url,
        "sms_method": line.sms_method,
        "sms_application_sid": "",
        "voice_url": line.voice_url,
        "voice_method": line.voice_method,
        "voice_application_sid": "",
        "trunk_sid": None,
        "uri": f"/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{line.sid}.json",
    }


def numbers_page(numbers: list[dict[str, object]], account: str) -> dict[str, object]:
    """The numbers of the account, all on one page."""
    uri = f"/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers.json"
    return {
        "incoming_phone_numbers": numbers,
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": len(numbers) - 1,
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
    }


def account_resource(account: str, status: str, kind: str) -> dict[str, object]:
    """The account itself."""
    return {
        "sid": account,
        "status": status,
        "type": kind,
        "friendly_name": "An account",
        "owner_account_sid": account,
        "uri": f"/{API_VERSION}/Accounts/{account}.json",
    }
