// The whole story, as an administrator lives it on a fresh server: a tenant, an
// integration, what authentik sends with the token that was shown, a role for a
// group and what a member may do by it, and the ends of tokens and access.

import fs from 'node:fs';
import {
    base, launch, open, reportWrong, settled, shoot, signIn,
} from './browser.mjs';
import { Provider } from './provider.mjs';
import { becomes, is, step } from './report.mjs';

const browser = await launch();
const admin = await open(browser);
const { page, answers } = admin;
let shown;                              // the integration as it was shown
let idp;
let people;
let robot;

const button = (name) => page.getByRole('button', { name, exact: true });
const link = (name) => page.getByRole('link', { name, exact: true });
const field = (name) => page.getByLabel(name, { exact: true });
const heading = (name) => page.getByRole('heading', { name, exact: true });
const menu = (name) => page.getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name, exact: true });
const said = (text) => page.locator('.toast', { hasText: text }).waitFor();
const rowOf = (text) => page.getByRole('row', { name: text });

// the text of each cell of the row that has this text
const cells = async (text) => {
    const row = rowOf(text).first().getByRole('cell');
    return (await row.allInnerTexts()).map((cell) =>
        cell.replace(/\s+/g, ' ').trim());
};

const storage = () => page.evaluate(() => ({
    session: Object.entries(sessionStorage),
    local: Object.entries(localStorage),
    cookies: document.cookie,
}));


// --- signing in ---

await step('the sign-in page', async () => {
    await page.goto(`${base}/console`);
    await heading('Sign in to the SCIM console').waitFor();
    await shoot(page, 'sign-in');
});

await step('a token that is none is refused, and says so', async () => {
    await field('Token').fill('no-such-token');
    await button('Sign in').click();
    await page.getByText('This is no administrator’s token').waitFor();
    await shoot(page, 'sign-in-refused');
});

await step('an administrator’s token signs in', async () => {
    await signIn(page);
    await heading('No tenants yet').or(page.getByText('No tenants yet'))
        .first().waitFor();
    await shoot(page, 'tenants-empty');
});

await step('a tenant is created, and opened', async () => {
    await button('Create tenant').first().click();
    await field('Id').fill('Not Good');
    await page.getByRole('dialog').getByRole('button',
        { name: 'Create tenant' }).click();
    await page.getByRole('alert').first().waitFor();
    await field('Id').fill('demo');
    await page.getByLabel('Name').fill('Demonstration');
    await page.getByRole('dialog').getByRole('button',
        { name: 'Create tenant' }).click();
    await heading('Provisioning').waitFor();
    await page.getByText('No integrations yet').waitFor();
    await shoot(page, 'provisioning-empty');
});


// --- the integration ---

await step('an integration with a wrong name is refused at its field',
    async () => {
        await link('Create integration').first().click();
        await field('Name').fill('Not Good!');
        await button('Create integration').click();
        await page.locator('.field-error').first().waitFor();
        is('the field is marked',
            await field('Name').getAttribute('aria-invalid'), 'true');
        await shoot(page, 'integration-refused');
    });

await step('an integration is created; endpoint and token are shown',
    async () => {
        await field('Name').fill('authentik');
        await page.getByLabel('Description').fill(
            'Staff, from the company directory');
        await button('Create integration').click();
        await heading('authentik is ready').waitFor();
        shown = {
            endpoint: await field('Endpoint').inputValue(),
            token: await field('Secret token').inputValue(),
        };
        await shoot(page, 'integration-created');
    });

is('the endpoint', shown.endpoint,
    /\/api\/v1\/demo\/integrations\/[0-9a-f-]{36}\/scim\/v2$/);
is('the token', shown.token, /^scim_\S{200}$/);

await step('both are copied with a click', async () => {
    for (const [name, value] of [['Endpoint', shown.endpoint],
        ['Secret token', shown.token]]) {
        await button(`Copy: ${name}`).click();
        const copied = await page.evaluate(() =>
            navigator.clipboard.readText());
        is(`the clipboard has: ${name}`, copied, value);
    }
});

