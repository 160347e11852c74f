"""Settings, read from the environment and from `.env` beside pyproject.toml."""

import contextlib
import os
import secrets
import tempfile
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from tzlocal import get_localzone_name

from core import clock, smtp_settings
from core.errors import ConfigurationError
from core.smtp_settings import LOOPBACK, SmtpServer

PROJECT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"
WEBHOOK_PATH = "/api/v1/telegram/webhook"
# RFC 7518 section 3.2: an HS256 key must be at least as long as the hash, 256 bits.
SHORTEST_SECRET = 32
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
LEAST_PASSWORD_MEMORY_MIB = 19


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Registration(StrEnum):
    """Who may register: anybody, people invited by email, or nobody (only the command line adds accounts)."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class Settings(BaseSettings):
    """All settings. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        validate_default=True,
    )

    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    jwt_secret: SecretStr = SecretStr("")
    jwt_previous_secrets: Annotated[list[SecretStr], NoDecode] = []
    public_url: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_base: str = TELEGRAM
    telegram_webhook_url: str = ""
    sandbox_port: int = Field(default=8081, ge=0, le=65535)
    cors_origins: Annotated[list[str], NoDecode] = []
    trusted_proxies: Annotated[list[str], NoDecode] = []
    registration: Registration = Registration.OPEN
    login_tries_per_account: int = Field(default=10, ge=1)
    login_tries_per_address: int = Field(default=50, ge=1)
    login_window_minutes: int = Field(default=60, ge=1, le=24 * 60)
    login_longest_delay_s: int = Field(default=300, ge=1, le=3600)
    registrations_per_address: int = Field(default=20, ge=1)
    password_memory_mib: int = Field(default=64, ge=1, le=1024)
    metrics_token: SecretStr = SecretStr("")
    default_timezone: str = ""

    @field_validator("cors_origins", "trusted_proxies", "jwt_previous_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("trusted_proxies", mode="after")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for part in value:
            try:
                ip_network(part)
            except ValueError:
                raise ValueError("must be addresses or networks such as 127.0.0.1, 10.0.0.0/8") from None
        return value

    @field_validator("jwt_previous_secrets", mode="after")
    @classmethod
    def _long_enough(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(len(secret.get_secret_value().encode()) < SHORTEST_SECRET for secret in value):
            raise ValueError(f"each must have at least {SHORTEST_SECRET} bytes")
        return value

    @field_validator("default_timezone", mode="after")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value and not clock.is_zone(value):
            raise ValueError("is no IANA time zone; write it like Europe/Berlin")
        return value or _zone_of_this_machine()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self.data_dir = PROJECT / self.data_dir
        if self.production and not self.database_url:
            raise ValueError(
                "DATABASE_URL: set it in production, for example sqlite:////var/lib/stockbell/stockbell.db"
            )
        default = self.data_dir / "stockbell.db" if self.has_token else self._demo_file
        self.database_url = _absolute(self.database_url or _sqlite_url(default))
        self._check_api_base()
        self._check_webhook()
        self._check_mail()
        if self.production:
            self._check_secrets()
        return self

    def _check_api_base(self) -> None:
        parts = urlsplit(self.telegram_api_base)
        loopback = parts.hostname in LOOPBACK and not self.production
        if not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and loopback))):
            raise ValueError(
                "TELEGRAM_API_BASE: must be an https address; plain http is for loopback in development only"
            )

    def _check_webhook(self) -> None:
        parts = urlsplit(self.telegram_webhook_url)
        # Telegram sends updates over TLS only; the sandbox does without.
        fine = parts.scheme == "https" or (parts.scheme == "http" and self.talks_to_sandbox)
        if self.telegram_webhook_url and not (fine and parts.path.endswith(WEBHOOK_PATH)):
            raise ValueError(
                f"TELEGRAM_WEBHOOK_URL: must be this server's https address with {WEBHOOK_PATH} behind it"
            )

    def _check_mail(self) -> None:
        if not self.public_url and not self.production:
            host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
            self.public_url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.public_url = smtp_settings.public_url(self.public_url, https=self.production)
        if self.smtp is None:
            return
        if not self.mail_from:
            raise ValueError("MAIL_FROM: set it with SMTP_URL, for example Stockbell <stockbell@example.com>")
        smtp_settings.sender(self.mail_from)
        if not self.public_url:
            raise ValueError(
                "PUBLIC_URL: set it with SMTP_URL, mails link to it: https://stockbell.example.com"
            )

    def _check_secrets(self) -> None:
        if len(self.jwt_secret.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"JWT_SECRET: set it to at least {SHORTEST_SECRET} random bytes in production")
        if not self.has_token:
            raise ValueError("TELEGRAM_BOT_TOKEN: set it in production; @BotFather gives you one")
        if self.password_memory_mib < LEAST_PASSWORD_MEMORY_MIB:
            raise ValueError(
                f"PASSWORD_MEMORY_MIB: must be at least {LEAST_PASSWORD_MEMORY_MIB} in production"
            )

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def has_token(self) -> bool:
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def shows_metrics(self) -> bool:
        """Whether /metrics exists: in production only with a token."""
        return not self.production or bool(self.metrics_token.get_secret_value())

    @property
    def smtp(self) -> SmtpServer | None:
        """The mail server, or None without one."""
        url = self.smtp_url.get_secret_value()
        return smtp_settings.server(url) if url else None

    @property
    def can_mail(self) -> bool:
        return bool(self.smtp_url.get_secret_value())

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None when the database is not SQLite."""
        url = make_url(self.database_url)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    @property
    def is_demo(self) -> bool:
        """Whether the database is the demo's, which may hold people whose password is public."""
        return self.sqlite_file == self._demo_file

    @property
    def _demo_file(self) -> Path:
        return self.data_dir / "demo.db"

    @property
    def talks_to_sandbox(self) -> bool:
        """Whether the Bot API is on this machine, and not Telegram's."""
        return urlsplit(self.telegram_api_base).hostname in LOOPBACK

    def deep_link(self, bot_username: str, payload: str) -> str:
        """Return the link that opens the bot's chat and sends it `/start payload`.

        https://core.telegram.org/bots/features#deep-linking
        """
        return f"{self.chat_link(bot_username)}?start={payload}"

    def chat_link(self, bot_username: str) -> str:
        """Return the link that opens the bot's chat."""
        base = self.telegram_api_base.rstrip("/") if self.talks_to_sandbox else "https://t.me"
        return f"{base}/{bot_username}"

    def signing_key(self) -> bytes:
        """Return the secret for tokens and link codes. In development it is made once, in the data directory.

        Raises ConfigurationError when it is too short or cannot be kept.
        """
        configured = self.jwt_secret.get_secret_value().encode()
        if configured:
            if len(configured) < SHORTEST_SECRET:
                raise ConfigurationError(f"JWT_SECRET: must have at least {SHORTEST_SECRET} bytes.")
            return configured
        return _development_secret(self.data_dir / "jwt_secret")

    def previous_keys(self) -> list[bytes]:
        """Return the earlier secrets, whose tokens are still accepted."""
        return [secret.get_secret_value().encode() for secret in self.jwt_previous_secrets]


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises ConfigurationError with one sentence per mistake."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigurationError(
            " ".join(_sentence(list(problem["loc"]), problem["msg"]) for problem in error.errors())
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise ConfigurationError(
            f"The file {Settings.model_config['env_file']} cannot be read ({reason})."
        ) from None


