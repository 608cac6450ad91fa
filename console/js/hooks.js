// Loading, acting, searching and paging: what the pages have in common.

import {
    useCallback, useEffect, useRef, useState,
} from './html.js';
import { idempotencyKey } from './api.js';
import { navigate } from './router.js';


// useLoad(LOAD, DEPENDENCIES): LOAD(signal) is called again when one of the
// dependencies changes, and what was in flight is cancelled. What is there
// stays until the next is, and is "loading" from the moment it is the last.
export function useLoad(load, dependencies) {
    const [turn, setTurn] = useState(0);
    const asked = [...dependencies, turn];
    const latest = useRef();
    latest.current = asked;
    const [state, setState] = useState({ of: null });
    const loading = state.of?.every((value, at) => value === asked[at])
        !== true;

    useEffect(() => {
        const controller = new AbortController();
        const keep = (result) => {
            if (!controller.signal.aborted) {
                setState({ ...result, of: asked });
            }
        };
        load(controller.signal).then((data) => keep({ data }),
            (error) => keep({ error }));
        return () => controller.abort();
    }, asked);

    const reload = useCallback(() => setTurn((last) => last + 1), []);
    const setData = (data) => setState({ data, of: latest.current });

    return {
        data: state.data,
        error: loading ? undefined : state.error,
        loading, reload, setData,
    };
}


// useEvery(MILLISECONDS, ACT): again and again while the page is looked at;
// null: not now
export function useEvery(milliseconds, act) {
    useEffect(() => {
        if (milliseconds === null) {
            return undefined;
        }
        const timer = setInterval(() => {
            if (document.visibilityState === 'visible') {
                act();
            }
        }, milliseconds);
        return () => clearInterval(timer);
    }, [milliseconds]);
}


// useAction(ACT): [run, { busy, error, clear }]; run() returns whether it went
// well. A second click while it is busy does nothing.
export function useAction(act) {
    const [state, setState] = useState({ busy: false, error: null });
    const busy = useRef(false);
    const mounted = useRef(true);

    useEffect(() => () => {
        mounted.current = false;
    }, []);

    const run = async (...given) => {
        if (busy.current) {
            return false;
        }
        busy.current = true;
        setState({ busy: true, error: null });
        let failed = null;
        try {
            await act(...given);
        } catch (error) {
            failed = error;
        }
        busy.current = false;
        if (mounted.current) {
            setState({ busy: false, error: failed });
        }
        return failed === null;
    };

    const clear = () => setState({ busy: false, error: null });
    return [run, { ...state, clear }];
}


// useIdempotency(): a function of the body that is sent. The same body has the
// same key, so that a creation whose answer was lost is not made twice.
export function useIdempotency() {
    const last = useRef({});

    return (body) => {
        const text = JSON.stringify(body);
        if (last.current.text !== text) {
            last.current = { text, key: idempotencyKey() };
        }
        return last.current.key;
    };
}


export function useDebounced(value, milliseconds = 200) {
    const [settled, setSettled] = useState(value);

    useEffect(() => {
        const timer = setTimeout(() => setSettled(value), milliseconds);
        return () => clearTimeout(timer);
    }, [value]);

    return settled;
}


// Search, filters and page of a list are in its address, so that a step back
// from a record returns to where one was.
//
//     const list = useList(route, load)
//
// LOAD(query, signal) asks for one page. list.set({ q }) begins anew;
// list.next() and list.previous() turn the page.
export function useList(route, load, dependencies = []) {
    const { query } = route;
    const where = `#${location.hash.replace(/^#/, '').split('?')[0]}`;
    const filters = { ...query };
    delete filters.page;

    const state = useLoad(
        (signal) => load({ count: 25, ...filters }, signal),
        [JSON.stringify(filters), ...dependencies]);
    const page = Number(query.page) || 1;

    const go = (values, options) => {
        const search = new URLSearchParams();
        for (const [name, value] of Object.entries(values)) {
            if (value) {
                search.set(name, value);
            }
        }
        const text = search.toString();
        navigate(`${where}${text ? `?${text}` : ''}`, options);
    };

    return {
        ...state,
        query,
        page,
        set: (change) => {
            go({ ...filters, cursor: '', ...change }, { replace: true });
        },
        next: state.data?.nextCursor
            ? () => go({ ...filters, cursor: state.data.nextCursor,
                page: page + 1 }, { state: { turned: true } })
            : null,
        previous: page > 1 || query.cursor
            ? () => {
                if (history.state?.turned) {
                    history.back();
                } else {
                    go({ ...filters, cursor: '' }, { replace: true });
                }
            }
            : null,
    };
}
