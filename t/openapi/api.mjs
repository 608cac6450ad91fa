// The management API by its operations' names. Whatever is asked, the answer
// is held to the document.

import { send } from './client.mjs';

export class Api {
    // document, base ("http://127.0.0.1:8080/api/v1"), token, and the ids that
    // go into paths where a call names no others: { tenant: 'acme', ... }
    constructor({ document, base, token, ids }) {
        this.document = document;
        this.base = base;
        this.token = token;
        this.ids = ids;
        this.problems = [];
        this.seen = new Set();
    }

    // the same for somebody else, or of something else
    as(changes) {
        const other = new Api({ ...this, ...changes });
        other.problems = this.problems;
        other.seen = this.seen;
        return other;
    }

    url(operation, { path = {}, query } = {}) {
        const ids = { ...this.ids, ...path };
        const filled = operation.path.replaceAll(/\{(\w+)\}/g,
            (_, name) => encodeURIComponent(ids[name] ?? ''));
        const search = typeof query === 'string' ? query
            : new URLSearchParams(query ?? {}).toString();
        return this.base + filled + (search && `?${search}`);
    }

    // call(ID, { path, query, headers, body, token, label }): body is an
    // object, or a string that is sent as it is; token null: none. What is
    // wrong with the answer goes to problems.
    async call(id, options = {}) {
        const operation = this.document.byId.get(id);
        if (!operation) {
            throw new Error(`the document has no ${id}`);
        }
        const { body, token = this.token } = options;
        const text = body === undefined || typeof body === 'string'
            || Buffer.isBuffer(body) ? body : JSON.stringify(body);

        const answer = await send(operation.method,
            this.url(operation, options), {
                headers: {
                    ...token !== null && { authorization: `Bearer ${token}` },
                    ...text !== undefined
                        && { 'content-type': 'application/json' },
                    ...options.headers,
                },
                body: text,
            });

        this.seen.add(`${id} ${answer.status}`);
        const where = `${id} ${answer.status}`
            + (options.label ? ` (${options.label})` : '');
        this.problems.push(...this.document.judge(operation, answer)
            .map((problem) => `${where}: ${problem}: `
                + answer.text.slice(0, 300)));
        return answer;
    }

    // what must have come; the answer's body
    async must(status, id, options) {
        const answer = await this.call(id, options);
        if (answer.status !== status) {
            throw new Error(`${id}: ${answer.status}, not ${status}: `
                + answer.text);
        }
        return answer.json;
    }

    // the problems of before are done with
    take() {
        return this.problems.splice(0);
    }
}
