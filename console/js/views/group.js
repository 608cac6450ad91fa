import { html, useState } from '../html.js';
import { useList, useLoad } from '../hooks.js';
import { count } from '../format.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { Attributes } from '../components/attributes.js';
import { AuditEntries } from '../components/audit-entries.js';
import { Active, Avatar, Namespace, Time } from '../components/badge.js';
import { BindingList } from '../components/binding-list.js';
import { FormDialog } from '../components/dialog.js';
import { Icon } from '../components/icon.js';
import { Facts, Page, Section, Tabs } from '../components/page.js';
import { Empty, Failure, Loading, Notice } from '../components/states.js';
import { ListTable, Table } from '../components/table.js';
import { useToast } from '../components/toast.js';


function Remove({ group, onClose }) {
    const { api, to } = useApp();
    const say = useToast();

    return html`
        <${FormDialog} title=${`Delete the group ${group.displayName}?`} danger
            label="Delete group" onClose=${onClose} submit=${async () => {
                await api.delete(['groups', group.id], {
                    query: { force: true }, version: group.version,
                });
                say(`The group ${group.displayName} is deleted.`);
                navigate(to('groups'), { replace: true });
            }}>
            <p>
                Its members lose what they have through it, at once. The members
                themselves stay.
            </p>
            <${Notice} kind="warning"
                title=${group.integration
                    ? `${group.integration.name} manages this group`
                    : 'An identity provider manages groups'}>
                <p>
                    It may create it again with its next synchronisation,
                    without the roles attached here. To make it last, take it
                    out of the scope there.
                </p>
            <//>
        <//>`;
}


function Members({ group, route }) {
    const { api, can, to } = useApp();
    const list = useList(route, (query, signal) =>
        api.get(['groups', group.id, 'members'], { query, signal }),
    [group.id]);

    const columns = [
        { key: 'name', label: 'Member', class: 'main-cell',
            render: (row) => html`
                <span class="person">
                    <${Avatar} square=${row.type === 'GROUP'}
                        name=${row.display || row.userName || '?'} />
                    <span>
                        <a class="row-link" href=${to(row.type === 'GROUP'
                            ? 'groups' : 'users', row.id)}>
                            ${row.display || row.userName || row.id}</a>
                        ${row.userName && html`
                            <span class="sub">${row.userName}</span>`}
                    </span>
                </span>` },
        { key: 'type', label: 'Type',
            render: (row) => (row.type === 'GROUP' ? 'Group' : 'User') },
        { key: 'state', label: 'State',
            render: (row) => (row.type === 'GROUP' || row.active === undefined
                || row.active === null
                ? html`<span class="muted">–</span>`
                : html`<${Active} active=${row.active} />`) },
    ];

    return html`
        <${Section} title="Members"
            hint="The identity provider decides who is a member."
            actions=${can('USER', 'READ') && group.memberCount > 0 && html`
                <a class="button"
                    href=${to('users', { group: group.id })}>
                    <${Icon} name="search" /> Search members
                </a>`}>
            <${ListTable} list=${list} noun="member" caption="Members"
                columns=${columns} rowKey=${(row) => row.id}
                empty=${html`
                    <${Empty} icon="users" title="No members">
                        They come with the identity provider’s next
                        synchronisation.
                    <//>`} />
        <//>`;
}


function Rules({ rules }) {
    const { to } = useApp();
    if (!rules?.length) {
        return null;
    }
    return html`
        <${Section} title="Roles by rule"
            hint=${html`Given by <a href=${to('rules')}>role rules</a> whose
                pattern this group matches.`}>
            <${Table} caption="Roles by rule" rows=${rules}
                rowKey=${(row) => row.id} columns=${[
                    { key: 'role', label: 'Role', class: 'main-cell',
                        render: (row) => html`
                            <a class="row-link" href=${to('roles', row.role)}>
                                ${row.role}</a>` },
                    { key: 'pattern', label: 'Pattern',
                        render: (row) => html`
                            ${row.attribute} <code class="tag">
                                ${row.pattern}</code>` },
                    { key: 'namespace', label: 'Namespace',
                        render: (row) => html`
                            <${Namespace} value=${row.namespace} />` },
                ]} />
        <//>`;
}


export function GroupPage({ route, id, tab = 'members' }) {
    const { api, can, to } = useApp();
    const [dialog, setDialog] = useState(null);
    const state = useLoad((signal) =>
        api.get(['groups', id], { signal }), [id]);
    const back = { href: to('groups'), label: 'Groups' };

    if (!state.data) {
        return html`
            <${Page} title="Group" back=${back}>
                ${state.error
                    ? html`<${Failure} error=${state.error}
                        retry=${state.reload} />`
                    : html`<${Loading} />`}
            <//>`;
    }

    const group = state.data;
    const name = group.displayName;

    return html`
        <${Page} key="there" name=${name} back=${back}
            title=${html`<${Avatar} square name=${name} /> ${name}`}
            actions=${can('GROUP', 'DELETE') && html`
                <button type="button" class="button danger-outline"
                    onClick=${() => setDialog('remove')}>
                    <${Icon} name="trash" /> Delete
                </button>`}>
            <${Facts} facts=${[
                ['Members', count(group.memberCount)],
                ['Provisioned by', group.integration && html`
                    <a href=${to('provisioning', group.integration.id)}>
                        ${group.integration.name}</a>`],
                ['Created', html`<${Time} value=${group.created} />`],
                ['Changed', html`<${Time} value=${group.modified} />`],
            ]} />
            <${Tabs} label="Group" current=${tab} tabs=${[
                { key: 'members', label: 'Members and roles',
                    href: to('groups', id) },
                { key: 'attributes', label: 'Attributes',
                    href: to('groups', id, 'attributes') },
                can('AUDIT', 'READ') && { key: 'activity', label: 'Activity',
                    href: to('groups', id, 'activity') },
            ].filter(Boolean)} />
            ${tab === 'members' && html`
                <${BindingList} title="Attached roles"
                    hint="All members have them, also those of groups within."
                    bindings=${group.bindings} onChange=${state.reload}
                    subject=${{ type: 'GROUP', id, display: name }} />
                <${Rules} rules=${group.rules} />
                <${Members} group=${group} route=${route} />`}
            ${tab === 'attributes' && html`
                <${Attributes} document=${group.attributes}
                    facts=${[['id', html`<code>${group.id}</code>`]]} />`}
            ${tab === 'activity' && html`
                <${AuditEntries} filter=${{ group: id }} />`}
            ${dialog === 'remove' && html`
                <${Remove} group=${group}
                    onClose=${() => setDialog(null)} />`}
        <//>`;
}
