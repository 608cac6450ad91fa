import { html, useEffect, useState } from '../html.js';
import { useDebounced, useList } from '../hooks.js';
import { useApp } from '../session.js';
import { Badge, Time } from '../components/badge.js';
import { SearchField } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';


function Resources({ permissions }) {
    const names = Object.keys(permissions).sort();
    const shown = names.slice(0, 4);
    return html`
        <span class="actions">
            ${shown.map((name) =>
                html`<code class="tag" key=${name}>${name}</code>`)}
            ${names.length > shown.length && html`
                <span class="muted">
                    and ${names.length - shown.length} more
                </span>`}
            ${names.length === 0 && html`<span class="muted">none</span>`}
        </span>`;
}


export function RolesPage({ route }) {
    const { api, can, to } = useApp();
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim());
    const list = useList(route, (query, signal) =>
        api.get(['roles'], { query, signal }), [api]);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'Role', class: 'main-cell',
            render: (row) => html`
                <a class="row-link" href=${to('roles', row.name)}>
                    ${row.name}</a>
                ${row.managed && html`${' '}<${Badge}>managed<//>`}
                <span class="sub">${row.description}</span>` },
        { key: 'permissions', label: 'Permissions',
            render: (row) => html`
                <${Resources} permissions=${row.permissions} />` },
        { key: 'modified', label: 'Changed',
            render: (row) => html`<${Time} value=${row.modified} />` },
    ];
    const create = can('ROLE', 'CREATE') && html`
        <a class="button primary" href=${to('roles', '-new')}>
            <${Icon} name="plus" /> Create role
        </a>`;

    return html`
        <${Page} title="Roles" actions=${create}
            lead="What may be done, under one name. Roles are attached to
                groups, users and service accounts.">
            <div class="filters">
                <${SearchField} label="Search roles" value=${text}
                    placeholder="Search by name" onInput=${setText}
                    busy=${list.loading} />
            </div>
            <${ListTable} list=${list} noun="role" filtered=${route.query.q}
                caption="Roles" columns=${columns} rowKey=${(row) => row.name}
                empty=${html`
                    <${Empty} icon="shield-check" title="No roles yet"
                        action=${create} />`} />
        <//>`;
}
