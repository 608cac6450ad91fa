// Makes console/vendor/ out of the npm packages: files as they are published,
// without the line that names a source map; Preact's hooks import "./preact.js"
// instead of a bare name, as browsers do; and the icons that are used, in one
// file.
//
// usage: node vendor.mjs PACKAGES DIRECTORY

import fs from 'node:fs';
import path from 'node:path';

const [packages, directory] = process.argv.slice(2);

const icons = `
    arrow-left building bot cable check chevron-down chevron-left chevron-right
    chevrons-up-down circle-alert circle-check circle-x copy download eye eye-off
    fingerprint-pattern info key-round link log-out menu monitor moon pencil
    plus rotate-cw scroll-text search shield-check sun trash triangle-alert
    user-round users wand-sparkles x
`.trim().split(/\s+/);

const read = (file) => fs.readFileSync(path.join(packages, file));
const text = (file) => read(file).toString();

function write(file, content) {
    const name = path.join(directory, file);
    fs.mkdirSync(path.dirname(name), { recursive: true });
    fs.writeFileSync(name, content);
}

function script(file) {
    return text(file).replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
}

write('preact.js', script('preact/dist/preact.mjs'));
write('preact-hooks.js', script('preact/hooks/dist/hooks.mjs')
    .replace('from"preact"', 'from"./preact.js"'));
write('htm.js', script('htm/dist/htm.mjs'));

const version = JSON.parse(text('lucide/package.json')).version;
const drawn = icons.map((name) => {
    const [, shapes] = script(`lucide/dist/esm/icons/${name}.mjs`)
        .match(/^const \w+ = (\[[^]*?\]);$/m);
    return `'${name}': ${shapes},\n`;
});
write('lucide.js', `// Icons of lucide ${version}, ISC licence: see LICENSE.lucide\n`
    + `export const icons = {\n${drawn.join('')}};\n`);

for (const name of ['latin', 'latin-ext']) {
    const file = `inter-${name}-wght-normal.woff2`;
    write(`fonts/${file}`, read(`@fontsource-variable/inter/files/${file}`));
}

for (const [name, of] of [['preact', 'preact'], ['htm', 'htm'],
    ['lucide', 'lucide'], ['inter', '@fontsource-variable/inter']]) {
    write(`LICENSE.${name}`, read(`${of}/LICENSE`));
}
