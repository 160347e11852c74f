"""Complete the web contract

The web API needs shopping lists, invite links, undo for stock changes, and repeatable requests.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = "kind IN ('added', 'consumed', 'wasted', 'restocked', 'moved', 'adjusted', 'updated', 'deleted'"


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False)

    op.create_table(
        "invite_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('open', 'revoked')) = (asked_by IS NULL)", name=op.f("ck_invite_links_asked")
        ),
        sa.CheckConstraint("role IN ('admin', 'member', 'viewer')", name=op.f("ck_invite_links_role")),
        sa.CheckConstraint(
            "state IN ('open', 'asked', 'accepted', 'refused', 'revoked')", name=op.f("ck_invite_links_state")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["users.id"], name=op.f("fk_invite_links_asked_by"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_invite_links_created_by"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_invite_links_household_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invite_links_token_hash")),
    )
    with op.batch_alter_table("invite_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invite_links_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_invite_links_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_invite_links_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invite_links_household_id"), ["household_id"], unique=False)

    op.create_table(
        "shopping_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_shopping_lists_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_shopping_lists_household_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shopping_lists")),
    )
    with op.batch_alter_table("shopping_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shopping_lists_household_id"), ["household_id"], unique=False)

    op.create_table(
        "shopping_list_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=30), nullable=True),
        sa.Column("category", sa.String(length=50), nullable=True),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("completed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "completed_at IS NOT NULL OR completed_by IS NULL", name=op.f("ck_shopping_list_items_completed")
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000000", name=op.f("ck_shopping_list_items_quantity")),
        sa.ForeignKeyConstraint(
            ["added_by"], ["users.id"], name=op.f("fk_shopping_list_items_added_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["completed_by"],
            ["users.id"],
            name=op.f("fk_shopping_list_items_completed_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_shopping_list_items_item_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["shopping_lists.id"],
            name=op.f("fk_shopping_list_items_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shopping_list_items")),
    )
    with op.batch_alter_table("shopping_list_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shopping_list_items_item_id"), ["item_id"], unique=False)
        batch_op.create_index("ix_shopping_list_items_list_added", ["list_id", "added_at"], unique=False)

    with op.batch_alter_table("attempt_counters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table("stock_movements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_location", sa.String(length=50), nullable=True))
        batch_op.add_column(sa.Column("undoes", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_stock_movements_undoes"), ["undoes"])
        batch_op.create_foreign_key(
            batch_op.f("fk_stock_movements_undoes"), "stock_movements", ["undoes"], ["id"], ondelete="CASCADE"
        )
        batch_op.drop_constraint(batch_op.f("ck_stock_movements_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_stock_movements_kind"), KINDS + ", 'undone')")


def downgrade() -> None:
    # The older tables have no undo; a corrected quantity comes closest.
    op.execute("UPDATE stock_movements SET kind = 'adjusted' WHERE kind = 'undone'")
    with op.batch_alter_table("stock_movements", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_stock_movements_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_stock_movements_kind"), KINDS + ")")
        batch_op.drop_constraint(batch_op.f("fk_stock_movements_undoes"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_stock_movements_undoes"), type_="unique")
        batch_op.drop_column("undoes")
        batch_op.drop_column("previous_location")

    with op.batch_alter_table("attempt_counters", schema=None) as batch_op:
        batch_op.drop_column("next_at")

    with op.batch_alter_table("shopping_list_items", schema=None) as batch_op:
        batch_op.drop_index("ix_shopping_list_items_list_added")
        batch_op.drop_index(batch_op.f("ix_shopping_list_items_item_id"))

    op.drop_table("shopping_list_items")
    with op.batch_alter_table("shopping_lists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shopping_lists_household_id"))

    op.drop_table("shopping_lists")
    with op.batch_alter_table("invite_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invite_links_household_id"))
        batch_op.drop_index(batch_op.f("ix_invite_links_expires_at"))
        batch_op.drop_index(batch_op.f("ix_invite_links_created_by"))
        batch_op.drop_index(batch_op.f("ix_invite_links_asked_by"))

    op.drop_table("invite_links")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
