"""A person with a phone: what they write, what they press, and what they see."""

from sandbox.client import Answer, ChatMessage, SandboxClient


class Phone:
    """Somebody's private chat with the bot."""

    def __init__(self, sandbox: SandboxClient, person_id: int, name: str) -> None:
        self.sandbox = sandbox
        self.id = person_id
        self.name = name

    async def say(self, text: str) -> ChatMessage:
        """Write something and return the bot's answer."""
        sent = await self.sandbox.write(self.id, text)
        return await self.sandbox.wait_for(self.id, lambda message: message.id > sent.id, after=sent.id)

    async def press(self, message: ChatMessage, label: str, sees: str) -> ChatMessage:
        """Press a button and return the message, edited in place, once it says `sees`."""
        await self._press(message, label)
        return await self.sandbox.wait_for(self.id, lambda seen: seen.id == message.id and sees in seen.text)

    async def open(self, message: ChatMessage, label: str) -> ChatMessage:
        """Press a button and return the new message that it leads to."""
        last = (await self.chat())[-1].id
        await self._press(message, label)
        return await self.sandbox.wait_for(self.id, lambda seen: True, after=last)

    async def toast(self, message: ChatMessage, label: str) -> Answer:
        """Press a button and return what is shown to who pressed it."""
        [now] = [one for one in await self.chat() if one.id == message.id]
        before = len(now.answers)
        await self._press(message, label)
        seen = await self.sandbox.wait_for(
            self.id, lambda seen: seen.id == message.id and len(seen.answers) > before
        )
        return seen.answers[-1]

    async def _press(self, message: ChatMessage, label: str) -> None:
        data = message.button(label).callback_data
        assert data is not None
        await self.sandbox.press(self.id, message.id, data)

    async def hears(self, text: str, after: int = 0) -> ChatMessage:
        """Return the first message of the bot that contains a text."""
        return await self.sandbox.wait_for(self.id, text, after=after)

    async def answers(self) -> list[str]:
        """Return all that the bot has said in the chat."""
        return [message.text for message in await self.chat() if message.from_bot]

    async def chat(self) -> list[ChatMessage]:
        return await self.sandbox.transcript(self.id)
