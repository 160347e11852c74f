"""A real SMTP server on a free loopback port. It keeps what it took, and can be told to misbehave."""

import asyncio
import base64
import contextlib
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

RESET, HANG = "reset", "hang"
"""What may be answered instead of a line: the connection breaks, or nothing comes any more."""
KNOWN = ("EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT")


@dataclass(frozen=True)
class Taken:
    """A mail that the server took, and from whom it has it."""

    sender: str
    recipient: str
    raw: bytes
    user: str | None
    encrypted: bool

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, kind: str) -> str:
        """Return the text or the HTML of the mail."""
        part = self.mail.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """`answers` are what it says instead of yes, for each command; CONTENT is the mail after DATA.

    A mail that is answered with RESET after its content was taken all the same.
    """

    port: int = 0
    accounts: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    """TLS from the first byte on."""
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it hangs."""
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _talks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Taken]:
        return [taken for taken in self.taken if taken.recipient == address]

    async def wait_for(self, address: str) -> Taken:
        """Return the first mail to an address, once it is there."""
        async with asyncio.timeout(60):
            while not self.to(address):
                self._arrived.clear()
                await self._arrived.wait()
        return self.to(address)[0]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["MailServer"]:
        tls = self.tls if self.at_once else None
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._closing.set()
            server.close()
            await asyncio.gather(*self._talks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await _Talk(self, reader, writer).hold()
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self._talks.discard(task)

    def keep(self, taken: Taken) -> None:
        self.taken.append(taken)
        self._arrived.set()

    async def hang(self) -> None:
        self.reached.set()
        await self._closing.wait()


class _Talk:
    """One connection."""

    def __init__(
        self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._user: str | None = None
        self._encrypted = server.at_once
        self._sender = self._recipient = ""

    async def hold(self) -> None:
        if not await self._say("CONNECT", "220 ready"):
            return
        while line := (await self._reader.readline()).decode().rstrip("\r\n"):
            verb = line.partition(" ")[0].upper()
            self._server.commands.append(line)
            if not await self._obey(verb, line) or verb == "QUIT":
                return

    async def _obey(self, verb: str, line: str) -> bool:
        match verb:
            case "EHLO":
                return await self._say(verb, self._greeting())
            case "STARTTLS" if self._server.tls is not None:
                if not await self._say(verb, "220 go ahead"):
                    return False
                await self._writer.start_tls(self._server.tls)
                self._encrypted = True
                return True
            case "AUTH":
                return await self._sign_in(line)
            case "MAIL" | "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                if verb == "MAIL":
                    self._sender = address
                else:
                    self._recipient = address
                return await self._say(verb, "250 fine")
            case "DATA":
                return await self._say(verb, "354 go ahead") and await self._content()
        return await self._say(verb, "221 bye" if verb == "QUIT" else "250 fine")

    def _greeting(self) -> str:
        lines = ["250-stockbell.test", "250-SMTPUTF8"]
        if self._server.tls is not None and not self._encrypted:
            lines.append("250-STARTTLS")
        if self._server.accounts:
            lines.append("250-AUTH PLAIN")
        return "\r\n".join([*lines, "250 SIZE 1000000"])

    async def _sign_in(self, line: str) -> bool:
        _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        if self._server.accounts.get(user) != password:
            return await self._say("AUTH", "535 5.7.8 wrong")
        self._user = user
        return await self._say("AUTH", "235 welcome")

    async def _content(self) -> bool:
        raw = bytearray()
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                return False
            raw += line.removeprefix(b".")
        planned = (self._server.answers["CONTENT"] or [""])[0]
        if planned in {"", RESET, HANG}:
            self._server.keep(Taken(self._sender, self._recipient, bytes(raw), self._user, self._encrypted))
        return await self._say("CONTENT", "250 2.0.0 taken")

    async def _say(self, verb: str, usual: str) -> bool:
        """Answer, and say whether the talk goes on."""
        planned = self._server.answers[verb]
        answer = planned.pop(0) if planned else usual
        if answer == RESET:
            self._writer.transport.abort()
            return False
        if answer == HANG:
            await self._server.hang()
            return False
        self._writer.write(f"{answer}\r\n".encode())
        await self._writer.drain()
        return True
