// What stands where data are not there yet, are none, or could not be had.

import { html } from '../html.js';
import { explain } from '../api.js';
import { Icon } from './icon.js';


export function Loading({ lines = 5, label = 'Loading' }) {
    return html`
        <div class="skeleton" role="status">
            <span class="visually-hidden">${label}</span>
            ${Array.from({ length: lines }, (_, at) =>
                html`<div class="skeleton-line" key=${at}></div>`)}
        </div>`;
}


export function Empty({ icon = 'info', title, children, action }) {
    return html`
        <div class="empty">
            <div class="empty-icon"><${Icon} name=${icon} size=${22} /></div>
            <p class="empty-title">${title}</p>
            ${children && html`<p class="empty-text">${children}</p>`}
            ${action}
        </div>`;
}


export function Failure({ error, retry }) {
    const { title, text } = explain(error);
    return html`
        <div class="notice danger" role="alert">
            <${Icon} name="circle-alert" size=${18} />
            <div>
                <p class="notice-title">${title}</p>
                <p>${text}</p>
                ${retry && html`
                    <button type="button" class="button small" onClick=${retry}>
                        <${Icon} name="rotate-cw" size=${14} /> Try again
                    </button>`}
            </div>
        </div>`;
}


// For what is loaded as one piece: nothing, an error or the data
export function Loaded({ state, lines, children }) {
    if (state.error) {
        return html`<${Failure} error=${state.error} retry=${state.reload} />`;
    }
    if (state.data === undefined) {
        return html`<${Loading} lines=${lines} />`;
    }
    return children(state.data);
}


export function Notice({ kind = 'info', title, children }) {
    const icon = { info: 'info', warning: 'triangle-alert',
        success: 'circle-check', danger: 'circle-alert' }[kind];
    return html`
        <div class=${`notice ${kind}`}>
            <${Icon} name=${icon} size=${18} />
            <div>
                ${title && html`<p class="notice-title">${title}</p>`}
                ${children}
            </div>
        </div>`;
}