await step('each guide has the integration’s own values', async () => {
    for (const name of ['Okta', 'Entra ID', 'Keycloak', 'Other',
        'authentik']) {
        await page.getByRole('tab', { name, exact: true }).click();
        const values = await page.getByRole('tabpanel')
            .locator('input').evaluateAll((inputs) =>
                inputs.map((input) => input.value));
        is(`the guide for ${name}`, [values.includes(shown.endpoint),
            values.includes(shown.token)], [true, true]);
        await shoot(page, `guide-${name.toLowerCase().replace(' ', '-')}`);
    }
});

const kept = await storage();
is('the session is in sessionStorage alone',
    [kept.session.length, kept.local.length, kept.cookies], [1, 0, '']);
is('the secret token is kept nowhere',
    JSON.stringify(kept).includes(shown.token)
        || page.url().includes(shown.token), false);


// --- what the identity provider does ---

await step('the page waits for the first request', async () => {
    await page.getByText('Waiting for the first request').waitFor();
});

await step('authentik’s first synchronisation', async () => {
    // on the address that this browser knows
    const { pathname } = new URL(shown.endpoint);
    idp = new Provider(base + pathname, shown.token);
    people = await idp.sync();
});

await step('which shows by itself', async () => {
    await page.getByText('The first request is here.').waitFor();
    await shoot(page, 'integration-works');
});

await step('the token is not shown again', async () => {
    await link('I have stored the token').click();
    await heading('authentik').waitFor();
    await settled(page);
    is('nowhere', (await page.content()).includes(shown.token), false);
});

await step('the integration is well', async () => {
    await page.getByText('Healthy').waitFor();
    await settled(page);
    await shoot(page, 'integration');
    await menu('Provisioning').click();
    await settled(page);
    await becomes('in the list, too',
        async () => (await cells('authentik'))[2] ?? '', /Healthy/);
    await shoot(page, 'provisioning');
});

await step('the users are there, and found as one types', async () => {
    await menu('Users').click();
    await rowOf('Jane Doe').waitFor();
    await shoot(page, 'users');
    await page.getByLabel('Search users').pressSequentially('ŁUK');
    await rowOf('Jane Doe').waitFor({ state: 'detached' });
    await rowOf('Łukasz Nowak').waitFor();
    await page.getByLabel('Search users').fill('nobody of this name');
    await page.getByText('No users match').waitFor();
    await shoot(page, 'users-none');
    await page.getByLabel('Search users').fill('');
    await rowOf('Jane Doe').waitFor();
});

await step('and filtered', async () => {
    await field('State').selectOption('Inactive');
    await rowOf('Jane Doe').waitFor({ state: 'detached' });
    await becomes('who is not active',
        async () => (await cells('Zoë Keller'))[2], 'Inactive');
    await field('State').selectOption('Any state');
    await rowOf('Jane Doe').waitFor();
});


// --- a role for a group ---

await step('a role is created', async () => {
    await menu('Roles').click();
    await rowOf('SCIMProvisioner').waitFor();
    await shoot(page, 'roles');
    await link('Create role').first().click();
    await field('Name').fill('developer');
    await page.getByLabel('Description').fill('Builds and runs flows');
    await button('Add permission').click();
    await field('Resource').fill('flow');
    await page.getByText('EXECUTE', { exact: true }).click();
    await shoot(page, 'role-create');
    await button('Create role').click();
    await said('The role developer is there.');
    await heading('developer').waitFor();
    await settled(page);
    await shoot(page, 'role');
});

await step('and attached to a group in two clicks', async () => {
    await menu('Groups').click();
    await rowOf('Engineering').waitFor();
    await shoot(page, 'groups');
    await link('Engineering').click();
    await heading('Engineering').waitFor();
    await settled(page);

    await button('Attach role').click();
    await page.getByRole('dialog').getByRole('button', { name: /^developer/ })
        .waitFor();
    await shoot(page, 'group-attach');
    await page.getByRole('dialog').getByRole('button', { name: /^developer/ })
        .click();

    await said('developer is attached to Engineering.');
    await settled(page);
    await becomes('the group has it',
        async () => (await cells('developer'))[0], 'developer');
    await shoot(page, 'group');
});

await step('a member has the permission, and one sees where it is from',
    async () => {
        await link('Jane Doe').click();
        await heading('Jane Doe').waitFor();
        await settled(page);
        await becomes('the permission and its origin', () => cells('FLOW'),
            ['FLOW', 'EXECUTE READ', 'everywhere',
                'developer through Engineering']);
    });

