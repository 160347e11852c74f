"""What a bot may send, and how it arrives."""

import json
from io import BytesIO

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from tests.sandbox.conftest import ALICE, BOB
from tests.sandbox.fetching import fetch

BROKEN_HTML = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    (
        "<b>é<i>x</b></i>",
        'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"',
    ),
    ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("1 <2", "Unclosed start tag at byte offset 2"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<b id>x</b>", 'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0'),
    ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
]

TAGS: list[tuple[str, list[str]]] = [
    ("<strong>x</strong>", ["bold"]),
    ("<em>x</em>", ["italic"]),
    ("<ins>x</ins>", ["underline"]),
    ("<del>x</del>", ["strikethrough"]),
    ("<strike>x</strike>", ["strikethrough"]),
    ("<s>x</s>", ["strikethrough"]),
    ("<code>x</code>", ["code"]),
    ("<pre>x</pre>", ["pre"]),
    ('<pre><code class="language-python">x</code></pre>', ["pre"]),
    ("<a href='https://example.org/?a=1&amp;b=2'>x</a>", ["text_link"]),
    ("<blockquote>x</blockquote>", ["blockquote"]),
    ("<blockquote expandable>x</blockquote>", ["expandable_blockquote"]),
    ("<tg-spoiler>x</tg-spoiler>", ["spoiler"]),
    ('<span class="tg-spoiler">x</span>', ["spoiler"]),
    ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', ["custom_emoji"]),
    ("<b></b>x", []),
    ("x &lt;b&gt; &amp; &quot; &#128512; &nbsp;", []),
]


def keyboard(callback_data: str | None = None, url: str | None = None) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text="Press", callback_data=callback_data, url=url)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def refusal(bot: Bot, chat_id: int | str, text: str, **options: object) -> str:
    """What Telegram says to a message that it does not take."""
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_message(chat_id, text, **options)  # type: ignore[arg-type]
    return caught.value.message


