import { html, useState } from '../html.js';
import { useAction, useIdempotency, useLoad } from '../hooks.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { Badge, Namespace, Time } from '../components/badge.js';
import { FormDialog } from '../components/dialog.js';
import { FormError, TextField, errorOf } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Facts, Page, Section } from '../components/page.js';
import {
    PermissionEditor, faultyRow, permissionsOf, rowsOf,
} from '../components/permission-editor.js';
import { Permissions } from '../components/permissions.js';
import { Subject } from '../components/subject.js';
import { Empty, Failure, Loaded, Loading } from '../components/states.js';
import { Table } from '../components/table.js';
import { useToast } from '../components/toast.js';


function RoleForm({ role, save, cancel }) {
    const { to } = useApp();
    const [name, setName] = useState(role?.name ?? '');
    const [description, setDescription] = useState(role?.description ?? '');
    const [rows, setRows] = useState(rowsOf(role?.permissions ?? {}));
    const [run, { busy, error }] = useAction(() => save({
        ...(role ? {} : { name: name.trim() }),
        description: description.trim(),
        permissions: permissionsOf(rows),
    }));

    return html`
        <form class="card form wide" novalidate onSubmit=${(event) => {
            event.preventDefault();
            run();
        }}>
            ${!role && html`
                <${TextField} label="Name" value=${name} onInput=${setName}
                    error=${errorOf(error, 'name')} placeholder="developer"
                    autocapitalize="off" maxlength="63"
                    hint="Letters, digits, “.”, “_” and “-”, beginning with a
                        letter. It stays as it is." />`}
            <${TextField} label="Description" optional value=${description}
                onInput=${setDescription}
                error=${errorOf(error, 'description')}
                placeholder="Builds and runs flows" />
            <${PermissionEditor} rows=${rows} onChange=${setRows}
                error=${error} />
            <${FormError} error=${error} fields=${['name', 'description',
                ...(faultyRow(rows, error) ? ['permissions'] : [])]} />
            <div class="form-footer">
                ${role
                    ? html`<button type="button" class="button"
                        onClick=${cancel}>Cancel</button>`
                    : html`<a class="button" href=${to('roles')}>Cancel</a>`}
                <button type="submit" class="button primary"
                    aria-disabled=${busy || undefined}>
                    ${busy ? 'Saving…' : role ? 'Save' : 'Create role'}
                </button>
            </div>
        </form>`;
}


export function RoleCreatePage() {
    const { api, to } = useApp();
    const say = useToast();
    const key = useIdempotency();

    return html`
        <${Page} title="Create a role"
            back=${{ href: to('roles'), label: 'Roles' }}>
            <${RoleForm} save=${async (body) => {
                const role = await api.post(['roles'],
                    { body, key: key(body) });
                say(`The role ${role.name} is there.`);
                navigate(to('roles', role.name), { replace: true });
            }} />
        <//>`;
}


// Who holds it. A bound role cannot be deleted, so this is also what to undo.
function Holders({ name }) {
    const { api, to } = useApp();
    const state = useLoad((signal) => api.get(['bindings'],
        { query: { role: name, count: 50 }, signal }), [name]);

    return html`
        <${Section} title="Attached to">
            <${Loaded} state=${state} lines=${3}>
                ${({ results, nextCursor }) => (results.length === 0
                    ? html`
                        <${Empty} icon="link" title="Attached to nothing"
                            action=${html`
                                <a class="button" href=${to('groups')}>
                                    Go to Groups</a>`}>
                            Open a group and attach this role to it.
                        <//>`
                    : html`
                        <${Table} caption="Attached to" rows=${results}
                            rowKey=${(row) => row.id} columns=${[
                                { key: 'subject', label: 'Subject',
                                    class: 'main-cell',
                                    render: (row) => html`
                                        <${Subject} subject=${row.subject} />`,
                                },
                                { key: 'namespace', label: 'Namespace',
                                    render: (row) => html`
                                        <${Namespace}
                                            value=${row.namespace} />` },
                                { key: 'created', label: 'Attached',
                                    render: (row) => html`
                                        <${Time} value=${row.created} />` },
                            ]} />
                        ${nextCursor && html`
                            <div class="below">
                                <a class="button"
                                    href=${to('bindings', { role: name })}>
                                    Show all bindings
                                </a>
                            </div>`}`)}
            <//>
        <//>`;
}


