// Who may do what: each operation with a token that lacks its permission and
// no other, and with one that has it and no other; nobody gives away what they
// lack; and what makes edits and repetitions safe.
//
//   node permissions.mjs DOCUMENT DIRECTORY BASE TOKEN REDIS

import { Document } from './document.mjs';
import { Api } from './api.mjs';
import { close } from './client.mjs';
import { Redis, difference } from './redis.mjs';
import { report } from './report.mjs';
import { fill } from './scene.mjs';
import { valid } from './requests.mjs';

const [file, directory, base, token, socket] = process.argv.slice(2);
const document = Document.read(file, directory);
const redis = new Redis(socket);
const api = new Api({ document, base, token, ids: {} });

const scene = await fill(api, 'acme');
report('a tenant is filled', api.take());
api.ids = scene.ids;

// all there are, by the document
const ALL = [...new Set(document.operations.map((o) => o.permission)
    .filter((permission) => permission?.includes(':')))].sort();


function asObject(permissions) {
    const object = {};
    for (const permission of permissions) {
        const [resource, action] = permission.split(':');
        object[resource] = [...object[resource] ?? [], action];
    }
    return object;
}


let accounts = 0;

// a token of somebody with these permissions, "ROLE:READ"
async function tokenWith(permissions, namespace = null) {
    accounts += 1;
    const role = `May${accounts}`;
    await api.must(201, 'createRole', { body: { name: role,
        permissions: asObject(permissions) } });
    const account = await api.must(201, 'createServiceAccount',
        { body: { name: `may-${accounts}` } });
    await api.must(201, 'createBinding', { body: { role, namespace,
        subject: { type: 'SERVICE_ACCOUNT', id: account.id } } });
    const { secretToken } = await api.must(201, 'createServiceAccountToken',
        { path: { account: account.id }, body: {} });
    return { token: secretToken, role, account: account.id };
}


async function unchanged(steps) {
    const before = await redis.snapshot();
    const problems = await steps();
    return [...problems, ...difference(before, await redis.snapshot())];
}


function unless(holds, problem) {
    return holds ? [] : [problem];
}


// --- each operation's permission ---

const without = new Map();
const only = new Map();
for (const permission of ALL) {
    without.set(permission,
        (await tokenWith(ALL.filter((other) => other !== permission))).token);
    only.set(permission, (await tokenWith([permission])).token);
}
const everything = (await tokenWith(ALL)).token;
report('tokens are made', api.take());


async function lacking(operation) {
    const { id, permission } = operation;
    return unchanged(async () => {
        const answer = await api.call(id, { ...valid(id, scene),
            token: without.get(permission) ?? everything });
        return [
            ...unless(answer.status === 403 || (permission === 'superadmin'
                && !operation.path.includes('{tenant}')
                && answer.status === 401), `status ${answer.status}`),
            ...unless(permission === 'superadmin'
                || answer.json?.detail.includes(permission),
                `${answer.json?.detail} does not name ${permission}`),
        ];
    });
}


// a request that fails for another reason is far enough
async function having({ id, permission, method }) {
    const answer = await api.call(id, { ...valid(id, scene),
        ...method !== 'GET' && { query: { nonsense: '1' } },
        token: only.get(permission) });
    return unless(answer.status === (method === 'GET' ? 200 : 400),
        `status ${answer.status}: ${answer.text.slice(0, 200)}`);
}


for (const operation of document.operations) {
    const { id, permission } = operation;
    if (permission === undefined || permission === 'any') {
        continue;
    }
    report(`without its permission: ${id}`,
        [...await lacking(operation), ...api.take()]);
    if (permission !== 'superadmin') {
        report(`with its permission only: ${id}`,
            [...await having(operation), ...api.take()]);
    }
}


// --- nobody gives away what they lack ---

// may do all that this takes, and FLOW:READ
const giver = await tokenWith([...ALL, 'FLOW:READ']);
const strong = await tokenWith(['FLOW:DELETE']);
const near = await tokenWith([...ALL, 'FLOW:DELETE'], 'prod');

