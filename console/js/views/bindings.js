import { html, useEffect, useState } from '../html.js';
import { useDebounced, useIdempotency, useList } from '../hooks.js';
import { personName } from '../format.js';
import { useApp } from '../session.js';
import { Combobox } from '../components/combobox.js';
import { FormDialog, useListDialog } from '../components/dialog.js';
import { SearchField, SelectField, errorOf } from '../components/form.js';
import {
    NamespaceField, RoleField, grantColumns, inNamespace,
} from '../components/grants.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { Subject, subjectTypes } from '../components/subject.js';
import { ListTable } from '../components/table.js';


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
                    ...inNamespace(namespace),
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
                <${NamespaceField} value=${namespace} onInput=${setNamespace}
                    error=${errorOf(error, 'namespace')} />`}
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
    const app = useApp();
    const { api, can } = app;
    const { role = '', subjectType = '', namespace = '' } = route.query;
    const [roleText, setRoleText] = useState(role);
    const settled = useDebounced(roleText.trim(), 300);
    const [placeText, setPlaceText] = useState(namespace);
    const place = useDebounced(placeText.trim(), 300);
    const list = useList(route, (query, signal) =>
        api.get(['bindings'], { query, signal }), [api]);
    const { dialog, open, close, done } = useListDialog(list);

    useEffect(() => {
        if (settled !== role || place !== namespace) {
            list.set({ role: settled, namespace: place });
        }
    }, [settled, place]);

    const columns = [
        { key: 'subject', label: 'Subject', class: 'main-cell',
            render: (row) => html`<${Subject} subject=${row.subject} />` },
        ...grantColumns({
            app, label: 'Role', onDelete: (row) => open({ remove: row }),
            name: (row) => `the binding of ${row.role} to ${
                row.subject.display}`,
        }),
    ];

    const create = can('BINDING', 'CREATE') && html`
        <button type="button" class="button primary"
            onClick=${() => open({ create: true })}>
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
