import { html, useState } from '../html.js';
import { useIdempotency, useList } from '../hooks.js';
import { useApp } from '../session.js';
import { FormDialog, useListDialog } from '../components/dialog.js';
import { SelectField, TextField, errorOf } from '../components/form.js';
import {
    NamespaceField, RoleField, grantColumns, inNamespace,
} from '../components/grants.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';

const attributes = [
    { value: 'displayName', label: 'displayName' },
    { value: 'externalId', label: 'externalId' },
];


function Create({ onDone, onClose }) {
    const { api } = useApp();
    const [attribute, setSource] = useState('displayName');
    const [pattern, setPattern] = useState('');
    const [role, setRole] = useState(null);
    const [namespace, setNamespace] = useState('');
    const key = useIdempotency();

    return html`
        <${FormDialog} title="Create a role rule" label="Create rule"
            fields=${['attribute', 'pattern', 'role', 'namespace']}
            disabled=${!role || !pattern.trim()} onClose=${onClose}
            submit=${async () => {
                const body = {
                    attribute, pattern: pattern.trim(), role: role.value,
                    ...inNamespace(namespace),
                };
                await api.post(['role-rules'], { body, key: key(body) });
                onDone();
            }}>
            ${(error) => html`
                <p>
                    Members of all groups that match have the role, those of
                    groups that come later too.
                </p>
                <${SelectField} label="The group’s" value=${attribute}
                    onChange=${setSource} options=${attributes}
                    error=${errorOf(error, 'attribute')} />
                <${TextField} label="Matches the pattern" value=${pattern} mono
                    onInput=${setPattern} placeholder="sales*"
                    error=${errorOf(error, 'pattern')}
                    hint="* is any text, ? any one character; capitals make no
                        difference." />
                <${RoleField} selected=${role} onSelect=${setRole}
                    error=${errorOf(error, 'role')} />
                <${NamespaceField} value=${namespace} onInput=${setNamespace}
                    error=${errorOf(error, 'namespace')} />`}
        <//>`;
}


function Remove({ rule, onDone, onClose }) {
    const { api } = useApp();
    return html`
        <${FormDialog} title="Delete this rule?" label="Delete rule" danger
            onClose=${onClose} submit=${async () => {
                await api.delete(['role-rules', rule.id]);
                onDone();
            }}>
            <p>
                Members of groups that match <code>${rule.pattern}</code> lose
                the role <strong>${rule.role}</strong> at once, unless they have
                it in another way.
            </p>
        <//>`;
}


export function RulesPage({ route }) {
    const app = useApp();
    const { api, can } = app;
    const list = useList(route, (query, signal) =>
        api.get(['role-rules'], { query, signal }), [api]);
    const { dialog, open, close, done } = useListDialog(list);

    const columns = [
        { key: 'pattern', label: 'Groups whose', class: 'main-cell',
            render: (row) => html`
                ${row.attribute} matches
                ${' '}<code class="tag strong">${row.pattern}</code>` },
        ...grantColumns({
            app, label: 'Give the role',
            onDelete: (row) => open({ remove: row }),
            name: (row) => `the rule ${row.pattern}`,
        }),
    ];

    const create = can('BINDING', 'CREATE') && html`
        <button type="button" class="button primary"
            onClick=${() => open({ create: true })}>
            <${Icon} name="plus" /> Create rule
        </button>`;

    return html`
        <${Page} title="Role rules" actions=${create}
            lead="Roles by the names of groups, so that nobody has to attach
                them one by one.">
            <${ListTable} list=${list} noun="rule" caption="Role rules"
                columns=${columns} rowKey=${(row) => row.id} empty=${html`
                    <${Empty} icon="wand-sparkles" title="No rules yet"
                        action=${create}>
                        With a rule such as “sales* gives the role auditor”,
                        a group has its role as soon as it is provisioned.
                    <//>`} />
            ${dialog?.create && html`
                <${Create} onClose=${close}
                    onDone=${done('The rule holds from now on.')} />`}
            ${dialog?.remove && html`
                <${Remove} rule=${dialog.remove} onClose=${close}
                    onDone=${done('The rule is deleted.')} />`}
        <//>`;
}
