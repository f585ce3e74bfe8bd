"""Settings: the environment, `.env` beside it, and secrets from files. Floor 4."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bridge.errors import Misconfigured
from bridge.privacy.secret import SHORTEST_SECRET, is_guessable
from bridge.responses import shipped

_PREFIX = "REMPART_"


class Environment(Mapping[str, str]):
    """What is set, in the process first and in `.env` second; `NAME_FILE` names a file that holds `NAME`."""

    def __init__(self, process: Mapping[str, str], dotenv: Mapping[str, str | None] | None = None) -> None:
        """Reads nothing yet: files behind `NAME_FILE` are opened when `NAME` is asked for."""
        written = {name: value for name, value in (dotenv or {}).items() if value is not None}
        self._values = written | dict(process)

    def __getitem__(self, name: str) -> str:
        """The value of `name`. Raises `KeyError` when unset, `Misconfigured` when its file is no use."""
        path = self._values.get(f"{name}_FILE", "").strip()
        value = self._values.get(name, "")
        if path and value:
            raise Misconfigured(f"{name} and {name}_FILE are both set: keep one of them.")
        if path:
            return _read_secret(f"{name}_FILE", Path(path))
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise Misconfigured(f"{name} is not text in UTF-8: write it anew.")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """The names as they are set."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many are set."""
        return len(self._values)


def _read_secret(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:  # it is not there, not text, or no file can have that name
        raise Misconfigured(
            f"{variable} names a file that cannot be read: check its path and rights."
        ) from error


def read_environment() -> Environment:
    """The environment of this process with `.env` of the current folder."""
    path = Path(".env")
    try:
        # Values stand as they are written: a token may hold `${`.
        return Environment(os.environ, dotenv_values(path, interpolate=False) if path.is_file() else None)
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("The file .env cannot be read: check its rights, or remove it.") from error


def _public_url(value: str) -> str:
    if not _is_base(value):
        raise ValueError("must be a URL such as https://bridge.example.org")
    return value.rstrip("/")


def _is_base(url: str) -> bool:
    """Whether paths can be written behind it."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when there is none of that number
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", url)
    return bool(whole) and not parts.query and not parts.fragment


class Settings(BaseModel):
    """The service's own settings; channels read theirs from the same environment."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: str = "sqlite:///rempart.db"
    responses: Path = Path("responses.yaml")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: Annotated[str, AfterValidator(_public_url)] | None = None
    secret: SecretStr | None = None

    def secret_value(self) -> str:
        """The secret. Raises `Misconfigured` when there is none, or one that could be guessed."""
        if self.secret is None:
            raise Misconfigured(
                "REMPART_SECRET is not set: make one with "
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
        if (value := environment.get(_PREFIX + name.upper(), "").strip())
    }
    try:
        settings = Settings.model_validate(found)
    except ValidationError as error:
        raise Misconfigured(_complaints(error)) from None
    if "responses" not in found and not settings.responses.exists():
        return settings.model_copy(update={"responses": shipped()})
    return settings


def _complaints(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return " ".join(
        f"{_PREFIX}{str(one['loc'][0]).upper()} is not usable: {one['msg'].removeprefix('Value error, ')}."
        for one in found
    )
