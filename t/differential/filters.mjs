// Filters: made at random as trees, written down as text, and evaluated by
// scim2-parse-filter.
//
// Where src/scim deliberately does something else than the package, the filter
// and the resource can be rewritten so that the package does it, too: each
// difference has a name (t/520-differential.t says why it is right) and is
// rewritten if the set "as" has it. So a case is compared wholly, and not left
// out because of a difference. With an empty set the text is what src/scim
// gets.

import { CUSTOM, types, unknown } from './schema.mjs';
import * as pool from './resources.mjs';

export const differences = [
    'case', 'dates', 'ne of nothing', 'null', 'present', 'simple values',
    'default value', 'core urn', 'each element', 'same element', 'escapes',
    'dollar', 'negative numbers', 'unlike types', 'unquoted', 'boolean strings',
    'number for a string',
];

const all = new Set(differences);


// As the names of people are compared (NFKC_Casefold, about).
export function fold(text) {
    return [...text.normalize('NFKC')]
        .map(c => c.toUpperCase().toLowerCase()).join('').normalize('NFKC');
}


// --- making ---

const ordered = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const searched = ['co', 'sw', 'ew'];
const operators = {
    text: [...ordered, ...searched, 'pr', 'eq', 'co'],
    exact: [...ordered, ...searched, 'pr', 'eq'],
    binary: ['eq', 'ne', 'co', 'pr'],
    boolean: ['eq', 'ne', 'pr'],
    number: [...ordered, 'pr'],
    date: [...ordered, 'pr', 'sw'],
    complex: ['pr'],
};


// all paths of a type: urn, name, sub, and the kind of what is compared
function paths(type, lenient) {
    const list = [];
    const add = (urn, name, attribute) => {
        list.push({ urn, name, attribute, kind: attribute.kind });
        for (const [sub, inner] of Object.entries(attribute.sub ?? {})) {
            list.push({ urn, name, sub, attribute, kind: inner.kind });
        }
    };
    const schemas = [[null, types[type].attributes],
        ...Object.entries(types[type].extensions),
        ...(lenient && type === 'User' ? Object.entries(unknown) : [])];
    for (const [urn, attributes] of schemas) {
        for (const [name, attribute] of Object.entries(attributes)) {
            add(urn, name, attribute);
        }
    }
    return list;
}


// what a comparison is made with: its value, and how it is written
function literal(random, kind, op, lenient, there, known) {
    if (kind === 'boolean') {
        const value = random.chance(0.5);
        return { value, written: lenient && random.chance(0.2)
            ? { text: `"${random.pick(['True', 'TRUE', 'true'])}"`, value: true,
                why: 'boolean strings' } : null };
    }
    if (kind === 'number') {
        return { value: random.pick([-5, 0, 9, 10, 10.5]) };
    }
    if (kind === 'date') {
        if (op === 'sw') {
            return { value: random.pick(['2024', '2023-12', '2024-01-01T00']) };
        }
        const value = random.pick(pool.dates);
        const form = random.below(4);
        return { value, written: form === 0
            ? { text: `"${value.replace('.000Z', 'Z')}"`, why: 'dates' }
            : form === 1 ? { text: `"${shifted(value)}"`, why: 'dates' }
            : null };
    }

    let value = there.length && random.chance(0.4) ? random.pick(there)
        : random.pick(kind === 'binary' ? pool.binaries
                      : random.chance(0.2) ? pool.ids : pool.words);
    if (searched.includes(op) && random.chance(0.5)) {
        value = [...value].slice(0, 2).join('');
    }
    if (random.chance(0.15)) {
        value = random.recase(value);
    }
    if (lenient && kind !== 'binary' && random.chance(0.2)) {
        if (/^[A-Za-z][a-z]*$/.test(value) && !/^(true|false|null)$/i
            .test(value)) {
            return { value, written: { text: value, why: 'unquoted' } };
        }
        if (known && /^[1-9]\d*$/.test(value)) {
            return { value, written: { text: value,
                                       why: 'number for a string' } };
        }
    }
    return { value, written: escaped(random, value) };
}


