"""Create the tables

The first release stores households and their stock, who is notified of changes, and their chats.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _key(column: str, target: str, name: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(name), ondelete=ondelete)


def _index(
    table: str, name: str, columns: list[str], *, unique: bool = False, where: str | None = None
) -> None:
    only = sa.text(where) if where else None
    op.create_index(op.f(name), table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    op.create_table(
        "attempt_counters",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt_counters")),
    )
    _index("attempt_counters", "ix_attempt_counters_window_ends_at", ["window_ends_at"])
    op.create_table(
        "households",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_table(
        "inbound_updates",
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'set_aside')", name=op.f("ck_inbound_updates_state")
        ),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbound_updates")),
    )
    _index("inbound_updates", "ix_inbound_updates_pending", ["update_id"], where="state = 'pending'")
    _index("inbound_updates", "ix_inbound_updates_settled_at", ["settled_at"])
    op.create_table(
        "streams",
        sa.Column("id", sa.String(length=50), nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streams")),
    )
    op.create_table(
        "telegram_bot",
        sa.Column("singleton", sa.Integer(), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.CheckConstraint("singleton = 1", name=op.f("ck_telegram_bot_singleton")),
        sa.PrimaryKeyConstraint("singleton", name=op.f("pk_telegram_bot")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("email_key", sa.String(length=320), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_key", name=op.f("uq_users_email_key")),
    )
    op.create_table(
        "chats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("first_name", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("linked_at", UTCDateTime(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("suspended_reason", sa.String(length=100), nullable=True),
        sa.Column("next_send_at", UTCDateTime(), nullable=False),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _key("household_id", "households.id", "fk_chats_household_id", "SET NULL"),
        _key("user_id", "users.id", "fk_chats_user_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_chats_telegram_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_chats_user_id")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'member', 'viewer')", name=op.f("ck_invitations_role")),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'revoked', 'expired')", name=op.f("ck_invitations_state")
        ),
        _key("accepted_by", "users.id", "fk_invitations_accepted_by", "SET NULL"),
        _key("household_id", "households.id", "fk_invitations_household_id", "CASCADE"),
        _key("invited_by", "users.id", "fk_invitations_invited_by", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    _index("invitations", "ix_invitations_email_key", ["email_key"])
    _index(
        "invitations",
        "uq_invitations_pending",
        ["household_id", "email_key"],
        unique=True,
        where="state = 'pending'",
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=600), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("location", sa.String(length=50), nullable=False),
        sa.Column("category", sa.String(length=50), nullable=True),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("best_before_date", sa.Date(), nullable=True),
        sa.Column("purchase_date", sa.Date(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("min_quantity", sa.BigInteger(), nullable=True),
        sa.Column("barcode", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("min_quantity BETWEEN 0 AND 1000000000", name=op.f("ck_items_min_quantity")),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000", name=op.f("ck_items_price")),
        sa.CheckConstraint("quantity BETWEEN 0 AND 1000000000", name=op.f("ck_items_quantity")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_items_version")),
        _key("created_by", "users.id", "fk_items_created_by", "SET NULL"),
        _key("household_id", "households.id", "fk_items_household_id", "CASCADE"),
        _key("updated_by", "users.id", "fk_items_updated_by", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    _index("items", "ix_items_household_created", ["household_id", "created_at"])
    _index("items", "ix_items_household_name", ["household_id", "name_key"])
    op.create_table(
        "members",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('admin', 'member', 'viewer')", name=op.f("ck_members_role")),
        _key("household_id", "households.id", "fk_members_household_id", "CASCADE"),
        _key("user_id", "users.id", "fk_members_user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("household_id", "user_id", name=op.f("pk_members")),
    )
    _index("members", "ix_members_user_id", ["user_id"])
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.Column("event", sa.String(length=50), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "topic IN ('expiration', 'lowStock', 'memberActivity', 'dailyExpirySum', "
            "'weeklyInventoryReport', 'shoppingReminder', 'account')",
            name=op.f("ck_notifications_topic"),
        ),
        _key("household_id", "households.id", "fk_notifications_household_id", "CASCADE"),
        _key("user_id", "users.id", "fk_notifications_user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    _index("notifications", "ix_notifications_household_id", ["household_id"])
    _index("notifications", "ix_notifications_inbox", ["user_id", "in_inbox", "created_at"])
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email_enabled", sa.Boolean(), nullable=False),
        sa.Column("in_app_enabled", sa.Boolean(), nullable=False),
        sa.Column("telegram_enabled", sa.Boolean(), nullable=False),
        sa.Column("expiration_warning_days", sa.Integer(), nullable=False),
        sa.Column("preferred_time", sa.String(length=5), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "expiration_warning_days BETWEEN 1 AND 30", name=op.f("ck_preferences_expiration_warning_days")
        ),
        _key("user_id", "users.id", "fk_preferences_user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        _key("user_id", "users.id", "fk_refresh_tokens_user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    _index("refresh_tokens", "ix_refresh_tokens_expires_at", ["expires_at"])
    _index("refresh_tokens", "ix_refresh_tokens_family_id", ["family_id"])
    _index("refresh_tokens", "ix_refresh_tokens_user_id", ["user_id"])
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("item_name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=50), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("quantity_after", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("location", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('added', 'consumed', 'wasted', 'restocked', 'moved', 'adjusted', 'updated', 'deleted')",
            name=op.f("ck_stock_movements_kind"),
        ),
        _key("household_id", "households.id", "fk_stock_movements_household_id", "CASCADE"),
        _key("user_id", "users.id", "fk_stock_movements_user_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
        sa.UniqueConstraint("item_id", "item_version", name=op.f("uq_stock_movements_item_id_item_version")),
    )
    _index("stock_movements", "ix_stock_movements_household_created", ["household_id", "created_at"])
    op.create_table(
        "stream_entries",
        sa.Column("stream_id", sa.String(length=50), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=50), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _key("stream_id", "streams.id", "fk_stream_entries_stream_id", "CASCADE"),
        sa.PrimaryKeyConstraint("stream_id", "seq", name=op.f("pk_stream_entries")),
    )
    _index("stream_entries", "ix_stream_entries_created_at", ["created_at"])
    op.create_table(
        "link_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("chat_id", sa.Uuid(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (chat_id IS NULL)", name=op.f("ck_link_codes_one_owner")),
        _key("chat_id", "chats.id", "fk_link_codes_chat_id", "CASCADE"),
        _key("user_id", "users.id", "fk_link_codes_user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_link_codes_code_hash")),
    )
    _index("link_codes", "ix_link_codes_expires_at", ["expires_at"])
    _index("link_codes", "uq_link_codes_live_chat", ["chat_id"], unique=True, where="live")
    _index("link_codes", "uq_link_codes_live_user", ["user_id"], unique=True, where="live")
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat_id", sa.Uuid(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("external_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('sending', 'sent', 'failed', 'unconfirmed')", name=op.f("ck_messages_state")
        ),
        _key("chat_id", "chats.id", "fk_messages_chat_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    _index("messages", "ix_messages_chat_id", ["chat_id"])
    _index("messages", "uq_messages_sending", ["chat_id"], unique=True, where="state = 'sending'")
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("chat_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("dedupe_key", sa.String(length=100), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("channel IN ('telegram', 'inApp', 'email')", name=op.f("ck_deliveries_channel")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'failed', 'skipped', 'superseded', 'folded', "
            "'unconfirmed')",
            name=op.f("ck_deliveries_state"),
        ),
        _key("chat_id", "chats.id", "fk_deliveries_chat_id", "SET NULL"),
        _key("message_id", "messages.id", "fk_deliveries_message_id", "SET NULL"),
        _key("notification_id", "notifications.id", "fk_deliveries_notification_id", "CASCADE"),
        _key("user_id", "users.id", "fk_deliveries_user_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_deliveries_dedupe_key")),
        sqlite_autoincrement=True,
    )
    _index("deliveries", "ix_deliveries_message_id", ["message_id"])
    _index("deliveries", "ix_deliveries_notification_id", ["notification_id"])
    _index("deliveries", "ix_deliveries_pending", ["chat_id", "due_at"], where="state = 'pending'")
    _index("deliveries", "ix_deliveries_user_id", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_user_id", "deliveries")
    op.drop_index("ix_deliveries_pending", "deliveries")
    op.drop_index("ix_deliveries_notification_id", "deliveries")
    op.drop_index("ix_deliveries_message_id", "deliveries")
    op.drop_table("deliveries")
    op.drop_index("uq_messages_sending", "messages")
    op.drop_index("ix_messages_chat_id", "messages")
    op.drop_table("messages")
    op.drop_index("uq_link_codes_live_user", "link_codes")
    op.drop_index("uq_link_codes_live_chat", "link_codes")
    op.drop_index("ix_link_codes_expires_at", "link_codes")
    op.drop_table("link_codes")
    op.drop_index("ix_stream_entries_created_at", "stream_entries")
    op.drop_table("stream_entries")
    op.drop_index("ix_stock_movements_household_created", "stock_movements")
    op.drop_table("stock_movements")
    op.drop_index("ix_refresh_tokens_user_id", "refresh_tokens")
    op.drop_index("ix_refresh_tokens_family_id", "refresh_tokens")
    op.drop_index("ix_refresh_tokens_expires_at", "refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_table("preferences")
    op.drop_index("ix_notifications_inbox", "notifications")
    op.drop_index("ix_notifications_household_id", "notifications")
    op.drop_table("notifications")
    op.drop_index("ix_members_user_id", "members")
    op.drop_table("members")
    op.drop_index("ix_items_household_name", "items")
    op.drop_index("ix_items_household_created", "items")
    op.drop_table("items")
    op.drop_index("uq_invitations_pending", "invitations")
    op.drop_index("ix_invitations_email_key", "invitations")
    op.drop_table("invitations")
    op.drop_table("chats")
    op.drop_table("users")
    op.drop_table("telegram_bot")
    op.drop_table("streams")
    op.drop_index("ix_inbound_updates_settled_at", "inbound_updates")
    op.drop_index("ix_inbound_updates_pending", "inbound_updates")
    op.drop_table("inbound_updates")
    op.drop_table("households")
    op.drop_index("ix_attempt_counters_window_ends_at", "attempt_counters")
    op.drop_table("attempt_counters")
