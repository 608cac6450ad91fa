// The permissions of a role, being edited: rows of a resource and its actions.

import { html, useEffect, useRef, useState } from '../html.js';
import { Icon } from './icon.js';
import { explain } from '../api.js';

const usual = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'EXECUTE'];


// rowsOf({ FLOW: ["READ"] }): [{ key, resource, actions }]
export function rowsOf(permissions) {
    return Object.keys(permissions).sort().map((resource, key) =>
        ({ key, resource, actions: permissions[resource] }));
}


// faultyRow(ROWS, ERROR): the row that an answer is about, if there is one: it
// names a resource, unless that is no word
export function faultyRow(rows, error) {
    const field = error?.field ?? '';
    if (field === 'permissions') {
        return rows.find(({ resource }) => resource
            && !/^[A-Z][A-Z0-9_]*$/.test(resource.trim()));
    }
    return rows.find(({ resource }) =>
        field === `permissions.${resource.trim()}`);
}


// permissionsOf(ROWS): what the API takes; rows without a name are left out
export function permissionsOf(rows) {
    const permissions = {};
    for (const { resource, actions } of rows) {
        if (resource.trim()) {
            permissions[resource.trim()] = [...new Set([
                ...permissions[resource.trim()] ?? [], ...actions])].sort();
        }
    }
    return permissions;
}


function Row({ row, error, last, onChange, onRemove }) {
    const [more, setMore] = useState('');
    const input = useRef(null);
    const shown = [...new Set([...usual, ...row.actions])];
    const name = row.resource || 'this permission';

    useEffect(() => {
        if (last && !row.resource) {
            input.current.focus();
        }
    }, []);

    const toggle = (action) => onChange({
        ...row,
        actions: row.actions.includes(action)
            ? row.actions.filter((other) => other !== action)
            : [...row.actions, action],
    });

    const add = () => {
        const action = more.trim().toUpperCase();
        if (action && !row.actions.includes(action)) {
            toggle(action);
        }
        setMore('');
    };

    return html`
        <fieldset class="permission-row">
            <legend class="visually-hidden">${name}</legend>
            <input ref=${input} class="input mono" value=${row.resource}
                aria-label="Resource" placeholder="FLOW" autocomplete="off"
                spellcheck=${false} aria-invalid=${error ? 'true' : undefined}
                onInput=${(event) => onChange({ ...row,
                    resource: event.currentTarget.value.toUpperCase() })} />
            <div class="chips">
                ${shown.map((action) => html`
                    <label key=${action} class="chip-toggle">
                        <input type="checkbox"
                            checked=${row.actions.includes(action)}
                            onChange=${() => toggle(action)} />
                        <span>${action}</span>
                    </label>`)}
                <input class="input mono small" value=${more}
                    aria-label=${`Another action of ${name}`}
                    placeholder="other…" autocomplete="off" spellcheck=${false}
                    onInput=${(event) => setMore(event.currentTarget.value)}
                    onBlur=${add}
                    onKeyDown=${(event) => {
                        if (event.key === 'Enter') {
                            event.preventDefault();
                            add();
                        }
                    }} />
            </div>
            <button type="button" class="button icon-only ghost"
                aria-label=${`Remove ${name}`} onClick=${onRemove}>
                <${Icon} name="x" />
            </button>
            ${error && html`
                <p class="field-error" role="alert">
                    <${Icon} name="circle-alert" size=${14} /> ${error}
                </p>`}
        </fieldset>`;
}


export function PermissionEditor({ rows, onChange, error }) {
    const add = () => onChange([...rows, {
        key: Math.max(-1, ...rows.map(({ key }) => key)) + 1,
        resource: '', actions: ['READ'],
    }]);
    const faulty = faultyRow(rows, error);

    return html`
        <div class="field">
            <span class="label">Permissions</span>
            <div class="permission-editor">
                ${rows.length === 0 && html`
                    <p class="muted">
                        None yet: a role without permissions allows nothing.
                    </p>`}
                ${rows.map((row, at) => html`
                    <${Row} key=${row.key} row=${row}
                        last=${at === rows.length - 1}
                        error=${row === faulty ? explain(error).text : ''}
                        onChange=${(next) => onChange(rows.map((other) =>
                            (other.key === row.key ? next : other)))}
                        onRemove=${() => onChange(rows.filter((other) =>
                            other.key !== row.key))} />`)}
                <button type="button" class="button small" onClick=${add}>
                    <${Icon} name="plus" size=${14} /> Add permission
                </button>
            </div>
            <p class="hint">
                Resources and actions are free words in capitals: what your
                applications ask for.
            </p>
        </div>`;
}
