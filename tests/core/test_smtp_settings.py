"""Handing mail in at servers that want TLS or a password."""

import logging
import shutil
import ssl
import subprocess
import traceback
from pathlib import Path
from uuid import uuid4

import pytest

from core import clock
from core.events.severity import Severity
from core.mail.email_channel import EmailChannel, Patience
from core.mail.links import MailLinks
from core.models import ChannelName
from core.smtp_settings import server
from core.wording.channels import DeliveryError, Outgoing
from core.wording.outcomes import Failure
from tests.support.mail import HANG, RESET, MailServer
from tests.support.post import SENDER

PASSWORD = "CANARY-p@ss/word"
USER = "bell@stockbell.example:CANARY-p%40ss%2Fword"


def channel(url: str) -> EmailChannel:
    links = MailLinks("https://stockbell.example", b"k" * 32)
    return EmailChannel(server(url), SENDER, links, Patience(2, 2, 1))


def message() -> Outgoing:
    return Outgoing(
        id=uuid4(),
        channel=ChannelName.EMAIL,
        destination=uuid4(),
        address="alice@example.com",
        text="Milk is out of stock.",
        buttons=[],
        subject="Milk is out of stock.",
        html=None,
        severity=Severity.OUT,
        fence=1,
        attempts=0,
        repeats=0,
        most_lines=50,
        plain=False,
        frozen_at=clock.utcnow(),
    )


async def failure(url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel(url).send(message())
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key; whoever wants to trusts it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on the PATH: TLS to a mail server is not tested")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-addext", "keyUsage=digitalSignature,keyCertSign"),
            *("-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "certificate.pem"


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # OpenSSL looks here for the certificates that this machine trusts.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("at_once", [False, True])
async def test_the_password_travels_encrypted(tls: ssl.SSLContext, *, at_once: bool) -> None:
    accounts = {"bell@stockbell.example": PASSWORD}
    async with MailServer(tls=tls, accounts=accounts, at_once=at_once).running() as mail:
        scheme, query = ("smtps", "") if at_once else ("smtp", "?starttls")
        await channel(f"{scheme}://{USER}@localhost:{mail.port}{query}").send(message())
    [taken] = mail.taken
    assert (taken.user, taken.encrypted) == ("bell@stockbell.example", True)


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_certificate_that_nobody_trusts_ends_it(tls: ssl.SSLContext, *, at_once: bool) -> None:
    async with MailServer(tls=tls, accounts={"x": "y"}, at_once=at_once).running() as mail:
        scheme, query = ("smtps", "") if at_once else ("smtp", "?starttls")
        refused = await failure(f"{scheme}://{USER}@localhost:{mail.port}{query}")
    assert refused.failure is Failure.CLEAN
    assert not [command for command in mail.commands if command.startswith("AUTH")]
    assert mail.taken == []


async def test_a_server_without_the_encryption_that_was_asked_for_gets_no_password() -> None:
    async with MailServer(accounts={"bell@stockbell.example": PASSWORD}).running() as mail:
        refused = await failure(f"smtp://{USER}@127.0.0.1:{mail.port}?starttls")
    assert (refused.failure, "STARTTLS" in str(refused)) == (Failure.FATAL, True)
    assert not [command for command in mail.commands if command.startswith("AUTH")]


async def test_a_wrong_password_is_named_without_showing_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with MailServer(accounts={"bell@stockbell.example": "another"}).running() as mail:
        refused = await failure(f"smtp://{USER}@127.0.0.1:{mail.port}")
    assert (refused.failure, "SMTP_URL" in str(refused)) == (Failure.FATAL, True)
    logging.getLogger("core").error("It failed", exc_info=refused)
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize(
    ("command", "answer", "expected"),
    [
        ("CONNECT", "554 no", Failure.FATAL),
        ("CONNECT", HANG, Failure.CLEAN),
        ("EHLO", "421 busy", Failure.CLEAN),
        ("MAIL", "553 not your address", Failure.FATAL),
        ("MAIL", "530 5.7.0 sign in first", Failure.FATAL),
        ("RCPT", "530 5.7.0 sign in first", Failure.FATAL),
        ("RCPT", "nonsense", Failure.CLEAN),
        ("DATA", RESET, Failure.AMBIGUOUS),
        ("CONTENT", HANG, Failure.AMBIGUOUS),
        ("CONTENT", "nonsense", Failure.AMBIGUOUS),
        ("CONTENT", "550 5.1.1 unknown", Failure.GONE),
    ],
)
async def test_what_an_answer_means(command: str, answer: str, expected: Failure) -> None:
    mail = MailServer()
    mail.answers[command] = [answer] * 3
    async with mail.running():
        assert (await failure(f"smtp://127.0.0.1:{mail.port}")).failure is expected


async def test_a_goodbye_that_fails_is_no_failure() -> None:
    mail = MailServer()
    mail.answers["QUIT"] = [RESET]
    async with mail.running():
        await channel(f"smtp://127.0.0.1:{mail.port}").send(message())
    assert len(mail.taken) == 1
