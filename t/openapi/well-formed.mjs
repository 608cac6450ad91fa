// The document itself: valid, its examples as its schemas say, and what each
// operation must have.
//
//   node well-formed.mjs DOCUMENT DIRECTORY

import { createRequire } from 'node:module';
import { Document } from './document.mjs';
import { report } from './report.mjs';

const [file, directory] = process.argv.slice(2);
const document = Document.read(file, directory);
const { json, operations } = document;

const require = createRequire(`${directory}/`);
const { Validator } = await import(
    require.resolve('@seriousme/openapi-schema-validator'));


function messages(errors) {
    return typeof errors === 'string' ? [errors]
        : (errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
}


function examples() {
    return Object.entries(json.components.schemas).flatMap(
        ([name, schema]) => (schema.examples ?? []).flatMap((example) =>
            document.validate({ $ref: `#/components/schemas/${name}` },
                              example)
                .map((problem) => `${name}: ${problem}`)));
}


function responseExamples() {
    return Object.entries(json.components.responses).flatMap(
        ([name, response]) => Object.values(response.content).flatMap(
            (media) => document.validate(media.schema, media.example)
                .map((problem) => `${name}: ${problem}`)));
}


// what nobody refers to
function unused() {
    return Object.entries(json.components)
        .filter(([kind]) => kind !== 'securitySchemes')
        .flatMap(([kind, things]) => Object.keys(things)
            .map((name) => `#/components/${kind}/${name}`))
        .filter((ref) => !document.text.includes(`"${ref}"`));
}


// an object of an answer or of a request is closed, unless it is SCIM's
function open(schema, where) {
    if (schema === null || typeof schema !== 'object') {
        return [];
    }
    const isOpen = schema.properties && schema.type === 'object'
        && !('additionalProperties' in schema)
        && !('unevaluatedProperties' in schema);
    return [
        ...isOpen && !where.endsWith('Base') ? [where] : [],
        ...Object.entries(schema).filter(([key]) => key !== 'examples')
            .flatMap(([key, value]) => open(value, `${where}/${key}`)),
    ];
}


// what each operation of the management API itself has
function lacks(operation) {
    const { id, method, path, statuses } = operation;
    const has = (where, name) => operation.in(where)
        .some((parameter) => parameter.name === name);
    const created = document.resolve(operation.operation.responses[201]);
    const changed = document.resolve(operation.operation.responses[200]);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const must = [
        ['a summary', operation.operation.summary],
        ['a description', operation.operation.description],
        ['a permission', /^([A-Z_]+:[A-Z]+|any|superadmin)$/.test(
            operation.permission)],
        ['its parameters in the path',
            named.every((name) => has('path', name))
            && operation.in('path').length === named.length],
        ['401 and 503', statuses.includes(401) && statuses.includes(503)],
        ['403', operation.permission === 'any' || statuses.includes(403)
            || !path.includes('{tenant}')],
        ['404 for what its path names',
            named.length === 0 || statuses.includes(404)],
        ['400', statuses.includes(400)],
        ['413 and 415 for its body', !operation.body
            || (statuses.includes(413) && statuses.includes(415))],
        ['412 with If-Match',
            has('header', 'If-Match') === statuses.includes(412)],
        ['If-Match for what it changes', method === 'GET'
            || !changed?.headers?.ETag || has('header', 'If-Match')],
        ['204 for DELETE', (method === 'DELETE') === statuses.includes(204)],
        ['Idempotency-Replayed with Idempotency-Key',
            has('header', 'Idempotency-Key')
            === Boolean(created?.headers?.['Idempotency-Replayed'])],
        ['Idempotency-Key for what it creates',
            has('header', 'Idempotency-Key') === Boolean(created)],
        ['both or none of count and cursor',
            has('query', 'count') === has('query', 'cursor')],
        ['an answer for all others', operation.operation.responses.default],
    ];
    return must.filter(([, holds]) => !holds)
        .map(([what]) => `${id} lacks ${what}`);
}


const valid = await new Validator().validate(structuredClone(json));
report('the document is valid OpenAPI 3.1',
       valid.valid ? [] : messages(valid.errors));
report('it is of version 3.1',
       json.openapi.startsWith('3.1.') ? [] : [json.openapi]);
report('examples are as the schemas say',
       [...examples(), ...responseExamples()]);
report('no component is unused', unused());
report('objects are closed', open(json.components.schemas, ''));
report('operations have what they must', operations
    .filter(({ path }) => path !== '/openapi.json').flatMap(lacks));
report('tags are declared', operations.flatMap(({ id, operation }) =>
    operation.tags.length === 1
    && json.tags.some(({ name }) => name === operation.tags[0]) ? [] : [id]));
report('operations have names of their own',
       operations.map(({ id }) => id)
           .filter((id, i, ids) => ids.indexOf(id) !== i));
