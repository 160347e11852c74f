"""The Telegram chat: updates in, answers and alerts out, on aiogram."""
