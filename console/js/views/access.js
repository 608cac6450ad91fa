// What a user may do, and where each permission comes from.

import { html, useState } from '../html.js';
import { useAction, useLoad } from '../hooks.js';
import { useApp } from '../session.js';
import { Namespace } from '../components/badge.js';
import { FormError, TextField, errorOf } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Actions } from '../components/permissions.js';
import { Section } from '../components/page.js';
import { Empty, Loaded, Notice } from '../components/states.js';
import { Table } from '../components/table.js';


// permissionRows(ROLES): one row for each resource, namespace and set of
// sources: [{ resource, namespace, actions, sources }]
function permissionRows(roles) {
    const actions = new Map();
    for (const grant of roles) {
        for (const [resource, allowed] of Object.entries(grant.permissions)) {
            for (const action of allowed) {
                const key = JSON.stringify(
                    [resource, grant.namespace ?? '', action]);
                actions.set(key, [...actions.get(key) ?? [], grant]);
            }
        }
    }

    const rows = new Map();
    for (const [key, sources] of actions) {
        const [resource, namespace, action] = JSON.parse(key);
        const group = JSON.stringify([resource, namespace,
            sources.map((grant) => roles.indexOf(grant))]);
        const row = rows.get(group)
            ?? { key: group, resource, namespace, actions: [], sources };
        row.actions.push(action);
        rows.set(group, row);
    }

    return [...rows.values()].sort((a, b) =>
        a.resource.localeCompare(b.resource)
        || a.namespace.localeCompare(b.namespace));
}


// "through Engineering, by way of Platform"
function Way({ group, groups }) {
    const { to } = useApp();
    const known = groups.find(({ id }) => id === group.id);
    const via = (known?.via ?? []).map((id) =>
        groups.find((other) => other.id === id)?.display).filter(Boolean);

    return html`
        <a href=${to('groups', group.id)}>${group.display}</a>
        ${via.length > 0 && html`
            <span class="muted"> by way of ${via.join(', ')}</span>`}`;
}


function Source({ grant, groups }) {
    const { to } = useApp();
    const role = html`<a href=${to('roles', grant.role)}>${grant.role}</a>`;

    if (grant.origin === 'RULE') {
        return html`
            <span class="source">
                <${Icon} name="wand-sparkles" size=${14} />
                <span>
                    ${role} by a <a href=${to('rules')}>rule</a> for
                    ${' '}<${Way} group=${grant.group} groups=${groups} />
                </span>
            </span>`;
    }
    if (grant.origin === 'GROUP') {
        return html`
            <span class="source">
                <${Icon} name="users" size=${14} />
                <span>
                    ${role} through
                    ${' '}<${Way} group=${grant.group} groups=${groups} />
                </span>
            </span>`;
    }
    return html`
        <span class="source">
            <${Icon} name="user-round" size=${14} />
            <span>${role} given to this user</span>
        </span>`;
}


