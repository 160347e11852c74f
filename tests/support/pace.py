"""A pace that holds nothing back, for bots that call what bears it."""

from bot.limiter import BotPace

UNLIMITED = BotPace(
    chat_rate=1e6,
    chat_burst=100,
    group_rate=1e6,
    group_burst=100,
    bot_rate=1e6,
    bot_burst=100,
    slow_start_rate=1e6,
    slow_start=0.001,
)
