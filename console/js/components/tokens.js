// The tokens of an integration or of a service account, by what is known of
// them: their beginnings, and when they were made and used.

import { html, useState } from '../html.js';
import { useIdempotency, useLoad } from '../hooks.js';
import { useApp } from '../session.js';
import { CopyField } from './copy.js';
import { Badge, Time } from './badge.js';
import { Dialog, FormDialog } from './dialog.js';
import { SelectField, errorOf } from './form.js';
import { Icon } from './icon.js';
import { Section } from './page.js';
import { Empty, Loaded, Notice } from './states.js';
import { Table } from './table.js';
import { useToast } from './toast.js';

const day = 86400;

const lifetimes = [
    { value: '0', label: 'Never' },
    { value: `${30 * day}`, label: 'After 30 days' },
    { value: `${90 * day}`, label: 'After 90 days' },
    { value: `${365 * day}`, label: 'After a year' },
];

const overlaps = [
    { value: '0', label: 'At once' },
    { value: '3600', label: 'In an hour' },
    { value: `${day}`, label: 'In a day' },
    { value: `${7 * day}`, label: 'In a week' },
    { value: `${30 * day}`, label: 'In 30 days' },
];


function Shown({ token, onClose }) {
    return html`
        <${Dialog} title="The token" wide onClose=${onClose}>
            <div class="dialog-body">
                <${Notice} kind="warning" title="It is shown this once">
                    <p>Store it where it is needed before you close this.</p>
                <//>
                <${CopyField} label="Secret token" value=${token.secretToken}
                    secret />
            </div>
            <div class="dialog-footer">
                <button type="button" class="button primary" onClick=${onClose}>
                    I have stored the token
                </button>
            </div>
        <//>`;
}


function Create({ path, onMade, onClose }) {
    const { api } = useApp();
    const [lifetime, setLifetime] = useState('0');
    const key = useIdempotency();

    return html`
        <${FormDialog} title="Create a token" label="Create token"
            fields=${['expires']} onClose=${onClose}
            submit=${async () => {
                const body = lifetime === '0' ? {} : {
                    expires: new Date(Math.ceil(Date.now() / 60000) * 60000
                        + lifetime * 1000).toISOString(),
                };
                onMade(await api.post([...path, 'tokens'],
                    { body, key: key(body) }));
            }}>
            ${(error) => html`
                <p>The tokens that there are stay valid.</p>
                <${SelectField} label="It expires" value=${lifetime}
                    onChange=${setLifetime} options=${lifetimes}
                    error=${errorOf(error, 'expires')} />`}
        <//>`;
}


function Rotate({ path, onMade, onClose }) {
    const { api } = useApp();
    const [overlap, setOverlap] = useState(`${day}`);

    return html`
        <${FormDialog} title="Rotate the token" label="Rotate"
            fields=${['overlap']} onClose=${onClose}
            submit=${async () => onMade(await api.post([...path, 'rotate'],
                { body: { overlap: Number(overlap) } }))}>
            ${(error) => html`
                <p>
                    You get another token at once. Those that there are go on
                    working for a while, so that you can put the other one into
                    the identity provider without a gap.
                </p>
                <${SelectField} label="The present tokens end" value=${overlap}
                    onChange=${setOverlap} options=${overlaps}
                    error=${errorOf(error, 'overlap')}
                    hint=${overlap === '0'
                        ? 'The identity provider is refused until it has the '
                            + 'other token.' : undefined} />`}
        <//>`;
}


function Revoke({ path, token, onDone, onClose }) {
    const { api } = useApp();
    return html`
        <${FormDialog} title="Revoke this token?" label="Revoke" danger
            onClose=${onClose} submit=${async () => {
                await api.delete([...path, 'tokens', token.id]);
                onDone();
            }}>
            <p>
                What uses <code>${token.prefix}…</code> is refused from this
                moment on. This cannot be undone.
            </p>
        <//>`;
}


export function Tokens({ path, editable, rotates, hint }) {
    const { api } = useApp();
    const say = useToast();
    const [dialog, setDialog] = useState(null);
    const state = useLoad((signal) => api.get([...path, 'tokens'],
        { query: { count: 200 }, signal }), [path.join('/')]);
    const close = () => setDialog(null);
    const made = (token) => {
        setDialog({ shown: token });
        state.reload();
    };

    const columns = [
        { key: 'prefix', label: 'Token', class: 'main-cell',
            render: (row) => html`<code>${row.prefix}…</code>` },
        { key: 'created', label: 'Created',
            render: (row) => html`<${Time} value=${row.created} />` },
        { key: 'used', label: 'Last used',
            render: (row) => html`<${Time} value=${row.lastUsed} />` },
        { key: 'expires', label: 'Expires',
            render: (row) => (row.expires && new Date(row.expires) < Date.now()
                ? html`<${Badge} kind="danger">Expired<//>`
                : html`<${Time} value=${row.expires} />`) },
        editable && { key: 'do', label: 'Actions', hidden: true, class: 'end',
            render: (row) => html`
                <button type="button" class="button small ghost danger-text"
                    aria-label=${`Revoke ${row.prefix}`}
                    onClick=${() => setDialog({ revoked: row })}>
                    Revoke
                </button>` },
    ].filter(Boolean);

    const actions = editable && html`
        <button type="button" class="button"
            onClick=${() => setDialog({ create: true })}>
            <${Icon} name="plus" /> Add token
        </button>
        ${rotates && html`
            <button type="button" class="button"
                onClick=${() => setDialog({ rotate: true })}>
                <${Icon} name="rotate-cw" /> Rotate
            </button>`}`;

    return html`
        <${Section} title="Tokens" hint=${hint} actions=${actions}>
            <${Loaded} state=${state} lines=${2}>
                ${({ results }) => (results.length > 0
                    ? html`
                        <${Table} caption="Tokens" columns=${columns}
                            rows=${results} rowKey=${(row) => row.id} />`
                    : html`
                        <${Empty} icon="key-round" title="No tokens">
                            Nothing can sign in with it until it has one.
                        <//>`)}
            <//>
            ${dialog?.create && html`
                <${Create} path=${path} onMade=${made} onClose=${close} />`}
            ${dialog?.rotate && html`
                <${Rotate} path=${path} onMade=${made} onClose=${close} />`}
            ${dialog?.shown && html`
                <${Shown} token=${dialog.shown} onClose=${close} />`}
            ${dialog?.revoked && html`
                <${Revoke} path=${path} token=${dialog.revoked} onClose=${close}
                    onDone=${() => {
                        close();
                        state.reload();
                        say('The token is revoked.');
                    }} />`}
        <//>`;
}
