// PATCH messages for users: made at random, and applied by scim-patch.
//
// Where src/scim deliberately does something else than the package, each
// operation can be rewritten, and what it left be put right: a difference has
// a name (t/520-differential.t says why src/scim does so) and is there if the
// set "as" has it. With an empty set the package gets the message as it is.

import * as filters from './filters.mjs';
import * as pool from './resources.mjs';
import { ENTERPRISE, PATCH_OP, USER, types } from './schema.mjs';

export const differences = [
    'path-less', 'urn alone', 'names without case', 'op without case',
    'one value', 'primary', 'no target', 'created element',
    'nothing to remove', 'emptied', 'remove with values', 'whole element',
    'selection', 'part of none', 'null assigned', 'read-only ignored',
    'boolean strings', 'schemas', 'emails', 'twice',
];

const all = new Set(differences);

const user = types.User.attributes;
const plurals = ['emails', 'phoneNumbers', 'photos'];
const places = ['work', 'home', 'other', 'Work', 'mobile'];
const addresses = ['a@example.com', 'A@example.com', 'b@example.com',
                   'new@example.com', 'd@example.com', 'e@example.com'];

class Refused extends Error {
}


// --- making ---

function element(random) {
    const value = { value: random.pick(addresses) };
    if (random.chance(0.7)) {
        value.type = random.pick(places);
    }
    if (random.chance(0.3)) {
        value.primary = random.chance(0.6);
    }
    if (random.chance(0.2)) {
        value.display = random.pick(pool.words);
    }
    return value;
}


// one that the document has, as it is or nearly, or a new one
function known(random, document, name) {
    const there = document[name] ?? [];
    if (!there.length || random.chance(0.4)) {
        return element(random);
    }
    const value = { ...random.pick(there) };
    if (random.chance(0.3)) {
        delete value[random.pick(['type', 'display', 'primary'])];
    }
    return value;
}


// all different, of which one at most is primary: more would be refused
function list(random, document, name, most) {
    const values = Array.from({ length: 1 + random.below(most) },
                              () => known(random, document, name))
        .filter((v, i, list) => !list.slice(0, i).some(w => same(v, w)));
    let primary = false;
    for (const value of values) {
        if (value.primary && primary) {
            value.primary = false;
        }
        primary ||= value.primary;
    }
    return values;
}


function text(random, name) {
    return name === 'userName' ? random.pick(['jane', 'joe', 'J\u00f6rg'])
        : random.pick(pool.words);
}


// a simple attribute: its place in the document, and how it may be written
const simple = [
    ['displayName'], ['title'], ['nickName'], ['userName'], ['externalId'],
    ['active'], ['name', 'givenName'], ['name', 'familyName'],
    [ENTERPRISE, 'department'], [ENTERPRISE, 'employeeNumber'],
    [ENTERPRISE, 'manager', 'value'],
];

const dotted = place => place[0] === ENTERPRISE
    ? `${ENTERPRISE}:${place.slice(1).join('.')}` : place.join('.');


function simpleValue(random, place, lenient) {
    if (place[0] !== 'active') {
        return text(random, place[0]);
    }
    return lenient && random.chance(0.3) ? random.pick(['True', 'False'])
        : random.chance(0.5);
}


function names(random) {
    const name = {};
    for (const sub of random.some(['givenName', 'familyName', 'formatted'],
                                  1 + random.below(3)))
    {
        name[sub] = random.pick(pool.words);
    }
    return name;
}


function object(random, document, lenient) {
    const value = {};
    for (const place of random.some(simple, random.below(3))) {
        if (place.length === 1) {
            value[place[0]] = simpleValue(random, place, lenient);
        } else if (place[0] === ENTERPRISE && place.length === 2) {
            value[ENTERPRISE] = { ...value[ENTERPRISE],
                                  [place[1]]: text(random) };
        }
    }
    if (random.chance(0.3)) {
        value.name = names(random);
    }
    if (random.chance(0.3)) {
        const name = random.pick(plurals.slice(0, 2));
        value[name] = list(random, document, name, 2);
    }
    if (random.chance(0.15)) {
        value[random.pick(['id', 'meta'])] = 'ignored';
    }
    if (!Object.keys(value).length) {
        value.title = text(random);
    }
    return value;
}


