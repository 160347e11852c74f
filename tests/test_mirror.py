"""Tests stand where the source stands: core/delivery/claims.py has tests/core/delivery/test_claims.py.

Where another test asks more of a module than one of its own could, this says which and why.
"""

from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.support.imports import PROJECT, modules

# Modules: the tests that fail when they are wrong, and why those stand elsewhere.
COVERED_ELSEWHERE = {
    # What has no rule of its own.
    "core/models/*": "core/test_migrations: tables; they must agree with the migrations",
    "core/values/*": "api/test_items core/digests/test_gathering: facts without a rule",
    (
        "core/events/base core/events/households core/events/items core/events/people "
        "core/events/scheduled core/events/shopping core/events/transactional"
    ): ("core/notifications/test_announcing api/test_live: what happened"),
    "core/actors": "core/notifications/test_announcing: who acted on which face decides who hears of it",
    "core/clock": "test_architecture: the one source of time; each test of core sets it",
    "core/errors": "api/test_every_status: each error is a status of the API",
    "core/tracing": "stockbell/test_logs: a request's id is in its log lines",
    # Asked over the wire, where the answer is what people rely on.
    "core/accounts/accounts": "api/test_accounts api/test_own_account: over HTTP",
    "core/accounts/email_verification": "api/test_verification: over HTTP and SMTP",
    "core/accounts/passwords core/accounts/password_reset": (
        "api/test_password_reset api/test_accounts: over HTTP and SMTP"
    ),
    "core/accounts/throttling": "api/test_limits: over HTTP, as whoever guesses does",
    "core/days": "api/test_bad_input bot/reading/test_dates: as clients write days",
    "core/emails": "api/test_bad_input: as clients write addresses",
    "core/text": "api/test_bad_input bot/alerts/test_texts: as clients send text",
    "core/prices": "api/test_items api/test_transfer: as clients and files write prices",
    "core/quantities": "api/test_items bot/reading/test_amounts: as people write amounts",
    "core/pages": "api/test_items api/test_history: pages of lists",
    "core/guards/access": "api/test_permissions bot/test_forged: every call, every button",
    "core/guards/attempts": "api/test_limits core/telegram/test_linking: the tries it counts",
    "core/guards/idempotency": "api/test_idempotency: over HTTP",
    (
        "core/households/households core/households/invit* core/households/members "
        "core/households/registration"
    ): (
        "api/test_households api/test_invitations api/test_members api/test_registration "
        "bot/households/test_joining: over HTTP and in the chat"
    ),
    "core/inventory/catalog": "api/test_items bot/stock/test_listing_view: lists, as shown",
    "core/inventory/changes": "api/test_stock api/test_undo: what changes come to",
    "core/inventory/csv_columns core/inventory/csv_items": (
        "api/test_transfer api/test_bad_lists: files over HTTP"
    ),
    "core/inventory/import_plan": "core/inventory/test_imports: what an import plans, it does",
    "core/inventory/dashboard": "api/test_dashboard: over HTTP",
    "core/inventory/matching": "bot/stock/test_item_commands: names as people type them",
    "core/inventory/movements": "api/test_undo: over HTTP",
    "core/inventory/stock": (
        "api/test_stock api/test_concurrency api/test_undo probes/test_items_machine: over HTTP, many at "
        "once, and at random against a model"
    ),
    "core/shopping/shopping_lists core/shopping/shopping_entries": (
        "api/test_shopping bot/shopping/test_list_commands: HTTP and chat"
    ),
    "core/settings/preferences": "api/test_preferences: over HTTP",
    "core/settings/household_preferences": "api/test_preferences: over HTTP",
    "core/settings/open_menus": "bot/settings/test_open_menus: with the chat that shows them",
    (
        "core/settings/preview/draft core/settings/preview/material core/settings/preview/news "
        "core/settings/preview/replay core/settings/preview/scheduled"
    ): ("api/test_preview: compared with what is sent"),
    "core/settings/unsubscribing": "api/test_pages: by the link in a mail",
    "core/settings/watching": "api/test_watches bot/settings/test_follow_commands: HTTP, chat",
    "core/privacy/account_deletion": (
        "api/test_own_account core/privacy/test_anonymity: what is left of somebody"
    ),
    "core/privacy/personal_data": "api/test_own_account: over HTTP",
    "core/delivery/inbox": "api/test_notifications: over HTTP",
    "core/telegram/bots": "bot/test_identity: with the bot that it knows",
    "core/telegram/inbound": "bot/test_worker bot/test_poller: with updates",
    "core/telegram/joining": "bot/households/test_joining: in the chat",
    "core/telegram/link_codes": "core/telegram/test_linking: guessed and redeemed",
    "core/telegram/webhook": "bot/test_webhook: over HTTP",
    # Parts of one thing, asked as a whole.
    "core/events/levels": (
        "core/notifications/test_announcing core/preferences/test_follows: low, out and enough again, by "
        "the household's minimum and by one's own"
    ),
    "core/events/streams": "api/test_replay api/test_concurrency: gapless, seen from a socket",
    "core/events/storage": "core/delivery/test_dispatcher: an event of a newer release holds up nothing",
    "core/events/severity": (
        "core/delivery/test_suppression core/delivery/test_eligibility: what is worse comes at once"
    ),
    "core/notifications/decisions": "core/notifications/test_announcing: why each member is told or not",
    "core/notifications/import_news": "core/inventory/test_imports: what an import tells whom",
    "core/preferences/recipients": (
        "core/notifications/test_verdict core/delivery/test_eligibility: the people who are judged"
    ),
    "core/preferences/routing": "core/notifications/test_verdict: a part of the verdict",
    "core/preferences/schedules": "core/operations/test_due_sends: what is claimed is sent",
    "core/delivery/backlog": "core/operations/test_heartbeats: what waits makes the server not ready",
    "core/delivery/chats": "bot/account/test_linking bot/account/test_chat_handlers: in the chat",
    "core/delivery/destinations": "core/delivery/test_dispatcher core/delivery/test_coalescing: pace",
    "core/delivery/mailboxes": "core/mail/test_email_channel: with a mail server that refuses",
    "core/delivery/pictures": "bot/alerts/test_pictures core/mail/test_rendering: as sent",
    "core/digests/digest_changes": "core/digests/test_gathering: what a digest says",
    "core/digests/standing": "core/digests/test_gathering: what a digest says",
    "core/digests/merging": "core/delivery/test_refreshing: digests that waited",
    "core/digests/shopping_reminders": "core/operations/test_due_sends: while a list is open",
    "core/mail/links": "core/mail/test_composing: in a mail",
    "core/mail/mail_outcomes": "core/test_smtp_settings core/mail/test_email_channel: over SMTP",
    "core/mail/templating core/mail/tokens core/mail/transactional": (
        "api/test_password_reset api/test_verification core/mail/test_composing: mails as they arrive, "
        "and their links"
    ),
    "core/operations/counters": "api/test_health: figures, as Prometheus reads them",
    "core/operations/figures": "api/test_health: figures, as Prometheus reads them",
    "core/operations/readiness": "core/operations/test_heartbeats api/test_health: with hearts",
    "core/operations/restoring": "stockbell/test_backup: with a backup",
    "core/pruning": "core/operations/test_retention: with what is old",
    "core/wake core/wake_postgres": "stockbell/test_runtime api/test_live: by what it wakes",
    "core/wording/channels": "bot/alerts/test_channel core/mail/test_email_channel: a protocol",
    "core/wording/outcomes": "core/delivery/test_settling: each rule, with what follows",
    "core/wording/drawing": "core/wording/test_charts: a chart and its picture",
    "core/wording/reasons": "api/test_history bot/alerts/test_why: as people read them",
    "core/wording/scheduled core/wording/sentences core/wording/style": (
        "bot/alerts/test_scheduled bot/alerts/test_alert_view core/mail/test_composing: sentences as they "
        "are sent"
    ),
    # The bot is asked as people ask it: by what they send and press.
    "bot/*callbacks": "bot/test_forged bot/test_keyboards: buttons, honest and forged",
    "bot/account/*handlers bot/account/link_dialog": (
        "bot/account/test_beginning bot/account/test_linking bot/account/test_own_affairs "
        "bot/account/test_registration: in the chat"
    ),
    "bot/alerts/*handlers": (
        "bot/alerts/test_alert_view bot/alerts/test_digest_buttons bot/alerts/test_why: in the chat"
    ),
    "bot/households/*handlers bot/households/*view": (
        "bot/households/test_joining bot/households/test_members bot/account/test_own_affairs: in the chat"
    ),
    (
        "bot/settings/*handlers bot/settings/*view* bot/settings/commands bot/settings/menu "
        "bot/settings/words"
    ): (
        "bot/settings/test_settings bot/settings/test_open_menus bot/settings/test_mute "
        "bot/settings/test_follow_commands: in the chat"
    ),
    "bot/shopping/handlers bot/shopping/list_view": "bot/shopping/test_list_commands: in the chat",
    (
        "bot/stock/*handlers bot/stock/*view bot/stock/history bot/stock/item_buttons "
        "bot/stock/item_filter bot/stock/questions"
    ): (
        "bot/stock/test_item_commands bot/stock/test_listing_view bot/stock/test_waste "
        "bot/stock/test_undo_commands bot/account/test_own_affairs: in the chat"
    ),
    "bot/app": "bot/test_worker: with updates",
    "bot/transactions": "bot/test_worker: updates that come twice",
    "bot/errors": "bot/stock/test_item_commands bot/account/test_examples: in the chat",
    "bot/filters": "bot/account/test_beginning bot/households/test_joining: in the chat",
    "bot/middlewares": "bot/households/test_members bot/account/test_chat_handlers: in the chat",
}
# These are the rules that everything else hangs on. Each has a test of its own, whatever is said above.
RULES = (
    *("claims", "batch", "coalescing", "suppression", "settling", "eligibility", "refreshing", "breaker"),
    *("verdict", "announcing", "quiet_hours", "recurrence", "follows", "due_sends", "retention"),
    *("linking", "limiter", "session", "replies", "markup", "worker", "poller"),
)