function Effective({ access }) {
    const rows = permissionRows(access.roles);

    if (!access.user.active) {
        return html`
            <${Notice} kind="warning" title="This user is inactive">
                <p>
                    An inactive user has no permissions, whatever roles there
                    are. They are back when the identity provider activates the
                    user.
                </p>
            <//>`;
    }
    if (rows.length === 0) {
        return html`
            <${Empty} icon="shield-check" title="No permissions">
                Neither this user nor a group of theirs has a role. Attach one
                to a group: everybody in it has its permissions at once.
            <//>`;
    }
    return html`
        ${access.truncated && html`
            <${Notice} kind="warning" title="There is more">
                <p>
                    This user has more groups or roles than are shown. “Can this
                    user …?” below counts those of the first 1,000 groups.
                </p>
            <//>`}
        <${Table} caption="Effective permissions" rows=${rows}
            rowKey=${(row) => row.key} columns=${[
                { key: 'resource', label: 'Permission', class: 'main-cell',
                    render: (row) => html`<code class="strong">
                        ${row.resource}</code>` },
                { key: 'actions', label: 'Actions',
                    render: (row) => html`
                        <${Actions} actions=${row.actions} />` },
                { key: 'namespace', label: 'Namespace',
                    render: (row) => html`
                        <${Namespace} value=${row.namespace} />` },
                { key: 'from', label: 'Comes from',
                    render: (row) => html`
                        <span class="sources">
                            ${row.sources.map((grant) => html`
                                <${Source} key=${grant.source + grant.role}
                                    grant=${grant}
                                    groups=${access.groups} />`)}
                        </span>` },
            ]} />`;
}


function Answer({ answer }) {
    const { to } = useApp();
    return html`
        <div class=${`answer ${answer.allowed ? 'yes' : 'no'}`}>
            <${Icon} size=${20}
                name=${answer.allowed ? 'circle-check' : 'circle-x'} />
            <div>
                <p class="answer-title">
                    ${answer.allowed ? 'Yes' : 'No'}
                </p>
                <p>${answer.reason}</p>
                ${answer.role && html`
                    <p class="answer-links">
                        <a href=${to('roles', answer.role)}>
                            Role ${answer.role}</a>
                        ${answer.group && html`
                            <a href=${to('groups',
                                answer.group.id ?? answer.group)}>
                                The group</a>`}
                    </p>`}
            </div>
        </div>`;
}


function Check({ user, roles }) {
    const { api } = useApp();
    const [permission, setPermission] = useState('');
    const [action, setAction] = useState('');
    const [namespace, setNamespace] = useState('');
    const [answer, setAnswer] = useState(null);
    const resources = [...new Set(roles.flatMap(({ permissions }) =>
        Object.keys(permissions)))].sort();
    const actions = [...new Set(['CREATE', 'READ', 'UPDATE', 'DELETE',
        ...roles.flatMap(({ permissions }) =>
            Object.values(permissions).flat())])].sort();
    const upper = (set) => (value) => set(value.toUpperCase());

    const [run, { busy, error }] = useAction(async () => {
        setAnswer(null);
        setAnswer(await api.get(['check'], { query: {
            user: user.id, permission: permission.trim(),
            action: action.trim(), namespace: namespace.trim(),
        } }));
    });

    return html`
        <${Section} title="Can this user …?"
            hint="The answer says why, or what is missing.">
            <form class="card check" novalidate onSubmit=${(event) => {
                event.preventDefault();
                run();
            }}>
                <div class="check-fields">
                    <${TextField} label="Action" value=${action} mono
                        onInput=${upper(setAction)} placeholder="EXECUTE"
                        list="check-actions"
                        error=${errorOf(error, 'action')} />
                    <${TextField} label="Permission" value=${permission} mono
                        onInput=${upper(setPermission)} placeholder="FLOW"
                        list="check-permissions"
                        error=${errorOf(error, 'permission')} />
                    <${TextField} label="Namespace" optional value=${namespace}
                        mono onInput=${setNamespace} placeholder="prod"
                        error=${errorOf(error, 'namespace')} />
                    <button type="submit" class="button primary"
                        aria-disabled=${busy || undefined}>
                        Check
                    </button>
                </div>
                <datalist id="check-permissions">
                    ${resources.map((name) =>
                        html`<option key=${name} value=${name} />`)}
                </datalist>
                <datalist id="check-actions">
                    ${actions.map((name) =>
                        html`<option key=${name} value=${name} />`)}
                </datalist>
                <${FormError} error=${error}
                    fields=${['permission', 'action', 'namespace']} />
                <div role="status">
                    ${answer && html`<${Answer} answer=${answer} />`}
                </div>
            </form>
        <//>`;
}


export function Access({ user, turn }) {
    const { api } = useApp();
    const state = useLoad((signal) =>
        api.get(['tenant-access', user.id], { signal }),
    [user.id, user.version, turn]);

    return html`
        <${Section} title="Effective permissions"
            hint="The sum of all roles, of the user and of the groups.">
            <${Loaded} state=${state} lines=${4}>
                ${(access) => html`<${Effective} access=${access} />`}
            <//>
        <//>
        <${Check} user=${user} roles=${state.data?.roles ?? []} />`;
}


// The groups by which a user is in them
export function Memberships({ user }) {
    const { api, to } = useApp();
    const state = useLoad((signal) =>
        api.get(['tenant-access', user.id], { signal }), [user.id]);

    return html`
        <${Loaded} state=${state} lines=${4}>
            ${({ groups }) => (groups.length === 0
                ? html`
                    <${Empty} icon="users" title="In no group">
                        The identity provider decides who is in which group.
                    <//>`
                : html`
                    <${Table} caption="Groups" rows=${groups}
                        rowKey=${(row) => row.id} columns=${[
                            { key: 'name', label: 'Group', class: 'main-cell',
                                render: (row) => html`
                                    <a class="row-link"
                                        href=${to('groups', row.id)}>
                                        ${row.display}</a>` },
                            { key: 'how', label: 'Member',
                                render: (row) => (row.direct
                                    ? 'directly'
                                    : html`by way of
                                        ${' '}${row.via.map((id) => groups.find(
                                            (other) => other.id === id)
                                            ?.display ?? 'another group')
                                            .join(', ')}`) },
                        ]} />`)}
        <//>`;
}
