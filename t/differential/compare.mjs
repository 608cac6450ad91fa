// What src/scim says to each case, compared with what it should say.
//
//   node compare.mjs CASES ANSWERS
//
// Prints a JSON object: how many cases of each kind there are ("filters",
// "patches", "flawed"), how many of them the packages judge the same ("alike"),
// how often each difference ("differences") and each flaw that the packages
// accept ("accepted") was seen, all flaws ("flaws"), and what is wrong
// ("wrong", the first ones).

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const [cases, answers] = process.argv.slice(2).map(file =>
    readFileSync(file, 'utf8').trimEnd().split('\n'));

const seen = { filters: 0, patches: 0, flawed: 0, alike: 0, matched: 0,
               differences: {}, flaws: {}, accepted: {}, wrong: [],
               wrongs: 0 };


function count(where, name) {
    where[name] = (where[name] ?? 0) + 1;
}


// "schemas" without what has gone: whether the URN of an extension stays when
// its last attribute is removed is decided elsewhere
function used(resource) {
    return resource && { ...resource, schemas: resource.schemas
        .filter((urn, i) => i === 0 || resource[urn] !== undefined) };
}


// whether the answer is right
function judge(one, answer) {
    if (one.flaw) {
        seen.flawed++;
        count(seen.flaws, one.flaw);
        if (one.accepted) {
            count(seen.accepted, one.flaw);
        } else {
            seen.alike++;
        }
        return answer.error === `400 ${one.scimType}`;
    }

    one.expect.differences.forEach(name => count(seen.differences, name));
    seen.alike += one.expect.differences.length === 0;
    if (one.patch) {
        seen.patches++;
        return one.expect.resource === null
            ? answer.error?.startsWith('400 ')
            : isDeepStrictEqual(used(answer.resource), one.expect.resource);
    }
    seen.filters++;
    seen.matched += answer.match === true;
    return answer.match === one.expect.match;
}


cases.forEach((line, i) => {
    const one = JSON.parse(line);
    const answer = JSON.parse(answers[i] ?? '{}');
    if (!judge(one, answer)) {
        seen.wrongs++;
        if (seen.wrong.length < 5) {
            seen.wrong.push({ case: one, answer });
        }
    }
});

console.log(JSON.stringify(seen));
