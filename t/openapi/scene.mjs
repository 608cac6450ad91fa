// A tenant with something of everything, made as an administrator and an
// identity provider make it.

import { send } from './client.mjs';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:';


// SCIM as an identity provider speaks it
export class Provider {
    constructor(endpoint, token) {
        this.endpoint = endpoint;
        this.token = token;
    }

    async send(method, path, body) {
        const answer = await send(method, this.endpoint + path, {
            headers: { 'authorization': `Bearer ${this.token}`,
                       'content-type': 'application/scim+json' },
            body: body && JSON.stringify(body),
        });
        return { ...answer,
                 json: answer.text ? JSON.parse(answer.text) : undefined };
    }

    async create(type, resource) {
        const answer = await this.send('POST', `/${type}s`,
            { schemas: [CORE + type], ...resource });
        if (answer.status !== 201) {
            throw new Error(`${type}: ${answer.status} ${answer.text}`);
        }
        return answer.json.id;
    }
}


// The endpoint as this machine reaches it.
function reachable(api, endpoint) {
    return new URL(api.base).origin + new URL(endpoint).pathname;
}


// fill(API, TENANT): creates the tenant; the ids, as paths need them, and more:
// names and values that belong to this tenant and no other.
export async function fill(api, tenant) {
    await api.must(201, 'createTenant',
        { body: { id: tenant, name: `Tenant ${tenant}` } });
    const as = api.as({ ids: { tenant } });

    const integration = await as.must(201, 'createIntegration', { body: {
        name: `${tenant}-idp`, description: `of ${tenant}` } });
    const provider = new Provider(reachable(api, integration.endpoint),
                                  integration.secretToken);
    const people = await persons(provider, tenant);
    const rights = await permissions(as, tenant, people);

    const rotated = await as.must(201, 'createIntegrationToken',
        { path: { integration: integration.id }, body: {} });

    return {
        tenant, provider, integration: integration.id, ...people, ...rights,
        integrationToken: rotated.id,
        integrationAccount: integration.serviceAccount.id,
        secrets: [integration.secretToken, rotated.secretToken,
                  rights.accountSecret],
        ids: { tenant, integration: integration.id, user: people.user,
               group: people.group, role: rights.role,
               binding: rights.binding, rule: rights.rule,
               account: rights.account, token: rights.token },
    };
}


async function persons(provider, tenant) {
    const user = await provider.create('User', {
        userName: `${tenant}.jane`, displayName: `Jane of ${tenant}`,
        externalId: `${tenant}-e1`, active: true,
        emails: [{ value: `jane@${tenant}.example`, primary: true }] });
    const other = await provider.create('User', {
        userName: `${tenant}.john`, displayName: `John of ${tenant}`,
        externalId: `${tenant}-e2`, active: true });
    const group = await provider.create('Group', {
        displayName: `${tenant}-staff`, externalId: `${tenant}-g1`,
        members: [{ value: user }, { value: other }] });
    const outer = await provider.create('Group', {
        displayName: `${tenant}-all`,
        members: [{ value: group, type: 'Group' }] });
    return { user, other, group, outer };
}


async function permissions(as, tenant, { user, group }) {
    const role = `${tenant}-Operator`;
    await as.must(201, 'createRole', { body: { name: role,
        description: `of ${tenant}`,
        permissions: { FLOW: ['READ', 'EXECUTE'] } } });
    const binding = await as.must(201, 'createBinding', { body: { role,
        subject: { type: 'GROUP', id: group }, namespace: `${tenant}.prod` } });
    await as.must(201, 'createBinding', { body: { role: 'Viewer',
        subject: { type: 'USER', id: user } } });
    const rule = await as.must(201, 'createRoleRule', { body: {
        attribute: 'displayName', pattern: `${tenant}-a*`, role } });

    const account = await as.must(201, 'createServiceAccount',
        { body: { name: `${tenant}-robot`, description: `of ${tenant}` } });
    const accountBinding = await as.must(201, 'createBinding', { body: {
        role: 'Admin',
        subject: { type: 'SERVICE_ACCOUNT', id: account.id } } });
    const token = await as.must(201, 'createServiceAccountToken',
        { path: { account: account.id }, body: {} });

    return { role, binding: binding.id, rule: rule.id, account: account.id,
             accountBinding: accountBinding.id, token: token.id,
             accountSecret: token.secretToken };
}
