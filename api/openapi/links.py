"""OpenAPI links: which values of an answer the next call takes."""

from api.openapi.descriptions import Document

HOUSEHOLD = {"householdId": "$request.path.householdId"}
_ITEM = {**HOUSEHOLD, "itemId": "$response.body#/id"}
_TAGGED_ITEM = {**_ITEM, "If-Match": "$response.header.ETag"}
_MOVEMENT = {**HOUSEHOLD, "movementId": "$response.body#/movementId"}
_ENTRY = {**HOUSEHOLD, "listId": "$request.path.listId", "itemId": "$response.body#/id"}
_FIRST_INVITATION = {
    "householdId": "$response.body#/invitations/0/householdId",
    "invitationId": "$response.body#/invitations/0/invitationId",
}
_TOKEN = {"refreshToken": "$response.body#/refreshToken"}

_PARAMETERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("createItem", "patchItem", _TAGGED_ITEM),
    ("createItem", "putItem", _TAGGED_ITEM),
    ("createItem", "consumeItem", _ITEM),
    ("createItem", "wasteItem", _ITEM),
    ("createItem", "moveItem", _ITEM),
    ("createItem", "deleteItem", _ITEM),
    ("getItem", "patchItem", _TAGGED_ITEM),
    ("getItem", "putItem", _TAGGED_ITEM),
    ("consumeItem", "undoMovement", _MOVEMENT),
    ("wasteItem", "undoMovement", _MOVEMENT),
    ("restockItem", "undoMovement", _MOVEMENT),
    ("moveItem", "undoMovement", _MOVEMENT),
    ("addShoppingListItem", "updateShoppingListItem", _ENTRY),
    ("addShoppingListItem", "deleteShoppingListItem", _ENTRY),
    ("putWatch", "deleteWatch", {**HOUSEHOLD, "watchId": "$response.body#/id"}),
    ("listMyInvitations", "acceptInvitation", _FIRST_INVITATION),
    ("acceptInvitation", "leaveHousehold", {"householdId": "$response.body#/householdId"}),
    ("listNotifications", "markNotificationRead", {"notificationId": "$response.body#/notifications/0/id"}),
)
"""Which call leads to which, and the parameters of the second."""
_BODIES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("register", "refresh", _TOKEN),
    ("login", "refresh", _TOKEN),
    ("refresh", "logout", _TOKEN),
)
"""The same for the body of the second."""


def add_to(calls: dict[str, Document]) -> None:
    """Add the links to calls, given by their operation ids."""
    for table, key in ((_PARAMETERS, "parameters"), (_BODIES, "requestBody")):
        for source, target, values in table:
            success = min(calls[source]["responses"])
            links = calls[source]["responses"][success].setdefault("links", {})
            links[target] = {"operationId": target, key: values}
