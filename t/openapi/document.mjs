// The OpenAPI document, and whether an answer is as it says.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

// headers that mean something: each is documented where it is sent
const HEADERS = ['etag', 'location', 'retry-after', 'www-authenticate',
    'idempotency-replayed', 'cache-control'];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];


export class Document {
    // text: of the document; directory: has the node_modules
    constructor(text, directory) {
        const require = createRequire(`${directory}/`);
        const Ajv = require('ajv/dist/2020.js');

        this.text = text;
        this.json = JSON.parse(text);
        this.ajv = new Ajv({ allErrors: true, strictTypes: false,
                             strictRequired: false });
        require('ajv-formats')(this.ajv);
        this.ajv.addVocabulary(Object.keys(this.json));
        this.ajv.addSchema({ $id: 'document', ...this.json });
        this.validators = new Map();
        this.operations = this.#operations();
        this.byId = new Map(this.operations.map((o) => [o.id, o]));
    }

    static read(file, directory) {
        return new Document(readFileSync(file, 'utf8'), directory);
    }

    // what a reference stands for
    resolve(thing) {
        while (thing?.$ref && !thing.$ref.includes('/schemas/')) {
            thing = this.at(thing.$ref);
        }
        return thing;
    }

    at(ref) {
        return ref.slice(2).split('/').reduce(
            (value, key) => value[key.replaceAll('~1', '/')
                .replaceAll('~0', '~')], this.json);
    }

    // a schema with its references followed, at its top
    schema(schema) {
        while (schema.$ref) {
            const { $ref, ...own } = schema;
            schema = { ...this.at($ref), ...own };
        }
        return schema;
    }

    #operations() {
        return Object.entries(this.json.paths).flatMap(([path, item]) =>
            METHODS.filter((method) => item[method]).map((method) => {
                const operation = item[method];
                const parameters = [...item.parameters ?? [],
                    ...operation.parameters ?? []]
                    .map((parameter) => this.resolve(parameter));
                return {
                    id: operation.operationId,
                    method: method.toUpperCase(),
                    path,
                    permission: operation['x-permission'],
                    in: (where) => parameters.filter((p) => p.in === where),
                    statuses: Object.keys(operation.responses)
                        .filter((status) => /^\d+$/.test(status)).map(Number),
                    body: operation.requestBody?.content['application/json']
                        .schema,
                    bodyRequired: operation.requestBody?.required ?? false,
                    operation,
                };
            }));
    }

    // What is wrong with a value, as texts. schema: of the document, or of
    // its own.
    validate(schema, value) {
        const key = JSON.stringify(schema);
        if (!this.validators.has(key)) {
            const whole = JSON.parse(key, (name, inner) =>
                name === '$ref' ? `document${inner}` : inner);
            this.validators.set(key, this.ajv.compile(whole));
        }
        const validator = this.validators.get(key);
        return validator(value) ? [] : validator.errors.map((error) =>
            `${error.instancePath || 'the body'} ${error.message} `
            + JSON.stringify(error.params));
    }

    // What is wrong with an answer: { status, headers, text }. The answer's
    // body, parsed, becomes its json.
    judge(operation, answer) {
        const { responses } = operation.operation;
        const response = this.resolve(responses[answer.status]
            ?? responses[`${Math.floor(answer.status / 100)}XX`]
            ?? responses.default);
        const documented = String(answer.status) in responses
            || [405, 414, 429, 500].includes(answer.status);

        return [
            ...documented ? [] : [`${answer.status} is not documented`],
            ...this.#judgeHeaders(response, answer),
            ...this.#judgeBody(response, answer),
        ];
    }

    #judgeHeaders(response, answer) {
        const problems = [];
        const known = Object.entries(response.headers ?? {}).map(
            ([name, header]) => [name.toLowerCase(), this.resolve(header)]);

        for (const [name, header] of known) {
            const value = answer.headers[name];
            if (value !== undefined) {
                problems.push(...this.validate(header.schema, value)
                    .map((problem) => `${name}: ${problem}`));
            } else if (header.required) {
                problems.push(`no ${name}`);
            }
        }

        // 405 and 429, and that nothing is kept, are in the document's words
        const allowed = [
            ...answer.status === 429 ? ['retry-after'] : [],
            ...answer.headers['cache-control'] === 'no-store'
                ? ['cache-control'] : [],
        ];
        for (const name of HEADERS) {
            if (name in answer.headers && !allowed.includes(name)
                && !known.some(([other]) => other === name))
            {
                problems.push(`${name} is not documented`);
            }
        }
        return problems;
    }

    #judgeBody(response, answer) {
        const type = answer.headers['content-type'];

        if (!response.content) {
            return answer.text === '' ? [] : ['a body'];
        }

        const media = response.content[type];
        if (!media) {
            return [`Content-Type ${type} is not documented`];
        }
        if (type === 'application/x-ndjson') {
            return this.#judgeLines(answer.text);
        }

        try {
            answer.json = JSON.parse(answer.text);
        } catch {
            return ['the body is not JSON'];
        }

        const problems = this.validate(media.schema, answer.json);
        if (type === 'application/problem+json'
            && answer.json.status !== answer.status)
        {
            problems.push(`a problem of status ${answer.json.status}`);
        }
        return problems;
    }

    // the audit trail's entries, one a line
    #judgeLines(text) {
        return text.split('\n').slice(0, -1).flatMap((line) => {
            try {
                return this.validate({ $ref: '#/components/schemas/AuditEntry' },
                                     JSON.parse(line));
            } catch {
                return ['a line is not JSON'];
            }
        });
    }
}
