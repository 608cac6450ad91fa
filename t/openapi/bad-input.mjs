// What is wrong with a body, a parameter or a header, one thing at a time: the
// answer is 400 and names the field, and nothing was changed.
//
//   node bad-input.mjs DOCUMENT DIRECTORY BASE TOKEN REDIS

import { Document } from './document.mjs';
import { Api } from './api.mjs';
import { broken, wrong } from './bodies.mjs';
import { close } from './client.mjs';
import { Redis, difference } from './redis.mjs';
import { report } from './report.mjs';
import { fill } from './scene.mjs';
import { valid } from './requests.mjs';

const [file, directory, base, token, socket] = process.argv.slice(2);
const document = Document.read(file, directory);
const redis = new Redis(socket);
const api = new Api({ document, base, token, ids: {} });

// what a schema cannot say
const BEYOND_SCHEMAS = /the past/;


// what is wrong with how one wrong request was treated
async function refused(id, { name, field, ...options }) {
    const before = await redis.snapshot();
    const answer = await api.call(id, options);
    const changed = difference(before, await redis.snapshot());

    return [
        ...answer.status === 400 ? [] : [`${answer.status}, not 400`],
        ...field === undefined || answer.json?.field === field ? []
            : [`field ${answer.json?.field}, not ${field}`],
        ...changed,
    ].map((problem) => `${name}: ${problem}: ${answer.text.slice(0, 200)}`);
}


async function bodies(operation, right) {
    const problems = [...document.validate(operation.body, right.body)
        .map((problem) => `what is right, is not: ${problem}`)];

    for (const { name, value, field } of
         wrong(document, operation.body, right.body))
    {
        if (field === '') {
            continue;               // no object: among those below
        }
        problems.push(...await refused(operation.id,
            { ...right, name, field, body: value }));
        if (document.validate(operation.body, value).length === 0
            && !BEYOND_SCHEMAS.test(name))
        {
            problems.push(`${name}: the document allows it`);
        }
    }
    for (const { name, text } of broken(right.body)) {
        problems.push(...await refused(operation.id,
            { ...right, name, body: text }));
    }
    if (operation.bodyRequired) {
        problems.push(...await refused(operation.id,
            { ...right, name: 'no body', body: undefined }));
    }
    return problems;
}


// values that are none for a parameter of this schema
function wrongValues(schema) {
    const whole = document.schema(schema);
    if (whole.type === 'boolean') {
        return ['maybe', '', 'True', '1'];
    }
    if (whole.type === 'integer') {
        return ['0', '-1', '201', '1.5', 'ten', '', '99999999999999999999',
                '+1', ' 1'];
    }
    return [
        ...whole.enum || whole.pattern || whole.format ? ['No such: value!']
            : [],
        ...whole.minLength || whole.format || whole.enum ? [''] : [],
        ...whole.maxLength ? ['a'.repeat(whole.maxLength + 1)] : [],
    ];
}


async function parameters(operation, right) {
    const problems = [];
    const { id } = operation;
    const encode = (query) => new URLSearchParams(query).toString();

    for (const { name, schema, required } of operation.in('query')) {
        for (const value of wrongValues(schema)) {
            problems.push(...await refused(id, { ...right, field: name,
                name: `${name}=${value.slice(0, 20)}`,
                query: { ...right.query, [name]: value } }));
        }
        const twice = `${encode({ ...right.query, [name]: '1' })}&${name}=1`;
        problems.push(...await refused(id, { ...right, field: name,
            name: `${name} twice`, query: twice }));
        if (required) {
            const { [name]: _, ...rest } = right.query;
            problems.push(...await refused(id, { ...right, field: name,
                name: `no ${name}`, query: rest }));
        }
    }
    for (const query of ['nonsense=%zz', 'nonsense=%ff', 'nonsense=%00']) {
        problems.push(...await refused(id, { ...right, name: query,
            query: `${encode(right.query)}&${query}`.replace(/^&/, '') }));
    }
    if (operation.in('query').some(({ name }) => name === 'cursor')) {
        problems.push(...await cursors(id, right));
    }
    return problems;
}


// no cursor is taken for another
async function cursors(id, right) {
    const problems = [];
    const places = id === 'listTenants' ? []        // an id of a tenant
        : ['nonsense', 'mtiz'];
    for (const cursor of [...places, '-1', '-', '%', 'MTIz', 'x'.repeat(5000),
                          '\u{1f600}'])
    {
        problems.push(...await refused(id, { ...right, field: 'cursor',
            name: `cursor ${cursor.slice(0, 20)}`,
            query: { ...right.query, cursor } }));
    }
    return problems;
}


async function headers(operation, right) {
    const problems = [];
    if (!operation.in('header').some((p) => p.name === 'Idempotency-Key')) {
        return problems;
    }
    for (const value of ['a b', 'x'.repeat(256), 'caf\u00e9']) {
        problems.push(...await refused(operation.id, { ...right,
            name: `Idempotency-Key ${value.slice(0, 20)}`,
            field: 'Idempotency-Key', headers: { 'idempotency-key': value } }));
    }
    return problems;
}


const scene = await fill(api, 'acme');
report('a tenant is filled', api.take());
api.ids = scene.ids;

for (const operation of document.operations) {
    const { id } = operation;
    if (id === 'getDocument') {
        continue;
    }
    const problems = [];
    if (operation.body) {
        problems.push(...await bodies(operation, valid(id, scene)));
    }
    problems.push(...await parameters(operation, valid(id, scene)),
                  ...await headers(operation, valid(id, scene)));
    report(id, [...problems, ...api.take()]);
}
close();
redis.close();
