// What a script of this folder found out, a JSON object a line, for
// SCIM::Scripts: one for each test, with what is wrong, or nothing.

import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';


export function report(name, problems = []) {
    writeSync(1, JSON.stringify({ name, problems }) + '\n');
}


// is(NAME, GOT, EXPECTED); EXPECTED may be a regular expression
export function is(name, got, expected) {
    try {
        if (expected instanceof RegExp) {
            assert.match(got, expected);
        } else {
            assert.deepEqual(got, expected);
        }
        report(name);
    } catch (error) {
        report(name, [error.message]);
    }
}


// step(NAME, ACT): one test that goes well if ACT does; whether it did
export async function step(name, act) {
    try {
        await act();
        report(name);
        return true;
    } catch (error) {
        report(name, [error.message]);
        return false;
    }
}


// becomes(NAME, GET, EXPECTED): GET() is so, now or in a while
export async function becomes(name, get, expected) {
    const until = Date.now() + 20_000;
    for (;;) {
        const got = await get();
        if (matches(got, expected) || Date.now() > until) {
            is(name, got, expected);
            return;
        }
        await new Promise((done) => {
            setTimeout(done, 50);
        });
    }
}


function matches(got, expected) {
    return expected instanceof RegExp
        ? typeof got === 'string' && expected.test(got)
        : isDeepStrictEqual(got, expected);
}
