// An HTTP client that sends what it is told, and shows what came back.

import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const TIMEOUT = 20_000;


// send(METHOD, URL, { headers, body }): body is a string or a Buffer. The
// answer has status, headers (names in lower case) and text. One that comes
// while the body is still being sent counts, too.
export function send(method, url, { headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const bytes = body === undefined ? undefined : Buffer.from(body);
        const length = bytes === undefined ? {}
            : { 'content-length': bytes.length };

        const sent = request(url, { method, agent, timeout: TIMEOUT,
                                    headers: { ...length, ...headers } });
        let answered = false;

        sent.on('response', (response) => {
            const chunks = [];
            answered = true;
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () => resolve({
                status: response.statusCode,
                headers: response.headers,
                text: Buffer.concat(chunks).toString('utf8'),
            }));
        });
        sent.on('timeout', () => sent.destroy(
            new Error(`${method} ${url}: no answer`)));
        sent.on('error', (error) => answered || reject(error));
        sent.end(bytes);
    });
}


export function close() {
    agent.destroy();
}
