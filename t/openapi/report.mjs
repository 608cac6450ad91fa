// What a script of this folder found out, a JSON object a line, for
// SCIM::Scripts: one for each test, with what is wrong, or nothing.

import { writeSync } from 'node:fs';

const MOST = 12;


export function report(name, problems) {
    const shown = [...new Set(problems)];
    if (shown.length > MOST) {
        const more = shown.length - MOST;
        shown.splice(MOST, more, `and ${more} more`);
    }
    writeSync(1, JSON.stringify({ name, problems: shown }) + '\n');
}
