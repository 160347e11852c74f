"""Make deliveries reliable

Mail uses the same outbox as Telegram, messages that may have arrived are distinguished from those that did
not, and operators see which parts of the system work.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    # Old rows are found and deleted by these columns.
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notifications_created_at"), ["created_at"], unique=False)

    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    with op.batch_alter_table("heartbeats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heartbeats_at"), ["at"], unique=False)

    op.create_table(
        "mail_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('verify', 'reset')", name=op.f("ck_mail_tokens_purpose")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mail_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tokens")),
    )
    with op.batch_alter_table("mail_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_tokens_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "mailboxes",
        sa.Column("suspended_reason", sa.String(length=100), nullable=True),
        sa.Column("next_send_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("leased_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("most_lines", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("address_key", sa.String(length=320), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (address_key IS NULL)", name=op.f("ck_mailboxes_one_owner")),
        sa.CheckConstraint("(address IS NULL) = (address_key IS NULL)", name=op.f("ck_mailboxes_address")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mailboxes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("address_key", name=op.f("uq_mailboxes_address_key")),
        sa.UniqueConstraint("user_id", name=op.f("uq_mailboxes_user_id")),
    )
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("most_lines", sa.Integer(), nullable=False, server_default="50"))

    with op.batch_alter_table(
        "deliveries", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.add_column(sa.Column("mailbox_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("item_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("actor_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("severity", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_deliveries_item", ["item_id", "chat_id", "id"], unique=False)
        batch_op.create_index(
            "ix_deliveries_pending_mailbox",
            ["mailbox_id", "due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index("ix_deliveries_settled_at", ["settled_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_mailbox_id"), "mailboxes", ["mailbox_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_one_destination"), "chat_id IS NULL OR mailbox_id IS NULL"
        )

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailbox_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("html", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("severity", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("under_way", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("plain", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("chat_id", existing_type=sa.CHAR(length=32), nullable=True)
        batch_op.create_index(batch_op.f("ix_messages_settled_at"), ["settled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_mailbox_id"), ["mailbox_id"], unique=False)
        batch_op.create_index(
            "uq_messages_sending_mailbox",
            ["mailbox_id"],
            unique=True,
            postgresql_where=sa.text("state = 'sending'"),
            sqlite_where=sa.text("state = 'sending'"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_messages_mailbox_id"), "mailboxes", ["mailbox_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_messages_one_destination"), "(chat_id IS NULL) <> (mailbox_id IS NULL)"
        )

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("email_verified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )

    # From now on, everybody with an address has a mailbox.
    op.execute(
        "INSERT INTO mailboxes (id, user_id, next_send_at, fence, most_lines, created_at) "
        "SELECT id, id, created_at, 0, 50, created_at FROM users WHERE email IS NOT NULL"
    )


def downgrade() -> None:
    # The older tables have no mail.
    op.execute("DELETE FROM messages WHERE chat_id IS NULL")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("email_verified_at")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_messages_one_destination"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_messages_mailbox_id"), type_="foreignkey")
        batch_op.drop_index(
            "uq_messages_sending_mailbox",
            postgresql_where=sa.text("state = 'sending'"),
            sqlite_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_index(batch_op.f("ix_messages_mailbox_id"))
        batch_op.drop_index(batch_op.f("ix_messages_settled_at"))
        batch_op.alter_column("chat_id", existing_type=sa.CHAR(length=32), nullable=False)
        batch_op.drop_column("plain")
        batch_op.drop_column("under_way")
        batch_op.drop_column("repeats")
        batch_op.drop_column("severity")
        batch_op.drop_column("html")
        batch_op.drop_column("subject")
        batch_op.drop_column("mailbox_id")

    with op.batch_alter_table(
        "deliveries", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_deliveries_one_destination"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_deliveries_mailbox_id"), type_="foreignkey")
        batch_op.drop_index("ix_deliveries_settled_at")
        batch_op.drop_index(
            "ix_deliveries_pending_mailbox",
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_deliveries_item")
        batch_op.drop_column("severity")
        batch_op.drop_column("actor_id")
        batch_op.drop_column("item_id")
        batch_op.drop_column("mailbox_id")

    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_column("most_lines")
        batch_op.drop_column("last_sent_at")

    op.drop_table("mailboxes")
    with op.batch_alter_table("mail_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_tokens_user_id"))
        batch_op.drop_index(batch_op.f("ix_mail_tokens_expires_at"))

    op.drop_table("mail_tokens")
    with op.batch_alter_table("heartbeats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_heartbeats_at"))

    op.drop_table("heartbeats")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notifications_created_at"))

    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_expires_at"))

    op.drop_table("counters")
