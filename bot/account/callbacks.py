"""What the buttons about accounts and linking carry; see bot.callbacks."""

from uuid import UUID

from aiogram.filters.callback_data import CallbackData


class Redeem(CallbackData, prefix="redeem"):
    code: str


class Unlink(CallbackData, prefix="unlink"):
    pass


class DeleteAccount(CallbackData, prefix="forget"):
    """Delete an account, if the chat still belongs to it."""

    user: UUID
