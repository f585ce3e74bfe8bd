"""The forms of Twilio's webhooks, with the fields and names that the provider uses. Pure."""

import phonenumbers

from channels.standins.twilio.account import Account
from channels.standins.twilio.messages import API_VERSION, Record

Form = dict[str, str]


def inbound(account: Account, record: Record) -> Form:
    """https://www.twilio.com/docs/messaging/guides/webhook-request."""
    return {
        "ToCountry": _country(record.to),
        "ToState": "",
        "SmsMessageSid": record.sid,
        "NumMedia": str(record.media),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": record.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": record.body,
        "FromCountry": _country(record.from_),
        "To": record.to,
        "ToZip": "",
        "NumSegments": str(record.segments),
        "MessageSid": record.sid,
        "AccountSid": account.sid,
        "From": record.from_,
        "ApiVersion": API_VERSION,
    }


def ringing(account: Account, sid: str, from_: str, to: str) -> Form:
    """https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application."""
    return {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "CallSid": sid,
        "CallStatus": "ringing",
        "Called": to,
        "CalledCountry": _country(to),
        "Caller": from_,
        "CallerCountry": _country(from_),
        "Direction": "inbound",
        "From": from_,
        "FromCountry": _country(from_),
        "To": to,
        "ToCountry": _country(to),
    }


def status(account: Account, record: Record) -> Form:
    """https://www.twilio.com/docs/messaging/guides/track-outbound-message-status."""
    form = {
        "ApiVersion": API_VERSION,
        "AccountSid": account.sid,
        "From": record.from_,
        "MessageSid": record.sid,
        "MessageStatus": record.status,
        "SmsSid": record.sid,
        "SmsStatus": record.status,
        "To": record.to,
    }
    return form if record.error_code is None else {**form, "ErrorCode": str(record.error_code)}


def _country(address: str) -> str:
    """ISO code of a number's country; empty for short codes and names."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address, None)) or ""
    except phonenumbers.NumberParseException:
        return ""