await step('“can this user …?” answers with the reason', async () => {
    const ask = async (action, permission) => {
        await field('Action').fill(action);
        await field('Permission').fill(permission);
        await button('Check').click();
        await page.locator('.answer').waitFor();
        return (await page.locator('.answer').innerText())
            .replace(/\s+/g, ' ');
    };
    is('what the role permits', await ask('execute', 'flow'),
        /^Yes .*developer.*Engineering/);
    await shoot(page, 'user');
    is('what it does not', await ask('delete', 'flow'),
        /^No .*FLOW:DELETE/);
});

await step('the person’s groups, attributes and activity', async () => {
    await link('Groups').last().click();
    await rowOf('Engineering').waitFor();
    await link('Attributes').click();
    await page.getByText('jane@example.com').first().waitFor();
    await page.getByText('Engineer', { exact: true }).waitFor();
    await shoot(page, 'user-attributes');
    await link('Activity').click();
    await page.getByText('User created').waitFor();
    await shoot(page, 'user-activity');
});


// --- off, on, and another token ---

await step('disabling warns, and the synchronisation is refused', async () => {
    await menu('Provisioning').click();
    await link('authentik').click();
    await page.getByRole('switch', { name: 'Enabled' }).click();
    await page.getByText('every request of the identity provider is refused')
        .waitFor();
    await shoot(page, 'integration-disable');
    is('nothing has happened yet',
        (await idp.send('GET', '/Users')).status, 200);
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' })
        .click();
    await said('authentik is disabled.');
    const refused = await idp.send('POST', '/Users', { userName: 'late' });
    is('it is told to come again later', refused.status, 503);
    await page.getByText('Refusing requests').waitFor();
    await shoot(page, 'integration-disabled');
});

await step('enabling lets it in again', async () => {
    await page.getByRole('switch', { name: 'Enabled' }).click();
    await said('authentik is enabled.');
    is('its users are there',
        (await idp.send('GET', '/Users')).json?.totalResults, 3);
});

await step('the token is rotated with an overlap', async () => {
    await button('Rotate').click();
    await shoot(page, 'token-rotate');
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' })
        .click();
    await heading('The token').waitFor();
    await shoot(page, 'token-shown');
    const token = await field('Secret token').inputValue();
    await button('I have stored the token').click();

    const next = new Provider(idp.endpoint, token);
    is('the other one works', (await next.send('GET', '/Users')).status, 200);
    is('and that of before', (await idp.send('GET', '/Users')).status, 200);
    await page.getByRole('row').filter({ hasText: 'Revoke' }).nth(1).waitFor();
    await shoot(page, 'tokens');
    idp.before = idp.token;
    idp.token = token;
});

await step('and once more, at once', async () => {
    await button('Rotate').click();
    await field('The present tokens end').selectOption('At once');
    await page.getByText('is refused until it has the other token').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' })
        .click();
    await heading('The token').waitFor();
    const token = await field('Secret token').inputValue();
    await button('I have stored the token').click();
    is('those of before have ended', [
        (await idp.send('GET', '/Users')).status,
        (await new Provider(idp.endpoint, idp.before).send('GET', '/Users'))
            .status,
    ], [401, 401]);
    idp.token = token;
    is('the last one works', (await idp.send('GET', '/Users')).status, 200);
});


// --- rules, bindings, service accounts, audit ---

// one of a combobox's options, as one finds it by typing
async function choose(name, text) {
    await page.getByRole('combobox', { name, exact: true }).fill(text);
    await page.locator('.listbox')
        .getByRole('option', { name: new RegExp(`^${text}`) }).click();
}

await step('a role by a rule', async () => {
    await menu('Role rules').click();
    await page.getByText('No rules yet').waitFor();
    await shoot(page, 'rules-empty');
    await button('Create rule').first().click();
    await field('Matches the pattern').fill('every*');
    await choose('Role', 'developer');
    await page.getByLabel('Only in the namespace').fill('prod');
    await shoot(page, 'rule-create');
    await page.getByRole('dialog').getByRole('button', { name: 'Create rule' })
        .click();
    await said('The rule holds from now on.');
    await settled(page);
    await shoot(page, 'rules');

    await menu('Users').click();
    await link('Łukasz Nowak').click();
    await heading('Łukasz Nowak').waitFor();
    await settled(page);
    await becomes('the member of both groups has both', async () =>
        (await page.locator('.sources').allInnerTexts())
            .map((text) => text.replace(/\s+/g, ' ').trim()).sort(),
        ['developer by a rule for Everybody', 'developer through Engineering']);
    await shoot(page, 'user-by-rule');
});

