// Chromium with an eye on what must never happen: a violation of the policy, an
// error in the console, a request to another host.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { report } from './report.mjs';

export const [packages, screenshots, base, adminToken] = process.argv.slice(2);

const require = createRequire(path.join(packages, 'package.json'));
const { chromium } = require('playwright-core');
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'),
    'utf8');

export const desktop = { width: 1280, height: 860 };
export const phone = { width: 390, height: 844 };


export async function launch() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
}


// open(BROWSER, { viewport, colorScheme }): a page of its own with, as
// "wrong", what must not have happened, and as "answers" the API's answers of
// 400 and above
export async function open(browser, options = {}) {
    const context = await browser.newContext({
        viewport: desktop,
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const wrong = [];
    const answers = [];

    await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => {
            console.error(`policy: ${event.violatedDirective} ${
                event.blockedURI} ${event.sourceFile}`);
        });
    });
    page.on('console', (message) => {
        // what the API refuses, the browser notes; "answers" has it, too
        const refused = message.text().startsWith('Failed to load resource')
            && message.location().url.includes('/api/v1/');
        if (['error', 'warning'].includes(message.type()) && !refused) {
            wrong.push(`${message.type()}: ${message.text()}`);
        }
    });
    page.on('pageerror', (error) => wrong.push(`thrown: ${error.stack}`));
    page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(`${base}/`) && !url.startsWith('data:')) {
            wrong.push(`request to ${url}`);
        }
    });
    page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (response.status() < 400) {
            return;
        }
        if (pathname.startsWith('/api/')) {
            answers.push(`${response.status()} ${
                response.request().method()} ${pathname}`);
        } else {
            wrong.push(`${response.status()} ${pathname}`);
        }
    });

    return { context, page, wrong, answers };
}


export async function signIn(page, token = adminToken, tenant = '') {
    await page.goto(`${base}/console/`);
    await page.getByLabel('Token', { exact: true }).fill(token);
    if (tenant) {
        await page.getByLabel('Tenant').fill(tenant);
    }
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('main h1').filter({ hasNotText: 'Sign in' }).waitFor();
}


// settled(PAGE): nothing is loading or moving any more
export async function settled(page) {
    await page.waitForFunction(() => document.querySelector('h1')
        && !document.querySelector('.skeleton, .skeleton-line, [aria-busy]'));
    await resting(page);
}


async function resting(page) {
    await page.waitForFunction(() => document.getAnimations().every(
        ({ playState }) => playState !== 'running'));
}


// go(PAGE, "acme/users"): a page by its address
export async function go(page, hash) {
    await turn(page, hash);
    await settled(page);
}


// turn(PAGE, "acme/users"): the same, with what is there at first
export async function turn(page, hash) {
    await page.evaluate((target) => new Promise((done) => {
        const drawn = () => requestAnimationFrame(done);
        if (location.hash === target) {
            drawn();
            return;
        }
        addEventListener('hashchange', drawn, { once: true });
        location.hash = target;
    }), `#/${hash}`);
}


export async function shoot(page, name) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({
        path: path.join(screenshots, `${name}.png`), fullPage: true,
        animations: 'disabled',
    });
}


// axe(PAGE): what it finds, all rules of WCAG A and AA and best practices. What
// fades in is paler while it does, so nothing moves meanwhile.
export async function axe(page) {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await resting(page);
    // by evaluation, which the page's policy does not forbid
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run(
        document, { resultTypes: ['violations'] }));
    await page.emulateMedia({ reducedMotion: null });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => {
        const why = [...node.any, ...node.all].map(({ message }) => message);
        return `${id}: ${node.html.slice(0, 160)} ${why.join('; ')}`;
    }));
}


export function reportWrong(name, { wrong }) {
    report(`${name}: no violation of the policy, no error, no other host`,
        wrong);
}
