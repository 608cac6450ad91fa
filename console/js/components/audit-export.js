// The audit as a file, for who looks through it with other tools: the lines
// that the API sends, as they come, as many as a browser bears at a time.

import { html, useEffect, useRef, useState } from '../html.js';
import { count, plural } from '../format.js';
import { useAction } from '../hooks.js';
import { useApp } from '../session.js';
import { Icon } from './icon.js';
import { Failure, Notice } from './states.js';
import { useToast } from './toast.js';

// of one file; a server keeps 100,000 entries unless it is told otherwise
const mostEntries = 100_000;
const mostBytes = 64 * 1024 * 1024;

const newline = 10;


// How many lines end in BYTES, MOST of them at the most, and what is no more
// than these
function cut(bytes, most) {
    let lines = 0;
    for (let at = bytes.indexOf(newline); at >= 0;
        at = bytes.indexOf(newline, at + 1))
    {
        lines += 1;
        if (lines === most) {
            return { lines, piece: bytes.subarray(0, at + 1) };
        }
    }
    return { lines, piece: bytes };
}


// What there is of BLOB up to its last whole line, and the id of that one
async function upToLastLine(blob) {
    const end = new Uint8Array(await blob.slice(-1024 * 1024).arrayBuffer());
    const last = end.lastIndexOf(newline);
    const first = end.lastIndexOf(newline, last - 1) + 1;
    const line = new TextDecoder().decode(end.subarray(first, last));
    return {
        blob: blob.slice(0, blob.size - (end.length - 1 - last)),
        cursor: JSON.parse(line).id,
    };
}


// The lines of one file, and where the next one begins, if there may be more
async function collect(pieces, tell) {
    const kept = [];
    let lines = 0;
    let bytes = 0;
    let full = false;

    for await (const all of pieces) {
        const { lines: more, piece } = cut(all, mostEntries - lines);
        kept.push(piece);
        lines += more;
        bytes += piece.length;
        tell(lines);
        if (lines === mostEntries || bytes >= mostBytes) {
            full = true;
            break;
        }
    }

    const blob = new Blob(kept, { type: 'application/x-ndjson' });
    return full ? { lines, ...await upToLastLine(blob) }
        : { lines, blob, cursor: null };
}


function save(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // when the browser has it
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}


// useExport(FILTER): [buttons, notice], each for its place in the page
export function useExport(filter) {
    const { api, tenant } = useApp();
    const say = useToast();
    const [lines, setLines] = useState(0);
    const [rest, setRest] = useState(null);
    const controller = useRef(null);

    useEffect(() => () => controller.current?.abort(), []);
    useEffect(() => setRest(null), [JSON.stringify(filter)]);

    const [run, { busy, error }] = useAction(async (from) => {
        const { signal } = controller.current = new AbortController();
        setLines(0);
        setRest(null);
        try {
            const { filter: asked, part, cursor } = from;
            const found = await collect(api.pieces(['audit'], {
                query: { ...asked, format: 'jsonl', cursor }, signal,
                type: 'application/x-ndjson',
            }), setLines);

            if (found.lines === 0) {
                say(part > 1 ? 'There are no more entries.'
                    : 'Nothing matches, so there is no file.');
                return;
            }
            const day = new Date().toISOString().slice(0, 10);
            save(found.blob, `audit-${tenant}-${day}${
                part > 1 ? `-${part}` : ''}.jsonl`);
            say(`${plural(found.lines, 'entry is', 'entries are')} exported, `
                + 'as JSON lines.');
            if (found.cursor) {
                setRest({ filter: asked, part: part + 1,
                    cursor: found.cursor });
            }
        } catch (failure) {
            if (failure.name !== 'AbortError') {
                throw failure;
            }
        }
    });

    const begin = () => run({ filter, part: 1, cursor: '' });
    const buttons = html`
        ${busy && html`
            <span class="progress" role="status">
                <span class="visually-hidden">Exporting</span>
                <span aria-hidden="true">
                    ${lines > 0 && plural(lines, 'entry', 'entries')}
                </span>
            </span>
            <button type="button" class="button ghost"
                onClick=${() => controller.current.abort()}>
                Cancel
            </button>`}
        <button type="button" class="button" onClick=${begin}
            aria-disabled=${busy || undefined}>
            <${Icon} name="download" /> ${busy ? 'Exporting…' : 'Export'}
        </button>`;

    const notice = (error && html`<${Failure} error=${error} retry=${begin} />`)
        || (rest && html`
            <${Notice} title="There are more entries">
                <p>
                    The file has ${count(lines)} of them, and ends there. Those
                    that came later are for another one.
                </p>
                <button type="button" class="button small"
                    onClick=${() => run(rest)}>
                    <${Icon} name="download" size=${14} /> Export the next ones
                </button>
            <//>`);

    return [buttons, notice];
}
