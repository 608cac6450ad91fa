// Navigation, the tenant one is in, and who one is.

import { html, useState } from './html.js';
import { href } from './router.js';
import { useApp } from './session.js';
import { currentTheme, setTheme, themes } from './theme.js';
import { Icon } from './components/icon.js';
import { Logo } from './components/logo.js';
import { Avatar } from './components/badge.js';
import { TenantSwitcher } from './views/tenant-switcher.js';

// page, name, icon, the permission without which there is nothing to see
const sections = [
    ['Identity and access', [
        ['provisioning', 'Provisioning', 'cable', 'INTEGRATION'],
        ['users', 'Users', 'user-round', 'USER'],
        ['groups', 'Groups', 'users', 'GROUP'],
        ['roles', 'Roles', 'shield-check', 'ROLE'],
        ['bindings', 'Bindings', 'link', 'BINDING'],
        ['rules', 'Role rules', 'wand-sparkles', 'BINDING'],
        ['service-accounts', 'Service accounts', 'bot', 'SERVICE_ACCOUNT'],
    ]],
    ['Oversight', [
        ['audit', 'Audit', 'scroll-text', 'AUDIT'],
    ]],
];

const system = [
    ['tenants', 'Tenants', 'building'],
    ['users', 'People', 'fingerprint-pattern'],
];

const themeIcons = { system: 'monitor', light: 'sun', dark: 'moon' };


function ThemeSwitch() {
    const [theme, setChosen] = useState(currentTheme);
    const next = themes[(themes.indexOf(theme) + 1) % themes.length];

    return html`
        <button type="button" class="button icon-only ghost"
            aria-label=${`Appearance: ${theme}. Change to ${next}`}
            title=${`Appearance: ${theme}`}
            onClick=${() => {
                setTheme(next);
                setChosen(next);
            }}>
            <${Icon} name=${themeIcons[theme]} />
        </button>`;
}


function Item({ target, name, icon, current }) {
    return html`
        <li>
            <a href=${target} aria-current=${current ? 'page' : undefined}>
                <${Icon} name=${icon} /> ${name}
            </a>
        </li>`;
}


export function Sidebar({ route, open, onOpen, onSignOut }) {
    const { tenant, me, can, superadmin } = useApp();
    const [first, page] = route.segments;
    const shared = system.some(([name]) => name === first);

    return html`
        <header class=${open ? 'sidebar open' : 'sidebar'}>
            <div class="sidebar-content">
                <div class="brand">
                    <${Logo} />
                    <span class="brand-name">SCIM console</span>
                    <button type="button"
                        class="button icon-only ghost menu-button"
                        aria-label=${open ? 'Close the menu' : 'Open the menu'}
                        aria-expanded=${open ? 'true' : 'false'}
                        aria-controls="menu" onClick=${() => onOpen(!open)}>
                        <${Icon} name=${open ? 'x' : 'menu'} size=${18} />
                    </button>
                </div>
                <div class="menu" id="menu">
                    <${TenantSwitcher} />
                    <nav aria-label="Main">
                        ${tenant && me && sections.map(([title, items]) => {
                            const seen = items.filter(([, , , resource]) =>
                                can(resource, 'READ'));
                            return seen.length > 0 && html`
                                <div class="nav-section" key=${title}>
                                    <h2 class="nav-title">${title}</h2>
                                    <ul>
                                        ${seen.map(([key, name, icon]) => html`
                                            <${Item} key=${key} name=${name}
                                                icon=${icon}
                                                target=${href(tenant, key)}
                                                current=${!shared
                                                    && page === key} />`)}
                                    </ul>
                                </div>`;
                        })}
                        ${superadmin && html`
                            <div class="nav-section">
                                <h2 class="nav-title">All tenants</h2>
                                <ul>
                                    ${system.map(([key, name, icon]) => html`
                                        <${Item} key=${key} name=${name}
                                            icon=${icon} target=${href(key)}
                                            current=${first === key} />`)}
                                </ul>
                            </div>`}
                    </nav>
                    <div class="who">
                        <${Avatar} name=${me?.name ?? 'A'} />
                        <div class="who-name">
                            <strong>${me?.name ?? 'Administrator'}</strong>
                            <span>
                                ${superadmin ? 'Superadmin' : 'Service account'}
                            </span>
                        </div>
                        <${ThemeSwitch} />
                        <button type="button" class="button icon-only ghost"
                            aria-label="Sign out" title="Sign out"
                            onClick=${onSignOut}>
                            <${Icon} name="log-out" />
                        </button>
                    </div>
                </div>
            </div>
        </header>`;
}
