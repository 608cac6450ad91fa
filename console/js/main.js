import { html, render, useEffect, useMemo, useState } from './html.js';
import { createApi } from './api.js';
import { clearSession, keepSession, readSession } from './session.js';
import { href, navigate } from './router.js';
import { ToastProvider } from './components/toast.js';
import { Console } from './console.js';
import { SignIn } from './views/sign-in.js';


function Root() {
    const [session, setSession] = useState(readSession);
    const [notice, setNotice] = useState('');

    const leave = (why) => {
        clearSession();
        setSession(null);
        setNotice(why);
    };

    const root = useMemo(() => session && createApi(session.token, () => leave(
        'Your token is not accepted any more. Sign in with another one.')),
    [session?.token]);

    // signed out in this tab's other history entries as well
    useEffect(() => {
        const check = () => {
            if (!readSession()) {
                setSession(null);
            }
        };
        addEventListener('pageshow', check);
        return () => removeEventListener('pageshow', check);
    }, []);

    if (!session) {
        return html`
            <${SignIn} notice=${notice} onSignedIn=${(next) => {
                keepSession(next);
                setNotice('');
                setSession(next);
            }} />`;
    }

    return html`
        <${Console} key=${session.token} session=${session} root=${root}
            onTenant=${(tenant) => {
                const next = { ...session, tenant };
                keepSession(next);
                setSession(next);
            }}
            onSignOut=${() => {
                navigate(href(), { replace: true });
                leave('');
            }} />`;
}


render(html`<${ToastProvider}><${Root} /><//>`,
    document.getElementById('app'));
