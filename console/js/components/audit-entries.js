// What happened, newest first; each entry opens.

import { html, useEffect, useState } from '../html.js';
import { useLoad } from '../hooks.js';
import { deed, personName } from '../format.js';
import { useApp } from '../session.js';
import { Badge, Time } from './badge.js';
import { Icon } from './icon.js';
import { Facts } from './page.js';
import { Empty, Failure, Loading } from './states.js';

// where the pages of these things are
const places = {
    users: 'users', groups: 'groups', integrations: 'provisioning',
    roles: 'roles', 'service-accounts': 'service-accounts',
};


// The names of integrations and service accounts by their ids, if one may
// see them: the audit has ids, which stay the same when names do not.
function useNames() {
    const { api, can } = useApp();
    const { data } = useLoad(async (signal) => {
        const lists = [['integrations', 'INTEGRATION'],
            ['service-accounts', 'SERVICE_ACCOUNT']];
        const pages = await Promise.all(lists
            .filter(([, resource]) => can(resource, 'READ'))
            .map(([path]) => api.get([path],
                { query: { count: 200 }, signal })));
        return Object.fromEntries(pages.flatMap(({ results }) =>
            results.map(({ id, name }) => [id, name])));
    }, [api]);
    return data ?? {};
}


// an actor's icon, name and page
function actorOf(actor, names) {
    const [kind, id = ''] = actor.split(/:(.*)/s);
    return {
        'integration': ['cable', names[id] ?? 'Integration', 'provisioning'],
        'admin': ['user-round', id, null],
        'service-account': ['bot', names[id] ?? 'Service account',
            'service-accounts'],
    }[kind] ?? ['info', actor, null];
}


function Actor({ actor, names }) {
    const { to } = useApp();
    const [icon, name, page] = actorOf(actor, names);
    const id = actor.split(/:(.*)/s)[1];
    return html`
        <span class="actor">
            <${Icon} name=${icon} size=${14} />
            ${page ? html`<a href=${to(page, id)}>${name}</a>` : name}
        </span>`;
}


// who has a page, but no list that all are in
const titles = { users: personName, groups: (group) => group.displayName };


// What an entry is about: its page by its name, if it is still there, and the
// id
function Resource({ entry, names }) {
    const { api, to } = useApp();
    const { operation, resource } = entry;
    const page = places[operation.split('.')[0]];
    const title = titles[page];
    const { data } = useLoad(async (signal) => (title
        ? api.get([page, resource], { signal }).then(title, () => null)
        : null), [resource]);
    const name = data ?? names[resource];
    const id = html`<code>${resource}</code>`;
    const shown = name ?? id;
    return html`
        ${page ? html`<a href=${to(page, resource)}>${shown}</a>` : shown}
        ${name && html`<span class="sub">${id}</span>`}`;
}


// ids by their beginning, as they are told apart by; names as they are
function short(resource) {
    return /^[0-9a-f]{8}-/.test(resource) ? resource.slice(0, 8) : resource;
}


const outcomes = {
    success: 'Done',
    unauthorized: 'Refused: wrong token',
    forbidden: 'Refused: not permitted',
    conflict: 'Refused: conflict',
    stale: 'Refused: changed meanwhile',
    disabled: 'Refused: disabled',
};


// What attributes were and are, where the server keeps that
function Values({ values }) {
    const text = (value) => (value === undefined ? html`<i>nothing</i>`
        : html`<code>${JSON.stringify(value)}</code>`);
    return html`
        <ul class="values">
            ${Object.entries(values).map(([name, { before, after }]) => html`
                <li key=${name}>
                    <span class="muted">${name}:</span>
                    ${' '}${text(before)} → ${text(after)}
                </li>`)}
        </ul>`;
}


