// The main flow without a mouse: from the sign-in to a role for a group and a
// member's permissions. Each place where the focus stops shows that it is there.

import {
    adminToken, base, launch, open, reportWrong, settled,
} from './browser.mjs';
import { becomes, is, report, step } from './report.mjs';
import { scene } from './scene.mjs';

const { tenant } = await scene('keys');
const browser = await launch();
const seen = await open(browser);
const { page } = seen;
const { keyboard } = page;
const unseen = new Set();


// what has the focus: its name as a screen reader has it, more or less
const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    if (element === document.body) {
        return 'nothing';
    }
    const label = element.getAttribute('aria-label')
        ?? element.labels?.[0]?.textContent ?? element.textContent;
    return label.replace(/\s+/g, ' ').trim();
});

// whether it can be seen where the focus is
const visible = () => page.evaluate(() => {
    const element = document.activeElement;
    if (element === document.body) {
        return true;
    }
    const style = getComputedStyle(element.matches('.chip-toggle input')
        ? element.nextElementSibling : element);
    const box = element.getBoundingClientRect();
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
        && box.bottom > 0 && box.top < innerHeight;
});

// tabTo("Groups"): with Tab alone, as far as it takes
async function tabTo(name, key = 'Tab') {
    const passed = [];
    for (let turn = 0; turn < 80; turn += 1) {
        await keyboard.press(key);
        const now = await focused();
        if (!await visible()) {
            unseen.add(now);
        }
        if (name instanceof RegExp ? name.test(now) : now === name) {
            return;
        }
        passed.push(now);
    }
    throw new Error(`no way to "${name}", but to ${passed.join(', ')}`);
}

const option = (name) =>
    page.locator('.listbox').getByRole('option', { name });
const heading = (name) =>
    page.getByRole('heading', { name, exact: true }).waitFor();


await step('sign in', async () => {
    await page.goto(`${base}/console/#/${tenant}/users`);
    await heading('Sign in to the SCIM console');
    is('the token is asked for first', await focused(), 'Token');
    await keyboard.type(adminToken);
    await keyboard.press('Enter');
    await heading('Users');
    await settled(page);
});

await step('the first stop leads past the navigation', async () => {
    await page.reload();
    await heading('Users');
    await settled(page);
    await page.evaluate(() => document.activeElement.blur());
    await tabTo('Skip to the page');
    await keyboard.press('Enter');
    is('into the page', await page.evaluate(() =>
        document.activeElement.id), 'main');
    await tabTo('Search users');
});

await step('to a group by the navigation', async () => {
    await tabTo('Groups', 'Shift+Tab');
    await keyboard.press('Enter');
    await heading('Groups');
    await becomes('the page has the focus', focused, 'Groups');
    await settled(page);
    await tabTo('Engineering');
    await keyboard.press('Enter');
    await heading('Engineering');
    await becomes('so has the group', focused, /Engineering$/);
    await settled(page);
});

await step('a role is attached', async () => {
    await tabTo('Attach role');
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('dialog').getByText('Admin').first().waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    is('Escape leads back', await focused(), 'Attach role');

    await keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Admin').first().waitFor();
    await tabTo(/^Viewer/);
    await keyboard.press('Enter');
    await page.getByText('Viewer is attached to Engineering.').waitFor();
    await becomes('and so does it when done', focused, 'Attach role');
});

await step('the focus does not leave a dialog', async () => {
    await keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Admin').first().waitFor();
    for (let turn = 0; turn < 30; turn += 1) {
        await keyboard.press('Tab');
        const within = await page.evaluate(() =>
            document.activeElement === document.body
                || Boolean(document.activeElement.closest('dialog')));
        if (!within) {
            throw new Error(`it is at ${await focused()}`);
        }
    }
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

await step('and detached: the second press is where the first one was',
    async () => {
        await settled(page);
        await tabTo('Detach Viewer');
        await keyboard.press('Enter');
        await becomes('it asks', focused, 'Really detach Viewer');
        await keyboard.press('Enter');
        await page.getByText('Viewer is detached.').waitFor();
    });

await step('a member, and what they may do', async () => {
    await settled(page);
    await tabTo('Jane Doe');
    await keyboard.press('Enter');
    await heading('Jane Doe');
    await settled(page);
    await tabTo('Action');
    await keyboard.type('execute');
    await tabTo('Permission');
    await keyboard.type('flow');
    await tabTo('Namespace optional');
    await keyboard.type('prod.engineering');
    await keyboard.press('Enter');
    await page.locator('.answer.yes').waitFor();
    await tabTo('Activity', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByText('User created').waitFor();
    is('a tab keeps the focus', await focused(), 'Activity');
});

await step('a subject is chosen with the arrows', async () => {
    await tabTo('Bindings', 'Shift+Tab');
    await keyboard.press('Enter');
    await heading('Bindings');
    await settled(page);
    await tabTo('Create binding');
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo('Role');
    await keyboard.press('ArrowDown');
    await option(/./).first().waitFor();
    is('the list is open', await page.getByRole('combobox',
        { name: 'Role' }).getAttribute('aria-expanded'), 'true');
    await keyboard.type('devel');
    await becomes('what is found', () => option(/./).count(), 1);
    await keyboard.press('Enter');
    is('is taken', await page.getByRole('combobox', { name: 'Role' })
        .inputValue(), 'developer');
    await tabTo('Group');
    await keyboard.type('sales');
    await option(/^Sales/).waitFor();
    await keyboard.press('Escape');
    is('Escape closes the list alone',
        await page.getByRole('dialog').count(), 1);
    await keyboard.press('ArrowDown');
    await option(/^Sales/).waitFor();
    await keyboard.press('Enter');
    await tabTo('Create binding');
    await keyboard.press('Enter');
    await page.getByText('The binding is there.').waitFor();
});

await step('a guide is chosen with the arrows', async () => {
    await page.evaluate((target) => {
        location.hash = target;
    }, `#/${tenant}/provisioning`);
    await heading('Provisioning');
    await settled(page);
    await tabTo('authentik');
    await keyboard.press('Enter');
    await heading('authentik');
    await settled(page);
    await tabTo('Set-up guide');
    await keyboard.press('Enter');
    await tabTo('authentik');
    await keyboard.press('ArrowRight');
    is('the next one', await focused(), 'Okta');
    await page.getByRole('tabpanel', { name: 'Okta' }).waitFor();
});

await step('the switch', async () => {
    await tabTo('Enabled', 'Shift+Tab');
    await keyboard.press('Space');
    await page.getByRole('dialog').waitFor();
    await tabTo('Disable');
    await keyboard.press('Enter');
    await page.getByText('authentik is disabled.').waitFor();
    await becomes('has the focus again', focused, 'Enabled');
    is('and is off', await page.getByRole('switch').getAttribute(
        'aria-checked'), 'false');
});

report('each stop can be seen', [...unseen]);
reportWrong('keyboard', seen);

await browser.close();