// what an operation is about is kept beside it, as "about"
function operation(random, document, lenient) {
    const puts = random.pick(['add', 'replace']);
    const x = random.next();

    if (x < 0.2) {
        const place = random.pick(simple);
        return { op: puts, path: dotted(place), about: { place },
                 value: random.chance(0.05) && place[0] !== 'userName'
                     ? null : simpleValue(random, place, lenient) };
    }
    if (x < 0.28) {
        const place = random.pick(simple.filter(p => p[0] !== 'userName'));
        return { op: 'remove', path: dotted(place), about: { place } };
    }
    if (x < 0.34) {
        return random.chance(0.3)
            ? { op: 'remove', path: 'name', about: { place: ['name'] } }
            : { op: puts, path: 'name', value: names(random),
                about: { place: ['name'] } };
    }
    if (x < 0.52) {
        const name = random.pick(plurals.slice(0, 2));
        const value = list(random, document, name, 3);
        const single = puts === 'add' && random.chance(0.3);
        return { op: puts, path: name, about: { name },
                 value: single ? value[0] : value };
    }
    if (x < 0.58) {
        const name = random.pick(plurals);
        return { op: 'remove', path: name, about: { name },
            ...(random.chance(0.6)
                ? { value: list(random, document, name, 3) } : {}) };
    }
    if (x < 0.84) {
        return valuePath(random, document, puts);
    }
    if (x < 0.88) {
        const name = random.pick(plurals.slice(0, 2));
        const sub = random.pick(['type', 'display']);
        const op = random.pick(['add', 'replace', 'remove']);
        return { op, path: `${name}.${sub}`, about: { name, sub },
                 ...(op === 'remove' ? {} : { value: random.pick(places) }) };
    }
    if (x < 0.92) {
        const op = random.pick(['add', 'replace', 'remove']);
        return { op, path: ENTERPRISE, about: { urn: true },
            ...(op === 'remove' ? {} : { value:
                { department: text(random), employeeNumber: '7' } }) };
    }
    return { op: puts, value: object(random, document, lenient),
             about: { object: true } };
}


function valuePath(random, document, puts) {
    const name = random.pick(plurals.slice(0, 2));
    const op = random.chance(0.3) ? 'remove' : puts;
    const there = document[name] ?? [];
    let filter;
    if (random.chance(0.7)) {
        const sub = random.pick(['type', 'type', 'value']);
        const value = there.length && random.chance(0.7)
            ? random.pick(there)[sub] ?? 'work'
            : random.pick(sub === 'type' ? places : addresses);
        filter = filters.equality(sub, user[name],
            random.chance(0.1) ? random.recase(value) : value);
    } else {
        filter = filters.makeInner(random, user[name]);
    }
    const sub = random.chance(0.6)
        ? random.pick(['value', 'display', 'type', 'primary']) : null;
    const written = filters.write(filter, new Set(), {});
    const value = sub === 'primary' ? random.chance(0.7)
        : sub ? random.pick(sub === 'value' ? addresses : places)
        : element(random);
    return { op, path: `${name}[${written}]${sub ? '.' + sub : ''}`,
             about: { name, filter, sub },
             ...(op === 'remove' ? {} : { value }) };
}


// the same name in another case
function misspell(random, made) {
    if (made.path && !made.about.filter && !made.about.urn
        && random.chance(0.08))
    {
        const at = made.path.lastIndexOf(':') + 1;
        made.path = made.path.slice(0, at)
            + random.recase(made.path.slice(at));
    }
    return made;
}


export function make(random, document, lenient) {
    return Array.from({ length: 1 + random.below(4) }, () => {
        const made = misspell(random, operation(random, document, lenient));
        made.spelled = lenient && random.chance(0.2)
            ? random.pick([made.op.toUpperCase(),
                           made.op[0].toUpperCase() + made.op.slice(1)])
            : made.op;
        return made;
    });
}


export function message(operations) {
    return { schemas: [PATCH_OP], Operations: operations.map(made => {
        const sent = { op: made.spelled };
        if (made.path !== undefined) {
            sent.path = made.path;
        }
        if (made.value !== undefined) {
            sent.value = made.value;
        }
        return sent;
    }) };
}


// --- rewriting ---

const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value) {
    return Array.isArray(value) ? value.map(sorted)
        : value && typeof value === 'object'
            ? Object.fromEntries(Object.keys(value).sort()
                .map(key => [key, sorted(value[key])])) : value;
}


function at(document, place) {
    return place.reduce((value, key) => value?.[key], document);
}


function truth(value) {
    return /^(true|false)$/i.test(value) ? /^true$/i.test(value) : value;
}


