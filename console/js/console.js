// The console of somebody who is signed in: navigation, and the page that the
// address names.

import {
    html, useEffect, useErrorBoundary, useMemo, useState,
} from './html.js';
import { App } from './session.js';
import { useLoad } from './hooks.js';
import { href, navigate, useRoute } from './router.js';
import { Sidebar } from './sidebar.js';
import { Failure, Loading, Notice } from './components/states.js';
import { Page } from './components/page.js';
import { AuditPage } from './views/audit.js';
import { BindingsPage } from './views/bindings.js';
import { GroupPage } from './views/group.js';
import { GroupsPage } from './views/groups.js';
import { IntegrationPage } from './views/integration.js';
import { IntegrationCreatePage } from './views/integration-create.js';
import { PeoplePage } from './views/people.js';
import { ProvisioningPage } from './views/provisioning.js';
import { RoleCreatePage, RolePage } from './views/role.js';
import { RolesPage } from './views/roles.js';
import { RulesPage } from './views/rules.js';
import { ServiceAccountPage } from './views/service-account.js';
import { ServiceAccountsPage } from './views/service-accounts.js';
import { TenantsPage } from './views/tenants.js';
import { UserPage } from './views/user.js';
import { UsersPage } from './views/users.js';

// of a tenant: the segments behind its id, "*" for any
const pages = [
    ['provisioning', ProvisioningPage],
    ['provisioning/new', IntegrationCreatePage],
    ['provisioning/*', IntegrationPage],
    ['provisioning/*/*', IntegrationPage],
    ['users', UsersPage],
    ['users/*', UserPage],
    ['users/*/*', UserPage],
    ['groups', GroupsPage],
    ['groups/*', GroupPage],
    ['groups/*/*', GroupPage],
    ['roles', RolesPage],
    ['roles/-new', RoleCreatePage],   // no role is called so
    ['roles/*', RolePage],
    ['bindings', BindingsPage],
    ['rules', RulesPage],
    ['service-accounts', ServiceAccountsPage],
    ['service-accounts/*', ServiceAccountPage],
    ['audit', AuditPage],
];

// of all tenants
const own = { tenants: TenantsPage, users: PeoplePage };


function pageOf(segments) {
    const found = pages.find(([pattern]) => {
        const parts = pattern.split('/');
        return parts.length === segments.length
            && parts.every((part, at) => part === '*' || part === segments[at]);
    });
    return found?.[1];
}


function NotFound() {
    return html`
        <${Page} title="No such page">
            <p class="lead">
                The address may be mistyped. The navigation has every page.
            </p>
        <//>`;
}


// What a fault in a page leaves of it: the rest stays usable
function Guard({ children }) {
    const [error] = useErrorBoundary();

    if (error) {
        return html`
            <${Page} title="This page has a fault">
                <${Failure} error=${error} retry=${() => location.reload()} />
            <//>`;
    }
    return children;
}


function Content({ route, state, foreign, session }) {
    const [first, ...rest] = route.segments;

    if (own[first] && rest.length === 0 && session.superadmin) {
        return html`<${own[first]} route=${route} />`;
    }
    if (foreign) {
        return html`
            <${Page} title="Another tenant">
                <${Notice} kind="warning" title="Your token is not for it">
                    <p>
                        It is good in
                        ${' '}<a href=${href(session.tenant, 'provisioning')}>
                            ${session.tenant}</a> only.
                    </p>
                <//>
            <//>`;
    }
    if (state.error) {
        return html`
            <${Page} title="This tenant cannot be opened">
                <${Failure} error=${state.error} retry=${state.reload} />
            <//>`;
    }
    if (!state.data) {
        return html`<${Loading} />`;
    }
    const View = pageOf(rest);
    return View
        ? html`<${View} route=${route} id=${rest[1]} tab=${rest[2]} />`
        : html`<${NotFound} />`;
}


export function Console({ session, root, onTenant, onSignOut }) {
    const route = useRoute();
    const [open, setOpen] = useState(false);
    const [first] = route.segments;
    const shared = Boolean(own[first]);
    const foreign = Boolean(first) && first !== session.tenant
        && !session.superadmin;
    const tenant = shared || foreign ? session.tenant
        : first ?? session.tenant;

    // where nothing is named
    useEffect(() => {
        if (!first || (route.segments.length === 1 && !shared)) {
            navigate(tenant ? href(tenant, 'provisioning') : href('tenants'),
                { replace: true });
        }
    }, [first, route.segments.length]);

    useEffect(() => {
        const known = session.superadmin && !shared && first;
        if (known && first !== session.tenant) {
            onTenant(first);
        }
    }, [first]);

    const state = useLoad(
        async (signal) => (tenant
            ? root.get([tenant, 'me'], { signal }) : null),
        [tenant]);
    const me = state.data;

    const app = useMemo(() => ({
        root,
        api: tenant && root.in(tenant),
        tenant,
        me,
        superadmin: session.superadmin,
        can: (resource, action) => session.superadmin
            || Boolean(me?.permissions[resource]?.includes(action)),
        to: (...parts) => href(tenant, ...parts),
    }), [root, tenant, me]);

    // tabs of one page are one page
    const path = route.segments.slice(0, 3).join('/');
    useEffect(() => setOpen(false), [path]);

    return html`
        <${App.Provider} value=${app}>
            <a class="skip" href="#main" onClick=${(event) => {
                event.preventDefault();
                document.getElementById('main').focus();
            }}>Skip to the page</a>
            <div class="shell">
                <${Sidebar} route=${route} open=${open} onOpen=${setOpen}
                    onSignOut=${onSignOut} />
                <main id="main" class="main" tabindex="-1">
                    <${Guard} key=${path}>
                        <${Content} key=${path} route=${route} state=${state}
                            foreign=${foreign} session=${session} />
                    <//>
                </main>
            </div>
        <//>`;
}
