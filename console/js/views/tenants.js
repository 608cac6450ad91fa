import { html, useEffect, useState } from '../html.js';
import { useDebounced, useIdempotency, useList } from '../hooks.js';
import { count, plural } from '../format.js';
import { href, navigate } from '../router.js';
import { useApp } from '../session.js';
import { Avatar, Time } from '../components/badge.js';
import { FormDialog, useListDialog } from '../components/dialog.js';
import { SearchField, TextField, errorOf } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';


function Create({ onClose }) {
    const { root } = useApp();
    const [id, setId] = useState('');
    const [name, setName] = useState('');
    const key = useIdempotency();

    return html`
        <${FormDialog} title="Create a tenant" label="Create tenant"
            fields=${['id', 'name']} onClose=${onClose} submit=${async () => {
                const body = { id: id.trim(), name: name.trim() || id.trim() };
                await root.post(['tenants'], { body, key: key(body) });
                navigate(href(body.id, 'provisioning'));
            }}>
            ${(error) => html`
                <${TextField} label="Id" value=${id} onInput=${setId}
                    error=${errorOf(error, 'id')} placeholder="acme" mono
                    autocapitalize="off" maxlength="63"
                    hint="1 to 63 lower-case letters, digits and hyphens. It is
                        part of addresses and stays as it is." />
                <${TextField} label="Name" optional value=${name}
                    onInput=${setName} error=${errorOf(error, 'name')}
                    placeholder="Acme Inc." />`}
        <//>`;
}


function Edit({ tenant, onDone, onClose }) {
    const { root } = useApp();
    const [name, setName] = useState(tenant.name);
    const [role, setRole] = useState(tenant.defaultRole ?? '');

    return html`
        <${FormDialog} title=${`Edit ${tenant.id}`} label="Save"
            fields=${['name', 'defaultRole']} onClose=${onClose}
            submit=${async () => {
                await root.patch(['tenants', tenant.id], {
                    body: { name: name.trim(),
                        defaultRole: role.trim() || null },
                    version: tenant.version,
                });
                onDone();
            }}>
            ${(error) => html`
                <${TextField} label="Name" value=${name} onInput=${setName}
                    error=${errorOf(error, 'name')} />
                <${TextField} label="Default role" optional value=${role}
                    onInput=${setRole} error=${errorOf(error, 'defaultRole')}
                    placeholder="Viewer"
                    hint="Each user who is provisioned from now on gets it."
                        />`}
        <//>`;
}


function Remove({ tenant, onDone, onClose }) {
    const { root } = useApp();
    const [typed, setTyped] = useState('');
    const { users, groups, integrations, serviceAccounts } = tenant.counts;

    return html`
        <${FormDialog} title=${`Delete the tenant ${tenant.id}?`} danger
            label="Delete tenant" onClose=${onClose}
            disabled=${typed !== tenant.id} submit=${async () => {
                await root.delete(['tenants', tenant.id], {
                    query: { cascade: true },
                    version: tenant.version,
                });
                onDone();
            }}>
            <p>
                <strong>Everything in it is deleted</strong>:
                ${' '}the access of ${plural(users, 'user')},
                ${' '}${plural(groups, 'group')},
                ${' '}${plural(integrations, 'integration')} and
                ${' '}${plural(serviceAccounts, 'service account')}, with all
                roles, bindings and tokens. This cannot be undone.
            </p>
            <${TextField} label=${html`Type <b>${tenant.id}</b> to confirm`}
                value=${typed} onInput=${setTyped} autocapitalize="off" />
        <//>`;
}


export function TenantsPage({ route }) {
    const { root } = useApp();
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim());
    const list = useList(route, (query, signal) =>
        root.get(['tenants'], { query, signal }), [root]);
    const { dialog, open, close, done } = useListDialog(list);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'Tenant', class: 'main-cell',
            render: (row) => html`
                <span class="person">
                    <${Avatar} square name=${row.name || row.id} />
                    <span>
                        <a class="row-link"
                            href=${href(row.id, 'provisioning')}>
                            ${row.name || row.id}</a>
                        <span class="sub">${row.id}</span>
                    </span>
                </span>` },
        { key: 'users', label: 'Users', class: 'number',
            render: (row) => count(row.counts.users) },
        { key: 'groups', label: 'Groups', class: 'number',
            render: (row) => count(row.counts.groups) },
        { key: 'integrations', label: 'Integrations', class: 'number',
            render: (row) => count(row.counts.integrations) },
        { key: 'role', label: 'Default role',
            render: (row) => row.defaultRole
                ?? html`<span class="muted">none</span>` },
        { key: 'created', label: 'Created',
            render: (row) => html`<${Time} value=${row.created} />` },
        { key: 'do', label: 'Actions', hidden: true, class: 'end',
            render: (row) => html`
                <span class="row-actions">
                    <button type="button" class="button small ghost"
                        aria-label=${`Edit ${row.id}`}
                        onClick=${() => open({ edit: row })}>
                        Edit
                    </button>
                    <button type="button" class="button small ghost danger-text"
                        aria-label=${`Delete ${row.id}`}
                        onClick=${() => open({ remove: row })}>
                        Delete
                    </button>
                </span>` },
    ];
    const create = html`
        <button type="button" class="button primary"
            onClick=${() => open({ create: true })}>
            <${Icon} name="plus" /> Create tenant
        </button>`;

    return html`
        <${Page} title="Tenants" actions=${create}
            lead="Customers or departments, each isolated from the others.">
            <div class="filters">
                <${SearchField} label="Search tenants" value=${text}
                    placeholder="Search by name or id" onInput=${setText}
                    busy=${list.loading} />
            </div>
            <${ListTable} list=${list} noun="tenant" caption="Tenants"
                filtered=${route.query.q}
                columns=${columns} rowKey=${(row) => row.id} empty=${html`
                    <${Empty} icon="building" title="No tenants yet"
                        action=${create}>
                        A tenant has its own integrations, users, groups and
                        roles. Begin with one.
                    <//>`} />
            ${dialog?.create && html`<${Create} onClose=${close} />`}
            ${dialog?.edit && html`
                <${Edit} tenant=${dialog.edit} onClose=${close}
                    onDone=${done('Saved.')} />`}
            ${dialog?.remove && html`
                <${Remove} tenant=${dialog.remove} onClose=${close}
                    onDone=${done('The tenant is deleted.')} />`}
        <//>`;
}
