// Permissions as they are read: "FLOW" and what may be done with it.

import { html } from '../html.js';


export function Actions({ actions }) {
    return html`
        <span class="actions">
            ${actions.map((action) =>
                html`<code class="tag" key=${action}>${action}</code>`)}
        </span>`;
}


export function Permissions({ permissions }) {
    const resources = Object.keys(permissions).sort();
    if (resources.length === 0) {
        return html`<p class="muted">No permissions yet.</p>`;
    }
    return html`
        <dl class="permissions">
            ${resources.map((resource) => html`
                <div key=${resource}>
                    <dt><code>${resource}</code></dt>
                    <dd><${Actions} actions=${permissions[resource]} /></dd>
                </div>`)}
        </dl>`;
}
