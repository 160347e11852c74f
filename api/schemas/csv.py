"""The outcome of an import."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from pydantic import AliasPath, Field

from api.schemas.base import Out, View
from api.schemas.errors import Problem
from core.inventory.import_plan import Action, PlannedRow


class LineOut(View):
    """The outcome of one line. `line` is where it begins in the file, whose header is line 1."""

    line: int = Field(validation_alias=AliasPath("line", "number"))
    action: Action
    name: str = Field(validation_alias=AliasPath("line", "name"))
    item_id: UUID | None = Field(default=None, exclude_if=lambda value: value is None)
    errors: list[Problem] = Field(default=[], validation_alias="problems", exclude_if=lambda value: not value)


class ImportOut(Out):
    """What an import did, or would do in a dry run. A file that is not `valid` is not imported at all."""

    dry_run: bool
    valid: bool
    added: int
    updated: int
    unchanged: int
    ignored_columns: list[str]
    lines: list[LineOut]

    @classmethod
    def of(cls, steps: Sequence[PlannedRow], ignored: Sequence[str], dry_run: bool) -> Self:
        actions = [step.action for step in steps]
        return cls(
            dry_run=dry_run,
            valid=Action.ERROR not in actions,
            added=actions.count(Action.ADD),
            updated=actions.count(Action.UPDATE),
            unchanged=actions.count(Action.UNCHANGED),
            ignored_columns=list(ignored),
            lines=[LineOut.of(step) for step in steps],
        )
