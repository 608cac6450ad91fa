// Each operation with each status that the document has for it, from a real
// server, held to the document.
//
//   node answers.mjs DOCUMENT DIRECTORY BASE TOKEN DEAD
//
// DEAD is the base of a server whose Redis is away, and which takes one request
// a minute below /limited.

import { Document } from './document.mjs';
import { Api } from './api.mjs';
import { close, send } from './client.mjs';
import { report } from './report.mjs';
import { fill } from './scene.mjs';
import { valid } from './requests.mjs';

const [file, directory, base, token, dead] = process.argv.slice(2);
const document = Document.read(file, directory);
const nobody = '00000000-0000-4000-8000-000000000000';
const api = new Api({ document, base, token, ids: {} });
const unexpected = [];


// What came is what should have.
async function expect(status, id, options = {}, on = api) {
    const answer = await on.call(id, options);
    if (answer.status !== status) {
        unexpected.push(`${id}${options.label ? ` (${options.label})` : ''}: `
            + `${answer.status}, not ${status}: ${answer.text.slice(0, 300)}`);
    }
    return answer.json ?? {};
}


// --- what can be wrong with any request ---

async function refusals(scene, operation) {
    const { id, statuses } = operation;
    const ids = api.as({ ids: scene.ids });
    const right = valid(id, scene);
    const may = (status) => statuses.includes(status);

    for (const wrong of [null, 'nonsense', `scim_${'x'.repeat(200)}`]) {
        if (may(401)) {
            await expect(401, id, { ...right, token: wrong }, ids);
        }
    }
    if (may(400)) {
        const unknown = await expect(400, id, { ...right, label: 'parameter',
            query: { ...right.query, nonsense: '1' } }, ids);
        if (unknown.field !== 'nonsense') {
            unexpected.push(`${id}: field ${unknown.field}, not nonsense`);
        }
    }
    if (may(403) && operation.path.includes('{tenant}')) {
        await expect(403, id, { ...right, token: scene.poor }, ids);
    }
    if (may(412)) {
        await expect(412, id, { ...right, headers: { 'if-match': 'W/"0"' } },
                     ids);
    }
    await missing(operation, right, ids);
    await bodies(operation, right, ids);
}


// whatever the path names is not there, one after the other
async function missing(operation, right, ids) {
    for (const { name, schema } of operation.in('path')) {
        const wrong = schema.$ref?.endsWith('/Id') ? [nobody, 'nonsense']
            : ['no-such', 'No%20such', 'a}b'];
        for (const value of wrong) {
            await expect(404, operation.id,
                         { ...right, path: { [name]: value },
                           label: `${name} ${value}` }, ids);
        }
    }
}


async function bodies(operation, right, ids) {
    const { id } = operation;
    if (!operation.body) {
        return;
    }
    await expect(413, id, { ...right, body: ' '.repeat(70_000) }, ids);
    for (const headers of [{ 'content-type': 'text/plain' },
                           { 'content-encoding': 'gzip' }])
    {
        await expect(415, id, { ...right, headers }, ids);
    }
}


// 405, with those that are
async function otherMethods() {
    const problems = [];
    for (const path of Object.keys(document.json.paths)) {
        const has = document.operations.filter((o) => o.path === path)
            .map((o) => o.method);
        const allowed = [...has, 'OPTIONS',
            ...has.includes('GET') ? ['HEAD'] : []];
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
            if (!has.includes(method)) {
                problems.push(...await refusesMethod(method, path, allowed));
            }
        }
    }
    return problems;
}


async function refusesMethod(method, path, allowed) {
    const answer = await send(method, base + path.replaceAll(/\{(\w+)\}/g,
        (_, name) => name === 'tenant' ? 'acme' : nobody),
        { headers: { authorization: `Bearer ${token}` } });
    const names = (answer.headers.allow ?? '').split(/, */).sort();
    const { operation } = document.operations[0];
    return [
        ...answer.status === 405 ? [] : [`status ${answer.status}`],
        ...names.join() === [...allowed].sort().join() ? []
            : [`Allow: ${names}, not ${allowed}`],
        ...document.judge({ operation }, answer),
    ].map((problem) => `${method} ${path}: ${problem}`);
}