function Remove({ role, onClose }) {
    const { api, can, to } = useApp();
    const say = useToast();
    const [bound, setBound] = useState(null);

    // the same with their names, if one may see them
    const holders = async (bindings) => {
        if (!can('BINDING', 'READ')) {
            return bindings;
        }
        const { results } = await api.get(['bindings'],
            { query: { role: role.name, count: 10 } });
        return results;
    };

    return html`
        <${FormDialog} title=${`Delete the role ${role.name}?`} danger
            label="Delete role" onClose=${onClose} submit=${async () => {
                try {
                    await api.delete(['roles', role.name],
                        { version: role.version });
                } catch (error) {
                    if (error.problem?.bindings?.length > 0) {
                        setBound(await holders(error.problem.bindings));
                    }
                    throw error;
                }
                say(`The role ${role.name} is deleted.`);
                navigate(to('roles'), { replace: true });
            }}>
            <p>A role that is still attached cannot be deleted.</p>
            ${bound?.length > 0 && html`
                <p>It is attached to:</p>
                <ul class="values">
                    ${bound.map((binding) => html`
                        <li key=${binding.id}>
                            <${Subject} subject=${binding.subject} />
                        </li>`)}
                </ul>`}
        <//>`;
}


export function RolePage({ id }) {
    const { api, can, to } = useApp();
    const say = useToast();
    const [editing, setEditing] = useState(false);
    const [removing, setRemoving] = useState(false);
    const state = useLoad((signal) => api.get(['roles', id], { signal }), [id]);
    const back = { href: to('roles'), label: 'Roles' };

    if (!state.data) {
        return html`
            <${Page} title="Role" back=${back}>
                ${state.error
                    ? html`<${Failure} error=${state.error}
                        retry=${state.reload} />`
                    : html`<${Loading} />`}
            <//>`;
    }

    const role = state.data;
    const own = !role.managed;

    return html`
        <${Page} key="there" title=${role.name} back=${back}
            lead=${role.description}
            badge=${role.managed && html`<${Badge}>managed<//>`}
            actions=${own && !editing && html`
                ${can('ROLE', 'UPDATE') && html`
                    <button type="button" class="button"
                        onClick=${() => setEditing(true)}>
                        <${Icon} name="pencil" /> Edit
                    </button>`}
                ${can('ROLE', 'DELETE') && html`
                    <button type="button" class="button danger-outline"
                        onClick=${() => setRemoving(true)}>
                        <${Icon} name="trash" /> Delete
                    </button>`}`}>
            ${editing
                ? html`
                    <${RoleForm} role=${role} cancel=${() => setEditing(false)}
                        save=${async (body) => {
                            state.setData(await api.patch(['roles', id],
                                { body, version: role.version }));
                            setEditing(false);
                            say('Saved. It holds at once for everybody who '
                                + 'has the role.');
                        }} />`
                : html`
                    <${Facts} facts=${[
                        ['Created', html`<${Time} value=${role.created} />`],
                        ['Changed', html`<${Time} value=${role.modified} />`],
                    ]} />
                    <${Section} title="Permissions"
                        hint=${role.managed
                            ? 'This role comes with the tenant and cannot be '
                                + 'changed.'
                            : undefined}>
                        <div class="card">
                            <${Permissions} permissions=${role.permissions} />
                        </div>
                    <//>
                    ${can('BINDING', 'READ') && html`
                        <${Holders} name=${role.name} />`}`}
            ${removing && html`
                <${Remove} role=${role} onClose=${() => setRemoving(false)} />`}
        <//>`;
}
