"""Linking a chat, by /link, /start with a code, or a button."""

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from sqlalchemy.orm import Session

from bot.account.callbacks import Redeem
from bot.households.callbacks import Begin, Beginning
from bot.households.household_view import creating_a_household
from bot.keyboards import button, confirmation, keyboard
from bot.markup import bold, example, plain
from bot.replies import Reply
from core.accounts.accounts import Account
from core.config import Registration
from core.db import Transactions
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.telegram import link_codes, linking
from core.telegram.link_codes import CodeRefused, IssuedCode
from core.telegram.linking import Linked

# https://core.telegram.org/bots/features#deep-linking
LONGEST_CODE = 64


def beginning(registration: Registration) -> InlineKeyboardMarkup | None:
    """Return the ways to begin. Creating a household makes an account, so registration has to be open."""
    create = creating_a_household() if registration is Registration.OPEN else []
    return keyboard(create, [button("I have an account", Begin(how=Beginning.ACCOUNT))])


async def give_code(
    _event: Message | CallbackQuery, tx: Transactions, key: bytes, person: TelegramPerson
) -> Reply:
    """Return a code to enter on the web. Raises Conflict if the chat is linked already."""
    issued = await tx.write(_issue, key, person)
    minutes = int(link_codes.LIFETIME.total_seconds() // 60)
    return Reply(
        f"Your code is <code>{issued.code}</code>\n\n"
        "Sign in to the web app and enter it in the notification settings. "
        f"It works once, for {minutes} minutes. I will write here when it is done."
    )


async def offer(
    _message: Message, command: CommandObject, tx: Transactions, key: bytes, person: TelegramPerson
) -> Reply:
    """Ask whether to link with the account whose code was typed."""
    code = "".join(filter(str.isalnum, command.args or "")).upper()[:LONGEST_CODE]
    found = await tx.write(_preview, key, person, code)
    if isinstance(found, CodeRefused):
        return Reply(plain(found.message))
    email = f" ({plain(found.email)})" if found.email else ""
    return Reply(
        f"Link this chat with the account of {bold(found.display_name)}{email}?\n\n"
        "Anyone with access to this chat will be able to see and change that account's households. "
        "Go on only if the account is yours.",
        confirmation("Yes, link it", Redeem(code=code)),
    )


async def redeem(
    _query: CallbackQuery, callback_data: Redeem, tx: Transactions, key: bytes, person: TelegramPerson
) -> Reply:
    """Link the chat. Raises Conflict if it or the account is linked already."""
    linked = await tx.write(_redeem, key, person, callback_data.code)
    if isinstance(linked, CodeRefused):
        return Reply(plain(linked.message))
    return Reply(
        f"Done: this chat now belongs to {bold(linked.account_name)}.\n\n"
        f"Try /stock to see what you have, or {example('/use 1 milk')}. /help explains the rest."
    )


def _issue(session: Session, key: bytes, person: TelegramPerson) -> IssuedCode:
    return linking.issue_for_chat(session, key, chats.greet(session, person))


def _preview(session: Session, key: bytes, person: TelegramPerson, code: str) -> Account | CodeRefused:
    return linking.preview_in_chat(session, key, chats.greet(session, person), code)


def _redeem(session: Session, key: bytes, person: TelegramPerson, code: str) -> Linked | CodeRefused:
    return linking.redeem_in_chat(session, key, chats.greet(session, person), code)