// the same moment in another zone
function shifted(date) {
    const local = new Date(Date.parse(date) + 2 * 3600_000).toISOString();
    return local.replace('Z', '+02:00');
}


// with escapes that JSON knows and scim2-parse-filter does not
function escaped(random, value) {
    if (!/["\\\n]/.test(value) && !random.chance(0.1)) {
        return null;
    }
    const text = JSON.stringify(value)
        .replace(/[a\u00e9/]/g, c => random.chance(0.5)
            ? '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0') : c);
    return { text, why: 'escapes' };
}


// the strings that a resource has at a path
function strings(resource, path) {
    const inside = (value, name) => value === undefined ? []
        : Array.isArray(value) ? value.flatMap(v => inside(v, name))
        : name ? inside(value[name]) : [value];
    const holder = path.urn ? resource[path.urn] ?? {} : resource;
    return inside(holder[path.name], path.sub)
        .filter(value => typeof value === 'string');
}


function comparison(random, list, lenient, resource) {
    let path = random.pick(list);
    if (lenient && random.chance(0.15)) {
        const name = random.pick(['badge', 'tag']);
        path = list.find(p => p.urn === CUSTOM && p.name === name) ?? path;
    } else if (random.chance(0.05)) {
        path = list.find(p => p.name === 'schemas') ?? path;
    }
    const term = { is: 'comparison', path, attribute: path.attribute,
                   kind: path.kind };

    // emails eq "x"
    if (path.kind === 'complex' && path.attribute.sub?.value
        && !path.sub && random.chance(0.5))
    {
        term.alone = true;
        term.kind = path.attribute.sub.value.kind;
    }

    term.op = random.pick(operators[term.kind]);
    if (path.name === 'id' && term.op === 'pr' && random.chance(0.8)) {
        term.op = 'eq';
    }
    if (term.op === 'pr') {
        term.alone = false;
    } else if (random.chance(0.06)) {
        term.op = random.pick(['eq', 'ne']);
        term.literal = { value: null };
    } else {
        const there = path.inside ? []
            : strings(resource, term.alone ? { ...path, sub: 'value' } : path);
        term.literal = literal(random, term.kind, term.op, lenient, there,
                               path.urn !== CUSTOM);
    }
    return term;
}


// how a tree's words are written, decided once
function spell(random, term, type) {
    const path = term.path;
    const name = random.chance(0.15) ? random.recase(path.name) : path.name;
    const sub = path.sub && (random.chance(0.15) ? random.recase(path.sub)
                                                 : path.sub);
    term.spelling = { name, sub,
        op: term.op && (random.chance(0.2) ? random.recase(term.op) : term.op),
        urn: path.urn ?? (random.chance(0.1) ? types[type].urn : null) };
    return term;
}


function element(random, type, list, depth, lenient, resource) {
    const path = random.pick(list.filter(p => p.attribute.multi
                                              && p.attribute.sub && !p.sub));
    const inner = list.filter(p => p.name === path.name && p.sub)
        .map(p => ({ name: p.sub, attribute: p.attribute.sub[p.sub],
                     kind: p.kind, urn: null, inside: true }));
    const term = spell(random, { is: 'element', path,
        attribute: path.attribute }, type);
    term.of = tree(random, type, inner, Math.min(depth, 1), lenient, resource,
        true);
    if (random.chance(0.25)) {
        const rest = spell(random,
            comparison(random, inner, lenient, resource), type);
        rest.spelling.urn = null;
        term.rest = rest;
    }
    return term;
}


function tree(random, type, list, depth, lenient, resource,
    inside = false) {
    const x = random.next();
    if (depth > 0 && x < 0.45) {
        return { is: x < 0.25 ? 'and' : 'or', tight: random.chance(0.1),
                 of: Array.from({ length: 2 + random.below(2) },
                     () => tree(random, type, list, depth - 1, lenient,
                                resource, inside)) };
    }
    if (depth > 0 && x < 0.6) {
        return { is: 'not', tight: random.chance(0.3),
                 of: tree(random, type, list, depth - 1, lenient, resource,
                           inside) };
    }
    if (!inside && x < 0.75) {
        return element(random, type, list, depth, lenient, resource);
    }
    const term = spell(random, comparison(random, list, lenient, resource),
        type);
    if (inside) {
        term.spelling.urn = null;
    }
    return term;
}