function Entry({ entry, names }) {
    const [open, setOpen] = useState(false);
    const [, name] = actorOf(entry.actor, names);
    const { changed, count, outcome, resource, values } = entry;
    const said = outcomes[outcome] ?? outcome;

    return html`
        <li>
            <details class="entry"
                onToggle=${(event) => setOpen(event.currentTarget.open)}>
                <summary>
                    <${Icon} name="chevron-right" size=${14} />
                    <span class="entry-what">
                        ${deed(entry.operation, outcome === 'success')}
                        ${resource && html`
                            ${' '}${names[resource]
                                ? html`<span>${names[resource]}</span>`
                                : html`<code>${short(resource)}</code>`}`}
                        ${outcome !== 'success' && html`
                            ${' '}<${Badge} kind="danger">
                                ${said}${count > 1 ? ` × ${count}` : ''}
                            <//>`}
                    </span>
                    <span class="entry-changed">
                        ${changed.join(', ')}
                    </span>
                    <span class="entry-who">${name}</span>
                    <span class="entry-when">
                        <${Time} value=${entry.time} />
                    </span>
                </summary>
                <${Facts} facts=${[
                    ['Operation', html`<code>${entry.operation}</code>`],
                    open && resource && ['On', html`
                        <${Resource} entry=${entry} names=${names} />`],
                    ['By', html`
                        <${Actor} actor=${entry.actor} names=${names} />`],
                    ['When', html`<code>${entry.time}</code>`],
                    entry.address && ['From',
                        html`<code>${entry.address}</code>`],
                    entry.token && ['Token',
                        html`<code>${entry.token}…</code>`],
                    entry.request && ['Request',
                        html`<code>${entry.request}</code>`],
                    changed.length > 0 && ['Changed',
                        html`<code>${changed.join(', ')}</code>`],
                    (entry.before || entry.after)
                        && ['Version', html`
                            <code>
                                ${entry.before ?? '–'} → ${entry.after ?? '–'}
                            </code>`],
                    ['Outcome', count > 1 ? `${said}, ${count} times` : said],
                    values && Object.keys(values).length > 0
                        && ['Values', html`<${Values} values=${values} />`],
                ]} />
            </details>
        </li>`;
}


// FILTER as the API has it; FILTERED if it is what one has looked for. Older
// entries are added below as they are wanted.
export function AuditEntries({ filter, filtered }) {
    const { api } = useApp();
    const names = useNames();
    const key = JSON.stringify(filter);
    const [cursor, setCursor] = useState('');
    const [entries, setEntries] = useState({ key, list: [] });

    useEffect(() => {
        setCursor('');
        setEntries({ key, list: [] });
    }, [key]);

    const state = useLoad(async (signal) => {
        const page = await api.get(['audit'],
            { query: { ...filter, cursor, count: 50 }, signal });
        setEntries((last) => ({
            key,
            list: cursor && last.key === key
                ? [...last.list, ...page.results] : page.results,
        }));
        return page;
    }, [key, cursor]);

    const { list } = entries;
    if (state.error) {
        return html`<${Failure} error=${state.error} retry=${state.reload} />`;
    }
    if (!state.data && list.length === 0) {
        return html`<${Loading} lines=${6} label="Loading the audit" />`;
    }
    const more = state.data?.nextCursor;
    if (list.length === 0 && !more) {
        return state.loading
            ? html`<${Loading} lines=${6} label="Loading the audit" />`
            : filtered
                ? html`
                    <${Empty} icon="search" title="No entries match">
                        Try other filters, or a longer time.
                    <//>`
                : html`
                    <${Empty} icon="scroll-text" title="Nothing happened here">
                        Each change is noted with who made it, from where, and
                        what it changed.
                    <//>`;
    }
    return html`
        <ul class="entries" aria-busy=${state.loading ? 'true' : undefined}>
            ${list.map((entry) => html`
                <${Entry} key=${entry.id} entry=${entry} names=${names} />`)}
        </ul>
        ${more && html`
            <button type="button" class="button block"
                aria-disabled=${state.loading || undefined}
                onClick=${() => !state.loading && setCursor(more)}>
                ${state.loading ? 'Loading…' : 'Show older entries'}
            </button>`}`;
}
