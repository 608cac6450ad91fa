import { html, useEffect, useState } from '../html.js';
import { useDebounced, useList } from '../hooks.js';
import { count } from '../format.js';
import { useApp } from '../session.js';
import { Enabled, Time } from '../components/badge.js';
import { SearchField, SelectField } from '../components/form.js';
import { Health, Hours } from '../components/health.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Empty } from '../components/states.js';
import { ListTable } from '../components/table.js';


// What each integration of the page did, by its id: asked for once the rows are
// there, and null where it could not be had
function useActivities(api, rows) {
    const [activities, setActivities] = useState({});
    const ids = rows?.map(({ id }) => id) ?? [];

    useEffect(() => {
        const controller = new AbortController();
        const { signal } = controller;
        const keep = (id, activity) => {
            if (!signal.aborted) {
                setActivities((last) => ({ ...last, [id]: activity }));
            }
        };
        for (const id of ids) {
            api.get(['integrations', id, 'activity'], { signal }).then(
                (activity) => keep(id, activity), () => keep(id, null));
        }
        return () => controller.abort();
    }, [ids.join()]);

    return activities;
}


// until it is there
function Known({ activity, children }) {
    if (activity === undefined) {
        return html`<span class="skeleton-line short"></span>`;
    }
    return activity ? children(activity)
        : html`<span class="muted">not known</span>`;
}


function LastError({ error }) {
    return error && html`
        <span class="sub">
            ${error.status} in ${error.operation},
            ${' '}<${Time} value=${error.time} />
        </span>`;
}


export function ProvisioningPage({ route }) {
    const { api, can, to } = useApp();
    const [text, setText] = useState(route.query.q ?? '');
    const settled = useDebounced(text.trim());
    const list = useList(route, (query, signal) =>
        api.get(['integrations'], { query, signal }), [api]);
    const activities = useActivities(api, list.data?.results);

    useEffect(() => {
        if (settled !== (route.query.q ?? '')) {
            list.set({ q: settled });
        }
    }, [settled]);

    const columns = [
        { key: 'name', label: 'Integration', class: 'main-cell',
            render: (row) => html`
                <a class="row-link" href=${to('provisioning', row.id)}>
                    ${row.name}</a>
                <span class="sub">${row.description || row.type}</span>` },
        { key: 'enabled', label: 'State',
            render: (row) => html`<${Enabled} enabled=${row.enabled} />` },
        { key: 'health', label: 'Health',
            render: (row) => html`
                <${Known} activity=${activities[row.id]}>
                    ${(activity) => html`
                        <span class="stack">
                            <${Health} integration=${row}
                                activity=${activity} />
                            <${LastError} error=${activity.lastError} />
                        </span>`}
                <//>` },
        { key: 'last', label: 'Last request',
            render: (row) => html`
                <${Known} activity=${activities[row.id]}>
                    ${({ lastRequest }) => html`
                        <${Time} value=${lastRequest} />`}
                <//>` },
        { key: 'day', label: 'Requests in 24 hours',
            render: (row) => html`
                <${Known} activity=${activities[row.id]}>
                    ${(activity) => html`
                        <span class="day">
                            <${Hours} hours=${activity.hours} height=${20} />
                            ${count(activity.requests)}
                        </span>`}
                <//>` },
    ];

    const create = can('INTEGRATION', 'CREATE') && html`
        <a class="button primary" href=${to('provisioning', 'new')}>
            <${Icon} name="plus" /> Create integration
        </a>`;
    const filtered = route.query.q || route.query.enabled;

    return html`
        <${Page} title="Provisioning" actions=${create}
            lead="Identity providers that keep this tenant’s users and groups
                up to date over SCIM 2.0.">
            <div class="filters">
                <${SearchField} label="Search integrations" value=${text}
                    placeholder="Search by name" onInput=${setText}
                    busy=${list.loading} />
                <${SelectField} inline label="State"
                    value=${route.query.enabled ?? ''}
                    onChange=${(enabled) => list.set({ enabled })}
                    options=${[
                        { value: '', label: 'Any state' },
                        { value: 'true', label: 'Enabled' },
                        { value: 'false', label: 'Disabled' },
                    ]} />
            </div>
            <${ListTable} list=${list} noun="integration" filtered=${filtered}
                caption="Integrations" columns=${columns}
                rowKey=${(row) => row.id}
                empty=${html`
                    <${Empty} icon="cable" title="No integrations yet"
                        action=${create}>
                        Connect authentik, Okta, Entra ID, Keycloak or any other
                        SCIM 2.0 client: it will send users and groups here, and
                        keep them up to date.
                    <//>`} />
        <//>`;
}
