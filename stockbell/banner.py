"""The welcome in the terminal: addresses, the sign-in, and what to try first."""

from core.config import Settings
from stockbell import demo

DEMO = """
  Stockbell is running.                                             Ctrl-C stops it.

    Phones     {sandbox}
               {phones}
    Web API    {web}/docs
{sign_in}
{try_this}  All data is kept in {data}. To use the real Telegram, set TELEGRAM_BOT_TOKEN.
"""

NEW = """Three phones in a pretend Telegram. Alice and Bob share the household
               "{household}"; Charlie is not linked yet."""
SIGN_IN = """               Sign in as {email}, password {password}
"""
AS_LEFT = "Three phones in a pretend Telegram, for Alice, Bob and Charlie, as you left them."

TRY_THIS = """  Try this first
    1. On Bob's phone (the second) send   /use 3 milk
       Bob learns that milk is low now, and Alice's phone (the first) rings.
    2. Send   /stock   on either phone, then press the buttons under an item.
    3. On Alice's phone send   /invite   and open the link as Charlie (the third).
       He asks to join, and she lets him in.

"""

REAL = """
  Stockbell is running.                                             Ctrl-C stops it.

    Telegram   open the bot of your TELEGRAM_BOT_TOKEN and send /start
    Web API    {web}/docs

  All data is kept in {data}.
"""


def demo_screen(settings: Settings, web: str, found: demo.Found) -> str:
    """Return the demo's welcome. The suggestions are only sure to work in a new demo."""
    sign_in = SIGN_IN.format(email=demo.EMAILS[demo.ADMIN], password=demo.PASSWORD)
    return DEMO.format(
        web=web,
        sandbox=settings.telegram_api_base,
        phones=NEW.format(household=demo.HOUSEHOLD) if found.new else AS_LEFT,
        sign_in=sign_in if found.can_sign_in else "",
        try_this=TRY_THIS if found.new else "",
        data=settings.data_dir,
    )


def real_screen(settings: Settings, web: str) -> str:
    kept = settings.sqlite_file or "the database of DATABASE_URL"
    return REAL.format(web=web, data=kept)