await step('who is inactive has none', async () => {
    await menu('Users').click();
    await link('Zoë Keller').click();
    await page.getByText('This user is inactive').waitFor();
    await settled(page);
    await shoot(page, 'user-inactive');
});

await step('a binding in a namespace', async () => {
    await menu('Bindings').click();
    await button('Create binding').first().click();
    await choose('Role', 'Viewer');
    await field('Is given to a').selectOption('User');
    await choose('User', 'Jane');
    await page.getByLabel('Only in the namespace').fill('prod.engineering');
    await shoot(page, 'binding-create');
    await page.getByRole('dialog')
        .getByRole('button', { name: 'Create binding' }).click();
    await said('The binding is there.');
    await becomes('it is in the list',
        async () => (await cells('Jane Doe')).slice(1, 3),
        ['Viewer', 'prod.engineering']);
    await settled(page);
    await shoot(page, 'bindings');
});

await step('a service account with a role and a token', async () => {
    await menu('Service accounts').click();
    await settled(page);
    await shoot(page, 'service-accounts');
    await button('Create service account').first().click();
    await field('Name').fill('watcher');
    await page.getByRole('dialog')
        .getByRole('button', { name: 'Create service account' }).click();
    await heading('watcher').waitFor();
    await button('Attach role').click();
    await page.getByRole('dialog').getByRole('button', { name: /^Viewer/ })
        .click();
    await said('Viewer is attached to watcher.');
    await button('Add token').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create token' })
        .click();
    robot = await field('Secret token').inputValue();
    await button('I have stored the token').click();
    await settled(page);
    await shoot(page, 'service-account');
});

await step('the audit has all of it', async () => {
    await menu('Audit').click();
    await page.getByText('Integration disabled').waitFor();
    await page.locator('.entry summary').first().click();
    await settled(page);
    await shoot(page, 'audit');
    const entry = page.locator('.entry', { hasText: 'Group changed' }).first();
    await entry.locator('summary').click();
    await becomes('what an entry is about is named',
        () => entry.getByRole('link').first().innerText(),
        /^(Engineering|Sales EMEA|Everybody)$/);
    await field('Operation').fill('integrations.disable');
    await becomes('filtered by operation',
        async () => (await page.locator('.entry-what').allInnerTexts())
            .join(), /^Integration disabled[^,]*$/);
});

// exported(ACT): the name and the entries of the file that ACT has saved
async function exported(act) {
    const [download] = await Promise.all([page.waitForEvent('download'),
        act()]);
    const text = fs.readFileSync(await download.path(), 'utf8');
    is('each entry is a line', text.endsWith('\n'), true);
    return [download.suggestedFilename(),
        text.trimEnd().split('\n').map((line) => JSON.parse(line))];
}

await step('what is filtered goes into a file', async () => {
    const [name, entries] = await exported(() => button('Export').click());
    is('which has the tenant and the day in its name', name,
        /^audit-demo-\d{4}-\d\d-\d\d\.jsonl$/);
    is('and what is shown', entries.map(({ operation }) => operation),
        ['integrations.disable']);
    await said('1 entry is exported, as JSON lines.');

    await field('Operation').fill('');
    await page.getByText('Integration created').first().waitFor();
    const [, all] = await exported(() => button('Export').click());
    const times = all.map(({ time }) => time);
    is('without a filter all there is, the oldest first',
        [all.length > 20, all[0].operation, times],
        [true, 'tenants.create', times.toSorted()]);

    await field('Operation').fill('nothing');
    await page.getByText('No entries match').waitFor();
    await button('Export').click();
    await said('Nothing matches, so there is no file.');
    await shoot(page, 'audit-nothing');
});


// --- the same as somebody who may only look ---

const viewer = await open(browser);