def _sentence(location: list[int | str], message: str) -> str:
    name = str(location[0]).upper() + ": " if location else ""
    return name + message.removeprefix("Value error, ").rstrip(".") + "."


def _zone_of_this_machine() -> str:
    try:
        name = get_localzone_name()
    except (ZoneInfoNotFoundError, UserWarning):
        return "UTC"
    return name if clock.is_zone(name) else "UTC"


def _absolute(given: str) -> str:
    """Resolve a relative SQLite path against the project, whatever the current directory is."""
    if given.startswith(("postgresql://", "postgres://")):
        given = "postgresql+psycopg://" + given.partition("://")[2]
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        # The original message quotes the URL, which may hold a password.
        raise ValueError("DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://") from None
    if url.drivername == "postgresql+psycopg":
        return given
    if url.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise ValueError("DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://")
    if url.host or url.database in {None, "", ":memory:"}:
        raise ValueError("DATABASE_URL: must name a file, for example sqlite:///data/stockbell.db")
    if url.query:
        raise ValueError("DATABASE_URL: takes no options for SQLite; write %3F for a ? in the file's name")
    return _sqlite_url(PROJECT / str(url.database))


def _sqlite_url(file: Path) -> str:
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)


def _development_secret(file: Path) -> bytes:
    """Return the secret in the file, made if missing. Processes that start together read the same one."""
    try:
        if not file.exists():
            _make_secret(file)
        secret = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The development secret {file} cannot be stored ({error.strerror}). Set JWT_SECRET, or set "
            "DATA_DIR to a writable folder."
        ) from error
    if len(secret) < SHORTEST_SECRET:
        raise ConfigurationError(f"The secret in {file} is too short. Delete the file to get a new one.")
    return secret


def _make_secret(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes files that only their owner can read, and the link appears once it is complete.
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(secrets.token_hex(SHORTEST_SECRET).encode())
        with contextlib.suppress(FileExistsError):
            os.link(name, file)
    finally:
        Path(name).unlink()
