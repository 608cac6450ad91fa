// Who is signed in. The token is in sessionStorage, so it goes with the tab; it
// is never in localStorage, in a cookie or in an address.

import { createContext, useContext } from './html.js';
import { ApiError, createApi } from './api.js';

const name = 'scim-session';


export function readSession() {
    try {
        return JSON.parse(sessionStorage.getItem(name));
    } catch {
        return null;
    }
}


export function keepSession(session) {
    try {
        sessionStorage.setItem(name, JSON.stringify(session));
    } catch {
        // a browser that keeps nothing: until the page is left, then
    }
}


export function clearSession() {
    try {
        sessionStorage.clear();
    } catch {
        // nothing was kept
    }
}


// signIn(TOKEN, TENANT): a session. Administrators may see the list of tenants
// and need name none; a service account's token is good in its own tenant.
// Throws NeedsTenant if it is not an administrator's and no tenant is named.
export class NeedsTenant extends Error {}

export async function signIn(token, tenant) {
    const api = createApi(token);

    if (tenant) {
        const me = await api.get([tenant, 'me']);
        return { token, tenant, superadmin: me.superadmin };
    }

    try {
        const { results } = await api.get(['tenants'], { query: { count: 1 } });
        return { token, tenant: results[0]?.id ?? null, superadmin: true };
    } catch (error) {
        if (error instanceof ApiError && [401, 403].includes(error.status)) {
            throw new NeedsTenant();
        }
        throw error;
    }
}


// What the pages are given: api (of the tenant), root (the whole API), tenant,
// me, can(RESOURCE, ACTION), signOut()
export const App = createContext(null);

export function useApp() {
    return useContext(App);
}
