"""What is provisioned: people as an identity provider sends them, groups of
them, and the PATCHes that change a group's members."""

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def user(number, title="Engineer"):
    """A user whose userName, externalId and address hold `number`, which may
    be a string: wrk's scripts put theirs in place of @N@."""
    name = number if isinstance(number, str) else f"{number:012d}"
    return {
        "schemas": [CORE, ENTERPRISE],
        "userName": f"user-{name}",
        "externalId": f"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b{name}",
        "active": True,
        "displayName": "Jane Catherine Doe",
        "name": {
            "formatted": "Jane Catherine Doe",
            "givenName": "Jane",
            "familyName": "Doe",
        },
        "emails": [
            {"value": f"user-{name}@example.com", "type": "work",
             "primary": True},
        ],
        "locale": "en-GB",
        "title": title,
        ENTERPRISE: {
            "employeeNumber": "701984",
            "department": "Engineering",
            "organization": "Example",
        },
    }


def group(name, member_ids):
    return {
        "schemas": [GROUP],
        "displayName": name,
        "externalId": f"group-{name}",
        "members": [{"value": member} for member in member_ids],
    }


def active(value):
    return {"schemas": [PATCH], "Operations": [
        {"op": "replace", "path": "active", "value": value}]}


def bulk(users):
    """One request that creates them; a user's place is the bulkId."""
    return {
        "schemas": [BULK],
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": str(place),
             "data": user}
            for place, user in enumerate(users)],
    }


def add_member(member):
    """authentik's PATCH that adds one member."""
    return add_members([member])


def add_members(members):
    return {
        "schemas": [PATCH],
        "Operations": [
            {"op": "add", "path": "members",
             "value": [{"value": member} for member in members]},
        ],
    }


def remove_member(member):
    return {
        "schemas": [PATCH],
        "Operations": [
            {"op": "remove", "path": f'members[value eq "{member}"]'},
        ],
    }
