"""Settings: what the environment says about the service, checked. Floor 4."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError

from bridge.credentials import unfit
from bridge.environment import DATABASE_URL, PREFIX
from bridge.errors import Misconfigured
from bridge.privacy.secret import SHORTEST_SECRET, Keys, derive_keys, is_guessable
from bridge.responses import shipped

LAST_PORT = 65_535

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - who listens everywhere is dialled here


def _public_url(value: str) -> str:
    with suppress(UnicodeError):  # no name of a host is so long
        if _is_base(value):
            return _dialled(value).rstrip("/")
    raise ValueError("must be a URL such as https://bridge.example.org")


def _dialled(url: str) -> str:
    """With the name of its host as it is dialled, and signed: in ASCII (RFC 3490). Raises `UnicodeError`."""
    parts = urlsplit(url)
    before, at, host = parts.netloc.rpartition("@")
    name, colon, port = host.partition(":")
    if name.isascii():
        return url
    ascii_name = name.encode("idna").decode()
    return parts._replace(netloc=f"{before}{at}{ascii_name}{colon}{port}").geturl()


def _port(value: object) -> int:
    written = str(value)
    if not re.fullmatch("[0-9]{1,5}", written) or not 1 <= int(written) <= LAST_PORT:
        raise ValueError(f"must be a number from 1 to {LAST_PORT}")
    return int(written)


def _urls(value: object) -> tuple[str, ...]:
    """Several, between spaces or commas."""
    return tuple(map(_one_url, re.split(r"[\s,]+", str(value).strip()))) if value else ()


def _one_url(value: str) -> str:
    """Unlike a public URL it may have a query: paths are not written behind it."""
    if not _is_base(value.partition("?")[0]):
        raise ValueError("must be URLs such as https://tsa.example.org/tsr")
    return value


def _callable_url(value: str) -> str:
    """It may have a query: that is how watchers tell one service from another."""
    if not _is_base(value.partition("?")[0]):
        raise ValueError("must be a URL such as https://hc.example.org/ping/5f1d")
    return value


def _is_base(url: str) -> bool:
    """Whether paths can be written behind it."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when there is none of that number
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and parts.hostname and url.isprintable() and " " not in url
    return bool(whole) and not parts.query and not parts.fragment


class Settings(BaseModel):
    """The service's own settings; channels read theirs from the same environment."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: str = DATABASE_URL
    responses: Path = Path("responses.yaml")
    host: Annotated[str, AfterValidator(lambda host: host.strip("[]"))] = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_port)] = 8000
    public_url: Annotated[str, AfterValidator(_public_url)] | None = None
    secret: SecretStr | None = None
    timestamp_urls: Annotated[tuple[str, ...], BeforeValidator(_urls)] = ()
    """Timestamp authorities (RFC 3161) that are asked when they saw the log's head; by default none."""
    pin_url: Annotated[str, AfterValidator(_one_url)] | None = None
    """An address outside that is told the log's head, as a second room's incoming webhook."""
    heartbeat_url: Annotated[str, AfterValidator(_callable_url)] | None = None

    @property
    def address(self) -> str:
        """Where this machine dials the service: host and port."""
        host = _EVERYWHERE.get(self.host, self.host)
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    key: SecretStr | None = None
    """What the senders' keys are wrapped by, where that is not made from the secret."""

    def keys(self) -> Keys:
        """Everything that secret and key stand for. Raises `Misconfigured`."""
        return derive_keys(self.secret_value(), self.key_value())

    def key_value(self) -> str | None:
        """The key of its own that wraps the senders' keys, if there is one. Raises `Misconfigured`."""
        if self.key is None:
            return None
        key = self.key.get_secret_value()
        if len(key) < SHORTEST_SECRET or is_guessable(key):
            raise Misconfigured(
                f"REMPART_KEY must have at least {SHORTEST_SECRET} characters, drawn by chance: "
                "`rempart secret rotate` makes one."
            )
        return key

    def secret_value(self) -> str:
        """The secret. Raises `Misconfigured` when there is none, or one that could be guessed."""
        if self.secret is None:
            raise Misconfigured(
                "REMPART_SECRET is not set: run `rempart init` here, or make one with "
                "`python3 -c 'import secrets; print(secrets.token_hex(32))'` and keep a copy of it."
            )
        secret = self.secret.get_secret_value()
        if len(secret) >= SHORTEST_SECRET and is_guessable(secret):
            raise Misconfigured(
                "REMPART_SECRET has too little variety to be a secret: make one with "
                "`python3 -c 'import secrets; print(secrets.token_hex(32))'` and keep a copy of it."
            )
        return secret


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The service's settings. Raises `Misconfigured`, naming the variable and never its value."""
    found = {
        name: value
        for name in Settings.model_fields
        if (value := environment.get(PREFIX + name.upper(), "").strip())
    }
    try:
        settings = Settings.model_validate(found)
    except ValidationError as error:
        raise _refusal(error) from None
    if "responses" not in found and not settings.responses.exists():
        return settings.model_copy(update={"responses": shipped()})
    return settings


def _refusal(error: ValidationError) -> Misconfigured:
    """Whoever is asked for the public URL alone is told in their language."""
    if [one["loc"] for one in error.errors()] == [("public_url",)]:
        return unfit("no_public_url", name=f"{PREFIX}PUBLIC_URL")
    return Misconfigured(_complaints(error))


def _complaints(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return " ".join(
        f"{PREFIX}{str(one['loc'][0]).upper()} is not usable: {one['msg'].removeprefix('Value error, ')}."
        for one in found
    )
