// The roles of one subject, and how they are attached and detached: two clicks
// for each.

import { html, useEffect, useRef, useState } from '../html.js';
import { useAction, useDebounced, useIdempotency, useLoad } from '../hooks.js';
import { useApp } from '../session.js';
import { Namespace, Time } from './badge.js';
import { Dialog } from './dialog.js';
import { FormError, SearchField, errorOf } from './form.js';
import { NamespaceField, inNamespace } from './grants.js';
import { Icon } from './icon.js';
import { Section } from './page.js';
import { Empty, Loaded } from './states.js';
import { Table } from './table.js';
import { useToast } from './toast.js';


// A click on a role attaches it.
function AttachRole({ subject, attached, onDone, onClose }) {
    const { api, can, to } = useApp();
    const [text, setText] = useState('');
    const [namespace, setNamespace] = useState('');
    const settled = useDebounced(text.trim());
    const key = useIdempotency();
    const roles = useLoad((signal) => api.get(['roles'],
        { query: { q: settled, count: 50 }, signal }), [settled]);

    const [attach, { busy, error }] = useAction(async (role) => {
        const body = {
            role: role.name,
            subject: { type: subject.type, id: subject.id },
            ...inNamespace(namespace),
        };
        await api.post(['bindings'], { body, key: key(body) });
        onDone(role);
    });
    const has = (role) => attached.some((binding) =>
        binding.role === role.name
        && (binding.namespace ?? '') === namespace.trim());

    return html`
        <${Dialog} title=${`Attach a role to ${subject.display}`}
            onClose=${onClose}>
            <div class="dialog-body">
                <${SearchField} label="Search roles" value=${text}
                    placeholder="Search roles" onInput=${setText} />
                <${NamespaceField} value=${namespace} onInput=${setNamespace}
                    error=${errorOf(error, 'namespace')} />
                <${Loaded} state=${roles} lines=${4}>
                    ${({ results }) => (results.length === 0
                        ? html`
                            <${Empty} icon="shield-check"
                                title="No role matches"
                                action=${can('ROLE', 'CREATE') && html`
                                    <a class="button"
                                        href=${to('roles', '-new')}>
                                        Create a role</a>`} />`
                        : html`
                            <ul class="chooser" aria-busy=${busy || undefined}>
                                ${results.map((role) => html`
                                    <li key=${role.name}>
                                        <button type="button"
                                            disabled=${has(role)}
                                            onClick=${() => attach(role)}>
                                            <${Icon} name="shield-check" />
                                            <span>
                                                <strong>${role.name}</strong>
                                                <small>
                                                    ${role.description}
                                                </small>
                                            </span>
                                            ${has(role) && html`
                                                <small>attached</small>`}
                                        </button>
                                    </li>`)}
                            </ul>`)}
                <//>
                <${FormError} error=${error} fields=${['namespace']} />
            </div>
        <//>`;
}


// The second click is where the first one was.
function Detach({ binding, onDone }) {
    const { api } = useApp();
    const [asked, setAsked] = useState(false);
    const button = useRef(null);
    const [run, { busy, error }] = useAction(async () => {
        await api.delete(['bindings', binding.id]);
        onDone(binding);
    });

    useEffect(() => {
        if (asked) {
            button.current?.focus();
        }
    }, [asked]);

    return html`
        <button type="button" ref=${button}
            class=${asked ? 'button small danger'
                : 'button small ghost danger-text'}
            aria-label=${asked ? `Really detach ${binding.role}`
                : `Detach ${binding.role}`}
            aria-disabled=${busy || undefined}
            onClick=${() => (asked ? run() : setAsked(true))}
            onBlur=${() => setAsked(false)}>
            ${busy ? 'One moment…' : asked ? 'Really detach' : 'Detach'}
        </button>
        <${FormError} error=${error} />`;
}


export function BindingList({ title, hint, bindings, subject, onChange }) {
    const { can, to } = useApp();
    const say = useToast();
    const [open, setOpen] = useState(false);

    const columns = [
        { key: 'role', label: 'Role', class: 'main-cell',
            render: (row) => html`
                <a class="row-link" href=${to('roles', row.role)}>
                    ${row.role}</a>` },
        { key: 'namespace', label: 'Namespace',
            render: (row) => html`<${Namespace} value=${row.namespace} />` },
        { key: 'created', label: 'Attached',
            render: (row) => html`<${Time} value=${row.created} />` },
        can('BINDING', 'DELETE') && {
            key: 'do', label: 'Actions', hidden: true, class: 'end',
            render: (row) => html`
                <${Detach} binding=${row} onDone=${(binding) => {
                    say(`${binding.role} is detached.`);
                    onChange();
                }} />` },
    ].filter(Boolean);

    const attach = can('BINDING', 'CREATE') && html`
        <button type="button" class="button" onClick=${() => setOpen(true)}>
            <${Icon} name="plus" /> Attach role
        </button>`;

    return html`
        <${Section} title=${title} hint=${hint} actions=${attach}>
            ${bindings.length > 0
                ? html`
                    <${Table} caption=${title} columns=${columns}
                        rows=${bindings} rowKey=${(row) => row.id} />`
                : html`
                    <${Empty} icon="shield-check" title="No roles attached" />`}
            ${open && html`
                <${AttachRole} subject=${subject} attached=${bindings}
                    onClose=${() => setOpen(false)} onDone=${(role) => {
                        setOpen(false);
                        say(`${role.name} is attached to ${subject.display}.`);
                        onChange();
                    }} />`}
        <//>`;
}
