"""Keep open settings menus true

A settings menu that is open in a chat is redrawn when the web changes what it shows.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settings_menus",
        sa.Column("chat_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_settings_menus_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_settings_menus")),
    )
    with op.batch_alter_table("settings_menus", schema=None) as batch_op:
        batch_op.create_index(
            "ix_settings_menus_stale",
            ["chat_id"],
            unique=False,
            postgresql_where=sa.text("changes > shown"),
            sqlite_where=sa.text("changes > shown"),
        )


def downgrade() -> None:
    op.drop_table("settings_menus")
