// Just enough of a Redis client to see whether anything was changed.

import { connect } from 'node:net';

// what changes when a token is used, and with time, without any write
const UNSTABLE = new Set(['last_used', 'tokens_used']);
const UNSTABLE_KEYS = /:activity$/;


export class Redis {
    constructor(socket) {
        this.buffer = Buffer.alloc(0);
        this.waiting = [];
        this.socket = connect(socket);
        this.socket.on('data', (data) => {
            this.buffer = Buffer.concat([this.buffer, data]);
            this.#read();
        });
        this.socket.on('error', (error) => {
            this.waiting.forEach(({ reject }) => reject(error));
        });
    }

    command(...words) {
        const parts = words.map((word) => {
            const bytes = Buffer.from(word);
            return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes,
                                  Buffer.from('\r\n')]);
        });
        this.socket.write(Buffer.concat([
            Buffer.from(`*${words.length}\r\n`), ...parts]));
        return new Promise((resolve, reject) => {
            this.waiting.push({ resolve, reject });
        });
    }

    // every key that begins with prefix, with its value, as texts
    async snapshot(prefix = '') {
        const keys = (await this.#keys(prefix)).sort();
        const values = await Promise.all(keys.map((key) => this.#value(key)));
        return new Map(keys.map((key, i) => [key, values[i]]));
    }

    // the keys that begin with prefix, for restore() to put back
    async dump(prefix) {
        const found = await this.#keys(prefix);
        const values = await Promise.all(found.map((key) =>
            this.command('DUMP', key)));
        return new Map(found.map((key, i) => [key, values[i]]));
    }

    async restore(prefix, dump) {
        const now = (await this.#keys(prefix)).filter((key) => !dump.has(key));
        await Promise.all([
            ...now.map((key) => this.command('DEL', key)),
            ...[...dump].map(([key, value]) =>
                this.command('RESTORE', key, '0', value, 'REPLACE')),
        ]);
    }

    async #keys(prefix) {
        return (await this.command('KEYS', '*')).map(String).filter((key) =>
            key.startsWith(prefix) && !UNSTABLE_KEYS.test(key));
    }

    async #value(key) {
        const type = String(await this.command('TYPE', key));
        if (type !== 'hash') {
            return (await this.command('DUMP', key))?.toString('latin1');
        }
        const fields = (await this.command('HGETALL', key)).map(
            (field) => field.toString('latin1'));
        return fields.flatMap((name, i) => i % 2 || UNSTABLE.has(name) ? []
            : [`${name} ${fields[i + 1]}`]).sort().join('\n');
    }

    close() {
        this.socket.destroy();
    }

    #read() {
        while (this.waiting.length > 0) {
            const reply = this.#reply(0);
            if (reply === undefined) {
                return;
            }
            this.buffer = this.buffer.subarray(reply.end);
            const { resolve, reject } = this.waiting.shift();
            if (reply.value instanceof Error) {
                reject(reply.value);
            } else {
                resolve(reply.value);
            }
        }
    }

    // the reply at start, and where it ends; undefined: it is not all there
    #reply(start) {
        const line = this.buffer.indexOf('\r\n', start);
        if (line < 0) {
            return undefined;
        }
        const type = String.fromCharCode(this.buffer[start]);
        const rest = this.buffer.toString('latin1', start + 1, line);
        const end = line + 2;

        if (type === '$') {
            return this.#bulk(Number(rest), end);
        }
        if (type === '*') {
            return this.#array(Number(rest), end);
        }
        return { end, value: type === '-' ? new Error(rest) : rest };
    }

    #bulk(length, start) {
        if (length < 0) {
            return { end: start, value: null };
        }
        const end = start + length + 2;
        return end > this.buffer.length ? undefined
            : { end, value: Buffer.from(
                this.buffer.subarray(start, start + length)) };
    }

    #array(length, start) {
        const value = [];
        let end = start;
        for (let i = 0; i < length; i++) {
            const reply = this.#reply(end);
            if (reply === undefined) {
                return undefined;
            }
            value.push(reply.value);
            end = reply.end;
        }
        return { end, value };
    }
}


// what differs between two snapshots, as texts
export function difference(before, after) {
    const keys = [...new Set([...before.keys(), ...after.keys()])];
    return keys.filter((key) => before.get(key) !== after.get(key))
        .map((key) => !before.has(key) ? `${key} was made`
            : !after.has(key) ? `${key} is gone` : `${key} was changed`);
}