def sources() -> list[Path]:
    found = [path for package in ("core", "bot") for path in modules(package) if path.name != "__init__.py"]
    return [path.relative_to(PROJECT) for path in found]


def own_test(module: Path) -> Path:
    return "tests" / module.with_name(f"test_{module.name}")


def without_own() -> list[str]:
    return [str(module.with_suffix("")) for module in sources() if not (PROJECT / own_test(module)).is_file()]


def covers(names: str, module: str) -> bool:
    return any(fnmatch(module, name) for name in names.split())


def test_every_module_has_a_test_of_its_own_or_one_that_asks_more() -> None:
    assert [one for one in without_own() if not any(covers(names, one) for names in COVERED_ELSEWHERE)] == []


@pytest.mark.parametrize("names", COVERED_ELSEWHERE)
def test_what_is_covered_elsewhere_is_there_and_covered(names: str) -> None:
    tests = COVERED_ELSEWHERE[names].partition(":")[0].split()
    assert [test for test in tests if not (PROJECT / "tests" / f"{test}.py").is_file()] == []
    unneeded = [name for name in names.split() if not any(fnmatch(one, name) for one in without_own())]
    assert unneeded == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_test_of_its_own(rule: str) -> None:
    [module] = [module for module in sources() if module.stem == rule]
    assert (PROJECT / own_test(module)).is_file()


def test_every_test_of_core_stands_where_its_module_does() -> None:
    """Named for its module, or for a rule that several modules of its folder carry out."""
    strays = [
        path.relative_to(PROJECT)
        for path in modules("tests/core")
        if path.name.startswith("test_")
        and not (PROJECT / path.parent.relative_to(PROJECT / "tests")).is_dir()
    ]
    assert strays == []
