// What the console does when something goes wrong: it says what, and what to
// do, and goes on. And text from an identity provider stays text.

import fs from 'node:fs';
import http from 'node:http';
import {
    axe, go, launch, open, reportWrong, settled, shoot, signIn, turn,
} from './browser.mjs';
import { becomes, is, report, step } from './report.mjs';
import { api, provider, scene } from './scene.mjs';

const { tenant, integration, people } = await scene('faults');
const browser = await launch();
const seen = await open(browser);
const { page } = seen;

const button = (name) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const alert = () => page.getByRole('alert').first();

const problem = (status, detail) => ({
    status, contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'x', status, detail }),
});

await signIn(page);


// --- a list that cannot be had, and then can ---

// what comes instead of the users, and what is said
const failures = [
    ['the connection breaks', (route) => route.abort(),
        /No answer.*Check your connection/s],
    ['Redis is away', (route) => route.fulfill(problem(503,
        'the data store cannot be reached')),
        /Not available.*Nothing is lost; try again/s],
    ['there are too many requests', (route) => route.fulfill(problem(429,
        'slow down')), /Too many requests.*Wait a moment/s],
    ['the permission is missing', (route) => route.fulfill(problem(403,
        'the permission USER:READ is missing')),
        /Not permitted.*USER:READ is missing.*Ask an administrator/s],
    ['a proxy answers with a page', (route) => route.fulfill({
        status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
        /The server has a fault/s],
];

for (const [name, answer, words] of failures) {
    await step(`${name}: says so`, async () => {
        await page.route(`**/api/v1/${tenant}/users?*`, answer);
        await go(page, `${tenant}/groups`);
        await go(page, `${tenant}/users`);
        await alert().waitFor();
        is(`${name}: what, and what to do`, await alert().innerText(), words);
        await page.unroute(`**/api/v1/${tenant}/users?*`);
    });
    await step(`${name}: and goes on`, async () => {
        await button('Try again').click();
        await page.getByRole('link', { name: 'Jane Doe' }).waitFor();
    });
}
await shoot(page, 'fault-over');

await step('a list that takes long stays, and is busy', async () => {
    let answer;
    const held = new Promise((done) => {
        answer = done;
    });
    await page.route(`**/api/v1/${tenant}/users?*`, async (route) => {
        await held;
        await route.continue();
    });
    await turn(page, `${tenant}/users?q=nobody`);
    is('from the first picture on', [
        await page.locator('.table-frame[aria-busy="true"]').count(),
        await page.getByRole('link', { name: 'Jane Doe' }).count(),
    ], [1, 1]);
    report('it can be read: axe', await axe(page));
    await shoot(page, 'slow-list');
    answer();
    await page.getByText('No users match').waitFor();
    await page.unroute(`**/api/v1/${tenant}/users?*`);
});


// --- an export ---

const lines = (n) => Array.from({ length: n }, (_, at) =>
    `{"id":"${at + 1}-1"}\n`).join('');

// answerExport(ACT): how the next exports are answered
async function answerExport(act) {
    await page.unroute('**/audit?*format=jsonl*');
    await page.route('**/audit?*format=jsonl*', act);
}

await step('an export that cannot be had says so', async () => {
    await go(page, `${tenant}/audit`);
    await answerExport((route) => route.fulfill(problem(503,
        'the data store cannot be reached')));
    await button('Export').click();
    await alert().waitFor();
    is('what, and what to do', await alert().innerText(),
        /Not available.*try again in a moment/s);
    report('it can be read: axe', await axe(page));
    await shoot(page, 'export-failed');
    await answerExport((route) => route.continue());
    const [download] = await Promise.all([page.waitForEvent('download'),
        button('Try again').click()]);
    is('and goes on', download.suggestedFilename(), /^audit-faults-.*jsonl$/);
    is('without what was wrong', await page.getByRole('alert').count(), 0);
});

await step('one whose answer breaks off is no file', async () => {
    let saved = false;
    const save = () => {
        saved = true;
    };
    page.on('download', save);
    const server = http.createServer((request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
        response.write(lines(3));
        setTimeout(() => response.socket.destroy(), 100);
    });
    await new Promise((done) => {
        server.listen(0, '127.0.0.1', done);
    });
    const url = `http://127.0.0.1:${server.address().port}/`;
    await answerExport((route) => route.continue({ url }));
    await button('Export').click();
    await alert().waitFor();
    is('it says why', await alert().innerText(), /broke off before its end/);
    is('and nothing is saved', saved, false);
    page.off('download', save);
    server.close();
});

await step('one that takes long shows that it goes on, and can be cancelled',
    async () => {
        let answered = false;
        await answerExport(async (route) => {
            await new Promise((done) => {
                setTimeout(done, 3000);
            });
            answered = true;
            await route.fulfill({ body: lines(3) }).catch(() => {});
        });
        await go(page, `${tenant}/users`);
        await go(page, `${tenant}/audit`);
        await button('Export').focus();
        await page.keyboard.press('Enter');
        await button('Exporting…').waitFor();
        is('the focus stays', await page.evaluate(() =>
            document.activeElement.textContent.trim()), 'Exporting…');
        report('it can be read: axe', await axe(page));
        await shoot(page, 'export-busy');
        await page.keyboard.press('Enter');
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Enter');
        await button('Export').waitFor();
        is('before the answer, and without a word', [answered,
            await page.getByRole('alert').count()], [false, 0]);
    });

await step('one that is too long for a file goes on in another', async () => {
    const asked = [];
    await answerExport((route) => {
        const cursor = new URL(route.request().url()).searchParams
            .get('cursor');
        asked.push(cursor);
        return route.fulfill({ body: cursor ? lines(2) : lines(150_000),
            contentType: 'application/x-ndjson' });
    });
    const [first] = await Promise.all([page.waitForEvent('download'),
        button('Export').click()]);
    const text = fs.readFileSync(await first.path(), 'utf8');
    const ids = text.trimEnd().split('\n').map((line) => JSON.parse(line).id);
    is('which has whole lines', [text.endsWith('\n'), ids.length,
        ids.at(-1)], [true, 100_000, '100000-1']);
    report('it can be read: axe', await axe(page));
    await shoot(page, 'export-more');
    const [next] = await Promise.all([page.waitForEvent('download'),
        button('Export the next ones').click()]);
    is('behind the last one of the first', asked, [null, ids.at(-1)]);
    is('which has its number', next.suggestedFilename(), /-2\.jsonl$/);
    await becomes('and is the last one',
        () => button('Export the next ones').count(), 0);
    await page.unroute('**/audit?*format=jsonl*');
});


// --- edits that meet ---

await step('an edit of what somebody else changed meanwhile is refused',
    async () => {
        await go(page, `${tenant}/provisioning/${integration.id}`);
        await button('Edit').click();
        await api('PATCH', `${tenant}/integrations/${integration.id}`,
            { description: 'theirs' });
        await page.getByLabel('Description').fill('ours');
        await dialog().getByRole('button', { name: 'Save' }).click();
        await dialog().getByText('Changed meanwhile').waitFor();
        await shoot(page, 'fault-stale');
        is('and nothing is changed', (await api('GET',
            `${tenant}/integrations/${integration.id}`)).description,
        'theirs');
        await page.keyboard.press('Escape');
    });

await step('a creation whose answer was lost is not made twice', async () => {
    await go(page, `${tenant}/provisioning/new`);
    await page.getByLabel('Name', { exact: true }).fill('lost');
    await page.route(`**/api/v1/${tenant}/integrations`, async (route) => {
        await route.fetch();
        await route.abort();
    });
    await button('Create integration').click();
    await alert().waitFor();
    is('it is not known whether it was', await alert().innerText(),
        /No answer/);
    await page.unroute(`**/api/v1/${tenant}/integrations`);
    await button('Create integration').click();
    await page.getByText('The token was shown before').waitFor();
    await shoot(page, 'fault-replayed');
    const { results } = await api('GET', `${tenant}/integrations?q=lost`);
    is('one was made', results.length, 1);
});

await step('a second click while it is busy does nothing', async () => {
    await go(page, `${tenant}/service-accounts`);
    await button('Create service account').click();
    await page.getByLabel('Name', { exact: true }).fill('twice');
    let times = 0;
    await page.route(`**/api/v1/${tenant}/service-accounts`, async (route) => {
        times += route.request().method() === 'POST' ? 1 : 0;
        await new Promise((done) => {
            setTimeout(done, 300);
        });
        await route.continue();
    });
    await dialog().getByRole('button', { name: /Create|moment/ }).dblclick();
    await page.getByRole('heading', { name: 'twice' }).waitFor();
    is('it is asked for once', times, 1);
    await page.unroute(`**/api/v1/${tenant}/service-accounts`);
});


// --- fields ---

await step('each wrong field has what is wrong', async () => {
    await go(page, `${tenant}/roles/-new`);
    await page.getByLabel('Name', { exact: true }).fill('1st');
    await button('Create role').click();
    await page.locator('.field-error').waitFor();
    is('the name', await page.getByLabel('Name', { exact: true })
        .getAttribute('aria-invalid'), 'true');
    await page.getByLabel('Name', { exact: true }).fill('first');
    await button('Add permission').click();
    await page.getByLabel('Resource').fill('not a word');
    await button('Create role').click();
    await becomes('the permission', () => page.getByLabel('Resource')
        .getAttribute('aria-invalid'), 'true');
    await shoot(page, 'fault-permission');
});

await step('a namespace', async () => {
    await go(page, `${tenant}/groups/${people.engineering.id}`);
    await button('Attach role').click();
    await page.getByLabel(/^Only in the namespace/).fill('..');
    await dialog().getByRole('button', { name: /^Admin/ }).click();
    await dialog().locator('.field-error').waitFor();
    await page.keyboard.press('Escape');
});


// --- what does not exist ---

for (const path of ['users/00000000-0000-4000-8000-000000000000',
    'groups/none', 'roles/none', 'provisioning/none',
    'service-accounts/none'])
{
    await step(`${path}: is not there`, async () => {
        await go(page, `${tenant}/${path}`);
        is(`${path}: says so`, await alert().innerText(),
            /Not found|Not accepted/);
        is(`${path}: and leads back`, await page.locator('a.back').count(), 1);
    });
}

await step('a tenant that is not there', async () => {
    await go(page, 'no-such-tenant/users');
    await page.getByText('This tenant cannot be opened').waitFor();
});

await step('addresses that are broken', async () => {
    for (const hash of ['#/%zz', '#//', '#/faults/%E0%A4%A', '#?', '#/a/b/c/d']) {
        await page.evaluate((target) => {
            location.hash = target;
        }, hash);
        await page.locator('main h1').waitFor();
    }
});

await step('a session that is broken', async () => {
    await page.evaluate(() => sessionStorage.setItem('scim-session', '{'));
    await page.reload();
    await page.getByRole('heading', { name: /^Sign in/ }).waitFor();
    await signIn(page);
});


// --- text is text ---

const evil = '<img src=x onerror=alert(1)><script>alert(1)</script>';

await step('names are text, whatever is in them', async () => {
    const idp = provider(integration);
    const user = await idp.user('<b>evil</b>', evil, {
        title: evil, profileUrl: 'javascript:alert(1)',
        'urn:example:evil:2.0:User': { [evil]: evil },
    });
    const group = await idp.group(evil, [user]);
    await api('POST', `${tenant}/bindings`, {
        role: 'developer', subject: { type: 'GROUP', id: group.id },
    });
    let asked = false;
    page.on('dialog', (box) => {
        asked = true;
        box.dismiss();
    });
    for (const path of ['users', `users/${user.id}`,
        `users/${user.id}/attributes`, 'groups', `groups/${group.id}`,
        'bindings', 'roles/developer', 'audit'])
    {
        await go(page, `${tenant}/${path}`);
        is(`${path}: no such element`, await page.locator(
            'img, main script, a[href^="javascript:"]').count(), 0);
    }
    is('nothing ran', asked, false);
    await go(page, `${tenant}/users/${user.id}/attributes`);
    await shoot(page, 'text-is-text');
});

await step('a role that is called as a page is', async () => {
    await api('POST', `${tenant}/roles`, {
        name: 'new', permissions: { FLOW: ['READ'] },
    });
    await go(page, `${tenant}/roles`);
    await page.getByRole('link', { name: 'new', exact: true }).click();
    await settled(page);
    is('its page', await page.locator('main h1').textContent(), 'new');
    await go(page, `${tenant}/roles`);
    await page.getByRole('link', { name: 'Create role' }).click();
    await settled(page);
    is('and that page', await page.locator('main h1').textContent(),
        'Create a role');
});

await step('from right to left, and long', async () => {
    const idp = provider(integration);
    const user = await idp.user('rtl', `שלום ${'ארוך'.repeat(40)}`);
    await go(page, `${tenant}/users/${user.id}`);
    is('it fits', await page.evaluate(() =>
        document.documentElement.scrollWidth
            <= document.documentElement.clientWidth), true);
    await settled(page);
    await shoot(page, 'long-name');
});

reportWrong('faults', seen);

await browser.close();
