import { html, useEffect, useState } from '../html.js';
import { useDebounced, useList } from '../hooks.js';
import { count } from '../format.js';
import { useApp } from '../session.js';
import { Avatar, Time } from '../components/badge.js';
import { SearchField } from '../components/form.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';


export function GroupsPage({ route }) {
    const { api, can, to } = useApp();
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim());
    const list = useList(route, (query, signal) =>
        api.get(['groups'], { query, signal }), [api]);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'Group', class: 'main-cell',
            render: (row) => html`
                <span class="person">
                    <${Avatar} square name=${row.displayName} />
                    <a class="row-link" href=${to('groups', row.id)}>
                        ${row.displayName}</a>
                </span>` },
        { key: 'members', label: 'Members', class: 'number',
            render: (row) => count(row.memberCount) },
        { key: 'integration', label: 'Provisioned by',
            render: (row) => row.integration?.name
                ?? html`<span class="muted">nobody</span>` },
        { key: 'modified', label: 'Changed',
            render: (row) => html`<${Time} value=${row.modified} />` },
    ];

    return html`
        <${Page} title="Groups"
            lead="Attach a role to a group, and everybody in it has its
                permissions.">
            <div class="filters">
                <${SearchField} label="Search groups" value=${text}
                    placeholder="Search by name" onInput=${setText}
                    busy=${list.loading} />
            </div>
            <${ListTable} list=${list} noun="group" filtered=${route.query.q}
                caption="Groups" columns=${columns} rowKey=${(row) => row.id}
                empty=${html`
                    <${Empty} icon="users" title="No groups yet"
                        action=${can('INTEGRATION', 'READ') && html`
                            <a class="button" href=${to('provisioning')}>
                                Go to Provisioning</a>`}>
                        Groups come from identity providers. Connect one, put
                        groups in its scope, and they appear here.
                    <//>`} />
        <//>`;
}
