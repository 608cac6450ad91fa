// The SCIM document of a user or a group as people read it.

import { html } from '../html.js';
import { Facts, Section } from './page.js';

const hidden = new Set(['schemas', 'id', 'meta', 'groups', 'members']);


function words(name) {
    const text = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    return text.charAt(0).toUpperCase() + text.slice(1);
}


// "urn:...:extension:enterprise:2.0:User" is "Enterprise"
function extensionName(urn) {
    const parts = urn.split(':');
    const name = parts.length > 3 && /^\d/.test(parts.at(-2))
        ? parts.at(-3) : parts.at(-1);
    return words(name);
}


function Value({ value }) {
    if (value === null || value === undefined || value === '') {
        return html`<span class="muted">–</span>`;
    }
    if (typeof value === 'boolean') {
        return value ? 'yes' : 'no';
    }
    if (Array.isArray(value)) {
        return value.length === 0
            ? html`<span class="muted">–</span>`
            : html`
                <ul class="values">
                    ${value.map((one, at) => html`
                        <li key=${at}><${Value} value=${one} /></li>`)}
                </ul>`;
    }
    if (typeof value === 'object') {
        const { value: id, type, primary, display, ...rest } = value;
        const shown = display ?? id;
        const more = Object.entries(rest).filter(([name]) => name !== '$ref');
        return html`
            ${shown !== undefined && html`<span>${String(shown)}</span>`}
            ${display !== undefined && id !== undefined && id !== display
                && html`${' '}<span class="muted">${String(id)}</span>`}
            ${type && html`${' '}<span class="tag">${type}</span>`}
            ${primary && html`${' '}<span class="tag">primary</span>`}
            ${more.length > 0 && html`
                <ul class="values parts">
                    ${more.map(([name, part]) => html`
                        <li key=${name}>
                            <span class="muted">${words(name)}</span>
                            ${' '}<${Value} value=${part} />
                        </li>`)}
                </ul>`}`;
    }
    return String(value);
}


function facts(entries) {
    return entries.map(([name, value]) =>
        [words(name), html`<${Value} value=${value} />`]);
}


// FACTS: more that belongs to it, [name, value]
export function Attributes({ document, facts: more = [] }) {
    const all = Object.entries(document).filter(([name]) => !hidden.has(name));
    const core = all.filter(([name]) => !name.includes(':'));
    const extensions = all.filter(([name]) => name.includes(':'));

    return html`
        <${Section} title="Attributes"
            hint="As the identity provider sent them. They are changed there.">
            <div class="card">
                <${Facts} facts=${[...facts(core), ...more]} />
            </div>
        <//>
        ${extensions.map(([urn, values]) => html`
            <${Section} key=${urn} title=${extensionName(urn)}
                hint=${html`<code>${urn}</code>`}>
                <div class="card">
                    <${Facts} facts=${facts(Object.entries(values))} />
                </div>
            <//>`)}`;
}
