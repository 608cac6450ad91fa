// What bindings and role rules have in common: a role that is given, and where.

import { html } from '../html.js';
import { useApp } from '../session.js';
import { Namespace, Time } from './badge.js';
import { Combobox } from './combobox.js';
import { TextField } from './form.js';


// RoleField: one of the tenant's roles, by its name
export function RoleField({ selected, onSelect, error }) {
    const { api } = useApp();
    return html`
        <${Combobox} label="Role" selected=${selected} onSelect=${onSelect}
            error=${error} placeholder="Search roles"
            search=${async (q, signal) => {
                const { results } = await api.get(['roles'],
                    { query: { q, count: 20 }, signal });
                return results.map(({ name, description }) =>
                    ({ value: name, label: name, hint: description }));
            }} />`;
}


export function NamespaceField({ value, onInput, error }) {
    return html`
        <${TextField} label="Only in the namespace" optional mono
            value=${value} onInput=${onInput} placeholder="prod" error=${error}
            hint="prod covers prod.engineering too. Empty: everywhere." />`;
}


// inNamespace(" prod "): what of the field goes into a body
export function inNamespace(text) {
    const namespace = text.trim();
    return namespace ? { namespace } : {};
}


// The columns behind the first one of a list of them. NAME is for a screen
// reader: what is deleted.
export function grantColumns({ app: { can, to }, label, name, onDelete }) {
    return [
        { key: 'role', label,
            render: (row) => html`
                <a href=${to('roles', row.role)}>${row.role}</a>` },
        { key: 'namespace', label: 'Namespace',
            render: (row) => html`<${Namespace} value=${row.namespace} />` },
        { key: 'created', label: 'Created',
            render: (row) => html`<${Time} value=${row.created} />` },
        can('BINDING', 'DELETE') && {
            key: 'do', label: 'Actions', hidden: true, class: 'end',
            render: (row) => html`
                <button type="button" class="button small ghost danger-text"
                    aria-label=${`Delete ${name(row)}`}
                    onClick=${() => onDelete(row)}>
                    Delete
                </button>` },
    ].filter(Boolean);
}
