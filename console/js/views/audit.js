import { html, useEffect, useState } from '../html.js';
import { useDebounced } from '../hooks.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { AuditEntries } from '../components/audit-entries.js';
import { useExport } from '../components/audit-export.js';
import { TextField } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';

// what one may begin with; the first word alone is all of them
const operations = Object.entries({
    users: ['create', 'replace', 'patch', 'delete'],
    groups: ['create', 'replace', 'patch', 'delete'],
    integrations: ['create', 'update', 'enable', 'disable', 'rotate', 'delete'],
    roles: ['create', 'update', 'delete'],
    bindings: ['create', 'delete'],
    rules: ['create', 'delete'],
    tokens: ['create', 'delete'],
}).flatMap(([thing, acts]) =>
    [thing, ...acts.map((act) => `${thing}.${act}`)]);

const names = ['operation', 'actor', 'user', 'group', 'integration', 'since',
    'until'];


// "2026-01-31T10:00" of this place as the API has it
function moment(value) {
    const at = new Date(value);
    return value && !Number.isNaN(at.getTime()) ? at.toISOString() : '';
}


function Filter({ name, label, value, onChange, ...rest }) {
    const [text, setText] = useState(value);
    const settled = useDebounced(text.trim(), 300);

    useEffect(() => {
        if (settled !== value) {
            onChange(name, settled);
        }
    }, [settled]);

    return html`
        <${TextField} label=${label} value=${text} onInput=${setText}
            ...${rest} />`;
}


export function AuditPage({ route }) {
    const { to } = useApp();
    const { query } = route;

    const set = (name, value) => navigate(
        to('audit', { ...query, [name]: value }), { replace: true });
    const filter = Object.fromEntries(names
        .map((name) => [name, ['since', 'until'].includes(name)
            ? moment(query[name]) : query[name]])
        .filter(([, value]) => value));
    const field = (name, label, more = {}) => html`
        <${Filter} name=${name} label=${label} value=${query[name] ?? ''}
            onChange=${set} ...${more} />`;
    const [buttons, notice] = useExport(filter);

    return html`
        <${Page} title="Audit" actions=${buttons}
            lead="Every change: who made it, with which token, from where, and
                what it changed.">
            ${notice}
            <div class="card audit-filters">
                ${field('operation', 'Operation',
                    { placeholder: 'groups.patch', list: 'operations' })}
                ${field('actor', 'Made by', { placeholder: 'admin:alice' })}
                ${field('since', 'Since', { type: 'datetime-local' })}
                ${field('until', 'Until', { type: 'datetime-local' })}
                <details class="more-filters"
                    open=${Boolean(query.user || query.group
                        || query.integration)}>
                    <summary>
                        <${Icon} name="chevron-right" size=${14} />
                        By user, group or integration
                    </summary>
                    <div class="audit-filters">
                        ${field('user', 'User’s id', { mono: true })}
                        ${field('group', 'Group’s id', { mono: true })}
                        ${field('integration', 'Integration’s id',
                            { mono: true })}
                    </div>
                </details>
                <datalist id="operations">
                    ${operations.map((name) =>
                        html`<option key=${name} value=${name} />`)}
                </datalist>
            </div>
            <${AuditEntries} filter=${filter}
                filtered=${Object.keys(filter).length > 0} />
        <//>`;
}
