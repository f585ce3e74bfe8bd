"""What anybody would write from the documentation: parse the form, check the signature, store nothing."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator


def application(token: str, url: str) -> Starlette:
    """The endpoint `/twilio/sms`."""
    validator = RequestValidator(token)

    async def sms(request: Request) -> Response:
        form = await request.form()
        if not validator.validate(url, form, request.headers.get("x-twilio-signature", "")):
            return Response(status_code=403)
        return Response("<Response/>", media_type="text/xml")

    return Starlette(routes=[Route("/twilio/sms", sms, methods=["POST"])])


if __name__ == "__main__":
    port, token, url = sys.argv[1:]
    uvicorn.run(application(token, url), port=int(port), loop="asyncio", log_level="error", backlog=4096)
