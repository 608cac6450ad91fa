import { html, useState } from '../html.js';
import { useLoad } from '../hooks.js';
import { personName } from '../format.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { Attributes } from '../components/attributes.js';
import { AuditEntries } from '../components/audit-entries.js';
import { Active, Avatar, Time } from '../components/badge.js';
import { BindingList } from '../components/binding-list.js';
import { FormDialog } from '../components/dialog.js';
import { Facts, Page, Tabs } from '../components/page.js';
import { Failure, Loading, Notice } from '../components/states.js';
import { useToast } from '../components/toast.js';
import { Access, Memberships } from './access.js';


function Managed({ integration, children }) {
    return html`
        <${Notice} kind="warning"
            title=${integration
                ? `${integration.name} manages this user`
                : 'An identity provider manages users'}>
            <p>${children}</p>
        <//>`;
}


function SetActive({ user, onDone, onClose }) {
    const { api } = useApp();
    const name = personName(user);
    const active = !user.active;

    return html`
        <${FormDialog} danger=${!active} onClose=${onClose}
            title=${active ? `Activate ${name}?` : `Deactivate ${name}?`}
            label=${active ? 'Activate' : 'Deactivate'}
            submit=${async () => {
                await api.patch(['users', user.id], {
                    body: { active }, query: { force: true },
                    version: user.version,
                });
                onDone();
            }}>
            <p>
                ${active
                    ? 'The user has the permissions of all roles again.'
                    : 'The user has no permissions any more, at once. Groups '
                        + 'and roles stay.'}
            </p>
            <${Managed} integration=${user.integration}>
                It may set this back with its next synchronisation. To make it
                last, change it there.
            <//>
        <//>`;
}


function Remove({ user, onClose }) {
    const { api, to } = useApp();
    const say = useToast();
    const name = personName(user);

    return html`
        <${FormDialog} title=${`Remove the access of ${name}?`} danger
            label="Remove access" onClose=${onClose} submit=${async () => {
                await api.delete(['users', user.id], {
                    query: { force: true }, version: user.version,
                });
                say(`${name} has no access to this tenant any more.`);
                navigate(to('users'), { replace: true });
            }}>
            <p>
                The user leaves this tenant, with memberships and roles. The
                person keeps access to other tenants, and has the same id if
                the access is given again.
            </p>
            <${Managed} integration=${user.integration}>
                It may give the access again with its next synchronisation. To
                make it last, take the assignment away there.
            <//>
        <//>`;
}


export function UserPage({ id, tab = 'access' }) {
    const { api, can, to } = useApp();
    const say = useToast();
    const [dialog, setDialog] = useState(null);
    const state = useLoad((signal) =>
        api.get(['users', id], { signal }), [id]);
    const back = { href: to('users'), label: 'Users' };
    const close = () => setDialog(null);

    // what is attached here shows in the permissions above
    const [turn, setTurn] = useState(0);
    const changed = () => {
        state.reload();
        setTurn(turn + 1);
    };

    if (!state.data) {
        return html`
            <${Page} title="User" back=${back}>
                ${state.error
                    ? html`<${Failure} error=${state.error}
                        retry=${state.reload} />`
                    : html`<${Loading} />`}
            <//>`;
    }

    const user = state.data;
    const name = personName(user);

    return html`
        <${Page} key="there" name=${name} back=${back}
            title=${html`<${Avatar} name=${name} /> ${name}`}
            badge=${html`<${Active} active=${user.active} />`}
            actions=${html`
                ${can('USER', 'UPDATE') && html`
                    <button type="button" class="button"
                        onClick=${() => setDialog('active')}>
                        ${user.active ? 'Deactivate' : 'Activate'}
                    </button>`}
                ${can('USER', 'DELETE') && html`
                    <button type="button" class="button danger-outline"
                        onClick=${() => setDialog('remove')}>
                        Remove access
                    </button>`}`}>
            <${Facts} facts=${[
                ['userName', user.userName],
                ['E-mail', user.email || null],
                ['Provisioned by', user.integration && html`
                    <a href=${to('provisioning', user.integration.id)}>
                        ${user.integration.name}</a>`],
                ['Last synchronised', html`<${Time} value=${user.modified} />`],
            ]} />
            <${Tabs} label="User" current=${tab} tabs=${[
                { key: 'access', label: 'Access', href: to('users', id) },
                { key: 'groups', label: 'Groups',
                    href: to('users', id, 'groups') },
                { key: 'attributes', label: 'Attributes',
                    href: to('users', id, 'attributes') },
                can('AUDIT', 'READ') && { key: 'activity', label: 'Activity',
                    href: to('users', id, 'activity') },
            ].filter(Boolean)} />
            ${tab === 'access' && html`
                <${Access} user=${user} turn=${turn} />
                <${BindingList} title="Roles of the user"
                    hint="Given to this user alone. Roles of groups are easier
                        to keep."
                    bindings=${user.bindings} onChange=${changed}
                    subject=${{ type: 'USER', id, display: name }} />`}
            ${tab === 'groups' && html`<${Memberships} user=${user} />`}
            ${tab === 'attributes' && html`
                <${Attributes} document=${user.attributes}
                    facts=${[['id', html`<code>${user.id}</code>`],
                        ['Created', html`<${Time} value=${user.created} />`]]}
                />`}
            ${tab === 'activity' && html`
                <${AuditEntries} filter=${{ user: id }} />`}
            ${dialog === 'active' && html`
                <${SetActive} user=${user} onClose=${close}
                    onDone=${() => {
                        close();
                        state.reload();
                        say(`${name} is ${user.active
                            ? 'inactive' : 'active'}.`);
                    }} />`}
            ${dialog === 'remove' && html`
                <${Remove} user=${user} onClose=${close} />`}
        <//>`;
}
