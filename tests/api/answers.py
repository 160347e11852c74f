"""What the contract promises about answers: the keys that clients read, call by call."""

from typing import Any

Shape = dict[str, Any]


def keys(names: str, **inner: Any) -> Shape:
    """Return the shape of an object with these keys; `inner` says what stands under some of them."""
    return {**dict.fromkeys(names.split()), **inner}


TOKENS = keys("accessToken refreshToken expiresIn")
ITEM = keys(
    "id name quantity unit location category expirationDate bestBeforeDate purchaseDate price notes "
    "daysUntilExpiration expirationStatus createdAt createdBy updatedAt version minQuantity barcode "
    "critical"
)
HOUSEHOLD = keys("id name description role memberCount itemCount expiringItemCount createdAt")
DETAILS = keys(
    "id name description timezone createdAt",
    members=[keys("userId email displayName role joinedAt")],
    statistics=keys("totalItems expiringItems expiredItems lowStockItems consumedThisMonth wastedThisMonth"),
)
LIST = keys("id name notes itemCount completedCount createdAt createdBy lastUpdated")
ENTRY = keys("id name quantity unit category notes completed addedBy addedAt")
INVITATION = keys("invitationId email role status expiresAt")
PAGINATION = keys("page pageSize total totalPages")

# Operation id: what its success answers. What is ours alone, and not in the contract, is left out.
ANSWERS: dict[str, Shape] = {
    "health": keys("status"),
    "register": {**TOKENS, **keys("userId email displayName defaultHouseholdId")},
    "login": {**TOKENS, **keys("userId", households=[keys("id name role")])},
    "refresh": TOKENS,
    "getMe": keys("userId email displayName timezone"),
    "listHouseholds": keys("total", households=[HOUSEHOLD]),
    "createHousehold": HOUSEHOLD,
    "getHousehold": DETAILS,
    "inviteMember": INVITATION,
    "listInvitations": keys("total", invitations=[INVITATION]),
    "getDashboardStats": keys(
        "households totalItems expiringInWeek expiredItems lowStockItems lastUpdated",
        recentActivity=keys("itemsAddedToday itemsConsumedToday itemsWastedThisWeek"),
        wasteMetrics=keys("totalWastedThisMonth wasteReductionPercent mostWastedCategory"),
    ),
    "listItems": keys(
        "totalCount page pageSize",
        items=[ITEM],
        pagination=PAGINATION,
        summary=keys("totalItems byLocation", byStatus=keys("fresh expiringSoon expired noExpiry")),
    ),
    "createItem": ITEM,
    "listExpiringItems": keys("count filterDays", items=[ITEM]),
    "getItem": {
        **ITEM,
        "createdBy": keys("userId displayName"),
        "history": [keys("action timestamp user")],
    },
    "patchItem": {**ITEM, "updatedBy": None},
    "putItem": {**ITEM, "updatedBy": None},
    "consumeItem": keys("id remainingQuantity consumedQuantity consumedAt consumedBy"),
    "wasteItem": keys("id remainingQuantity wastedQuantity reason wastedAt wastedBy"),
    "restockItem": keys("id remainingQuantity restockedQuantity restockedAt restockedBy"),
    "moveItem": keys("id previousLocation currentLocation movedAt movedBy"),
    "listShoppingLists": keys("total", lists=[LIST]),
    "createShoppingList": LIST,
    "getShoppingList": LIST,
    "updateShoppingList": LIST,
    "listShoppingListItems": keys("total", items=[ENTRY]),
    "addShoppingListItem": ENTRY,
    "updateShoppingListItem": {**ENTRY, **keys("completedBy completedAt updatedAt")},
    "getNotificationSettings": keys(
        "",
        email=keys("enabled address"),
        inApp=keys("enabled"),
        telegram=keys("enabled linked username"),
        preferences=keys("expirationWarningDays notificationTypes preferredTime timezone"),
    ),
    "changeNotificationSettings": keys("message updatedAt"),
    "linkTelegram": keys("linked telegramUsername linkedAt"),
    "generateLinkCode": keys("code expiresAt deepLink instructions"),
    "getLinkStatus": keys("linked username linkedAt"),
    "listNotifications": keys(
        "total hasMore", notifications=[keys("id type title message channel read readAt createdAt")]
    ),
    "countUnreadNotifications": keys("count"),
}


def lacking(answer: Any, shape: Any, where: str = "the answer") -> list[str]:
    """Return what an answer lacks, in words; a list must have something in it, so that one can look."""
    if isinstance(shape, list):
        if not isinstance(answer, list) or not answer:
            return [f"{where} is no list with something in it"]
        return [problem for one in answer for problem in lacking(one, shape[0], f"an entry of {where}")]
    if not isinstance(shape, dict):
        return []
    if not isinstance(answer, dict):
        return [f"{where} is no object"]
    missing = [f"{where} has no {name}" for name in shape if name not in answer]
    return missing + [
        problem
        for name, inner in shape.items()
        if name in answer
        for problem in lacking(answer[name], inner, f"{name} of {where}")
    ]
