"""Settings that cannot work are named in one sentence, and secrets stay out of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.config import Settings, load_settings
from core.errors import ConfigurationError

TOKEN = "123456789:AAF-canary-token-that-must-not-be-printed"
SECRET = "a secret that is long enough for production"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings(_env_file=None)


@pytest.mark.parametrize("missing", ["JWT_SECRET", "TELEGRAM_BOT_TOKEN", "DATABASE_URL"])
def test_production_needs_every_secret(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    complete = {"JWT_SECRET": SECRET, "TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite:///data/x.db"}
    del complete[missing]
    with pytest.raises(ConfigurationError, match=missing) as caught:
        load(monkeypatch, ENVIRONMENT="production", **complete)
    assert TOKEN not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_production_takes_no_hashes_that_are_cheap_to_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    complete = {"JWT_SECRET": SECRET, "TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite:///data/x.db"}
    load(monkeypatch, ENVIRONMENT="production", PASSWORD_MEMORY_MIB="19", **complete)
    with pytest.raises(ConfigurationError, match="PASSWORD_MEMORY_MIB"):
        load(monkeypatch, ENVIRONMENT="production", PASSWORD_MEMORY_MIB="18", **complete)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://localhost/stockbell"),
        ("DATABASE_URL", "sqlite://"),
        ("TELEGRAM_API_BASE", "http://example.com"),
        ("TELEGRAM_WEBHOOK_URL", "http://example.com/api/v1/telegram/webhook"),
        ("TELEGRAM_WEBHOOK_URL", "https://example.com/"),
        ("DEFAULT_TIMEZONE", "Mars/Olympus"),
        ("ENVIRONMENT", "staging"),
        ("REGISTRATION", "sometimes"),
        ("TRUSTED_PROXIES", "127.0.0.1, proxy.example"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "*"),
        ("JWT_PREVIOUS_SECRETS", "short"),
        ("LOGIN_TRIES_PER_ACCOUNT", "0"),
        ("LOGIN_TRIES_PER_ADDRESS", "many"),
        ("LOGIN_LONGEST_DELAY_S", "-1"),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "http://mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com:port"),
        ("SMTP_URL", "smtp://mail.example.com?tls"),
        ("SMTP_URL", "smtp://[mail.example.com"),
        ("SMTP_URL", "smtp://user@mail.example.com?starttls"),
        ("PUBLIC_URL", "stockbell.example.com"),
        ("PUBLIC_URL", "ftp://stockbell.example.com"),
        ("PUBLIC_URL", "https://stockbell.example.com/?a=b"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        load(monkeypatch, **{variable: value})


def test_a_short_secret_is_refused_in_development_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="JWT_SECRET"):
        load(monkeypatch, JWT_SECRET="short").signing_key()


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8 ,::1,",
        JWT_PREVIOUS_SECRETS=f"{SECRET},{SECRET}!",
    )
    assert settings.trusted_proxies == ["127.0.0.1", "10.0.0.0/8", "::1"]
    assert settings.previous_keys() == [SECRET.encode(), f"{SECRET}!".encode()]
    assert SECRET not in repr(settings)


def test_a_previous_secret_that_is_too_short_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="JWT_PREVIOUS_SECRETS") as caught:
        load(monkeypatch, JWT_PREVIOUS_SECRETS=f"{SECRET},canary")
    assert "canary" not in str(caught.value)
    assert SECRET not in str(caught.value)


MAIL = {"SMTP_URL": "smtps://mail.example.com", "MAIL_FROM": "Stockbell <bell@example.com>"}
COMPLETE = {
    "ENVIRONMENT": "production",
    "JWT_SECRET": SECRET,
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "DATABASE_URL": "sqlite:///data/x.db",
    "TELEGRAM_API_BASE": "https://api.telegram.org",
}


def test_mail_needs_a_sender_and_where_its_links_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_FROM"):
        load(monkeypatch, SMTP_URL=MAIL["SMTP_URL"])
    for wrong in ("nobody", "Stockbell <bell>", "a@example.com, b@example.com", "bell@example.com\tx"):
        with pytest.raises(ConfigurationError, match="MAIL_FROM"):
            load(monkeypatch, **{**MAIL, "MAIL_FROM": wrong})
    assert load(monkeypatch, **MAIL, PORT="8090").public_url == "http://127.0.0.1:8090"
    for missing in ("", "http://stockbell.example.com"):
        with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
            load(monkeypatch, **MAIL, **COMPLETE, PUBLIC_URL=missing)
    settings = load(monkeypatch, **MAIL, **COMPLETE, PUBLIC_URL="https://stockbell.example.com/at/")
    assert (settings.public_url, settings.can_mail) == ("https://stockbell.example.com/at", True)


def test_the_password_of_the_mail_server_is_decoded_and_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "smtp://bell%40example.com:CANARY%2F%40@mail.example.com:2525?starttls"
    settings = load(monkeypatch, **{**MAIL, "SMTP_URL": url})
    assert settings.smtp is not None
    assert (settings.smtp.user, settings.smtp.password) == ("bell@example.com", "CANARY/@")
    assert (settings.smtp.host, settings.smtp.port) == ("mail.example.com", 2525)
    assert "CANARY" not in f"{settings!r} {settings.smtp!r}"
    for wrong in ("smtp://bell:CANARY@mail.example.com", "smtp://bell:CANARY@[mail", "bell:CANARY@mail"):
        with pytest.raises(ConfigurationError, match="SMTP_URL") as caught:
            load(monkeypatch, **{**MAIL, "SMTP_URL": wrong})
        assert "CANARY" not in str(caught.value)
    loopback = load(monkeypatch, **{**MAIL, "SMTP_URL": "smtp://bell:CANARY@127.0.0.1"})
    assert loopback.smtp is not None
    assert loopback.smtp.port == 25


def test_plain_http_is_for_loopback_in_development_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loopback = "http://127.0.0.1:8081"
    assert load(monkeypatch, TELEGRAM_API_BASE=loopback).talks_to_sandbox
    with pytest.raises(ConfigurationError, match="TELEGRAM_API_BASE"):
        load(
            monkeypatch,
            ENVIRONMENT="production",
            JWT_SECRET=SECRET,
            TELEGRAM_BOT_TOKEN=TOKEN,
            DATABASE_URL="sqlite:///data/x.db",
        )


def test_paths_do_not_depend_on_the_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    file = load(monkeypatch, DATABASE_URL="sqlite:///data/x.db").sqlite_file
    assert file is not None
    assert file.is_absolute()
    assert tmp_path not in file.parents


def test_the_development_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, data_dir=tmp_path)
    assert settings.signing_key() == settings.signing_key()
    assert (tmp_path / "jwt_secret").stat().st_mode & 0o777 == 0o600
    assert len(settings.signing_key()) >= 32


def test_every_setting_is_explained_in_the_example() -> None:
    example = (Path(__file__).resolve().parents[2] / ".env.example").read_text()
    listed = {line.partition("=")[0] for line in example.splitlines() if line and not line.startswith("#")}
    assert listed == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", ["a folder", "what?", "%41", "50%", "é#&"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    settings = load_settings(_env_file=None, data_dir=tmp_path / name)
    assert settings.sqlite_file == tmp_path / name / "demo.db"
    again = load_settings(_env_file=None, database_url=settings.database_url)
    assert again.sqlite_file == settings.sqlite_file


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_broken_development_secret_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "jwt_secret").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"jwt_secret.*Delete"):
        load_settings(_env_file=None, data_dir=tmp_path).signing_key()


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, data_dir=tmp_path)
    with ThreadPoolExecutor(16) as threads:
        keys = {future.result() for future in [threads.submit(settings.signing_key) for _ in range(64)]}
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["jwt_secret"]


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"HOST=\xff\xfe\n")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    with pytest.raises(ConfigurationError, match=r"\.env cannot be read"):
        load_settings()