// --- what works ---

async function reads(scene) {
    for (const { id, method, operation } of document.operations) {
        if (method !== 'GET' || id === 'getDocument') {
            continue;
        }
        const on = api.as({ ids: scene.ids });
        const right = valid(id, scene);
        const read = await expect(200, id, right, on);
        if (read.results?.length === 0) {
            unexpected.push(`${id}: nothing is there`);
        }
        if (operation.parameters?.some((p) => p.$ref?.endsWith('/Count'))) {
            await pages(id, on);
        }
    }
    await owners(scene);
    const { rules } = await expect(200, 'getGroup',
        { path: { group: scene.outer } }, api.as({ ids: scene.ids }));
    if (rules?.[0]?.id !== scene.rule) {
        unexpected.push('getGroup: not the rule that applies');
    }
    await expect(200, 'getMe', { token: scene.accountSecret },
                 api.as({ ids: scene.ids }));
    await expect(200, 'getTenant', { token: scene.accountSecret },
                 api.as({ ids: scene.ids }));
}


// how all that is in the trail ended
async function outcomes(on) {
    const found = new Set();
    let cursor;

    do {
        const page = await expect(200, 'listAudit', {
            query: { count: '200', ...cursor && { cursor } } }, on);
        page.results?.forEach(({ outcome }) => found.add(outcome));
        cursor = page.nextCursor;
    } while (cursor);

    return found;
}


// what was done meanwhile and, within seconds, what was refused
async function audit(scene) {
    const on = api.as({ ids: scene.ids });
    const wanted = ['success', 'forbidden', 'conflict', 'stale'];
    const missing = await eventually(async () => {
        const found = await outcomes(on);
        return wanted.filter((outcome) => !found.has(outcome));
    }, (none) => none.length === 0);
    unexpected.push(...missing.map((outcome) => `no entry: ${outcome}`));

    const lines = await on.call('listAudit', { query: { format: 'jsonl' } });
    if (lines.status !== 200 || !lines.text.endsWith('}\n')) {
        unexpected.push(`lines: ${lines.status}`);
    }
}


