// Filters and PATCH messages that must be refused: each with a flaw that has a
// name. In most of them it stands somewhere in what is right otherwise.

import * as filters from './filters.mjs';
import { ENTERPRISE, PATCH_OP, types } from './schema.mjs';

const strings = ['userName', 'name.givenName', 'emails.type', 'meta.version',
                 `${ENTERPRISE}:department`];
const truths = ['active', 'emails.primary', 'photos.primary'];
const order = ['gt', 'ge', 'lt', 'le'];
const search = ['co', 'sw', 'ew'];

// each makes a term, or a whole filter of another, with the flaw
const terms = {
    'unknown attribute': r => `${r.pick(['nick', 'user_name', 'emails.kind',
        'name.first', `${ENTERPRISE}:desk`])} eq "a"`,
    'unknown extension': r => `urn:example:none:1.0:User:${r.pick(['a', 'b'])} `
        + 'eq "a"',
    'boolean ordered': r => `${r.pick(truths)} ${r.pick(order)} true`,
    'boolean searched': r => `${r.pick(truths)} ${r.pick(search)} "t"`,
    'boolean as a string': r => `${r.pick(truths)} eq "true"`,
    'boolean as a number': r => `${r.pick(truths)} eq ${r.below(2)}`,
    'binary ordered': r => `x509Certificates.value ${r.pick(order)} "AA"`,
    'string as a number': r => `${r.pick(strings)} ${r.pick(order)} 5`,
    'string as a boolean': r => `${r.pick(strings)} eq true`,
    'no date': r => `meta.created ${r.pick(order)} "${r.pick(['yesterday',
        '2024', '2024-01-01', '2024-13-01T00:00:00Z'])}"`,
    'null ordered': r => `${r.pick(strings)} ${r.pick([...order, ...search])} `
        + 'null',
    'complex compared': r => `${r.pick(['name', 'meta', 'addresses'])} `
        + `${r.pick(['eq', 'co'])} "a"`,
    'password': r => `password ${r.pick(['eq "a"', 'pr', 'sw "a"'])}`,
    'too many names': r => `name.givenName.${r.pick(['a', 'value'])} eq "a"`,
    'value path of a simple attribute': r =>
        `${r.pick(['userName', 'active', 'title'])}[value eq "a"]`,
    'value path in a value path': r =>
        `emails[type[value eq "${r.pick(['a', 'b'])}"]]`,
    'path in a value path': r => `emails[value.${r.pick(['a', 'b'])} eq "a"]`,
    'urn in a value path': r =>
        `emails[${types.User.urn}:type eq "${r.pick(['a', 'b'])}"]`,
    'not without brackets': r => `not ${r.pick(strings)} pr`,
    'no operator': r => `${r.pick(strings)} "a"`,
    'unknown operator': r => `${r.pick(strings)} ${r.pick(['is', 'like', '=',
        '==', 'regex', 'eqq', 'in'])} "a"`,
    'no value': r => `${r.pick(strings)} ${r.pick(order)}`,
    'value behind pr': r => `${r.pick(strings)} pr "a"`,
    'unquoted': r => `${r.pick(strings)} eq ${r.pick(['jane', 'a1', 'Null0'])}`,
    'single quotes': r => `${r.pick(strings)} eq 'a'`,
    'unclosed quote': r => `${r.pick(strings)} eq "a`,
    'unknown escape': r => `${r.pick(strings)} eq "\\${r.pick(['q', 'x', 'a',
        'u12'])}"`,
    'control character': r => `${r.pick(strings)} eq "a${r.pick(['\n', '\t',
        '\u0001'])}b"`,
    'array as a value': r => `${r.pick(strings)} eq ${r.pick(['["a"]', '{}'])}`,
    'empty brackets': r => r.pick(['()', 'emails[]', 'not ()']),
    'index': r => `emails[${r.below(3)}].value eq "a"`,
    'space before a bracket': r => `emails [type eq "${r.pick(['a', 'b'])}"]`,
};

const wholes = {
    'nothing': r => r.pick(['', ' ', '  ']),
    'closing bracket missing': (r, text) => `(${text}`,
    'closing bracket too many': (r, text) => `${text})`,
    'joined by nothing': (r, text) => `(${text}) ${r.pick(strings)} pr`,
    'joined by not': (r, text) => `${text} not (${r.pick(strings)} pr)`,
    'joined by and and or': (r, text) => `${text} and or ${text}`,
    'starts with and': (r, text) => `${r.pick(['and', 'or'])} ${text}`,
    'ends with and': (r, text) => `${text} ${r.pick(['and', 'or', 'not'])}`,
    'ends with a comma': (r, text) => `${text},`,
    'joined by signs': (r, text) => `${text} ${r.pick(['&&', '||', '&'])} `
        + text,
};


