"""What the terminal says when everything runs: where to click, how to sign in, what to try first."""

from core.config import Settings
from stockbell import demo

DEMO = """
  Stockbell is running.                                             Ctrl-C stops it.

    Phones     {sandbox}
               {phones}
    Web API    {web}/docs
               Sign in as {email}, password {password}

{try_this}  Everything is kept in {data}. To talk to the real Telegram, set TELEGRAM_BOT_TOKEN.
"""

NEW = """Three phones in a pretend Telegram. Alice and Bob share the household
               "{household}"; Charlie is not linked yet."""
AS_LEFT = "Three phones in a pretend Telegram, of Alice, Bob and Charlie, as you left them."

TRY_THIS = """  Try this first
    1. On Bob's phone (the second) send   /use 3 milk
       Bob is answered that milk is low now, and Alice's phone (the first) rings.
    2. Send   /stock   on either phone, then press the buttons under an item.
    3. On Alice's phone send   /invite   and open the link as Charlie (the third):
       he asks to join, and she lets him in.

"""

REAL = """
  Stockbell is running.                                             Ctrl-C stops it.

    Telegram   the bot that TELEGRAM_BOT_TOKEN belongs to: open it and send /start
    Web API    {web}/docs

  Everything is kept in {data}.
"""


def demo_screen(settings: Settings, web: str, *, new: bool) -> str:
    """Return what the demo says; what to try is only sure to be so while it is new."""
    return DEMO.format(
        web=web,
        sandbox=settings.telegram_api_base,
        phones=NEW.format(household=demo.HOUSEHOLD) if new else AS_LEFT,
        try_this=TRY_THIS if new else "",
        email=demo.EMAILS[demo.ADMIN],
        password=demo.PASSWORD,
        data=settings.data_dir,
    )


def real_screen(settings: Settings, web: str) -> str:
    kept = settings.sqlite_file or "the database that DATABASE_URL names"
    return REAL.format(web=web, data=kept)