// An object without a path, and the one for a URN, attribute by attribute.
function split(made, as) {
    const { op, spelled } = made;
    const whole = { op, spelled };
    const inside = (urn, value) => Object.entries(value).map(([key, member]) =>
        ({ ...whole, path: `${urn}:${key}`, value: member,
           about: { place: [urn, key] } }));

    if (made.about.urn && as.has('urn alone') && op !== 'remove') {
        return inside(ENTERPRISE, made.value);
    }
    if (!made.about.object) {
        return [made];
    }
    const value = { ...made.value };
    if (as.has('read-only ignored')) {
        delete value.id;
        delete value.meta;
    }
    if (!as.has('path-less')) {
        return [{ ...made, value }];
    }
    return Object.entries(value).flatMap(([key, member]) =>
        key === ENTERPRISE ? inside(key, member)
        : [{ ...whole, path: key, value: member,
             about: plurals.includes(key) ? { name: key }
                                          : { place: [key] } }]);
}


// RFC 7643, section 2.4, as src/scim reads it: what comes last is primary
function demote(list, keep) {
    list.forEach((value, i) => {
        if (i !== keep && value.primary === true) {
            value.primary = false;
        }
    });
}


// One operation by the package, with what src/scim does besides.
class Step {
    constructor(peer, made, document, as, strict) {
        Object.assign(this, { peer, made, document, as, strict });
        this.op = made.op;
        this.path = made.path;
        this.value = made.value;
        this.about = made.about;
    }

    // to the end: the document
    apply() {
        const { as, about } = this;
        this.sent = as.has('op without case') ? this.op : this.made.spelled;

        if (as.has('names without case') && this.path && !about.filter) {
            this.path = about.place ? dotted(about.place)
                : about.urn ? this.path
                : about.name + (about.sub ? '.' + about.sub : '');
        }
        if (as.has('boolean strings') && about.place?.[0] === 'active') {
            this.value = truth(this.value);
        }
        if (as.has('null assigned') && this.value === null) {
            if (this.op === 'add') {
                return this.document;
            }
            this.op = this.sent = 'remove';
            this.value = undefined;
        }

        const done = about.filter ? this.selected()
            : about.name && about.sub ? this.part()
            : about.name ? this.whole()
            : about.urn ? this.extension()
            : this.run();
        if (as.has('emptied')) {
            this.tidy();
        }
        return done ?? this.document;
    }

    run(path = this.path, value = this.value) {
        const operation = { op: this.sent };
        if (path !== undefined) {
            operation.path = path;
        }
        if (value !== undefined) {
            operation.value = value;
        }
        this.document = this.peer.apply(this.document, [operation]);
        return this.document;
    }

    get list() {
        return this.document[this.about.name];
    }

    // what lost its last value is gone
    tidy() {
        for (const place of [['name'], [ENTERPRISE, 'manager'], [ENTERPRISE],
                             ...plurals.map(name => [name])])
        {
            const holder = at(this.document, place.slice(0, -1));
            const key = place[place.length - 1];
            const value = holder?.[key];
            if (value && typeof value === 'object'
                && !Object.keys(value).length)
            {
                delete holder[key];
            }
        }
        for (const name of plurals) {
            if (this.op === 'remove' && Array.isArray(this.document[name])
                && this.document[name].some(e => !Object.keys(e).length))
            {
                this.document[name] = this.document[name]
                    .filter(e => Object.keys(e).length);
                this.tidy();
            }
        }
    }

    // remove of a URN
    extension() {
        if (this.op !== 'remove' || !this.as.has('urn alone')) {
            return this.run();
        }
        delete this.document[ENTERPRISE];
        return this.document;
    }

    // emails
    whole() {
        const { as } = this;
        if (this.op === 'remove') {
            return this.value === undefined ? this.run() : this.without();
        }
        let value = this.value;
        const before = this.list ?? [];
        if (as.has('one value') && !Array.isArray(value)) {
            value = [value];
        }
        if (!as.has('primary') || this.op !== 'add' || !before.length
            || !Array.isArray(value))
        {
            return this.run(this.path, value);
        }
        for (const one of value) {
            const length = this.list.length;
            this.run(this.path, [one]);
            if (this.list.length > length && one.primary === true) {
                demote(this.list, length);
            }
        }
        return this.document;
    }

    // remove of emails, of these only: those that have their value and, if
    // they say one, their type
    without() {
        if (!this.as.has('remove with values')) {
            return this.run();
        }
        const named = value => this.value.some(v => v.value === value.value
            && (v.type === undefined || v.type === value.type));
        const gone = (this.list ?? []).filter(named);
        return gone.length ? this.run(this.path, gone) : this.document;
    }

