import { html, useEffect, useState } from '../html.js';
import { useDebounced, useIdempotency, useList } from '../hooks.js';
import { personName } from '../format.js';
import { useApp } from '../session.js';
import { Namespace, Time } from '../components/badge.js';
import { Combobox } from '../components/combobox.js';
import { FormDialog } from '../components/dialog.js';
import {
    SearchField, SelectField, TextField, errorOf,
} from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { Subject, subjectTypes } from '../components/subject.js';
import { ListTable } from '../components/table.js';
import { useToast } from '../components/toast.js';


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


// How each kind of subject is searched for
const searches = {
    USER: ['users', (row) => ({ value: row.id, label: personName(row),
        hint: row.userName })],
    GROUP: ['groups', (row) => ({ value: row.id, label: row.displayName })],
    SERVICE_ACCOUNT: ['service-accounts', (row) =>
        ({ value: row.id, label: row.name, hint: row.description })],
};


function Create({ onDone, onClose }) {
    const { api } = useApp();
    const [role, setRole] = useState(null);
    const [type, setType] = useState('GROUP');
    const [subject, setSubject] = useState(null);
    const [namespace, setNamespace] = useState('');
    const key = useIdempotency();
    const [path, option] = searches[type];

    return html`
        <${FormDialog} title="Create a binding" label="Create binding"
            fields=${['role', 'subject', 'namespace']} onClose=${onClose}
            disabled=${!role || !subject} submit=${async () => {
                const body = {
                    role: role.value,
                    subject: { type, id: subject.value },
                    ...(namespace.trim()
                        ? { namespace: namespace.trim() } : {}),
                };
                await api.post(['bindings'], { body, key: key(body) });
                onDone();
            }}>
            ${(error) => html`
                <${RoleField} selected=${role} onSelect=${setRole}
                    error=${errorOf(error, 'role')} />
                <${SelectField} label="Is given to a" value=${type}
                    options=${subjectTypes} onChange=${(value) => {
                        setType(value);
                        setSubject(null);
                    }} />
                <${Combobox} selected=${subject} onSelect=${setSubject}
                    label=${subjectTypes.find(({ value }) =>
                        value === type).label}
                    error=${errorOf(error, 'subject')} placeholder="Search"
                    dependencies=${[type]} search=${async (q, signal) => {
                        const { results } = await api.get([path],
                            { query: { q, count: 20 }, signal });
                        return results.map(option);
                    }} />
                <${TextField} label="Only in the namespace" optional mono
                    value=${namespace} onInput=${setNamespace}
                    placeholder="prod" error=${errorOf(error, 'namespace')}
                    hint="prod covers prod.engineering too. Empty: everywhere."
                        />`}
        <//>`;
}


function Remove({ binding, onDone, onClose }) {
    const { api } = useApp();
    return html`
        <${FormDialog} title="Delete this binding?" label="Delete binding"
            danger onClose=${onClose} submit=${async () => {
                await api.delete(['bindings', binding.id]);
                onDone();
            }}>
            <p>
                <strong>${binding.subject.display}</strong> loses the role
                ${' '}<strong>${binding.role}</strong> at once.
            </p>
        <//>`;
}


export function BindingsPage({ route }) {
    const { api, can, to } = useApp();
    const say = useToast();
    const [dialog, setDialog] = useState(null);
    const { role = '', subjectType = '', namespace = '' } = route.query;
    const [roleText, setRoleText] = useState(role);
    const settled = useDebounced(roleText.trim(), 300);
    const [placeText, setPlaceText] = useState(namespace);
    const place = useDebounced(placeText.trim(), 300);
    const list = useList(route, (query, signal) =>
        api.get(['bindings'], { query, signal }), [api]);
    const close = () => setDialog(null);
    const done = (text) => () => {
        close();
        list.reload();
        say(text);
    };

    useEffect(() => {
        if (settled !== role || place !== namespace) {
            list.set({ role: settled, namespace: place });
        }
    }, [settled, place]);

    const columns = [
        { key: 'subject', label: 'Subject', class: 'main-cell',
            render: (row) => html`<${Subject} subject=${row.subject} />` },
        { key: 'role', label: 'Role',
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
                    aria-label=${`Delete the binding of ${row.role} to ${
                        row.subject.display}`}
                    onClick=${() => setDialog({ remove: row })}>
                    Delete
                </button>` },
    ].filter(Boolean);

    const create = can('BINDING', 'CREATE') && html`
        <button type="button" class="button primary"
            onClick=${() => setDialog({ create: true })}>
            <${Icon} name="plus" /> Create binding
        </button>`;

    return html`
        <${Page} title="Bindings" actions=${create}
            lead="Who has which role, and where. A binding is made and deleted,
                never changed.">
            <div class="filters">
                <${SearchField} label="Role" value=${roleText}
                    placeholder="Role, by its full name"
                    onInput=${setRoleText} busy=${list.loading} />
                <${SelectField} inline label="Kind of subject"
                    value=${subjectType}
                    onChange=${(value) => list.set({ subjectType: value })}
                    options=${[{ value: '', label: 'Any subject' },
                        ...subjectTypes]} />
                <${SearchField} label="Namespace" value=${placeText}
                    placeholder="Namespace" onInput=${setPlaceText} />
            </div>
            <${ListTable} list=${list} noun="binding"
                filtered=${role || subjectType || namespace}
                caption="Bindings" columns=${columns}
                rowKey=${(row) => row.id} empty=${html`
                    <${Empty} icon="link" title="No bindings yet"
                        action=${create}>
                        Give a role to a group, and everybody in it has its
                        permissions.
                    <//>`} />
            ${dialog?.create && html`
                <${Create} onClose=${close}
                    onDone=${done('The binding is there.')} />`}
            ${dialog?.remove && html`
                <${Remove} binding=${dialog.remove} onClose=${close}
                    onDone=${done('The binding is deleted.')} />`}
        <//>`;
}