// what look() answers when it is good, or after some seconds
async function eventually(look, good) {
    const deadline = Date.now() + 10_000;
    for (;;) {
        const seen = await look();
        if (good(seen) || Date.now() > deadline) {
            return seen;
        }
        await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
}


// what an identity provider did is known within seconds
async function activity(scene) {
    const on = api.as({ ids: scene.ids });
    await scene.provider.create('User', { userName: `${scene.tenant}.jane` })
        .catch(() => {});               // there is one

    const known = await eventually(
        () => expect(200, 'getIntegrationActivity', {}, on),
        ({ lastError }) => lastError);
    if (known.lastError?.status !== 409 || !known.lastRequest
        || !(known.requests > known.errors) || known.errors === 0)
    {
        unexpected.push(`activity: ${JSON.stringify(known)}`);
    }
}


// what SCIM provisioned is the integration's, what it makes itself is its own
async function owners(scene) {
    const on = api.as({ ids: scene.ids });
    for (const id of ['getUser', 'getGroup']) {
        const { integration } = await expect(200, id, {}, on);
        if (integration?.id !== scene.integration) {
            unexpected.push(`${id}: integration ${integration?.id}`);
        }
    }
    const account = await expect(200, 'getServiceAccount',
        { path: { account: scene.integrationAccount } }, on);
    if (account.integration?.id !== scene.integration) {
        unexpected.push(`account: integration ${account.integration?.id}`);
    }
}


// one result a page gives the same as all on one page
async function pages(id, on) {
    const whole = await expect(200, id, { query: { count: '200' } }, on);
    const walked = [];
    let cursor;

    for (let i = 0; i < 300; i++) {
        const page = await expect(200, id, { label: 'a page',
            query: { count: '1', ...cursor && { cursor } } }, on);
        walked.push(...page.results ?? []);
        cursor = page.nextCursor;
        if (cursor === undefined) {
            break;
        }
    }
    const key = (list) => list.map((r) => r.id ?? r.name).join();
    if (cursor !== undefined || key(walked) !== key(whole.results ?? [])) {
        unexpected.push(`${id}: ${walked.length} by pages of one, `
            + `${whole.results?.length} on one page`);
    }
}


async function creations(scene) {
    const on = api.as({ ids: scene.ids });
    for (const { id, statuses } of document.operations) {
        if (statuses.includes(201)) {
            await expect(201, id, valid(id, scene), on);
        }
    }
    for (const id of ['createIntegrationToken', 'createServiceAccountToken',
                      'rotateIntegrationToken'])
    {
        await expect(201, id, { label: 'without a body' }, on);
    }
}


async function changes(scene) {
    const on = api.as({ ids: scene.ids });
    for (const { id, method, path, body } of document.operations) {
        if (method !== 'PATCH') {
            continue;
        }
        const read = document.operations.find(
            (o) => o.method === 'GET' && o.path === path);
        const before = await expect(200, read.id, {}, on);
        const right = valid(id, scene);
        const after = await expect(200, id, { ...right,
            headers: { 'if-match': `W/"${before.version}"` } }, on);
        if (!document.schema(body).required) {
            await expect(200, id, { body: {}, label: 'nothing' }, on);
        }
        for (const [name, value] of Object.entries(right.body)) {
            if (JSON.stringify(after[name]) !== JSON.stringify(value)) {
                unexpected.push(`${id}: ${name} is ${after[name]}`);
            }
        }
    }
    await expect(200, 'disableIntegration', {}, on);
    await expect(200, 'enableIntegration', {}, on);
    await expect(200, 'updateTenant', { body: { defaultRole: 'Viewer' } }, on);
    await expect(200, 'updateTenant', { body: { defaultRole: null } }, on);
}


// the innermost first
async function deletions(scene) {
    const on = api.as({ ids: scene.ids });
    const order = ['revokeIntegrationToken', 'revokeServiceAccountToken',
        'deleteBinding', 'deleteRoleRule', 'deleteServiceAccount',
        'deleteGroup', 'deleteUser', 'deleteIntegration', 'deleteRole',
        'deleteTenant', 'deletePerson'];
    const path = { token: scene.integrationToken };

    const forgotten = document.operations.filter((o) =>
        o.method === 'DELETE' && !order.includes(o.id)).map((o) => o.id);
    unexpected.push(...forgotten.map((id) => `${id} is not tried`));

    for (const id of order) {
        if (id === 'deleteRole') {
            await expect(201, 'createRole', { body: { name: 'Gone',
                permissions: { FLOW: ['READ'] } } }, on);
        }
        const options = { ...valid(id, scene),
            ...id === 'revokeIntegrationToken' && { path },
            ...id === 'deleteRole' && { path: { role: 'Gone' } } };
        await expect(204, id, options, on);
        await expect(404, id, { ...options, label: 'once more' }, on);
    }
}


// --- what conflicts ---

async function conflicts(scene) {
    const on = api.as({ ids: scene.ids });
    const clash = async (id, options = {}) => {
        await expect(409, id, options, on);
    };
    const again = async (id, options) => {
        await expect(201, id, options, on);
        await clash(id, options);
    };

    await clash('createTenant', { body: { id: scene.tenant } });
    await clash('deleteTenant');
    await clash('deletePerson');
    await again('createIntegration', { body: { name: 'twice' } });
    await clash('updateIntegration', { body: { name: 'twice' } });
    await clash('updateUser', { body: { active: false } });
    await clash('deleteUser');
    await clash('deleteGroup');
    await again('createRole', { body: { name: 'Twice',
        permissions: { FLOW: ['READ'] } } });
    await clash('updateRole', { path: { role: 'Viewer' },
        body: { description: 'mine' } });
    await clash('deleteRole', { path: { role: 'Viewer' } });

    const bound = await expect(409, 'deleteRole', {}, on);
    if (!bound.bindings?.some(({ id }) => id === scene.binding)) {
        unexpected.push('deleteRole: does not tell the binding');
    }

    const binding = valid('createBinding', scene);
    await again('createBinding', binding);
    await clash('createBindings', { body: { bindings: [
        valid('createBinding', scene).body, binding.body] } });
    await again('createServiceAccount', { body: { name: 'twice' } });
    await clash('updateServiceAccount', { body: { name: 'twice' } });
    await clash('deleteServiceAccount',
                { path: { account: scene.integrationAccount } });
    await full(scene, on);
}


// as many as there may be, and one more
async function full(scene, on) {
    const limits = { createIntegrationToken: 10, createServiceAccountToken: 10,
                     rotateIntegrationToken: 10, createRoleRule: 100 };
    for (const [id, limit] of Object.entries(limits)) {
        let answer;
        for (let i = 0; i <= limit && answer?.status !== 409; i++) {
            answer = await on.call(id, valid(id, scene));
        }
        if (answer.status !== 409) {
            unexpected.push(`${id}: more than ${limit}`);
        }
    }
}


// --- the document itself, and what nginx answers ---

async function documentServed() {
    const nobodys = { token: null };
    await expect(400, 'getDocument', { ...nobodys, query: { nonsense: '1' } });
    const answer = await api.call('getDocument', nobodys);
    await expect(304, 'getDocument', { ...nobodys,
        headers: { 'if-none-match': answer.headers.etag } });
    if (JSON.stringify(answer.json) !== JSON.stringify(document.json)) {
        unexpected.push('it is another one');
    }
}


async function withoutRedis(scene) {
    const on = api.as({ base: dead, ids: scene.ids });
    for (const { id, statuses } of document.operations) {
        if (statuses.includes(503)) {
            await expect(503, id, valid(id, scene), on);
        }
    }
}


async function limited() {
    const { operation } = document.byId.get('listTenants');
    const answers = [];
    for (let i = 0; i < 2; i++) {
        answers.push(await send('GET', `${dead}/tenants?limited`, {
            headers: { authorization: `Bearer ${token}` } }));
    }
    const last = answers.at(-1);
    return [...last.status === 429 ? [] : [`status ${last.status}`],
            ...last.headers['retry-after'] ? [] : ['no Retry-After'],
            ...document.judge({ operation }, last)];
}


function unseen() {
    return document.operations.flatMap(({ id, statuses }) => statuses
        .filter((status) => !api.seen.has(`${id} ${status}`))
        .map((status) => `${id} ${status}`));
}


async function part(name, steps) {
    try {
        await steps();
    } catch (error) {
        unexpected.push(error.message);
    }
    report(name, [...unexpected.splice(0), ...api.take()]);
}


const scene = await fill(api, 'acme');
const account = await api.must(201, 'createServiceAccount', {
    path: scene.ids, body: { name: 'poor' } });
scene.poor = (await api.must(201, 'createServiceAccountToken', {
    path: { ...scene.ids, account: account.id }, body: {} })).secretToken;
report('a tenant is filled', api.take());

await part('the document', documentServed);
await part('reading', () => reads(scene));
for (const operation of document.operations) {
    if (operation.permission) {
        await part(`refusals: ${operation.id}`,
                   () => refusals(scene, operation));
    }
}
await part('methods', async () => {
    unexpected.push(...await otherMethods());
});
await part('creating', () => creations(scene));
await part('changing', () => changes(scene));
await part('conflicts', () => conflicts(scene));
await part('audit', () => audit(scene));
await part('activity', () => activity(scene));
await part('without Redis', () => withoutRedis(scene));
await part('limits', async () => {
    unexpected.push(...await limited());
});
await part('deleting', () => deletions(scene));
report('each status of each operation was seen', unseen());
close();
