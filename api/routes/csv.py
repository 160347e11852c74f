"""Import and export of a household's items as CSV."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.requests import ClientDisconnect

from api.dependencies import Caller, HouseholdId, Tx
from api.idempotency import OncePerKey
from api.openapi.descriptions import Document, failing
from api.routes import new_router
from api.schemas.csv import ImportOut
from core import clock
from core.errors import Invalid
from core.guards import access
from core.inventory import catalog, csv_items, imports
from core.models import Role

CSV = "text/csv"
# Browsers on Windows send Excel's type; clients that do not know the type send the general one.
ACCEPTED = {"", CSV, "application/csv", "application/vnd.ms-excel", "application/octet-stream"}
_FILE: Document = {
    "schema": {"type": "string", "format": "binary"},
    "example": "name,quantity,unit,location\nMilk,2,l,fridge\n",
}


async def import_items(
    household_id: HouseholdId,
    request: Request,
    who: Caller,
    tx: Tx,
    once: OncePerKey,
    dry_run: Annotated[
        bool, Query(alias="dryRun", description="Only report what each line would do, including errors")
    ] = False,
) -> ImportOut:
    """Add and change items from a CSV file: the whole file, or nothing if a line is wrong.

    The body is the file itself, in UTF-8, with commas, semicolons or tabs, of up to 10,000 items and 10 MiB.
    Its first line names the columns: ours, as the export writes them, or Grocy's. A line with an `id`
    changes that item. One without changes the item of the same name, location and expiry, or adds one.
    """
    # Before the file is read, so that strangers and viewers cost nothing.
    await tx.read(access.require, who, household_id, Role.MEMBER)
    file = await asyncio.to_thread(csv_items.read, await _body(request))
    if dry_run:
        steps = await tx.read(imports.preview, who, household_id, file)
        return await asyncio.to_thread(ImportOut.of, steps, file.ignored, dry_run)
    return await once.write(
        lambda steps: ImportOut.of(steps, file.ignored, dry_run), imports.carry_out, who, household_id, file
    )


async def _body(request: Request) -> bytes:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in ACCEPTED:
        raise Invalid(f"Send the file itself as the body, with Content-Type: {CSV}.")
    try:
        return await request.body()
    except ClientDisconnect:
        raise Invalid("The upload was cut off. Send the file again.") from None


async def export_items(household_id: HouseholdId, who: Caller, tx: Tx) -> Response:
    """Download all items as a CSV file in UTF-8, by location and name. Importing it changes nothing.

    A cell that a spreadsheet would take for a formula begins with a `'`, which the import removes.
    """
    items = await tx.read(catalog.everything, who, household_id)
    text = await asyncio.to_thread(csv_items.write, items)
    name = f"stockbell-items-{clock.utcnow():%Y-%m-%d}.csv"
    return Response(text, media_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def router() -> APIRouter:
    routes = new_router("Import and export", "/households/{householdId}/items")
    body = {"required": True, "content": {CSV: _FILE, "application/octet-stream": _FILE}}
    fails = failing(403, 409)
    routes.post("/import", responses=fails, openapi_extra={"requestBody": body})(import_items)
    shown = {200: {"description": "The file", "content": {CSV: _FILE}}, **failing(403)}
    routes.get("/export.csv", response_class=Response, responses=shown)(export_items)
    return routes
