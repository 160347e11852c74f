"""What the demo makes, and what its screen promises."""

from core.accounts import accounts
from core.config import Settings
from core.db import Database
from stockbell import demo
from stockbell.banner import demo_screen


async def screen(database: Database, settings: Settings) -> str:
    """Start the demo, and return what it says."""
    return demo_screen(settings, "http://127.0.0.1:8080", await demo.make(database, settings))


async def test_the_first_screen_names_the_household_and_says_how_to_sign_in(
    database: Database, settings: Settings
) -> None:
    said = await screen(database, settings)
    assert "Alice and Bob share the household" in said
    assert f"Sign in as alice@stockbell.example, password {demo.PASSWORD}" in said
    assert "Try this first" in said


async def test_a_later_screen_says_how_to_sign_in_and_does_not_repeat_what_to_try(
    database: Database, settings: Settings
) -> None:
    await screen(database, settings)
    said = await screen(database, settings)
    assert "as you left them" in said
    assert "Sign in as alice@stockbell.example" in said
    assert "Try this first" not in said


async def test_in_a_database_of_somebody_else_nothing_is_made_and_nothing_promised(
    database: Database, settings: Settings
) -> None:
    await database.write(accounts.register, "charlie@example.com", "no hash", "Charlie", "UTC")
    said = await screen(database, settings)
    assert not [words for words in ("Sign in as", "share the household", "Try this first") if words in said]
    assert await database.read(accounts.credentials, "alice@stockbell.example") is None


async def test_a_password_that_alice_has_changed_is_not_promised(
    database: Database, settings: Settings
) -> None:
    await screen(database, settings)
    alice = await database.read(accounts.credentials, "alice@stockbell.example")
    assert alice is not None
    await database.write(
        accounts.renew_hash, alice.user_id, str(alice.password_hash), "the hash of another password"
    )
    assert "Sign in as" not in await screen(database, settings)
