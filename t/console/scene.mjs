// What the suites look at that do not tell the story: a tenant with something
// on every page, made through the API.

import { adminToken, base } from './browser.mjs';
import { Provider } from './provider.mjs';


export async function api(method, path, body) {
    const answer = await fetch(`${base}/api/v1/${path}`, {
        method,
        headers: {
            'Authorization': `Bearer ${adminToken}`,
            'Content-Type': 'application/json',
        },
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
        throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return text ? JSON.parse(text) : null;
}


// provider(INTEGRATION): who sends to it, as this machine reaches it
export function provider({ endpoint, secretToken }) {
    return new Provider(base + new URL(endpoint).pathname, secretToken);
}


export async function scene(tenant) {
    await api('POST', 'tenants', { id: tenant, name: `The ${tenant} company` });
    const integration = await api('POST', `${tenant}/integrations`, {
        name: 'authentik', type: 'SCIM 2.0',
        description: 'Staff, from the company directory',
    });
    const other = await api('POST', `${tenant}/integrations`,
        { name: 'okta', type: 'SCIM 2.0', description: 'Contractors' });
    await api('POST', `${tenant}/integrations/${other.id}/disable`);

    const idp = provider(integration);
    const people = await idp.sync();
    await idp.send('POST', '/Users', { userName: 'jane' });

    await api('POST', `${tenant}/roles`, {
        name: 'developer', description: 'Builds and runs flows',
        permissions: { FLOW: ['CREATE', 'EXECUTE', 'READ'],
            EXECUTION: ['READ'], NAMESPACE: ['READ'] },
    });
    const bind = (role, type, id, namespace) => api('POST',
        `${tenant}/bindings`, { role, subject: { type, id },
            ...(namespace ? { namespace } : {}) });
    await bind('developer', 'GROUP', people.engineering.id, 'prod');
    await bind('Viewer', 'USER', people.jane.id);
    await api('POST', `${tenant}/role-rules`, {
        attribute: 'displayName', pattern: 'sales*', role: 'Viewer',
        namespace: 'sales',
    });
    const robot = await api('POST', `${tenant}/service-accounts`,
        { name: 'deployments', description: 'The pipeline' });
    await bind('developer', 'SERVICE_ACCOUNT', robot.id);
    await api('POST', `${tenant}/service-accounts/${robot.id}/tokens`, {});

    return { tenant, integration, other, people, robot };
}
