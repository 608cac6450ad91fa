// Which tenant one is in; superadmins choose another one.

import { html, useState } from '../html.js';
import { useDebounced, useLoad } from '../hooks.js';
import { href, navigate } from '../router.js';
import { useApp } from '../session.js';
import { Avatar } from '../components/badge.js';
import { Dialog } from '../components/dialog.js';
import { SearchField } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Empty, Loaded } from '../components/states.js';


function Chooser({ onClose }) {
    const { root, tenant } = useApp();
    const [text, setText] = useState('');
    const q = useDebounced(text.trim());
    const state = useLoad((signal) => root.get(['tenants'],
        { query: { q, count: 50 }, signal }), [q]);

    const open = (id) => {
        onClose();
        navigate(href(id, 'provisioning'));
    };

    return html`
        <${Dialog} title="Switch tenant" onClose=${onClose}>
            <div class="dialog-body">
                <${SearchField} label="Search tenants" value=${text}
                    placeholder="Name or id" onInput=${setText}
                    busy=${state.loading} />
                <${Loaded} state=${state}>
                    ${({ results, nextCursor }) => html`
                        <ul class="chooser">
                            ${results.map(({ id, name }) => html`
                                <li key=${id}>
                                    <button type="button"
                                        aria-current=${id === tenant
                                            ? 'true' : undefined}
                                        onClick=${() => open(id)}>
                                        <${Avatar} square name=${name || id} />
                                        <span>
                                            <strong>${name || id}</strong>
                                            <small>${id}</small>
                                        </span>
                                        ${id === tenant && html`
                                            <${Icon} name="check" />`}
                                    </button>
                                </li>`)}
                        </ul>
                        ${results.length === 0 && html`
                            <${Empty} icon="building" title="No tenant matches">
                                Try fewer letters.
                            <//>`}
                        ${nextCursor && html`
                            <p class="hint">
                                There are more: search, or see
                                ${' '}<a href=${href('tenants')}
                                    onClick=${onClose}>all tenants</a>.
                            </p>`}`}
                <//>
            </div>
        <//>`;
}


export function TenantSwitcher() {
    const { tenant, root, superadmin } = useApp();
    const [open, setOpen] = useState(false);
    const state = useLoad(async (signal) => (tenant
        ? root.get(['tenants', tenant], { signal }) : null), [tenant]);

    if (!tenant) {
        return null;
    }
    const name = state.data?.id === tenant && state.data.name || tenant;
    const face = html`
        <${Avatar} square name=${name} />
        <span class="tenant-name">
            <strong>${name}</strong>
            <span>${tenant}</span>
        </span>`;

    if (!superadmin) {
        return html`<div class="tenant">${face}</div>`;
    }
    return html`
        <button type="button" class="tenant" aria-haspopup="dialog"
            onClick=${() => setOpen(true)}>
            ${face}
            <span class="visually-hidden">Switch tenant</span>
            <${Icon} name="chevrons-up-down" />
        </button>
        ${open && html`<${Chooser} onClose=${() => setOpen(false)} />`}`;
}
