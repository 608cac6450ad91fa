// Addresses are behind the "#": so any server of static files will do, and no
// page needs one of its own. "#/acme/users/ID?q=jane": tenant, page, what it is
// about, and what is searched for.

import { useEffect, useState } from './html.js';


// parse("#/a/b?c=d"): { segments: ["a", "b"], query: { c: "d" } }
export function parse(hash) {
    const [path, query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
    const segments = path.split('/').filter(Boolean).map((segment) => {
        try {
            return decodeURIComponent(segment);
        } catch {
            return segment;
        }
    });
    return {
        segments,
        query: Object.fromEntries(new URLSearchParams(query)),
    };
}


// href("acme", "users", id): and, last, an object for what is behind the "?"
export function href(...parts) {
    const query = typeof parts.at(-1) === 'object' ? parts.pop() : {};
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== null && value !== '') {
            search.set(name, value);
        }
    }
    const path = parts.map(encodeURIComponent).join('/');
    const text = search.toString();
    return `#/${path}${text ? `?${text}` : ''}`;
}


// navigate(HREF, REPLACE): "replace" where a step back should not return here
export function navigate(target, { replace = false, state = null } = {}) {
    if (replace) {
        history.replaceState(state, '', target);
    } else {
        history.pushState(state, '', target);
    }
    dispatchEvent(new PopStateEvent('popstate', { state }));
}


export function useRoute() {
    const [hash, setHash] = useState(location.hash);

    useEffect(() => {
        const follow = () => setHash(location.hash);
        addEventListener('popstate', follow);
        addEventListener('hashchange', follow);
        return () => {
            removeEventListener('popstate', follow);
            removeEventListener('hashchange', follow);
        };
    }, []);

    return parse(hash);
}
