// An icon says nothing to a screen reader: what it means stands beside it, or
// is the label of what it is in.

import { html } from '../html.js';
import { icons } from '../../vendor/lucide.js';


export function Icon({ name, size = 16 }) {
    return html`
        <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24"
            fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            ${icons[name].map(([Shape, attributes]) =>
                html`<${Shape} ...${attributes} />`)}
        </svg>`;
}