await step('a service account’s token needs its tenant', async () => {
    const { page: other } = viewer;
    await other.goto(`${base}/console/`);
    await other.getByLabel('Token', { exact: true }).fill(robot);
    await other.keyboard.press('Enter');
    await other.getByText('name its tenant').waitFor();
    is('the focus is where it is missing', await other.evaluate(() =>
        document.activeElement.labels[0].textContent.trim()), /^Tenant/);
    await other.keyboard.type('demo');
    await other.keyboard.press('Enter');
    await other.getByRole('heading', { name: 'Provisioning' }).waitFor();
    await settled(other);
});

await step('and may do no more than its role says', async () => {
    const { page: other } = viewer;
    is('no integration to create', await other.getByRole('link',
        { name: 'Create integration' }).count(), 0);
    is('no tenants', await other.getByRole('link', { name: 'Tenants' })
        .count(), 0);
    await shoot(other, 'viewer-provisioning');
    await other.getByRole('link', { name: 'authentik' }).click();
    await other.getByRole('heading', { name: 'authentik' }).waitFor();
    await settled(other);
    is('nothing to switch off', await other.getByRole('switch').count(), 0);
    await shoot(other, 'viewer-integration');
    await other.evaluate(() => {
        location.hash = '#/another/users';
    });
    await other.getByText('Your token is not for it').waitFor();
});

await step('a token that is revoked signs out', async () => {
    await menu('Service accounts').click();
    await link('watcher').click();
    await heading('watcher').waitFor();
    await button(/^Revoke/).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' })
        .click();
    await said('The token is revoked.');
    const { page: other } = viewer;
    await other.evaluate(() => {
        location.hash = '#/demo/users';
    });
    await other.getByText('Your token is not accepted any more').waitFor();
    is('and leaves nothing', await other.evaluate(() =>
        sessionStorage.length + localStorage.length), 0);
});
reportWrong('who may only look', viewer);
await viewer.context.close();


// --- undoing it ---

await step('a role is detached in two clicks', async () => {
    await menu('Groups').click();
    await link('Engineering').click();
    await heading('Engineering').waitFor();
    await settled(page);
    await button('Detach developer').click();
    await button('Really detach developer').click();
    await said('developer is detached.');
    await page.getByText('No roles attached').waitFor();

    await link('Jane Doe').click();
    await heading('Jane Doe').waitFor();
    await settled(page);
    await becomes('the member has the permission no more', async () =>
        (await page.locator('.sources').allInnerTexts())
            .filter((text) => text.includes('Engineering')), []);
});

await step('a role that is attached cannot be deleted, and says to whom',
    async () => {
        await menu('Groups').click();
        await link('Engineering').click();
        await heading('Engineering').waitFor();
        await button('Attach role').click();
        await page.getByRole('dialog')
            .getByRole('button', { name: /^developer/ }).click();
        await said('developer is attached');
        await menu('Roles').click();
        await link('developer').click();
        await heading('developer').waitFor();
        await button('Delete').click();
        await page.getByRole('dialog').getByRole('button',
            { name: 'Delete role' }).click();
        await page.getByRole('dialog').getByRole('link',
            { name: 'Engineering' }).waitFor();
        await shoot(page, 'role-bound');
        await page.keyboard.press('Escape');
    });

await step('the integration is deleted, and its users stay', async () => {
    await menu('Provisioning').click();
    await link('authentik').click();
    await heading('authentik').waitFor();
    await settled(page);
    await button('Delete integration').click();
    await page.getByText('Keep them').click();
    await page.getByLabel(/^Type authentik/).fill('authentik');
    await shoot(page, 'integration-delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' })
        .click();
    await said('The integration authentik is deleted.');
    is('its token is refused', (await idp.send('GET', '/Users')).status, 401);
    await menu('Users').click();
    await rowOf('Jane Doe').waitFor();
});

await step('signing out leaves nothing', async () => {
    await button('Sign out').click();
    await heading('Sign in to the SCIM console').waitFor();
    const { session, local, cookies } = await storage();
    is('in no storage', [session, local, cookies], [[], [], '']);
    await page.goBack();
    await heading('Sign in to the SCIM console').waitFor();
});

is('what the API refused', [...new Set(answers)].map((answer) =>
    answer.replace(/[0-9a-f-]{36}/g, ':id')).sort(), [
    '400 POST /api/v1/demo/integrations',
    '400 POST /api/v1/tenants',
    '401 GET /api/v1/tenants',
    '409 DELETE /api/v1/demo/roles/developer',
]);
reportWrong('the story', admin);

await browser.close();
