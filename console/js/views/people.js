// The people of all tenants: whom userNames belong to.

import { html, useEffect, useState } from '../html.js';
import { useDebounced, useList } from '../hooks.js';
import { href } from '../router.js';
import { useApp } from '../session.js';
import { Avatar, Time } from '../components/badge.js';
import { FormDialog } from '../components/dialog.js';
import { SearchField, SelectField } from '../components/form.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';
import { useToast } from '../components/toast.js';


function Remove({ person, onDone, onClose }) {
    const { root } = useApp();
    return html`
        <${FormDialog} title=${`Delete ${person.userName || 'this person'}?`}
            label="Delete person" danger onClose=${onClose}
            submit=${async () => {
                await root.delete(['users', person.id]);
                onDone();
            }}>
            <p>
                The id is given up, and the userName is free for somebody else.
                A person of this name who comes later has another id.
            </p>
        <//>`;
}


export function PeoplePage({ route }) {
    const { root } = useApp();
    const say = useToast();
    const [removed, setRemoved] = useState(null);
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim(), 300);
    const { orphaned = '' } = route.query;
    const list = useList(route, (query, signal) =>
        root.get(['users'], { query, signal }), [root]);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled, orphaned: '' });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'Person', class: 'main-cell',
            render: (row) => html`
                <span class="person">
                    <${Avatar} name=${row.userName || '?'} />
                    <span>
                        <strong>${row.userName || 'without a userName'}</strong>
                        <span class="sub mono">${row.id}</span>
                    </span>
                </span>` },
        { key: 'tenants', label: 'Tenants',
            render: (row) => (row.tenants.length > 0
                ? html`
                    <span class="actions">
                        ${row.tenants.map(({ id }) => html`
                            <a key=${id} href=${href(id, 'users', row.id)}>
                                ${id}</a>`)}
                    </span>`
                : html`<span class="muted">none any more</span>`) },
        { key: 'created', label: 'Created',
            render: (row) => html`<${Time} value=${row.created} />` },
        { key: 'do', label: 'Actions', hidden: true, class: 'end',
            render: (row) => row.tenants.length === 0 && html`
                <button type="button" class="button small ghost danger-text"
                    aria-label=${`Delete ${row.userName || row.id}`}
                    onClick=${() => setRemoved(row)}>
                    Delete
                </button>` },
    ];

    return html`
        <${Page} title="People"
            lead="A person has one id in all tenants. Who has left all of them
                is kept until deleted here.">
            <div class="filters">
                <${SearchField} label="Find by userName" value=${text}
                    placeholder="The whole userName" onInput=${setText}
                    busy=${list.loading} />
                <${SelectField} inline label="Tenants" value=${orphaned}
                    onChange=${(value) => list.set({ orphaned: value })}
                    options=${[
                        { value: '', label: 'Everybody' },
                        { value: 'true', label: 'Without any tenant' },
                    ]} />
            </div>
            <${ListTable} list=${list} noun="person" nouns="people"
                filtered=${route.query.q || orphaned} caption="People"
                columns=${columns} rowKey=${(row) => row.id}
                empty=${html`
                    <${Empty} icon="fingerprint-pattern" title="Nobody yet">
                        People appear with the first synchronisation of an
                        identity provider.
                    <//>`} />
            ${removed && html`
                <${Remove} person=${removed} onClose=${() => setRemoved(null)}
                    onDone=${() => {
                        setRemoved(null);
                        list.reload();
                        say('The person is deleted.');
                    }} />`}
        <//>`;
}
