// A tenant with thousands of users: a page at a time, never more; what one types
// is searched for when one stops, and an answer that nobody waits for any more
// is cancelled; the browser does not freeze. USERS=n makes as many.

import {
    go, launch, open, reportWrong, settled, signIn,
} from './browser.mjs';
import { becomes, is, report, step } from './report.mjs';
import { api, provider } from './scene.mjs';

const USERS = Number(process.env.USERS ?? 3000);
const ALL = USERS.toLocaleString('en');
const LAST = `person${String(USERS - 1).padStart(5, '0')}`;
const PAGE = 25;
const ELEMENTS = 1500;                  // of a page with that many rows
const BUSY = 1000;                      // milliseconds, on a busy machine
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:';

await api('POST', 'tenants', { id: 'large' });
const idp = provider(await api('POST', 'large/integrations',
    { name: 'authentik', type: 'SCIM 2.0' }));
const ids = [];

for (let at = 0; at < USERS; at += 500) {
    const answer = await idp.must(200, 'POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: Array.from({ length: 500 }, (_, more) => ({
            method: 'POST', path: '/Users', bulkId: `u${at + more}`,
            data: {
                schemas: [`${CORE}User`], active: true,
                userName: `person${String(at + more).padStart(5, '0')}`,
                displayName: `Person ${at + more}`,
            },
        })),
    });
    ids.push(...answer.Operations.map(({ location }) =>
        location.split('/').at(-1)));
}

const everybody = await idp.group('Everybody', []);
for (let at = 0; at < USERS; at += 1000) {
    await idp.members(everybody, ids.slice(at, at + 1000));
}

const browser = await launch();
const seen = await open(browser);
const { page } = seen;
const asked = [];
let cancelled = 0;

await page.addInitScript(() => {
    globalThis.busy = [];
    new PerformanceObserver((list) => {
        globalThis.busy.push(...list.getEntries().map(({ duration }) =>
            Math.round(duration)));
    }).observe({ entryTypes: ['longtask'] });
});
page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/api/v1/large/users') {
        asked.push(searchParams.get('q') ?? '');
    }
});
page.on('requestfailed', (request) => {
    if (request.failure().errorText === 'net::ERR_ABORTED') {
        cancelled += 1;
    }
});

const rows = () => page.locator('tbody tr').count();
const first = async () => (await page.locator('tbody tr').first()
    .locator('.row-link').innerText()).trim();
const pager = () => page.locator('.pager p').innerText();
const button = (name) => page.getByRole('button', { name, exact: true });

await signIn(page);

await step('a page of the users', async () => {
    await go(page, 'large/users');
    await page.locator('tbody tr').first().waitFor();
    is('as many as fit', await rows(), PAGE);
    is('all are counted', await pager(), `${ALL} users · page 1`);
});

const seenNames = new Set();
await step('the next ones, and back', async () => {
    const begin = await first();
    for (let at = 2; at <= 6; at += 1) {
        seenNames.add(await first());
        await button('Next').click();
        await becomes(`page ${at}`, pager, `${ALL} users · page ${at}`);
        await settled(page);
        is(`page ${at}: no more rows`, await rows(), PAGE);
    }
    is('each page has others', seenNames.size, 5);
    is('nothing of the pages before is kept', await page.evaluate(() =>
        document.querySelectorAll('*').length) < ELEMENTS, true);
    const sixth = await first();
    await page.locator('tbody .row-link').first().click();
    await page.getByRole('heading', { level: 1, name: sixth }).waitFor();
    await page.goBack();
    await becomes('a step back from a person returns to the page', pager,
        `${ALL} users · page 6`);
    await becomes('with the same people', first, sixth);
    for (let at = 5; at >= 1; at -= 1) {
        await button('Previous').click();
        await becomes(`back to page ${at}`, pager,
            `${ALL} users · page ${at}`);
    }
    await becomes('from the beginning', first, begin);
    is('there is no page before', await button('Previous').isDisabled(), true);
});

await step('what one types is searched for once one stops', async () => {
    asked.length = 0;
    await page.getByLabel('Search users').pressSequentially(LAST,
        { delay: 20 });
    await becomes('found', rows, 1);
    is('asked for few beginnings', asked.length <= 4, true);
    is('and at last for all of it', asked.at(-1), LAST);
    is('it is in the address', new URL(page.url()).hash,
        `#/large/users?q=${LAST}`);
});

await step('a search that nobody waits for is cancelled', async () => {
    await page.getByLabel('Search users').fill('');
    await becomes('all', async () => (await pager()).startsWith(`${ALL} users`),
        true);
    await page.route('**/large/users?*q=slow*', async (route) => {
        await new Promise((done) => {
            setTimeout(done, 3000);
        });
        await route.continue().catch(() => {});
    });
    cancelled = 0;
    await page.getByLabel('Search users').fill('slow');
    await page.waitForTimeout(500);
    await page.getByLabel('Search users').fill('person00042');
    await becomes('what is there belongs to the last', first, 'Person 42');
    is('the one before was cancelled', cancelled, 1);
    await page.waitForTimeout(3200);
    is('and stays away', await first(), 'Person 42');
    await page.unroute('**/large/users?*q=slow*');
});

await step('a group of all of them', async () => {
    await go(page, `large/groups/${everybody.id}`);
    await page.locator('tbody tr').first().waitFor();
    is('a page of the members', await rows(), PAGE);
    is('all are counted', await pager(), `${ALL} members · page 1`);
    await button('Next').click();
    await becomes('and the next', pager, `${ALL} members · page 2`);
});

const busy = await page.evaluate(() => globalThis.busy);
report('it never froze', busy.filter((time) => time > BUSY)
    .map((time) => `${time} ms`));
reportWrong('large', seen);

await browser.close();
