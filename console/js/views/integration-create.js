import { html, useEffect, useState } from '../html.js';
import {
    useAction, useEvery, useIdempotency, useLoad,
} from '../hooks.js';
import { useApp } from '../session.js';
import { CopyField } from '../components/copy.js';
import { Choice, FormError, TextField, errorOf } from '../components/form.js';
import { Page, Section } from '../components/page.js';
import { Notice } from '../components/states.js';
import { Guides } from './guides.js';

const profiles = [
    { value: 'lenient', label: 'Lenient',
        hint: 'Understands the habits of real clients, such as Entra ID’s '
            + '“True” as a text. Right for nearly everybody.' },
    { value: 'strict', label: 'Strict',
        hint: 'Takes exactly what RFC 7643 and 7644 say, and refuses the rest. '
            + 'For testing a client.' },
];


// Whether the identity provider has come, which is seen here as it happens
function Arrival({ integration }) {
    const { api } = useApp();
    const { data, reload } = useLoad((signal) => api.get(
        ['integrations', integration.id, 'activity'], { signal }),
    [integration.id]);
    const there = Boolean(data?.lastRequest);

    useEvery(there ? null : 5_000, reload);

    return html`
        <div class="arrival" role="status">
            ${there
                ? html`
                    <${Notice} kind="success" title="It works">
                        <p>The first request is here.</p>
                    <//>`
                : html`
                    <${Notice} title="Waiting for the first request">
                        <p>
                            As soon as your identity provider asks, it shows
                            here.
                        </p>
                    <//>`}
        </div>`;
}


// The endpoint, and this once the token. Leaving the page by closing the tab
// is asked about.
function Created({ integration }) {
    const { to } = useApp();
    const { name, endpoint, secretToken } = integration;

    useEffect(() => {
        const ask = (event) => event.preventDefault();
        addEventListener('beforeunload', ask);
        return () => removeEventListener('beforeunload', ask);
    }, []);

    const done = html`
        <a class="button primary" href=${to('provisioning', integration.id)}>
            I have stored the token
        </a>`;

    if (!secretToken) {
        return html`
            <${Page} title=${`${name} is connected`} actions=${done}>
                <${Notice} kind="warning" title="The token was shown before">
                    <p>
                        This integration was created by an earlier attempt,
                        whose answer was lost. Open it and rotate its token.
                    </p>
                <//>
            <//>`;
    }
    return html`
        <${Page} title=${`${name} is ready`} name="Integration created"
            actions=${done}>
            <${Section} title="Endpoint and secret token">
                <${Notice} kind="warning" title="The token is shown this once">
                    <p>
                        Only its fingerprint is stored. Put it into your
                        identity provider or a password manager now; a lost
                        token can only be replaced.
                    </p>
                <//>
                <${CopyField} label="Endpoint" value=${endpoint} />
                <${CopyField} label="Secret token" value=${secretToken}
                    secret />
            <//>
            <${Section} title="Set up your identity provider"
                hint="The steps have the values of this integration filled in.">
                <${Guides} endpoint=${endpoint} token=${secretToken} />
                <${Arrival} integration=${integration} />
            <//>
        <//>`;
}


export function IntegrationCreatePage() {
    const { api, to } = useApp();
    const [name, setName] = useState('');
    const [description, setDescription] = useState('');
    const [profile, setProfile] = useState('lenient');
    const [created, setCreated] = useState(null);
    const key = useIdempotency();

    const [run, { busy, error }] = useAction(async () => {
        const body = { name: name.trim(), description: description.trim(),
            type: 'SCIM 2.0', profile };
        setCreated(await api.post(['integrations'],
            { body, key: key(body) }));
    });

    if (created) {
        return html`<${Created} key="created" integration=${created} />`;
    }
    return html`
        <${Page} title="Create an integration"
            back=${{ href: to('provisioning'), label: 'Provisioning' }}
            lead="One for each identity provider. It gets an endpoint and a
                secret token of its own.">
            <form class="card form" novalidate onSubmit=${(event) => {
                event.preventDefault();
                run();
            }}>
                <${TextField} label="Name" value=${name} onInput=${setName}
                    error=${errorOf(error, 'name')} placeholder="authentik"
                    autocapitalize="off" maxlength="63"
                    hint="1 to 63 lower-case letters, digits and hyphens." />
                <${TextField} label="Description" optional
                    value=${description} onInput=${setDescription}
                    error=${errorOf(error, 'description')}
                    placeholder="Staff, from the company directory" />
                <div class="field">
                    <span class="label">Type</span>
                    <p class="fixed-value">
                        SCIM 2.0
                        <span class="muted">RFC 7643, RFC 7644</span>
                    </p>
                </div>
                <${Choice} legend="Profile" value=${profile}
                    onChange=${setProfile} options=${profiles}
                    error=${errorOf(error, 'profile')} />
                <${FormError} error=${error}
                    fields=${['name', 'description', 'profile']} />
                <div class="form-footer">
                    <a class="button" href=${to('provisioning')}>Cancel</a>
                    <button type="submit" class="button primary"
                        aria-disabled=${busy || undefined}>
                        ${busy ? 'Creating…' : 'Create integration'}
                    </button>
                </div>
            </form>
        <//>`;
}
