// Two tenants with something of everything each: whatever of the one is put
// into a request for the other, nothing of it comes out, and nothing of it is
// changed.
//
//   node isolation.mjs DOCUMENT DIRECTORY BASE TOKEN REDIS

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
const admin = new Api({ document, base, token, ids: {} });

const ours = await fill(admin, 'acme');
const theirs = await fill(admin, 'globex');
report('two tenants are filled', admin.take());

// for what is foreign, the ids and names that path, query and body may have
const FOREIGN = [...new Set([theirs.user, theirs.other, theirs.group,
    theirs.outer, theirs.integration, theirs.binding, theirs.rule,
    theirs.account, theirs.integrationAccount, theirs.token,
    theirs.integrationToken, theirs.role, theirs.tenant,
    `${theirs.tenant}.jane`, `jane@${theirs.tenant}.example`,
    `${theirs.tenant}-e1`, `${theirs.tenant}-staff`, `${theirs.tenant}-g1`,
    `${theirs.tenant}.prod`, `${theirs.tenant}-idp`, `${theirs.tenant}-robot`,
    `integration:${theirs.integration}`,
    `service-account:${theirs.account}`])].filter((t) => t);

const WHO = { superadmin: token, administrator: ours.accountSecret };
const ourKeys = `scim:{${ours.tenant}}`;
const theirKeys = `scim:{${theirs.tenant}}`;
const ourScene = await redis.dump(ourKeys);


// Of what is the other tenant's, all texts that say so; what was asked with
// does not count if it only comes back.
function leaks(answer, asked) {
    return [...FOREIGN, 'globex']
        .filter((text) => text !== asked && !asked.includes(text))
        .filter((text) => answer.text.includes(text)
            || Object.values(answer.headers).join().includes(text))
        .map((text) => `${text} came out`);
}


async function tried(id, name, options, asked, allowed) {
    const before = await redis.snapshot(theirKeys);
    const answer = await admin.call(id, options);
    const changed = difference(before, await redis.snapshot(theirKeys));

    // what was stored as our text would come out later
    if (answer.status < 300 && options.body !== undefined) {
        await redis.restore(ourKeys, ourScene);
    }
    return [
        ...allowed(answer) ? [] : [`status ${answer.status}`],
        ...leaks(answer, asked),
        ...changed,
    ].map((problem) => `${name}: ${problem}: ${answer.text.slice(0, 200)}`);
}


function refusedAs(...statuses) {
    return (answer) => statuses.includes(answer.status);
}


// A list has nothing; anything else is refused. A check says what ours may do
// in a namespace: this is no secret of theirs.
function nothing(answer) {
    return [400, 403, 404].includes(answer.status)
        || (answer.status === 200 && (answer.json?.results?.length === 0
            || 'allowed' in (answer.json ?? {})));
}


// our tenant, their thing
async function paths(operation, key) {
    const problems = [];
    const named = operation.in('path').map(({ name }) => name)
        .filter((name) => name !== 'tenant');
    const right = valid(operation.id, ours);

    for (const name of named) {
        for (const value of FOREIGN) {
            problems.push(...await tried(operation.id, `${name} ${value}`,
                { ...right, token: key,
                  path: { ...ours.ids, [name]: value } }, value,
                refusedAs(404)));
        }
    }
    return problems;
}


// their tenant, and our token there
async function otherTenant(operation) {
    const path = { ...theirs.ids };
    return await tried(operation.id, 'their tenant',
        { ...valid(operation.id, theirs), path, token: ours.accountSecret },
        theirs.tenant, refusedAs(401, 403, 404));
}


async function queries(operation, key) {
    const problems = [];
    const right = valid(operation.id, ours);
    const skip = ['count', 'force', 'format', 'cascade', 'provisioned',
                  'since', 'until', 'enabled', 'active', 'orphaned', 'cursor'];

    for (const { name } of operation.in('query')) {
        for (const value of skip.includes(name) ? [] : FOREIGN) {
            problems.push(...await tried(operation.id, `?${name}=${value}`,
                { token: key, path: ours.ids,
                  query: { ...right.query, [name]: value } }, value, nothing));
        }
    }
    return problems;
}


let cursorsTried = 0;

// theirs page by page, with their cursors given to ours
async function cursors(operation, key) {
    const problems = [];
    const { id } = operation;
    const theirPage = await admin.call(id,
        { path: theirs.ids, query: { count: '1' } });
    const cursor = theirPage.json?.nextCursor;

    if (cursor !== undefined) {
        cursorsTried += 1;
        problems.push(...await tried(id, `their cursor ${cursor}`,
            { token: key, path: ours.ids, query: { count: '1', cursor } },
            cursor, refusedAs(200, 400)));
    }
    return problems;
}


// the places of strings in a body, each with the body that has another there
function* replacing(value, other) {
    if (typeof value === 'string') {
        yield other;
    } else if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) {
            for (const inner of replacing(value[i], other)) {
                yield value.with(i, inner);
            }
        }
    } else if (value !== null && typeof value === 'object') {
        for (const name of Object.keys(value)) {
            for (const inner of replacing(value[name], other)) {
                yield { ...value, [name]: inner };
            }
        }
    }
}


// A text that is theirs may be ours, too, where it is only a text: then it is
// ours that was made of it. What refers to something must not find it.
async function bodies(operation, key) {
    const problems = [];
    const { id } = operation;
    const refers = /^(createBinding|createBindings|createRoleRule|updateTenant)$/;

    for (const value of FOREIGN) {
        for (const body of replacing(valid(id, ours).body, value)) {
            const text = JSON.stringify(body);
            const reference = refers.test(id) && (text.includes(
                `"role":"${value}"`) || text.includes(`"id":"${value}"`)
                || text.includes(`"defaultRole":"${value}"`));
            problems.push(...await tried(id, text,
                { ...valid(id, ours), body, token: key, path: ours.ids },
                value, reference ? refusedAs(400, 403, 404)
                    : refusedAs(200, 201, 400, 403, 404, 409)));
        }
    }
    return problems;
}


for (const [who, key] of Object.entries(WHO)) {
    for (const operation of document.operations) {
        const { id, path } = operation;
        if (!path.includes('{tenant}') || id.endsWith('Tenant')) {
            continue;
        }
        const problems = [
            ...await paths(operation, key),
            ...await queries(operation, key),
        ];
        if (operation.in('query').some(({ name }) => name === 'cursor')) {
            problems.push(...await cursors(operation, key));
        }
        if (operation.body) {
            problems.push(...await bodies(operation, key));
        }
        report(`${who}: ${id}`, [...problems, ...admin.take()]);
    }
}

report('cursors of most lists were there to be tried',
       cursorsTried >= 14 ? [] : [String(cursorsTried)]);

for (const operation of document.operations) {
    if (operation.id !== 'getDocument') {
        report(`a token in another tenant: ${operation.id}`,
            [...await otherTenant(operation), ...admin.take()]);
    }
}
close();
redis.close();
