// Every page and dialog in light, dark and at a phone's width: axe finds
// nothing, nothing is wider than the screen, and each has its title and its one
// heading, which has the focus.

import {
    axe, base, desktop, go, launch, open, phone, reportWrong, settled, shoot,
    signIn,
} from './browser.mjs';
import { is, report, step } from './report.mjs';
import { scene } from './scene.mjs';

const { tenant, integration, other, people, robot } = await scene('acme');

const pages = [
    ['provisioning'],
    ['provisioning/new'],
    [`provisioning/${integration.id}`],
    [`provisioning/${integration.id}/setup`],
    [`provisioning/${integration.id}/activity`],
    [`provisioning/${other.id}`],
    ['users'],
    ['users?q=nobody-of-this-name'],
    [`users?group=${people.engineering.id}`],
    [`users/${people.jane.id}`],
    [`users/${people.jane.id}/groups`],
    [`users/${people.jane.id}/attributes`],
    [`users/${people.jane.id}/activity`],
    [`users/${people.zoe.id}`],
    ['users/00000000-0000-4000-8000-000000000000'],
    ['groups'],
    [`groups/${people.engineering.id}`],
    [`groups/${people.engineering.id}/attributes`],
    [`groups/${people.sales.id}`],
    ['roles'],
    ['roles/-new'],
    ['roles/developer'],
    ['roles/Admin'],
    ['bindings'],
    ['rules'],
    ['service-accounts'],
    [`service-accounts/${robot.id}`],
    ['audit'],
    ['no-such-page'],
].map(([path]) => `${tenant}/${path}`).concat(['tenants', 'users']);

// on which page, and the buttons that lead to it
const dialogs = [
    [`provisioning/${integration.id}`, 'Edit'],
    [`provisioning/${integration.id}`, 'Add token'],
    [`provisioning/${integration.id}`, 'Rotate'],
    [`provisioning/${integration.id}`, 'Delete integration'],
    [`users/${people.jane.id}`, 'Deactivate'],
    [`users/${people.jane.id}`, 'Remove access'],
    [`users/${people.jane.id}`, 'Attach role'],
    [`groups/${people.engineering.id}`, 'Delete'],
    ['roles/developer', 'Delete'],
    ['roles/developer', 'Edit'],
    ['bindings', 'Create binding'],
    ['rules', 'Create rule'],
    ['service-accounts', 'Create service account'],
].map(([path, name]) => [`${tenant}/${path}`, name])
    .concat([['tenants', 'Create tenant'], ['tenants', `Edit ${tenant}`]]);

const modes = {
    light: { viewport: desktop, colorScheme: 'light' },
    dark: { viewport: desktop, colorScheme: 'dark' },
    phone: { viewport: phone, colorScheme: 'light', hasTouch: true,
        isMobile: true },
};


// a name for a file
const names = {
    [integration.id]: 'authentik', [other.id]: 'okta', [robot.id]: 'robot',
    [people.jane.id]: 'jane', [people.zoe.id]: 'zoe',
    [people.engineering.id]: 'engineering', [people.sales.id]: 'sales',
};

function fileName(text) {
    return text.replace(/[0-9a-f-]{36}/g, (id) => names[id] ?? 'nobody')
        .replace(/[^\w]+/g, '-').toLowerCase();
}


// what is wider than the screen
async function tooWide(page) {
    return page.evaluate(() => {
        const { clientWidth, scrollWidth } = document.documentElement;
        return scrollWidth > clientWidth
            ? [`${scrollWidth} of ${clientWidth} pixels`] : [];
    });
}


async function look(page, mode, name) {
    await settled(page);
    await shoot(page, `${fileName(name)}-${mode}`);
    report(`${mode}: ${name}: axe`, await axe(page));
    report(`${mode}: ${name}: fits`, await tooWide(page));
}


const browser = await launch();

await step('axe finds what is wrong', async () => {
    const { page, context } = await open(browser);
    await page.goto(`${base}/console/`);
    await settled(page);
    await page.evaluate(() => {
        document.querySelector('form').append(
            document.createElement('button'));
    });
    is('a button without a name', (await axe(page)).length, 1);
    await context.close();
});

for (const [mode, options] of Object.entries(modes)) {
    const seen = await open(browser, options);
    const { page } = seen;

    await page.goto(`${base}/console/`);
    await look(page, mode, 'sign-in');
    await signIn(page);

    const titles = new Set();
    for (const path of pages) {
        await step(`${mode}: ${path}`, async () => {
            await go(page, path);
            await look(page, mode, path);
            titles.add(await page.title());
            const heading = await page.evaluate(() => [
                document.querySelectorAll('h1').length,
                document.activeElement.tagName,
            ]);
            // of a tab, the link has it
            const tab = path.split('/').length > 3;
            is(`${mode}: ${path}: one heading, with the focus`, heading,
                [1, tab ? heading[1] : 'H1']);
        });
    }
    report(`${mode}: titles tell pages apart`,
        titles.size > 15 ? [] : [[...titles].join('; ')]);

    for (const [path, name] of dialogs) {
        await step(`${mode}: ${path}: ${name}`, async () => {
            await go(page, path);
            const button = page.getByRole('button', { name, exact: true });
            await button.first().click();
            await look(page, mode, `${path}: ${name}`);
            if (await page.getByRole('dialog').count() > 0) {
                await page.keyboard.press('Escape');
                await page.getByRole('dialog').waitFor({ state: 'detached' });
                is(`${mode}: ${path}: ${name}: the focus is back`,
                    await page.evaluate(() =>
                        document.activeElement.tagName), 'BUTTON');
            }
        });
    }

    if (mode !== 'phone') {
        await step(`${mode}: the tenant switcher`, async () => {
            await go(page, `${tenant}/users`);
            await page.getByRole('button', { name: /Switch tenant/ }).click();
            await page.getByRole('dialog').getByRole('button',
                { name: /^The acme company/ }).waitFor();
            await look(page, mode, 'tenant-switcher');
            await page.getByRole('dialog').getByRole('button',
                { name: /^The acme company/ }).click();
            await page.getByRole('heading', { name: 'Provisioning' })
                .waitFor();
        });
    }

    if (mode === 'phone') {
        await step('phone: the menu', async () => {
            await go(page, `${tenant}/users`);
            await page.getByRole('button', { name: 'Open the menu' }).click();
            await look(page, mode, 'menu');
            await page.getByRole('link', { name: 'Groups' }).click();
            await page.getByRole('heading', { name: 'Groups' }).waitFor();
            is('phone: the menu is closed by it', await page.getByRole(
                'button', { name: 'Open the menu' }).count(), 1);
        });
    }

    if (mode === 'light') {
        await step('the switch of appearance', async () => {
            const button = page.getByRole('button', { name: /^Appearance/ });
            const background = () => page.evaluate(() =>
                getComputedStyle(document.body).backgroundColor);
            const light = await background();
            await button.click();
            is('light is as it was', await background(), light);
            await button.click();
            const dark = await background();
            is('dark is another', dark === light, false);
            await page.reload();
            await settled(page);
            is('and stays', await background(), dark);
            is('nothing else is kept', await page.evaluate(() =>
                Object.entries(localStorage)), [['theme', 'dark']]);
            await button.click();
            is('as the system has it again', [await background(),
                await page.evaluate(() => localStorage.length)], [light, 0]);
        });
    }

    reportWrong(mode, seen);
    await seen.context.close();
}

await browser.close();
