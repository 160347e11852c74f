"""Choose what to hear and when

People get schedules, quiet hours, and settings for single households, items, categories and locations.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_runs",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=25), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("ran_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("through_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('expiration', 'dailyExpirySum', 'weeklyInventoryReport', 'shoppingReminder')",
            name=op.f("ck_scheduled_runs_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_scheduled_runs_household_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_scheduled_runs_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "user_id", "household_id", "kind", "local_date", name=op.f("pk_scheduled_runs")
        ),
    )
    with op.batch_alter_table("scheduled_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheduled_runs_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheduled_runs_ran_at"), ["ran_at"], unique=False)

    op.create_table(
        "schedules",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=25), nullable=False),
        sa.Column("time", sa.String(length=5), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("next_run_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('expiration', 'dailyExpirySum', 'weeklyInventoryReport', 'shoppingReminder')",
            name=op.f("ck_schedules_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_schedules_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_schedules")),
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedules_next_run_at"), ["next_run_at"], unique=False)

    op.create_table(
        "expiry_warnings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("warned_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('window', 'last_day', 'expired')", name=op.f("ck_expiry_warnings_stage")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_expiry_warnings_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_expiry_warnings_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "item_id", "stage", "expires", name=op.f("pk_expiry_warnings")),
    )
    with op.batch_alter_table("expiry_warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expiry_warnings_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_expiry_warnings_warned_at"), ["warned_at"], unique=False)

    op.create_table(
        "household_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("routes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id", "user_id"],
            ["members.household_id", "members.user_id"],
            name=op.f("fk_household_preferences_household_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "household_id", name=op.f("pk_household_preferences")),
    )
    op.create_table(
        "watches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("snoozed_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("min_quantity", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("level IN ('follow', 'mute')", name=op.f("ck_watches_level")),
        sa.CheckConstraint(
            "min_quantity IS NULL OR scope = 'item'", name=op.f("ck_watches_min_quantity_of_item")
        ),
        sa.CheckConstraint("scope IN ('item', 'category', 'location')", name=op.f("ck_watches_scope")),
        sa.CheckConstraint(
            "level IS NOT NULL OR snoozed_until IS NOT NULL OR min_quantity IS NOT NULL",
            name=op.f("ck_watches_something"),
        ),
        sa.CheckConstraint(
            "snoozed_until IS NULL OR scope = 'item'", name=op.f("ck_watches_snoozed_until_of_item")
        ),
        sa.ForeignKeyConstraint(
            ["household_id", "user_id"],
            ["members.household_id", "members.user_id"],
            name=op.f("fk_watches_household_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint(
            "user_id",
            "household_id",
            "scope",
            "target",
            name=op.f("uq_watches_user_id_household_id_scope_target"),
        ),
    )
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.create_index("ix_watches_household_scope", ["household_id", "scope", "target"], unique=False)

    with op.batch_alter_table(
        "deliveries", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.add_column(sa.Column("deferred", sa.String(length=15), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_deferred"), "deferred IN ('quiet_hours', 'muted', 'digest')"
        )

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("critical", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture", sa.JSON(), nullable=True))

    with op.batch_alter_table("preferences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("routes", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("quiet_enabled", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("quiet_start", sa.String(length=5), nullable=False, server_default="22:00")
        )
        batch_op.add_column(
            sa.Column("quiet_end", sa.String(length=5), nullable=False, server_default="07:00")
        )
        batch_op.add_column(
            sa.Column("quiet_days", sa.JSON(), nullable=False, server_default="[1, 2, 3, 4, 5, 6, 7]")
        )
        batch_op.add_column(sa.Column("muted_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    # From now on, everybody has schedules. Because these were due so long ago, the clock plans them without
    # running anything. SQLite compares texts, so the moment needs all of its digits.
    for kind, weekdays in (
        ("expiration", "[1, 2, 3, 4, 5, 6, 7]"),
        ("dailyExpirySum", "[1, 2, 3, 4, 5, 6, 7]"),
        ("weeklyInventoryReport", "[1]"),
        ("shoppingReminder", "[6]"),
    ):
        op.execute(
            "INSERT INTO schedules (user_id, kind, weekdays, next_run_at) "  # noqa: S608
            f"SELECT user_id, '{kind}', '{weekdays}', '1970-01-01 00:00:00.000000' FROM preferences"
        )


def downgrade() -> None:
    with op.batch_alter_table("preferences", schema=None) as batch_op:
        batch_op.drop_column("muted_until")
        batch_op.drop_column("quiet_days")
        batch_op.drop_column("quiet_end")
        batch_op.drop_column("quiet_start")
        batch_op.drop_column("quiet_enabled")
        batch_op.drop_column("routes")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("picture")

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_column("critical")

    with op.batch_alter_table(
        "deliveries", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_deliveries_deferred"), type_="check")
        batch_op.drop_column("deferred")

    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_index("ix_watches_household_scope")

    op.drop_table("watches")
    op.drop_table("household_preferences")
    with op.batch_alter_table("expiry_warnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expiry_warnings_warned_at"))
        batch_op.drop_index(batch_op.f("ix_expiry_warnings_item_id"))

    op.drop_table("expiry_warnings")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedules_next_run_at"))

    op.drop_table("schedules")
    with op.batch_alter_table("scheduled_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheduled_runs_ran_at"))
        batch_op.drop_index(batch_op.f("ix_scheduled_runs_household_id"))

    op.drop_table("scheduled_runs")
