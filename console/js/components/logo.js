import { html } from '../html.js';


export function Logo() {
    return html`
        <svg class="logo" width="24" height="24" viewBox="0 0 24 24"
            aria-hidden="true">
            <rect width="24" height="24" rx="6" fill="currentColor" />
            <g fill="none" stroke="var(--on-accent)" stroke-width="1.8"
                stroke-linecap="round" stroke-linejoin="round">
                <path d="M7 7.5h4.5a2.5 2.5 0 0 1 0 5H11" />
                <path d="M17 16.5h-4.5a2.5 2.5 0 0 1 0-5H13" />
            </g>
        </svg>`;
}
