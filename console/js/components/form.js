// Fields with what belongs to them: label, hint, and what is wrong.

import { html, useId, useState } from '../html.js';
import { explain } from '../api.js';
import { Icon } from './icon.js';
import { Failure } from './states.js';


// errorOf(ERROR, "name"): what an answer said about this member
export function errorOf(error, field) {
    return error?.field && error.field.split('.')[0] === field
        ? explain(error).text : '';
}


function described(id, hint, error) {
    return [hint && `${id}-hint`, error && `${id}-error`]
        .filter(Boolean).join(' ') || undefined;
}


function Frame({ id, label, optional, hint, error, children }) {
    return html`
        <div class="field">
            <label for=${id}>
                ${label}${' '}
                ${optional && html`<span class="optional">optional</span>`}
            </label>
            ${children}
            ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
            ${error && html`
                <p class="field-error" id=${`${id}-error`} role="alert">
                    <${Icon} name="circle-alert" size=${14} /> ${error}
                </p>`}
        </div>`;
}


export function TextField({
    label, value, onInput, hint, error, optional, mono, list, inputRef,
    ...rest
}) {
    const id = useId();
    return html`
        <${Frame} id=${id} ...${{ label, optional, hint, error }}>
            <input id=${id} type="text" value=${value} list=${list}
                ref=${inputRef}
                class=${mono ? 'input mono' : 'input'}
                autocomplete="off" spellcheck=${false}
                aria-invalid=${error ? 'true' : undefined}
                aria-describedby=${described(id, hint, error)}
                onInput=${(event) => onInput(event.currentTarget.value)}
                ...${rest} />
        <//>`;
}


export function SecretField({ label, value, onInput, hint, error, inputRef }) {
    const id = useId();
    const [shown, setShown] = useState(false);
    return html`
        <${Frame} id=${id} ...${{ label, hint, error }}>
            <div class="input-group">
                <input id=${id} type=${shown ? 'text' : 'password'}
                    class="input mono" value=${value} ref=${inputRef}
                    autocomplete="off" autocapitalize="off" spellcheck=${false}
                    aria-invalid=${error ? 'true' : undefined}
                    aria-describedby=${described(id, hint, error)}
                    onInput=${(event) => onInput(event.currentTarget.value)} />
                <button type="button" class="button icon-only"
                    aria-label="Show the token" aria-pressed=${shown}
                    onClick=${() => setShown(!shown)}>
                    <${Icon} name=${shown ? 'eye-off' : 'eye'} />
                </button>
            </div>
        <//>`;
}


export function SelectField({
    label, value, onChange, options, hint, error, optional, inline,
}) {
    const id = useId();
    const select = html`
        <div class="select">
            <select id=${id} class="input" value=${value}
                aria-invalid=${error ? 'true' : undefined}
                aria-describedby=${described(id, hint, error)}
                onChange=${(event) => onChange(event.currentTarget.value)}>
                ${options.map((option) => html`
                    <option key=${option.value} value=${option.value}
                        selected=${option.value === value}>
                        ${option.label}
                    </option>`)}
            </select>
            <${Icon} name="chevron-down" size=${14} />
        </div>`;

    if (inline) {
        return html`
            <div class="filter">
                <label class="visually-hidden" for=${id}>${label}</label>
                ${select}
            </div>`;
    }
    return html`
        <${Frame} id=${id} ...${{ label, optional, hint, error }}>
            ${select}
        <//>`;
}


// One of a few, each with what it means
export function Choice({ legend, value, onChange, options, error }) {
    const name = useId();
    return html`
        <fieldset class="choices">
            <legend>${legend}</legend>
            ${options.map((option) => html`
                <label key=${option.value}
                    class=${option.danger ? 'choice danger' : 'choice'}>
                    <input type="radio" name=${name} value=${option.value}
                        checked=${value === option.value}
                        onChange=${() => onChange(option.value)} />
                    <span>
                        <span class="choice-label">${option.label}</span>
                        <span class="choice-hint">${option.hint}</span>
                    </span>
                </label>`)}
            ${error && html`<p class="field-error" role="alert">${error}</p>`}
        </fieldset>`;
}


// What a form's request was refused with, unless one of its fields shows it
export function FormError({ error, fields = [] }) {
    if (!error || fields.some((field) => errorOf(error, field))) {
        return null;
    }
    return html`<${Failure} error=${error} />`;
}


export function SearchField({ label, value, onInput, placeholder, busy }) {
    const id = useId();
    return html`
        <div class="search">
            <label class="visually-hidden" for=${id}>${label}</label>
            <${Icon} name="search" />
            <input id=${id} type="search" class="input" value=${value}
                placeholder=${placeholder} autocomplete="off"
                spellcheck=${false} aria-busy=${busy || undefined}
                onInput=${(event) => onInput(event.currentTarget.value)} />
        </div>`;
}


// On or off, at once
export function Switch({ label, checked, busy, onChange }) {
    return html`
        <button type="button" class="switch" role="switch"
            aria-checked=${checked ? 'true' : 'false'} aria-label=${label}
            aria-busy=${busy || undefined} onClick=${() => onChange(!checked)}>
            <span class="switch-knob" aria-hidden="true"></span>
        </button>`;
}
