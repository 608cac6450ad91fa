// The management API. One place that knows of fetch, of bearer tokens, of
// problem details (RFC 9457), of versions and of Idempotency-Key.

import { sentence } from './format.js';

// where the API is: beside the console, whatever is in front of both
const apiBase = new URL('../api/v1/', document.baseURI);


// An answer that is not 2xx, or none (status 0). "field" is the member or
// parameter at fault, "problem" the whole body.
export class ApiError extends Error {
    constructor(status, problem = {}) {
        super(problem.detail || problem.title || `status ${status}`);
        this.name = 'ApiError';
        this.status = status;
        this.field = problem.field ?? '';
        this.problem = problem;
    }
}


// path(["acme", "users", id]): each segment is encoded
function path(segments) {
    return segments.map(encodeURIComponent).join('/');
}


function url(segments, query = {}) {
    const target = new URL(path(segments), apiBase);
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== null && value !== '') {
            target.searchParams.set(name, value);
        }
    }
    return target;
}


async function readJson(response) {
    const type = response.headers.get('Content-Type') ?? '';
    if (!/[/+]json\b/.test(type)) {
        return {};
    }
    try {
        return await response.json();
    } catch (error) {
        if (error.name === 'AbortError') {
            throw error;
        }
        return {};
    }
}


// An answer that has begun, and then ends too soon
function broken(error) {
    if (error.name === 'AbortError') {
        throw error;
    }
    throw new ApiError(0, {
        detail: 'The answer broke off before its end. '
            + 'Check your connection, then try again.',
    });
}


// createApi(TOKEN, ON_REFUSED): what the pages call; ON_REFUSED when the server
// no longer knows the token. Each call: segments of the path, and options:
//
//     query    what stands behind the "?"
//     body     sent as JSON
//     signal   to cancel it
//     version  of the record as it was seen: another one is 412
//     key      Idempotency-Key of a creation
//     type     of what is wanted, if it is not JSON
export function createApi(token, onRefused = () => {}) {

    // the answer, if it is one of 2xx
    async function ask(method, segments, options = {}) {
        const json = 'application/json';
        const headers = {
            'Accept': options.type ? `${options.type}, ${json}` : json,
            'Authorization': `Bearer ${token}`,
        };
        if (options.body !== undefined) {
            headers['Content-Type'] = 'application/json';
        }
        if (options.version !== undefined) {
            headers['If-Match'] = `W/"${options.version}"`;
        }
        if (options.key) {
            headers['Idempotency-Key'] = options.key;
        }

        let response;
        try {
            response = await fetch(url(segments, options.query), {
                method,
                headers,
                body: options.body === undefined
                    ? undefined : JSON.stringify(options.body),
                signal: options.signal,
                cache: 'no-store',
                credentials: 'omit',
                referrerPolicy: 'no-referrer',
            });
        } catch (error) {
            if (error.name === 'AbortError') {
                throw error;
            }
            throw new ApiError(0, {
                detail: 'The server did not answer. '
                    + 'Check your connection, then try again.',
            });
        }

        if (response.ok) {
            return response;
        }
        const problem = await readJson(response);
        if (response.status === 401) {
            onRefused();
        }
        throw new ApiError(response.status, problem);
    }

    async function request(method, segments, options) {
        return readJson(await ask(method, segments, options));
    }

    // what is there is given out as it comes, in pieces of bytes
    async function* pieces(segments, options) {
        const { body } = await ask('GET', segments, options);
        const reader = body.getReader();
        try {
            for (;;) {
                const { done, value } = await reader.read().catch(broken);
                if (done) {
                    return;
                }
                yield value;
            }
        } finally {
            reader.cancel().catch(() => {});
        }
    }

    return {
        get: (segments, options) => request('GET', segments, options),
        post: (segments, options) => request('POST', segments, options),
        patch: (segments, options) => request('PATCH', segments, options),
        delete: (segments, options) => request('DELETE', segments, options),

        // the same within a tenant
        in(tenant) {
            const within = (method) => (segments, options) =>
                request(method, [tenant, ...segments], options);
            return {
                get: within('GET'),
                post: within('POST'),
                patch: within('PATCH'),
                delete: within('DELETE'),
                pieces: (segments, options) =>
                    pieces([tenant, ...segments], options),
            };
        },
    };
}


// A value for Idempotency-Key. (crypto.randomUUID() is not there where the
// console comes over plain HTTP from another machine.)
export function idempotencyKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
        .join('');
}


const titles = {
    0: 'No answer',
    403: 'Not permitted',
    404: 'Not found',
    409: 'Not possible as it is',
    412: 'Changed meanwhile',
    429: 'Too many requests',
    503: 'Not available at the moment',
};

const advice = {
    403: 'Ask an administrator for a role with this permission.',
    404: 'It may have been removed. Go back to the list to see what there is.',
    412: 'Somebody else has changed this since you opened it. Reload to see '
        + 'the present state, then make your change again.',
    429: 'Wait a moment, then try again.',
    503: 'The data store is away. Nothing is lost; try again in a moment.',
};


// explain(ERROR): what it is called, and what it says and what to do
export function explain(error) {
    if (!(error instanceof ApiError)) {
        return {
            title: 'The console has a fault',
            text: 'Reload the page. If it happens again, report it with what '
                + `the browser says: ${error?.message ?? error}`,
        };
    }
    const title = titles[error.status]
        ?? (error.status >= 500 ? 'The server has a fault' : 'Not accepted');
    const said = sentence(error.message);
    const more = advice[error.status];
    return { title, text: more ? `${said} ${more}` : said };
}
