"""What ends the work on a request to a stand-in, whichever provider it stands for."""

from typing import Protocol

import phonenumbers
from starlette.responses import Response


class Problem(Protocol):
    """An answer other than success, in the provider's own form."""

    def response(self) -> Response:
        """As the provider would answer."""


class ApiError(Exception):
    """Ends the work on a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        """Carries what to answer."""
        super().__init__(problem)
        self.problem = problem


def is_number(written: str) -> bool:
    """Whether providers take it for a telephone number."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(written, None))
    except phonenumbers.NumberParseException:
        return False