export function make(random, type, lenient, resource) {
    return tree(random, type, paths(type, lenient), random.below(4), lenient,
                resource);
}


// a filter for a value path of this attribute
export function makeInner(random, attribute) {
    const list = Object.entries(attribute.sub).map(([name, sub]) =>
        ({ name, attribute: sub, kind: sub.kind, urn: null, inside: true }));
    return tree(random, 'User', list, random.below(2), false, {}, true);
}


// type eq "work"
export function equality(sub, attribute, value) {
    const path = { name: sub, attribute: attribute.sub[sub], urn: null,
                   kind: attribute.sub[sub].kind };
    const plain = /["\\\n]/.test(value) ? 'other' : value;
    return { is: 'comparison', path, attribute: path.attribute,
             kind: path.kind, op: 'eq', literal: { value: plain },
             spelling: { name: sub, op: 'eq', urn: null } };
}


// what an element is that an inner filter of nothing but eq and "and" selects
export function described(term) {
    if (term.is === 'and') {
        const whole = {};
        for (const part of term.of.map(described)) {
            for (const [key, value] of Object.entries(part ?? { '': null })) {
                if (key === '' || (whole[key] ?? value) !== value) {
                    return null;
                }
                whole[key] = value;
            }
        }
        return whole;
    }
    return term.is === 'comparison' && term.op === 'eq'
        && term.literal.value !== null
        ? { [term.path.name]: term.literal.value } : null;
}


// --- writing ---

function name(text, as) {
    return as.has('dollar') ? text.replace('$', '') : text;
}


function path(term, as) {
    const { urn, name: first, sub } = term.spelling;
    const core = urn && !term.path.urn;
    let text = (urn && !(core && as.has('core urn')) ? urn + ':' : '')
        + name(first, as) + (sub ? '.' + name(sub, as) : '');
    if ((as.has('default value') && term.alone)
        || (as.has('simple values') && term.attribute.multi
            && !term.attribute.sub))
    {
        text += '.value';
    }
    return text;
}


// that some value is there and not empty
function present(term, as) {
    const text = path(term, as);
    if (!as.has('present')) {
        return `${text} pr`;
    }
    const subs = term.path.sub || term.alone ? null : term.attribute.sub;
    if (!subs) {
        return `(${text} pr and ${text} ne "")`;
    }
    return '(' + Object.keys(subs).map(sub =>
        `${text}.${name(sub, as)} ne ""`).join(' or ') + ')';
}


function value(term, as) {
    const { value, written } = term.literal;
    if (written && !as.has(written.why)) {
        return written.text;
    }
    const plain = written?.value ?? value;
    if (term.kind === 'number' && as.has('negative numbers')) {
        return String(plain + 1000);
    }
    if (typeof plain !== 'string') {
        return String(plain);
    }
    let text = as.has('dates') && term.kind === 'date'
        && ordered.includes(term.op) ? new Date(plain).toISOString() : plain;
    if (as.has('case') && term.kind === 'text') {
        text = fold(text);
    }

    // only \" is an escape to the package: all others are as they are
    return as.has('escapes') ? '"' + text.replace(/"/g, '\\"')
        .replace(/\n/g, '\u240a') + '"' : JSON.stringify(text);
}


// of an attribute in no schema, the value may have any type
function unlike(term, resource) {
    const values = resource[CUSTOM]?.[term.path.name];
    return term.path.urn === CUSTOM && term.literal.value !== null
        && values !== undefined && typeof values !== typeof term.literal.value;
}


function writeComparison(term, as, resource) {
    if (term.op === 'pr') {
        return as.has('present') ? present(term, as)
            : `${path(term, as)} ${term.spelling.op}`;
    }
    if (term.literal.value === null && as.has('null')) {
        return term.op === 'eq' ? `not (${present(term, as)})`
            : present(term, as);
    }
    if (as.has('unlike types') && unlike(term, resource)) {
        return term.op === 'ne' ? 'schemas pr' : 'not (schemas pr)';
    }
    const text = `${path(term, as)} ${term.spelling.op} ${value(term, as)}`;
    return term.op === 'ne' && as.has('ne of nothing')
        ? `(${text} or not (${present(term, as)}))` : text;
}


export function write(term, as, resource, above = '') {
    const inner = (of, is) => write(of, as, resource, is);
    switch (term.is) {
    case 'and':
    case 'or': {
        const text = term.of.map(of => inner(of, term.is))
            .join(term.tight ? `  ${term.is.toUpperCase()} ` : ` ${term.is} `);
        return above === 'and' || above === term.is ? `(${text})` : text;
    }
    case 'not':
        return (term.tight ? 'NOT(' : 'not (') + inner(term.of, '') + ')';
    case 'element': {
        const rest = term.rest && writeComparison(term.rest, as, resource);
        const start = path(term, as) + (as.has('each element') ? '.self' : '');
        const text = inner(term.of, '');
        return !rest ? `${start}[${text}]`
            : as.has('same element') ? `${start}[(${text}) and ${rest}]`
            : `${start}[${text}].${rest}`;
    }
    default:
        return writeComparison(term, as, resource);
    }
}


// --- evaluating ---

function rewriteValue(value, attribute, as) {
    if (Array.isArray(value)) {
        const single = { ...attribute, multi: false };
        return value.map(v => {
            const element = rewriteValue(v, single, as);
            return !attribute.sub
                ? as.has('simple values') ? { value: element } : element
                : as.has('each element') ? { ...element, self: element }
                : element;
        });
    }
    if (attribute.sub) {
        return rewrite(value, attribute.sub, as);
    }
    if (typeof value === 'string' && as.has('case')
        && attribute.kind !== 'exact' && attribute.kind !== 'binary'
        && attribute.kind !== 'date')
    {
        value = fold(value);
    }
    if (typeof value === 'string' && as.has('escapes')) {
        value = value.replace(/\n/g, '\u240a');
    }
    if (typeof value === 'number' && as.has('negative numbers')) {
        value += 1000;
    }
    return value;
}


function rewrite(object, attributes, as) {
    return Object.fromEntries(Object.entries(object).map(([key, value]) =>
        [name(key, as), attributes[key]
            ? rewriteValue(value, attributes[key], as) : value]));
}


export function rewriteResource(resource, type, as) {
    const whole = rewrite(resource, types[type].attributes, as);
    const extensions = { ...types[type].extensions, ...unknown };
    for (const [urn, attributes] of Object.entries(extensions)) {
        if (resource[urn]) {
            whole[urn] = rewrite(resource[urn], attributes, as);
        }
    }
    return whole;
}


export class Peer {
    constructor(require) {
        this.library = require('scim2-parse-filter');
    }

    accepts(text) {
        try {
            this.library.parse(text);
            return true;
        } catch {
            return false;
        }
    }

    // true, false, or what it says is wrong
    match(term, resource, type, as) {
        try {
            const filter = this.library.parse(write(term, as, resource));
            return this.library.filter(filter)(
                rewriteResource(resource, type, as));
        } catch (error) {
            return `error: ${error.message}`;
        }
    }

    // {match, differences}: what src/scim should say; and which differences
    // from the package make it say so, if it is not what the package says
    judge(term, resource, type) {
        const match = this.match(term, resource, type, all);
        if (this.match(term, resource, type, new Set()) === match) {
            return { match, differences: [] };
        }
        const because = differences.filter(one => {
            const others = new Set(all);
            others.delete(one);
            return this.match(term, resource, type, others) !== match;
        });
        return { match, differences: because };
    }

    // the indexes of what an inner filter selects, as src/scim should see it
    select(term, attribute, list) {
        const filter = this.library.filter(this.library.parse(
            write(term, all, {})));
        return [...list.keys()].filter(i =>
            filter(rewrite(list[i], attribute.sub, all)));
    }
}