// {flaw, filter}: for a strict integration's users
export function filter(random) {
    const flaw = random.pick([...Object.keys(terms), ...Object.keys(wholes)]);
    const right = filters.write(filters.make(random, 'User', false, {}),
                                new Set(), {});
    if (wholes[flaw]) {
        return { flaw, filter: wholes[flaw](random, right) };
    }
    const wrong = terms[flaw](random);
    return { flaw, filter: random.pick([wrong, wrong,
        `${right} and ${wrong}`, `not (${wrong})`, `(${wrong})`]) };
}


// --- PATCH: each gives the scimType of the refusal, and an operation ---

const puts = r => r.pick(['add', 'replace']);

const operations = {
    'unknown op': r => ['invalidSyntax', { op: r.pick(['move', 'test', '', 5]),
        path: 'title', value: 'a' }],
    'no op': () => ['invalidSyntax', { path: 'title', value: 'a' }],
    'remove without a path': () => ['noTarget', { op: 'remove' }],
    'no value': r => ['invalidValue', { op: puts(r), path: r.pick(['title',
        'emails', 'emails[type eq "work"].value']) }],
    'no object without a path': r => ['invalidValue', { op: puts(r),
        value: r.pick(['a', 5, [{ title: 'a' }]]) }],
    'unknown attribute': r => ['invalidPath', { op: puts(r), value: 'a',
        path: r.pick(['nick', 'name.first', `${ENTERPRISE}:desk`]) }],
    'broken path': r => ['invalidPath', { op: puts(r), value: 'a',
        path: r.pick(['name..givenName', '.title', 'title.', 'a b',
            'emails[type eq "work"]value',
            'emails[type eq "work"].value.x']) }],
    'broken filter in a path': r => ['invalidFilter', { op: puts(r),
        value: 'a', path: r.pick(['emails[type eq "work"', 'emails[]',
            'emails[type is "work"]', 'emails[type]']) }],
    'index in a path': r => ['invalidFilter', { op: puts(r), value: 'a',
        path: `emails[${r.below(3)}].value` }],
    'path is no string': r => ['invalidPath', { op: puts(r), value: 'a',
        path: r.pick([5, ['title'], {}]) }],
    'required removed': () => ['mutability',
        { op: 'remove', path: 'userName' }],
    'required emptied': r => ['invalidValue', { op: puts(r), path: 'userName',
        value: r.pick(['', ' ']) }],
    'read-only put': r => ['mutability', { op: puts(r), value: 'a',
        path: r.pick(['id', 'meta.created', 'groups']) }],
    'read-only removed': r => ['mutability', { op: 'remove',
        path: r.pick(['id', 'meta', 'groups',
                      'groups[value eq "a"]']) }],
    'no boolean': r => ['invalidValue', { op: puts(r), path: 'active',
        value: r.pick(['yes', 1, 'true', ['a']]) }],
    'no string': r => ['invalidValue', { op: puts(r), value: r.pick([5, true,
        ['a'], { a: 1 }]), path: r.pick(['title', 'name.givenName']) }],
    'no complex value': r => ['invalidValue', { op: puts(r), value: 'a',
        path: r.pick(['name', 'emails', `${ENTERPRISE}:manager`]) }],
    'two primaries': () => ['invalidValue', { op: 'add', path: 'emails',
        value: [{ value: 'x', primary: true },
                { value: 'y', primary: true }] }],
};

const messages = {
    'no schemas': right => ['invalidSyntax', { Operations: right }],
    'other schemas': right => ['invalidSyntax', { schemas: [types.User.urn],
                                                  Operations: right }],
    'no operations': () => ['invalidSyntax', { schemas: [PATCH_OP],
                                               Operations: [] }],
    'operations are no array': () => ['invalidSyntax',
        { schemas: [PATCH_OP], Operations: 'a' }],
};


// {flaw, scimType, patch}: for a user of a strict integration
export function patch(random, document) {
    const flaw = random.pick([...Object.keys(operations),
                              ...Object.keys(messages)]);
    const right = Array.from({ length: random.below(3) }, () =>
        ({ op: 'replace', path: 'title', value: 'right' }));
    if (messages[flaw]) {
        const [scimType, patch] = messages[flaw](right);
        return { flaw, scimType, patch };
    }
    const [scimType, wrong] = operations[flaw](random, document);
    return { flaw, scimType,
             patch: { schemas: [PATCH_OP], Operations: [...right, wrong] } };
}
