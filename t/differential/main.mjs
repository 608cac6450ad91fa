// Writes cases for the differential test, a JSON object a line, with what the
// packages say to each.
//
//   node main.mjs SEED FILTERS PATCHES DIRECTORY
//
// DIRECTORY has the node_modules.

import { createRequire } from 'node:module';
import { writeSync } from 'node:fs';
import * as filters from './filters.mjs';
import * as flaws from './flaws.mjs';
import * as patches from './patches.mjs';
import * as resources from './resources.mjs';
import { Random } from './random.mjs';

const [seed, filterCount, patchCount, directory] = process.argv.slice(2);
const require = createRequire(`${directory}/`);
const peer = new filters.Peer(require);
const patchPeer = new patches.Peer(require, peer);


function filterCase(random) {
    const type = random.chance(0.85) ? 'User' : 'Group';
    const profile = random.chance(0.7) ? 'strict' : 'lenient';
    const resource = type === 'User'
        ? resources.user(random, profile === 'lenient')
        : resources.group(random);
    const term = filters.make(random, type, profile === 'lenient', resource);
    return { type, profile, resource,
             filter: filters.write(term, new Set(), resource),
             expect: peer.judge(term, resource, type) };
}


function flawedFilter(random) {
    const { flaw, filter } = flaws.filter(random);
    return { type: 'User', profile: 'strict', resource: {}, filter, flaw,
             scimType: 'invalidFilter', accepted: peer.accepts(filter) };
}


function flawedPatch(random) {
    const resource = resources.document(random);
    const { flaw, scimType, patch } = flaws.patch(random, resource);
    return { type: 'User', profile: 'strict', resource, patch, flaw, scimType,
             accepted: patchPeer.accepts(patch, resource) };
}


function patchCase(random) {
    const profile = random.chance(0.6) ? 'strict' : 'lenient';
    const resource = resources.document(random);
    const operations = patches.make(random, resource, profile === 'lenient');
    return { type: 'User', profile, resource,
             patch: patches.message(operations),
             expect: patchPeer.judge(operations, resource,
                                     profile === 'strict') };
}


// one in ten is flawed
function write(count, offset, make, flawed) {
    for (let i = 0; i < Number(count); i++) {
        const random = new Random(Number(seed) * 1_000_003 + offset + i);
        const made = random.chance(0.1) ? flawed(random) : make(random);
        writeSync(1, JSON.stringify(made) + '\n');
    }
}

write(filterCount, 0, filterCase, flawedFilter);
write(patchCount, 500_000, patchCase, flawedPatch);
