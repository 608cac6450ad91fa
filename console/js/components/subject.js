// Whom a binding is about: what it is, its name, and the way to its page.

import { html } from '../html.js';
import { useApp } from '../session.js';
import { Icon } from './icon.js';

const kinds = {
    USER: ['user-round', 'users', 'User'],
    GROUP: ['users', 'groups', 'Group'],
    SERVICE_ACCOUNT: ['bot', 'service-accounts', 'Service account'],
};


export const subjectTypes = Object.entries(kinds).map(([value, [, , label]]) =>
    ({ value, label }));


export function Subject({ subject }) {
    const { to } = useApp();
    const [icon, page, label] = kinds[subject.type];
    return html`
        <span class="subject">
            <${Icon} name=${icon} />
            <span class="visually-hidden">${label}</span>
            <a class="row-link" href=${to(page, subject.id)}>
                ${subject.display || subject.id}</a>
        </span>`;
}
