import { html } from '../html.js';
import { ago, exactDate, initials } from '../format.js';


export function Badge({ kind = 'neutral', dot, children }) {
    return html`
        <span class=${`badge ${kind}`}>
            ${dot && html`<span class="dot" aria-hidden="true"></span>`}
            ${children}
        </span>`;
}


export function Active({ active }) {
    return active
        ? html`<${Badge} kind="success" dot>Active<//>`
        : html`<${Badge} dot>Inactive<//>`;
}


export function Enabled({ enabled }) {
    return enabled
        ? html`<${Badge} kind="success" dot>Enabled<//>`
        : html`<${Badge} dot>Disabled<//>`;
}


// A moment; "never" if there was none
export function Time({ value, never = 'never' }) {
    if (!value) {
        return html`<span class="muted">${never}</span>`;
    }
    return html`
        <time datetime=${value} title=${exactDate(value)}>${ago(value)}</time>`;
}


export function Avatar({ name, square }) {
    return html`
        <span class=${square ? 'avatar square' : 'avatar'} aria-hidden="true">
            ${initials(name)}
        </span>`;
}


// "prod.engineering", or that it is everywhere
export function Namespace({ value }) {
    return value
        ? html`<code class="tag">${value}</code>`
        : html`<span class="muted">everywhere</span>`;
}
