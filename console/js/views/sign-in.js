import { html, useEffect, useRef, useState } from '../html.js';
import { ApiError, explain } from '../api.js';
import { NeedsTenant, signIn } from '../session.js';
import { Icon } from '../components/icon.js';
import { SecretField, TextField } from '../components/form.js';
import { Logo } from '../components/logo.js';
import { Notice } from '../components/states.js';


// What to say at which field
function said(error, tenant) {
    if (error instanceof NeedsTenant) {
        return { tenant: 'This is no administrator’s token. If it is a service '
            + 'account’s, name its tenant; else check the token.' };
    }
    if (error instanceof ApiError && [401, 403].includes(error.status)) {
        return { token: tenant
            ? 'This token is not known in this tenant. Check both: a token is '
                + 'shown once, in full, when it is made.'
            : 'This token is not known.' };
    }
    if (error instanceof ApiError && error.status === 404) {
        return { tenant: 'There is no such tenant.' };
    }
    return { form: explain(error) };
}


export function SignIn({ notice, onSignedIn }) {
    const [token, setToken] = useState('');
    const [tenant, setTenant] = useState('');
    const [wrong, setWrong] = useState({});
    const [busy, setBusy] = useState(false);
    const tokenInput = useRef(null);
    const tenantInput = useRef(null);

    useEffect(() => {
        document.title = 'Sign in – SCIM console';
        tokenInput.current.focus();
    }, []);

    const submit = async (event) => {
        event.preventDefault();
        if (busy) {
            return;
        }
        if (!token.trim()) {
            setWrong({ token: 'Paste a token to sign in.' });
            tokenInput.current.focus();
            return;
        }
        // what could not be in a header, or in a path
        if (!/^[\x21-\x7e]+$/.test(token.trim())) {
            setWrong({ token: 'A token has no blanks or special letters.' });
            tokenInput.current.focus();
            return;
        }
        setBusy(true);
        try {
            onSignedIn(await signIn(token.trim(), tenant.trim()));
        } catch (error) {
            const next = said(error, tenant.trim());
            setBusy(false);
            setWrong(next);
            (next.tenant ? tenantInput : tokenInput).current.focus();
        }
    };

    return html`
        <main class="sign-in">
            <form class="sign-in-card" onSubmit=${submit} novalidate>
                <${Logo} />
                <h1>Sign in to the SCIM console</h1>
                <p class="muted">
                    Provisioning, access and audit of your tenants.
                </p>
                ${notice && html`
                    <${Notice} kind="warning"><p>${notice}</p><//>`}
                <${SecretField} label="Token" value=${token}
                    onInput=${setToken} inputRef=${tokenInput}
                    error=${wrong.token}
                    hint="An administrator’s, or a service account’s API
                        token." />
                <${TextField} label="Tenant" optional value=${tenant}
                    onInput=${setTenant} inputRef=${tenantInput}
                    error=${wrong.tenant} autocapitalize="off"
                    hint="Needed with a service account’s token only." />
                ${wrong.form && html`
                    <${Notice} kind="danger" title=${wrong.form.title}>
                        <p role="alert">${wrong.form.text}</p>
                    <//>`}
                <button type="submit" class="button primary block"
                    aria-disabled=${busy || undefined}>
                    ${busy ? 'Signing in…' : 'Sign in'}
                </button>
                <p class="sign-in-note">
                    <${Icon} name="key-round" size=${14} />
                    The token stays in this tab, and is gone when you sign out
                    or close it.
                </p>
            </form>
        </main>`;
}
