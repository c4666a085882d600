"""Who may do what: the table of the house, as data that one can read aloud.

A grant gives a role over a site, a supplier or everything; a role has each permission over ALL or over its OWN.
What is not in the table is refused.
"""

from enum import StrEnum


class Role(StrEnum):
    HEAD_OFFICE = "head_office"  # 总部
    MANAGER = "manager"  # 店长
    FLOOR_STAFF = "floor_staff"  # 导购
    CASHIER = "cashier"  # 收银员
    SUPPLIER = "supplier"  # 供应商


class Reach(StrEnum):
    ALL = "all"
    OWN = "own"


class Permission(StrEnum):
    USE_STAFF_PAGES = "use_staff_pages"
    SEE_CATALOG = "see_catalog"
    EDIT_CATALOG = "edit_catalog"
    EDIT_NETWORK = "edit_network"
    EDIT_FLOOR_PLAN = "edit_floor_plan"
    EDIT_MEDIA = "edit_media"
    SEE_SITE = "see_site"
    HANDLE_SAMPLES = "handle_samples"
    RETIRE_SAMPLES = "retire_samples"
    PRINT = "print"
    PRINT_TAGS = "print_tags"
    SEE_ORDERS = "see_orders"
    HANDLE_ORDERS = "handle_orders"
    SHIP_ORDERS = "ship_orders"
    CANCEL_CONFIRMED_ORDERS = "cancel_confirmed_orders"
    RECORD_PAYMENTS = "record_payments"
    OPEN_PHONES = "open_phones"
    HANDLE_MEMBERS = "handle_members"
    BLOCK_MEMBERS = "block_members"
    CHECK_DOOR = "check_door"
    HANDLE_STOCK = "handle_stock"
    CORRECT_STOCK = "correct_stock"
    SELL = "sell"
    OVERSEE_TILL = "oversee_till"
    READ_TAKINGS = "read_takings"
    MANAGE_STAFF = "manage_staff"
    HANDLE_MARKETPLACE = "handle_marketplace"
    SEE_AUDIT = "see_audit"


HO, MG, FS, CA, SU = Role.HEAD_OFFICE, Role.MANAGER, Role.FLOOR_STAFF, Role.CASHIER, Role.SUPPLIER
ALL, OWN = Reach.ALL, Reach.OWN

TABLE: dict[Permission, dict[Role, Reach]] = {
    Permission.USE_STAFF_PAGES: {HO: ALL, MG: OWN, FS: OWN, CA: OWN, SU: OWN},
    Permission.SEE_CATALOG: {HO: ALL, MG: ALL, FS: ALL, CA: ALL, SU: OWN},
    Permission.EDIT_CATALOG: {HO: ALL, MG: ALL},
    Permission.EDIT_NETWORK: {HO: ALL},
    Permission.EDIT_FLOOR_PLAN: {HO: ALL, MG: OWN},
    Permission.EDIT_MEDIA: {HO: ALL, MG: OWN},
    Permission.SEE_SITE: {HO: ALL, MG: OWN, FS: OWN, CA: OWN},
    Permission.HANDLE_SAMPLES: {HO: ALL, MG: OWN, FS: OWN},
    Permission.RETIRE_SAMPLES: {HO: ALL, MG: OWN},
    Permission.PRINT: {HO: ALL, MG: OWN, FS: OWN},
    Permission.PRINT_TAGS: {HO: ALL, MG: OWN, FS: OWN, CA: OWN},
    Permission.SEE_ORDERS: {HO: ALL, MG: OWN, FS: OWN, SU: OWN},
    Permission.HANDLE_ORDERS: {HO: ALL, MG: OWN, FS: OWN},
    Permission.SHIP_ORDERS: {HO: ALL, MG: OWN, FS: OWN, SU: OWN},
    Permission.CANCEL_CONFIRMED_ORDERS: {HO: ALL, MG: OWN},
    Permission.RECORD_PAYMENTS: {HO: ALL, MG: OWN},
    Permission.OPEN_PHONES: {HO: ALL, MG: OWN, FS: OWN, CA: OWN},
    Permission.HANDLE_MEMBERS: {HO: ALL, MG: OWN, CA: OWN},
    Permission.BLOCK_MEMBERS: {HO: ALL, MG: OWN},
    Permission.CHECK_DOOR: {HO: ALL, MG: OWN, FS: OWN, CA: OWN},
    Permission.HANDLE_STOCK: {HO: ALL, MG: OWN, FS: OWN},
    Permission.CORRECT_STOCK: {HO: ALL, MG: OWN},
    Permission.SELL: {MG: OWN, CA: OWN},
    Permission.OVERSEE_TILL: {MG: OWN},
    Permission.READ_TAKINGS: {HO: ALL, MG: OWN},
    Permission.MANAGE_STAFF: {HO: ALL, MG: OWN},
    Permission.HANDLE_MARKETPLACE: {HO: ALL},
    Permission.SEE_AUDIT: {HO: ALL, MG: OWN},
}


def reach(role: Role, permission: Permission) -> Reach | None:
    """How far this role's permission goes; None where it has none."""
    return TABLE[permission].get(role)


BY_PIN = frozenset(
    {
        Permission.USE_STAFF_PAGES,
        Permission.SEE_CATALOG,
        Permission.SEE_SITE,
        Permission.EDIT_FLOOR_PLAN,
        Permission.EDIT_MEDIA,
        Permission.HANDLE_SAMPLES,
        Permission.RETIRE_SAMPLES,
        Permission.PRINT,
        Permission.PRINT_TAGS,
        Permission.SEE_ORDERS,
        Permission.HANDLE_ORDERS,
        Permission.SHIP_ORDERS,
        Permission.CANCEL_CONFIRMED_ORDERS,
        Permission.RECORD_PAYMENTS,
        Permission.OPEN_PHONES,
        Permission.HANDLE_MEMBERS,
        Permission.CHECK_DOOR,
        Permission.HANDLE_STOCK,
        Permission.CORRECT_STOCK,
        Permission.SELL,
        Permission.OVERSEE_TILL,
        Permission.READ_TAKINGS,
    }
)
"""What a PIN on a registered tablet opens, at the tablet's site. Four digits open nobody's rights, no other site, no
prices of the network and no audit: these ask for the password."""