const gifts = {
    'a binding of a role': ['createBinding', { body: { role: strong.role,
        subject: { type: 'USER', id: scene.user } } }],
    'a binding to oneself': ['createBinding', { body: { role: strong.role,
        subject: { type: 'SERVICE_ACCOUNT', id: giver.account } } }],
    'one binding of many': ['createBindings', { body: { bindings: [
        { role: giver.role, subject: { type: 'USER', id: scene.user } },
        { role: strong.role, subject: { type: 'USER', id: scene.user } },
    ] } }],
    'a role': ['createRole', { body: { name: 'Strong',
        permissions: { FLOW: ['READ', 'DELETE'] } } }],
    'a role that grows': ['updateRole', { path: { role: giver.role },
        body: { permissions: { FLOW: ['READ', 'DELETE'] } } }],
    'a role rule': ['createRoleRule', { body: { attribute: 'displayName',
        pattern: '*', role: strong.role } }],
    'a token': ['createServiceAccountToken',
        { path: { account: strong.account }, body: {} }],
};

for (const [name, [id, options]] of Object.entries(gifts)) {
    const problems = await unchanged(async () => {
        const answer = await api.call(id, { ...options, token: giver.token });
        return [
            ...unless(answer.status === 403, `status ${answer.status}`),
            ...unless(answer.json?.detail?.includes('FLOW:DELETE'),
                `${answer.json?.detail} does not name FLOW:DELETE`),
        ];
    });
    report(`nobody gives what they lack: ${name}`,
        [...problems, ...api.take()]);
}

report('who has it in a namespace may not give it everywhere',
    await unchanged(async () => {
        const answer = await api.call('createBinding', { token: near.token,
            body: { role: strong.role,
                    subject: { type: 'USER', id: scene.user } } });
        return unless(answer.status === 403, `status ${answer.status}`);
    }));

{
    const answer = await api.call('createBinding', { token: giver.token,
        body: { role: scene.role, namespace: 'given',
                subject: { type: 'USER', id: scene.user } } });
    report('FLOW:EXECUTE is not FLOW:READ',
        unless(answer.status === 403, `status ${answer.status}`));
}


// --- a token's life ---

async function accepted(secret) {
    return (await api.call('getMe', { token: secret })).status === 200;
}


async function expiry() {
    const made = await api.call('createServiceAccountToken', { body: {
        expires: new Date(Date.now() + 1500).toISOString() } });
    const before = await accepted(made.json.secretToken);
    await new Promise((resolve) => { setTimeout(resolve, 2000); });
    return [...unless(before, 'not accepted in time'),
            ...unless(!await accepted(made.json.secretToken),
                'accepted when it has expired')];
}


async function revocation() {
    const { id, secretToken } = await api.must(201,
        'createServiceAccountToken', { body: {} });
    const before = await accepted(secretToken);
    await api.must(204, 'revokeServiceAccountToken', { path: { token: id } });
    return [...unless(before, 'not accepted'),
            ...unless(!await accepted(secretToken), 'accepted afterwards')];
}


async function deletion() {
    const gone = await tokenWith(['ROLE:READ']);
    const before = await accepted(gone.token);
    await api.must(204, 'deleteServiceAccount',
        { path: { account: gone.account } });
    return [...unless(before, 'not accepted'),
            ...unless(!await accepted(gone.token), 'accepted afterwards')];
}


async function permissionsGo() {
    const reader = await tokenWith(['ROLE:READ']);
    const before = await api.call('listRoles', { token: reader.token });
    await api.must(200, 'updateRole', { path: { role: reader.role },
        body: { permissions: { USER: ['READ'] } } });
    const after = await api.call('listRoles', { token: reader.token });
    return [...unless(before.status === 200, `first ${before.status}`),
            ...unless(after.status === 403, `then ${after.status}`)];
}


// a token's id is looked for with its owner only
async function ofAnotherOwner() {
    const problems = [];
    const wrong = {
        revokeIntegrationToken: scene.token,
        revokeServiceAccountToken: scene.integrationToken,
    };
    for (const [id, other] of Object.entries(wrong)) {
        const answer = await api.call(id, { path: { token: other } });
        problems.push(...unless(answer.status === 404,
            `${id}: status ${answer.status}`));
    }
    return problems;
}


report('a token is revoked by its owner\'s path only',
    await unchanged(ofAnotherOwner));
report('a token expires', await expiry());
report('a token is revoked at once', await revocation());
report('a token goes with its service account', await deletion());
report('a permission goes with its role', await permissionsGo());
report('a provisioning token is worth nothing here', await unchanged(
    async () => unless(!await accepted(scene.secrets[0]), 'accepted')));
report('answers of tokens', api.take());


// --- lost edits ---

const edited = document.operations.filter((o) =>
    o.in('header').some(({ name }) => name === 'If-Match'));

