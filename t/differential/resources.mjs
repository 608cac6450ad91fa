// Users and groups as the store has them, with what is spliced in behind.

import { CUSTOM, ENTERPRISE, GROUP, USER } from './schema.mjs';

const decomposed = 'e\u0301';

// few, so that comparisons often meet
export const words = [
    'a', 'A', 'b', 'ab', 'AB', 'aB', 'work', 'Work', 'home', 'other', 'jane',
    'Jane', 'jane@example.com', 'JANE@example.com', 'a b', '10', '9', '-5',
    'J\u00f6rg', 'J\u00d6RG', 'stra\u00dfe', 'STRASSE', '\ufb01x', 'fix',
    '\u00e9', decomposed, '\uff21', '\u03c3', '\u03c2', '\u{1f600}',
    'say "x"', 'back\\slash', 'a/b', 'two\nlines', ']', ')', 'x and y', 'true',
];

export const dates = [
    '2024-01-01T00:00:00.000Z', '2024-01-01T00:00:00.500Z',
    '2023-12-31T23:59:59.999Z', '2024-06-30T12:00:00.000Z',
];

export const binaries = ['AAEC', 'aaec', '/w=='];

export const ids = [
    '00000000-0000-4000-8000-000000000001',
    'abcdef00-0000-4000-8000-00000000000a',
    'ABCDEF00-0000-4000-8000-00000000000A',
];

const url = id => `https://scim.example/Users/${id}`;


function put(random, object, name, chance, value) {
    if (random.chance(chance)) {
        object[name] = value();
    }
}


function elements(random, values, types, count) {
    return random.some(values, random.below(count + 1)).map((value, i) => {
        const element = { value };
        put(random, element, 'display', 0.3, () => random.pick(words));
        put(random, element, 'type', 0.8, () => random.pick(types));
        if (i === 0 && random.chance(0.5)) {
            element.primary = true;
        } else {
            put(random, element, 'primary', 0.2, () => false);
        }
        return element;
    });
}


function plural(random, object, name, values, types, count = 3) {
    const list = elements(random, values, types, count);
    if (list.length) {
        object[name] = list;
    }
}


const places = ['work', 'home', 'other', 'Work'];
const addresses = ['a@example.com', 'A@example.com', 'b@example.com',
                   'jane@example.com', 'j\u00f6rg@example.com',
                   'c@example.org'];


// the document of a user, without what is not stored in it
export function document(random) {
    const user = {
        schemas: [USER], id: random.pick(ids), userName: random.pick(words),
        emails: elements(random, addresses, places, 4),
    };

    put(random, user, 'externalId', 0.6, () => random.pick(words));
    put(random, user, 'displayName', 0.6, () => random.pick([...words, '']));
    put(random, user, 'nickName', 0.2, () => random.pick(words));
    put(random, user, 'title', 0.4, () => random.pick(words));
    put(random, user, 'profileUrl', 0.2, () => random.pick(ids.map(url)));
    put(random, user, 'active', 0.7, () => random.chance(0.5));
    if (random.chance(0.6)) {
        user.name = {
            familyName: random.chance(0.25) ? '' : random.pick(words),
        };
        put(random, user.name, 'givenName', 0.6, () => random.pick(words));
        put(random, user.name, 'formatted', 0.3, () => random.pick(words));
    }
    plural(random, user, 'phoneNumbers', ['1', '+1', '22', '333'], places);
    plural(random, user, 'photos', ids.map(url), ['photo', 'thumbnail'], 2);
    plural(random, user, 'x509Certificates', binaries, places, 2);
    if (random.chance(0.3)) {
        user.addresses = [{ locality: random.pick(words), type: 'home' }];
    }
    if (random.chance(0.5)) {
        user[ENTERPRISE] = { department: random.pick(words) };
        put(random, user[ENTERPRISE], 'employeeNumber', 0.5,
            () => random.pick(['9', '10', 'A1']));
        put(random, user[ENTERPRISE], 'manager', 0.5,
            () => ({ value: random.pick(ids) }));
        user.schemas.push(ENTERPRISE);
    }
    return user;
}


function meta(random, resourceType) {
    return { resourceType, created: random.pick(dates),
             lastModified: random.pick(dates),
             location: url(random.pick(ids)), version: 'W/"5"' };
}


// a whole user, as filters see it
export function user(random, lenient) {
    const whole = document(random);

    whole.meta = meta(random, 'User');
    if (random.chance(0.4)) {
        whole.groups = random.some(ids, 2).map(value => ({
            value, $ref: url(value), display: random.pick(words),
            type: 'direct',
        }));
    }
    if (lenient && random.chance(0.5)) {
        whole[CUSTOM] = {};
        put(random, whole[CUSTOM], 'badge', 0.8,
            () => random.pick([-5, 0, 9, 10, 10.5, '10', '9', 'x']));
        put(random, whole[CUSTOM], 'tag', 0.8,
            () => random.chance(0.2) ? random.pick([7, 10, true])
                                     : random.pick(words));
        whole.schemas.push(CUSTOM);
    }
    return whole;
}


export function group(random) {
    const whole = {
        schemas: [GROUP], id: random.pick(ids),
        displayName: random.pick(words), meta: meta(random, 'Group'),
        members: random.some(ids, random.below(3)).map(value => ({
            value, $ref: url(value), type: random.pick(['User', 'Group']),
            display: random.pick(words),
        })),
    };
    put(random, whole, 'externalId', 0.5, () => random.pick(words));
    return whole;
}
