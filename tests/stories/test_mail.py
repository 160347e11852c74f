"""Everything running together with a mail server: what somebody does on the web comes as mail."""

from pathlib import Path

from pydantic import SecretStr

from tests.stories.town import settings_for, stockbell
from tests.support.mail import MailServer
from tests.support.people import Person
from tests.support.post import SENDER, token_in
from tests.support.sandboxes import sandbox_at


async def test_who_registers_gets_a_mail_and_proves_the_address(
    database_url: str, tmp_path: Path, mail_server: MailServer
) -> None:
    async with sandbox_at(None) as sandbox:
        mailing = {
            "smtp_url": SecretStr(mail_server.url),
            "mail_from": SENDER,
            "public_url": "https://stockbell.example",
        }
        settings = settings_for(database_url, sandbox, tmp_path).model_copy(update=mailing)
        async with stockbell(settings) as api, Person(api, "Alice") as alice:
            await alice.register()
            taken = await mail_server.wait_for(alice.email)
            await alice.post("/auth/verify-email", {"token": token_in(taken, "verify-email")})
            assert (await alice.get("/auth/me"))["emailVerified"]