async def test_alice_reads_formatted_text(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    sent = await bot.send_message(alice, "<b>Milk</b> 🥛 <i>is <u>low</u></i>\n", parse_mode="HTML")
    assert sent.text == "Milk 🥛 is low"
    assert [(e.type, e.offset, e.length) for e in sent.entities or []] == [
        ("bold", 0, 4),
        ("italic", 8, 6),
        ("underline", 11, 3),
    ]
    seen = await sandbox.wait_for(alice, "Milk")
    assert seen.html == "<b>Milk</b> 🥛 <i>is <u>low</u></i>"
    assert seen.from_name == "Stockbell"


async def test_text_without_a_parse_mode_is_shown_as_it_is(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    await bot.send_message(alice, "<script>alert(1)</script> & <b>x")
    seen = await sandbox.wait_for(alice, "script")
    assert seen.text == "<script>alert(1)</script> & <b>x"
    assert seen.entities == []


async def test_broken_html_is_refused_in_telegrams_words(bot: Bot, alice: int) -> None:
    for html, sentence in BROKEN_HTML:
        said = await refusal(bot, alice, html, parse_mode="HTML")
        assert said == f"Bad Request: can't parse entities: {sentence}", html


async def test_every_tag_that_telegram_knows(bot: Bot, alice: int) -> None:
    for html, kinds in TAGS:
        sent = await bot.send_message(alice, html, parse_mode="HTML")
        assert [entity.type for entity in sent.entities or []] == kinds, html


async def test_details_of_entities(bot: Bot, alice: int) -> None:
    link = await bot.send_message(alice, "<a href='https://x.org/?a=1&amp;b=2'>x</a>", parse_mode="HTML")
    assert link.entities is not None
    assert link.entities[0].url == "https://x.org/?a=1&b=2"
    code = await bot.send_message(alice, '<pre><code class="language-sql">x</code></pre>', parse_mode="HTML")
    assert code.entities is not None
    assert code.entities[0].language == "sql"
    escaped = await bot.send_message(alice, "&lt;b&gt; &amp; &nbsp;", parse_mode="HTML")
    assert escaped.text == "<b> & &nbsp;"


async def test_the_limit_of_4096_counts_what_is_left_after_parsing(bot: Bot, alice: int) -> None:
    sent = await bot.send_message(alice, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096
    assert await refusal(bot, alice, "x" * 4097) == "Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", "  \n ", "<b> </b>"])
async def test_nothing_cannot_be_sent(bot: Bot, alice: int, text: str) -> None:
    assert await refusal(bot, alice, text, parse_mode="HTML") == "Bad Request: message text is empty"


@pytest.mark.parametrize("data", ["", "x" * 65, "é" * 33])
async def test_callback_data_of_no_or_too_many_bytes_is_refused(bot: Bot, alice: int, data: str) -> None:
    # aiogram leaves out empty values, so that the JSON goes by hand.
    markup = {"inline_keyboard": [[{"text": "Press", "callback_data": data}]]}
    url = f"{bot.session.api.base.split('/bot')[0]}/bot{DEFAULT_TOKEN}/sendMessage"
    body = {"chat_id": alice, "text": "x", "reply_markup": markup}
    answer = await fetch(url, "POST", json=body)
    assert answer.json["description"] == "Bad Request: BUTTON_DATA_INVALID"


async def test_callback_data_of_64_bytes_is_fine(bot: Bot, alice: int) -> None:
    sent = await bot.send_message(alice, "x", reply_markup=keyboard(callback_data="é" * 32))
    assert sent.reply_markup is not None


async def test_a_button_needs_something_to_do(bot: Bot, alice: int) -> None:
    assert "Text buttons are unallowed" in await refusal(bot, alice, "x", reply_markup=keyboard())
    assert "Wrong HTTP URL" in await refusal(bot, alice, "x", reply_markup=keyboard(url="javascript:1"))


async def test_a_bot_cannot_write_first(sandbox: SandboxClient, bot: Bot) -> None:
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(BOB, "Hello")
    assert await sandbox.transcript(BOB) == []
    await sandbox.write(BOB, "/start")
    await bot.send_message(BOB, "Hello")


@pytest.mark.parametrize("chat", [424242, -424242, "@nobody", ""])
async def test_unknown_chats(sandbox: SandboxClient, bot: Bot, chat: int | str) -> None:
    expected = "chat_id is empty" if chat == "" else "chat not found"
    assert await refusal(bot, chat, "x") == f"Bad Request: {expected}"


async def test_a_silent_message_is_shown_as_one(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    await bot.send_message(alice, "loud")
    await bot.send_message(alice, "quiet", disable_notification=True)
    await bot.send_document(
        alice, BufferedInputFile(b"x", "digest.csv"), caption="quiet too", disable_notification=True
    )
    seen = [message for message in await sandbox.transcript(alice) if message.from_bot]
    assert [(message.text, message.silent) for message in seen] == [
        ("loud", False),
        ("quiet", True),
        ("quiet too", True),
    ]
    accepted = await sandbox.acceptances()
    assert [(one.method, one.text, one.silent) for one in accepted] == [
        ("sendMessage", "loud", False),
        ("sendMessage", "quiet", True),
        ("sendDocument", "quiet too", True),
    ]


async def test_edits_arrive_and_the_same_again_is_refused(
    sandbox: SandboxClient, bot: Bot, alice: int
) -> None:
    sent = await bot.send_message(alice, "Milk: 2", reply_markup=keyboard(callback_data="x"))
    await bot.edit_message_text(
        "Milk: <b>1</b>", chat_id=alice, message_id=sent.message_id, parse_mode="HTML"
    )
    seen = await sandbox.wait_for(alice, lambda message: message.edited)
    assert (seen.id, seen.html, seen.buttons) == (sent.message_id, "Milk: <b>1</b>", [])
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.edit_message_text(
            "Milk: <b>1</b>", chat_id=alice, message_id=sent.message_id, parse_mode="HTML"
        )
    assert caught.value.message == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    await bot.edit_message_reply_markup(
        chat_id=alice, message_id=sent.message_id, reply_markup=keyboard(callback_data="y")
    )
    seen = await sandbox.wait_for(alice, lambda message: bool(message.buttons))
    assert seen.button("Press").callback_data == "y"


async def test_what_cannot_be_edited(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    own = await sandbox.write(alice, "mine")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=alice, message_id=1)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=alice, message_id=own.id)


async def test_a_deleted_message_is_gone(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    sent = await bot.send_message(alice, "Oops")
    assert await bot.delete_message(alice, sent.message_id)
    assert "Oops" not in [message.text for message in await sandbox.transcript(alice)]
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(alice, sent.message_id)


async def test_a_reply_names_what_it_answers(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    asked = await sandbox.write(alice, "/stock")
    sent = await bot.send_message(alice, "Here", reply_to_message_id=asked.id)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/stock"
    said = await refusal(bot, alice, "Here", reply_to_message_id=1)
    assert said == "Bad Request: message to be replied not found"


async def test_telegram_marks_commands_and_links_by_itself(bot: Bot, alice: int) -> None:
    sent = await bot.send_message(
        alice, "Send /stock, see https://example.org/x. Or @alice? <code>/no</code>", parse_mode="HTML"
    )
    found = [(e.type, e.extract_from(sent.text or "")) for e in sent.entities or []]
    assert found == [
        ("bot_command", "/stock"),
        ("url", "https://example.org/x"),
        ("mention", "@alice"),
        ("code", "/no"),
    ]


async def test_other_parse_modes_and_methods_are_not_in_the_sandbox(bot: Bot, alice: int) -> None:
    assert await refusal(bot, alice, "*x*", parse_mode="MarkdownV2") == "Bad Request: unsupported parse_mode"
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_dice(alice)
    assert caught.value.message == "not in the sandbox"


@pytest.mark.parametrize("how", ["json", "form", "query", "multipart"])
async def test_parameters_in_every_way_a_client_may_send_them(
    sandbox: SandboxClient, base_url: str, alice: int, how: str
) -> None:
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    flat = {"chat_id": str(alice), "text": "Hi", "reply_markup": json.dumps(markup)}
    url = f"{base_url}/bot{DEFAULT_TOKEN}/sendmessage"
    if how == "json":
        answer = await fetch(url, "POST", json={"chat_id": alice, "text": "Hi", "reply_markup": markup})
    elif how == "query":
        answer = await fetch(url, params=flat)
    elif how == "form":
        answer = await fetch(url, "POST", data=flat)
    else:
        answer = await fetch(url, "POST", data={**flat, "unused": BytesIO(b"upload")})
    assert answer.status == 200, answer.text
    assert (await sandbox.wait_for(alice, "Hi")).labels() == ["Go"]


async def test_broken_parameters_get_a_sentence(base_url: str, alice: int) -> None:
    url = f"{base_url}/bot{DEFAULT_TOKEN}/sendMessage"
    for body, expected in [
        ({"chat_id": alice}, "message text is empty"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": alice, "text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"chat_id": alice, "text": "x", "reply_markup": "[1]"}, "object expected as reply markup"),
    ]:
        answer = await fetch(url, "POST", data=body)
        assert answer.status == 400
        assert answer.json["description"] == f"Bad Request: {expected}"


@pytest.mark.parametrize(("token", "status"), [("1000000001:WRONG", 401), ("nonsense", 404)])
async def test_a_wrong_token_opens_nothing(base_url: str, token: str, status: int) -> None:
    answer = await fetch(f"{base_url}/bot{token}/getMe")
    body = answer.json
    assert (answer.status, body["error_code"]) == (status, status)
    assert body["description"] == {401: "Unauthorized", 404: "Not Found"}[status]


async def test_calls_are_on_record(sandbox: SandboxClient, bot: Bot, alice: int) -> None:
    await bot.send_message(alice, "one")
    await refusal(bot, alice, "<b>two", parse_mode="HTML")
    first, second = await sandbox.calls("sendMessage")
    assert first.parameters == {"chat_id": str(ALICE), "text": "one"}
    assert first.answer is not None
    assert first.answer["result"]["text"] == "one"
    assert second.status == 400
    assert DEFAULT_TOKEN not in repr(await sandbox.calls())
