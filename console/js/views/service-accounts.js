import { html, useEffect, useState } from '../html.js';
import { useDebounced, useIdempotency, useList } from '../hooks.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { Time } from '../components/badge.js';
import { FormDialog } from '../components/dialog.js';
import { SearchField, TextField, errorOf } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';


function Create({ onClose }) {
    const { api, to } = useApp();
    const [name, setName] = useState('');
    const [description, setDescription] = useState('');
    const key = useIdempotency();

    return html`
        <${FormDialog} title="Create a service account"
            label="Create service account" fields=${['name', 'description']}
            onClose=${onClose} submit=${async () => {
                const body = { name: name.trim(),
                    description: description.trim() };
                const account = await api.post(['service-accounts'],
                    { body, key: key(body) });
                navigate(to('service-accounts', account.id));
            }}>
            ${(error) => html`
                <${TextField} label="Name" value=${name} onInput=${setName}
                    error=${errorOf(error, 'name')} placeholder="deployments"
                    autocapitalize="off" />
                <${TextField} label="Description" optional value=${description}
                    onInput=${setDescription}
                    error=${errorOf(error, 'description')} />
                <p class="hint">
                    Next, give it roles and create a token for it.
                </p>`}
        <//>`;
}


export function ServiceAccountsPage({ route }) {
    const { api, can, to } = useApp();
    const [open, setOpen] = useState(false);
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim());
    const list = useList(route, (query, signal) =>
        api.get(['service-accounts'], { query, signal }), [api]);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'Service account', class: 'main-cell',
            render: (row) => html`
                <span class="subject">
                    <${Icon} name="bot" />
                    <span>
                        <a class="row-link"
                            href=${to('service-accounts', row.id)}>
                            ${row.name}</a>
                        <span class="sub">${row.description}</span>
                    </span>
                </span>` },
        { key: 'integration', label: 'Used by',
            render: (row) => (row.integration
                ? html`the integration
                    ${' '}<a href=${to('provisioning',
                        row.integration.id ?? row.integration)}>
                        ${row.integration.name ?? 'of its own'}</a>`
                : html`<span class="muted">API tokens</span>`) },
        { key: 'created', label: 'Created',
            render: (row) => html`<${Time} value=${row.created} />` },
    ];
    const create = can('SERVICE_ACCOUNT', 'CREATE') && html`
        <button type="button" class="button primary"
            onClick=${() => setOpen(true)}>
            <${Icon} name="plus" /> Create service account
        </button>`;

    return html`
        <${Page} title="Service accounts" actions=${create}
            lead="Identities of machines. Their tokens may do in the API what
                their roles permit.">
            <div class="filters">
                <${SearchField} label="Search service accounts" value=${text}
                    placeholder="Search by name" onInput=${setText}
                    busy=${list.loading} />
            </div>
            <${ListTable} list=${list} noun="service account"
                filtered=${route.query.q} caption="Service accounts"
                columns=${columns} rowKey=${(row) => row.id}
                empty=${html`
                    <${Empty} icon="bot" title="No service accounts yet"
                        action=${create}>
                        Give pipelines and scripts an identity of their own
                        instead of a person’s token.
                    <//>`} />
            ${open && html`<${Create} onClose=${() => setOpen(false)} />`}
        <//>`;
}
