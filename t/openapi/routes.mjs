// The routes of the document and those of the server's tables are the same,
// each with its permission.
//
//   node routes.mjs DOCUMENT DIRECTORY SOURCES

import { readFileSync, readdirSync } from 'node:fs';
import { Document } from './document.mjs';
import { report } from './report.mjs';

const [file, directory, sources] = process.argv.slice(2);
const document = Document.read(file, directory);

const ROW = new RegExp([
    /\{ "([^"]+)",/, /ngx_http_scim_admin_\w*op\(NGX_HTTP_(\w+),/,
    /"[\w.-]+",/, /("[^"]*"|NGX_HTTP_SCIM_ADMIN_\w+),/,
].map((part) => part.source).join('\\s*'), 'g');

const PERMISSIONS = { '""': 'any', NGX_HTTP_SCIM_ADMIN_SUPER: 'superadmin',
                      NGX_HTTP_SCIM_ADMIN_PUBLIC: undefined };


// "GET /{}/roles/{} ROLE:READ"
function line(method, path, permission) {
    return `${method} /${path.replaceAll(/\{\w+\}/g, '{}')
        .replace(/^\//, '')} ${permission ?? 'public'}`;
}


function permissionOf(text) {
    return text in PERMISSIONS ? PERMISSIONS[text] : text.slice(1, -1);
}


const texts = readdirSync(sources).filter((name) => name.endsWith('.c'))
    .map((name) => readFileSync(`${sources}/${name}`, 'utf8'));
const rows = texts.flatMap((text) => [...text.matchAll(ROW)]);
const uses = texts.flatMap((text) =>
    [...text.matchAll(/ngx_http_scim_admin_\w*op\(NGX/g)]);

const server = rows.map(([, path, method, permission]) =>
    line(method, path, permissionOf(permission)));
const documented = document.operations.map(({ method, path, permission }) =>
    line(method, path, permission));

report('all rows of the tables are understood',
       rows.length === uses.length && rows.length > 0 ? []
           : [`${rows.length} of ${uses.length}`]);
report('each route of the server is in the document',
       server.filter((route) => !documented.includes(route)));
report('each route of the document is in the server',
       documented.filter((route) => !server.includes(route)));