    // emails.type
    part() {
        const { as, about } = this;
        if (this.op === 'remove' && !this.list?.length
            && as.has('nothing to remove'))
        {
            return this.document;
        }
        if (this.op !== 'remove' && !this.list?.length
            && as.has('part of none'))
        {
            this.document[about.name] = [{ [about.sub]: this.value }];
            return this.document;
        }
        return this.run();
    }

    // emails[filter] and emails[filter].sub
    selected() {
        const { as, about } = this;
        const list = this.list ?? [];
        const chosen = this.peer.filters.select(about.filter,
            user[about.name], list);

        if (!chosen.length) {
            return this.unmatched(list);
        }
        if (!as.has('selection')) {
            return this.run();
        }

        // told apart by a number that each of them has for the moment
        list.forEach((value, i) => {
            value.number = i;
        });
        const which = chosen.map(i => `number eq ${i}`).join(' or ');
        this.run(`${about.name}[${which}]${about.sub ? '.' + about.sub : ''}`);
        const left = this.list ?? [];
        const first = left.findIndex(v => v.number === chosen[0]);
        left.forEach((value, i) => {
            const was = value.number;
            delete value.number;
            if (!about.sub && this.op === 'replace' && chosen.includes(was)
                && as.has('whole element'))
            {
                left[i] = { ...this.value };
            }
        });
        this.onePrimary(left, chosen, first);
        return this.document;
    }

    onePrimary(left, chosen, first) {
        const made = this.about.sub === 'primary' ? this.value
            : !this.about.sub && this.value?.primary;
        if (this.op === 'remove' || made !== true || !this.as.has('primary')) {
            return;
        }
        if (chosen.length > 1 && this.strict) {
            throw new Refused('more than one primary');
        }
        demote(left, first);
    }

    unmatched(list) {
        const { as, about } = this;
        if (this.op === 'remove') {
            return as.has('nothing to remove') ? this.document : this.run();
        }
        if (this.strict) {
            if (as.has('no target')) {
                throw new Refused('no target');
            }
            return this.run();
        }
        if (!as.has('created element')) {
            return this.run();
        }
        const said = filters.described(about.filter);
        if (!said) {
            throw new Refused('the filter says not what it would be');
        }
        const value = { ...said, ...(about.sub ? { [about.sub]: this.value }
                                               : this.value) };
        this.document[about.name] = [...list, value];
        if (value.primary === true && as.has('primary')) {
            demote(this.list, list.length);
        }
        return this.document;
    }
}


export class Peer {
    constructor(require, inner) {
        this.library = require('scim-patch');
        this.filters = inner;
    }

    apply(document, operations) {
        return this.library.scimPatch(document, operations,
            { mutateDocument: false, treatMissingAsAdd: true });
    }

    // the document, or null: refused
    patch(operations, document, strict, as) {
        try {
            let result = structuredClone(document);
            // the package keeps what it is given
            for (const made of structuredClone(operations)) {
                for (const one of split(made, as)) {
                    result = new Step(this, one, result, as, strict).apply();
                }
            }
            return finish(result, as);
        } catch {
            return null;
        }
    }

    accepts(message, document) {
        try {
            this.library.patchBodyValidation(message);
            this.apply(document, structuredClone(message.Operations));
            return true;
        } catch {
            return false;
        }
    }

    judge(operations, document, strict) {
        const result = this.patch(operations, document, strict, all);
        const alike = as => same(this.patch(operations, document, strict, as),
                                 result);
        return { resource: result, differences: alike(new Set()) ? []
            : differences.filter(one => {
                const others = new Set(all);
                others.delete(one);
                return !alike(others);
            }) };
    }
}


// RFC 7643, section 2.4: the values of a list, none of them twice
function distinct(list) {
    const seen = new Map();
    for (const value of list) {
        const key = JSON.stringify(typeof value.value === 'string'
            ? [value.value, value.type] : sorted(value));
        const before = seen.get(key);
        if (before) {
            const primary = before.primary === true;
            Object.assign(before, value, primary ? { primary } : {});
        } else {
            seen.set(key, { ...value });
        }
    }
    return [...seen.values()];
}


// what src/scim does to each document in the end
function finish(document, as) {
    const whole = { ...document };
    if (as.has('twice')) {
        for (const name of [...plurals, 'addresses', 'x509Certificates']) {
            if (Array.isArray(whole[name])) {
                whole[name] = distinct(whole[name]);
            }
        }
    }
    if (as.has('schemas')) {
        whole.schemas = whole[ENTERPRISE] ? [USER, ENTERPRISE] : [USER];
    }
    if (as.has('emails')) {
        whole.emails ??= [];
    }
    return whole;
}
