"""The real household over HTTP, each person with a token of their own."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import httpx

from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from core.quantities import THOUSANDTHS
from core.values.items import Stale
from tests.probes.household.acts import Act, Done, Refused, Verb
from tests.probes.household.seen import Place, Seen, SeenItem, SeenMove

PAGE = "pageSize=100"
_ERRORS: dict[int, type[DomainError]] = {400: Invalid, 403: NotAllowed, 404: NotFound, 409: Conflict}
_STATUSES = {"fresh": "fresh", "expiring_soon": "expiringSoon", "expired": "expired", "no_expiry": "noExpiry"}


class ByHttp:
    """An example of at most a hundred movements: they are read as one page."""

    def __init__(self, http: httpx.Client, token_of: Callable[[UUID], str], place: Place) -> None:
        self._http = http
        self._token_of = token_of
        self._place = place

    def do(self, act: Act) -> Done:
        method, path, body = self._request(act)
        headers = {}
        if act.verb is Verb.PATCH:
            headers["If-Match"] = "*" if act.version is None else f'W/"{act.version}"'
        answer = self._call(act.who, method, path, body, headers)
        quantity = answer.get("remainingQuantity", answer.get("quantity"))
        return Done(
            quantity=None if quantity is None or "version" not in answer else _thousandths(quantity),
            version=answer.get("version"),
            made=UUID(answer["id"]) if "id" in answer else None,
        )

    def _request(self, act: Act) -> tuple[str, str, dict[str, Any] | None]:
        item, amount = f"items/{act.item}", act.amount / THOUSANDTHS
        entries = f"shopping-lists/{self._place.list_id}/items"
        match act.verb:
            case Verb.ADD:
                body = {"name": "Milk", "quantity": 0, "unit": "l", "location": act.place, **_body(act)}
                expires = None if act.expires is None else act.expires.isoformat()
                return "POST", "items", {**body, "expirationDate": expires}
            case Verb.PATCH:
                return "PATCH", item, _body(act)
            case Verb.CONSUME | Verb.WASTE | Verb.RESTOCK | Verb.MOVE:
                body = {"quantity": amount, "reason": "Sour", "newLocation": act.place}
                return "POST", f"{item}/{act.verb}", body
            case Verb.UNDO:
                return "POST", f"movements/{act.movement}/undo", None
            case Verb.REMOVE:
                return "DELETE", item, None
            case Verb.BUY:
                return "POST", entries, {"name": "Milk", "quantity": amount, "itemId": str(act.item)}
            case Verb.TICK:
                body = {"completed": act.bought, "restock": act.bought}
                return "PATCH", f"{entries}/{act.entry}", body

    def _call(
        self,
        who: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        response = self._http.request(
            method,
            f"/api/v1/households/{self._place.home}/{path}".rstrip("/"),
            json=body,
            headers={"Authorization": f"Bearer {self._token_of(self._place.people[who])}", **(headers or {})},
        )
        answer: dict[str, Any] = response.json() if response.content else {}
        if response.is_success:
            return answer
        raise Refused(Stale if "currentState" in answer else _ERRORS[response.status_code])

    def see(self) -> Seen:
        page = self._call("bob", "GET", f"items?{PAGE}")
        moves = self._call("bob", "GET", f"movements?{PAGE}")["movements"]
        figures = self._call("bob", "GET", "")["statistics"]
        by_status = page["summary"]["byStatus"]
        return Seen(
            items={_item(item) for item in page["items"]},
            moves=[_move(move) for move in reversed(moves)],
            statuses={name: by_status[key] for name, key in _STATUSES.items() if by_status[key]},
            total=figures["totalItems"],
            low=figures["lowStockItems"],
            consumed=figures["consumedThisMonth"],
            wasted=figures["wastedThisMonth"],
        )


def _body(act: Act) -> dict[str, Any]:
    body = dict(act.columns)
    if "min_quantity" in body:
        least = body.pop("min_quantity")
        body["minQuantity"] = None if least is None else least / THOUSANDTHS
    if "quantity" in body:
        body["quantity"] /= THOUSANDTHS
    return body


def _thousandths(number: float) -> int:
    return round(number * THOUSANDTHS)


def _item(item: Mapping[str, Any]) -> SeenItem:
    least = item["minQuantity"]
    return SeenItem(
        id=UUID(item["id"]),
        version=item["version"],
        quantity=_thousandths(item["quantity"]),
        unit=item["unit"],
        location=item["location"],
        min_quantity=None if least is None else _thousandths(least),
    )


def _move(move: Mapping[str, Any]) -> SeenMove:
    return SeenMove(
        id=UUID(move["id"]),
        item=UUID(move["itemId"]),
        kind=move["action"],
        delta=_thousandths(move["delta"]),
        after=_thousandths(move["quantityAfter"]),
        unit=move["unit"],
        location=move["location"],
        came_from=move["previousLocation"],
        undoes=UUID(move["undoes"]) if move["undoes"] else None,
        undone=move["undone"],
    )
