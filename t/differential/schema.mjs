// What the generators know of the schemas, written down a second time: were it
// read from src/scim, a mistake there would be on both sides.

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE =
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const CUSTOM = 'urn:example:custom:1.0:User';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

// kinds of simple values: text without case, exact text, and so on
const text = { kind: 'text' };
const exact = { kind: 'exact' };
const truth = { kind: 'boolean' };
const date = { kind: 'date' };
const binary = { kind: 'binary' };

const one = sub => ({ kind: 'complex', sub });
const many = sub => ({ kind: 'complex', multi: true, sub });
const plural = (value = text) =>
    many({ value, display: text, type: text, primary: truth });

const common = {
    schemas: { kind: 'exact', multi: true },
    id: exact,
    externalId: exact,
    meta: one({ resourceType: exact, created: date, lastModified: date,
                location: exact, version: exact }),
};

const user = {
    ...common,
    userName: text,
    name: one({ formatted: text, familyName: text, givenName: text,
                middleName: text }),
    displayName: text,
    nickName: text,
    title: text,
    profileUrl: exact,
    active: truth,
    emails: plural(),
    phoneNumbers: plural(),
    photos: plural(exact),
    addresses: many({ formatted: text, locality: text, country: text,
                      type: text, primary: truth }),
    groups: many({ value: exact, $ref: exact, display: text, type: text }),
    x509Certificates: plural(binary),
};

const group = {
    ...common,
    displayName: text,
    members: many({ value: exact, $ref: exact, display: text, type: text }),
};

const enterprise = {
    employeeNumber: text,
    department: text,
    manager: one({ value: exact, $ref: exact, displayName: text }),
};

// of an extension that the server does not know
const custom = { badge: { kind: 'number' }, tag: text };

export const types = {
    User: { urn: USER, attributes: user,
            extensions: { [ENTERPRISE]: enterprise } },
    Group: { urn: GROUP, attributes: group, extensions: {} },
};

export const unknown = { [CUSTOM]: custom };