for (const { id, method, path } of edited) {
    const of = method === 'POST' ? path.replace(/\/\w+$/, '') : path;
    const read = document.operations.find(
        (o) => o.method === 'GET' && o.path === of);
    const problems = await unchanged(async () => {
        const now = await api.call(read.id);
        const { version } = now.json;
        const found = unless(now.headers.etag === `W/"${version}"`,
            `ETag ${now.headers.etag} of version ${version}`);
        for (const match of [`W/"${version - 1}"`, 'W/"0"',
                             `W/"${version}0"`, '"nonsense"'])
        {
            const answer = await api.call(id, { ...valid(id, scene),
                headers: { 'if-match': match } });
            found.push(...unless(answer.status === 412,
                `${match}: status ${answer.status}`));
        }
        return found;
    });
    report(`a stale version: ${id}`, [...problems, ...api.take()]);
}


async function twoEditors() {
    const problems = [];
    for (const { id, method, path } of edited) {
        if (method !== 'PATCH') {
            continue;
        }
        const read = document.operations.find(
            (o) => o.method === 'GET' && o.path === path);
        const { headers } = await api.call(read.id);
        const edit = () => api.call(id, { ...valid(id, scene),
            ...id === 'updateUser' && { body: { active: false } },
            headers: { 'if-match': headers.etag } });
        const statuses = (await Promise.all([edit(), edit()]))
            .map(({ status }) => status).sort();
        problems.push(...unless(statuses.join() === '200,412',
            `${id}: ${statuses}`));
    }
    return problems;
}

report('of two editors one is told', [...await twoEditors(), ...api.take()]);


// --- repetitions ---

const repeated = document.operations.filter((o) =>
    o.in('header').some(({ name }) => name === 'Idempotency-Key'));

async function repetition({ id }) {
    const right = valid(id, scene);
    const headers = { 'idempotency-key': `key-${id}` };
    const first = await api.call(id, { ...right, headers });
    const problems = unless(first.status === 201
        && !first.headers['idempotency-replayed'],
        `first ${first.status} ${first.text.slice(0, 200)}`);

    problems.push(...await unchanged(async () => {
        const again = await api.call(id, { ...right, headers });
        const { secretToken, ...open } = first.json ?? {};
        const other = valid(id, scene);
        if (id === 'createTenant') {
            other.body.id = right.body.id;      // with which the key is kept
            other.body.name = 'Quite another';
        }
        const misused = await api.call(id, { ...other, headers });
        return [
            ...unless(again.status === 201
                && again.headers['idempotency-replayed'] === 'true',
                `again: ${again.status} ${again.text.slice(0, 200)}`),
            ...unless(JSON.stringify(again.json) === JSON.stringify(open),
                `again: ${again.text} and not ${first.text}`),
            ...unless(again.headers.location === first.headers.location,
                `again: Location ${again.headers.location}`),
            ...unless(misused.status === 409
                && misused.json.field === 'Idempotency-Key',
                `another body: ${misused.status} ${misused.json?.field}`),
        ];
    }));
    return problems;
}


for (const operation of repeated) {
    report(`repeated: ${operation.id}`,
        [...await repetition(operation), ...api.take()]);
}


async function atOnce() {
    const body = valid('createServiceAccount', scene);
    const headers = { 'idempotency-key': 'at-once' };
    const answers = await Promise.all(Array.from({ length: 4 },
        () => api.call('createServiceAccount', { ...body, headers })));
    const ids = new Set(answers.map(({ json }) => json.id));
    return unless(ids.size === 1 && answers.every((a) => a.status === 201),
        answers.map((a) => `${a.status} ${a.text}`).join('\n'));
}


async function ofOthers() {
    const robot = await tokenWith(ALL);
    const headers = { 'idempotency-key': 'shared' };
    const mine = await api.call('createServiceAccount',
        { ...valid('createServiceAccount', scene), headers });
    const theirs = await api.call('createServiceAccount',
        { ...valid('createServiceAccount', scene), headers,
          token: robot.token });
    return unless(mine.status === 201 && theirs.status === 201
        && mine.json.id !== theirs.json.id,
        `${mine.status}, ${theirs.status} ${theirs.text.slice(0, 200)}`);
}


report('four repetitions at once make one', await atOnce());
report('a key is its owner\'s', await ofOthers());
report('answers of repetitions', api.take());
close();
redis.close();
