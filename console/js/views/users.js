import { html, useEffect, useState } from '../html.js';
import { useDebounced, useList, useLoad } from '../hooks.js';
import { personName } from '../format.js';
import { useApp } from '../session.js';
import { Active, Avatar, Time } from '../components/badge.js';
import { SearchField, SelectField } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';


function IntegrationFilter({ value, onChange }) {
    const { api } = useApp();
    const { data } = useLoad((signal) => api.get(['integrations'],
        { query: { count: 200 }, signal }), [api]);

    return html`
        <${SelectField} inline label="Integration" value=${value}
            onChange=${onChange} options=${[
                { value: '', label: 'Any integration' },
                ...(data?.results ?? []).map(({ id, name }) =>
                    ({ value: id, label: name })),
            ]} />`;
}


function GroupFilter({ id, onClear }) {
    const { api, to } = useApp();
    const { data } = useLoad((signal) =>
        api.get(['groups', id], { signal }), [id]);

    return html`
        <p class="chip">
            <span>Members of
                ${' '}<a href=${to('groups', id)}>
                    ${data?.displayName ?? 'one group'}</a>
            </span>
            <button type="button" class="button icon-only ghost small"
                aria-label="Show all users" onClick=${onClear}>
                <${Icon} name="x" size=${14} />
            </button>
        </p>`;
}


export function UsersPage({ route }) {
    const { api, can, to } = useApp();
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim());
    const { active = '', integration = '', group } = route.query;
    const list = useList(route, (query, signal) =>
        api.get(['users'], { query, signal }), [api]);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'User', class: 'main-cell',
            render: (row) => html`
                <span class="person">
                    <${Avatar} name=${personName(row)} />
                    <span>
                        <a class="row-link" href=${to('users', row.id)}>
                            ${personName(row)}</a>
                        <span class="sub">${row.userName}</span>
                    </span>
                </span>` },
        { key: 'email', label: 'E-mail',
            render: (row) => row.email
                || html`<span class="muted">–</span>` },
        { key: 'active', label: 'State',
            render: (row) => html`<${Active} active=${row.active} />` },
        { key: 'integration', label: 'Provisioned by',
            render: (row) => row.integration?.name
                ?? html`<span class="muted">nobody</span>` },
        { key: 'modified', label: 'Synchronised',
            render: (row) => html`<${Time} value=${row.modified} />` },
    ];
    const filtered = route.query.q || active || integration || group;

    return html`
        <${Page} title="Users"
            lead="The people whom identity providers gave access to this
                tenant.">
            <div class="filters">
                <${SearchField} label="Search users" value=${text}
                    placeholder="Search by name or e-mail" onInput=${setText}
                    busy=${list.loading} />
                <${SelectField} inline label="State" value=${active}
                    onChange=${(value) => list.set({ active: value })}
                    options=${[
                        { value: '', label: 'Any state' },
                        { value: 'true', label: 'Active' },
                        { value: 'false', label: 'Inactive' },
                    ]} />
                ${can('INTEGRATION', 'READ') && html`
                    <${IntegrationFilter} value=${integration}
                        onChange=${(value) =>
                            list.set({ integration: value })} />`}
                ${group && html`
                    <${GroupFilter} id=${group}
                        onClear=${() => list.set({ group: '' })} />`}
            </div>
            <${ListTable} list=${list} noun="user" filtered=${filtered}
                caption="Users" columns=${columns} rowKey=${(row) => row.id}
                empty=${html`
                    <${Empty} icon="user-round" title="No users yet"
                        action=${can('INTEGRATION', 'READ') && html`
                            <a class="button" href=${to('provisioning')}>
                                Go to Provisioning</a>`}>
                        Users come from identity providers. Connect one, assign
                        people there, and they appear here.
                    <//>`} />
        <//>`;
}
